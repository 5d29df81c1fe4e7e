//! Defines [`Session`]: one operation of a run against one target, from the first request to
//! the report.
//!
//! Its `sender` makes exchanges of requests, its `books` judgements of exchanges; what is
//! known of the controls says whether a difference counts.

use super::books::{Books, is_large};
use super::control::Controls;
use super::evidence::Evidence;
use super::ledger::{CaseRecord, Ending};
use super::sender::{Sender, Stop};
use super::supply::{Holding, Supply};
use crate::baseline::{Assessment, Baseline};
use crate::contract::ClauseId;
use crate::exchange::{Exchange, Request};
use crate::judge::{Difference, Judgement, Verdict};
use crate::suite::strategy::{Dictionary, Generator};
use crate::suite::{Case, Property, RequestValues, Suite, TargetValues, Template};
use crate::transport::Transport;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};
use std::time::Instant;

/// The case that stands for controls which failed at the end of a run.
const CONTROLS: &str = "controls/at-the-end";

/// How often a control is tried: a fault that shows now and then must not hide the rest.
const CONTROL_ATTEMPTS: u32 = 3;

/// What a run is told beside suite and target.
#[derive(Clone, Debug)]
pub struct Options {
    /// Name of the target.
    pub target: String,
    /// Seed of generated requests.
    pub seed: u64,
    /// Whether notes fail too.
    pub strict: bool,
    /// Whether the first case that fails ends the run.
    pub fail_fast: bool,
    /// The run ends once one of these was seen: rule and clause (for the self-test).
    pub enough: Vec<(&'static str, ClauseId)>,
    /// What said which project is another tenant's: an option, a variable or a key.
    pub foreign_origin: String,
}

/// One operation of a run.
pub struct Session {
    /// The suite.
    pub suite: Arc<Suite>,
    /// What the run was told.
    pub options: Options,
    /// The accepted differences of the target.
    pub baseline: Baseline,
    /// Sends the requests of all operations.
    pub sender: Arc<Sender>,
    /// What was seen.
    pub books: Books,
    /// What is known of the controls.
    pub(super) controls: Controls,
    /// The values that its properties are made of, until the last of them has ended.
    dictionary: Mutex<Dictionary>,
    /// The objects of the run, where it has any.
    supply: OnceLock<Weak<dyn Supply>>,
    /// The objects that its requests name now.
    holding: Holding,
    /// Held by an item whose requests make or delete objects: no other one must meet them.
    pub(super) turn: tokio::sync::Mutex<()>,
    /// Why nothing of the operation can be judged.
    blocked: OnceLock<String>,
    /// Whether a trial has said that the run ended early.
    told_stop: AtomicBool,
}

impl Session {
    /// An operation of which nothing was sent yet, beside others of the same `sender`.
    pub fn new(
        suite: Arc<Suite>,
        sender: Arc<Sender>,
        evidence: Arc<Evidence>,
        baseline: Baseline,
        options: Options,
    ) -> Self {
        let transport = &sender.transport;
        let books = Books::new(
            Arc::clone(&suite),
            transport.base_url(),
            *transport.limits(),
            sender.redactor().clone(),
            evidence,
        );
        Self {
            suite,
            options,
            baseline,
            sender,
            books,
            controls: Controls::default(),
            dictionary: Mutex::default(),
            supply: OnceLock::new(),
            holding: Holding::default(),
            turn: tokio::sync::Mutex::default(),
            blocked: OnceLock::new(),
            told_stop: AtomicBool::new(false),
        }
    }

    /// A run of one operation alone, of which nothing was sent yet.
    pub fn alone(
        suite: Arc<Suite>,
        values: TargetValues,
        transport: Transport,
        baseline: Baseline,
        options: Options,
    ) -> Self {
        let sender = Arc::new(Sender::new(values, transport));
        Self::new(suite, sender, Arc::default(), baseline, options)
    }

    /// The requests of a property.
    pub(super) fn generator(&self, property: &Property) -> Result<Generator, String> {
        let mut dictionary = self
            .dictionary
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        Generator::with(&mut dictionary, &self.suite, property, self.options.seed)
    }

    /// Lets go of what properties share: all of them have ended.
    pub(super) fn forget_values(&self) {
        let mut dictionary = self
            .dictionary
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        *dictionary = Dictionary::default();
    }

    /// Lets nothing more of the operation be sent: whatever came would prove nothing.
    pub(super) fn block(&self, reason: String) {
        // The first reason counts.
        let _ = self.blocked.set(reason);
    }

