//! Defines [`Entry`]: a case or property of a skeleton, before it is written.

use crate::contract::ClauseId;
use crate::suite::case::{RequestValues, Vary};

/// First line of a derived file. A file without it is a person's own, and kept.
pub const MARK: &str =
    "# Derived from the page. To keep edits, delete this line: derive then leaves the file alone.";

/// Requests of each property in a default run: enough to see a fault that shows
/// in one reply of nine (missed with probability (8/9)^56, about 1 in 700).
pub(super) const REQUESTS: u32 = 56;

#[derive(Default)]
pub(super) struct Entry {
    pub(super) id: String,
    pub(super) summary: String,
    pub(super) clause: ClauseId,
    pub(super) expect: Vec<u16>,
    pub(super) control: Option<String>,
    pub(super) changes: RequestValues,
    pub(super) lower_case: bool,
    pub(super) provoke: Option<u16>,
    pub(super) faults: usize,
    /// A property, where it varies.
    pub(super) vary: Option<Vary>,
    pub(super) fresh_connection: bool,
    /// Whether it names what nobody may have made, and no status is documented for that.
    pub(super) made_up: bool,
    /// Requests of a property in a default run, where they are fewer than usual.
    pub(super) requests: Option<u32>,
}
