//! Computes the plan of a certified run again: what had to be sent, what could not be,
//! and how many exchanges come of that at least.

use super::bounds::{MAX_CASES, ROUNDS};
use super::refusal::Refusal;
use super::seed::seed;
use super::statement::{Authorisation, Conformant, Statement, Target, TestWord};
use crate::exchange::{Header, Sign, Unsigned};
use crate::runner::{self, Filters, Item, Kind};
use crate::suite::{Signers, Suite, TargetValues};
use secrecy::SecretString;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::SystemTime;

/// The shortest line of a record that holds an exchange has more bytes than this.
const MIN_LINE_BYTES: u64 = 128;

/// Holds plan, seed, list of cases and counts against the suite. Nothing here takes longer
/// where a certificate claims more.
pub(super) fn check(statement: &Statement, suite: &Suite) -> Result<(), Refusal> {
    let ours = &statement.predicate.conformant;
    if ours.plan.rounds != ROUNDS {
        return Err(Refusal::Rounds(ours.plan.rounds));
    }
    let cases = ours.plan.cases_per_property;
    let most = suite.properties.iter().map(|property| property.cases).max();
    if cases < cases.and(most) {
        return Err(Refusal::Fewer);
    }
    if let Some(cases) = cases.filter(|cases| *cases > MAX_CASES) {
        return Err(Refusal::More(cases));
    }
    let foreign = ours.target.foreign_project.then_some(PROJECT);
    let values = values(&ours.target, PROJECT, foreign);
    let plan = runner::Plan::new(&[suite], &Filters::default(), cases, &values)
        .map_err(|error| Refusal::Tests(error.to_string()))?;
    if plan.digest != ours.plan.digest {
        return Err(Refusal::Plan);
    }
    let derived = seed(&statement.subject, &plan.digest, &ours.issued_on);
    if !ours.seed.chosen && ours.seed.value != derived {
        return Err(Refusal::Seed);
    }
    let items: Vec<&Item> = plan.items().collect();
    tests(ours, suite, &items)?;
    counts(ours, suite, &items)
}

fn tests(ours: &Conformant, suite: &Suite, items: &[&Item]) -> Result<(), Refusal> {
    if items.len() != ours.tests.len() {
        return Err(Refusal::Tests(format!(
            "{} cases in place of {}",
            ours.tests.len(),
            items.len()
        )));
    }
    for (item, test) in items.iter().zip(&ours.tests) {
        if item.id != test.id || item.template(suite).clause != test.clause {
            return Err(Refusal::Tests(format!(
                "'{}' in place of '{}'",
                test.id, item.id
            )));
        }
        let is_skipped = test.verdict == TestWord::Skipped;
        if item.skip != test.reason || is_skipped != item.skip.is_some() {
            return Err(Refusal::Skipped {
                id: test.id.clone(),
                wanted: match &item.skip {
                    Some(reason) => format!("skipped, for: {reason}"),
                    None => "sent".into(),
                },
            });
        }
    }
    Ok(())
}

/// Each case must count what its plan sends at least, and the record have room for all.
fn counts(ours: &Conformant, suite: &Suite, items: &[&Item]) -> Result<(), Refusal> {
    let mut all: u64 = 0;
    let controls = controls(suite, ours);
    for (item, test) in items.iter().zip(&ours.tests) {
        let a_round = match (&item.skip, item.kind) {
            (Some(_), _) => 0,
            (None, Kind::Case(_)) => as_control(&controls, &item.id) + 1,
            (None, Kind::Property(_)) => u64::from(item.requests),
        };
        let least = a_round * u64::from(ROUNDS);
        if test.requests < least || (least == 0 && test.requests > 0) {
            return Err(Refusal::Tests(format!(
                "'{}' counts {} exchanges, and its plan sends {least}",
                test.id, test.requests
            )));
        }
        all = all.saturating_add(test.requests);
    }
    if ours.evidence.bytes / MIN_LINE_BYTES < all {
        return Err(Refusal::Record(format!(
            "{} bytes hold no {all} exchanges",
            ours.evidence.bytes
        )));
    }
    Ok(())
}

/// How often each control is sent for the cases that were: once in front of each, and once
/// beside each request of a property that sends two at a time.
pub(super) fn controls<'a>(suite: &'a Suite, ours: &Conformant) -> BTreeMap<&'a str, u64> {
    let sent: std::collections::BTreeSet<&str> = ours
        .tests
        .iter()
        .filter(|test| test.verdict != TestWord::Skipped)
        .map(|test| test.id.as_str())
        .collect();
    let mut controls = BTreeMap::new();
    for template in suite.templates() {
        if let Some(control) = template.control.as_deref()
            && sent.contains(template.id.as_str())
        {
            *controls.entry(control).or_default() += 1;
        }
    }
    for property in suite.properties.iter().filter(|it| it.is_at_once) {
        if let Some(control) = property.template.control.as_deref()
            && sent.contains(property.template.id.as_str())
        {
            let cases = ours.plan.cases_per_property.unwrap_or(property.cases);
            *controls.entry(control).or_default() += u64::from(cases);
        }
    }
    controls
}

/// How often a case is sent as a control in a round: in front of each dependent, and once
/// more at the end.
pub(super) fn as_control(controls: &BTreeMap<&str, u64>, id: &str) -> u64 {
    controls.get(id).map_or(0, |dependents| dependents + 1)
}

/// Stands for a project where only its presence counts.
const PROJECT: &str = "0123456789abcdef0123456789abcdef";

/// What the target contributed to requests, its secrets replaced by a text that every
/// change of a token changes: `certify` takes no other.
pub(super) fn values(target: &Target, project: &str, foreign: Option<&str>) -> TargetValues {
    let secret = SecretString::from(format!("T{}k", "oken-0aB".repeat(1024)));
    TargetValues {
        project_id: project.to_owned(),
        foreign_project_id: foreign.map(str::to_owned),
        values: target.values.clone(),
        knows_every_id: target.knows_every_id,
        is_plain: target.base_url.starts_with("http://"),
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
