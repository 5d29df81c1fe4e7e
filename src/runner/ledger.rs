//! Defines the ledger of a run: what was seen, by case and by clause.
//!
//! Exchanges are folded in as they come and not kept, so that memory does not
//! grow with their number.

use crate::exchange::{Exchange, Limits, NoReply, Outcome, Redactor, as_size};
use crate::judge::{Difference, Fingerprint, Judgement, Severity, Verdict, rule};
use std::collections::BTreeMap;
use std::time::Duration;

/// Bytes of a body that an example shows.
const MAX_EXCERPT: usize = 300;

/// A request and reply that show a difference, ready to be printed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Example {
    /// A `curl` line that sends the request.
    pub curl: String,
    /// The reply in one line, secrets replaced, not yet escaped.
    pub reply: String,
}

impl Example {
    /// Shows an exchange.
    pub fn new(exchange: &Exchange, base_url: &str, redactor: &Redactor) -> Self {
        let reply = match &exchange.outcome {
            Outcome::NoReply(NoReply::Closed) => "closed without a reply".to_owned(),
            Outcome::NoReply(NoReply::Silent) => "no reply before the deadline".to_owned(),
            Outcome::NoReply(NoReply::NotHttp) => "no HTTP".to_owned(),
            Outcome::NoReply(NoReply::HeadTooLarge) => {
                "too many or too large header fields".to_owned()
            }
            Outcome::Reply(response) => {
                let media = response
                    .header("content-type")
                    .next()
                    .map(|value| String::from_utf8_lossy(value).into_owned())
                    .unwrap_or_default();
                let (cut, is_cut) = redactor.excerpt(&response.body, MAX_EXCERPT);
                let more = if is_cut { "…" } else { "" };
                format!("{} {} {cut}{more}", response.status, redactor.text(&media))
            }
        };
        Self {
            curl: redactor.own_text(&exchange.request.curl(base_url)),
            reply,
        }
    }
}

/// A difference with how often it was seen.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The difference.
    pub difference: Difference,
    /// In how many exchanges.
    pub count: u64,
    /// The first exchange that showed it, or the smallest one found.
    pub example: Example,
}

/// How an item ended, beside what was seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// Everything was sent and judged.
    Done,
    /// Not sent, for this reason.
    Skipped(String),
    /// Nothing can be concluded, for this reason.
    Inconclusive(String),
    /// Our failure.
    Error(String),
}

/// What was seen of one case or property.
#[derive(Clone, Debug)]
pub struct CaseRecord {
    /// How it ended.
    pub ending: Ending,
    /// Exchanges judged.
    pub requests: u64,
    /// Differences and notes, first seen first.
    pub seen: BTreeMap<Fingerprint, Seen>,
    /// Different differences beyond the bound.
    pub unlisted: u64,
    /// Time spent on exchanges.
    pub elapsed: Duration,
}

impl Default for CaseRecord {
    fn default() -> Self {
        Self {
            ending: Ending::Done,
            requests: 0,
            seen: BTreeMap::new(),
            unlisted: 0,
            elapsed: Duration::ZERO,
        }
    }
}

impl CaseRecord {
    /// The differences that must be accepted for the case to be known; notes too, if `strict`.
    pub fn to_accept(&self, strict: bool) -> Vec<&Difference> {
        self.seen
            .values()
            .map(|seen| &seen.difference)
            .filter(|difference| strict || difference.rule.severity == Severity::Difference)
            .collect()
    }

    /// What the layer in front of the service answered in its place.
    fn layered(&self) -> Option<&Seen> {
        let is_layered = |seen: &&Seen| seen.difference.rule == &rule::LAYER_IN_FRONT;
        self.seen.values().find(is_layered)
    }

    /// Whether the service itself answered.
    pub(super) fn is_by_service(&self) -> bool {
        self.requests > self.layered().map_or(0, |seen| seen.count)
    }

