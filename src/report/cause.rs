//! Defines [`Cause`]: what explains several findings at once.
//!
//! A server that is not the API answers every request in the same way, and so breaks nearly
//! every statement; one whose errors lack a member breaks a statement for each status. Told
//! one by one, such findings hide that there is one thing to look at.

use super::finding::{self, Finding};
use super::{CaseReport, OperationReport, Report};
use crate::contract::Subject;
use crate::judge::{Difference, rule};
use crate::runner::Example;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// Findings about a status of which so many, and no fewer, are told as one: a few may have
/// reasons of their own.
const MANY: usize = 4;
/// The same where every request, valid ones too, got a status that is documented for none.
const SEVERAL: usize = 2;

/// What the findings of a cause have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// One difference, or the same one in replies of several statuses.
    Difference,
    /// The same wrong status at many statements.
    Status,
    /// Every request of these operations was answered with the same status.
    EveryReply,
}

/// Findings that one cause explains.
#[derive(Debug)]
pub struct Cause<'a> {
    /// What they have in common.
    pub kind: Kind,
    /// At least one; those that most cases show first.
    pub findings: Vec<Finding<'a>>,
}

impl<'a> Cause<'a> {
    /// The finding that most cases show.
    pub fn first(&self) -> &Finding<'a> {
        &self.findings[0]
    }

    /// What shows it in the fewest words.
    pub fn example(&self) -> &'a Example {
        let mut examples: Vec<&Example> = self.findings.iter().map(|it| it.example).collect();
        examples.sort_by_key(|example| example.curl.len());
        examples[0]
    }

    /// The cases that show it, in the order of the findings.
    pub fn cases(&self) -> Vec<&'a CaseReport> {
        let mut known = BTreeSet::new();
        let mut cases: Vec<&CaseReport> = self.all(|it| &it.cases).collect();
        cases.retain(|case| known.insert(&case.id));
        cases
    }

    /// The operations that show it, in the order of the findings.
    pub fn operations(&self) -> Vec<&'a OperationReport> {
        let mut known = BTreeSet::new();
        let mut operations: Vec<&OperationReport> = self.all(|it| &it.operations).collect();
        operations.retain(|it| known.insert(&it.operation));
        operations
    }

    /// Replies that show it. What else is wrong with the same replies is not counted again.
    pub fn count(&self) -> u64 {
        let rule = self.first().difference.rule;
        let same = self
            .findings
            .iter()
            .filter(|it| it.difference.rule == rule)
            .map(|it| it.count);
        same.fold(0, u64::saturating_add)
    }

    fn all<T>(
        &self,
        of: for<'b> fn(&'b Finding<'a>) -> &'b Vec<&'a T>,
    ) -> impl Iterator<Item = &'a T> {
        self.findings.iter().flat_map(of).copied()
    }
}

/// What explains the differences of failing cases, that which most cases show first.
pub fn causes(report: &Report) -> Vec<Cause<'_>> {
    let found = finding::differences(report);
    let answers: BTreeMap<&str, &str> = report
        .operations
        .iter()
        .filter_map(|it| Some((it.operation.as_str(), only_answer(it)?)))
        .collect();
    let keys: Vec<Key> = found.iter().map(|it| key(it, &found, &answers)).collect();
    let mut places: BTreeMap<Key, usize> = BTreeMap::new();
    let mut causes: Vec<Cause<'_>> = Vec::new();
    for (found, key) in found.into_iter().zip(&keys) {
        let kind = match key {
            Key::EveryReply(..) => Kind::EveryReply,
            Key::Status(..) => Kind::Status,
            Key::Alike(..) => Kind::Difference,
        };
        let enough = match kind {
            Kind::Difference => 0,
            Kind::EveryReply if found.difference.rule != &rule::STATUS_UNEXPECTED => SEVERAL,
            Kind::EveryReply | Kind::Status => MANY,
        };
        let is_alone = keys.iter().filter(|other| *other == key).count() < enough;
        let new = Cause {
            kind: if is_alone { Kind::Difference } else { kind },
            findings: Vec::new(),
        };
        let at = match places.get(key) {
            Some(at) if !is_alone => *at,
            _ => {
                causes.push(new);
                places.insert(key.clone(), causes.len() - 1);
                causes.len() - 1
            }
        };
        causes[at].findings.push(found);
    }
    // Stable: ties stay in the order of the findings.
    causes.sort_by_cached_key(|cause| Reverse(cause.cases().len()));
    causes
}

