//! Defines [`Header`]: a header field of a request, whose value may be a secret.

use secrecy::{ExposeSecret, SecretString};

/// The value of a header field.
#[derive(Clone, Debug)]
pub enum HeaderValue {
    /// Text that may be shown.
    Plain(String),
    /// A value made from a secret; `shell` writes it in terms of `$CONFORMANT_TOKEN`.
    Secret {
        /// The value.
        value: SecretString,
        /// The value as a double-quoted shell word.
        shell: String,
        /// How the value is made from the secret, for the suite to make it again.
        recipe: String,
    },
}

impl HeaderValue {
    /// The bytes that travel.
    pub fn expose(&self) -> &str {
        match self {
            Self::Plain(text) => text,
            Self::Secret { value, .. } => value.expose_secret(),
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
