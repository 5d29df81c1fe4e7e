//! Defines [`CaseReport`]: the account of a case or property.

use crate::baseline::Assessment;
use crate::contract::ClauseId;
use crate::judge::{Difference, Fingerprint, Severity, Verdict};
use crate::runner::{CaseRecord, Ending, Seen, Session};
use std::path::Path;
use std::time::Duration;

/// The account of a case or property.
#[derive(Clone, Debug)]
pub struct CaseReport {
    /// `operation/subject/slug`
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
    /// Draws the account of a case up.
    pub(super) fn new(
        id: &str,
        summary: &str,
        clause: &str,
        expect: &[u16],
        record: &CaseRecord,
        session: &Session,
        is_selected: bool,
    ) -> Self {
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
        Self {
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

    /// What somebody accepted of a known case; its notes, where it has nothing else.
    pub(super) fn accepted(&self) -> Vec<Fingerprint> {
        let differs = !self.to_accept(false).is_empty();
        let accepted = self.to_accept(!differs);
        accepted.into_iter().map(Difference::fingerprint).collect()
    }

    /// The differences that must be accepted for the case to be known.
    pub fn to_accept(&self, strict: bool) -> Vec<&Difference> {
        self.seen
            .iter()
            .map(|seen| &seen.difference)
            .filter(|difference| strict || difference.rule.severity == Severity::Difference)
            .collect()
    }
}

/// A snapshot whose case the suite does not have fails, so that the list can only shrink.
pub(super) fn orphan(id: &str, path: &Path) -> CaseReport {
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

/// What was seen in the order in which the rules look at a reply: its status first.
fn in_order_of_rules(record: &CaseRecord) -> Vec<Seen> {
    let mut seen: Vec<Seen> = record.seen.values().cloned().collect();
    let all = crate::judge::rule::ALL;
    seen.sort_by_key(|seen| all.iter().position(|rule| *rule == seen.difference.rule));
    seen
}