    /// Why nothing of the operation can be judged, if that is so.
    pub(super) fn blocked(&self) -> Option<&str> {
        self.blocked.get().map(String::as_str)
    }

    /// The request of a template; else why this target cannot be sent it.
    pub(super) fn bind(
        &self,
        template: &Template,
        varied: &RequestValues,
    ) -> Result<Arc<Request>, String> {
        let objects = self.holding.named();
        self.sender.bind(&self.suite, template, varied, &objects)
    }

    /// Lets its requests name objects of `supply`.
    pub fn uses(&self, supply: &Arc<dyn Supply>) {
        // A session is of one run, which has one supply.
        let _ = self.supply.set(Arc::downgrade(supply));
    }

    pub(super) fn supply(&self) -> Option<Arc<dyn Supply>> {
        self.supply.get()?.upgrade()
    }

    /// Sees to it that the objects are there which the next request names.
    ///
    /// # Errors
    /// How what needs them ends.
    pub(super) async fn prepare(&self) -> Result<(), Ending> {
        let Some(supply) = self.supply() else {
            return Ok(());
        };
        let handling = &self.suite.handling;
        if handling.needs.is_empty() && handling.effect.is_none() {
            return Ok(());
        }
        let objects = supply.objects(&self.suite, &self.holding).await?;
        self.holding.name(objects);
        Ok(())
    }

    /// Sends one request, and once more where its token had died and was replaced.
    pub(super) async fn deliver(
        &self,
        template: &Template,
        request: &Arc<Request>,
    ) -> Result<Exchange, Ending> {
        let has_effect = self.suite.handling.effect.is_some();
        let Some(supply) = self.supply().filter(|_| has_effect) else {
            return self.sender.deliver(&self.suite, template, request).await;
        };
        let objects = self.holding.named();
        let announced = supply.announce(&self.suite, (template, request), &objects);
        let announced = announced.map_err(Ending::Error)?;
        let sent = match announced {
            Some(_) => self.step(template, request).await,
            None => self.sender.deliver(&self.suite, template, request).await,
        };
        let came = sent.as_ref().ok().map(|exchange| (&**request, exchange));
        let of = (&*self.suite, &self.holding);
        let noted = supply.came(of, announced, came).await;
        noted.map_err(Ending::Inconclusive)?;
        let exchange = sent?;
        self.assumed(&exchange)?;
        Ok(exchange)
    }

    /// Nothing of an operation can be judged whose page prints no status of success, where
    /// another one came than is assumed.
    pub(super) fn assumed(&self, exchange: &Exchange) -> Result<(), Ending> {
        let assumed = self.suite.contract.assumed_success();
        match (assumed, exchange.status()) {
            (Some(assumed), Some(came)) if crate::status::is_success(came) && came != assumed => {
                self.block(not_assumed(came));
                let reason = self.blocked().unwrap_or_default();
                Err(Ending::Inconclusive(reason.to_owned()))
            }
            _ => Ok(()),
        }
    }

    /// Sends one request of a sequence, which notes itself what comes of it.
    pub(super) async fn step(
        &self,
        template: &Template,
        request: &Arc<Request>,
    ) -> Result<Exchange, Ending> {
        match self.suite.handling.counts() {
            true => {
                let sent = self
                    .sender
                    .deliver_to_the_end(&self.suite, template, request);
                sent.await
            }
            false => self.sender.deliver(&self.suite, template, request).await,
        }
    }

    /// Sends two requests at the same time, as [`Session::deliver`] does one.
    pub(super) async fn deliver_both(
        &self,
        both: [(&Template, &Arc<Request>); 2],
    ) -> Result<[Exchange; 2], Ending> {
        self.sender.deliver_both(&self.suite, both).await
    }

    /// Begins another round of the same plan: what was seen is forgotten.
    pub fn begin_round(&self) {
        self.books.begin_round();
        self.controls.begin_round();
    }

    /// Whether the run ended early and nobody was told yet; from then on somebody was.
    pub(super) fn tells_stop(&self) -> bool {
        self.sender.stop_reason().is_some() && !self.told_stop.swap(true, Ordering::Relaxed)
    }

