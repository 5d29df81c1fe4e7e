//! Judges a parsed body against the schema of its status, and gives each
//! violation its rule and the clause of its row.

use super::json::{Parsed, shown_key};
use super::judgement::Judgement;
use super::rule::{self, Rule};
use crate::contract::TypeName;
use crate::contract::{Body, ClauseId, Field, Format, Pattern};
use crate::schema::Validator;
use crate::schema::validate::{Aspect, Violation};
use serde_json::{Map, Value};

/// Judges `parsed` as the body of `status`; `unlisted` is the rule for members that no
/// table lists.
pub(super) fn judge(
    status: u16,
    body: &Body,
    validator: &Validator,
    parsed: &Parsed,
    unlisted: &'static Rule,
    judgement: &mut Judgement,
) {
    let violations = validator.violations(&parsed.value);
    for violation in &violations {
        // A value of the wrong type breaks its list and its bounds as well; the type says it.
        let is_echo = violation.aspect != Aspect::Type
            && violations
                .iter()
                .any(|other| other.aspect == Aspect::Type && other.path == violation.path);
        if !is_echo {
            place(status, body, violation, judgement);
        }
    }
    for pointer in &parsed.fractions {
        let path: Vec<String> = pointer.split('/').skip(1).map(str::to_owned).collect();
        let located = locate(status, body, &path);
        if located.is_integer() {
            judgement.push_at(
                &rule::INTEGER_AS_FRACTION,
                located.stem.with("type"),
                pointer.clone(),
                "digits alone",
                "an integer with a fraction or exponent",
            );
        }
    }
    let mut members = Members {
        status,
        body,
        unlisted,
        judgement,
    };
    match (body.whole(), &parsed.value) {
        (Some(whole), value) => members.inside(&whole.kind, value, String::new()),
        (None, Value::Object(found)) => members.object(&body.fields, found, String::new()),
        (None, _) => {}
    }
}

/// Whether the body of a refusal holds what only a success documents: half of it at least,
/// and more than one member, since an id or a status of its own may have the same name.
pub(super) fn leaks(refused: &Body, success: &Body, body: &Value) -> bool {
    let Some(found) = body.as_object() else {
        return false;
    };
    let is_documented = |name: &str| refused.fields.iter().any(|field| field.name == name);
    let of_success = success.fields.iter().map(|field| field.name.as_str());
    let secret: Vec<&str> = of_success.filter(|name| !is_documented(name)).collect();
    let held = secret.iter().filter(|name| found.contains_key(**name));
    let held = held.count();
    held > 1 && held * 2 >= secret.len()
}

/// A place in a body in terms of its documented rows.
struct Located<'a> {
    /// Clause stem of the innermost documented row; `response/<status>` for the body.
    stem: ClauseId,
    /// That row; `None` for the root of an object.
    field: Option<&'a Field>,
    /// Pointer with array indices generalised.
    pointer: String,
    /// The documented type of what stands there; `None` below what is documented.
    kind: Option<&'a TypeName>,
}

impl Located<'_> {
    /// Whether an integer is documented there, and not an array or a map of them.
    fn is_integer(&self) -> bool {
        matches!(
            self.kind,
            Some(TypeName::Integer | TypeName::Int32 | TypeName::Long)
        )
    }
}

fn locate<'a>(status: u16, body: &'a Body, path: &[String]) -> Located<'a> {
    let mut located = Located {
        stem: ClauseId::response(status),
        field: None,
        pointer: String::new(),
        kind: None,
    };
    let mut descent = Descent {
        body,
        members: &body.fields,
        stem: located.stem.clone(),
        entered: Vec::new(),
    };
    let mut kind = None;
    if let Some(whole) = body.whole() {
        located.field = Some(whole);
        kind = Some(&whole.kind);
        descent.enter(&located.stem, whole);
    }
    for segment in path {
        if let Some(TypeName::Array(inner) | TypeName::Map(inner)) = kind {
            kind = Some(&**inner);
            located.pointer.push_str("/*");
            continue;
        }
        located.pointer.push('/');
        located.pointer.push_str(&shown_key(segment));
        match descent.members.iter().find(|field| field.name == *segment) {
            Some(field) => {
                located.stem = field.stem_in(&descent.stem);
                located.field = Some(field);
                kind = Some(&field.kind);
                descent.enter(&located.stem, field);
            }
            None => {
                descent.members = &[];
                kind = None;
            }
        }
    }
    located.kind = kind;
    located
}

