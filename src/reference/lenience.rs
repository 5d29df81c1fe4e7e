//! Defines [`Lenience`]: how servers compare a value with a list when they do not compare
//! it letter by letter, each with a text that shows it. Written after what services get
//! wrong, and not after what the suite sends.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// How a value is compared with the listed ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lenience {
    /// In the lower case of Unicode, which has more letters than ASCII.
    LowerCased,
    /// But for the case of the first letter.
    FirstLetterCased,
    /// But for the case of the last letter.
    LastLetterCased,
    /// White space of any kind around it is cut off.
    Trimmed,
    /// Tabs around it are cut off.
    TabsTrimmed,
    /// White space of any kind is left out, inside too.
    SpacesDropped,
    /// Characters without width are left out.
    WidthlessDropped,
    /// Compatibility forms are taken for the letters (NFKC).
    Compatible,
    /// Accents and other marks are left out.
    MarksDropped,
    /// Cyrillic letters are taken for the Latin ones that look alike.
    LookAlike,
    /// Hyphens and underscores are left out.
    SeparatorsDropped,
    /// Quotation marks around it are cut off.
    QuotesDropped,
    /// Brackets around it are cut off.
    BracketsDropped,
    /// It ends at this character.
    CutAt(char),
    /// Of several with a comma between, one must be listed.
    AnyOfSeveral,
    /// A star stands for any text.
    Star,
    /// A percent sign stands for any text.
    PercentSign,
    /// An underscore stands for any letter.
    Underscore,
    /// A full stop stands for any letter.
    FullStop,
    /// Its place in the list, from 0 or from 1, or from the end.
    Place,
    /// Its first three letters are compared.
    FirstThree,
    /// Its first letter and its length are compared.
    FirstAndLength,
    /// Its first and last letter are compared.
    Ends,
    /// One letter may be another one.
    OneLetterOff,
    /// Words for nothing pass.
    Nothing,
    /// Names of members that every object has pass.
    Inherited,
    /// What is blank stands for the default.
    Blank,
}

/// Every way.
pub(super) const ALL: [Lenience; 33] = [
    Lenience::LowerCased,
    Lenience::FirstLetterCased,
    Lenience::LastLetterCased,
    Lenience::Trimmed,
    Lenience::TabsTrimmed,
    Lenience::SpacesDropped,
    Lenience::WidthlessDropped,
    Lenience::Compatible,
    Lenience::MarksDropped,
    Lenience::LookAlike,
    Lenience::SeparatorsDropped,
    Lenience::QuotesDropped,
    Lenience::BracketsDropped,
    Lenience::CutAt('.'),
    Lenience::CutAt(':'),
    Lenience::CutAt('?'),
    Lenience::CutAt('#'),
    Lenience::CutAt('@'),
    Lenience::CutAt('='),
    Lenience::CutAt(','),
    Lenience::AnyOfSeveral,
    Lenience::Star,
    Lenience::PercentSign,
    Lenience::Underscore,
    Lenience::FullStop,
    Lenience::Place,
    Lenience::FirstThree,
    Lenience::FirstAndLength,
    Lenience::Ends,
    Lenience::OneLetterOff,
    Lenience::Nothing,
    Lenience::Inherited,
    Lenience::Blank,
];

/// Latin letters and the Cyrillic ones that look alike.
const LOOK_ALIKE: [(char, char); 8] = [
    ('a', 'а'),
    ('e', 'е'),
    ('i', 'і'),
    ('o', 'о'),
    ('c', 'с'),
    ('p', 'р'),
    ('s', 'ѕ'),
    ('x', 'х'),
];

const WIDTHLESS: [char; 6] = [
    '\u{200b}', '\u{200c}', '\u{200d}', '\u{feff}', '\u{ad}', '\u{200e}',
];

impl Lenience {
    /// Kebab-case name.
    pub fn name(self) -> String {
        let mut name = String::new();
        for c in format!("{self:?}").chars() {
            match c {
                '\'' | ')' => {}
                '(' => name.push('-'),
                '.' => name.push_str("full-stop"),
                ':' => name.push_str("colon"),
                '?' => name.push_str("question-mark"),
                '#' => name.push_str("number-sign"),
                '@' => name.push_str("at-sign"),
                '=' => name.push_str("equals-sign"),
                ',' => name.push_str("comma"),
                c if c.is_ascii_uppercase() && !name.is_empty() => {
                    name.push('-');
                    name.push(c.to_ascii_lowercase());
                }
                c => name.push(c.to_ascii_lowercase()),
            }
        }
        name
    }

