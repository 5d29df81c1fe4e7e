//! Checks that cases mean something: known clauses and statuses, controls that
//! differ in what the case says, values that travel. Errors name file and line.

use super::Suite;
use super::case::{MAX_CASES, RequestValues, Template, Value, filled};
use super::payload;
use super::strategy::{Dictionary, Generator};
use crate::contract::Location;
use crate::error::{Error, Place, Result};
use crate::exchange::Travel;
use std::collections::{BTreeMap, BTreeSet};

/// Most characters that all cases of an operation together make up.
const MAX_MADE: usize = 32 << 20;

/// Most requests of all properties that leave their number open, and fewest of each where
/// that is too many.
const MAX_NEEDED: u32 = 3_000;
const MIN_SHARE: u32 = 24;

/// Remembers where each case stands until the whole suite is there.
#[derive(Default)]
pub(super) struct Checker {
    cases: Vec<(String, usize, Place)>,
    /// Id, whether its file leaves the number of requests open, and where it stands.
    properties: Vec<(String, bool, Place)>,
}

impl Checker {
    pub(super) fn case(&mut self, id: &str, faults: usize, place: Place) {
        self.cases.push((id.to_owned(), faults, place));
    }

    pub(super) fn property(&mut self, id: &str, is_open: bool, place: Place) {
        self.properties.push((id.to_owned(), is_open, place));
    }

    fn templates<'a>(
        &'a self,
        suite: &'a Suite,
    ) -> impl Iterator<Item = (&'a Template, &'a Place)> {
        let cases = suite.cases.iter().map(|case| &case.template);
        let properties = suite.properties.iter().map(|property| &property.template);
        let places = self.cases.iter().map(|(_, _, place)| place);
        let places = places.chain(self.properties.iter().map(|(.., place)| place));
        cases.chain(properties).zip(places)
    }

    /// Checks the cases and properties of a suite, and says how many requests the
    /// properties need that leave it open.
    pub(super) fn check(self, suite: &mut Suite) -> Result<()> {
        let (needed, samples): (Vec<u32>, Vec<RequestValues>) =
            self.checked(suite)?.into_iter().unzip();
        for (property, sample) in suite.properties.iter_mut().zip(samples) {
            property.sample = sample;
        }
        let are_open = self.properties.iter().map(|(_, is_open, _)| *is_open);
        let open = needed.iter().zip(are_open.clone());
        let all = open.filter_map(|(needed, is_open)| is_open.then_some(*needed));
        let all = all.fold(0, u32::saturating_add);
        let properties = suite.properties.iter_mut().zip(needed).zip(are_open);
        for ((property, needed), _) in properties.filter(|(_, is_open)| *is_open) {
            property.cases = share(needed, all);
        }
        Ok(())
    }

    /// The requests that each property needs, and its first one.
    fn checked(&self, suite: &Suite) -> Result<Vec<(u32, RequestValues)>> {
        let mut seen = BTreeSet::new();
        let mut made = suite.base.size();
        for (template, place) in self.templates(suite) {
            made = made.saturating_add(template.changes.size());
            if made > MAX_MADE {
                return Err(Error::input(
                    place.clone(),
                    format!(
                        "the values up to this one are longer than {} MiB together",
                        MAX_MADE >> 20
                    ),
                    "fill less, or repeat less often",
                ));
            }
        }
        for (case, (id, faults, place)) in suite.cases.iter().zip(&self.cases) {
            let problem = duplicate(&mut seen, id)
                .and_then(|()| template(suite, &case.template))
                .and_then(|()| control(suite, &case.template, Some(*faults)));
            problem.map_err(|(what, remedy)| Error::input(place.clone(), what, remedy))?;
        }
        let mut needed = Vec::new();
        let mut dictionary = Dictionary::default();
        for (property, (id, _, place)) in suite.properties.iter().zip(&self.properties) {
            let problem = duplicate(&mut seen, id)
                .and_then(|()| match property.cases {
                    0 => Err(("cases = 0 would judge nothing".into(), "at least 1".into())),
                    1..=MAX_CASES => Ok(()),
                    cases => Err((
                        format!("cases = {cases} would take days"),
                        format!("at most {MAX_CASES}"),
                    )),
                })
                .and_then(|()| template(suite, &property.template))
                .and_then(|()| control(suite, &property.template, None))
                .and_then(|()| {
                    Generator::with(&mut dictionary, suite, property, 0)
                        .map(|mut generator| {
                            let first = generator.generate(suite, property);
                            let sample = first.map(|it| it.changes()).unwrap_or_default();
                            needed.push((generator.needed(), sample));
                        })
                        .map_err(|what| (what, "vary a documented parameter, or break a clause that text can break".to_owned()))
                });
            problem.map_err(|(what, remedy)| Error::input(place.clone(), what, remedy))?;
        }
        Ok(needed)
    }
}

