//! Values just outside what a row documents, as named cases and properties send them. What
//! is wrong as a value may conform as the text that travels: who sends one holds it against
//! the schema first.

use super::attack;
use super::case::filled;
use crate::contract::{Bounds, Field, TypeName};
use serde_json::{Value, json};

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
