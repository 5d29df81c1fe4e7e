//! Named cases of a skeleton suite.

use super::{Entry, Skeleton, listed, members, slug};
use crate::contract::Parameter;
use crate::suite::case::{Changes, TargetValue, TokenChange, Value};
use crate::suite::strategy::conforming_edges;

impl Skeleton<'_> {
    pub(super) fn valid(&self) -> Vec<Entry> {
        let mut entries = Vec::new();
        match listed(self.contract) {
            Some(parameter) => {
                let name = &parameter.field.name;
                for value in &parameter.field.constraints.values {
                    let mut entry = self.entry(
                        format!("valid/{}", slug(value)),
                        format!("{name} '{value}', the project that the token may use"),
                        format!("{}/enum", parameter.stem()),
                        vec![self.success],
                    );
                    members(&mut entry.changes, parameter.location)
                        .insert(name.clone(), Value::Text(value.clone()));
                    entries.push(entry);
                }
            }
            None => entries.push(self.entry(
                "valid/base".into(),
                "the base request".into(),
                self.success_clause(),
                vec![self.success],
            )),
        }
        for parameter in self
            .contract
            .parameters
            .iter()
            .filter(|parameter| !self.is_token(parameter))
        {
            let field = &parameter.field;
            if field.constraints.length.is_open() {
                continue;
            }
            let mut lengths: Vec<usize> = conforming_edges(field)
                .iter()
                .map(|text| text.chars().count())
                .collect();
            lengths.dedup();
            for length in lengths {
                let mut entry = self.entry(
                    format!("valid/{}-of-{length}-characters", slug(&field.name)),
                    format!(
                        "{} of {length} characters, within the documented bounds",
                        field.name
                    ),
                    format!("{}/length", parameter.stem()),
                    if self.is_project(parameter) {
                        self.any_project()
                    } else {
                        vec![self.success]
                    },
                );
                members(&mut entry.changes, parameter.location)
                    .insert(field.name.clone(), filled("0f1e2d3c4b5a6978", length));
                entries.push(entry);
            }
        }
        if let Some(token) = self.contract.token() {
            entries.push(Entry {
                lower_case: true,
                ..self.entry(
                    "valid/header-names-in-lower-case".into(),
                    format!(
                        "{} spelt in lower case on the wire (RFC 9110 section 5.1)",
                        token.field.name
                    ),
                    format!("{}/mandatory", token.stem()),
                    vec![self.success],
                )
            });
        }
        entries
    }

    pub(super) fn violations(&self, parameter: &Parameter) -> Vec<Entry> {
        let Some(invalid) = self.status(400) else {
            return Vec::new();
        };
        let field = &parameter.field;
        let mut entries = Vec::new();
        let mut entry = |name: String, summary: String, aspect: &str, value: Value| {
            let mut entry = Entry {
                control: Some(self.control.clone()),
                ..self.entry(
                    format!("{}/{name}", slug(&field.name)),
                    format!("{} {summary}", field.name),
                    format!("{}/{aspect}", parameter.stem()),
                    vec![invalid],
                )
            };
            members(&mut entry.changes, parameter.location).insert(field.name.clone(), value);
            entries.push(entry);
        };
        if let Some(first) = field.constraints.values.first() {
            for (name, summary, text) in unlisted(first) {
                entry(name.into(), summary.into(), "enum", Value::Text(text));
            }
            entry(
                "very-long".into(),
                "of 4096 characters".into(),
                "enum",
                filled(first, 4096),
            );
        }
        let length = &field.constraints.length;
        let mut lengths: Vec<u64> = Vec::new();
        if let Some(min) = length.min {
            lengths.extend([1, min.saturating_sub(1)]);
        }
        if let Some(max) = length.max {
            lengths.extend([max + 1, max * 2, 4096]);
        }
        lengths.retain(|count| {
            *count > 0
                && (length.min.is_some_and(|min| *count < min)
                    || length.max.is_some_and(|max| *count > max))
        });
        lengths.dedup();
        for count in lengths {
            entry(
                format!("of-{count}-characters"),
                format!("of {count} characters, outside the documented bounds"),
                "length",
                filled("0f1e2d3c4b5a6978", count as usize),
            );
        }
        entries
    }

    pub(super) fn token(&self) -> Vec<Entry> {
        let (Some(refused), Some(token)) = (self.status(401), self.contract.token()) else {
            return Vec::new();
        };
        let wrong = "00000000000000000000000000000000";
        let changes = [
            ("missing", "is not sent", Value::Omitted),
            ("empty", "is empty", Value::Text(String::new())),
            (
                "wrong",
                "is a token that nobody was given",
                Value::Text(wrong.into()),
            ),
            (
                "appended",
                "is valid but for a character behind it",
                Value::Token(TokenChange::Appended("x".into())),
            ),
            (
                "cut",
                "is valid but for its last character",
                Value::Token(TokenChange::Cut(1)),
            ),
            (
                "in-other-case",
                "is valid but for upper and lower case",
                Value::Token(TokenChange::CaseSwapped),
            ),
            (
                "very-long",
                "has 4096 characters",
                filled("0f1e2d3c4b5a6978", 4096),
            ),
        ];
        changes
            .into_iter()
            .map(|(name, summary, value)| {
                let missing = matches!(name, "missing" | "empty");
                let clause = if missing {
                    format!("{}/mandatory", token.stem())
                } else {
                    format!("status/{refused}")
                };
                let mut entry = Entry {
                    control: Some(self.control.clone()),
                    ..self.entry(
                        format!("token/{name}"),
                        format!("the token {summary}"),
                        clause,
                        vec![refused],
                    )
                };
                entry
                    .changes
                    .headers
                    .insert(token.field.name.clone(), value);
                entry
            })
            .collect()
    }

    /// Two faults in one request: either one's status conforms.
    pub(super) fn both(&self) -> Vec<Entry> {
        let (Some(invalid), Some(refused), Some(token)) =
            (self.status(400), self.status(401), self.contract.token())
        else {
            return Vec::new();
        };
        self.contract
            .parameters
            .iter()
            .filter(|parameter| !self.is_token(parameter))
            .filter_map(|parameter| {
                let mut entry = self.violations(parameter).into_iter().next()?;
                entry.id = format!("both/{}-and-no-token", slug(&parameter.field.name));
                entry.summary = format!("{}, and the token is not sent", entry.summary);
                entry.expect = vec![invalid, refused];
                entry.faults = 2;
                entry
                    .changes
                    .headers
                    .insert(token.field.name.clone(), Value::Omitted);
                Some(entry)
            })
            .collect()
    }

    pub(super) fn foreign_changes(&self) -> Option<Changes> {
        let project = self.contract.project()?;
        let mut changes = Changes::default();
        members(&mut changes, project.location).insert(
            project.field.name.clone(),
            Value::Target(TargetValue::ForeignProjectId),
        );
        Some(changes)
    }

    /// Statuses that no invalid request leads to.
    pub(super) fn unprovoked(&self) -> impl Iterator<Item = u16> {
        self.contract
            .responses
            .keys()
            .copied()
            .filter(|status| *status >= 300 && ![400, 401].contains(status))
    }

    pub(super) fn provoked(&self) -> Vec<Entry> {
        let mut entries = Vec::new();
        if let (Some(forbidden), Some(changes)) = (self.status(403), self.foreign_changes()) {
            entries.push(Entry {
                control: Some(self.control.clone()),
                changes,
                ..self.entry(
                    "provoked/foreign-project".into(),
                    "a well-formed project of another tenant".into(),
                    format!("status/{forbidden}"),
                    vec![forbidden],
                )
            });
        }
        for status in self.unprovoked() {
            entries.push(Entry {
                control: Some(self.control.clone()),
                provoke: Some(status),
                ..self.entry(
                    format!("provoked/{status}"),
                    format!("a valid request with the target's provocation for {status}"),
                    format!("status/{status}"),
                    vec![status],
                )
            });
        }
        entries
    }
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

fn filled(with: &str, length: usize) -> Value {
    Value::Filled {
        with: with.into(),
        length,
    }
}
