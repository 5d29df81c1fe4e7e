//! Makes objects.

use super::{Kind, Stock, base_case};
use crate::exchange::{Exchange, Outcome, Response};
use crate::judge::sequence::{self, Expected};
use crate::resource::{self, NeedPlace, Take};
use crate::runner::ledger::Ending;
use crate::runner::session::Session;
use crate::runner::supply::Object;
use crate::suite::{Objects, RequestValues, Template};
use percent_encoding::percent_decode_str;
use serde_json::Value;
use std::sync::Arc;

impl Stock {
    /// Makes an object and waits until it can be used.
    pub(super) async fn made_ready(&self, kind: &Kind) -> Result<Arc<Object>, String> {
        let object = self.make(kind, &Objects::default(), None).await?;
        self.ready(kind, &object).await?;
        Ok(object)
    }

    /// Makes so many objects, which need not be ready yet.
    pub(super) async fn more(&self, kind: &Kind, count: usize) -> Result<Vec<Arc<Object>>, String> {
        let mut made = Vec::new();
        for _ in 0..count {
            match self.make(kind, &Objects::default(), None).await {
                Ok(object) => made.push(object),
                // A quota may bound how many there can be.
                Err(_) if !made.is_empty() => break,
                Err(reason) => return Err(reason),
            }
        }
        Ok(made)
    }

    /// Makes an object by the base request of its create operation, or by that of `template`,
    /// inside the objects `within` or those that all look at.
    pub(in crate::runner) async fn make(
        &self,
        kind: &Kind,
        within: &Objects,
        template: Option<&Template>,
    ) -> Result<Arc<Object>, String> {
        let name = &kind.resource.name;
        let create = kind.resource.create.as_ref();
        let create = create.ok_or_else(|| format!("nothing makes a {name}"))?;
        let maker = self.session(&create.operation)?;
        let base = base_case(maker).map(|case| &case.template);
        let template = template.or(base);
        let template = template.ok_or_else(|| format!("{} has no valid case", create.operation))?;
        let mut objects = within.clone();
        for need in &maker.suite.handling.needs {
            let Some(resource) = need.resource.as_ref().filter(|it| *it != name) else {
                continue;
            };
            let is_given = self.sender.values().values.contains_key(&need.name);
            if is_given || objects.ids.contains_key(resource) {
                continue;
            }
            match self.shared(resource).await {
                Ok(object) => objects.ids.extend(object.objects.ids.clone()),
                Err(_) if !need.is_always => {}
                Err(reason) => return Err(reason),
            }
        }
        self.look_before(kind, &objects).await;
        let number = self.next();
        objects.name = Some(self.name(number));
        let bound = self
            .sender
            .bind(&maker.suite, template, &RequestValues::default(), &objects);
        let request = bound.map_err(|why| format!("{} cannot be sent: {why}", template.id))?;
        self.note(|journal| {
            journal.making(number, name, (&objects.ids, objects.name.as_deref()), true)
        })?;
        let sent = request.body.as_deref();
        let sent: Option<Value> = sent.and_then(|body| serde_json::from_str(body).ok());
        let failed = |ending: Ending| match ending {
            Ending::Inconclusive(why) | Ending::Skipped(why) | Ending::Error(why) => {
                format!("{}: {why}", template.id)
            }
            Ending::Done => template.id.clone(),
        };
        let exchange = match maker.step(template, &request).await {
            Ok(exchange) => exchange,
            Err(ending) => {
                self.look_for(kind, number, objects).await?;
                return Err(failed(ending));
            }
        };
        let (asked, ids) = (sent.clone(), self.ids(maker, &objects));
        let made = self.take(kind, number, objects, sent, &exchange).await?;
        maker.assumed(&exchange).map_err(failed)?;
        if self.is_judged(template) {
            let at = create.take.object();
            let body = super::body_of(&exchange);
            let shown = at.and_then(|at| body.as_ref()?.pointer(at));
            let at = at.unwrap_or_default();
            let shown = shown
                .zip(asked.as_ref())
                .filter(|_| template.step.is_some());
            maker
                .conclude_with(template, &exchange, |judgement| {
                    if let Some((object, sent)) = shown {
                        let ids = &ids;
                        let expected = Expected::Shows {
                            at,
                            object,
                            sent,
                            ids,
                            before: None,
                        };
                        sequence::judge(&template.clause, &expected, judgement);
                    }
                })
                .await;
        }
        let expected = |status: &u16| template.expect.contains(status);
        match made {
            Some(object) if exchange.status().is_some_and(|status| expected(&status)) => Ok(object),
            made => {
                let came = exchange
                    .status()
                    .map_or("no reply".to_owned(), |it| it.to_string());
                let wanted: Vec<String> = template.expect.iter().map(u16::to_string).collect();
                let how = match &made {
                    None if exchange.status().is_some_and(|status| expected(&status)) => {
                        format!("its reply has no id at {}", create.take)
                    }
                    _ => format!("it got {came} instead of {}", wanted.join(" or ")),
                };
                Err(format!("no {name} could be made by {}: {how}", template.id))
            }
        }
    }

