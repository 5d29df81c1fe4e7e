//! Derives case files from a contract: what every operation of its shape should
//! be asked. People add files of their own beside them.

mod body;
mod cases;
mod entry;
mod parameters;
mod properties;
mod render;
mod spoilt;
mod travel;
mod unread;

use super::case::{Member, RequestValues, TargetValue, Value};
use super::payload;
use super::shown::shown;
use super::strategy::conforming_edges;
use crate::contract::{ClauseId, Contract, Location, Mandatory, Parameter};
use crate::profile::Role;
use crate::schema::{REQUEST_FILE, Validator, request};
use crate::status;
use entry::Entry;
pub use entry::MARK;
use render::{render, render_base};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The ids of cases and properties in the text of a case file.
pub fn ids(text: &str) -> Vec<String> {
    entries(text).into_iter().map(|(id, _)| id).collect()
}

/// Cases and properties in the text of a case file: the id, and all that stands there.
pub fn entries(text: &str) -> Vec<(String, String)> {
    let Ok(file) = toml::from_str::<toml::Table>(text) else {
        return Vec::new();
    };
    let lists = ["case", "property"].iter().filter_map(|key| file.get(*key));
    lists
        .filter_map(toml::Value::as_array)
        .flatten()
        .filter_map(|entry| {
            let id = entry.get("id")?.as_str()?;
            Some((id.to_owned(), entry.to_string()))
        })
        .collect()
}

/// What the suite does not ask, since the page documents no status for it.
pub fn notes(contract: &Contract) -> Vec<String> {
    let mut notes = Vec::new();
    let mut note = |status: u16, applies: bool, what: &str| {
        if applies && !contract.documents(status) {
            notes.push(format!("the page lists no status {status}: no case {what}"));
        }
    };
    let statuses = &contract.profile.status;
    let parameter = statuses.parameter;
    note(parameter, true, "breaks a parameter or the body");
    let token = statuses.token;
    note(token, true, "leaves out the token or sends a wrong one");
    let has_project = contract.project().is_some();
    let tenant = statuses.tenant;
    note(tenant, has_project, "asks for another tenant's project");
    if contract.documents(token) {
        notes.extend(note_on_token(contract));
    }
    let throttled = statuses.throttled;
    if contract.documents(throttled) && contract.asks_to_wait(throttled) {
        notes.push(format!(
            "{throttled} says to wait and ask again, which every run does: no case expects it"
        ));
    }
    if let (_, Some(skeleton)) = Skeleton::of(contract) {
        if contract.documents(parameter) && !skeleton.can_break() {
            notes.push("no row says what a request could break: no case sends such a one".into());
        }
        let provoked: Vec<String> = skeleton
            .unprovoked()
            .filter(|status| status::is_success(*status) || [parameter, token].contains(status))
            .map(|status| status.to_string())
            .collect();
        if !provoked.is_empty() {
            notes.push(format!(
                "no request of a client is known to lead to {}: only a target's provocation shows it",
                provoked.join(", ")
            ));
        }
    }
    notes
}

/// What no case asks of the token, and why.
fn note_on_token(contract: &Contract) -> Option<String> {
    let name = &contract.profile.token.header;
    let Some(token) = contract.token() else {
        return Some(format!(
            "the page has no row of {name}: no case leaves it out or sends a wrong one"
        ));
    };
    if token.field.mandatory == Mandatory::Yes {
        None
    } else if token.field.source.is_of_service() {
        Some(format!(
            "the page has no row of {name}: every request carries it, and no case leaves it out (token = \"required\" in service.toml adds such cases)"
        ))
    } else {
        Some(format!(
            "the page does not say that {name} must be given: no case leaves it out"
        ))
    }
}

