//! Defines [`Change`]: what is different between two editions, and whom it breaks.

use crate::contract::ClauseId;
use serde::Serialize;

/// How a statement changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// The old edition does not have it.
    Added,
    /// The new edition does not have it.
    Removed,
    /// The new edition allows less.
    Narrowed,
    /// The new edition allows more.
    Widened,
    /// Neither allows what the other does.
    Changed,
    /// It states the same facts in other words.
    Reworded,
}

/// A change between two editions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// Clause id, or the stem of the clauses of a row.
    pub clause: ClauseId,
    /// How it changed.
    pub kind: Kind,
    /// What the old edition says; empty where it says nothing.
    pub old: String,
    /// What the new edition says; empty where it says nothing.
    pub new: String,
    /// Table and row, in the edition that has it; of other words, their lines as well.
    pub source: String,
    /// Whether programs written by the old edition may break.
    pub breaks_clients: bool,
    /// Whether servers that conformed to the old edition may fail the new suite.
    pub breaks_servers: bool,
}
