//! Defines [`Case`] and [`Property`] as they stand in case files.
//!
//! A case is the base request with some parameters changed; a property is the
//! same with parameters that vary from request to request.

use super::step::Step;
use crate::contract::{ClauseId, Subject};
use crate::exchange::Travel;
use serde::{Deserialize, Deserializer, Serialize};
use std::collections::BTreeMap;

/// The version line of case files.
pub(super) const FORMAT: &str = "conformant-cases/1";

/// A value of the target, known only when the suite runs.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum TargetValue {
    /// The project that the token may use.
    ProjectId,
    /// A well-formed project of another tenant.
    ForeignProjectId,
    /// The token.
    Token,
    /// The value that the target gives for the path parameter of this name, which names
    /// a resource.
    #[serde(rename = "value")]
    Resource(String),
}

/// A change that makes a wrong token from the right one.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum TokenChange {
    /// This text is added behind it.
    Appended(String),
    /// This text is added in front of it.
    Prepended(String),
    /// So many characters are cut off its end.
    Cut(usize),
    /// Only so many characters of its start are kept.
    Kept(usize),
    /// Its last character becomes another.
    LastReplaced,
    /// Its first character becomes another.
    FirstReplaced,
    /// Upper case becomes lower case, and the reverse.
    CaseSwapped,
    /// It stands twice.
    Doubled,
    /// It stands twice, with a comma between.
    Joined,
    /// The case of its first letter changes.
    FirstCaseSwapped,
    /// The case of its last letter changes.
    LastCaseSwapped,
    /// All in upper case.
    UpperCase,
    /// All in lower case.
    LowerCase,
    /// Its first character is left out.
    FirstDropped,
    /// Every character of it is percent-encoded.
    Encoded,
    /// It stands in quotation marks.
    Quoted,
    /// This text stands in its middle.
    Inserted(String),
    /// It stands between these texts.
    Around([String; 2]),
    /// As the password of Basic credentials (RFC 7617).
    Basic,
    /// In base64 (RFC 4648 section 4).
    InBase64,
    /// It is written backwards.
    Reversed,
    /// The request is signed, and its date is 24 hours old; a token has no date.
    Stale,
}

/// Longest text that is made up: one beyond the longest length that a page can state.
const MAX_LENGTH: usize = 2 << 20;
/// Most items that are made up.
const MAX_ITEMS: usize = 100_000;
/// Most requests of one property.
pub(super) const MAX_CASES: u32 = 1_000_000;

fn made_length<'de, D: Deserializer<'de>>(deserializer: D) -> Result<usize, D::Error> {
    at_most(deserializer, MAX_LENGTH, "characters")
}

fn made_items<'de, D: Deserializer<'de>>(deserializer: D) -> Result<usize, D::Error> {
    at_most(deserializer, MAX_ITEMS, "items")
}

fn at_most<'de, D: Deserializer<'de>>(
    deserializer: D,
    most: usize,
    what: &str,
) -> Result<usize, D::Error> {
    let number = usize::deserialize(deserializer)?;
    if number > most {
        let text = format!("{number} {what} are more than are made up ({most})");
        return Err(serde::de::Error::custom(text));
    }
    Ok(number)
}

/// What stands for a parameter.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Value {
    /// This text.
    Text(String),
    /// This text of a path or a query, percent-encoded already: it travels as it stands.
    Raw(String),
    /// `with`, repeated and cut to `length` characters.
    Filled {
        /// What is repeated.
        with: String,
        /// Length in characters.
        #[serde(deserialize_with = "made_length")]
        length: usize,
    },
    /// A value of the target.
    Target(TargetValue),
    /// A wrong token.
    Token(TokenChange),
    /// The parameter is not sent.
    Omitted,
}

/// `with`, repeated and cut to `length` characters.
pub(super) fn filled(with: &str, length: usize) -> String {
    with.chars().cycle().take(length).collect()
}

/// What stands for a member of the request's body.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Member {
    /// This JSON text.
    Json(String),
    /// A string: `with`, repeated and cut to `length` characters.
    Filled {
        /// What is repeated.
        with: String,
        /// Length in characters.
        #[serde(deserialize_with = "made_length")]
        length: usize,
    },
    /// An array of `times` times the same JSON text.
    Repeated {
        /// The JSON text of an item.
        item: String,
        /// How many items.
        #[serde(deserialize_with = "made_items")]
        times: usize,
    },
    /// The whole body is this text, be it JSON or not.
    Raw(String),
    /// The member is left out.
    Omitted,
}

