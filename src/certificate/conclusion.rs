//! What follows from other parts of a certificate: computed when it is issued, and again
//! when it is verified.

use super::class::Class;
use super::operation::{Accepted, Clause, Operation, Test, TestWord};
use super::statement::{Resource, TestResult};
use crate::baseline::{Date, days_after};
use crate::contract::Correction;
use crate::report::{ClauseVerdict, why_not};
use std::collections::BTreeMap;

/// Days that a certificate counts at most.
const MAX_DAYS: i64 = 90;

/// The class that a list of cases, a clause table, the corrections of the source and a
/// list of accepted differences come to.
pub(super) fn class(
    tests: &[Test],
    clauses: &[Clause],
    corrections: &[Correction],
    accepted: &[Accepted],
) -> Class {
    let is_verified = |clause: &Clause| clause.verdict == ClauseVerdict::Verified;
    let is_sent = |test: &Test| test.verdict != TestWord::Skipped;
    if !accepted.is_empty() {
        Class::ConformantWithAcceptedDifferences
    } else if corrections.is_empty() && clauses.iter().all(is_verified) && tests.iter().all(is_sent)
    {
        Class::Full
    } else {
        Class::Conformant
    }
}

/// The last day of a certificate: 90 days on, or the earliest end of an acceptance.
pub(super) fn last_day(issued: Date, until: impl Iterator<Item = Date>) -> Date {
    until.fold(days_after(issued, MAX_DAYS), Date::min)
}

/// The class of the worst of several operations.
pub(super) fn worst(operations: &[Operation]) -> Option<Class> {
    operations.iter().map(|operation| operation.class).max()
}

/// The files that in-toto's configuration names: those of the suite that decide what a run
/// does, each with what `sha256sum` prints for it.
pub(super) fn configuration(digests: &BTreeMap<String, String>) -> Vec<Resource> {
    let files = digests.iter().map(|(name, digest)| Resource {
        name: name.clone(),
        digest: BTreeMap::from([("sha256".to_owned(), digest.clone())]),
    });
    files.collect()
}

/// Passed and warned tests, as in-toto lists them.
pub(super) fn lists(operations: &[Operation]) -> (Vec<String>, Vec<String>) {
    let with = |words: &[TestWord]| {
        let tests = operations.iter().flat_map(|operation| &operation.tests);
        let of = tests.filter(|test| words.contains(&test.verdict));
        of.map(|test| test.id.clone()).collect()
    };
    (
        with(&[TestWord::Pass]),
        with(&[TestWord::Note, TestWord::Known]),
    )
}

/// What in-toto calls the result.
pub(super) fn result(operations: &[Operation]) -> TestResult {
    let (_, warned) = lists(operations);
    if warned.is_empty() {
        TestResult::Passed
    } else {
        TestResult::Warned
    }
}

/// Why a clause was not exercised in any round, as a report says it of one.
pub(super) fn not_exercised_since(id: &str, tests: &[Test], clauses: &[Clause]) -> String {
    let skipped = tests
        .iter()
        .filter(|test| test.verdict == TestWord::Skipped)
        .map(|test| {
            let reason = test.reason.as_deref().unwrap_or_default();
            (test.clause.as_str(), reason)
        })
        .collect();
    let exercised = |id: &str| {
        let mut of_id = clauses.iter().filter(|clause| clause.id == id);
        of_id.any(|clause| clause.observations > 0)
    };
    why_not(id, &skipped, &exercised, true)
}

#[cfg(test)]
mod tests {
    use super::last_day;

    #[test]
    fn the_last_day_is_the_ninetieth_or_the_first_end_of_an_acceptance() {
        let day = |text: &str| crate::baseline::parse_date(text).unwrap();
        let issued = day("2026-11-24");
        assert_eq!(last_day(issued, [].into_iter()), day("2027-02-22"));
        let until = [day("2027-01-05"), day("2026-12-31"), day("2027-06-01")];
        assert_eq!(last_day(issued, until.into_iter()), day("2026-12-31"));
        assert_eq!(
            last_day(issued, [day("2027-06-01")].into_iter()),
            day("2027-02-22")
        );
    }
}
