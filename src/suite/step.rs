//! Defines [`Step`]: what a case of a sequence is for.

use crate::resource::Law;

/// Says that a parent is not there.
pub const UNKNOWN: &str = "unknown";
/// Says that another object is made or changed than the first one.
pub(super) const SECOND: &str = "second";
/// Says that a change names only what it must.
pub(super) const PARTIAL: &str = "partial";

/// A step of a sequence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The resource that it is about.
    pub resource: String,
    /// What it does.
    pub part: Part,
    /// What tells it from others of its part: the query parameter by which a list is filtered,
    /// what the parent is, which object is made or changed.
    pub variant: Option<String>,
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

    /// Whether it changes only some members.
    pub fn is_partial(&self) -> bool {
        self.variant.as_deref() == Some(PARTIAL)
    }

    /// Whether it makes or changes the second object.
    pub fn is_second(&self) -> bool {
        self.variant.as_deref() == Some(SECOND)
    }
}
