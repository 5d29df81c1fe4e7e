//! Sends requests and reads replies, within bounds. The only user of `reqwest`.
//!
//! It owns connections, deadlines, pacing, throttling and the decision when a
//! target is gone. It draws no conclusions about what a reply says.

use crate::error::{Error, Problem, Result};
use crate::exchange::{BodyEnd, Exchange, HeaderCase, NoReply, Outcome, Request, Response};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::redirect::Policy;
use reqwest::{Client, ClientBuilder, Method, Url};
use std::cell::Cell;
use std::error::Error as StdError;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, SystemTime};
use tokio::sync::Semaphore;
use tokio::time::{Instant, Interval, MissedTickBehavior};

/// Largest body that is kept, after content decoding.
pub const MOST_BODY: usize = 8 * 1024 * 1024;
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
}

impl Settings {
    /// Settings with the defaults for everything but the address.
    pub fn new(base_url: impl Into<String>) -> Self {
        Self {
            base_url: base_url.into(),
            timeout: Duration::from_secs(10),
            concurrency: None,
            rate: None,
        }
    }
}

/// Why a request was not exchanged.
#[derive(Clone, Debug)]
pub enum NotSent {
    /// No connection could be made.
    Unreachable(String),
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

tokio::task_local! {
    /// Whether the request of this task had to make a connection.
    static CONNECTED: Cell<bool>;
}

impl Transport {
    /// Prepares the way; nothing is sent.
    ///
    /// # Errors
    /// [`Error::Input`] where the address is no http(s) URL.
    pub fn new(settings: Settings) -> Result<Self> {
        let base = parse_base(&settings.base_url)?;
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
                (Err(_), _) if !reconnected => {
                    reconnected = true;
                    tokio::time::sleep(RECONNECT).await;
                }
                (Err(why), _) => return Err(NotSent::Unreachable(why)),
            }
        }
    }

    async fn attempt(&self, request: &Request, fresh: bool) -> Result<Outcome, String> {
        let deadline = Instant::now() + self.settings.timeout;
        let client = self.client(request, fresh || request.fresh_connection)?;
        let prepared = self.prepare(&client, request)?;
        let reply = tokio::time::timeout_at(deadline, client.execute(prepared)).await;
        let mut reply = match reply {
            Ok(Ok(reply)) => reply,
            Ok(Err(error)) if error.is_connect() => return Err(root_cause(&error)),
            Ok(Err(error)) => return Ok(Outcome::NoReply(why_no_reply(&error))),
            Err(_) if !has_connected(request, fresh) => {
                return Err(format!("no connection within {:?}", self.settings.timeout));
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
        Ok(Outcome::Reply(Response {
            status: reply.status().as_u16(),
            headers: reply
                .headers()
                .iter()
                .map(|(name, value)| (name.as_str().to_owned(), value.as_bytes().to_vec()))
                .collect(),
            body,
            end,
        }))
    }

    fn prepare(&self, client: &Client, request: &Request) -> Result<reqwest::Request, String> {
        let prefix = self.base.as_str().trim_end_matches('/');
        let url = Url::parse(&format!("{prefix}{}", request.path_and_query))
            .map_err(|error| error.to_string())?;
        let method =
            Method::from_bytes(request.method.as_bytes()).map_err(|error| error.to_string())?;
        let mut headers = HeaderMap::with_capacity(request.headers.len());
        for header in &request.headers {
            let name = HeaderName::from_bytes(header.name.as_bytes())
                .map_err(|error| error.to_string())?;
            let mut value = HeaderValue::from_str(header.value.expose()).map_err(|_| {
                format!(
                    "the value of {} holds a character that no header can",
                    header.name
                )
            })?;
            value.set_sensitive(true);
            headers.append(name, value);
        }
        let builder = client.request(method, url).headers(headers);
        match &request.body {
            Some(body) => builder.body(body.clone()),
            None => builder,
        }
        .build()
        .map_err(|error| root_cause(&error))
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
        let builder = builder(self.settings.timeout).pool_max_idle_per_host(kept);
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
            let lost = u64::try_from(self.settings.timeout.as_millis()).unwrap_or(u64::MAX);
            self.silence.fetch_add(lost, Ordering::Relaxed);
        }
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

/// A connector that tells the task of a request that it had to connect.
#[derive(Clone)]
struct Watched<S>(S);

impl<S, R> tower::Service<R> for Watched<S>
where
    S: tower::Service<R>,
    S::Future: Send + 'static,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = std::pin::Pin<Box<dyn Future<Output = Result<S::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.0.poll_ready(context)
    }

    fn call(&mut self, request: R) -> Self::Future {
        let connecting = self.0.call(request);
        Box::pin(async move {
            let connection = connecting.await;
            if connection.is_ok() {
                // Outside a request (a spawned connect) there is nobody to tell.
                let _ = CONNECTED.try_with(|connected| connected.set(true));
            }
            connection
        })
    }
}

/// Whether a request that timed out had a connection: made for it, or kept from before.
fn has_connected(request: &Request, fresh: bool) -> bool {
    let made = CONNECTED.try_with(Cell::get).unwrap_or(false);
    let may_reuse = !fresh && !request.fresh_connection && request.header_case == HeaderCase::Title;
    made || may_reuse
}

/// Whether a request may be sent again where nobody knows if it was processed
/// (RFC 9110 section 9.2.2).
fn may_repeat(method: &str) -> bool {
    !matches!(method, "POST" | "PATCH")
}

fn is_throttled(response: &Response) -> bool {
    response.status == 429
        || (response.status == 503 && response.header("retry-after").next().is_some())
}

/// Seconds or an HTTP date (RFC 9110 section 10.2.3).
fn retry_after(response: &Response) -> Option<Duration> {
    let text = std::str::from_utf8(response.header("retry-after").next()?)
        .ok()?
        .trim();
    if let Ok(seconds) = text.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let until = httpdate::parse_http_date(text).ok()?;
    Some(until.duration_since(SystemTime::now()).unwrap_or_default())
}

fn sources<'a>(
    error: &'a (dyn StdError + 'static),
) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |error: &&'a (dyn StdError + 'static)| {
        (**error).source()
    })
}

fn hyper_error(error: &reqwest::Error) -> Option<&hyper::Error> {
    sources(error).find_map(|source| source.downcast_ref::<hyper::Error>())
}

fn why_no_reply(error: &reqwest::Error) -> NoReply {
    match hyper_error(error) {
        Some(hyper) if hyper.is_parse() => NoReply::NotHttp,
        _ if error.is_timeout() => NoReply::Silent,
        _ => NoReply::Closed,
    }
}

fn why_body_ended(error: &reqwest::Error) -> BodyEnd {
    use std::io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, UnexpectedEof};
    let io_kinds: Vec<std::io::ErrorKind> = sources(error)
        .filter_map(|source| source.downcast_ref::<std::io::Error>())
        .map(std::io::Error::kind)
        .collect();
    let is_cut = match hyper_error(error) {
        // A gzip stream can end too early in a body that does not: only hyper's word counts.
        Some(hyper) => hyper.is_incomplete_message() || io_kinds.contains(&UnexpectedEof),
        None => false,
    };
    let is_reset = io_kinds
        .iter()
        .any(|kind| matches!(kind, ConnectionReset | ConnectionAborted | BrokenPipe));
    if is_cut || is_reset {
        BodyEnd::Truncated
    } else {
        BodyEnd::Undecodable
    }
}

/// The innermost cause, which is what a person can act on.
fn root_cause(error: &reqwest::Error) -> String {
    sources(error)
        .last()
        .map_or_else(String::new, ToString::to_string)
}
