//! Renders a report in the Common Test Report Format (CTRF), for tools that read the
//! results of any test runner.
//!
//! A test is a case, its suite the operation. What passes, with notes or accepted
//! differences too, is `passed`; a case without a verdict is `other`. As in JUnit, a suite
//! `conformant` says what no case can: that the run has no verdict, what could not be
//! judged, and which statements no case checks.

use super::junit::{RUN_SUITE, failure};
use super::{CaseReport, OperationReport, Report, finding};
use crate::baseline::{Assessment, written};
use crate::escape::{self, terminal};
use crate::judge::{RunVerdict, Verdict};
use serde_json::{Map, Value, json};
use std::time::{Duration, SystemTime};

/// The version of the specification.
const SPECIFICATION: &str = "0.0.0";
const STATUSES: [&str; 5] = ["passed", "failed", "pending", "skipped", "other"];

/// The report as one CTRF document.
pub fn render(report: &Report) -> String {
    let operations = report.operations.iter();
    let cases = operations.flat_map(|it| it.cases.iter().map(move |case| test(it, case)));
    let tests: Vec<Value> = cases.chain(of_run(report)).collect();
    let document = json!({
        "reportFormat": "CTRF",
        "specVersion": SPECIFICATION,
        "timestamp": written(report.ended_at()),
        "generatedBy": "conformant",
        "results": {
            "tool": { "name": "conformant", "version": env!("CARGO_PKG_VERSION") },
            "summary": summary(report, &tests),
            "tests": tests,
        },
    });
    let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
    text.push('\n');
    escape::json(&text)
}

fn summary(report: &Report, tests: &[Value]) -> Value {
    let mut summary = Map::new();
    summary.insert("tests".into(), tests.len().into());
    for status in STATUSES {
        let has = |test: &&Value| test["status"] == status;
        summary.insert(status.into(), tests.iter().filter(has).count().into());
    }
    let start = report.started_at.duration_since(SystemTime::UNIX_EPOCH);
    summary.insert(
        "start".into(),
        milliseconds(start.unwrap_or_default()).into(),
    );
    let stop = report.ended_at().duration_since(SystemTime::UNIX_EPOCH);
    summary.insert("stop".into(), milliseconds(stop.unwrap_or_default()).into());
    let extra = json!({
        "verdict": report.verdict.word(),
        "headline": report.headline(),
        "exitCode": report.verdict.exit_code(),
        "target": terminal(&report.target),
        "suite": terminal(&report.suite.name),
        "suiteDigest": terminal(&report.suite.digest),
        "commit": report.suite.commit.as_deref().map(terminal),
        "seed": report.seed.to_string(),
        "requests": report.requests,
        "retries": report.retries(),
    });
    summary.insert("extra".into(), extra);
    summary.into()
}

fn test(operation: &OperationReport, case: &CaseReport) -> Value {
    let status = match case.verdict {
        Verdict::Pass | Verdict::Note | Verdict::Known => "passed",
        Verdict::Fail => "failed",
        Verdict::Skipped => "skipped",
        Verdict::Inconclusive | Verdict::Error => "other",
    };
    let mut test = json!({
        "name": name(&case.id),
        "status": status,
        "duration": milliseconds(case.elapsed),
        "suite": [name(&operation.operation)],
        "rawStatus": case.verdict.word(),
        "extra": {
            "summary": terminal(&case.summary),
            "clause": terminal(&case.clause),
            "expect": case.expect,
            "requests": case.requests,
        },
    });
    match case.verdict {
        Verdict::Fail => {
            let (message, trace) = failure(operation, case);
            test["message"] = message.into();
            test["trace"] = trace.into();
        }
        Verdict::Skipped | Verdict::Inconclusive | Verdict::Error => {
            test["message"] = terminal(finding::why(case)).into();
        }
        Verdict::Pass | Verdict::Note | Verdict::Known => {}
    }
    if let Assessment::Known(acceptance) = &case.assessment {
        test["extra"]["accepted"] = json!({
            "reason": terminal(&acceptance.reason),
            "until": acceptance.until.to_string(),
            "ticket": acceptance.ticket.as_deref().map(terminal),
        });
    }
    test
}

/// What is said of the run as a whole.
fn of_run(report: &Report) -> Vec<Value> {
    let test = |of: &str, status: &str, message: String| {
        json!({
            "name": name(of),
            "status": status,
            "duration": 0,
            "suite": [RUN_SUITE],
            "message": message,
        })
    };
    let mut tests = Vec::new();
    if report.verdict.exit_code() > 1 {
        let word = report.verdict.word();
        let message = match &report.stopped {
            Some(why) => format!("{word}: {}", terminal(why)),
            None => word.into_owned(),
        };
        tests.push(test("verdict", "other", message));
    }
    for one in &report.unjudged {
        tests.push(test(&one.name, "other", terminal(&one.reason)));
    }
    let unchecked = report.unchecked();
    if unchecked > 0 {
        let fails = matches!(report.verdict, RunVerdict::Unchecked { strict: true, .. });
        let status = if fails { "failed" } else { "skipped" };
        let message = format!("statements that no case checks: {unchecked}");
        tests.push(test("unchecked statements", status, message));
    }
    tests
}

/// A name is never empty.
fn name(text: &str) -> String {
    match terminal(text) {
        text if text.is_empty() => "—".into(),
        text => text,
    }
}

fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
