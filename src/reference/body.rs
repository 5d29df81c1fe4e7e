//! Makes conforming bodies and header fields from documented rows: the page's example
//! as far as it conforms, else values of the documented types.

use super::payload::conforms;
use crate::contract::{Body, Constraints, Field, Presence, Response};
use crate::page::TypeName;
use serde_json::{Map, Value, json};

/// A conforming body. `turn` varies it from reply to reply; `full` adds the
/// members that may be left out.
pub(super) fn conforming(response: &Response, turn: u64, full: bool) -> Option<Value> {
    let body = response.body.as_ref()?;
    if let Some(whole) = body.whole() {
        return Some(member(body, whole, response.example.as_ref(), turn, 0));
    }
    let mut members = Map::new();
    for field in &body.fields {
        if !full && matches!(field.presence, Presence::Optional(_)) {
            continue;
        }
        let shown = response
            .example
            .as_ref()
            .and_then(|example| example.get(&field.name));
        members.insert(field.name.clone(), member(body, field, shown, turn, 0));
    }
    Some(Value::Object(members))
}

/// Documented header fields with conforming values.
pub(super) fn headers(response: &Response, turn: u64) -> Vec<(String, String)> {
    let body = Body::default();
    response
        .headers
        .iter()
        .map(|field| {
            let value = match member(&body, field, None, turn, 0) {
                Value::String(text) => text,
                value => value.to_string(),
            };
            (field.name.to_lowercase(), value)
        })
        .collect()
}

/// Deepest nesting that is made up (object tables may refer to themselves).
const MOST_DEPTH: usize = 6;

fn member(body: &Body, field: &Field, shown: Option<&Value>, turn: u64, depth: usize) -> Value {
    let facts = &field.constraints;
    if facts.values.is_empty()
        && is_scalar(&field.kind)
        && let Some(shown) = shown.filter(|shown| conforms(body, field, shown))
    {
        return shown.clone();
    }
    of_kind(body, &field.kind, field, facts, shown, turn, depth)
}

fn is_scalar(kind: &TypeName) -> bool {
    !matches!(
        kind,
        TypeName::Array(_) | TypeName::Map(_) | TypeName::Named(_)
    )
}

fn of_kind(
    body: &Body,
    kind: &TypeName,
    field: &Field,
    facts: &Constraints,
    shown: Option<&Value>,
    turn: u64,
    depth: usize,
) -> Value {
    let inner = |item: &TypeName, shown: Option<&Value>, turn: u64| {
        of_kind(body, item, field, facts, shown, turn, depth + 1)
    };
    match kind {
        TypeName::Array(item) => {
            let min = facts.items.min.unwrap_or(0);
            let max = facts.items.max.unwrap_or(u64::MAX);
            let shown = shown
                .and_then(Value::as_array)
                .filter(|items| !items.is_empty());
            let wanted = shown
                .map_or(2, |items| items.len() as u64)
                .clamp(min, max.max(min));
            let wanted = if depth > MOST_DEPTH { min } else { wanted };
            (0..wanted)
                .map(|at| {
                    let index = usize::try_from(at).unwrap_or(0);
                    inner(item, shown.and_then(|items| items.get(index)), turn + at)
                })
                .collect()
        }
        TypeName::Map(item) => {
            let shown = shown
                .and_then(Value::as_object)
                .filter(|members| !members.is_empty());
            match shown {
                Some(members) => members
                    .iter()
                    .map(|(key, shown)| (key.clone(), inner(item, Some(shown), turn)))
                    .collect(),
                None => json!({ "key": inner(item, None, turn) }),
            }
        }
        TypeName::Named(_) if depth > MOST_DEPTH => json!({}),
        TypeName::Named(_) => {
            let members = body.members(kind).unwrap_or_default();
            let object: Map<String, Value> = members
                .iter()
                .map(|field| {
                    let shown = shown.and_then(|shown| shown.get(&field.name));
                    (
                        field.name.clone(),
                        member(body, field, shown, turn, depth + 1),
                    )
                })
                .collect();
            Value::Object(object)
        }
        kind => scalar(kind, field, facts, turn),
    }
}

fn scalar(kind: &TypeName, field: &Field, facts: &Constraints, turn: u64) -> Value {
    if !facts.values.is_empty() {
        let at = usize::try_from(turn).unwrap_or(0) % facts.values.len();
        return listed(kind, &facts.values[at]);
    }
    let number = facts.range.min.or(facts.range.max).unwrap_or(1);
    match kind {
        TypeName::Integer | TypeName::Long | TypeName::Number => json!(number),
        TypeName::String if !facts.range.is_open() => json!(number.to_string()),
        TypeName::String => {
            let length = facts
                .length
                .min
                .unwrap_or(0)
                .max(8)
                .min(facts.length.max.unwrap_or(64));
            let text = format!("{} {turn}", field.name.replace('_', " "));
            json!(
                text.chars()
                    .cycle()
                    .take(usize::try_from(length).unwrap_or(8))
                    .collect::<String>()
            )
        }
        TypeName::Boolean => json!(turn.is_multiple_of(2)),
        TypeName::Any => json!("any"),
        _ => json!({}),
    }
}

/// A listed value in the JSON type of its field.
pub(super) fn listed(kind: &TypeName, text: &str) -> Value {
    match kind {
        TypeName::Integer | TypeName::Long => text
            .parse::<i64>()
            .map_or_else(|_| json!(text), Value::from),
        TypeName::Number => text
            .parse::<f64>()
            .map_or_else(|_| json!(text), Value::from),
        TypeName::Boolean => json!(text == "true"),
        _ => json!(text),
    }
}
