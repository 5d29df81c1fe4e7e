//! Renders a report as SARIF 2.1.0, for the code-scanning view of a forge: one result for
//! each cause, with every operation that shows it.
//!
//! A cause stands at the contract of its operation, which is a file of the suite; the report
//! knows no line in it, and names the statement as a logical location. What was accepted is
//! suppressed. What leaves the run without a verdict is a notification, so that a log
//! without results is not taken for a pass.

use super::finding::{self, Finding};
use super::{CaseReport, OperationReport, Report};
use crate::baseline::{Assessment, written};
use crate::digest::{Sha256, hex};
use crate::escape::{self, terminal};
use crate::judge::{Fingerprint, RunVerdict, Severity, rule};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};
use std::collections::BTreeSet;

const VERSION: &str = env!("CARGO_PKG_VERSION");
/// Most results of one kind; forges show a few thousand.
const MAX_RESULTS: usize = 5_000;
/// Most places, cases and suppressions of one result.
const MAX_NAMED: usize = 100;
/// Results without a rule of the judge: id, description.
const OUTDATED: (&str, &str) = (
    "acceptance",
    "An accepted difference no longer holds as it was accepted.",
);
const UNCHECKED: (&str, &str) = (
    "statement-unchecked",
    "No case of the suite checks this documented statement.",
);

/// The report as one SARIF log.
pub fn render(report: &Report) -> String {
    let log = json!({
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [run(report)],
    });
    let mut text = serde_json::to_string_pretty(&log).unwrap_or_default();
    text.push('\n');
    escape::json(&text)
}

fn run(report: &Report) -> Value {
    let mut results = Results::default();
    let differences = finding::differences(report);
    results.causes(&differences, "error");
    results.causes(&finding::accepted_ones(report), "error");
    results.causes(&finding::notes(report), "note");
    for case in finding::gated(report) {
        results.add(OUTDATED.0, outdated(report, case));
    }
    let fails = matches!(report.verdict, RunVerdict::Unchecked { strict: true, .. });
    for operation in &report.operations {
        for clause in operation.unchecked() {
            let why = clause.reason.as_deref().unwrap_or_default();
            let text = format!(
                "{} — {}: {}; {why}",
                clause.id, clause.source, clause.statement
            );
            let result = json!({
                "level": if fails { "error" } else { "note" },
                "message": message(&text),
                "locations": [location(operation, &clause.id)],
            });
            results.add(UNCHECKED.0, result);
        }
    }
    let suite = &report.suite;
    json!({
        "tool": { "driver": {
            "name": "conformant",
            "version": VERSION,
            "semanticVersion": VERSION,
            "informationUri": env!("CARGO_PKG_REPOSITORY"),
            "rules": results.rules(),
        } },
        "automationDetails": { "id": terminal(&format!("conformant/{}/{}/", suite.name, report.target)) },
        "invocations": [invocation(report, results.left_out)],
        "columnKind": "unicodeCodePoints",
        "results": results.all,
        "properties": {
            "verdict": report.verdict.word(),
            "headline": report.headline(),
            "target": terminal(&report.target),
            "suiteDigest": terminal(&suite.digest),
            "commit": suite.commit.as_deref().map(terminal),
            "seed": report.seed.to_string(),
            "planDigest": terminal(&report.plan_digest),
            "operations": report.operations.len(),
            "unlistedDifferences": report.cases().map(|case| case.unlisted).fold(0, u64::saturating_add),
            "cases": report.totals().iter().map(|(verdict, count)| (verdict.word().to_owned(), json!(count)))
                .collect::<serde_json::Map<_, _>>(),
        },
    })
}

/// The results so far, and the rules that they name.
#[derive(Default)]
struct Results {
    all: Vec<Value>,
    rules: Vec<&'static str>,
    seen: BTreeSet<Fingerprint>,
    left_out: usize,
}

