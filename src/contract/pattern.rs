//! Defines [`Pattern`]: a regular expression of a definition, held against texts and asked
//! for texts that conform.

use super::bounds::Bounds;
use regex::{Regex, RegexBuilder};
use regex_syntax::hir::{Class, ClassUnicode, ClassUnicodeRange, Hir, HirKind, Look};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::sync::{Arc, OnceLock};

/// Longest expression that is read, in bytes.
const MAX_EXPRESSION: usize = 4_096;
/// Largest compiled expression, in bytes.
pub const MAX_COMPILED: usize = 1 << 21;
/// Longest text that is made, in bytes.
const MAX_TEXT: usize = 1 << 14;
/// How much longer than it must be a made-up text is where its length is not bounded.
const LONGER: u64 = 16;
/// So many texts are made before it is said that there is none.
const ATTEMPTS: u64 = 12;

/// A regular expression (ECMA-262) that finds something in each of the texts that conform.
///
/// One that needs looking around or back (`(?=`, `\1`) is not read: it can take forever.
#[derive(Clone)]
pub struct Pattern(Arc<Expression>);

struct Expression {
    text: String,
    hir: Hir,
    /// Compiled when it is first asked; `None` where that takes too much space.
    compiled: OnceLock<Option<Regex>>,
}

impl Pattern {
    /// Reads an expression; `None` where it is not valid, or cannot be checked in linear
    /// time.
    pub fn read(text: &str) -> Option<Self> {
        if text.len() > MAX_EXPRESSION {
            return None;
        }
        let translated = jsonschema_regex::to_rust_regex(text).ok()?;
        let hir = regex_syntax::parse(&translated).ok()?;
        Some(Self(Arc::new(Expression {
            text: text.to_owned(),
            hir,
            compiled: OnceLock::new(),
        })))
    }

    /// The expression as the source has it.
    pub fn as_str(&self) -> &str {
        &self.0.text
    }

    /// Whether texts can be held against it: it compiles within 2 MiB.
    pub fn is_held(&self) -> bool {
        self.compiled().is_some()
    }

    /// Whether it finds something in a text.
    pub fn finds_in(&self, text: &str) -> bool {
        self.compiled().is_some_and(|regex| regex.is_match(text))
    }

    fn compiled(&self) -> Option<&Regex> {
        let compile = || {
            let translated = jsonschema_regex::to_rust_regex(&self.0.text).ok()?;
            let mut builder = RegexBuilder::new(&translated);
            builder.size_limit(MAX_COMPILED).build().ok()
        };
        self.0.compiled.get_or_init(compile).as_ref()
    }

    /// A text that it finds something in, of a length in characters within bounds. The text
    /// of seed 0 is short and plain; `None` where none was made.
    pub fn text(&self, length: &Bounds<u64>, seed: u64) -> Option<String> {
        let least = least(&self.0.hir);
        let shortest = length.min.unwrap_or(1).max(least);
        let longest = length.max.unwrap_or(shortest + LONGER);
        let longest = longest.min(shortest.saturating_add(MAX_TEXT as u64 / 4));
        (0..ATTEMPTS).find_map(|attempt| {
            let mut maker = Maker {
                state: seed.wrapping_mul(ATTEMPTS).wrapping_add(attempt),
                is_plain: seed == 0 && attempt == 0,
                // The first place that can grow takes it all; later attempts spread it.
                is_greedy: attempt % 3 == 0,
                extra: 0,
                made: String::new(),
            };
            let span = longest.saturating_sub(shortest).saturating_add(1);
            let target = shortest + maker.below(span);
            maker.extra = target.saturating_sub(least);
            maker.write(&self.0.hir);
            let mut made = maker.made;
            // Behind what it finds anything may stand, unless it says that the text ends.
            let count = made.chars().count() as u64;
            if !self
                .0
                .hir
                .properties()
                .look_set_suffix()
                .contains(Look::End)
            {
                made.extend((count..target).map(|_| 'x'));
            }
            let count = made.chars().count() as u64;
            (length.contains(count) && self.finds_in(&made)).then_some(made)
        })
    }
}

/// The length of the shortest text that an expression finds, in bytes.
fn least(hir: &Hir) -> u64 {
    hir.properties().minimum_len().unwrap_or(0) as u64
}

/// Writes a text that an expression finds, but for what it says of ends and borders.
struct Maker {
    state: u64,
    /// Every choice is the first one.
    is_plain: bool,
    is_greedy: bool,
    /// So many characters more than there must be.
    extra: u64,
    made: String,
}

impl Maker {
    /// A number below `count`, which is not 0 (splitmix64).
    fn below(&mut self, count: u64) -> u64 {
        if self.is_plain {
            return 0;
        }
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % count
    }

    fn write(&mut self, hir: &Hir) {
        if self.made.len() > MAX_TEXT {
            return;
        }
        match hir.kind() {
            HirKind::Empty | HirKind::Look(_) => {}
            HirKind::Literal(literal) => self.made += &String::from_utf8_lossy(&literal.0),
            HirKind::Class(class) => {
                let one = match class {
                    Class::Unicode(class) => self.one_of(class),
                    Class::Bytes(class) => {
                        let class = class.to_unicode_class();
                        class.and_then(|class| self.one_of(&class))
                    }
                };
                self.made.extend(one);
            }
            HirKind::Capture(capture) => self.write(&capture.sub),
            HirKind::Concat(parts) => parts.iter().for_each(|part| self.write(part)),
            HirKind::Alternation(choices) => {
                let at = self.below(choices.len() as u64);
                if let Some(choice) = choices.get(usize::try_from(at).unwrap_or(0)) {
                    // It may be longer than the shortest one, which the length reckons with.
                    let longer = least(choice).saturating_sub(least(hir));
                    self.extra = self.extra.saturating_sub(longer);
                    self.write(choice);
                }
            }
            HirKind::Repetition(repetition) => {
                (0..repetition.min).for_each(|_| self.write(&repetition.sub));
                let mut share = match self.is_greedy {
                    true => self.extra,
                    false => self.below(self.extra + 1),
                };
                let least = least(&repetition.sub).max(1);
                let more = repetition.max.unwrap_or(u32::MAX) - repetition.min;
                for _ in 0..more {
                    if share < least || self.extra < least || self.made.len() > MAX_TEXT {
                        break;
                    }
                    // What is inside takes the rest where it can grow itself.
                    let before = self.extra;
                    self.extra -= least;
                    self.write(&repetition.sub);
                    share = share.saturating_sub(before - self.extra);
                }
            }
        }
    }

