//! Names what a URI names: the operation, as its files and schemas are called, and the
//! parameters of its query.

use crate::contract::{Segment, UriTemplate};
use crate::source::page::vocabulary::is_name;

/// The name behind ` - ` in the title, else method and fixed segments of the path.
pub(super) fn of(title: &str, method: &str, uri: &UriTemplate) -> String {
    if let Some((_, name)) = title.rsplit_once(" - ")
        && is_name(name.trim())
    {
        return kebab(name.trim());
    }
    let fixed = uri.segments.iter().filter_map(|segment| match segment {
        Segment::Fixed(text) if !is_version(text) => Some(kebab(text)),
        _ => None,
    });
    std::iter::once(method.to_lowercase())
        .chain(fixed)
        .collect::<Vec<_>>()
        .join("-")
}

fn is_version(segment: &str) -> bool {
    segment.strip_prefix('v').is_some_and(|rest| {
        !rest.is_empty() && rest.chars().all(|c| c.is_ascii_digit() || c == '.')
    })
}

fn kebab(name: &str) -> String {
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

/// The names in the query template of a URI.
pub(super) fn queried(path: &str) -> Vec<String> {
    let query = path.split_once('?').map_or("", |(_, query)| query);
    let names = query
        .split(['&', ','])
        .map(|pair| pair.split('=').next().unwrap_or_default());
    names
        .map(|name| name.trim_matches(['{', '}', '[', ']']))
        .filter(|name| is_name(name))
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operation_names() {
        let uri = UriTemplate::parse("/v3/{project_id}/audit/summary/{busi_type}/task-status");
        assert_eq!(
            of("Status of a task - ShowAuditTaskStatus", "GET", &uri),
            "show-audit-task-status"
        );
        assert_eq!(
            of("Status of a task", "GET", &uri),
            "get-audit-summary-task-status"
        );
    }
}
