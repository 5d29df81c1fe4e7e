//! `conformant run`

use super::{Color, SuiteOptions, target};
use crate::derive::write_atomically;
use crate::error::{Error, Result};
use crate::reference::{Mock, Server};
use crate::report::{self, Report};
use crate::runner::{Options, Plan, Session, Stop, run_all};
use crate::selftest;
use crate::target::{Acquired, Credentials, credentials};
use crate::transport::Transport;
use clap::Args;
use std::fmt::Write as _;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use tokio::runtime::Runtime;

const INSECURE: &str = "WARNING: certificates are NOT verified (--insecure): this run may have talked to anybody, and shown them the token";

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
    /// Notes fail too
    #[arg(long, env = "CONFORMANT_STRICT")]
    strict: bool,
    /// Write a report: json=PATH
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

/// A report that was asked for.
struct Wanted {
    path: PathBuf,
}

impl RunOptions {
    fn reports(&self) -> Result<Vec<Wanted>> {
        self.report
            .iter()
            .map(|text| match text.split_once('=') {
                Some(("json", path)) if !path.is_empty() => Ok(Wanted { path: path.into() }),
                _ => Err(Error::input(
                    "--report",
                    format!("'{text}' is not of the form FORMAT=PATH with a format of this version (json)"),
                    "write it like json=report.json",
                )),
            })
            .collect()
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
    let mut suite = arguments.suite.load()?;
    let reports = arguments.reports()?;
    let seed = arguments.seed.unwrap_or_else(random_seed);
    let target = arguments.target.resolve(&suite)?;
    if let (Credentials::Keys(_), Some(suite)) = (&target.credentials, Arc::get_mut(&mut suite)) {
        suite.sign();
    }
    let values = match target.base_url {
        None => selftest::values(&suite),
        Some(_) => credentials::planned(&target),
    };
    let plan = Plan::new(&suite, &arguments.filters, arguments.cases, &values)?;
    if let Some(most) = target.max_requests.filter(|most| plan.requests() > *most) {
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
        return super::print(&format!(
            "{target}\n{}",
            describe(&plan, &suite.contract.method)
        ));
    }
    let runtime =
        Runtime::new().map_err(|error| Error::no_verdict("run", error.to_string(), ""))?;
    if target.insecure {
        super::warn(INSECURE);
    }
    let (_server, settings, acquired) = match &target.base_url {
        Some(url) => {
            let settings = target.settings(url)?;
            let acquired = runtime.block_on(credentials::acquire(&target, &suite, &settings))?;
            (None, settings, acquired)
        }
        None => {
            let server = runtime.block_on(embedded_server(&suite.contract))?;
            let settings = target.settings(&server.base_url())?;
            (Some(server), settings, Acquired::from(values))
        }
    };
    let redactor = acquired.redactor.clone();
    let transport = {
        let _inside = runtime.enter();
        Transport::new(settings)?
    };
    let session = Session::new(
        suite,
        acquired.values,
        transport,
        Options {
            target: target.name.clone(),
            seed,
            strict: arguments.strict,
            enough: Vec::new(),
            cases: arguments.cases,
        },
    );
    let session = Arc::new(session.with_secrets(acquired.redactor, acquired.renewal));
    runtime.spawn(interrupt(Arc::clone(&session)));
    runtime.block_on(session.preflight())?;
    let mimic = arguments.mimic(session.transport.concurrency());
    run_all(&session, &plan, runtime.handle(), &mimic);
    let report = Report::new(&session, &plan);
    for wanted in &reports {
        let text = report::json::render(&report);
        redactor.guard(&wanted.path.display().to_string(), &text)?;
        write_atomically(&wanted.path, text.as_bytes())?;
    }
    let mut text = report::text::render(&report, arguments.color.is_on(), arguments.verbose);
    if target.insecure {
        text.push_str(INSECURE);
        text.push('\n');
    }
    redactor.guard("standard output", &text)?;
    super::print(&text)?;
    runtime.shutdown_background();
    Ok(report.verdict.exit_code())
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
