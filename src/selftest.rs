//! The suite against every fault of the catalogue and every conforming variant:
//! the kill matrix.
//!
//! A fault is killed when a rule that it declares fires at the clause that it
//! breaks; the run against it ends there. A run that fails for any other reason is
//! no kill. Conforming variants are run to the end.
//!
//! Judge and servers believe the same contract: that it says what the page says is for the
//! independent [`eye`].

mod laws;

pub use laws::try_laws;

use crate::contract::{ClauseId, Finding, Subject, file};
use crate::error::{Error, Result};
use crate::eye;
use crate::judge::Verdict;
use crate::reference::{
    Access, Change, ExpectedDifference, Fault, Mock, Server, Specimen, When, Wire, catalogue,
};
use crate::report::OperationReport;
pub use crate::report::matrix::{Matrix, OutOfReach, SelftestOutcome, Tried};
use crate::resource::Resource;
use crate::runner::{Filters, Options, Plan, Provision, Run, Session};
use crate::source;
use crate::suite::strategy::conforming_edges;
use crate::suite::{Suite, SuiteFiles, TargetValues};
use crate::transport::{Settings, Transport};
use std::collections::{BTreeMap, BTreeSet};
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
/// `filters`, `jobs` at a time. A run ends where it sees what the fault declares.
///
/// # Errors
/// [`Error::NoVerdict`] where a server cannot be started; [`Error::NothingRun`]
/// where nothing matches.
pub fn run(suite: &Arc<Suite>, filters: &[String], seed: u64, jobs: usize) -> Result<Matrix> {
    try_all(suite, filters, seed, jobs, false)
}

/// The same with every run to its end, so that all cases are known that find a fault.
///
/// # Errors
/// Those of [`run`].
pub fn run_to_the_end(
    suite: &Arc<Suite>,
    filters: &[String],
    seed: u64,
    jobs: usize,
) -> Result<Matrix> {
    try_all(suite, filters, seed, jobs, true)
}

