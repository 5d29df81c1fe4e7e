//! Defines [`Operation`]: what a certificate says of one operation of the service.

use super::class::Class;
use crate::contract::{ClauseId, Correction};
use crate::judge::Verdict;
use crate::report::ClauseVerdict;
use crate::suite::strategy::Share;
use serde::{Deserialize, Serialize};

/// What is said of one operation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Operation {
    /// Its name.
    pub name: String,
    /// Its class.
    pub class: Class,
    /// SHA-256 of everything that decides what is sent of it.
    pub plan_digest: String,
    /// Which of the values that operations of one method share it was sent.
    #[serde(default, skip_serializing_if = "Share::is_all")]
    pub share: Share,
    /// Cases and properties in plan order.
    pub tests: Vec<Test>,
    /// Documented statements in page order.
    pub clauses: Vec<Clause>,
    /// Statements in which the contract follows a person and not its source.
    pub corrections: Vec<Correction>,
    /// Differences that somebody accepted.
    pub accepted_differences: Vec<Accepted>,
    /// The self-test in front of the run.
    pub selftest: Selftest,
}

/// What became of a case or property in all rounds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Test {
    /// `subject/slug`
    pub id: String,
    /// The clause that it checks.
    pub clause: ClauseId,
    /// The worst of its rounds.
    pub verdict: TestWord,
    /// Why it was skipped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Exchanges judged, controls of others included.
    pub requests: u64,
}

/// A verdict that a certificate can hold, worst last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TestWord {
    /// It conforms.
    Pass,
    /// It conforms, with something to look at.
    Note,
    /// It differs exactly as somebody accepted.
    Known,
    /// It was not sent, for a stated reason.
    Skipped,
}

impl TestWord {
    /// The verdict as far as a certificate can hold it.
    pub fn of(verdict: Verdict) -> Option<Self> {
        match verdict {
            Verdict::Pass => Some(Self::Pass),
            Verdict::Note => Some(Self::Note),
            Verdict::Known => Some(Self::Known),
            Verdict::Skipped => Some(Self::Skipped),
            Verdict::Fail | Verdict::Inconclusive | Verdict::Error => None,
        }
    }

    /// Its word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Pass => Verdict::Pass.word(),
            Self::Note => Verdict::Note.word(),
            Self::Known => Verdict::Known.word(),
            Self::Skipped => Verdict::Skipped.word(),
        }
    }
}

/// What became of a documented statement in all rounds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Clause {
    /// Id.
    pub id: ClauseId,
    /// The statement.
    pub statement: String,
    /// Table and row.
    pub source: String,
    /// What was seen.
    pub verdict: ClauseVerdict,
    /// Exchanges that put it to the test.
    pub observations: u64,
    /// Why it was not exercised.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

impl Operation {
    /// The cases that were skipped, by their reason, each in plan order.
    pub fn skipped(&self) -> Vec<(&str, Vec<&Test>)> {
        let skipped = self
            .tests
            .iter()
            .filter(|test| test.verdict == TestWord::Skipped);
        by_reason(skipped.map(|test| (test.reason.as_deref().unwrap_or_default(), test)))
    }

    /// The clauses that were not exercised, by their reason, each in page order.
    pub fn not_exercised(&self) -> Vec<(&str, Vec<&Clause>)> {
        let open = self
            .clauses
            .iter()
            .filter(|clause| clause.verdict == ClauseVerdict::NotExercised);
        by_reason(open.map(|clause| (clause.reason.as_deref().unwrap_or_default(), clause)))
    }
}

/// Groups things by their reason; groups and their members stay in order.
fn by_reason<'a, T>(all: impl Iterator<Item = (&'a str, T)>) -> Vec<(&'a str, Vec<T>)> {
    let mut groups: Vec<(&str, Vec<T>)> = Vec::new();
    for (reason, one) in all {
        match groups.iter_mut().find(|(other, _)| *other == reason) {
            Some((_, group)) => group.push(one),
            None => groups.push((reason, vec![one])),
        }
    }
    groups
}

/// The accepted differences of one case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Accepted {
    /// The case.
    pub test: String,
    /// Why they are lived with.
    pub reason: String,
    /// Last day on which they are accepted (UTC, `YYYY-MM-DD`).
    pub until: String,
    /// Where that is tracked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<String>,
    /// The differences.
    pub differences: Vec<AcceptedDifference>,
}

/// One accepted difference.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AcceptedDifference {
    /// Code of the rule.
    pub rule: String,
    /// Clause that it rests on.
    pub clause: ClauseId,
    /// JSON pointer, array indices generalised; empty for the whole reply.
    pub pointer: String,
    /// What is documented.
    pub documented: String,
    /// What came, by class.
    pub observed: String,
}

impl From<&crate::judge::Difference> for AcceptedDifference {
    fn from(difference: &crate::judge::Difference) -> Self {
        Self {
            rule: difference.rule.code.to_owned(),
            clause: difference.clause.clone(),
            pointer: difference.pointer.clone(),
            documented: difference.documented.clone(),
            observed: difference.observed.clone(),
        }
    }
}

/// Totals of the kill matrix.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Selftest {
    /// Servers with one documented statement broken.
    pub faults: usize,
    /// Of them, those that were caught at the statement that they break.
    pub killed: usize,
    /// Servers that differ in what the page leaves open.
    pub conforming: usize,
    /// Of them, those that passed.
    pub passed: usize,
    /// Its seed.
    pub seed: u64,
}
