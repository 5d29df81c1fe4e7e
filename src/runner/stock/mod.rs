//! Defines [`Stock`]: the objects of a run, from the request that makes one until it is given
//! back.
//!
//! Requests that look at an object, and those that must be refused, share one. A request
//! that deletes gets one of its own, made for it. What tests of a create make is given back
//! before too many are alive. All of it stands in the [`Journal`].

mod back;
mod came;
mod journal;
mod lookup;
mod make;
mod ready;
mod take_up;

pub use back::Remains;
pub use journal::{Journal, Left, left_in};
pub(super) use lookup::{Listing, body_of, total_of};

use super::ledger::Ending;
use super::sender::Sender;
use super::session::Session;
use super::supply::{Holding, Object};
use crate::resource::{Effect, Need, Resource};
use crate::suite::{Case, Objects, Suite, Template};
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// How the steps of a sequence ended, by the id of the case.
pub(super) type Endings = BTreeMap<String, Ending>;

/// Objects of one kind that are alive at once, where nothing else is said.
pub const MOST_ALIVE: usize = 4;

/// The objects of a run.
pub struct Stock {
    kinds: BTreeMap<String, Kind>,
    pub(super) sessions: BTreeMap<String, Arc<Session>>,
    sender: Arc<Sender>,
    journal: Option<Journal>,
    /// The begin of the names that it gives.
    tag: String,
    most_alive: usize,
    /// Ids of the steps that are judged: those that were selected.
    judged: BTreeSet<String>,
    last: AtomicU64,
    /// What could not be given back.
    pub(super) remains: Mutex<Vec<Remains>>,
}

/// The objects of one resource.
pub(super) struct Kind {
    pub(super) resource: Resource,
    /// Whether the run may make some.
    pub(super) is_made: bool,
    /// The one that all look at.
    shared: tokio::sync::Mutex<Option<Result<Arc<Object>, String>>>,
    /// Another one beside it.
    other: tokio::sync::Mutex<Option<Result<Arc<Object>, String>>>,
    /// Made, and waiting for a request that deletes it, the oldest first.
    spare: tokio::sync::Mutex<VecDeque<Arc<Object>>>,
    /// All of the run's that are alive, in the order in which they were made.
    alive: Mutex<Vec<Arc<Object>>>,
    /// Why one that was made could not be used, if so.
    never_ready: std::sync::OnceLock<String>,
    /// Whether one was still shown after its deletion was taken: the others are not waited for.
    lasts: std::sync::OnceLock<()>,
    /// Ids of those that were there before the run made the first.
    before: tokio::sync::OnceCell<BTreeSet<String>>,
    /// How its sequence went.
    pub(super) story: tokio::sync::OnceCell<Endings>,
}

impl Kind {
    /// Why one that was made could not be used, if so.
    pub(super) fn never_ready(&self) -> Option<String> {
        self.never_ready.get().cloned()
    }

    /// Whether one of this id was there before the run made any.
    fn was_there(&self, id: &str) -> bool {
        self.before.get().is_some_and(|ids| ids.contains(id))
    }

    /// The one that was made last and is alive.
    pub(super) fn last_alive(&self) -> Option<Arc<Object>> {
        self.alive().last().cloned()
    }

