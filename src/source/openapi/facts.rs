//! Reads the facts of a scalar from the layers of its schema, each with the keywords that
//! state it. What they state and no fact can hold is left open, and told.

use super::document::{At, Version};
use super::keyword::{quoted, quoted_as};
use super::layers::Layers;
use crate::contract::{Bounds, Constraints, Fact, Format, Pattern, Quote, TypeName};
use crate::schema::pattern_of_range;
use serde_json::Value;
use std::collections::BTreeMap;

/// Forms by their standard names that no row of a contract holds.
const UNHELD_FORMATS: [&str; 14] = [
    "duration",
    "hostname",
    "idn-email",
    "idn-hostname",
    "iri",
    "iri-reference",
    "json-pointer",
    "regex",
    "relative-json-pointer",
    "time",
    "uri-reference",
    "uri-template",
    "char",
    "commonmark",
];
/// Forms that say nothing about a text or a number.
const ANY_FORMATS: [&str; 8] = [
    "binary", "double", "float", "html", "password", "string", "text", "",
];

/// What is read of a schema beside its type.
#[derive(Debug, Default)]
pub(super) struct Told {
    /// The keywords of each fact.
    pub(super) quotes: BTreeMap<Fact, Quote>,
    /// What is stated and not held.
    pub(super) beyond: Vec<String>,
    /// What nobody knows the meaning of.
    pub(super) unknown: Vec<String>,
    /// The type that was read where none is stated.
    pub(super) guessed: Option<&'static str>,
}

impl Told {
    pub(super) fn quote(&mut self, fact: Fact, keywords: &[At<'_>]) {
        let mut words: Vec<String> = keywords.iter().map(quoted).collect();
        words.dedup();
        let words = words.join(", ");
        self.quotes.insert(fact, Quote { line: 0, words });
    }

    /// Leaves open what these keywords state.
    pub(super) fn open(&mut self, keywords: &[At<'_>]) {
        for keyword in keywords {
            let quoted = quoted(keyword);
            if !self.beyond.contains(&quoted) {
                self.beyond.push(quoted);
            }
        }
    }
}

/// The JSON type that all layers state; `None` where none does, or it is left open.
pub(super) fn kind<'d>(layers: &Layers<'d>, told: &mut Told) -> Option<&'d str> {
    let stated: Vec<At<'d>> = layers.keyword("type").collect();
    let mut kinds: Option<Vec<&str>> = None;
    for keyword in &stated {
        let names: Vec<&str> = match keyword.value {
            Value::String(name) => vec![name.as_str()],
            Value::Array(names) => names.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        };
        let fits =
            |one: &&str, other: &&str| one == other || [*one, *other] == ["integer", "number"];
        kinds = Some(match kinds {
            None => names,
            // Integers are numbers: of both, integers are left.
            Some(known) => {
                let narrower = |one: &Vec<&'d str>, other: &Vec<&'d str>| -> Vec<&'d str> {
                    let fitting = one
                        .iter()
                        .filter(|it| other.iter().any(|other| fits(it, other)));
                    fitting.copied().collect()
                };
                let mut both = narrower(&known, &names);
                both.extend(narrower(&names, &known));
                both.dedup();
                both
            }
        });
    }
    let mut kinds = kinds?;
    kinds.retain(|kind| *kind != "null");
    kinds.dedup();
    match kinds.as_slice() {
        [kind @ ("string" | "integer" | "number" | "boolean" | "array" | "object")] => Some(kind),
        _ => {
            told.open(&stated);
            None
        }
    }
}

/// Whether null is a value.
pub(super) fn is_nullable(layers: &Layers<'_>, version: Version) -> bool {
    let has_null = |keyword: At<'_>| match keyword.value {
        Value::Array(items) => items.iter().any(|item| item.is_null() || item == "null"),
        _ => false,
    };
    let is_listed = layers.keyword("enum").any(has_null);
    let is_typed = layers.keyword("type").any(has_null);
    let has_list = layers.keyword("enum").next().is_some();
    let is_granted =
        layers.accepts_null || layers.is_true("nullable") || layers.is_true("x-nullable");
    // What JSON Schema lists is all there is.
    is_granted || is_listed || is_typed && !(has_list && version == Version::V3_1)
}

