//! Whatever a report says, every format says the same.

use super::{example, machines, read};
use conformant::escape::terminal;
use conformant::judge::{RunVerdict, Verdict};
use conformant::report::coverage::Grid;
use conformant::report::{CaseReport, ClauseVerdict, OperationReport, Report};
use conformant::report::{html, json, junit, markdown};
use proptest::prelude::*;

/// Counted here anew: the report's own totals are under test too.
fn counted<'a>(cases: impl Iterator<Item = &'a CaseReport>) -> read::Counts {
    read::counts(cases.map(|case| (case.verdict.word(), 1)))
}

fn expected(report: &Report) -> read::Counts {
    counted(report.operations.iter().flat_map(|it| &it.cases))
}

fn clauses(operation: &OperationReport, verdict: ClauseVerdict) -> usize {
    let has = |clause: &&conformant::report::ClauseReport| clause.verdict == verdict;
    operation.clauses.iter().filter(has).count()
}

fn unchecked(operation: &OperationReport) -> usize {
    operation.clauses.iter().filter(|it| it.unchecked).count()
}

/// Of all operations.
fn sum(report: &Report, of: impl Fn(&OperationReport) -> usize) -> usize {
    report.operations.iter().map(of).sum()
}

fn check_json(report: &Report) {
    let document = read::Json::read(&json::render(report));
    assert_eq!(document.totals.counts(), expected(report));
    assert_eq!(document.verdict, report.verdict.word());
    assert_eq!(document.headline, report.headline());
    assert_eq!(document.exit_code, report.verdict.exit_code());
    assert_eq!(document.totals.requests, report.requests);
    assert_eq!(document.totals.retries, report.retries());
    assert_eq!(
        u128::from(document.totals.elapsed_ms),
        report.elapsed.as_millis()
    );
    assert_eq!(document.stopped, report.stopped);
    let unchecked_statements = document.totals.unchecked_statements;
    assert_eq!(unchecked_statements, sum(report, unchecked));
    assert_eq!(document.operations.len(), report.operations.len());
    for (read, operation) in document.operations.iter().zip(&report.operations) {
        check_json_operation(read, operation);
    }
    let left_out = document.suite.left_out.iter().map(|one| &one.name);
    assert!(left_out.eq(report.suite.left_out.iter().map(|one| &one.name)));
    assert_eq!(document.unjudged.len(), report.unjudged.len());
    for (read, one) in document.unjudged.iter().zip(&report.unjudged) {
        assert_eq!((&read.name, &read.reason), (&one.name, &one.reason));
    }
}

fn check_json_operation(read: &read::JsonOperation, operation: &OperationReport) {
    assert_eq!(read.operation, operation.operation);
    assert_eq!(read.verdict, operation.verdict.word());
    assert_eq!(read.totals.counts(), counted(operation.cases.iter()));
    assert_eq!(read.totals.retries, operation.retries);
    assert_eq!(read.totals.requests, operation.requests());
    for (read, case) in read.cases.iter().zip(&operation.cases) {
        assert_eq!((&read.id, &read.reason), (&case.id, &case.reason));
        assert_eq!(read.differences.len(), case.seen.len());
    }
    assert_eq!(read.cases.len(), operation.cases.len());
    assert_eq!(read.totals.unchecked_statements, unchecked(operation));
    let marked = read.clauses.iter().filter(|clause| clause.unchecked);
    assert_eq!(marked.count(), unchecked(operation));
    let open = read
        .clauses
        .iter()
        .filter(|clause| clause.verdict == "not-exercised");
    assert_eq!(
        open.count(),
        clauses(operation, ClauseVerdict::NotExercised)
    );
}

fn check_junit(report: &Report) {
    let (cases, _) = read::junit(&junit::render(report));
    let (mut of_run, cases): (Vec<_>, Vec<_>) = cases
        .into_iter()
        .partition(|case| case.suite == junit::RUN_SUITE);
    if report.verdict.exit_code() > 1 {
        let verdict = of_run.remove(0);
        assert_eq!(verdict.name, "verdict");
        assert_eq!(verdict.outcome.as_deref(), Some("error"));
    }
    for one in &report.unjudged {
        let case = of_run.remove(0);
        assert_eq!(case.name, terminal(&one.name));
        assert_eq!(case.outcome.as_deref(), Some("error"));
    }
    if sum(report, unchecked) > 0 {
        let case = of_run.remove(0);
        assert_eq!(case.name, "unchecked statements");
        let is_failure = matches!(report.verdict, RunVerdict::Unchecked { strict: true, .. });
        let outcome = if is_failure { "failure" } else { "skipped" };
        assert_eq!(case.outcome.as_deref(), Some(outcome));
    }
    assert!(of_run.is_empty(), "{of_run:?}");
    let verdicts: Vec<&str> = cases
        .iter()
        .map(|case| case.properties["verdict"].as_str())
        .collect();
    assert_eq!(
        read::counts(verdicts.iter().map(|word| (*word, 1))),
        expected(report)
    );
    for (case, verdict) in cases.iter().zip(verdicts) {
        let outcome = match verdict {
            "fail" => Some("failure"),
            "inconclusive" | "error" => Some("error"),
            "skipped" => Some("skipped"),
            _ => None,
        };
        assert_eq!(case.outcome.as_deref(), outcome);
    }
    let names = cases.into_iter().map(|case| (case.suite, case.name));
    let operations = report.operations.iter();
    let ids = operations.flat_map(|it| {
        let ids = it.cases.iter().map(|case| terminal(&case.id));
        ids.map(|id| (terminal(&it.operation), id))
    });
    let (mut names, mut ids): (Vec<_>, Vec<_>) = (names.collect(), ids.collect());
    names.sort();
    ids.sort();
    assert_eq!(names, ids);
}

