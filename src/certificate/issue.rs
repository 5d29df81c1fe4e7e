//! Draws a certificate up from the rounds of a run, or says what is missing.

use super::bounds::FORMAT;
use super::class::{Missing, missing};
use super::conclusion::{
    class, configuration, last_day, lists, not_exercised_since, result, worst,
};
use super::operation::{Accepted, Clause, Operation, Selftest, Test, TestWord};
use super::statement::{
    Conformant, Evidence, PREDICATE_TYPE, Plan, Predicate, RuleSet, Seed, Statement, TYPE, Target,
};
use super::subject::Subject;
use crate::baseline::{Assessment, Date, parse_date};
use crate::report::matrix::{Matrix, Totals};
use crate::report::{ClauseVerdict, OperationReport, Report};
use crate::runner;
use crate::suite::{Suite, Unjudged};
use std::sync::Arc;

/// A run that is to be certified, with everything that belongs to it.
#[derive(Debug)]
pub struct Run<'a> {
    /// The operations, in the order of their names, each with its kill matrix.
    pub proven: &'a [(Arc<Suite>, Matrix)],
    /// What was sent of them.
    pub sent: &'a runner::Plan,
    /// The account of each round.
    pub rounds: &'a [Report],
    /// The target as declared.
    pub target: Target,
    /// What is certified.
    pub subjects: Vec<Subject>,
    /// The seed.
    pub seed: Seed,
    /// How it was sent.
    pub plan: Plan,
    /// What of the service it is not about.
    pub omitted: Vec<Unjudged>,
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
    if !run.proven.iter().all(|(_, matrix)| matrix.passes()) {
        missing.push(Missing::Selftest);
    }
    let proven = run.proven.iter();
    let operations = proven.map(|(suite, matrix)| operation(&run, suite, matrix));
    let operations: Option<Vec<Operation>> = operations.collect();
    let worst = operations.as_deref().and_then(worst);
    let (Some(operations), Some(class), []) = (operations, worst, &missing[..]) else {
        return Err(missing);
    };
    let accepted = operations.iter().flat_map(|one| &one.accepted_differences);
    let until = accepted.filter_map(|one| parse_date(&one.until));
    let valid_through = last_day(run.today, until).to_string();
    let (passed_tests, warned_tests) = lists(&operations);
    let digests = run.proven.iter().flat_map(|(suite, _)| &suite.digests);
    let digests = digests.map(|(name, digest)| (name.clone(), digest.clone()));
    Ok(Statement {
        type_: TYPE.to_owned(),
        subject: run.subjects,
        predicate_type: PREDICATE_TYPE.to_owned(),
        predicate: Predicate {
            result: result(&operations),
            configuration: configuration(&digests.collect()),
            passed_tests,
            warned_tests,
            failed_tests: Vec::new(),
            conformant: Conformant {
                format: FORMAT.to_owned(),
                class,
                issued_on: run.today.to_string(),
                valid_through,
                tool_version: env!("CARGO_PKG_VERSION").to_owned(),
                rule_set: RuleSet::own(),
                target: run.target,
                seed: run.seed,
                plan: run.plan,
                operations,
                omitted: run.omitted,
                evidence: run.evidence,
            },
        },
    })
}

/// What is said of one operation; `None` where a round does not have it.
fn operation(run: &Run<'_>, suite: &Suite, matrix: &Matrix) -> Option<Operation> {
    let name = &suite.contract.operation;
    let rounds = run.rounds.iter();
    let rounds: Option<Vec<&OperationReport>> = rounds
        .map(|report| report.operations.iter().find(|it| it.operation == *name))
        .collect();
    let rounds = rounds?;
    let first = rounds.first()?;
    let mut parts = run.sent.operations.iter();
    let sent = parts.find(|part| part.operation == *name)?;
    let accepted = accepted(first, run.plan.strict);
    let tests: Vec<Test> = (0..first.cases.len())
        .filter_map(|at| test(&rounds, at))
        .collect();
    let clauses = clauses(&rounds, &tests);
    let corrections = suite.contract.corrections.clone();
    Some(Operation {
        name: name.clone(),
        class: class(&tests, &clauses, &corrections, &accepted),
        plan_digest: sent.digest.clone(),
        share: sent.share,
        tests,
        clauses,
        corrections,
        accepted_differences: accepted,
        selftest: selftest(matrix),
    })
}

fn test(rounds: &[&OperationReport], at: usize) -> Option<Test> {
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

fn clauses(rounds: &[&OperationReport], tests: &[Test]) -> Vec<Clause> {
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
            let verdict = ClauseVerdict::of(observations, is_violated);
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
            (clause.verdict == ClauseVerdict::NotExercised)
                .then(|| not_exercised_since(&clause.id, tests, &clauses))
        })
        .collect();
    for (clause, reason) in clauses.iter_mut().zip(reasons) {
        clause.reason = reason;
    }
    clauses
}

fn accepted(first: &OperationReport, strict: bool) -> Vec<Accepted> {
    let cases = first.cases.iter();
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
    let totals = Totals::of(matrix);
    Selftest {
        faults: totals.faults,
        killed: totals.killed,
        conforming: totals.conforming,
        passed: totals.passed,
        seed: matrix.seed,
    }
}
