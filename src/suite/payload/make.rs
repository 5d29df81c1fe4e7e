//! Makes conforming bodies, and finds the places in them that clauses speak of.

use super::change::{root_pointer, segment, set, value};
use super::span;
use crate::contract::TypeName;
use crate::contract::{
    Body, Bounds, ClauseId, Constraints, Contract, Field, Mandatory, Place, Step,
};
use crate::schema::{Validator, listed};
use crate::suite::case::Member;
use crate::suite::mutation;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// Objects inside each other that drawn bodies hold where they need not.
const MAX_DRAWN_DEPTH: usize = 4;
/// Key of the one entry of made-up maps.
pub(super) const KEY: &str = "key";
/// How much longer than its minimum a made-up string is at most.
const MAX_DRAWN: u64 = 4096;
/// Longest string that a case file spells out.
pub(super) const MAX_SPELT: u64 = 1 << 16;
/// Most items of an array at its bounds.
const MAX_ITEMS: u64 = 10_000;
/// Longest made-up string where no bound is documented.
const UNBOUNDED: u64 = 24;

/// Just beyond 32 bits, signed and not, and beyond what a double holds exactly.
const WIDE: [i64; 3] = [1 << 31, 1 << 32, (1 << 53) + 1];

/// A stream of numbers that depends on its seed alone (splitmix64).
#[derive(Clone, Debug)]
pub(in crate::suite) struct Draw {
    state: u64,
    /// Every choice is the first one.
    is_plain: bool,
}

impl Draw {
    /// A stream that always chooses the first.
    pub(in crate::suite) fn plain() -> Self {
        Self {
            state: 0,
            is_plain: true,
        }
    }

    /// The stream of a seed.
    pub(in crate::suite) fn seeded(seed: u64) -> Self {
        Self {
            state: seed,
            is_plain: false,
        }
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `count`, which is not 0.
    pub(super) fn below(&mut self, count: u64) -> u64 {
        if self.is_plain {
            0
        } else {
            self.next() % count
        }
    }

    /// A number within inclusive bounds, often one of them.
    pub(super) fn between(&mut self, min: i64, max: i64) -> i64 {
        match self.below(6) {
            0 => min,
            1 => max,
            _ => {
                let span = max.abs_diff(min);
                let step = if span == u64::MAX {
                    self.next()
                } else {
                    self.below(span + 1)
                };
                min.wrapping_add_unsigned(step)
            }
        }
    }

    pub(super) fn text(&mut self, length: u64) -> String {
        const LETTERS: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789";
        (0..length)
            .map(|at| {
                let letter = if self.is_plain { at } else { self.next() };
                char::from(LETTERS[usize::try_from(letter % LETTERS.len() as u64).unwrap_or(0)])
            })
            .collect()
    }
}

/// Every place of a request's body, outer ones first.
pub(in crate::suite) fn places(body: &Body) -> impl Iterator<Item = Place<'_>> {
    body.places(ClauseId::request_body())
}

/// Pointer to a place in a full body.
pub(in crate::suite) fn pointer(place: &Place<'_>) -> String {
    let segments = place.path.iter().map(|step| match step {
        Step::Member(name) => format!("/{}", segment(name)),
        Step::Item => "/0".to_owned(),
        Step::Value => format!("/{KEY}"),
    });
    segments.collect()
}

/// A body with every member that is documented.
pub(in crate::suite) fn conforming(body: &Body, draw: &mut Draw, is_full: bool) -> Value {
    match body.whole() {
        Some(whole) => of_kind(
            body,
            &whole.kind,
            &whole.constraints,
            draw,
            is_full,
            &mut Vec::new(),
        ),
        None => object(body, &body.fields, draw, is_full, &mut Vec::new()),
    }
}

/// The body of the base request: the page's example where it conforms, else a full one.
pub(in crate::suite) fn base(contract: &Contract, validator: &Validator) -> Option<Value> {
    let body = contract.request_body.as_ref()?;
    let example = contract
        .request_example()
        .filter(|example| violated(validator, (*example).clone()).is_empty());
    Some(example.unwrap_or_else(|| conforming(body, &mut Draw::plain(), true)))
}

/// The body with nothing but what must be given; conditions are taken to hold.
pub(in crate::suite) fn minimal(body: &Body) -> Value {
    conforming(body, &mut Draw::plain(), false)
}

/// Violations of a body alone: the rest of the request is not looked at.
pub(in crate::suite) fn violated(
    validator: &Validator,
    body: Value,
) -> Vec<crate::schema::Violation> {
    let request = Map::from_iter([("body".to_owned(), body)]);
    validator
        .violations(&Value::Object(request))
        .into_iter()
        .filter(|violation| violation.path.first().is_some_and(|first| first == "body"))
        .collect()
}

