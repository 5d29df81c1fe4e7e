//! Sends requests and reads replies, within bounds. The only user of `reqwest`.
//!
//! It owns connections, deadlines, pacing, throttling and the decision when a
//! target is gone. It draws no conclusions about what a reply says.

mod cause;
mod tls;
mod watch;

pub use tls::{Pem, Tls, Untrusted};

use crate::error::{Error, Problem, Result};
use crate::exchange::{
    BodyEnd, Exchange, HeaderCase, NoReply, Outcome, Request, Response, Unsigned,
};
use cause::{hyper_error, is_throttled, retry_after, root_cause, why_body_ended};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::redirect::Policy;
use reqwest::{Certificate, Client, ClientBuilder, Identity, Method, Proxy, Url};
use secrecy::{ExposeSecret, SecretString};
use std::cell::Cell;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, SystemTime};
use tokio::sync::Semaphore;
use tokio::time::{Instant, Interval, MissedTickBehavior};
use watch::{CONNECTED, Watched, has_connected};

/// Largest body that is kept, after content decoding.
pub const MOST_BODY: usize = 8 * 1024 * 1024;
/// Largest reply to [`call`].
const MOST_ANSWER: usize = 1024 * 1024;
/// Longest wait for one Retry-After.
const MOST_WAIT: Duration = Duration::from_secs(10);
/// Attempts at a throttled request.
const MOST_ATTEMPTS: u32 = 6;
/// Wait where a throttled reply does not say how long.
const DEFAULT_WAIT: Duration = Duration::from_secs(1);
/// So many deadlines may pass in one run before it concludes early.
const MOST_SILENCE: u32 = 3;
/// Replies that take longer than this are worth waiting for in parallel.
const SLOW: Duration = Duration::from_millis(10);
/// Requests under way at once with a slow target.
const ENOUGH: usize = 8;
/// Wait before a refused connection is tried a second time.
const RECONNECT: Duration = Duration::from_millis(150);

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
        }
    }
}

/// Why a request was not exchanged.
#[derive(Clone, Debug)]
pub enum NotSent {
    /// No connection could be made.
    Unreachable(String),
    /// No TLS connection could be made.
    Untrusted(Untrusted),
    /// Too many deadlines passed; nothing more is sent.
    Silent,
    /// It was throttled to the end.
    Throttled(u16),
}

/// A way to one target.
pub struct Transport {
    base: Url,
    settings: Settings,
    kept: Mutex<Option<Client>>,
    fresh: [OnceLock<Result<Client, String>>; 2],
    permits: Semaphore,
    concurrency: AtomicUsize,
    pace: Option<tokio::sync::Mutex<Interval>>,
    pause_until: Mutex<Option<Instant>>,
    /// Time lost to deadlines, in milliseconds.
    silence: AtomicU64,
    sent: AtomicU64,
}

impl Transport {
    /// Prepares the way; nothing is sent.
    ///
    /// # Errors
    /// [`Error::Input`] where the address is no http(s) URL, or a certificate, key or
    /// proxy is unusable.
    pub fn new(settings: Settings) -> Result<Self> {
        let base = parse_base(&settings.base_url)?;
        // What is PEM but no certificate, and a system without roots, are found only here.
        configured(&settings)?.build().map_err(|error| {
            let place = match (&settings.tls.ca, &settings.tls.identity) {
                (Some(pem), _) | (None, Some((pem, _))) => pem.path.display().to_string(),
                (None, None) => settings.base_url.clone(),
            };
            let what = format!("TLS cannot be set up: {}", root_cause(&error));
            let remedy = "give X.509 certificates and keys in PEM; trusted ones with --ca FILE, or in the system's store";
            Error::input(place, what, remedy)
        })?;
        let pace = settings.rate.map(|rate| {
            let mut interval = tokio::time::interval(Duration::from_secs(1) / rate.max(1));
            interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
            tokio::sync::Mutex::new(interval)
        });
        Ok(Self {
            base,
            kept: Mutex::new(None),
            fresh: [OnceLock::new(), OnceLock::new()],
            permits: Semaphore::new(settings.concurrency.unwrap_or(1).max(1)),
            concurrency: AtomicUsize::new(settings.concurrency.unwrap_or(1).max(1)),
            pace,
            pause_until: Mutex::new(None),
            silence: AtomicU64::new(0),
            sent: AtomicU64::new(0),
            settings,
        })
    }

