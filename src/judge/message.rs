//! Judges the reply around its body: media type, framing, emptiness, and hands
//! the bytes to the strict JSON reader.

use super::json::{self, Parsed};
use super::judgement::Judgement;
use super::rule;
use crate::contract::ClauseId;
use crate::exchange::{BodyEnd, Limits, Response};

const JSON: &str = "application/json";

/// The JSON value of a reply, if its bytes hold one.
pub(super) fn body(
    response: &Response,
    limits: &Limits,
    judgement: &mut Judgement,
) -> Option<Parsed> {
    let clause = || ClauseId::response_body(response.status);
    let broken = match response.end {
        BodyEnd::Complete => None,
        BodyEnd::Truncated => Some((&rule::BODY_TRUNCATED, "the connection ended first")),
        BodyEnd::Stalled => Some((&rule::BODY_STALLED, "nothing more came")),
        BodyEnd::TooLarge => Some((&rule::BODY_TOO_LARGE, "more than the size bound")),
        BodyEnd::Undecodable => Some((&rule::BODY_UNDECODABLE, "broken chunks or content coding")),
    };
    if let Some((rule, observed)) = broken {
        judgement.push(rule, clause(), "a whole body", observed);
        return None;
    }
    if response.body.is_empty() {
        judgement.push(&rule::BODY_EMPTY, clause(), "a JSON object", "no body");
        return None;
    }
    media_type(response, clause, judgement);
    let parsed = json::parse(&response.body, limits);
    for finding in &parsed.findings {
        judgement.push_at(
            finding.rule,
            clause(),
            finding.pointer.clone(),
            "JSON text (RFC 8259)",
            finding.observed,
        );
    }
    parsed.is_readable.then_some(parsed)
}

fn media_type(response: &Response, clause: impl Fn() -> ClauseId, judgement: &mut Judgement) {
    let mut values = response.header("content-type").peekable();
    if values.peek().is_none() {
        judgement.push(&rule::MEDIA_TYPE_MISSING, clause(), JSON, "no Content-Type");
        return;
    }
    for value in values {
        let essence = value.split(|byte| *byte == b';').next().unwrap_or_default();
        let essence = essence.trim_ascii();
        if !essence.eq_ignore_ascii_case(JSON.as_bytes()) {
            judgement.push(&rule::MEDIA_TYPE_WRONG, clause(), JSON, class(essence));
            return;
        }
    }
}

/// The class of a media type: well-known ones by name, since they help to find the cause.
fn class(essence: &[u8]) -> &'static str {
    let essence = essence.to_ascii_lowercase();
    [
        "text/html",
        "text/plain",
        "application/problem+json",
        "application/octet-stream",
        "application/xml",
        "text/xml",
        "text/json",
    ]
    .into_iter()
    .find(|known| known.as_bytes() == essence)
    .unwrap_or(if essence.is_empty() {
        "an empty media type"
    } else {
        "another media type"
    })
}
