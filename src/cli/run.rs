//! `conformant run`

use super::files::{tell, write};
use super::options::{RunOptions, lanes_of};
use super::secrets::{acquire, fail, replaced};
use super::signals::interrupt;
use super::target::{TargetOptions, may_write};
use super::terminal::{print, warn};
use super::{panic, usage};
use crate::baseline::{Assessment, Baseline, is_ci, refuse_overrides};
use crate::error::{Error, Result};
use crate::escape::terminal;
use crate::judge::RunVerdict;
use crate::reference::{Mock, Server, Service};
use crate::report::{self, Report};
use crate::runner::{
    DEFAULT_MAX_TIME, Evidence, Lanes, Options, Plan, Run, Sender, Session, Stop, names, run_all, spoken,
};
use crate::selftest;
use crate::suite::{Suite, SuiteName, TargetValues, Unjudged};
use crate::target::{Acquired, Credentials, Target, credentials};
use crate::transport::Transport;
use clap::Parser;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, IsTerminal as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr};
use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};
use tokio::runtime::Runtime;

const INSECURE: &str = "WARNING: certificates are NOT verified (--insecure): this run may have talked to anybody, and shown them the token";

/// Why an operation is skipped that nobody allowed.
const NO_WRITES: &str =
    "its requests may change what the target holds; --allow-writes lets them be sent";

/// A run that takes longer than this is announced.
const WORTH_SAYING: Duration = Duration::from_secs(30);

pub(super) fn run(options: &RunOptions, otherwise: Otherwise) -> Result<u8> {
    let (reports, mut files) = options.files(options.outputs())?;
    refuse_overrides()?;
    let chosen = options.choose(otherwise)?;
    chosen.target.guard(&mut files);
    files.check()?;
    let mut plan = chosen.plan(&options.filters, options.cases())?;
    plan = match chosen.without_writes(plan.clone()) {
        // What would be sent is what is asked for.
        Err(_) if options.dry_run => plan,
        allowed => allowed?,
    };
    if let Some(shard) = options.shard {
        if options.seed.is_none() {
            return Err(Error::input(
                "--shard",
                "the shards of a run need one seed",
                "give all of them the same --seed N",
            ));
        }
        plan = plan.shard(shard);
    }
    if let Some(most) = (chosen.target.max_requests).filter(|most| plan.requests() > *most) {
        return Err(Error::input(
            "--max-requests",
            format!(
                "the plan holds {} requests, more than {most}",
                plan.requests()
            ),
            "raise the bound, filter the cases, or send fewer generated requests (--cases N)",
        ));
    }
    if options.dry_run {
        let text = describe(&plan, &chosen);
        return print(&format!("{}\n{text}", chosen.target));
    }
    let insecure = chosen.target.insecure;
    files.begin()?;
    let running = Running::start(options, chosen, &plan, options.seed, true)?;
    interrupt(&running.run.sender);
    if let Some(path) = &options.record {
        running.run.record(path, &plan)?;
    }
    let evidence = &running.run.evidence;
    if let Err(error) = running.preflight(&plan) {
        let report = without_verdict(running.report(&plan), &error);
        write(&reports, &report, &running.run)?;
        evidence.finish(report.verdict)?;
        return Err(error);
    }
    running.announce(&plan);
    let mimic = options.mimic(&running.run.sender.transport);
    running.run_all(&plan, &mimic)?;
    let report = running.report(&plan);
    // What was judged is written and printed, whatever part of that fails.
    let written = write(&reports, &report, &running.run)
        .and(evidence.finish(report.verdict))
        .and(leave_pending(&running.run, &report));
    let mut text = report::text::render(&report, options.color.is_on(), options.verbose);
    if insecure {
        text.push_str(INSECURE);
        text.push('\n');
    }
    running
        .run
        .sender
        .redactor()
        .guard("standard output", &text)?;
    tell(&reports, &text)?;
    running.runtime.shutdown_background();
    written?;
    Ok(report.verdict.exit_code())
}

