//! Compares two [editions](Edition) of a page or a suite: what was added, removed,
//! narrowed, widened or reworded, whom it breaks, and which cases, accepted differences and
//! certificates it makes void.
//!
//! A change breaks *clients* where a program written by the old edition may fail
//! against a server of the new one, and *servers* where a server that conformed to
//! the old edition may fail the suite of the new one.

mod change;
mod open;
mod rows;
mod void;
mod wording;

pub use change::{Change, Kind};
pub use open::Edition;
pub use void::{OwnCase, Void};

use crate::error::Result;
use serde::Serialize;
use std::path::Path;

/// The comparison of two editions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Comparison {
    /// Version of this format.
    pub format: &'static str,
    /// Changes by clause id.
    pub changes: Vec<Change>,
    /// What becomes void.
    pub void: Void,
}

impl Comparison {
    /// Whether a change breaks clients.
    pub fn breaks_clients(&self) -> bool {
        self.changes.iter().any(|change| change.breaks_clients)
    }
}

/// Compares two editions; `snapshots` is a folder of accepted differences.
///
/// # Errors
/// [`Error::Input`](crate::error::Error::Input) where a snapshot cannot be read.
pub fn compare(old: &Edition, new: &Edition, snapshots: Option<&Path>) -> Result<Comparison> {
    let mut changes = rows::changes(&old.contract, &new.contract);
    changes.extend(wording::changes(&old.contract, &new.contract));
    changes.sort_by(|one, other| one.clause.cmp(&other.clause));
    Ok(Comparison {
        format: "conformant-editions/1",
        changes,
        void: void::between(old, new, snapshots)?,
    })
}
