//! Generates requests from parameter schemas. The only user of `proptest`.
//!
//! Conforming values cover the documented space, violating values break exactly
//! one clause; boundaries and their neighbours always come first. What is wrong
//! as a value is often right as text, so each violating value is held against
//! the request schema as the text that travels; bodies are held against it whole.

mod bodies;
mod letters;
mod text;

pub use text::conforming_edges;
pub use text::typed;

use super::Suite;
use super::case::{Member, Property, RequestValues, Value};
use super::payload::{self, Draw};
use crate::contract::{ClauseId, Location, Mandatory, Parameter, Place};
use crate::digest::Sha256;
use crate::schema::Validator;
use crate::schema::validate::Aspect;
use bodies::{Bodies, Changes};
use proptest::strategy::{BoxedStrategy, Just, Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::json;
use std::sync::Arc;
use text::{conforming, violating, violating_edges, wrong_token, wrong_token_edges};

/// At most so many combinations of boundary values are sent before random ones.
const MAX_EDGES: usize = 32;

/// What varies.
#[derive(Clone, Debug)]
enum Slot {
    Parameter(Location, String),
    Body,
}

/// What a slot takes in one request.
#[derive(Clone, Debug)]
enum Drawn {
    Text(Value),
    Body(Changes),
}

/// A stream of generated requests: boundary values first, then random ones.
pub struct Generator {
    runner: TestRunner,
    slots: Arc<[Slot]>,
    edges: Vec<Vec<Drawn>>,
    next: usize,
    strategy: BoxedStrategy<Vec<Drawn>>,
}

/// One generated set of parameters, with the way to smaller ones.
pub struct Generated {
    slots: Arc<[Slot]>,
    tree: Box<dyn ValueTree<Value = Vec<Drawn>>>,
}

impl Generated {
    /// The parameters.
    pub fn changes(&self) -> RequestValues {
        changes(&self.slots, self.tree.current())
    }

    /// Steps to smaller parameters; `false` where there are none.
    pub fn simplify(&mut self) -> bool {
        self.tree.simplify()
    }

    /// Steps back half-way after too large a step; `false` where that is not possible.
    pub fn complicate(&mut self) -> bool {
        self.tree.complicate()
    }
}

impl Generator {
    /// A generator whose stream depends on suite, property and seed alone.
    ///
    /// # Errors
    /// A sentence that says why the property cannot be generated.
    pub fn new(suite: &Suite, property: &Property, seed: u64) -> Result<Self, String> {
        let mut slots = Vec::new();
        let mut edges: Vec<Vec<Drawn>> = vec![Vec::new()];
        let mut strategies: Vec<BoxedStrategy<Drawn>> = Vec::new();
        for name in &property.vary.conforming {
            if name == "body" {
                slots.push(Slot::Body);
                edges = product(&edges, &[conforming_body(suite, 0)?]);
                let bodies = Bodies::new(body_maker(suite)?);
                strategies.push(bodies.prop_map(Drawn::Body).boxed());
                continue;
            }
            let parameter = parameter(suite, name)?;
            slots.push(Slot::Parameter(
                parameter.location,
                parameter.field.name.clone(),
            ));
            let field = &parameter.field;
            let values = texts(conforming_edges(field));
            edges = product(&edges, &values);
            strategies.push(
                conforming(field)
                    .prop_map(Value::Text)
                    .prop_map(Drawn::Text)
                    .boxed(),
            );
        }
        if let Some(clause) = &property.vary.violating {
            let (stem, aspect) = clause
                .split()
                .ok_or_else(|| format!("'{clause}' is no clause of a parameter"))?;
            let name = stem.strip_prefix("request/").unwrap_or(stem);
            if is_body(name) {
                slots.push(Slot::Body);
                let named = broken_bodies(suite, stem, aspect)?;
                if named.is_empty() {
                    return Err(format!("no body that is made up breaks '{clause}' alone"));
                }
                let bodies: Vec<Drawn> = named.iter().cloned().map(Drawn::Body).collect();
                edges = tested(&edges, &bodies);
                strategies.push(violating_body(suite, stem, aspect, named)?);
            } else if aspect == "mandatory" {
                let parameter = parameter(suite, name)?;
                slots.push(Slot::Parameter(
                    parameter.location,
                    parameter.field.name.clone(),
                ));
                edges = product(&edges, &[Drawn::Text(Value::Omitted)]);
                strategies.push(Just(Drawn::Text(Value::Omitted)).boxed());
            } else {
                let parameter = parameter(suite, name)?.clone();
                slots.push(Slot::Parameter(
                    parameter.location,
                    parameter.field.name.clone(),
                ));
                let aspect = aspect_of(aspect)?;
                let broken = broken_texts(&suite.request, &parameter, aspect);
                if broken.is_empty() {
                    return Err(format!("no text that travels breaks '{clause}'"));
                }
                let request = violating(&parameter.field, aspect, &broken);
                edges = tested(&edges, &texts(broken));
                strategies.push(request.prop_map(Drawn::Text).boxed());
            }
        }
        if let Some(header) = &property.vary.wrong_token {
            slots.push(Slot::Parameter(Location::Header, header.clone()));
            let token = suite.contract.token();
            let is_demanded = token.is_some_and(|row| row.field.mandatory == Mandatory::Yes);
            let wrong = wrong_token_edges(is_demanded).into_iter();
            edges = tested(&edges, &wrong.map(Drawn::Text).collect::<Vec<_>>());
            strategies.push(wrong_token(is_demanded).prop_map(Drawn::Text).boxed());
        }
        if slots.is_empty() {
            edges.clear();
        }
        let mut digest = Sha256::default();
        digest.update(seed.to_be_bytes());
        digest.update(&property.template.id);
        let config = Config {
            failure_persistence: None,
            ..Config::default()
        };
        Ok(Self {
            runner: TestRunner::new_with_rng(
                config,
                TestRng::from_seed(RngAlgorithm::ChaCha, &digest.finalize()),
            ),
            slots: slots.into(),
            edges,
            next: 0,
            strategy: strategies.boxed(),
        })
    }

    /// The next set of parameters.
    ///
    /// # Errors
    /// Where the strategy rejects too many values.
    pub fn generate(&mut self, suite: &Suite, property: &Property) -> Result<Generated, String> {
        let edge = self.edges.get(self.next).cloned();
        self.next += 1;
        let tree: Box<dyn ValueTree<Value = Vec<Drawn>>> = match edge {
            Some(values) => Box::new(
                Just(values)
                    .new_tree(&mut self.runner)
                    .map_err(|reason| reason.to_string())?,
            ),
            None => loop {
                let tree = self
                    .strategy
                    .new_tree(&mut self.runner)
                    .map_err(|reason| reason.to_string())?;
                if property.vary.violating.is_none()
                    || still_breaks(suite, property, &changes(&self.slots, tree.current()))
                {
                    break tree;
                }
            },
        };
        Ok(Generated {
            slots: Arc::clone(&self.slots),
            tree,
        })
    }
}

/// Whether smaller values are still what the property is about: what shrinking asks.
pub fn still_fits(suite: &Suite, property: &Property, changes: &RequestValues) -> bool {
    let varies_body = property.vary.conforming.iter().any(|name| name == "body");
    (!varies_body || conforms_body(suite, &changes.body)) && still_breaks(suite, property, changes)
}

/// Whether generated values break the clause of their property (true where it has none).
fn still_breaks(suite: &Suite, property: &Property, changes: &RequestValues) -> bool {
    let Some((stem, aspect)) = property.vary.violating.as_ref().and_then(ClauseId::split) else {
        return true;
    };
    let name = stem.strip_prefix("request/").unwrap_or(stem);
    if is_body(name) {
        return changes.body.is_empty() || breaks_body(suite, stem, aspect, &changes.body);
    }
    let (Ok(parameter), Ok(aspect)) = (parameter(suite, name), aspect_of(aspect)) else {
        return true;
    };
    let members = match parameter.location {
        Location::Path => &changes.path,
        Location::Query => &changes.query,
        Location::Header => &changes.headers,
    };
    match members.get(&parameter.field.name) {
        Some(Value::Text(text)) => breaks_only(&suite.request, parameter, aspect, text),
        _ => true,
    }
}

/// Whether a stem behind `request/` is about the body, or the whole of it.
fn is_body(name: &str) -> bool {
    name == "body" || name.starts_with("body/") || name.starts_with("body[")
}

fn changes(slots: &[Slot], values: Vec<Drawn>) -> RequestValues {
    let mut changes = RequestValues::default();
    for (slot, value) in slots.iter().zip(values) {
        match (slot, value) {
            (Slot::Parameter(location, name), Drawn::Text(value)) => {
                let members = match location {
                    Location::Path => &mut changes.path,
                    Location::Query => &mut changes.query,
                    Location::Header => &mut changes.headers,
                };
                members.insert(name.clone(), value);
            }
            (_, Drawn::Body(members)) => changes.body = members,
            (Slot::Body, Drawn::Text(_)) => {}
        }
    }
    changes
}

fn product(edges: &[Vec<Drawn>], values: &[Drawn]) -> Vec<Vec<Drawn>> {
    let mut product = Vec::new();
    for value in values {
        for edge in edges {
            if product.len() < MAX_EDGES {
                let mut longer = edge.clone();
                longer.push(value.clone());
                product.push(longer);
            }
        }
    }
    product
}

/// Edges with the values that a property is about: where not all combinations are sent,
/// every value is, rather than every edge.
fn tested(edges: &[Vec<Drawn>], values: &[Drawn]) -> Vec<Vec<Drawn>> {
    let few = (MAX_EDGES / values.len().max(1)).max(1);
    product(&edges[..edges.len().min(few)], values)
}

fn texts(texts: Vec<String>) -> Vec<Drawn> {
    texts
        .into_iter()
        .map(Value::Text)
        .map(Drawn::Text)
        .collect()
}

/// A whole body as the one change of it.
fn whole(body: &serde_json::Value) -> Changes {
    Changes::from([(String::new(), Member::Json(body.to_string()))])
}

fn conforming_body(suite: &Suite, seed: u64) -> Result<Drawn, String> {
    body_maker(suite).map(|make| Drawn::Body(make(seed)))
}

/// Makes conforming bodies from seeds; small ones are the base body and the smallest.
fn body_maker(suite: &Suite) -> Result<impl Fn(u64) -> Changes + use<>, String> {
    let body = suite
        .contract
        .request_body
        .clone()
        .ok_or("the page documents no body of the request")?;
    let base = suite.base_body()?;
    Ok(move |seed| match (seed, &base) {
        (0, Some(base)) => whole(base),
        (1, _) => whole(&payload::minimal(&body)),
        _ => whole(&payload::conforming(&body, &mut Draw::seeded(seed), true)),
    })
}

/// The row of the body whose clauses have this stem.
fn place<'a>(suite: &'a Suite, stem: &str) -> Option<Place<'a>> {
    let mut places = payload::places(suite.contract.request_body.as_ref()?);
    places.find(|place| place.stem == *stem)
}

