//! Defines [`Identity`]: the identity service in front of the reference server. It
//! issues tokens for a password, lists projects, and decides which tokens hold.

use super::message::{Access, MockRequest, MockResponse, decoded, json_answer};
use super::signature;
use crate::profile::ErrorBody;
use crate::profile::identity::{
    CREATED, ISSUED, LISTED, MALFORMED, PROJECTS, REFUSED, TOKEN, TOKENS,
};
use crate::profile::signature::SIGNATURE;
use serde_json::{Value, json};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The account that the service knows, its keys, and the tokens that it issued.
#[derive(Debug)]
pub struct Identity {
    /// Name of the user.
    pub user: String,
    /// Name of the account that the user belongs to.
    pub domain: String,
    /// The user's password.
    pub password: String,
    /// Name of the home project.
    pub project: String,
    /// Access key id.
    pub ak: String,
    /// Secret key.
    pub sk: String,
    /// Requests after which an issued token has expired; never, if `None`.
    pub expire_after: Option<u64>,
    /// Uses that the first token has behind it when it is issued.
    first: u64,
    issued: Mutex<Vec<Issued>>,
}

#[derive(Debug)]
struct Issued {
    token: String,
    uses: u64,
}

/// Status and words of a refusal.
type Refusal = (u16, &'static str);

/// How a request is authorised, apart from the configured token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Proof {
    /// It carries no signature.
    None,
    /// Its signature holds.
    Good,
    /// Its signature does not.
    Bad,
}

impl Default for Identity {
    fn default() -> Self {
        Self {
            user: "conformant-user".into(),
            domain: "conformant-domain".into(),
            password: "conformant-Reference-Password-9x8Y7z".into(),
            project: "conformant-project".into(),
            ak: "CONFORMANTREFERENCEAK".into(),
            sk: "conformant-Reference-Secret-Key-4f3E2d1C".into(),
            expire_after: None,
            first: 0,
            issued: Mutex::new(Vec::new()),
        }
    }
}

impl Identity {
    /// The same account, whose tokens expire after so many requests.
    #[must_use]
    pub fn expiring_after(mut self, requests: Option<u64>) -> Self {
        self.expire_after = requests;
        self
    }

    /// Answers what is addressed to the identity service; refusals have these members.
    pub(super) fn answer(
        &self,
        asked: &MockRequest,
        access: &Access,
        error: &ErrorBody,
    ) -> Option<MockResponse> {
        let answer = match (asked.method.as_str(), asked.path.as_str()) {
            ("POST", TOKENS) => self.issue(asked, access),
            ("GET", PROJECTS) => self.projects(asked, access),
            _ => return None,
        };
        Some(answer.unwrap_or_else(|(status, what)| {
            json_answer(status, &error.body("Identity.0001", what))
        }))
    }

    /// Takes so many uses off the first token, as if it had been issued earlier.
    #[must_use]
    pub fn aged_first(self, uses: u64) -> Self {
        Self {
            first: uses,
            ..self
        }
    }

    /// Whether an issued token still holds; each question uses it once.
    pub(super) fn accepts(&self, token: &str) -> bool {
        let mut issued = self.issued();
        issued
            .iter_mut()
            .find(|known| known.token == token)
            .is_some_and(|known| {
                known.uses += 1;
                self.expire_after.is_none_or(|most| known.uses <= most)
            })
    }

    /// How a request is signed.
    pub(super) fn proof(&self, asked: &MockRequest) -> Proof {
        match asked.header(SIGNATURE) {
            None => Proof::None,
            Some(text) if signature::holds(text, asked, &self.ak, &self.sk) => Proof::Good,
            Some(_) => Proof::Bad,
        }
    }

    /// Tokens issued so far.
    pub fn issued_tokens(&self) -> usize {
        self.issued().len()
    }

    fn issued(&self) -> MutexGuard<'_, Vec<Issued>> {
        self.issued.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn issue(&self, asked: &MockRequest, access: &Access) -> Result<MockResponse, Refusal> {
        let Ok(body) = serde_json::from_slice::<Value>(&asked.body) else {
            return Err((MALFORMED, "the body is no JSON"));
        };
        let identity = &body["auth"]["identity"];
        let user = &identity["password"]["user"];
        let scope = &body["auth"]["scope"];
        if identity["methods"] != json!(["password"]) {
            return Err((MALFORMED, "only the method 'password' is known"));
        }
        let is_known = user["name"] == self.user
            && user["domain"]["name"] == self.domain
            && user["password"] == self.password;
        let is_home = scope["project"]["name"] == self.project
            || scope["project"]["id"] == access.project_id
            || scope["domain"]["name"] == self.domain;
        if !is_known || !is_home {
            let what = "the user name, password, domain or scope is wrong";
            return Err((REFUSED, what));
        }
        let token = {
            let mut issued = self.issued();
            let token = format!("conformant-Issued-Token-{}-{:016x}", issued.len(), random());
            let uses = if issued.is_empty() { self.first } else { 0 };
            issued.push(Issued {
                token: token.clone(),
                uses,
            });
            token
        };
        let mut answer = json_answer(
            CREATED,
            &json!({ "token": {
                "methods": ["password"],
                "expires_at": "2099-12-31T23:59:59.000000Z",
                "project": { "id": access.project_id, "name": self.project },
                "user": { "name": self.user, "domain": { "name": self.domain } },
            } }),
        );
        answer.headers.push((ISSUED.to_lowercase(), token));
        Ok(answer)
    }

    fn projects(&self, asked: &MockRequest, access: &Access) -> Result<MockResponse, Refusal> {
        let is_authorised = match asked.header(TOKEN) {
            Some(token) => token == access.token || self.accepts(token),
            None => self.proof(asked) == Proof::Good,
        };
        if !is_authorised {
            return Err((REFUSED, "neither a valid token nor a valid signature"));
        }
        let wanted = asked
            .query
            .split('&')
            .find_map(|pair| pair.strip_prefix("name="))
            .map(decoded);
        let projects: Vec<Value> = [json!({
            "id": access.project_id,
            "name": self.project,
            "enabled": true,
        })]
        .into_iter()
        .filter(|project| {
            wanted
                .as_ref()
                .is_none_or(|wanted| project["name"] == *wanted)
        })
        .collect();
        Ok(json_answer(LISTED, &json!({ "projects": projects })))
    }
}

fn random() -> u64 {
    use std::hash::{BuildHasher, Hasher};
    std::collections::hash_map::RandomState::new()
        .build_hasher()
        .finish()
}
