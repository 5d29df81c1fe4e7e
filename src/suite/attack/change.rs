//! Defines [`Change`]: what happens to a listed value.

use serde::Deserialize;

/// What happens to a listed value, as the dictionary names it.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Change {
    /// All in upper case.
    Upper,
    /// All in lower case.
    Lower,
    /// The first letter in upper case.
    Capitalised,
    /// The case of a letter in the middle changes.
    InnerCase,
    /// The case of the last letter changes.
    LastCase,
    /// The first of these letters in it becomes this other one.
    Swap([char; 2]),
    /// Its first letter in an overlong form of UTF-8 (RFC 3629 section 3), percent-encoded.
    Overlong,
    /// Every letter in its full-width form.
    FullWidth,
    /// The first letter in its full-width form.
    FullWidthFirst,
    /// Every letter in another form: where the forms of a and of A stand in Unicode.
    Moved([u32; 2]),
    /// The first letter that has one becomes its Cyrillic look-alike.
    LookAlike,
    /// This text in place of it.
    Whole(String),
    /// This text in front.
    Before(String),
    /// This text behind.
    After(String),
    /// This text in the middle.
    Inside(String),
    /// A text in front and one behind.
    Around([String; 2]),
    /// So many characters less at its end.
    CutEnd(usize),
    /// So many characters less at its start.
    CutStart(usize),
    /// Its first so many characters.
    Kept(usize),
    /// Its first half.
    FirstHalf,
    /// Its last half.
    LastHalf,
    /// Its first letter, and others up to its length.
    SameLength,
    /// Its first and last letter, and others between.
    SameEnds,
    /// Backwards.
    Reversed,
    /// Two letters in the middle change places.
    Swapped,
    /// Twice.
    Doubled,
    /// This text in place of its second half.
    EndAs(String),
    /// This text in place of its last letter.
    LastAs(String),
    /// This text in place of its first letter.
    FirstAs(String),
    /// A letter in the middle is left out.
    InnerDropped,
    /// A letter in the middle stands twice.
    InnerDoubled,
    /// Its place in the list, from 1.
    Position,
    /// Twice, with this text between.
    Joined(String),
    /// With the next value of the list, and this text between.
    JoinedNext(String),
    /// Its first character percent-encoded.
    Encoded,
    /// Every character percent-encoded.
    AllEncoded,
    /// Its first character as an escape of a JSON string.
    Escaped,
    /// Its first character as an entity of markup.
    Entity,
}

