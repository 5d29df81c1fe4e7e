//! Defines [`Sender`]: sends the requests of all operations of a run with the token that
//! counts now, until the run is stopped or has no time left.

use super::active::Active;
use super::budget::{Budget, Progress, Spent};
use super::ledger::Ending;
use super::renewal::Renewal;
use crate::exchange::{Exchange, Redactor, Request};
use crate::judge::Signal;
use crate::suite::{Bound, Objects, RequestValues, Suite, TargetValues, Template, bind};
use crate::target::Renew;
use crate::transport::{NotSent, Transport, Untrusted};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};
use tokio::sync::Notify;

/// Why a run ended early.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stop {
    /// The target cannot be reached any more.
    Unreachable(String),
    /// Too much time was lost to replies that did not come or were large and broken.
    Silent,
    /// The run has no time left.
    Spent(Spent),
    /// A signal stopped it.
    Interrupted(Signal),
    /// What was looked for has been seen.
    Enough,
    /// A case failed, which was to end the run.
    FirstFailure,
}

/// The way of a run to its target.
pub struct Sender {
    /// The way to the target.
    pub transport: Transport,
    redactor: Redactor,
    renewal: Renewal,
    budget: Budget,
    /// Items under way.
    pub(super) active: Active,
    stop: OnceLock<Stop>,
    stopped: Notify,
    began: Instant,
}

impl Sender {
    /// One that has not sent anything yet, with all the time there is.
    pub fn new(values: TargetValues, transport: Transport) -> Self {
        Self {
            redactor: Redactor::new([("CONFORMANT_TOKEN", &values.token)]),
            renewal: Renewal::new(values),
            budget: Budget::new(None, transport.timeout()),
            transport,
            active: Active::default(),
            stop: OnceLock::new(),
            stopped: Notify::new(),
            began: Instant::now(),
        }
    }

    /// The same one with all secrets known, and with a source of tokens.
    #[must_use]
    pub fn with_secrets(mut self, redactor: Redactor, source: Option<Arc<dyn Renew>>) -> Self {
        self.redactor = redactor;
        self.renewal.set_source(source);
        self
    }

    /// The same one, which ends after so long at the latest; a run that the target's pace
    /// leaves no hope to end by then concludes as soon as that is known.
    #[must_use]
    pub fn within(mut self, most: Duration) -> Self {
        self.budget = Budget::new(Some(most), self.transport.timeout());
        self
    }

    /// Begins the time of a plan that sends so many requests.
    pub(super) fn begin(&self, requests: u64) {
        self.budget.begin(requests);
    }

    /// How far the plan has come.
    pub fn progress(&self) -> Progress {
        self.budget.progress()
    }

    /// Since the run began.
    pub fn elapsed(&self) -> Duration {
        self.began.elapsed()
    }

    /// What the target contributes now.
    pub fn values(&self) -> Arc<TargetValues> {
        self.renewal.values()
    }

    /// Whether another token was fetched since `before`.
    pub(super) fn was_renewed(&self, before: &Arc<TargetValues>) -> bool {
        !Arc::ptr_eq(before, &self.values())
    }

    /// Whether the token can be replaced.
    pub(super) fn is_renewable(&self) -> bool {
        self.renewal.source().is_some()
    }

    /// Knows every secret of the run.
    pub fn redactor(&self) -> &Redactor {
        &self.redactor
    }

    /// Ends the run; what was judged stays.
    pub fn stop(&self, why: Stop) {
        // The first reason counts.
        let _ = self.stop.set(why);
        self.stopped.notify_waiters();
    }

    /// Why the run ended early, if it did.
    pub fn stop_reason(&self) -> Option<&Stop> {
        self.stop.get()
    }

