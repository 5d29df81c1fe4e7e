//! Defines [`Statement`]: the in-toto Statement v1 that a certificate is, its strict
//! reader, and the bytes that are signed. `docs/certificate.md` describes every field.

use super::bounds::FORMAT;
use super::class::Class;
use super::operation::Operation;
use super::refusal::{Refusal, Rejection};
use super::subject::{Subject, digest};
use crate::digest::{Sha256, hex};
use crate::escape;
use crate::exchange::Limits;
use crate::judge::{json, rule};
use crate::suite::Unjudged;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;

/// `_type` of an in-toto Statement v1.
pub const TYPE: &str = "https://in-toto.io/Statement/v1";
/// `predicateType` of a test result.
pub const PREDICATE_TYPE: &str = "https://in-toto.io/attestation/test-result/v0.1";

/// A certificate without its signature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Statement {
    /// [`TYPE`].
    #[serde(rename = "_type")]
    pub type_: String,
    /// What is certified.
    pub subject: Vec<Subject>,
    /// [`PREDICATE_TYPE`].
    pub predicate_type: String,
    /// What is said of it.
    pub predicate: Predicate,
}

/// An in-toto test result with this program's own part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Predicate {
    /// What it came to.
    pub result: TestResult,
    /// The parts of the suite with their digests.
    pub configuration: Vec<Resource>,
    /// Ids of cases that passed.
    pub passed_tests: Vec<String>,
    /// Ids of cases that passed with notes or with accepted differences.
    pub warned_tests: Vec<String>,
    /// Always empty: with a failed case there is no certificate.
    pub failed_tests: Vec<String>,
    /// Everything that in-toto has no field for.
    pub conformant: Conformant,
}

/// What in-toto calls the result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum TestResult {
    /// Every case passed.
    Passed,
    /// Some passed with notes or accepted differences.
    Warned,
}

/// A part of the suite.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Resource {
    /// The path of a file inside the suite.
    pub name: String,
    /// `sha256`: 64 hexadecimal digits.
    pub digest: BTreeMap<String, String>,
}

/// This program's part of a certificate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Conformant {
    /// [`FORMAT`].
    pub format: String,
    /// The class of its worst operation.
    pub class: Class,
    /// First day on which it counts (UTC, `YYYY-MM-DD`).
    pub issued_on: String,
    /// Last day on which it counts (UTC, `YYYY-MM-DD`).
    pub valid_through: String,
    /// Version of the program that issued it.
    pub tool_version: String,
    /// The rules that judged.
    pub rule_set: RuleSet,
    /// The target as whoever ran the test declared it.
    pub target: Target,
    /// Seed of the generated requests.
    pub seed: Seed,
    /// What was sent.
    pub plan: Plan,
    /// What is said of each operation, in the order of their names.
    pub operations: Vec<Operation>,
    /// Operations and pages of the service that the certificate says nothing about.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub omitted: Vec<Unjudged>,
    /// The record of every exchange.
    pub evidence: Evidence,
}

/// The rules of a judge.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleSet {
    /// How many.
    pub rules: usize,
    /// SHA-256 over code, severity, basis and description of each.
    pub sha256: String,
}

impl RuleSet {
    /// The rules of this program.
    pub fn own() -> Self {
        let mut hash = Sha256::default();
        for rule in rule::ALL {
            let line = format!(
                "{}\t{:?}\t{}\t{}\n",
                rule.code, rule.severity, rule.basis, rule.description
            );
            hash.update(line);
        }
        Self {
            rules: rule::ALL.len(),
            sha256: hex(&hash.finalize()),
        }
    }
}

/// The target as declared. Nothing in here is proven.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Target {
    /// Its name.
    pub name: String,
    /// Its address.
    pub base_url: String,
    /// How requests were authorised.
    pub authorisation: Authorisation,
    /// Whether a project of another tenant was there to be tried.
    pub foreign_project: bool,
    /// Values of path parameters that name a resource.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub values: BTreeMap<String, String>,
    /// Whether every well-formed id was taken to name something (the reference server).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub knows_every_id: bool,
    /// Header fields that made it give a status: status, then name and value.
    pub provocations: BTreeMap<u16, Vec<(String, String)>>,
    /// Deadline of a whole exchange, in milliseconds.
    pub deadline_ms: u64,
    /// How much of a reply was read and kept.
    pub limits: Limits,
}

impl Target {
    /// In words, how requests were authorised and whose projects were tried.
    pub fn authorised(&self) -> String {
        let by = match self.authorisation {
            Authorisation::Token => "by a token",
            Authorisation::Signature => "by signatures",
            Authorisation::None => "not at all, as on the page",
        };
        let foreign = match self.foreign_project {
            true => "a project of another tenant was tried",
            false => "no project of another tenant was tried",
        };
        format!("{by}; {foreign}")
    }