/// The values that all lists of the layers have, in the form of rows; `kind` is the type.
pub(super) fn values(layers: &Layers<'_>, kind: &TypeName, told: &mut Told) -> Vec<String> {
    let constant = layers.all.iter().filter_map(|layer| {
        // The value may be null.
        let value = layer.value.get("const")?;
        Some(At {
            pointer: format!("{}/const", layer.pointer),
            value,
        })
    });
    let keywords: Vec<At<'_>> = layers.keyword("enum").chain(constant).collect();
    let mut listed: Option<Vec<&Value>> = None;
    for keyword in &keywords {
        let values: Vec<&Value> = match keyword.value {
            Value::Array(values) if keyword.pointer.ends_with("/enum") => values.iter().collect(),
            value => vec![value],
        };
        listed = Some(match listed {
            None => values,
            Some(known) => known
                .into_iter()
                .filter(|value| values.contains(value))
                .collect(),
        });
    }
    let Some(listed) = listed else {
        return Vec::new();
    };
    let listed = listed.into_iter().filter(|value| !value.is_null());
    let texts: Option<Vec<String>> = listed.map(|value| text_of(value, kind)).collect();
    match texts.filter(|texts| !texts.is_empty()) {
        Some(mut texts) => {
            let mut seen = std::collections::BTreeSet::new();
            texts.retain(|text| seen.insert(text.clone()));
            told.quote(Fact::Values, &keywords);
            texts
        }
        None => {
            told.open(&keywords);
            Vec::new()
        }
    }
}

/// A value as a row lists it; `None` where it is none of this type.
pub(super) fn text_of(value: &Value, kind: &TypeName) -> Option<String> {
    match (value, kind) {
        (Value::String(text), TypeName::String | TypeName::Any) => Some(text.clone()),
        (Value::Number(_), kind) if kind.is_integer() => whole(value).map(|it| it.to_string()),
        (Value::Number(number), TypeName::Number) => Some(number.to_string()),
        (Value::Bool(truth), TypeName::Boolean) => Some(truth.to_string()),
        _ => None,
    }
}

/// The documented default as a row has it: a scalar by its text, any other value as JSON.
pub(super) fn default(layers: &Layers<'_>, told: &mut Told) -> Option<String> {
    let own = layers.origins.iter().filter_map(|it| it.get("default"));
    let stated = own.chain(layers.keyword("default")).next();
    let in_words = layers.origins.iter().find_map(|it| it.get("x-default"));
    let keyword = stated.or(in_words)?;
    told.quote(Fact::Default, std::slice::from_ref(&keyword));
    Some(match keyword.value {
        Value::String(text) => text.clone(),
        value => value.to_string(),
    })
}

/// The narrowest bounds of two keywords that count something.
pub(super) fn counted(
    layers: &Layers<'_>,
    fact: Fact,
    [least, most]: [&str; 2],
    told: &mut Told,
) -> Bounds<u64> {
    let mut used = Vec::new();
    let mut counts = |name: &str| -> Vec<u64> {
        let keywords: Vec<At<'_>> = layers.keyword(name).collect();
        let counts = keywords
            .iter()
            .filter_map(|it| u64::try_from(whole(it.value)?).ok());
        let counts = counts.collect();
        used.extend(keywords);
        counts
    };
    let bounds = Bounds {
        min: counts(least).into_iter().max(),
        max: counts(most).into_iter().min(),
    };
    finish(bounds, fact, &used, told)
}

