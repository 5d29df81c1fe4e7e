//! Defines [`ExampleRequest`]: a request that the source shows, taken apart.

use serde::{Deserialize, Serialize};

/// A request as the source shows it. Sources leave out what they like.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExampleRequest {
    /// Its 1-based line.
    pub line: usize,
    /// The method, where its line begins with one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// The path and query as shown, without scheme and host.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    /// Header lines: name and value.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub headers: Vec<(String, String)>,
    /// What may be its body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
}
