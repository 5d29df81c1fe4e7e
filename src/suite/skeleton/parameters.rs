//! Cases of a parameter: values at the ends of its documented space, and just outside.

use super::{Entry, Skeleton, in_base, members, slug};
use crate::contract::TypeName;
use crate::contract::{Location, Mandatory, Parameter};
use crate::profile::Role;
use crate::suite::attack;
use crate::suite::case::Value;
use crate::suite::mutation::{self, FILLER};
use crate::suite::shown::shown;
use crate::suite::strategy::{breaks, conforming_edges};

/// Longest text of a parameter: servers may bound a request's head.
const MAX_SENT: u64 = 4096;
/// Texts of another form that are cases of their own.
const NAMED: usize = 4;

impl Skeleton<'_> {
    /// Requests at the ends of what a row allows.
    pub(super) fn boundaries(&self, parameter: &Parameter) -> Vec<Entry> {
        let field = &parameter.field;
        let facts = &field.constraints;
        let name = slug(&field.name);
        let is_text = facts.values.is_empty()
            && facts.range.is_open()
            && *field.kind.innermost() == TypeName::String;
        let mut entries = Vec::new();
        let mut entry = |id: String, summary: String, aspect: Option<&str>, value: Value| {
            let clause = match aspect {
                Some(aspect) => parameter.stem().with(aspect),
                None => self.success_clause(),
            };
            let entry = self.entry(id, summary, clause, self.successes());
            let mut entry = self.elsewhere(parameter, entry);
            members(&mut entry.changes, parameter.location).insert(field.name.clone(), value);
            entries.push(entry);
        };
        let shown = shown(self.contract, parameter);
        if shown.is_none() && field.is_told_in_prose() && !in_base(parameter) {
            return entries;
        }
        if is_text && facts.states_form() {
            let aspect = if facts.pattern.is_some() {
                "pattern"
            } else {
                "format"
            };
            let texts = shown.into_iter().chain(conforming_edges(field));
            let texts = texts.filter(|text| parameter.location.carries(text));
            for (at, text) in texts.enumerate() {
                entry(
                    format!("valid/{name}-of-its-{aspect}-{}", at + 1),
                    format!("{} '{}', of its {aspect}", field.name, text.escape_debug()),
                    Some(aspect),
                    Value::Text(text),
                );
            }
            return entries;
        }
        if is_text && (facts.length.is_open() || shown.is_some()) {
            if !in_base(parameter) {
                let made_up = || conforming_edges(field).into_iter().next();
                let text = shown.or_else(made_up).unwrap_or_default();
                entry(
                    format!("valid/{name}-given"),
                    format!("{} given, which may be left out", field.name),
                    None,
                    Value::Text(text),
                );
            }
            return entries;
        }
        if is_text {
            let mut lengths: Vec<usize> = conforming_edges(field)
                .iter()
                .map(|text| text.chars().count())
                .filter(|length| *length as u64 <= MAX_SENT)
                .collect();
            // Nothing travels in a query alone.
            if parameter.location == Location::Query && facts.length.min == Some(0) {
                lengths.insert(0, 0);
            }
            lengths.dedup();
            for length in lengths {
                entry(
                    format!("valid/{name}-of-{length}-characters"),
                    format!(
                        "{} of {length} characters, within the documented bounds",
                        field.name
                    ),
                    Some("length"),
                    filled(FILLER, length),
                );
            }
            return entries;
        }
        let aspect = if !facts.values.is_empty() {
            "enum"
        } else if !facts.range.is_open() {
            "range"
        } else {
            "type"
        };
        for text in conforming_edges(field) {
            entry(
                format!("valid/{name}-{}", slug(&text)),
                format!("{} '{text}', as documented", field.name),
                Some(aspect),
                Value::Text(text),
            );
        }
        entries
    }

    /// Whether a request without this parameter breaks its row.
    pub(super) fn can_lack(&self, parameter: &Parameter) -> bool {
        parameter.field.mandatory == Mandatory::Yes && parameter.location != Location::Path
    }

    /// Requests that break one clause of a row.
    pub(super) fn violations(&self, parameter: &Parameter) -> Vec<Entry> {
        let Some(invalid) = self.status(Role::Parameter) else {
            return Vec::new();
        };
        let field = &parameter.field;
        let subject = self.file_of(parameter);
        let mut entries = Vec::new();
        let mut entry = |name: String, summary: String, aspect: &str, value: Value| {
            let mut entry = Entry {
                control: Some(self.control.clone()),
                ..self.entry(
                    format!("{subject}/{name}"),
                    format!("{} {summary}", field.name),
                    parameter.stem().with(aspect),
                    vec![invalid],
                )
            };
            members(&mut entry.changes, parameter.location).insert(field.name.clone(), value);
            entries.push(entry);
        };
        if self.can_lack(parameter) {
            entry(
                "missing".into(),
                "is left out".into(),
                "mandatory",
                Value::Omitted,
            );
        }
        for (name, summary, aspect, text) in numbers(parameter) {
            entry(name, summary, aspect, Value::Text(text));
        }
        if let Some(first) = field
            .constraints
            .values
            .first()
            .filter(|_| *field.kind.innermost() == TypeName::String)
        {
            let values = &field.constraints.values;
            for spelling in SPELLINGS.iter().filter_map(|name| attack::spelling(name)) {
                let text = spelling.of(values, 0);
                if !values.contains(&text) && !text.is_empty() && parameter.location.carries(&text)
                {
                    let summary = spelling.summary.clone();
                    entry(spelling.name.clone(), summary, "enum", Value::Text(text));
                }
            }
            entry(
                "very-long".into(),
                "of 4096 characters".into(),
                "enum",
                filled(first, 4096),
            );
        }
        if *field.kind.innermost() != TypeName::String {
            return entries;
        }
        for aspect in ["pattern", "format"] {
            let texts = mutation::of_another_form(field, aspect).into_iter();
            let is_broken = |text: &String| {
                let request = self.validator.as_ref();
                request.is_none_or(|request| breaks(request, parameter, aspect, text))
            };
            for (at, text) in texts.filter(is_broken).take(NAMED).enumerate() {
                entry(
                    format!("of-another-{aspect}-{}", at + 1),
                    format!("is '{}', of another {aspect}", text.escape_debug()),
                    aspect,
                    Value::Text(text),
                );
            }
        }
        let length = &field.constraints.length;
        // An empty segment is another route; an empty header may be dropped on its way.
        let is_empty = parameter.location == Location::Query && length.min == Some(1);
        let mut lengths = mutation::lengths(length, u64::from(!is_empty));
        lengths.extend(length.max.filter(|max| *max < MAX_SENT).map(|_| MAX_SENT));
        lengths.retain(|count| *count <= 2 * MAX_SENT);
        lengths.dedup();
        for count in lengths {
            entry(
                format!("of-{count}-characters"),
                format!("of {count} characters, outside the documented bounds"),
                "length",
                filled(FILLER, usize::try_from(count).unwrap_or(0)),
            );
        }
        entries
    }
}

