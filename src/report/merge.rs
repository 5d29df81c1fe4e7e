//! Reads JSON reports back, strictly, and joins those of shards into one.

use super::audit::audit;
use super::document::{Document, FORMAT};
use super::{CaseReport, ClauseVerdict, OperationReport, Report};
use crate::error::{Error, Place, Result};
use crate::input::Kind;
use crate::judge::RunVerdict;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Most members and elements of a report: of 500 operations it has about a million. Each
/// takes many times its text in memory.
const MAX_MEMBERS: usize = 1_500_000;

/// How many members and elements a JSON text has, about: what stands in its strings is
/// none.
fn members(text: &str) -> usize {
    let (mut is_string, mut is_escaped, mut members) = (false, false, 0);
    for byte in text.bytes() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = is_string,
            b'"' => is_string = !is_string,
            b',' if !is_string => members += 1,
            _ => {}
        }
    }
    members
}

fn wrong(place: Place, what: String) -> Error {
    Error::input(
        place,
        what,
        format!(
            "give a report as conformant {VERSION} wrote it (run --report json=PATH), of a run that came to its end"
        ),
    )
}

/// Reads the JSON of a report of this version.
///
/// # Errors
/// [`Error::Input`] with the line where it is none.
pub(super) fn document(path: &Path, text: &str) -> Result<Document> {
    if members(text) > MAX_MEMBERS {
        return Err(wrong(
            Place::from(path),
            "it has more members than any report".into(),
        ));
    }
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
    Ok(document)
}

/// Reads a JSON report back, and checks that it adds up.
///
/// # Errors
/// [`Error::Input`] with the line where it is no report of this version, and with the
/// reason where it does not add up or its run did not come to its end.
pub fn read(path: &Path, text: &str) -> Result<Report> {
    document(path, text)?
        .report()
        .and_then(|report| audit(&report).map(|()| report))
        .map_err(|what| wrong(Place::from(path), what))
}

/// In what two parts must agree: what it is, and whether they do.
type Agreement = (&'static str, fn(&Report, &Report) -> bool);

const AGREEMENTS: [Agreement; 8] = [
    ("set of operations", |one, other| {
        let names = |report: &Report| -> Vec<String> {
            let operations = report.operations.iter();
            operations.map(|it| it.operation.clone()).collect()
        };
        names(one) == names(other)
    }),
    ("suite", |one, other| one.suite == other.suite),
    ("target", |one, other| one.target == other.target),
    ("address", |one, other| one.base_url == other.base_url),
    ("seed", |one, other| one.seed == other.seed),
    ("--strict", |one, other| one.strict == other.strict),
    ("plan", |one, other| one.plan_digest == other.plan_digest),
    ("number of shards", |one, other| {
        one.shard.map(|shard| shard.count) == other.shard.map(|shard| shard.count)
    }),
];

/// Joins the reports of all shards of one plan, one after the other: only what is joined
/// already is held.
#[derive(Debug, Default)]
pub struct Merger {
    joined: Option<(PathBuf, Report)>,
    parts: BTreeMap<u32, PathBuf>,
    weight: usize,
}

const REMEDY: &str = "give the reports of all shards of one run, each once";

impl Merger {
    /// Takes the report of one shard, which [`read`] read.
    ///
    /// # Errors
    /// [`Error::Input`] where it is of another run, is no shard, is there twice, or all
    /// of them together are larger than a report can be.
    pub fn add(&mut self, path: &Path, report: Report) -> Result<()> {
        let wrong = |what: String| Err(Error::input(path, what, REMEDY));
        let Some(shard) = report.shard else {
            return wrong("this is no report of a shard".into());
        };
        if let Some((other, theirs)) = &self.joined
            && let Some((what, _)) = AGREEMENTS.iter().find(|(_, agree)| !agree(theirs, &report))
        {
            return wrong(format!(
                "this shard is of another run than {}: its {what} differs",
                other.display()
            ));
        }
        if let Some(other) = self.parts.get(&shard.index) {
            return wrong(format!(
                "shard {}/{} is there twice, here and in {}",
                shard.index,
                shard.count,
                other.display()
            ));
        }
        self.weight += report.cases().map(weight).sum::<usize>();
        if !Kind::Report.holds(self.weight) {
            return Err(Error::input(
                path,
                "with this part, the joint report is larger than any report can be",
                "join fewer cases: run the parts with a filter, and keep a joint report for each",
            ));
        }
        self.parts.insert(shard.index, path.to_owned());
        match &mut self.joined {
            Some((_, joined)) => absorb(joined, report),
            None => {
                self.joined = Some((path.to_owned(), report));
            }
        }
        Ok(())
    }

    /// The joint report.
    ///
    /// # Errors
    /// [`Error::Input`] where a part is missing.
    pub fn finish(self) -> Result<Report> {
        let Some((_, mut merged)) = self.joined else {
            return Err(Error::input("REPORT", "no report is given", REMEDY));
        };
        let count = merged.shard.map_or(0, |shard| shard.count);
        if let Some(missing) = (1..=count).find(|index| !self.parts.contains_key(index)) {
            return Err(Error::input(
                "REPORT",
                format!("shard {missing}/{count} is missing"),
                REMEDY,
            ));
        }
        merged.shard = None;
        for operation in &mut merged.operations {
            operation.cases.sort_by(|one, other| one.id.cmp(&other.id));
            let verdicts = operation.cases.iter().map(|case| case.verdict);
            operation.verdict = RunVerdict::fold(verdicts, true)
                .with_unchecked(operation.unchecked().len(), merged.strict);
        }
        merged.verdict = merged.fold();
        Ok(merged)
    }
}

/// Bytes of a case in a report, about.
fn weight(case: &CaseReport) -> usize {
    const FRAME: usize = 256;
    let seen = case.seen.iter().map(|seen| {
        let (difference, example) = (&seen.difference, &seen.example);
        let texts = [
            &difference.pointer,
            &difference.documented,
            &difference.observed,
            &example.curl,
            &example.reply,
        ];
        FRAME + texts.iter().map(|text| text.len()).sum::<usize>()
    });
    let texts = [case.reason.as_ref(), case.gate.as_ref()];
    let texts = texts.into_iter().flatten().map(String::len);
    FRAME + case.id.len() + case.summary.len() + texts.sum::<usize>() + seen.sum::<usize>()
}

fn absorb(merged: &mut Report, report: Report) {
    for (ours, theirs) in merged.operations.iter_mut().zip(report.operations) {
        absorb_operation(ours, theirs);
    }
    merged.requests = merged.requests.saturating_add(report.requests);
    merged.started_at = merged.started_at.min(report.started_at);
    merged.elapsed = merged.elapsed.max(report.elapsed);
}

fn absorb_operation(merged: &mut OperationReport, report: OperationReport) {
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
    merged.retries = merged.retries.saturating_add(report.retries);
}