/// The requests of a property that needs so many, where all of them together need `all`.
/// What is left out, a thorough run sends.
fn share(needed: u32, all: u32) -> u32 {
    if all <= MAX_NEEDED {
        return needed;
    }
    let part = u64::from(needed) * u64::from(MAX_NEEDED) / u64::from(all);
    let part = u32::try_from(part).unwrap_or(needed);
    part.max(needed.min(MIN_SHARE))
}

/// What keeps a case from meaning something in `suite`: its clause, a status, a
/// parameter or a member that the page does not document.
pub fn problem(suite: &Suite, case: &Template) -> Option<String> {
    template(suite, case).err().map(|(what, _)| what)
}

/// What is wrong, and what to do about it.
type Problem = (String, String);

fn duplicate(seen: &mut BTreeSet<String>, id: &str) -> Result<(), Problem> {
    let slug = |part: &str| {
        !part.is_empty()
            && part
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_'))
    };
    if !id
        .split_once('/')
        .is_some_and(|(subject, name)| slug(subject) && slug(name))
    {
        return Err((
            format!("'{id}' is no id of the form subject/slug"),
            "use lower-case letters, digits, '-' and '_' around one '/'".into(),
        ));
    }
    if !seen.insert(id.to_owned()) {
        return Err((
            format!("the id '{id}' is used twice"),
            "give each case its own".into(),
        ));
    }
    Ok(())
}

fn template(suite: &Suite, template: &Template) -> Result<(), Problem> {
    if suite.clauses.get(&template.clause).is_none() {
        return Err((
            format!("the page has no clause '{}'", template.clause),
            "conformant list --clauses prints them".into(),
        ));
    }
    if template.expect.is_empty() {
        return Err((
            "no expected status".into(),
            "list at least one in 'expect'".into(),
        ));
    }
    if let Some(status) = template
        .expect
        .iter()
        .find(|status| !suite.contract.documents(**status))
    {
        let documented: Vec<String> = suite
            .contract
            .responses
            .keys()
            .map(u16::to_string)
            .collect();
        return Err((
            format!("the page does not document the expected status {status}"),
            format!("it documents {}", documented.join(", ")),
        ));
    }
    let mut body = suite.base_body().map_err(wrong_body)?;
    payload::apply(&mut body, &template.changes.body).map_err(wrong_body)?;
    if body.is_some() && suite.contract.request_body.is_none() {
        return Err((
            "the page documents no body of the request".into(),
            "leave 'body' out".into(),
        ));
    }
    for (location, name, value) in entries(&template.changes) {
        if suite.contract.parameter(location, name).is_none() {
            return Err((
                format!("the page documents no {} parameter '{name}'", location.id()),
                "spell it as the page does; what it does not document is written as other_headers and other_query".into(),
            ));
        }
        if location == Location::Header && matches!(value, Value::Raw(_)) {
            return Err((
                format!("'{name}' is a header, and headers are not percent-encoded"),
                "write text = \"…\"".into(),
            ));
        }
        let text = match value {
            Value::Raw(raw) if !is_encoded(raw) => {
                return Err((
                    format!(
                        "'{raw}' is not valid in a URI: a character in it must be percent-encoded"
                    ),
                    "write it as it travels, such as %61udit".into(),
                ));
            }
            Value::Text(text) => text.clone(),
            Value::Filled { with, length } => filled(with, *length),
            Value::Omitted if location == Location::Path => String::new(),
            _ => continue,
        };
        // An empty header value is a request of its own; an empty segment is another route.
        let is_empty_header = location == Location::Header && text.is_empty();
        if !is_empty_header && !location.carries(&text) {
            return Err((
                format!("'{name}' would not reach the operation with this value: routers or header parsers answer it"),
                "choose a value that travels (no empty or dot segment, no '/', no control character in a header)".into(),
            ));
        }
    }
    let changes = &template.changes;
    for (name, value) in &changes.other_headers {
        undocumented(suite, Location::Header, name, value)?;
    }
    for (name, value) in &changes.other_query {
        undocumented(suite, Location::Query, name, value)?;
    }
    Ok(())
}

/// Header fields that belong to the connection and the framing of a request.
const FRAMING: [&str; 6] = [
    "host",
    "content-length",
    "transfer-encoding",
    "te",
    "trailer",
    "upgrade",
];

