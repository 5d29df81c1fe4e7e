//! Reads JSON reports back, strictly, and joins those of shards into one.

use super::audit::audit;
use super::json::{FORMAT, severity_word};
use super::{CaseReport, ClauseReport, ClauseVerdict, Report};
use crate::baseline::{Acceptance, Assessment};
use crate::contract::{ClauseId, Correction};
use crate::error::{Error, Place, Result};
use crate::judge::{Difference, RunVerdict, Verdict, rule};
use crate::runner::{Example, Planned, Seen, Shard};
use chrono::NaiveDate as Date;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    format: String,
    tool_version: String,
    target: String,
    base_url: Option<String>,
    operation: String,
    suite: BTreeMap<String, String>,
    corrections: Vec<Correction>,
    seed: u64,
    strict: bool,
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
    items: Vec<Planned>,
    shard: Option<Shard>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Totals {
    unchecked_statements: usize,
    pass: usize,
    note: usize,
    known: usize,
    skipped: usize,
    fail: usize,
    inconclusive: usize,
    error: usize,
    requests: u64,
    retries: u64,
    elapsed_ms: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    id: String,
    summary: String,
    clause: ClauseId,
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
#[serde(deny_unknown_fields)]
struct SeenDifference {
    rule: String,
    severity: String,
    basis: String,
    clause: ClauseId,
    source: String,
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
    id: ClauseId,
    statement: String,
    source: String,
    reading: Option<String>,
    verdict: String,
    observations: u64,
    reason: Option<String>,
    #[serde(default)]
    unchecked: bool,
}

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Reads a JSON report back, and checks that it adds up.
///
/// # Errors
/// [`Error::Input`] with the line where it is no report of this version, and with the
/// reason where it does not add up or its run did not come to its end.
pub fn read(path: &Path, text: &str) -> Result<Report> {
    let wrong = |place: Place, what: String| {
        Error::input(
            place,
            what,
            format!(
                "give a report as conformant {VERSION} wrote it (run --report json=PATH), of a run that came to its end"
            ),
        )
    };
    let document: Document = serde_json::from_str(text).map_err(|error| {
        wrong(
            Place::line(path, error.line()),
            format!("this is no report: {error}"),
        )
    })?;
    if document.format != FORMAT {
        let what = format!("the format is '{}', not '{FORMAT}'", document.format);
        return Err(wrong(Place::from(path), what));
    }
    if document.tool_version != VERSION {
        let what = format!("it was written by version {}", document.tool_version);
        return Err(wrong(Place::from(path), what));
    }
    report_of(document)
        .and_then(|report| audit(&report).map(|()| report))
        .map_err(|what| wrong(Place::from(path), what))
}

fn report_of(document: Document) -> Result<Report, String> {
    let statements = document.clauses.iter().filter(|it| it.unchecked).count();
    if statements != document.totals.unchecked_statements {
        return Err(format!(
            "{statements} statements are unchecked, and the totals say {}",
            document.totals.unchecked_statements
        ));
    }
    let unchecked = RunVerdict::Conforms.with_unchecked(statements, document.strict);
    let verdict = RunVerdict::ALL
        .into_iter()
        .chain([unchecked])
        .find(|verdict| {
            verdict.word() == document.verdict && verdict.exit_code() == document.exit_code
        })
        .ok_or_else(|| {
            format!(
                "'{}' with exit code {} is no verdict",
                document.verdict, document.exit_code
            )
        })?;
    let clauses = document.clauses.into_iter().map(clause_of);
    let clauses: Vec<ClauseReport> = clauses.collect::<Result<_, _>>()?;
    let cases = document.cases.into_iter();
    let cases: Vec<CaseReport> = cases
        .map(|case| case_of(case, &clauses))
        .collect::<Result<_, _>>()?;
    let totals = &document.totals;
    for (verdict, told) in [
        (Verdict::Pass, totals.pass),
        (Verdict::Note, totals.note),
        (Verdict::Known, totals.known),
        (Verdict::Skipped, totals.skipped),
        (Verdict::Fail, totals.fail),
        (Verdict::Inconclusive, totals.inconclusive),
        (Verdict::Error, totals.error),
    ] {
        let counted = cases.iter().filter(|case| case.verdict == verdict).count();
        if counted != told {
            return Err(format!(
                "its totals say {told} {verdict}, and it holds {counted}"
            ));
        }
    }
    Ok(Report {
        target: document.target,
        base_url: document.base_url,
        operation: document.operation,
        suite: document.suite,
        corrections: document.corrections,
        seed: document.seed,
        strict: document.strict,
        plan_digest: document.plan.digest,
        planned: document.plan.items,
        shard: document.plan.shard,
        verdict,
        stopped: document.stopped,
        cases,
        weaknesses: document.weaknesses,
        clauses,
        requests: totals.requests,
        retries: totals.retries,
        elapsed: Duration::from_millis(totals.elapsed_ms),
    })
}

fn case_of(case: Case, clauses: &[ClauseReport]) -> Result<CaseReport, String> {
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
            let clause = clauses.iter().find(|clause| clause.id == seen.clause);
            let source = clause.map_or("", |clause| clause.source.as_str());
            let is_as_written = seen.severity == severity_word(rule.severity)
                && seen.basis == rule.basis
                && seen.source == source;
            if !is_as_written {
                return Err(format!(
                    "case {}: the rule {} does not have this severity, basis or source",
                    case.id, rule.code
                ));
            }
            Ok(Seen {
                difference: Difference {
                    rule,
                    clause: seen.clause,
                    pointer: seen.pointer,
                    documented: seen.documented,
                    observed: seen.observed,
                    detail: String::new(),
                },
                count: seen.count,
                example: Example {
                    curl: seen.curl,
                    reply: seen.reply,
                },
            })
        })
        .collect::<Result<_, String>>()?;
    let date = |text: &str| match text.parse::<Date>() {
        Ok(date) if date.to_string() == text => Ok(date),
        _ => Err(format!("'{text}' is no date of the form YYYY-MM-DD")),
    };
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
        unchecked: clause.unchecked,
    })
}

