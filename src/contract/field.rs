//! Defines [`Field`]: one row of a parameter table as facts.

use super::bounds::Bounds;
use super::{ClauseId, Format, Pattern, TypeName};
use crate::digest::{Sha256, hex};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// What the description of a row states beyond its type.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Constraints {
    /// The listed values, as printed; empty where none are listed.
    pub values: Vec<String>,
    /// Length of a string in characters.
    pub length: Bounds<u64>,
    /// Value of a number (for a String: of the number that it parses to).
    pub range: Bounds<i64>,
    /// Number of items of an array.
    pub items: Bounds<u64>,
    /// The regular expression that finds something in each of its texts.
    pub pattern: Option<Pattern>,
    /// The documented form of a text, such as `date-time`.
    pub format: Option<Format>,
    /// The documented default.
    pub default: Option<String>,
}

/// How far from a stated bound a request goes where the other side is open.
const NEAR: i64 = 100;

impl Constraints {
    /// The whole numbers, first and last, that requests carry where they are to conform.
    /// An open side is not the end of the type: no page says that all of it is taken.
    pub fn conforming_numbers(&self, kind: &TypeName) -> (i64, i64) {
        let (least, most) = kind.safe_integers();
        let (min, max) = match (self.range.min, self.range.max) {
            (Some(min), Some(max)) => (min, max),
            (Some(min), None) => (min, min.saturating_add(NEAR)),
            (None, Some(max)) if max >= 1 => (1, max),
            (None, Some(max)) => (max.saturating_sub(NEAR), max),
            (None, None) => (1, NEAR),
        };
        (min.clamp(least, most), max.clamp(least, most))
    }
}

/// A value that the page does not list and the reading tolerates with a note.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tolerated {
    /// The value.
    pub value: String,
    /// Why it is tolerated.
    pub reason: String,
}

/// Whether a request parameter must be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mandatory {
    /// Always.
    Yes,
    /// Never.
    No,
    /// Under a condition that the page states in prose.
    Conditional,
    /// The table has no such column.
    Unstated,
}

/// Whether a response member must be present: the page has no column for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Presence {
    /// Nobody decided.
    Unstated,
    /// The reading requires it, for this reason.
    Required(String),
    /// The reading leaves it open, for this reason.
    Optional(String),
}

/// Where a row stands in the source.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Table number as printed; 0 where no table has the row.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub table: u32,
    /// Body row, from 1; 0 for the table as a whole.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub row: u32,
    /// JSON pointer (RFC 6901), where the source is a JSON document.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub pointer: String,
    /// 1-based line; 0 where a suite's own file states it.
    #[serde(default)]
    pub line: usize,
}

fn is_zero(number: &u32) -> bool {
    *number == 0
}

impl Source {
    /// Whether no source has the row: `service.toml` adds it.
    pub fn is_of_service(&self) -> bool {
        self.table == 0 && self.line == 0 && self.pointer.is_empty()
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.table, self.row, self.line) {
            _ if !self.pointer.is_empty() => f.write_str(&self.pointer),
            (0, _, 0) => f.write_str("service.toml"),
            (0, _, line) => write!(f, "line {line}"),
            (table, 0, _) => write!(f, "Table {table}"),
            (table, row, _) => write!(f, "Table {table}, row {row}"),
        }
    }
}

/// Words of the source, and where they stand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Quote {
    /// 1-based line of the first of them.
    pub line: usize,
    /// The words as printed; several sentences have a line each.
    pub words: String,
}

/// A kind of fact that a row states.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fact {
    /// Its type.
    Type,
    /// Whether it must be given.
    Mandatory,
    /// That it may be missing from a reply.
    Optional,
    /// That it may be null in a reply.
    Nullable,
    /// Its listed values.
    Values,
    /// The length of a text.
    Length,
    /// The range of a number.
    Range,
    /// The number of items.
    Items,
    /// The pattern of a text.
    Pattern,
    /// The form of a text.
    Format,
    /// Its default.
    Default,
}

/// A documented parameter or member.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// Its name as printed.
    pub name: String,
    /// Its type.
    pub kind: TypeName,
    /// Whether a request must carry it.
    pub mandatory: Mandatory,
    /// Whether the source says that a reply may lack it.
    pub is_optional: bool,
    /// Whether the source says that it may be null in a reply.
    pub is_nullable: bool,
    /// Whether a response must carry it; settled by the reading.
    pub presence: Presence,
    /// What its description states.
    pub constraints: Constraints,
    /// Values tolerated with a note; settled by the reading.
    pub tolerated: Vec<Tolerated>,
    /// Where it stands.
    pub source: Source,
    /// Its description, paragraph by paragraph; items of lists begin with `- `.
    pub description: Vec<String>,
    /// The words that each fact was read from.
    pub quotes: BTreeMap<Fact, Quote>,
}

/// Name of the one row of a body that is an array: `[Array element]` on the page.
pub const ARRAY_ELEMENT: &str = "[]";

impl Field {
    /// A row of this name and type that states nothing else.
    pub fn new(name: &str, kind: TypeName, source: Source) -> Self {
        Self {
            name: name.to_owned(),
            kind,
            mandatory: Mandatory::Unstated,
            is_optional: false,
            is_nullable: false,
            presence: Presence::Unstated,
            constraints: Constraints::default(),
            tolerated: Vec::new(),
            source,
            description: Vec::new(),
            quotes: BTreeMap::new(),
        }
    }

    /// Whether the row is about the body as a whole, which is an array, and no member.
    pub fn is_root_array(&self) -> bool {
        self.name == ARRAY_ELEMENT
    }