    /// A character of a class: nearly always one that means nothing anywhere.
    fn one_of(&mut self, class: &ClassUnicode) -> Option<char> {
        const TIERS: [&[(char, char)]; 3] = [
            &[('a', 'z'), ('0', '9'), ('A', 'Z')],
            &[('!', '~')],
            &[(' ', '~'), ('\u{a1}', '\u{ac}'), ('\u{ae}', '\u{10ffff}')],
        ];
        let first = usize::from(self.below(8) == 7);
        let tiers = TIERS[first..].iter().chain(&TIERS[..first]);
        let mut within = tiers.filter_map(|tier| {
            let ranges = tier
                .iter()
                .map(|(from, to)| ClassUnicodeRange::new(*from, *to));
            let mut both = class.clone();
            both.intersect(&ClassUnicode::new(ranges));
            (!both.ranges().is_empty()).then_some(both)
        });
        let found = within.next()?;
        let at = self.below(found.ranges().len() as u64);
        let range = found.ranges().get(usize::try_from(at).unwrap_or(0))?;
        let (from, to) = (u32::from(range.start()), u32::from(range.end()));
        let step = self.below(u64::from(to - from) + 1);
        // Between the ends of a range there may be numbers that are no characters.
        let one = char::from_u32(from + u32::try_from(step).unwrap_or(0));
        Some(one.unwrap_or(range.start()))
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.0.text == other.0.text
    }
}

/// As its text: digests of rows are made of this.
impl fmt::Debug for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.text.fmt(f)
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.text)
    }
}

impl Serialize for Pattern {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0.text)
    }
}

impl<'de> Deserialize<'de> for Pattern {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::read(&text).ok_or_else(|| {
            D::Error::custom(format!(
                "the pattern '{text}' is not a regular expression that can be checked"
            ))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bounds(min: u64, max: u64) -> Bounds<u64> {
        Bounds {
            min: Some(min),
            max: Some(max),
        }
    }

    #[test]
    fn texts_keep_their_pattern_and_length() {
        for (pattern, length) in [
            (r"^[a-z]+$", bounds(3, 63)),
            (r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", bounds(1, 63)),
            (r"^\d{4}-\d{2}$", Bounds::default()),
            (r"^(foo|bar)/.+$", bounds(8, 20)),
            (r"^[0-9a-f]{32}$", bounds(32, 32)),
            (r"^[^/]+$", bounds(1, 5)),
            (r"cat", bounds(10, 12)),
            (r"^([\w.-]+)@([\w-]+)\.com$", bounds(10, 30)),
            (r"^$|^x+$", bounds(0, 4)),
            (r"^\S+ \S+$", bounds(3, 9)),
            (r"^[一-龥]{2,4}$", Bounds::default()),
            (r"^[\u4e00-\u9fa5a-zA-Z0-9_-]{1,64}$", bounds(1, 64)),
        ] {
            let read = Pattern::read(pattern).unwrap();
            let mut made = std::collections::BTreeSet::new();
            for seed in 0..50 {
                let text = read.text(&length, seed);
                let text = text.unwrap_or_else(|| panic!("{pattern}: none of seed {seed}"));
                assert!(read.finds_in(&text), "{pattern}: {text:?}");
                assert!(length.contains(text.chars().count() as u64), "{text:?}");
                made.insert(text);
            }
            let at_both_ends = [length.min, length.max].into_iter().flatten();
            for end in at_both_ends.filter(|end| *end > 0 && length.min != length.max) {
                let text = read.text(&bounds(end, end), 0);
                assert_eq!(
                    text.map(|it| it.chars().count() as u64),
                    Some(end),
                    "{pattern}"
                );
            }
            assert!(made.len() > 2, "{pattern}: {made:?}");
        }
    }

    #[test]
    fn an_expression_means_what_it_means_in_ecma_262() {
        for (pattern, is_found, text) in [
            (r"^\d+$", true, "12"),
            // Digits of other scripts are none there, and a line feed is not the end.
            (r"^\d+$", false, "١٢"),
            (r"^\w+$", false, "é"),
            (r"^[a-z]+$", false, "abc\n"),
            (r"b", true, "abc"),
            (r"^a\/b\-c$", true, "a/b-c"),
            (r"^\u0041$", true, "A"),
        ] {
            let read = Pattern::read(pattern).unwrap();
            assert_eq!(read.finds_in(text), is_found, "{pattern} in {text:?}");
        }
    }

    #[test]
    fn what_cannot_be_checked_in_linear_time_is_not_read() {
        for pattern in [r"(?=a)b", r"(a)\1", r"(?<!x)y", "(", "[z-a]"] {
            assert!(Pattern::read(pattern).is_none(), "{pattern}");
        }
        let huge = Pattern::read(r"^(\w{1,900}){1,900}$");
        assert!(huge.is_none_or(|it| !it.is_held()));
    }
}
