//! Defines [`Reading`]: `reading.toml`, how this suite reads what the page
//! leaves open, entry by entry, each with its reason.
//!
//! Most entries add what the page does not say (presence, echoes, relations, tolerated
//! values). `[[correct]]` alone changes what it says, and is named wherever that shows.

use super::correct;
use super::field::{Field, Presence, Tolerated};
use super::location::Location;
use super::operation::Contract;
use super::relation::{Comparison, Echo, Origin, Relation, When};
use super::type_name::TypeName;
use crate::error::{Error, Place, Result, line_of};
use serde::Deserialize;
use std::path::Path;
use toml::Spanned;

/// The version line of the file.
pub const FORMAT: &str = "conformant-reading/1";

/// A reading as written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reading {
    format: Spanned<String>,
    #[serde(default)]
    correct: Vec<Spanned<correct::Entry>>,
    #[serde(default)]
    present: Vec<Members>,
    #[serde(default)]
    optional: Vec<Members>,
    #[serde(default)]
    value: Vec<Spanned<Value>>,
    #[serde(default)]
    echo: Vec<Spanned<EchoEntry>>,
    #[serde(default)]
    relation: Vec<Spanned<RelationEntry>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Members {
    status: Vec<u16>,
    fields: Vec<Spanned<String>>,
    reason: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Value {
    status: u16,
    field: String,
    tolerate: String,
    reason: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct EchoEntry {
    status: u16,
    field: String,
    of: String,
    reason: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RelationEntry {
    id: String,
    status: u16,
    holds: String,
    #[serde(default)]
    when: Option<When>,
    reason: String,
}

impl Reading {
    /// Reads `source`; `path` is named in errors.
    ///
    /// # Errors
    /// [`Error::Input`] with file and line for an unknown key, a wrong type or another format.
    pub fn parse(path: &Path, source: &str) -> Result<Self> {
        let reading: Self = crate::input::parse_toml(path, source)?;
        if reading.format.get_ref() != FORMAT {
            return Err(Error::input(
                Place::line(path, line_of(source, reading.format.span().start)),
                format!("the format is '{}'", reading.format.get_ref()),
                format!("this version reads '{FORMAT}'"),
            ));
        }
        Ok(reading)
    }

    /// Carries out the corrections, which come before all else; gives an error for each
    /// that the contract has nothing for.
    pub fn correct(&self, path: &Path, source: &str, contract: &mut Contract) -> Vec<Error> {
        let mut errors = Vec::new();
        for entry in &self.correct {
            let given = entry.get_ref();
            let outcome = match given.reason.trim().is_empty() {
                true => Err("a correction needs its reason".to_owned()),
                false => correct::correct(contract, given),
            };
            match outcome {
                Ok(correction) => contract.corrections.push(correction),
                Err(what) => errors.push(Error::input(
                    Place::line(path, line_of(source, entry.span().start)),
                    what,
                    "'conformant list --clauses' prints the clauses; value is a type, true or false, listed values, or { min = …, max = … }",
                )),
            }
        }
        errors
    }

    /// Applies every other entry that names what the contract has; gives an error for
    /// each that does not.
    pub fn apply_known(&self, path: &Path, source: &str, contract: &mut Contract) -> Vec<Error> {
        let mut errors = Vec::new();
        let at = |offset: usize, what: String| {
            Error::input(
                Place::line(path, line_of(source, offset)),
                what,
                "name a status, field and parameter as the page documents them",
            )
        };
        for (members, required) in self
            .present
            .iter()
            .map(|members| (members, true))
            .chain(self.optional.iter().map(|members| (members, false)))
        {
            for status in &members.status {
                for name in &members.fields {
                    let Some(field) = field_mut(contract, *status, name.get_ref()) else {
                        let what = format!("status {status} has no member '{}'", name.get_ref());
                        errors.push(at(name.span().start, what));
                        continue;
                    };
                    let reason = members.reason.clone();
                    field.presence = if required {
                        Presence::Required(reason)
                    } else {
                        Presence::Optional(reason)
                    };
                }
            }
        }
        for entry in &self.value {
            let value = entry.get_ref();
            let Some(field) = field_mut(contract, value.status, &value.field) else {
                let what = format!("status {} has no member '{}'", value.status, value.field);
                errors.push(at(entry.span().start, what));
                continue;
            };
            field.tolerated.push(Tolerated {
                value: value.tolerate.clone(),
                reason: value.reason.clone(),
            });
        }
        for entry in &self.echo {
            match echo(contract, entry.get_ref()) {
                Ok(echo) => contract.echoes.push(echo),
                Err(what) => errors.push(at(entry.span().start, what)),
            }
        }
        for entry in &self.relation {
            match relation(contract, entry.get_ref()) {
                Ok(relation) => contract.relations.push(relation),
                Err(what) => errors.push(at(entry.span().start, what)),
            }
        }
        errors
    }
}

/// The top-level member, `object[]/member` of an object table (`[]/member` where the body
/// is an array), or `header/Name`.
fn field_mut<'a>(contract: &'a mut Contract, status: u16, name: &str) -> Option<&'a mut Field> {
    if let Some(header) = name.strip_prefix("header/") {
        return contract
            .responses
            .get_mut(&status)?
            .headers
            .iter_mut()
            .find(|field| field.name.eq_ignore_ascii_case(header));
    }
    let body = contract.responses.get_mut(&status)?.body.as_mut()?;
    match name.split_once('/') {
        None => body.fields.iter_mut().find(|field| field.name == name),
        Some((outer, inner)) => {
            let is_whole = outer == "[]";
            let outer = outer.trim_end_matches("[]").trim_end_matches("{}");
            let kind = body
                .fields
                .iter()
                .find(|field| field.name == outer || is_whole && field.is_root_array())?
                .kind
                .clone();
            body.objects
                .get_mut(kind.object_name()?)?
                .iter_mut()
                .find(|field| field.name == inner)
        }
    }
}

fn echo(contract: &Contract, entry: &EchoEntry) -> Result<Echo, String> {
    let of = |location: Location, name: &str| {
        let is_there = contract.parameter(location, name).is_some();
        is_there.then(|| Origin::Parameter(location, name.to_owned()))
    };
    let origin = match entry.of.split_once('/') {
        Some(("path", name)) => of(Location::Path, name),
        Some(("query", name)) => of(Location::Query, name),
        Some(("header", name)) => of(Location::Header, name),
        Some(("body", path)) => {
            has_body_member(contract, path).then(|| Origin::Body(format!("/{path}")))
        }
        _ => {
            return Err(format!(
                "'{}' is no path/…, query/…, header/… or body/…",
                entry.of
            ));
        }
    };
    let origin = origin.ok_or_else(|| format!("the request has no '{}'", entry.of))?;
    if !has_member(contract, entry.status, &entry.field) {
        return Err(format!(
            "status {} has no member '{}'",
            entry.status, entry.field
        ));
    }
    Ok(Echo {
        status: entry.status,
        field: entry.field.clone(),
        of: entry.of.clone(),
        origin,
        reason: entry.reason.clone(),
    })
}

fn relation(contract: &Contract, entry: &RelationEntry) -> Result<Relation, String> {
    let parts: Vec<&str> = entry.holds.split_whitespace().collect();
    let [left, sign, right] = parts[..] else {
        return Err(format!(
            "'{}' is no relation of the form 'left <= right'",
            entry.holds
        ));
    };
    let comparison = [Comparison::AtMost, Comparison::Below, Comparison::Equal]
        .into_iter()
        .find(|comparison| comparison.sign() == sign)
        .ok_or_else(|| format!("'{sign}' is none of <=, <, =="))?;
    let when = entry.when.as_ref().map(|when| when.field.as_str());
    for name in [left, right].into_iter().chain(when) {
        if !has_member(contract, entry.status, name) {
            return Err(format!("status {} has no member '{name}'", entry.status));
        }
    }
    Ok(Relation {
        id: entry.id.clone(),
        status: entry.status,
        left: left.to_owned(),
        comparison,
        right: right.to_owned(),
        when: entry.when.clone(),
        reason: entry.reason.clone(),
    })
}

/// Whether the tables of the request's body lead through objects to a scalar at `path`.
fn has_body_member(contract: &Contract, path: &str) -> bool {
    let Some(body) = &contract.request_body else {
        return false;
    };
    let mut members = body.fields.as_slice();
    let mut names = path.split('/').peekable();
    while let Some(name) = names.next() {
        let Some(field) = members.iter().find(|field| field.name == name) else {
            return false;
        };
        if names.peek().is_none() {
            return field.kind.is_scalar();
        }
        let TypeName::Named(_) = &field.kind else {
            return false;
        };
        members = body.members(&field.kind).unwrap_or_default();
    }
    false
}

fn has_member(contract: &Contract, status: u16, name: &str) -> bool {
    contract
        .response_body(status)
        .is_some_and(|body| body.fields.iter().any(|field| field.name == name))
}
