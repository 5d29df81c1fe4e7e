//! Looks, before a run begins, whether there is a target that can be judged.

use super::sender::Sender;
use super::session::Session;
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

/// Looks whether the target answers at all and takes the token. The replies are judged
/// like all others, unless every one of them refuses.
///
/// # Errors
/// [`Error::NoVerdict`] where it cannot be reached, or refuses every valid
/// request: then negative cases would prove nothing.
pub async fn preflight(session: &Session) -> Result<()> {
    let sender = &session.sender;
    let base_url = sender.transport.base_url();
    let Some(success) = session.suite.contract.success() else {
        return Ok(());
    };
    let roles = &session.suite.contract.profile.status;
    let mut refusals = BTreeSet::new();
    // What came is judged once it is clear that there is something to judge.
    let mut came = Vec::new();
    let mut is_by_proxy = false;
    for case in &session.suite.cases {
        let template = &case.template;
        if !template.must_succeed() {
            continue;
        }
        // What this target cannot be sent, the plan skips, and says why.
        let Ok(request) = sender.bind(template, &RequestValues::default()) else {
            continue;
        };
        let exchange = match first(sender, &request).await {
            Ok(exchange) => exchange,
            Err(NotSent::Silent) => return Ok(()),
            Err(why) => return Err(why.error(base_url)),
        };
        let status = exchange.status();
        let assumed = session.suite.contract.assumed_success();
        if let (Some(assumed), Some(came)) = (assumed, status)
            && is_success(came)
            && came != assumed
        {
            return Err(Error::no_verdict(
                base_url,
                format!(
                    "a valid request was answered with {came}, and the page prints no status of success: nothing can be judged by it"
                ),
                "write the status that it documents into the list of status codes of the page's copy, and derive again",
            ));
        }
        let succeeded = status == Some(success) && exchange.is_complete();
        let elapsed = exchange.elapsed;
        let is_no_api = may_be_by_proxy(sender, &exchange);
        if status.is_some() {
            came.push((template, exchange));
        }
        let is_refusal = |status: &u16| [roles.token, roles.tenant].contains(status);
        if let Some(status) = status.filter(is_refusal) {
            refusals.insert(status);
            is_by_proxy |= is_no_api;
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
        if succeeded {
            sender.transport.adapt(&request, elapsed).await;
        }
        return Ok(());
    }
    let Some(status) = refusals.first() else {
        return Ok(());
    };
    let (likely, remedy) = if is_by_proxy {
        (
            "the proxy may have refused: the reply is no JSON",
            "check that the proxy of --proxy may reach the target",
        )
    } else if *status == roles.token {
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
    Err(Error::no_verdict(
        base_url,
        format!(
            "every valid request was refused with {status}, so nothing can be judged; {likely}"
        ),
        remedy,
    ))
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
