//! Defines [`Anchors`]: the ids of operations and differences in the page, by which people
//! link to them. Each is there once, whatever the names hold.

use crate::judge::Difference;
use crate::report::{OperationReport, Report};
use std::collections::{BTreeMap, BTreeSet};

/// Longest id; what is cut is told apart by a number.
const MAX_CHARS: usize = 120;

/// The ids given so far.
#[derive(Debug, Default)]
pub(super) struct Anchors {
    taken: BTreeSet<String>,
    operations: BTreeMap<*const OperationReport, String>,
}

impl Anchors {
    /// Gives every operation `operation-NAME`.
    pub(super) fn new(report: &Report) -> Self {
        let mut anchors = Self::default();
        for operation in &report.operations {
            let id = anchors.take(&format!("operation-{}", operation.operation));
            anchors.operations.insert(operation, id);
        }
        anchors
    }

    /// The id of an operation of this report.
    pub(super) fn of(&self, operation: &OperationReport) -> &str {
        let at: *const OperationReport = operation;
        self.operations.get(&at).map_or("", String::as_str)
    }

    /// Gives a difference an id that is the same in every run: from its rule and clause.
    pub(super) fn difference(&mut self, difference: &Difference) -> String {
        let (rule, clause) = (difference.rule.code, &difference.clause);
        self.take(&format!("difference-{rule}-{clause}"))
    }

    fn take(&mut self, name: &str) -> String {
        let id = slug(name);
        let numbered = (2..).map(|number| format!("{id}-{number}"));
        let mut all = std::iter::once(id.clone()).chain(numbered);
        let free = all.find(|id| !self.taken.contains(id)).unwrap_or(id);
        self.taken.insert(free.clone());
        free
    }
}

/// What an address can hold behind `#` as it stands.
fn slug(name: &str) -> String {
    let mut slug = String::new();
    for c in name.chars().take(MAX_CHARS) {
        if c.is_ascii_alphanumeric() || matches!(c, '_' | '.') {
            slug.push(c);
        } else if !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug
}

#[cfg(test)]
mod tests {
    use super::Anchors;

    #[test]
    fn an_id_is_given_once() {
        let mut anchors = Anchors::default();
        assert_eq!(anchors.take("operation-show"), "operation-show");
        assert_eq!(anchors.take("operation-show-2"), "operation-show-2");
        assert_eq!(anchors.take("operation-show"), "operation-show-3");
        assert_eq!(anchors.take("operation-a\" b<é"), "operation-a-b-");
    }
}
