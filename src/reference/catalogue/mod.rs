//! The fault catalogue: derived from the contract wherever that works, with
//! hand-written families for what no single row states.

mod bodies;
mod readings;
mod requests;

use super::fault::{Change, Fault, Trip, When};
use super::manner::Manner;
use crate::contract::{Contract, Response};

/// Every fault that breaks a statement of this contract.
pub fn faults(contract: &Contract) -> Vec<Fault> {
    let mut list = Catalogue {
        contract,
        faults: Vec::new(),
    };
    for (status, response) in list.judged() {
        if let Some(body) = &response.body {
            list.members(
                *status,
                body,
                &body.fields,
                &format!("response/{status}"),
                &[],
                &mut Vec::new(),
            );
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
    list.faults
}

/// Conforming servers that differ from the plain one: each must pass.
pub fn conforming() -> Vec<Fault> {
    [
        ("open", Manner::Open),
        ("tenant-scoped", Manner::TenantScoped),
        ("parameters-first", Manner::ParametersFirst),
        ("provoked-first", Manner::ProvokedFirst),
        ("token-not-demanded", Manner::TokenNotDemanded),
        ("media-type-refused", Manner::MediaTypeRefused),
        ("short-errors", Manner::ShortErrors),
        ("full-errors", Manner::FullErrors),
        ("throttling", Manner::Throttling(50)),
        ("overloaded", Manner::Overloaded(60)),
        ("pretty-json", Manner::Pretty),
        ("charset", Manner::Charset),
        ("capital-media-type", Manner::CapitalMediaType),
        ("additions", Manner::Additions),
        ("members-reversed", Manner::Reversed),
        ("newline-at-end", Manner::NewlineAtEnd),
        ("unicode-escapes", Manner::Escaped),
        ("extremes", Manner::Extremes),
        ("tolerated-value", Manner::Tolerated),
        ("connection-close", Manner::ConnectionClose),
        ("slow", Manner::Slow),
        ("gzip", Manner::Gzip),
        ("chunked", Manner::Chunked),
        ("extra-headers", Manner::ExtraHeaders),
        ("http-1-0", Manner::Http10),
        ("drops-idle", Manner::DropsIdle),
        ("close-delimited", Manner::CloseDelimited),
        ("in-two-parts", Manner::InTwoParts),
        ("title-case-headers", Manner::TitleCaseHeaders),
    ]
    .into_iter()
    .map(|(name, manner)| Fault {
        name: format!("conforming-{name}"),
        summary: "a conforming server".into(),
        clause: String::new(),
        trips: Vec::new(),
        change: Change::Manner(manner),
        when: When::Always,
    })
    .collect()
}

struct Catalogue<'a> {
    contract: &'a Contract,
    faults: Vec<Fault>,
}

fn trip(rule: &'static str, clause: &str) -> Trip {
    Trip {
        rule,
        clause: clause.to_owned(),
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
        let waits = |status: u16, response: &Response| {
            let mut headers = response.headers.iter();
            status == 429
                || status == 503
                    && headers.any(|field| field.name.eq_ignore_ascii_case("Retry-After"))
        };
        let statuses = self.contract.responses.iter();
        statuses.filter(move |(status, response)| !waits(**status, response))
    }

    pub(super) fn push(&mut self, name: String, summary: String, trips: Vec<Trip>, change: Change) {
        self.push_when(name, summary, trips, change, When::Always);
    }

    pub(super) fn push_when(
        &mut self,
        name: String,
        summary: String,
        trips: Vec<Trip>,
        change: Change,
        when: When,
    ) {
        let clause = trips
            .first()
            .map_or_else(String::new, |trip| trip.clause.clone());
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
