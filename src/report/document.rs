//! Defines [`Document`]: a report as its JSON says it, written by `json` and read back by
//! `merge`. What it says twice must agree.

use super::{CaseReport, ClauseReport, OperationReport, Report};
use crate::baseline::{Acceptance, Assessment, parse_date, parse_time, written};
use crate::contract::{ClauseId, Correction};
use crate::judge::{self, RunVerdict, Severity, Verdict, rule};
use crate::runner::{Example, Planned, Remains, Seen, Shard};
use crate::suite::{SuiteName, Unjudged};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// The version line of the format.
pub const FORMAT: &str = "conformant-report/2";

/// A report.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Document {
    pub(super) format: String,
    pub(super) tool_version: String,
    target: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    base_url: Option<String>,
    started_at: String,
    ended_at: String,
    suite: SuiteName,
    seed: u64,
    strict: bool,
    plan: PlanPart,
    verdict: String,
    headline: String,
    exit_code: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    stopped: Option<String>,
    totals: Totals,
    operations: Vec<Operation>,
    unjudged: Vec<Unjudged>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    left: Vec<Remains>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct PlanPart {
    digest: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    shard: Option<Shard>,
}

/// An operation of a report.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Operation {
    operation: String,
    verdict: String,
    totals: Totals,
    files: BTreeMap<String, String>,
    corrections: Vec<Correction>,
    plan: OperationPart,
    cases: Vec<Case>,
    weaknesses: Vec<String>,
    clauses: Vec<ClauseReport>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct OperationPart {
    digest: String,
    items: Vec<Planned>,
}

#[derive(PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Totals {
    error: usize,
    fail: usize,
    inconclusive: usize,
    known: usize,
    note: usize,
    pass: usize,
    skipped: usize,
    requests: u64,
    retries: u64,
    elapsed_ms: u64,
    unchecked_statements: usize,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    id: String,
    summary: String,
    clause: ClauseId,
    expect: Vec<u16>,
    verdict: Verdict,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    requests: u64,
    elapsed_ms: u64,
    differences: Vec<Difference>,
    unlisted_differences: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    accepted: Option<Accepted>,
    #[serde(skip_serializing_if = "Option::is_none")]
    gate: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Accepted {
    reason: String,
    until: String,
    accepted: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    ticket: Option<String>,
    ends_soon: bool,
}

#[derive(PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Difference {
    rule: String,
    severity: Severity,
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

impl Document {
    /// Whether the run did not pass, whatever its cases say.
    pub(super) fn is_red(&self) -> bool {
        self.exit_code != 0
    }

    /// The ids of the cases without a good verdict, and the names of what could not be
    /// judged.
    pub(super) fn failed(&self) -> BTreeSet<String> {
        let cases = self.operations.iter().flat_map(|one| &one.cases);
        let failed = cases.filter(|case| case.verdict >= Verdict::Fail);
        let failed = failed.map(|case| case.id.clone());
        let unjudged = self.unjudged.iter().map(|one| one.name.clone());
        failed.chain(unjudged).collect()
    }

    /// What a report says.
    pub(super) fn of(report: &Report) -> Self {
        Self {
            format: FORMAT.to_owned(),
            tool_version: env!("CARGO_PKG_VERSION").to_owned(),
            target: report.target.clone(),
            base_url: report.base_url.clone(),
            started_at: written(report.started_at),
            ended_at: written(report.ended_at()),
            suite: report.suite.clone(),
            seed: report.seed,
            strict: report.strict,
            plan: PlanPart {
                digest: report.plan_digest.clone(),
                shard: report.shard,
            },
            verdict: report.verdict.word().into_owned(),
            headline: report.headline(),
            exit_code: report.verdict.exit_code(),
            stopped: report.stopped.clone(),
            totals: Totals::of(report),
            operations: report.operations.iter().map(Operation::of).collect(),
            unjudged: report.unjudged.clone(),
            left: report.left.clone(),
        }
    }

