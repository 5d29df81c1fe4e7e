//! Values just outside what a row documents, as named cases and properties send them. What
//! is wrong as a value may conform as the text that travels: who sends one holds it against
//! the schema first.

use super::attack;
use super::case::filled;
use crate::contract::{Bounds, Constraints, Field, Format, TypeName};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Texts of a stated form that are sent.
const FORMED: u64 = 4;
/// Texts of another form that are sent.
const MAX_BROKEN: usize = 16;

/// What made-up texts repeat.
pub(super) const FILLER: &str = "0f1e2d3c4b5a6978";

/// Longest text that is made up to break a bound: a bound beyond it is not put to the test.
pub(super) const MAX_MADE: u64 = 1 << 20;

/// A made-up text of so many characters.
pub(super) fn text(length: u64) -> String {
    filled(FILLER, usize::try_from(length).unwrap_or(0))
}

/// Lengths outside bounds, those below first; none is below `shortest`, or longer than what
/// is made up.
pub(super) fn lengths(bounds: &Bounds<u64>, shortest: u64) -> Vec<u64> {
    let below = bounds.min.filter(|min| *min > shortest);
    let below = below.map(|min| [shortest, min - 1]);
    let above = bounds.max.filter(|max| *max < MAX_MADE);
    let above = above.map(|max| [max + 1, (max * 2).max(max + 1)]);
    let mut lengths: Vec<u64> = below.into_iter().chain(above).flatten().collect();
    lengths.dedup();
    lengths
}

/// Numbers that break the list, the range or the type of a row, next to what conforms.
pub(super) fn numbers(field: &Field, aspect: &str) -> Vec<i128> {
    let facts = &field.constraints;
    let kind = field.kind.innermost();
    let found = match aspect {
        "enum" if *kind != TypeName::String => {
            let listed = || facts.values.iter().filter_map(|value| value.parse().ok());
            let above = listed().max().map(|max: i64| max.saturating_add(1));
            [above, listed().min().map(|min| min.saturating_sub(1))]
        }
        "range" => [
            facts.range.min.and_then(|min| min.checked_sub(1)),
            facts.range.max.and_then(|max| max.checked_add(1)),
        ],
        "type" if facts.range.is_open() && facts.values.is_empty() => match kind {
            TypeName::Int32 => [Some(i64::from(i32::MAX) + 1), None],
            TypeName::Long => return vec![i128::from(i64::MAX) + 1],
            _ => [None, None],
        },
        _ => [None, None],
    };
    found.into_iter().flatten().map(i128::from).collect()
}

/// Texts of the form that facts state, one unlike the other; none where they state none.
pub(super) fn of_the_form(facts: &Constraints) -> Vec<String> {
    let seeds = 0..FORMED;
    let mut texts: Vec<String> = seeds
        .filter_map(|seed| facts.text_of_form(&facts.length, seed))
        .collect();
    let mut seen = BTreeSet::new();
    texts.retain(|text| seen.insert(text.clone()));
    texts
}

/// Texts that break the stated pattern or format of a row. What is near to a text of a format
/// is none of them: many libraries read a date with a space in it, or an address with one
/// behind it.
pub(super) fn of_another_form(field: &Field, aspect: &str) -> Vec<String> {
    let facts = &field.constraints;
    let breaks = |text: &String| match aspect {
        "pattern" => (facts.pattern.as_ref()).is_some_and(|pattern| !pattern.finds_in(text)),
        "format" => facts.format.is_some_and(|format| !format.is_of(text)),
        _ => false,
    };
    let known = facts.format.map_or(&[][..], Format::broken);
    let known = known.iter().map(|text| (*text).to_owned());
    let near = of_the_form(facts).into_iter().take(2);
    let near = near.filter(|_| aspect == "pattern");
    let near = near.flat_map(|text| neighbours(&text));
    let mut seen = BTreeSet::new();
    (known.chain(near))
        .filter(|text| breaks(text) && facts.length.contains(text.chars().count() as u64))
        .filter(|text| seen.insert(text.clone()))
        .take(MAX_BROKEN)
        .collect()
}

/// Texts that differ from a text by little: at its ends, in its middle, in the case of its
/// letters.
fn neighbours(text: &str) -> Vec<String> {
    let letters: Vec<char> = text.chars().collect();
    let of = |letters: &[char]| letters.iter().collect::<String>();
    let swapped = letters.iter().map(|c| match c.is_lowercase() {
        true => c.to_ascii_uppercase(),
        false => c.to_ascii_lowercase(),
    });
    let mut near = vec![
        format!("{text}!"),
        format!("!{text}"),
        swapped.collect(),
        format!("{text}\n"),
        of(letters.get(1..).unwrap_or_default()),
        of(&letters[..letters.len().saturating_sub(1)]),
    ];
    for odd in ["x", " ", "0", "A", "é", "-", ".", "_", "/", "!"] {
        let (first, rest) = letters.split_at(letters.len() / 2);
        let rest = rest.get(1..).unwrap_or_default();
        near.extend([
            format!("{text}{odd}"),
            format!("{odd}{text}"),
            format!("{}{odd}{}", of(first), of(rest)),
        ]);
    }
    near.retain(|text| !text.is_empty());
    near
}

/// The truth value that a list of truth values leaves out.
pub(super) fn unlisted_truth(field: &Field) -> Option<bool> {
    let values = &field.constraints.values;
    let lists = |truth: bool| values.iter().any(|value| *value == truth.to_string());
    match (field.kind.innermost(), lists(true), lists(false)) {
        (TypeName::Boolean, true, false) => Some(false),
        (TypeName::Boolean, false, true) => Some(true),
        _ => None,
    }
}

/// A listed value in the spelling of this name, or another text that no list names.
pub(super) fn respelt(listed: &[String], how: &str) -> String {
    let spelling = attack::spelling(how).or_else(|| attack::spelling("unlisted"));
    spelling.map_or_else(String::new, |spelling| spelling.of(listed, 0))
}

/// Values that no server converts to a type in good faith, with their names.
pub(super) fn of_another_type(kind: &TypeName) -> Vec<(&'static str, Value)> {
    let text = ("text", json!("x"));
    let object = ("an-object", json!({ "x": 1 }));
    match kind {
        TypeName::String => vec![object, ("an-array", json!(["x", "y"]))],
        TypeName::Integer | TypeName::Int32 | TypeName::Long => {
            vec![text, object, ("a-fraction", json!(1.5))]
        }
        TypeName::Number | TypeName::Boolean => vec![text, object],
        TypeName::Array(_) => vec![("an-object", json!({})), text],
        TypeName::Map(_) | TypeName::Named(_) | TypeName::Object => {
            vec![text, ("an-array", json!(["x"]))]
        }
        TypeName::Any => Vec::new(),
    }
}
