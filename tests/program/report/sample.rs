//! Reports of a service to look at, and what the largest may take.

use super::read;
use conformant::baseline::Assessment;
use conformant::judge::{Difference, Severity, Verdict, rule};
use conformant::report::{CaseReport, ClauseReport, ClauseVerdict, OperationReport, Report};
use conformant::report::{ctrf, html, json, junit, markdown, sarif};
use conformant::runner::{Example, Seen};
use conformant::suite::{SuiteName, Unjudged};
use std::path::Path;
use std::time::{Duration, Instant};

const MEMBERS: [&str; 10] = [
    "id",
    "name",
    "region",
    "project_id",
    "status",
    "created_at",
    "updated_at",
    "total_num",
    "tags",
    "error_code",
];
const STATUSES: [u16; 5] = [200, 400, 401, 403, 500];

/// A report of so many operations with so many cases each; every `differs`-th differs.
pub(super) fn service(operations: usize, cases: usize, differs: usize) -> Report {
    let verbs = ["create", "delete", "list", "show", "update"];
    let nouns = [
        "audit-task",
        "backup",
        "cluster",
        "instance",
        "network-interface",
        "rule",
        "volume",
    ];
    let name = |at: usize| format!("{}-{}-{at:03}", verbs[at % 5], nouns[at % 7]);
    let mut report = Report {
        target: "staging".into(),
        base_url: Some("https://api.example.com".into()),
        suite: SuiteName { name: "audit".into(), digest: "0".repeat(64), commit: None, left_out: Vec::new() },
        seed: 4711,
        plan_digest: "0".repeat(64),
        stopped: None,
        operations: (0..operations).map(|at| operation(&name(at), at, cases, at % differs == 1)).collect(),
        unjudged: (0..operations / 20).map(|at| Unjudged {
            name: format!("restore-{at}"),
            reason: format!("schemas/restore-{at}/reading.toml, line 3: the page documents no status of success"),
        }).collect(),
        requests: 12 * (operations * cases) as u64,
        elapsed: Duration::from_secs(operations as u64 * 3),
        ..Report::not_finished("")
    };
    report
        .operations
        .sort_by(|one, other| one.operation.cmp(&other.operation));
    report.verdict = report.fold();
    report
}

fn operation(name: &str, at: usize, cases: usize, differs: bool) -> OperationReport {
    let clauses: Vec<ClauseReport> = clauses(at, differs);
    let cases: Vec<CaseReport> = (0..cases)
        .map(|case| self::case(name, at, case, differs, &clauses))
        .collect();
    let verdicts = cases.iter().map(|case| case.verdict);
    let unchecked = clauses.iter().filter(|clause| clause.unchecked).count();
    let verdict =
        conformant::judge::RunVerdict::fold(verdicts, true).with_unchecked(unchecked, false);
    OperationReport {
        operation: name.into(),
        files: [("contract.json".to_owned(), "0".repeat(64))].into(),
        corrections: Vec::new(),
        plan_digest: "0".repeat(64),
        planned: Vec::new(),
        verdict,
        cases,
        weaknesses: vec![format!(
            "response 200: {} may be any text",
            MEMBERS[at % 10]
        )],
        clauses,
        retries: 0,
    }
}

fn clauses(at: usize, differs: bool) -> Vec<ClauseReport> {
    let clause = |id: String, statement: String, row: usize, verdict, unchecked| ClauseReport {
        id: id.into(),
        statement,
        source: format!("Table {}, row {row}", 2 + row % 3),
        quote: String::new(),
        reading: None,
        verdict,
        observations: if verdict == ClauseVerdict::NotExercised {
            0
        } else {
            17
        },
        reason: (verdict == ClauseVerdict::NotExercised).then(|| {
            if unchecked {
                "the page gives no value to send".into()
            } else {
                "no reply had status 500".into()
            }
        }),
        unchecked,
    };
    let mut clauses = Vec::new();
    for (row, member) in MEMBERS.iter().enumerate() {
        clauses.push(clause(
            format!("request/query/{member}/type"),
            "String".into(),
            row,
            ClauseVerdict::Verified,
            false,
        ));
        for status in STATUSES {
            let verdict = match status {
                500 => ClauseVerdict::NotExercised,
                400 if differs && *member == "error_code" => ClauseVerdict::Violated,
                _ => ClauseVerdict::Verified,
            };
            clauses.push(clause(
                format!("response/{status}/{member}/present"),
                format!("{member} is mandatory"),
                row,
                verdict,
                false,
            ));
        }
    }
    if at % 9 == 4 {
        clauses.push(clause(
            "request/query/limit/maximum".into(),
            "at most 1000".into(),
            11,
            ClauseVerdict::NotExercised,
            true,
        ));
    }
    clauses
}

