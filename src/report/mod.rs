//! Defines [`Report`]: the one account of a run, rendered by one file per format.
//! Renderers draw no conclusions: verdicts and totals are in the report already.

pub mod audit;
pub mod coverage;
mod document;
pub mod finding;
pub mod format;
pub mod github;
pub mod html;
pub mod json;
pub mod junit;
pub mod markdown;
pub mod matrix;
pub mod merge;
pub mod text;

use crate::baseline::Assessment;
use crate::contract::{ClauseId, Correction, Subject};
use crate::judge::{Difference, RunVerdict, Severity, Verdict};
use crate::runner::{CaseRecord, Ending, Plan, Planned, Seen, Session, Shard, Stop};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

/// The account of a run.
#[derive(Clone, Debug)]
pub struct Report {
    /// Name of the target.
    pub target: String,
    /// Its address; none where it is the embedded server, whose port means nothing.
    pub base_url: Option<String>,
    /// Name of the operation.
    pub operation: String,
    /// SHA-256 of each file of the suite that decides what a run does, by its name there.
    pub suite: BTreeMap<String, String>,
    /// Statements in which the contract follows a person and not its source.
    pub corrections: Vec<Correction>,
    /// Seed of generated requests.
    pub seed: u64,
    /// Whether notes fail too.
    pub strict: bool,
    /// Digest of the whole plan.
    pub plan_digest: String,
    /// The items of the whole plan, which the digest covers.
    pub planned: Vec<Planned>,
    /// The part of the plan that was run, if not all.
    pub shard: Option<Shard>,
    /// The verdict.
    pub verdict: RunVerdict,
    /// Why the run ended early, if it did.
    pub stopped: Option<String>,
    /// Cases and properties in plan order.
    pub cases: Vec<CaseReport>,
    /// What the response schemas cannot tell apart.
    pub weaknesses: Vec<String>,
    /// Documented statements in page order.
    pub clauses: Vec<ClauseReport>,
    /// Requests sent, controls and repeated attempts included.
    pub requests: u64,
    /// Repeated attempts among them.
    pub retries: u64,
    /// From the session's begin to this report.
    pub elapsed: Duration,
}

/// The account of a case or property.
#[derive(Clone, Debug)]
pub struct CaseReport {
    /// `subject/slug`
    pub id: String,
    /// What it is about.
    pub summary: String,
    /// The clause that it checks.
    pub clause: ClauseId,
    /// The statuses that conform.
    pub expect: Vec<u16>,
    /// Its verdict.
    pub verdict: Verdict,
    /// Why it was skipped, is inconclusive or an error.
    pub reason: Option<String>,
    /// Exchanges judged.
    pub requests: u64,
    /// Time spent on them.
    pub elapsed: Duration,
    /// Differences and notes.
    pub seen: Vec<Seen>,
    /// Different differences beyond the listed ones.
    pub unlisted: u64,
    /// What the accepted differences say of it.
    pub assessment: Assessment,
    /// What to do about that, if anything.
    pub gate: Option<String>,
    /// Whether its acceptance ends within 14 days.
    pub ends_soon: bool,
}

impl CaseReport {
    /// The differences that must be accepted for the case to be known.
    pub fn to_accept(&self, strict: bool) -> Vec<&Difference> {
        self.seen
            .iter()
            .map(|seen| &seen.difference)
            .filter(|difference| strict || difference.rule.severity == Severity::Difference)
            .collect()
    }
}

/// What a run says about a clause.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClauseVerdict {
    /// Put to the test and never broken.
    Verified,
    /// Broken at least once.
    Violated,
    /// Never put to the test.
    NotExercised,
}

impl ClauseVerdict {
    /// Of how many exchanges put it to the test, and whether one broke it.
    pub fn of(observations: u64, is_violated: bool) -> Self {
        match (observations, is_violated) {
            (_, true) => Self::Violated,
            (0, false) => Self::NotExercised,
            (_, false) => Self::Verified,
        }
    }

    /// Its word in reports.
    pub fn word(self) -> &'static str {
        match self {
            Self::Verified => "verified",
            Self::Violated => "violated",
            Self::NotExercised => "not-exercised",
        }
    }
}