    /// The address, without credentials.
    pub fn base_url(&self) -> &str {
        self.base.as_str()
    }

    /// Requests under way at once.
    pub fn concurrency(&self) -> usize {
        self.concurrency.load(Ordering::Relaxed)
    }

    /// Lets more requests be under way where the target is slow and answers several
    /// connections at once. `took` is the time of an ordinary exchange.
    ///
    /// A server that serves one connection until its end would starve the others:
    /// two requests on two connections tell whether this is one.
    pub async fn adapt(&self, request: &Arc<Request>, took: Duration) {
        if self.settings.concurrency.is_some() || took < SLOW {
            return;
        }
        // The first exchange paid for the connection as well.
        let took = match self.send(request).await {
            Ok(exchange) if exchange.is_whole() && exchange.elapsed >= SLOW => exchange.elapsed,
            _ => return,
        };
        self.permits.add_permits(1);
        let mut apart = Request::clone(request);
        apart.fresh_connection = true;
        let apart = Arc::new(apart);
        let both = async { tokio::join!(self.send(request), self.send(&apart)) };
        let patience = took * 4 + Duration::from_millis(200);
        match tokio::time::timeout(patience, both).await {
            Ok((Ok(_), Ok(_))) => {
                self.permits.add_permits(ENOUGH - 2);
                self.concurrency.store(ENOUGH, Ordering::Relaxed);
            }
            _ => {
                self.permits.forget_permits(1);
                self.kept
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .take();
            }
        }
    }

    /// Requests sent so far, repeated attempts included.
    pub fn sent(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }

    /// Sends one request and reads its reply.
    ///
    /// # Errors
    /// [`NotSent`] where there is nothing to judge.
    pub async fn send(&self, request: &Arc<Request>) -> Result<Exchange, NotSent> {
        let Ok(_permit) = self.permits.acquire().await else {
            return Err(NotSent::Silent);
        };
        let began = Instant::now();
        let mut retries = 0;
        let mut reconnected = false;
        loop {
            if self.is_silent() {
                return Err(NotSent::Silent);
            }
            self.wait_for_turn().await;
            self.sent.fetch_add(1, Ordering::Relaxed);
            let attempt = CONNECTED
                .scope(Cell::new(false), async {
                    let result = self.attempt(request, retries > 0).await;
                    (result, CONNECTED.with(Cell::get))
                })
                .await;
            match attempt {
                // A kept connection may have been dropped while idle (RFC 9110 section 9.2.2).
                (Ok(Outcome::NoReply(NoReply::Closed)), false)
                    if retries == 0 && may_repeat(&request.method) =>
                {
                    retries += 1;
                }
                (Ok(Outcome::Reply(response)), _) if is_throttled(&response) => {
                    if retries >= MOST_ATTEMPTS {
                        return Err(NotSent::Throttled(response.status));
                    }
                    retries += 1;
                    self.pause(&response);
                }
                (Ok(outcome), _) => {
                    self.note_silence(&outcome);
                    return Ok(Exchange {
                        request: Arc::clone(request),
                        outcome,
                        retries,
                        elapsed: began.elapsed(),
                    });
                }
                (Err(NotSent::Unreachable(_)), _) if !reconnected => {
                    reconnected = true;
                    tokio::time::sleep(RECONNECT).await;
                }
                (Err(why), _) => return Err(why),
            }
        }
    }

