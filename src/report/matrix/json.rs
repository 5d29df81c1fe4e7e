//! Renders the matrix as JSON, `conformant-matrix/1`.

use super::{Matrix, Totals, outcome};
use crate::contract::ClauseId;
use crate::escape;
use serde::Serialize;

/// The version line of the format.
pub const FORMAT: &str = "conformant-matrix/1";

#[derive(Serialize)]
struct Document<'a> {
    format: &'static str,
    tool_version: &'static str,
    seed: u64,
    whole: bool,
    exit_code: u8,
    totals: Counts,
    clauses: Vec<Clause<'a>>,
    without_fault: &'a [ClauseId],
    out_of_reach: Vec<Unreached<'a>>,
    /// Only where every run went to its end.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    families: Vec<Family<'a>>,
    servers: Vec<Server<'a>>,
}

#[derive(Serialize)]
struct Counts {
    faults: usize,
    killed: usize,
    killed_by_another: usize,
    survived: usize,
    conforming: usize,
    passed: usize,
    false_alarms: usize,
}

#[derive(Serialize)]
struct Clause<'a> {
    id: &'a str,
    killed: usize,
    killed_by_another: usize,
    survived: usize,
}

#[derive(Serialize)]
struct Family<'a> {
    name: &'a str,
    requests: u64,
    found: usize,
    found_alone: usize,
}

#[derive(Serialize)]
struct Unreached<'a> {
    name: &'a str,
    clause: &'a str,
    reason: &'a str,
}

#[derive(Serialize)]
struct Server<'a> {
    name: &'a str,
    summary: &'a str,
    /// The clause that it breaks; null for a conforming server.
    clause: Option<&'a str>,
    outcome: &'static str,
    #[serde(skip_serializing_if = "str::is_empty")]
    reason: &'a str,
    /// Cases and properties that found it before its run ended.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    found_by: &'a [String],
}

pub(in crate::report) fn render(matrix: &Matrix) -> String {
    let totals = Totals::of(matrix);
    let document = Document {
        format: FORMAT,
        tool_version: env!("CARGO_PKG_VERSION"),
        seed: matrix.seed,
        whole: matrix.passes(),
        exit_code: u8::from(!matrix.passes()),
        totals: Counts {
            faults: totals.faults,
            killed: totals.killed,
            killed_by_another: totals.killed_by_another,
            survived: totals.survived,
            conforming: totals.conforming,
            passed: totals.passed,
            false_alarms: totals.false_alarms,
        },
        clauses: matrix
            .by_clause()
            .into_iter()
            .map(|(id, [killed, killed_by_another, survived])| Clause {
                id,
                killed,
                killed_by_another,
                survived,
            })
            .collect(),
        without_fault: &matrix.without_fault,
        out_of_reach: matrix
            .out_of_reach
            .iter()
            .map(|fault| Unreached {
                name: &fault.name,
                clause: &fault.clause,
                reason: &fault.reason,
            })
            .collect(),
        families: matrix
            .by_family()
            .into_iter()
            .map(|(name, row)| Family {
                name,
                requests: row.requests,
                found: row.found,
                found_alone: row.alone,
            })
            .collect(),
        servers: matrix
            .tried
            .iter()
            .map(|tried| {
                let (outcome, reason) = outcome(tried);
                Server {
                    name: &tried.name,
                    summary: &tried.summary,
                    clause: tried.clause.as_deref(),
                    outcome,
                    reason,
                    found_by: &tried.found_by,
                }
            })
            .collect(),
    };
    let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
    text.push('\n');
    escape::json(&text)
}
