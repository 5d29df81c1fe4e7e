//! Defines [`Correction`]: where the contract follows a person, and not its source.

use super::clause_id::ClauseId;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A statement in which the contract follows a person, and not the source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Correction {
    /// Id of the clause, or the stem of a row that was left out.
    pub clause: ClauseId,
    /// What the source says; empty where it says nothing.
    pub source_says: String,
    /// What holds instead; empty where nothing does.
    pub holds: String,
    /// Why.
    pub reason: String,
}

impl fmt::Display for Correction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let or = |text: &str, empty: &str| match text {
            "" => empty.to_owned(),
            text => format!("'{text}'"),
        };
        write!(
            f,
            "{}: {} in place of {}, {}",
            self.clause,
            or(&self.holds, "nothing"),
            or(&self.source_says, "nothing"),
            self.reason
        )
    }
}
