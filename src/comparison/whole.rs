//! Compares what two contracts say beside their rows: address, statuses and bodies, and what
//! people decided where the sources leave something open.

use super::statement::{Breaks, Change, Kind, Relation, Said, Statement};
use crate::contract::{Basis, Body, ClauseId, Contract, Mandatory, Response};
use crate::status;
use std::collections::{BTreeMap, BTreeSet};

/// Method and path, statuses and bodies.
pub(super) fn statements(a: &Contract, b: &Contract, is_one_address: bool) -> Vec<Statement> {
    let mut statements = vec![address(a, b, is_one_address)];
    statements.extend(statuses(a, b));
    let bodies = (a.request_body.as_ref(), b.request_body.as_ref());
    statements.extend(body(ClauseId::request_body(), true, bodies.0, bodies.1));
    for (status, response) in &a.responses {
        if let Some(other) = b.responses.get(status) {
            let id = ClauseId::response_body(*status);
            statements.extend(body(id, false, response.body.as_ref(), other.body.as_ref()));
        }
    }
    statements
}

/// Addresses that were matched are one, whatever stands in front of them and however their
/// placeholders are called.
fn address(a: &Contract, b: &Contract, is_one: bool) -> Statement {
    let said = |contract: &Contract| Said {
        says: format!("{} {}", contract.method, contract.uri),
        place: "URI".into(),
        line: contract.line,
        quote: String::new(),
    };
    let sides = (Some(said(a)), Some(said(b)));
    let relation = match is_one {
        true => Relation::Agrees,
        false => Relation::Differs,
    };
    let statement = Statement::new("request/uri".into(), Kind::Address, relation, sides);
    match is_one {
        true => statement,
        false => statement.changing(Change::Changed, Breaks::ALL),
    }
}

fn statuses(a: &Contract, b: &Contract) -> Vec<Statement> {
    let said = |contract: &Contract, status: u16| {
        let response = contract.responses.get(&status)?;
        Some(of_status(status, response))
    };
    let known: BTreeSet<u16> = a
        .responses
        .keys()
        .chain(b.responses.keys())
        .copied()
        .collect();
    let of = |status: u16| {
        let is_success = status::is_success(status);
        let sides = (said(a, status), said(b, status));
        let assumed = |contract: &Contract| contract.assumed_success() == Some(status);
        let (relation, change, breaks) = match sides {
            (Some(_), Some(_)) => match (assumed(a), assumed(b)) {
                (true, false) => (Relation::OnlyInB, None, Breaks::NOBODY),
                (false, true) => (Relation::OnlyInA, None, Breaks::NOBODY),
                _ => (Relation::Agrees, None, Breaks::NOBODY),
            },
            (Some(_), None) => {
                let breaks = Breaks {
                    clients: is_success,
                    servers: true,
                };
                (Relation::OnlyInA, Some(Change::Removed), breaks)
            }
            _ => {
                let breaks = Breaks {
                    clients: is_success || status::is_redirect(status),
                    servers: false,
                };
                (Relation::OnlyInB, Some(Change::Added), breaks)
            }
        };
        let id = ClauseId::status(status);
        let statement = Statement::new(id, Kind::Status, relation, sides);
        match change {
            Some(change) => statement.changing(change, breaks),
            None => statement,
        }
    };
    known.into_iter().map(of).collect()
}

fn of_status(status: u16, response: &Response) -> Said {
    Said {
        says: match response.assumed {
            true => format!("{status}, for the status of success that is not printed"),
            false => status.to_string(),
        },
        place: match response.pointer.as_str() {
            "" => "status list".into(),
            pointer => pointer.to_owned(),
        },
        line: response.line,
        quote: response.meaning.clone(),
    }
}

fn body(id: ClauseId, is_request: bool, a: Option<&Body>, b: Option<&Body>) -> Option<Statement> {
    let said = |body: &Body| Said {
        says: body.statement().to_owned(),
        place: body.source().to_string(),
        line: 0,
        quote: String::new(),
    };
    let must = |body: &Body| body.fields.iter().any(|it| it.mandatory == Mandatory::Yes);
    let sides = (a.map(said), b.map(said));
    let (relation, change, breaks) = match (a, b) {
        (None, None) => return None,
        (Some(one), Some(other)) if one.statement() == other.statement() => {
            return Some(Statement::new(id, Kind::Body, Relation::Agrees, sides));
        }
        (Some(_), Some(_)) => (Relation::Differs, Change::Changed, Breaks::ALL),
        (Some(_), None) => {
            let breaks = Breaks {
                clients: true,
                servers: is_request,
            };
            (Relation::OnlyInA, Change::Removed, breaks)
        }
        (None, Some(other)) => {
            let breaks = Breaks {
                clients: is_request && must(other),
                servers: true,
            };
            (Relation::OnlyInB, Change::Added, breaks)
        }
    };
    let statement = Statement::new(id, Kind::Body, relation, sides);
    Some(statement.changing(change, breaks))
}

/// What the readings state: presence, echoes and relations of replies. Whether a member must
/// be there is not said again where the sources themselves say otherwise (`told`).
pub(super) fn readings(a: &Contract, b: &Contract, told: &[Statement]) -> Vec<Statement> {
    let stated = |contract: &Contract| -> BTreeMap<ClauseId, Said> {
        let clauses = contract.clauses();
        let read = clauses
            .iter()
            .filter(|clause| matches!(clause.basis, Basis::Reading(_)));
        let said = read.map(|clause| {
            let said = Said {
                says: clause.statement.clone(),
                place: clause.source.clone(),
                ..Said::default()
            };
            (clause.id.clone(), said)
        });
        said.collect()
    };
    let is_told = |id: &ClauseId| {
        let Some((stem, "present")) = id.split() else {
            return false;
        };
        let says_so = |it: &&Statement| {
            it.relation != Relation::Agrees
                && (it.kind == Kind::Mandatory && it.clause.split().is_some_and(|it| it.0 == stem)
                    || it.change.is_some() && it.clause == *stem)
        };
        told.iter().any(|it| says_so(&it))
    };
    let (before, after) = (stated(a), stated(b));
    let ids: BTreeSet<&ClauseId> = before.keys().chain(after.keys()).collect();
    let of = |id: &ClauseId| {
        let sides = (before.get(id).cloned(), after.get(id).cloned());
        let (relation, change, breaks) = match &sides {
            (Some(one), Some(other)) if one.says == other.says => {
                return Statement::new(id.clone(), Kind::Reading, Relation::Agrees, sides);
            }
            (Some(_), Some(_)) => (Relation::Differs, Change::Changed, Breaks::ALL),
            (Some(_), None) => {
                let clients = Breaks {
                    clients: true,
                    servers: false,
                };
                (Relation::OnlyInA, Change::Removed, clients)
            }
            _ => {
                let servers = Breaks {
                    clients: false,
                    servers: true,
                };
                (Relation::OnlyInB, Change::Added, servers)
            }
        };
        Statement::new(id.clone(), Kind::Reading, relation, sides).changing(change, breaks)
    };
    ids.into_iter().filter(|id| !is_told(id)).map(of).collect()
}
