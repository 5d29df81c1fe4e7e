//! Defines [`Entry`]: a case or property of a skeleton, before it is written.

use crate::contract::ClauseId;
use crate::exchange::Travel;
use crate::suite::case::{RequestValues, Vary};

/// First line of a derived file. A file without it is a person's own, and kept.
pub const MARK: &str =
    "# Derived from the page. To keep edits, delete this line: derive then leaves the file alone.";

#[derive(Default)]
pub(super) struct Entry {
    pub(super) id: String,
    pub(super) summary: String,
    pub(super) clause: ClauseId,
    pub(super) expect: Vec<u16>,
    pub(super) control: Option<String>,
    pub(super) changes: RequestValues,
    pub(super) provoke: Option<u16>,
    pub(super) faults: usize,
    /// A property, where it varies.
    pub(super) vary: Option<Vary>,
    pub(super) travel: Travel,
    /// Whether the requests of a property come behind those of all others.
    pub(super) is_late: bool,
    /// Whether the requests of a property are sent two at a time.
    pub(super) is_at_once: bool,
    /// Whether it names what nobody may have made, and no status is documented for that.
    pub(super) made_up: bool,
    /// Requests of a property in a default run, where not every edge is sent once.
    pub(super) requests: Option<u32>,
}