/// Runs the suite as a test binary: libtest's arguments choose, the environment
/// names the target. Works under `cargo test` and `cargo nextest run` alike.
pub fn suite_as_test() -> ExitCode {
    as_test(&libtest_mimic::Arguments::from_args())
        .map_or_else(|error| fail(&error), ExitCode::from)
}

/// The options of run, from the environment alone.
#[derive(Debug, Parser)]
struct FromEnvironment {
    #[command(flatten)]
    options: RunOptions,
}

fn as_test(mimic: &libtest_mimic::Arguments) -> Result<u8> {
    refuse_overrides()?;
    let options = usage::parse::<FromEnvironment>(["conformant".into()])
        .map_err(|error| Error::input("environment", error.to_string(), ""))?
        .options;
    let chosen = options.choose(Otherwise::Reference)?;
    let mut plan = chosen.without_writes(chosen.plan(&[], options.cases())?)?;
    if mimic.list {
        // Nothing but the list may be printed, and nothing sent.
        let _ = libtest_mimic::run(mimic, names(&plan));
        return Ok(0);
    }
    let selected: Vec<bool> = names(&plan)
        .iter()
        .map(|trial| !mimic.is_filtered_out(trial))
        .collect();
    plan.select(&selected);
    if plan.operations.is_empty() {
        // As every test binary: a filter that is meant for another one selects nothing here.
        let _ = libtest_mimic::run(mimic, Vec::new());
        return Ok(0);
    }
    let running = Running::start(&options, chosen, &plan, options.seed, true)?;
    running.preflight(&plan)?;
    // A lane has connections of its own: no more of them than the target takes.
    // Controls that were not selected are sent too, and told.
    let mut mimic = libtest_mimic::Arguments {
        filter: None,
        skip: Vec::new(),
        exact: false,
        ignored: false,
        ..mimic.clone()
    };
    mimic.test_threads = Some(lanes_of(&running.run.sender.transport));
    running.run_all(&plan, &mimic)?;
    let report = running.report(&plan);
    let text = report::text::render(&report, false, false);
    running
        .run
        .sender
        .redactor()
        .guard("standard output", &text)?;
    print(&text)?;
    running.runtime.shutdown_background();
    Ok(report.verdict.exit_code())
}

/// A suite, a target, and the values that a plan needs, before anything is started.
pub(super) struct Chosen {
    pub(super) suites: Vec<Arc<Suite>>,
    pub(super) target: Target,
    name: SuiteName,
    unjudged: Vec<Unjudged>,
    values: TargetValues,
}

impl Chosen {
    /// What would be sent.
    ///
    /// # Errors
    /// [`Error::NothingRun`] where nothing matches.
    pub(super) fn plan(&self, filters: &[String], cases: Option<u32>) -> Result<Plan> {
        let plan = Plan::new(&self.suites, filters, cases, &self.values)?;
        let is_wanted = |one: &Unjudged| {
            filters.is_empty() || filters.iter().any(|it| one.name.contains(it.as_str()))
        };
        let unjudged = self.unjudged.iter().filter(|one| is_wanted(one));
        let unjudged: Vec<Unjudged> = unjudged.cloned().collect();
        Ok(plan.beside(unjudged))
    }

    /// The plan without what may change the target, where that is not allowed.
    ///
    /// # Errors
    /// [`Error::Input`] where nothing is left.
    pub(super) fn without_writes(&self, plan: Plan) -> Result<Plan> {
        let is_refused = |suite: &Suite| {
            let is_target = self.target.base_url.is_some();
            is_target && may_write(&self.target, &suite.contract.method).is_err()
        };
        let planned = plan.operations.iter();
        let mut suites = planned.filter_map(|part| self.suite(&part.operation));
        if suites.clone().all(|suite| is_refused(suite))
            && let Some(first) = suites.next()
        {
            may_write(&self.target, &first.contract.method)?;
        }
        Ok(plan.without(&self.suites, NO_WRITES, is_refused))
    }

    /// The suite of the one operation that was chosen.
    ///
    /// # Errors
    /// [`Error::Input`] where there are several.
    pub(super) fn one(&self) -> Result<Arc<Suite>> {
        match self.suites.as_slice() {
            [one] if self.unjudged.is_empty() => Ok(Arc::clone(one)),
            several => Err(Error::input(
                "--operation",
                format!(
                    "the suite has several operations: {}",
                    names_of(several).join(", ")
                ),
                "choose one with --operation NAME",
            )),
        }
    }