/// The way from the root of a body to a member.
struct Descent<'a> {
    body: &'a Body,
    /// The rows of the object that stands next on the way.
    members: &'a [Field],
    /// The stem of their clauses.
    stem: ClauseId,
    /// Objects entered so far, with the stem of their members: an object inside itself
    /// is stated once.
    entered: Vec<(&'a str, ClauseId)>,
}

impl<'a> Descent<'a> {
    /// Steps into the object that a row holds, if any.
    fn enter(&mut self, stem: &ClauseId, field: &'a Field) {
        self.members = self.body.members(&field.kind).unwrap_or_default();
        self.stem = stem.clone().inside(&field.kind);
        if let Some(name) = field.kind.object_name() {
            match self.entered.iter().find(|(other, _)| *other == name) {
                Some((_, first)) => self.stem.clone_from(first),
                None => self.entered.push((name, self.stem.clone())),
            }
        }
    }
}

fn place(status: u16, body: &Body, violation: &Violation, judgement: &mut Judgement) {
    let located = locate(status, body, &violation.path);
    let Some(field) = located.field else {
        judgement.push_at(
            &rule::VALUE_TYPE,
            ClauseId::response_body(status),
            located.pointer,
            "a JSON object",
            class(&violation.found),
        );
        return;
    };
    let facts = &field.constraints;
    let kind = field.kind.describe();
    let (rule, aspect, documented, observed) = match violation.aspect {
        Aspect::Missing => (
            &rule::MEMBER_MISSING,
            field.presence_aspect().unwrap_or("mandatory"),
            "present".to_owned(),
            "absent",
        ),
        Aspect::Type if violation.found.is_null() => (&rule::VALUE_NULL, "type", kind, "null"),
        Aspect::Type if located.is_integer() && violation.found.is_number() => {
            (&rule::VALUE_FRACTION, "type", kind, "a fraction")
        }
        Aspect::Type => (&rule::VALUE_TYPE, "type", kind, class(&violation.found)),
        Aspect::Range if facts.range.is_open() => (
            &rule::VALUE_RANGE,
            "type",
            kind,
            "a number beyond this type",
        ),
        Aspect::Range => (
            &rule::VALUE_RANGE,
            "range",
            facts.range.to_string(),
            "a number outside this range",
        ),
        Aspect::Length => (
            &rule::VALUE_LENGTH,
            "length",
            format!("{} characters", facts.length),
            "another length",
        ),
        Aspect::Pattern => (
            &rule::VALUE_PATTERN,
            "pattern",
            format!(
                "a match of {}",
                facts.pattern.as_ref().map_or("", Pattern::as_str)
            ),
            "a text that does not match",
        ),
        Aspect::Format => (
            &rule::VALUE_FORMAT,
            "format",
            format!("the format {}", facts.format.map_or("", Format::name)),
            "a text of another format",
        ),
        Aspect::Items => (
            &rule::VALUE_ITEMS,
            "items",
            format!("{} items", facts.items),
            "another number of items",
        ),
        Aspect::Listed => match field
            .tolerated
            .iter()
            .find(|tolerated| violation.found.as_str() == Some(tolerated.value.as_str()))
        {
            Some(_) => (
                &rule::VALUE_TOLERATED,
                "enum",
                format!("one of {}", facts.values.join(", ")),
                "a value that the reading tolerates",
            ),
            None => (
                &rule::VALUE_UNLISTED,
                "enum",
                format!("one of {}", facts.values.join(", ")),
                "an unlisted value",
            ),
        },
        Aspect::Other => (&rule::VALUE_TYPE, "type", kind, class(&violation.found)),
    };
    judgement.push_at(
        rule,
        located.stem.with(aspect),
        located.pointer,
        documented,
        observed,
    );
}

