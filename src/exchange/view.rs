//! Defines [`View`]: a text as one who decodes it would see it.
//!
//! Beside the text with its escapes resolved, which shows every form, there are views
//! without what stands between the characters of a code: blanks (base64 that was wrapped and
//! joined again), and whatever dumps put between bytes in hexadecimal. Words of ordinary
//! text run together in these, so only codes are looked for there.

use super::unescape::Unescaped;
use std::ops::Range;

/// Characters in a row that are left out at most; behind more, another text begins.
const MAX_GAP: usize = 80;

/// What stands for everything that is no part of a code.
const BREAK: u8 = b' ';

/// What a form of a secret is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// Characters of the secret itself.
    Text,
    /// Characters of a code.
    Code,
    /// Hexadecimal digits.
    Hex,
}

/// Which of the bytes between the characters of a code are left out.
struct Reading {
    /// Forms that are looked for: these and those behind.
    least: Kind,
    is_kept: fn(u8) -> bool,
    is_left_out: fn(u8) -> bool,
    /// Whether the prefix `0x` is left out too.
    leaves_prefix_out: bool,
}

const READINGS: [Reading; 2] = [
    Reading {
        least: Kind::Code,
        is_kept: |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_'),
        is_left_out: |byte| matches!(byte, b' ' | b'\t' | b'\\'),
        leaves_prefix_out: false,
    },
    Reading {
        least: Kind::Hex,
        is_kept: |byte| byte.is_ascii_hexdigit(),
        is_left_out: |byte| {
            matches!(
                byte,
                b' ' | b'\t' | b'\\' | b':' | b'-' | b',' | b';' | b'.' | b'_' | b'|'
            )
        },
        leaves_prefix_out: true,
    },
];

/// A text as it is searched.
pub(super) struct View<'a> {
    text: &'a Unescaped<'a>,
    squeezed: Option<Squeezed>,
    /// Forms that are looked for: these and those behind.
    pub(super) least: Kind,
}

struct Squeezed {
    bytes: Vec<u8>,
    /// Where each stands in the text.
    places: Vec<u32>,
    /// Where in the text the last byte stands that is no part of a code.
    last_break: Option<u32>,
}

impl<'a> View<'a> {
    /// The views of a text in which anything can be found that is not in an earlier one.
    pub(super) fn all(text: &'a Unescaped<'a>) -> impl Iterator<Item = Self> {
        let squeezed = READINGS.iter().filter_map(move |reading| {
            let bytes = text.bytes();
            let mut each = bytes.iter();
            each.find(|byte| (reading.is_left_out)(**byte))?;
            Some(Self {
                text,
                squeezed: Some(Squeezed::new(bytes, reading)),
                least: reading.least,
            })
        });
        let whole = Self {
            text,
            squeezed: None,
            least: Kind::Text,
        };
        std::iter::once(whole).chain(squeezed)
    }

    pub(super) fn bytes(&self) -> &[u8] {
        match &self.squeezed {
            Some(squeezed) => &squeezed.bytes,
            None => self.text.bytes(),
        }
    }

    /// Where in the source the last run may begin that lies in this view to its end, whatever
    /// follows; none is longer than `longest`.
    pub(super) fn limit(&self, longest: usize) -> usize {
        let at = self.bytes().len().checked_sub(longest.max(1));
        let limit = at.map_or(0, |at| self.source(at).start);
        // None goes across a break.
        let last = self.squeezed.as_ref().and_then(|it| it.last_break);
        let last = last.map_or(0, |place| self.text.source(place as usize).start);
        limit.max(last)
    }

    /// Where the byte at `at` begins and ends in the source.
    pub(super) fn source(&self, at: usize) -> Range<usize> {
        self.text.source(match &self.squeezed {
            Some(squeezed) => squeezed.places[at] as usize,
            None => at,
        })
    }
}

impl Squeezed {
    fn new(text: &[u8], reading: &Reading) -> Self {
        let mut squeezed = Self {
            bytes: Vec::with_capacity(text.len() / 2),
            places: Vec::with_capacity(text.len() / 2),
            last_break: None,
        };
        let mut gap = 0;
        let mut is_escaped = false;
        for (place, byte) in (0..).zip(text.iter().copied()) {
            // A tab may stand as its escape.
            if std::mem::take(&mut is_escaped) && byte == b't' {
                continue;
            }
            is_escaped = byte == b'\\';
            if (reading.is_kept)(byte) {
                gap = 0;
                squeezed.push(byte, place);
            } else if (reading.is_left_out)(byte) && gap < MAX_GAP {
                gap += 1;
            } else if reading.leaves_prefix_out
                && byte | 0x20 == b'x'
                && squeezed.bytes.last() == Some(&b'0')
            {
                squeezed.bytes.pop();
                squeezed.places.pop();
            } else {
                squeezed.last_break = Some(place);
                if squeezed.bytes.last() != Some(&BREAK) {
                    squeezed.push(BREAK, place);
                }
            }
        }
        squeezed
    }

    fn push(&mut self, byte: u8, place: u32) {
        self.bytes.push(byte);
        self.places.push(place);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn squeezed(text: &str, at: usize) -> String {
        let squeezed = Squeezed::new(text.as_bytes(), &READINGS[at]);
        assert_eq!(squeezed.bytes.len(), squeezed.places.len());
        String::from_utf8(squeezed.bytes).unwrap()
    }

    #[test]
    fn what_stands_between_the_characters_of_a_code_is_left_out() {
        assert_eq!(squeezed("UXo3 bVdr\tMnA\"x\"", 0), "UXo3bVdrMnA x ");
        assert_eq!(squeezed("UXo3bV\\tdrMnA\\\\tb", 0), "UXo3bVdrMnAb");
        for text in [
            "51 7a 37",
            "51:7a:37",
            "0x51, 0x7A,0x37",
            "51-7a-37",
            "0X51|7a.37",
        ] {
            assert_eq!(squeezed(text, 1).to_lowercase(), "517a37", "{text}");
        }
        assert_eq!(squeezed("ab xyz 0x", 1), "ab ");
    }

    #[test]
    fn too_wide_a_gap_ends_a_text() {
        let text = format!("aa{}bb{}cc", " ".repeat(MAX_GAP), " ".repeat(MAX_GAP + 1));
        assert_eq!(squeezed(&text, 0), "aabb cc");
    }
}