/// What breaks the type or the range of a number or a Boolean.
fn numbers(parameter: &Parameter) -> Vec<(String, String, &'static str, String)> {
    let field = &parameter.field;
    let mut found: Vec<(String, String, &'static str, String)> = Vec::new();
    let mut number = |aspect: &'static str, text: String| {
        found.push((
            format!("at-{}", slug(&text)),
            format!("is {text}, outside what is documented"),
            aspect,
            text,
        ));
    };
    for outside in mutation::numbers(field, "enum") {
        number("enum", outside.to_string());
    }
    if let Some(other) = mutation::unlisted_truth(field) {
        number("enum", other.to_string());
    }
    for aspect in ["range", "type"] {
        for outside in mutation::numbers(field, aspect) {
            number(aspect, outside.to_string());
        }
    }
    if matches!(
        field.kind.innermost(),
        TypeName::Integer | TypeName::Int32 | TypeName::Long | TypeName::Number | TypeName::Boolean
    ) {
        found.push((
            "not-of-its-type".into(),
            format!("is 'x', which is no {}", field.kind.describe()),
            "type",
            "x".into(),
        ));
    }
    found
}

/// The spellings of the dictionary that are cases of their own.
const SPELLINGS: [&str; 18] = [
    "unlisted",
    "in-upper-case",
    "capitalised",
    "with-space-before",
    "with-space-after",
    "with-newline-after",
    "prefix",
    "with-suffix",
    "blank",
    "null",
    "numeric",
    "non-ascii",
    "with-accent",
    "with-quote",
    "with-apostrophe",
    "with-percent-sign",
    "encoded-twice",
    "with-nul",
];

pub(super) fn filled(with: &str, length: usize) -> Value {
    Value::Filled {
        with: with.into(),
        length,
    }
}
