//! Defines [`Chosen`]: what the options of a run come to, before anything is started.

use super::options::RunOptions;
use super::target::{TargetOptions, may_write};
use crate::error::Result;
use crate::escape::terminal;
use crate::resource::Resource;
use crate::runner::{Filters, MOST_ALIVE, Plan, Provision, spoken};
use crate::selftest;
use crate::suite::{Suite, SuiteName, TargetValues, Unjudged};
use crate::target::{Credentials, Target, Writes, credentials};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

/// A suite, a target, and the values that a plan needs, before anything is started.
pub(super) struct Chosen {
    pub(super) suites: Vec<Arc<Suite>>,
    pub(super) target: Target,
    pub(super) name: SuiteName,
    pub(super) unjudged: Vec<Unjudged>,
    /// Operations of the suite that were not asked for.
    pub(super) not_chosen: Vec<String>,
    pub(super) values: TargetValues,
    /// What the service's operations work on.
    pub(super) resources: Vec<Resource>,
    /// Operations that make, show and delete what others need, and were not asked for.
    pub(super) makers: Vec<Arc<Suite>>,
    /// Of which resources the run has objects.
    pub(super) provision: Provision,
}

impl Chosen {
    /// What would be sent.
    ///
    /// # Errors
    /// [`Error::NothingRun`] where nothing matches.
    pub(super) fn plan(&self, filters: &Filters, cases: Option<u32>) -> Result<Plan> {
        let given = (&self.values, &self.provision);
        let plan = Plan::new(&self.suites, filters, cases, given)?;
        let unjudged = self.unjudged.iter().filter(|one| filters.select(&one.name));
        let unjudged = unjudged.cloned().collect();
        Ok(plan.beside(unjudged))
    }

    /// The plan without what may change the target, where that is not allowed.
    ///
    /// # Errors
    /// [`Error::Input`] where nothing is left.
    pub(super) fn without_writes(&self, plan: Plan) -> Result<Plan> {
        if self.may_write_all() {
            return Ok(plan);
        }
        let planned = plan.operations.iter();
        let mut methods =
            planned.filter_map(|part| Some(&self.suite(&part.operation)?.contract.method));
        if methods
            .clone()
            .all(|method| may_write(&self.target, method).is_err())
            && let Some(first) = methods.next()
        {
            may_write(&self.target, first)?;
        }
        Ok(plan.without_writes(&self.suites))
    }

    /// How many objects of each resource a plan makes.
    pub(super) fn objects(&self, plan: &Plan) -> BTreeMap<String, u64> {
        let all: Vec<Arc<Suite>> = self.suites.iter().chain(&self.makers).cloned().collect();
        plan.objects(&all, &self.provision)
    }

    /// What must be given for what the plan skips for it: each name once, with the operations.
    pub(super) fn missing(&self, plan: &Plan) -> Vec<(String, Vec<String>)> {
        let mut missing: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for part in &plan.operations {
            let Some(suite) = self.suite(&part.operation) else {
                continue;
            };
            if part.items.iter().any(|item| item.skip.is_none()) {
                continue;
            }
            for need in suite.handling.needs.iter().filter(|need| need.is_always) {
                let resource = need.resource.as_ref();
                let Provision { made, found, .. } = &self.provision;
                let is_there = resource.is_some_and(|it| made.contains(it) || found.contains(it));
                if !is_there && !self.values.values.contains_key(&need.name) {
                    missing
                        .entry(need.name.clone())
                        .or_default()
                        .push(part.operation.clone());
                }
            }
        }
        missing.into_iter().collect()
    }

    /// Whether requests may be sent that change what the target holds.
    pub(super) fn may_write_all(&self) -> bool {
        self.target.base_url.is_none() || self.target.writes.any()
    }

    /// The suite of a part of the plan.
    pub(super) fn suite(&self, operation: &str) -> Option<&Arc<Suite>> {
        let mut suites = self.suites.iter();
        suites.find(|suite| suite.contract.operation == operation)
    }
}

/// What is tested where neither an address nor `--reference` is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Otherwise {
    /// Nothing: a lost address must not pass for a target that conforms.
    Nothing,
    /// The embedded reference server, unless a variable describes a target.
    Reference,
}

