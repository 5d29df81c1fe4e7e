//! Defines [`Travel`]: how a request travels, apart from what it says.

use serde::{Deserialize, Serialize};

/// How header names are spelt in HTTP/1.1; HTTP/2 has lower case only.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum HeaderNames {
    /// `X-Auth-Token`
    #[default]
    Documented,
    /// `x-auth-token`
    Lower,
    /// `X-AUTH-TOKEN`
    Upper,
    /// `x-aUtH-ToKeN`
    Mixed,
}

/// The version of HTTP that a request speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub enum HttpVersion {
    /// The highest that both sides know, 1.1 at least.
    #[default]
    #[serde(rename = "any")]
    Any,
    /// HTTP/1.0.
    #[serde(rename = "1.0")]
    One,
}

/// How the bytes of a request are written in HTTP/1.1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Writing {
    /// As clients do it.
    #[default]
    Usual,
    /// Spaces and tabs in front of the values of header fields (RFC 9110 section 5.5).
    Padded,
    /// In several pieces, a pause between them.
    InPieces,
    /// Without the fields that clients add: Accept, Accept-Encoding.
    Bare,
}

/// How a request travels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Travel {
    /// How header names are spelt.
    #[serde(skip_serializing_if = "is_default")]
    pub header_names: HeaderNames,
    /// The version of HTTP.
    #[serde(skip_serializing_if = "is_default")]
    pub http_version: HttpVersion,
    /// How its bytes are written.
    #[serde(skip_serializing_if = "is_default")]
    pub writing: Writing,
    /// Whether it has a connection of its own.
    #[serde(skip_serializing_if = "is_default")]
    pub fresh_connection: bool,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

impl Travel {
    /// Whether no client library writes it so: its bytes are written by this program, on a
    /// connection of its own without TLS.
    pub fn is_by_hand(&self) -> bool {
        matches!(self.header_names, HeaderNames::Upper | HeaderNames::Mixed)
            || self.writing != Writing::Usual
    }

    /// This way, with what `other` says in place of what this leaves as usual.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        let pick = |is_usual: bool| if is_usual { other } else { self };
        Self {
            header_names: pick(is_default(&self.header_names)).header_names,
            http_version: pick(is_default(&self.http_version)).http_version,
            writing: pick(is_default(&self.writing)).writing,
            fresh_connection: self.fresh_connection || other.fresh_connection,
        }
    }
}

impl HeaderNames {
    /// A header name in this spelling.
    pub fn spell(self, name: &str) -> String {
        let letters = name.chars().enumerate();
        match self {
            Self::Documented => name.to_owned(),
            Self::Lower => name.to_ascii_lowercase(),
            Self::Upper => name.to_ascii_uppercase(),
            Self::Mixed => letters
                .map(|(at, letter)| match at % 2 {
                    0 => letter.to_ascii_lowercase(),
                    _ => letter.to_ascii_uppercase(),
                })
                .collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_one_leaves_as_usual_another_decides() {
        let upper = Travel {
            header_names: HeaderNames::Upper,
            ..Travel::default()
        };
        let fresh = Travel {
            fresh_connection: true,
            header_names: HeaderNames::Lower,
            ..Travel::default()
        };
        let both = upper.or(fresh);
        assert!(both.is_by_hand() && both.fresh_connection);
        assert_eq!(both.header_names, HeaderNames::Upper);
        assert!(!fresh.is_by_hand());
        assert_eq!(HeaderNames::Mixed.spell("X-Auth"), "x-aUtH");
    }
}
