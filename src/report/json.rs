//! Renders a report as JSON, `conformant-report/1`. `serde_json` escapes what JSON
//! must escape; other dangerous characters are escaped as `\u` too, since people
//! print JSON on terminals.

use super::Report;
use crate::baseline::Assessment;
use crate::contract::Correction;
use crate::escape;
use crate::judge::Severity;
use crate::runner::{Planned, Shard};
use serde::Serialize;
use std::collections::BTreeMap;

/// The version line of the format.
pub const FORMAT: &str = "conformant-report/1";

#[derive(Serialize)]
struct Document<'a> {
    format: &'static str,
    tool_version: &'static str,
    target: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    base_url: Option<&'a str>,
    operation: &'a str,
    suite: &'a BTreeMap<String, String>,
    corrections: &'a [Correction],
    seed: u64,
    strict: bool,
    plan: PlanPart<'a>,
    verdict: std::borrow::Cow<'static, str>,
    headline: String,
    exit_code: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    stopped: Option<&'a str>,
    totals: Totals,
    cases: Vec<Case<'a>>,
    weaknesses: &'a [String],
    clauses: Vec<Clause<'a>>,
}

#[derive(Serialize)]
struct PlanPart<'a> {
    digest: &'a str,
    items: &'a [Planned],
    #[serde(skip_serializing_if = "Option::is_none")]
    shard: Option<Shard>,
}

#[derive(Serialize)]
struct Totals {
    #[serde(flatten)]
    cases: BTreeMap<&'static str, usize>,
    requests: u64,
    retries: u64,
    elapsed_ms: u128,
    unchecked_statements: usize,
}

#[derive(Serialize)]
struct Case<'a> {
    id: &'a str,
    summary: &'a str,
    clause: &'a str,
    expect: &'a [u16],
    verdict: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
    requests: u64,
    elapsed_ms: u128,
    differences: Vec<Difference<'a>>,
    unlisted_differences: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    accepted: Option<Accepted<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    gate: Option<&'a str>,
}

#[derive(Serialize)]
struct Accepted<'a> {
    reason: &'a str,
    until: String,
    accepted: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    ticket: Option<&'a str>,
    ends_soon: bool,
}

#[derive(Serialize)]
struct Difference<'a> {
    rule: &'static str,
    severity: &'static str,
    basis: &'static str,
    clause: &'a str,
    source: &'a str,
    pointer: &'a str,
    documented: &'a str,
    observed: &'a str,
    count: u64,
    reply: &'a str,
    curl: &'a str,
}

#[derive(Serialize)]
struct Clause<'a> {
    id: &'a str,
    statement: &'a str,
    source: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reading: Option<&'a str>,
    verdict: &'static str,
    observations: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    unchecked: bool,
}

/// The report as one JSON object, indented, with a line feed at its end.
pub fn render(report: &Report) -> String {
    let totals = report.totals();
    let document = Document {
        format: FORMAT,
        tool_version: env!("CARGO_PKG_VERSION"),
        target: &report.target,
        base_url: report.base_url.as_deref(),
        operation: &report.operation,
        suite: &report.suite,
        corrections: &report.corrections,
        seed: report.seed,
        strict: report.strict,
        plan: PlanPart {
            digest: &report.plan_digest,
            items: &report.planned,
            shard: report.shard,
        },
        verdict: report.verdict.word(),
        headline: report.headline(),
        exit_code: report.verdict.exit_code(),
        stopped: report.stopped.as_deref(),
        totals: Totals {
            cases: crate::judge::Verdict::ALL
                .iter()
                .map(|verdict| {
                    let count = totals.iter().find(|(other, _)| other == verdict);
                    (verdict.word(), count.map_or(0, |(_, count)| *count))
                })
                .collect(),
            requests: report.requests,
            retries: report.retries,
            elapsed_ms: report.elapsed.as_millis(),
            unchecked_statements: report.unchecked().len(),
        },
        cases: report
            .cases
            .iter()
            .map(|case| case_of(report, case))
            .collect(),
        weaknesses: &report.weaknesses,
        clauses: report
            .clauses
            .iter()
            .map(|clause| Clause {
                id: &clause.id,
                statement: &clause.statement,
                source: &clause.source,
                reading: clause.reading.as_deref(),
                verdict: clause.verdict.word(),
                observations: clause.observations,
                reason: clause.reason.as_deref(),
                unchecked: clause.unchecked,
            })
            .collect(),
    };
    let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
    text.push('\n');
    escape::json(&text)
}

/// The word for a severity.
pub(super) fn severity_word(severity: Severity) -> &'static str {
    match severity {
        Severity::Difference => "difference",
        Severity::Note => "note",
    }
}

fn case_of<'a>(report: &'a Report, case: &'a super::CaseReport) -> Case<'a> {
    Case {
        id: &case.id,
        summary: &case.summary,
        clause: &case.clause,
        expect: &case.expect,
        verdict: case.verdict.word(),
        reason: case.reason.as_deref(),
        requests: case.requests,
        elapsed_ms: case.elapsed.as_millis(),
        differences: case
            .seen
            .iter()
            .map(|seen| Difference {
                rule: seen.difference.rule.code,
                severity: severity_word(seen.difference.rule.severity),
                basis: seen.difference.rule.basis,
                clause: &seen.difference.clause,
                source: report
                    .clause(&seen.difference.clause)
                    .map_or("", |clause| clause.source.as_str()),
                pointer: &seen.difference.pointer,
                documented: &seen.difference.documented,
                observed: &seen.difference.observed,
                count: seen.count,
                reply: &seen.example.reply,
                curl: &seen.example.curl,
            })
            .collect(),
        unlisted_differences: case.unlisted,
        accepted: match &case.assessment {
            Assessment::Known(acceptance) => Some(Accepted {
                reason: &acceptance.reason,
                until: acceptance.until.to_string(),
                accepted: acceptance.accepted.to_string(),
                ticket: acceptance.ticket.as_deref(),
                ends_soon: case.ends_soon,
            }),
            _ => None,
        },
        gate: case.gate.as_deref(),
    }
}
