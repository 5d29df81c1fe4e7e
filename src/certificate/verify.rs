//! Checks a certificate against the suite of whoever verifies it: what can be computed
//! again is, and must come out the same.

use super::class::Class;
use super::envelope::open;
use super::evidence::rejudge;
use super::issue::{ROUNDS, configuration, last_day, lists, result};
use super::key::PublicKey;
use super::refusal::{Refusal, Rejection};
use super::seed::seed;
use super::statement::{
    Authorisation, ClauseWord, Conformant, RuleSet, Statement, Target, Test, TestWord,
};
use super::subject::{Subject, is_sha256};
use crate::exchange::{Header, Sign, Unsigned};
use crate::judge::rule;
use crate::reference::catalogue;
use crate::runner;
use crate::suite::{LEAVES_KEY, LEAVES_TOKEN, Signers, Suite, TargetValues};
use chrono::NaiveDate as Date;
use secrecy::SecretString;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

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
    if !ours.target.limits.are_settable() {
        return Err(Refusal::Limits);
    }
    parts(statement, suite)?;
    plan(statement, suite)?;
    clauses(ours, suite)?;
    accepted(ours, suite)?;
    let comes_to = Class::of(&ours.clauses, &ours.accepted_differences);
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
    text.parse::<Date>()
        .ok()
        .filter(|date| date.to_string() == text)
        .ok_or_else(|| Refusal::Date(text.to_owned()))
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
            return Err(match part.name.as_str() {
                "page" => Refusal::Page,
                name => Refusal::Part(name.to_owned()),
            });
        }
    }
    match given.iter().find(|part| !own.contains(part)) {
        Some(part) => Err(Refusal::Part(part.name.clone())),
        None if given.len() != own.len() => Err(Refusal::Part("one part stands twice".into())),
        None => Ok(()),
    }
}

fn plan(statement: &Statement, suite: &Suite) -> Result<(), Refusal> {
    let ours = &statement.predicate.conformant;
    if ours.plan.rounds != ROUNDS {
        return Err(Refusal::Rounds(ours.plan.rounds));
    }
    let most = suite.properties.iter().map(|property| property.cases).max();
    if ours.plan.cases_per_property < ours.plan.cases_per_property.and(most) {
        return Err(Refusal::Fewer);
    }
    let foreign = ours.target.foreign_project.then_some(PROJECT);
    let values = values(&ours.target, PROJECT, foreign);
    let plan = runner::Plan::new(suite, &[], ours.plan.cases_per_property, &values)
        .map_err(|error| Refusal::Tests(error.to_string()))?;
    if plan.digest != ours.plan.digest {
        return Err(Refusal::Plan);
    }
    let derived = seed(&statement.subject, &plan.digest, &ours.issued_on);
    if !ours.seed.chosen && ours.seed.value != derived {
        return Err(Refusal::Seed);
    }
    if plan.items.len() != ours.tests.len() {
        return Err(Refusal::Tests(format!(
            "{} cases in place of {}",
            ours.tests.len(),
            plan.items.len()
        )));
    }
    for (item, test) in plan.items.iter().zip(&ours.tests) {
        let template = match item.kind {
            runner::Kind::Case(at) => &suite.cases[at].template,
            runner::Kind::Property(at) => &suite.properties[at].template,
        };
        if item.id != test.id || template.clause != test.clause {
            return Err(Refusal::Tests(format!(
                "'{}' in place of '{}'",
                test.id, item.id
            )));
        }
        let is_skipped = test.verdict == TestWord::Skipped;
        let is_right = match &item.skip {
            Some(reason) => is_skipped && test.reason.as_ref() == Some(reason),
            None if is_skipped => is_token_of_its_own(test),
            None => test.reason.is_none(),
        };
        if !is_right || is_skipped != (test.requests == 0) {
            return Err(Refusal::Tests(format!(
                "'{}' was skipped for no reason that the target gives, or sent in spite of one",
                test.id
            )));
        }
    }
    Ok(())
}

/// Whether a case was skipped since its change leaves this very token as it is, which
/// only the run itself can know.
fn is_token_of_its_own(test: &Test) -> bool {
    let reason = test.reason.as_deref();
    reason == Some(LEAVES_TOKEN) || reason == Some(LEAVES_KEY)
}

fn clauses(ours: &Conformant, suite: &Suite) -> Result<(), Refusal> {
    if ours.clauses.len() != suite.clauses.len() {
        return Err(Refusal::Clauses(format!(
            "{} clauses in place of {}",
            ours.clauses.len(),
            suite.clauses.len()
        )));
    }
    for (clause, own) in ours.clauses.iter().zip(suite.clauses.iter()) {
        let id = &own.id;
        if clause.id != *id || clause.statement != own.statement || clause.source != own.source {
            return Err(Refusal::Clauses(format!("'{id}' is not as on the page")));
        }
        let is_open = clause.verdict == ClauseWord::NotExercised;
        if is_open != (clause.observations == 0) && clause.verdict != ClauseWord::Violated {
            return Err(Refusal::Clauses(format!(
                "'{id}' does not fit its observations"
            )));
        }
        let has_reason = clause.reason.as_ref().is_some_and(|text| !text.is_empty());
        if is_open != has_reason {
            return Err(Refusal::Clauses(format!(
                "'{id}' was not exercised and says no reason, or the reverse"
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
    for accepted in &ours.accepted_differences {
        let id = accepted.test.as_str();
        if !known.contains(id) || !listed.insert(id) || accepted.differences.is_empty() {
            return Err(Refusal::Accepted(format!("those of '{id}'")));
        }
        if accepted.reason.trim().is_empty() {
            return Err(Refusal::Accepted(format!("those of '{id}' have no reason")));
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
        .filter(|clause| clause.verdict == ClauseWord::Violated);
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
    let faults = catalogue::faults(&suite.contract).len();
    let conforming = catalogue::conforming().len();
    if own.faults != faults || own.killed != faults {
        return Err(Refusal::Selftest(format!(
            "{} of {} faults were killed; the catalogue has {faults}",
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

/// Stands for a project where only its presence counts.
const PROJECT: &str = "0123456789abcdef0123456789abcdef";

/// What the target contributed to requests, its secrets replaced by a text that no
/// change of a token leaves as it is.
pub(super) fn values(target: &Target, project: &str, foreign: Option<&str>) -> TargetValues {
    let secret = SecretString::from(format!("T{}k", "oken-0aB".repeat(1024)));
    TargetValues {
        project_id: project.to_owned(),
        foreign_project_id: foreign.map(str::to_owned),
        values: target.values.clone(),
        knows_every_id: target.knows_every_id,
        token: secret.clone(),
        provoke: target.provocations.clone(),
        signers: (target.authorisation == Authorisation::Signature)
            .then(|| Signers::new(secret, |_, _, _| Arc::new(NoSigner))),
    }
}

/// Signs nothing: what is compared is how a signature was to be made.
#[derive(Debug)]
struct NoSigner;

impl Sign for NoSigner {
    fn headers(&self, _: &Unsigned<'_>, _: SystemTime) -> Vec<Header> {
        Vec::new()
    }

    fn shell(&self, _: &Unsigned<'_>) -> (String, Vec<String>) {
        (String::new(), Vec::new())
    }
}
