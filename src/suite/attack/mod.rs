//! The attack dictionaries: what servers take or refuse wrongly, as data.
//!
//! | file | applied to | must |
//! | --- | --- | --- |
//! | `attacks/spellings.toml` | listed values | be refused, unless they are listed |
//! | `attacks/texts.toml` | texts of documented length | be taken within the length, refused beyond it |
//! | `attacks/tokens.toml` | the token | be refused |
//! | `attacks/places.toml` | the token, where it must not count | be refused |
//! | `attacks/ways.toml` | any request | change nothing |
//! | `attacks/queries.toml` | any request | change nothing, or be refused as invalid |
//!
//! What an entry breaks is never stated here: whoever sends one holds it against the
//! schema of the request first.

mod change;

use super::case::{Value, filled};
use crate::exchange::Travel;
use change::Change;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

/// A way to respell a listed value.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Spelling {
    /// What it has in common with others.
    pub family: String,
    /// Kebab-case name.
    pub name: String,
    /// How the value is spelt, behind the name of its parameter.
    pub summary: String,
    change: Change,
}

/// What a text of a given length consists of.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Filling {
    #[cfg_attr(not(test), expect(dead_code, reason = "for people, and a test"))]
    name: String,
    #[serde(default)]
    first: String,
    with: String,
    #[serde(default)]
    last: String,
    /// Whether such a text within its bounds must be taken.
    #[serde(default)]
    conforms: bool,
}

/// A wrong token.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Token {
    #[cfg_attr(not(test), expect(dead_code, reason = "for people, and a test"))]
    name: String,
    value: Value,
}

/// A way to travel: with a header field, or on the wire.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Way {
    #[cfg_attr(not(test), expect(dead_code, reason = "for people, and a test"))]
    name: String,
    /// The name of a header field and its value.
    pub field: Option<(String, Value)>,
    /// How the request travels.
    #[serde(default)]
    pub travel: Travel,
}

/// A query that no page documents.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Query {
    #[cfg_attr(not(test), expect(dead_code, reason = "for people, and a test"))]
    name: String,
    raw: String,
}

/// A place where a token must not count.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Misplaced {
    /// Kebab-case name.
    pub name: String,
    /// The header field; `NAME` stands for that of the token.
    pub header: Option<String>,
    /// The query parameter.
    pub query: Option<String>,
    /// What stands there.
    pub value: Value,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Dictionary {
    spelling: Vec<Spelling>,
    encoding: Vec<Spelling>,
    form: Vec<Filling>,
    filling: Vec<Filling>,
    shape: Vec<Filling>,
    token: Vec<Token>,
    way: Vec<Way>,
    query: Vec<Query>,
    place: Vec<Misplaced>,
}

/// So many spellings, some of every family, are made of every listed value.
const COMMON: usize = 200;
/// Longest text of a shape that stands in place of a listed value.
const LONGEST_SHAPE: u64 = 40;

static DICTIONARY: LazyLock<Dictionary> = LazyLock::new(|| {
    let texts = [
        include_str!("../../../attacks/spellings.toml"),
        include_str!("../../../attacks/texts.toml"),
        include_str!("../../../attacks/tokens.toml"),
        include_str!("../../../attacks/ways.toml"),
        include_str!("../../../attacks/queries.toml"),
        include_str!("../../../attacks/places.toml"),
    ];
    let [spellings, texts, tokens, ways, queries, places] =
        texts.map(|text| toml::from_str::<Dictionary>(text).unwrap_or_default());
    Dictionary {
        spelling: by_turns(spellings.spelling),
        encoding: spellings.encoding,
        form: texts.form,
        filling: texts.filling,
        shape: texts.shape,
        token: tokens.token,
        way: ways.way,
        query: queries.query,
        place: places.place,
    }
});

/// The first of each family, then the second of each: whoever sends a few only sends some
/// of every kind.
fn by_turns(spellings: Vec<Spelling>) -> Vec<Spelling> {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut turns: Vec<(usize, Spelling)> = Vec::new();
    for spelling in spellings {
        let turn = seen.entry(spelling.family.clone()).or_default();
        turns.push((*turn, spelling));
        *turn += 1;
    }
    turns.sort_by_key(|(turn, _)| *turn);
    turns.into_iter().map(|(_, spelling)| spelling).collect()
}

/// Every way to respell a listed value.
pub(super) fn spellings() -> &'static [Spelling] {
    &DICTIONARY.spelling
}

/// Texts that are none of the listed ones: listed values in other spellings, then texts of
/// every shape. Common spellings are made of every value, the others of the values in turn.
pub(super) fn unlisted(listed: &[String]) -> Vec<String> {
    let each = spellings().iter().enumerate().flat_map(|(rank, spelling)| {
        let mut places: Vec<usize> = (0..listed.len()).collect();
        places.rotate_left(rank % listed.len().max(1));
        let made = places.into_iter().map(|at| spelling.of(listed, at));
        let mut other = made.filter(|text| !listed.contains(text));
        match rank < COMMON {
            true => other.collect(),
            false => other.next().into_iter().collect::<Vec<_>>(),
        }
    });
    let shapes = shapes(1, LONGEST_SHAPE).filter(|text| text.chars().count() > 1);
    let others = forms().map(str::to_owned).chain(shapes);
    let mut seen = BTreeSet::new();
    each.chain(others)
        .filter(|text| !listed.contains(text) && seen.insert(text.clone()))
        .collect()
}

