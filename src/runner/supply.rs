//! Defines [`Supply`]: what a session asks of whoever keeps the objects of a run.

use super::ledger::Ending;
use crate::exchange::{Exchange, Request};
use crate::suite::{Objects, Step, Suite, Template};
use futures_util::future::BoxFuture;
use serde_json::Value;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// An object of the target.
#[derive(Clone, Debug)]
pub(super) struct Object {
    /// The name that the run gave it.
    pub(super) name: Option<String>,
    /// Its number in this run; 0 where the run did not make it.
    pub(super) number: u64,
    /// Its resource.
    pub(super) resource: String,
    /// Its id.
    pub(super) id: String,
    /// It and what it stands in, by resource.
    pub(super) objects: Objects,
    /// The body by which it was made.
    pub(super) sent: Option<Value>,
}

/// What the requests of one operation have to do with objects now.
#[derive(Debug, Default)]
pub struct Holding(Mutex<Held>);

#[derive(Debug, Default)]
struct Held {
    /// Those that its requests name.
    named: Objects,
    /// The one that its next request deletes.
    victim: Option<Arc<Object>>,
}

/// What is noted of a request before it is sent that may make an object.
#[derive(Debug)]
pub struct Announced {
    pub(super) number: u64,
    pub(super) objects: Objects,
}

/// Keeps the objects of a run.
pub trait Supply: Send + Sync {
    /// The objects that requests of an operation name.
    fn objects<'a>(
        &'a self,
        suite: &'a Suite,
        holding: &'a Holding,
    ) -> BoxFuture<'a, Result<Objects, Ending>>;

    /// Notes that a request is about to be sent that may make an object.
    ///
    /// # Errors
    /// Where that cannot be written: then it must not be sent.
    fn announce(
        &self,
        suite: &Suite,
        request: (&Template, &Request),
        objects: &Objects,
    ) -> Result<Option<Announced>, String>;

    /// Notes what came of a request; of one without a reply, looks for what it may have made.
    fn came<'a>(
        &'a self,
        of: (&'a Suite, &'a Holding),
        announced: Option<Announced>,
        came: Option<(&'a Request, &'a Exchange)>,
    ) -> BoxFuture<'a, Result<(), String>>;

    /// Runs the sequence that a step is of, unless it was run; how the step of this id ended.
    fn step<'a>(&'a self, step: &'a Step, id: &'a str) -> BoxFuture<'a, Ending>;
}

impl Holding {
    fn held(&self) -> MutexGuard<'_, Held> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The objects that requests name.
    pub(super) fn named(&self) -> Objects {
        self.held().named.clone()
    }

    /// Lets requests name these objects.
    pub(super) fn name(&self, objects: Objects) {
        self.held().named = objects;
    }

    /// The object that the next request deletes.
    pub(super) fn victim(&self) -> Option<Arc<Object>> {
        self.held().victim.clone()
    }

    /// Lets the next request delete this object.
    pub(super) fn set_victim(&self, object: Arc<Object>) {
        self.held().victim = Some(object);
    }

    /// Takes the object that a request has deleted.
    pub(super) fn take_victim(&self) -> Option<Arc<Object>> {
        self.held().victim.take()
    }
}
