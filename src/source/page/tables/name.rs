//! Names what a URI names: the operation, as its files and schemas are called, and the
//! parameters of its query.

use crate::contract::UriTemplate;
use crate::source::name::{kebab, of_fixed};
use crate::source::page::vocabulary::is_name;

/// The name behind ` - ` in the title, else method and fixed segments of the path.
pub(super) fn of(title: &str, method: &str, uri: &UriTemplate) -> String {
    if let Some((_, name)) = title.rsplit_once(" - ")
        && is_name(name.trim())
    {
        return kebab(name.trim());
    }
    of_fixed(method, uri)
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
