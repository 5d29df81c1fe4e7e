//! Defines [`Format`]: the forms of texts that a source names and not describes.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use std::net::{Ipv4Addr, Ipv6Addr};

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

    /// Whether a text is of it.
    pub fn is_of(self, text: &str) -> bool {
        match self {
            Self::DateTime => text.len() > 10 && is_moment(text),
            Self::Date => text.len() == 10 && is_moment(&format!("{text}T00:00:00Z")),
            Self::Uuid => {
                let is_digit = |c: char| c.is_ascii_hexdigit();
                let lengths = text.split('-').map(str::len);
                lengths.eq([8, 4, 4, 4, 12]) && text.chars().all(|c| c == '-' || is_digit(c))
            }
            Self::Email => text.rsplit_once('@').is_some_and(|(local, domain)| {
                let has_no_space = !text.contains(char::is_whitespace);
                !local.is_empty() && !domain.is_empty() && has_no_space
            }),
            Self::Ipv4 => text.parse::<Ipv4Addr>().is_ok(),
            Self::Ipv6 => text.parse::<Ipv6Addr>().is_ok(),
            Self::Uri => url::Url::parse(text).is_ok() && !text.contains(char::is_whitespace),
            Self::Byte => STANDARD.decode(text).is_ok(),
        }
    }

    /// A text of it that every server takes which takes the form; other numbers give others.
    pub fn text(self, number: u64) -> String {
        let [day, hour, minute] = [number % 28 + 1, number % 24, number % 60];
        let month = number / 28 % 12 + 1;
        let year = 2_000 + number / 336 % 38;
        let octet = |shift: u32| (number >> shift) & 0xff;
        match self {
            Self::DateTime => {
                format!("{year}-{month:02}-{day:02}T{hour:02}:{minute:02}:07Z")
            }
            Self::Date => format!("{year}-{month:02}-{day:02}"),
            Self::Uuid => {
                // Version 4 and the variant of RFC 9562.
                let (high, low) = (number >> 32, number & 0xffff_ffff);
                format!("{low:08x}-5a1e-4c0d-9b2f-{:012x}", high + 0x00ab_54a9_8ceb)
            }
            Self::Email => format!("someone.{number}@example.com"),
            // Addresses of documentation, and those that nobody else has.
            Self::Ipv4 if number == 0 => "192.0.2.1".into(),
            Self::Ipv4 => format!("10.{}.{}.{}", octet(0), octet(8), octet(16) % 254 + 1),
            Self::Ipv6 => format!("2001:db8::{:x}", number % 0xffff + 1),
            Self::Uri => format!("https://example.com/things/{number}"),
            Self::Byte => STANDARD.encode(format!("some bytes {number}")),
        }
    }

    /// Texts that are near it and of it in no reading: what some libraries take as well,
    /// such as a date where a time may stand, is none of them.
    pub fn broken(self) -> &'static [&'static str] {
        match self {
            Self::DateTime => &[
                "x",
                "2024-13-01T00:00:00Z",
                "2023-02-29T00:00:00Z",
                "2024-01-32T00:00:00Z",
                "2024-01-01T25:00:00Z",
                "2024-01-01T00:61:00Z",
                "yesterday",
            ],
            Self::Date => &[
                "x",
                "2024-13-01",
                "2023-02-29",
                "2024-04-31",
                "2024-00-10",
                "yesterday",
            ],
            Self::Uuid => &[
                "x",
                "0f1e2d3c-4b5a-4978-8796-a5b4c3d2e1f",
                "0f1e2d3c-4b5a-4978-8796-a5b4c3d2e1f00",
                "0f1e2d3c-4b5a-4978-8796-a5b4c3d2e1fg",
                "not-a-uuid",
            ],
            Self::Email => &["x", "@example.com", "someone@", "some one@"],
            Self::Ipv4 => &["x", "256.0.0.1", "192.0.2.999", "192.0.2.1.1", "a.b.c.d"],
            Self::Ipv6 => &[
                "x",
                "2001:db8::1::2",
                "2001:db8::fffff",
                "1:2:3:4:5:6:7:8:9",
                "g::1",
            ],
            Self::Uri => &["x", "://example.com", "//", "example"],
            Self::Byte => &["*", "a*b=", "é"],
        }
    }
}

fn is_moment(text: &str) -> bool {
    chrono::DateTime::parse_from_rfc3339(text).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn made_texts_are_of_their_form_and_broken_ones_are_not() {
        for format in Format::ALL {
            let numbers = (0..1_000).chain([u64::MAX, 1 << 40]);
            for text in numbers.map(|number| format.text(number)) {
                assert!(format.is_of(&text), "{format:?}: {text}");
            }
            assert!(format.broken().len() > 2);
            for text in format.broken() {
                assert!(!format.is_of(text), "{format:?}: {text}");
            }
        }
    }

    #[test]
    fn each_is_written_by_its_name() {
        for format in Format::ALL {
            assert_eq!(serde_json::json!(format), serde_json::json!(format.name()));
            assert_eq!(Format::named(format.name()), Some(format));
        }
    }
}
