//! Defines [`Renewal`]: the target's values while a run goes on, and how a token
//! that expired is replaced.
//!
//! One refusal alone does not tell an expired token from a target that refuses a valid
//! one. So the base request is asked with the same token: where it is refused too,
//! the token is dead, another one is fetched, and what was refused is sent again.

use crate::exchange::{HeaderValue, Redactor, Request};
use crate::suite::TargetValues;
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

    /// Where another token comes from.
    pub(super) fn source(&self) -> Option<&Arc<dyn Renew>> {
        self.source.as_ref()
    }

    /// The refused `request` with the token that counts now, where its token was right
    /// and `is_dead` says that it is so no longer. `redactor` learns the new one.
    pub(super) async fn renewed(
        &self,
        request: &Request,
        redactor: &Redactor,
        is_dead: impl AsyncFnOnce() -> bool,
    ) -> Option<Arc<Request>> {
        let source = self.source.as_ref()?;
        let sent = sent_token(request)?;
        let mut done = self.done.lock().await;
        let known = self.values();
        if known.token.expose_secret() != sent.expose_secret() {
            // Another request found it dead meanwhile, or it is no right token.
            let was_right = *done > 0;
            return was_right.then(|| with_token(request, &known.token));
        }
        if *done >= MAX_RENEWALS || !is_dead().await {
            return None;
        }
        *done += 1;
        let token = source.renew().await.ok()?;
        redactor.learn("CONFORMANT_TOKEN", &token);
        let request = with_token(request, &token);
        let values = TargetValues {
            token,
            ..TargetValues::clone(&known)
        };
        *self.values.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(values);
        Some(request)
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