impl RunOptions {
    pub(super) fn choose(&self, otherwise: Otherwise) -> Result<Chosen> {
        if self.reference {
            self.target.refuse_beside_reference()?;
        } else if !self.target.names_target()
            && (otherwise == Otherwise::Nothing || TargetOptions::variable().is_some())
        {
            return Err(self.target.no_target(Self::variable()));
        }
        let mut loaded = self.suite.load()?;
        if let Some(since) = &self.changed_since {
            self.suite.keep_changed(&mut loaded, since)?;
        }
        let all: Vec<Arc<Suite>> = (loaded.suites.iter().chain(&loaded.makers))
            .cloned()
            .collect();
        let target = self.target.resolve(&all)?;
        drop(all);
        if let Credentials::Keys(_) = &target.credentials {
            for suite in loaded.suites.iter_mut().chain(&mut loaded.makers) {
                if let Some(suite) = Arc::get_mut(suite) {
                    suite.sign();
                }
            }
        }
        let values = match target.base_url {
            None => selftest::values(&loaded.suites, &loaded.resources),
            Some(_) => credentials::planned(&target),
        };
        let all: Vec<Arc<Suite>> = loaded
            .suites
            .iter()
            .chain(&loaded.makers)
            .cloned()
            .collect();
        let writes = match target.base_url {
            None => Writes::ALL,
            Some(_) => target.writes,
        };
        let provision = Provision::new(&loaded.resources, &all, &values, writes);
        Ok(Chosen {
            suites: loaded.suites,
            target,
            name: loaded.name,
            unjudged: loaded.unjudged,
            not_chosen: loaded.not_chosen,
            values,
            resources: loaded.resources,
            makers: loaded.makers,
            provision,
        })
    }
}

/// A plan for people: a line for each case, and how much is sent.
pub(super) fn describe(plan: &Plan, chosen: &Chosen) -> String {
    let mut text = String::new();
    let mut methods = BTreeMap::new();
    for part in &plan.operations {
        let suite = chosen.suite(&part.operation);
        let method = suite.map_or("", |suite| suite.contract.method.as_str());
        *methods.entry(method).or_insert(0) += part.requests();
        for item in &part.items {
            let _ = match &item.skip {
                Some(reason) => writeln!(text, "{:<44} skipped: {reason}", item.id),
                None => writeln!(
                    text,
                    "{:<44} {:>7} {method}{}",
                    item.id,
                    item.requests,
                    if item.controls > 0 {
                        " after its control"
                    } else {
                        ""
                    }
                ),
            };
        }
    }
    for one in &plan.unjudged {
        let _ = writeln!(
            text,
            "{:<44} cannot be judged: {}",
            one.name,
            terminal(&one.reason)
        );
    }
    let methods = methods.iter().filter(|(_, requests)| **requests > 0);
    let methods: Vec<String> = methods
        .map(|(method, count)| format!("{count} {method}"))
        .collect();
    let _ = writeln!(
        text,
        "{} cases of {} operations, at most {} requests ({}){}; nothing was sent",
        plan.items().count(),
        plan.operations.len(),
        plan.requests(),
        methods.join(", "),
        match chosen.target.rate {
            Some(rate) => {
                let seconds = plan.requests().div_ceil(rate.into());
                let least = spoken(Duration::from_secs(seconds));
                format!(", {least} or more at {rate} a second")
            }
            None => String::new(),
        }
    );
    text.push_str(&outlay(plan, chosen));
    text
}

/// Objects of a kind that are alive beside those that are bounded: the one that all look at, one
/// beside it, that of the sequence, and the next one to be deleted.
const BESIDE: usize = 4;

/// How many objects would be made, of which kinds, and what of that rests on a guess.
fn outlay(plan: &Plan, chosen: &Chosen) -> String {
    let mut text = String::new();
    let objects = chosen.objects(plan);
    if !objects.is_empty() {
        let counts: Vec<String> = objects
            .iter()
            .map(|(name, count)| format!("{count} {name}"))
            .collect();
        let at_once = chosen.target.objects_at_once.unwrap_or(MOST_ALIVE);
        let _ = writeln!(
            text,
            "objects made and deleted again, at most: {}; of each kind at most {} at once",
            counts.join(", "),
            at_once + BESIDE
        );
        let named = chosen
            .resources
            .iter()
            .filter(|it| objects.contains_key(&it.name));
        let guesses: Vec<String> = named
            .filter(|it| it.is_guess)
            .map(|it| format!("[resource.{}]", it.name))
            .collect();
        if !guesses.is_empty() {
            let _ = writeln!(
                text,
                "proposed by names alone, look at it in service.toml: {}",
                guesses.join(", ")
            );
        }
    }
    text
}