/// The range of a number, and what of it no row holds: bounds that are no whole numbers, and
/// for numbers with fractions those that are no values themselves.
pub(super) fn range(layers: &Layers<'_>, kind: &TypeName, told: &mut Told) -> Bounds<i64> {
    let (mut min, mut max) = (Vec::new(), Vec::new());
    let mut used: Vec<At<'_>> = Vec::new();
    for layer in &layers.all {
        for (name, exclusive, is_least) in [
            ("minimum", "exclusiveMinimum", true),
            ("maximum", "exclusiveMaximum", false),
        ] {
            let excludes = layer.get(exclusive);
            let is_excluded = excludes
                .as_ref()
                .is_some_and(|it| *it.value == Value::Bool(true));
            let bounds = [
                layer.get(name).map(|keyword| (keyword, is_excluded)),
                excludes
                    .clone()
                    .filter(|it| it.value.is_number())
                    .map(|it| (it, true)),
            ];
            for (keyword, is_excluded) in bounds.into_iter().flatten() {
                match side(keyword.value, is_excluded, is_least, kind) {
                    Side::Bound(bound) if is_least => min.push(bound),
                    Side::Bound(bound) => max.push(bound),
                    Side::Open => continue,
                    Side::Beyond => {
                        told.open(&[keyword]);
                        continue;
                    }
                }
                used.push(keyword);
                used.extend(excludes.clone().filter(|it| *it.value == Value::Bool(true)));
            }
        }
    }
    let bounds = Bounds {
        min: min.into_iter().max(),
        max: max.into_iter().min(),
    };
    finish(bounds, Fact::Range, &used, told)
}

/// What one bound of a number is in a row.
enum Side {
    Bound(i64),
    /// Every value of the type is within it.
    Open,
    /// No row holds it.
    Beyond,
}

fn side(value: &Value, is_excluded: bool, is_least: bool, kind: &TypeName) -> Side {
    let (low, high) = match kind {
        TypeName::Int32 => (i64::from(i32::MIN), i64::from(i32::MAX)),
        _ => (i64::MIN, i64::MAX),
    };
    let next = |whole: i64| match (is_excluded, is_least) {
        (false, _) => Some(whole),
        (true, true) => whole.checked_add(1),
        (true, false) => whole.checked_sub(1),
    };
    let exact = whole(value);
    let bound = match (exact, value.as_f64()) {
        (Some(exact), _) if kind.is_integer() => next(exact),
        (Some(exact), _) if !is_excluded => Some(exact),
        // The whole numbers on this side of a fraction begin with the next one.
        (None, Some(number)) if kind.is_integer() && number.abs() < 9e18 => Some(match is_least {
            true => number.ceil() as i64,
            false => number.floor() as i64,
        }),
        (None, Some(number)) if kind.is_integer() => {
            let is_outside = (number > 0.0) != is_least;
            return if is_outside { Side::Open } else { Side::Beyond };
        }
        _ => None,
    };
    let says_nothing = |bound: i64| match is_least {
        true => bound <= low,
        false => bound >= high,
    };
    match bound {
        Some(bound) if kind.is_integer() && *kind != TypeName::Integer && says_nothing(bound) => {
            Side::Open
        }
        Some(bound) => Side::Bound(bound),
        None => Side::Beyond,
    }
}