/// The bodies that break one clause by name.
fn broken_bodies(suite: &Suite, stem: &str, aspect: &str) -> Result<Vec<Changes>, String> {
    let place = place(suite, stem).ok_or_else(|| format!("the page documents no '{stem}'"))?;
    let base = suite.base_body()?.ok_or("the base request has no body")?;
    Ok(payload::violations(&place, aspect)
        .into_iter()
        .filter_map(|(_, _, member)| payload::broken_change(&base, &place, &member))
        .filter(|changes| breaks_body(suite, stem, aspect, changes))
        .collect())
}

fn violating_body(
    suite: &Suite,
    stem: &str,
    aspect: &str,
    named: Vec<Changes>,
) -> Result<BoxedStrategy<Drawn>, String> {
    let body = suite
        .contract
        .request_body
        .clone()
        .ok_or("the page documents no body of the request")?;
    let base = suite.base_body()?.ok_or("the base request has no body")?;
    let (stem, aspect) = (stem.to_owned(), aspect.to_owned());
    let make = move |seed: u64| {
        let place = payload::places(&body).find(|place| place.stem == stem);
        let made = place.and_then(|place| {
            let member = payload::random(&place, &aspect, &mut Draw::seeded(seed))?;
            payload::broken_change(&base, &place, &member)
        });
        // A value that happens to conform is sorted out by the caller.
        made.unwrap_or_else(|| named[0].clone())
    };
    Ok(Bodies::new(make).prop_map(Drawn::Body).boxed())
}

