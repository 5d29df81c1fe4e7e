//! Concludes, at the end of a run, what no case can tell by itself.

use super::plan::Plan;
use super::session::Session;

impl Session {
    /// Concludes from all of the run what no case can tell by itself. What a part leaves
    /// untested, another part may test.
    pub fn settle(&self, plan: &Plan) {
        let suite = &self.suite;
        let is_tested_elsewhere = |clause: &str| {
            let cases = suite.cases.iter().map(|case| &case.template);
            let properties = suite.properties.iter().map(|property| &property.template);
            cases
                .chain(properties)
                .filter(|template| template.clause == clause)
                .nth(1)
                .is_some()
        };
        self.ledger().settle(|clauses, clause| {
            let record = suite
                .clauses
                .position(clause)
                .and_then(|at| clauses.get(at));
            record.is_some_and(|record| record.observations > 0)
                || plan.shard.is_some() && is_tested_elsewhere(clause)
        });
    }
}