fn check_markdown(report: &Report) {
    let rendered = markdown::render(report);
    let read = read::markdown(&rendered);
    let (all, rows) = read.tables[0][1..].split_last().unwrap();
    assert_eq!(all[1], sum(report, |it| it.cases.len()).to_string());
    let rows = rows
        .iter()
        .map(|row| (row[0].as_str(), row[1].parse().unwrap()));
    assert_eq!(read::counts(rows), expected(report));
    let verdicts = [
        ClauseVerdict::Verified,
        ClauseVerdict::Violated,
        ClauseVerdict::NotExercised,
    ];
    let mut tables = read.tables[1..].iter();
    if report.operations.len() > 1 || !report.unjudged.is_empty() {
        let rows = &tables.next().unwrap()[1..];
        let (unjudged, rows) = rows.split_at(report.unjudged.len());
        assert!(unjudged.iter().all(|row| row[1].starts_with("not judged")));
        let mut rows: Vec<&[String]> = rows.iter().map(|row| &row[1..]).collect();
        let cells = report.operations.iter().map(|it| {
            let counts = verdicts.map(|verdict| clauses(it, verdict));
            let numbers = std::iter::once(it.cases.len()).chain(counts);
            let numbers = numbers.map(|number| number.to_string());
            let word = std::iter::once(it.verdict.word().into_owned());
            word.chain(numbers).collect::<Vec<_>>()
        });
        let mut cells: Vec<Vec<String>> = cells.collect();
        rows.sort();
        cells.sort();
        assert_eq!(rows, cells);
    }
    if let [one] = report.operations.as_slice() {
        let rows = &tables.next().unwrap()[1..];
        for (column, verdict) in verdicts.into_iter().enumerate() {
            let counts = rows.iter().map(|row| row[column + 1].parse::<usize>());
            let count: usize = counts.map(Result::unwrap).sum();
            assert_eq!(count, clauses(one, verdict));
        }
    }
    assert_eq!(tables.next(), None, "{rendered}");
    let lists = rendered
        .lines()
        .filter(|line| line.starts_with("### Unchecked statements"));
    let with_unchecked = report.operations.iter().filter(|it| unchecked(it) > 0);
    assert_eq!(lists.count(), with_unchecked.count());
    let verdict = format!(": {}", report.headline());
    assert!(rendered.lines().next().unwrap().ends_with(&verdict));
}

fn check_html(report: &Report) {
    let rendered = html::render(report);
    let has_list = rendered.contains("Unchecked statements");
    assert_eq!(has_list, sum(report, unchecked) > 0);
    let read = read::html(&rendered);
    let tiles = |section: &str| -> Vec<(&str, usize)> {
        let of = read.tiles.iter().filter(|(place, ..)| place == section);
        of.map(|(_, name, count)| (name.as_str(), *count)).collect()
    };
    let mut totals = tiles("totals");
    let all = sum(report, |it| it.cases.len());
    assert_eq!(totals.remove(0), ("cases", all));
    assert_eq!(totals.len(), Verdict::ALL.len());
    assert_eq!(read::counts(totals), expected(report));
    let coverage = report.operations.iter().map(|it| {
        [
            ("✓ verified", clauses(it, ClauseVerdict::Verified)),
            ("✗ violated", clauses(it, ClauseVerdict::Violated)),
            ("○ not exercised", clauses(it, ClauseVerdict::NotExercised)),
        ]
    });
    let tiles = tiles("coverage");
    let (mut drawn, mut coverage): (Vec<_>, Vec<_>) =
        (tiles.chunks(3).collect(), coverage.collect());
    drawn.sort_unstable();
    coverage.sort_unstable();
    assert_eq!(drawn, coverage);
}

fn check_grid(report: &OperationReport) {
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
    machines::check(report);
    report.operations.iter().for_each(check_grid);
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
    for operations in 0..3 {
        let mut report = example::full_of_operations("x", operations);
        for operation in &mut report.operations {
            operation.cases.clear();
            operation.clauses.clear();
        }
        report.unjudged.clear();
        report.verdict = report.fold();
        assert_eq!(report.verdict, RunVerdict::NothingRun);
        check(&report);
    }
}

#[test]
fn what_cannot_be_judged_leaves_no_verdict() {
    let mut report = example::full_of("x");
    for operation in &mut report.operations {
        operation.cases.retain(|case| case.verdict == Verdict::Pass);
        operation.clauses.clear();
    }
    report.verdict = report.fold();
    assert_eq!(report.verdict, RunVerdict::NoVerdict);
    check(&report);
}
