//! Cases of a parameter: values at the ends of its documented space, and just outside.

use super::{Entry, Skeleton, in_base, members, slug};
use crate::contract::TypeName;
use crate::contract::{Location, Mandatory, Parameter};
use crate::profile::Role;
use crate::suite::case::Value;
use crate::suite::payload::unlisted_truth;
use crate::suite::strategy::conforming_edges;

/// Longest text of a parameter: servers may bound a request's head.
const MAX_SENT: u64 = 4096;

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
        if is_text && facts.length.is_open() {
            if !in_base(parameter) {
                let text = conforming_edges(field)
                    .into_iter()
                    .next()
                    .unwrap_or_default();
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
                    filled("0f1e2d3c4b5a6978", length),
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
            for (name, summary, text) in unlisted(first) {
                let is_listed = field.constraints.values.contains(&text);
                if !is_listed && parameter.location.carries(&text) {
                    entry(name.into(), summary.into(), "enum", Value::Text(text));
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
        let length = &field.constraints.length;
        let mut lengths: Vec<u64> = Vec::new();
        if let Some(min) = length.min {
            lengths.extend([1, min.saturating_sub(1)]);
        }
        if let Some(max) = length.max {
            lengths.extend([max + 1, max * 2, MAX_SENT]);
        }
        lengths.retain(|count| {
            // An empty segment is another route; an empty header may be dropped on its way.
            (*count > 0 || parameter.location == Location::Query)
                && *count <= 2 * MAX_SENT
                && (length.min.is_some_and(|min| *count < min)
                    || length.max.is_some_and(|max| *count > max))
        });
        lengths.dedup();
        for count in lengths {
            entry(
                format!("of-{count}-characters"),
                format!("of {count} characters, outside the documented bounds"),
                "length",
                filled("0f1e2d3c4b5a6978", usize::try_from(count).unwrap_or(0)),
            );
        }
        entries
    }
}

/// What breaks the type or the range of a number or a Boolean.
fn numbers(parameter: &Parameter) -> Vec<(String, String, &'static str, String)> {
    let field = &parameter.field;
    let facts = &field.constraints;
    let mut found: Vec<(String, String, &'static str, String)> = Vec::new();
    let mut number = |aspect: &'static str, text: String| {
        found.push((
            format!("at-{}", slug(&text)),
            format!("is {text}, outside what is documented"),
            aspect,
            text,
        ));
    };
    let listed: Vec<i64> = facts
        .values
        .iter()
        .filter_map(|value| value.parse().ok())
        .collect();
    if *field.kind.innermost() != TypeName::String
        && let (Some(min), Some(max)) = (listed.iter().min(), listed.iter().max())
    {
        number("enum", max.saturating_add(1).to_string());
        number("enum", min.saturating_sub(1).to_string());
    }
    if let Some(other) = unlisted_truth(field.kind.innermost(), &facts.values) {
        number("enum", other.to_string());
    }
    let below = facts.range.min.and_then(|min| min.checked_sub(1));
    let above = facts.range.max.and_then(|max| max.checked_add(1));
    for outside in below.into_iter().chain(above) {
        number("range", outside.to_string());
    }
    if facts.range.is_open() && facts.values.is_empty() {
        match field.kind.innermost() {
            TypeName::Int32 => number("type", (i64::from(i32::MAX) + 1).to_string()),
            TypeName::Long => number("type", (i128::from(i64::MAX) + 1).to_string()),
            _ => {}
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

/// Texts that lenient comparisons take for `value`: name, summary, text.
fn unlisted(value: &str) -> Vec<(&'static str, &'static str, String)> {
    let mut capital = value.to_owned();
    if let Some(first) = capital.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    let cut: String = value
        .chars()
        .take(value.chars().count().saturating_sub(1))
        .collect();
    let encoded: String = value
        .chars()
        .next()
        .map(|first| format!("%{:02x}{}", u32::from(first), &value[first.len_utf8()..]))
        .unwrap_or_default();
    let mut texts = vec![
        ("unlisted", "that no list names", "unlisted".to_owned()),
        ("in-upper-case", "in upper case", value.to_uppercase()),
        ("capitalised", "with a capital letter", capital),
        (
            "with-space-before",
            "with a space before it",
            format!(" {value}"),
        ),
        (
            "with-space-after",
            "with a space behind it",
            format!("{value} "),
        ),
        (
            "with-newline-after",
            "with a line feed behind it",
            format!("{value}\n"),
        ),
        ("prefix", "without its last character", cut),
        ("with-suffix", "with a character more", format!("{value}s")),
        ("blank", "that is a single space", " ".to_owned()),
        ("null", "that is the word null", "null".to_owned()),
        ("numeric", "that is a number", "0".to_owned()),
        ("non-ascii", "in another script", "审计".to_owned()),
        (
            "with-accent",
            "with an accented letter behind it",
            format!("{value}é"),
        ),
        ("with-quote", "with a quotation mark", format!("{value}\"")),
        ("with-apostrophe", "with an apostrophe", format!("{value}'")),
        (
            "with-percent-sign",
            "with a percent sign",
            format!("{value}%"),
        ),
        (
            "encoded-twice",
            "whose percent-encoding is encoded again",
            encoded,
        ),
        ("with-nul", "with a NUL behind it", format!("{value}\0")),
    ];
    texts.retain(|(_, _, text)| text != value && !text.is_empty());
    texts
}

pub(super) fn filled(with: &str, length: usize) -> Value {
    Value::Filled {
        with: with.into(),
        length,
    }
}