    /// Whether the token died while the run went on.
    pub fn token_died(&self) -> bool {
        self.controls.token_died()
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

    /// Judges and records one exchange, and ends the run where that is due.
    pub(super) async fn conclude(&self, template: &Template, exchange: &Exchange) -> Judgement {
        self.conclude_with(template, exchange, |_| ()).await
    }

    /// As [`conclude`](Self::conclude), with what `more` sees that the reply alone does not show.
    pub(super) async fn conclude_with(
        &self,
        template: &Template,
        exchange: &Exchange,
        more: impl FnOnce(&mut Judgement),
    ) -> Judgement {
        let judging = Instant::now();
        let judgement = self.books.enter(template, exchange, more).await;
        if is_large(exchange) && judgement.differs() {
            // Hundreds of such replies would keep a run for minutes.
            let transport = &self.sender.transport;
            transport.lose(exchange.elapsed + judging.elapsed());
            if transport.is_silent() {
                // Those under way wait for their turn: they would all be read.
                self.sender.stop(Stop::Silent);
            }
        }
        if judgement.differences.iter().any(|it| self.is_enough(it)) {
            self.sender.stop(Stop::Enough);
        }
        judgement
    }

    fn is_enough(&self, difference: &Difference) -> bool {
        self.options
            .enough
            .iter()
            .any(|(rule, clause)| *rule == difference.rule.code && *clause == difference.clause)
    }

    /// Sends the control until it succeeds, a few times.
    ///
    /// # Errors
    /// How the dependent case ends where it never does.
    pub(super) async fn control(&self, id: Option<&str>) -> Result<(), Ending> {
        let Some(case) = id.and_then(|id| self.suite.case(id)) else {
            return Ok(());
        };
        let id = &case.template.id;
        self.controls.used(id);
        // Each one more would make or delete an object.
        if self.suite.handling.counts() && self.controls.held(id) {
            return Ok(());
        }
        self.holds(case).await
    }

    async fn holds(&self, case: &Case) -> Result<(), Ending> {
        let template = &case.template;
        let mut came = None;
        let dead = self.suite.dead_token();
        for attempt in 1..=CONTROL_ATTEMPTS {
            self.prepare().await?;
            let bound = self.bind(template, &RequestValues::default());
            let request = bound.map_err(|reason| {
                let what = format!("its control {} cannot be sent: {reason}", template.id);
                Ending::Inconclusive(what)
            })?;
            // A connection that has carried a wrong token may be what is refused: the token
            // is dead only where a new connection refuses it too.
            let is_last = attempt == CONTROL_ATTEMPTS && came == Some(dead);
            let request = match is_last && !request.travel.fresh_connection {
                true => {
                    let mut fresh = Request::clone(&request);
                    fresh.travel.fresh_connection = true;
                    Arc::new(fresh)
                }
                false => Arc::clone(&request),
            };
            let (exchange, _) = self.exchange(template, &request).await?;
            match exchange.status() {
                Some(status) if template.expect.contains(&status) => {
                    self.controls.succeeded();
                    self.controls.holds(&template.id);
                    return Ok(());
                }
                other => came = other,
            }
        }
        Err(self.controls.refused(template, came, dead))
    }

    /// A difference counts only while the control still holds: a token that died
    /// in between would make one of anything.
    pub(super) async fn confirm(&self, template: &Template) -> Ending {
        self.controls.in_doubt();
        match self.control(template.control.as_deref()).await {
            Err(Ending::Inconclusive(reason)) => Ending::Inconclusive(reason),
            _ => Ending::Done,
        }
    }

    /// Sends a control that was used once more, behind all that depend on it. Where it
    /// fails for good, what passed behind its last success proves nothing.
    pub(super) async fn control_at_the_end(&self, id: &str) {
        let was_used = self.controls.take(id);
        let Some(case) = self.suite.case(id).filter(|_| was_used) else {
            return;
        };
        if self.sender.stop_reason().is_some() {
            return;
        }
        if let Err(ending @ Ending::Inconclusive(_)) = self.holds(case).await {
            self.controls.failed_at_the_end();
            self.books.ledger().case(CONTROLS).ending = ending;
        }
    }

    /// Sends every control that was used once more.
    pub(super) async fn controls_at_the_end(&self) {
        for id in self.controls.all_used() {
            self.control_at_the_end(&id).await;
        }
    }

    /// Whether a reply to a case was judged.
    pub(super) fn has_judged(&self, template: &Template) -> bool {
        let ledger = self.books.ledger();
        let record = ledger.cases.get(&template.id);
        record.is_some_and(|record| record.requests > 0)
    }

    /// How the controls ended that were sent once more at the end, if badly.
    pub(super) fn at_the_end(&self) -> Option<Ending> {
        let ledger = self.books.ledger();
        ledger.cases.get(CONTROLS).map(|it| it.ending.clone())
    }
}

/// Why nothing can be judged by a page that prints no status of success.
pub(super) fn not_assumed(came: u16) -> String {
    format!(
        "a valid request was answered with {came}, and the page prints no status of success: nothing can be judged by it"
    )
}
