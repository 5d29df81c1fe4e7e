//! Defines [`Step`]: what a case of a sequence is for.

use crate::resource::Law;

/// Says that a parent is not there.
pub const UNKNOWN: &str = "unknown";

/// A step of a sequence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The resource that it is about.
    pub resource: String,
    /// What it does.
    pub part: Part,
    /// What tells it from others of its law: the query parameter by which a list is filtered,
    /// or what the parent is.
    pub filter: Option<String>,
}

/// What a step does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// It makes an object.
    Create,
    /// It changes one.
    Update,
    /// It deletes one.
    Delete,
    /// It looks whether a law holds.
    Look(Law),
}

impl Step {
    /// Whether it looks by this law.
    pub fn is(&self, law: Law) -> bool {
        self.part == Part::Look(law)
    }
}
