//! Makes values that break one clause of a body's row, and holds them against the
//! request schema: exactly that clause must break.

use super::make::{Draw, MAX_SPELT, of_field, violated, wrapped};
use crate::contract::{Field, Place, Step, TypeName};
use crate::schema::Validator;
use crate::schema::validate::Aspect;
use crate::suite::case::Member;
use crate::suite::mutation;
use serde_json::{Value, json};

/// Longest violating text, and largest violating array.
const MAX_SENT: u64 = 4096;

/// A way to break a clause: name, summary, what is set.
pub(in crate::suite) type Broken = (String, String, Member);

fn json_member(value: &Value) -> Member {
    Member::Json(value.to_string())
}

fn spoken(name: &str) -> String {
    name.replace('-', " ")
}

/// The ways to break an aspect of a place that are tried by name.
pub(in crate::suite) fn violations(place: &Place<'_>, aspect: &str) -> Vec<Broken> {
    let facts = &place.field.constraints;
    let kind = place.field.kind.innermost();
    let is_direct = *kind == place.field.kind;
    let leaf = |value: Value| json_member(&wrapped(place, value));
    let text = |length: u64| {
        if is_direct {
            Member::Filled {
                with: mutation::FILLER.into(),
                length: usize::try_from(length).unwrap_or(0),
            }
        } else {
            leaf(json!(mutation::text(length)))
        }
    };
    let mut ways: Vec<Broken> = Vec::new();
    let mut way =
        |name: String, summary: String, member: Member| ways.push((name, summary, member));
    match aspect {
        "mandatory" => way("missing".into(), "is left out".into(), Member::Omitted),
        "type" => {
            for (name, value) in mutation::of_another_type(&place.field.kind) {
                way(
                    format!("is-{name}"),
                    format!("is {}, which is another type", spoken(name)),
                    json_member(&value),
                );
            }
            if !is_direct {
                for (name, value) in mutation::of_another_type(kind) {
                    way(
                        format!("holds-{name}"),
                        format!("holds {}, which is another type", spoken(name)),
                        leaf(value),
                    );
                }
            }
            for beyond in mutation::numbers(place.field, aspect) {
                way(
                    "beyond-its-type".into(),
                    "is beyond its type".into(),
                    leaf(json!(beyond)),
                );
            }
        }
        "enum" => {
            for (name, value) in unlisted(place.field) {
                way(
                    name.into(),
                    format!("is {}, which no list names", spoken(name)),
                    leaf(value),
                );
            }
        }
        "length" => {
            let longest = facts
                .length
                .max
                .map_or(u64::MAX, |max| max.saturating_add(1).max(MAX_SENT));
            let lengths = mutation::lengths(&facts.length, 0).into_iter();
            let mut lengths: Vec<u64> = lengths.map(|length| length.min(longest)).collect();
            lengths.dedup();
            lengths.retain(|length| is_direct || *length <= MAX_SPELT);
            for length in lengths {
                way(
                    format!("of-{length}-characters"),
                    format!("has {length} characters, outside the documented bounds"),
                    text(length),
                );
            }
        }
        "range" => {
            for number in mutation::numbers(place.field, aspect) {
                let value = if *kind == TypeName::String {
                    json!(number.to_string())
                } else {
                    json!(number)
                };
                way(
                    format!("at-{number}"),
                    format!("is {number}, outside the documented range"),
                    leaf(value),
                );
            }
        }
        "pattern" | "format" => {
            for (at, text) in mutation::of_another_form(place.field, aspect)
                .into_iter()
                .enumerate()
            {
                way(
                    format!("of-another-{aspect}-{}", at + 1),
                    format!("is '{}', of another {aspect}", text.escape_debug()),
                    leaf(json!(text)),
                );
            }
        }
        "items" => {
            let TypeName::Array(_) = &place.field.kind else {
                return ways;
            };
            let one = wrapped(place, leaf_of(place));
            let item = one.get(0).cloned().unwrap_or(Value::Null);
            let outside = facts
                .items
                .min
                .filter(|min| *min > 0)
                .map(|min| min - 1)
                .into_iter()
                .chain(
                    facts
                        .items
                        .max
                        .filter(|max| *max < MAX_SENT)
                        .map(|max| max + 1),
                );
            for count in outside {
                way(
                    format!("of-{count}-items"),
                    format!("has {count} items, outside the documented bounds"),
                    Member::Repeated {
                        item: item.to_string(),
                        times: usize::try_from(count).unwrap_or(0),
                    },
                );
            }
        }
        _ => {}
    }
    ways
}

