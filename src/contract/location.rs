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
            Self::Path => {
                !text.is_empty()
                    && !text.chars().all(|c| c == '.')
                    && !text.contains(['/', '\\', ';'])
            }
            Self::Query => true,
            Self::Header => text.chars().all(|c| (' '..='~').contains(&c)) && text.trim() == text,
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
