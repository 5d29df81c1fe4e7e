//! Defines [`Judge`]: holds an exchange against the contract and says how it differs.
//!
//! Pure and synchronous: no network, no clock, no environment. A difference is
//! data: the rule that fired, the clause that it rests on, a JSON pointer with
//! array indices generalised, what is documented and the class of what came.

mod body;
mod coverage;
mod difference;
mod headers;
pub mod json;
mod judgement;
mod layer;
mod message;
mod relations;
pub mod rule;
pub mod sequence;
mod verdict;

pub use difference::{Difference, Fingerprint};
pub use judgement::Judgement;
pub use rule::{Rule, Severity};
pub use verdict::{RunVerdict, Signal, Verdict};

use crate::contract::{ClauseId, Undocumented};
use crate::exchange::{Exchange, Limits, NoReply, Outcome, Response};
use crate::status;
use crate::suite::{Suite, Template};
use coverage::Coverage;
use relations::Relations;
use std::sync::Arc;

/// Holds exchanges against one suite.
#[derive(Debug)]
pub struct Judge {
    suite: Arc<Suite>,
    coverage: Coverage,
    relations: Relations,
    limits: Limits,
}

impl Judge {
    /// A judge for this suite.
    pub fn new(suite: Arc<Suite>) -> Self {
        Self {
            coverage: Coverage::new(&suite),
            relations: Relations::new(&suite),
            suite,
            limits: Limits::default(),
        }
    }

    /// The same judge, reading bodies within `limits`.
    #[must_use]
    pub fn within(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    /// Judges one exchange of a case or property.
    pub fn judge(&self, template: &Template, exchange: &Exchange) -> Judgement {
        let mut judgement = Judgement::default();
        match &exchange.outcome {
            Outcome::NoReply(why) => self.no_reply(template, *why, &mut judgement),
            Outcome::Reply(response) => {
                self.reply(template, exchange, response, &mut judgement);
                if judgement.differs()
                    && let Some(unusual) = layer::unusual(&exchange.request)
                    && unusual.explains(response, &self.suite.contract)
                {
                    return layered(template, response, unusual.what);
                }
            }
        }
        // Replies to cases that would take any reply put nothing to the test.
        let unchecked = &self.suite.unchecked;
        if !unchecked.is_empty() {
            judgement.exercised.retain(|at| !unchecked.contains_key(at));
        }
        judgement
    }

    fn no_reply(&self, template: &Template, why: NoReply, judgement: &mut Judgement) {
        let (rule, observed) = match why {
            NoReply::Closed => (
                &rule::REPLY_NONE,
                "the connection was closed without a reply",
            ),
            NoReply::Silent => (&rule::REPLY_LATE, "no reply before the deadline"),
            NoReply::NotHttp => (&rule::REPLY_NOT_HTTP, "bytes that are no HTTP reply"),
            NoReply::HeadTooLarge => (
                &rule::REPLY_HEAD_SIZE,
                "more or larger header fields than the limits",
            ),
        };
        judgement.push(
            rule,
            template.clause.clone(),
            expected(&template.expect),
            observed,
        );
    }

    fn reply(
        &self,
        template: &Template,
        exchange: &Exchange,
        response: &Response,
        judgement: &mut Judgement,
    ) {
        let status = response.status;
        // Nearly every reply exercises some clauses: one place for them, at once.
        judgement.exercised.reserve(32);
        judgement
            .exercised
            .extend(self.suite.clauses.position(&template.clause));
        let documented = self.suite.contract.allows(status);
        if !documented {
            let rule = if status::is_redirect(status) {
                &rule::REDIRECT
            } else {
                &rule::STATUS_UNDOCUMENTED
            };
            judgement.push(
                rule,
                template.clause.clone(),
                expected(&template.expect),
                status.to_string(),
            );
            return;
        }
        judgement.exercised.extend(self.coverage.status(status));
        if !template.expect.contains(&status) {
            judgement.push(
                &rule::STATUS_UNEXPECTED,
                template.clause.clone(),
                expected(&template.expect),
                status.to_string(),
            );
        }
        if let Some(documented) = self.suite.contract.responses.get(&status) {
            headers::judge(
                response,
                &documented.headers,
                &self.suite.clauses,
                judgement,
            );
        }
        if let Some(validator) = self.suite.responses.get(&status)
            && let Some(parsed) = message::body(response, &self.limits, judgement)
        {
            let contract = &self.suite.contract;
            if let Some(documented) = contract.response_body(status) {
                let unlisted = match contract.undocumented {
                    Undocumented::Noted => &rule::MEMBER_UNDOCUMENTED,
                    Undocumented::Refused => &rule::MEMBER_REFUSED,
                };
                body::judge(status, documented, validator, &parsed, unlisted, judgement);
                let success = contract
                    .success()
                    .filter(|_| status::is_client_error(status));
                if let Some(success) = success.and_then(|status| contract.response_body(status))
                    && body::leaks(documented, success, &parsed.value)
                {
                    judgement.push(
                        &rule::REFUSAL_LEAKS,
                        ClauseId::response_body(status),
                        "what the page documents of a refusal",
                        "the members of a success",
                    );
                }
            }
            self.coverage.body(status, &parsed.value, judgement);
            let request = &exchange.request;
            self.relations
                .judge(contract, request, status, &parsed.value, judgement);
        }
    }
}

/// What a refusal by the layer in front of the service shows: a note, and nothing about
/// any clause.
fn layered(template: &Template, response: &Response, unusual: &str) -> Judgement {
    let mut judgement = Judgement::default();
    judgement.push(
        &rule::LAYER_IN_FRONT,
        template.clause.clone(),
        format!(
            "{} by the service; {unusual} need not reach it",
            expected(&template.expect)
        ),
        format!("{} by {}", response.status, layer::name(response)),
    );
    judgement
}

/// Statuses as a phrase: `400`, `200 or 403`.
fn expected(statuses: &[u16]) -> String {
    let codes: Vec<String> = statuses.iter().map(u16::to_string).collect();
    codes.join(" or ")
}
