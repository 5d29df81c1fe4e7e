//! Applies the changes of cases to bodies.

use crate::suite::case::{Member, filled};
use serde_json::Value;
use std::collections::BTreeMap;

/// A member as JSON; `Ok(None)` where it is left out.
pub(super) fn value(member: &Member) -> Result<Option<Value>, String> {
    let parse = |text: &str| {
        serde_json::from_str::<Value>(text).map_err(|error| format!("'{text}' is no JSON: {error}"))
    };
    Ok(Some(match member {
        Member::Json(text) => parse(text)?,
        Member::Filled { with, length } => Value::String(filled(with, *length)),
        Member::Repeated { item, times } => Value::Array(vec![parse(item)?; *times]),
        // What is sent is not this string but its text: `bind` sees to it.
        Member::Raw(text) => Value::String(text.clone()),
        Member::Omitted => return Ok(None),
    }))
}

/// Applies changes to a body (`None`: there is none).
///
/// # Errors
/// A sentence that says which change leads nowhere or is no JSON.
pub(in crate::suite) fn apply(
    body: &mut Option<Value>,
    changes: &BTreeMap<String, Member>,
) -> Result<(), String> {
    for (pointer, member) in changes {
        if matches!(member, Member::Raw(_)) && (!pointer.is_empty() || changes.len() > 1) {
            return Err(format!(
                "'{pointer}': a raw text is the whole body, with no other change"
            ));
        }
        let new = value(member)?;
        if pointer.is_empty() {
            *body = new;
            continue;
        }
        let whole = body
            .as_mut()
            .ok_or_else(|| format!("'{pointer}' of a request that has no body"))?;
        set(whole, pointer, new)?;
    }
    Ok(())
}

/// A body with these changes; `None` where one leads nowhere or leaves no body.
pub(in crate::suite) fn changed(
    mut body: Option<Value>,
    changes: &BTreeMap<String, Member>,
) -> Option<Value> {
    apply(&mut body, changes).ok()?;
    body
}

/// Sets or removes what `pointer` leads to.
pub(in crate::suite) fn set(
    whole: &mut Value,
    pointer: &str,
    new: Option<Value>,
) -> Result<(), String> {
    let nowhere = || format!("the body has nothing at '{pointer}'");
    let (parent, last) = pointer.rsplit_once('/').ok_or_else(nowhere)?;
    let last = last.replace("~1", "/").replace("~0", "~");
    let parent = whole.pointer_mut(parent).ok_or_else(nowhere)?;
    match (parent, new) {
        (Value::Object(members), Some(new)) => {
            members.insert(last, new);
        }
        (Value::Object(members), None) => {
            members.shift_remove(&last);
        }
        (Value::Array(items), new) => {
            let at: usize = last.parse().map_err(|_| nowhere())?;
            match new {
                Some(new) if at < items.len() => items[at] = new,
                Some(new) if at == items.len() => items.push(new),
                None if at < items.len() => {
                    items.remove(at);
                }
                _ => return Err(nowhere()),
            }
        }
        _ => return Err(nowhere()),
    }
    Ok(())
}

/// The pointer to a member of the body's root.
pub(in crate::suite) fn root_pointer(name: &str) -> String {
    format!("/{}", segment(name))
}

/// A name as a segment of a pointer.
pub(super) fn segment(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}
