//! Defines [`Varied`]: something that varies in the requests of a property, with what it takes
//! at the edges and at random.

use super::bodies::{Bodies, Changes};
use super::breaks::{aspect_of, broken_bodies, broken_texts, conforms_body, is_body, parameter};
use super::drawn::{Drawn, Slot, Way, all_of, combined};
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

/// Something that varies: what it takes at the edges, and at random.
pub(super) struct Varied {
    pub(super) slot: Slot,
    pub(super) edges: Vec<Drawn>,
    pub(super) strategy: BoxedStrategy<Drawn>,
    /// Whether it makes one of two faults, or decides whose resource is asked for.
    is_paired: bool,
}

/// What varies in the requests of a property, faults first.
pub(super) fn varied(suite: &Suite, property: &Property) -> Result<Vec<Varied>, String> {
    let vary = &property.vary;
    let mut varied = Vec::new();
    for clause in vary.violating.iter().chain(&vary.also_violating) {
        varied.push(violating_one(suite, clause)?);
    }
    if let Some(header) = &vary.wrong_token {
        let token = suite.contract.token();
        let is_demanded = token.is_some_and(|row| row.field.mandatory == Mandatory::Yes);
        let edges = wrong_token_edges(is_demanded).into_iter();
        varied.push(Varied {
            slot: Slot::Parameter(Location::Header, header.clone()),
            edges: edges.map(Drawn::Text).collect(),
            strategy: wrong_token(is_demanded).prop_map(Drawn::Text).boxed(),
            is_paired: true,
        });
    }
    for name in &vary.conforming {
        varied.push(match name.as_str() {
            "body" => Varied {
                slot: Slot::Body,
                edges: conforming_bodies(suite)?,
                strategy: Bodies::new(body_maker(suite)?)
                    .prop_map(Drawn::Body)
                    .boxed(),
                is_paired: false,
            },
            name => conforming_one(suite, parameter(suite, name)?),
        });
    }
    varied.sort_by_key(|one| !one.is_paired);
    if vary.queries {
        varied.push(queries(&suite.contract));
    }
    if vary.ways {
        // Where nothing else varies, each way is the matter.
        let is_alone = varied.is_empty();
        varied.push(ways(&suite.contract, is_alone));
    }
    Ok(varied)
}

fn conforming_one(suite: &Suite, parameter: &Parameter) -> Varied {
    let contract = &suite.contract;
    if let Some(text) = shown(contract, parameter) {
        // No made-up text is known to be of the form that the row describes.
        let random = Just(text.clone()).boxed();
        return Varied {
            is_paired: false,
            ..of_parameter(parameter, texts(vec![text]), random)
        };
    }
    let mut edges = texts(conforming_values(contract, parameter));
    edges.extend(encoded(parameter).map(Value::Raw).map(Drawn::Text));
    let is_elsewhere =
        contract.project() == Some(parameter) || contract.resources().any(|row| row == parameter);
    Varied {
        is_paired: is_elsewhere,
        ..of_parameter(parameter, edges, conforming(&parameter.field))
    }
}

fn of_parameter(parameter: &Parameter, edges: Vec<Drawn>, random: BoxedStrategy<String>) -> Varied {
    Varied {
        slot: Slot::Parameter(parameter.location, parameter.field.name.clone()),
        edges,
        strategy: random.prop_map(Value::Text).prop_map(Drawn::Text).boxed(),
        is_paired: true,
    }
}