/// Parameters and what stands for them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct RequestValues {
    /// Path parameters.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub path: BTreeMap<String, Value>,
    /// Query parameters.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub query: BTreeMap<String, Value>,
    /// Header parameters.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, Value>,
    /// Query parameters that the page does not document.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub other_query: BTreeMap<String, Value>,
    /// Header fields that the page does not document. `Accept` may be left out.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub other_headers: BTreeMap<String, Value>,
    /// Members of the body by JSON pointer; the empty pointer is the whole body.
    /// Shorter pointers are set first.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub body: BTreeMap<String, Member>,
    /// How the request travels, where that varies.
    #[serde(skip)]
    pub travel: Travel,
}

impl RequestValues {
    /// Whether they say something about the header field of this name.
    pub(super) fn has_header(&self, name: &str) -> bool {
        let mut names = self.headers.keys().chain(self.other_headers.keys());
        names.any(|own| own.eq_ignore_ascii_case(name))
    }

    /// Characters that are made up for them, about.
    pub(super) fn size(&self) -> usize {
        let values = self.path.values().chain(self.query.values());
        let values = values
            .chain(self.headers.values())
            .chain(self.other_query.values())
            .chain(self.other_headers.values())
            .map(|value| match value {
                Value::Filled { length, .. } => *length,
                _ => 0,
            });
        let members = self.body.values().map(|member| match member {
            Member::Filled { length, .. } => *length,
            Member::Repeated { item, times } => item.len().saturating_mul(*times),
            _ => 0,
        });
        values.chain(members).fold(0, usize::saturating_add)
    }
}

/// What cases and properties have in common.
#[derive(Clone, Debug)]
pub struct Template {
    /// `subject/slug`
    pub id: String,
    /// What it is about, in one line.
    pub summary: String,
    /// The clause that it checks.
    pub clause: ClauseId,
    /// The statuses that conform.
    pub expect: Vec<u16>,
    /// The valid case that differs in one element.
    pub control: Option<String>,
    /// What differs from the base request.
    pub changes: RequestValues,
    /// The status that the target is asked to give by a provocation.
    pub provoke: Option<u16>,
    /// How its requests travel.
    pub travel: Travel,
    /// Whether it names a project or resource that nobody may have made, and the page
    /// documents no status for that: it is sent only where every id is known.
    pub made_up: bool,
    /// The step of a sequence that it is.
    pub step: Option<Box<Step>>,
}

impl Template {
    /// Whether the request must succeed whatever else is known of the target.
    pub fn must_succeed(&self) -> bool {
        let is_success = |status: &u16| crate::status::is_success(*status);
        self.control.is_none() && self.step.is_none() && self.expect.iter().all(is_success)
    }
}

/// A named request with its expected statuses.
#[derive(Clone, Debug)]
pub struct Case {
    /// What it sends and expects.
    pub template: Template,
}

/// What varies from request to request.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Vary {
    /// Parameters (`path/busi_type`), or `body`, that take conforming values.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conforming: Vec<String>,
    /// A clause that every request breaks, and no other.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub violating: Option<ClauseId>,
    /// A clause of another parameter that every request breaks too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub also_violating: Option<ClauseId>,
    /// A header parameter that carries wrong tokens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wrong_token: Option<String>,
    /// Whether header fields vary that change nothing about what is documented.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub ways: bool,
    /// Whether queries vary that the page does not document.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub queries: bool,
}

impl Vary {
    /// Whether it varies what other operations do not have: the body, or the query.
    pub(super) fn is_own(&self) -> bool {
        let is_own = |place: &str| place == "body" || place.starts_with("query/");
        let broken = self.violating.iter().chain(&self.also_violating);
        let mut broken = broken.filter_map(|clause| match clause.subject()? {
            Subject::Request(place) => Some(place),
            _ => None,
        });
        let mut conforming = self.conforming.iter();
        conforming.any(|place| is_own(place))
            || broken.any(|place| is_own(place) || place.starts_with("body/"))
    }
}

/// A family of generated requests with their expected statuses.
#[derive(Clone, Debug)]
pub struct Property {
    /// What all its requests have in common.
    pub template: Template,
    /// How many requests a default run sends.
    pub cases: u32,
    /// Whether its requests come behind those of all others.
    pub is_late: bool,
    /// Whether its requests are sent two at a time.
    pub is_at_once: bool,
    /// What differs between them.
    pub vary: Vary,
    /// The first of them, of any seed: what a target cannot be sent of it, it cannot be sent
    /// of the others.
    pub sample: RequestValues,
}
