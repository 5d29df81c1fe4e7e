//! Cuts a sentence into [`Token`]s: phrases of the lexicon, numbers, quoted words, signs,
//! and words that nobody knows.

use super::lexicon::{Kind, Kinds, RELATIONS, lexicon};
use std::iter::once;
use unicode_normalization::UnicodeNormalization;

/// A piece of a sentence that is one thing.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token<'t> {
    /// As it is written.
    pub(super) text: &'t str,
    /// Where it begins in the sentence, in bytes.
    pub(super) start: usize,
    pub(super) kinds: Kinds,
    /// A whole number; `None` for a fraction, and for what no bound can be.
    pub(super) number: Option<i64>,
}

impl Token<'_> {
    pub(super) fn is(&self, kind: Kind) -> bool {
        self.kinds.has(kind)
    }

    pub(super) fn end(&self) -> usize {
        self.start + self.text.len()
    }
}

/// The words that a row has for itself: those of its name, and of what defines it.
#[derive(Clone, Debug, Default)]
pub(super) struct Own {
    words: Vec<String>,
    definition: String,
}

/// Words of a definition behind which it speaks of something else.
const ENDS_DEFINITION: [&str; 8] = ["which", "that", "whose", "used", "for", "when", "if", "to"];

impl Own {
    /// The words of a name such as `lamp_key`, `lampKey`, `lamp-key`.
    pub(super) fn of(name: &str) -> Self {
        let mut words = vec![name.to_lowercase()];
        let mut word = String::new();
        for c in name.chars().chain(once('_')) {
            let parts =
                !c.is_alphanumeric() || c.is_uppercase() && !word.ends_with(char::is_uppercase);
            if parts && !word.is_empty() {
                words.push(word.to_lowercase());
                word.clear();
            }
            if c.is_alphanumeric() {
                word.push(c);
            }
        }
        let others = |word: &String| lexicon().called(word).iter().cloned();
        let more: Vec<String> = words.iter().flat_map(others).collect();
        words.extend(more);
        Self {
            words,
            definition: String::new(),
        }
    }

    /// Adds the nouns of a sentence that says what the row is.
    pub(super) fn define(&mut self, sentence: &str) {
        for token in tokens(sentence, &Self::default()) {
            if ENDS_DEFINITION.contains(&token.text.to_lowercase().as_str())
                || token.is(Kind::Comma)
            {
                break;
            }
            if token.is(Kind::Word) {
                let folded: String = folded(token.text).into_iter().map(|(c, _)| c).collect();
                if folded.is_ascii() {
                    self.words.push(folded);
                } else {
                    self.definition.push_str(&folded);
                    self.definition.push(' ');
                }
            }
        }
    }

    /// Whether the row is by its name a text that no number bounds but that of its
    /// characters: an ID, a name, a link.
    pub(super) fn names_thing(&self) -> bool {
        const THINGS: [&str; 7] = ["id", "name", "url", "uri", "link", "href", "uuid"];
        self.words
            .iter()
            .any(|word| THINGS.contains(&word.as_str()))
    }

    fn has(&self, folded: &str) -> bool {
        let singular = |word: &str| {
            let stem = word.strip_suffix("ses").map(|stem| format!("{stem}s"));
            stem.or(word.strip_suffix('s').map(str::to_owned))
        };
        let is_own = |word: &str| {
            self.words
                .iter()
                .any(|own| own == word || singular(own).as_deref() == Some(word))
        };
        let is_defined = !folded.is_ascii()
            && folded.chars().nth(1).is_some()
            && self.definition.contains(folded);
        is_own(folded) || singular(folded).is_some_and(|word| is_own(&word)) || is_defined
    }
}

/// The folded characters of a text, each with where it stands: NFKC, lower case, one
/// blank for white space, without the stars of bold.
fn folded(text: &str) -> Vec<(char, (usize, usize))> {
    let mut found: Vec<(char, (usize, usize))> = Vec::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        if matches!(c, '*' | '\u{200b}' | '\u{feff}' | '\\') {
            continue;
        }
        let place = (at, at + c.len_utf8());
        for c in once(c).nfkc().flat_map(char::to_lowercase) {
            let c = if c.is_whitespace() { ' ' } else { c };
            if c != ' ' || found.last().is_some_and(|(last, _)| *last != ' ') {
                found.push((c, place));
            }
        }
    }
    found
}