    fn alive(&self) -> MutexGuard<'_, Vec<Arc<Object>>> {
        self.alive.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Stock {
    /// An empty one. `may_make` says of which resources the run may make objects; `sessions`
    /// are those of every operation that a resource names.
    pub fn new(
        resources: Vec<(Resource, bool)>,
        sessions: Vec<Arc<Session>>,
        sender: Arc<Sender>,
        journal: Option<Journal>,
        (tag, most_alive): (String, usize),
        judged: BTreeSet<String>,
    ) -> Self {
        let kinds = resources.into_iter().map(|(resource, is_made)| {
            let kind = Kind {
                is_made,
                shared: tokio::sync::Mutex::default(),
                other: tokio::sync::Mutex::default(),
                spare: tokio::sync::Mutex::default(),
                alive: Mutex::default(),
                never_ready: std::sync::OnceLock::new(),
                lasts: std::sync::OnceLock::new(),
                before: tokio::sync::OnceCell::new(),
                story: tokio::sync::OnceCell::new(),
                resource,
            };
            (kind.resource.name.clone(), kind)
        });
        let named = sessions.into_iter();
        let named = named.map(|session| (session.suite.contract.operation.clone(), session));
        Self {
            kinds: kinds.collect(),
            sessions: named.collect(),
            sender,
            journal,
            tag,
            most_alive: most_alive.max(1),
            judged,
            last: AtomicU64::new(0),
            remains: Mutex::default(),
        }
    }

    /// The operations that it sends requests of.
    pub fn sessions(&self) -> impl Iterator<Item = &Arc<Session>> {
        self.sessions.values()
    }

    /// Takes the journal away: nothing is left.
    pub fn end_journal(&self) {
        if let Some(journal) = &self.journal {
            journal.end();
        }
    }

    /// Writes into the journal; the embedded server, which ends with the run, needs none.
    fn note(&self, write: impl FnOnce(&Journal) -> Result<(), String>) -> Result<(), String> {
        self.journal.as_ref().map_or(Ok(()), write)
    }

    /// Whether the reply to a request of this template is judged: a step only if it was
    /// selected.
    pub(super) fn is_judged(&self, template: &Template) -> bool {
        template.step.is_none() || self.judged.contains(&template.id)
    }

    pub(super) fn kind(&self, resource: &str) -> Option<&Kind> {
        self.kinds.get(resource)
    }

    fn known(&self, resource: &str) -> Result<&Kind, String> {
        let kind = self.kinds.get(resource);
        kind.ok_or_else(|| format!("there is no [resource.{resource}]"))
    }

    pub(super) fn session(&self, operation: &str) -> Result<&Arc<Session>, String> {
        let session = self.sessions.get(operation);
        session.ok_or_else(|| format!("the suite does not have the operation '{operation}'"))
    }

    /// The number of the next object.
    fn next(&self) -> u64 {
        self.last.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// The name of an object of the run.
    fn name(&self, number: u64) -> String {
        format!("{}-{number}", self.tag)
    }

    /// The objects that requests of an operation name: those which all look at, and one for
    /// itself where the request deletes it. Of what a person named with a value there is none.
    ///
    /// # Errors
    /// How what needs them ends.
    pub(super) async fn objects_of(
        &self,
        suite: &Suite,
        holding: &Holding,
    ) -> Result<Objects, Ending> {
        let handling = &suite.handling;
        let values = self.sender.values();
        let mut objects = Objects::default();
        let deletes = matches!(handling.effect, Some((_, Effect::Delete)));
        let mut makes = None;
        if let Some((resource, Effect::Create)) = &handling.effect
            && self.kind(resource).is_some_and(|kind| kind.is_made)
        {
            makes = Some(resource);
            objects.name = Some(self.name(self.next()));
        }
        let own = handling.own().filter(|_| deletes);
        if let Some(need) = own {
            let victim = self.victim(holding, need).await?;
            objects.ids.clone_from(&victim.objects.ids);
        }
        for need in &handling.needs {
            let Some(resource) = &need.resource else {
                continue;
            };
            if values.values.contains_key(&need.name) || objects.ids.contains_key(resource) {
                continue;
            }
            match self.shared(resource).await {
                Ok(object) => {
                    for (resource, id) in &object.objects.ids {
                        objects
                            .ids
                            .entry(resource.clone())
                            .or_insert_with(|| id.clone());
                    }
                }
                // A member that may be left out is left out.
                Err(_) if !need.is_always => {}
                Err(reason) => return Err(self.ended(reason)),
            }
        }
        if let Some(kind) = makes.and_then(|name| self.kinds.get(name)) {
            self.look_before(kind, &objects).await;
            self.make_room(kind).await;
        }
        Ok(objects)
    }

    /// How what needs an object ends that is not there.
    pub(super) fn ended(&self, reason: String) -> Ending {
        match reason.strip_prefix(NOTHING_THERE) {
            Some(reason) => Ending::Skipped(reason.to_owned()),
            None => Ending::Inconclusive(format!("blocked: {reason}")),
        }
    }

    /// Whether the run makes objects of any kind.
    pub(super) fn makes(&self) -> bool {
        self.kinds.values().any(|kind| kind.is_made)
    }

    /// The object of a resource that all look at.
    pub(super) fn shared<'a>(
        &'a self,
        resource: &'a str,
    ) -> BoxFuture<'a, Result<Arc<Object>, String>> {
        async move {
            let kind = self.known(resource)?;
            let mut shared = kind.shared.lock().await;
            if let Some(known) = &*shared {
                return known.clone();
            }
            let made = match kind.is_made {
                true => self.made_ready(kind).await,
                false => self.found(kind).await,
            };
            let stopped = self.sender.stop_reason().is_some();
            if made.is_ok() || !stopped {
                *shared = Some(made.clone());
            }
            made
        }
        .boxed()
    }

