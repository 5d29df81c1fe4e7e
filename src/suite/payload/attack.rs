//! What servers take for a conforming member of a body: values of the dictionaries that
//! break one clause of a row. Whoever sends one holds it against the schema first.

use super::change::root_pointer;
use super::make::{MAX_SPELT, wrapped};
use crate::contract::{Mandatory, Place, TypeName};
use crate::suite::case::Member;
use crate::suite::{attack, mutation};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Things that stand beside a broken row.
const MAX_CONTEXTS: usize = 10;
/// Longest text that is made of characters of its own.
const MAX_SENT: u64 = 8_192;

/// Members that may break this aspect of a place.
pub(in crate::suite) fn attacks(place: &Place<'_>, aspect: &str) -> Vec<Member> {
    let facts = &place.field.constraints;
    let kind = place.field.kind.innermost();
    let is_text = *kind == TypeName::String;
    let values: Vec<Value> = match aspect {
        "enum" if is_text => {
            let texts = attack::unlisted(&facts.values).into_iter();
            texts.map(Value::String).collect()
        }
        "length" => {
            let lengths = mutation::lengths(&facts.length, 0);
            let lengths = lengths.into_iter().filter(|length| *length <= MAX_SPELT);
            let odd = lengths.flat_map(|length| attack::fillings(length, false));
            let modulo = facts.length.max.filter(|max| *max < mutation::MAX_MADE);
            let modulo = modulo.map(|max| 256 + max);
            let long = [256, 1_024, 4_096, MAX_SENT].into_iter().chain(modulo);
            odd.chain(long.map(mutation::text))
                .map(Value::String)
                .collect()
        }
        "range" if !is_text => [1 << 31, 1 << 32, (1 << 53) + 1, i64::MAX]
            .into_iter()
            .flat_map(|number: i64| [number, -number])
            .map(|number| json!(number))
            .collect(),
        "type" => of_another_type(place, kind),
        _ => Vec::new(),
    };
    let members = values.into_iter().map(|value| wrapped(place, value));
    members
        .map(|value| Member::Json(value.to_string()))
        .collect()
}

/// Members that hold these texts where the row is a text, or holds some.
pub(in crate::suite) fn with_texts(
    place: &Place<'_>,
    texts: Vec<String>,
) -> impl Iterator<Item = Member> {
    let members = texts
        .into_iter()
        .map(|text| wrapped(place, Value::String(text)));
    members.map(|value| Member::Json(value.to_string()))
}

/// What may stand beside a broken row: each listed value of another row of the body's root
/// that the base body does not hold, each member that may be left out, and numbers at the
/// ends of their ranges. Changes of the base body; whether it conforms with them is for the
/// caller to ask.
pub(in crate::suite) fn contexts(base: &Value, place: &Place<'_>) -> Vec<BTreeMap<String, Member>> {
    let rows = place.body.fields.iter().filter(|row| *row != place.field);
    let mut contexts = Vec::new();
    for row in rows {
        let pointer = root_pointer(&row.name);
        let mut change = |member: Member| {
            contexts.push(BTreeMap::from([(pointer.clone(), member)]));
        };
        let held = base.get(&row.name);
        if row.kind == TypeName::String && held.is_some() {
            let values = row.constraints.values.iter();
            let others = values.filter(|value| held.and_then(Value::as_str) != Some(value));
            others.for_each(|value| change(Member::Json(json!(value).to_string())));
        }
        if matches!(row.mandatory, Mandatory::No | Mandatory::Unstated) && held.is_some() {
            change(Member::Omitted);
        }
        if matches!(
            row.kind,
            TypeName::Integer | TypeName::Int32 | TypeName::Long
        ) {
            let ends = [row.constraints.range.min, row.constraints.range.max];
            let ends = ends.into_iter().flatten();
            ends.for_each(|end| change(Member::Json(end.to_string())));
        }
    }
    contexts.truncate(MAX_CONTEXTS);
    contexts
}

/// Values of other types. What ordinary frameworks convert in good faith is none of them:
/// numbers in text, an array of one, `null` for what may be left out.
fn of_another_type(place: &Place<'_>, kind: &TypeName) -> Vec<Value> {
    let object = json!({ "x": 1 });
    let mut values = match kind {
        // No number or truth value is among listed texts, however it is converted.
        TypeName::String if !place.field.constraints.values.is_empty() => vec![
            json!([
                place.field.constraints.values[0],
                place.field.constraints.values[0]
            ]),
            json!(0),
            json!(1),
            json!(-1),
            json!(1.5),
            json!(true),
            json!(false),
            json!([]),
            json!([[]]),
            object,
        ],
        TypeName::String => vec![json!([]), json!([[]]), object],
        TypeName::Integer | TypeName::Int32 | TypeName::Long => vec![
            json!(0.5),
            json!(-0.5),
            json!(1e30),
            json!("1x"),
            json!("0x10"),
            json!("one"),
            json!("NaN"),
            json!([1, 2]),
            json!([]),
            object,
        ],
        TypeName::Number => vec![json!("1x"), json!("one"), json!([1, 2]), json!([]), object],
        TypeName::Boolean => vec![json!("maybe"), json!(2), json!(-1), json!([]), object],
        TypeName::Array(_) => vec![json!({ "0": "x" }), json!("x"), json!(1), json!(true)],
        TypeName::Map(_) | TypeName::Named(_) | TypeName::Object => {
            vec![json!("x"), json!("{}"), json!(1), json!(true), json!([[]])]
        }
        TypeName::Any => Vec::new(),
    };
    if place.field.mandatory == Mandatory::Yes {
        values.push(Value::Null);
    }
    values
}