    async fn attempt(&self, request: &Request, fresh: bool) -> Result<Outcome, NotSent> {
        let deadline = Instant::now() + self.settings.timeout;
        let client = self
            .client(request, fresh || request.fresh_connection)
            .map_err(NotSent::Unreachable)?;
        let prepared = prepare(&self.base, &client, request, None).map_err(NotSent::Unreachable)?;
        let reply = tokio::time::timeout_at(deadline, client.execute(prepared)).await;
        let mut reply = match reply {
            Ok(Ok(reply)) => reply,
            Ok(Err(error)) => match tls::failure(&error) {
                Some(untrusted) => return Err(NotSent::Untrusted(untrusted)),
                None if error.is_connect() => return Err(NotSent::Unreachable(root_cause(&error))),
                None => return Ok(Outcome::NoReply(why_no_reply(&error))),
            },
            Err(_) if !has_connected(request, fresh) => {
                let why = format!("no connection within {:?}", self.settings.timeout);
                return Err(NotSent::Unreachable(why));
            }
            Err(_) => return Ok(Outcome::NoReply(NoReply::Silent)),
        };
        let mut body = Vec::new();
        let end = loop {
            match tokio::time::timeout_at(deadline, reply.chunk()).await {
                Ok(Ok(Some(chunk))) => {
                    if body.len() + chunk.len() > MOST_BODY {
                        break BodyEnd::TooLarge;
                    }
                    body.extend_from_slice(&chunk);
                }
                Ok(Ok(None)) => break BodyEnd::Complete,
                Ok(Err(error)) => break why_body_ended(&error),
                Err(_) => break BodyEnd::Stalled,
            }
        };
        Ok(Outcome::Reply(response(&reply, body, end)))
    }

    /// The client for a request: one keeps connections, the others never do.
    fn client(&self, request: &Request, fresh: bool) -> Result<Client, String> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let slot = match (fresh, request.header_case) {
            (false, HeaderCase::Title) => {
                if kept.is_none() {
                    *kept = Some(self.build(HeaderCase::Title, usize::MAX)?);
                }
                return kept.clone().ok_or_else(String::new);
            }
            (true, HeaderCase::Title) => &self.fresh[0],
            (_, HeaderCase::Lower) => &self.fresh[1],
        };
        if self.concurrency() == 1 {
            // A server that serves one connection until its end would wait for this one.
            kept.take();
        }
        slot.get_or_init(|| self.build(request.header_case, 0))
            .clone()
    }

    fn build(&self, case: HeaderCase, kept: usize) -> Result<Client, String> {
        let builder = configured(&self.settings)
            .map_err(|error| error.to_string())?
            .pool_max_idle_per_host(kept);
        let builder = match case {
            HeaderCase::Title => builder.http1_title_case_headers(),
            HeaderCase::Lower => builder,
        };
        builder.build().map_err(|error| root_cause(&error))
    }

    async fn wait_for_turn(&self) {
        if let Some(pace) = &self.pace {
            pace.lock().await.tick().await;
        }
        loop {
            let until = *self
                .pause_until
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            match until {
                Some(until) if until > Instant::now() => tokio::time::sleep_until(until).await,
                _ => return,
            }
        }
    }

    /// All requests wait, not only the throttled one: it is the client that was told to.
    fn pause(&self, response: &Response) {
        let wait = retry_after(response).unwrap_or(DEFAULT_WAIT).min(MOST_WAIT);
        let until = Instant::now() + wait;
        let mut pause = self
            .pause_until
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        *pause = Some(pause.map_or(until, |earlier| earlier.max(until)));
    }

    fn note_silence(&self, outcome: &Outcome) {
        let silent = match outcome {
            Outcome::NoReply(NoReply::Silent) => true,
            Outcome::Reply(response) => response.end == BodyEnd::Stalled,
            Outcome::NoReply(_) => false,
        };
        if silent {
            self.lose(self.settings.timeout);
        }
    }

    /// Counts time that a broken target cost: after three deadlines' worth of it
    /// nothing more is sent.
    pub fn lose(&self, time: Duration) {
        let lost = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        self.silence.fetch_add(lost, Ordering::Relaxed);
    }

    /// Whether so many deadlines passed that the run should conclude.
    pub fn is_silent(&self) -> bool {
        let allowed = self.settings.timeout * MOST_SILENCE;
        u128::from(self.silence.load(Ordering::Relaxed)) >= allowed.as_millis()
    }
}

