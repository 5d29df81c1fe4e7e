//! Defines [`Sign`]: how a request gets a signature at the moment of sending.
//!
//! The scheme itself is elsewhere; this is the seam between a request, which says
//! that it wants to be signed and with which key, and the transport, which knows
//! when and to which host it is sent.

use super::header::Header;
use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

/// What a signature covers.
#[derive(Clone, Copy, Debug)]
pub struct Unsigned<'a> {
    /// HTTP method.
    pub method: &'a str,
    /// Host, and port where it is not the scheme's own.
    pub host: &'a str,
    /// Path as sent, percent-encoded.
    pub path: &'a str,
    /// Query as sent, without its question mark.
    pub query: &'a str,
    /// Body.
    pub body: &'a [u8],
}

/// Signs requests with one key.
pub trait Sign: fmt::Debug + Send + Sync {
    /// The header fields that carry the signature.
    fn headers(&self, unsigned: &Unsigned<'_>, now: SystemTime) -> Vec<Header>;

    /// Shell words that make a signature, and the header fields that use it, each
    /// a double-quoted shell word. No secret stands in them.
    fn shell(&self, unsigned: &Unsigned<'_>) -> (String, Vec<String>);
}

/// That a request is to be signed, and with what.
#[derive(Clone, Debug)]
pub struct Signing {
    /// What signs it.
    pub signer: Arc<dyn Sign>,
    /// How the key is made from the secret, for the suite to make it again.
    pub recipe: String,
}