/// An object; `is_full` adds what may be left out. `inside` names the objects around it.
fn object<'a>(
    body: &'a Body,
    fields: &'a [Field],
    draw: &mut Draw,
    is_full: bool,
    inside: &mut Vec<&'a str>,
) -> Value {
    let mut members = Map::new();
    for field in fields {
        let must = matches!(field.mandatory, Mandatory::Yes | Mandatory::Conditional);
        let may =
            is_full && (draw.is_plain || draw.below(2) == 0 && inside.len() < MAX_DRAWN_DEPTH);
        if must || may {
            members.insert(
                field.name.clone(),
                of_kind(body, &field.kind, &field.constraints, draw, is_full, inside),
            );
        }
    }
    span::order(fields, &mut members);
    Value::Object(members)
}

/// A conforming value of a field.
pub(super) fn of_field(body: &Body, field: &Field, draw: &mut Draw) -> Value {
    of_kind(
        body,
        &field.kind,
        &field.constraints,
        draw,
        true,
        &mut Vec::new(),
    )
}

fn of_kind<'a>(
    body: &'a Body,
    kind: &'a TypeName,
    facts: &Constraints,
    draw: &mut Draw,
    is_full: bool,
    inside: &mut Vec<&'a str>,
) -> Value {
    // An object inside itself has no more than it must, and is empty where that has no end.
    let around = times_inside(kind, inside);
    match kind {
        TypeName::Array(item) => {
            let min = facts.items.min.unwrap_or(0);
            let max = facts.items.max.unwrap_or(min + 2).max(min).min(min + 3);
            // A plain body shows an item where one is allowed: clauses speak of it.
            let count = if draw.is_plain {
                max.min(min.max(1))
            } else {
                min + draw.below(max - min + 1)
            };
            let facts = of_items(facts);
            let count = if around > 0 { min } else { count };
            (0..count)
                .map(|_| of_kind(body, item, &facts, draw, is_full, inside))
                .collect()
        }
        TypeName::Map(value) => {
            json!({ KEY: of_kind(body, value, &of_items(facts), draw, is_full, inside) })
        }
        TypeName::Named(_) if around > 1 => json!({}),
        TypeName::Named(name) => {
            let members = body.members(kind).unwrap_or_default();
            inside.push(name);
            let object = object(body, members, draw, is_full && around == 0, inside);
            inside.pop();
            object
        }
        TypeName::Object => json!({}),
        kind => scalar(kind, facts, draw),
    }
}

/// How many of the objects around are of the type of this object, or of its items.
fn times_inside(kind: &TypeName, inside: &[&str]) -> usize {
    let name = kind.object_name();
    inside.iter().filter(|outer| name == Some(**outer)).count()
}

/// Facts of an array or a map but for the number of its items are those of its items.
pub(super) fn of_items(facts: &Constraints) -> Constraints {
    Constraints {
        items: Bounds::default(),
        ..facts.clone()
    }
}

fn scalar(kind: &TypeName, facts: &Constraints, draw: &mut Draw) -> Value {
    if !facts.values.is_empty() {
        let at = draw.below(facts.values.len() as u64);
        return listed(kind, &facts.values[usize::try_from(at).unwrap_or(0)]);
    }
    let (min, max) = facts.conforming_numbers(kind);
    match kind {
        TypeName::Boolean => json!(draw.below(2) == 0),
        TypeName::Integer | TypeName::Int32 | TypeName::Long => json!(draw.between(min, max)),
        TypeName::Number if facts.range.is_open() => {
            json!([0.5, 7.0, -2.25][usize::try_from(draw.below(3)).unwrap_or(0)])
        }
        TypeName::Number => json!(draw.between(min, max)),
        TypeName::String if !facts.range.is_open() => json!(draw.between(min, max).to_string()),
        _ => {
            let seed = if draw.is_plain { 0 } else { draw.next() >> 16 };
            if let Some(text) = facts.text_of_form(&facts.length, seed) {
                return json!(text);
            }
            let min = facts.length.min.unwrap_or(1);
            let max = facts.length.max.unwrap_or(min + UNBOUNDED);
            let max = max.clamp(min, min + MAX_DRAWN);
            let span = |bound: u64| i64::try_from(bound).unwrap_or(i64::MAX);
            let length = draw.between(span(min), span(max)).unsigned_abs();
            json!(draw.text(length))
        }
    }
}

/// Puts a value of the innermost type into the arrays and maps of its field; other
/// items stay conforming.
pub(super) fn wrapped(place: &Place<'_>, leaf: Value) -> Value {
    let mut value = of_field(place.body, place.field, &mut Draw::plain());
    let mut at = &mut value;
    let mut kind = &place.field.kind;
    loop {
        match kind {
            TypeName::Array(item) => {
                kind = item;
                let Value::Array(items) = at else { break };
                if items.is_empty() {
                    items.push(Value::Null);
                }
                at = &mut items[0];
            }
            TypeName::Map(item) => {
                kind = item;
                at = &mut at[KEY];
            }
            _ => break,
        }
    }
    *at = leaf;
    value
}