    /// Deadline and limits in words; of the limits those that are not as by default and
    /// say something about the target.
    pub fn bounds(&self) -> String {
        let mut text = format!("{} ms an exchange", self.deadline_ms);
        for (limit, value) in self.limits.values() {
            if value != limit.default && limit.name != "kept_bytes" {
                text.push_str(&format!(", {} {value}", limit.name));
            }
        }
        text
    }
}

/// How requests were authorised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Authorisation {
    /// They carried a token.
    Token,
    /// They were signed.
    Signature,
    /// The page asks for neither.
    None,
}

impl Authorisation {
    /// Its word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::Signature => "signature",
            Self::None => "none",
        }
    }
}

/// The seed of generated requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seed {
    /// The seed.
    pub value: u64,
    /// Whether whoever ran the test chose it; else it follows from subject, plan and date.
    pub chosen: bool,
}

impl Plan {
    /// In words, how it was sent.
    pub fn sent(&self) -> String {
        let strictly = match self.strict {
            true => "; notes counted as differences",
            false => "",
        };
        let writes = match self.writes {
            true => "",
            false => "; nothing that may change what the target holds",
        };
        format!("each case sent {} times{strictly}{writes}", self.rounds)
    }
}

/// What was sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Plan {
    /// SHA-256 of everything that decides what a run sends.
    pub digest: String,
    /// How often the whole plan was sent.
    pub rounds: u32,
    /// Generated requests of each property, where more than the suite asks for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cases_per_property: Option<u32>,
    /// Whether notes counted as differences.
    pub strict: bool,
    /// Whether requests were sent that may change what the target holds.
    pub writes: bool,
}

/// The record that belongs to a certificate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// SHA-256 of the whole file.
    pub sha256: String,
    /// Its size.
    pub bytes: u64,
}

impl Evidence {
    /// The evidence that a file is.
    ///
    /// # Errors
    /// [`Error::Input`](crate::error::Error::Input) where it cannot be read.
    pub fn file(path: &Path) -> crate::error::Result<Self> {
        let (sha256, bytes) = digest(path)?;
        Ok(Self { sha256, bytes })
    }
}

impl Statement {
    /// The bytes that are signed: JSON in which nothing could steer a terminal.
    pub fn to_bytes(&self) -> Vec<u8> {
        let text = serde_json::to_string(self).unwrap_or_default();
        escape::json(&text).into_bytes()
    }

    /// Reads a statement: strict JSON, no unknown member, every version known.
    ///
    /// # Errors
    /// [`Rejection::Unreadable`] where it is no statement of this format;
    /// [`Refusal::Format`] where it is of another version.
    pub fn read(bytes: &[u8]) -> Result<Self, Rejection> {
        let value = strict(bytes, "the statement")?;
        let format = value.pointer("/predicate/conformant/format");
        if let Some(other) = format
            .and_then(serde_json::Value::as_str)
            .filter(|format| *format != FORMAT)
        {
            return Err(Refusal::Format(other.to_owned()).into());
        }
        let statement: Self = serde_json::from_value(value)
            .map_err(|error| Rejection::Unreadable(format!("the statement: {error}")))?;
        for (name, is, wanted) in [
            ("_type", &statement.type_, TYPE),
            ("predicateType", &statement.predicate_type, PREDICATE_TYPE),
        ] {
            if is != wanted {
                return Err(Rejection::Unreadable(format!(
                    "the statement: {name} is '{is}' and not '{wanted}'"
                )));
            }
        }
        Ok(statement)
    }
}

/// What a certificate may hold: of one operation it has about 1,500 values.
fn limits() -> Limits {
    Limits {
        json_values: 1_000_000,
        ..Limits::default()
    }
}

/// Reads JSON in which nothing is doubled, fractional or left over.
///
/// # Errors
/// [`Rejection::Unreadable`] where there is no JSON, or looser JSON than that.
pub(super) fn strict(bytes: &[u8], what: &str) -> Result<serde_json::Value, Rejection> {
    let parsed = json::parse(bytes, &limits());
    if let Some(finding) = parsed.findings.first() {
        return Err(Rejection::Unreadable(format!(
            "{what}: {} at '{}'",
            finding.observed, finding.pointer
        )));
    }
    if let Some(pointer) = parsed.fractions.first() {
        return Err(Rejection::Unreadable(format!(
            "{what}: an integer is written with a fraction or exponent at '{pointer}'"
        )));
    }
    Ok(parsed.value)
}
