//! The fault catalogue: derived from the contract wherever that works, with
//! hand-written families for what no single row states.

mod bodies;
mod readings;
mod requests;

use super::fault::{Change, ExpectedDifference, Fault, When};
use super::variant::Variant;
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
        ("open", Variant::Open),
        ("tenant-scoped", Variant::TenantScoped),
        ("parameters-first", Variant::ParametersFirst),
        ("provoked-first", Variant::ProvokedFirst),
        ("token-not-demanded", Variant::TokenNotDemanded),
        ("media-type-refused", Variant::MediaTypeRefused),
        ("short-errors", Variant::ShortErrors),
        ("full-errors", Variant::FullErrors),
        ("throttling", Variant::Throttling(50)),
        ("overloaded", Variant::Overloaded(60)),
        ("pretty-json", Variant::Pretty),
        ("charset", Variant::Charset),
        ("capital-media-type", Variant::CapitalMediaType),
        ("additions", Variant::Additions),
        ("members-reversed", Variant::Reversed),
        ("newline-at-end", Variant::NewlineAtEnd),
        ("unicode-escapes", Variant::Escaped),
        ("extremes", Variant::Extremes),
        ("tolerated-value", Variant::Tolerated),
        ("connection-close", Variant::ConnectionClose),
        ("slow", Variant::Slow),
        ("gzip", Variant::Gzip),
        ("chunked", Variant::Chunked),
        ("extra-headers", Variant::ExtraHeaders),
        ("http-1-0", Variant::Http10),
        ("drops-idle", Variant::DropsIdle),
        ("close-delimited", Variant::CloseDelimited),
        ("in-two-parts", Variant::InTwoParts),
        ("title-case-headers", Variant::TitleCaseHeaders),
    ]
    .into_iter()
    .map(|(name, variant)| Fault {
        name: format!("conforming-{name}"),
        summary: "a conforming server".into(),
        clause: String::new(),
        trips: Vec::new(),
        change: Change::Variant(variant),
        when: When::Always,
    })
    .collect()
}

struct Catalogue<'a> {
    contract: &'a Contract,
    faults: Vec<Fault>,
}

fn trip(rule: &'static str, clause: &str) -> ExpectedDifference {
    ExpectedDifference {
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