/// Reads an address.
///
/// # Errors
/// [`Error::Input`] where it is no http(s) URL, or holds what it must not.
pub fn parse_base(text: &str) -> Result<Url> {
    let wrong = |what: String| {
        Error::Input(Problem::new(
            "--base-url",
            what,
            "give scheme, host and port, such as http://127.0.0.1:8080",
        ))
    };
    let url = Url::parse(text).map_err(|error| wrong(format!("'{text}' is no URL: {error}")))?;
    if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
        return Err(wrong(format!("'{text}' is no http or https address")));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(wrong("the address holds a user name or password".into()));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(wrong(format!("'{text}' holds a query or a fragment")));
    }
    Ok(url)
}

/// Sends one request outside the suite (to an identity service) and reads its reply.
/// A throttled one is sent again, within the bounds of a run.
///
/// # Errors
/// [`Error::NoVerdict`] where no whole reply comes within the deadline and 1 MiB.
pub async fn call(
    settings: &Settings,
    request: &Request,
    body: Option<&SecretString>,
) -> Result<Response> {
    let failed = |what: String, remedy: &str| {
        Error::no_verdict(settings.base_url.clone(), what, remedy.to_owned())
    };
    let base = parse_base(&settings.base_url)?;
    let client = configured(settings)?
        .timeout(settings.timeout)
        .build()
        .map_err(|error| failed(root_cause(&error), ""))?;
    let mut attempts = 0;
    loop {
        let prepared = prepare(&base, &client, request, body).map_err(|what| failed(what, ""))?;
        let reply = match answer(&client, prepared).await {
            Ok(reply) => reply,
            Err(error) => {
                return Err(match tls::failure(&error) {
                    Some(Untrusted { what, remedy }) => {
                        failed(format!("no connection is made: {what}"), remedy)
                    }
                    None => failed(
                        format!("no whole reply: {}", root_cause(&error)),
                        "check the address, and that the service is up",
                    ),
                });
            }
        };
        if reply.end == BodyEnd::TooLarge {
            return Err(failed("its reply is larger than 1 MiB".into(), ""));
        }
        if !is_throttled(&reply) || attempts >= MOST_ATTEMPTS {
            return Ok(reply);
        }
        attempts += 1;
        let wait = retry_after(&reply).unwrap_or(DEFAULT_WAIT).min(MOST_WAIT);
        tokio::time::sleep(wait).await;
    }
}