impl Results {
    /// Adds each cause that is not among them.
    fn causes(&mut self, found: &[Finding<'_>], level: &str) {
        for found in found {
            if self.seen.insert(found.difference.fingerprint()) {
                self.add(found.difference.rule.code, cause(found, level));
            }
        }
    }

    fn add(&mut self, rule: &'static str, mut result: Value) {
        if self.all.len() >= MAX_RESULTS {
            self.left_out += 1;
            return;
        }
        let at = self.rules.iter().position(|other| *other == rule);
        let at = at.unwrap_or_else(|| {
            self.rules.push(rule);
            self.rules.len() - 1
        });
        result["ruleId"] = rule.into();
        result["ruleIndex"] = at.into();
        self.all.push(result);
    }

    /// What is known of the rules that fired.
    fn rules(&self) -> Vec<Value> {
        let described = |code: &str| {
            let rule = rule::ALL.iter().find(|rule| rule.code == code);
            rule.map_or_else(
                || {
                    let all = [OUTDATED, UNCHECKED];
                    let text = all.iter().find(|(id, _)| *id == code);
                    (text.map_or("", |it| it.1), "", Severity::Difference)
                },
                |rule| (rule.description, rule.basis, rule.severity),
            )
        };
        let rules = self.rules.iter().map(|code| {
            let (description, basis, severity) = described(code);
            json!({
                "id": code,
                "shortDescription": { "text": message_text(description) },
                "defaultConfiguration": { "level": match severity {
                    Severity::Difference => "error",
                    Severity::Note => "note",
                } },
                "properties": { "basis": basis },
            })
        });
        rules.collect()
    }
}

fn cause(found: &Finding<'_>, level: &str) -> Value {
    let difference = found.difference;
    let at = match difference.pointer.as_str() {
        "" => String::new(),
        pointer => format!(" at {pointer}"),
    };
    let clause = found.clause().map_or(String::new(), |clause| {
        format!(" {}: {}.", clause.source, clause.statement)
    });
    let operations = match found.operations.len() {
        0 | 1 => String::new(),
        several => format!(" of {several} operations"),
    };
    let text = format!(
        "{}{clause} Documented {}, observed {}{at}, in {} replies of {} cases{operations}.",
        difference.clause,
        difference.documented,
        difference.observed_in_full(),
        found.count,
        found.cases.len(),
    );
    let places = found.operations.iter().take(MAX_NAMED);
    let places: Vec<Value> = places.map(|it| location(it, &difference.clause)).collect();
    let names = |names: &mut dyn Iterator<Item = &str>| -> Vec<String> {
        names.take(MAX_NAMED).map(terminal).collect()
    };
    let mut result = json!({
        "level": level,
        "message": message(&text),
        "locations": places,
        "partialFingerprints": { "conformantDifference/v1": fingerprint(&difference.fingerprint()) },
        "properties": {
            "operations": names(&mut found.operations.iter().map(|it| it.operation.as_str())),
            "cases": names(&mut found.cases.iter().map(|it| it.id.as_str())),
            "replies": found.count,
            "pointer": terminal(&difference.pointer),
            "documented": terminal(&difference.documented),
            "observed": terminal(difference.observed_in_full()),
            "reply": terminal(&found.example.reply),
            "curl": terminal(&found.example.curl),
        },
    });
    let suppressions = suppressions(found);
    if !suppressions.is_empty() {
        result["suppressions"] = suppressions.into();
    }
    result
}

/// Why a cause was accepted, where it was: each acceptance once.
fn suppressions(found: &Finding<'_>) -> Vec<Value> {
    let mut reasons = BTreeSet::new();
    for case in &found.cases {
        if let Assessment::Known(acceptance) = &case.assessment {
            let ticket = acceptance.ticket.as_ref();
            let ticket = ticket.map_or(String::new(), |ticket| format!(" ({ticket})"));
            reasons.insert(format!(
                "{}{ticket}; until {}",
                acceptance.reason, acceptance.until
            ));
        } else {
            // A case that carries no acceptance is not suppressed by that of another.
            return Vec::new();
        }
    }
    let reasons = reasons.iter().take(MAX_NAMED).map(|reason| {
        json!({ "kind": "external", "status": "accepted", "justification": terminal(reason) })
    });
    reasons.collect()
}

/// A failing case whose acceptance ended or fits no more.
fn outdated(report: &Report, case: &CaseReport) -> Value {
    let of = |operation: &&OperationReport| {
        let mut cases = operation.cases.iter();
        cases.any(|other| std::ptr::eq(other, case))
    };
    let operation = report.operations.iter().find(of);
    let places = operation.map(|it| location(it, &case.clause));
    json!({
        "level": "error",
        "message": message(&format!("{}: {}", case.id, finding::why(case))),
        "locations": places.into_iter().collect::<Vec<_>>(),
    })
}

fn location(operation: &OperationReport, clause: &str) -> Value {
    let name = utf8_percent_encode(&operation.operation, NAME);
    let mut logical = json!({
        "name": terminal(clause),
        "fullyQualifiedName": terminal(&format!("{}/{clause}", operation.operation)),
    });
    if let Some(clause) = operation.clause(clause) {
        logical["properties"] = json!({
            "source": terminal(&clause.source),
            "statement": terminal(&clause.statement),
        });
    }
    json!({
        "physicalLocation": {
            "artifactLocation": { "uri": format!("schemas/{name}/contract.json") },
        },
        "logicalLocations": [logical],
    })
}

/// What a name holds as it stands in an address.
const NAME: &percent_encoding::AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'~');

fn invocation(report: &Report, left_out: usize) -> Value {
    let open = finding::open(report)
        .into_iter()
        .map(|(verdict, reason, cases)| {
            let first = cases.first().map_or("", |case| case.id.as_str());
            let more = match cases.len().saturating_sub(1) {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            ("error", format!("{verdict}: {first}{more}: {reason}"))
        });
    let stopped = report
        .stopped
        .iter()
        .map(|why| ("error", format!("ended early: {why}")));
    let unjudged = report.unjudged.iter();
    let unjudged =
        unjudged.map(|one| ("error", format!("not judged: {}: {}", one.name, one.reason)));
    let cut = (left_out > 0).then(|| ("warning", format!("{left_out} more results are left out")));
    let all = stopped
        .chain(unjudged)
        .chain(open)
        .take(MAX_RESULTS)
        .chain(cut);
    let notifications =
        all.map(|(level, text)| json!({ "level": level, "message": message(&text) }));
    json!({
        "executionSuccessful": report.verdict.exit_code() <= 1,
        "exitCode": report.verdict.exit_code(),
        "exitCodeDescription": report.headline(),
        "startTimeUtc": written(report.started_at),
        "endTimeUtc": written(report.ended_at()),
        "toolExecutionNotifications": notifications.collect::<Vec<_>>(),
    })
}

fn message(text: &str) -> Value {
    json!({ "text": message_text(text) })
}

/// Brackets in a message would be a link, and a backslash in front of one keeps it from that.
fn message_text(text: &str) -> String {
    let text = terminal(text);
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '\\' | '[' | ']') {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

/// The same for the same difference, on every run, seed and machine.
fn fingerprint(of: &Fingerprint) -> String {
    let parts = [of.rule, &of.clause, &of.pointer, &of.observed];
    hex(&Sha256::digest(parts.join("\0")))
}
