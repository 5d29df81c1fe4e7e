//! Sends one request outside the suite and reads its reply.

use super::body;
use super::cause::{is_throttled, retry_after, root_cause};
use super::client::{configured, prepare, response};
use super::settings::{Settings, parse_base};
use super::tls::{self, Untrusted};
use super::way::{DEFAULT_WAIT, MAX_ATTEMPTS, MAX_WAIT};
use crate::error::{Error, Result};
use crate::exchange::{BodyEnd, Limits, Request, Response};
use reqwest::Client;
use secrecy::SecretString;
use tokio::time::Instant;

/// Largest reply to [`call`].
const MAX_ANSWER: u64 = 1024 * 1024;

/// So many deadlines may pass until a reply that is not throttled.
const MAX_DEADLINES: u32 = 3;

/// Sends one request outside the suite (to an identity service) and reads its reply.
/// A throttled one is sent again, within three deadlines in all.
///
/// # Errors
/// [`Error::NoVerdict`] where no whole reply comes within the deadline and 1 MiB.
pub async fn call(
    settings: &Settings,
    request: &Request,
    body: Option<&SecretString>,
) -> Result<Response> {
    let most = settings.timeout * MAX_DEADLINES;
    tokio::time::timeout(most, call_until_answered(settings, request, body))
        .await
        .unwrap_or_else(|_| {
            Err(Error::no_verdict(
                settings.base_url.clone(),
                format!("it throttled every attempt for {most:?}"),
                "run later",
            ))
        })
}

async fn call_until_answered(
    settings: &Settings,
    request: &Request,
    body: Option<&SecretString>,
) -> Result<Response> {
    let failed = |what: String, remedy: &str| {
        Error::no_verdict(settings.base_url.clone(), what, remedy.to_owned())
    };
    let base = parse_base(&settings.base_url)?;
    let client = configured(settings)?
        .timeout(settings.timeout)
        .build()
        .map_err(|error| failed(root_cause(&error), ""))?;
    let mut attempts = 0;
    loop {
        let prepared = prepare(&base, request, body).map_err(|what| failed(what, ""))?;
        let reply = match answer(&client, prepared, settings).await {
            Ok(reply) => reply,
            Err(error) => {
                return Err(match tls::failure(&error, &settings.tls) {
                    Some(Untrusted { what, remedy }) => {
                        failed(format!("no connection is made: {what}"), remedy)
                    }
                    None => failed(
                        format!("no whole reply: {}", root_cause(&error)),
                        "check the address, and that the service is up",
                    ),
                });
            }
        };
        let broken = match reply.end {
            BodyEnd::Complete => None,
            BodyEnd::TooLarge => Some("its reply is larger than 1 MiB"),
            BodyEnd::Truncated => Some("the connection ended inside its reply"),
            BodyEnd::Stalled => Some("its reply stopped until the deadline"),
            BodyEnd::Undecodable => Some("its reply cannot be decoded"),
        };
        if let Some(what) = broken {
            return Err(failed(format!("no whole reply: {what}"), ""));
        }
        if !is_throttled(&reply) || attempts >= MAX_ATTEMPTS {
            return Ok(reply);
        }
        attempts += 1;
        let wait = retry_after(&reply).unwrap_or(DEFAULT_WAIT).min(MAX_WAIT);
        tokio::time::sleep(wait).await;
    }
}

async fn answer(
    client: &Client,
    request: reqwest::Request,
    settings: &Settings,
) -> reqwest::Result<Response> {
    let deadline = Instant::now() + settings.timeout;
    let limits = Limits {
        body_bytes: MAX_ANSWER,
        wire_bytes: MAX_ANSWER,
        ..settings.limits
    };
    let mut reply = client.execute(request).await?;
    let (body, end) = body::read(&mut reply, &limits, deadline, usize::MAX).await;
    Ok(response(&reply, body, end))
}
