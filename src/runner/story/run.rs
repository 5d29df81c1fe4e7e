//! Runs one sequence from its beginning to its end.

use super::{Endings, is_part, list, steps};
use crate::exchange::Exchange;
use crate::judge::Judgement;
use crate::judge::sequence::{self, Expected};
use crate::resource::Law;
use crate::runner::ledger::Ending;
use crate::runner::session::Session;
use crate::runner::stock::{Kind, Object, Stock, body_of};
use crate::suite::{Case, Objects, Part, RequestValues};
use serde_json::Value;
use std::sync::Arc;

/// A sequence under way.
pub(super) struct Story<'a> {
    pub(super) stock: &'a Stock,
    pub(super) kind: &'a Kind,
    pub(super) steps: Vec<(Arc<Session>, Case)>,
    pub(super) endings: Endings,
}

/// Runs the sequence of a resource.
pub(super) async fn run(stock: &Stock, kind: &Kind) -> Endings {
    let mut story = Story {
        stock,
        kind,
        steps: steps(stock, &kind.resource.name),
        endings: Endings::new(),
    };
    if let Err(reason) = story.all().await {
        let ending = stock.ended(reason);
        story.endings.insert(String::new(), ending);
    }
    story.endings
}

impl Story<'_> {
    async fn all(&mut self) -> Result<(), String> {
        let (stock, kind) = (self.stock, self.kind);
        // One that all look at is there first: lists have two then.
        let shared = stock.shared(&kind.resource.name).await;
        if let Some(why) = kind.never_ready() {
            self.never_ready(&why).await;
            return Err(why);
        }
        let shared = shared?;
        let Some((_, create)) = self.step(Part::Create) else {
            return Err("its create operation has no step".into());
        };
        let object = stock
            .make(kind, &Objects::default(), Some(&create.template))
            .await;
        let object = match object {
            Ok(object) => object,
            Err(why) => {
                self.ends(&create, Ending::Done);
                return Err(why);
            }
        };
        self.ends(&create, Ending::Done);
        if let Err(why) = stock.ready(kind, &object).await {
            self.never_ready(&why).await;
            return Err(why);
        }
        let name = kind.resource.name.clone();
        let looks = self.look(Law::Ready, &object.objects, |_| None).await;
        drop(looks);
        let shown = self
            .shows(Law::Created, &object, object.sent.as_ref(), None)
            .await;
        list::look(self, &object, &shared).await;
        self.apart(&name, &object).await;
        self.update(&object, shown).await;
        self.delete(&object).await
    }

    pub(super) fn step(&self, part: Part) -> Option<(Arc<Session>, Case)> {
        let mut steps = self.steps.iter();
        steps.find(|(_, case)| is_part(case, part)).cloned()
    }

    pub(super) fn ends(&mut self, case: &Case, ending: Ending) {
        self.endings.insert(case.template.id.clone(), ending);
    }

    /// What was made was never ready: a difference where that is expected.
    async fn never_ready(&mut self, why: &str) {
        let Some((session, case)) = self.step(Part::Look(Law::Ready)) else {
            return;
        };
        let template = &case.template;
        let objects = match self.kind.last_alive() {
            Some(object) => object.objects.clone(),
            None => return,
        };
        let bound = session.sender.bind(
            &session.suite,
            template,
            &RequestValues::default(),
            &objects,
        );
        let Ok(request) = bound else {
            return;
        };
        let Ok(exchange) = session.step(template, &request).await else {
            return;
        };
        let clause = template.clause.clone();
        session
            .conclude_with(template, &exchange, |judgement| {
                judgement.push(
                    &crate::judge::rule::SEQUENCE_BROKEN,
                    clause,
                    "a state in which it can be used",
                    "another state, to the end",
                );
                if let Some(difference) = judgement.differences.last_mut() {
                    difference.detail = why.to_owned();
                }
            })
            .await;
        self.ends(&case, Ending::Done);
    }

    /// Sends the request of a step and judges the reply, also by what `expected` says of it.
    pub(super) async fn send<'e>(
        &mut self,
        (session, case): (Arc<Session>, Case),
        objects: &Objects,
        varied: &RequestValues,
        expected: impl FnOnce(&Value) -> Option<Expected<'e>>,
    ) -> Option<Exchange> {
        let template = &case.template;
        let bound = session
            .sender
            .bind(&session.suite, template, varied, objects);
        let request = match bound {
            Ok(request) => request,
            Err(reason) => {
                self.ends(&case, Ending::Skipped(reason));
                return None;
            }
        };
        let exchange = match session.step(template, &request).await {
            Ok(exchange) => exchange,
            Err(ending) => {
                self.ends(&case, ending);
                return None;
            }
        };
        let body = body_of(&exchange).unwrap_or_default();
        let expected = expected(&body);
        let judgement: Judgement = session
            .conclude_with(template, &exchange, |judgement| {
                if let Some(expected) = &expected {
                    sequence::judge(&template.clause, expected, judgement);
                }
            })
            .await;
        let ending = match judgement.differs() {
            true => session.confirm(template).await,
            false => Ending::Done,
        };
        self.ends(&case, ending);
        Some(exchange)
    }

    /// Looks by a law, where there is a step for it.
    pub(super) async fn look<'e>(
        &mut self,
        law: Law,
        objects: &Objects,
        expected: impl FnOnce(&Value) -> Option<Expected<'e>>,
    ) -> Option<Exchange> {
        let step = self.step(Part::Look(law))?;
        self.send(step, objects, &RequestValues::default(), expected)
            .await
    }

    /// Shows the object and holds it against what was sent; gives it as it was shown.
    async fn shows(
        &mut self,
        law: Law,
        object: &Object,
        sent: Option<&Value>,
        before: Option<(&Value, &Value)>,
    ) -> Option<Value> {
        let show = self.kind.resource.show.clone()?;
        let step = self.step(Part::Look(law))?;
        let template = step.1.template.clone();
        let session = Arc::clone(&step.0);
        let bound = session.sender.bind(
            &session.suite,
            &template,
            &RequestValues::default(),
            &object.objects,
        );
        let request = bound.ok()?;
        let exchange = match session.step(&template, &request).await {
            Ok(exchange) => exchange,
            Err(ending) => {
                self.ends(&step.1, ending);
                return None;
            }
        };
        let body = body_of(&exchange);
        let shown = body.as_ref().and_then(|body| body.pointer(&show.at));
        let judgement = session
            .conclude_with(&template, &exchange, |judgement| {
                if let (Some(shown), Some(sent)) = (shown, sent) {
                    let expected = Expected::Shows {
                        at: &show.at,
                        object: shown,
                        sent,
                        before,
                    };
                    sequence::judge(&template.clause, &expected, judgement);
                }
            })
            .await;
        let ending = match judgement.differs() {
            true => session.confirm(&template).await,
            false => Ending::Done,
        };
        self.ends(&step.1, ending);
        shown.cloned()
    }

    /// Asks for the object under another parent, by each operation that names it.
    async fn apart(&mut self, name: &str, object: &Object) {
        let resources = object.objects.ids.keys().filter(|it| *it != name).cloned();
        let parents: Vec<String> = resources.collect();
        let looks: Vec<_> = self
            .steps
            .iter()
            .filter(|(_, case)| is_part(case, Part::Look(Law::Parent)))
            .cloned()
            .collect();
        if looks.is_empty() {
            return;
        }
        // The nearest parent is the one that stands in the path in front of it.
        let mut other = None;
        let mut why = String::new();
        for parent in parents.iter().rev() {
            match self.stock.other(parent).await {
                Ok(made) => {
                    other = Some(made);
                    break;
                }
                Err(reason) => why = reason,
            }
        }
        for (session, case) in looks {
            let Some(other) = &other else {
                let ending = self.stock.ended(why.clone());
                self.ends(&case, ending);
                continue;
            };
            let mut objects = object.objects.clone();
            objects.ids.extend(other.objects.ids.clone());
            let list = self.kind.resource.list.clone();
            let is_list = list
                .as_ref()
                .filter(|list| list.operation == session.suite.contract.operation);
            let Some(list) = is_list.cloned() else {
                self.send((session, case), &objects, &RequestValues::default(), |_| {
                    None
                })
                .await;
                continue;
            };
            let items = self
                .stock
                .items(self.kind, &objects)
                .await
                .unwrap_or_default();
            let id = object.id.clone();
            self.send((session, case), &objects, &RequestValues::default(), |_| {
                Some(Expected::Lacks {
                    items: &items,
                    id_at: &list.id,
                    id: &id,
                })
            })
            .await;
        }
    }

    async fn update(&mut self, object: &Object, before: Option<Value>) {
        let Some(step) = self.step(Part::Update) else {
            return;
        };
        let none = RequestValues::default();
        let exchange = self.send(step, &object.objects, &none, |_| None).await;
        let Some(exchange) =
            exchange.filter(|it| it.status().is_some_and(crate::status::is_success))
        else {
            return;
        };
        if self.stock.ready(self.kind, object).await.is_err() {
            return;
        }
        let sent = exchange.request.body.as_deref();
        let sent: Option<Value> = sent.and_then(|body| serde_json::from_str(body).ok());
        let before = before.as_ref().zip(object.sent.as_ref());
        self.shows(Law::Updated, object, sent.as_ref(), before)
            .await;
    }

    async fn delete(&mut self, object: &Arc<Object>) -> Result<(), String> {
        let none = RequestValues::default();
        let Some(step) = self.step(Part::Delete) else {
            return Ok(());
        };
        let exchange = self.send(step, &object.objects, &none, |_| None).await;
        let status = exchange.and_then(|exchange| exchange.status());
        if !status.is_some_and(crate::status::is_success) {
            return Err(format!("the {} could not be deleted", object.resource));
        }
        let is_gone = self.stock.is_gone_soon(self.kind, object).await;
        let gone: Vec<_> = self
            .steps
            .iter()
            .filter(|(_, case)| is_part(case, Part::Look(Law::Gone)))
            .cloned()
            .collect();
        for step in gone {
            self.send(step, &object.objects, &none, |_| None).await;
        }
        list::lacks(self, object).await;
        // Only now: where it is still there, it is given back at the end.
        if is_gone {
            self.stock.forget(self.kind, object);
        }
        Ok(())
    }
}
