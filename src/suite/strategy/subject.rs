//! Defines [`Subject`]: something that varies in the requests of a property, with what it takes
//! at the edges and at random.

use super::bodies::{Bodies, Changes};
use super::breaks::{aspect_of, broken_bodies, broken_texts, conforms_body, is_body, parameter};
use super::drawn::{Drawn, Slot, Way};
use super::text::{
    conforming, conforming_attacks, conforming_edges, violating, wrong_token, wrong_token_edges,
};
use crate::contract::{ClauseId, Contract, Location, Mandatory, Parameter};
use crate::schema::validate::Aspect;
use crate::suite::case::{Member, Property, Value};
use crate::suite::payload::{self, Draw};
use crate::suite::shown::shown;
use crate::suite::{Suite, attack};
use proptest::sample::select;
use proptest::strategy::{BoxedStrategy, Just, Strategy};

/// Texts of one row of a body.
const MAX_TEXTS: usize = 24;
/// One request in so many travels in another way.
const OTHER_WAY: usize = 3;

/// Something that varies in the requests of a property.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Subject {
    /// What breaks a clause of the request.
    Clause(ClauseId),
    /// A wrong token in this header field.
    Token(String),
    /// Conforming bodies.
    Body,
    /// Conforming values of `path/name`, `query/name` or `header/name`.
    Parameter(String),
    /// Queries that the page does not document.
    Queries,
    /// The ways to travel, as the whole matter or beside others.
    Ways { is_alone: bool },
}

/// What a subject takes at its edges.
#[derive(Debug)]
pub(super) struct Values {
    pub(super) slot: Slot,
    pub(super) edges: Vec<Drawn>,
    /// Whether it makes one of two faults, or decides whose resource is asked for.
    pub(super) is_paired: bool,
}

impl Subject {
    /// What varies in the requests of a property.
    pub(super) fn of(property: &Property) -> Vec<Self> {
        let vary = &property.vary;
        let clauses = vary.violating.iter().chain(&vary.also_violating);
        let mut all: Vec<Self> = clauses.cloned().map(Self::Clause).collect();
        all.extend(vary.wrong_token.clone().map(Self::Token));
        all.extend(vary.conforming.iter().map(|name| match name.as_str() {
            "body" => Self::Body,
            name => Self::Parameter(name.to_owned()),
        }));
        all.extend(vary.queries.then_some(Self::Queries));
        // Where nothing else varies, each way is the matter.
        let is_alone = all.is_empty();
        all.extend(vary.ways.then_some(Self::Ways { is_alone }));
        all
    }

    /// What it takes at its edges.
    ///
    /// # Errors
    /// A sentence that says why there is nothing.
    pub(super) fn values(&self, suite: &Suite) -> Result<Values, String> {
        match self {
            Self::Clause(clause) => violating_values(suite, clause),
            Self::Token(header) => {
                let edges = wrong_token_edges(demands_token(suite)).into_iter();
                Ok(Values {
                    slot: Slot::Parameter(Location::Header, header.clone()),
                    edges: edges.map(Drawn::Text).collect(),
                    is_paired: true,
                })
            }
            Self::Body => Ok(Values {
                slot: Slot::Body,
                edges: conforming_bodies(suite)?,
                is_paired: false,
            }),
            Self::Parameter(name) => Ok(conforming_values(suite, parameter(suite, name)?)),
            Self::Queries => Ok(queries(&suite.contract)),
            Self::Ways { is_alone } => Ok(ways(&suite.contract, *is_alone)),
        }
    }

    /// What it takes at random; `values` are its own.
    ///
    /// # Errors
    /// A sentence that says why there is nothing.
    pub(super) fn strategy(
        &self,
        suite: &Suite,
        values: &Values,
    ) -> Result<BoxedStrategy<Drawn>, String> {
        Ok(match self {
            Self::Clause(clause) => return violating_strategy(suite, clause, values),
            Self::Token(_) => {
                let wrong = wrong_token(demands_token(suite));
                wrong.prop_map(Drawn::Text).boxed()
            }
            Self::Body => Bodies::new(body_maker(suite)?)
                .prop_map(Drawn::Body)
                .boxed(),
            Self::Parameter(name) => {
                let parameter = parameter(suite, name)?;
                // No made-up text is known to be of the form that the row describes.
                match shown(&suite.contract, parameter).filter(|_| !states_form(parameter)) {
                    Some(text) => Just(Drawn::Text(Value::Text(text))).boxed(),
                    None => texts_of(conforming(&parameter.field)),
                }
            }
            Self::Queries | Self::Ways { .. } => select(values.edges.clone()).boxed(),
        })
    }
}