    /// The verdict of the case.
    pub fn verdict(&self) -> Verdict {
        let differs = self.unlisted > 0
            || self
                .seen
                .values()
                .any(|seen| seen.difference.rule.severity == Severity::Difference);
        match &self.ending {
            Ending::Error(_) => Verdict::Error,
            Ending::Inconclusive(_) => Verdict::Inconclusive,
            _ if differs => Verdict::Fail,
            Ending::Skipped(_) => Verdict::Skipped,
            Ending::Done if !self.seen.is_empty() => Verdict::Note,
            Ending::Done => Verdict::Pass,
        }
    }
}

/// What was seen of one clause.
#[derive(Clone, Copy, Debug, Default)]
pub struct ClauseRecord {
    /// Exchanges that put it to the test.
    pub observations: u64,
    /// Exchanges that broke it.
    pub violations: u64,
}

/// What was seen in a run, or in the record of one.
#[derive(Debug)]
pub struct Ledger {
    /// By case or property.
    pub cases: BTreeMap<String, CaseRecord>,
    /// By clause, in the order of the suite's clauses.
    pub clauses: Vec<ClauseRecord>,
    /// Repeated attempts.
    pub retries: u64,
    most_differences: usize,
}

impl Ledger {
    /// An empty one for so many clauses.
    pub fn new(clauses: usize, limits: &Limits) -> Self {
        Self {
            most_differences: as_size(limits.differences),
            cases: BTreeMap::new(),
            clauses: vec![ClauseRecord::default(); clauses],
            retries: 0,
        }
    }

    /// Folds one judged exchange in. `position` finds a clause by its id, `example` is
    /// asked for where a difference is seen for the first time.
    pub fn record(
        &mut self,
        id: &str,
        exchange: &Exchange,
        judgement: &Judgement,
        position: impl Fn(&str) -> Option<usize>,
        example: impl Fn() -> Example,
    ) {
        self.retries += u64::from(exchange.retries);
        for at in &judgement.exercised {
            if let Some(clause) = self.clauses.get_mut(*at) {
                clause.observations += 1;
            }
        }
        if !self.cases.contains_key(id) {
            self.cases.insert(id.to_owned(), CaseRecord::default());
        }
        let Some(record) = self.cases.get_mut(id) else {
            return;
        };
        record.requests += 1;
        record.elapsed += exchange.elapsed;
        for difference in &judgement.differences {
            if difference.rule.severity == Severity::Difference
                && let Some(at) = position(&difference.clause)
                && let Some(clause) = self.clauses.get_mut(at)
            {
                clause.violations += 1;
            }
            let key = difference.fingerprint();
            if let Some(seen) = record.seen.get_mut(&key) {
                seen.count += 1;
            } else if record.seen.len() < self.most_differences {
                record.seen.insert(
                    key,
                    Seen {
                        difference: difference.clone(),
                        count: 1,
                        example: example(),
                    },
                );
            } else if difference.rule.severity == Severity::Difference {
                record.unlisted += 1;
            }
        }
    }

    /// Ends the cases that only the layer in front of the service answered, and whose clause
    /// nothing else put to the test (`is_tested` says so): they prove nothing. Gives the
    /// reason of one of them.
    pub(super) fn settle(&mut self, is_tested: impl Fn(&str) -> bool) -> Option<String> {
        let mut why = None;
        for record in self.cases.values_mut() {
            if let (Ending::Done, Some(layered)) = (&record.ending, record.layered())
                && !is_tested(&layered.difference.clause)
            {
                let reason = format!(
                    "{}, and nothing else in this run tested {}",
                    layered.difference.observed, layered.difference.clause
                );
                record.ending = Ending::Inconclusive(reason.clone());
                why = Some(reason);
            }
        }
        why
    }

    pub(super) fn case(&mut self, id: &str) -> &mut CaseRecord {
        self.cases.entry(id.to_owned()).or_default()
    }
}
