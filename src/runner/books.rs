//! Defines [`Books`]: judges what came, and keeps what was seen of one operation; the
//! evidence of the run gets every exchange.

use super::evidence::Evidence;
use super::ledger::{CaseRecord, ClauseRecord, Example, Ledger};
use crate::contract::{ClauseId, Subject};
use crate::exchange::{Exchange, Limits, Outcome, Redactor};
use crate::judge::{Judge, Judgement};
use crate::suite::{Suite, Template};
use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Bodies above this size are judged one at a time.
const LARGE_BODY: usize = 256 * 1024;

/// What was seen of an operation in a run.
pub struct Books {
    suite: Arc<Suite>,
    base_url: String,
    limits: Limits,
    redactor: Redactor,
    judge: Judge,
    ledger: Mutex<Ledger>,
    evidence: Arc<Evidence>,
    large: tokio::sync::Mutex<()>,
}

impl Books {
    /// Empty ones, of replies of the target at `base_url`.
    pub(super) fn new(
        suite: Arc<Suite>,
        base_url: &str,
        limits: Limits,
        redactor: Redactor,
        evidence: Arc<Evidence>,
    ) -> Self {
        Self {
            judge: Judge::new(Arc::clone(&suite)).within(limits),
            ledger: Mutex::new(Ledger::new(suite.clauses.len(), &limits)),
            suite,
            base_url: base_url.to_owned(),
            limits,
            redactor,
            evidence,
            large: tokio::sync::Mutex::new(()),
        }
    }

    /// The record that gets every exchange.
    pub(super) fn evidence(&self) -> &Arc<Evidence> {
        &self.evidence
    }

    pub(super) fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins another round of the same plan: what was seen is forgotten.
    pub(super) fn begin_round(&self) {
        *self.ledger() = Ledger::new(self.suite.clauses.len(), &self.limits);
    }

    /// What was seen so far: by case, by clause (in the order of the suite's
    /// clauses), and how many attempts were repeated.
    pub fn records(&self) -> (BTreeMap<String, CaseRecord>, Vec<ClauseRecord>, u64) {
        let ledger = self.ledger();
        (ledger.cases.clone(), ledger.clauses.clone(), ledger.retries)
    }

    /// Judges and records one exchange.
    pub(super) async fn enter(
        &self,
        template: &Template,
        exchange: &Exchange,
        more: impl FnOnce(&mut Judgement),
    ) -> Judgement {
        // A parsed body takes many times its text: large ones are judged one at a time.
        let _alone = match is_large(exchange) {
            true => Some(self.large.lock().await),
            false => None,
        };
        self.evidence
            .exchange(&template.id, exchange, &self.redactor);
        let mut judgement = self.judge.judge(template, exchange);
        more(&mut judgement);
        // Once for all differences: a large body takes its time.
        let (shows_secret, example) = (OnceCell::new(), OnceCell::new());
        let shows_secret = || *shows_secret.get_or_init(|| self.shows_secret(exchange));
        for difference in &mut judgement.differences {
            // Keys of a body are the target's to choose; it may choose the token.
            difference.pointer = self.redactor.text(&difference.pointer);
            difference.observed = self.redactor.text(&difference.observed);
            if !difference.detail.is_empty() && shows_secret() {
                // It was cut: half a secret is not found.
                difference.detail.clear();
            }
            difference.detail = self.redactor.text(&difference.detail);
        }
        self.ledger().record(
            &template.id,
            exchange,
            &judgement,
            |id| self.suite.clauses.position(id),
            || {
                let example = example.get_or_init(|| self.example(exchange));
                example.clone()
            },
        );
        judgement
    }

    /// Shows an exchange, secrets replaced.
    pub(super) fn example(&self, exchange: &Exchange) -> Example {
        Example::new(exchange, &self.base_url, &self.redactor)
    }

    fn shows_secret(&self, exchange: &Exchange) -> bool {
        match &exchange.outcome {
            Outcome::Reply(reply) => self.redactor.finds_in(&reply.body),
            Outcome::NoReply(_) => false,
        }
    }

    /// Concludes from all of the run what no case can tell by itself, and gives a reason
    /// for which one is inconclusive by now. What a part leaves untested, another part may
    /// test.
    pub(super) fn settle(&self, is_part: bool) -> Option<String> {
        // A control shows that what is documented passes, and not what else is refused; of a
        // status, what passes is all there is to show.
        let is_of_status =
            |template: &&Template| matches!(template.clause.subject(), Some(Subject::Status(_)));
        let of_clause: Vec<&Template> = self
            .suite
            .templates()
            .filter(|template| template.control.is_some() || is_of_status(template))
            .collect();
        let mut ledger = self.ledger();
        let by_service: BTreeSet<ClauseId> = of_clause
            .iter()
            .filter(|template| {
                let record = ledger.cases.get(&template.id);
                record.is_some_and(CaseRecord::is_by_service)
            })
            .map(|template| template.clause.clone())
            .collect();
        ledger.settle(|clause| {
            let mut others = of_clause
                .iter()
                .filter(|template| template.clause == clause);
            by_service.contains(clause) || is_part && others.nth(1).is_some()
        })
    }
}

/// Whether the body of a reply takes long to judge.
pub(super) fn is_large(exchange: &Exchange) -> bool {
    matches!(&exchange.outcome, Outcome::Reply(response) if response.body.len() > LARGE_BODY)
}