/// A random way to break an aspect of a place.
pub(in crate::suite) fn random(place: &Place<'_>, aspect: &str, draw: &mut Draw) -> Option<Member> {
    let facts = &place.field.constraints;
    let kind = place.field.kind.innermost();
    let leaf = |value: Value| json_member(&wrapped(place, value));
    let roll = draw.below(3);
    match aspect {
        "enum" if roll > 0 && *kind == TypeName::String => {
            let length = 1 + draw.below(12);
            Some(leaf(json!(draw.text(length))))
        }
        "length" if roll > 0 => {
            let longer = facts.length.max.filter(|max| *max < mutation::MAX_MADE);
            let longer = longer.map(|max| max + 1 + draw.below(64));
            let shorter = facts
                .length
                .min
                .filter(|min| *min > 0)
                .map(|min| draw.below(min));
            let length = if roll == 1 {
                longer.or(shorter)?
            } else {
                shorter.or(longer)?
            };
            Some(leaf(json!(draw.text(length))))
        }
        "range" if roll > 0 && *kind != TypeName::String => {
            let (low, high) = kind.safe_integers();
            let above = facts
                .range
                .max
                .filter(|max| *max < high)
                .map(|max| draw.between(max + 1, high));
            let below = facts
                .range
                .min
                .filter(|min| *min > low)
                .map(|min| draw.between(low, min - 1));
            let number = if roll == 1 {
                above.or(below)?
            } else {
                below.or(above)?
            };
            Some(leaf(json!(number)))
        }
        _ => {
            let ways = violations(place, aspect);
            let at = draw.below(u64::try_from(ways.len()).ok().filter(|count| *count > 0)?);
            ways.into_iter()
                .nth(usize::try_from(at).unwrap_or(0))
                .map(|(_, _, member)| member)
        }
    }
}

fn leaf_of(place: &Place<'_>) -> Value {
    let mut value = of_field(place.body, place.field, &mut Draw::plain());
    let mut kind = &place.field.kind;
    loop {
        value = match (kind, value) {
            (TypeName::Array(item), Value::Array(items)) => {
                kind = item;
                match items.into_iter().next() {
                    Some(item) => item,
                    None => json!({}),
                }
            }
            (TypeName::Map(item), Value::Object(members)) => {
                kind = item;
                members
                    .into_iter()
                    .next()
                    .map_or(Value::Null, |(_, value)| value)
            }
            (_, value) => return value,
        };
    }
}

/// Values that a list leaves out, by name.
fn unlisted(field: &Field) -> Vec<(&'static str, Value)> {
    let values = &field.constraints.values;
    let Some(first) = values.first() else {
        return Vec::new();
    };
    if let Some(other) = mutation::unlisted_truth(field) {
        return vec![("the-other-truth", json!(other))];
    }
    if *field.kind.innermost() != TypeName::String {
        let numbers = mutation::numbers(field, "enum").into_iter();
        let named = ["one-more", "one-less"].into_iter().zip(numbers);
        return named.map(|(name, number)| (name, json!(number))).collect();
    }
    // The longest beginning that is not listed itself.
    let mut beginnings = first.char_indices().rev().map(|(at, _)| &first[..at]);
    let cut = beginnings.find(|cut| values.iter().all(|value| value != cut));
    let mut found: Vec<(&str, String)> = Vec::new();
    for name in [
        "a-word",
        "in-upper-case",
        "in-lower-case",
        "capitalised",
        "with-space-after",
        "with-space-before",
        "prefix",
        "with-suffix",
        "empty",
    ] {
        let text = match name {
            "prefix" => cut.unwrap_or_default().to_owned(),
            name => mutation::respelt(values, name),
        };
        if !values.contains(&text) && found.iter().all(|(_, other)| *other != text) {
            found.push((name, text));
        }
    }
    let found = found.into_iter();
    found.map(|(name, text)| (name, json!(text))).collect()
}

/// Whether a body breaks this aspect of the place and nothing else.
pub(in crate::suite) fn breaks_only(
    validator: &Validator,
    place: &Place<'_>,
    aspect: &str,
    body: Value,
) -> bool {
    let found = violated(validator, body);
    let at_place = found.iter().all(|violation| {
        let path: Vec<&str> = violation.path[1..].iter().map(String::as_str).collect();
        let mut rest = path.iter();
        // Items and keys of the field itself stand behind its pointer.
        place.path.iter().all(|step| {
            rest.next().is_some_and(|own| match step {
                Step::Member(name) => own == name,
                Step::Item => own.parse::<usize>().is_ok(),
                Step::Value => *own == super::make::KEY,
            })
        }) && rest.len() <= depth(&place.field.kind)
    });
    let of_aspect = |violation: &crate::schema::Violation| match aspect {
        "mandatory" => violation.aspect == Aspect::Missing,
        // A value of another type breaks its list and bounds as well.
        "type" => violation.aspect != Aspect::Missing && violation.aspect != Aspect::Items,
        "enum" => violation.aspect == Aspect::Listed,
        "length" => Aspect::Length.entails(violation.aspect),
        "pattern" => Aspect::Pattern.entails(violation.aspect),
        "format" => Aspect::Format.entails(violation.aspect),
        "range" => violation.aspect == Aspect::Range,
        "items" => violation.aspect == Aspect::Items,
        _ => false,
    };
    let is_itself = |violation: &crate::schema::Violation| match aspect {
        "type" => matches!(violation.aspect, Aspect::Type | Aspect::Range),
        "length" => violation.aspect == Aspect::Length,
        "pattern" => violation.aspect == Aspect::Pattern,
        "format" => violation.aspect == Aspect::Format,
        _ => true,
    };
    at_place && found.iter().any(is_itself) && found.iter().all(of_aspect)
}

fn depth(kind: &TypeName) -> usize {
    match kind {
        TypeName::Array(item) | TypeName::Map(item) => 1 + depth(item),
        _ => 0,
    }
}
