//! Defines [`Header`]: a header field of a request, whose value may be a secret.

use secrecy::{ExposeSecret, SecretString};
use std::borrow::Cow;

/// The value of a header field.
#[derive(Clone, Debug)]
pub enum HeaderValue {
    /// Text that may be shown.
    Plain(String),
    /// A value made from a secret; `shell` writes it in terms of `$CONFORMANT_TOKEN`.
    Secret {
        /// What stands in front of it, such as `Bearer `; often nothing.
        prefix: String,
        /// The secret.
        value: SecretString,
        /// The secret as a double-quoted shell word.
        shell: String,
        /// How the value is made from the secret, for the suite to make it again.
        recipe: String,
    },
}

impl HeaderValue {
    /// The bytes that travel.
    pub fn expose(&self) -> Cow<'_, str> {
        match self {
            Self::Plain(text) => text.into(),
            Self::Secret { prefix, value, .. } if prefix.is_empty() => value.expose_secret().into(),
            Self::Secret { prefix, value, .. } => {
                format!("{prefix}{}", value.expose_secret()).into()
            }
        }
    }

    /// Puts a scheme in front of a credential; nothing has none.
    pub fn put_behind(&mut self, scheme: &str) {
        match self {
            Self::Plain(text) if text.is_empty() => {}
            Self::Plain(text) => text.insert_str(0, scheme),
            Self::Secret { prefix, .. } => scheme.clone_into(prefix),
        }
    }

    /// What is shown of it: a secret as a shell writes it.
    pub fn shown(&self) -> Cow<'_, str> {
        match self {
            Self::Plain(text) => text.into(),
            Self::Secret { prefix, shell, .. } => format!("{prefix}{shell}").into(),
        }
    }
}

/// A header field.
#[derive(Clone, Debug)]
pub struct Header {
    /// Its name as documented.
    pub name: String,
    /// Its value.
    pub value: HeaderValue,
}
