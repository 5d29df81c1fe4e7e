//! Defines [`Transport`]: the way to one target, with its connections, deadlines, pace,
//! throttling, the one retry, and the decision when the target is gone.

use super::body;
use super::by_hand::{self, Failed};
use super::cause::{hyper_error, is_throttled, retry_after, root_cause};
use super::client::{USER_AGENT, client, configured, prepare, response};
use super::parallel::{Parallel, SLOW};
use super::settings::{Settings, parse_base, parse_proxy};
use super::tls::{self, Untrusted};
use super::turn;
use super::watch::{CONNECTED, has_connected};
use crate::error::{Error, Result};
use crate::exchange::{
    BodyEnd, Exchange, HeaderNames, Limits, NoReply, Outcome, Request, Response,
};
use crate::status::PROXY_AUTHENTICATION_REQUIRED;
use reqwest::{Client, StatusCode};
use std::cell::Cell;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;
use tokio::runtime;
use tokio::time::{Instant, Interval, MissedTickBehavior};
use url::Url;

/// Longest wait for one Retry-After.
pub(super) const MAX_WAIT: Duration = Duration::from_secs(10);
/// Attempts at a throttled request.
pub(super) const MAX_ATTEMPTS: u32 = 6;
/// Wait where a throttled reply does not say how long.
pub(super) const DEFAULT_WAIT: Duration = Duration::from_secs(1);
/// So many deadlines may pass in one run before it concludes early.
const MAX_SILENCE: u32 = 3;
/// Exchanges that are measured before it is decided how many may be under way.
const FIRST_SAMPLES: usize = 2;
/// How much longer than the slowest exchange two side by side may take.
const LEEWAY: Duration = Duration::from_millis(5);
/// Wait before a refused connection is tried a second time.
const RECONNECT: Duration = Duration::from_millis(150);

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

impl NotSent {
    /// The error of whoever needed this exchange of the target at `base_url`.
    pub fn error(&self, base_url: &str) -> Error {
        const REMEDY: &str = "check the address, and that the server is up";
        let (what, remedy) = match self {
            Self::Unreachable(why) => (format!("the target cannot be reached: {why}"), REMEDY),
            Self::Untrusted(Untrusted { what, remedy }) => {
                let what = format!("no connection is made to the target: {what}");
                (what, *remedy)
            }
            Self::Silent => ("replies stopped coming".into(), REMEDY),
            Self::Throttled(status) => (
                format!("the target throttled a request to the end ({status})"),
                "run later, or slower: --rate N",
            ),
        };
        Error::no_verdict(base_url, what, remedy)
    }
}

/// A way to one target.
pub struct Transport {
    base: Url,
    settings: Settings,
    /// One for each event loop: a connection belongs to the one that it was made in.
    kept: Mutex<HashMap<runtime::Id, Client>>,
    fresh: [OnceLock<Result<Client, String>>; 2],
    parallel: Parallel,
    /// Closes the connections of event loops that nothing drives.
    on_fall_back: OnceLock<Box<dyn Fn() + Send + Sync>>,
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
            kept: Mutex::default(),
            fresh: [OnceLock::new(), OnceLock::new()],
            parallel: Parallel::new(settings.concurrency),
            on_fall_back: OnceLock::new(),
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

    /// Deadline of a whole exchange.
    pub fn timeout(&self) -> Duration {
        self.settings.timeout
    }

    /// How much of a reply is read.
    pub fn limits(&self) -> &Limits {
        &self.settings.limits
    }

    /// Whether requests go through a proxy, which may answer in the target's place.
    pub fn has_proxy(&self) -> bool {
        self.settings.proxy.is_some()
    }

    /// Requests under way at once.
    pub fn concurrency(&self) -> usize {
        self.parallel.count()
    }

    /// Whether an ordinary reply of the target takes long enough to wait for in parallel.
    pub fn is_slow(&self) -> bool {
        self.parallel.latency().is_slow()
    }

    /// Requests sent so far, repeated attempts included.
    pub fn sent(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }

    /// Takes what closes the connections of event loops that nothing drives, for when
    /// requests are sent one at a time again.
    pub fn on_fall_back(&self, close: impl Fn() + Send + Sync + 'static) {
        // It is the same in every round of a run.
        let _ = self.on_fall_back.set(Box::new(close));
    }

