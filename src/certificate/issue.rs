//! Draws a certificate up from the rounds of a run, or says what is missing.

use super::class::{Class, Missing, missing};
use super::evidence::Evidence;
use super::statement::{
    Accepted, Clause, ClauseWord, Conformant, FORMAT, PREDICATE_TYPE, Plan, Predicate, Resource,
    RuleSet, Seed, Selftest, Statement, TYPE, Target, Test, TestResult, TestWord,
};
use super::subject::Subject;
use crate::baseline::{Assessment, Date, days_after, parse_date};
use crate::report::{ClauseVerdict, Report, why_not};
use crate::selftest::{Matrix, SelftestOutcome};
use crate::suite::Suite;
use std::collections::BTreeMap;

/// How often each case is sent.
pub const ROUNDS: u32 = 3;
/// Days that a certificate counts at most.
const MAX_DAYS: i64 = 90;

/// A run that is to be certified, with everything that belongs to it.
#[derive(Debug)]
pub struct Run<'a> {
    /// The suite.
    pub suite: &'a Suite,
    /// The account of each round.
    pub rounds: &'a [Report],
    /// The kill matrix of the self-test.
    pub matrix: &'a Matrix,
    /// The target as declared.
    pub target: Target,
    /// What is certified.
    pub subjects: Vec<Subject>,
    /// The seed.
    pub seed: Seed,
    /// What was sent.
    pub plan: Plan,
    /// The record.
    pub evidence: Evidence,
    /// The day of issue (UTC).
    pub today: Date,
}

/// Draws the certificate up.
///
/// # Errors
/// Everything that keeps the run from one.
pub fn issue(run: Run<'_>) -> Result<Statement, Vec<Missing>> {
    let mut missing = missing(run.rounds);
    if !run.matrix.is_whole() {
        missing.push(Missing::Selftest);
    }
    let Some(first) = run.rounds.first().filter(|_| missing.is_empty()) else {
        return Err(missing);
    };
    let accepted = accepted(run.rounds, run.plan.strict);
    let tests: Vec<Test> = (0..first.cases.len())
        .filter_map(|at| test(run.rounds, at))
        .collect();
    let clauses = clauses(run.rounds, &tests);
    let until = accepted.iter().filter_map(|one| parse_date(&one.until));
    let (passed_tests, warned_tests) = lists(&tests);
    let corrections = run.suite.contract.corrections.clone();
    Ok(Statement {
        type_: TYPE.to_owned(),
        subject: run.subjects,
        predicate_type: PREDICATE_TYPE.to_owned(),
        predicate: Predicate {
            result: result(&tests),
            configuration: configuration(run.suite),
            passed_tests,
            warned_tests,
            failed_tests: Vec::new(),
            conformant: Conformant {
                format: FORMAT.to_owned(),
                class: Class::of(&tests, &clauses, &corrections, &accepted),
                issued_on: run.today.to_string(),
                valid_through: last_day(run.today, until).to_string(),
                tool_version: env!("CARGO_PKG_VERSION").to_owned(),
                rule_set: RuleSet::own(),
                operation: first.operation.clone(),
                target: run.target,
                seed: run.seed,
                plan: run.plan,
                tests,
                clauses,
                corrections,
                accepted_differences: accepted,
                selftest: selftest(run.matrix),
                evidence: run.evidence,
            },
        },
    })
}

/// The last day of a certificate: 90 days on, or the earliest end of an acceptance.
pub(super) fn last_day(issued: Date, until: impl Iterator<Item = Date>) -> Date {
    until.fold(days_after(issued, MAX_DAYS), Date::min)
}

/// The files that in-toto's configuration names: those of the suite that decide what a run
/// does, each with what `sha256sum` prints for it.
pub(super) fn configuration(suite: &Suite) -> Vec<Resource> {
    let files = suite.digests.iter().map(|(name, digest)| Resource {
        name: name.clone(),
        digest: BTreeMap::from([("sha256".to_owned(), digest.clone())]),
    });
    files.collect()
}

/// Passed and warned tests, as in-toto lists them.
pub(super) fn lists(tests: &[Test]) -> (Vec<String>, Vec<String>) {
    let with = |words: &[TestWord]| {
        let has = |test: &&Test| words.contains(&test.verdict);
        tests
            .iter()
            .filter(has)
            .map(|test| test.id.clone())
            .collect()
    };
    (
        with(&[TestWord::Pass]),
        with(&[TestWord::Note, TestWord::Known]),
    )
}

/// What in-toto calls the result.
pub(super) fn result(tests: &[Test]) -> TestResult {
    let (_, warned) = lists(tests);
    if warned.is_empty() {
        TestResult::Passed
    } else {
        TestResult::Warned
    }
}

fn test(rounds: &[Report], at: usize) -> Option<Test> {
    let first = rounds.first()?.cases.get(at)?;
    let same = || {
        rounds
            .iter()
            .filter_map(|report| report.cases.iter().find(|case| case.id == first.id))
    };
    Some(Test {
        id: first.id.clone(),
        clause: first.clause.clone(),
        verdict: same().filter_map(|case| TestWord::of(case.verdict)).max()?,
        reason: first.reason.clone(),
        requests: same().map(|case| case.requests).sum(),
    })
}

fn clauses(rounds: &[Report], tests: &[Test]) -> Vec<Clause> {
    let Some(first) = rounds.first() else {
        return Vec::new();
    };
    let mut clauses: Vec<Clause> = first
        .clauses
        .iter()
        .enumerate()
        .map(|(at, clause)| {
            let same = || {
                rounds
                    .iter()
                    .filter_map(move |report| report.clauses.get(at))
            };
            let observations = same().map(|clause| clause.observations).sum();
            let is_violated = same().any(|clause| clause.verdict == ClauseVerdict::Violated);
            let verdict = ClauseWord::of(observations, is_violated);
            Clause {
                id: clause.id.clone(),
                statement: clause.statement.clone(),
                source: clause.source.clone(),
                verdict,
                observations,
                reason: None,
            }
        })
        .collect();
    let reasons: Vec<Option<String>> = clauses
        .iter()
        .map(|clause| {
            (clause.verdict == ClauseWord::NotExercised)
                .then(|| not_exercised_since(&clause.id, tests, &clauses))
        })
        .collect();
    for (clause, reason) in clauses.iter_mut().zip(reasons) {
        clause.reason = reason;
    }
    clauses
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

fn accepted(rounds: &[Report], strict: bool) -> Vec<Accepted> {
    let cases = rounds.iter().take(1).flat_map(|report| &report.cases);
    cases
        .filter_map(|case| match &case.assessment {
            Assessment::Known(acceptance) => Some(Accepted {
                test: case.id.clone(),
                reason: acceptance.reason.clone(),
                until: acceptance.until.to_string(),
                ticket: acceptance.ticket.clone(),
                differences: case.to_accept(strict).into_iter().map(Into::into).collect(),
            }),
            _ => None,
        })
        .collect()
}

fn selftest(matrix: &Matrix) -> Selftest {
    let count = |is_fault: bool, outcome: Option<&SelftestOutcome>| {
        matrix
            .tried
            .iter()
            .filter(|tried| tried.clause.is_empty() != is_fault)
            .filter(|tried| outcome.is_none_or(|outcome| tried.outcome == *outcome))
            .count()
    };
    Selftest {
        faults: count(true, None),
        killed: count(true, Some(&SelftestOutcome::Killed)),
        conforming: count(false, None),
        passed: count(false, Some(&SelftestOutcome::Passed)),
        seed: matrix.seed,
    }
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
