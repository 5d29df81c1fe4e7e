//! Defines [`Running`]: a run under way, with everything that must live as long.

use super::chosen::Chosen;
use super::options::RunOptions;
use super::panic;
use super::screen::Screen;
use super::secrets::acquire;
use super::stocked::Stocked;
use super::terminal::warn;
use crate::baseline::Baseline;
use crate::error::{Error, Result};
use crate::reference::{Mock, Server, Service, Store};
use crate::report::Report;
use crate::resource::Resource;
use crate::runner::{
    DEFAULT_MAX_TIME, Evidence, Lanes, MOST_ALIVE, Options, Plan, Remains, Run, Sender, Session,
    run_all, spoken,
};
use crate::selftest;
use crate::suite::{Suite, SuiteName};
use crate::target::Acquired;
use crate::transport::Transport;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread;
use std::time::Duration;
use tokio::runtime::Runtime;

pub(super) const INSECURE: &str = "WARNING: certificates are NOT verified (--insecure): this run may have talked to anybody, and shown them the token";

/// A run that takes longer than this is announced.
const WORTH_SAYING: Duration = Duration::from_secs(30);

/// A run with everything that must live as long.
pub(super) struct Running {
    pub(super) run: Run,
    name: SuiteName,
    lanes: Arc<Lanes>,
    /// Drives what is not the run itself: the embedded server, and the wait for Ctrl-C.
    pub(super) runtime: Runtime,
    /// Longest time of the run.
    longest: Duration,
    /// Stops when it is dropped.
    server: Option<Server>,
}

impl Running {
    /// Starts everything; secrets are fetched only where something `is_sent`.
    pub(super) fn start(
        options: &RunOptions,
        chosen: Chosen,
        plan: &Plan,
        seed: Option<u64>,
        is_sent: bool,
    ) -> Result<Self> {
        let parts = plan.operations.iter();
        let suites: Vec<Arc<Suite>> = parts
            .filter_map(|part| chosen.suite(&part.operation).cloned())
            .collect();
        let is_planned = |suite: &&Arc<Suite>| {
            let mut planned = suites.iter();
            planned.any(|it| it.contract.operation == suite.contract.operation)
        };
        let unplanned = chosen.suites.iter().filter(|suite| !is_planned(suite));
        let makers: Vec<Arc<Suite>> = chosen.makers.iter().chain(unplanned).cloned().collect();
        let Chosen {
            target,
            values,
            name,
            resources,
            provision,
            ..
        } = chosen;
        let runtime = panic::runtime()?;
        if target.insecure {
            warn(INSECURE);
        }
        let (server, settings, acquired) = match &target.base_url {
            Some(url) => {
                let settings = target.settings(url)?;
                let acquired = if is_sent {
                    let acquired = acquire(&runtime, &target, &suites, &settings)?;
                    if target.project_id.is_none() {
                        let origin = "the identity service";
                        for suite in &suites {
                            target.check_project(suite, &acquired.values.project_id, origin)?;
                        }
                    }
                    acquired
                } else {
                    Acquired::from(values)
                };
                (None, settings, acquired)
            }
            None => {
                let all: Vec<Arc<Suite>> = suites.iter().chain(&makers).cloned().collect();
                let server = runtime.block_on(embedded_server(&all, &resources))?;
                let settings = target.settings(&server.base_url())?;
                (Some(server), settings, Acquired::from(values))
            }
        };
        let pacing = Duration::from_secs_f64(
            plan.requests() as f64 / f64::from(settings.rate.unwrap_or(u32::MAX)),
        );
        let stocked = Stocked {
            resources,
            makers,
            provision,
            folder: &options.journal,
            most_alive: target.objects_at_once.unwrap_or(MOST_ALIVE),
            chance: random_seed(),
            judged: plan.items().map(|item| item.id.clone()).collect(),
        };
        let longest = DEFAULT_MAX_TIME + pacing + stocked.waits();
        let longest = target.max_time.unwrap_or(longest);
        let transport = {
            let _inside = runtime.enter();
            Transport::new(settings)?
        };
        let told = Options {
            target: target.name.clone(),
            seed: seed.unwrap_or_else(random_seed),
            strict: options.strict,
            fail_fast: options.fail_fast,
            enough: Vec::new(),
            foreign_origin: target.origins.foreign_project_id.clone(),
        };
        let sender = Sender::new(acquired.values, transport)
            .with_secrets(acquired.redactor, acquired.renewal)
            .within(longest);
        let (sender, evidence) = (Arc::new(sender), Arc::<Evidence>::default());
        let session = |suite: Arc<Suite>, evidence: &Arc<Evidence>| {
            let operation = &suite.contract.operation;
            let baseline = Baseline::load(&options.snapshots, &target.name, operation)?;
            let (sender, evidence) = (Arc::clone(&sender), Arc::clone(evidence));
            let session = Session::new(suite, sender, evidence, baseline, told.clone());
            Ok(Arc::new(session))
        };
        let sessions = suites.into_iter().map(|suite| session(suite, &evidence));
        let sessions: Vec<Arc<Session>> = sessions.collect::<Result<_>>()?;
        // Nobody asked for those that were not chosen: nothing of them is reported.
        let unseen = Arc::default();
        let maker = |suite| session(suite, &unseen);
        let is_real = target.base_url.is_some();
        let stock = match is_sent || !is_real {
            true => stocked.stock(&sessions, &sender, (&target.name, is_real), maker)?,
            false => None,
        };
        Ok(Self {
            run: Run {
                sessions,
                sender,
                evidence,
                stock,
            },
            name,
            lanes: Arc::default(),
            runtime,
            longest,
            server,
        })
    }