fn case(
    operation: &str,
    at: usize,
    case: usize,
    differs: bool,
    clauses: &[ClauseReport],
) -> CaseReport {
    let verdict = match case {
        0..=3 if differs => Verdict::Fail,
        5 if at % 40 == 7 => Verdict::Inconclusive,
        6 => Verdict::Skipped,
        7 | 8 => Verdict::Note,
        _ => Verdict::Pass,
    };
    let member = MEMBERS[case % 10];
    let rule = |code: &str| *rule::ALL.iter().find(|rule| rule.code == code).unwrap();
    let note = *rule::ALL
        .iter()
        .find(|rule| rule.severity == Severity::Note)
        .unwrap();
    let found = match verdict {
        Verdict::Fail if case == 3 => Some((
            rule("status-unexpected"),
            format!("request/query/{}/type", MEMBERS[at % 10]),
            "",
            "400",
            "200",
        )),
        Verdict::Fail => Some((
            rule("member-missing"),
            "response/400/error_code/present".to_owned(),
            "/error_code",
            "error_code is mandatory",
            "no such member",
        )),
        Verdict::Note => Some((
            note,
            format!("response/200/{member}/present"),
            "/extra",
            "no such member",
            "a string",
        )),
        _ => None,
    };
    CaseReport {
        id: format!("{operation}/{member}/wrong-type-{case}"),
        summary: format!("{member} of another type than documented, at place {case}"),
        clause: clauses[case % clauses.len()].id.clone(),
        expect: vec![400],
        verdict,
        reason: matches!(verdict, Verdict::Inconclusive | Verdict::Skipped).then(|| "its control failed: 503 in place of 200, three times".into()),
        requests: if verdict == Verdict::Skipped { 0 } else { 12 },
        elapsed: Duration::from_millis(31 * (1 + case as u64 % 5)),
        seen: found.into_iter().map(|(rule, clause, pointer, documented, observed)| Seen {
            difference: Difference {
                rule,
                clause: clause.into(),
                pointer: pointer.into(),
                documented: documented.into(),
                observed: observed.into(),
                detail: String::new(),
            },
            count: 3,
            example: Example {
                curl: format!("curl -sS -H \"X-Auth-Token: $CONFORMANT_TOKEN\" 'https://api.example.com/v3/0123456789abcdef0123456789abcdef/{operation}?{member}=%5B1%5D'"),
                reply: "400 application/json {\"error_msg\":\"The request is malformed.\",\"request_id\":\"8d0f6c2e\",\"details\":[{\"field\":\"name\",\"codes\":[1,2]}]}".into(),
            },
        }).collect(),
        unlisted: 0,
        assessment: if verdict == Verdict::Fail { Assessment::New } else { Assessment::Clean },
        gate: None,
        ends_soon: false,
    }
}

#[test]
#[ignore = "writes reports to look at into the folder that CONFORMANT_SAMPLES names"]
fn samples() {
    let folder = std::env::var("CONFORMANT_SAMPLES").unwrap();
    for (operations, differs) in [(1, 2), (3, 2), (40, 5), (500, 3), (501, 1)] {
        let mut report = service(operations, 100, differs);
        if operations == 501 {
            report = service(500, 100, 2);
            for operation in &mut report.operations {
                operation.verdict = conformant::judge::RunVerdict::Differs;
            }
        }
        for (format, render) in [
            ("html", html::render as fn(&Report) -> String),
            ("json", json::render),
            ("sarif", sarif::render),
            ("ctrf", ctrf::render),
            ("junit", junit::render),
            ("markdown", markdown::render),
        ] {
            let begin = Instant::now();
            let text = render(&report);
            println!(
                "{operations} {format}: {} KiB, {:?}",
                text.len() / 1024,
                begin.elapsed()
            );
            std::fs::write(
                Path::new(&folder).join(format!("{operations}.{format}")),
                text,
            )
            .unwrap();
        }
    }
}

/// A page that a browser opens at once, whether most operations conform or none.
#[test]
fn the_page_of_a_large_service_stays_small() {
    let mut report = service(500, 100, 3);
    assert_eq!(report.cases().count(), 50_000);
    for is_worst in [false, true] {
        if is_worst {
            for operation in &mut report.operations {
                operation.verdict = conformant::judge::RunVerdict::Differs;
            }
        }
        let page = html::render(&report);
        assert!(page.len() < 20 * 1024 * 1024, "{} bytes", page.len());
        let read = read::html(&page);
        let ids = read.attributes.iter().filter(|(name, _)| name == "id");
        let mut ids: Vec<&str> = ids.map(|(_, value)| value.as_str()).collect();
        let operations = ids.iter().filter(|id| id.starts_with("operation-"));
        assert_eq!(operations.count(), 500);
        ids.sort_unstable();
        assert!(
            ids.is_sorted_by(|one, other| one < other),
            "an id stands twice"
        );
        assert!(
            read.tiles
                .iter()
                .any(|(_, name, count)| name == "cases" && *count == 50_000)
        );
    }
}
