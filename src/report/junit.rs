//! Renders a report as JUnit XML, for the test view of a pipeline.
//!
//! A suite is an operation, a class a subject of it. A *failure* is a
//! difference; an *error* is a case without a verdict, be it inconclusive or a
//! failure of ours: a reader must not take one for the other. Passing, noted and
//! known cases succeed; the property `verdict` says which.
//!
//! JUnit has no verdict of a whole run. Where the run has none (it ended early,
//! nothing was run), a suite `conformant` with one error says so: cases that were
//! never sent must not look green. Where no case checks some documented statements, a
//! case of that suite lists them, skipped, or failed if the run was strict.

use super::{CaseReport, OperationReport, Report, finding};
use crate::baseline::Assessment;
use crate::escape::{lines, terminal};
use crate::judge::{RunVerdict, Severity, Verdict};
use crate::runner::Seen;
use crate::suite::Unjudged;
use quick_junit::{NonSuccessKind, TestCase, TestCaseStatus, TestSuite};
use std::fmt::Write as _;

/// The suite that holds the verdict of a run that has none.
pub const RUN_SUITE: &str = "conformant";

/// Most differences in the body of one failure.
const MAX_LISTED: usize = 20;
/// Most unchecked statements that are listed.
const MAX_UNCHECKED: usize = 100;

/// The report as a JUnit document.
pub fn render(report: &Report) -> String {
    let mut document = quick_junit::Report::new(terminal(&report.suite.name));
    document.set_time(report.elapsed);
    for operation in &report.operations {
        let mut suite = suite(report, &operation.operation, &operation.headline());
        for correction in &operation.corrections {
            suite.add_property(("corrected", terminal(&correction.to_string()).as_str()));
        }
        suite.set_time(operation.elapsed());
        let cases = operation.cases.iter();
        suite.add_test_cases(cases.map(|case| test_case(operation, case)));
        document.add_test_suite(suite);
    }
    let has_verdict = report.verdict.exit_code() <= 1;
    let mut of_run = suite(report, RUN_SUITE, &report.headline());
    of_run.add_test_cases((!has_verdict).then(|| without_verdict(report)));
    of_run.add_test_cases(report.unjudged.iter().map(unjudged));
    of_run.add_test_cases(unchecked(report));
    if !of_run.test_cases.is_empty() {
        document.add_test_suite(of_run);
    }
    // Writing to memory does not fail; were it to, no green file may come of it.
    document
        .to_string()
        .unwrap_or_else(|error| format!("no report: {}\n", terminal(&error.to_string())))
}

fn suite(report: &Report, name: &str, verdict: &str) -> TestSuite {
    let mut suite = TestSuite::new(terminal(name));
    suite.add_property(("target", terminal(&report.target).as_str()));
    suite.add_property(("verdict", terminal(verdict).as_str()));
    suite.add_property(("seed", report.seed.to_string().as_str()));
    suite
}

/// What could not be judged at all is an error: the rest of the service is not all of it.
fn unjudged(one: &Unjudged) -> TestCase {
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
    status
        .set_type("not judged")
        .set_message(terminal(&one.reason));
    let mut case = TestCase::new(terminal(&one.name), status);
    case.set_classname(RUN_SUITE);
    case
}

fn unchecked(report: &Report) -> Option<TestCase> {
    let operations = report.operations.iter();
    let unchecked = operations.flat_map(|it| it.unchecked().into_iter().map(move |of| (it, of)));
    let unchecked: Vec<_> = unchecked.collect();
    if unchecked.is_empty() {
        return None;
    }
    let is_strict = matches!(report.verdict, RunVerdict::Unchecked { strict: true, .. });
    let mut status = match is_strict {
        true => TestCaseStatus::non_success(NonSuccessKind::Failure),
        false => TestCaseStatus::skipped(),
    };
    let mut text = String::new();
    for (operation, clause) in unchecked.iter().take(MAX_UNCHECKED) {
        let line = format!(
            "{}: {} — {}: {}; {}",
            operation.operation,
            clause.id,
            clause.source,
            clause.statement,
            clause.reason.as_deref().unwrap_or_default()
        );
        let _ = writeln!(text, "{}", terminal(&line));
    }
    if unchecked.len() > MAX_UNCHECKED {
        let _ = writeln!(text, "… and {} more", unchecked.len() - MAX_UNCHECKED);
    }
    status
        .set_message(format!(
            "statements that no case checks: {}",
            unchecked.len()
        ))
        .set_description(text);
    let mut case = TestCase::new("unchecked statements", status);
    case.set_classname(RUN_SUITE);
    Some(case)
}

fn without_verdict(report: &Report) -> TestCase {
    let word = report.verdict.word();
    let message = match &report.stopped {
        Some(why) => format!("{word}: {}", terminal(why)),
        None => word.clone().into_owned(),
    };
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
    status.set_type(word).set_message(message);
    let mut case = TestCase::new("verdict", status);
    case.set_classname(RUN_SUITE);
    case
}