    /// Whether a server that compares so takes this text.
    pub fn takes(self, listed: &[String], sent: &str) -> bool {
        let any = |test: &dyn Fn(&str) -> bool| listed.iter().any(|value| test(value));
        let is = |text: &str| any(&|value| value == text);
        let without = |dropped: &dyn Fn(char) -> bool| -> String {
            sent.chars().filter(|c| !dropped(*c)).collect()
        };
        let between = |pairs: &[(char, char)]| {
            let inner = pairs
                .iter()
                .find_map(|(open, close)| sent.strip_prefix(*open)?.strip_suffix(*close));
            inner.unwrap_or(sent).to_owned()
        };
        is(sent)
            || match self {
                Self::LowerCased => is(&sent.to_lowercase()),
                Self::FirstLetterCased => any(&|value| is_cased_at(value, sent, 0)),
                Self::LastLetterCased => {
                    let last = sent.chars().count().saturating_sub(1);
                    any(&|value| is_cased_at(value, sent, last))
                }
                Self::Trimmed => is(sent.trim()),
                Self::TabsTrimmed => is(sent.trim_matches('\t')),
                Self::SpacesDropped => is(&without(&char::is_whitespace)),
                Self::WidthlessDropped => is(&without(&|c| WIDTHLESS.contains(&c))),
                Self::Compatible => is(&sent.nfkc().collect::<String>()),
                Self::MarksDropped => {
                    let bare = sent.nfd().filter(|c| !is_combining_mark(*c));
                    is(&bare.collect::<String>())
                }
                Self::LookAlike => {
                    let latin = |c: char| {
                        let pair = LOOK_ALIKE.iter().find(|(_, other)| *other == c);
                        pair.map_or(c, |(own, _)| *own)
                    };
                    is(&sent.chars().map(latin).collect::<String>())
                }
                Self::SeparatorsDropped => is(&without(&|c| matches!(c, '-' | '_'))),
                Self::QuotesDropped => is(&between(&[('"', '"'), ('\'', '\'')])),
                Self::BracketsDropped => is(&between(&[('[', ']'), ('(', ')'), ('{', '}')])),
                Self::CutAt(end) => is(sent.split(end).next().unwrap_or_default()),
                Self::AnyOfSeveral => sent.split(',').any(|part| is(part.trim())),
                Self::Star => any(&|value| is_wild(value, sent, '*')),
                Self::PercentSign => any(&|value| is_wild(value, sent, '%')),
                Self::Underscore => any(&|value| is_masked(value, sent, '_')),
                Self::FullStop => any(&|value| is_masked(value, sent, '.')),
                Self::Place => sent
                    .parse::<i64>()
                    .is_ok_and(|place| (-1..=listed.len() as i64).contains(&place)),
                Self::FirstThree => {
                    let first = |text: &str| text.chars().take(3).collect::<String>();
                    any(&|value| first(value) == first(sent))
                }
                Self::FirstAndLength => any(&|value| {
                    value.chars().next() == sent.chars().next()
                        && value.chars().count() == sent.chars().count()
                }),
                Self::Ends => any(&|value| {
                    value.chars().next() == sent.chars().next()
                        && value.chars().next_back() == sent.chars().next_back()
                }),
                Self::OneLetterOff => any(&|value| {
                    value.chars().count() == sent.chars().count()
                        && value
                            .chars()
                            .zip(sent.chars())
                            .filter(|(a, b)| a != b)
                            .count()
                            == 1
                }),
                Self::Nothing => matches!(sent, "null" | "undefined" | "None" | "nil"),
                Self::Inherited => {
                    matches!(
                        sent,
                        "constructor" | "toString" | "__proto__" | "hasOwnProperty"
                    )
                }
                Self::Blank => sent.trim().is_empty(),
            }
    }