    /// Looks whether the target can be judged; a run that is stopped meanwhile goes on to
    /// its report.
    pub(super) fn preflight(&self, plan: &Plan) -> Result<()> {
        // Where every case is skipped, nothing is sent at all.
        if plan.is_skipped() {
            return Ok(());
        }
        self.lanes
            .run(self.run.sender.in_time(self.run.preflight(plan)))
            .map_err(panic::no_event_loop)?
            // The report says why.
            .unwrap_or(Ok(()))
    }

    /// Says how long the plan takes about, where a person would wonder.
    pub(super) fn announce(&self, plan: &Plan) {
        let sender = &self.run.sender;
        let transport = &sender.transport;
        let asked = u32::try_from(transport.sent().max(1)).unwrap_or(u32::MAX);
        let (each, at_once) = (sender.elapsed() / asked, transport.concurrency());
        let about = each.as_secs_f64() * plan.requests() as f64 / at_once as f64;
        if about >= WORTH_SAYING.as_secs_f64() && sender.stop_reason().is_none() {
            warn(&format!(
                "about {} requests at {} each, {at_once} at a time: about {}; the run ends after {} at the latest (--max-time)",
                plan.requests(),
                spoken(each),
                spoken(Duration::from_secs_f64(about)),
                spoken(self.longest)
            ));
        }
    }

    /// The account of the run. The embedded server's address differs from run to run.
    pub(super) fn report(&self, plan: &Plan) -> Report {
        let mut report = Report::new(&self.run, plan, self.name.clone());
        if self.server.is_some() {
            report.base_url = None;
        }
        report
    }

    /// Gives back what the run has made; what could not be given back.
    pub(super) fn give_back(&mut self) -> Result<Vec<Remains>> {
        let Some(stock) = self.run.stock.take() else {
            return Ok(Vec::new());
        };
        self.lanes.run(stock.end()).map_err(panic::no_event_loop)?;
        let remains = stock.remains();
        if remains.is_empty() {
            stock.end_journal();
        }
        Ok(remains)
    }

    /// Runs the whole plan by libtest-mimic; a `screen` shows what ends meanwhile.
    pub(super) fn run_all(
        &self,
        plan: &Plan,
        mimic: &libtest_mimic::Arguments,
        screen: Option<&Screen<'_>>,
    ) -> Result<()> {
        let (ended, told) = mpsc::channel();
        let told = Mutex::new(told);
        let watch = || {
            let told = told.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(screen) = screen {
                screen.watch(&self.run, plan, &told);
            }
        };
        thread::scope(|scope| {
            let watching = thread::Builder::new()
                .name("screen".into())
                .spawn_scoped(scope, watch);
            let result = run_all(&self.run, plan, &self.lanes, mimic, &ended);
            drop(ended);
            if watching.is_err() {
                // A machine without another thread shows all at the end.
                watch();
            }
            result.map_err(panic::no_event_loop)
        })
    }
}

/// A session of an operation of which nothing is judged.
pub(super) fn quiet_session(
    suite: &Arc<Suite>,
    sender: &Arc<Sender>,
    target: &str,
) -> Arc<Session> {
    let told = Options {
        target: target.to_owned(),
        seed: 0,
        strict: false,
        fail_fast: false,
        enough: Vec::new(),
        foreign_origin: String::new(),
    };
    let (suite, sender) = (Arc::clone(suite), Arc::clone(sender));
    let session = Session::new(suite, sender, Arc::default(), Baseline::empty(), told);
    Arc::new(session)
}

async fn embedded_server(suites: &[Arc<Suite>], resources: &[Resource]) -> Result<Server> {
    let store = Arc::new(Store::new(resources.to_vec(), None));
    let mocks = suites.iter().map(|suite| {
        let contract = Arc::new(suite.contract.clone());
        Mock::new(contract, selftest::access(), None).with_store(&store)
    });
    let service = Service::from(mocks.collect::<Vec<_>>());
    if let Some((one, other)) = service.alike() {
        return Err(Error::input(
            "--reference",
            format!("no request tells '{one}' and '{other}' apart: method and path are the same"),
            "choose the operations to test: --operation NAME",
        ));
    }
    Server::start(service, SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))
        .await
        .map_err(|error| {
            Error::no_verdict(
                "127.0.0.1",
                format!("the embedded server cannot be started: {error}"),
                "",
            )
        })
}

fn random_seed() -> u64 {
    use std::hash::{BuildHasher, Hasher};
    std::collections::hash_map::RandomState::new()
        .build_hasher()
        .finish()
        >> 16
}
