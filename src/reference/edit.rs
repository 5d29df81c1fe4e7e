//! Edits replies on their way out: members of a body, and its bytes.

use super::fault::{Bytes, Edit, Step};
use super::message::Parameters;
use serde_json::{Value, json};

/// Edits the member that `path` leads to; `false` where there is none.
pub(super) fn edit_at(value: &mut Value, path: &[Step], edit: &Edit) -> bool {
    let Some((last, inner)) = path.split_last() else {
        return edit_whole(value, edit);
    };
    let mut at = value;
    for step in inner {
        let next = match step {
            Step::Member(name) => at.get_mut(name),
            Step::Item(index) => item(at, *index),
        };
        match next {
            Some(next) => at = next,
            None => return false,
        }
    }
    match (last, at) {
        (Step::Member(name), Value::Object(members)) => {
            let Some(present) = members.get(name).cloned() else {
                return false;
            };
            match edit {
                Edit::Set(other) => {
                    members.insert(name.clone(), other.clone());
                }
                Edit::Add(..) => return false,
                Edit::Remove => {
                    members.shift_remove(name);
                }
                Edit::Rename(other) => {
                    members.shift_remove(name);
                    members.insert(other.clone(), present);
                }
                Edit::SetBoth(other, beside, theirs) => {
                    members.insert(name.clone(), other.clone());
                    members.insert(beside.clone(), theirs.clone());
                }
                Edit::UpperCased => {
                    let text = present.as_str().unwrap_or_default().to_uppercase();
                    members.insert(name.clone(), json!(text));
                }
                Edit::Cut(length) => {
                    let text: String = present
                        .as_str()
                        .unwrap_or_default()
                        .chars()
                        .take(*length)
                        .collect();
                    members.insert(name.clone(), json!(text));
                }
                Edit::Repeated(times) => {
                    let first = present.get(0).cloned().unwrap_or_default();
                    members.insert(name.clone(), Value::Array(vec![first; *times]));
                }
            }
            true
        }
        (Step::Item(index), Value::Array(items)) => match (items.get_mut(*index), edit) {
            (Some(item), Edit::Set(other)) => {
                *item = other.clone();
                true
            }
            _ => false,
        },
        _ => false,
    }
}

/// Edits the body as a whole.
fn edit_whole(value: &mut Value, edit: &Edit) -> bool {
    match edit {
        Edit::Set(other) => *value = other.clone(),
        Edit::Add(name, other) => match value.as_object_mut() {
            Some(members) => drop(members.insert(name.clone(), other.clone())),
            None => return false,
        },
        Edit::Repeated(times) => {
            let first = value.get(0).cloned().unwrap_or_default();
            *value = Value::Array(vec![first; *times]);
        }
        _ => return false,
    }
    true
}

/// The item at `index`, or the last; of a map, the first value.
fn item(at: &mut Value, index: usize) -> Option<&mut Value> {
    match at {
        Value::Array(items) => {
            let last = items.len().checked_sub(1)?;
            items.get_mut(index.min(last))
        }
        Value::Object(members) => members.values_mut().next(),
        _ => None,
    }
}

/// Edits the bytes of a body.
pub(super) fn edit_bytes(body: &mut Vec<u8>, edit: &Bytes, parameters: &Parameters) {
    let text = String::from_utf8_lossy(body).into_owned();
    *body = match edit {
        Bytes::Replace(other) => other.to_vec(),
        Bytes::Prepend(front) => [*front, body.as_slice()].concat(),
        Bytes::Append(behind) => [body.as_slice(), *behind].concat(),
        // The last brace is none of a text inside.
        Bytes::TrailingComma => match text.rfind('}') {
            Some(at) => [&text[..at], ",", &text[at..]].concat().into_bytes(),
            None => body.clone(),
        },
        Bytes::RawMember(name, raw) => raw_member(&text, name, raw).into_bytes(),
        Bytes::DuplicateFirst => match serde_json::from_str(&text) {
            Ok(Value::Object(members)) => {
                members.iter().next().map_or(body.clone(), |(name, value)| {
                    format!("{{{}:{value},{}", json!(name), &text[1..]).into_bytes()
                })
            }
            _ => body.clone(),
        },
        Bytes::Padded(count) => [body.as_slice(), &vec![b' '; *count]].concat(),
        Bytes::Repeated(count) => format!("[{}0]", "0,".repeat(*count)).into_bytes(),
        Bytes::Nested(depth) => vec![b'['; *depth],
        Bytes::Utf16 => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        Bytes::Unclosed => body[..body.len().saturating_sub(1)].to_vec(),
        Bytes::Wrapped => format!("{{\"data\":{text}}}").into_bytes(),
        Bytes::Listed => format!("[{text}]").into_bytes(),
        Bytes::Echoed(location, name, member) => {
            let sent = parameters
                .iter()
                .find(|(place, other, _)| place == location && other == name)
                .map(|(_, _, value)| value.as_str())
                .unwrap_or_default();
            if sent.contains(['"', '\n', '\0']) {
                let start = format!("\"{member}\":\"");
                let message = format!("{start}{sent} is invalid");
                text.replacen(&start, &message, 1).into_bytes()
            } else {
                body.clone()
            }
        }
    };
}

/// Replaces the value behind `"name":` by raw text.
fn raw_member(text: &str, name: &str, raw: &str) -> String {
    let key = format!("\"{name}\":");
    let Some(start) = text.find(&key).map(|at| at + key.len()) else {
        return text.to_owned();
    };
    let rest = &text[start..];
    let end = if let Some(quoted) = rest.strip_prefix('"') {
        quoted.find('"').map_or(rest.len(), |at| at + 2)
    } else {
        rest.find([',', '}']).unwrap_or(rest.len())
    };
    format!("{}{raw}{}", &text[..start], &rest[end..])
}

/// Writes the letters inside strings as `\u` escapes.
pub(super) fn escaped(text: &str) -> String {
    let mut inside = false;
    let mut escaped = String::new();
    for c in text.chars() {
        if c == '"' {
            inside = !inside;
        }
        if inside && c.is_ascii_lowercase() {
            escaped.push_str(&format!("\\u{:04x}", u32::from(c)));
        } else {
            escaped.push(c);
        }
    }
    escaped
}