/// Values at the boundaries of a place: a name and the value.
pub(in crate::suite) fn boundaries(place: &Place<'_>) -> Vec<(String, Value)> {
    let field = place.field;
    let facts = &field.constraints;
    let kind = field.kind.innermost();
    let mut found: Vec<(String, Value)> = Vec::new();
    for value in &facts.values {
        found.push((value.to_lowercase(), wrapped(place, listed(kind, value))));
    }
    if !facts.values.is_empty() {
        return found;
    }
    let lengths = [facts.length.min, facts.length.max].into_iter().flatten();
    for length in lengths.filter(|length| *length <= MAX_SPELT) {
        let text = match facts.states_form() {
            true => facts.text_of_form(&Bounds::exactly(length), 0),
            false => Some(Draw::plain().text(length)),
        };
        let text = text.map(|text| wrapped(place, json!(text)));
        found.extend(text.map(|text| (format!("of-{length}-characters"), text)));
    }
    for (at, text) in mutation::of_the_form(facts).into_iter().enumerate() {
        found.push((
            format!("of-its-form-{}", at + 1),
            wrapped(place, json!(text)),
        ));
    }
    let (least, most) = kind.safe_integers();
    let stated = [facts.range.min, facts.range.max];
    // Ends of narrower types, where the page states a range that goes beyond them.
    let wide = WIDE.map(|number| {
        let within = facts.range.min.is_none_or(|min| min <= number)
            && facts.range.max.is_some_and(|max| number <= max)
            && (least..=most).contains(&number);
        within.then_some(number)
    });
    for number in stated.into_iter().chain(wide).flatten() {
        let value = match kind {
            TypeName::String => json!(number.to_string()),
            _ => json!(number),
        };
        found.push((format!("at-{number}"), wrapped(place, value)));
    }
    if *kind == TypeName::Boolean {
        found.push(("true".into(), wrapped(place, json!(true))));
        found.push(("false".into(), wrapped(place, json!(false))));
    }
    if let TypeName::Array(item) = &field.kind {
        let counts = [facts.items.min, facts.items.max].into_iter().flatten();
        for count in counts.filter(|count| *count <= MAX_ITEMS) {
            let item = of_kind(
                place.body,
                item,
                &of_items(facts),
                &mut Draw::plain(),
                true,
                &mut Vec::new(),
            );
            let count_of = usize::try_from(count).unwrap_or(0);
            found.push((
                format!("of-{count}-items"),
                Value::Array(vec![item; count_of]),
            ));
        }
    }
    found.dedup();
    found
}

/// The body with every documented member, made when it is first asked for.
#[derive(Debug)]
pub(in crate::suite) struct Full<'a> {
    body: &'a Body,
    value: OnceLock<Value>,
}

impl<'a> Full<'a> {
    /// That of a body.
    pub(in crate::suite) fn of(body: &'a Body) -> Self {
        Self {
            body,
            value: OnceLock::new(),
        }
    }

    fn value(&self) -> &Value {
        let make = || conforming(self.body, &mut Draw::plain(), true);
        self.value.get_or_init(make)
    }
}

/// The change of the base body that makes `place` hold a conforming value: the other end
/// of a span moves with it.
pub(in crate::suite) fn conforming_change(
    base: &Value,
    full: &Full<'_>,
    place: &Place<'_>,
    value: &Value,
) -> Option<BTreeMap<String, Member>> {
    let member = Member::Json(value.to_string());
    let mut changes = broken_change(base, full, place, &member)?;
    if let [Step::Member(_)] = place.path.as_slice()
        && let Some(other) = span::moved(place.body, base, place.field, value)
    {
        changes.insert(root_pointer(other), member);
    }
    Some(changes)
}

/// The change of the base body that makes `place` hold a member. Where the base has not
/// what is around it, that of the outermost member that it lacks, as the full body has it.
pub(in crate::suite) fn broken_change(
    base: &Value,
    full: &Full<'_>,
    place: &Place<'_>,
    member: &Member,
) -> Option<BTreeMap<String, Member>> {
    let pointer = pointer(place);
    let parent = &pointer[..pointer.rfind('/').unwrap_or(0)];
    if base.pointer(parent).is_some() {
        return Some(BTreeMap::from([(pointer, member.clone())]));
    }
    let ends = pointer.match_indices('/').skip(1).map(|(at, _)| at);
    let outermost = ends
        .map(|end| &pointer[..end])
        .find(|outer| base.pointer(outer).is_none())?;
    let mut made = full.value().pointer(outermost)?.clone();
    set(&mut made, &pointer[outermost.len()..], value(member).ok()?).ok()?;
    let made = Member::Json(made.to_string());
    Some(BTreeMap::from([(outermost.to_owned(), made)]))
}
