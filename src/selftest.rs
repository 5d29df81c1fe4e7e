//! The suite against every fault of the catalogue and every conforming variant:
//! the kill matrix.
//!
//! A fault is killed when a rule that it declares fires at the clause that it
//! breaks; the run against it ends there. A run that fails for any other reason is
//! no kill. Conforming variants are run to the end.
//!
//! Judge and servers believe the same contract: that it says what the page says is for the
//! independent [`eye`].

use crate::contract::{ClauseId, Finding, file};
use crate::error::{Error, Result};
use crate::eye;
use crate::reference::{Access, Change, Fault, Mock, Server, Specimen, Wire, catalogue};
use crate::report::Report;
pub use crate::report::matrix::{Matrix, SelftestOutcome, Tried};
use crate::runner::{Options, Plan, Session, preflight, run_quietly};
use crate::source;
use crate::suite::strategy::conforming_edges;
use crate::suite::{Suite, SuiteFiles, TargetValues};
use crate::transport::{Settings, Transport};
use std::collections::BTreeSet;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// The deadline of an exchange with a server that stalls on purpose.
const SHORT: Duration = Duration::from_millis(200);
/// The deadline of every other exchange: a busy machine must not look like a fault.
const LONG: Duration = Duration::from_secs(10);

/// Runs the suite against every fault and variant whose name contains one of
/// `filters`, `jobs` at a time.
///
/// # Errors
/// [`Error::NoVerdict`] where a server cannot be started; [`Error::NothingRun`]
/// where nothing matches.
pub fn run(suite: &Arc<Suite>, filters: &[String], seed: u64, jobs: usize) -> Result<Matrix> {
    let mut servers = catalogue::specimens(&suite.contract);
    let broken: BTreeSet<ClauseId> = servers
        .iter()
        .filter_map(|specimen| Some(specimen.fault()?.clause.clone()))
        .collect();
    servers.retain(|specimen| {
        let name = specimen.name();
        filters.is_empty() || filters.iter().any(|filter| name.contains(filter.as_str()))
    });
    if servers.is_empty() {
        return Err(Error::NothingRun(crate::error::Problem::new(
            format!("filter {}", filters.join(" ")),
            "no fault or conforming variant has a name that contains this",
            "conformant selftest without a filter prints all names",
        )));
    }
    let servers = servers.as_slice();
    let next = AtomicUsize::new(0);
    let mut tried: Vec<(usize, Result<Tried>)> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..jobs.clamp(1, servers.len()))
            .map(|_| {
                scope.spawn(|| {
                    let mut mine = Vec::new();
                    loop {
                        let at = next.fetch_add(1, Ordering::Relaxed);
                        match servers.get(at) {
                            Some(specimen) => mine.push((at, try_one(suite, specimen, seed))),
                            None => return mine,
                        }
                    }
                })
            })
            .collect();
        workers
            .into_iter()
            .flat_map(|worker| worker.join().unwrap_or_default())
            .collect()
    });
    tried.sort_by_key(|(at, _)| *at);
    if tried.len() < servers.len() {
        return Err(Error::no_verdict(
            "selftest",
            "a worker panicked",
            "report this as a bug",
        ));
    }
    Ok(Matrix {
        without_fault: suite
            .clauses
            .iter()
            .map(|clause| clause.id.clone())
            .filter(|id| !broken.contains(id))
            .collect(),
        tried: tried
            .into_iter()
            .map(|(_, tried)| tried)
            .collect::<Result<_>>()?,
        seed,
    })
}

/// What the independent eye sees in the `contract.json` of an operation that its findings
/// do not tell, with the path of the page; `None` where the suite keeps no page.
///
/// # Errors
/// [`Error::Input`] where the page or the contract is not readable.
pub fn unlike_page(files: &SuiteFiles, operation: &str) -> Result<Option<(PathBuf, Vec<Finding>)>> {
    let name = format!("schemas/{operation}/{}", file::FILE);
    let (Some(contract), Some((path, page))) = (files.files.get(&name), files.page(operation)?)
    else {
        return Ok(None);
    };
    let contract = file::read(&files.path(&name), contract)?;
    let seen = eye::look(&source::cells(&path, &page)?, &contract);
    Ok(Some((path, seen)))
}

/// The access that embedded servers give.
pub fn access() -> Access {
    Access {
        token: "conformant-Reference-Token-0a1B2c3D".into(),
        project_id: "0123456789abcdef0123456789abcdef".into(),
        foreign_project_id: "fedcba9876543210fedcba9876543210".into(),
    }
}

