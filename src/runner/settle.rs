//! Concludes, at the end of a run, what no case can tell by itself.

use super::ledger::CaseRecord;
use super::session::Session;
use crate::contract::ClauseId;
use crate::suite::Template;
use std::collections::BTreeSet;

impl Session {
    /// Concludes from all of the run what no case can tell by itself, and gives a reason
    /// for which one is inconclusive by now. What a part leaves untested, another part may
    /// test.
    pub(super) fn settle(&self, is_part: bool) -> Option<String> {
        let cases = self.suite.cases.iter().map(|case| &case.template);
        let properties = self
            .suite
            .properties
            .iter()
            .map(|property| &property.template);
        // A control shows that what is documented passes, and not what else is refused.
        let of_clause: Vec<&Template> = cases
            .chain(properties)
            .filter(|template| template.control.is_some())
            .collect();
        let mut ledger = self.ledger();
        let by_service: BTreeSet<ClauseId> = of_clause
            .iter()
            .filter(|template| {
                let record = ledger.cases.get(&template.id);
                record.is_some_and(CaseRecord::is_by_service)
            })
            .map(|template| template.clause.clone())
            .collect();
        ledger.settle(|clause| {
            let mut others = of_clause
                .iter()
                .filter(|template| template.clause == clause);
            by_service.contains(clause) || is_part && others.nth(1).is_some()
        })
    }
}
