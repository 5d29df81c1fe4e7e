//! Defines [`Location`]: where a request parameter travels.

use serde::{Deserialize, Serialize};

/// Where a request parameter travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Location {
    /// A segment of the path.
    Path,
    /// The query string.
    Query,
    /// A header field.
    Header,
}

impl Location {
    /// The word in clause ids.
    pub fn id(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Query => "query",
            Self::Header => "header",
        }
    }

    /// Whether routers and header parsers hand this text on as it is.
    pub fn carries(self, text: &str) -> bool {
        match self {
            Self::Path => !matches!(text, "" | "." | "..") && !text.contains(['/', '\\', ';']),
            Self::Query => true,
            Self::Header => text.chars().all(|c| (' '..='~').contains(&c)) && text.trim() == text,
        }
    }

    /// Whether `text` can be sent here at all, be it that a layer in front of the operation
    /// answers: no empty or dot segment (RFC 3986 section 5.2.4), nothing that a header
    /// field cannot hold.
    pub fn takes(self, text: &str) -> bool {
        match self {
            Self::Path => !matches!(text, "" | "." | ".."),
            Self::Query | Self::Header => self.carries(text),
        }
    }

    /// The member of `request.schema.json` that holds parameters of this location.
    pub fn member(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Query => "query",
            Self::Header => "headers",
        }
    }
}