    /// Notes what came of a request that may have made an object: the object, if it did.
    pub(super) async fn take(
        &self,
        kind: &Kind,
        number: u64,
        objects: Objects,
        sent: Option<Value>,
        exchange: &Exchange,
    ) -> Result<Option<Arc<Object>>, String> {
        let name = &kind.resource.name;
        let id = match &exchange.outcome {
            Outcome::Reply(response) if crate::status::is_success(response.status) => {
                let create = kind.resource.create.as_ref();
                let id = create.and_then(|create| id_in(&create.take, response));
                id.filter(|id| self.is_usable(id))
            }
            // A layer in front may give up on what the service still does.
            Outcome::Reply(response) if !crate::status::is_server_error(response.status) => {
                self.note(|journal| journal.gone(number))?;
                return Ok(None);
            }
            Outcome::Reply(_) | Outcome::NoReply(_) => None,
        };
        if let Some(id) = &id
            && kind.was_there(id)
        {
            self.note(|journal| journal.gone(number))?;
            return Err(format!(
                "the reply to a request that makes a {name} has the id of one that was there before"
            ));
        }
        let id = match id {
            Some(id) => id,
            // It may have made one all the same.
            None => match self.by_name(kind, &objects).await {
                Some(id) => id,
                None if is_success(exchange) => {
                    self.lost(kind, &objects);
                    return Ok(None);
                }
                None => {
                    self.note(|journal| journal.gone(number))?;
                    return Ok(None);
                }
            },
        };
        self.note(|journal| journal.made(number, &id))?;
        Ok(Some(self.keep(kind, number, id, objects, sent)))
    }

    /// Looks for what a request may have made to which no reply came.
    pub(super) async fn look_for(
        &self,
        kind: &Kind,
        number: u64,
        objects: Objects,
    ) -> Result<(), String> {
        match self.by_name(kind, &objects).await {
            Some(id) => {
                self.note(|journal| journal.made(number, &id))?;
                self.keep(kind, number, id, objects, None);
                Ok(())
            }
            None => self.note(|journal| journal.gone(number)),
        }
    }

    pub(super) fn keep(
        &self,
        kind: &Kind,
        number: u64,
        id: String,
        mut objects: Objects,
        sent: Option<Value>,
    ) -> Arc<Object> {
        let name = &kind.resource.name;
        objects.ids.insert(name.clone(), id.clone());
        let object = Arc::new(Object {
            number,
            name: objects.name.take(),
            resource: name.clone(),
            id,
            objects,
            sent,
        });
        kind.alive().push(Arc::clone(&object));
        object
    }

    /// Names of path parameters that name objects, with the ids that they have: members of
    /// replies that are called so have them too.
    pub(in crate::runner) fn ids(
        &self,
        session: &Session,
        objects: &Objects,
    ) -> Vec<(String, String)> {
        let needs = session.suite.handling.needs.iter();
        let ids = needs.filter_map(|need| {
            let id = objects.ids.get(need.resource.as_ref()?)?;
            (need.name != "id").then(|| (need.name.clone(), id.clone()))
        });
        ids.collect()
    }

    /// Whether an id that a target gave can stand in a path, and holds no secret.
    pub(super) fn is_usable(&self, id: &str) -> bool {
        id.len() <= 1024
            && crate::contract::Location::Path.carries(id)
            && !self.sender.redactor().finds(id)
    }

    /// The first object in the list of a resource, which is only looked at.
    pub(super) async fn found(&self, kind: &Kind) -> Result<Arc<Object>, String> {
        let name = &kind.resource.name;
        let missing = |why: String| format!("{}{why}", super::NOTHING_THERE);
        let list = kind.resource.list.as_ref();
        let list = list.ok_or_else(|| {
            missing(format!(
                "no {name} is given (--value), and nothing makes or lists one"
            ))
        })?;
        let session = self.session(&list.operation).map_err(missing)?;
        let mut objects = Objects::default();
        for need in &session.suite.handling.needs {
            let places = matches!(need.place, NeedPlace::Path(_));
            let resource = need.resource.as_ref().filter(|it| *it != name && places);
            let is_given = self.sender.values().values.contains_key(&need.name);
            if let Some(resource) = resource.filter(|_| !is_given) {
                let outer = self.shared(resource).await?;
                objects.ids.extend(outer.objects.ids.clone());
            }
        }
        let items = self.items(kind, &objects).await.map_err(missing)?;
        let ids = items.iter().filter_map(|item| resource::at(item, &list.id));
        let id = ids.into_iter().find(|id| self.is_usable(id));
        let id = id.ok_or_else(|| {
            missing(format!("the target has no {name} to look at, and the run may make none (--allow-writes lets it, --value names one)"))
        })?;
        objects.ids.insert(name.clone(), id.clone());
        Ok(Arc::new(Object {
            number: 0,
            name: None,
            resource: name.clone(),
            id,
            objects,
            sent: None,
        }))
    }
}

/// The id of what was made, by the reply.
fn id_in(take: &Take, response: &Response) -> Option<String> {
    match take {
        Take::Body(pointer) => {
            let body: Value = serde_json::from_slice(&response.body).ok()?;
            resource::at(&body, pointer)
        }
        Take::Location => {
            let url = str::from_utf8(response.header("location").next()?).ok()?;
            let path = url.split(['?', '#']).next()?.trim_end_matches('/');
            let id = percent_decode_str(path.rsplit('/').next()?);
            let id = id.decode_utf8().ok()?;
            (!id.is_empty()).then(|| id.into_owned())
        }
    }
}

fn is_success(exchange: &Exchange) -> bool {
    exchange.status().is_some_and(crate::status::is_success)
}
