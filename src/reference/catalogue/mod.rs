//! The fault catalogue: derived from the contract wherever that works, with
//! hand-written families for what no single row states.

mod bodies;
mod circumstances;
mod readings;
mod requests;
mod tokens;

use super::fault::{Change, ExpectedDifference, Fault, Specimen, When};
use super::variant::{VARIANTS, Variant};
use crate::contract::{ClauseId, Contract, Response, Undocumented};

/// Every fault that breaks a statement of this contract.
pub fn faults(contract: &Contract) -> Vec<Fault> {
    let mut list = Catalogue {
        contract,
        faults: Vec::new(),
    };
    for (status, response) in list.judged() {
        if let Some(body) = &response.body {
            list.members(*status, body);
            list.bytes(*status);
            list.wire(*status);
        }
    }
    for parameter in &contract.parameters {
        if parameter.is_media_type() {
            list.media_type(parameter);
        } else if Some(parameter) != contract.token() {
            list.parameter(parameter);
        }
    }
    if let Some(body) = &contract.request_body {
        list.request_body(body);
    }
    for (status, response) in list.judged() {
        list.headers(*status, &response.headers);
    }
    list.token();
    list.statuses();
    list.readings();
    list.conditions();
    list.circumstances();
    list.faults
}

/// Servers that conform to this contract and differ from the plain one: each must pass.
pub fn conforming(contract: &Contract) -> Vec<Specimen> {
    let adds_nothing = contract.undocumented == Undocumented::Refused;
    let variants = VARIANTS.iter().map(|(_, variant)| *variant);
    variants
        .filter(|variant| !(adds_nothing && *variant == Variant::Additions))
        .map(Specimen::Conforming)
        .collect()
}

/// Every server that the self-test tries: the broken ones, then the conforming ones.
pub fn specimens(contract: &Contract) -> Vec<Specimen> {
    let broken = faults(contract).into_iter().map(Specimen::from);
    broken.chain(conforming(contract)).collect()
}

struct Catalogue<'a> {
    contract: &'a Contract,
    faults: Vec<Fault>,
}

fn trip(rule: &'static str, clause: &ClauseId) -> ExpectedDifference {
    ExpectedDifference {
        rule,
        clause: clause.clone(),
    }
}

fn kebab(text: &str) -> String {
    let dashed: String = text
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() {
                c.to_ascii_lowercase()
            } else {
                '-'
            }
        })
        .collect();
    let parts: Vec<&str> = dashed.split('-').filter(|part| !part.is_empty()).collect();
    parts.join("-")
}

impl<'a> Catalogue<'a> {
    /// Statuses whose replies are judged: a client that is told to wait asks again.
    pub(super) fn judged(&self) -> impl Iterator<Item = (&'a u16, &'a Response)> + use<'a> {
        let contract = self.contract;
        let statuses = contract.responses.iter();
        statuses.filter(|(status, _)| !contract.asks_to_wait(**status))
    }

    pub(super) fn push(
        &mut self,
        name: String,
        summary: String,
        trips: Vec<ExpectedDifference>,
        change: Change,
    ) {
        self.push_when(name, summary, trips, change, When::Always);
    }

    pub(super) fn push_when(
        &mut self,
        name: String,
        summary: String,
        trips: Vec<ExpectedDifference>,
        change: Change,
        when: When,
    ) {
        let clause = trips
            .first()
            .map_or_else(ClauseId::default, |trip| trip.clause.clone());
        self.faults.push(Fault {
            name: kebab(&name),
            summary,
            clause,
            trips,
            change,
            when,
        });
    }
}