fn try_all(
    suite: &Arc<Suite>,
    filters: &[String],
    seed: u64,
    jobs: usize,
    to_the_end: bool,
) -> Result<Matrix> {
    let mut servers = catalogue::specimens(&suite.contract);
    let broken: BTreeSet<ClauseId> = servers
        .iter()
        .filter_map(|specimen| Some(specimen.fault()?.clause.clone()))
        .collect();
    servers.retain(|specimen| {
        let name = specimen.name();
        filters.is_empty() || filters.iter().any(|filter| name.contains(filter.as_str()))
    });
    let requests = suite.requests();
    let mut out_of_reach = Vec::new();
    servers.retain(|specimen| {
        let unreached = specimen.fault().and_then(|fault| {
            Some(OutOfReach {
                name: fault.name.clone(),
                clause: fault.clause.clone(),
                reason: fault.out_of_reach(requests)?,
            })
        });
        let is_within = unreached.is_none();
        out_of_reach.extend(unreached);
        is_within
    });
    if servers.is_empty() {
        return Err(Error::NothingRun(crate::error::Problem::new(
            format!("filter {}", filters.join(" ")),
            "no fault or conforming variant within the suite's reach has a name that contains this",
            "conformant selftest without a filter prints all names",
        )));
    }
    let servers = servers.as_slice();
    let values = values(std::slice::from_ref(suite), &[]);
    let bench = Bench {
        plan: Plan::new(
            std::slice::from_ref(suite),
            &Filters::default(),
            None,
            (&values, &Provision::default()),
        )?,
        suite,
        values,
        seed,
        to_the_end,
    };
    let next = AtomicUsize::new(0);
    let mut tried: Vec<(usize, Result<Tried>)> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..jobs.clamp(1, servers.len()))
            .map(|_| {
                scope.spawn(|| {
                    let mut mine = Vec::new();
                    loop {
                        let at = next.fetch_add(1, Ordering::Relaxed);
                        match servers.get(at) {
                            Some(specimen) => mine.push((at, bench.try_one(specimen))),
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
            // What holds between requests is broken by a service, not by an operation.
            .filter(|id| !broken.contains(id) && !is_of_sequence(id))
            .collect(),
        tried: tried
            .into_iter()
            .map(|(_, tried)| tried)
            .collect::<Result<_>>()?,
        out_of_reach,
        costs: match to_the_end {
            true => bench.costs(),
            false => BTreeMap::new(),
        },
        seed,
    })
}

fn is_of_sequence(clause: &ClauseId) -> bool {
    matches!(clause.subject(), Some(Subject::Sequence(_)))
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

/// The target values that go with [`access`]. Where the service makes objects of some of
/// the `resources`, these are all that it knows; else every id names something.
pub fn values(suites: &[Arc<Suite>], resources: &[Resource]) -> TargetValues {
    let is_made = |name: &str| {
        let mut resources = resources.iter();
        resources.any(|it| it.name == name && it.can_be_made())
    };
    let needs = suites.iter().flat_map(|suite| &suite.handling.needs);
    let made = needs.filter(|need| need.resource.as_deref().is_some_and(is_made));
    let made: BTreeSet<&str> = made.map(|need| need.name.as_str()).collect();
    let access = access();
    TargetValues {
        project_id: access.project_id,
        foreign_project_id: Some(access.foreign_project_id),
        values: suites
            .iter()
            .flat_map(|suite| suite.contract.resources())
            .filter(|row| !made.contains(row.field.name.as_str()))
            .filter_map(|row| {
                let id = conforming_edges(&row.field).into_iter().next()?;
                Some((row.field.name.clone(), id))
            })
            .collect(),
        knows_every_id: made.is_empty(),
        is_plain: true,
        token: access.token.into(),
        provoke: suites
            .iter()
            .flat_map(|suite| {
                let statuses = suite.contract.responses.keys().copied();
                statuses.filter(|status| suite.contract.success() != Some(*status))
            })
            .map(|status| {
                (
                    status,
                    vec![("Prefer".to_owned(), format!("code={status}"))],
                )
            })
            .collect(),
        signers: None,
    }
}

/// What all servers of a self-test are tried with.
struct Bench<'a> {
    suite: &'a Arc<Suite>,
    values: TargetValues,
    plan: Plan,
    seed: u64,
    to_the_end: bool,
}

impl Bench<'_> {
    /// Requests of each case and property that is sent.
    fn costs(&self) -> BTreeMap<String, u64> {
        let sent = self.plan.items().filter(|item| item.skip.is_none());
        sent.map(|item| (item.id.clone(), u64::from(item.requests)))
            .collect()
    }

    /// Server and client share one thread: nothing waits for another core.
    fn try_one(&self, specimen: &Specimen) -> Result<Tried> {
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| Error::no_verdict("selftest", error.to_string(), ""))?
            .block_on(self.against(specimen))
    }

    async fn against(&self, specimen: &Specimen) -> Result<Tried> {
        let fault = specimen.fault();
        let trips = fault.map_or(&[][..], |fault| &fault.trips);
        let stalls = fault.is_some_and(|fault| {
            matches!(fault.change, Change::Wire(_, Wire::Stalled | Wire::Silent))
        });
        let contract = Arc::new(self.suite.contract.clone());
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
        let enough = trips.iter().map(|trip| (trip.rule, trip.clause.clone()));
        let session = Session::alone(
            Arc::clone(self.suite),
            self.values.clone(),
            Transport::new(settings)?,
            crate::baseline::Baseline::empty(),
            Options {
                target: "selftest".into(),
                seed: self.seed,
                strict: false,
                fail_fast: false,
                enough: match self.to_the_end {
                    true => Vec::new(),
                    false => enough.collect(),
                },
                foreign_origin: String::new(),
            },
        );
        let plan = match fault {
            Some(fault) => nearest_first(self.suite, &self.plan, fault),
            None => self.plan.clone(),
        };
        let run = Run::alone(session);
        let (outcome, found_by) = match run.preflight(&plan).await {
            Err(error) if fault.is_none() => {
                (SelftestOutcome::FalseAlarm(error.to_string()), Vec::new())
            }
            Err(error) => (SelftestOutcome::Survived(error.to_string()), Vec::new()),
            Ok(()) => {
                run.run_quietly(&plan).await;
                let report = OperationReport::new(&run.sessions[0], &plan.operations[0]);
                let found_by = found_by(trips, &report);
                let outcome = match fault {
                    Some(_) => of_fault(&report, !found_by.is_empty()),
                    None => of_conforming(&report),
                };
                (outcome, found_by)
            }
        };
        Ok(Tried {
            name: specimen.name(),
            summary: specimen.summary().to_owned(),
            clause: fault.map(|fault| fault.clause.clone()),
            outcome,
            found_by,
        })
    }
}

/// The plan with what is about the clauses that the fault breaks, or leads to their status,
/// before all else: most runs against it are short then. A fault that begins late, or shows
/// now and then, depends on the order and meets the one of the suite.
fn nearest_first(suite: &Suite, plan: &Plan, fault: &Fault) -> Plan {
    let mut plan = plan.clone();
    if matches!(fault.when, When::After(_) | When::Every(_)) {
        return plan;
    }
    let clauses = || fault.trips.iter().map(|trip| &trip.clause);
    let statuses: BTreeSet<u16> = clauses().filter_map(ClauseId::about_status).collect();
    plan.operations[0].items.sort_by_cached_key(|item| {
        let template = item.template(suite);
        let is_about = clauses().any(|clause| *clause == template.clause);
        let leads_there = template.expect.iter().any(|it| statuses.contains(it));
        (!is_about, !leads_there)
    });
    plan
}

/// Ids of the cases and properties that saw what the fault declares.
fn found_by(trips: &[ExpectedDifference], report: &OperationReport) -> Vec<String> {
    let cases = report.cases.iter().filter(|case| {
        case.seen.iter().any(|seen| {
            let difference = &seen.difference;
            trips
                .iter()
                .any(|trip| trip.rule == difference.rule.code && trip.clause == difference.clause)
        })
    });
    cases.map(|case| case.id.clone()).collect()
}

fn of_conforming(report: &OperationReport) -> SelftestOutcome {
    let mut cases = report.cases.iter();
    match cases.find(|case| case.verdict > Verdict::Skipped) {
        Some(case) => SelftestOutcome::FalseAlarm(why(case)),
        None if report.verdict.exit_code() == 0 => SelftestOutcome::Passed,
        None => SelftestOutcome::FalseAlarm(report.verdict.word().into_owned()),
    }
}

fn of_fault(report: &OperationReport, is_found: bool) -> SelftestOutcome {
    let code = report.verdict.exit_code();
    if code != 1 {
        return SelftestOutcome::Survived(format!("exit {code}"));
    }
    if is_found {
        return SelftestOutcome::Killed;
    }
    let mut cases = report.cases.iter();
    let first = cases.find(|case| case.verdict == Verdict::Fail);
    SelftestOutcome::KilledByAnother(first.map(why).unwrap_or_default())
}

fn why(case: &crate::report::CaseReport) -> String {
    let difference = case.seen.first().map(|seen| seen.difference.to_string());
    let reason = case.reason.clone().or(difference).unwrap_or_default();
    format!("{} is {}: {reason}", case.id, case.verdict)
}
