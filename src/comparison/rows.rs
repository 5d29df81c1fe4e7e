//! Finds the rows of two contracts that speak of the same: by place and name. Parameters of
//! the path have the place of their placeholder, names of header fields no case.

use super::facts;
use super::statement::{Breaks, Change, Kind, Relation, Said, Statement};
use crate::contract::{Body, ClauseId, Contract, Field, Location, Mandatory};
use std::collections::BTreeMap;

/// A row, and where it stands in its contract.
#[derive(Clone, Debug)]
pub(super) struct Row<'a> {
    /// Stem of its clauses.
    pub(super) stem: ClauseId,
    /// The row.
    pub(super) field: &'a Field,
    /// What it is a row of.
    kind: Kind,
}

/// The rows of a contract by what tells them apart in any source.
pub(super) type Rows<'a> = BTreeMap<String, Row<'a>>;

/// The rows of the parts that both contracts have; a part that one of them lacks is a
/// statement of its own. Rows that people added are among them where readings count.
pub(super) fn rows<'a>(contract: &'a Contract, other: &Contract, readings: bool) -> Rows<'a> {
    let mut rows = Rows::new();
    let placeholders: Vec<&str> = contract.uri.placeholders().collect();
    let is_same_path = placeholders.len() == other.uri.placeholders().count();
    for parameter in &contract.parameters {
        if !readings && parameter.field.source.is_of_service() {
            continue;
        }
        let name = parameter.field.name.as_str();
        let at = placeholders.iter().position(|it| *it == name);
        let key = match (parameter.location, at) {
            (Location::Path, Some(at)) if is_same_path => format!("path {at}"),
            (Location::Header, _) => format!("header {}", name.to_ascii_lowercase()),
            (location, _) => format!("{} {name}", location.id()),
        };
        let row = Row {
            stem: parameter.stem(),
            field: &parameter.field,
            kind: Kind::Parameter,
        };
        rows.insert(key, row);
    }
    let mut members = |stem: ClauseId, body: &'a Body| {
        for place in body.places(stem) {
            let row = Row {
                stem: place.stem.clone(),
                field: place.field,
                kind: Kind::Member,
            };
            rows.insert(place.stem.to_string(), row);
        }
    };
    if let (Some(body), Some(_)) = (&contract.request_body, &other.request_body) {
        members(ClauseId::request_body(), body);
    }
    for (status, response) in &contract.responses {
        let known = other.responses.get(status);
        if let (Some(body), Some(_)) = (&response.body, known.and_then(|it| it.body.as_ref())) {
            members(ClauseId::response(*status), body);
        }
    }
    for (status, response) in &contract.responses {
        for field in &response.headers {
            if other.documents(*status) {
                let stem = ClauseId::header(*status, &field.name);
                let key = format!("reply {}", stem.to_ascii_lowercase());
                let kind = Kind::Header;
                rows.insert(key, Row { stem, field, kind });
            }
        }
    }
    rows
}

/// What the rows of two contracts say.
pub(super) fn statements(a: &Rows<'_>, b: &Rows<'_>) -> Vec<Statement> {
    let mut statements = Vec::new();
    for (key, row) in a {
        match b.get(key) {
            Some(other) => {
                statements.push(both(row, other));
                statements.extend(facts::statements(&row.stem, row.field, other.field));
            }
            None => statements.push(only(row, Relation::OnlyInA)),
        }
    }
    let new = b.iter().filter(|(key, _)| !a.contains_key(*key));
    statements.extend(new.map(|(_, row)| only(row, Relation::OnlyInB)));
    statements
}

fn said(row: &Row<'_>) -> Said {
    Said::of_row(row.field, None, row.field.kind.describe())
}

fn both(a: &Row<'_>, b: &Row<'_>) -> Statement {
    let sides = (Some(said(a)), Some(said(b)));
    Statement::new(a.stem.clone(), a.kind, Relation::Agrees, sides)
}

fn only(row: &Row<'_>, relation: Relation) -> Statement {
    let is_request = row.stem.is_of_request();
    let must = matches!(row.field.mandatory, Mandatory::Yes | Mandatory::Conditional);
    let said = Some(said(row));
    let (sides, change, clients) = match relation {
        Relation::OnlyInA => ((said, None), Change::Removed, true),
        _ => ((None, said), Change::Added, is_request && must),
    };
    let breaks = Breaks {
        clients,
        servers: is_request,
    };
    Statement::new(row.stem.clone(), row.kind, relation, sides).changing(change, breaks)
}
