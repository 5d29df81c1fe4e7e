//! Makes a [`Request`] from a template and the values of a target.

use super::case::{Member, RequestValues, TargetValue, Template, TokenChange, Value, filled};
use super::payload;
use super::signature::{Signed, Signers};
use super::telling::Telling;
use super::token::{LEAVES_TOKEN, changed};
use super::{Objects, Suite};
use crate::contract::{Location, Segment};
use crate::exchange::{
    Header, HeaderValue, Request, Signing, Travel, Writing, percent_encode, percent_encoded,
};
use crate::profile::{Statuses, signature};
use crate::resource::{Need, NeedPlace};
use percent_encoding::percent_decode_str;
use secrecy::{ExposeSecret, SecretString};
use std::collections::BTreeMap;

/// Sent without being asked for, since what comes is decoded here; empty where it is not.
const ACCEPT_ENCODING: &str = "Accept-Encoding";

/// What a target contributes to requests.
#[derive(Clone, Debug, Default)]
pub struct TargetValues {
    /// The project that the token may use.
    pub project_id: String,
    /// A well-formed project of another tenant.
    pub foreign_project_id: Option<String>,
    /// Values of path parameters that name a resource.
    pub values: BTreeMap<String, String>,
    /// Whether every well-formed id names something, as with the reference server.
    pub knows_every_id: bool,
    /// The token.
    pub token: SecretString,
    /// Header fields that provoke a status.
    pub provoke: BTreeMap<u16, Vec<(String, String)>>,
    /// Whether requests reach it without TLS, and their bytes can be written by hand.
    pub is_plain: bool,
    /// What signs requests in place of the token, which is the secret key then.
    pub signers: Option<Signers>,
}

impl TargetValues {
    /// The text of a value; empty where the target has none, and for the token.
    fn text(&self, value: &TargetValue) -> &str {
        match value {
            TargetValue::ProjectId => &self.project_id,
            TargetValue::ForeignProjectId => self.foreign_project_id.as_deref().unwrap_or(""),
            TargetValue::Resource(name) => self.values.get(name).map_or("", String::as_str),
            TargetValue::Token => "",
        }
    }
}

/// A template with the values of a target filled in.
#[derive(Debug)]
pub enum Bound {
    /// The request.
    Ready(Request),
    /// Why this target cannot be sent it.
    Skipped(String),
}

/// Fills `template` in. `varied` (generated parameters) overrides the template,
/// which overrides the suite's base request. `objects` are those that it names.
pub fn bind(
    suite: &Suite,
    template: &Template,
    varied: &RequestValues,
    target: &TargetValues,
    objects: &Objects,
) -> Bound {
    match try_bind(suite, template, varied, target, objects) {
        Ok(request) => Bound::Ready(request),
        Err(reason) => Bound::Skipped(reason),
    }
}

