//! Runs one sequence from its beginning to its end.

use super::list;
use super::telling::Story;
use crate::judge::Judgement;
use crate::judge::sequence::{self, Expected};
use crate::resource::{Law, NeedPlace};
use crate::runner::ledger::Ending;
use crate::runner::session::Session;
use crate::runner::stock::{Endings, Kind, Stock, body_of};
use crate::runner::supply::Object;
use crate::suite::{Case, Member, Objects, Part, RequestValues, UNKNOWN};
use serde_json::Value;
use std::sync::Arc;

/// Runs the sequence of a resource.
pub(super) async fn run(stock: &Stock, kind: &Kind) -> Endings {
    let mut story = Story::new(stock, kind);
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
        let Some(create) = self.step(Part::Create) else {
            return Err("its create operation has no step".into());
        };
        let object = self.makes(create).await?;
        if let Err(why) = stock.ready(kind, &object).await {
            self.never_ready(&why).await;
            return Err(why);
        }
        let name = kind.resource.name.clone();
        if let Some(step) = self.step(Part::Look(Law::Ready)) {
            let none = RequestValues::default();
            self.send(step, &object.objects, &none, |_, _| ()).await;
        }
        let shown = self
            .shows(Law::Created, &object, object.sent.as_ref(), None)
            .await;
        list::look(self, &object, &shared).await;
        self.apart(&name, &object).await;
        let shown = self.updates(self.step(Part::Update), &object, shown).await;
        self.updates(self.partial_step(), &object, shown).await;
        let deleted = self.delete(&object).await;
        self.second().await;
        deleted
    }

    /// Makes an object by a step.
    async fn makes(
        &mut self,
        (session, create): (Arc<Session>, Case),
    ) -> Result<Arc<Object>, String> {
        let template = &create.template;
        let anywhere = Objects::default();
        let made = self.stock.make(self.kind, &anywhere, Some(template)).await;
        let ending = match &made {
            Err(why) if !session.has_judged(template) => self.stock.ended(why.clone()),
            _ => Ending::Done,
        };
        self.ends(&create, ending);
        made
    }

    /// Makes and changes the second object, and looks whether it is shown as it was sent.
    async fn second(&mut self) {
        let (create, update) = (
            self.second_step(Part::Create),
            self.second_step(Part::Update),
        );
        let Some(create) = create else {
            return;
        };
        let made = match self.makes(create).await {
            Ok(object) => self.stock.ready(self.kind, &object).await.map(|()| object),
            Err(why) => Err(why),
        };
        let object = match made {
            Ok(object) => object,
            Err(why) => {
                if let Some((_, update)) = update {
                    let ending = self.stock.ended(why);
                    self.ends(&update, ending);
                }
                return;
            }
        };
        let shown = self
            .shows(Law::Created, &object, object.sent.as_ref(), None)
            .await;
        self.updates(update, &object, shown).await;
        self.stock.spare(self.kind, object).await;
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
        self.conclude(&session, &case, &exchange, |judgement| {
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
        // Its control needs such an object too.
        self.endings.insert(case.template.id.clone(), Ending::Done);
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
        let none = RequestValues::default();
        let exchange = self.asks(&step, &object.objects, &none).await?;
        let (session, case) = step;
        let body = body_of(&exchange);
        let shown = body.as_ref().and_then(|body| body.pointer(&show.at));
        let ids = self.stock.ids(&session, &object.objects);
        self.conclude(&session, &case, &exchange, |judgement| {
            if let (Some(shown), Some(sent)) = (shown, sent) {
                let expected = Expected::Shows {
                    at: &show.at,
                    object: shown,
                    sent,
                    ids: &ids,
                    before,
                };
                sequence::judge(&case.template.clause, &expected, judgement);
            }
        })
        .await;
        shown.cloned()
    }

    /// Asks for the object under another parent, by each operation that names it.
    async fn apart(&mut self, name: &str, object: &Object) {
        let looks = self.all_of(Part::Look(Law::Parent));
        if looks.is_empty() {
            return;
        }
        // The nearest parent is the one that stands in the path in front of it.
        let needs = looks
            .iter()
            .flat_map(|(session, _)| &session.suite.handling.needs);
        let resources = needs.filter(|need| matches!(need.place, NeedPlace::Path(_)));
        let resources = resources.filter_map(|need| need.resource.clone());
        let parents: Vec<String> = resources.filter(|it| it != name).collect();
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
            let step = case.template.step.as_ref();
            if step.is_some_and(|step| step.variant.as_deref() == Some(UNKNOWN)) {
                let id = objects
                    .ids
                    .get(&other.resource)
                    .map(|id| (id.clone(), unknown(id)));
                match id.filter(|(id, unknown)| id != unknown) {
                    Some((_, unknown)) => objects.ids.insert(other.resource.clone(), unknown),
                    None => {
                        let why = "no id of the same form can be made that nothing has";
                        self.ends(&case, Ending::Skipped(why.into()));
                        continue;
                    }
                };
            }
            let list = self.kind.resource.list.clone();
            let is_list = list
                .as_ref()
                .filter(|list| list.operation == session.suite.contract.operation);
            let Some(list) = is_list.cloned() else {
                self.send(
                    (session, case),
                    &objects,
                    &RequestValues::default(),
                    |_, _| (),
                )
                .await;
                continue;
            };
            let items = self
                .stock
                .items(self.kind, &objects)
                .await
                .unwrap_or_default();
            let id = object.id.clone();
            self.send(
                (session, case),
                &objects,
                &RequestValues::default(),
                |_, judge| {
                    judge(Expected::Lacks {
                        items: &items,
                        id_at: &list.id,
                        id: &id,
                    });
                },
            )
            .await;
        }
    }

    /// Changes the object by a step; gives it as it is shown then.
    async fn updates(
        &mut self,
        step: Option<(Arc<Session>, Case)>,
        object: &Object,
        before: Option<Value>,
    ) -> Option<Value> {
        let step = step?;
        let is_partial = step
            .1
            .template
            .step
            .as_ref()
            .is_some_and(|it| it.is_partial());
        let law = if is_partial { Law::Kept } else { Law::Updated };
        let none = RequestValues::default();
        let show = self.kind.resource.show.clone();
        let sent = template_body(&step.1);
        let is_accepted = step.0.suite.contract.success() == Some(crate::status::ACCEPTED);
        let ids = self.stock.ids(&step.0, &object.objects);
        let exchange = self
            .send(step, &object.objects, &none, |body, judge| {
                let at = show.as_ref().map_or("", |show| &show.at);
                // What is only accepted need not be done yet.
                let shown = body.pointer(at).filter(|_| !is_accepted);
                if let (Some(shown), Some(sent)) = (shown, &sent) {
                    judge(Expected::Shows {
                        at,
                        object: shown,
                        sent,
                        ids: &ids,
                        before: None,
                    });
                }
            })
            .await;
        let exchange = exchange.filter(|it| it.status().is_some_and(crate::status::is_success))?;
        self.stock.ready(self.kind, object).await.ok()?;
        let sent = exchange.request.body.as_deref();
        let sent: Option<Value> = sent.and_then(|body| serde_json::from_str(body).ok());
        if exchange.status() == Some(crate::status::ACCEPTED) {
            self.seen(object, sent.as_ref()).await;
        }
        let before = before.as_ref().zip(object.sent.as_ref());
        self.shows(law, object, sent.as_ref(), before).await
    }

    /// Waits until what was sent is shown, or a little longer than that may take: the change
    /// was only accepted.
    async fn seen(&self, object: &Object, sent: Option<&Value>) {
        let show = self.kind.resource.show.as_ref();
        let step = self.step(Part::Look(Law::Updated));
        let (Some(show), Some(sent), Some((_, case))) = (show, sent, step) else {
            return;
        };
        let none = RequestValues::default();
        let mut grace = self.stock.grace();
        loop {
            let asked = self
                .stock
                .ask(&show.operation, &case.template, &none, &object.objects);
            let body = asked.await.ok().and_then(|exchange| body_of(&exchange));
            let shown = body.as_ref().and_then(|body| body.pointer(&show.at));
            let mut judgement = Judgement::default();
            if let Some(object) = shown {
                let expected = Expected::Shows {
                    at: &show.at,
                    object,
                    sent,
                    ids: &[],
                    before: None,
                };
                sequence::judge(&case.template.clause, &expected, &mut judgement);
            }
            if shown.is_some() && !judgement.differs() || !grace.wait().await {
                return;
            }
        }
    }

    async fn delete(&mut self, object: &Arc<Object>) -> Result<(), String> {
        let none = RequestValues::default();
        let Some(step) = self.step(Part::Delete) else {
            return Ok(());
        };
        let exchange = self.send(step, &object.objects, &none, |_, _| ()).await;
        let status = exchange.and_then(|exchange| exchange.status());
        if !status.is_some_and(crate::status::is_success) {
            return Err(format!("the {} could not be deleted", object.resource));
        }
        let is_gone = self.stock.is_gone_soon(self.kind, object).await;
        let gone = self.all_of(Part::Look(Law::Gone));
        for step in gone {
            self.send(step, &object.objects, &none, |_, _| ()).await;
        }
        list::lacks(self, object).await;
        // Only now: where it is still there, it is given back at the end.
        if is_gone {
            self.stock.forget(self.kind, object);
        }
        Ok(())
    }
}

/// The body that a step sends.
fn template_body(case: &Case) -> Option<Value> {
    match case.template.changes.body.get("") {
        Some(Member::Json(text)) => serde_json::from_str(text).ok(),
        _ => None,
    }
}

/// An id of the same form that nothing has: each digit is the next one.
fn unknown(id: &str) -> String {
    let next = |c: char| match c {
        '0'..='8' | 'a'..='e' | 'A'..='E' => char::from_u32(u32::from(c) + 1).unwrap_or(c),
        '9' => '0',
        'f' => 'a',
        'F' => 'A',
        other => other,
    };
    id.chars().map(next).collect()
}
