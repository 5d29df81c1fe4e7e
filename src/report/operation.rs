//! Defines [`OperationReport`]: the account of one operation of a run.

use super::case::{CaseReport, orphan};
use super::clause::{ClauseReport, ClauseVerdict, why_not};
use crate::contract::Correction;
use crate::judge::{Fingerprint, RunVerdict, Verdict};
use crate::runner::{CaseRecord, Ending, OperationPlan, Planned, Session, Stop};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// The account of one operation.
#[derive(Clone, Debug)]
pub struct OperationReport {
    /// Name of the operation.
    pub operation: String,
    /// SHA-256 of each file of the suite that decides what is sent and how it is judged, by
    /// its name there.
    pub files: BTreeMap<String, String>,
    /// Statements in which the contract follows a person and not its source.
    pub corrections: Vec<Correction>,
    /// Digest of its whole plan.
    pub plan_digest: String,
    /// The items of its whole plan, which the digest covers.
    pub planned: Vec<Planned>,
    /// The verdict.
    pub verdict: RunVerdict,
    /// Cases and properties in plan order.
    pub cases: Vec<CaseReport>,
    /// What the response schemas cannot tell apart.
    pub weaknesses: Vec<String>,
    /// Documented statements in page order.
    pub clauses: Vec<ClauseReport>,
    /// Repeated attempts.
    pub retries: u64,
}

impl OperationReport {
    /// Draws the account of an operation up.
    pub fn new(session: &Session, plan: &OperationPlan) -> Self {
        let stop = session.sender.stop_reason();
        let suite = &session.suite;
        let (records, clause_records, retries) = session.books.records();
        let mut cases: Vec<CaseReport> = Vec::new();
        let mut listed: Vec<&str> = Vec::new();
        for item in &plan.items {
            let template = item.template(suite);
            listed.push(&item.id);
            let record = records
                .get(&item.id)
                .cloned()
                .unwrap_or_else(|| CaseRecord {
                    ending: Ending::Skipped("the run ended before it".into()),
                    ..CaseRecord::default()
                });
            cases.push(CaseReport::new(
                &item.id,
                &template.summary,
                &template.clause,
                &template.expect,
                &record,
                session,
                true,
            ));
        }
        // Controls that the selection left out were sent all the same.
        for (id, record) in &records {
            if !listed.contains(&id.as_str()) {
                let (summary, clause, expect) = suite.case(id).map_or(
                    (
                        "the controls, sent once more at the end of the run",
                        "",
                        &[][..],
                    ),
                    |case| {
                        (
                            case.template.summary.as_str(),
                            case.template.clause.as_str(),
                            case.template.expect.as_slice(),
                        )
                    },
                );
                cases.push(CaseReport::new(
                    id, summary, clause, expect, record, session, false,
                ));
            }
        }
        for (id, path) in session.baseline.orphans(|id| suite.has(id)) {
            cases.push(orphan(id, path));
        }
        let complete = !matches!(stop, Some(Stop::Unreachable(_)));
        let verdict = if let Some(Stop::Interrupted(signal)) = stop {
            RunVerdict::Interrupted(*signal)
        } else {
            match RunVerdict::fold(cases.iter().map(|case| case.verdict), complete) {
                RunVerdict::Conforms | RunVerdict::NothingRun if stop.is_some() => {
                    RunVerdict::NoVerdict
                }
                verdict => verdict,
            }
        };
        let verdict = verdict.with_unchecked(suite.unchecked.len(), session.options.strict);
        let skipped: BTreeMap<&str, &str> = cases
            .iter()
            .filter(|case| case.verdict == Verdict::Skipped)
            .map(|case| {
                (
                    case.clause.as_str(),
                    case.reason.as_deref().unwrap_or_default(),
                )
            })
            .collect();
        let exercised = |id: &str| {
            suite
                .clauses
                .position(id)
                .is_some_and(|at| clause_records[at].observations > 0)
        };
        let clauses = suite
            .clauses
            .iter()
            .zip(&clause_records)
            .enumerate()
            .map(|(at, (clause, record))| {
                let unchecked = suite.unchecked.get(&at);
                let verdict = ClauseVerdict::of(record.observations, record.violations > 0);
                let why_not = || match unchecked {
                    Some(why) => why.clone(),
                    None => why_not(&clause.id, &skipped, &exercised, plan.is_unfiltered),
                };
                ClauseReport {
                    reason: (verdict == ClauseVerdict::NotExercised).then(why_not),
                    id: clause.id.clone(),
                    statement: clause.statement.clone(),
                    source: clause.source.clone(),
                    quote: clause.quote.clone(),
                    reading: clause.basis.reason(),
                    observations: record.observations,
                    verdict,
                    unchecked: unchecked.is_some(),
                }
            })
            .collect();
        Self {
            operation: suite.contract.operation.clone(),
            files: suite.digests.clone(),
            corrections: suite.contract.corrections.clone(),
            plan_digest: plan.digest.clone(),
            planned: plan.whole.clone(),
            verdict,
            cases,
            weaknesses: suite.gaps.iter().map(ToString::to_string).collect(),
            clauses,
            retries,
        }
    }

    /// Requests judged.
    pub fn requests(&self) -> u64 {
        let requests = self.cases.iter().map(|case| case.requests);
        requests.fold(0, u64::saturating_add)
    }

    /// Time spent on the requests that were judged.
    pub fn elapsed(&self) -> Duration {
        let times = self.cases.iter().map(|case| case.elapsed);
        times.fold(Duration::ZERO, Duration::saturating_add)
    }

    /// The verdict in words, with what a reader must not overlook.
    pub fn headline(&self) -> String {
        format!("{}{}", self.verdict.word(), accepted(self.cases.iter()))
    }

    /// How many cases have each verdict, best first; verdicts that none has are left out.
    pub fn totals(&self) -> Vec<(Verdict, usize)> {
        totals(self.cases.iter())
    }

    /// The statements that no case of the suite checks, in page order.
    pub fn unchecked(&self) -> Vec<&ClauseReport> {
        self.clauses.iter().filter(|it| it.unchecked).collect()
    }

    /// The clause of this id.
    pub fn clause(&self, id: &str) -> Option<&ClauseReport> {
        self.clauses.iter().find(|clause| clause.id == id)
    }
}

/// What is said behind a verdict where differences were accepted: how many there are, each
/// counted once however many cases show it.
pub(super) fn accepted<'a>(cases: impl Iterator<Item = &'a CaseReport>) -> String {
    let known = cases.filter(|case| case.verdict == Verdict::Known);
    let differences: BTreeSet<Fingerprint> = known.flat_map(CaseReport::accepted).collect();
    match differences.len() {
        0 => String::new(),
        1 => ", with 1 accepted difference".into(),
        count => format!(", with {count} accepted differences"),
    }
}

/// How many cases have each verdict, best first; verdicts that none has are left out.
pub(super) fn totals<'a>(
    cases: impl Iterator<Item = &'a CaseReport> + Clone,
) -> Vec<(Verdict, usize)> {
    let count = |verdict| cases.clone().filter(|case| case.verdict == verdict).count();
    let counts = Verdict::ALL.iter().map(|it| (*it, count(*it)));
    counts.filter(|(_, count)| *count > 0).collect()
}