/// Cuts a sentence into tokens.
pub(super) fn tokens<'t>(text: &'t str, own: &Own) -> Vec<Token<'t>> {
    let characters = folded(text);
    let plain: String = characters.iter().map(|(c, _)| *c).collect();
    // Of each byte of the folded text, the character that it belongs to.
    let mut index = Vec::with_capacity(plain.len() + 1);
    for (number, (c, _)) in characters.iter().enumerate() {
        index.extend(std::iter::repeat_n(number, c.len_utf8()));
    }
    let mut found: Vec<Token<'t>> = Vec::new();
    let mut at = 0;
    while at < plain.len() {
        let rest = &plain[at..];
        if rest.starts_with(' ') {
            at += 1;
            continue;
        }
        let (length, kinds, number) = next(&plain, at, found.last());
        let (start, end) = (
            characters[index[at]].1.0,
            characters[index[at + length - 1]].1.1,
        );
        let is_own = own.has(rest[..length].trim_matches(['"', '“', '”', '`']));
        found.push(Token {
            text: &text[start..end],
            start,
            kinds: if is_own {
                kinds.with(Kinds::of(&[Kind::Own]))
            } else {
                kinds
            },
            number,
        });
        at += length;
    }
    found
}

/// The token at `at`: its length in bytes, what it is, and its number.
fn next(plain: &str, at: usize, last: Option<&Token<'_>>) -> (usize, Kinds, Option<i64>) {
    let rest = &plain[at..];
    let word = word(rest);
    if let Some((length, number)) = number_word(rest, word, last) {
        return (length, Kinds::of(&[Kind::Number]), Some(number));
    }
    if let Some((length, number)) = number(plain, at, last) {
        return (length, Kinds::of(&[Kind::Number]), number);
    }
    let known = lexicon()
        .longest(rest)
        .filter(|(length, _)| *length >= word);
    if let Some((length, kinds)) = known {
        return (length, kinds.with(sign(rest)), None);
    }
    if let Some(length) = quoted(rest, last.is_none_or(|last| !last.is(Kind::Word))) {
        return (length, Kinds::of(&[Kind::Quoted]), None);
    }
    if word > 0 {
        return (word, Kinds::of(&[Kind::Word]), None);
    }
    let first = rest.chars().next().map_or(1, char::len_utf8);
    if is_letter(rest) {
        // As far as anything else begins.
        let more = rest.char_indices().skip(1).find(|(at, _)| {
            let rest = &rest[*at..];
            // The end of '阈值' is no word of its own.
            !is_letter(rest) || !rest.starts_with('值') && lexicon().longest(rest).is_some()
        });
        return (
            more.map_or(rest.len(), |(at, _)| at),
            Kinds::of(&[Kind::Word]),
            None,
        );
    }
    (first, sign(rest).with(Kinds::of(&[Kind::Sign])), None)
}

/// Numbers that pages write as words behind words that compare.
const NUMBER_WORDS: [(&str, i64); 13] = [
    ("zero", 0),
    ("one", 1),
    ("two", 2),
    ("three", 3),
    ("four", 4),
    ("five", 5),
    ("six", 6),
    ("seven", 7),
    ("eight", 8),
    ("nine", 9),
    ("ten", 10),
    ("零", 0),
    ("intmax", i32::MAX as i64),
];

/// A number in words, where something is compared with it.
fn number_word(rest: &str, word: usize, last: Option<&Token<'_>>) -> Option<(usize, i64)> {
    const COMPARE: Kinds = RELATIONS.with(Kinds::of(&[Kind::From, Kind::To, Kind::Exactly]));
    let bounds = Kinds::of(&[Kind::Between, Kind::And]);
    let is_small = rest.starts_with("zero") || rest.starts_with("one");
    let compares =
        last.is_some_and(|last| last.kinds.meets(COMPARE) || is_small && last.kinds.meets(bounds));
    let (_, number) = NUMBER_WORDS.iter().find(|(name, _)| {
        compares && rest.starts_with(name) && (word == 0 || word == name.len())
    })?;
    let length = if word == 0 { "零".len() } else { word };
    Some((length, *number))
}

fn sign(rest: &str) -> Kinds {
    match rest.chars().next() {
        Some(',' | '、' | ';') => Kinds::of(&[Kind::Comma]),
        Some(':') => Kinds::of(&[Kind::Colon]),
        Some('.' | '。') => Kinds::of(&[Kind::Filler]),
        _ => Kinds::default(),
    }
}

/// Whether a letter of a script without blanks begins here.
fn is_letter(rest: &str) -> bool {
    rest.starts_with(|c: char| c.is_alphanumeric() && !c.is_ascii())
}