/// Whether the base body with these changes conforms.
fn conforms_body(suite: &Suite, changes: &Changes) -> bool {
    let Ok(mut sent) = suite.base_body() else {
        return false;
    };
    payload::apply(&mut sent, changes).is_ok()
        && sent.is_some_and(|sent| payload::violated(&suite.request, &sent).is_empty())
}

/// Whether changes of the base body break this aspect of a place and nothing else.
pub(super) fn breaks_body(suite: &Suite, stem: &str, aspect: &str, changes: &Changes) -> bool {
    let (Some(place), Ok(mut sent)) = (place(suite, stem), suite.base_body()) else {
        return false;
    };
    payload::apply(&mut sent, changes).is_ok()
        && sent.is_some_and(|sent| payload::breaks_only(&suite.request, &place, aspect, &sent))
}

/// The parameter that `path/name`, `query/name` or `header/name` names.
pub(super) fn parameter<'a>(suite: &'a Suite, name: &str) -> Result<&'a Parameter, String> {
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

fn aspect_of(word: &str) -> Result<Aspect, String> {
    Ok(match word {
        "type" => Aspect::Type,
        "enum" => Aspect::Listed,
        "length" => Aspect::Length,
        "range" => Aspect::Range,
        other => return Err(format!("values that break '{other}' are not generated")),
    })
}

