//! Derives case files from a contract: what every operation of its shape should
//! be asked. People add files of their own beside them.

mod cases;
mod properties;
mod render;

use super::case::{Changes, TargetValue, Value, Vary};
use super::strategy::conforming_edges;
use crate::contract::{Contract, Location, Mandatory, Parameter};
use render::{render, render_base};
use std::collections::BTreeMap;

/// First line of a derived file. A file without it is a person's own, and kept.
pub const MARK: &str =
    "# Derived from the page. To keep edits, delete this line: derive then leaves the file alone.";

/// Requests of each property in a default run: enough to see a fault that shows
/// in one reply of nine (missed with probability (8/9)^56, about 1 in 700).
const REQUESTS: u32 = 56;

/// The derived case files: name and text.
pub fn files(contract: &Contract) -> Vec<(String, String)> {
    let Some(success) = contract.success() else {
        return vec![("base.toml".into(), render_base(&base(contract)))];
    };
    let skeleton = Skeleton {
        contract,
        success,
        control: format!("valid/{}", first_valid(contract)),
    };
    let mut files = vec![("base.toml".to_owned(), render_base(&base(contract)))];
    let mut file = |name: String, entries: Vec<Entry>| {
        if !entries.is_empty() {
            files.push((format!("{name}.toml"), render(&entries)));
        }
    };
    file("valid".into(), skeleton.valid());
    for parameter in &contract.parameters {
        if !skeleton.is_token(parameter) {
            file(slug(&parameter.field.name), skeleton.violations(parameter));
        }
    }
    file("token".into(), skeleton.token());
    file("both".into(), skeleton.both());
    file("provoked".into(), skeleton.provoked());
    file("properties".into(), skeleton.properties());
    files
}

/// The conforming request that every case varies.
fn base(contract: &Contract) -> Changes {
    let mut base = Changes::default();
    for parameter in &contract.parameters {
        let field = &parameter.field;
        let value = if contract.token() == Some(parameter) {
            Value::Target(TargetValue::Token)
        } else if contract.project() == Some(parameter) {
            Value::Target(TargetValue::ProjectId)
        } else if field.mandatory == Mandatory::Yes || parameter.location == Location::Path {
            match conforming_edges(field).into_iter().next() {
                Some(text) => Value::Text(text),
                None => continue,
            }
        } else {
            continue;
        };
        members(&mut base, parameter.location).insert(field.name.clone(), value);
    }
    base
}

fn members(changes: &mut Changes, location: Location) -> &mut BTreeMap<String, Value> {
    match location {
        Location::Path => &mut changes.path,
        Location::Query => &mut changes.query,
        Location::Header => &mut changes.headers,
    }
}

fn slug(name: &str) -> String {
    name.chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || c == '_' {
                c.to_ascii_lowercase()
            } else {
                '-'
            }
        })
        .collect()
}

/// The parameter whose listed values name the valid cases.
fn listed(contract: &Contract) -> Option<&Parameter> {
    contract
        .parameters
        .iter()
        .find(|parameter| !parameter.field.constraints.values.is_empty())
}

fn first_valid(contract: &Contract) -> String {
    listed(contract)
        .and_then(|parameter| parameter.field.constraints.values.first())
        .map_or_else(|| "base".into(), |value| slug(value))
}

#[derive(Default)]
struct Entry {
    id: String,
    summary: String,
    clause: String,
    expect: Vec<u16>,
    control: Option<String>,
    changes: Changes,
    lower_case: bool,
    provoke: Option<u16>,
    faults: usize,
    /// A property, where it varies.
    vary: Option<Vary>,
    fresh_connection: bool,
}

struct Skeleton<'a> {
    contract: &'a Contract,
    success: u16,
    control: String,
}

impl Skeleton<'_> {
    fn is_token(&self, parameter: &Parameter) -> bool {
        self.contract.token() == Some(parameter)
    }

    fn is_project(&self, parameter: &Parameter) -> bool {
        self.contract.project() == Some(parameter)
    }

    fn status(&self, status: u16) -> Option<u16> {
        self.contract.documents(status).then_some(status)
    }

    fn entry(&self, id: String, summary: String, clause: String, expect: Vec<u16>) -> Entry {
        Entry {
            id,
            summary,
            clause,
            expect,
            ..Entry::default()
        }
    }

    fn success_clause(&self) -> String {
        format!("status/{}", self.success)
    }

    /// Success, or a refusal that the page documents: another project may be another tenant's.
    fn any_project(&self) -> Vec<u16> {
        std::iter::once(self.success)
            .chain(self.status(403))
            .collect()
    }
}