/// The class of a JSON value.
fn class(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a Boolean",
        Value::Number(number) if number.is_f64() => "a number with a fraction",
        Value::Number(_) => "an integer",
        Value::String(_) => "a String",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

/// Most undocumented members that are told of one object, and most items of an array that
/// are looked through.
const MAX_NOTES: usize = 20;

/// Looks through a body for members that no table lists, and for integers beyond 32 bits
/// where nothing says how wide they are: what the schema lets pass.
struct Members<'a> {
    status: u16,
    body: &'a Body,
    unlisted: &'static Rule,
    judgement: &'a mut Judgement,
}

impl Members<'_> {
    fn object(&mut self, documented: &[Field], members: &Map<String, Value>, pointer: String) {
        let mut noted = 0;
        for (name, value) in members {
            let pointer = || format!("{pointer}/{}", shown_key(name));
            match documented.iter().find(|field| field.name == *name) {
                Some(field) if is_looked_through(&field.kind) => {
                    self.inside(&field.kind, value, pointer());
                }
                Some(_) => {}
                None => {
                    noted += 1;
                    if noted <= MAX_NOTES {
                        self.judgement.push_at(
                            self.unlisted,
                            ClauseId::response_body(self.status),
                            pointer(),
                            "the listed members",
                            "another member",
                        );
                    }
                }
            }
        }
    }

    /// Looks through the arrays and maps of a type for what they hold.
    fn inside(&mut self, kind: &TypeName, value: &Value, pointer: String) {
        let before = self.judgement.differences.len();
        match (kind, value) {
            (TypeName::Array(item), Value::Array(items)) => {
                for value in items.iter().take(MAX_NOTES) {
                    self.inside(item, value, format!("{pointer}/*"));
                    dedup(&mut self.judgement.differences, before);
                }
            }
            (TypeName::Map(item), Value::Object(members)) => {
                for value in members.values().take(MAX_NOTES) {
                    self.inside(item, value, format!("{pointer}/*"));
                    dedup(&mut self.judgement.differences, before);
                }
            }
            (TypeName::Named(_), Value::Object(members)) => {
                let body = self.body;
                if let Some(documented) = body.members(kind) {
                    self.object(documented, members, pointer);
                }
            }
            (TypeName::Integer, Value::Number(number)) if is_wide(number) => {
                let path: Vec<String> = pointer.split('/').skip(1).map(str::to_owned).collect();
                let located = locate(self.status, self.body, &path);
                self.judgement.push_at(
                    &rule::INTEGER_WIDE,
                    located.stem.with("type"),
                    located.pointer,
                    kind.describe(),
                    "an integer beyond 32 bits",
                );
            }
            _ => {}
        }
    }
}

/// Whether values of a type hold what is looked for.
fn is_looked_through(kind: &TypeName) -> bool {
    matches!(kind.innermost(), TypeName::Named(_) | TypeName::Integer)
}

fn is_wide(number: &serde_json::Number) -> bool {
    let fits = |integer: i64| i32::try_from(integer).is_ok();
    number.as_i64().is_some_and(|integer| !fits(integer))
        || number.as_u64().is_some_and(|it| it > i64::MAX as u64)
}

/// Drops differences from `start` on that already stand in front of them.
fn dedup(differences: &mut Vec<super::difference::Difference>, start: usize) {
    let mut at = start;
    while at < differences.len() {
        if differences[..at].contains(&differences[at]) {
            differences.remove(at);
        } else {
            at += 1;
        }
    }
}
