//! Defines [`Unescaped`]: bytes with every escape resolved, and where each stood.
//!
//! Percent signs, JSON and C escapes and HTML entities become what they stand for, in
//! any nesting (`%2541`, `\\u0041`, `&amp;#65;`). NULs (UTF-16), line breaks and the
//! indentation behind them are left out. One pass, in linear time.
//!
//! Some languages write a NUL as `\0` whatever follows, where C reads up to three octal
//! digits: a text in which that makes a difference has two readings.

use std::borrow::Cow;
use std::ops::Range;

/// Length of the longest escape: `&#x10ffff;`, `\u{10ffff}`, `\U0010ffff`.
const LONGEST: usize = 10;

/// Entities of HTML for printable ASCII, letters and digits have none.
const ENTITIES: [(&str, u8); 35] = [
    ("NewLine", b'\n'),
    ("amp", b'&'),
    ("apos", b'\''),
    ("ast", b'*'),
    ("bsol", b'\\'),
    ("colon", b':'),
    ("comma", b','),
    ("commat", b'@'),
    ("dollar", b'$'),
    ("equals", b'='),
    ("excl", b'!'),
    ("grave", b'`'),
    ("gt", b'>'),
    ("GT", b'>'),
    ("Hat", b'^'),
    ("lbrace", b'{'),
    ("lcub", b'{'),
    ("lowbar", b'_'),
    ("lpar", b'('),
    ("lsqb", b'['),
    ("lt", b'<'),
    ("LT", b'<'),
    ("num", b'#'),
    ("percnt", b'%'),
    ("period", b'.'),
    ("plus", b'+'),
    ("quest", b'?'),
    ("quot", b'"'),
    ("rbrace", b'}'),
    ("rcub", b'}'),
    ("rpar", b')'),
    ("rsqb", b']'),
    ("semi", b';'),
    ("sol", b'/'),
    ("verbar", b'|'),
];

/// Bytes without escapes.
pub(super) struct Unescaped<'a> {
    bytes: Cow<'a, [u8]>,
    /// In order; empty where the bytes are those of the source.
    segments: Vec<Segment>,
    /// Whether `\0` is a NUL whatever follows.
    ends_at_zero: bool,
}

/// Bytes from `at` on that come from the source at `start`: one each, or all of them
/// from one escape, which ends at `end`.
struct Segment {
    at: usize,
    start: usize,
    end: Option<usize>,
}

/// What an escape stands for.
enum Unit {
    Byte(u8),
    Char(char),
}

impl<'a> Unescaped<'a> {
    /// Every reading of `source`.
    pub(super) fn readings(source: &'a [u8]) -> impl Iterator<Item = Self> {
        let is_read_twice =
            |three: &[u8]| matches!(three, [b'\\', b'0', digit] if is_octal(*digit));
        let mut three = source.windows(3);
        let second = three.any(is_read_twice).then(|| Self::read(source, true));
        std::iter::once_with(|| Self::read(source, false)).chain(second)
    }

    #[cfg(test)]
    fn new(source: &'a [u8]) -> Self {
        Self::read(source, false)
    }