/// Listed values as they travel in a URI, percent-encoded: every way that stands for none.
pub(super) fn encodings(listed: &[String]) -> impl Iterator<Item = String> {
    let each = DICTIONARY.encoding.iter();
    each.flat_map(|encoding| (0..listed.len()).map(|at| encoding.of(listed, at)))
        .filter(|raw| raw.contains('%'))
}

/// Texts as they are, of many lengths.
pub(super) fn forms() -> impl Iterator<Item = &'static str> {
    DICTIONARY.form.iter().map(|form| form.with.as_str())
}

/// The way to respell a listed value that has this name.
pub(super) fn spelling(name: &str) -> Option<&'static Spelling> {
    spellings().iter().find(|spelling| spelling.name == name)
}

impl Spelling {
    /// The value at this position of the list, respelt; it may be a listed one again.
    pub(super) fn of(&self, listed: &[String], at: usize) -> String {
        self.change.of(listed, at)
    }
}

impl Filling {
    /// A text of so many characters; `None` where the ends alone are longer.
    fn of(&self, length: usize) -> Option<String> {
        let ends = self.first.chars().count() + self.last.chars().count();
        let inner = filled(&self.with, length.checked_sub(ends)?);
        Some(format!("{}{inner}{}", self.first, self.last))
    }
}

/// Texts of this length that differ in how a server may count it. `within` are those that
/// a server must take where the length conforms.
pub(super) fn fillings(length: u64, within: bool) -> impl Iterator<Item = String> {
    let length = usize::try_from(length).unwrap_or(0);
    DICTIONARY
        .filling
        .iter()
        .filter(move |filling| filling.conforms || !within)
        .filter_map(move |filling| filling.of(length))
}

/// Texts of every shape, of the shortest length within the bounds and of another one: as
/// printed, where that fits (a UUID is one only whole), else in the middle.
pub(super) fn shapes(min: u64, max: u64) -> impl Iterator<Item = String> {
    let as_size = |length: u64| usize::try_from(length).unwrap_or(0);
    let other = move |shape: &Filling| {
        let own = [&shape.first, &shape.with, &shape.last];
        let own = own.map(|part| part.chars().count() as u64).iter().sum();
        match (min..=max).contains(&own) {
            true => own,
            false => min.midpoint(max),
        }
    };
    DICTIONARY.shape.iter().flat_map(move |shape| {
        let lengths = BTreeSet::from([other(shape), min]);
        let texts = lengths.into_iter().rev();
        texts.filter_map(move |length| shape.of(as_size(length)))
    })
}

/// Wrong tokens.
pub(super) fn tokens() -> impl Iterator<Item = Value> {
    DICTIONARY.token.iter().map(|token| token.value.clone())
}

/// Ways to travel.
pub(super) fn ways() -> &'static [Way] {
    &DICTIONARY.way
}

/// Queries that stand for nothing, and hold none of these parameters.
pub(super) fn queries(documented: impl Fn(&str) -> bool) -> impl Iterator<Item = &'static str> {
    let queries = DICTIONARY.query.iter().map(|query| query.raw.as_str());
    queries.filter(move |raw| {
        let mut names = raw.split('&').filter_map(|pair| pair.split('=').next());
        !names.any(&documented)
    })
}

/// Places where a token must not count.
pub(super) fn places() -> &'static [Misplaced] {
    &DICTIONARY.place
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_read_and_every_name_is_its_own() {
        let dictionary = &*DICTIONARY;
        assert!(dictionary.spelling.len() > 100 && dictionary.token.len() > 60);
        assert!(dictionary.filling.len() > 15 && dictionary.shape.len() > 25);
        assert!(dictionary.way.len() > 8);
        let are_alone = |names: Vec<&String>| {
            let alone: BTreeSet<&&String> = names.iter().collect();
            assert_eq!(alone.len(), names.len(), "{names:?}");
        };
        are_alone(dictionary.spelling.iter().map(|it| &it.name).collect());
        for texts in [&dictionary.filling, &dictionary.shape] {
            are_alone(texts.iter().map(|it| &it.name).collect());
        }
        are_alone(dictionary.token.iter().map(|it| &it.name).collect());
        are_alone(dictionary.way.iter().map(|it| &it.name).collect());
        are_alone(dictionary.query.iter().map(|it| &it.name).collect());
        are_alone(dictionary.place.iter().map(|it| &it.name).collect());
        assert!(dictionary.query.len() > 30 && dictionary.place.len() > 20);
    }

    #[test]
    fn every_spelling_makes_another_text_of_some_value() {
        let listed = ["audit-task", "Risk", "scan_kit", "for-level"].map(str::to_owned);
        for spelling in spellings() {
            let changed = (0..listed.len()).any(|at| spelling.of(&listed, at) != listed[at]);
            assert!(changed, "{}", spelling.name);
        }
    }

    #[test]
    fn fillings_and_shapes_have_the_length_that_is_asked_for() {
        for length in [1, 4, 64, 300] {
            for text in fillings(length, false) {
                assert_eq!(text.chars().count() as u64, length, "{text:?}");
            }
        }
        for (min, max) in [(1, 4), (32, 64), (36, 36)] {
            let shapes: Vec<String> = shapes(min, max).collect();
            assert!(shapes.len() > 20);
            for text in shapes {
                let length = text.chars().count() as u64;
                assert!((min..=max).contains(&length), "{text:?}");
            }
        }
        assert!(shapes(32, 64).any(|text| text == "3f2504e0-4f89-41d3-9a0c-0305e82c3301"));
    }
}