fn states_form(parameter: &Parameter) -> bool {
    parameter.field.constraints.states_form()
}

fn demands_token(suite: &Suite) -> bool {
    let token = suite.contract.token();
    token.is_some_and(|row| row.field.mandatory == Mandatory::Yes)
}

fn texts_of(random: BoxedStrategy<String>) -> BoxedStrategy<Drawn> {
    random.prop_map(Value::Text).prop_map(Drawn::Text).boxed()
}

fn slot_of(parameter: &Parameter) -> Slot {
    Slot::Parameter(parameter.location, parameter.field.name.clone())
}

/// The conforming texts of a parameter that are sent before random ones.
fn conforming_values(suite: &Suite, parameter: &Parameter) -> Values {
    let (contract, field) = (&suite.contract, &parameter.field);
    let slot = slot_of(parameter);
    let shown = shown(contract, parameter);
    if let Some(text) = shown.clone().filter(|_| !states_form(parameter)) {
        return Values {
            slot,
            edges: texts(vec![text]),
            is_paired: false,
        };
    }
    let mut values: Vec<String> = shown.into_iter().chain(conforming_edges(field)).collect();
    if contract.is_any_text(field) {
        let others = conforming_attacks(field).into_iter();
        values.extend(others.filter(|text| parameter.location.carries(text)));
    }
    let mut edges = texts(values);
    edges.extend(encoded(parameter).map(Value::Raw).map(Drawn::Text));
    Values {
        slot,
        edges,
        is_paired: contract.project() == Some(parameter)
            || contract.resources().any(|row| row == parameter),
    }
}

/// The stem and the aspect of a clause of the request, and the name of its row.
fn parts(clause: &ClauseId) -> Result<(&str, &str, &str), String> {
    let (stem, aspect) = clause
        .split()
        .ok_or_else(|| format!("'{clause}' is no clause of a parameter"))?;
    let name = stem.strip_prefix("request/").unwrap_or(stem);
    Ok((stem, aspect, name))
}

/// What breaks one clause of a request.
fn violating_values(suite: &Suite, clause: &ClauseId) -> Result<Values, String> {
    let (stem, aspect, name) = parts(clause)?;
    if is_body(name) {
        let named = broken_bodies(suite, stem, aspect)?;
        if named.is_empty() {
            return Err(format!("no body that is made up breaks '{clause}' alone"));
        }
        return Ok(Values {
            slot: Slot::Body,
            edges: named.into_iter().map(Drawn::Body).collect(),
            is_paired: true,
        });
    }
    let parameter = parameter(suite, name)?;
    let edges = if aspect == "mandatory" {
        vec![Drawn::Text(Value::Omitted)]
    } else {
        let aspect = aspect_of(aspect)?;
        let broken = broken_texts(&suite.request, parameter, aspect);
        if broken.is_empty() {
            return Err(format!("no text that travels breaks '{clause}'"));
        }
        let mut edges = texts(broken);
        if aspect == Aspect::Listed && parameter.location != Location::Header {
            let raw = attack::encodings(&parameter.field.constraints.values);
            edges.extend(raw.map(Value::Raw).map(Drawn::Text));
        }
        edges
    };
    Ok(Values {
        slot: slot_of(parameter),
        edges,
        is_paired: true,
    })
}

