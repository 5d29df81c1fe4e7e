//! Defines the evidence of a run: NDJSON with a header line, one line an exchange,
//! and a footer. Without its footer it is not evidence.
//!
//! Secrets are replaced before anything is written. Bodies are kept to a bound,
//! with size and SHA-256 of the whole.

use super::{
    BodyEnd, Exchange, Header, HeaderValue, Limits, NoReply, Outcome, Redactor, Request, Response,
    Travel,
};
use crate::contract::Location;
use crate::digest::{Sha256, hex};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// The version of the format.
pub const FORMAT: &str = "conformant-record/3";

/// First line of a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordHeader {
    /// [`FORMAT`].
    pub format: String,
    /// Version of the tool.
    pub tool_version: String,
    /// Names of the operations, in the order of the plan.
    pub operations: Vec<String>,
    /// Name of the target.
    pub target: String,
    /// Address of the target.
    pub base_url: String,
    /// Seed of generated requests.
    pub seed: u64,
    /// Digest of the plan.
    pub plan_digest: String,
    /// The project that the credentials may use.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub project_id: String,
    /// A well-formed project of another tenant, where one was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub foreign_project_id: Option<String>,
    /// Operations that send a part of what all of them share: which part, of how many.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub shares: BTreeMap<String, [u32; 2]>,
    /// SHA-256 of the suite's parts: page, reading, schemas, cases, contract.
    pub digests: BTreeMap<String, String>,
    /// Within which limits replies were read, where not those by default.
    #[serde(default, skip_serializing_if = "Limits::is_default")]
    pub limits: Limits,
}

/// A line of a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordLine {
    /// Id of the case or property: `operation/subject/slug`.
    pub case: String,
    /// Which round of the plan, from 1; a run has one, a certified run several.
    #[serde(default = "first", skip_serializing_if = "is_first")]
    pub round: u32,
    /// What was sent.
    pub request: RecordedRequest,
    /// What came back; `Err`-like outcomes have no status.
    pub outcome: RecordedOutcome,
    /// Repeated attempts.
    pub retries: u32,
    /// Milliseconds from first byte sent to last byte read.
    pub elapsed_ms: u64,
}

fn first() -> u32 {
    1
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde asks for a reference"
)]
fn is_first(round: &u32) -> bool {
    *round == 1
}

/// A request as sent, secrets replaced.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordedRequest {
    /// HTTP method.
    pub method: String,
    /// Encoded path and query.
    pub path_and_query: String,
    /// Header fields: name, value as shown, and the recipe of a value made from a secret.
    pub headers: Vec<(String, String, Option<String>)>,
    /// How it travelled.
    #[serde(default)]
    pub travel: Travel,
    /// Parameters before encoding: location, name, value.
    pub values: Vec<(String, String, String)>,
    /// The body, secrets replaced; absent where none was sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
}

/// What came back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum RecordedOutcome {
    /// A reply.
    Reply {
        /// Status code.
        status: u16,
        /// Header fields, secrets replaced.
        headers: Vec<(String, String)>,
        /// The kept body as text; absent where it is not UTF-8.
        #[serde(skip_serializing_if = "Option::is_none")]
        body: Option<String>,
        /// The kept body in base64, where it is not UTF-8.
        #[serde(skip_serializing_if = "Option::is_none")]
        body_base64: Option<String>,
        /// Size of the whole body, after decoding.
        body_bytes: u64,
        /// SHA-256 of the whole body as recorded (secrets replaced).
        body_sha256: String,
        /// How it ended.
        end: String,
    },
    /// No reply: `closed`, `silent`, `not-http` or `head-too-large`.
    NoReply(String),
}

/// Last line of a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordFooter {
    /// Exchanges in the record.
    pub exchanges: u64,
    /// SHA-256 over all lines in front of this one, line feeds included.
    pub sha256: String,
    /// Verdict of the run.
    pub verdict: String,
    /// Exit code of the run.
    pub exit_code: u8,
}

