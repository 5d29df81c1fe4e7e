//! Checks the body of a request as its tables document it, or as a fault weakens
//! that. Written apart from the schemas that judge replies.

use super::check::{Weakness, scalar_breaks};
use crate::contract::TypeName;
use crate::contract::{Body, ClauseId, Constraints, Field, Mandatory};
use serde_json::{Map, Value};

/// The first clause that a body breaks; `lax` names the clause whose check is changed.
pub(super) fn broken(body: &Body, sent: &Value, lax: Weakness<'_>) -> Option<ClauseId> {
    let stem = ClauseId::request_body();
    if let Some(whole) = body.whole() {
        return row(body, whole, sent, &stem, lax);
    }
    match sent {
        Value::Object(members) => object(body, &body.fields, members, &stem, lax),
        _ => (!lax.drops(&stem)).then_some(stem),
    }
}

/// Whether a value conforms to a row: what the reference server may show.
pub(super) fn conforms(body: &Body, field: &Field, value: &Value) -> bool {
    row(body, field, value, &ClauseId::default(), Weakness::none()).is_none()
}

/// The first clause that a value breaks of a row with this stem, or inside it.
fn row(
    body: &Body,
    field: &Field,
    value: &Value,
    stem: &ClauseId,
    lax: Weakness<'_>,
) -> Option<ClauseId> {
    let stems = (stem, &stem.clone().inside(&field.kind));
    of_kind(body, &field.kind, &field.constraints, value, stems, lax)
}

fn object(
    body: &Body,
    fields: &[Field],
    members: &Map<String, Value>,
    stem: &ClauseId,
    lax: Weakness<'_>,
) -> Option<ClauseId> {
    for field in fields {
        let stem = stem.with(&field.name);
        match members.get(&field.name) {
            None => {
                let clause = stem.with("mandatory");
                let must = field.mandatory == Mandatory::Yes && !lax.drops(&clause);
                if must || lax.demands(&clause) {
                    return Some(clause);
                }
            }
            Some(value) => {
                let found = row(body, field, value, &stem, lax);
                if found.is_some() {
                    return found;
                }
            }
        }
    }
    None
}

/// Checks a value; `stems` are those of the row itself and of the members inside it.
fn of_kind(
    body: &Body,
    kind: &TypeName,
    facts: &Constraints,
    value: &Value,
    stems: (&ClauseId, &ClauseId),
    lax: Weakness<'_>,
) -> Option<ClauseId> {
    let typed = stems.0.with("type");
    let wrong = || (!lax.drops(&typed)).then(|| typed.clone());
    match (kind, value) {
        (TypeName::Any, _) | (TypeName::Object, Value::Object(_)) => None,
        (TypeName::Array(item), Value::Array(items)) => {
            let clause = stems.0.with("items");
            let (min, max) = lax.bounds(&clause, (facts.items.min, facts.items.max));
            let count = items.len() as u64;
            if min.is_some_and(|min| count < min) || max.is_some_and(|max| count > max) {
                return Some(clause);
            }
            items
                .iter()
                .find_map(|value| of_kind(body, item, facts, value, stems, lax))
        }
        (TypeName::Map(item), Value::Object(members)) => members
            .values()
            .find_map(|value| of_kind(body, item, facts, value, stems, lax)),
        (TypeName::Named(_), Value::Object(members)) => object(
            body,
            body.members(kind).unwrap_or_default(),
            members,
            stems.1,
            lax,
        ),
        (TypeName::String, Value::String(text)) => scalar_breaks(kind, facts, text, stems.0, lax),
        (TypeName::Int32, Value::Number(number)) => match number.as_i64() {
            Some(integer) if i32::try_from(integer).is_ok() => {
                scalar_breaks(kind, facts, &number.to_string(), stems.0, lax)
            }
            _ => wrong(),
        },
        (TypeName::Integer | TypeName::Long, Value::Number(number)) if number.is_i64() => {
            scalar_breaks(kind, facts, &number.to_string(), stems.0, lax)
        }
        (TypeName::Number, Value::Number(number)) => {
            scalar_breaks(kind, facts, &number.to_string(), stems.0, lax)
        }
        (TypeName::Boolean, Value::Bool(truth)) => {
            scalar_breaks(kind, facts, &truth.to_string(), stems.0, lax)
        }
        _ => wrong(),
    }
}
