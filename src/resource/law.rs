//! Defines [`Law`]: what is expected of an operation when its requests follow others.

/// What holds between the requests of a sequence. The page says it nowhere, and means it: a
/// service that forgets what it was given is of no use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Law {
    /// What was made can be used some time later.
    Ready,
    /// What was sent to make it is what is shown.
    Created,
    /// What was sent to change it is what is shown, and all else is as before.
    Updated,
    /// What a change may name, and does not, is as before.
    Kept,
    /// The list has what was made, as it is shown.
    Listed,
    /// A list has no more items than asked for.
    Limit,
    /// A list leaves out as many items as asked for.
    Offset,
    /// A list says how many items there are in all.
    Total,
    /// A list has only what the filter asks for, and all that was made of it.
    Filter,
    /// It is not found under another parent.
    Parent,
    /// It is not found by another tenant.
    Tenant,
    /// What was deleted is gone.
    Gone,
    /// What was deleted is in no list.
    Unlisted,
}

/// A law that does not hold for a resource, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Off {
    /// The law.
    pub law: Law,
    /// Why; never blank.
    pub reason: String,
}

impl Law {
    /// All of them, in the order in which a sequence comes to them.
    pub const ALL: [Self; 13] = [
        Self::Ready,
        Self::Created,
        Self::Listed,
        Self::Limit,
        Self::Offset,
        Self::Total,
        Self::Filter,
        Self::Parent,
        Self::Tenant,
        Self::Updated,
        Self::Kept,
        Self::Gone,
        Self::Unlisted,
    ];

    /// Its name in files and ids.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Created => "created",
            Self::Updated => "updated",
            Self::Kept => "kept",
            Self::Listed => "listed",
            Self::Limit => "limit",
            Self::Offset => "offset",
            Self::Total => "total",
            Self::Filter => "filter",
            Self::Parent => "parent",
            Self::Tenant => "tenant",
            Self::Gone => "gone",
            Self::Unlisted => "unlisted",
        }
    }

    /// The law of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|law| law.name() == name)
    }
}
