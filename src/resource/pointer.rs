//! Finds values by JSON pointers (RFC 6901).

use serde_json::Value;

/// The text that an id at `pointer` has: a string, or a number as it is written.
pub fn at(value: &Value, pointer: &str) -> Option<String> {
    match value.pointer(pointer)? {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A pointer with one more member.
pub(super) fn joined(pointer: &str, member: &str) -> String {
    format!("{pointer}/{}", member.replace('~', "~0").replace('/', "~1"))
}
