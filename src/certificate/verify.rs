//! Checks a certificate against the suite of whoever verifies it: what can be computed
//! again is, and must come out the same.

use super::conclusion::{class, configuration, last_day, lists, not_exercised_since, result};
use super::envelope::open;
use super::evidence::rejudge;
use super::key::PublicKey;
use super::refusal::{Refusal, Rejection};
use super::statement::{Authorisation, Conformant, RuleSet, Statement, TestWord};
use super::subject::{Subject, is_sha256};
use super::{plan, target};
use crate::baseline::{Acceptance, Date, parse_date, says_something};
use crate::judge::rule;
use crate::reference::catalogue;
use crate::report::ClauseVerdict;
use crate::suite::Suite;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

/// A certificate that holds.
#[derive(Debug)]
pub struct Checked {
    /// What it says.
    pub statement: Statement,
    /// Id of the key whose signature was checked; `None` where none was.
    pub signed_by: Option<String>,
    /// Exchanges that were judged again; `None` without a record.
    pub rejudged: Option<u64>,
}

impl Checked {
    /// Whether the certificate is about the thing with this SHA-256.
    ///
    /// # Errors
    /// [`Refusal::OtherSubject`] where it is about something else.
    pub fn is_about(&self, thing: &Subject) -> Result<(), Refusal> {
        let subjects = &self.statement.subject;
        if subjects.iter().any(|one| one.sha256() == thing.sha256()) {
            Ok(())
        } else {
            Err(Refusal::OtherSubject(thing.sha256().to_owned()))
        }
    }
}

/// Checks a certificate: signature, dates, completeness, digests, class, and with a
/// `record` every verdict.
///
/// # Errors
/// Why it is rejected.
pub fn verify(
    bytes: &[u8],
    mut suite: Suite,
    key: Option<&PublicKey>,
    allow_unsigned: bool,
    today: Date,
    record: Option<&Path>,
) -> Result<Checked, Rejection> {
    let opened = open(bytes, key, allow_unsigned)?;
    if opened.statement.predicate.conformant.target.authorisation == Authorisation::Signature {
        suite.sign();
    }
    check(&opened.statement, &suite, today)?;
    let rejudged = match record {
        Some(path) => Some(rejudge(&opened.statement, &Arc::new(suite), path)?),
        None => None,
    };
    Ok(Checked {
        statement: opened.statement,
        signed_by: opened.signed_by,
        rejudged,
    })
}

/// Checks what needs neither key nor record. The suite words token cases as the
/// certificate's target needs it ([`Suite::sign`]).
///
/// # Errors
/// The first thing that is not as it should be.
pub fn check(statement: &Statement, suite: &Suite, today: Date) -> Result<(), Refusal> {
    let ours = &statement.predicate.conformant;
    if ours.tool_version != env!("CARGO_PKG_VERSION") {
        return Err(Refusal::ToolVersion(ours.tool_version.clone()));
    }
    if ours.rule_set != RuleSet::own() {
        return Err(Refusal::RuleSet);
    }
    dates(ours, today)?;
    let is_named = |subject: &Subject| {
        !subject.name.trim().is_empty() && subject.digest.len() == 1 && is_sha256(subject.sha256())
    };
    if statement.subject.is_empty() || !statement.subject.iter().all(is_named) {
        return Err(Refusal::Subject);
    }
    parts(statement, suite)?;
    target::check(&ours.target, suite)?;
    plan::check(statement, suite)?;
    if ours.corrections != suite.contract.corrections {
        return Err(Refusal::Corrections);
    }
    clauses(ours, suite)?;
    accepted(ours, suite)?;
    let comes_to = class(
        &ours.tests,
        &ours.clauses,
        &ours.corrections,
        &ours.accepted_differences,
    );
    if ours.class != comes_to {
        return Err(Refusal::Class {
            is: ours.class.word(),
            comes_to: comes_to.word(),
        });
    }
    let predicate = &statement.predicate;
    let (passed, warned) = lists(&ours.tests);
    if predicate.passed_tests != passed
        || predicate.warned_tests != warned
        || !predicate.failed_tests.is_empty()
        || predicate.result != result(&ours.tests)
    {
        return Err(Refusal::Lists);
    }
    selftest(ours, suite)?;
    if !is_sha256(&ours.evidence.sha256) {
        return Err(Refusal::Record("its SHA-256 is none".into()));
    }
    Ok(())
}

fn date(text: &str) -> Result<Date, Refusal> {
    parse_date(text).ok_or_else(|| Refusal::Date(text.to_owned()))
}

fn dates(ours: &Conformant, today: Date) -> Result<(), Refusal> {
    let issued = date(&ours.issued_on)?;
    let through = date(&ours.valid_through)?;
    let mut until = Vec::new();
    for accepted in &ours.accepted_differences {
        until.push(date(&accepted.until)?);
    }
    let most = last_day(issued, until.into_iter());
    if through != most || through < issued {
        return Err(Refusal::Term {
            issued: ours.issued_on.clone(),
            most: most.to_string(),
            through: ours.valid_through.clone(),
        });
    }
    if issued > today {
        return Err(Refusal::Future(ours.issued_on.clone()));
    }
    if through < today {
        return Err(Refusal::Expired(ours.valid_through.clone()));
    }
    Ok(())
}

