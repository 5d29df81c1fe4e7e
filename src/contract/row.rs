//! Defines [`Row`]: how a contract file writes a [`Field`]. Each fact stands with the
//! words that it was read from, so that a misread sentence is a line that a person sees.

use super::bounds::Bounds;
use super::field::{Constraints, Fact, Field, Mandatory, Quote, Source};
use super::{Format, Pattern, Presence, TypeName};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::BTreeMap;

/// A row as written.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    name: String,
    place: Source,
    #[serde(rename = "type")]
    kind: Stated<TypeName>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    mandatory: Option<Stated<Mandatory>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    optional: Option<Stated<bool>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    nullable: Option<Stated<bool>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    values: Option<Stated<Vec<String>>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    length: Option<Stated<Bounds<u64>>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    range: Option<Stated<Bounds<i64>>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    items: Option<Stated<Bounds<u64>>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pattern: Option<Stated<Pattern>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    format: Option<Stated<Format>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    default: Option<Stated<String>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    description: Vec<String>,
}

impl Serialize for Field {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Row::from(self.clone()).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Field {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::try_from(Row::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

/// A fact: its value, its line, and the words that state it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stated<T> {
    value: T,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    quote: Option<String>,
}

impl<T> Stated<T> {
    fn new(value: T, fact: Fact, quotes: &BTreeMap<Fact, Quote>) -> Self {
        let quote = quotes.get(&fact);
        Self {
            value,
            line: quote.map(|quote| quote.line),
            quote: quote.map(|quote| quote.words.clone()),
        }
    }
}

impl From<Field> for Row {
    fn from(field: Field) -> Self {
        let facts = field.constraints;
        let quotes = &field.quotes;
        fn stated<T>(
            value: Option<T>,
            fact: Fact,
            quotes: &BTreeMap<Fact, Quote>,
        ) -> Option<Stated<T>> {
            value.map(|value| Stated::new(value, fact, quotes))
        }
        let is_given = field.mandatory != Mandatory::Unstated;
        Self {
            kind: Stated::new(field.kind, Fact::Type, quotes),
            mandatory: stated(is_given.then_some(field.mandatory), Fact::Mandatory, quotes),
            optional: stated(field.is_optional.then_some(true), Fact::Optional, quotes),
            nullable: stated(field.is_nullable.then_some(true), Fact::Nullable, quotes),
            values: stated(
                Some(facts.values).filter(|values| !values.is_empty()),
                Fact::Values,
                quotes,
            ),
            length: stated(
                Some(facts.length).filter(|bounds| !bounds.is_open()),
                Fact::Length,
                quotes,
            ),
            range: stated(
                Some(facts.range).filter(|bounds| !bounds.is_open()),
                Fact::Range,
                quotes,
            ),
            items: stated(
                Some(facts.items).filter(|bounds| !bounds.is_open()),
                Fact::Items,
                quotes,
            ),
            pattern: stated(facts.pattern, Fact::Pattern, quotes),
            format: stated(facts.format, Fact::Format, quotes),
            default: stated(facts.default, Fact::Default, quotes),
            name: field.name,
            place: field.source,
            description: field.description,
        }
    }
}

impl TryFrom<Row> for Field {
    type Error = String;

    fn try_from(row: Row) -> Result<Self, Self::Error> {
        let mut quotes = BTreeMap::new();
        let mut reader = Reader {
            name: &row.name,
            quotes: &mut quotes,
        };
        let kind = reader.take(Fact::Type, row.kind)?;
        let mandatory = reader.maybe(Fact::Mandatory, row.mandatory)?;
        let is_optional = reader.maybe(Fact::Optional, row.optional)?;
        let is_nullable = reader.maybe(Fact::Nullable, row.nullable)?;
        let constraints = Constraints {
            values: reader.maybe(Fact::Values, row.values)?.unwrap_or_default(),
            length: reader.maybe(Fact::Length, row.length)?.unwrap_or_default(),
            range: reader.maybe(Fact::Range, row.range)?.unwrap_or_default(),
            items: reader.maybe(Fact::Items, row.items)?.unwrap_or_default(),
            pattern: reader.maybe(Fact::Pattern, row.pattern)?,
            format: reader.maybe(Fact::Format, row.format)?,
            default: reader.maybe(Fact::Default, row.default)?,
        };
        Ok(Self {
            name: row.name,
            kind,
            mandatory: mandatory.unwrap_or(Mandatory::Unstated),
            is_optional: is_optional.unwrap_or(false),
            is_nullable: is_nullable.unwrap_or(false),
            presence: Presence::Unstated,
            constraints,
            tolerated: Vec::new(),
            source: row.place,
            description: row.description,
            quotes,
        })
    }
}

/// Takes facts apart and keeps their words.
struct Reader<'a> {
    name: &'a str,
    quotes: &'a mut BTreeMap<Fact, Quote>,
}

impl Reader<'_> {
    fn take<T>(&mut self, fact: Fact, stated: Stated<T>) -> Result<T, String> {
        match (stated.line, stated.quote) {
            (Some(line), Some(words)) => {
                self.quotes.insert(fact, Quote { line, words });
            }
            (None, None) => {}
            _ => {
                return Err(format!(
                    "a fact of '{}' has a line without its quote, or a quote without its line",
                    self.name
                ));
            }
        }
        Ok(stated.value)
    }

    fn maybe<T>(&mut self, fact: Fact, stated: Option<Stated<T>>) -> Result<Option<T>, String> {
        stated.map(|stated| self.take(fact, stated)).transpose()
    }
}
