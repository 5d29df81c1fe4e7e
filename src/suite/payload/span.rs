//! Rows that name the two ends of a span: a begin that lies behind its end conforms to
//! both rows, and few servers take it.

use crate::contract::{Body, Field, TypeName};
use serde_json::{Map, Value};

/// Words for the lower end of a span, and for the upper one.
const ENDS: [(&str, &str); 12] = [
    ("begin", "end"),
    ("begin", "finish"),
    ("start", "end"),
    ("start", "stop"),
    ("start", "finish"),
    ("from", "to"),
    ("from", "until"),
    ("since", "until"),
    ("min", "max"),
    ("low", "high"),
    ("lower", "upper"),
    ("minimum", "maximum"),
];

/// The pairs of rows of numbers that name a lower and an upper end, in this order.
fn spans(fields: &[Field]) -> impl Iterator<Item = (&Field, &Field)> {
    let is_number = |field: &&Field| {
        matches!(
            field.kind,
            TypeName::Integer | TypeName::Int32 | TypeName::Long | TypeName::Number
        )
    };
    fields.iter().filter(is_number).flat_map(move |low| {
        let others = fields.iter().filter(is_number);
        others
            .filter(|high| are_ends(&low.name, &high.name))
            .map(move |high| (low, high))
    })
}

/// Whether two names differ in one word, and that names a lower and an upper end.
fn are_ends(low: &str, high: &str) -> bool {
    let (low, high) = (words(low), words(high));
    let mut differing = low.iter().zip(&high).filter(|(low, high)| low != high);
    let Some((one, other)) = differing.next() else {
        return false;
    };
    let is_pair = |ends: &(&str, &str)| *one == ends.0 && *other == ends.1;
    low.len() == high.len() && differing.next().is_none() && ENDS.iter().any(is_pair)
}

/// The words of a name in lower case: `query_begin_time`, `queryBeginTime`.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    for letter in name.chars() {
        let begins = letter.is_ascii_uppercase() || !letter.is_alphanumeric();
        if begins && words.last().is_some_and(|word| !word.is_empty()) {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut().filter(|_| letter.is_alphanumeric()) {
            word.push(letter.to_ascii_lowercase());
        }
    }
    words
}

/// Puts the ends of each span of an object in order.
pub(super) fn order(fields: &[Field], members: &mut Map<String, Value>) {
    for (low, high) in spans(fields) {
        if let (Some(one), Some(other)) = (members.get(&low.name), members.get(&high.name))
            && is_above(one, other)
        {
            let (one, other) = (one.clone(), other.clone());
            members.insert(low.name.clone(), other);
            members.insert(high.name.clone(), one);
        }
    }
}

/// The other end of the span that a member of the body's root begins or ends, where it has
/// to move with it: its name. `value` is what the member is to become.
pub(super) fn moved<'a>(
    body: &'a Body,
    base: &Value,
    field: &Field,
    value: &Value,
) -> Option<&'a str> {
    spans(&body.fields).find_map(|(low, high)| {
        let (other, is_crossed) = match field {
            one if one == low => (high, is_above(value, base.get(&high.name)?)),
            one if one == high => (low, is_above(base.get(&low.name)?, value)),
            _ => return None,
        };
        is_crossed.then_some(other.name.as_str())
    })
}

fn is_above(one: &Value, other: &Value) -> bool {
    match (one.as_i64(), other.as_i64()) {
        (Some(one), Some(other)) => one > other,
        _ => one.as_f64() > other.as_f64(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_of_a_span_differ_in_one_word() {
        for (low, high) in [
            ("query_begin_time", "query_end_time"),
            ("startAt", "endAt"),
            ("from", "to"),
            ("min_size", "max_size"),
        ] {
            assert!(are_ends(low, high), "{low} {high}");
            assert!(!are_ends(high, low), "{high} {low}");
        }
        for (low, high) in [
            ("begin", "begin"),
            ("begin_time", "end"),
            ("a_start", "b_end"),
        ] {
            assert!(!are_ends(low, high), "{low} {high}");
        }
    }
}
