//! Tries services that keep objects: one that holds to all [laws](Law), and for each law
//! one that breaks it, against the sequences of the suites.

use super::{LONG, SelftestOutcome, Tried, access, of_conforming, of_fault, values};
use crate::contract::{ClauseId, Subject};
use crate::error::{Error, Result};
use crate::reference::{Mock, Server, Service, Store};
use crate::report::OperationReport;
use crate::report::matrix::Matrix;
use crate::resource::{Law, Resource};
use crate::runner::{
    Filters, MOST_ALIVE, Options, Plan, Provision, Run, Sender, Session, Stock, Supply,
};
use crate::suite::{Suite, TargetValues};
use crate::target::Writes;
use crate::transport::{Settings, Transport};
use std::collections::{BTreeMap, BTreeSet};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

/// How long what a faulty server never finishes is waited for.
const WITHIN: Duration = Duration::from_secs(1);

/// A matrix for each resource whose objects the operations make, by its name. Of the faults
/// those are tried whose names, `RESOURCE:LAW`, contain one of `filters`.
///
/// # Errors
/// [`Error::NoVerdict`] where a server cannot be started.
pub fn try_laws(
    suites: &[Arc<Suite>],
    resources: &[Resource],
    filters: &[String],
    seed: u64,
) -> Result<Vec<(String, Matrix)>> {
    let mut resources = resources.to_vec();
    for resource in &mut resources {
        let ready = resource.ready.iter_mut().map(|ready| &mut ready.within);
        let delete = resource.delete.iter_mut().map(|delete| &mut delete.within);
        ready.chain(delete).for_each(|within| *within = WITHIN);
    }
    let values = values(suites, &resources);
    let provision = Provision::new(&resources, suites, &values, Writes::ALL);
    let mut plan = Plan::new(suites, &Filters::default(), None, (&values, &provision))?;
    let steps: BTreeSet<String> = steps(suites).map(|(id, ..)| id.to_owned()).collect();
    let selected: Vec<bool> = plan.items().map(|item| steps.contains(&item.id)).collect();
    plan.select(&selected);
    let bench = Bench {
        suites,
        resources: &resources,
        values,
        provision,
        plan,
        seed,
    };
    let mut matrices = Vec::new();
    for resource in &bench.provision.made {
        let mut tried = Vec::new();
        let faults = Law::ALL.into_iter().map(Some).chain([None]);
        for law in faults {
            let clauses = broken_by(suites, resource, law);
            let name = law.map_or("conforming", Law::name);
            let full = format!("{resource}:{name}");
            let is_meant = |filter: &String| full.contains(filter.as_str());
            let is_chosen = filters.is_empty() || filters.iter().any(is_meant);
            if is_chosen && (law.is_none() || !clauses.is_empty()) {
                tried.push(bench.try_one(resource, name, law, &clauses)?);
            }
        }
        if !tried.is_empty() {
            matrices.push((resource.clone(), Matrix::of(tried, seed)));
        }
    }
    Ok(matrices)
}

/// The steps of sequences: id, resource and clause.
fn steps(suites: &[Arc<Suite>]) -> impl Iterator<Item = (&str, &str, &ClauseId)> {
    let cases = suites.iter().flat_map(|suite| &suite.cases);
    cases.filter_map(|case| {
        let template = &case.template;
        let resource = template.step.as_ref()?.resource.as_str();
        Some((template.id.as_str(), resource, &template.clause))
    })
}

/// The statements that a server breaks which breaks a law of a resource.
fn broken_by(suites: &[Arc<Suite>], resource: &str, law: Option<Law>) -> BTreeSet<ClauseId> {
    let is_of = |clause: &ClauseId| match (clause.subject(), law) {
        (Some(Subject::Sequence(slug)), Some(law)) => {
            let rest = slug.strip_prefix(law.name());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
        }
        _ => false,
    };
    let own = steps(suites).filter(|(_, of, clause)| *of == resource && is_of(clause));
    own.map(|(_, _, clause)| clause.clone()).collect()
}

/// What all servers are tried with.
struct Bench<'a> {
    suites: &'a [Arc<Suite>],
    resources: &'a [Resource],
    values: TargetValues,
    provision: Provision,
    plan: Plan,
    seed: u64,
}

