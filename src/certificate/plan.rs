//! Computes the plan of a certified run again: what had to be sent, what could not be,
//! and how many exchanges come of that at least.

use super::bounds::{MAX_CASES, ROUNDS};
use super::operation::{Operation, TestWord};
use super::refusal::Refusal;
use super::seed::seed;
use super::statement::{Authorisation, Statement, Target};
use crate::exchange::{Header, Sign, Unsigned};
use crate::runner::{Filters, Kind, OperationPlan, Provision, plan_digest, shares};
use crate::suite::strategy::Share;
use crate::suite::{Signers, Suite, TargetValues};
use secrecy::SecretString;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::SystemTime;

/// The shortest line of a record that holds an exchange has more bytes than this.
const MIN_LINE_BYTES: u64 = 128;

/// What had to be sent of an operation that the verifier has too.
#[derive(Debug)]
pub struct Sent<'a> {
    /// What the certificate says of it.
    pub operation: &'a Operation,
    /// The verifier's suite.
    pub suite: Arc<Suite>,
    /// What its plan sends.
    pub part: OperationPlan,
}

/// Holds plan, seed, lists of cases and counts against the suites; `is_all` says whether
/// the verifier has every operation. Nothing here takes longer where a certificate claims
/// more.
pub(super) fn check<'a>(
    statement: &Statement,
    held: Vec<(&'a Operation, &Arc<Suite>)>,
    is_all: bool,
) -> Result<Vec<Sent<'a>>, Refusal> {
    let ours = &statement.predicate.conformant;
    if ours.plan.rounds != ROUNDS {
        return Err(Refusal::Rounds(ours.plan.rounds));
    }
    let cases = ours.plan.cases_per_property;
    if let Some(cases) = cases.filter(|cases| *cases > MAX_CASES) {
        return Err(Refusal::More(cases));
    }
    let parts = ours.operations.iter();
    let parts = parts.map(|one| (one.name.as_str(), one.plan_digest.as_str()));
    let digest = plan_digest(parts, &[]);
    if digest != ours.plan.digest {
        return Err(Refusal::Plan);
    }
    let derived = seed(&statement.subject, &digest, &ours.issued_on);
    if !ours.seed.chosen && ours.seed.value != derived {
        return Err(Refusal::Seed);
    }
    let suites: Vec<&Suite> = held.iter().map(|(_, suite)| &***suite).collect();
    let foreign = ours.target.foreign_project.then_some(PROJECT);
    let values = values(&ours.target, PROJECT, foreign);
    let mut sent = Vec::new();
    for ((operation, suite), share) in held.into_iter().zip(shares(&suites)) {
        let most = suite.properties.iter().map(|property| property.cases).max();
        if cases < cases.and(most) {
            return Err(Refusal::Fewer);
        }
        let share = match is_all {
            true => share,
            // How many operations of its method there were is not known any more.
            false => bounded(operation.share, ours.operations.len())?,
        };
        let mut part = OperationPlan::new(
            suite,
            &Filters::default(),
            cases,
            share,
            (&values, &Provision::default()),
        );
        if !ours.plan.writes {
            part.without_writes(suite);
        }
        if part.digest != operation.plan_digest || part.share != operation.share {
            return Err(Refusal::Plan);
        }
        tests(operation, suite, &part)?;
        sent.push(Sent {
            operation,
            suite: Arc::clone(suite),
            part,
        });
    }
    counts(&sent, ours.evidence.bytes)?;
    Ok(sent)
}

/// A share that a service of so many operations can have.
fn bounded(share: Share, operations: usize) -> Result<Share, Refusal> {
    let most = Share::parts(u32::try_from(operations).unwrap_or(u32::MAX));
    match share.count >= 1 && share.count <= most && share.index < share.count {
        true => Ok(share),
        false => Err(Refusal::Plan),
    }
}

fn tests(ours: &Operation, suite: &Suite, part: &OperationPlan) -> Result<(), Refusal> {
    if part.items.len() != ours.tests.len() {
        return Err(Refusal::Tests(format!(
            "{} cases in place of {}",
            ours.tests.len(),
            part.items.len()
        )));
    }
    for (item, test) in part.items.iter().zip(&ours.tests) {
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
fn counts(sent: &[Sent<'_>], bytes: u64) -> Result<(), Refusal> {
    let mut all: u64 = 0;
    for Sent {
        operation,
        suite,
        part,
    } in sent
    {
        let controls = controls(suite, part);
        for (item, test) in part.items.iter().zip(&operation.tests) {
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
    }
    if bytes / MIN_LINE_BYTES < all {
        return Err(Refusal::Record(format!(
            "{bytes} bytes hold no {all} exchanges"
        )));
    }
    Ok(())
}

/// How often each control is sent for the cases that are: once in front of each, and once
/// beside each request of a property that sends two at a time.
pub(super) fn controls<'a>(suite: &'a Suite, part: &OperationPlan) -> BTreeMap<&'a str, u64> {
    let mut controls = BTreeMap::new();
    for item in part.items.iter().filter(|item| item.skip.is_none()) {
        if let Some(control) = item.template(suite).control.as_deref() {
            let beside = match item.kind {
                Kind::Property(at) if suite.properties[at].is_at_once => u64::from(item.requests),
                Kind::Property(_) | Kind::Case(_) => 0,
            };
            *controls.entry(control).or_default() += 1 + beside;
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