    /// A text that no list names and that such a server takes; `None` where none shows it.
    pub fn witness(self, listed: &[String]) -> Option<String> {
        let first = listed.first()?;
        let last = first.chars().count().checked_sub(1)?;
        let mut texts = vec![match self {
            Self::LowerCased => {
                let kelvin = |value: &&String| value.contains('k');
                let value = listed.iter().find(kelvin)?;
                value.replacen('k', "\u{212a}", 1)
            }
            Self::FirstLetterCased => cased_at(first, 0),
            Self::LastLetterCased => cased_at(first, last),
            Self::Trimmed => format!("\u{3000}{first}"),
            Self::TabsTrimmed => format!("{first}\t"),
            Self::SpacesDropped => {
                format!(
                    "{} {}",
                    &first[..first.len() - 1],
                    &first[first.len() - 1..]
                )
            }
            Self::WidthlessDropped => format!("{first}\u{200b}"),
            Self::Compatible => first.chars().map(wide).collect(),
            Self::MarksDropped => format!("{first}\u{0301}"),
            Self::LookAlike => {
                let (own, other) = LOOK_ALIKE.iter().find(|(own, _)| first.contains(*own))?;
                first.replacen(*own, &other.to_string(), 1)
            }
            Self::SeparatorsDropped => format!("{first}-"),
            Self::QuotesDropped => format!("\"{first}\""),
            Self::BracketsDropped => format!("[{first}]"),
            Self::CutAt(end) => format!("{first}{end}x"),
            Self::AnyOfSeveral => format!("x,{first}"),
            Self::Star => "*".into(),
            Self::PercentSign => "%".into(),
            Self::Underscore => masked(first, '_'),
            Self::FullStop => masked(first, '.'),
            Self::Place => "0".into(),
            Self::FirstThree => format!("{}~", first.chars().take(3).collect::<String>()),
            Self::FirstAndLength => {
                let rest = "q".repeat(last);
                first.chars().take(1).chain(rest.chars()).collect()
            }
            Self::Ends => {
                let ends = [first.chars().next()?, 'q', first.chars().next_back()?];
                ends.iter().collect()
            }
            Self::OneLetterOff => masked(first, 'q'),
            Self::Nothing => "null".into(),
            Self::Inherited => "constructor".into(),
            Self::Blank => "\t".into(),
        }];
        texts.retain(|text| !listed.contains(text) && self.takes(listed, text));
        texts.pop()
    }
}

fn is_cased_at(value: &str, sent: &str, at: usize) -> bool {
    value == cased_at(sent, at)
}

/// The text with the case of one letter changed.
fn cased_at(text: &str, position: usize) -> String {
    let letters = text.chars().enumerate();
    let cased = letters.map(|(at, c)| match c {
        c if at != position => c,
        c if c.is_ascii_lowercase() => c.to_ascii_uppercase(),
        c => c.to_ascii_lowercase(),
    });
    cased.collect()
}

/// The text with another last letter.
fn masked(text: &str, letter: char) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    if let Some(last) = letters.last_mut() {
        *last = letter;
    }
    letters.into_iter().collect()
}

/// The full-width form of a letter.
fn wide(c: char) -> char {
    match c {
        '!'..='~' => char::from_u32(u32::from(c) + 0xfee0).unwrap_or(c),
        _ => c,
    }
}

/// Whether a text with one wild card for any text matches the value.
fn is_wild(value: &str, sent: &str, card: char) -> bool {
    sent.split_once(card).is_some_and(|(start, end)| {
        value.len() >= start.len() + end.len() && value.starts_with(start) && value.ends_with(end)
    })
}

/// Whether a text with wild cards for single letters matches the value.
fn is_masked(value: &str, sent: &str, card: char) -> bool {
    value.chars().count() == sent.chars().count()
        && value
            .chars()
            .zip(sent.chars())
            .all(|(own, c)| own == c || c == card)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_witness_is_taken_by_its_server_alone_and_by_no_strict_one() {
        let listed = ["audit", "risk-scan"].map(str::to_owned);
        let mut names = std::collections::BTreeSet::new();
        for lenience in ALL {
            let witness = lenience.witness(&listed).unwrap();
            assert!(!listed.contains(&witness) && lenience.takes(&listed, &witness));
            assert!(!lenience.takes(&listed, "something else"), "{lenience:?}");
            assert!(names.insert(lenience.name()), "{lenience:?}");
        }
        assert!(names.contains("cut-at-question-mark") && names.contains("one-letter-off"));
    }

    #[test]
    fn what_a_list_cannot_show_has_no_witness() {
        let listed = ["0", "1"].map(str::to_owned);
        assert_eq!(Lenience::LowerCased.witness(&listed), None);
        assert_eq!(Lenience::LastLetterCased.witness(&listed), None);
        assert_eq!(Lenience::Place.witness(&listed), None);
    }
}