/// The target values that go with [`access`].
pub fn values(suite: &Suite) -> TargetValues {
    let access = access();
    TargetValues {
        project_id: access.project_id,
        foreign_project_id: Some(access.foreign_project_id),
        values: suite
            .contract
            .resources()
            .filter_map(|row| {
                let id = conforming_edges(&row.field).into_iter().next()?;
                Some((row.field.name.clone(), id))
            })
            .collect(),
        knows_every_id: true,
        token: access.token.into(),
        provoke: suite
            .contract
            .responses
            .keys()
            .filter(|status| suite.contract.success() != Some(**status))
            .map(|status| {
                (
                    *status,
                    vec![("Prefer".to_owned(), format!("code={status}"))],
                )
            })
            .collect(),
        signers: None,
    }
}

/// Server and client share one thread: nothing waits for another core.
fn try_one(suite: &Arc<Suite>, specimen: &Specimen, seed: u64) -> Result<Tried> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Error::no_verdict("selftest", error.to_string(), ""))?
        .block_on(against(suite, specimen, seed))
}

async fn against(suite: &Arc<Suite>, specimen: &Specimen, seed: u64) -> Result<Tried> {
    let fault = specimen.fault();
    let stalls = fault
        .is_some_and(|fault| matches!(fault.change, Change::Wire(_, Wire::Stalled | Wire::Silent)));
    let contract = Arc::new(suite.contract.clone());
    let mock = Mock::new(contract, access(), specimen.clone());
    let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let server = Server::start(mock, listen).await.map_err(|error| {
        Error::no_verdict(
            "127.0.0.1",
            format!("no server could be started: {error}"),
            "",
        )
    })?;
    let settings = Settings {
        timeout: if stalls { SHORT } else { LONG },
        ..Settings::new(server.base_url())
    };
    let values = values(suite);
    let plan = Plan::new(suite, &[], None, &values)?;
    let session = Session::new(
        Arc::clone(suite),
        values,
        Transport::new(settings)?,
        crate::baseline::Baseline::empty(),
        Options {
            target: "selftest".into(),
            seed,
            strict: false,
            progress: None,
            enough: fault
                .into_iter()
                .flat_map(|fault| &fault.trips)
                .map(|trip| (trip.rule, trip.clause.clone()))
                .collect(),
            cases: None,
            foreign_origin: String::new(),
        },
    );
    let outcome = match preflight(&session).await {
        Err(error) if fault.is_none() => SelftestOutcome::FalseAlarm(error.to_string()),
        Err(error) => SelftestOutcome::Survived(error.to_string()),
        Ok(()) => {
            run_quietly(&session, &plan).await;
            outcome(fault, &Report::new(&session, &plan))
        }
    };
    Ok(Tried {
        name: specimen.name(),
        summary: specimen.summary().to_owned(),
        clause: fault.map(|fault| fault.clause.clone()),
        outcome,
    })
}

fn outcome(fault: Option<&Fault>, report: &Report) -> SelftestOutcome {
    let code = report.verdict.exit_code();
    let Some(fault) = fault else {
        return match report
            .cases
            .iter()
            .find(|case| case.verdict > crate::judge::Verdict::Skipped)
        {
            Some(case) => SelftestOutcome::FalseAlarm(why(case)),
            None if code == 0 => SelftestOutcome::Passed,
            None => SelftestOutcome::FalseAlarm(report.verdict.word().into_owned()),
        };
    };
    if code != 1 {
        return SelftestOutcome::Survived(format!("exit {code}"));
    }
    let seen = || report.cases.iter().flat_map(|case| &case.seen);
    let declared = seen().any(|seen| {
        fault.trips.iter().any(|trip| {
            trip.rule == seen.difference.rule.code && trip.clause == seen.difference.clause
        })
    });
    if declared {
        SelftestOutcome::Killed
    } else {
        let first = report
            .cases
            .iter()
            .find(|case| case.verdict == crate::judge::Verdict::Fail);
        SelftestOutcome::KilledByAnother(first.map(why).unwrap_or_default())
    }
}

fn why(case: &crate::report::CaseReport) -> String {
    let difference = case.seen.first().map(|seen| seen.difference.to_string());
    let reason = case.reason.clone().or(difference).unwrap_or_default();
    format!("{} is {}: {reason}", case.id, case.verdict)
}
