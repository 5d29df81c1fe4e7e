//! Defines [`Plan`]: what a run would send, before anything is sent.

use super::filters::Filters;
use super::operation_plan::{Item, OperationPlan, Planned};
use super::provision::Provision;
use super::shard::Shard;
use crate::digest::{Sha256, hex};
use crate::error::{Error, Problem, Result};
use crate::suite::strategy::Share;
use crate::suite::{Suite, TargetValues, Unjudged};
use std::borrow::Borrow;
use std::collections::BTreeMap;

/// What a run would send: a part for each operation.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Operations of which something was selected, in the order of their names.
    pub operations: Vec<OperationPlan>,
    /// What was selected and cannot be judged at all.
    pub unjudged: Vec<Unjudged>,
    /// SHA-256 of everything that stands before a run, before it is split into shards.
    pub digest: String,
    /// Which part of the plan this is.
    pub shard: Option<Shard>,
}

impl Plan {
    /// The items that `filters` select.
    ///
    /// # Errors
    /// [`Error::NothingRun`] where nothing matches.
    pub fn new(
        suites: &[impl Borrow<Suite>],
        filters: &Filters,
        cases: Option<u32>,
        given: (&TargetValues, &Provision),
    ) -> Result<Self> {
        let mut operations: Vec<OperationPlan> = suites
            .iter()
            .zip(shares(suites))
            .map(|(suite, share)| OperationPlan::new(suite.borrow(), filters, cases, share, given))
            .collect();
        let has_none = |suite: &Suite| suite.templates().next().is_none();
        let is_empty = suites.iter().all(|suite| has_none(suite.borrow()));
        operations.retain(|operation| !operation.items.is_empty());
        if operations.is_empty() {
            return Err(Error::NothingRun(if is_empty {
                Problem::new(
                    "this suite",
                    "it has no case and no property: its page documents no status that a request leads to",
                    "add the statuses to the page's copy and derive again, or write cases of your own",
                )
            } else {
                Problem::new(
                    format!("filter {}", filters.wanted.join(" ")),
                    "no case or property has an id that is selected",
                    "conformant list prints the ids",
                )
            }));
        }
        let mut plan = Self {
            operations,
            unjudged: Vec::new(),
            digest: String::new(),
            shard: None,
        };
        plan.seal();
        Ok(plan)
    }

    /// The same plan, which does not forget what cannot be judged.
    #[must_use]
    pub fn beside(mut self, unjudged: Vec<Unjudged>) -> Self {
        self.unjudged = unjudged;
        self.seal();
        self
    }

    fn seal(&mut self) {
        let parts = self.operations.iter();
        let parts = parts.map(|part| (part.operation.as_str(), part.digest.as_str()));
        self.digest = digest(parts, &self.unjudged);
    }

    /// Lets nothing be sent that may change what the target holds.
    #[must_use]
    pub fn without_writes(mut self, suites: &[impl Borrow<Suite>]) -> Self {
        for suite in suites {
            let suite = suite.borrow();
            let mut parts = self.operations.iter_mut();
            if let Some(part) = parts.find(|part| part.operation == suite.contract.operation) {
                part.without_writes(suite);
            }
        }
        self.seal();
        self
    }

    /// The items of all operations.
    pub fn items(&self) -> impl Iterator<Item = &Item> {
        self.operations.iter().flat_map(|part| &part.items)
    }

    /// Whether nothing was filtered out.
    pub fn is_unfiltered(&self) -> bool {
        self.operations.iter().all(|part| part.is_unfiltered)
    }

    /// Whether nothing of it is sent to this target.
    pub fn is_skipped(&self) -> bool {
        self.items().all(|item| item.skip.is_some())
    }

    /// Keeps the items for which `selected` (in the order of the items) is true.
    pub fn select(&mut self, selected: &[bool]) {
        let mut selected = selected.iter();
        for part in &mut self.operations {
            part.keep(|_| selected.next().copied().unwrap_or(false));
        }
        self.operations.retain(|part| !part.items.is_empty());
    }

    /// Keeps the items of one shard. An operation of which it has none stays.
    #[must_use]
    pub fn shard(mut self, shard: Shard) -> Self {
        let planned = self.operations.iter().flat_map(|part| &part.whole);
        let is_taken = shard.takes(&planned.map(Planned::weight).collect::<Vec<_>>());
        let mut is_taken = is_taken.into_iter();
        for part in &mut self.operations {
            part.keep(|_| is_taken.next().unwrap_or(false));
        }
        self.shard = Some(shard);
        self
    }

    /// Requests that the plan sends at most, without retries and shrinking.
    pub fn requests(&self) -> u64 {
        self.operations.iter().map(OperationPlan::requests).sum()
    }
}

/// What each operation sends of what all operations of its method share.
pub fn shares(suites: &[impl Borrow<Suite>]) -> Vec<Share> {
    let mut methods: BTreeMap<&str, u32> = BTreeMap::new();
    let positions: Vec<(&str, u32)> = suites
        .iter()
        .map(|suite| {
            let method = suite.borrow().contract.method.as_str();
            let count = methods.entry(method).or_default();
            *count += 1;
            (method, *count - 1)
        })
        .collect();
    let share = |(method, position): (&str, u32)| {
        let count = Share::parts(methods[method]);
        Share {
            index: position % count,
            count,
        }
    };
    positions.into_iter().map(share).collect()
}

/// SHA-256 of a plan, by the digests of its operations.
pub fn digest<'a>(
    operations: impl Iterator<Item = (&'a str, &'a str)>,
    unjudged: &[Unjudged],
) -> String {
    let mut hash = Sha256::default();
    for (operation, digest) in operations {
        hash.update(format!("{digest}  {operation}\n"));
    }
    for one in unjudged {
        hash.update(format!("unjudged  {}  {}\n", one.name, one.reason));
    }
    hex(&hash.finalize())
}