/// The aspects of a parameter, as in its clauses' ids, that `text` breaks as it travels.
pub fn broken_aspects(request: &Validator, parameter: &Parameter, text: &str) -> Vec<&'static str> {
    let broken = broken(request, parameter, text);
    let is_broken = |word: &&str| aspect_of(word).is_ok_and(|aspect| broken.contains(&aspect));
    let words = ["type", "enum", "length", "range"].into_iter();
    words.filter(is_broken).collect()
}

/// Whether some text breaks this aspect of the parameter, and no other.
pub(super) fn can_break(request: &Validator, parameter: &Parameter, aspect: &str) -> bool {
    aspect_of(aspect).is_ok_and(|aspect| !broken_texts(request, parameter, aspect).is_empty())
}

/// Whether `text` breaks this aspect of the parameter, and no other.
pub(super) fn breaks(request: &Validator, parameter: &Parameter, aspect: &str, text: &str) -> bool {
    aspect_of(aspect).is_ok_and(|aspect| breaks_only(request, parameter, aspect, text))
}

/// Whether `text`, as it travels, breaks no aspect of the parameter.
pub(super) fn conforms(request: &Validator, parameter: &Parameter, text: &str) -> bool {
    broken(request, parameter, text).is_empty()
}

/// The texts near what is documented that break this aspect of the parameter alone.
fn broken_texts(request: &Validator, parameter: &Parameter, aspect: Aspect) -> Vec<String> {
    let facts = &parameter.field.constraints;
    let is_empty_broken = facts.length.min.is_some_and(|min| min > 0);
    // Nothing travels in a query alone.
    let can_be_empty = parameter.location == Location::Query && aspect == Aspect::Length;
    let empty = (can_be_empty && is_empty_broken).then(String::new);
    violating_edges(&parameter.field, aspect)
        .into_iter()
        .chain(empty)
        .filter(|text| breaks_only(request, parameter, aspect, text))
        .collect()
}

/// Whether `text`, as it travels, breaks this aspect of the parameter and no other.
fn breaks_only(request: &Validator, parameter: &Parameter, aspect: Aspect, text: &str) -> bool {
    let broken = broken(request, parameter, text);
    // A value of another type is on no list as well, and within no bounds.
    let follows = |found: &Aspect| *found == aspect || aspect == Aspect::Type;
    parameter.location.carries(text) && broken.contains(&aspect) && broken.iter().all(follows)
}

fn broken(request: &Validator, parameter: &Parameter, text: &str) -> Vec<Aspect> {
    let field = &parameter.field;
    let member = parameter.location.member();
    let instance = json!({ member: { &field.name: typed(&field.kind, text) } });
    request.aspects_at(&instance, &[member, &field.name])
}
