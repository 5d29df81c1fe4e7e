//! Turns token cases into signature cases, for targets that take signed requests in
//! place of a token. The one place that says what becomes what:
//!
//! | what stands for the token | what is sent |
//! | --- | --- |
//! | the token | a request signed with the secret key |
//! | nothing | an unsigned request |
//! | an empty text | an empty `Authorization` |
//! | another text, a changed token | a request signed with that in place of the secret key |
//! | `stale` | a request signed with the secret key and a date 24 hours old |

use super::Suite;
use super::case::{TargetValue, Template, TokenChange, Value, filled};
use super::token::changed;
use crate::exchange::Sign;
use crate::profile::signature::SIGNATURE;
use secrecy::{ExposeSecret, SecretString};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// Age of a stale date.
const STALE: Duration = Duration::from_secs(24 * 60 * 60);
const KEY: &str = "$CONFORMANT_SK";
/// Why a case is skipped whose change of the secret key makes no other key.
const LEAVES_KEY: &str = "this change leaves the secret key as it is";

type Make = dyn Fn(SecretString, String, Duration) -> Arc<dyn Sign> + Send + Sync;

/// Makes signers for right and wrong keys.
#[derive(Clone)]
pub struct Signers {
    key: SecretString,
    make: Arc<Make>,
}

impl fmt::Debug for Signers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signers").finish_non_exhaustive()
    }
}

/// How a request is authorised in place of its token.
pub(super) enum Signed {
    /// It is signed.
    By(Arc<dyn Sign>),
    /// Its `Authorization` is empty.
    Empty,
    /// It is not signed.
    Not,
}

impl Signers {
    /// The right key, and what makes a signer of a key, the key as a double-quoted
    /// shell word, and the age of the date.
    pub fn new(
        key: SecretString,
        make: impl Fn(SecretString, String, Duration) -> Arc<dyn Sign> + Send + Sync + 'static,
    ) -> Self {
        Self {
            key,
            make: Arc::new(make),
        }
    }

    /// What signs with `key`, which a shell writes as the double-quoted word `shell`.
    pub fn with(&self, key: &SecretString, shell: &str) -> Arc<dyn Sign> {
        (self.make)(key.clone(), shell.to_owned(), Duration::ZERO)
    }

    /// What becomes of what stands for the token.
    ///
    /// # Errors
    /// A sentence where a change of the secret key makes no other key.
    pub(super) fn signed<'a>(
        &self,
        value: Option<&Value>,
        text: impl Fn(&TargetValue) -> &'a str,
    ) -> Result<Signed, String> {
        let wrong = |key: &str| Signed::By(self.with(&key.to_owned().into(), &shell_word(key)));
        Ok(match value {
            None | Some(Value::Omitted) => Signed::Not,
            Some(Value::Text(text)) if text.is_empty() => Signed::Empty,
            Some(Value::Text(text) | Value::Raw(text)) => wrong(text),
            Some(Value::Filled { with, length }) => wrong(&filled(with, *length)),
            Some(Value::Target(TargetValue::Token)) => Signed::By(self.with(&self.key, KEY)),
            Some(Value::Target(value)) => wrong(text(value)),
            Some(Value::Token(TokenChange::Stale)) => {
                Signed::By((self.make)(self.key.clone(), KEY.into(), STALE))
            }
            Some(Value::Token(change)) => {
                let key = self.key.expose_secret();
                let (changed, shell) = changed(key, change);
                if changed == key {
                    return Err(LEAVES_KEY.into());
                }
                let shell = shell.replace("CONFORMANT_TOKEN", "CONFORMANT_SK");
                Signed::By(self.with(&changed.into(), &shell))
            }
        })
    }
}

impl Suite {
    /// Words token cases for signed requests, and adds the case of a stale date,
    /// which only a signature has.
    pub fn sign(&mut self) {
        let Some(token) = self.contract.token().map(|token| token.field.name.clone()) else {
            return;
        };
        let refused = |template: &Template| {
            template.control.is_some()
                && matches!(
                    template.changes.headers.get(&token),
                    Some(Value::Token(_) | Value::Text(_))
                )
        };
        let stale = self
            .cases
            .iter()
            .position(|case| refused(&case.template))
            .map(|at| {
                let mut case = self.cases[at].clone();
                let changed = Value::Token(TokenChange::Stale);
                case.template.id = format!("{}/token/stale-date", self.contract.operation);
                case.template.changes.headers.insert(token.clone(), changed);
                (at, case)
            });
        if let Some((at, case)) = stale {
            self.cases.insert(at, case);
        }
        let templates = self.cases.iter_mut().map(|case| &mut case.template);
        for template in templates {
            let summary = match template.changes.headers.get(&token) {
                None => continue,
                Some(Value::Omitted) => "the request is not signed".to_owned(),
                Some(Value::Text(text)) if text.is_empty() => {
                    format!("the header {SIGNATURE} is empty")
                }
                Some(Value::Token(TokenChange::Stale)) => {
                    "the request is signed with a date 24 hours old".to_owned()
                }
                Some(_) => format!(
                    "signed with a wrong key: {}",
                    template.summary.replace("the token", "the secret key")
                ),
            };
            template.summary = summary;
        }
    }
}

/// `text` inside double quotes of a shell.
fn shell_word(text: &str) -> String {
    let mut word = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '"' | '\\' | '$' | '`') {
            word.push('\\');
        }
        word.push(c);
    }
    word
}
