//! Looks, before a run begins, whether there is a target that can be judged.

use super::sender::Sender;
use super::session::{Session, not_assumed};
use crate::error::{Error, Result};
use crate::exchange::{Exchange, NoReply, Outcome, Request};
use crate::status::{is_of_gateway, is_success};
use crate::suite::RequestValues;
use crate::transport::NotSent;
use serde::de::IgnoredAny;
use std::collections::BTreeSet;
use std::sync::Arc;

/// How often a close without a reply is looked at again.
const FIRST_ATTEMPTS: u32 = 8;

/// What the valid requests of an operation came to.
enum Outlook {
    /// Something came that can be judged.
    Judged,
    /// Every one was refused, with this status, and the proxy may have been who refused.
    Refused { status: u16, is_by_proxy: bool },
    /// There was nothing to send.
    Unknown,
}

/// Looks whether the target answers at all and takes the token: the valid requests of each
/// operation until one is not refused. The replies are judged like all others, unless every
/// one of them refuses.
///
/// # Errors
/// [`Error::NoVerdict`] where it cannot be reached, or refuses every valid
/// request: then negative cases would prove nothing.
pub(super) async fn preflight(sender: &Sender, sessions: &[&Session]) -> Result<()> {
    let (mut refused, mut is_taken) = (Vec::new(), false);
    for session in sessions {
        let is_assumed = session.suite.contract.assumed_success().is_some();
        if is_taken && !is_assumed {
            continue;
        }
        match look(session, &mut is_taken).await? {
            None => return Ok(()),
            Some(Outlook::Refused {
                status,
                is_by_proxy,
            }) => refused.push((status, is_by_proxy)),
            Some(Outlook::Judged | Outlook::Unknown) => {}
        }
    }
    let base_url = sender.transport.base_url();
    let mut blocked = sessions.iter().map(|session| session.blocked());
    if let Some(Some(reason)) = blocked.clone().next()
        && blocked.all(|reason| reason.is_some())
    {
        return Err(Error::no_verdict(base_url, reason, NO_SUCCESS));
    }
    match (is_taken, refused.first(), sessions.first()) {
        (false, Some((status, is_by_proxy)), Some(session)) => {
            Err(dead(session, *status, *is_by_proxy))
        }
        _ => Ok(()),
    }
}

/// What to do where a page prints no status of success.
const NO_SUCCESS: &str = "write the status that it documents into the list of status codes of the page's copy, and derive again";

/// Sends the valid requests of an operation until one is not refused; `None` where the
/// target is silent, so that nothing can be said. `is_taken` is set once one was not refused.
async fn look(session: &Session, is_taken: &mut bool) -> Result<Option<Outlook>> {
    let sender = &session.sender;
    let base_url = sender.transport.base_url();
    let Some(success) = session.suite.contract.success() else {
        return Ok(Some(Outlook::Unknown));
    };
    let roles = &session.suite.contract.profile.status;
    let mut refusals = BTreeSet::new();
    // What came is judged once it is clear that there is something to judge.
    let mut came = Vec::new();
    let mut is_by_proxy = false;
    // What the operation needs, and cannot be had, its cases say.
    if session.prepare().await.is_err() {
        return Ok(Some(Outlook::Unknown));
    }
    for case in &session.suite.cases {
        let template = &case.template;
        if !template.must_succeed() {
            continue;
        }
        // What this target cannot be sent, the plan skips, and says why.
        let Ok(request) = session.bind(template, &RequestValues::default()) else {
            continue;
        };
        let exchange = match first(sender, &request).await {
            Ok(exchange) => exchange,
            Err(NotSent::Silent) => return Ok(None),
            Err(why) => return Err(why.error(base_url)),
        };
        let status = exchange.status();
        let assumed = session.suite.contract.assumed_success();
        if let (Some(assumed), Some(came)) = (assumed, status)
            && is_success(came)
            && came != assumed
        {
            session.block(not_assumed(came));
            return Ok(Some(Outlook::Judged));
        }
        let succeeded = status == Some(success) && exchange.is_complete();
        if succeeded {
            // The token was alive, whatever becomes of it before a control is sent.
            session.controls.succeeded();
        }
        let elapsed = exchange.elapsed;
        let is_no_api = may_be_by_proxy(sender, &exchange);
        if status.is_some() {
            came.push((template, exchange));
        }
        let is_refusal = |status: &u16| [roles.token, roles.tenant].contains(status);
        if let Some(status) = status.filter(is_refusal) {
            refusals.insert(status);
            is_by_proxy |= is_no_api;
            // What another operation took is good: a refusal is then a difference.
            if *is_taken {
                return Ok(Some(Outlook::Judged));
            }
            continue;
        }
        let is_of_gateway = |status: &u16| is_no_api && is_of_gateway(*status);
        if let Some(status) = status.filter(is_of_gateway) {
            return Err(Error::no_verdict(
                base_url,
                format!("the proxy did not reach the target ({status})"),
                "check the address, and that the proxy of --proxy may reach it",
            ));
        }
        for (template, exchange) in &came {
            session.conclude(template, exchange).await;
        }
        if succeeded && !*is_taken {
            sender.transport.adapt(&request, elapsed).await;
        }
        *is_taken = true;
        return Ok(Some(Outlook::Judged));
    }
    Ok(Some(match refusals.first() {
        Some(status) => Outlook::Refused {
            status: *status,
            is_by_proxy,
        },
        None => Outlook::Unknown,
    }))
}

/// What to say where every valid request was refused.
fn dead(session: &Session, status: u16, is_by_proxy: bool) -> Error {
    let (likely, remedy) = if is_by_proxy {
        (
            "the proxy may have refused: the reply is no JSON",
            "check that the proxy of --proxy may reach the target",
        )
    } else if status == session.suite.dead_token() {
        (
            "the token is the likely cause: wrong, expired, or of another region",
            "set CONFORMANT_TOKEN (or --token-env, --token-file) to a token that is valid now",
        )
    } else {
        (
            "the project is the likely cause: the token may not use it",
            "give the token's own project with --project-id",
        )
    };
    Error::no_verdict(
        session.sender.transport.base_url(),
        format!(
            "every valid request was refused with {status}, so nothing can be judged; {likely}"
        ),
        remedy,
    )
}

/// Sends a first request. A server that refuses a client by TLS 1.3 does so behind
/// the handshake, and its word for it races with the close: a close over TLS is
/// looked at a few times before it is one.
async fn first(sender: &Sender, request: &Arc<Request>) -> Result<Exchange, NotSent> {
    let mut sent = sender.transmit(request).await;
    for _ in 0..FIRST_ATTEMPTS {
        match &sent {
            Ok(exchange)
                if matches!(exchange.outcome, Outcome::NoReply(NoReply::Closed))
                    && sender.transport.base_url().starts_with("https:") =>
            {
                sent = sender.transmit(request).await;
            }
            _ => break,
        }
    }
    sent
}

/// Whether a reply came through a proxy and is nothing that an API would say.
fn may_be_by_proxy(sender: &Sender, exchange: &Exchange) -> bool {
    match &exchange.outcome {
        Outcome::Reply(response) => {
            let is_json = serde_json::from_slice::<IgnoredAny>(&response.body).is_ok();
            sender.transport.has_proxy() && !is_json
        }
        Outcome::NoReply(_) => false,
    }
}
