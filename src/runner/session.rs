//! Defines [`Session`]: one run against one target, from the first request to the report.

use super::active::Active;
use super::budget::{Budget, Spent};
use super::evidence::Recorder;
use super::ledger::{CaseRecord, ClauseRecord, Ending, Example, Ledger};
use super::plan::{Item, Kind, Plan};
use super::renewal::Renewal;
use crate::baseline::{Assessment, Baseline};
use crate::error::Result;
use crate::exchange::{Exchange, Outcome, RECORD_FORMAT, RecordHeader, Redactor, Request};
use crate::judge::{Difference, Judge, Judgement, RunVerdict, Signal, Verdict};
use crate::suite::{Bound, Case, RequestValues, Suite, TargetValues, Template, bind};
use crate::target::Renew;
use crate::transport::{NotSent, Transport, Untrusted};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::Notify;

/// The case that stands for controls which failed at the end of a run.
pub(super) const CONTROLS: &str = "controls/at-the-end";

/// Bodies above this size are judged one at a time.
const LARGE_BODY: usize = 256 * 1024;

/// What a run is told beside suite and target.
#[derive(Clone, Debug)]
pub struct Options {
    /// Name of the target.
    pub target: String,
    /// Seed of generated requests.
    pub seed: u64,
    /// Whether notes fail too.
    pub strict: bool,
    /// Told how far a property has come: id, requests done, requests in all.
    pub progress: Option<fn(&str, u32, u32)>,
    /// The run ends once one of these was seen: rule and clause (for the self-test).
    pub enough: Vec<(&'static str, String)>,
    /// Requests of each property, in place of what the case files say.
    pub cases: Option<u32>,
    /// What said which project is another tenant's: an option, a variable or a key.
    pub foreign_origin: String,
}

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
}

/// One run.
pub struct Session {
    /// The suite.
    pub suite: Arc<Suite>,
    /// The way to the target.
    pub transport: Transport,
    /// What the run was told.
    pub options: Options,
    /// The accepted differences of the target.
    pub baseline: Baseline,
    pub(super) redactor: Redactor,
    /// What the target contributes, and how its token is replaced.
    pub(super) renewal: Renewal,
    judge: Judge,
    ledger: Mutex<Ledger>,
    pub(super) stop: OnceLock<Stop>,
    stopped: Notify,
    recorder: Mutex<Option<Recorder>>,
    large: tokio::sync::Mutex<()>,
    pub(super) controls: Mutex<BTreeSet<String>>,
    /// Whether the base request succeeded at least once.
    pub(super) was_alive: AtomicBool,
    /// Set where the last control was refused although an earlier one was not.
    pub(super) died: AtomicBool,
    /// Whether a trial has said that the run ended early.
    told_stop: AtomicBool,
    /// Whether it was said that the token is refused.
    pub(super) is_refusal_told: AtomicBool,
    /// The item that was judged last.
    pub(super) last_done: Mutex<String>,
    /// Items under way.
    pub(super) active: AtomicUsize,
    began: Instant,
    budget: Budget,
}

impl Session {
    /// A run that has not sent anything yet.
    pub fn new(
        suite: Arc<Suite>,
        values: TargetValues,
        transport: Transport,
        baseline: Baseline,
        options: Options,
    ) -> Self {
        let redactor = Redactor::new([("CONFORMANT_TOKEN", &values.token)]);
        Self {
            budget: Budget::new(None, transport.timeout()),
            judge: Judge::new(Arc::clone(&suite)).within(*transport.limits()),
            ledger: Mutex::new(Ledger::new(suite.clauses.len(), transport.limits())),
            suite,
            renewal: Renewal::new(values),
            transport,
            options,
            baseline,
            redactor,
            stop: OnceLock::new(),
            stopped: Notify::new(),
            recorder: Mutex::new(None),
            large: tokio::sync::Mutex::new(()),
            controls: Mutex::new(BTreeSet::new()),
            was_alive: AtomicBool::new(false),
            died: AtomicBool::new(false),
            told_stop: AtomicBool::new(false),
            is_refusal_told: AtomicBool::new(false),
            last_done: Mutex::default(),
            active: AtomicUsize::new(0),
            began: Instant::now(),
        }
    }

