//! Defines [`ServiceReading`]: how the sources of a service are read, all alike.

use serde::Deserialize;

/// What `service.toml` states of all operations under `[reading]`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ServiceReading {
    /// Which members a reply of success must have.
    pub present: PresentMembers,
    /// Members that each documented error body must have, where a table lists them; `/`
    /// stands between the levels.
    pub error_members: Vec<String>,
    /// What members of replies are that no table lists.
    pub undocumented_members: Undocumented,
    /// The token, where the source has no row for it.
    pub token: TokenRow,
}

/// Which members a reply of success must have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PresentMembers {
    /// All that the source does not call optional.
    Documented,
    /// Those of its example.
    Example,
    /// None.
    #[default]
    Unstated,
}

/// What members of replies are that no table lists.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Undocumented {
    /// Worth a note.
    #[default]
    Noted,
    /// A difference.
    Refused,
}

/// The token, where the source has no row for it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TokenRow {
    /// It is sent; whether it must be is left open.
    #[default]
    Sent,
    /// It is sent, and requests without it must be refused.
    Required,
}
