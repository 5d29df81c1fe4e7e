//! Reads JSON reports back, strictly, and joins those of shards into one.

use super::audit::audit;
use super::document::{Document, FORMAT};
use super::{ClauseReport, ClauseVerdict, Report};
use crate::error::{Error, Place, Result};
use crate::judge::RunVerdict;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

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
    document
        .report()
        .and_then(|report| audit(&report).map(|()| report))
        .map_err(|what| wrong(Place::from(path), what))
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
        let is_violated = [clause.verdict, theirs.verdict].contains(&ClauseVerdict::Violated);
        clause.verdict = ClauseVerdict::of(clause.observations, is_violated);
        if clause.verdict != ClauseVerdict::NotExercised {
            clause.reason = None;
        }
    }
    merged.requests = merged.requests.saturating_add(report.requests);
    merged.retries = merged.retries.saturating_add(report.retries);
    merged.elapsed = merged.elapsed.max(report.elapsed);
}