    fn read(source: &'a [u8], ends_at_zero: bool) -> Self {
        let Some(first) = source.iter().position(|byte| is_special(*byte)) else {
            return Self {
                bytes: Cow::Borrowed(source),
                segments: Vec::new(),
                ends_at_zero,
            };
        };
        let mut view = Self {
            bytes: Cow::Owned(Vec::with_capacity(source.len())),
            segments: Vec::new(),
            ends_at_zero,
        };
        view.copy(source, 0..first);
        let mut at = first;
        // The last character that may open an escape.
        let mut open: Option<usize> = None;
        let mut is_behind_break = false;
        while let Some(rest) = source.get(at..).filter(|rest| !rest.is_empty()) {
            let is_open = open.is_some_and(|open| view.bytes.len() - open < LONGEST);
            if !is_open && !is_behind_break {
                let special = rest.iter().position(|byte| is_special(*byte));
                let length = special.unwrap_or(rest.len());
                view.copy(source, at..at + length);
                at += length;
                if length == rest.len() {
                    break;
                }
            }
            let byte = source[at];
            at += 1;
            if is_left_out(byte, &mut is_behind_break) {
                continue;
            }
            view.copy(source, at - 1..at);
            if opens(byte) || is_open {
                view.settle(at, &mut is_behind_break);
                open = view.last_opening();
            }
        }
        // The end of the text ends an escape too.
        if let Some((length, unit)) = unfinished(&view.bytes, None) {
            view.resolve(length, &unit, source.len(), &mut is_behind_break);
        }
        view
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Where the byte at `at` begins and ends in the source.
    pub(super) fn source(&self, at: usize) -> Range<usize> {
        let behind = self.segments.partition_point(|segment| segment.at <= at);
        match self.segments[..behind].last() {
            None => at..at + 1,
            Some(Segment {
                start,
                end: Some(end),
                ..
            }) => *start..*end,
            Some(segment) => {
                let start = segment.start + (at - segment.at);
                start..start + 1
            }
        }
    }

    /// Resolves whatever the last byte completes or ends, which stands in front of `end` in
    /// the source.
    fn settle(&mut self, end: usize, is_behind_break: &mut bool) {
        loop {
            if let Some((length, unit)) = ended(&self.bytes) {
                let last = self.bytes[self.bytes.len() - 1];
                let place = self.pop();
                self.resolve(length, &unit, place.start, is_behind_break);
                if !is_left_out(last, is_behind_break) {
                    self.push(last, place);
                }
            } else if let Some((length, unit)) = complete(&self.bytes, self.ends_at_zero) {
                self.resolve(length, &unit, end, is_behind_break);
            } else {
                return;
            }
        }
    }

    /// Where the last character stands that may open an escape.
    fn last_opening(&self) -> Option<usize> {
        let tail = self.bytes.len().saturating_sub(LONGEST);
        let last = self.bytes[tail..].iter().rposition(|byte| opens(*byte));
        last.map(|last| tail + last)
    }

    /// Takes the last byte away, and says where it stood in the source.
    fn pop(&mut self) -> Range<usize> {
        let at = self.bytes.len() - 1;
        let place = self.source(at);
        self.cut(at);
        place
    }

    fn push(&mut self, byte: u8, place: Range<usize>) {
        self.segments.push(Segment {
            at: self.bytes.len(),
            start: place.start,
            end: Some(place.end),
        });
        self.bytes.to_mut().push(byte);
    }

    fn cut(&mut self, at: usize) {
        self.bytes.to_mut().truncate(at);
        while self.segments.last().is_some_and(|last| last.at >= at) {
            self.segments.pop();
        }
    }

    fn copy(&mut self, source: &[u8], range: Range<usize>) {
        if range.is_empty() {
            return;
        }
        let at = self.bytes.len();
        let goes_on = self
            .segments
            .last()
            .is_some_and(|last| last.end.is_none() && last.start + (at - last.at) == range.start);
        if !goes_on {
            self.segments.push(Segment {
                at,
                start: range.start,
                end: None,
            });
        }
        self.bytes.to_mut().extend_from_slice(&source[range]);
    }

    /// Replaces the last `length` bytes, an escape that ends at `end` in the source.
    fn resolve(&mut self, length: usize, unit: &Unit, end: usize, is_behind_break: &mut bool) {
        let at = self.bytes.len() - length;
        let start = self.source(at).start;
        self.cut(at);
        let bytes = self.bytes.to_mut();
        match unit {
            Unit::Char(c) if !c.is_ascii() => {
                bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
            }
            unit => {
                let byte = match unit {
                    Unit::Byte(byte) => *byte,
                    Unit::Char(c) => u8::try_from(*c).unwrap_or_default(),
                };
                if is_left_out(byte, is_behind_break) {
                    return;
                }
                bytes.push(byte);
            }
        }
        self.segments.push(Segment {
            at,
            start,
            end: Some(end),
        });
    }
}

fn opens(byte: u8) -> bool {
    matches!(byte, b'%' | b'\\' | b'&')
}

fn is_special(byte: u8) -> bool {
    opens(byte) || matches!(byte, 0 | b'\n' | b'\r')
}

fn is_left_out(byte: u8, is_behind_break: &mut bool) -> bool {
    match byte {
        0 => true,
        b'\n' | b'\r' => {
            *is_behind_break = true;
            true
        }
        b' ' | b'\t' => *is_behind_break,
        _ => {
            *is_behind_break = false;
            false
        }
    }
}

fn is_octal(byte: u8) -> bool {
    matches!(byte, b'0'..=b'7')
}

/// Length and meaning of the escape in front of the last byte of `view`, which ends it and
/// is no part of it. A percent sign may become the rest of it.
fn ended(view: &[u8]) -> Option<(usize, Unit)> {
    let (last, view) = view.split_last().filter(|(last, _)| **last != b'%')?;
    unfinished(view, Some(*last))
}

/// Length and meaning of the escape that ends `view` and that another character than `next`
/// could make longer: octal digits, and numbers of HTML without their semicolon.
fn unfinished(view: &[u8], next: Option<u8>) -> Option<(usize, Unit)> {
    let near = &view[view.len().saturating_sub(LONGEST)..];
    let at = near.iter().rposition(|byte| matches!(byte, b'\\' | b'&'))?;
    let is_next = |is: fn(u8) -> bool| next.is_some_and(is);
    let unit = match &near[at..] {
        [b'\\', digits @ ..]
            if (1..=2).contains(&digits.len())
                && digits.iter().all(|digit| is_octal(*digit))
                && !is_next(is_octal) =>
        {
            Unit::Byte(u8::try_from(number(digits, 8)?).ok()?)
        }
        [b'&', b'#', b'x' | b'X', digits @ ..]
            if !is_next(|next| next.is_ascii_hexdigit() || next == b';') =>
        {
            Unit::Char(char::from_u32(number(digits, 16)?)?)
        }
        [b'&', b'#', digits @ ..] if !is_next(|next| next.is_ascii_digit() || next == b';') => {
            Unit::Char(char::from_u32(number(digits, 10)?)?)
        }
        _ => return None,
    };
    Some((near.len() - at, unit))
}

/// Length and meaning of the escape that ends `view`.
fn complete(view: &[u8], ends_at_zero: bool) -> Option<(usize, Unit)> {
    let byte = |length: usize, digits: &[u8]| {
        let code = u8::try_from(number(digits, 16)?).ok()?;
        Some((length, Unit::Byte(code)))
    };
    let character = |length: usize, code: Option<u32>| {
        let c = char::from_u32(code?)?;
        Some((length, Unit::Char(c)))
    };
    match view {
        [.., b'%', high, low] if low.is_ascii_hexdigit() => byte(3, &[*high, *low]),
        [.., b'\\', b'x', high, low] if low.is_ascii_hexdigit() => byte(4, &[*high, *low]),
        [.., b'\\' | b'%', b'u', a, b, c, d] if d.is_ascii_hexdigit() => {
            character(6, number(&[*a, *b, *c, *d], 16))
        }
        [.., b'\\', c @ (b'"' | b'\'' | b'/' | b'\\')] => Some((2, Unit::Byte(*c))),
        [.., b'\\', b'0'] if ends_at_zero => Some((2, Unit::Byte(0))),
        [.., b'\\', a @ b'0'..=b'3', b, c] if is_octal(*b) && is_octal(*c) => {
            let code = number(&[*a, *b, *c], 8)?;
            Some((4, Unit::Byte(u8::try_from(code).ok()?)))
        }
        [.., b'\\', b'U', a, b, c, d, e, f, g, h] if h.is_ascii_hexdigit() => {
            character(10, number(&[*a, *b, *c, *d, *e, *f, *g, *h], 16))
        }
        [.., b'\\', b'n' | b'r'] => Some((2, Unit::Byte(b'\n'))),
        [.., b'}'] => {
            let (length, inside) = behind(view, b"\\u{")?;
            character(length, number(inside, 16))
        }
        [.., b';'] => {
            let (length, inside) = behind(view, b"&")?;
            match inside {
                [b'#', b'x' | b'X', digits @ ..] => character(length, number(digits, 16)),
                [b'#', digits @ ..] => character(length, number(digits, 10)),
                name => {
                    let (_, meant) = ENTITIES
                        .iter()
                        .find(|(entity, _)| entity.as_bytes() == name)?;
                    Some((length, Unit::Byte(*meant)))
                }
            }
        }
        _ => None,
    }
}

/// What stands between the last `opening` near the end of `view` and its last byte,
/// and the length of all three.
fn behind<'a>(view: &'a [u8], opening: &[u8]) -> Option<(usize, &'a [u8])> {
    let near = &view[view.len().saturating_sub(LONGEST)..];
    let at = near
        .windows(opening.len())
        .rposition(|window| window == opening)?;
    let inside = near.get(at + opening.len()..near.len() - 1)?;
    Some((near.len() - at, inside))
}

