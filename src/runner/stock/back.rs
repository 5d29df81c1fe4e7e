//! Gives objects back.

use super::lookup::body_of;
use super::ready::Pace;
use super::{Kind, Stock, base_case};
use crate::exchange::Exchange;
use crate::resource;
use crate::resource::Delete;
use crate::runner::supply::Object;
use crate::status::is_success;
use crate::suite::{Bound, Objects, RequestValues, bind};
use serde::{Deserialize, Serialize};
use std::sync::{Arc, PoisonError};
use std::time::Duration;

/// How long an object may be shown unchanged whose deletion was taken.
const GRACE: Duration = Duration::from_secs(3);
/// Longest time between two attempts to delete.
const EVERY: Duration = Duration::from_secs(2);

/// An object that could not be given back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Remains {
    /// Its resource.
    pub resource: String,
    /// Its id, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The name that the run gave it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Why it is left.
    pub why: String,
    /// The request that deletes it, for a shell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub curl: Option<String>,
}

impl Stock {
    /// Gives everything back that this run has made: children before what they stand in.
    pub async fn end(&self) {
        let mut all: Vec<(&Kind, Arc<Object>)> = Vec::new();
        for kind in self.kinds.values() {
            all.extend(kind.alive().iter().map(|object| (kind, Arc::clone(object))));
        }
        // What was made last stands in nothing that was made later.
        all.sort_by_key(|(_, object)| std::cmp::Reverse(object.number));
        while let Some((kind, _)) = all.first() {
            let name = kind.resource.name.clone();
            let kind = *kind;
            let count = all
                .iter()
                .take_while(|(it, _)| it.resource.name == name)
                .count();
            let objects = all.drain(..count).map(|(_, object)| object).collect();
            self.give_back(kind, objects).await;
        }
    }

    /// Deletes objects of one kind, side by side: those that refuse are asked again.
    pub(super) async fn give_back(&self, kind: &Kind, mut objects: Vec<Arc<Object>>) {
        let Some(delete) = &kind.resource.delete else {
            return;
        };
        let mut pace = Pace::new(EVERY, delete.within);
        let mut accepted = Vec::new();
        let mut why = String::new();
        loop {
            let mut refused = Vec::new();
            for object in objects {
                match self.delete(delete, &object).await {
                    Ok(exchange) => match exchange.status() {
                        Some(status) if is_success(status) => accepted.push(object),
                        Some(status) if status == delete.gone => {
                            self.forget(kind, &object);
                            refused.extend(self.of_its_name(kind, &object).await);
                        }
                        came => {
                            why = came.map_or("no reply".into(), |it| format!("it got {it}"));
                            refused.push(object);
                        }
                    },
                    Err(reason) => {
                        why = reason;
                        refused.push(object);
                    }
                }
            }
            objects = refused;
            if objects.is_empty() || !self.may_ask_again() || !pace.wait().await {
                break;
            }
        }
        for object in accepted {
            if self.is_gone_soon(kind, &object).await {
                self.forget(kind, &object);
            } else {
                let why = "it is still shown after its deletion was taken".to_owned();
                self.left(kind, &object, why);
            }
        }
        for object in objects {
            self.left(kind, &object, why.clone());
        }
    }

    /// The object that was made by the name of one of which nothing is known: the reply that
    /// told its id was wrong.
    async fn of_its_name(&self, kind: &Kind, object: &Object) -> Option<Arc<Object>> {
        let mut objects = object.objects.clone();
        objects.ids.remove(&object.resource);
        objects.name.clone_from(&object.name);
        let id = self.by_name(kind, &objects).await?;
        if id == object.id || kind.was_there(&id) {
            return None;
        }
        self.note(|journal| journal.made(object.number, &id)).ok()?;
        Some(self.keep(kind, object.number, id, objects, None))
    }

    /// Whether a target that did not take a deletion is asked again.
    fn may_ask_again(&self) -> bool {
        use crate::runner::Stop;
        !matches!(self.sender.stop_reason(), Some(Stop::Unreachable(_)))
    }

    async fn delete(&self, delete: &Delete, object: &Object) -> Result<Exchange, String> {
        let session = self.session(&delete.operation)?;
        let case = base_case(session);
        let case = case.ok_or_else(|| format!("{} has no valid case", delete.operation))?;
        let none = RequestValues::default();
        self.ask(&delete.operation, &case.template, &none, &object.objects)
            .await
    }

    /// Waits for what may take a moment to be seen.
    pub(in crate::runner) fn grace(&self) -> Pace {
        Pace::new(EVERY, GRACE)
    }

    /// Whether an object whose deletion was taken is gone, now or before long: as long as it
    /// is shown in a state that passes, and a little longer where it is shown as it was.
    pub(in crate::runner) async fn is_gone_soon(&self, kind: &Kind, object: &Object) -> bool {
        let Some(delete) = &kind.resource.delete else {
            return false;
        };
        let show = kind.resource.show.as_ref();
        let show = show.and_then(|show| self.session(&show.operation).ok());
        let Some((show, case)) = show.and_then(|show| Some((show, base_case(show)?))) else {
            // Nothing shows it: what was taken counts.
            return true;
        };
        let operation = &show.suite.contract.operation;
        let mut pace = Pace::new(EVERY, delete.within);
        let mut grace = self.grace();
        loop {
            let none = RequestValues::default();
            let asked = self
                .ask(operation, &case.template, &none, &object.objects)
                .await;
            let is_passing = match &asked {
                Ok(exchange) if exchange.status() == Some(delete.gone) => return true,
                Ok(exchange) => kind.resource.ready.as_ref().is_some_and(|ready| {
                    let body = body_of(exchange);
                    let state = body.and_then(|body| resource::at(&body, &ready.member));
                    state.is_some_and(|state| {
                        !ready.is.contains(&state) && !ready.fails.contains(&state)
                    })
                }),
                Err(_) => false,
            };
            let goes_on = kind.lasts.get().is_none()
                && match is_passing {
                    true => pace.wait().await,
                    false => grace.wait().await,
                };
            if !goes_on {
                let _ = kind.lasts.set(());
                return false;
            }
        }
    }

    fn left(&self, kind: &Kind, object: &Object, why: String) {
        let delete = kind.resource.delete.as_ref();
        let curl = delete.and_then(|delete| {
            let session = self.session(&delete.operation).ok()?;
            let template = &base_case(session)?.template;
            let none = RequestValues::default();
            let values = self.sender.values();
            match bind(&session.suite, template, &none, &values, &object.objects) {
                Bound::Ready(request) => Some(request.curl(self.sender.transport.base_url())),
                Bound::Skipped(_) => None,
            }
        });
        let redactor = self.sender.redactor();
        self.remain(Remains {
            resource: kind.resource.name.clone(),
            id: Some(object.id.clone()),
            name: None,
            why: redactor.text(&why),
            curl,
        });
    }

    /// Notes that a request may have made what is not found again.
    pub(super) fn lost(&self, kind: &Kind, objects: &Objects) {
        self.remain(Remains {
            resource: kind.resource.name.clone(),
            id: None,
            name: objects.name.clone(),
            why: "its reply has no id that can be used, and no list has its name".into(),
            curl: None,
        });
    }

    pub(super) fn remain(&self, remains: Remains) {
        let mut all = self.remains.lock().unwrap_or_else(PoisonError::into_inner);
        all.push(remains);
    }

    /// What could not be given back.
    pub fn remains(&self) -> Vec<Remains> {
        self.remains
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}
