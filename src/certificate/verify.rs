//! Checks a certificate against the suite of whoever verifies it: what can be computed
//! again is, and must come out the same.

use super::conclusion::{class, last_day, lists, not_exercised_since, result, worst};
use super::envelope::open;
use super::evidence::rejudge;
use super::key::PublicKey;
use super::operation::{Operation, TestWord};
use super::own::{Own, Void};
use super::plan::Sent;
use super::refusal::{Refusal, Rejection};
use super::statement::{Authorisation, Conformant, RuleSet, Statement};
use super::subject::{Subject, is_sha256};
use super::{plan, target};
use crate::baseline::{Acceptance, Date, parse_date, says_something};
use crate::judge::rule;
use crate::reference::catalogue;
use crate::report::ClauseVerdict;
use crate::suite::Suite;
use std::collections::BTreeSet;
use std::path::Path;

/// A certificate that holds, but for what is void.
#[derive(Debug)]
pub struct Checked {
    /// What it says.
    pub statement: Statement,
    /// Operations of which it says nothing any more, since the verifier's suite has
    /// another edition of them.
    pub void: Vec<Void>,
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
/// Why it is rejected. Where nothing of it stands, that is why its first operation is void.
pub fn verify(
    bytes: &[u8],
    mut own: Own,
    key: Option<&PublicKey>,
    allow_unsigned: bool,
    today: Date,
    record: Option<&Path>,
) -> Result<Checked, Rejection> {
    let opened = open(bytes, key, allow_unsigned)?;
    if opened.statement.predicate.conformant.target.authorisation == Authorisation::Signature {
        own.sign();
    }
    let (sent, void) = check(&opened.statement, &own, today)?;
    let rejudged = match record {
        Some(path) => Some(rejudge(&opened.statement, &sent, path)?),
        None => None,
    };
    Ok(Checked {
        statement: opened.statement,
        void,
        signed_by: opened.signed_by,
        rejudged,
    })
}

/// Checks what needs neither key nor record; gives what was sent of each operation that the
/// verifier has too, and which are void. The suites word token cases as the certificate's
/// target needs it ([`Suite::sign`]).
///
/// # Errors
/// The first thing that is not as it should be.
pub fn check<'a>(
    statement: &'a Statement,
    own: &'a Own,
    today: Date,
) -> Result<(Vec<Sent<'a>>, Vec<Void>), Refusal> {
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
    let (held, void) = own.compare(statement)?;
    let suites: Vec<&Suite> = held.iter().map(|(_, suite)| &***suite).collect();
    target::check(&ours.target, &suites, void.is_empty())?;
    let sent = plan::check(statement, held, void.is_empty())?;
    for one in &sent {
        operation(ours, one.operation, &one.suite)?;
    }
    let class = worst(&ours.operations);
    if let Some(class) = class.filter(|class| *class != ours.class) {
        return Err(Refusal::Class {
            is: ours.class.word(),
            comes_to: class.word(),
        });
    }
    let predicate = &statement.predicate;
    let (passed, warned) = lists(&ours.operations);
    if predicate.passed_tests != passed
        || predicate.warned_tests != warned
        || !predicate.failed_tests.is_empty()
        || predicate.result != result(&ours.operations)
    {
        return Err(Refusal::Lists);
    }
    if !is_sha256(&ours.evidence.sha256) {
        return Err(Refusal::Record("its SHA-256 is none".into()));
    }
    Ok((sent, void))
}

/// Checks what is said of one operation.
fn operation(ours: &Conformant, operation: &Operation, suite: &Suite) -> Result<(), Refusal> {
    if operation.corrections != suite.contract.corrections {
        return Err(Refusal::Corrections);
    }
    clauses(operation, suite)?;
    accepted(operation, suite, date(&ours.issued_on)?)?;
    let comes_to = class(
        &operation.tests,
        &operation.clauses,
        &operation.corrections,
        &operation.accepted_differences,
    );
    if operation.class != comes_to {
        return Err(Refusal::Class {
            is: operation.class.word(),
            comes_to: comes_to.word(),
        });
    }
    selftest(operation, suite)
}

fn date(text: &str) -> Result<Date, Refusal> {
    parse_date(text).ok_or_else(|| Refusal::Date(text.to_owned()))
}

fn dates(ours: &Conformant, today: Date) -> Result<(), Refusal> {
    let issued = date(&ours.issued_on)?;
    let through = date(&ours.valid_through)?;
    let mut until = Vec::new();
    let operations = ours.operations.iter();
    for accepted in operations.flat_map(|one| &one.accepted_differences) {
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

fn clauses(ours: &Operation, suite: &Suite) -> Result<(), Refusal> {
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

fn accepted(ours: &Operation, suite: &Suite, issued_on: Date) -> Result<(), Refusal> {
    let known: BTreeSet<&str> = ours
        .tests
        .iter()
        .filter(|test| test.verdict == TestWord::Known)
        .map(|test| test.id.as_str())
        .collect();
    let mut listed = BTreeSet::new();
    let last = Acceptance::last_day(issued_on);
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

fn selftest(ours: &Operation, suite: &Suite) -> Result<(), Refusal> {
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