    /// The suite of a part of the plan.
    fn suite(&self, operation: &str) -> Option<&Arc<Suite>> {
        let mut suites = self.suites.iter();
        suites.find(|suite| suite.contract.operation == operation)
    }
}

/// What is tested where neither an address nor `--reference` is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Otherwise {
    /// Nothing: a lost address must not pass for a target that conforms.
    Nothing,
    /// The embedded reference server, unless a variable describes a target.
    Reference,
}

impl RunOptions {
    pub(super) fn choose(&self, otherwise: Otherwise) -> Result<Chosen> {
        if self.reference {
            self.target.refuse_beside_reference()?;
        } else if !self.target.names_target()
            && (otherwise == Otherwise::Nothing || TargetOptions::variable().is_some())
        {
            return Err(self.target.no_target(Self::variable()));
        }
        let mut loaded = self.suite.load()?;
        let target = self.target.resolve(&loaded.suites)?;
        if let Credentials::Keys(_) = &target.credentials {
            for suite in &mut loaded.suites {
                if let Some(suite) = Arc::get_mut(suite) {
                    suite.sign();
                }
            }
        }
        let values = match target.base_url {
            None => selftest::values(&loaded.suites),
            Some(_) => credentials::planned(&target),
        };
        Ok(Chosen {
            suites: loaded.suites,
            target,
            name: loaded.name,
            unjudged: loaded.unjudged,
            values,
        })
    }
}

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
        let Chosen {
            target,
            values,
            name,
            ..
        } = chosen;
        let is_sent = is_sent && !plan.is_skipped();
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
                let server = runtime.block_on(embedded_server(&suites))?;
                let settings = target.settings(&server.base_url())?;
                (Some(server), settings, Acquired::from(values))
            }
        };
        let pacing = Duration::from_secs_f64(
            plan.requests() as f64 / f64::from(settings.rate.unwrap_or(u32::MAX)),
        );
        let longest = target.max_time.unwrap_or(DEFAULT_MAX_TIME + pacing);
        let transport = {
            let _inside = runtime.enter();
            Transport::new(settings)?
        };
        let told = Options {
            target: target.name.clone(),
            seed: seed.unwrap_or_else(random_seed),
            strict: options.strict,
            progress: (!options.quiet && io::stderr().is_terminal() && io::stdout().is_terminal())
                .then_some(show_progress as fn(&str, u32, u32)),
            enough: Vec::new(),
            foreign_origin: target.origins.foreign_project_id.clone(),
        };
        let sender = Sender::new(acquired.values, transport)
            .with_secrets(acquired.redactor, acquired.renewal)
            .within(longest);
        let (sender, evidence) = (Arc::new(sender), Arc::<Evidence>::default());
        let sessions = suites.into_iter().map(|suite| {
            let operation = &suite.contract.operation;
            let baseline = Baseline::load(&options.snapshots, &target.name, operation)?;
            let (sender, evidence) = (Arc::clone(&sender), Arc::clone(&evidence));
            let session = Session::new(suite, sender, evidence, baseline, told.clone());
            Ok(Arc::new(session))
        });
        Ok(Self {
            run: Run {
                sessions: sessions.collect::<Result<_>>()?,
                sender,
                evidence,
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
    fn announce(&self, plan: &Plan) {
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

    pub(super) fn run_all(&self, plan: &Plan, mimic: &libtest_mimic::Arguments) -> Result<()> {
        run_all(&self.run, plan, &self.lanes, mimic).map_err(panic::no_event_loop)
    }
}

/// Shows on a terminal how far a property has come, a few times a second: behind the
/// name that libtest-mimic has printed, with the cursor put back for its verdict.
fn show_progress(_id: &str, done: u32, all: u32) {
    static BEGAN: OnceLock<Instant> = OnceLock::new();
    static LAST: AtomicU64 = AtomicU64::new(0);
    let now = BEGAN.get_or_init(Instant::now).elapsed().as_millis();
    let now = u64::try_from(now).unwrap_or(u64::MAX);
    let is_due = now.saturating_sub(LAST.load(Ordering::Relaxed)) >= 250;
    if done == all || is_due {
        LAST.store(now, Ordering::Relaxed);
        let text = if done == all {
            String::new()
        } else {
            format!("{done}/{all}")
        };
        let _ = write!(io::stderr(), "\u{1b}[s{text}\u{1b}[K\u{1b}[u");
    }
}

/// Leaves what differs beside the snapshots, pending acceptance, and takes away what
/// an earlier run left there. In CI nobody could accept it: nothing is written. Where
/// nothing can be written, that is said, and is no part of the verdict.
fn leave_pending(run: &Run, report: &Report) -> Result<()> {
    if is_ci() || matches!(run.sender.stop_reason(), Some(Stop::Interrupted(_))) {
        return Ok(());
    }
    let mut unwritten = Ok(());
    for (session, operation) in run.sessions.iter().zip(&report.operations) {
        for case in &operation.cases {
            match &case.assessment {
                Assessment::New | Assessment::Changed(_) | Assessment::Expired(..) => {
                    let differences = case.to_accept(session.options.strict);
                    let shown = format!("{differences:?}");
                    run.sender.redactor().guard(&case.id, &shown)?;
                    let more = case.unlisted > 0;
                    let pending = session.baseline.write_pending(&case.id, &differences, more);
                    unwritten = unwritten.and(pending.map(drop));
                }
                Assessment::Clean if case.requests == 0 => {}
                _ => unwritten = unwritten.and(session.baseline.remove_pending(&case.id)),
            }
        }
    }
    if let Err(error) = unwritten {
        let what = "warning: the differences cannot be left for conformant accept";
        warn(&format!("{what}: {error}"));
    }
    Ok(())
}

/// The report of a run that never got beyond its first requests.
pub(super) fn without_verdict(mut report: Report, error: &Error) -> Report {
    report.verdict = RunVerdict::NoVerdict;
    report.stopped = Some(replaced(error));
    report
}

async fn embedded_server(suites: &[Arc<Suite>]) -> Result<Server> {
    let mocks = suites.iter().map(|suite| {
        let contract = Arc::new(suite.contract.clone());
        Mock::new(contract, selftest::access(), None)
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

fn names_of(suites: &[Arc<Suite>]) -> Vec<&str> {
    let names = suites.iter().map(|suite| suite.contract.operation.as_str());
    names.collect()
}

fn random_seed() -> u64 {
    use std::hash::{BuildHasher, Hasher};
    std::collections::hash_map::RandomState::new()
        .build_hasher()
        .finish()
        >> 16
}

fn describe(plan: &Plan, chosen: &Chosen) -> String {
    let mut text = String::new();
    let mut methods = BTreeMap::new();
    for part in &plan.operations {
        let suite = chosen.suite(&part.operation);
        let method = suite.map_or("", |suite| suite.contract.method.as_str());
        *methods.entry(method).or_insert(0) += part.requests();
        for item in &part.items {
            let _ = match &item.skip {
                Some(reason) => writeln!(text, "{:<44} skipped: {reason}", item.id),
                None => writeln!(
                    text,
                    "{:<44} {:>7} {method}{}",
                    item.id,
                    item.requests,
                    if item.controls > 0 {
                        " after its control"
                    } else {
                        ""
                    }
                ),
            };
        }
    }
    for one in &plan.unjudged {
        let _ = writeln!(
            text,
            "{:<44} cannot be judged: {}",
            one.name,
            terminal(&one.reason)
        );
    }
    let methods = methods.iter().filter(|(_, requests)| **requests > 0);
    let methods: Vec<String> = methods
        .map(|(method, count)| format!("{count} {method}"))
        .collect();
    let _ = writeln!(
        text,
        "{} cases of {} operations, at most {} requests ({}); nothing was sent",
        plan.items().count(),
        plan.operations.len(),
        plan.requests(),
        methods.join(", ")
    );
    text
}