    /// Does `work` until it is done, or the run is stopped or has no time left.
    pub async fn in_time<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        let stopped = self.stopped.notified();
        if self.stop.get().is_some() {
            return None;
        }
        tokio::select! {
            biased;
            done = work => Some(done),
            () = stopped => None,
            spent = self.budget.spent() => {
                self.stop(Stop::Spent(spent));
                None
            }
        }
    }

    /// The request of a template; else why this target cannot be sent it.
    pub(super) fn bind(
        &self,
        suite: &Suite,
        template: &Template,
        varied: &RequestValues,
        objects: &Objects,
    ) -> Result<Arc<Request>, String> {
        match bind(suite, template, varied, &self.values(), objects) {
            Bound::Ready(request) => Ok(Arc::new(request)),
            Bound::Skipped(reason) => Err(reason),
        }
    }

    /// Sends one request. Why it could not be sent may quote what the other side said.
    pub(super) async fn transmit(&self, request: &Arc<Request>) -> Result<Exchange, NotSent> {
        self.redacted(self.transport.send(request).await)
    }

    fn redacted(&self, sent: Result<Exchange, NotSent>) -> Result<Exchange, NotSent> {
        sent.map_err(|why| match why {
            NotSent::Unreachable(why) => NotSent::Unreachable(self.redactor.text(&why)),
            NotSent::Untrusted(untrusted) => NotSent::Untrusted(Untrusted {
                what: self.redactor.text(&untrusted.what),
                ..untrusted
            }),
            other => other,
        })
    }

    /// Sends one request, and once more where its token had died and was replaced.
    pub(super) async fn deliver(
        &self,
        suite: &Suite,
        template: &Template,
        request: &Arc<Request>,
    ) -> Result<Exchange, Ending> {
        let exchange = self.send(request).await?;
        self.or_renewed(suite, template, exchange).await
    }

    /// The exchange, or another one where its token had died and was replaced.
    async fn or_renewed(
        &self,
        suite: &Suite,
        template: &Template,
        exchange: Exchange,
    ) -> Result<Exchange, Ending> {
        let dead = suite.dead_token();
        if exchange.status() != Some(dead) || template.expect.contains(&dead) {
            return Ok(exchange);
        }
        match self.renewed(suite, &exchange.request).await {
            Some(renewed) => self.send(&renewed).await,
            None => Ok(exchange),
        }
    }

    /// Sends one request that is not given up where the run is stopped: what it makes must be
    /// known.
    pub(super) async fn deliver_to_the_end(
        &self,
        suite: &Suite,
        template: &Template,
        request: &Arc<Request>,
    ) -> Result<Exchange, Ending> {
        if self.stop.get().is_some() {
            return Err(self.stopped_ending());
        }
        let exchange = self.ended(Some(self.transmit(request).await))?;
        let dead = suite.dead_token();
        if exchange.status() != Some(dead) || template.expect.contains(&dead) {
            return Ok(exchange);
        }
        match self.renewed(suite, &exchange.request).await {
            Some(renewed) => self.ended(Some(self.transmit(&renewed).await)),
            None => Ok(exchange),
        }
    }

    /// Sends one request of which no verdict depends, also where the run was stopped.
    pub(super) async fn deliver_quietly(
        &self,
        suite: &Suite,
        template: &Template,
        request: &Arc<Request>,
    ) -> Result<Exchange, String> {
        let transmit = |request: Arc<Request>| async move {
            let sent = self.transmit(&request).await;
            sent.map_err(|why| why.error(self.transport.base_url()).to_string())
        };
        let exchange = transmit(Arc::clone(request)).await?;
        let dead = suite.dead_token();
        if exchange.status() != Some(dead) || template.expect.contains(&dead) {
            return Ok(exchange);
        }
        match self.renewed(suite, &exchange.request).await {
            Some(renewed) => transmit(renewed).await,
            None => Ok(exchange),
        }
    }

    /// Sends two requests at the same time; each once more where its token had died and was
    /// replaced.
    pub(super) async fn deliver_both(
        &self,
        suite: &Suite,
        [first, second]: [(&Template, &Arc<Request>); 2],
    ) -> Result<[Exchange; 2], Ending> {
        let both = self.transport.send_both([first.1, second.1]);
        let Some([one, other]) = self.in_time(both).await else {
            return Err(self.stopped_ending());
        };
        let one = self.ended(Some(self.redacted(one)))?;
        let other = self.ended(Some(self.redacted(other)))?;
        Ok([
            self.or_renewed(suite, first.0, one).await?,
            self.or_renewed(suite, second.0, other).await?,
        ])
    }

    async fn send(&self, request: &Arc<Request>) -> Result<Exchange, Ending> {
        let sent = self.in_time(self.transmit(request)).await;
        self.ended(sent)
    }

    /// What was exchanged; else how that ends the item, and maybe the run.
    fn ended(&self, sent: Option<Result<Exchange, NotSent>>) -> Result<Exchange, Ending> {
        let why = match sent {
            Some(Ok(exchange)) => {
                self.budget.done();
                return Ok(exchange);
            }
            Some(Err(NotSent::Throttled(status))) => {
                let reason = format!("throttled to the end ({status})");
                return Err(Ending::Inconclusive(reason));
            }
            Some(Err(NotSent::Unreachable(why))) => Some(Stop::Unreachable(why)),
            Some(Err(NotSent::Untrusted(why))) => Some(Stop::Unreachable(why.what)),
            Some(Err(NotSent::Silent)) => Some(Stop::Silent),
            None => None,
        };
        if let Some(why) = why {
            self.stop(why);
        }
        Err(self.stopped_ending())
    }

    fn stopped_ending(&self) -> Ending {
        let skipped = match self.stop.get() {
            Some(Stop::Silent) => {
                "too much time was lost to missing or broken replies, so the run concluded early"
            }
            Some(Stop::Spent(_)) => "the run had no time left for it",
            Some(Stop::Interrupted(_)) => "interrupted",
            Some(Stop::Enough) => "enough was seen",
            Some(Stop::FirstFailure) => "the first case that failed ended the run",
            Some(Stop::Unreachable(_)) | None => {
                return Ending::Inconclusive("the target went away".into());
            }
        };
        Ending::Skipped(skipped.into())
    }

    /// The refused `request` with the token that counts now, where its token was right
    /// and turned out to be dead.
    async fn renewed(&self, suite: &Suite, request: &Request) -> Option<Arc<Request>> {
        self.renewal
            .renewed(request, &self.redactor, || self.is_dead(suite))
            .await
    }

    /// Whether a request that was right when it was made is refused for its token.
    async fn is_dead(&self, suite: &Suite) -> bool {
        let handling = &suite.handling;
        if !handling.needs.is_empty() || handling.counts() {
            // One more request would make or need an object: another token costs less.
            return true;
        }
        let success = suite.contract.success();
        let base = suite
            .cases
            .iter()
            .map(|case| &case.template)
            .find(|template| {
                template.control.is_none()
                    && template.step.is_none()
                    && success.is_some_and(|status| template.expect == [status])
            });
        let Some(Ok(request)) = base.map(|template| {
            self.bind(
                suite,
                template,
                &RequestValues::default(),
                &Objects::default(),
            )
        }) else {
            return false;
        };
        // A connection that has carried a wrong token may be what is refused.
        let mut apart = Request::clone(&request);
        apart.travel.fresh_connection = true;
        match self.in_time(self.transmit(&Arc::new(apart))).await {
            Some(Ok(exchange)) => exchange.status() == Some(suite.dead_token()),
            _ => false,
        }
    }
}
