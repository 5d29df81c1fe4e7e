//! Defines [`OperationPlan`]: what a run would send of one operation.

use super::filters::Filters;
use super::provision::{NO_WRITES, Provision};
use crate::contract::{ClauseId, Correction, is_safe};
use crate::digest::{Sha256, hex};
use crate::suite::strategy::Share;
use crate::suite::{Bound, Objects, RequestValues, Suite, TargetValues, Template, bind};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Whether an item is a named case or a property.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Position in [`Suite::cases`].
    Case(usize),
    /// Position in [`Suite::properties`].
    Property(usize),
}

/// A case or property that was selected.
#[derive(Clone, Debug)]
pub struct Item {
    /// Case or property.
    pub kind: Kind,
    /// `subject/slug`
    pub id: String,
    /// Requests of its own, controls not counted.
    pub requests: u32,
    /// Requests that it sends as controls.
    pub controls: u32,
    /// Whether it comes behind the others.
    pub is_late: bool,
    /// Which of the values of a property it sends.
    pub share: Share,
    /// Why it is not sent to this target.
    pub skip: Option<String>,
}

impl Item {
    /// Its template in the suite of its plan.
    pub fn template<'a>(&self, suite: &'a Suite) -> &'a Template {
        match self.kind {
            Kind::Case(at) => &suite.cases[at].template,
            Kind::Property(at) => &suite.properties[at].template,
        }
    }
}

/// What a run would send of one operation.
#[derive(Clone, Debug)]
pub struct OperationPlan {
    /// Name of the operation.
    pub operation: String,
    /// Selected items in order.
    pub items: Vec<Item>,
    /// Whether nothing was filtered out.
    pub is_unfiltered: bool,
    /// Which of the values that operations of its method share it sends.
    pub share: Share,
    /// SHA-256 of everything that stands before a run, before it is split into shards.
    pub digest: String,
    /// The items before the plan was split into shards: what its digest covers.
    pub whole: Vec<Planned>,
}

/// An item of a plan, as the plan's digest covers it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Planned {
    /// `subject/slug`
    pub id: String,
    /// What it is about.
    pub summary: String,
    /// The clause that it checks.
    pub clause: ClauseId,
    /// The statuses that conform.
    pub expect: Vec<u16>,
    /// Requests of its own, controls not counted.
    pub requests: u32,
    /// Whether it is not sent to this target.
    pub skipped: bool,
}

impl Planned {
    /// Requests that it sends, and 1 for itself: what a shard has to do for it.
    pub fn weight(&self) -> u64 {
        1 + if self.skipped {
            0
        } else {
            u64::from(self.requests)
        }
    }
}

/// A documented statement, as the plan's digest covers it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Stated<'a> {
    /// Id.
    pub id: &'a str,
    /// The statement.
    pub statement: &'a str,
    /// Where it stands.
    pub source: &'a str,
    /// Why it holds, where the page alone does not make it.
    pub reading: Option<String>,
    /// Whether no case of the suite checks it.
    pub unchecked: bool,
}

/// What a run's digest covers: everything that stands before it, and can differ between
/// no two parts of one run.
#[derive(Debug, Serialize)]
pub struct Covered<'a> {
    /// SHA-256 of each file of the suite.
    pub suite: &'a BTreeMap<String, String>,
    /// Statements in which the contract follows a person.
    pub corrections: &'a [Correction],
    /// What the response schemas cannot tell apart.
    pub weaknesses: Vec<String>,
    /// The documented statements in order.
    pub statements: Vec<Stated<'a>>,
    /// The items in order.
    pub items: &'a [Planned],
}

impl Covered<'_> {
    /// SHA-256 of all of it, and of this version.
    pub fn digest(&self) -> String {
        let mut hash = Sha256::default();
        let text = serde_json::to_string(self).unwrap_or_default();
        hash.update(format!("{}|{text}", env!("CARGO_PKG_VERSION")));
        hex(&hash.finalize())
    }
}