impl Bench<'_> {
    /// Server and client share one thread.
    fn try_one(
        &self,
        resource: &str,
        name: &str,
        law: Option<Law>,
        clauses: &BTreeSet<ClauseId>,
    ) -> Result<Tried> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        let runtime =
            runtime.map_err(|error| Error::no_verdict("selftest", error.to_string(), ""))?;
        let lapse = law.map(|law| (resource.to_owned(), law));
        let reports = runtime.block_on(self.against(lapse))?;
        let mut found_by = Vec::new();
        for case in reports.iter().flat_map(|report| &report.cases) {
            let mut seen = case.seen.iter().map(|seen| &seen.difference.clause);
            if seen.any(|clause| clauses.contains(clause)) {
                found_by.push(case.id.clone());
            }
        }
        // The worst operation decides.
        let outcomes = reports.iter().map(|report| match law {
            Some(_) => of_fault(report, !found_by.is_empty()),
            None => of_conforming(report),
        });
        let outcomes: Vec<SelftestOutcome> = outcomes.collect();
        let telling = |it: &&SelftestOutcome| match law {
            Some(_) => !matches!(it, SelftestOutcome::Survived(_)),
            None => !it.is_right(),
        };
        let outcome = outcomes.iter().find(telling).or_else(|| outcomes.first());
        let nothing = || SelftestOutcome::Survived("nothing was run".into());
        Ok(Tried {
            name: name.to_owned(),
            summary: match law {
                Some(law) => format!("breaks the law '{}' of a {resource}", law.name()),
                None => format!("keeps every {resource} as it should"),
            },
            clause: clauses.first().cloned(),
            outcome: outcome.cloned().unwrap_or_else(nothing),
            found_by,
        })
    }

    async fn against(&self, lapse: Option<(String, Law)>) -> Result<Vec<OperationReport>> {
        let store = Arc::new(Store::new(self.resources.to_vec(), lapse));
        let mocks = self.suites.iter().map(|suite| {
            let contract = Arc::new(suite.contract.clone());
            Mock::new(contract, access(), None).with_store(&store)
        });
        let service = Service::from(mocks.collect::<Vec<_>>());
        let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let server = Server::start(service, listen).await.map_err(|error| {
            let why = format!("no server could be started: {error}");
            Error::no_verdict("127.0.0.1", why, "")
        })?;
        let settings = Settings {
            timeout: LONG,
            ..Settings::new(server.base_url())
        };
        let transport = Transport::new(settings)?;
        let sender = Arc::new(Sender::new(self.values.clone(), transport));
        let evidence = Arc::default();
        let session = |suite: &Arc<Suite>| {
            let options = Options {
                target: "selftest".into(),
                seed: self.seed,
                strict: false,
                fail_fast: false,
                enough: Vec::new(),
                foreign_origin: String::new(),
            };
            let (suite, sender) = (Arc::clone(suite), Arc::clone(&sender));
            let baseline = crate::baseline::Baseline::empty();
            let session = Session::new(suite, sender, Arc::clone(&evidence), baseline, options);
            Arc::new(session)
        };
        let all: BTreeMap<&str, Arc<Session>> = (self.suites.iter())
            .map(|suite| (suite.contract.operation.as_str(), session(suite)))
            .collect();
        let is_made = |it: &Resource| self.provision.made.contains(&it.name);
        let resources = self.resources.iter().map(|it| (it.clone(), is_made(it)));
        let stock = Arc::new(Stock::new(
            resources.collect(),
            all.values().cloned().collect(),
            Arc::clone(&sender),
            None,
            ("conform-selftest".into(), MOST_ALIVE),
            self.plan.items().map(|item| item.id.clone()).collect(),
        ));
        let supply: Arc<dyn Supply> = Arc::<Stock>::clone(&stock);
        for session in all.values() {
            session.uses(&supply);
        }
        let parts = self.plan.operations.iter();
        let sessions = parts.filter_map(|part| all.get(part.operation.as_str()).cloned());
        let run = Run {
            sessions: sessions.collect(),
            sender,
            evidence,
            stock: Some(stock),
        };
        run.preflight(&self.plan).await?;
        run.run_quietly(&self.plan).await;
        let parts = run.sessions.iter().zip(&self.plan.operations);
        Ok(parts
            .map(|(session, part)| OperationReport::new(session, part))
            .collect())
    }
}
