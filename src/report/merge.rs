//! Reads JSON reports back, strictly, and joins those of shards into one.

use super::json::FORMAT;
use super::{CaseReport, ClauseReport, ClauseVerdict, Report};
use crate::baseline::{Acceptance, Assessment};
use crate::error::{Error, Place, Result};
use crate::judge::{Difference, RunVerdict, Verdict, rule};
use crate::runner::{Example, Seen, Shard};
use serde::Deserialize;
use std::path::{Path, PathBuf};
use std::time::Duration;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    format: String,
    #[expect(dead_code, reason = "the plan's digest covers the version")]
    tool_version: String,
    target: String,
    operation: String,
    seed: u64,
    plan: PlanPart,
    verdict: String,
    #[expect(dead_code, reason = "it is made again from the cases")]
    headline: String,
    exit_code: u8,
    stopped: Option<String>,
    totals: Totals,
    cases: Vec<Case>,
    weaknesses: Vec<String>,
    clauses: Vec<Clause>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PlanPart {
    digest: String,
    shard: Option<Shard>,
}

#[derive(Deserialize)]
struct Totals {
    requests: u64,
    retries: u64,
    elapsed_ms: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    id: String,
    summary: String,
    clause: String,
    expect: Vec<u16>,
    verdict: String,
    reason: Option<String>,
    requests: u64,
    elapsed_ms: u64,
    differences: Vec<SeenDifference>,
    unlisted_differences: u64,
    accepted: Option<Accepted>,
    gate: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Accepted {
    reason: String,
    until: String,
    accepted: String,
    ticket: Option<String>,
    ends_soon: bool,
}

#[derive(Deserialize)]
struct SeenDifference {
    rule: String,
    clause: String,
    pointer: String,
    documented: String,
    observed: String,
    count: u64,
    reply: String,
    curl: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Clause {
    id: String,
    statement: String,
    source: String,
    reading: Option<String>,
    verdict: String,
    observations: u64,
    reason: Option<String>,
}

/// Reads a JSON report back.
///
/// # Errors
/// [`Error::Input`] with the line where it is no report of this version.
pub fn read(path: &Path, text: &str) -> Result<Report> {
    let wrong = |place: Place, what: String| {
        Error::input(
            place,
            what,
            format!("give a report that conformant run --report json=PATH wrote ({FORMAT})"),
        )
    };
    let document: Document = serde_json::from_str(text).map_err(|error| {
        wrong(
            Place::line(path, error.line()),
            format!("this is no report: {error}"),
        )
    })?;
    if document.format != FORMAT {
        return Err(wrong(
            Place::from(path),
            format!("the format is '{}'", document.format),
        ));
    }
    let verdict = [
        RunVerdict::Conforms,
        RunVerdict::Differs,
        RunVerdict::NoVerdict,
        RunVerdict::NothingRun,
        RunVerdict::Interrupted,
    ]
    .into_iter()
    .find(|verdict| verdict.word() == document.verdict && verdict.exit_code() == document.exit_code)
    .ok_or_else(|| {
        wrong(
            Place::from(path),
            format!("'{}' is no verdict with its exit code", document.verdict),
        )
    })?;
    let cases = document
        .cases
        .into_iter()
        .map(|case| case_of(case).map_err(|what| wrong(Place::from(path), what)))
        .collect::<Result<_>>()?;
    let clauses = document
        .clauses
        .into_iter()
        .map(|clause| clause_of(clause).map_err(|what| wrong(Place::from(path), what)))
        .collect::<Result<_>>()?;
    Ok(Report {
        target: document.target,
        operation: document.operation,
        seed: document.seed,
        plan_digest: document.plan.digest,
        shard: document.plan.shard,
        verdict,
        stopped: document.stopped,
        cases,
        weaknesses: document.weaknesses,
        clauses,
        requests: document.totals.requests,
        retries: document.totals.retries,
        elapsed: Duration::from_millis(document.totals.elapsed_ms),
    })
}

fn case_of(case: Case) -> Result<CaseReport, String> {
    let verdict = Verdict::ALL
        .into_iter()
        .find(|verdict| verdict.word() == case.verdict)
        .ok_or_else(|| format!("'{}' is no verdict of a case", case.verdict))?;
    let seen = case
        .differences
        .into_iter()
        .map(|seen| {
            let rule = rule::ALL
                .iter()
                .find(|rule| rule.code == seen.rule)
                .ok_or_else(|| format!("there is no rule '{}'", seen.rule))?;
            Ok(Seen {
                difference: Difference {
                    rule,
                    clause: seen.clause,
                    pointer: seen.pointer,
                    documented: seen.documented,
                    observed: seen.observed,
                },
                count: seen.count,
                example: Example {
                    curl: seen.curl,
                    reply: seen.reply,
                },
            })
        })
        .collect::<Result<_, String>>()?;
    let date = |text: &str| text.parse().map_err(|_| format!("'{text}' is no date"));
    let ends_soon = case
        .accepted
        .as_ref()
        .is_some_and(|accepted| accepted.ends_soon);
    let assessment = match case.accepted {
        None => Assessment::Clean,
        Some(accepted) => Assessment::Known(Acceptance {
            until: date(&accepted.until)?,
            accepted: date(&accepted.accepted)?,
            reason: accepted.reason,
            ticket: accepted.ticket,
        }),
    };
    Ok(CaseReport {
        id: case.id,
        summary: case.summary,
        clause: case.clause,
        expect: case.expect,
        verdict,
        reason: case.reason,
        requests: case.requests,
        elapsed: Duration::from_millis(case.elapsed_ms),
        seen,
        unlisted: case.unlisted_differences,
        assessment,
        gate: case.gate,
        ends_soon,
    })
}

fn clause_of(clause: Clause) -> Result<ClauseReport, String> {
    let verdict = [
        ClauseVerdict::Verified,
        ClauseVerdict::Violated,
        ClauseVerdict::NotExercised,
    ]
    .into_iter()
    .find(|verdict| verdict.word() == clause.verdict)
    .ok_or_else(|| format!("'{}' is no verdict of a clause", clause.verdict))?;
    Ok(ClauseReport {
        id: clause.id,
        statement: clause.statement,
        source: clause.source,
        reading: clause.reading,
        verdict,
        observations: clause.observations,
        reason: clause.reason,
    })
}

/// Joins the reports of all shards of one plan.
///
/// # Errors
/// [`Error::Input`] where they are of different plans or seeds, one is no shard, is
/// missing, or is there twice.
pub fn merge(reports: Vec<(PathBuf, Report)>) -> Result<Report> {
    const REMEDY: &str = "give the reports of all shards of one run, each once";
    let mut parts: Vec<(Shard, PathBuf, Report)> = Vec::new();
    for (path, report) in reports {
        let Some(shard) = report.shard else {
            return Err(Error::input(&path, "this is no report of a shard", REMEDY));
        };
        if let Some((first, other, theirs)) = parts.first() {
            let is_same = theirs.plan_digest == report.plan_digest
                && theirs.seed == report.seed
                && theirs.target == report.target
                && first.count == shard.count;
            if !is_same {
                return Err(Error::input(
                    &path,
                    format!(
                        "this shard is of another plan, seed or target than {}",
                        other.display()
                    ),
                    REMEDY,
                ));
            }
        }
        if parts.iter().any(|(other, ..)| other.index == shard.index) {
            return Err(Error::input(
                &path,
                format!("shard {}/{} is there twice", shard.index, shard.count),
                REMEDY,
            ));
        }
        parts.push((shard, path, report));
    }
    parts.sort_by_key(|(shard, ..)| shard.index);
    let Some((first, ..)) = parts.first() else {
        return Err(Error::input("REPORT", "no report is given", REMEDY));
    };
    if let Some(missing) =
        (1..=first.count).find(|index| parts.iter().all(|(shard, ..)| shard.index != *index))
    {
        return Err(Error::input(
            "REPORT",
            format!("shard {missing}/{} is missing", first.count),
            REMEDY,
        ));
    }
    let mut reports = parts.into_iter().map(|(_, _, report)| report);
    let Some(mut merged) = reports.next() else {
        return Err(Error::input("REPORT", "no report is given", REMEDY));
    };
    merged.shard = None;
    let mut is_open = is_without_verdict(merged.verdict);
    for report in reports {
        is_open |= is_without_verdict(report.verdict);
        absorb(&mut merged, report);
    }
    merged.cases.sort_by(|one, other| one.id.cmp(&other.id));
    merged.verdict = match RunVerdict::fold(merged.cases.iter().map(|case| case.verdict), true) {
        RunVerdict::Conforms | RunVerdict::NothingRun | RunVerdict::Differs if is_open => {
            RunVerdict::NoVerdict
        }
        verdict => verdict,
    };
    Ok(merged)
}

/// A shard that ran nothing has not lost anything; one that was cut short has.
fn is_without_verdict(verdict: RunVerdict) -> bool {
    matches!(verdict, RunVerdict::NoVerdict | RunVerdict::Interrupted)
}

fn absorb(merged: &mut Report, report: Report) {
    for case in report.cases {
        // Controls are sent by every shard; the worse account of one counts.
        match merged.cases.iter_mut().find(|other| other.id == case.id) {
            Some(other) if case.verdict > other.verdict || case.requests > other.requests => {
                let worst = case.verdict.max(other.verdict);
                *other = case;
                other.verdict = worst;
            }
            Some(_) => {}
            None => merged.cases.push(case),
        }
    }
    for (clause, theirs) in merged.clauses.iter_mut().zip(report.clauses) {
        clause.observations += theirs.observations;
        let both = [clause.verdict, theirs.verdict];
        clause.verdict = if both.contains(&ClauseVerdict::Violated) {
            ClauseVerdict::Violated
        } else if both.contains(&ClauseVerdict::Verified) {
            ClauseVerdict::Verified
        } else {
            ClauseVerdict::NotExercised
        };
        if clause.verdict != ClauseVerdict::NotExercised {
            clause.reason = None;
        }
    }
    merged.stopped = merged.stopped.take().or(report.stopped);
    merged.requests += report.requests;
    merged.retries += report.retries;
    merged.elapsed = merged.elapsed.max(report.elapsed);
}