/// What breaks one clause of a request.
fn violating_one(suite: &Suite, clause: &ClauseId) -> Result<Varied, String> {
    let (stem, aspect) = clause
        .split()
        .ok_or_else(|| format!("'{clause}' is no clause of a parameter"))?;
    let name = stem.strip_prefix("request/").unwrap_or(stem);
    if is_body(name) {
        let named = broken_bodies(suite, stem, aspect)?;
        if named.is_empty() {
            return Err(format!("no body that is made up breaks '{clause}' alone"));
        }
        return Ok(Varied {
            slot: Slot::Body,
            edges: named.iter().cloned().map(Drawn::Body).collect(),
            strategy: violating_body(suite, stem, aspect, named)?,
            is_paired: true,
        });
    }
    let parameter = parameter(suite, name)?;
    if aspect == "mandatory" {
        let omitted = Drawn::Text(Value::Omitted);
        return Ok(Varied {
            slot: Slot::Parameter(parameter.location, parameter.field.name.clone()),
            edges: vec![omitted.clone()],
            strategy: Just(omitted).boxed(),
            is_paired: true,
        });
    }
    let aspect = aspect_of(aspect)?;
    let broken = broken_texts(&suite.request, parameter, aspect);
    if broken.is_empty() {
        return Err(format!("no text that travels breaks '{clause}'"));
    }
    let random = violating(&parameter.field, aspect, &broken);
    let mut varied = of_parameter(parameter, texts(broken), random);
    if aspect == Aspect::Listed && parameter.location != Location::Header {
        let raw = attack::encodings(&parameter.field.constraints.values);
        varied.edges.extend(raw.map(Value::Raw).map(Drawn::Text));
    }
    Ok(varied)
}

/// Queries that the page does not document.
fn queries(contract: &Contract) -> Varied {
    let is_documented = |name: &str| contract.parameter(Location::Query, name).is_some();
    let queries = attack::queries(is_documented).map(str::to_owned);
    let edges: Vec<Drawn> = queries.map(Value::Raw).map(Drawn::Text).collect();
    Varied {
        slot: Slot::Query,
        strategy: select(edges.clone()).boxed(),
        edges,
        is_paired: false,
    }
}

/// The ways in which a request may travel; most travel in the usual one.
fn ways(contract: &Contract, is_alone: bool) -> Varied {
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
    let edges = [others, usual].concat();
    Varied {
        slot: Slot::Way,
        strategy: select(edges.clone()).boxed(),
        edges,
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

/// The conforming texts of a parameter that are sent before random ones.
fn conforming_values(contract: &Contract, parameter: &Parameter) -> Vec<String> {
    let field = &parameter.field;
    let mut values = conforming_edges(field);
    if contract.is_any_text(field) {
        let others = conforming_attacks(field).into_iter();
        values.extend(others.filter(|text| parameter.location.carries(text)));
    }
    values
}

fn gcd(a: usize, b: usize) -> usize {
    if b == 0 { a } else { gcd(b, a % b) }
}

/// The edges of a property, in an order that no seed changes: what is accepted in one run
/// must not be gone in the next. Of two faults, or of a fault and a project that may be anyone's,
/// the first few values come in all combinations; the rest is sent as it comes.
pub(super) fn edges_of(varied: &[Varied]) -> Vec<Vec<Drawn>> {
    let paired = varied.iter().filter(|one| one.is_paired).count();
    let first = match paired {
        0 | 1 => usize::MAX,
        2 => 8,
        _ => 4,
    };
    let mut edges: Vec<Vec<Drawn>> = vec![Vec::new()];
    for one in varied {
        let values = &one.edges[..one.edges.len().min(first)];
        edges = match one.is_paired && paired > 1 {
            true => all_of(&edges, values),
            false => combined(&edges, &one.edges),
        };
    }
    if paired > 1 {
        // Whoever sends a few sends some of every kind: those of one value stand together.
        let stride = (edges.len() / 2..edges.len()).find(|stride| gcd(*stride, edges.len()) == 1);
        let stride = stride.unwrap_or(1);
        let at = |index: usize| index * stride % edges.len();
        edges = (0..edges.len())
            .map(|index| edges[at(index)].clone())
            .collect();
    }
    if varied.is_empty() { Vec::new() } else { edges }
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
    for place in payload::places(body).filter(|it| suite.contract.is_any_text(it.field)) {
        let texts = conforming_attacks(place.field);
        let members = payload::with_texts(&place, texts);
        let changes = members.filter_map(|it| payload::broken_change(&base, &place, &it));
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
            payload::broken_change(&base, &place, &member)
        });
        // A value that happens to conform is sorted out by the caller.
        made.unwrap_or_else(|| named[0].clone())
    };
    Ok(Bodies::new(make).prop_map(Drawn::Body).boxed())
}
