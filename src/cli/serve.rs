//! `conformant serve`

use super::faults::specimens;
use super::panic;
use super::suite::SuiteOptions;
use super::terminal::print;
use crate::contract::Contract;
use crate::error::{Error, Result};
use crate::escape::terminal;
use crate::profile::identity::{PROJECTS, TOKENS};
use crate::profile::signature::{ALGORITHM, DATE, SIGNATURE};
use crate::reference::{Access, Identity, Mock, Server, Service, Specimen, Store, Variant};
use crate::resource::{Law, Resource};
use crate::selftest;
use crate::target::credentials;
use clap::Args;
use secrecy::ExposeSecret as _;
use std::net::SocketAddr;
use std::sync::Arc;

/// Options of serve.
#[derive(Debug, Args)]
pub(super) struct ServeOptions {
    #[command(flatten)]
    suite: SuiteOptions,
    /// Address to listen at
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// Project of the token
    #[arg(long, value_name = "ID")]
    project_id: Option<String>,
    /// Project of another tenant
    #[arg(long, value_name = "ID")]
    foreign_project_id: Option<String>,
    /// Environment variable that holds the token to accept
    #[arg(long, value_name = "VAR")]
    token_env: Option<String>,
    /// Break a documented statement on purpose (names: conformant selftest -v). Where several
    /// operations are served: OPERATION:NAME, or NAME where one of them alone has it; repeatable,
    /// once an operation. RESOURCE:LAW breaks a law of a resource
    #[arg(long, value_name = "[OPERATION:]NAME")]
    fault: Vec<String>,
    /// Let issued tokens expire after so many requests
    #[arg(long, value_name = "N")]
    expire_after: Option<u64>,
}

/// What else is served, for the help text.
pub(super) fn identity() -> String {
    format!(
        "The identity service is served too: POST {TOKENS} issues tokens for the printed user, domain, password and \
         project; GET {PROJECTS}?name=NAME gives the project's id; and requests signed with the printed access key \
         ({ALGORITHM}: {DATE} and {SIGNATURE}) are taken in place of a token."
    )
}

pub(super) fn serve(arguments: &ServeOptions) -> Result<u8> {
    let loaded = arguments.suite.load()?;
    let suites = loaded.suites;
    let (lapses, faults) = lapses(&loaded.resources, &arguments.fault)?;
    let store = Arc::new(Store::new(loaded.resources, lapses));
    let defaults = selftest::access();
    let token = match &arguments.token_env {
        None => defaults.token.clone(),
        Some(name) => {
            let token = credentials::variable("--token-env", name)?;
            token.expose_secret().to_owned()
        }
    };
    let access = Access {
        token,
        project_id: arguments.project_id.clone().unwrap_or(defaults.project_id),
        foreign_project_id: arguments
            .foreign_project_id
            .clone()
            .unwrap_or(defaults.foreign_project_id),
    };
    let contracts: Vec<&Contract> = suites.iter().map(|suite| &suite.contract).collect();
    let specimens = specimens(&contracts, &faults)?;
    let mut greeting = String::new();
    if arguments.token_env.is_none() {
        greeting.push_str(&format!("token {}\n", access.token));
    }
    greeting.push_str(&format!(
        "project {}\nforeign project {}\n",
        access.project_id, access.foreign_project_id
    ));
    let identity = Identity::default().expiring_after(arguments.expire_after);
    greeting.push_str(&format!(
        "user {}\ndomain {}\npassword {}\nproject name {}\naccess key {}\nsecret key {}\n",
        identity.user,
        identity.domain,
        identity.password,
        identity.project,
        identity.ak,
        identity.sk
    ));
    if suites.len() > 1 {
        greeting.push_str(&served(&contracts, &specimens));
    }
    let identity = Arc::new(identity);
    let mocks = contracts.iter().zip(specimens).map(|(contract, specimen)| {
        let contract = Arc::new((*contract).clone());
        let specimen = specimen.unwrap_or(Specimen::Conforming(Variant::Open));
        let mock = Mock::new(contract, access.clone(), specimen);
        mock.with_identity(Arc::clone(&identity)).with_store(&store)
    });
    let service = Service::from(mocks.collect::<Vec<_>>());
    if let Some((one, other)) = service.alike() {
        return Err(Error::input(
            "serve",
            format!("no request tells '{one}' and '{other}' apart: method and path are the same"),
            "choose the operations to serve: --operation NAME",
        ));
    }
    let runtime = panic::runtime()?;
    runtime.block_on(async {
        let mut server = Server::start(service, arguments.listen)
            .await
            .map_err(|error| {
                Error::input(
                    arguments.listen.to_string(),
                    format!("cannot listen: {error}"),
                    "choose another address, or port 0 for any free one",
                )
            })?;
        print(&format!("listening on {}\n{greeting}", server.base_url()))?;
        tokio::select! {
            () = server.wait() => Err(Error::no_verdict("serve", "the server stopped", "")),
            _ = tokio::signal::ctrl_c() => Ok(0),
        }
    })
}

/// The law of a resource that is to be broken.
type Lapse = Option<(String, Law)>;

/// The law that is to be broken, and the faults of operations.
fn lapses(resources: &[Resource], faults: &[String]) -> Result<(Lapse, Vec<String>)> {
    let mut lapse = None;
    let mut others = Vec::new();
    for fault in faults {
        let law = fault.split_once(':').and_then(|(name, law)| {
            let is_known = resources.iter().any(|resource| resource.name == name);
            Some((name.to_owned(), Law::named(law)?)).filter(|_| is_known)
        });
        match law {
            None => others.push(fault.clone()),
            Some(law) if lapse.is_none() => lapse = Some(law),
            Some(_) => {
                return Err(Error::input(
                    "--fault",
                    "two laws of resources are to be broken",
                    "break one at a time",
                ));
            }
        }
    }
    Ok((lapse, others))
}

/// Each operation with method and path, and what `--fault` made of it.
fn served(contracts: &[&Contract], specimens: &[Option<Specimen>]) -> String {
    let operations = contracts.iter().zip(specimens);
    let lines = operations.map(|(contract, specimen)| {
        let (name, method, uri) = (&contract.operation, &contract.method, &contract.uri);
        let broken = specimen.as_ref().map(|it| format!(" ({})", it.name()));
        let line = format!("{name} {method} {uri}{}", broken.unwrap_or_default());
        format!("operation {}\n", terminal(&line))
    });
    lines.collect()
}