fn number(digits: &[u8], radix: u32) -> Option<u32> {
    let text = std::str::from_utf8(digits).ok()?;
    let is_number = text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    is_number.then(|| u32::from_str_radix(text, radix).ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_resolved_in_any_nesting_and_their_places_kept() {
        for escaped in [
            "A",
            "%41",
            "%2541",
            "%25%34%31",
            "%u0041",
            "\\u0041",
            "\\\\u0041",
            "\\\\\\\\u0041",
            "\\x41",
            "\\u{41}",
            "&#65;",
            "&#x41;",
            "&amp;#65;",
            "&amp;amp;#x41;",
            "%26%2365%3B",
            "\\x25\\u0034%31",
            "\\101",
            "\\\\101",
            "\\U00000041",
            "&#65",
            "&#x41",
            "%26%2365",
            "&#0065",
            "&#38;#65",
        ] {
            let text = format!("<{escaped}>");
            let view = Unescaped::new(text.as_bytes());
            assert_eq!(view.bytes(), b"<A>", "{escaped}");
            assert_eq!(view.source(1), 1..1 + escaped.len(), "{escaped}");
            assert_eq!(view.source(2).end, text.len(), "{escaped}");
        }
    }

    #[test]
    fn what_is_no_escape_stays() {
        for text in [
            "%4",
            "100% sure",
            "\\u00zz",
            "&nosuch;",
            "a & b; c",
            "\\",
            "%%%",
        ] {
            assert_eq!(Unescaped::new(text.as_bytes()).bytes(), text.as_bytes());
        }
    }

    #[test]
    fn breaks_indentation_and_nuls_are_left_out() {
        for (text, bytes) in [
            ("ab\r\n   cd e", "abcd e"),
            ("ab\\n cd", "abcd"),
            ("a\0b\0%\x004\x001\0", "abA"),
            ("a%0Ab\\u000a\tc", "abc"),
            ("\\0a\\0b\\0", "ab"),
            ("&#97&#98%26%2399&#x64", "abcd"),
            ("\\141\\142\\43\\53-", "ab#+-"),
        ] {
            assert_eq!(Unescaped::new(text.as_bytes()).bytes(), bytes.as_bytes());
        }
    }

    #[test]
    fn a_nul_in_front_of_a_digit_has_two_readings() {
        let readings = |text: &str| -> Vec<String> {
            let readings = Unescaped::readings(text.as_bytes());
            readings
                .map(|view| String::from_utf8_lossy(view.bytes()).into_owned())
                .collect()
        };
        assert_eq!(readings("a\\0b"), ["ab"]);
        assert_eq!(readings("a\\07\\08"), ["a\u{7}8", "a78"]);
    }
}