/// The length of a word of ASCII: letters, digits and `_`, joined by signs.
fn word(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let mut length = 0;
    while length < bytes.len() {
        let joins = matches!(bytes[length], b'-' | b'.' | b'\'')
            && length > 0
            && bytes.get(length + 1).is_some_and(u8::is_ascii_alphanumeric);
        if !fits(bytes[length]) && !joins {
            break;
        }
        length += 1;
    }
    length
}

/// A number, with its sign where it has one: `1,000`, `-1`, `0.5`, and one in front of a
/// unit, as in `64MB`.
fn number(plain: &str, at: usize, last: Option<&Token<'_>>) -> Option<(usize, Option<i64>)> {
    let rest = &plain[at..];
    let before = plain[..at].chars().next_back();
    let follows_number = last.is_some_and(|last| last.is(Kind::Number));
    let is_negative = rest.starts_with('-')
        && !follows_number
        && before.is_none_or(|c| !c.is_ascii_alphanumeric() && c != '_');
    let from = usize::from(is_negative);
    let digits = &rest.as_bytes()[from..];
    if !digits.first().is_some_and(u8::is_ascii_digit) {
        return None;
    }
    let digit = |at: usize| digits.get(at).is_some_and(u8::is_ascii_digit);
    let mut length = 0;
    let mut is_whole = true;
    // In '[0,100]' the comma parts two numbers.
    let in_bracket = before.is_some_and(|c| matches!(c, '[' | '('));
    while length < digits.len() {
        match digits[length] {
            b'0'..=b'9' => {}
            b'.' if digit(length + 1) => is_whole = false,
            b',' if !in_bracket
                && digit(length + 1)
                && digit(length + 2)
                && digit(length + 3)
                && !digit(length + 4) => {}
            _ => break,
        }
        length += 1;
    }
    let behind = &rest[from + length..];
    // '2-factor' is a word, '36-character' is a length.
    let joined = behind.strip_prefix('-').unwrap_or(behind);
    if joined.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
        let units = Kinds::of(&[Kind::Measure, Kind::Size, Kind::Characters, Kind::Bytes]);
        let is_unit = lexicon()
            .longest(joined)
            .is_some_and(|(_, kinds)| kinds.meets(units));
        if !is_unit {
            return None;
        }
    }
    let text = rest[..from + length].replace(',', "");
    Some((from + length, text.parse().ok().filter(|_| is_whole)))
}

/// Longest word between quotes.
const MAX_QUOTED: usize = 64;

/// The length of a word in quotes.
fn quoted(rest: &str, may_begin: bool) -> Option<usize> {
    let close = match rest.chars().next()? {
        '`' => '`',
        '"' => '"',
        '\'' if may_begin => '\'',
        '“' => '”',
        '‘' => '’',
        _ => return None,
    };
    let open = rest.chars().next().map_or(1, char::len_utf8);
    let inner = rest[open..]
        .find(close)
        .filter(|length| *length <= MAX_QUOTED && *length > 0)?;
    Some(open + inner + close.len_utf8())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<(&str, Option<i64>)> {
        let found = tokens(text, &Own::of("lamp_key"));
        found
            .iter()
            .map(|token| (token.text, token.number))
            .collect()
    }

    #[test]
    fn numbers_keep_their_sign_and_dashes_part_them() {
        assert_eq!(
            kinds("1-64"),
            [("1", Some(1)), ("-", None), ("64", Some(64))]
        );
        assert_eq!(
            kinds("-1–5"),
            [("-1", Some(-1)), ("–", None), ("5", Some(5))]
        );
        assert_eq!(kinds("为-1"), [("为", None), ("-1", Some(-1))]);
        assert_eq!(kinds("1,000"), [("1,000", Some(1000))]);
        assert_eq!(kinds("1.5"), [("1.5", None)]);
        assert_eq!(kinds("１００"), [("１００", Some(100))]);
        assert_eq!(kinds("v3 2nd"), [("v3", None), ("2nd", None)]);
        assert_eq!(kinds("64MB"), [("64", Some(64)), ("MB", None)]);
    }

    #[test]
    fn words_of_the_row_are_its_own() {
        let own = |text: &str| {
            let mut own = Own::of("lampKey");
            own.define("Specifies the colour of the lamp, which rests.");
            own.define("灯泡的颜色");
            let found = tokens(text, &own);
            found
                .iter()
                .map(|token| token.is(Kind::Own))
                .collect::<Vec<_>>()
        };
        assert_eq!(own("lamps keys colours rests"), [true, true, true, false]);
        assert_eq!(own("灯泡"), [true]);
        assert_eq!(own("茶壶"), [false]);
    }
}