    /// The same run with all its secrets known, and with a source of tokens.
    #[must_use]
    pub fn with_secrets(mut self, redactor: Redactor, source: Option<Arc<dyn Renew>>) -> Self {
        self.redactor = redactor;
        self.renewal.set_source(source);
        self
    }

    /// The same run, which ends after so long at the latest; one that the target's pace
    /// leaves no hope to end by then concludes as soon as that is known.
    #[must_use]
    pub fn within(mut self, most: Duration) -> Self {
        self.budget = Budget::new(Some(most), self.transport.timeout());
        self
    }

    /// Begins the time of a plan.
    pub(super) fn begin(&self, plan: &Plan) {
        self.budget.begin(plan.requests());
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

    /// What the target contributes now.
    pub fn values(&self) -> Arc<TargetValues> {
        self.renewal.values()
    }

    /// Knows every secret of the run.
    pub fn redactor(&self) -> &Redactor {
        &self.redactor
    }

    pub(super) fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Records every exchange from here on.
    ///
    /// # Errors
    /// Where the file cannot be made.
    pub fn record(&self, path: &Path, plan: &Plan) -> Result<()> {
        let values = self.values();
        let header = RecordHeader {
            format: RECORD_FORMAT.into(),
            tool_version: env!("CARGO_PKG_VERSION").into(),
            operation: self.suite.contract.operation.clone(),
            target: self.options.target.clone(),
            base_url: self.transport.base_url().to_owned(),
            seed: self.options.seed,
            plan_digest: plan.digest.clone(),
            project_id: self.redactor.own_text(&values.project_id),
            foreign_project_id: values
                .foreign_project_id
                .as_ref()
                .map(|id| self.redactor.own_text(id)),
            digests: self.suite.digests.clone(),
            limits: *self.transport.limits(),
        };
        let recorder = Recorder::create(path, &header)?;
        *self.recorder.lock().unwrap_or_else(PoisonError::into_inner) = Some(recorder);
        Ok(())
    }

    /// Begins round `round` (from 1) of the same plan: what was seen is forgotten, the
    /// record goes on.
    pub fn begin_round(&self, round: u32) {
        *self.ledger() = Ledger::new(self.suite.clauses.len(), self.transport.limits());
        self.controls
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
        if let Some(recorder) = &mut *self.recorder.lock().unwrap_or_else(PoisonError::into_inner) {
            recorder.begin_round(round);
        }
    }

    /// Ends the record, if there is one.
    ///
    /// # Errors
    /// Where it could not be written.
    pub fn finish_record(&self, verdict: RunVerdict) -> Result<()> {
        let recorder = self
            .recorder
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        recorder.map_or(Ok(()), |recorder| {
            recorder.finish(&verdict.word(), verdict.exit_code())
        })
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

    /// Whether the run ended early and nobody was told yet; from then on somebody was.
    pub(super) fn tells_stop(&self) -> bool {
        self.stop.get().is_some() && !self.told_stop.swap(true, Ordering::Relaxed)
    }

    /// How the controls ended that were sent once more at the end, if badly.
    pub(super) fn at_the_end(&self) -> Option<Ending> {
        let ledger = self.ledger();
        ledger
            .cases
            .get(CONTROLS)
            .map(|record| record.ending.clone())
    }

    /// Whether the token died while the run went on.
    pub fn token_died(&self) -> bool {
        self.died.load(Ordering::Relaxed)
    }

    /// What was seen so far: by case, by clause (in the order of the suite's
    /// clauses), and how many attempts were repeated.
    pub fn records(&self) -> (BTreeMap<String, CaseRecord>, Vec<ClauseRecord>, u64) {
        let ledger = self.ledger();
        (ledger.cases.clone(), ledger.clauses.clone(), ledger.retries)
    }

    /// Since the session began.
    pub fn elapsed(&self) -> Duration {
        self.began.elapsed()
    }

    pub(super) fn bind(
        &self,
        template: &Template,
        varied: &RequestValues,
    ) -> Result<Arc<Request>, String> {
        match bind(&self.suite, template, varied, &self.values()) {
            Bound::Ready(request) => Ok(Arc::new(request)),
            Bound::Skipped(reason) => Err(reason),
        }
    }

    /// Sends one request. Why it could not be sent may quote what the other side said.
    pub(super) async fn transmit(&self, request: &Arc<Request>) -> Result<Exchange, NotSent> {
        let sent = self.transport.send(request).await;
        sent.map_err(|why| match why {
            NotSent::Unreachable(why) => NotSent::Unreachable(self.redactor.text(&why)),
            NotSent::Untrusted(untrusted) => NotSent::Untrusted(Untrusted {
                what: self.redactor.text(&untrusted.what),
                ..untrusted
            }),
            other => other,
        })
    }

    async fn send(&self, request: &Arc<Request>) -> Result<Exchange, Ending> {
        let Some(sent) = self.in_time(self.transmit(request)).await else {
            return Err(self.stopped_ending());
        };
        match sent {
            Ok(exchange) => {
                self.budget.done();
                Ok(exchange)
            }
            Err(NotSent::Unreachable(why) | NotSent::Untrusted(Untrusted { what: why, .. })) => {
                self.stop(Stop::Unreachable(why));
                Err(self.stopped_ending())
            }
            Err(NotSent::Silent) => {
                self.stop(Stop::Silent);
                Err(self.stopped_ending())
            }
            Err(NotSent::Throttled(status)) => Err(Ending::Inconclusive(format!(
                "throttled to the end ({status})"
            ))),
        }
    }

    /// Sends, judges and records one request.
    pub(super) async fn exchange(
        &self,
        template: &Template,
        request: &Arc<Request>,
    ) -> Result<(Exchange, Judgement), Ending> {
        let exchange = self.deliver(template, request).await?;
        let judgement = self.conclude(template, &exchange).await;
        Ok((exchange, judgement))
    }

    /// Sends one request, and once more where its token had died and was replaced.
    pub(super) async fn deliver(
        &self,
        template: &Template,
        request: &Arc<Request>,
    ) -> Result<Exchange, Ending> {
        let exchange = self.send(request).await?;
        match self.renewed(template, &exchange).await {
            Some(renewed) => self.send(&renewed).await,
            None => Ok(exchange),
        }
    }

    /// Judges and records one exchange.
    pub(super) async fn conclude(&self, template: &Template, exchange: &Exchange) -> Judgement {
        let judging = Instant::now();
        // A parsed body takes many times its text: large ones are judged one at a time.
        let alone = match is_large(exchange) {
            true => Some(self.large.lock().await),
            false => None,
        };
        if let Some(recorder) = &mut *self.recorder.lock().unwrap_or_else(PoisonError::into_inner) {
            recorder.exchange(&template.id, exchange, &self.redactor);
        }
        let mut judgement = self.judge.judge(template, exchange);
        for difference in &mut judgement.differences {
            // Keys of a body are the target's to choose; it may choose the token.
            difference.pointer = self.redactor.text(&difference.pointer);
            difference.observed = self.redactor.text(&difference.observed);
            if !difference.detail.is_empty() && self.shows_secret(exchange) {
                // It was cut: half a secret is not found.
                difference.detail.clear();
            }
        }
        self.ledger().record(
            &template.id,
            exchange,
            &judgement,
            |id| self.suite.clauses.position(id),
            || Example::new(exchange, self.transport.base_url(), &self.redactor),
        );
        if alone.is_some() && judgement.differs() {
            // Hundreds of such replies would keep a run for minutes.
            self.transport.lose(exchange.elapsed + judging.elapsed());
            if self.transport.is_silent() {
                // Those under way wait for their turn: they would all be read.
                self.stop(Stop::Silent);
            }
        }
        if judgement
            .differences
            .iter()
            .any(|difference| self.is_enough(difference))
        {
            self.stop(Stop::Enough);
        }
        judgement
    }

    fn shows_secret(&self, exchange: &Exchange) -> bool {
        match &exchange.outcome {
            Outcome::Reply(reply) => {
                let body = String::from_utf8_lossy(&reply.body);
                self.redactor.finds(&body)
            }
            Outcome::NoReply(_) => false,
        }
    }

    fn is_enough(&self, difference: &Difference) -> bool {
        self.options
            .enough
            .iter()
            .any(|(rule, clause)| *rule == difference.rule.code && *clause == difference.clause)
    }

    fn stopped_ending(&self) -> Ending {
        match self.stop.get() {
            Some(Stop::Silent) => Ending::Skipped(
                "too much time was lost to missing or broken replies, so the run concluded early"
                    .into(),
            ),
            Some(Stop::Spent(_)) => Ending::Skipped("the run had no time left for it".into()),
            Some(Stop::Interrupted(_)) => Ending::Skipped("interrupted".into()),
            Some(Stop::Enough) => Ending::Skipped("enough was seen".into()),
            Some(Stop::Unreachable(_)) | None => {
                Ending::Inconclusive("the target went away".into())
            }
        }
    }

    /// Runs one item and gives its verdict as far as it is known by then.
    pub async fn run(&self, item: &Item) -> Verdict {
        let _active = Active::new(&self.active);
        self.run_alone(item).await
    }

    async fn run_alone(&self, item: &Item) -> Verdict {
        let before = self.renewal.values();
        let mut ending = self.once(item).await;
        if ending == Ending::Done && self.is_renewable() && self.expects_refusal(item) {
            // A token that died behind the control would have been refused anyway.
            ending = match self.control(self.template(item).control.as_deref()).await {
                Ok(()) if self.was_renewed(&before) => self.once(item).await,
                Ok(()) => Ending::Done,
                Err(ending) => ending,
            };
        }
        if ending == Ending::Done {
            self.last_done().clone_from(&item.id);
        }
        let mut ledger = self.ledger();
        let record = ledger.case(&item.id);
        record.ending = ending;
        self.verdict(&item.id, record, true).0
    }

    /// The verdict of a case, accepted differences considered; of a control that was not
    /// selected, it was sent too seldom to say that its differences vanished.
    pub fn verdict(
        &self,
        id: &str,
        record: &CaseRecord,
        is_selected: bool,
    ) -> (Verdict, Assessment) {
        let judged = record.verdict();
        if record.ending != Ending::Done {
            return (judged, Assessment::Clean);
        }
        let needed = record.to_accept(self.options.strict);
        let assessment = self.baseline.assess(id, &needed, record.unlisted > 0);
        let verdict = match &assessment {
            Assessment::Clean => judged,
            Assessment::Known(_) => Verdict::Known,
            Assessment::Vanished(_) if !is_selected => return (judged, Assessment::Clean),
            _ => Verdict::Fail,
        };
        (verdict, assessment)
    }

    async fn once(&self, item: &Item) -> Ending {
        match (&item.skip, item.kind) {
            (Some(reason), _) => Ending::Skipped(reason.clone()),
            (None, Kind::Case(at)) => self.case(&self.suite.cases[at]).await,
            (None, Kind::Property(at)) => self.property(&self.suite.properties[at]).await,
        }
    }

    pub(super) fn template(&self, item: &Item) -> &Template {
        match item.kind {
            Kind::Case(at) => &self.suite.cases[at].template,
            Kind::Property(at) => &self.suite.properties[at].template,
        }
    }

    fn expects_refusal(&self, item: &Item) -> bool {
        self.template(item).expect.contains(&self.refused())
    }

    async fn case(&self, case: &Case) -> Ending {
        let template = &case.template;
        let request = match self.bind(template, &RequestValues::default()) {
            Ok(request) => request,
            Err(reason) => return Ending::Skipped(reason),
        };
        if let Err(ending) = self.control(template.control.as_deref()).await {
            return ending;
        }
        // The control may have found the token dead and another one in its place.
        let request = self
            .bind(template, &RequestValues::default())
            .unwrap_or(request);
        let judgement = match self.exchange(template, &request).await {
            Ok((_, judgement)) => judgement,
            Err(ending) => return ending,
        };
        self.confirm(template, judgement.differs()).await
    }
}

/// Whether the body of a reply takes long to judge.
pub(super) fn is_large(exchange: &Exchange) -> bool {
    matches!(&exchange.outcome, Outcome::Reply(response) if response.body.len() > LARGE_BODY)
}