/// The derived case files: name and text.
pub fn files(contract: &Contract) -> Vec<(String, String)> {
    let (base, skeleton) = Skeleton::of(contract);
    let mut files = vec![("base.toml".to_owned(), render_base(&base))];
    let Some(skeleton) = skeleton else {
        return files;
    };
    let mut seen = BTreeSet::new();
    let mut file = |name: String, mut entries: Vec<Entry>| {
        for entry in &mut entries {
            // Two values may differ in characters that an id cannot have.
            while !seen.insert(entry.id.clone()) {
                entry.id.push_str("-again");
            }
        }
        if !entries.is_empty() {
            files.push((format!("{name}.toml"), render(&entries)));
        }
    };
    let mut valid = skeleton.valid();
    valid.extend(skeleton.ways());
    valid.extend(skeleton.rewritten());
    file("valid".into(), valid);
    for parameter in skeleton.varied() {
        let mut entries = skeleton.violations(parameter);
        entries.extend(skeleton.beside_a_query(parameter));
        file(skeleton.file_of(parameter), entries);
    }
    let mut body = skeleton.unread_bodies();
    body.extend(skeleton.body_violations());
    file("body".into(), body);
    let mut token = skeleton.token();
    token.extend(skeleton.misplaced_tokens());
    file("token".into(), token);
    file("both".into(), skeleton.both());
    file("provoked".into(), skeleton.provoked());
    file("properties".into(), skeleton.properties());
    files
}

/// The conforming request that every case varies.
fn base(contract: &Contract, body: Option<&serde_json::Value>) -> RequestValues {
    let mut base = RequestValues::default();
    for parameter in &contract.parameters {
        let field = &parameter.field;
        let value = if contract.token() == Some(parameter) {
            Value::Target(TargetValue::Token)
        } else if contract.project() == Some(parameter) {
            Value::Target(TargetValue::ProjectId)
        } else if contract.resources().any(|row| row == parameter) {
            Value::Target(TargetValue::Resource(field.name.clone()))
        } else if parameter.is_media_type() {
            let listed = field.constraints.values.first().cloned();
            Value::Text(listed.unwrap_or_else(|| "application/json".into()))
        } else if matches!(field.mandatory, Mandatory::Yes | Mandatory::Conditional)
            || parameter.location == Location::Path
        {
            let shown = shown(contract, parameter);
            match shown.or_else(|| conforming_edges(field).into_iter().next()) {
                Some(text) => Value::Text(text),
                None => continue,
            }
        } else {
            continue;
        };
        members(&mut base, parameter.location).insert(field.name.clone(), value);
    }
    if let Some(body) = body {
        base.body
            .insert(String::new(), Member::Json(body.to_string()));
    }
    base
}

/// Whether the base request holds this parameter.
fn in_base(parameter: &Parameter) -> bool {
    parameter.location == Location::Path
        || matches!(
            parameter.field.mandatory,
            Mandatory::Yes | Mandatory::Conditional
        )
}

fn members(changes: &mut RequestValues, location: Location) -> &mut BTreeMap<String, Value> {
    match location {
        Location::Path => &mut changes.path,
        Location::Query => &mut changes.query,
        Location::Header => &mut changes.headers,
    }
}

/// Names that stand for devices on some systems, which no file can have.
pub fn is_device(name: &str) -> bool {
    let device = name
        .strip_prefix("com")
        .or_else(|| name.strip_prefix("lpt"));
    matches!(name, "con" | "prn" | "aux" | "nul")
        || device.is_some_and(|digit| {
            digit.len() == 1 && digit.starts_with(|c: char| c.is_ascii_digit())
        })
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

/// The parameter whose listed values name the valid cases: the base request holds the
/// first of them, so that the first valid case is the base request.
fn listed<'a>(contract: &'a Contract, base: &RequestValues) -> Option<&'a Parameter> {
    let held = |parameter: &Parameter| {
        let members = match parameter.location {
            Location::Path => &base.path,
            Location::Query => &base.query,
            Location::Header => &base.headers,
        };
        members.get(&parameter.field.name).cloned()
    };
    contract.parameters.iter().find(|parameter| {
        let first = parameter.field.constraints.values.first();
        let first = first.map(|value| Value::Text(value.clone()));
        first.is_some() && held(parameter) == first && !parameter.is_media_type()
    })
}

struct Skeleton<'a> {
    contract: &'a Contract,
    success: u16,
    /// The parameter whose listed values name the valid cases.
    listed: Option<&'a Parameter>,
    control: String,
    /// The request schema, where it compiles.
    validator: Option<Validator>,
    /// The body of the base request.
    body: Option<serde_json::Value>,
}

