//! What a request breaks: parameters as the text that travels, bodies whole, both held
//! against the request schema.

use super::bodies::Changes;
use super::text::{typed, violating_edges};
use crate::contract::{ClauseId, Location, Parameter, Place};
use crate::schema::Validator;
use crate::schema::validate::Aspect;
use crate::suite::case::{Property, RequestValues, Value};
use crate::suite::{Suite, payload};
use serde_json::json;
use std::collections::BTreeMap;

/// Ways to break a row that are sent in each other context, spread over all of them.
const MAX_BESIDE: usize = 12;

/// Whether smaller values are still what the property is about: what shrinking asks.
pub fn still_fits(suite: &Suite, property: &Property, changes: &RequestValues) -> bool {
    let varies_body = property.vary.conforming.iter().any(|name| name == "body");
    let conforms = |name: &String| {
        let Ok(parameter) = parameter(suite, name) else {
            return true;
        };
        match values(changes, parameter.location).get(&parameter.field.name) {
            Some(Value::Text(text)) => conforms(&suite.request, parameter, text),
            _ => true,
        }
    };
    (!varies_body || conforms_body(suite, &changes.body))
        && property.vary.conforming.iter().all(conforms)
        && still_breaks(suite, property, changes)
}

/// Whether generated values break the clause of their property (true where it has none).
pub(super) fn still_breaks(suite: &Suite, property: &Property, changes: &RequestValues) -> bool {
    let vary = &property.vary;
    let mut clauses = vary.violating.iter().chain(&vary.also_violating);
    clauses.all(|clause| still_breaks_one(suite, clause, changes))
}

fn still_breaks_one(suite: &Suite, clause: &ClauseId, changes: &RequestValues) -> bool {
    let Some((stem, aspect)) = clause.split() else {
        return true;
    };
    let name = stem.strip_prefix("request/").unwrap_or(stem);
    if is_body(name) {
        return changes.body.is_empty() || breaks_body(suite, stem, aspect, &changes.body);
    }
    let (Ok(parameter), Ok(aspect)) = (parameter(suite, name), aspect_of(aspect)) else {
        return true;
    };
    match values(changes, parameter.location).get(&parameter.field.name) {
        Some(Value::Text(text)) => breaks_only(&suite.request, parameter, aspect, text),
        _ => true,
    }
}

fn values(changes: &RequestValues, location: Location) -> &BTreeMap<String, Value> {
    match location {
        Location::Path => &changes.path,
        Location::Query => &changes.query,
        Location::Header => &changes.headers,
    }
}

/// Whether a stem behind `request/` is about the body, or the whole of it.
pub(super) fn is_body(name: &str) -> bool {
    name == "body" || name.starts_with("body/") || name.starts_with("body[")
}

/// The row of the body whose clauses have this stem.
fn place<'a>(suite: &'a Suite, stem: &str) -> Option<Place<'a>> {
    let mut places = payload::places(suite.contract.request_body.as_ref()?);
    places.find(|place| place.stem == *stem)
}

/// The bodies that break one clause by name.
pub(super) fn broken_bodies(
    suite: &Suite,
    stem: &str,
    aspect: &str,
) -> Result<Vec<Changes>, String> {
    let place = place(suite, stem).ok_or_else(|| format!("the page documents no '{stem}'"))?;
    let base = suite.base_body()?.ok_or("the base request has no body")?;
    let full = payload::Full::of(place.body);
    let named = payload::violations(&place, aspect);
    let named = named.into_iter().map(|(_, _, member)| member);
    let broken: Vec<Changes> = named
        .chain(payload::attacks(&place, aspect))
        .filter_map(|member| payload::broken_change(&base, &full, &place, &member))
        .collect();
    // What one value of another row excuses, its other values do not.
    let contexts = payload::contexts(&base, &place).into_iter();
    let contexts = contexts.filter(|context| {
        let sent = payload::changed(Some(base.clone()), context);
        sent.is_some_and(|sent| payload::violated(&suite.request, sent).is_empty())
    });
    let some = broken.len().div_ceil(MAX_BESIDE).max(1);
    let beside = contexts.flat_map(|context| {
        broken.iter().step_by(some).map(move |changes| {
            let mut both = context.clone();
            both.extend(changes.clone());
            both
        })
    });
    let beside: Vec<Changes> = beside.collect();
    Ok((broken.into_iter().chain(beside))
        .filter(|changes| {
            let sent = payload::changed(Some(base.clone()), changes);
            sent.is_some_and(|sent| payload::breaks_only(&suite.request, &place, aspect, sent))
        })
        .collect())
}

/// Whether the base body with these changes conforms.
pub(super) fn conforms_body(suite: &Suite, changes: &Changes) -> bool {
    let base = suite.base_body();
    let sent = base.ok().and_then(|base| payload::changed(base, changes));
    sent.is_some_and(|sent| payload::violated(&suite.request, sent).is_empty())
}