/// In what two parts must agree: what it is, and whether they do.
type Agreement = (&'static str, fn(&Report, &Report) -> bool);

const AGREEMENTS: [Agreement; 8] = [
    ("operation", |one, other| one.operation == other.operation),
    ("suite", |one, other| {
        one.suite == other.suite
            && one.corrections == other.corrections
            && one.weaknesses == other.weaknesses
            && one.clauses.len() == other.clauses.len()
            && one
                .clauses
                .iter()
                .zip(&other.clauses)
                .all(|(one, other)| stands(one) == stands(other))
    }),
    ("target", |one, other| one.target == other.target),
    ("address", |one, other| one.base_url == other.base_url),
    ("seed", |one, other| one.seed == other.seed),
    ("--strict", |one, other| one.strict == other.strict),
    ("plan", |one, other| one.plan_digest == other.plan_digest),
    ("number of shards", |one, other| {
        one.shard.map(|shard| shard.count) == other.shard.map(|shard| shard.count)
    }),
];

/// What of a clause does not depend on the run.
fn stands(clause: &ClauseReport) -> (&str, &str, &str, Option<&str>) {
    (
        &clause.id,
        &clause.statement,
        &clause.source,
        clause.reading.as_deref(),
    )
}

/// Joins the reports of all shards of one plan; each was read by [`read`].
///
/// # Errors
/// [`Error::Input`] where they are of different runs, one is no shard, is missing, or is
/// there twice.
pub fn merge(reports: Vec<(PathBuf, Report)>) -> Result<Report> {
    const REMEDY: &str = "give the reports of all shards of one run, each once";
    let mut parts: BTreeMap<u32, (PathBuf, Report)> = BTreeMap::new();
    let mut count = 0;
    for (path, report) in reports {
        let wrong = |what: String| Err(Error::input(&path, what, REMEDY));
        let Some(shard) = report.shard else {
            return wrong("this is no report of a shard".into());
        };
        if let Some((other, theirs)) = parts.values().next()
            && let Some((what, _)) = AGREEMENTS.iter().find(|(_, agree)| !agree(theirs, &report))
        {
            return wrong(format!(
                "this shard is of another run than {}: its {what} differs",
                other.display()
            ));
        }
        if let Some((other, _)) = parts.get(&shard.index) {
            return wrong(format!(
                "shard {}/{} is there twice, here and in {}",
                shard.index,
                shard.count,
                other.display()
            ));
        }
        count = shard.count;
        parts.insert(shard.index, (path, report));
    }
    if let Some(missing) = (1..=count).find(|index| !parts.contains_key(index)) {
        return Err(Error::input(
            "REPORT",
            format!("shard {missing}/{count} is missing"),
            REMEDY,
        ));
    }
    let mut reports = parts.into_values().map(|(_, report)| report);
    let Some(mut merged) = reports.next() else {
        return Err(Error::input("REPORT", "no report is given", REMEDY));
    };
    merged.shard = None;
    for report in reports {
        absorb(&mut merged, report);
    }
    merged.cases.sort_by(|one, other| one.id.cmp(&other.id));
    merged.verdict = RunVerdict::fold(merged.cases.iter().map(|case| case.verdict), true)
        .with_unchecked(merged.unchecked().len(), merged.strict);
    Ok(merged)
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
        clause.observations = clause.observations.saturating_add(theirs.observations);
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
    merged.requests = merged.requests.saturating_add(report.requests);
    merged.retries = merged.retries.saturating_add(report.retries);
    merged.elapsed = merged.elapsed.max(report.elapsed);
}