    /// Sends one request and reads its reply.
    ///
    /// # Errors
    /// [`NotSent`] where there is nothing to judge.
    pub async fn send(&self, request: &Arc<Request>) -> Result<Exchange, NotSent> {
        let Some(permit) = self.parallel.permit().await else {
            return Err(NotSent::Silent);
        };
        let sent = self.send_now(request).await;
        self.parallel.give_back(permit);
        sent
    }

    /// Sends two requests at the same time, each on a connection of its own. Without a
    /// reply, or where the target throttles, a request is sent once more by itself: a target
    /// may serve one connection at a time.
    ///
    /// # Errors
    /// [`NotSent`] where there is nothing to judge.
    pub async fn send_both(&self, both: [&Arc<Request>; 2]) -> [Result<Exchange, NotSent>; 2] {
        for _ in both {
            self.wait_for_turn().await;
        }
        let Some(permit) = self.parallel.permit().await.filter(|_| !self.is_silent()) else {
            return [Err(NotSent::Silent), Err(NotSent::Silent)];
        };
        let began = Instant::now();
        let ((one, _), (other, _)) = tokio::join!(
            self.attempt_watched(both[0], true),
            self.attempt_watched(both[1], true)
        );
        self.parallel.give_back(permit);
        let elapsed = began.elapsed().min(self.settings.timeout);
        let [first, second] = both;
        [
            self.or_alone(first, one, elapsed).await,
            self.or_alone(second, other, elapsed).await,
        ]
    }

    /// The exchange of an attempt beside another one, or of one by itself.
    async fn or_alone(
        &self,
        request: &Arc<Request>,
        attempt: Result<Outcome, NotSent>,
        elapsed: Duration,
    ) -> Result<Exchange, NotSent> {
        match attempt {
            Ok(outcome @ Outcome::Reply(_)) if is_served(&outcome) => Ok(Exchange {
                request: Arc::clone(request),
                outcome,
                retries: 0,
                elapsed,
            }),
            // What was throttled was not processed.
            Ok(Outcome::Reply(response)) if is_throttled(&response) => self.send(request).await,
            Ok(_) if !may_repeat(&request.method) => attempt.map(|outcome| Exchange {
                request: Arc::clone(request),
                outcome,
                retries: 0,
                elapsed,
            }),
            _ => self.send(request).await,
        }
    }

    /// Sends with a permit in hand.
    async fn send_now(&self, request: &Arc<Request>) -> Result<Exchange, NotSent> {
        let mut retries = 0;
        let mut reconnected = false;
        loop {
            if self.is_silent() {
                return Err(NotSent::Silent);
            }
            self.wait_for_turn().await;
            let at_once = self.concurrency();
            let began = Instant::now();
            let (attempt, connected) = self.attempt_watched(request, retries > 0).await;
            match attempt {
                // A kept connection may have been dropped while idle (RFC 9110 section 9.2.2).
                Ok(Outcome::NoReply(NoReply::Closed))
                    if !connected && retries == 0 && may_repeat(&request.method) =>
                {
                    retries += 1;
                }
                // It may have waited for a connection of ours to end: that proves nothing.
                Ok(Outcome::NoReply(NoReply::Silent))
                    if at_once > 1
                        && self.parallel.is_adaptive()
                        && may_repeat(&request.method) =>
                {
                    retries += 1;
                    // The target serves fewer connections than were open.
                    if self.parallel.fall_back() {
                        self.kept().clear();
                        if let Some(close) = self.on_fall_back.get() {
                            close();
                        }
                    }
                }
                Ok(Outcome::Reply(response)) if is_throttled(&response) => {
                    if retries >= MAX_ATTEMPTS {
                        return Err(NotSent::Throttled(response.status));
                    }
                    retries += 1;
                    self.pause(&response);
                }
                Ok(outcome) => {
                    self.note_silence(&outcome);
                    let exchange = Exchange {
                        request: Arc::clone(request),
                        outcome,
                        retries,
                        // What came in time and was looked at late took no longer than allowed.
                        elapsed: began.elapsed().min(self.settings.timeout),
                    };
                    if at_once == 1
                        && self.parallel.latency().note(exchange.elapsed)
                        && may_repeat(&request.method)
                    {
                        self.consider(request).await;
                    }
                    return Ok(exchange);
                }
                Err(NotSent::Unreachable(_)) if !reconnected => {
                    reconnected = true;
                    tokio::time::sleep(RECONNECT).await;
                }
                Err(why) => return Err(why),
            }
        }
    }