    /// The report that says this.
    ///
    /// # Errors
    /// What does not agree with the rest.
    pub(super) fn report(self) -> Result<Report, String> {
        let operations = self.operations.into_iter();
        let operations: Vec<OperationReport> = operations
            .map(|operation| operation.report(self.strict))
            .collect::<Result<_, _>>()?;
        let unchecked = self.totals.unchecked_statements;
        let mut verdicts = verdicts(&self.verdict, unchecked, self.strict);
        let verdict = verdicts.find(|verdict| verdict.exit_code() == self.exit_code);
        let verdict = verdict.ok_or_else(|| {
            format!(
                "'{}' with exit code {} is no verdict",
                self.verdict, self.exit_code
            )
        })?;
        let moment = |text: &str| {
            parse_time(text).ok_or_else(|| format!("'{text}' is no time as reports write it"))
        };
        let started_at = moment(&self.started_at)?;
        let report = Report {
            operations,
            target: self.target,
            base_url: self.base_url,
            started_at,
            suite: self.suite,
            seed: self.seed,
            strict: self.strict,
            plan_digest: self.plan.digest,
            shard: self.plan.shard,
            verdict,
            stopped: self.stopped,
            unjudged: self.unjudged,
            left: self.left,
            requests: self.totals.requests,
            elapsed: Duration::from_millis(self.totals.elapsed_ms),
        };
        if self.totals != Totals::of(&report) {
            return Err("its totals say other counts than its cases give".into());
        }
        if written(report.ended_at()) != self.ended_at {
            return Err("it ended at another time than its start and length give".into());
        }
        Ok(report)
    }
}

/// The verdicts with this word, of so many unchecked statements: a run is interrupted by
/// one of several signals.
fn verdicts(word: &str, unchecked: usize, strict: bool) -> impl Iterator<Item = RunVerdict> {
    let with_unchecked = RunVerdict::Conforms.with_unchecked(unchecked, strict);
    let all = RunVerdict::ALL.into_iter().chain([with_unchecked]);
    all.filter(move |verdict| verdict.word() == word)
}

impl Operation {
    fn of(operation: &OperationReport) -> Self {
        let clauses = &operation.clauses;
        let cases = operation.cases.iter();
        Self {
            operation: operation.operation.clone(),
            verdict: operation.verdict.word().into_owned(),
            totals: Totals::of_operation(operation),
            files: operation.files.clone(),
            corrections: operation.corrections.clone(),
            plan: OperationPart {
                digest: operation.plan_digest.clone(),
                items: operation.planned.clone(),
            },
            cases: cases.map(|case| Case::of(case, clauses)).collect(),
            weaknesses: operation.weaknesses.clone(),
            clauses: clauses.clone(),
        }
    }

    fn report(self, strict: bool) -> Result<OperationReport, String> {
        let name = &self.operation;
        let unchecked = self.clauses.iter().filter(|it| it.unchecked).count();
        if unchecked != self.totals.unchecked_statements {
            return Err(format!(
                "{name}: {unchecked} statements are unchecked, and the totals say {}",
                self.totals.unchecked_statements
            ));
        }
        let verdict = verdicts(&self.verdict, unchecked, strict)
            .next()
            .ok_or_else(|| format!("{name}: '{}' is no verdict", self.verdict))?;
        let cases = self.cases.into_iter();
        let report = OperationReport {
            cases: cases
                .map(|case| case.report(&self.clauses))
                .collect::<Result<_, _>>()?,
            operation: self.operation,
            files: self.files,
            corrections: self.corrections,
            plan_digest: self.plan.digest,
            planned: self.plan.items,
            verdict,
            weaknesses: self.weaknesses,
            clauses: self.clauses,
            retries: self.totals.retries,
        };
        if self.totals != Totals::of_operation(&report) {
            return Err(format!(
                "{}: its totals say other counts than its cases give",
                report.operation
            ));
        }
        Ok(report)
    }
}

impl Totals {
    fn of(report: &Report) -> Self {
        Self {
            requests: report.requests,
            retries: report.retries(),
            elapsed_ms: milliseconds(report.elapsed),
            unchecked_statements: report.unchecked(),
            ..Self::of_cases(report.cases())
        }
    }

    fn of_operation(report: &OperationReport) -> Self {
        Self {
            retries: report.retries,
            unchecked_statements: report.unchecked().len(),
            ..Self::of_cases(report.cases.iter())
        }
    }

