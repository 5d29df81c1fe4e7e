//! Defines [`Filters`]: which items of a suite are run, by parts of their ids.

/// Parts of ids.
#[derive(Clone, Debug, Default)]
pub struct Filters {
    /// An id must have one of these, if there are any.
    pub wanted: Vec<String>,
    /// It may have none of these.
    pub unwanted: Vec<String>,
}

impl Filters {
    /// Whether they select an id, or another name.
    pub fn select(&self, id: &str) -> bool {
        let has = |part: &String| id.contains(part.as_str());
        (self.wanted.is_empty() || self.wanted.iter().any(has)) && !self.unwanted.iter().any(has)
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
        };
        assert!(filters.select("list-jobs/valid/jobs"));
        assert!(filters.select("list-jobs/token/wrong"));
        assert!(!filters.select("list-jobs/token/empty"));
        assert!(!filters.select("list-jobs/late/valid"));
        assert!(Filters::default().select("anything"));
    }
}