/// What keeps a header field or query parameter that the page does not document from being
/// sent beside those that it does.
fn undocumented(
    suite: &Suite,
    location: Location,
    name: &str,
    value: &Value,
) -> Result<(), Problem> {
    let is_token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    let is_documented = suite.contract.parameter(location, name).is_some();
    let is_framing = FRAMING.iter().any(|own| name.eq_ignore_ascii_case(own));
    let (problem, remedy) = if is_documented {
        let member = location.member();
        (
            "the page documents it",
            format!("write it as request.{member}"),
        )
    } else if location == Location::Query && name.is_empty() && matches!(value, Value::Raw(_)) {
        // A query as it stands.
        return Ok(());
    } else if name.is_empty() || location == Location::Header && !name.chars().all(is_token) {
        (
            "this is not a valid name",
            "use letters, digits and '-'".into(),
        )
    } else if location == Location::Header && is_framing {
        ("it frames the message", "leave it to the program".into())
    } else {
        return Ok(());
    };
    Err((
        format!(
            "'{name}' cannot be sent as another {}: {problem}",
            location.id()
        ),
        remedy,
    ))
}

/// Whether a text can stand in a URI as it is (RFC 3986 section 2), in one segment.
fn is_encoded(raw: &str) -> bool {
    let bytes = raw.as_bytes();
    let is_escape = |at: usize| {
        let digits = bytes.get(at + 1..at + 3);
        digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    };
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@".contains(&byte);
    let mut letters = bytes.iter().enumerate();
    letters.all(|(at, byte)| allowed(*byte) || *byte == b'%' && is_escape(at))
}

fn wrong_body(what: String) -> Problem {
    (
        what,
        "name members of the base body by JSON pointer and give them JSON text".into(),
    )
}

fn control(suite: &Suite, template: &Template, faults: Option<usize>) -> Result<(), Problem> {
    let Some(id) = &template.control else {
        return Ok(());
    };
    let Some(control) = suite.case(id) else {
        return Err((
            format!("its control '{id}' is no case of this suite"),
            "name a valid case".into(),
        ));
    };
    if control.template.control.is_some() {
        return Err((
            format!("its control '{id}' has a control itself"),
            "name a valid case".into(),
        ));
    }
    let Some(faults) = faults else {
        return Ok(());
    };
    let differs = differences(suite, template, &control.template);
    if differs != faults {
        return Err((
            format!("it differs from its control '{id}' in {differs} elements, not {faults}"),
            "choose a control that differs in one element, or state how many differ: faults = 2"
                .into(),
        ));
    }
    Ok(())
}

fn differences(suite: &Suite, one: &Template, other: &Template) -> usize {
    let effective = |template: &Template| -> BTreeMap<(Location, String), Value> {
        entries(&suite.base)
            .chain(entries(&template.changes))
            .map(|(location, name, value)| ((location, name.to_owned()), value.clone()))
            .collect()
    };
    let (one_values, other_values) = (effective(one), effective(other));
    let parameters = one_values
        .keys()
        .chain(other_values.keys())
        .collect::<BTreeSet<_>>()
        .into_iter()
        .filter(|key| one_values.get(*key) != other_values.get(*key))
        .count();
    let body = |template: &Template| {
        let mut body = suite.base_body().ok().flatten();
        payload::apply(&mut body, &template.changes.body)
            .is_ok()
            .then_some(body)
    };
    let others =
        |changes: &RequestValues| (changes.other_query.clone(), changes.other_headers.clone());
    parameters
        + usize::from(body(one) != body(other))
        + usize::from(others(&one.changes) != others(&other.changes))
        + usize::from(is_other(one.travel, other.travel))
        + usize::from(one.provoke != other.provoke)
}

/// Whether requests travel in two ways; a connection of its own is none.
fn is_other(one: Travel, other: Travel) -> bool {
    let shared = |travel: Travel| Travel {
        fresh_connection: false,
        ..travel
    };
    shared(one) != shared(other)
}

fn entries(changes: &RequestValues) -> impl Iterator<Item = (Location, &str, &Value)> {
    changes
        .path
        .iter()
        .map(|(name, value)| (Location::Path, name.as_str(), value))
        .chain(
            changes
                .query
                .iter()
                .map(|(name, value)| (Location::Query, name.as_str(), value)),
        )
        .chain(
            changes
                .headers
                .iter()
                .map(|(name, value)| (Location::Header, name.as_str(), value)),
        )
}
