//! Names operations: of their own name, else of method and path, as their files and
//! schemas are called.

use crate::contract::{Segment, UriTemplate};

/// A name in lower-case words with `-` between them; empty where it has no letter or digit.
pub(super) fn kebab(name: &str) -> String {
    let mut kebab = String::new();
    let mut before = '-';
    for c in name.chars() {
        if c.is_ascii_alphanumeric() {
            if c.is_ascii_uppercase() && (before.is_ascii_lowercase() || before.is_ascii_digit()) {
                kebab.push('-');
            }
            kebab.push(c.to_ascii_lowercase());
        } else if !kebab.ends_with('-') && !kebab.is_empty() {
            kebab.push('-');
        }
        before = c;
    }
    kebab.trim_end_matches('-').to_owned()
}

/// Method and fixed segments of the path: `get-audit-summary-task-status`.
pub(super) fn of_fixed(method: &str, uri: &UriTemplate) -> String {
    let fixed = uri.segments.iter().filter_map(|segment| match segment {
        Segment::Fixed(text) if !is_version(text) => Some(kebab(text)),
        _ => None,
    });
    std::iter::once(method.to_lowercase())
        .chain(fixed)
        .collect::<Vec<_>>()
        .join("-")
}

/// Method and all segments of the path: `get-jars-by-jar-id`. A document that names none of
/// its operations has `GET /jars` beside `GET /jars/{jar_id}`.
pub(super) fn of_whole(method: &str, uri: &UriTemplate) -> String {
    let mut words = vec![method.to_lowercase()];
    for piece in uri.segments.iter().flat_map(Segment::pieces) {
        match piece {
            Segment::Fixed(text) if is_version(text) => {}
            Segment::Fixed(text) => words.push(kebab(text)),
            Segment::Placeholder(name) => words.push(format!("by-{}", kebab(name))),
            Segment::Mixed(_) => {}
        }
    }
    words.retain(|word| !word.is_empty());
    words.join("-")
}

fn is_version(segment: &str) -> bool {
    segment.strip_prefix('v').is_some_and(|rest| {
        !rest.is_empty() && rest.chars().all(|c| c.is_ascii_digit() || c == '.')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_name_operations() {
        let uri = UriTemplate::parse("/v3/{project_id}/audit/{busi_type}:start/taskStatus");
        assert_eq!(of_fixed("GET", &uri), "get-audit-task-status");
        assert_eq!(
            of_whole("GET", &uri),
            "get-by-project-id-audit-by-busi-type-start-task-status"
        );
        assert_eq!(kebab("List all Jars (2)"), "list-all-jars-2");
        assert_eq!(kebab("清单"), "");
    }
}