    /// The aspect of the statement that a reply without it breaks: what the source says comes
    /// before what the reading says. `None` where it may be missing.
    pub fn presence_aspect(&self) -> Option<&'static str> {
        match (self.mandatory, &self.presence) {
            (Mandatory::Yes, _) => Some("mandatory"),
            (_, Presence::Required(_)) => Some("present"),
            _ => None,
        }
    }

    /// The stem of its clauses in the object that `outer` leads to.
    pub fn stem_in(&self, outer: &ClauseId) -> ClauseId {
        match self.is_root_array() {
            true => outer.clone(),
            false => outer.with(&self.name),
        }
    }

    /// First 12 hexadecimal digits of the SHA-256 of the row's facts, independent of
    /// wording and language.
    pub fn digest(&self) -> String {
        let facts = &self.constraints;
        let text = format!(
            "{}|{}|{:?}|{:?}|{}|{}|{}|{:?}",
            self.name,
            self.kind.describe(),
            self.mandatory,
            facts.values,
            facts.length,
            facts.range,
            facts.items,
            facts.default
        );
        // As it was before there were patterns and formats, where there is neither.
        let forms = match (&facts.pattern, facts.format) {
            (None, None) => String::new(),
            (pattern, format) => format!("|{pattern:?}|{format:?}"),
        };
        hex(&Sha256::digest(text + &forms)[..6])
    }

    /// The description in one text; `None` where the source gives none.
    pub fn about(&self) -> Option<String> {
        let text = self.description.join("\n");
        Some(text.trim().to_owned()).filter(|text| !text.is_empty())
    }
}

/// A documented object body with the object tables in its scope.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Body {
    /// The number of the table that lists its members.
    pub table: u32,
    /// JSON pointer to its schema, where the source is a JSON document.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub pointer: String,
    /// Whether the source says that a request may have none, though some of its members must
    /// be given where it has one.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub optional: bool,
    /// Its members in page order; where the body is an array, its one row.
    #[serde(rename = "members")]
    pub fields: Vec<Field>,
    /// Object tables by type name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub objects: BTreeMap<String, Vec<Field>>,
}

impl Body {
    /// Where it stands in the source.
    pub fn source(&self) -> Source {
        Source {
            table: self.table,
            pointer: self.pointer.clone(),
            ..Source::default()
        }
    }

    /// Whether a request must have it: what must be given stands in it.
    pub fn is_required(&self) -> bool {
        let mut rows = self.fields.iter();
        !self.optional && rows.any(|field| field.mandatory == Mandatory::Yes)
    }

    /// The row of a body that is an array; `None` where the body is an object.
    pub fn whole(&self) -> Option<&Field> {
        self.fields.first().filter(|field| field.is_root_array())
    }

    /// What the body is.
    pub fn statement(&self) -> &'static str {
        if self.whole().is_some() {
            "the body is a JSON array with the listed items"
        } else {
            "the body is a JSON object with the listed members"
        }
    }

    /// The members of an object type; `None` where no table lists them.
    pub fn members(&self, kind: &TypeName) -> Option<&[Field]> {
        self.objects.get(kind.object_name()?).map(Vec::as_slice)
    }

    /// Whether the body has more than `most` places with a row: an object table counts
    /// wherever a row holds such an object, but for inside itself.
    pub fn unfolds_beyond(&self, most: usize) -> bool {
        self.places(ClauseId::default()).nth(most).is_some()
    }

    /// Characters of the smallest body that keeps every stated minimum, about.
    pub fn least_size(&self) -> u64 {
        let mut size: u64 = 0;
        // How often each of the objects around stands there.
        let mut around: Vec<u64> = Vec::new();
        for place in self.places(ClauseId::default()) {
            let facts = &place.field.constraints;
            around.truncate(place.depth);
            let times = around.last().copied().unwrap_or(1);
            let times = times.saturating_mul(facts.items.min.unwrap_or(1).max(1));
            let least = 1 + facts.length.min.unwrap_or(0);
            size = size.saturating_add(least.saturating_mul(times));
            around.push(times);
        }
        size
    }

    /// Leaves the stated minima of every length and number of items out.
    pub fn without_minima(&mut self) {
        for field in self
            .fields
            .iter_mut()
            .chain(self.objects.values_mut().flatten())
        {
            field.constraints.length.min = None;
            field.constraints.items.min = None;
        }
    }

    /// Does something to each member that these names lead through, one a level, as far as
    /// there are rows.
    pub fn for_each_level<'n>(
        &mut self,
        names: impl Iterator<Item = &'n str>,
        mut change: impl FnMut(&mut Field),
    ) {
        let mut members = Some(&mut self.fields);
        for name in names {
            let mut rows = members.into_iter().flatten();
            let Some(field) = rows.find(|field| field.name == name) else {
                return;
            };
            change(field);
            let object = field.kind.object_name().map(str::to_owned);
            members = object.and_then(|object| self.objects.get_mut(&object));
        }
    }

    /// The field at an instance path, array indices and map keys skipped.
    ///
    /// Gives the innermost documented field on the way; `None` for the root of an object.
    pub fn field_at(&self, path: &[String]) -> Option<&Field> {
        let mut members: &[Field] = &self.fields;
        let mut found = self.whole();
        if let Some(whole) = found {
            members = self.members(&whole.kind).unwrap_or_default();
        }
        for name in path {
            if let Some(field) = members.iter().find(|field| field.name == *name) {
                members = self.members(&field.kind).unwrap_or_default();
                found = Some(field);
            }
        }
        found
    }
}
