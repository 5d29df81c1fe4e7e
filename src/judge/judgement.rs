//! Defines [`Judgement`]: what one exchange shows.

use super::difference::Difference;
use super::rule::{Rule, Severity};
use crate::contract::ClauseId;

/// What one exchange shows.
#[derive(Clone, Debug, Default)]
pub struct Judgement {
    /// Every difference and note.
    pub differences: Vec<Difference>,
    /// Positions in [`Suite::clauses`](crate::suite::Suite::clauses) of the clauses that this exchange put to the test.
    pub exercised: Vec<usize>,
}

impl Judgement {
    /// Whether anything but notes was found.
    pub fn differs(&self) -> bool {
        self.differences
            .iter()
            .any(|difference| difference.rule.severity == Severity::Difference)
    }

    pub(crate) fn push(
        &mut self,
        rule: &'static Rule,
        clause: impl Into<ClauseId>,
        documented: impl Into<String>,
        observed: impl Into<String>,
    ) {
        self.push_at(rule, clause, String::new(), documented, observed);
    }

    pub(crate) fn push_at(
        &mut self,
        rule: &'static Rule,
        clause: impl Into<ClauseId>,
        pointer: String,
        documented: impl Into<String>,
        observed: impl Into<String>,
    ) {
        self.differences.push(Difference {
            rule,
            clause: clause.into(),
            pointer,
            documented: documented.into(),
            observed: observed.into(),
            detail: String::new(),
        });
    }
}
