//! Finds the JSON among the media types of a body.

use super::document::{At, Document};

/// The media type of a body that is read, and the schema of it.
pub(super) struct Media<'d> {
    /// Its name, as requests send it.
    pub(super) name: &'d str,
    /// What stands under its name.
    pub(super) at: At<'d>,
    pub(super) schema: Option<At<'d>>,
}

/// The JSON media type of a `content`; `application/json` where there are several.
pub(super) fn json<'d>(content: &At<'d>) -> Option<Media<'d>> {
    let mut all: Vec<(&str, At<'d>)> = content
        .members()
        .filter(|(name, _)| is_json(name))
        .collect();
    all.sort_by_key(|(name, _)| rank(name));
    let (name, at) = all.into_iter().next()?;
    let schema = at.get("schema");
    Some(Media { name, at, schema })
}

/// The essence of a media type.
fn essence(name: &str) -> String {
    name.split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase()
}

fn rank(name: &str) -> u8 {
    match essence(name).as_str() {
        "application/json" => 0,
        "*/*" | "application/*" => 1,
        _ => 2,
    }
}

/// Whether JSON is of this media type (RFC 8259 section 1.3, RFC 6839 section 3.1).
pub(super) fn is_json(name: &str) -> bool {
    let essence = essence(name);
    matches!(
        essence.as_str(),
        "application/json" | "*/*" | "application/*" | "text/json"
    ) || essence.ends_with("+json")
}

/// Whether requests have to name this type, and not plain JSON.
pub(super) fn is_special(name: &str) -> bool {
    rank(name) == 2
}

/// The media types that an operation of Swagger 2.0 lists under `consumes` or `produces`,
/// or its document for all.
pub(super) fn listed<'d>(document: &'d Document, operation: &At<'d>, name: &str) -> Vec<&'d str> {
    let of = |at: &At<'d>| -> Vec<&'d str> {
        let list = at.get(name);
        list.iter()
            .flat_map(At::items)
            .filter_map(|item| item.value.as_str())
            .collect()
    };
    match of(operation) {
        own if own.is_empty() => of(&document.root()),
        own => own,
    }
}