/// The account of a clause.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClauseReport {
    /// Id.
    pub id: ClauseId,
    /// The statement.
    pub statement: String,
    /// Table and row.
    pub source: String,
    /// The reading's reason, where the clause rests on the reading.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reading: Option<String>,
    /// What the run says.
    pub verdict: ClauseVerdict,
    /// Exchanges that put it to the test.
    pub observations: u64,
    /// Why it was not exercised.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Whether no case of the suite checks it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unchecked: bool,
}

impl Report {
    /// What stands in the place of a report until the run has come to its end: a report
    /// of an earlier run must not be taken for this one's.
    pub fn not_finished(target: &str) -> Self {
        Self {
            target: target.to_owned(),
            base_url: None,
            operation: String::new(),
            suite: BTreeMap::new(),
            corrections: Vec::new(),
            seed: 0,
            strict: false,
            plan_digest: String::new(),
            planned: Vec::new(),
            shard: None,
            verdict: RunVerdict::NotFinished,
            stopped: Some(
                "the run has not finished; if none is under way, it failed or was killed".into(),
            ),
            cases: Vec::new(),
            weaknesses: Vec::new(),
            clauses: Vec::new(),
            requests: 0,
            retries: 0,
            elapsed: Duration::ZERO,
        }
    }

    /// Draws the account of a session up.
    pub fn new(session: &Session, plan: &Plan) -> Self {
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
            cases.push(case(
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
                cases.push(case(id, summary, clause, expect, record, session, false));
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
                    reading: clause.basis.reason(),
                    observations: record.observations,
                    verdict,
                    unchecked: unchecked.is_some(),
                }
            })
            .collect();
        Self {
            target: session.options.target.clone(),
            base_url: Some(session.sender.transport.base_url().to_owned()),
            operation: suite.contract.operation.clone(),
            suite: suite.digests.clone(),
            corrections: suite.contract.corrections.clone(),
            seed: session.options.seed,
            strict: session.options.strict,
            plan_digest: plan.digest.clone(),
            planned: plan.whole.clone(),
            shard: plan.shard,
            verdict,
            stopped: stop.map(|stop| match stop {
                Stop::Unreachable(why) => format!("the target went away: {why}"),
                Stop::Silent => {
                    "too much time was lost to replies that did not come, or were large and broken"
                        .into()
                }
                Stop::Spent(spent) => spent.to_string(),
                Stop::Interrupted(_) => "interrupted".into(),
                Stop::Enough => "enough was seen".into(),
            }),
            cases,
            weaknesses: suite.gaps.iter().map(ToString::to_string).collect(),
            clauses,
            requests: session.sender.transport.sent(),
            retries,
            elapsed: session.sender.elapsed(),
        }
    }

    /// How many cases have each verdict, best first; verdicts that none has are left out.
    pub fn totals(&self) -> Vec<(Verdict, usize)> {
        Verdict::ALL
            .iter()
            .map(|verdict| {
                (
                    *verdict,
                    self.cases
                        .iter()
                        .filter(|case| case.verdict == *verdict)
                        .count(),
                )
            })
            .filter(|(_, count)| *count > 0)
            .collect()
    }

    /// The statements that no case of the suite checks, in page order.
    pub fn unchecked(&self) -> Vec<&ClauseReport> {
        self.clauses.iter().filter(|it| it.unchecked).collect()
    }

    /// The verdict in words, with what a reader must not overlook.
    pub fn headline(&self) -> String {
        let word = self.verdict.word();
        let is_known = |case: &&CaseReport| case.verdict == Verdict::Known;
        match self.cases.iter().filter(is_known).count() {
            0 => word.into_owned(),
            1 => format!("{word}, 1 case with accepted differences"),
            count => format!("{word}, {count} cases with accepted differences"),
        }
    }

    /// The clause of this id.
    pub fn clause(&self, id: &str) -> Option<&ClauseReport> {
        self.clauses.iter().find(|clause| clause.id == id)
    }
}