    /// Makes the first decision. `took` is the time of an ordinary exchange, which paid for
    /// the connection as well; `request` is sent again.
    pub async fn adapt(&self, request: &Arc<Request>, took: Duration) {
        if took < SLOW {
            return;
        }
        for _ in 0..FIRST_SAMPLES {
            match self.send(request).await {
                Ok(exchange) if exchange.is_complete() => {}
                _ => return,
            }
        }
        if let Some(_permit) = self.parallel.permit().await {
            self.consider(request).await;
        }
    }

    /// Lets several requests be under way where the target is slow and serves two
    /// connections side by side. The caller holds the only permit.
    ///
    /// A server that serves one connection until its end answers on the second one only
    /// once the first is closed, so the first is kept open. One that serves requests in
    /// turn takes twice as long for two.
    async fn consider(&self, request: &Arc<Request>) {
        let longest = {
            let latency = self.parallel.latency();
            if !self.parallel.is_adaptive() || !latency.is_slow() {
                return;
            }
            latency.longest()
        };
        if self.concurrency() > 1 {
            return;
        }
        for _ in 0..2 {
            self.wait_for_turn().await;
        }
        let mut apart = Request::clone(request);
        apart.travel.fresh_connection = true;
        // More than one: a connection of its own does not close the kept one.
        self.parallel.try_out(2);
        let began = Instant::now();
        let both = async {
            tokio::join!(
                self.attempt_watched(request, false),
                self.attempt_watched(&apart, true)
            )
        };
        let patience = longest * 4 + Duration::from_millis(200);
        let came = tokio::time::timeout(patience, both).await;
        let were_served = matches!(&came, Ok(((Ok(kept), _), (Ok(apart), _))) if is_served(kept) && is_served(apart));
        if were_served && began.elapsed() < longest + longest / 2 + LEEWAY {
            self.parallel.widen();
        } else {
            self.parallel.try_out(1);
            self.kept().clear();
        }
    }

    /// One attempt, and whether it had to connect.
    async fn attempt_watched(
        &self,
        request: &Request,
        fresh: bool,
    ) -> (Result<Outcome, NotSent>, bool) {
        self.sent.fetch_add(1, Ordering::Relaxed);
        CONNECTED
            .scope(Cell::new(false), async {
                let result = self.attempt(request, fresh).await;
                (result, CONNECTED.with(Cell::get))
            })
            .await
    }

    async fn attempt(&self, request: &Request, fresh: bool) -> Result<Outcome, NotSent> {
        let now = Instant::now();
        let deadline = now + self.settings.timeout;
        let prepared = prepare(&self.base, request, None).map_err(NotSent::Unreachable)?;
        let first_byte = Duration::from_millis(self.settings.limits.first_byte_ms);
        let first_byte = deadline.min(now + first_byte);
        let sent = async {
            let is_plain_proxy = |proxy: &str| proxy.starts_with("http:");
            let is_reached = self.settings.proxy.as_deref().is_none_or(is_plain_proxy);
            if request.travel.is_by_hand() && is_reached {
                return self.by_hand(request, prepared).await;
            }
            let client = self
                .client(request, fresh || request.travel.fresh_connection)
                .map_err(|why| Err(NotSent::Unreachable(why)))?;
            let reply = client.execute(prepared).await;
            reply.map_err(|error| self.failed(&error))
        };
        let mut reply = match tokio::time::timeout_at(first_byte, sent).await {
            Ok(Ok(reply)) => reply,
            Ok(Err(failed)) => return failed.map(Outcome::NoReply),
            Err(_) if !has_connected(request, fresh) => {
                let why = format!("no connection within {:?}", self.settings.timeout);
                return Err(NotSent::Unreachable(why));
            }
            Err(_) => return Ok(Outcome::NoReply(NoReply::Silent)),
        };
        if reply.status() == StatusCode::PROXY_AUTHENTICATION_REQUIRED && self.has_proxy() {
            return Err(NotSent::Untrusted(proxy_failure(
                "proxy authorization required",
            )));
        }
        if head_bytes(&reply) > self.settings.limits.head_bytes {
            return Ok(Outcome::NoReply(NoReply::HeadTooLarge));
        }
        let (body, end) = body::read(
            &mut reply,
            &self.settings.limits,
            deadline,
            turn::ahead(self.concurrency()),
        )
        .await;
        Ok(Outcome::Reply(response(&reply, body, end)))
    }

