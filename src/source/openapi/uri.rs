//! Makes the path of an operation: that of the server in front, and its own.

use super::document::{At, Document, Version};
use super::notes::Notes;
use std::collections::BTreeSet;

/// The path in front of those of the document, without a slash at its end. It belongs to
/// the operation: a target is named by its host.
pub(super) fn prefix(
    document: &Document,
    path: &At<'_>,
    operation: &At<'_>,
    notes: &mut Notes,
) -> String {
    let root = document.root();
    if document.version == Version::Swagger2 {
        return path_of(root.text("basePath").unwrap_or_default());
    }
    let places = [operation, path, &root];
    let lists = places.iter().filter_map(|place| place.get("servers"));
    let Some(servers) = lists.into_iter().find(|list| list.items().next().is_some()) else {
        return String::new();
    };
    let prefixes: Vec<String> = servers.items().map(|server| filled(&server)).collect();
    let first = prefixes.first().cloned().unwrap_or_default();
    let distinct: BTreeSet<&String> = prefixes.iter().collect();
    if distinct.len() > 1 {
        let what = format!("servers have different paths: '{}'", prefixes.join("', '"));
        let assumed = format!("requests go to '{first}', the first of them");
        notes.guessed(
            &servers.pointer,
            &what,
            &assumed,
            "leave the server that is tested in the document",
        );
    }
    first
}

/// The path of a server, its variables filled with their defaults.
fn filled(server: &At<'_>) -> String {
    let mut url = server.text("url").unwrap_or_default().to_owned();
    for (name, variable) in server.get("variables").iter().flat_map(At::members) {
        let default = variable.value.get("default");
        let text = default.map(|it| it.as_str().map_or_else(|| it.to_string(), str::to_owned));
        url = url.replace(&format!("{{{name}}}"), &text.unwrap_or_default());
    }
    path_of(&url)
}

/// The path of a URL, or of what is only its path.
fn path_of(url: &str) -> String {
    let url = url.split(['?', '#']).next().unwrap_or_default();
    let behind_scheme = match url.split_once("://") {
        Some((_, rest)) => rest.find('/').map_or("", |at| &rest[at..]),
        None => match url.strip_prefix("//") {
            Some(rest) => rest.find('/').map_or("", |at| &rest[at..]),
            None => url,
        },
    };
    match behind_scheme.trim_matches('/') {
        "" | "." => String::new(),
        path => format!("/{path}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_of_a_server_is_what_stands_behind_its_host() {
        for (url, path) in [
            ("https://jars.example.com/api/v2/", "/api/v2"),
            ("https://jars.example.com", ""),
            ("//jars.example.com/v1", "/v1"),
            ("/v1/", "/v1"),
            ("v1", "/v1"),
            ("/", ""),
            (".", ""),
            ("", ""),
            ("https://jars.example.com/v1?x=/y", "/v1"),
        ] {
            assert_eq!(path_of(url), path, "{url}");
        }
    }
}
