//! Texts of parameters: boundary values and random ones, inside and just outside
//! the documented space, and wrong tokens.

use super::super::attack;
use super::super::case::{TokenChange, Value};
use super::super::mutation;
use super::super::token::MAX_KEPT;
use super::letters::Letters;
use crate::contract::TypeName;
use crate::contract::{Bounds, Field};
use crate::schema::validate::Aspect;
use proptest::arbitrary::any;
use proptest::sample::select;
use proptest::strategy::{BoxedStrategy, Just, Strategy, Union};
use serde_json::json;

/// How far beyond a bound generated values go.
const BEYOND: u64 = 64;
/// Longest conforming value, unless it must be longer.
const LONGEST: u64 = 1 << 16;
/// Longest generated value where no bound is documented.
const UNBOUNDED: u64 = 64;

/// The JSON value that a text of this type stands for in the request schema.
pub fn typed(kind: &TypeName, text: &str) -> serde_json::Value {
    match kind {
        TypeName::Integer | TypeName::Int32 | TypeName::Long => text
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
        TypeName::Array(item) => json!([typed(item, text)]),
        _ => json!(text),
    }
}

fn random_text(lengths: std::ops::RangeInclusive<usize>) -> BoxedStrategy<String> {
    Letters::new(*lengths.start(), *lengths.end()).boxed()
}

fn lengths(bounds: &Bounds<u64>) -> (u64, u64) {
    // A text is empty only where no other is allowed.
    let min = bounds.min.unwrap_or(1).max(1);
    let min = min.min(bounds.max.unwrap_or(min));
    let max = bounds.max.unwrap_or(min + UNBOUNDED);
    (min, max.min(min.max(LONGEST)))
}

fn numbers(field: &Field) -> (i64, i64) {
    field.constraints.conforming_numbers(field.kind.innermost())
}

fn is_numeric(field: &Field) -> bool {
    matches!(
        field.kind.innermost(),
        TypeName::Integer | TypeName::Int32 | TypeName::Long | TypeName::Number
    ) || !field.constraints.range.is_open()
}

/// Boundary values of the documented space.
pub fn conforming_edges(field: &Field) -> Vec<String> {
    let facts = &field.constraints;
    if !facts.values.is_empty() {
        return facts.values.clone();
    }
    if *field.kind.innermost() == TypeName::Boolean {
        return vec!["true".into(), "false".into()];
    }
    if is_numeric(field) {
        let (min, max) = numbers(field);
        let mut edges = vec![min, min.saturating_add(1), max.saturating_sub(1), max];
        if !field.constraints.range.is_open() {
            let wide = [1 << 31, 1 << 32].into_iter();
            edges.extend(wide.filter(|number| (min..=max).contains(number)));
        }
        edges.dedup();
        return edges.iter().map(i64::to_string).collect();
    }
    if facts.states_form() {
        let ends = [facts.length.min, facts.length.max].into_iter().flatten();
        let ends = ends.filter_map(|end| facts.text_of_form(&Bounds::exactly(end), 0));
        let mut texts: Vec<String> = mutation::of_the_form(facts)
            .into_iter()
            .chain(ends)
            .collect();
        // An empty text may not travel.
        texts.retain(|text| !text.is_empty());
        texts.dedup();
        return texts;
    }
    let (min, max) = lengths(&facts.length);
    let mut edges = vec![min, min + 1, min.midpoint(max), max.saturating_sub(1), max];
    edges.retain(|length| (min..=max).contains(length));
    edges.dedup();
    edges.into_iter().map(mutation::text).collect()
}

pub(super) fn conforming(field: &Field) -> BoxedStrategy<String> {
    let facts = &field.constraints;
    if !facts.values.is_empty() || *field.kind.innermost() == TypeName::Boolean {
        return select(conforming_edges(field)).boxed();
    }
    if is_numeric(field) {
        let (min, max) = numbers(field);
        return (min..=max).prop_map(|number| number.to_string()).boxed();
    }
    let (min, max) = lengths(&facts.length);
    if facts.states_form() {
        let facts = facts.clone();
        let length = Bounds {
            min: Some(min),
            max: facts.length.max,
        };
        let make = move |seed: u32| facts.text_of_form(&length, seed.into());
        return any::<u32>()
            .prop_filter_map("no text of the form", make)
            .boxed();
    }
    random_text(min as usize..=max as usize)
}