async fn answer(client: &Client, request: reqwest::Request) -> reqwest::Result<Response> {
    let mut reply = client.execute(request).await?;
    let mut body = Vec::new();
    while let Some(chunk) = reply.chunk().await? {
        if body.len() + chunk.len() > MOST_ANSWER {
            return Ok(response(&reply, body, BodyEnd::TooLarge));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(response(&reply, body, BodyEnd::Complete))
}

fn response(reply: &reqwest::Response, body: Vec<u8>, end: BodyEnd) -> Response {
    Response {
        status: reply.status().as_u16(),
        headers: reply
            .headers()
            .iter()
            .map(|(name, value)| (name.as_str().to_owned(), value.as_bytes().to_vec()))
            .collect(),
        body,
        end,
    }
}

fn prepare(
    base: &Url,
    client: &Client,
    request: &Request,
    body: Option<&SecretString>,
) -> Result<reqwest::Request, String> {
    let prefix = base.as_str().trim_end_matches('/');
    let url = Url::parse(&format!("{prefix}{}", request.path_and_query))
        .map_err(|error| error.to_string())?;
    let method =
        Method::from_bytes(request.method.as_bytes()).map_err(|error| error.to_string())?;
    let body = body
        .map(ExposeSecret::expose_secret)
        .or(request.body.as_deref())
        .unwrap_or_default();
    let signature = request.signing.as_ref().map(|signing| {
        let host = url.host_str().unwrap_or_default();
        let host = match url.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        };
        let unsigned = Unsigned {
            method: &request.method,
            host: &host,
            path: url.path(),
            query: url.query().unwrap_or_default(),
            body: body.as_bytes(),
        };
        signing.signer.headers(&unsigned, SystemTime::now())
    });
    let mut headers = HeaderMap::with_capacity(request.headers.len());
    for header in request.headers.iter().chain(signature.iter().flatten()) {
        let name =
            HeaderName::from_bytes(header.name.as_bytes()).map_err(|error| error.to_string())?;
        let mut value = HeaderValue::from_str(header.value.expose()).map_err(|_| {
            format!(
                "the value of {} holds a character that no header can",
                header.name
            )
        })?;
        value.set_sensitive(true);
        headers.append(name, value);
    }
    let mut builder = client.request(method, url).headers(headers);
    if !body.is_empty() {
        builder = builder.body(body.to_owned());
    }
    builder.build().map_err(|error| root_cause(&error))
}

/// A client for `settings`, certificates and proxy checked.
fn configured(settings: &Settings) -> Result<ClientBuilder> {
    let mut builder = builder(settings.timeout);
    let unusable =
        |pem: &Pem, what: String, remedy: &str| Error::input(&pem.path, what, remedy.to_owned());
    if let Some(pem) = &settings.tls.ca {
        let remedy = "give certificates in PEM: -----BEGIN CERTIFICATE----- …";
        let certificates = Certificate::from_pem_bundle(pem.text.expose_secret().as_bytes())
            .map_err(|error| unusable(pem, root_cause(&error), remedy))?;
        if certificates.is_empty() {
            return Err(unusable(
                pem,
                "the file holds no certificate".into(),
                remedy,
            ));
        }
        builder = builder.tls_certs_merge(certificates);
    }
    if let Some((certificate, key)) = &settings.tls.identity {
        let both = SecretString::from(format!(
            "{}\n{}",
            certificate.text.expose_secret(),
            key.text.expose_secret()
        ));
        let identity = Identity::from_pem(both.expose_secret().as_bytes()).map_err(|error| {
            unusable(
                certificate,
                format!("no client certificate with its key: {}", root_cause(&error)),
                "give a certificate and its unencrypted key, both in PEM",
            )
        })?;
        builder = builder.identity(identity);
    }
    // A plain address speaks no TLS, and nothing leads away from it: a system without
    // any trusted certificates must do.
    let is_plain = settings.base_url.starts_with("http://") && settings.proxy.is_none();
    if settings.tls.insecure || is_plain {
        builder = builder.tls_danger_accept_invalid_certs(true);
    }
    if let Some(address) = &settings.proxy {
        let wrong = |what: &str| {
            let remedy = "give scheme, host and port, such as http://proxy.example.com:3128";
            Error::input("--proxy", what.to_owned(), remedy)
        };
        let url = Url::parse(address).map_err(|_| wrong("the address is no URL"))?;
        if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
            return Err(wrong("the address is no http or https one"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(wrong("the address holds a user name or password"));
        }
        builder = builder.proxy(Proxy::all(url).map_err(|error| wrong(&root_cause(&error)))?);
    }
    Ok(builder)
}

fn builder(timeout: Duration) -> ClientBuilder {
    // The first caller installs the provider; later ones find it there.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder()
        .redirect(Policy::none())
        .no_proxy()
        .retry(reqwest::retry::never())
        .referer(false)
        .connect_timeout(timeout)
        .user_agent(concat!("conformant/", env!("CARGO_PKG_VERSION")))
        .connector_layer(tower::layer::layer_fn(Watched))
}

/// Whether a request may be sent again where nobody knows if it was processed
/// (RFC 9110 section 9.2.2).
fn may_repeat(method: &str) -> bool {
    !matches!(method, "POST" | "PATCH")
}

fn why_no_reply(error: &reqwest::Error) -> NoReply {
    match hyper_error(error) {
        Some(hyper) if hyper.is_parse() => NoReply::NotHttp,
        _ if error.is_timeout() => NoReply::Silent,
        _ => NoReply::Closed,
    }
}
