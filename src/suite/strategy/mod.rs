//! Generates requests from parameter schemas. The only user of `proptest`.
//!
//! Conforming values cover the documented space, violating values break exactly
//! one clause; boundaries and their neighbours always come first. What is wrong
//! as a value is often right as text, so each violating value is held against
//! the request schema as the text that travels; bodies are held against it whole.

mod bodies;
mod breaks;
mod dictionary;
mod drawn;
mod edges;
mod letters;
mod share;
mod shrinking;
mod subject;
mod text;

pub(super) use breaks::{breaks, breaks_body, can_break, conforms};
pub use breaks::{broken_aspects, still_fits};
pub use dictionary::Dictionary;
pub use share::Share;
pub use text::{conforming_edges, typed};

use super::Suite;
use super::case::{Property, RequestValues};
use crate::digest::Sha256;
use breaks::still_breaks;
use drawn::{Drawn, Slot, changes, smaller};
use edges::{Edges, Part};
use proptest::strategy::{BoxedStrategy, Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use shrinking::Shrinking;
use std::sync::Arc;
use subject::{Subject, Values};

/// Random requests behind those at the edges.
const RANDOM: u32 = 24;
/// Most requests of a property.
const MOST: u32 = 600;

/// A stream of generated requests: boundary values first, then random ones.
pub struct Generator {
    runner: TestRunner,
    slots: Arc<[Slot]>,
    varied: Vec<(Subject, Arc<Values>)>,
    /// Positions in the values of what varies.
    edges: Edges,
    next: usize,
    /// What comes behind the edges; made when it is asked for.
    random: Option<BoxedStrategy<Vec<Drawn>>>,
}

/// One generated set of parameters, with the way to smaller ones.
pub struct Generated {
    slots: Arc<[Slot]>,
    tree: Box<dyn ValueTree<Value = Vec<Drawn>>>,
}

impl Generated {
    /// The parameters.
    pub fn changes(&self) -> RequestValues {
        changes(&self.slots, self.tree.current())
    }

    /// Steps to smaller parameters; `false` where there are none.
    pub fn simplify(&mut self) -> bool {
        self.tree.simplify()
    }

    /// Steps back half-way after too large a step; `false` where that is not possible.
    pub fn complicate(&mut self) -> bool {
        self.tree.complicate()
    }
}

impl Generator {
    /// A generator whose stream depends on suite, property and seed alone.
    ///
    /// # Errors
    /// A sentence that says why the property cannot be generated.
    pub fn new(suite: &Suite, property: &Property, seed: u64) -> Result<Self, String> {
        Self::with(&mut Dictionary::default(), suite, property, seed)
    }

    /// The same, with the values that other properties of the suite have made already.
    ///
    /// # Errors
    /// As [`Generator::new`].
    pub fn with(
        dictionary: &mut Dictionary,
        suite: &Suite,
        property: &Property,
        seed: u64,
    ) -> Result<Self, String> {
        let mut digest = Sha256::default();
        digest.update(seed.to_be_bytes());
        digest.update(&property.template.id);
        let config = Config {
            failure_persistence: None,
            ..Config::default()
        };
        let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &digest.finalize());
        let runner = TestRunner::new_with_rng(config, rng);
        let subjects = Subject::of(property).into_iter();
        let values = |subject: Subject| {
            let values = dictionary.values(suite, &subject)?;
            Ok((subject, values))
        };
        let mut varied = subjects.map(values).collect::<Result<Vec<_>, String>>()?;
        varied.sort_by_key(|(_, values)| !values.is_paired);
        let parts = varied.iter().map(|(_, values)| Part {
            values: values.edges.len(),
            is_paired: values.is_paired,
        });
        Ok(Self {
            runner,
            slots: varied.iter().map(|(_, it)| it.slot.clone()).collect(),
            edges: Edges::of(&parts.collect::<Vec<_>>()),
            varied,
            next: 0,
            random: None,
        })
    }

    /// The same one, which leaves out what other operations send.
    #[must_use]
    pub fn sharing(mut self, share: Share) -> Self {
        self.edges.retain(|at| share.takes(at));
        self
    }

    /// Requests that show every edge once, and some random ones.
    pub fn needed(&self) -> u32 {
        let edges = u32::try_from(self.edges.len()).unwrap_or(MOST);
        edges.saturating_add(RANDOM).min(MOST)
    }

    /// The next set of parameters.
    ///
    /// # Errors
    /// Where the strategy rejects too many values.
    pub fn generate(&mut self, suite: &Suite, property: &Property) -> Result<Generated, String> {
        let edge = self.edges.get(self.next).map(|edge| {
            let drawn = edge.iter().zip(&self.varied);
            drawn.map(|(at, (_, values))| values.edges[*at].clone())
        });
        self.next += 1;
        let tree: Box<dyn ValueTree<Value = Vec<Drawn>>> = match edge {
            Some(drawn) => Box::new(Shrinking::new(drawn.collect(), smaller)),
            None => self.at_random(suite, property)?,
        };
        Ok(Generated {
            slots: Arc::clone(&self.slots),
            tree,
        })
    }
    fn at_random(
        &mut self,
        suite: &Suite,
        property: &Property,
    ) -> Result<Box<dyn ValueTree<Value = Vec<Drawn>>>, String> {
        let random = match self.random.take() {
            Some(random) => random,
            None => {
                let varied = self.varied.iter();
                let all = varied.map(|(subject, values)| subject.strategy(suite, values));
                all.collect::<Result<Vec<_>, String>>()?.boxed()
            }
        };
        let random = self.random.insert(random);
        loop {
            let tree = random
                .new_tree(&mut self.runner)
                .map_err(|reason| reason.to_string())?;
            if property.vary.violating.is_none()
                || still_breaks(suite, property, &changes(&self.slots, tree.current()))
            {
                return Ok(tree);
            }
        }
    }
}
