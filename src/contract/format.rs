//! Defines [`Format`]: the forms of texts that a source names and not describes.

use serde::{Deserialize, Serialize};

/// A form of a text, by the name that JSON Schema and OpenAPI have for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// Date and time with offset (RFC 3339 section 5.6).
    DateTime,
    /// A date (RFC 3339 section 5.6, full-date).
    Date,
    /// A UUID (RFC 9562 section 4).
    Uuid,
    /// An address of mail (RFC 5321 section 4.1.2).
    Email,
    /// An address of IPv4 in four decimal numbers (RFC 2673 section 3.2).
    Ipv4,
    /// An address of IPv6 (RFC 4291 section 2.2).
    Ipv6,
    /// A URI with its scheme (RFC 3986).
    Uri,
    /// Bytes in base64 (RFC 4648 section 4).
    Byte,
}

impl Format {
    /// Every form that is known.
    pub const ALL: [Self; 8] = [
        Self::DateTime,
        Self::Date,
        Self::Uuid,
        Self::Email,
        Self::Ipv4,
        Self::Ipv6,
        Self::Uri,
        Self::Byte,
    ];

    /// Its name in definitions.
    pub fn name(self) -> &'static str {
        match self {
            Self::DateTime => "date-time",
            Self::Date => "date",
            Self::Uuid => "uuid",
            Self::Email => "email",
            Self::Ipv4 => "ipv4",
            Self::Ipv6 => "ipv6",
            Self::Uri => "uri",
            Self::Byte => "byte",
        }
    }

    /// The form of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_written_by_its_name() {
        for format in Format::ALL {
            assert_eq!(serde_json::json!(format), serde_json::json!(format.name()));
            assert_eq!(Format::named(format.name()), Some(format));
        }
    }
}