impl<'a> Skeleton<'a> {
    /// The base request, and the skeleton of a page that documents a status of success.
    fn of(contract: &'a Contract) -> (RequestValues, Option<Self>) {
        let validator = Validator::compile(Path::new(REQUEST_FILE), &request(contract)).ok();
        let body = validator
            .as_ref()
            .and_then(|validator| payload::base(contract, validator));
        let base = base(contract, body.as_ref());
        let listed = listed(contract, &base);
        let first = listed.and_then(|parameter| parameter.field.constraints.values.first());
        let skeleton = contract.success().map(|success| Self {
            contract,
            success,
            listed,
            control: first.map_or_else(
                || "valid/base".to_owned(),
                |value| format!("valid/{}", slug(value)),
            ),
            validator,
            body,
        });
        (base, skeleton)
    }
}

impl Skeleton<'_> {
    fn is_token(&self, parameter: &Parameter) -> bool {
        self.contract.token() == Some(parameter)
    }

    fn is_project(&self, parameter: &Parameter) -> bool {
        self.contract.project() == Some(parameter)
    }

    /// Parameters that cases vary: all but the token and the media type.
    fn varied(&self) -> impl Iterator<Item = &Parameter> {
        self.contract
            .parameters
            .iter()
            .filter(|parameter| !self.is_token(parameter) && !parameter.is_media_type())
    }

    /// Whether a parameter names a resource, which a made-up value does not.
    fn is_resource(&self, parameter: &Parameter) -> bool {
        self.contract.resources().any(|row| row == parameter)
    }

    /// A request for another project or resource than the given one: it may not be there.
    fn elsewhere(&self, parameter: &Parameter, mut entry: Entry) -> Entry {
        if self.is_project(parameter) {
            entry.expect = self.any_resource();
            entry.made_up = self.refusals_elsewhere().next().is_none();
        } else if self.is_resource(parameter) {
            entry.expect = self.any_resource();
            entry.made_up = self.status(Role::UnknownResource).is_none();
        }
        entry
    }

    /// The file of a parameter's violations; names of other files are taken.
    fn file_of(&self, parameter: &Parameter) -> String {
        let name = slug(&parameter.field.name);
        let is_taken = [
            "base",
            "valid",
            "body",
            "token",
            "both",
            "provoked",
            "properties",
        ]
        .contains(&name.as_str())
            || is_device(&name)
            || self
                .varied()
                .filter(|other| slug(&other.field.name) == name)
                .count()
                > 1;
        if is_taken {
            format!("{}-{name}", parameter.location.id())
        } else {
            name
        }
    }

    /// Every documented status of success.
    fn successes(&self) -> Vec<u16> {
        self.contract
            .responses
            .keys()
            .copied()
            .filter(|status| status::is_success(*status))
            .collect()
    }

    /// That it is another tenant's, or that there is no such thing.
    fn refusals_elsewhere(&self) -> impl Iterator<Item = u16> {
        let roles = [Role::Tenant, Role::UnknownResource];
        roles.into_iter().filter_map(|role| self.status(role))
    }

    /// What another tenant gets: `forbidden`; for an object, also that there is no such thing.
    fn refusals_of_tenant(&self, forbidden: u16) -> Vec<u16> {
        let names_object = self.contract.resources().next().is_some();
        let unknown = self.status(Role::UnknownResource);
        let unknown = unknown.filter(|_| names_object);
        [forbidden].into_iter().chain(unknown).collect()
    }

    /// Success, or that there is no such thing, or that it is another tenant's.
    fn any_resource(&self) -> Vec<u16> {
        let mut statuses = self.successes();
        statuses.extend(self.refusals_elsewhere());
        statuses
    }

    fn status(&self, role: Role) -> Option<u16> {
        self.contract.status_of(role)
    }

    fn entry(&self, id: String, summary: String, clause: ClauseId, expect: Vec<u16>) -> Entry {
        Entry {
            id,
            summary,
            clause,
            expect,
            ..Entry::default()
        }
    }

    fn success_clause(&self) -> ClauseId {
        ClauseId::status(self.success)
    }
}
