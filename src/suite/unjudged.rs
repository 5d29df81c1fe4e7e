//! Defines [`Unjudged`]: what belongs to a service and cannot be judged.

use serde::{Deserialize, Serialize};

/// An operation whose files cannot be read, or a page that could not be: a run that leaves
/// it out is not green.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unjudged {
    /// Name of the operation, or of the page's file.
    pub name: String,
    /// Why it cannot be judged, with the place.
    pub reason: String,
}
