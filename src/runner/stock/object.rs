//! Defines [`Object`]: one that this run made, or found.

use crate::suite::Objects;
use serde_json::Value;

/// An object of the target.
#[derive(Clone, Debug)]
pub(in crate::runner) struct Object {
    /// Its number in this run; 0 where the run did not make it.
    pub(in crate::runner) number: u64,
    /// Its resource.
    pub(in crate::runner) resource: String,
    /// Its id.
    pub(in crate::runner) id: String,
    /// It and what it stands in, by resource.
    pub(in crate::runner) objects: Objects,
    /// The body by which it was made.
    pub(in crate::runner) sent: Option<Value>,
}
