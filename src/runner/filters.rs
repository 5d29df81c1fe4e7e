//! Defines [`Filters`]: which items of a suite are run, by parts of their ids.

use std::collections::BTreeSet;

/// Parts of ids.
#[derive(Clone, Debug, Default)]
pub struct Filters {
    /// An id must have one of these, if there are any.
    pub wanted: Vec<String>,
    /// It may have none of these.
    pub unwanted: Vec<String>,
    /// It must be one of these, where there is such a list.
    pub only: Option<BTreeSet<String>>,
}

impl Filters {
    /// Whether they select an id, or another name.
    pub fn select(&self, id: &str) -> bool {
        let has = |part: &String| id.contains(part.as_str());
        let is_listed = self.only.as_ref().is_none_or(|only| only.contains(id));
        is_listed
            && (self.wanted.is_empty() || self.wanted.iter().any(has))
            && !self.unwanted.iter().any(has)
    }
}

#[cfg(test)]
mod tests {
    use super::Filters;

    #[test]
    fn what_is_unwanted_is_left_out_of_what_is_wanted() {
        let filters = Filters {
            wanted: vec!["valid/".into(), "token/".into()],
            unwanted: vec!["empty".into()],
            only: None,
        };
        assert!(filters.select("list-jobs/valid/jobs"));
        assert!(filters.select("list-jobs/token/wrong"));
        assert!(!filters.select("list-jobs/token/empty"));
        assert!(!filters.select("list-jobs/late/valid"));
        assert!(Filters::default().select("anything"));
        let only = Filters {
            only: Some(["list-jobs/valid/jobs".into()].into()),
            ..filters
        };
        assert!(only.select("list-jobs/valid/jobs"));
        assert!(!only.select("list-jobs/valid/jobs-2"));
    }
}
