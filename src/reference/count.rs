//! Defines [`Count`]: what servers count when they do not count the characters of a text,
//! each with a text that shows it.

use super::lenience::Lenience;
use crate::contract::Bounds;

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Count {
    /// The bytes of its UTF-8.
    Bytes,
    /// The units of its UTF-16.
    Utf16,
    /// Characters but for white space around it.
    Trimmed,
    /// Characters but for a line feed at its end.
    LineFeedDropped,
    /// Characters in front of a NUL.
    BeforeNul,
    /// Characters but for hyphens.
    HyphensDropped,
    /// ASCII characters.
    Ascii,
    /// Characters, several white spaces being one.
    SpacesCollapsed,
    /// The lowest eight bits of the number of characters.
    LowByte,
}

/// Every way to count.
pub(super) const ALL: [Count; 9] = [
    Count::Bytes,
    Count::Utf16,
    Count::Trimmed,
    Count::LineFeedDropped,
    Count::BeforeNul,
    Count::HyphensDropped,
    Count::Ascii,
    Count::SpacesCollapsed,
    Count::LowByte,
];

impl Count {
    /// Kebab-case name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Bytes => "bytes-counted",
            Self::Utf16 => "code-units-counted",
            Self::Trimmed => "counted-when-trimmed",
            Self::LineFeedDropped => "line-feed-not-counted",
            Self::BeforeNul => "counted-up-to-nul",
            Self::HyphensDropped => "hyphens-not-counted",
            Self::Ascii => "ascii-counted",
            Self::SpacesCollapsed => "spaces-collapsed",
            Self::LowByte => "counted-in-a-byte",
        }
    }

    /// How long such a server takes a text to be.
    pub fn of(self, text: &str) -> u64 {
        let count = |text: &str| text.chars().count();
        let length = match self {
            Self::Bytes => text.len(),
            Self::Utf16 => text.encode_utf16().count(),
            Self::Trimmed => count(text.trim()),
            Self::LineFeedDropped => count(text.strip_suffix('\n').unwrap_or(text)),
            Self::BeforeNul => count(text.split('\0').next().unwrap_or_default()),
            Self::HyphensDropped => text.chars().filter(|c| *c != '-').count(),
            Self::Ascii => text.chars().filter(char::is_ascii).count(),
            Self::SpacesCollapsed => {
                let mut before = 'x';
                let is_new = |c: &char| {
                    let is_again = c.is_whitespace() && before.is_whitespace();
                    before = *c;
                    !is_again
                };
                text.chars().filter(is_new).count()
            }
            Self::LowByte => count(text) % 256,
        };
        length as u64
    }

    /// Whether a text shows it: one that conforms is refused, or one that does not passes.
    /// `true` where such a server refuses what conforms.
    pub fn shows(self, bounds: &Bounds<u64>) -> Option<bool> {
        let max = bounds.max.and_then(|max| usize::try_from(max).ok());
        let min = bounds.min.and_then(|min| usize::try_from(min).ok());
        let texts = [
            max.map(|max| "é".repeat(max)),
            max.map(|max| "😀".repeat(max)),
            max.map(|max| format!("{} ", "x".repeat(max))),
            max.map(|max| format!("{}\n", "x".repeat(max))),
            max.map(|max| format!("{}\0x", "x".repeat(max.saturating_sub(1)))),
            max.map(|max| format!("{}-x", "x".repeat(max.saturating_sub(1)))),
            max.map(|max| format!("{}é", "x".repeat(max))),
            max.map(|max| format!("x  {}", "x".repeat(max.saturating_sub(2)))),
            max.map(|max| "x".repeat(256 + max)),
            min.map(|min| "é".repeat(min.saturating_sub(1))),
            min.map(|min| "😀".repeat(min.saturating_sub(1))),
        ];
        let within = |length: u64| {
            bounds.min.is_none_or(|min| length >= min) && bounds.max.is_none_or(|max| length <= max)
        };
        texts.into_iter().flatten().find_map(|text| {
            let conforms = within(text.chars().count() as u64);
            (conforms != within(self.of(&text)) && !text.is_empty()).then_some(conforms)
        })
    }
}

/// Whether a lenience of lists is about characters that a header field cannot hold.
pub(super) fn needs_more_than_ascii(lenience: Lenience, listed: &[String]) -> bool {
    let text = lenience.witness(listed).unwrap_or_default();
    !text.chars().all(|c| (' '..='~').contains(&c)) || text.trim() != text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_count_differs_from_that_of_characters_somewhere() {
        let bounds = Bounds {
            min: Some(32),
            max: Some(64),
        };
        for count in ALL {
            assert!(count.shows(&bounds).is_some(), "{count:?}");
            assert_eq!(count.of("0f1e2d3c"), 8);
        }
        assert_eq!(Count::SpacesCollapsed.of("a  \t b"), 3);
        assert_eq!(Count::Bytes.shows(&Bounds::default()), None);
    }
}