/// The header field under which a signature is recorded.
pub const SIGNED: &str = "Authorization";

const ENDS: [(BodyEnd, &str); 5] = [
    (BodyEnd::Complete, "complete"),
    (BodyEnd::Truncated, "truncated"),
    (BodyEnd::Stalled, "stalled"),
    (BodyEnd::TooLarge, "too-large"),
    (BodyEnd::Undecodable, "undecodable"),
];
const NO_REPLIES: [(NoReply, &str); 4] = [
    (NoReply::Closed, "closed"),
    (NoReply::Silent, "silent"),
    (NoReply::NotHttp, "not-http"),
    (NoReply::HeadTooLarge, "head-too-large"),
];
const LOCATIONS: [Location; 3] = [Location::Path, Location::Query, Location::Header];

fn word<T: PartialEq + Copy>(words: &[(T, &'static str)], of: T) -> String {
    words
        .iter()
        .find(|(other, _)| *other == of)
        .map_or_else(String::new, |(_, word)| (*word).to_owned())
}

impl RecordLine {
    /// Records an exchange of a case, and at most `kept` bytes of its body.
    pub fn new(case: &str, exchange: &Exchange, redactor: &Redactor, kept: usize) -> Self {
        Self {
            case: case.to_owned(),
            round: 1,
            request: RecordedRequest::new(&exchange.request, redactor),
            outcome: match &exchange.outcome {
                Outcome::NoReply(why) => RecordedOutcome::NoReply(word(&NO_REPLIES, *why)),
                Outcome::Reply(response) => reply(response, redactor, kept),
            },
            retries: exchange.retries,
            elapsed_ms: u64::try_from(exchange.elapsed.as_millis()).unwrap_or(u64::MAX),
        }
    }

    /// The exchange again; `None` where the record holds less than all of the body.
    ///
    /// # Errors
    /// What in the line cannot be read.
    pub fn exchange(&self) -> Result<Option<Exchange>, String> {
        let outcome = match &self.outcome {
            RecordedOutcome::NoReply(why) => Outcome::NoReply(
                read(&NO_REPLIES, why)
                    .ok_or_else(|| format!("'{why}' is no way to end without a reply"))?,
            ),
            RecordedOutcome::Reply {
                status,
                headers,
                body,
                body_base64,
                body_bytes,
                body_sha256,
                end,
            } => {
                let body = match (body, body_base64) {
                    (Some(text), None) => text.clone().into_bytes(),
                    (None, Some(text)) => {
                        STANDARD.decode(text).map_err(|error| error.to_string())?
                    }
                    (None, None) => Vec::new(),
                    (Some(_), Some(_)) => return Err("two bodies".into()),
                };
                if body.len() as u64 != *body_bytes {
                    return Ok(None);
                }
                if hex(&Sha256::digest(&body)) != *body_sha256 {
                    return Err("the body does not have its SHA-256".into());
                }
                Outcome::Reply(Response {
                    status: *status,
                    headers: headers
                        .iter()
                        .map(|(name, value)| (name.clone(), value.clone().into_bytes()))
                        .collect(),
                    body,
                    end: read(&ENDS, end)
                        .ok_or_else(|| format!("'{end}' is no way to end a body"))?,
                })
            }
        };
        Ok(Some(Exchange {
            request: Arc::new(self.request.to_request()),
            outcome,
            retries: self.retries,
            elapsed: Duration::from_millis(self.elapsed_ms),
        }))
    }
}

impl RecordedRequest {
    /// Records a request.
    pub fn new(request: &Request, redactor: &Redactor) -> Self {
        Self {
            method: request.method.clone(),
            path_and_query: redactor.own_text(&request.shown_path()),
            headers: request
                .headers
                .iter()
                .map(|header| match &header.value {
                    HeaderValue::Plain(text) => {
                        (header.name.clone(), redactor.own_text(text), None)
                    }
                    HeaderValue::Secret { recipe, .. } => {
                        let shown = header.value.shown().into_owned();
                        (header.name.clone(), shown, Some(recipe.clone()))
                    }
                })
                .chain(request.signing.iter().map(|signing| {
                    // The signature itself holds for minutes only.
                    let shown = "$CONFORMANT_SIGNATURE".to_owned();
                    (SIGNED.to_owned(), shown, Some(signing.recipe.clone()))
                }))
                .collect(),
            travel: request.travel,
            values: request
                .values
                .iter()
                .map(|(location, name, value)| {
                    (
                        location.id().to_owned(),
                        name.clone(),
                        redactor.own_text(value),
                    )
                })
                .collect(),
            body: request.body.as_deref().map(|body| redactor.own_text(body)),
        }
    }

    /// Names of the members in which this request is another one than `other`. Values
    /// that are made from a secret are the same where they are made the same way.
    pub fn differing(&self, other: &Self) -> Vec<&'static str> {
        let headers = |request: &Self| -> Vec<(String, Option<String>, Option<String>)> {
            let headers = request.headers.iter();
            headers
                .map(|(name, shown, recipe)| {
                    let shown = recipe.is_none().then(|| shown.clone());
                    (name.clone(), shown, recipe.clone())
                })
                .collect()
        };
        [
            ("method", self.method != other.method),
            (
                "path_and_query",
                self.path_and_query != other.path_and_query,
            ),
            ("headers", headers(self) != headers(other)),
            ("travel", self.travel != other.travel),
            ("values", self.values != other.values),
            ("body", self.body != other.body),
        ]
        .into_iter()
        .filter_map(|(name, differs)| differs.then_some(name))
        .collect()
    }

    /// The request with every secret as shown.
    pub fn to_request(&self) -> Request {
        Request {
            method: self.method.clone(),
            path_and_query: self.path_and_query.clone(),
            secret_query: None,
            headers: self
                .headers
                .iter()
                .map(|(name, shown, recipe)| Header {
                    name: name.clone(),
                    value: match recipe {
                        None => HeaderValue::Plain(shown.clone()),
                        Some(recipe) => HeaderValue::Secret {
                            prefix: String::new(),
                            value: String::new().into(),
                            shell: shown.clone(),
                            recipe: recipe.clone(),
                        },
                    },
                })
                .collect(),
            travel: self.travel,
            values: self
                .values
                .iter()
                .filter_map(|(location, name, value)| {
                    let location = LOCATIONS.iter().find(|known| known.id() == location)?;
                    Some((*location, name.clone(), value.clone()))
                })
                .collect(),
            signing: None,
            body: self.body.clone(),
        }
    }
}

fn read<T: Copy>(words: &[(T, &str)], wanted: &str) -> Option<T> {
    words
        .iter()
        .find(|(_, word)| *word == wanted)
        .map(|(value, _)| *value)
}

fn reply(response: &Response, redactor: &Redactor, most: usize) -> RecordedOutcome {
    let whole = redactor.bytes(&response.body);
    let mut kept = &whole[..whole.len().min(most)];
    let text = match std::str::from_utf8(kept) {
        Ok(text) => Some(text.to_owned()),
        // The bound may have cut a character in two.
        Err(error) if whole.len() > most && error.valid_up_to() + 4 > kept.len() => {
            kept = &kept[..error.valid_up_to()];
            Some(String::from_utf8_lossy(kept).into_owned())
        }
        Err(_) => None,
    };
    RecordedOutcome::Reply {
        status: response.status,
        headers: response
            .headers
            .iter()
            .map(|(name, value)| {
                let value = redactor.text(&String::from_utf8_lossy(value));
                (redactor.text(name), value)
            })
            .collect(),
        body_base64: text.is_none().then(|| STANDARD.encode(kept)),
        body: text,
        body_bytes: whole.len() as u64,
        body_sha256: hex(&Sha256::digest(&whole)),
        end: word(&ENDS, response.end),
    }
}
