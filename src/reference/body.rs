//! Makes conforming bodies and header fields from documented rows: the page's example
//! as far as it conforms, else values of the documented types.

use super::payload::conforms;
use crate::contract::TypeName;
use crate::contract::{Body, Constraints, Field, Presence, Response};
use serde_json::{Map, Value, json};

/// A conforming body. `turn` varies it from reply to reply; `full` adds the
/// members that may be left out.
pub(super) fn conforming(response: &Response, turn: u64, full: bool) -> Option<Value> {
    let body = response.body.as_ref()?;
    if let Some(whole) = body.whole() {
        let shown = response.example.as_ref();
        return Some(member(body, whole, shown, turn, &mut Vec::new()));
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
        let value = member(body, field, shown, turn, &mut Vec::new());
        members.insert(field.name.clone(), value);
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
            let value = match member(&body, field, None, turn, &mut Vec::new()) {
                Value::String(text) => text,
                value => value.to_string(),
            };
            (field.name.to_lowercase(), value)
        })
        .collect()
}

/// So many objects inside each other have arrays of two items; deeper ones have one.
const MAX_WIDE: usize = 3;

/// A value of a row. `inside` names the objects around it.
fn member<'a>(
    body: &'a Body,
    field: &'a Field,
    shown: Option<&Value>,
    turn: u64,
    inside: &mut Vec<&'a str>,
) -> Value {
    let facts = &field.constraints;
    if facts.values.is_empty()
        && is_scalar(&field.kind)
        && let Some(shown) = shown.filter(|shown| conforms(body, field, shown))
    {
        return shown.clone();
    }
    of_kind(body, &field.kind, field, facts, shown, turn, inside)
}

fn is_scalar(kind: &TypeName) -> bool {
    !matches!(
        kind,
        TypeName::Array(_) | TypeName::Map(_) | TypeName::Named(_)
    )
}

fn of_kind<'a>(
    body: &'a Body,
    kind: &'a TypeName,
    field: &'a Field,
    facts: &Constraints,
    shown: Option<&Value>,
    turn: u64,
    inside: &mut Vec<&'a str>,
) -> Value {
    // An object inside itself has no more than it must, and is empty where that has no end.
    let name = kind.object_name();
    let around = inside.iter().filter(|outer| name == Some(**outer)).count();
    let is_wide = inside.len() < MAX_WIDE;
    let mut inner = |item: &'a TypeName, shown: Option<&Value>, turn: u64| {
        of_kind(body, item, field, facts, shown, turn, inside)
    };
    match kind {
        TypeName::Array(item) => {
            let min = facts.items.min.unwrap_or(0);
            let max = facts.items.max.unwrap_or(u64::MAX);
            let shown = shown
                .and_then(Value::as_array)
                .filter(|items| !items.is_empty());
            let wanted = match shown {
                _ if around > 0 => 0,
                Some(items) => items.len() as u64,
                None if is_wide => 2,
                None => 1,
            };
            let wanted = wanted.clamp(min, max.max(min));
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
        TypeName::Named(_) if around > 1 => json!({}),
        TypeName::Named(name) => {
            let members = body.members(kind).unwrap_or_default();
            inside.push(name);
            let object: Map<String, Value> = members
                .iter()
                .filter(|field| around == 0 || field.presence_aspect().is_some())
                .map(|field| {
                    let shown = shown.and_then(|shown| shown.get(&field.name));
                    (field.name.clone(), member(body, field, shown, turn, inside))
                })
                .collect();
            inside.pop();
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
        TypeName::Integer | TypeName::Int32 | TypeName::Long | TypeName::Number => json!(number),
        TypeName::String if !facts.range.is_open() => json!(number.to_string()),
        TypeName::String => {
            if let Some(text) = facts.text_of_form(&facts.length, turn) {
                return json!(text);
            }
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
        TypeName::Integer | TypeName::Int32 | TypeName::Long => text
            .parse::<i64>()
            .map_or_else(|_| json!(text), Value::from),
        TypeName::Number => text.parse().map_or_else(|_| json!(text), Value::Number),
        TypeName::Boolean => json!(text == "true"),
        _ => json!(text),
    }
}

#[cfg(test)]
mod tests {
    use super::conforming;
    use crate::contract::Body;
    use crate::source;
    use std::path::Path;

    /// The body of a page whose status 200 has these tables: captions with rows of name
    /// and type.
    fn body_of(tables: &[(String, Vec<(String, String)>)]) -> (Body, serde_json::Value) {
        let mut text =
            "Showing\n\nURI\n\nGET /v1/ships\n\nResponse Parameters\n\nStatus code: 200\n\n"
                .to_owned();
        for (at, (caption, rows)) in tables.iter().enumerate() {
            text += &format!(
                "Table {} {caption}\n\nParameter\n\nType\n\nDescription\n\n",
                at + 1
            );
            for (name, kind) in rows {
                text += &format!("{name}\n\n{kind}\n\nA part.\n\n");
            }
        }
        let contract = source::read(Path::new("page.txt"), &text, None).unwrap();
        let response = &contract.responses[&200];
        let body = conforming(response, 0, true).unwrap();
        (response.body.clone().unwrap(), body)
    }

    fn row(name: impl Into<String>, kind: impl Into<String>) -> (String, String) {
        (name.into(), kind.into())
    }

    /// Tables of these rows, one level below the other.
    fn levels(
        count: u32,
        rows: impl Fn(u32) -> Vec<(String, String)>,
    ) -> Vec<(String, Vec<(String, String)>)> {
        let caption = |at| match at {
            0 => "Response body parameters".to_owned(),
            at => format!("Level{at}"),
        };
        (0..count).map(|at| (caption(at), rows(at))).collect()
    }

    #[test]
    fn arrays_seven_deep_are_made_up_to_the_last() {
        let tables = levels(8, |at| {
            let next = match at {
                7 => row("leaf", "String"),
                at => row(
                    format!("m{at}"),
                    format!("Array of Level{} objects", at + 1),
                ),
            };
            vec![next]
        });
        let (_, value) = body_of(&tables);
        let leaf = value.pointer("/m0/0/m1/0/m2/0/m3/0/m4/0/m5/0/m6/0/leaf");
        assert!(leaf.is_some_and(serde_json::Value::is_string), "{value}");
    }

    #[test]
    fn an_object_inside_itself_ends() {
        let tables = [
            (
                "Response body parameters".to_owned(),
                vec![row("root", "Node object")],
            ),
            (
                "Node".to_owned(),
                vec![
                    row("name", "String"),
                    row("next", "Node object"),
                    row("children", "Array of Node objects"),
                ],
            ),
        ];
        let (_, value) = body_of(&tables);
        assert!(value.pointer("/root/name").is_some(), "{value}");
        assert_eq!(value.pointer("/root/next"), Some(&serde_json::json!({})));
        assert_eq!(
            value.pointer("/root/children"),
            Some(&serde_json::json!([]))
        );
    }

    #[test]
    fn tables_that_hold_each_other_without_measure_stay_closed() {
        let tables = levels(13, |at| match at {
            12 => vec![row("leaf", "String")],
            at => (0..8)
                .map(|to| row(format!("m{to}"), format!("Level{} object", at + 1)))
                .collect(),
        });
        let (body, value) = body_of(&tables);
        assert!(body.objects.is_empty());
        assert_eq!(value.pointer("/m7"), Some(&serde_json::json!({})));
    }
}
