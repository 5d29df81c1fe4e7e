//! Defines [`Renewal`]: the target's values while a run goes on, and how a token
//! that expired is replaced.
//!
//! One refusal alone does not tell an expired token from a target that refuses a valid
//! one. So the base request is asked with the same token: where it is refused too,
//! the token is dead, another one is fetched, and what was refused is sent again.

use super::session::Session;
use crate::exchange::{Exchange, HeaderValue, Request};
use crate::suite::{RequestValues, TargetValues, Template};
use crate::target::Renew;
use secrecy::{ExposeSecret, SecretString};
use std::sync::{Arc, PoisonError, RwLock};
use tokio::sync::Mutex;

/// How often a run fetches another token: with the first, two in all.
const MAX_RENEWALS: u32 = 1;

/// The values that count now, and where another token comes from.
pub(super) struct Renewal {
    source: Option<Arc<dyn Renew>>,
    values: RwLock<Arc<TargetValues>>,
    /// Renewals so far; held while one is under way.
    done: Mutex<u32>,
}

impl Renewal {
    pub(super) fn new(values: TargetValues) -> Self {
        Self {
            source: None,
            values: RwLock::new(Arc::new(values)),
            done: Mutex::new(0),
        }
    }

    pub(super) fn set_source(&mut self, source: Option<Arc<dyn Renew>>) {
        self.source = source;
    }

    pub(super) fn values(&self) -> Arc<TargetValues> {
        Arc::clone(&self.values.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Session {
    /// The request with the token that counts now, where `exchange` was refused
    /// although its token is right, and the token turned out to be dead.
    pub(super) async fn renewed(
        &self,
        template: &Template,
        exchange: &Exchange,
    ) -> Option<Arc<Request>> {
        let source = self.renewal.source.as_ref()?;
        let refused = self.refused();
        if exchange.status() != Some(refused) || template.expect.contains(&refused) {
            return None;
        }
        let sent = sent_token(&exchange.request)?;
        let mut done = self.renewal.done.lock().await;
        let known = self.renewal.values();
        if known.token.expose_secret() != sent.expose_secret() {
            // Another request found it dead meanwhile, or it is no right token.
            let was_right = *done > 0;
            return was_right.then(|| with_token(&exchange.request, &known.token));
        }
        if *done >= MAX_RENEWALS || !self.is_dead().await {
            return None;
        }
        *done += 1;
        let token = source.renew().await.ok()?;
        self.redactor.learn("CONFORMANT_TOKEN", &token);
        let request = with_token(&exchange.request, &token);
        let values = TargetValues {
            token,
            ..TargetValues::clone(&known)
        };
        *self
            .renewal
            .values
            .write()
            .unwrap_or_else(PoisonError::into_inner) = Arc::new(values);
        Some(request)
    }

    /// What a dead token gets.
    pub(super) fn refused(&self) -> u16 {
        self.suite.contract.profile.status.token
    }

    /// Whether the base request is refused for its token.
    async fn is_dead(&self) -> bool {
        let success = self.suite.contract.success();
        let base = self
            .suite
            .cases
            .iter()
            .map(|case| &case.template)
            .find(|template| {
                template.control.is_none()
                    && success.is_some_and(|status| template.expect == [status])
            });
        let Some(Ok(request)) = base.map(|template| self.bind(template, &RequestValues::default()))
        else {
            return false;
        };
        match self.in_time(self.transmit(&request)).await {
            Some(Ok(exchange)) => exchange.status() == Some(self.refused()),
            _ => false,
        }
    }

    /// Whether another token was fetched since `before`.
    pub(super) fn was_renewed(&self, before: &Arc<TargetValues>) -> bool {
        !Arc::ptr_eq(before, &self.renewal.values())
    }

    /// Whether the token can be replaced.
    pub(super) fn is_renewable(&self) -> bool {
        self.renewal.source.is_some()
    }
}

fn sent_token(request: &Request) -> Option<&SecretString> {
    request
        .headers
        .iter()
        .find_map(|header| match &header.value {
            HeaderValue::Secret { value, .. } => Some(value),
            HeaderValue::Plain(_) => None,
        })
}

fn with_token(request: &Request, token: &SecretString) -> Arc<Request> {
    let mut request = request.clone();
    for header in &mut request.headers {
        if let HeaderValue::Secret { value, .. } = &mut header.value {
            *value = token.clone();
        }
    }
    Arc::new(request)
}
