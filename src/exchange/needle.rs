//! Defines [`Needle`]: one form of a secret, runs of which are looked for in text.

use super::unescape::Unescaped;
use super::view::Kind;
use secrecy::{ExposeSecret, SecretString};
use std::ops::Range;

/// Characters of a secret in a row that are never shown.
pub(super) const PARTIAL: usize = 8;
/// Characters by which a run is found.
pub(super) const GRAM: usize = 4;

/// How bytes are written as characters of so many bits; groups of characters begin at
/// multiples of `step` bits in the first byte of the secret.
struct Encoding {
    alphabet: &'static [u8],
    bits: usize,
    step: usize,
    any_case: bool,
    kind: Kind,
}

/// Hexadecimal, base64, base64 for addresses, base32, base32 with hexadecimal digits
/// (RFC 4648).
const ENCODINGS: [Encoding; 5] = [
    Encoding {
        alphabet: b"0123456789abcdef",
        bits: 4,
        step: 4,
        any_case: true,
        kind: Kind::Hex,
    },
    Encoding {
        alphabet: b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
        bits: 6,
        step: 2,
        any_case: false,
        kind: Kind::Code,
    },
    Encoding {
        alphabet: b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_",
        bits: 6,
        step: 2,
        any_case: false,
        kind: Kind::Code,
    },
    Encoding {
        alphabet: b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567",
        bits: 5,
        step: 1,
        any_case: true,
        kind: Kind::Code,
    },
    Encoding {
        alphabet: b"0123456789ABCDEFGHIJKLMNOPQRSTUV",
        bits: 5,
        step: 1,
        any_case: true,
        kind: Kind::Code,
    },
];

/// One form of a secret.
pub(super) struct Needle {
    text: SecretString,
    /// Name of the secret.
    pub(super) name: String,
    any_case: bool,
    /// What it is made of, and so where it is looked for.
    pub(super) kind: Kind,
    /// Length of a run that shows eight characters of the secret.
    pub(super) least: usize,
    /// Length of a run that shows the secret itself.
    pub(super) whole: usize,
}

/// The forms of a secret.
pub(super) fn forms(name: &str, secret: &SecretString) -> Vec<Needle> {
    let plain = secret.expose_secret();
    // The suite sends both in place of the token.
    let reversed: String = plain.chars().rev().collect();
    let swapped: String = plain.chars().map(swap_case).collect();
    let (upper, lower) = (plain.to_ascii_uppercase(), plain.to_ascii_lowercase());
    let mut forms = Vec::new();
    for text in [plain, &reversed] {
        forms.extend(Needle::plain(name, text.to_owned()));
        for unescaped in Unescaped::readings(text.as_bytes()) {
            let unescaped = String::from_utf8_lossy(unescaped.bytes()).into_owned();
            forms.extend(Needle::plain(name, unescaped));
        }
    }
    // Without the NUL at one end both orders of bytes are alike.
    let mut wide: Vec<u8> = plain.encode_utf16().flat_map(u16::to_le_bytes).collect();
    wide.pop_if(|last| *last == 0);
    let narrow = [plain, &reversed, &swapped, &upper, &lower];
    let narrow = narrow.map(|text| (text.as_bytes(), PARTIAL));
    for (bytes, least) in narrow.into_iter().chain([(&wide[..], 2 * PARTIAL - 1)]) {
        for encoding in &ENCODINGS {
            forms.extend(encoding.needles(name, bytes, least));
        }
    }
    forms
}

impl Needle {
    fn plain(name: &str, text: String) -> Option<Self> {
        Self::new(name, text, true, Kind::Text, PARTIAL)
    }

    /// `None` where the form is too short to be told from ordinary text.
    fn new(name: &str, text: String, any_case: bool, kind: Kind, least: usize) -> Option<Self> {
        let length = text.len();
        (length >= GRAM).then(|| {
            let least = least.min(length);
            Self {
                text: text.into(),
                name: name.to_owned(),
                any_case,
                kind,
                least,
                whole: (length - length / 8).max(least),
            }
        })
    }

    pub(super) fn bytes(&self) -> &[u8] {
        self.text.expose_secret().as_bytes()
    }

    pub(super) fn is_same(&self, other: &Self) -> bool {
        self.bytes() == other.bytes()
            && self.kind == other.kind
            && (self.any_case || !other.any_case)
    }

    /// The longest run of this needle in `view` around `at`, where the needle's
    /// `position` stands, and from `floor` on.
    pub(super) fn run(
        &self,
        view: &[u8],
        floor: usize,
        at: usize,
        position: usize,
    ) -> Option<Range<usize>> {
        let needle = self.bytes();
        let is_same = |(a, b): &(&u8, &u8)| a == b || (self.any_case && a.eq_ignore_ascii_case(b));
        let behind = view[at..].iter().zip(&needle[position..]);
        let behind = behind.take_while(is_same).count();
        let before = view[floor..at].iter().rev();
        let before = before.zip(needle[..position].iter().rev());
        let before = before.take_while(is_same).count();
        (behind >= GRAM).then(|| at - before..at + behind)
    }
}

impl Encoding {
    /// The codes of `bytes` at every alignment, of which so many bytes are never shown.
    fn needles(&self, name: &str, bytes: &[u8], least: usize) -> impl Iterator<Item = Needle> {
        let least = (8 * least - (self.bits - self.step)) / self.bits;
        (0..self.bits).step_by(self.step).filter_map(move |skip| {
            let text = self.encode(bytes, skip);
            Needle::new(name, text, self.any_case, self.kind, least)
        })
    }

    /// The characters of `bytes` from bit `skip` on, as they stand in the code of any
    /// text with `bytes` in it; incomplete ones at the end are left out.
    fn encode(&self, bytes: &[u8], skip: usize) -> String {
        let bit = |at: usize| usize::from((bytes[at / 8] >> (7 - at % 8)) & 1);
        let first_bits = (skip..).step_by(self.bits);
        first_bits
            .take_while(|first| first + self.bits <= 8 * bytes.len())
            .map(|first| {
                let value = (first..first + self.bits).fold(0, |value, at| 2 * value + bit(at));
                char::from(self.alphabet[value])
            })
            .collect()
    }
}

fn swap_case(c: char) -> char {
    if c.is_ascii_lowercase() {
        c.to_ascii_uppercase()
    } else {
        c.to_ascii_lowercase()
    }
}