/// What findings share that one cause explains.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    /// The status of every reply.
    EveryReply(String),
    /// Rule, and the status that came.
    Status(&'static str, String),
    /// Rule, clause whatever the status, pointer, and what came.
    Alike(&'static str, String, String, String),
}

fn key(found: &Finding<'_>, all: &[Finding<'_>], answers: &BTreeMap<&str, &str>) -> Key {
    let difference = found.difference;
    let observed = difference.observed.clone();
    if is_about_status(difference) {
        let is_only =
            |it: &&OperationReport| answers.get(it.operation.as_str()) == Some(&observed.as_str());
        return match found.operations.iter().all(is_only) {
            true => Key::EveryReply(observed),
            false => Key::Status(difference.rule.code, observed),
        };
    }
    // A body of another type is no JSON either.
    let leading = match difference.rule.code.starts_with("json-") {
        true => all.iter().find(|other| explains(other, found)),
        false => None,
    };
    let difference = leading.unwrap_or(found).difference;
    let clause = match difference.clause.subject() {
        Some(Subject::Response(_, rest)) => rest.to_owned(),
        _ => difference.clause.to_string(),
    };
    Key::Alike(
        difference.rule.code,
        clause,
        difference.pointer.clone(),
        difference.observed.clone(),
    )
}

/// Whether the media type is wrong wherever `json` is.
fn explains(media: &Finding<'_>, json: &Finding<'_>) -> bool {
    let rules = [&rule::MEDIA_TYPE_WRONG, &rule::MEDIA_TYPE_MISSING];
    let is_in = |case: &&CaseReport| media.cases.iter().any(|it| it.id == case.id);
    rules.contains(&media.difference.rule)
        && media.difference.clause == json.difference.clause
        && media.count >= json.count
        && json.cases.iter().all(is_in)
}

fn is_about_status(difference: &Difference) -> bool {
    let rules = [
        &rule::STATUS_UNEXPECTED,
        &rule::STATUS_UNDOCUMENTED,
        &rule::REDIRECT,
    ];
    rules.contains(&difference.rule)
}

/// The status of every reply of an operation, where that is wrong for some requests and no
/// other one came.
fn only_answer(operation: &OperationReport) -> Option<&str> {
    let mut only = None;
    let is_layered = |case: &&CaseReport| {
        let mut seen = case.seen.iter();
        seen.any(|it| it.difference.rule == &rule::LAYER_IN_FRONT)
    };
    let sent = operation.cases.iter().filter(|case| case.requests > 0);
    let sent: Vec<&CaseReport> = sent.filter(|case| !is_layered(case)).collect();
    for case in &sent {
        for (status, _) in wrong_statuses(case) {
            if *only.get_or_insert(status) != status {
                return None;
            }
        }
    }
    let only = only?;
    let is_only = |case: &&CaseReport| {
        let wrong: u64 = wrong_statuses(case).map(|(_, count)| count).sum();
        let is_right = case.expect.iter().any(|it| it.to_string() == only);
        is_right || wrong >= case.requests || case.unlisted > 0
    };
    sent.iter().all(is_only).then_some(only)
}

/// The statuses that came and do not conform, with how often each did.
fn wrong_statuses(case: &CaseReport) -> impl Iterator<Item = (&str, u64)> {
    let seen = case.seen.iter();
    seen.filter(|it| is_about_status(&it.difference))
        .map(|it| (it.difference.observed.as_str(), it.count))
}