fn case(
    id: &str,
    summary: &str,
    clause: &str,
    expect: &[u16],
    record: &CaseRecord,
    session: &Session,
    is_selected: bool,
) -> CaseReport {
    let (mut verdict, mut assessment) = session.verdict(id, record, is_selected);
    let mut reason = match &record.ending {
        Ending::Done => None,
        Ending::Skipped(reason) | Ending::Inconclusive(reason) | Ending::Error(reason) => {
            Some(reason.clone())
        }
    };
    let refused = session.suite.contract.profile.status.token;
    if verdict == Verdict::Fail && session.token_died() && only_refused(record, refused) {
        verdict = Verdict::Inconclusive;
        reason = Some(format!(
            "the token died during the run, and {refused} is all that differs"
        ));
        assessment = Assessment::Clean;
    }
    if verdict == Verdict::Fail && session.suite.asks_foreign(id) && was_let_in(record) {
        reason = Some(format!(
            "{} says that this project is another tenant's; if the token may use it, give another one",
            session.options.foreign_origin
        ));
    }
    CaseReport {
        id: id.to_owned(),
        summary: summary.to_owned(),
        clause: clause.into(),
        expect: expect.to_vec(),
        verdict,
        reason,
        requests: record.requests,
        elapsed: record.elapsed,
        seen: in_order_of_rules(record),
        unlisted: record.unlisted,
        gate: session
            .baseline
            .message(&assessment, id, &session.options.target),
        ends_soon: match &assessment {
            Assessment::Known(acceptance) => session.baseline.ends_soon(acceptance),
            _ => false,
        },
        assessment,
    }
}

/// A snapshot whose case the suite does not have fails, so that the list can only shrink.
fn orphan(id: &str, path: &Path) -> CaseReport {
    CaseReport {
        id: id.to_owned(),
        summary: "accepted differences of a case that no longer exists".into(),
        clause: ClauseId::default(),
        expect: Vec::new(),
        verdict: Verdict::Fail,
        reason: None,
        requests: 0,
        elapsed: Duration::ZERO,
        seen: Vec::new(),
        unlisted: 0,
        assessment: Assessment::Vanished(path.to_owned()),
        gate: Some(format!(
            "the suite has no case '{id}' (any more); to remove its snapshot: rm '{}'",
            path.display()
        )),
        ends_soon: false,
    }
}

/// Whether a refusal of the token in place of another status is the only difference of a case.
fn only_refused(record: &CaseRecord, refused: u16) -> bool {
    let refused = refused.to_string();
    record
        .seen
        .values()
        .filter(|seen| seen.difference.rule.severity == Severity::Difference)
        .all(|seen| {
            seen.difference.rule.code == "status-unexpected" && seen.difference.observed == refused
        })
}

/// Whether a request that must be refused succeeded.
fn was_let_in(record: &CaseRecord) -> bool {
    record.seen.values().any(|seen| {
        seen.difference.rule.code == "status-unexpected"
            && seen.difference.observed.starts_with('2')
    })
}

/// Why a clause was not exercised: `skipped` holds the reasons of skipped cases by the
/// clause that they check.
pub(crate) fn why_not(
    id: &str,
    skipped: &BTreeMap<&str, &str>,
    exercised: &dyn Fn(&str) -> bool,
    is_unfiltered: bool,
) -> String {
    if let Some(reason) = skipped.get(id) {
        return (*reason).to_owned();
    }
    match ClauseId::from(id).subject() {
        Some(Subject::Response(status, _)) => {
            let listed = ClauseId::status(status);
            match skipped.get(listed.as_str()) {
                _ if exercised(&listed) => "no reply held it".into(),
                Some(reason) => (*reason).to_owned(),
                None => format!("no reply had status {status}"),
            }
        }
        _ if is_unfiltered => "no case checks it".into(),
        _ => "the filter left its cases out".into(),
    }
}

/// What was seen in the order in which the rules look at a reply: its status first.
fn in_order_of_rules(record: &CaseRecord) -> Vec<Seen> {
    let mut seen: Vec<Seen> = record.seen.values().cloned().collect();
    let all = crate::judge::rule::ALL;
    seen.sort_by_key(|seen| all.iter().position(|rule| *rule == seen.difference.rule));
    seen
}