fn parts(statement: &Statement, suite: &Suite) -> Result<(), Refusal> {
    let ours = &statement.predicate.conformant;
    let operation = &suite.contract.operation;
    if ours.operation != *operation {
        return Err(Refusal::Operation {
            is: ours.operation.clone(),
            suite: operation.clone(),
        });
    }
    let own = configuration(suite);
    let given = &statement.predicate.configuration;
    for part in &own {
        if given.iter().find(|other| other.name == part.name) != Some(part) {
            return Err(match part.name.ends_with("/contract.json") {
                true => Refusal::Contract,
                false => Refusal::Part(part.name.clone()),
            });
        }
    }
    match given.iter().find(|part| !own.contains(part)) {
        Some(part) => Err(Refusal::Part(part.name.clone())),
        None if given.len() != own.len() => Err(Refusal::Part("one part stands twice".into())),
        None => Ok(()),
    }
}

fn clauses(ours: &Conformant, suite: &Suite) -> Result<(), Refusal> {
    if ours.clauses.len() != suite.clauses.len() {
        return Err(Refusal::Clauses(format!(
            "{} clauses in place of {}",
            ours.clauses.len(),
            suite.clauses.len()
        )));
    }
    for (at, (clause, own)) in ours.clauses.iter().zip(suite.clauses.iter()).enumerate() {
        let id = &own.id;
        if suite.unchecked.contains_key(&at) && clause.verdict == ClauseVerdict::Verified {
            return Err(Refusal::Clauses(format!(
                "no case of the suite checks '{id}', and it is said to be verified"
            )));
        }
        if clause.id != *id || clause.statement != own.statement || clause.source != own.source {
            return Err(Refusal::Clauses(format!("'{id}' is not as on the page")));
        }
        let is_open = clause.verdict == ClauseVerdict::NotExercised;
        if is_open != (clause.observations == 0) && clause.verdict != ClauseVerdict::Violated {
            return Err(Refusal::Clauses(format!(
                "'{id}' does not fit its observations"
            )));
        }
        let reason = is_open.then(|| not_exercised_since(id, &ours.tests, &ours.clauses));
        if clause.reason != reason {
            return Err(Refusal::Clauses(format!(
                "'{id}' was not exercised and says no reason that its cases give, or the reverse"
            )));
        }
    }
    Ok(())
}

fn accepted(ours: &Conformant, suite: &Suite) -> Result<(), Refusal> {
    let known: BTreeSet<&str> = ours
        .tests
        .iter()
        .filter(|test| test.verdict == TestWord::Known)
        .map(|test| test.id.as_str())
        .collect();
    let mut listed = BTreeSet::new();
    let last = Acceptance::last_day(date(&ours.issued_on)?);
    for accepted in &ours.accepted_differences {
        let id = accepted.test.as_str();
        if !known.contains(id) || !listed.insert(id) || accepted.differences.is_empty() {
            return Err(Refusal::Accepted(format!("those of '{id}'")));
        }
        if !says_something(&accepted.reason) {
            return Err(Refusal::Accepted(format!("those of '{id}' have no reason")));
        }
        if date(&accepted.until)? > last {
            return Err(Refusal::Accepted(format!(
                "those of '{id}' end on {}, later than an acceptance can",
                accepted.until
            )));
        }
        for difference in &accepted.differences {
            let is_rule = rule::ALL.iter().any(|rule| rule.code == difference.rule);
            if !is_rule || suite.clauses.position(&difference.clause).is_none() {
                return Err(Refusal::Accepted(format!(
                    "'{}' at '{}'",
                    difference.rule, difference.clause
                )));
            }
        }
    }
    if let Some(id) = known.difference(&listed).next() {
        return Err(Refusal::Accepted(format!("those of '{id}' are not listed")));
    }
    let broken = ours
        .clauses
        .iter()
        .filter(|clause| clause.verdict == ClauseVerdict::Violated);
    for clause in broken {
        let mut differences = ours
            .accepted_differences
            .iter()
            .flat_map(|accepted| &accepted.differences);
        if !differences.any(|difference| difference.clause == clause.id) {
            return Err(Refusal::Accepted(format!(
                "the clause '{}' is violated, and nobody accepted that",
                clause.id
            )));
        }
    }
    Ok(())
}

fn selftest(ours: &Conformant, suite: &Suite) -> Result<(), Refusal> {
    let own = &ours.selftest;
    let requests = suite.requests();
    let faults = catalogue::faults(&suite.contract)
        .iter()
        .filter(|fault| fault.out_of_reach(requests).is_none())
        .count();
    let conforming = catalogue::conforming(&suite.contract).len();
    if own.faults != faults || own.killed != faults {
        return Err(Refusal::Selftest(format!(
            "{} of {} faults were killed; {faults} of the catalogue are within the suite's reach",
            own.killed, own.faults
        )));
    }
    if own.conforming != conforming || own.passed != conforming {
        return Err(Refusal::Selftest(format!(
            "{} of {} conforming servers passed; the catalogue has {conforming}",
            own.passed, own.conforming
        )));
    }
    Ok(())
}
