//! Whatever a report says, every format says the same.

use super::{example, read};
use conformant::escape::terminal;
use conformant::judge::{RunVerdict, Verdict};
use conformant::report::coverage::Grid;
use conformant::report::{ClauseVerdict, Report, html, json, junit, markdown};
use proptest::prelude::*;

/// Counted here anew: the report's own totals are under test too.
fn expected(report: &Report) -> read::Counts {
    read::counts(report.cases.iter().map(|case| (case.verdict.word(), 1)))
}

fn clauses(report: &Report, verdict: ClauseVerdict) -> usize {
    let has = |clause: &&conformant::report::ClauseReport| clause.verdict == verdict;
    report.clauses.iter().filter(has).count()
}

fn check_json(report: &Report) {
    let document = read::Json::read(&json::render(report));
    assert_eq!(document.counts(), expected(report));
    assert_eq!(document.verdict, report.verdict.word());
    assert_eq!(document.exit_code, report.verdict.exit_code());
    assert_eq!(document.totals.requests, report.requests);
    assert_eq!(document.totals.retries, report.retries);
    assert_eq!(
        u128::from(document.totals.elapsed_ms),
        report.elapsed.as_millis()
    );
    assert_eq!(document.stopped, report.stopped);
    for (read, case) in document.cases.iter().zip(&report.cases) {
        assert_eq!((&read.id, &read.reason), (&case.id, &case.reason));
        assert_eq!(read.differences.len(), case.seen.len());
    }
    assert_eq!(document.cases.len(), report.cases.len());
    let unchecked = report.unchecked().len();
    assert_eq!(document.totals.unchecked_statements, unchecked);
    let marked = document.clauses.iter().filter(|clause| clause.unchecked);
    assert_eq!(marked.count(), unchecked);
    let open = document
        .clauses
        .iter()
        .filter(|clause| clause.verdict == "not-exercised");
    assert_eq!(open.count(), clauses(report, ClauseVerdict::NotExercised));
}

fn check_junit(report: &Report) {
    let (mut cases, _) = read::junit(&junit::render(report));
    let mut of_run = |name: &str| {
        let is_it = |case: &read::JunitCase| case.suite == junit::RUN_SUITE && case.name == name;
        let at = cases.iter().position(is_it)?;
        cases.remove(at).outcome
    };
    let code = report.verdict.exit_code();
    let outcome = of_run("verdict");
    assert_eq!(outcome.as_deref(), (code > 1).then_some("error"));
    let is_failure = matches!(report.verdict, RunVerdict::Unchecked { strict: true, .. });
    let unchecked = if is_failure { "failure" } else { "skipped" };
    let expected_outcome = (!report.unchecked().is_empty()).then_some(unchecked);
    assert_eq!(of_run("unchecked statements").as_deref(), expected_outcome);
    let verdict = |case: &read::JunitCase| case.properties["verdict"].clone();
    assert_eq!(
        read::counts(
            cases
                .iter()
                .map(verdict)
                .collect::<Vec<_>>()
                .iter()
                .map(|word| (word.as_str(), 1))
        ),
        expected(report)
    );
    for case in &cases {
        let outcome = match verdict(case).as_str() {
            "fail" => Some("failure"),
            "inconclusive" | "error" => Some("error"),
            "skipped" => Some("skipped"),
            _ => None,
        };
        assert_eq!(case.outcome.as_deref(), outcome);
    }
    let mut names: Vec<String> = cases.into_iter().map(|case| case.name).collect();
    let mut ids: Vec<String> = report.cases.iter().map(|case| terminal(&case.id)).collect();
    names.sort();
    ids.sort();
    assert_eq!(names, ids);
}

fn check_markdown(report: &Report) {
    let rendered = markdown::render(report);
    let read = read::markdown(&rendered);
    assert_eq!(read.tables.len(), 2, "{rendered}");
    let (all, rows) = read.tables[0][1..].split_last().unwrap();
    assert_eq!(all[1], report.cases.len().to_string());
    let rows = rows
        .iter()
        .map(|row| (row[0].as_str(), row[1].parse().unwrap()));
    assert_eq!(read::counts(rows), expected(report));
    let sum = |column: usize| -> usize {
        let rows = &read.tables[1][1..];
        rows.iter()
            .map(|row| row[column].parse::<usize>().unwrap())
            .sum()
    };
    assert_eq!(sum(1), clauses(report, ClauseVerdict::Verified));
    assert_eq!(sum(2), clauses(report, ClauseVerdict::Violated));
    assert_eq!(sum(3), clauses(report, ClauseVerdict::NotExercised));
    let has_list = rendered
        .lines()
        .any(|line| line == "### Unchecked statements");
    assert_eq!(has_list, !report.unchecked().is_empty());
    let verdict = format!(": {}", report.headline());
    assert!(rendered.lines().next().unwrap().ends_with(&verdict));
}

fn check_html(report: &Report) {
    let rendered = html::render(report);
    let has_list = rendered.contains("Unchecked statements");
    assert_eq!(has_list, !report.unchecked().is_empty());
    let read = read::html(&rendered);
    let tiles = |section: &str| -> Vec<(&str, usize)> {
        let of = read.tiles.iter().filter(|(place, ..)| place == section);
        of.map(|(_, name, count)| (name.as_str(), *count)).collect()
    };
    let mut totals = tiles("totals");
    assert_eq!(totals.remove(0), ("cases", report.cases.len()));
    assert_eq!(totals.len(), Verdict::ALL.len());
    assert_eq!(read::counts(totals), expected(report));
    assert_eq!(
        tiles("coverage"),
        [
            ("✓ verified", clauses(report, ClauseVerdict::Verified)),
            ("✗ violated", clauses(report, ClauseVerdict::Violated)),
            (
                "○ not exercised",
                clauses(report, ClauseVerdict::NotExercised)
            ),
        ]
    );
}

fn check_grid(report: &Report) {
    let grid = Grid::new(report);
    let any = |verdict| {
        let cells = grid.rows.iter().flat_map(|row| row.cells.iter().flatten());
        cells.filter(|cell| cell.verdict() == verdict).count() > 0
    };
    if grid.statuses.is_empty() {
        return;
    }
    // No break disappears in the grid, and none is made up.
    let violated = clauses(report, ClauseVerdict::Violated) > 0;
    assert_eq!(any(ClauseVerdict::Violated), violated, "{grid:?}");
}

/// What the formats share.
fn check(report: &Report) {
    assert_eq!(
        read::counts(
            report
                .totals()
                .iter()
                .map(|(verdict, count)| (verdict.word(), *count))
        ),
        expected(report)
    );
    check_json(report);
    check_junit(report);
    check_markdown(report);
    check_html(report);
    check_grid(report);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_format_agrees_with_the_fold(report in example::random()) {
        check(&report);
    }
}

#[test]
fn a_report_of_nothing_is_no_green_one() {
    let mut report = example::full_of("x");
    report.cases.clear();
    report.clauses.clear();
    report.verdict = RunVerdict::fold([], true);
    check(&report);
}