fn test_case(report: &OperationReport, case: &CaseReport) -> TestCase {
    let clause = report.clause(&case.clause);
    let mut test = TestCase::new(terminal(&case.id), status(report, case));
    test.set_classname(terminal(&class_of(case)))
        .set_time(case.elapsed);
    let mut property = |name: &str, value: &str| {
        if !value.is_empty() {
            test.add_property((name, terminal(value).as_str()));
        }
    };
    property("verdict", case.verdict.word());
    property("summary", &case.summary);
    property("clause", &case.clause);
    property("source", clause.map_or("", |clause| clause.source.as_str()));
    property("requests", &case.requests.to_string());
    if let Assessment::Known(acceptance) = &case.assessment {
        property("accepted", &acceptance.reason);
        property("until", &acceptance.until.to_string());
        property("ticket", acceptance.ticket.as_deref().unwrap_or_default());
    }
    for seen in listed(case).into_iter().take(1) {
        property("curl", &seen.example.curl);
    }
    if let Assessment::Known(acceptance) = &case.assessment {
        test.set_system_out(format!(
            "not as documented, accepted until {}: {}",
            acceptance.until,
            terminal(&acceptance.reason)
        ));
    }
    test
}

/// `operation.subject`: how readers group test cases.
fn class_of(case: &CaseReport) -> String {
    let parts: Vec<&str> = case.id.split('/').take(2).collect();
    parts.join(".")
}

fn status(report: &OperationReport, case: &CaseReport) -> TestCaseStatus {
    let reason = terminal(finding::why(case));
    let mut status = match case.verdict {
        Verdict::Pass | Verdict::Note | Verdict::Known => return TestCaseStatus::success(),
        Verdict::Skipped => {
            let mut status = TestCaseStatus::skipped();
            status.set_message(reason);
            return status;
        }
        Verdict::Inconclusive | Verdict::Error => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
            status.set_type(case.verdict.word()).set_message(reason);
            return status;
        }
        Verdict::Fail => TestCaseStatus::non_success(NonSuccessKind::Failure),
    };
    let (message, body) = failure(report, case);
    let listed = listed(case);
    let kind = listed
        .first()
        .map_or("fail", |seen| seen.difference.rule.code);
    status
        .set_type(kind)
        .set_message(message)
        .set_description(body);
    status
}

/// What a failing case fails for: in one line, and in full.
pub(super) fn failure(report: &OperationReport, case: &CaseReport) -> (String, String) {
    let reason = terminal(finding::why(case));
    let listed = listed(case);
    let message = match listed.first() {
        Some(seen) => terminal(&seen.difference.to_string()),
        None => reason.clone(),
    };
    let more = (listed.len() as u64 + case.unlisted).saturating_sub(1);
    let message = match more {
        more if more > 0 && !listed.is_empty() => format!("{message} (and {more} more)"),
        _ => message,
    };
    let body = body(report, case, &listed, &reason);
    (message, body)
}

/// The differences of a case; its notes where it has none.
fn listed(case: &CaseReport) -> Vec<&Seen> {
    let of = |severity| {
        let has = move |seen: &&Seen| seen.difference.rule.severity == severity;
        case.seen.iter().filter(has).collect::<Vec<_>>()
    };
    let differences = of(Severity::Difference);
    if differences.is_empty() {
        of(Severity::Note)
    } else {
        differences
    }
}

fn body(report: &OperationReport, case: &CaseReport, listed: &[&Seen], reason: &str) -> String {
    let mut text = String::new();
    if !reason.is_empty() {
        let _ = writeln!(text, "reason: {reason}");
    }
    for seen in listed.iter().take(MAX_LISTED) {
        let difference = &seen.difference;
        let at = if difference.pointer.is_empty() {
            String::new()
        } else {
            format!(" at {}", terminal(&difference.pointer))
        };
        let _ = writeln!(text, "\n{}{at}", difference.rule.code);
        let clause = report.clause(&difference.clause);
        let source = clause.map_or(String::new(), |clause| {
            format!(" — {}: {}", clause.source, clause.statement)
        });
        let mut line = |name: &str, value: &str| {
            let _ = writeln!(
                text,
                "{:<10}{}",
                format!("{name}:"),
                lines(value).join("\n          ")
            );
        };
        line("clause", &format!("{}{source}", difference.clause));
        if let Some(reading) = clause.and_then(|clause| clause.reading.as_deref()) {
            line("reading", reading);
        }
        line("expected", &difference.documented);
        line("observed", difference.observed_in_full());
        line(
            "replies",
            &format!("{} of {}", seen.count, case.requests.max(seen.count)),
        );
        line("reply", &seen.example.reply);
        line("curl", &seen.example.curl);
    }
    let more = listed.len().saturating_sub(MAX_LISTED) as u64 + case.unlisted;
    if more > 0 {
        let _ = writeln!(text, "\n… and {more} more differences");
    }
    text
}
