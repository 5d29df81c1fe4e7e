//! Defines [`Provision`]: of which resources a run can have objects, as a plan counts on it.

use crate::contract::is_safe;
use crate::resource::{Effect, Resource};
use crate::suite::{Objects, Suite, TargetValues, Template, Value};
use crate::target::Writes;
use std::borrow::Borrow;
use std::collections::{BTreeMap, BTreeSet};

/// Why an operation is skipped that nobody allowed.
pub(super) const NO_WRITES: &str =
    "its requests may change what the target holds; --allow-writes lets them be sent";

/// Stands for an id that is not known yet.
const TO_COME: &str = "to-come";
/// Most requests of a property that each make an object, and that each delete one.
const MAKING: u32 = 8;
const DELETING: u32 = 3;

/// Of which resources a run can have objects, and what it may do.
#[derive(Clone, Debug)]
pub struct Provision {
    /// What may be sent.
    pub writes: Writes,
    /// Resources of which the run makes objects.
    pub made: BTreeSet<String>,
    /// Resources of which it looks at what lists show.
    pub found: BTreeSet<String>,
    /// Why it makes none of a resource that can be made.
    why_not: BTreeMap<String, String>,
}

impl Default for Provision {
    /// Nothing is made, and everything may be sent: for the embedded server.
    fn default() -> Self {
        Self {
            writes: Writes::ALL,
            made: BTreeSet::new(),
            found: BTreeSet::new(),
            why_not: BTreeMap::new(),
        }
    }
}

impl Provision {
    /// What a target with these values gives; `suites` are all operations at hand.
    pub fn new(
        resources: &[Resource],
        suites: &[impl Borrow<Suite>],
        target: &TargetValues,
        writes: Writes,
    ) -> Self {
        let mut provision = Self {
            writes,
            ..Self::default()
        };
        if target.knows_every_id {
            return provision;
        }
        let suite = |name: &str| {
            let mut all = suites.iter().map(Borrow::borrow);
            all.find(|suite: &&Suite| suite.contract.operation == name)
        };
        // Parents before children, in as many turns as there are levels.
        for _ in 0..=resources.len() {
            for resource in resources {
                let name = &resource.name;
                // Nothing is made inside what the run only found.
                let is_there = |operation: &str, provision: &Self, has: fn(&Self, &str) -> bool| {
                    let suite = suite(operation);
                    suite.is_some_and(|suite| provision.has_all(suite, name, target, has))
                };
                let create = resource.create.as_ref().map(|it| it.operation.as_str());
                let delete = resource.delete.as_ref().map(|it| it.operation.as_str());
                if let (Some(create), Some(_)) = (create, delete) {
                    if !(writes.create && writes.delete) {
                        let why = match writes.create {
                            true => {
                                "what is made could not be given back: --allow-writes=create,delete"
                            }
                            false => "--allow-writes lets the run make one",
                        };
                        provision.why_not.insert(name.clone(), why.to_owned());
                    } else if is_there(create, &provision, Self::makes) {
                        provision.made.insert(name.clone());
                        continue;
                    }
                }
                let list = resource.list.as_ref().map(|it| it.operation.as_str());
                if list.is_some_and(|list| is_there(list, &provision, Self::has)) {
                    provision.found.insert(name.clone());
                }
            }
        }
        let Self { made, found, .. } = &mut provision;
        found.retain(|name| !made.contains(name));
        provision
    }

    /// Whether a run has what the requests of an operation must name, but for `own`.
    fn has_all(
        &self,
        suite: &Suite,
        own: &str,
        target: &TargetValues,
        has: fn(&Self, &str) -> bool,
    ) -> bool {
        let needs = suite.handling.needs.iter();
        let mut others =
            needs.filter(|need| need.is_always && need.resource.as_deref() != Some(own));
        others.all(|need| {
            let resource = need.resource.as_ref();
            target.values.contains_key(&need.name) || resource.is_some_and(|it| has(self, it))
        })
    }

    fn makes(&self, resource: &str) -> bool {
        self.made.contains(resource)
    }

    fn has(&self, resource: &str) -> bool {
        self.made.contains(resource) || self.found.contains(resource)
    }