    /// Counts of cases, with the requests that they judged and the time that these took.
    fn of_cases<'a>(cases: impl Iterator<Item = &'a CaseReport> + Clone) -> Self {
        let count = |verdict| cases.clone().filter(|case| case.verdict == verdict).count();
        let requests = cases.clone().map(|case| case.requests);
        let times = cases.clone().map(|case| milliseconds(case.elapsed));
        Self {
            error: count(Verdict::Error),
            fail: count(Verdict::Fail),
            inconclusive: count(Verdict::Inconclusive),
            known: count(Verdict::Known),
            note: count(Verdict::Note),
            pass: count(Verdict::Pass),
            skipped: count(Verdict::Skipped),
            requests: requests.fold(0, u64::saturating_add),
            retries: 0,
            elapsed_ms: times.fold(0, u64::saturating_add),
            unchecked_statements: 0,
        }
    }
}

impl Case {
    fn of(case: &CaseReport, clauses: &[ClauseReport]) -> Self {
        Self {
            id: case.id.clone(),
            summary: case.summary.clone(),
            clause: case.clause.clone(),
            expect: case.expect.clone(),
            verdict: case.verdict,
            reason: case.reason.clone(),
            requests: case.requests,
            elapsed_ms: milliseconds(case.elapsed),
            differences: differences(&case.seen, clauses),
            unlisted_differences: case.unlisted,
            accepted: match &case.assessment {
                Assessment::Known(acceptance) => Some(Accepted {
                    reason: acceptance.reason.clone(),
                    until: acceptance.until.to_string(),
                    accepted: acceptance.accepted.to_string(),
                    ticket: acceptance.ticket.clone(),
                    ends_soon: case.ends_soon,
                }),
                _ => None,
            },
            gate: case.gate.clone(),
        }
    }

    fn report(self, clauses: &[ClauseReport]) -> Result<CaseReport, String> {
        let seen = self.differences.iter().map(Difference::seen);
        let seen: Vec<Seen> = seen.collect::<Result<_, _>>()?;
        if self.differences != differences(&seen, clauses) {
            return Err(format!(
                "case {}: a rule does not have this severity, basis or source",
                self.id
            ));
        }
        let date = |text: &str| {
            parse_date(text).ok_or_else(|| format!("'{text}' is no date of the form YYYY-MM-DD"))
        };
        let ends_soon = self.accepted.as_ref().is_some_and(|it| it.ends_soon);
        let assessment = match self.accepted {
            None => Assessment::Clean,
            Some(accepted) => Assessment::Known(Acceptance {
                until: date(&accepted.until)?,
                accepted: date(&accepted.accepted)?,
                reason: accepted.reason,
                ticket: accepted.ticket,
            }),
        };
        Ok(CaseReport {
            id: self.id,
            summary: self.summary,
            clause: self.clause,
            expect: self.expect,
            verdict: self.verdict,
            reason: self.reason,
            requests: self.requests,
            elapsed: Duration::from_millis(self.elapsed_ms),
            seen,
            unlisted: self.unlisted_differences,
            assessment,
            gate: self.gate,
            ends_soon,
        })
    }
}

fn differences(seen: &[Seen], clauses: &[ClauseReport]) -> Vec<Difference> {
    let source = |id: &str| {
        let clause = clauses.iter().find(|clause| clause.id == id);
        clause.map_or_else(String::new, |clause| clause.source.clone())
    };
    seen.iter()
        .map(|seen| {
            let difference = seen.difference.clone();
            Difference {
                rule: difference.rule.code.to_owned(),
                severity: difference.rule.severity,
                basis: difference.rule.basis.to_owned(),
                source: source(&difference.clause),
                clause: difference.clause,
                pointer: difference.pointer,
                documented: difference.documented,
                observed: difference.observed,
                count: seen.count,
                reply: seen.example.reply.clone(),
                curl: seen.example.curl.clone(),
            }
        })
        .collect()
}

impl Difference {
    fn seen(&self) -> Result<Seen, String> {
        let rule = rule::ALL.iter().find(|rule| rule.code == self.rule);
        Ok(Seen {
            difference: judge::Difference {
                rule: rule.ok_or_else(|| format!("there is no rule '{}'", self.rule))?,
                clause: self.clause.clone(),
                pointer: self.pointer.clone(),
                documented: self.documented.clone(),
                observed: self.observed.clone(),
                detail: String::new(),
            },
            count: self.count,
            example: Example {
                curl: self.curl.clone(),
                reply: self.reply.clone(),
            },
        })
    }
}

fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
