//! Notes what tests of operations that make or delete objects do.

use super::{Kind, Stock};
use crate::exchange::{Exchange, Request};
use crate::resource::Effect;
use crate::runner::session::Session;
use crate::runner::supply::{Announced, Holding, Object};
use crate::status::is_success;
use crate::suite::{Objects, Suite, Template};
use serde_json::Value;
use std::sync::Arc;

impl Stock {
    /// Notes that a request of a create operation is about to be sent.
    ///
    /// # Errors
    /// Where that cannot be written: then it must not be sent.
    pub(in crate::runner) fn announce_of(
        &self,
        suite: &Suite,
        (template, request): (&Template, &Request),
        objects: &Objects,
    ) -> Result<Option<Announced>, String> {
        let Some((resource, Effect::Create)) = &suite.handling.effect else {
            return Ok(None);
        };
        if self.kind(resource).is_none_or(|kind| !kind.is_made) {
            return Ok(None);
        }
        let number = self.next();
        let must = template.expect.iter().any(|status| is_success(*status));
        let mut objects = objects.clone();
        let body = request.body.as_deref().unwrap_or_default();
        // A case may give a name of its own.
        objects.name = objects.name.filter(|name| body.contains(name.as_str()));
        let named = (&objects.ids, objects.name.as_deref());
        self.note(|journal| journal.making(number, resource, named, must))?;
        Ok(Some(Announced { number, objects }))
    }

    /// Notes what came of it; gives back what tests have made where that is much by now.
    pub(in crate::runner) async fn came_of(
        &self,
        (suite, holding): (&Suite, &Holding),
        announced: Option<Announced>,
        came: Option<(&Request, &Exchange)>,
    ) -> Result<(), String> {
        let Some((resource, effect)) = &suite.handling.effect else {
            return Ok(());
        };
        let Some(kind) = self.kind(resource).filter(|kind| kind.is_made) else {
            return Ok(());
        };
        let Some((request, exchange)) = came else {
            return match announced {
                Some(Announced { number, objects }) => self.look_for(kind, number, objects).await,
                None => Ok(()),
            };
        };
        let succeeded = exchange.status().is_some_and(is_success);
        match (effect, announced) {
            (Effect::Create, Some(announced)) => {
                let sent = request.body.as_deref();
                let sent: Option<Value> = sent.and_then(|body| serde_json::from_str(body).ok());
                let Announced { number, objects } = announced;
                let made = self.take(kind, number, objects, sent, exchange).await?;
                if let Some(object) = made {
                    self.spare(kind, object).await;
                }
            }
            (Effect::Delete, _) if succeeded => {
                if let Some(victim) = holding.take_victim()
                    && self.is_gone_soon(kind, &victim).await
                {
                    self.forget(kind, &victim);
                }
            }
            (Effect::Update, _) if exchange.status() == Some(crate::status::ACCEPTED) => {
                let shared = kind.shared.lock().await.clone();
                if let Some(Ok(object)) = shared {
                    self.ready(kind, &object).await?;
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Keeps an object that nobody looks at any more for a request that deletes one.
    pub(in crate::runner) async fn spare(&self, kind: &Kind, object: Arc<Object>) {
        kind.spare.lock().await.push_back(object);
    }

    /// Notes what a request of a sequence has made that was to make nothing.
    pub(in crate::runner) async fn made_by(
        &self,
        session: &Session,
        objects: &Objects,
        exchange: &Exchange,
    ) -> Result<(), String> {
        let Some((resource, Effect::Create)) = &session.suite.handling.effect else {
            return Ok(());
        };
        let Some(kind) = self
            .kind(resource)
            .filter(|_| exchange.status().is_some_and(is_success))
        else {
            return Ok(());
        };
        let number = self.next();
        self.note(|journal| journal.making(number, resource, (&objects.ids, None), false))?;
        self.take(kind, number, objects.clone(), None, exchange)
            .await?;
        Ok(())
    }

    /// Notes that an object is no more.
    pub(in crate::runner) fn forget(&self, kind: &Kind, object: &Object) {
        kind.alive().retain(|it| it.number != object.number);
        // What is gone may be looked for once more, and is not found.
        let _ = self.note(|journal| journal.gone(object.number));
    }
}