    /// Another object beside that which all look at.
    pub(super) async fn other(&self, resource: &str) -> Result<Arc<Object>, String> {
        let kind = self.known(resource)?;
        let mut other = kind.other.lock().await;
        if let Some(known) = &*other {
            return known.clone();
        }
        let made = match kind.is_made {
            true => self.made_ready(kind).await,
            false => Err(format!("no second {resource} can be made")),
        };
        *other = Some(made.clone());
        made
    }

    /// Gives back what was made first, where no more of its kind may be alive: it has had time
    /// to become ready.
    async fn make_room(&self, kind: &Kind) {
        loop {
            let oldest = {
                let mut spare = kind.spare.lock().await;
                let is_full = spare.len() >= self.most_alive;
                is_full.then(|| spare.pop_front()).flatten()
            };
            match oldest {
                Some(oldest) => self.give_back(kind, vec![oldest]).await,
                None => return,
            }
        }
    }

    /// The object that a request deletes: the last one while it lives, else one of those
    /// that were made for it.
    async fn victim(&self, holding: &Holding, need: &Need) -> Result<Arc<Object>, Ending> {
        let resource = need.resource.as_deref().unwrap_or_default();
        let Some(kind) = self.kinds.get(resource).filter(|kind| kind.is_made) else {
            let what = format!("it deletes a {resource}, and this run made none");
            return Err(Ending::Skipped(what));
        };
        let held = holding.victim();
        if let Some(held) = held.filter(|held| kind.alive().iter().any(|it| it.id == held.id)) {
            return Ok(held);
        }
        let mut spare = kind.spare.lock().await;
        // Made ahead, they become ready while other cases run.
        if spare.len() <= self.most_alive / 2 {
            match self.more(kind, self.most_alive - spare.len()).await {
                Ok(more) => spare.extend(more),
                Err(reason) if spare.is_empty() => return Err(self.ended(reason)),
                Err(_) => {}
            }
        }
        let victim = spare.pop_front();
        let victim = victim.ok_or_else(|| self.ended("nothing was made".into()))?;
        let ready = self.ready(kind, &victim).await;
        ready.map_err(|reason| self.ended(reason))?;
        holding.set_victim(Arc::clone(&victim));
        Ok(victim)
    }
}

/// Begins the reason why an object that nobody made is not there.
pub(super) const NOTHING_THERE: &str = "nothing there: ";

/// The first valid case of an operation: its base request.
pub(super) fn base_case(session: &Session) -> Option<&Case> {
    let mut cases = session.suite.cases.iter();
    cases.find(|case| case.template.must_succeed() && case.template.provoke.is_none())
}
