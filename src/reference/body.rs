//! Makes conforming bodies from documented rows: the page's example where there
//! is one, else values of the documented types.

use crate::contract::{Body, Field, Presence, Response};
use crate::page::TypeName;
use serde_json::{Map, Value, json};

/// A conforming body. `turn` varies it from reply to reply; `full` adds the
/// members that may be left out.
pub(super) fn conforming(response: &Response, turn: u64, full: bool) -> Option<Value> {
    let body = response.body.as_ref()?;
    let example = response.example.as_ref().and_then(Value::as_object);
    let mut members = Map::new();
    for field in &body.fields {
        if !full && matches!(field.presence, Presence::Optional(_)) {
            continue;
        }
        let shown = example.and_then(|example| example.get(&field.name));
        members.insert(field.name.clone(), value(body, field, shown, turn, 0));
    }
    Some(Value::Object(members))
}

/// Deepest nesting that is made up (object tables may refer to themselves).
const MOST_DEPTH: usize = 6;

fn value(body: &Body, field: &Field, shown: Option<&Value>, turn: u64, depth: usize) -> Value {
    let facts = &field.constraints;
    if !facts.values.is_empty() {
        let at = usize::try_from(turn).unwrap_or(0) % facts.values.len();
        return of_kind(&field.kind, &facts.values[at]);
    }
    if let Some(shown) = shown {
        return shown.clone();
    }
    match &field.kind {
        TypeName::Integer | TypeName::Long => {
            json!(facts.range.min.or(facts.range.max).unwrap_or(1))
        }
        TypeName::Number => json!(facts.range.min.unwrap_or(1)),
        kind => made_up(body, kind, field, turn, depth),
    }
}

fn made_up(body: &Body, kind: &TypeName, field: &Field, turn: u64, depth: usize) -> Value {
    match kind {
        TypeName::String => {
            let facts = &field.constraints;
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
        TypeName::Integer | TypeName::Long | TypeName::Number => json!(1),
        TypeName::Boolean => json!(turn.is_multiple_of(2)),
        TypeName::Any => json!("any"),
        TypeName::Object => json!({}),
        TypeName::Array(item) => {
            let count = field.constraints.items.min.unwrap_or(0).max(2);
            let count = count.min(field.constraints.items.max.unwrap_or(2));
            (0..count)
                .map(|at| made_up(body, item, field, turn + at, depth + 1))
                .collect()
        }
        TypeName::Map(item) => json!({ "key": made_up(body, item, field, turn, depth + 1) }),
        TypeName::Named(_) => {
            let members = body.members(kind).unwrap_or_default();
            if depth > MOST_DEPTH {
                return json!({});
            }
            let object: Map<String, Value> = members
                .iter()
                .map(|member| {
                    (
                        member.name.clone(),
                        value(body, member, None, turn, depth + 1),
                    )
                })
                .collect();
            Value::Object(object)
        }
    }
}

fn of_kind(kind: &TypeName, text: &str) -> Value {
    match kind {
        TypeName::Integer | TypeName::Long => text
            .parse::<i64>()
            .map_or_else(|_| json!(text), Value::from),
        TypeName::Boolean => json!(text == "true"),
        TypeName::Array(item) => Value::Array(vec![of_kind(item, text)]),
        _ => json!(text),
    }
}
