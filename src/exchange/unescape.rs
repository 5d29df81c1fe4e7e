//! Defines [`Unescaped`]: bytes with every escape resolved, and where each stood.
//!
//! Percent signs, JSON and C escapes and HTML entities become what they stand for, in
//! any nesting (`%2541`, `\\u0041`, `&amp;#65;`). NULs (UTF-16), line breaks and the
//! indentation behind them are left out. One pass, in linear time.

use std::borrow::Cow;
use std::ops::Range;

/// Length of the longest escape: `&#x10ffff;`, `\u{10ffff}`.
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
    pub(super) fn new(source: &'a [u8]) -> Self {
        let Some(first) = source.iter().position(|byte| is_special(*byte)) else {
            return Self {
                bytes: Cow::Borrowed(source),
                segments: Vec::new(),
            };
        };
        let mut view = Self {
            bytes: Cow::Owned(Vec::with_capacity(source.len())),
            segments: Vec::new(),
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
            if opens(byte) {
                open = Some(view.bytes.len() - 1);
            }
            while let Some((length, unit)) = open.and_then(|_| complete(&view.bytes)) {
                view.resolve(length, &unit, at, &mut is_behind_break);
                let tail = view.bytes.len().saturating_sub(LONGEST);
                let last = view.bytes[tail..].iter().rposition(|byte| opens(*byte));
                open = last.map(|last| tail + last);
            }
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
        let bytes = self.bytes.to_mut();
        bytes.truncate(at);
        while self.segments.last().is_some_and(|last| last.at >= at) {
            self.segments.pop();
        }
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

/// Length and meaning of the escape that ends `view`.
fn complete(view: &[u8]) -> Option<(usize, Unit)> {
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
        ] {
            assert_eq!(Unescaped::new(text.as_bytes()).bytes(), bytes.as_bytes());
        }
    }
}