impl Change {
    /// The value at this position of the list, changed; unchanged where it has nothing
    /// that could change.
    pub(super) fn of(&self, listed: &[String], at: usize) -> String {
        let value = listed[at].as_str();
        let letters: Vec<char> = value.chars().collect();
        let half = letters.len() / 2;
        let text = |letters: &[char]| letters.iter().collect::<String>();
        let last = letters.len().saturating_sub(1);
        match self {
            Self::Upper => value.to_uppercase(),
            Self::Lower => value.to_lowercase(),
            Self::Capitalised => each(
                value,
                |at, c| {
                    if at == 0 { c.to_ascii_uppercase() } else { c }
                },
            ),
            Self::InnerCase => each(value, |at, c| if at == half { other_case(c) } else { c }),
            Self::LastCase => each(value, |at, c| if at == last { other_case(c) } else { c }),
            Self::Swap([own, other]) => first(value, &[(*own, *other)]),
            Self::Overlong => beginning(value, |c| match u32::from(c) {
                code @ ..128 => format!("%{:02X}%{:02X}", 0xc0 | code >> 6, 0x80 | code & 0x3f),
                _ => c.to_string(),
            }),
            Self::FullWidth => each(value, |_, c| full_width(c)),
            Self::FullWidthFirst => each(value, |at, c| if at == 0 { full_width(c) } else { c }),
            Self::Moved([lower, upper]) => each(value, |_, c| moved(c, *lower, *upper)),
            Self::LookAlike => first(value, &LOOK_ALIKES),
            Self::Whole(whole) => whole.clone(),
            Self::Before(before) => format!("{before}{value}"),
            Self::After(after) => format!("{value}{after}"),
            Self::Inside(inside) => {
                format!(
                    "{}{inside}{}",
                    text(&letters[..half]),
                    text(&letters[half..])
                )
            }
            Self::Around([before, after]) => format!("{before}{value}{after}"),
            Self::CutEnd(count) => text(&letters[..letters.len().saturating_sub(*count)]),
            Self::CutStart(count) => text(&letters[(*count).min(letters.len())..]),
            Self::Kept(count) => text(&letters[..(*count).min(letters.len())]),
            Self::FirstHalf => text(&letters[..half]),
            Self::LastHalf => text(&letters[half..]),
            Self::SameLength => each(value, |at, c| if at == 0 { c } else { 'q' }),
            Self::SameEnds => each(value, |at, c| if at == 0 || at == last { c } else { 'q' }),
            Self::Reversed => letters.iter().rev().collect(),
            Self::Swapped => {
                let mut swapped = letters.clone();
                if half > 0 {
                    swapped.swap(half - 1, half);
                }
                text(&swapped)
            }
            Self::Doubled => format!("{value}{value}"),
            Self::EndAs(end) => format!("{}{end}", text(&letters[..half])),
            Self::LastAs(end) => format!("{}{end}", text(&letters[..last])),
            Self::FirstAs(start) => format!("{start}{}", text(&letters[1.min(last)..])),
            Self::InnerDropped => {
                let rest = &letters[(half + 1).min(letters.len())..];
                format!("{}{}", text(&letters[..half]), text(rest))
            }
            Self::InnerDoubled => {
                let again = (half + 1).min(letters.len());
                format!("{}{}", text(&letters[..again]), text(&letters[half..]))
            }
            Self::Position => (at + 1).to_string(),
            Self::Joined(with) => format!("{value}{with}{value}"),
            Self::JoinedNext(with) => {
                let next = &listed[(at + 1) % listed.len()];
                format!("{value}{with}{next}")
            }
            Self::Encoded => beginning(value, |c| format!("%{:02x}", u32::from(c))),
            Self::AllEncoded => value.bytes().map(|byte| format!("%{byte:02X}")).collect(),
            Self::Escaped => beginning(value, |c| format!("\\u{:04x}", u32::from(c))),
            Self::Entity => beginning(value, |c| format!("&#{};", u32::from(c))),
        }
    }
}

/// Latin letters and Cyrillic ones that look the same.
const LOOK_ALIKES: [(char, char); 10] = [
    ('a', 'а'),
    ('e', 'е'),
    ('o', 'о'),
    ('i', 'і'),
    ('c', 'с'),
    ('p', 'р'),
    ('s', 'ѕ'),
    ('y', 'у'),
    ('A', 'А'),
    ('E', 'Е'),
];

fn each(value: &str, change: impl Fn(usize, char) -> char) -> String {
    let letters = value.chars().enumerate();
    letters.map(|(at, c)| change(at, c)).collect()
}

/// The value with the first letter that has a counterpart replaced by it.
fn first(value: &str, counterparts: &[(char, char)]) -> String {
    let counterpart = |c: char| counterparts.iter().find(|(own, _)| *own == c);
    let mut is_done = false;
    let replace = |c: char| match counterpart(c).filter(|_| !is_done) {
        Some((_, other)) => {
            is_done = true;
            *other
        }
        None => c,
    };
    value.chars().map(replace).collect()
}

fn other_case(c: char) -> char {
    if c.is_ascii_lowercase() {
        c.to_ascii_uppercase()
    } else {
        c.to_ascii_lowercase()
    }
}

/// The full-width form (U+FF01 to U+FF5E) of a printable ASCII character.
fn full_width(c: char) -> char {
    match c {
        '!'..='~' => char::from_u32(u32::from(c) + 0xfee0).unwrap_or(c),
        _ => c,
    }
}

/// A letter moved to another block, which begins with these code points.
fn moved(c: char, lower: u32, upper: u32) -> char {
    let from = |start: char, block: u32| char::from_u32(block + u32::from(c) - u32::from(start));
    match c {
        'a'..='z' => from('a', lower).unwrap_or(c),
        'A'..='Z' => from('A', upper).unwrap_or(c),
        _ => c,
    }
}

fn beginning(value: &str, change: impl Fn(char) -> String) -> String {
    let mut letters = value.chars();
    let first = letters.next().map(change).unwrap_or_default();
    format!("{first}{}", letters.as_str())
}