fn try_bind(
    suite: &Suite,
    template: &Template,
    varied: &RequestValues,
    target: &TargetValues,
    objects: &Objects,
) -> Result<Request, String> {
    if template.made_up && !target.knows_every_id {
        return Err(made_up(&suite.contract.profile.status));
    }
    let travel = travel(template, varied, target)?;
    let layers = [varied, &template.changes, &suite.base];
    let value = |location: Location, name: &str| -> Option<&Value> {
        layers
            .iter()
            .find_map(|changes| members(changes, location).get(name))
    };
    let id_at = |place: NeedPlace| {
        let resource = suite.handling.resource_of(&place)?;
        objects.ids.get(resource)
    };
    let resolve = |location: Location, name: &str| -> Result<Option<HeaderValue>, String> {
        let value = value(location, name);
        let place = match (location, value) {
            (Location::Path, Some(Value::Target(TargetValue::Resource(_)))) => {
                Some(NeedPlace::Path(name.to_owned()))
            }
            // What a case says of it stands, unless it is only that it is there.
            (Location::Query, Some(Value::Text(_)))
                if !template.changes.query.contains_key(name) =>
            {
                Some(NeedPlace::Query(name.to_owned()))
            }
            _ => None,
        };
        if let Some(id) = place.and_then(id_at) {
            return Ok(Some(HeaderValue::Plain(id.clone())));
        }
        value.map_or(Ok(None), |value| resolved(value, target))
    };
    let contract = &suite.contract;
    let mut values = Vec::new();
    let mut path = String::new();
    for segment in &contract.uri.segments {
        path.push('/');
        for piece in segment.pieces() {
            if let Segment::Placeholder(name) = piece {
                if let Some(Value::Raw(raw)) = value(Location::Path, name) {
                    path.push_str(raw);
                    values.push((Location::Path, name.clone(), decoded(raw)));
                    continue;
                }
                let value = resolve(Location::Path, name)?
                    .ok_or_else(|| format!("no value for the path parameter '{name}'"))?;
                path.extend(percent_encoded(&value.expose()));
                values.push((Location::Path, name.clone(), value.expose().into_owned()));
            } else {
                path.push_str(&piece.to_string());
            }
        }
    }
    if path.is_empty() {
        path.push('/');
    }
    let mut separator = '?';
    let mut headers = Vec::new();
    if travel.writing != Writing::Bare && !layers.iter().any(|changes| changes.has_header("Accept"))
    {
        headers.push(plain("Accept", "application/json"));
    }
    let mut signing = None;
    // A server may read the first few header fields only: the documented ones come last.
    for (name, value) in undocumented(&layers, |changes| &changes.other_headers) {
        // Nothing at all, in place of what is sent where nothing is said.
        let nothing = HeaderValue::Plain(String::new());
        let value = match resolved(value, target)? {
            None if name.eq_ignore_ascii_case(ACCEPT_ENCODING) => Some(nothing),
            value => value,
        };
        headers.extend(value.map(|value| Header {
            name: name.clone(),
            value,
        }));
    }
    for parameter in &contract.parameters {
        let name = &parameter.field.name;
        if let Some(signers) = &target.signers
            && contract.token() == Some(parameter)
        {
            let value = value(Location::Header, name);
            match signers.signed(value, |value| target.text(value))? {
                Signed::By(signer) => {
                    let recipe = value.map(recipe).unwrap_or_default();
                    signing = Some(Signing { signer, recipe });
                }
                Signed::Empty => headers.push(plain(signature::SIGNATURE, "")),
                Signed::Not => {}
            }
            continue;
        }
        if parameter.location == Location::Path {
            continue;
        }
        if parameter.location == Location::Query
            && let Some(Value::Raw(raw)) = value(Location::Query, name)
        {
            query(&mut path, &mut separator, name, raw);
            values.push((Location::Query, name.clone(), decoded(raw)));
            continue;
        }
        match (parameter.location, resolve(parameter.location, name)?) {
            (Location::Path, _) | (_, None) => {}
            (Location::Query, Some(value)) => {
                let text = percent_encode(&value.expose());
                query(&mut path, &mut separator, name, &text);
                values.push((Location::Query, name.clone(), value.expose().into_owned()));
            }
            (Location::Header, Some(mut value)) => {
                if contract.token() == Some(parameter) {
                    value.put_behind(&contract.profile.token.prefix);
                }
                headers.push(Header {
                    name: name.clone(),
                    value,
                });
            }
        }
    }
    // What the page does not document comes behind what it does.
    let mut secret_query = None;
    for (name, value) in undocumented(&layers, |changes| &changes.other_query) {
        if let Value::Raw(raw) = value {
            match name.is_empty() {
                true => path.push(std::mem::replace(&mut separator, '&')),
                false => query(&mut path, &mut separator, name, ""),
            }
            path.push_str(raw);
            continue;
        }
        let value = resolved(value, target)?;
        if let Some(value @ HeaderValue::Secret { .. }) = value {
            secret_query = Some(Box::new(Header {
                name: name.clone(),
                value,
            }));
        } else if let Some(value) = value {
            let text = percent_encode(&value.expose());
            query(&mut path, &mut separator, name, &text);
        }
    }
    let body = body(suite, template, varied, target, objects)?;
    if body.is_some()
        && contract
            .parameter(Location::Header, "Content-Type")
            .is_none()
        && !layers
            .iter()
            .any(|changes| changes.has_header("Content-Type"))
    {
        headers.push(plain("Content-Type", "application/json"));
    }
    if let Some(status) = template.provoke {
        let provocation = target.provoke.get(&status).ok_or_else(|| {
            format!("no provocation for {status} configured (--provoke '{status}=Header: value')")
        })?;
        headers.extend(provocation.iter().map(|(name, value)| plain(name, value)));
    }
    Ok(Request {
        method: contract.method.clone(),
        path_and_query: path,
        secret_query,
        headers,
        travel: Travel {
            // What may not be sent twice must not meet a kept connection that was dropped.
            fresh_connection: travel.fresh_connection
                || travel.is_by_hand()
                || contract.method == "POST"
                || contract.method == "PATCH",
            ..travel
        },
        values,
        body,
        signing,
    })
}

/// How a request travels. What varies falls back to the usual way where the target does not
/// let this program write the bytes.
fn travel(
    template: &Template,
    varied: &RequestValues,
    target: &TargetValues,
) -> Result<Travel, String> {
    if target.is_plain {
        return Ok(varied.travel.or(template.travel));
    }
    if template.travel.is_by_hand() {
        return Err("its bytes are written by hand, which needs an http address".into());
    }
    Ok(template.travel)
}

/// Why a case is skipped that names what nobody may have made.
fn made_up(statuses: &Statuses) -> String {
    format!(
        "it names a made-up id, and the page documents no status for one that does not exist ({} or {}): write a case of your own with an id that exists",
        statuses.tenant, statuses.unknown_resource
    )
}