    /// Stands for the objects that requests name.
    pub fn objects(&self) -> Objects {
        let names = self.made.iter().chain(&self.found);
        Objects {
            ids: names
                .map(|name| (name.clone(), TO_COME.to_owned()))
                .collect(),
            name: None,
        }
    }

    /// How many requests of a property are sent, of so many.
    pub(super) fn requests(&self, suite: &Suite, template: &Template, requests: u32) -> u32 {
        let makes = |resource: &String| self.made.contains(resource);
        let is_success = |status: &u16| crate::status::is_success(*status);
        match &suite.handling.effect {
            Some((resource, effect))
                if makes(resource) && template.expect.iter().any(is_success) =>
            {
                match effect {
                    Effect::Create => requests.min(MAKING),
                    Effect::Delete => requests.min(DELETING),
                    Effect::Update => requests,
                }
            }
            _ => requests,
        }
    }

    /// Why a case or property is not sent to a target that keeps objects.
    pub(super) fn withholds(
        &self,
        suite: &Suite,
        (template, is_at_once): (&Template, bool),
        target: &TargetValues,
    ) -> Option<String> {
        if let Some(step) = &template.step
            && !self.made.contains(&step.resource)
        {
            return Some(match self.why_not.get(&step.resource) {
                _ if target.knows_every_id => "the embedded server keeps no objects".into(),
                Some(why) => format!("it is about a {} that the run made; {why}", step.resource),
                None => format!(
                    "it is about a {} that the run made, and none can be made",
                    step.resource
                ),
            });
        }
        if target.knows_every_id {
            return None;
        }
        let (contract, handling) = (&suite.contract, &suite.handling);
        let effect = handling.effect.as_ref().map(|(_, effect)| *effect);
        // Where nothing at all is allowed, the whole plan says so.
        if self.writes.any() && !self.writes.allow(&contract.method, effect) {
            return Some(NO_WRITES.to_owned());
        }
        let is_made = |resource: &String| self.made.contains(resource);
        if !is_safe(&contract.method) {
            let mut needs = handling.needs.iter();
            let found = needs.find_map(|need| {
                let is_given = target.values.contains_key(&need.name);
                let resource = need.resource.as_ref().filter(|it| self.found.contains(*it));
                resource.filter(|_| !is_given)
            });
            if let Some(found) = found {
                let why = self.why_not.get(found).map_or("", String::as_str);
                return Some(format!(
                    "it may change a {found} that this run did not make: --value names one that it may; {why}"
                ));
            }
        }
        match &handling.effect {
            Some((resource, Effect::Create)) if !is_made(resource) => {
                let why = self.why_not.get(resource)?;
                return Some(format!("it makes a {resource}: {why}"));
            }
            Some((resource, Effect::Delete)) if !is_made(resource) => {
                return Some(not_ours(resource));
            }
            None if contract.method == "DELETE" => return Some(not_ours("resource")),
            _ => {}
        }
        if !handling.counts() {
            return None;
        }
        if is_at_once {
            return Some("its requests make or delete objects, which is done one at a time".into());
        }
        let is_delete = effect == Some(Effect::Delete);
        let names_other = contract.resources().any(|row| {
            let value = template.changes.path.get(&row.field.name);
            value.is_some_and(|value| !matches!(value, Value::Target(_)))
        });
        let may_succeed = template
            .expect
            .iter()
            .any(|status| crate::status::is_success(*status));
        (is_delete && names_other && may_succeed).then(|| {
            "it names an object that the run did not make, and deletes what it names".into()
        })
    }

    /// Adds to the reason why there is no object what would give one.
    pub(super) fn explain(&self, suite: &Suite, reason: String) -> String {
        let needs = suite.handling.needs.iter();
        let mut resources = needs.filter_map(|need| need.resource.as_ref());
        let why = resources.find_map(|resource| self.why_not.get(resource));
        match why.filter(|_| reason.contains("--value")) {
            Some(why) if is_safe(&suite.contract.method) => format!("{reason}; {why}"),
            _ => reason,
        }
    }
}

fn not_ours(resource: &str) -> String {
    format!(
        "it deletes a {resource}, and only what this run made is deleted ([resource.NAME] in service.toml says how one is made)"
    )
}
