//! Defines [`Settings`]: how a target is reached. It performs no I/O.

use super::tls::Tls;
use crate::error::{Error, Problem, Result};
use crate::exchange::Limits;
use std::time::Duration;
use url::Url;

/// How to reach a target.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Scheme, host, port, and a path prefix if there is one.
    pub base_url: String,
    /// Deadline of a whole exchange.
    pub timeout: Duration,
    /// Requests under way at once; `None` lets the target's latency decide.
    pub concurrency: Option<usize>,
    /// Requests a second; unlimited if `None`.
    pub rate: Option<u32>,
    /// Trust and identity of TLS connections.
    pub tls: Tls,
    /// The proxy to go through; none of the environment's ever counts.
    pub proxy: Option<String>,
    /// Text of the header User-Agent, where it is not the program's own.
    pub user_agent: Option<String>,
    /// How much of a reply is read.
    pub limits: Limits,
}

impl Settings {
    /// Settings with the defaults for everything but the address.
    pub fn new(base_url: impl Into<String>) -> Self {
        Self {
            base_url: base_url.into(),
            timeout: Duration::from_secs(10),
            concurrency: None,
            rate: None,
            tls: Tls::default(),
            proxy: None,
            user_agent: None,
            limits: Limits::default(),
        }
    }
}

/// Reads the address of a target or an identity service.
///
/// # Errors
/// [`Error::Input`] where it is no http(s) URL, or holds what it must not.
pub fn parse_base(text: &str) -> Result<Url> {
    parse(text).map_err(|what| {
        let remedy = "give scheme, host and port, such as http://127.0.0.1:8080";
        Error::Input(Problem::new("--base-url", what, remedy))
    })
}

/// Reads the address of a proxy.
///
/// # Errors
/// As for [`parse_base`].
pub fn parse_proxy(text: &str) -> Result<Url> {
    parse(text).map_err(|what| {
        let remedy = "give scheme, host and port, such as http://proxy.example.com:3128";
        Error::Input(Problem::new("--proxy", what, remedy))
    })
}

/// An address is never quoted where it is wrong: a password may stand in it, or be it.
fn parse(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).map_err(|error| format!("the address is no URL: {error}"))?;
    if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
        return Err("the address is no http or https one".into());
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("the address holds a user name or password".into());
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err("the address holds a query or a fragment".into());
    }
    Ok(url)
}

/// An address for people: without user information, query and fragment, which may hold
/// a secret.
pub fn shown_address(text: &str) -> String {
    let is_address = |url: &Url| matches!(url.scheme(), "http" | "https") && url.has_host();
    let Some(mut url) = Url::parse(text).ok().filter(is_address) else {
        return "(no http or https address)".into();
    };
    // Neither fails for an address with a host.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.set_query(None);
    url.set_fragment(None);
    let shown = url.to_string();
    match text.ends_with('/') {
        true => shown,
        false => shown.trim_end_matches('/').to_owned(),
    }
}
