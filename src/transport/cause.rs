//! Reads why an exchange went as it did: throttled and for how long, cut or
//! undecodable, and the innermost cause of an error.

use crate::exchange::{BodyEnd, Response};
use crate::status;
use std::error::Error as StdError;
use std::time::{Duration, SystemTime};

pub(super) fn is_throttled(response: &Response) -> bool {
    let has_retry_after = response.header("retry-after").next().is_some();
    status::asks_to_wait(response.status, has_retry_after)
}

/// Seconds or an HTTP date (RFC 9110 section 10.2.3).
pub(super) fn retry_after(response: &Response) -> Option<Duration> {
    let text = std::str::from_utf8(response.header("retry-after").next()?)
        .ok()?
        .trim();
    if let Ok(seconds) = text.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let until = httpdate::parse_http_date(text).ok()?;
    Some(until.duration_since(SystemTime::now()).unwrap_or_default())
}

fn sources<'a>(
    error: &'a (dyn StdError + 'static),
) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |error: &&'a (dyn StdError + 'static)| {
        (**error).source()
    })
}

pub(super) fn hyper_error<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a hyper::Error> {
    sources(error).find_map(|source| source.downcast_ref::<hyper::Error>())
}

pub(super) fn why_body_ended(error: &(dyn StdError + 'static)) -> BodyEnd {
    use std::io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, UnexpectedEof};
    let io_kinds: Vec<std::io::ErrorKind> = sources(error)
        .filter_map(|source| source.downcast_ref::<std::io::Error>())
        .map(std::io::Error::kind)
        .collect();
    let is_cut = match hyper_error(error) {
        // A gzip stream can end too early in a body that does not: only hyper's word counts.
        Some(hyper) => hyper.is_incomplete_message() || io_kinds.contains(&UnexpectedEof),
        None => false,
    };
    let is_reset = io_kinds
        .iter()
        .any(|kind| matches!(kind, ConnectionReset | ConnectionAborted | BrokenPipe));
    if is_cut || is_reset {
        BodyEnd::Truncated
    } else {
        BodyEnd::Undecodable
    }
}

/// The innermost cause, which is what a person can act on.
pub(super) fn root_cause(error: &(dyn StdError + 'static)) -> String {
    sources(error)
        .last()
        .map_or_else(String::new, ToString::to_string)
}