fn violating_strategy(
    suite: &Suite,
    clause: &ClauseId,
    values: &Values,
) -> Result<BoxedStrategy<Drawn>, String> {
    let (stem, aspect, name) = parts(clause)?;
    if is_body(name) {
        let named = values.edges.iter().filter_map(|drawn| match drawn {
            Drawn::Body(changes) => Some(changes.clone()),
            Drawn::Text(_) | Drawn::Way(_) => None,
        });
        return violating_body(suite, stem, aspect, named.collect());
    }
    if aspect == "mandatory" {
        return Ok(Just(Drawn::Text(Value::Omitted)).boxed());
    }
    let broken = values.edges.iter().filter_map(|drawn| match drawn {
        Drawn::Text(Value::Text(text)) => Some(text.clone()),
        Drawn::Text(_) | Drawn::Body(_) | Drawn::Way(_) => None,
    });
    let broken: Vec<String> = broken.collect();
    let field = &parameter(suite, name)?.field;
    Ok(texts_of(violating(field, aspect_of(aspect)?, &broken)))
}

/// Queries that the page does not document.
fn queries(contract: &Contract) -> Values {
    let is_documented = |name: &str| contract.parameter(Location::Query, name).is_some();
    let queries = attack::queries(is_documented).map(str::to_owned);
    Values {
        slot: Slot::Query,
        edges: queries.map(Value::Raw).map(Drawn::Text).collect(),
        is_paired: false,
    }
}

/// The ways in which a request may travel; most travel in the usual one.
fn ways(contract: &Contract, is_alone: bool) -> Values {
    let row = |name: &str| {
        let mut rows = contract.parameters.iter();
        rows.find(|row| row.field.name.eq_ignore_ascii_case(name))
    };
    let takes_json = |row: &Parameter| {
        let listed = &row.field.constraints.values;
        listed.is_empty() || listed.iter().any(|value| value == "application/json")
    };
    // A media type has no case, and says nothing where there is no body; what else a row
    // documents is not for a way to change.
    let others = attack::ways().iter().filter_map(|way| {
        let row = way.field.as_ref().and_then(|(name, _)| row(name));
        let may_vary = row.is_none_or(|row| {
            let is_media_type = row.field.name.eq_ignore_ascii_case("Content-Type");
            is_media_type && contract.request_body.is_some() && takes_json(row)
        });
        may_vary.then(|| Way {
            field: way.field.as_ref().map(|(name, value)| {
                let name = row.map_or(name, |row| &row.field.name);
                (name.clone(), value.clone())
            }),
            is_documented: row.is_some(),
            travel: way.travel,
        })
    });
    let others: Vec<Drawn> = others.map(Some).map(Drawn::Way).collect();
    let usual = match is_alone {
        true => Vec::new(),
        false => vec![Drawn::Way(None); others.len() * (OTHER_WAY - 1)],
    };
    Values {
        slot: Slot::Way,
        edges: [others, usual].concat(),
        is_paired: false,
    }
}

/// Listed values percent-encoded without need, their hexadecimal digits in lower case: the
/// same address (RFC 3986 section 6.2.2).
fn encoded(parameter: &Parameter) -> impl Iterator<Item = String> {
    let values = match parameter.location {
        Location::Path | Location::Query => parameter.field.constraints.values.as_slice(),
        Location::Header => &[],
    };
    let escapes = |value: &String| value.bytes().map(|byte| format!("%{byte:02x}")).collect();
    values.iter().map(escapes)
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

/// The base body, and the same with texts that tell how a server counts and what it takes
/// them for.
fn conforming_bodies(suite: &Suite) -> Result<Vec<Drawn>, String> {
    let mut bodies = vec![conforming_body(suite, 0)?];
    let (Some(body), Some(base)) = (&suite.contract.request_body, suite.base_body()?) else {
        return Ok(bodies);
    };
    let full = payload::Full::of(body);
    for place in payload::places(body).filter(|it| suite.contract.is_any_text(it.field)) {
        let texts = conforming_attacks(place.field);
        let members = payload::with_texts(&place, texts);
        let changes = members.filter_map(|it| payload::broken_change(&base, &full, &place, &it));
        let changes = changes.filter(|it| conforms_body(suite, it));
        bodies.extend(changes.take(MAX_TEXTS).map(Drawn::Body));
    }
    Ok(bodies)
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
            let full = payload::Full::of(&body);
            payload::broken_change(&base, &full, &place, &member)
        });
        // A value that happens to conform is sorted out by the caller.
        made.unwrap_or_else(|| named[0].clone())
    };
    Ok(Bodies::new(make).prop_map(Drawn::Body).boxed())
}