/// The body: the base one with the template's changes, or with those that vary.
fn body(
    suite: &Suite,
    template: &Template,
    varied: &RequestValues,
    target: &TargetValues,
    objects: &Objects,
) -> Result<Option<String>, String> {
    if let Some(Member::Raw(text)) = template.changes.body.get("") {
        return Ok(Some(text.clone()));
    }
    let handling = &suite.handling;
    let mut body = suite.base_body()?;
    if let (Some(body), Some(name)) = (&mut body, &objects.name) {
        handling.give_name(body, name, None);
    }
    payload::apply(&mut body, &template.changes.body)?;
    payload::apply(&mut body, &varied.body)?;
    if let Some(body) = &mut body {
        let is_whole = template.step.is_some() || varied.body.contains_key("");
        if let Some(name) = objects.name.as_ref().filter(|_| is_whole) {
            let telling = template.step.as_deref().map(Telling::of);
            handling.give_name(body, name, telling);
        }
        let id = |need: &Need| {
            let own = need.resource.as_ref().and_then(|it| objects.ids.get(it));
            own.or_else(|| target.values.get(&need.name)).cloned()
        };
        let is_changed = |pointer: &str| {
            let changes = [&template.changes.body, &varied.body];
            changes.iter().any(|it| it.contains_key(pointer))
        };
        if !target.knows_every_id {
            handling
                .give_ids(body, id, is_changed)
                .map_err(|name| no_value("body member", &name))?;
        }
    }
    Ok(body.map(|body| body.to_string()))
}

/// Why a request is not sent that names an object for which there is no id.
fn no_value(what: &str, name: &str) -> String {
    format!(
        "the {what} '{name}' names a resource that must exist, and none is given (--value {name}=…, or values.{name} of the target in the targets file)"
    )
}

/// What the layers say beside what the page documents; what stands first counts.
fn undocumented<'a>(
    layers: &[&'a RequestValues],
    of: impl Fn(&'a RequestValues) -> &'a BTreeMap<String, Value>,
) -> BTreeMap<&'a String, &'a Value> {
    layers.iter().rev().flat_map(|it| of(it)).collect()
}

/// Adds a query parameter whose value is percent-encoded already.
fn query(path: &mut String, separator: &mut char, name: &str, value: &str) {
    path.push(*separator);
    *separator = '&';
    path.extend(percent_encoded(name));
    path.push('=');
    path.push_str(value);
}

/// What a server reads in a text that is percent-encoded.
fn decoded(raw: &str) -> String {
    percent_decode_str(raw).decode_utf8_lossy().into_owned()
}

fn plain(name: &str, value: &str) -> Header {
    Header {
        name: name.to_owned(),
        value: HeaderValue::Plain(value.to_owned()),
    }
}

fn members(changes: &RequestValues, location: Location) -> &BTreeMap<String, Value> {
    match location {
        Location::Path => &changes.path,
        Location::Query => &changes.query,
        Location::Header => &changes.headers,
    }
}

/// `Ok(None)` where the parameter is omitted; `Err` where the target lacks the value.
fn resolved(value: &Value, target: &TargetValues) -> Result<Option<HeaderValue>, String> {
    Ok(Some(match value {
        Value::Omitted => return Ok(None),
        Value::Text(text) | Value::Raw(text) => HeaderValue::Plain(text.clone()),
        Value::Filled { with, length } => HeaderValue::Plain(filled(with, *length)),
        Value::Target(TargetValue::ProjectId) => HeaderValue::Plain(target.project_id.clone()),
        Value::Target(TargetValue::ForeignProjectId) => HeaderValue::Plain(
            target
                .foreign_project_id
                .clone()
                .ok_or("no project of another tenant configured (--foreign-project-id)")?,
        ),
        Value::Target(TargetValue::Resource(name)) => {
            let given = target.values.get(name).cloned();
            HeaderValue::Plain(given.ok_or_else(|| no_value("path parameter", name))?)
        }
        Value::Target(TargetValue::Token) => HeaderValue::Secret {
            prefix: String::new(),
            value: target.token.clone(),
            shell: "$CONFORMANT_TOKEN".into(),
            recipe: recipe(value),
        },
        Value::Token(TokenChange::Stale) => {
            return Err("only a signed request has a date (auth = { ak, sk })".into());
        }
        Value::Token(change) => {
            let (changed, shell) = changed(target.token.expose_secret(), change);
            if changed == target.token.expose_secret() {
                return Err(LEAVES_TOKEN.into());
            }
            HeaderValue::Secret {
                prefix: String::new(),
                value: changed.into(),
                shell,
                recipe: recipe(value),
            }
        }
    }))
}

fn recipe(value: &Value) -> String {
    serde_json::to_string(value).unwrap_or_default()
}
