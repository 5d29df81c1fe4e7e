//! Generates requests from parameter schemas. The only user of `proptest`.
//!
//! Conforming values cover the documented space, violating values break exactly
//! one clause; boundaries and their neighbours always come first. What is wrong
//! as a value is often right as text, so each violating value is held against
//! the request schema as the text that travels.

use super::case::{Changes, Property, TokenChange, Value};
use super::{Suite, bind};
use crate::contract::{Bounds, Field, Location, Parameter};
use crate::page::TypeName;
use crate::schema::validate::Aspect;
use proptest::collection::vec;
use proptest::sample::select;
use proptest::strategy::{BoxedStrategy, Just, Strategy, Union, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::json;
use sha2::{Digest, Sha256};

/// How far beyond a bound generated values go.
const BEYOND: u64 = 64;
/// Longest generated value where no bound is documented.
const UNBOUNDED: u64 = 64;
/// At most so many combinations of boundary values are sent before random ones.
const MOST_EDGES: usize = 32;

/// Characters that need no encoding anywhere in a URI and mean nothing to routers.
const PLAIN: &[u8] = b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_-";

type Slot = (Location, String);

/// A stream of generated requests: boundary values first, then random ones.
pub struct Generator {
    runner: TestRunner,
    slots: Vec<Slot>,
    edges: Vec<Vec<Value>>,
    next: usize,
    strategy: BoxedStrategy<Vec<Value>>,
}

/// One generated set of parameters, with the way to smaller ones.
pub struct Generated {
    slots: Vec<Slot>,
    tree: Box<dyn ValueTree<Value = Vec<Value>>>,
}

impl Generated {
    /// The parameters.
    pub fn changes(&self) -> Changes {
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
        let mut edges: Vec<Vec<Value>> = vec![Vec::new()];
        let mut strategies: Vec<BoxedStrategy<Value>> = Vec::new();
        for name in &property.vary.conforming {
            let parameter = parameter(suite, name)?;
            slots.push((parameter.location, parameter.field.name.clone()));
            let field = &parameter.field;
            let values = texts(conforming_edges(field));
            edges = product(&edges, &values);
            strategies.push(conforming(field).prop_map(Value::Text).boxed());
        }
        if let Some(clause) = &property.vary.violating {
            let (stem, aspect) = clause
                .rsplit_once('/')
                .ok_or_else(|| format!("'{clause}' is no clause of a parameter"))?;
            let name = stem.strip_prefix("request/").unwrap_or(stem);
            let parameter = parameter(suite, name)?.clone();
            slots.push((parameter.location, parameter.field.name.clone()));
            if aspect == "mandatory" {
                edges = product(&edges, &[Value::Omitted]);
                strategies.push(Just(Value::Omitted).boxed());
            } else {
                let aspect = aspect_of(aspect)?;
                let broken: Vec<String> = violating_edges(&parameter.field, aspect)
                    .into_iter()
                    .filter(|text| breaks_only(suite, &parameter, aspect, text))
                    .collect();
                if broken.is_empty() {
                    return Err(format!("no text that travels breaks '{clause}'"));
                }
                let request = violating(&parameter.field, aspect, &broken);
                edges = product(&edges, &texts(broken));
                strategies.push(request);
            }
        }
        if let Some(header) = &property.vary.wrong_token {
            slots.push((Location::Header, header.clone()));
            edges = product(&edges, &wrong_token_edges());
            strategies.push(wrong_token());
        }
        if slots.is_empty() {
            edges.clear();
        }
        let digest = Sha256::new()
            .chain_update(seed.to_be_bytes())
            .chain_update(property.template.id.as_bytes())
            .finalize();
        let config = Config {
            failure_persistence: None,
            ..Config::default()
        };
        Ok(Self {
            runner: TestRunner::new_with_rng(
                config,
                TestRng::from_seed(RngAlgorithm::ChaCha, digest.as_slice()),
            ),
            slots,
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
        let tree: Box<dyn ValueTree<Value = Vec<Value>>> = match edge {
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
                if self.still_breaks(suite, property, &tree.current()) {
                    break tree;
                }
            },
        };
        Ok(Generated {
            slots: self.slots.clone(),
            tree,
        })
    }

    fn still_breaks(&self, suite: &Suite, property: &Property, values: &[Value]) -> bool {
        still_breaks(suite, property, &changes(&self.slots, values.to_vec()))
    }
}

/// Whether generated parameters break the clause of their property as text (true
/// where it has none): the check that shrinking needs as well.
pub fn still_breaks(suite: &Suite, property: &Property, changes: &Changes) -> bool {
    let Some((stem, aspect)) = property
        .vary
        .violating
        .as_deref()
        .and_then(|clause| clause.rsplit_once('/'))
    else {
        return true;
    };
    let name = stem.strip_prefix("request/").unwrap_or(stem);
    let (Ok(parameter), Ok(aspect)) = (parameter(suite, name), aspect_of(aspect)) else {
        return true;
    };
    let members = match parameter.location {
        Location::Path => &changes.path,
        Location::Query => &changes.query,
        Location::Header => &changes.headers,
    };
    match members.get(&parameter.field.name) {
        Some(Value::Text(text)) => breaks_only(suite, parameter, aspect, text),
        _ => true,
    }
}

fn changes(slots: &[Slot], values: Vec<Value>) -> Changes {
    let mut changes = Changes::default();
    for ((location, name), value) in slots.iter().zip(values) {
        let members = match location {
            Location::Path => &mut changes.path,
            Location::Query => &mut changes.query,
            Location::Header => &mut changes.headers,
        };
        members.insert(name.clone(), value);
    }
    changes
}

fn product(edges: &[Vec<Value>], values: &[Value]) -> Vec<Vec<Value>> {
    let mut product = Vec::new();
    for value in values {
        for edge in edges {
            if product.len() < MOST_EDGES {
                let mut longer = edge.clone();
                longer.push(value.clone());
                product.push(longer);
            }
        }
    }
    product
}

fn texts(texts: Vec<String>) -> Vec<Value> {
    texts.into_iter().map(Value::Text).collect()
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

/// The JSON value that a text of this type stands for in the request schema.
pub fn typed(kind: &TypeName, text: &str) -> serde_json::Value {
    match kind {
        TypeName::Integer | TypeName::Long => text
            .parse::<i64>()
            .map(|number| json!(number))
            .or_else(|_| text.parse::<i128>().map(|number| json!(number as f64)))
            .unwrap_or_else(|_| json!(text)),
        TypeName::Number => text
            .parse::<f64>()
            .ok()
            .filter(|number| number.is_finite())
            .map_or_else(|| json!(text), |number| json!(number)),
        TypeName::Boolean => text
            .parse::<bool>()
            .map_or_else(|_| json!(text), |truth| json!(truth)),
        _ => json!(text),
    }
}

/// Whether `text`, as it travels, breaks this aspect of the parameter and no other.
fn breaks_only(suite: &Suite, parameter: &Parameter, aspect: Aspect, text: &str) -> bool {
    let field = &parameter.field;
    let member = parameter.location.member();
    let instance = json!({ member: { &field.name: typed(&field.kind, text) } });
    let path = [member.to_owned(), field.name.clone()];
    let broken: Vec<Aspect> = suite
        .request
        .violations(&instance)
        .into_iter()
        .filter(|violation| violation.path == path)
        .map(|violation| violation.aspect)
        .collect();
    travels(parameter.location, text)
        && !broken.is_empty()
        && broken.iter().all(|found| *found == aspect)
}

/// Whether routers and header parsers hand the text on as it is.
pub(super) fn travels(location: Location, text: &str) -> bool {
    match location {
        Location::Path => {
            !text.is_empty() && !text.chars().all(|c| c == '.') && !text.contains(['/', '\\', ';'])
        }
        Location::Query => true,
        Location::Header => text.chars().all(|c| (' '..='~').contains(&c)) && text.trim() == text,
    }
}

fn random_text(lengths: std::ops::RangeInclusive<usize>) -> BoxedStrategy<String> {
    vec(select(PLAIN), lengths)
        .prop_map(|bytes| bytes.into_iter().map(char::from).collect())
        .boxed()
}

fn lengths(bounds: &Bounds<u64>) -> (u64, u64) {
    let min = bounds.min.unwrap_or(1).max(1);
    (min, bounds.max.unwrap_or(min + UNBOUNDED))
}

fn numbers(field: &Field) -> (i64, i64) {
    let (min, max) = match field.kind {
        TypeName::Integer => (i64::from(i32::MIN), i64::from(i32::MAX)),
        _ => (i64::MIN, i64::MAX),
    };
    let range = &field.constraints.range;
    (
        range.min.unwrap_or(min).max(min),
        range.max.unwrap_or(max).min(max),
    )
}

fn is_numeric(field: &Field) -> bool {
    matches!(
        field.kind,
        TypeName::Integer | TypeName::Long | TypeName::Number
    ) || !field.constraints.range.is_open()
}

/// Boundary values of the documented space.
pub(super) fn conforming_edges(field: &Field) -> Vec<String> {
    let facts = &field.constraints;
    if !facts.values.is_empty() {
        return facts.values.clone();
    }
    if field.kind == TypeName::Boolean {
        return vec!["true".into(), "false".into()];
    }
    if is_numeric(field) {
        let (min, max) = numbers(field);
        let mut edges = vec![min, min.saturating_add(1), max.saturating_sub(1), max];
        edges.dedup();
        return edges.iter().map(i64::to_string).collect();
    }
    let (min, max) = lengths(&facts.length);
    let mut edges = vec![min, min + 1, min.midpoint(max), max.saturating_sub(1), max];
    edges.retain(|length| (min..=max).contains(length));
    edges.dedup();
    edges
        .into_iter()
        .map(|length| bind::filled("0f1e2d3c4b5a6978", length as usize))
        .collect()
}

fn conforming(field: &Field) -> BoxedStrategy<String> {
    let facts = &field.constraints;
    if !facts.values.is_empty() || field.kind == TypeName::Boolean {
        return select(conforming_edges(field)).boxed();
    }
    if is_numeric(field) {
        let (min, max) = numbers(field);
        return (min..=max).prop_map(|number| number.to_string()).boxed();
    }
    let (min, max) = lengths(&facts.length);
    random_text(min as usize..=max as usize)
}

/// Texts just outside the documented space.
fn violating_edges(field: &Field, aspect: Aspect) -> Vec<String> {
    let facts = &field.constraints;
    match aspect {
        Aspect::Length => {
            let mut edges = Vec::new();
            if let Some(min) = facts.length.min {
                edges.extend([min.saturating_sub(1), min.saturating_sub(2), 1]);
            }
            if let Some(max) = facts.length.max {
                edges.extend([max + 1, max + 2, max * 2]);
            }
            edges.retain(|length| *length > 0);
            edges
                .into_iter()
                .map(|length| bind::filled("0f1e2d3c4b5a6978", length as usize))
                .collect()
        }
        Aspect::Range => {
            let (min, max) = (facts.range.min, facts.range.max);
            let outside = min
                .and_then(|min| min.checked_sub(1))
                .into_iter()
                .chain(max.and_then(|max| max.checked_add(1)));
            let beyond_type = match field.kind {
                TypeName::Integer => vec!["2147483648".to_owned(), "-2147483649".to_owned()],
                _ => vec!["9223372036854775808".to_owned()],
            };
            outside
                .map(|number| number.to_string())
                .chain(beyond_type)
                .collect()
        }
        Aspect::Listed => {
            let mut edges: Vec<String> = facts
                .values
                .iter()
                .flat_map(|value| mutations(value))
                .collect();
            edges.extend(["0".into(), "null".into(), "unlisted".into()]);
            edges.sort();
            edges.dedup();
            edges
        }
        Aspect::Type => ["x", "1.5", "1e3", "0x10", "--1", "true1"]
            .map(str::to_owned)
            .to_vec(),
        _ => Vec::new(),
    }
}

/// What lenient comparisons take for the value.
fn mutations(value: &str) -> Vec<String> {
    let mut capital: String = value.to_owned();
    if let Some(first) = capital.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    vec![
        value.to_uppercase(),
        capital,
        format!("{value}x"),
        format!("x{value}"),
        format!("{value} "),
        format!(" {value}"),
        format!("{value}{value}"),
        value
            .chars()
            .take(value.chars().count().saturating_sub(1))
            .collect(),
        value.chars().skip(1).collect(),
        format!("{value},{value}"),
    ]
}

fn violating(field: &Field, aspect: Aspect, edges: &[String]) -> BoxedStrategy<Value> {
    let facts = &field.constraints;
    let mut choices: Vec<BoxedStrategy<String>> = vec![select(edges.to_vec()).boxed()];
    match aspect {
        Aspect::Length => {
            if let Some(min) = facts.length.min.filter(|min| *min > 1) {
                choices.push(random_text(1..=min as usize - 1));
            }
            if let Some(max) = facts.length.max {
                choices.push(random_text(max as usize + 1..=(max + BEYOND) as usize));
            }
        }
        Aspect::Range => {
            if let Some(min) = facts.range.min.filter(|min| *min > i64::MIN) {
                choices.push(
                    (i64::MIN..min)
                        .prop_map(|number| number.to_string())
                        .boxed(),
                );
            }
            if let Some(max) = facts.range.max.filter(|max| *max < i64::MAX) {
                choices.push(
                    (max + 1..=i64::MAX)
                        .prop_map(|number| number.to_string())
                        .boxed(),
                );
            }
        }
        Aspect::Listed => {
            choices.push(random_text(1..=12));
            let around = (select(facts.values.clone()), random_text(1..=3));
            choices.push(
                around
                    .prop_map(|(value, extra)| format!("{value}{extra}"))
                    .boxed(),
            );
        }
        _ => choices.push(random_text(1..=12)),
    }
    Union::new(choices).prop_map(Value::Text).boxed()
}

fn wrong_token_edges() -> Vec<Value> {
    let mut edges: Vec<Value> = [
        TokenChange::Cut(1),
        TokenChange::Appended("x".into()),
        TokenChange::LastReplaced,
        TokenChange::FirstReplaced,
        TokenChange::CaseSwapped,
        TokenChange::Kept(8),
        TokenChange::Kept(4),
        TokenChange::Prepended("x".into()),
        TokenChange::Doubled,
        TokenChange::Reversed,
    ]
    .map(Value::Token)
    .to_vec();
    edges.push(Value::Omitted);
    edges.push(Value::Text(String::new()));
    edges
}

fn wrong_token() -> BoxedStrategy<Value> {
    let changed = Union::new([
        (1..=16_usize).prop_map(TokenChange::Cut).boxed(),
        (1..=16_usize).prop_map(TokenChange::Kept).boxed(),
        random_text(1..=8).prop_map(TokenChange::Appended).boxed(),
        random_text(1..=8).prop_map(TokenChange::Prepended).boxed(),
    ]);
    Union::new([
        changed.prop_map(Value::Token).boxed(),
        random_text(1..=256).prop_map(Value::Text).boxed(),
        Just(Value::Omitted).boxed(),
    ])
    .boxed()
}
