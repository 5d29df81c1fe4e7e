//! Defines [`Plan`]: what a run would send, before anything is sent.

use crate::error::{Error, Problem, Result};
use crate::suite::strategy::Generator;
use crate::suite::{Bound, Changes, Suite, TargetValues, Template, bind};

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
    /// Why it is not sent to this target.
    pub skip: Option<String>,
}

/// What a run would send.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Selected items in order.
    pub items: Vec<Item>,
    /// Whether nothing was filtered out.
    pub is_whole: bool,
}

impl Plan {
    /// Selects the items whose id contains one of `filters` (all, without filters).
    ///
    /// # Errors
    /// [`Error::NothingRun`] where nothing matches.
    pub fn new(
        suite: &Suite,
        filters: &[String],
        cases: Option<u32>,
        target: &TargetValues,
    ) -> Result<Self> {
        let mut items = Vec::new();
        for (at, case) in suite.cases.iter().enumerate() {
            items.push(item(
                suite,
                Kind::Case(at),
                &case.template,
                1,
                &Changes::default(),
                target,
            ));
        }
        for (at, property) in suite.properties.iter().enumerate() {
            let sample = Generator::new(suite, property, 0)
                .and_then(|mut generator| generator.generate(suite, property))
                .map(|generated| generated.changes())
                .unwrap_or_default();
            // What one token allows, another does not: only what all lack is skipped.
            let sample = if property.vary.wrong_token.is_some() {
                Changes::default()
            } else {
                sample
            };
            let requests = cases.unwrap_or(property.cases);
            items.push(item(
                suite,
                Kind::Property(at),
                &property.template,
                requests,
                &sample,
                target,
            ));
        }
        let all = items.len();
        items.retain(|item| {
            filters.is_empty()
                || filters
                    .iter()
                    .any(|filter| item.id.contains(filter.as_str()))
        });
        if items.is_empty() {
            return Err(Error::NothingRun(Problem::new(
                format!("filter {}", filters.join(" ")),
                "no case or property has an id that contains this",
                "conformant list prints the ids",
            )));
        }
        Ok(Self {
            is_whole: items.len() == all,
            items,
        })
    }

    /// Keeps the items for which `selected` (in the order of the items) is true.
    pub fn select(&mut self, selected: &[bool]) {
        let before = self.items.len();
        let mut selected = selected.iter();
        self.items
            .retain(|_| selected.next().copied().unwrap_or(false));
        self.is_whole &= self.items.len() == before;
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

fn item(
    suite: &Suite,
    kind: Kind,
    template: &Template,
    requests: u32,
    sample: &Changes,
    target: &TargetValues,
) -> Item {
    let skip = match bind(suite, template, sample, target) {
        Bound::Ready(_) => None,
        Bound::Skipped(reason) => Some(reason),
    };
    Item {
        kind,
        id: template.id.clone(),
        requests,
        controls: u32::from(template.control.is_some()),
        skip,
    }
}