    /// Writes the bytes of a request by hand. The address is an http one.
    async fn by_hand(
        &self,
        request: &Request,
        prepared: reqwest::Request,
    ) -> Result<reqwest::Response, Result<NoReply, NotSent>> {
        if self.concurrency() == 1 {
            // As for a connection of its own: the server may serve one until its end.
            self.kept().clear();
        }
        let own = self.settings.user_agent.as_deref();
        let proxy = self.settings.proxy.as_deref().map(parse_proxy);
        let proxy = proxy.transpose().ok().flatten();
        let sent = by_hand::exchange(
            request,
            &prepared,
            proxy.as_ref(),
            own.unwrap_or(USER_AGENT),
        );
        sent.await.map_err(|failed| match failed {
            Failed::Connect(error) if self.has_proxy() => {
                Err(NotSent::Untrusted(proxy_failure(&error.to_string())))
            }
            Failed::Connect(error) => Err(NotSent::Unreachable(error.to_string())),
            Failed::Reply(error) => Ok(of_hyper(&error)),
        })
    }

    /// What became of a request without a reply: nothing to judge, or that there is none.
    fn failed(&self, error: &reqwest::Error) -> Result<NoReply, NotSent> {
        match tls::failure(error, &self.settings.tls) {
            Some(untrusted) => Err(NotSent::Untrusted(untrusted)),
            None if error.is_connect() && self.has_proxy() => {
                Err(NotSent::Untrusted(proxy_failure(&root_cause(error))))
            }
            None if error.is_connect() => Err(NotSent::Unreachable(root_cause(error))),
            None if error.is_timeout() => Ok(NoReply::Silent),
            None => Ok(hyper_error(error).map_or(NoReply::Closed, of_hyper)),
        }
    }

    fn kept(&self) -> MutexGuard<'_, HashMap<runtime::Id, Client>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The client for a request: one in each event loop keeps connections, the others
    /// never do.
    fn client(&self, request: &Request, fresh: bool) -> Result<Client, String> {
        let names = request.travel.header_names;
        let slot = match (fresh, names) {
            (_, HeaderNames::Lower) => &self.fresh[1],
            (true, _) => &self.fresh[0],
            (false, _) => {
                let lane = runtime::Handle::current().id();
                let mut kept = self.kept();
                if self.concurrency() == 1 {
                    // Nor would it look at this one while another lane's is open.
                    kept.retain(|other, _| *other == lane);
                }
                if let Some(client) = kept.get(&lane) {
                    return Ok(client.clone());
                }
                let client = client(&self.settings, names, usize::MAX)?;
                kept.insert(lane, client.clone());
                return Ok(client);
            }
        };
        if self.concurrency() == 1 {
            // A server that serves one connection until its end would wait for this one.
            self.kept().clear();
        }
        slot.get_or_init(|| client(&self.settings, names, 0))
            .clone()
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
        let wait = retry_after(response).unwrap_or(DEFAULT_WAIT).min(MAX_WAIT);
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
        let allowed = self.settings.timeout * MAX_SILENCE;
        u128::from(self.silence.load(Ordering::Relaxed)) >= allowed.as_millis()
    }
}

fn is_served(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Reply(response) if !is_throttled(response))
}

/// Bytes of all header fields, names and values.
fn head_bytes(reply: &reqwest::Response) -> u64 {
    reply
        .headers()
        .iter()
        .map(|(name, value)| (name.as_str().len() + value.len()) as u64)
        .sum()
}

/// Whether a request may be sent again where nobody knows if it was processed
/// (RFC 9110 section 9.2.2).
fn may_repeat(method: &str) -> bool {
    !matches!(method, "POST" | "PATCH")
}

/// Why the proxy makes no connection to the target, by the innermost cause.
fn proxy_failure(cause: &str) -> Untrusted {
    let (what, remedy) = if cause.contains("proxy authorization required") {
        (
            format!("the proxy wants a user name and password ({PROXY_AUTHENTICATION_REQUIRED})"),
            "name a proxy that asks for none with --proxy",
        )
    } else if cause.contains("tunnel") {
        (
            "the proxy refuses to connect to the target".to_owned(),
            "check that the proxy of --proxy may reach this address",
        )
    } else {
        (
            format!("the proxy cannot be reached: {cause}"),
            "check the address of --proxy, and that the proxy is up",
        )
    };
    Untrusted { what, remedy }
}

fn of_hyper(error: &hyper::Error) -> NoReply {
    if error.is_parse_too_large() {
        return NoReply::HeadTooLarge;
    }
    match error.is_parse() {
        true => NoReply::NotHttp,
        false => NoReply::Closed,
    }
}
