//! Defines [`Story`]: a sequence under way, and how one of its steps is sent and judged.

use crate::exchange::Exchange;
use crate::judge::Judgement;
use crate::judge::sequence::{self, Expected};
use crate::runner::ledger::Ending;
use crate::runner::session::Session;
use crate::runner::stock::{Endings, Kind, Stock, body_of};
use crate::suite::{Case, Objects, Part, RequestValues, Step};
use serde_json::Value;
use std::sync::Arc;

/// A sequence under way.
pub(super) struct Story<'a> {
    pub(super) stock: &'a Stock,
    pub(super) kind: &'a Kind,
    pub(super) steps: Vec<(Arc<Session>, Case)>,
    pub(super) endings: Endings,
}

impl<'a> Story<'a> {
    /// The story of one resource, of which nothing was told yet.
    pub(super) fn new(stock: &'a Stock, kind: &'a Kind) -> Self {
        let mut steps = Vec::new();
        for session in stock.sessions.values() {
            for case in &session.suite.cases {
                let step = case.template.step.as_ref();
                if step.is_some_and(|step| step.resource == kind.resource.name) {
                    steps.push((Arc::clone(session), case.clone()));
                }
            }
        }
        Self {
            stock,
            kind,
            steps,
            endings: Endings::new(),
        }
    }

    /// All steps that do this.
    pub(super) fn all_of(&self, part: Part) -> Vec<(Arc<Session>, Case)> {
        let steps = self.steps.iter().filter(|(_, case)| is_part(case, part));
        steps.cloned().collect()
    }

    /// Judges the reply to a step, if it was selected; how it ends.
    pub(super) async fn conclude(
        &mut self,
        session: &Session,
        case: &Case,
        exchange: &Exchange,
        more: impl FnOnce(&mut Judgement),
    ) {
        let template = &case.template;
        let ending = match session.assumed(exchange) {
            Err(ending) => ending,
            Ok(()) if !self.stock.is_judged(template) => Ending::Done,
            Ok(()) => match session.conclude_with(template, exchange, more).await {
                judgement if judgement.differs() => session.confirm(template).await,
                _ => Ending::Done,
            },
        };
        self.ends(case, ending);
    }

    /// The step that does this to the first object.
    pub(super) fn step(&self, part: Part) -> Option<(Arc<Session>, Case)> {
        self.one_of(part, |step| !step.is_second() && !step.is_partial())
    }

    /// The step that does this to the second object.
    pub(super) fn second_step(&self, part: Part) -> Option<(Arc<Session>, Case)> {
        self.one_of(part, Step::is_second)
    }

    /// The step that changes some members alone.
    pub(super) fn partial_step(&self) -> Option<(Arc<Session>, Case)> {
        self.one_of(Part::Update, Step::is_partial)
    }

    fn one_of(&self, part: Part, is_it: impl Fn(&Step) -> bool) -> Option<(Arc<Session>, Case)> {
        let mut steps = self.steps.iter();
        let is_it = |case: &Case| {
            let step = case.template.step.as_ref();
            step.is_some_and(|step| step.part == part && is_it(step))
        };
        steps.find(|(_, case)| is_it(case)).cloned()
    }

    /// Notes how a step ended. One that did not end well is not forgotten for what comes
    /// after it.
    pub(super) fn ends(&mut self, case: &Case, ending: Ending) {
        let known = self.endings.entry(case.template.id.clone());
        let known = known.or_insert(Ending::Done);
        if *known == Ending::Done {
            *known = ending;
        }
    }

    /// Judges the reply to a step, also by what is `expected` of it.
    pub(super) async fn judges(
        &mut self,
        (session, case): (Arc<Session>, Case),
        exchange: &Exchange,
        expected: impl IntoIterator<Item = Expected<'_>>,
    ) {
        self.conclude(&session, &case, exchange, |judgement| {
            for expected in expected {
                sequence::judge(&case.template.clause, &expected, judgement);
            }
        })
        .await;
    }

    /// Sends the request of a step; the reply, unless that ended otherwise.
    pub(super) async fn asks(
        &mut self,
        (session, case): &(Arc<Session>, Case),
        objects: &Objects,
        varied: &RequestValues,
    ) -> Option<Exchange> {
        let template = &case.template;
        let bound = session
            .sender
            .bind(&session.suite, template, varied, objects);
        let asked = match bound {
            Ok(request) => session.step(template, &request).await,
            Err(reason) => Err(Ending::Skipped(reason)),
        };
        asked.map_err(|ending| self.ends(case, ending)).ok()
    }

    /// Sends the request of a step and judges the reply, also by what `expected` says of it.
    pub(super) async fn send(
        &mut self,
        step: (Arc<Session>, Case),
        objects: &Objects,
        varied: &RequestValues,
        expected: impl FnOnce(&Value, &mut dyn FnMut(Expected<'_>)),
    ) -> Option<Exchange> {
        let exchange = self.asks(&step, objects, varied).await?;
        let (session, case) = step;
        let template = &case.template;
        // What must be refused may have been done all the same.
        if let Err(reason) = self.stock.made_by(&session, objects, &exchange).await {
            self.ends(&case, Ending::Inconclusive(reason));
            return None;
        }
        let body = body_of(&exchange).unwrap_or_default();
        self.conclude(&session, &case, &exchange, |judgement| {
            expected(&body, &mut |expected| {
                sequence::judge(&template.clause, &expected, judgement);
            });
        })
        .await;
        Some(exchange)
    }
}

fn is_part(case: &Case, part: Part) -> bool {
    let step = case.template.step.as_ref();
    step.is_some_and(|step| step.part == part)
}
