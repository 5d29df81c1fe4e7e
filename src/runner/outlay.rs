//! Counts the objects that a plan would make.

use super::operation_plan::{Item, Kind};
use super::plan::Plan;
use super::provision::Provision;
use crate::resource::{Effect, Law};
use crate::status::is_success;
use crate::suite::{Part, Suite};
use std::borrow::Borrow;
use std::collections::{BTreeMap, BTreeSet};

impl Plan {
    /// How many objects of each resource the plan makes, at most, and deletes again.
    /// `suites` are all operations at hand.
    pub fn objects(
        &self,
        suites: &[impl Borrow<Suite>],
        provision: &Provision,
    ) -> BTreeMap<String, u64> {
        let suite = |name: &str| {
            let mut all = suites.iter().map(Borrow::borrow);
            all.find(|suite: &&Suite| suite.contract.operation == name)
        };
        let mut counts: BTreeMap<String, u64> = BTreeMap::new();
        // Those that all look at, those beside them, and those of sequences.
        let (mut shared, mut others, mut stories) =
            (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        for part in &self.operations {
            let Some(suite) = suite(&part.operation) else {
                continue;
            };
            let sent = || part.items.iter().filter(|item| item.skip.is_none());
            if sent().next().is_none() {
                continue;
            }
            let handling = &suite.handling;
            let named = handling
                .needs
                .iter()
                .filter_map(|need| need.resource.as_ref());
            shared.extend(named.filter(|name| provision.made.contains(*name)).cloned());
            for item in sent() {
                let template = item.template(suite);
                if let Some(step) = &template.step {
                    stories.insert(step.resource.clone());
                    if step.part == Part::Look(Law::Parent) {
                        let needs = handling.needs.iter();
                        let parents = needs.filter_map(|need| need.resource.clone());
                        others.extend(parents.filter(|it| *it != step.resource));
                    }
                }
            }
            if let Some((resource, Effect::Create | Effect::Delete)) = &handling.effect {
                let made = sent().filter(|item| makes(suite, item));
                // Controls, at the beginning and at the end.
                let made: u64 = made.map(|item| u64::from(item.requests)).sum::<u64>() + 2;
                *counts.entry(resource.clone()).or_default() += made;
            }
        }
        shared.extend(stories.iter().cloned());
        // A sequence makes two.
        for name in shared.iter().chain(&others).chain(&stories).chain(&stories) {
            *counts.entry(name.clone()).or_default() += 1;
        }
        counts.retain(|name, _| provision.made.contains(name));
        counts
    }
}

/// Whether the requests of an item succeed, so that each makes or deletes an object.
fn makes(suite: &Suite, item: &Item) -> bool {
    let template = item.template(suite);
    let is_step = matches!(item.kind, Kind::Case(_)) && template.step.is_some();
    !is_step && template.expect.iter().any(|status| is_success(*status))
}
