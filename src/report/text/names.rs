//! Names and counts as texts say them.

/// Most names behind a text.
pub(super) const MAX_NAMES: usize = 3;

/// The first few names, and how many more there are.
pub(super) fn listed<'a>(names: impl Iterator<Item = &'a str> + Clone) -> String {
    let first: Vec<&str> = names.clone().take(MAX_NAMES).collect();
    let more = match names.count().saturating_sub(MAX_NAMES) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!("{}{more}", first.join(", "))
}

/// `1 case`, `3 cases`
pub(super) fn counted(count: usize, one: &str, several: &str) -> String {
    match count {
        1 => format!("1 {one}"),
        count => format!("{count} {several}"),
    }
}
