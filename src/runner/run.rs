//! Defines [`Run`]: all operations of one run against one target.

use super::evidence::Evidence;
use super::item;
use super::plan::Plan;
use super::preflight;
use super::sender::Sender;
use super::session::Session;
use super::stock::Stock;
use crate::error::Result;
use crate::exchange::{RECORD_FORMAT, RecordHeader};
use crate::suite::strategy::Share;
use std::path::Path;
use std::sync::Arc;

/// One run: a session for each operation of its plan, in that order.
#[derive(Clone)]
pub struct Run {
    /// The operations.
    pub sessions: Vec<Arc<Session>>,
    /// The way to the target, which they share.
    pub sender: Arc<Sender>,
    /// The record, which they share.
    pub evidence: Arc<Evidence>,
    /// The objects that they name, where there are any.
    pub stock: Option<Arc<Stock>>,
}

impl Run {
    /// A run of one operation.
    pub fn alone(session: Session) -> Self {
        Self {
            sender: Arc::clone(&session.sender),
            evidence: Arc::clone(session.books.evidence()),
            sessions: vec![Arc::new(session)],
            stock: None,
        }
    }

    /// Records every exchange from here on.
    ///
    /// # Errors
    /// [`Error::Input`](crate::error::Error::Input) where the file cannot be made.
    pub fn record(&self, path: &Path, plan: &Plan) -> Result<()> {
        let Some(first) = self.sessions.first() else {
            return Ok(());
        };
        let values = self.sender.values();
        let own = |text: &String| self.sender.redactor().own_text(text);
        let suites = self.sessions.iter().map(|session| &session.suite);
        let header = RecordHeader {
            format: RECORD_FORMAT.into(),
            tool_version: env!("CARGO_PKG_VERSION").into(),
            operations: (suites.clone().map(|suite| suite.contract.operation.clone())).collect(),
            shares: plan
                .operations
                .iter()
                .filter(|part| part.share != Share::ALL)
                .map(|part| (part.operation.clone(), [part.share.index, part.share.count]))
                .collect(),
            target: first.options.target.clone(),
            base_url: self.sender.transport.base_url().to_owned(),
            seed: first.options.seed,
            plan_digest: plan.digest.clone(),
            project_id: own(&values.project_id),
            foreign_project_id: values.foreign_project_id.as_ref().map(own),
            digests: suites.flat_map(|suite| suite.digests.clone()).collect(),
            limits: *self.sender.transport.limits(),
        };
        self.evidence.begin(path, &header)
    }

    /// Begins round `round` (from 1) of the same plan: what was seen is forgotten, the
    /// record goes on.
    pub fn begin_round(&self, round: u32) {
        self.evidence.begin_round(round);
        for session in &self.sessions {
            session.begin_round();
        }
    }

    /// Looks whether the target answers at all and takes the token. The replies are judged
    /// like all others, unless every one of them refuses.
    ///
    /// # Errors
    /// [`Error::NoVerdict`](crate::error::Error::NoVerdict) where it cannot be reached, or
    /// refuses every valid request: then negative cases would prove nothing.
    pub async fn preflight(&self, plan: &Plan) -> Result<()> {
        let parts = self.sessions.iter().zip(&plan.operations);
        let sent = parts.filter(|(_, part)| part.items.iter().any(|item| item.skip.is_none()));
        let sessions = sent.map(|(session, _)| &**session);
        // What makes or deletes objects is for the cases alone, and what needs none comes first.
        let mut sessions: Vec<&Session> = sessions
            .filter(|it| it.supply().is_none() || !it.suite.handling.counts())
            .collect();
        sessions.sort_by_key(|session| !session.suite.handling.needs.is_empty());
        preflight::preflight(&self.sender, &sessions).await
    }

    /// Runs the whole plan in order, without output.
    pub async fn run_quietly(&self, plan: &Plan) {
        for (session, part) in self.sessions.iter().zip(&plan.operations) {
            for item in &part.items {
                item::guarded(session, item).await;
            }
            session.controls_at_the_end().await;
            session.forget_values();
            session.books.settle(plan.shard.is_some());
        }
    }
}