impl OperationPlan {
    /// The items that `filters` select.
    pub fn new(
        suite: &Suite,
        filters: &Filters,
        cases: Option<u32>,
        share: Share,
        (target, provision): (&TargetValues, &Provision),
    ) -> Self {
        let mut items = Vec::new();
        let values = Given {
            target,
            provision,
            objects: provision.objects(),
        };
        for (at, case) in suite.cases.iter().enumerate() {
            items.push(item(
                suite,
                Kind::Case(at),
                &case.template,
                1,
                &RequestValues::default(),
                &values,
            ));
        }
        for (at, property) in suite.properties.iter().enumerate() {
            // What one token allows, another does not: only what all lack is skipped.
            let sample = match property.vary.wrong_token {
                Some(_) => RequestValues::default(),
                None => property.sample.clone(),
            };
            let requests = cases.unwrap_or_else(|| share.of_property(property).of(property.cases));
            let requests = provision.requests(suite, &property.template, requests);
            items.push(item(
                suite,
                Kind::Property(at),
                &property.template,
                requests,
                &sample,
                &values,
            ));
        }
        if let Some(reason) = no_valid_request(suite, &values) {
            for item in &mut items {
                item.skip.get_or_insert_with(|| reason.clone());
            }
        }
        let share = if cases.is_some() { Share::ALL } else { share };
        for item in &mut items {
            if let Kind::Property(at) = item.kind {
                item.share = share.of_property(&suite.properties[at]);
            }
        }
        let all = items.len();
        items.retain(|item| filters.select(&item.id));
        let whole: Vec<Planned> = items
            .iter()
            .map(|item| {
                let template = item.template(suite);
                Planned {
                    id: item.id.clone(),
                    summary: template.summary.clone(),
                    clause: template.clause.clone(),
                    expect: template.expect.clone(),
                    requests: item.requests,
                    skipped: item.skip.is_some(),
                }
            })
            .collect();
        Self {
            operation: suite.contract.operation.clone(),
            is_unfiltered: items.len() == all,
            share,
            items,
            digest: covered(suite, &whole).digest(),
            whole,
        }
    }

    /// Keeps the items for which `is_wanted` (in the order of the items) says so.
    pub(super) fn keep(&mut self, mut is_wanted: impl FnMut(&Item) -> bool) {
        let before = self.items.len();
        self.items.retain(|item| is_wanted(item));
        self.is_unfiltered &= self.items.len() == before;
    }

    /// Lets nothing of it be sent where that may change what the target holds.
    pub fn without_writes(&mut self, suite: &Suite) {
        if is_safe(&suite.contract.method) {
            return;
        }
        for item in &mut self.items {
            item.skip.get_or_insert_with(|| NO_WRITES.to_owned());
        }
        for planned in &mut self.whole {
            planned.skipped = true;
        }
        self.digest = covered(suite, &self.whole).digest();
    }

    /// Requests that the plan sends at most, without retries and shrinking.
    pub fn requests(&self) -> u64 {
        self.items
            .iter()
            .filter(|item| item.skip.is_none())
            .map(|item| u64::from(item.requests) + u64::from(item.controls))
            .sum()
    }
}

/// Why no request that must succeed can be sent to this target, where none can: then no
/// reply to any other proves anything.
fn no_valid_request(suite: &Suite, given: &Given<'_>) -> Option<String> {
    let mut first = None;
    let templates = suite.cases.iter().map(|case| &case.template);
    for template in templates.filter(|template| template.must_succeed()) {
        match given.unsent(suite, template, &RequestValues::default()) {
            None => return None,
            reason => first = first.or(reason),
        }
    }
    first
}

/// What a plan counts on.
struct Given<'a> {
    target: &'a TargetValues,
    provision: &'a Provision,
    objects: Objects,
}

impl Given<'_> {
    /// Why a request cannot be sent.
    fn unsent(&self, suite: &Suite, template: &Template, sample: &RequestValues) -> Option<String> {
        match bind(suite, template, sample, self.target, &self.objects) {
            Bound::Ready(_) => None,
            Bound::Skipped(reason) => Some(self.provision.explain(suite, reason)),
        }
    }
}

fn covered<'a>(suite: &'a Suite, items: &'a [Planned]) -> Covered<'a> {
    let clauses = suite.clauses.iter().enumerate();
    Covered {
        suite: &suite.digests,
        corrections: &suite.contract.corrections,
        weaknesses: suite.gaps.iter().map(ToString::to_string).collect(),
        statements: clauses
            .map(|(at, clause)| Stated {
                id: &clause.id,
                statement: &clause.statement,
                source: &clause.source,
                reading: clause.basis.reason(),
                unchecked: suite.unchecked.contains_key(&at),
            })
            .collect(),
        items,
    }
}

fn item(
    suite: &Suite,
    kind: Kind,
    template: &Template,
    requests: u32,
    sample: &RequestValues,
    given: &Given<'_>,
) -> Item {
    let unsent =
        |template: &Template, sample: &RequestValues| given.unsent(suite, template, sample);
    let control = template.control.as_deref().and_then(|id| suite.case(id));
    let is_at_once = matches!(kind, Kind::Property(at) if suite.properties[at].is_at_once);
    let provision = given.provision;
    let withheld = provision.withholds(suite, (template, is_at_once), given.target);
    let skip = withheld
        .or_else(|| unsent(template, sample))
        .or_else(|| unsent(&control?.template, &RequestValues::default()));
    let is_beside = is_at_once && control.is_some();
    Item {
        kind,
        is_late: matches!(kind, Kind::Property(at) if suite.properties[at].is_late),
        id: template.id.clone(),
        requests,
        controls: u32::from(control.is_some()) + if is_beside { requests } else { 0 },
        share: Share::ALL,
        skip,
    }
}