/// Texts just outside the documented space.
pub(super) fn violating_edges(field: &Field, aspect: Aspect) -> Vec<String> {
    let facts = &field.constraints;
    match aspect {
        Aspect::Length => {
            let lengths = mutation::lengths(&facts.length, 1);
            let odd = lengths.iter().flat_map(|it| attack::fillings(*it, false));
            let plain = lengths.iter().chain(&LENGTHS).copied();
            let modulo = facts.length.max.filter(|max| *max < mutation::MAX_MADE);
            let modulo = modulo.map(|max| 256 + max).into_iter();
            let plain = plain.chain(modulo).map(mutation::text);
            let forms = attack::forms().map(str::to_owned);
            let formed = lengths.iter().copied().filter(|_| facts.states_form());
            let formed = formed.filter_map(|it| facts.text_of_form(&Bounds::exactly(it), 0));
            formed.chain(plain).chain(odd).chain(forms).collect()
        }
        Aspect::Range => {
            let outside = mutation::numbers(field, "range").into_iter();
            let beyond_type = match field.kind.innermost() {
                TypeName::Int32 => vec!["2147483648".to_owned(), "-2147483649".to_owned()],
                TypeName::Integer => Vec::new(),
                _ => vec!["9223372036854775808".to_owned()],
            };
            outside
                .map(|number| number.to_string())
                .chain(beyond_type)
                .collect()
        }
        Aspect::Listed => {
            let mut edges = attack::unlisted(&facts.values);
            if *field.kind.innermost() == TypeName::Boolean {
                edges.extend(["true".into(), "false".into()]);
            }
            edges
        }
        Aspect::Pattern => mutation::of_another_form(field, "pattern"),
        Aspect::Format => mutation::of_another_form(field, "format"),
        Aspect::Type => ["x", "1.5", "1e3", "0x10", "--1", "true1"]
            .map(str::to_owned)
            .to_vec(),
        _ => Vec::new(),
    }
}

/// Lengths at which servers cut, refuse or lose texts.
const LENGTHS: [u64; 8] = [200, 255, 256, 257, 1_000, 1_024, 4_096, 8_192];

/// Conforming texts of every shape, and those that tell how a server counts.
pub(super) fn conforming_attacks(field: &Field) -> Vec<String> {
    let (min, max) = lengths(&field.constraints.length);
    let ends = [max, min].into_iter();
    let mut texts: Vec<String> = ends
        .flat_map(|length| attack::fillings(length, true))
        .collect();
    texts.extend(attack::shapes(min, max));
    texts
}

pub(super) fn violating(field: &Field, aspect: Aspect, edges: &[String]) -> BoxedStrategy<String> {
    let facts = &field.constraints;
    let mut choices: Vec<BoxedStrategy<String>> = vec![select(edges.to_vec()).boxed()];
    match aspect {
        Aspect::Length => {
            if let Some(min) = facts.length.min.filter(|min| *min > 1) {
                choices.push(random_text(1..=min as usize - 1));
            }
            if let Some(max) = facts.length.max.filter(|max| *max < mutation::MAX_MADE) {
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
        // Some libraries read numbers as moments.
        Aspect::Format => {}
        _ => choices.push(random_text(1..=12)),
    }
    Union::new(choices).boxed()
}

/// Wrong tokens that are easily taken for the right one, and none at all where the
/// page demands one.
pub(super) fn wrong_token_edges(is_demanded: bool) -> Vec<Value> {
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
    edges.extend(attack::tokens());
    // The first few of them are sent beside every other fault.
    if is_demanded {
        edges.splice(1..1, [Value::Omitted, Value::Text(String::new())]);
    }
    edges
}

pub(super) fn wrong_token(is_demanded: bool) -> BoxedStrategy<Value> {
    let changed = Union::new([
        (1..=16_usize).prop_map(TokenChange::Cut).boxed(),
        (1..=MAX_KEPT).prop_map(TokenChange::Kept).boxed(),
        random_text(1..=8).prop_map(TokenChange::Appended).boxed(),
        random_text(1..=8).prop_map(TokenChange::Prepended).boxed(),
    ]);
    let mut wrong = vec![
        changed.prop_map(Value::Token).boxed(),
        random_text(1..=256).prop_map(Value::Text).boxed(),
    ];
    if is_demanded {
        wrong.push(Just(Value::Omitted).boxed());
    }
    Union::new(wrong).boxed()
}
