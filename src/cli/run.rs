//! `conformant run`

use super::{Color, SuiteOptions, target};
use crate::error::{Error, Result};
use crate::judge::RunVerdict;
use crate::reference::{Mock, Server};
use crate::report::format::{self, Format, Wanted};
use crate::report::{self, Report};
use crate::runner::{Options, Plan, Session, Stop, run_all};
use crate::selftest;
use crate::transport::Transport;
use clap::Args;
use std::fmt::Write as _;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use tokio::runtime::Runtime;

/// Options of run.
#[derive(Debug, Args)]
pub(super) struct RunOptions {
    /// Run what has one of these in its id
    #[arg(value_name = "FILTER")]
    filters: Vec<String>,
    #[command(flatten)]
    suite: SuiteOptions,
    #[command(flatten)]
    target: target::TargetOptions,
    /// Generated requests of each property, in place of what the case files say
    #[arg(long, value_name = "N", env = "CONFORMANT_CASES")]
    cases: Option<u32>,
    /// Seed of generated requests; random without it, and printed
    #[arg(long, value_name = "N", env = "CONFORMANT_SEED")]
    seed: Option<u64>,
    /// Refuse to start where the plan holds more requests than this
    #[arg(long, value_name = "N", env = "CONFORMANT_MAX_REQUESTS")]
    max_requests: Option<u64>,
    /// Notes fail too
    #[arg(long, env = "CONFORMANT_STRICT")]
    strict: bool,
    /// Write a report: json=PATH, junit=PATH, markdown=PATH or html=PATH; repeatable
    #[arg(
        long,
        value_name = "FORMAT=PATH",
        env = "CONFORMANT_REPORT",
        value_delimiter = '\n'
    )]
    report: Vec<String>,
    /// Print the plan and send nothing
    #[arg(long)]
    dry_run: bool,
    /// Colours: auto, always or never
    #[arg(
        long,
        value_enum,
        value_name = "WHEN",
        default_value_t,
        env = "CONFORMANT_COLOR"
    )]
    color: Color,
    /// Leave the lines of the cases out
    #[arg(short, long)]
    quiet: bool,
    /// List verified statements too
    #[arg(short, long)]
    verbose: bool,
}

impl RunOptions {
    fn reports(&self) -> Result<Vec<Wanted>> {
        Wanted::parse(&self.report, &Format::OF_RUNS)
    }

    /// What libtest-mimic is told. It parses words, as a test binary would.
    fn mimic(&self, concurrency: usize) -> libtest_mimic::Arguments {
        let mut arguments = libtest_mimic::Arguments::from_iter(["conformant"]);
        arguments.test_threads = Some(concurrency);
        arguments.quiet = self.quiet;
        arguments.color = Some(if self.color.is_on() {
            libtest_mimic::ColorSetting::Always
        } else {
            libtest_mimic::ColorSetting::Never
        });
        arguments
    }
}

pub(super) fn run(arguments: &RunOptions) -> Result<u8> {
    let suite = arguments.suite.load()?;
    let reports = arguments.reports()?;
    let seed = arguments.seed.unwrap_or_else(random_seed);
    let embedded = arguments.target.base_url.is_none();
    let values = if embedded {
        selftest::values(&suite)
    } else {
        arguments.target.values(&suite)?
    };
    let plan = Plan::new(&suite, &arguments.filters, arguments.cases, &values)?;
    if let Some(most) = arguments
        .max_requests
        .filter(|most| plan.requests() > *most)
    {
        return Err(Error::input(
            "--max-requests",
            format!(
                "the plan holds {} requests, more than {most}",
                plan.requests()
            ),
            "raise the bound, filter the cases, or send fewer generated requests (--cases N)",
        ));
    }
    if arguments.dry_run {
        return super::print(&describe(&plan, &suite.contract.method));
    }
    let runtime =
        Runtime::new().map_err(|error| Error::no_verdict("run", error.to_string(), ""))?;
    let (_server, base_url) = match &arguments.target.base_url {
        Some(url) => (None, url.clone()),
        None => {
            let server = runtime.block_on(embedded_server(&suite.contract))?;
            let url = server.base_url();
            (Some(server), url)
        }
    };
    let settings = arguments.target.settings(&base_url)?;
    let transport = {
        let _inside = runtime.enter();
        Transport::new(settings)?
    };
    let session = Arc::new(Session::new(
        suite,
        values,
        transport,
        Options {
            target: arguments.target.target.clone(),
            seed,
            strict: arguments.strict,
            enough: Vec::new(),
            cases: arguments.cases,
        },
    ));
    runtime.spawn(interrupt(Arc::clone(&session)));
    if let Err(error) = runtime.block_on(session.preflight()) {
        // A report of an earlier run must not stand for this one.
        let report = without_verdict(Report::new(&session, &plan), &error);
        format::write(&reports, &report)?;
        return Err(error);
    }
    let mimic = arguments.mimic(session.transport.concurrency());
    run_all(&session, &plan, runtime.handle(), &mimic);
    let report = Report::new(&session, &plan);
    let written = format::write(&reports, &report);
    let text = report::text::render(&report, arguments.color.is_on(), arguments.verbose);
    super::print(&text)?;
    runtime.shutdown_background();
    written?;
    Ok(report.verdict.exit_code())
}

/// The report of a run that never got beyond its first requests.
fn without_verdict(mut report: Report, error: &Error) -> Report {
    report.verdict = RunVerdict::NoVerdict;
    report.stopped = Some(error.to_string());
    report
}

async fn embedded_server(contract: &crate::contract::Contract) -> Result<Server> {
    let mock = Mock::new(Arc::new(contract.clone()), selftest::access(), None);
    Server::start(mock, SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))
        .await
        .map_err(|error| {
            Error::no_verdict(
                "127.0.0.1",
                format!("the embedded server cannot be started: {error}"),
                "",
            )
        })
}

/// Ends the session at the first Ctrl-C; what was judged is reported.
async fn interrupt(session: Arc<Session>) {
    if tokio::signal::ctrl_c().await.is_ok() {
        session.stop(Stop::Interrupted);
    }
}

fn random_seed() -> u64 {
    use std::hash::{BuildHasher, Hasher};
    std::collections::hash_map::RandomState::new()
        .build_hasher()
        .finish()
        >> 16
}

fn describe(plan: &Plan, method: &str) -> String {
    let mut text = String::new();
    for item in &plan.items {
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
    let _ = writeln!(
        text,
        "{} cases, at most {} requests, all {method}; nothing was sent",
        plan.items.len(),
        plan.requests()
    );
    text
}
