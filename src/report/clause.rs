//! Defines [`ClauseReport`]: the account of a documented statement.

use crate::contract::{ClauseId, Subject};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a run says about a clause.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClauseVerdict {
    /// Put to the test and never broken.
    Verified,
    /// Broken at least once.
    Violated,
    /// Never put to the test.
    NotExercised,
}

impl ClauseVerdict {
    /// Of how many exchanges put it to the test, and whether one broke it.
    pub fn of(observations: u64, is_violated: bool) -> Self {
        match (observations, is_violated) {
            (_, true) => Self::Violated,
            (0, false) => Self::NotExercised,
            (_, false) => Self::Verified,
        }
    }

    /// Its word in reports.
    pub fn word(self) -> &'static str {
        match self {
            Self::Verified => "verified",
            Self::Violated => "violated",
            Self::NotExercised => "not-exercised",
        }
    }
}

/// The account of a clause.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClauseReport {
    /// Id.
    pub id: ClauseId,
    /// The statement.
    pub statement: String,
    /// Table and row.
    pub source: String,
    /// The words of the source that it was read from; empty where it quotes none, and where
    /// the report was read from JSON, which does not hold them.
    #[serde(skip)]
    pub quote: String,
    /// The reading's reason, where the clause rests on the reading.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reading: Option<String>,
    /// What the run says.
    pub verdict: ClauseVerdict,
    /// Exchanges that put it to the test.
    pub observations: u64,
    /// Why it was not exercised.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Whether no case of the suite checks it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unchecked: bool,
}

/// Why a clause was not exercised: `skipped` holds the reasons of skipped cases by the
/// clause that they check.
pub(crate) fn why_not(
    id: &str,
    skipped: &BTreeMap<&str, &str>,
    exercised: &dyn Fn(&str) -> bool,
    is_unfiltered: bool,
) -> String {
    if let Some(reason) = skipped.get(id) {
        return (*reason).to_owned();
    }
    match ClauseId::from(id).subject() {
        Some(Subject::Response(status, _)) => {
            let listed = ClauseId::status(status);
            match skipped.get(listed.as_str()) {
                _ if exercised(&listed) => "no reply held it".into(),
                Some(reason) => (*reason).to_owned(),
                None => format!("no reply had status {status}"),
            }
        }
        _ if is_unfiltered => "no case checks it".into(),
        _ => "the filter left its cases out".into(),
    }
}
