//! Values that the source itself shows: of a text whose form it tells in prose alone, as
//! that of an address or a time, no made-up text is known to conform.

use crate::contract::{Contract, Field, Location, Parameter};
use crate::text::fold;
use serde_json::Value;

/// The value that the source shows for a parameter of such a form: in its example of a
/// request, else behind the word 'Example' in the row.
pub(super) fn shown(contract: &Contract, parameter: &Parameter) -> Option<String> {
    let field = &parameter.field;
    let is_of_a_form = field.is_of_a_form() || field.is_told_in_prose();
    if !is_of_a_form && !field.constraints.states_form() {
        return None;
    }
    let name = field.name.as_str();
    let in_requests = contract.request_examples.iter().find_map(|example| {
        let target = example.target.as_deref().unwrap_or_default();
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        match parameter.location {
            Location::Path => in_path(contract, path, name),
            Location::Query => {
                let mut pairs = url::form_urlencoded::parse(query.as_bytes());
                pairs.find_map(|(key, value)| (key == name).then(|| value.into_owned()))
            }
            Location::Header => {
                let mut headers = example.headers.iter();
                headers
                    .find_map(|(key, value)| key.eq_ignore_ascii_case(name).then(|| value.clone()))
            }
        }
    });
    let fits = |value: &String| {
        let count = value.chars().count() as u64;
        let length = &field.constraints.length;
        !is_open(value)
            && field.constraints.is_of_stated_form(value)
            && parameter.location.carries(value)
            && length.min.is_none_or(|min| min <= count)
            && length.max.is_none_or(|max| count <= max)
    };
    in_requests
        .filter(fits)
        .or_else(|| in_row(field).filter(fits))
}

/// What an example shows in the place of a placeholder, where it is of the same path.
fn in_path(contract: &Contract, path: &str, name: &str) -> Option<String> {
    let shown: Vec<&str> = path.split('/').filter(|it| !it.is_empty()).collect();
    let segments = &contract.uri.segments;
    if segments.len() != shown.len() {
        return None;
    }
    let pairs = segments.iter().zip(shown);
    let values: Option<Vec<_>> = pairs
        .map(|(segment, shown)| segment.values(shown))
        .collect();
    let mut values = values?.into_iter().flatten();
    let value = values.find_map(|(key, value)| (key == name).then_some(value))?;
    let value = percent_encoding::percent_decode_str(value)
        .decode_utf8()
        .ok()?;
    Some(value.into_owned())
}

/// The one word behind 'Example:' in a row.
fn in_row(field: &Field) -> Option<String> {
    let lines = field.description.iter();
    let mut lines = lines.map(|line| line.trim_start_matches("- ").trim());
    lines.find_map(|line| {
        let (label, value) = line.split_once([':', '：'])?;
        let labels = [
            "example",
            "example value",
            "for example",
            "示例",
            "样例",
            "例如",
        ];
        let value = value.trim().trim_end_matches(['.', '。']);
        let is_word = !value.is_empty() && !value.contains([' ', ',', '，', '、', ';', '"']);
        (labels.contains(&fold(label).as_str()) && is_word).then(|| value.to_owned())
    })
}

/// Whether a value stands for another: `{id}`, `xxx`, `****`.
fn is_open(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    value.trim().is_empty()
        || value.contains(['{', '}', '<', '>', '*', '$', '…'])
        || ["xxx", "..."].iter().any(|it| lower.contains(it))
}

/// Gives the texts of a made-up body the values that a body of the source has in their
/// places.
pub(super) fn lend(made: &mut Value, shown: &Value) {
    match (made, shown) {
        (Value::Object(made), Value::Object(shown)) => {
            for (name, value) in made {
                if let Some(shown) = shown.get(name) {
                    lend(value, shown);
                }
            }
        }
        (Value::Array(made), Value::Array(shown)) => {
            for (at, value) in made.iter_mut().enumerate() {
                if let Some(shown) = shown.get(at).or_else(|| shown.first()) {
                    lend(value, shown);
                }
            }
        }
        (made @ Value::String(_), Value::String(_)) => *made = shown.clone(),
        _ => {}
    }
}