/// Quotes bounds; those that nothing is within are left open.
fn finish<T: PartialOrd + Copy>(
    bounds: Bounds<T>,
    fact: Fact,
    used: &[At<'_>],
    told: &mut Told,
) -> Bounds<T> {
    let is_empty = matches!((bounds.min, bounds.max), (Some(min), Some(max)) if min > max);
    if is_empty {
        told.open(used);
        return Bounds {
            min: None,
            max: None,
        };
    }
    if !bounds.is_open() {
        told.quote(fact, used);
    }
    bounds
}

/// The whole number that a value is, as `100` and `100.0` are.
fn whole(value: &Value) -> Option<i64> {
    let exact = value.as_i64();
    // Beyond this a double does not tell whole numbers apart.
    let fits = |number: &f64| number.fract() == 0.0 && number.abs() < 9e15;
    exact.or_else(|| value.as_f64().filter(fits).map(|number| number as i64))
}

/// The range of the number that a text stands for, as the extension beside the pattern of
/// it says: `1 to 100`, `at least 1`, `at most 100`. JSON Schema has no keyword for it.
pub(super) fn range_of_text(layers: &Layers<'_>, told: &mut Told) -> Option<Bounds<i64>> {
    let (keyword, pattern) = layers.all.iter().find_map(|layer| {
        let keyword = layer.get("x-range")?;
        Some((keyword, layer.text("pattern")?))
    })?;
    let text = keyword.value.as_str()?;
    let number = |text: &str| text.parse::<i64>().ok();
    let (min, max) = match (
        text.strip_prefix("at least "),
        text.strip_prefix("at most "),
    ) {
        (Some(min), _) => (number(min), None),
        (_, Some(max)) => (None, number(max)),
        _ => text
            .split_once(" to ")
            .map(|(min, max)| (number(min), number(max)))?,
    };
    let bounds = Bounds { min, max };
    let is_it = bounds.to_string() == text && pattern_of_range(&bounds) == pattern;
    is_it.then(|| told.quote(Fact::Range, &[keyword]))?;
    Some(bounds)
}

/// The pattern of a text, where texts can be held against it.
pub(super) fn pattern(layers: &Layers<'_>, told: &mut Told) -> Option<Pattern> {
    let mut keywords: Vec<At<'_>> = layers.keyword("pattern").collect();
    keywords.retain(|keyword| keyword.value != "");
    keywords.dedup_by(|one, other| one.value == other.value);
    match keywords.as_slice() {
        [] => None,
        [keyword] => {
            let read = keyword.value.as_str().and_then(Pattern::read);
            let read = read.filter(Pattern::is_held);
            match read {
                Some(_) => told.quote(Fact::Pattern, &keywords),
                None => told.open(&keywords),
            }
            read
        }
        _ => {
            told.open(&keywords);
            None
        }
    }
}

/// Leaves pattern and format open where no text was made that keeps them with everything
/// else: what cannot be shown to conform is held against nothing.
pub(super) fn open_form_without_texts(facts: &mut Constraints, told: &mut Told) {
    let keeps = |text: &String| facts.is_of_stated_form(text);
    let has_text = match facts.values.as_slice() {
        [] => facts.text_of_form(&facts.length, 0).is_some(),
        listed => listed.iter().all(keeps),
    };
    if !facts.states_form() || has_text {
        return;
    }
    for fact in [Fact::Pattern, Fact::Format] {
        let quote = told.quotes.remove(&fact);
        told.beyond.extend(quote.map(|quote| quote.words));
    }
    facts.pattern = None;
    facts.format = None;
}

/// The form of a text.
pub(super) fn format(layers: &Layers<'_>, told: &mut Told) -> Option<Format> {
    let mut found = None;
    for keyword in layers.keyword("format") {
        let name = keyword.value.as_str().unwrap_or_default();
        match Format::named(name) {
            Some(format) if found.is_none_or(|known| known == format) => {
                found = Some(format);
                told.quote(Fact::Format, &[keyword]);
            }
            _ if ANY_FORMATS.contains(&name) => {}
            None if !UNHELD_FORMATS.contains(&name) => told.unknown.push(quoted(&keyword)),
            _ => told.open(&[keyword]),
        }
    }
    found
}

/// The whole numbers of this format; `Integer` where it says nothing.
pub(super) fn width(layers: &Layers<'_>, told: &mut Told) -> TypeName {
    let mut kind = TypeName::Integer;
    for keyword in layers.keyword("format") {
        match keyword.value.as_str().unwrap_or_default() {
            "int32" => kind = TypeName::Int32,
            "int64" if kind == TypeName::Integer => kind = TypeName::Long,
            "int64" => {}
            name if ANY_FORMATS.contains(&name) => {}
            name => told.unknown.push(quoted_as("format", &Value::from(name))),
        }
    }
    kind
}