/// Whether changes of the base body break this aspect of a place and nothing else.
pub(in crate::suite) fn breaks_body(
    suite: &Suite,
    stem: &str,
    aspect: &str,
    changes: &Changes,
) -> bool {
    let (Some(place), Ok(base)) = (place(suite, stem), suite.base_body()) else {
        return false;
    };
    let sent = payload::changed(base, changes);
    sent.is_some_and(|sent| payload::breaks_only(&suite.request, &place, aspect, sent))
}

/// The parameter that `path/name`, `query/name` or `header/name` names.
pub(in crate::suite) fn parameter<'a>(
    suite: &'a Suite,
    name: &str,
) -> Result<&'a Parameter, String> {
    let (location, name) = name
        .split_once('/')
        .ok_or_else(|| format!("'{name}' is no path/…, query/… or header/…"))?;
    let location = match location {
        "path" => Location::Path,
        "query" => Location::Query,
        "header" => Location::Header,
        other => return Err(format!("'{other}' is none of path, query, header")),
    };
    suite
        .contract
        .parameter(location, name)
        .ok_or_else(|| format!("the page documents no {} parameter '{name}'", location.id()))
}

pub(super) fn aspect_of(word: &str) -> Result<Aspect, String> {
    Ok(match word {
        "type" => Aspect::Type,
        "enum" => Aspect::Listed,
        "length" => Aspect::Length,
        "range" => Aspect::Range,
        "pattern" => Aspect::Pattern,
        "format" => Aspect::Format,
        other => return Err(format!("values that break '{other}' are not generated")),
    })
}

/// The aspects of a parameter, as in its clauses' ids, that `text` breaks as it travels.
pub fn broken_aspects(request: &Validator, parameter: &Parameter, text: &str) -> Vec<&'static str> {
    let broken = broken(request, parameter, text);
    let is_broken = |word: &&str| aspect_of(word).is_ok_and(|aspect| broken.contains(&aspect));
    let words = ["type", "enum", "length", "range", "pattern", "format"].into_iter();
    words.filter(is_broken).collect()
}

/// Whether some text breaks this aspect of the parameter, and no other.
pub(in crate::suite) fn can_break(
    request: &Validator,
    parameter: &Parameter,
    aspect: &str,
) -> bool {
    let breaks =
        |aspect| near(parameter, aspect).any(|it| breaks_only(request, parameter, aspect, &it));
    aspect_of(aspect).is_ok_and(breaks)
}

/// Whether `text` breaks this aspect of the parameter, and no other.
pub(in crate::suite) fn breaks(
    request: &Validator,
    parameter: &Parameter,
    aspect: &str,
    text: &str,
) -> bool {
    aspect_of(aspect).is_ok_and(|aspect| breaks_only(request, parameter, aspect, text))
}

/// Whether `text`, as it travels, breaks no aspect of the parameter.
pub(in crate::suite) fn conforms(request: &Validator, parameter: &Parameter, text: &str) -> bool {
    broken(request, parameter, text).is_empty()
}

/// The texts near what is documented that break this aspect of the parameter alone.
pub(super) fn broken_texts(
    request: &Validator,
    parameter: &Parameter,
    aspect: Aspect,
) -> Vec<String> {
    near(parameter, aspect)
        .filter(|text| breaks_only(request, parameter, aspect, text))
        .collect()
}

/// Texts near what is documented: most break this aspect.
fn near(parameter: &Parameter, aspect: Aspect) -> impl Iterator<Item = String> {
    let facts = &parameter.field.constraints;
    let is_empty_broken = facts.length.min.is_some_and(|min| min > 0);
    // Nothing travels in a query alone.
    let can_be_empty = parameter.location == Location::Query && aspect == Aspect::Length;
    let empty = (can_be_empty && is_empty_broken).then(String::new);
    let edges = violating_edges(&parameter.field, aspect);
    edges.into_iter().chain(empty)
}

/// Whether `text`, as it travels, breaks this aspect of the parameter and no other.
fn breaks_only(request: &Validator, parameter: &Parameter, aspect: Aspect, text: &str) -> bool {
    let broken = broken(request, parameter, text);
    let follows = |found: &Aspect| aspect.entails(*found);
    parameter.location.takes(text) && broken.contains(&aspect) && broken.iter().all(follows)
}

fn broken(request: &Validator, parameter: &Parameter, text: &str) -> Vec<Aspect> {
    let field = &parameter.field;
    let member = parameter.location.member();
    let instance = json!({ member: { &field.name: typed(&field.kind, text) } });
    request.aspects_at(&instance, &[member, &field.name])
}
