//! Cases of bodies that are no body of this operation at all: no JSON, JSON of another
//! shape, nothing, or another media type. Expected is what the page documents.

use super::spoilt::{Spoilt, camel_case, escaped, no_json, no_objects, with_literal};
use super::{Entry, Skeleton, members, slug};
use crate::contract::{ClauseId, Field, Location, Mandatory, TypeName};
use crate::profile::Role;
use crate::suite::case::{Member, Value};
use crate::suite::payload::root_pointer;
use serde_json::{Value as Json, json};

/// Rows of numbers whose literals are tried.
const MAX_LITERAL_ROWS: usize = 3;
/// Rows of the body that are broken two at a time.
const MAX_BROKEN_ROWS: usize = 5;
/// Media types of bodies that are no JSON, and some that say that they are.
const MEDIA_TYPES: [(&str, &str); 8] = [
    ("text", "text/plain"),
    ("form", "application/x-www-form-urlencoded"),
    ("parts", "multipart/form-data; boundary=x"),
    ("xml", "application/xml"),
    ("bytes", "application/octet-stream"),
    ("text-json", "text/json"),
    ("problem", "application/vnd.api+json"),
    (
        "json-of-another-charset",
        "application/json; charset=iso-8859-1",
    ),
];

impl Skeleton<'_> {
    /// Bodies that no table describes, and those of an undocumented media type.
    pub(super) fn unread_bodies(&self) -> Vec<Entry> {
        let (Some(invalid), Some(documented), Some(base)) = (
            self.status(Role::Parameter),
            &self.contract.request_body,
            &self.body,
        ) else {
            return Vec::new();
        };
        let mut entries = Vec::new();
        let text = base.to_string();
        let cut = &text[..text.len() - 1];
        let mut texts = vec![
            ("not-json", "is a word and no JSON", "x".to_owned()),
            ("unclosed", "lacks its last bracket", cut.to_owned()),
            (
                "text-behind",
                "has a word behind its JSON",
                format!("{text}x"),
            ),
        ];
        if documented.whole().is_none() {
            texts.push(("a-text", "is a JSON text", "\"x\"".to_owned()));
            texts.push(("an-array", "is a JSON array", "[\"x\"]".to_owned()));
            let two = format!("[{text},{text}]");
            texts.push(("an-array-of-two", "is an array of two of them", two));
            let nested = format!("[[{text}]]");
            texts.push(("a-nested-array", "is in two arrays", nested));
        }
        // Where nothing must be given, an empty body may stand for one without members.
        if documented.is_required() {
            texts.push(("empty", "is empty", String::new()));
            // An array at the root may be empty, or hold anything that its items may be.
            if documented.whole().is_none() {
                texts.extend(no_objects(base));
            }
        }
        texts.extend(no_json(base));
        let texts = texts.into_iter();
        entries.extend(texts.map(|spoilt| self.spoilt_body(spoilt, vec![invalid])));
        entries.extend(self.tolerated(base, invalid));
        entries.extend(self.excused(base, invalid));
        entries.extend(self.literals(base, invalid));
        entries.extend(self.media_types(invalid));
        entries.extend(self.unlisted_of_other_media_types(invalid));
        entries.extend(self.two_rows(base, invalid));
        entries
    }

    /// A member that no list names, in a body of another media type. Whether a server reads
    /// such a body is its own affair; it must not take it.
    fn unlisted_of_other_media_types(&self, invalid: u16) -> Vec<Entry> {
        let fields = self.contract.request_body.iter();
        let mut listed = fields
            .flat_map(|body| &body.fields)
            .filter(|row| row.kind == TypeName::String && !row.constraints.values.is_empty());
        let is_held = |row: &&Field| {
            self.body
                .as_ref()
                .is_some_and(|it| it.get(&row.name).is_some())
        };
        let Some(row) = listed.find(is_held) else {
            return Vec::new();
        };
        let pointer = root_pointer(&row.name);
        let documented = self.contract.media_type().map(|row| &row.field.name);
        MEDIA_TYPES
            .iter()
            .map(|(name, media_type)| {
                let clause = ClauseId::request_body().with(&row.name).with("enum");
                let mut entry = self.invalid_body(
                    &format!("unlisted-{}-as-{name}", slug(&row.name)),
                    &format!("has {} that no list names, as {media_type}", row.name),
                    clause,
                    vec![invalid],
                );
                entry.faults = 2;
                entry.expect.extend(self.status(Role::MediaType));
                let unlisted = Member::Json("\"unlisted\"".into());
                entry.changes.body.insert(pointer.clone(), unlisted);
                let value = Value::Text((*media_type).to_owned());
                match documented {
                    Some(name) => entry.changes.headers.insert(name.clone(), value),
                    None => entry
                        .changes
                        .other_headers
                        .insert("Content-Type".into(), value),
                };
                entry
            })
            .collect()
    }

    /// Two rows of the body broken at once.
    fn two_rows(&self, base: &Json, invalid: u16) -> Vec<Entry> {
        let mut broken: Vec<(String, ClauseId, Member)> = Vec::new();
        self.each_clause(|place, aspect, ways| {
            let Some((_, _, changes)) = ways.first().filter(|_| aspect != "mandatory") else {
                return;
            };
            let mut changes = changes.iter();
            let (Some((pointer, member)), None) = (changes.next(), changes.next()) else {
                return;
            };
            let is_root = pointer.matches('/').count() == 1;
            let is_new = broken.iter().all(|(other, ..)| other != pointer);
            if is_root && is_new && base.is_object() {
                broken.push((pointer.clone(), place.stem.with(aspect), member.clone()));
            }
        });
        broken.truncate(MAX_BROKEN_ROWS);
        let pairs = (0..broken.len()).flat_map(|one| (0..one).map(move |other| (other, one)));
        let entries = pairs.map(|(one, other)| {
            let (one, other) = (&broken[one], &broken[other]);
            let (first, second) = (&one.0[1..], &other.0[1..]);
            let mut entry = Entry {
                id: format!("both/{}-and-{}", slug(first), slug(second)),

                ..self.invalid_body(
                    "",
                    &format!("breaks {first} and {second}"),
                    one.1.clone(),
                    vec![invalid],
                )
            };
            for (pointer, _, member) in [one, other] {
                entry.changes.body.insert(pointer.clone(), member.clone());
            }
            entry
        });
        entries.collect()
    }

    /// Bodies that conform, written in other ways.
    pub(super) fn rewritten(&self) -> Vec<Entry> {
        let Some(base) = &self.body else {
            return Vec::new();
        };
        let mut texts = vec![(
            "pretty-printed",
            "with line breaks and indentation",
            serde_json::to_string_pretty(base).unwrap_or_default(),
        )];
        texts.push((
            "among-spaces",
            "with white space around it",
            format!("\r\n\t {base} \n"),
        ));
        for (name, spaces) in [("behind-1200-spaces", 1_200), ("behind-9000-spaces", 9_000)] {
            let summary = "behind as much white space as some servers read at once";
            texts.push((name, summary, format!("{}{base}", " ".repeat(spaces))));
        }
        if let Some(members) = base.as_object() {
            let reversed: Vec<String> = (members.iter().rev())
                .map(|(name, value)| format!("{}:{value}", json!(name)))
                .collect();
            let reversed = format!("{{{}}}", reversed.join(","));
            texts.push(("reversed", "with its members in another order", reversed));
            let escaped = format!(
                "{{{}}}",
                members.iter().map(escaped).collect::<Vec<_>>().join(",")
            );
            texts.push((
                "escaped",
                "with letters as escapes (RFC 8259 section 7)",
                escaped,
            ));
        }
        let entries = texts.into_iter().map(|(name, summary, text)| {
            let mut entry = self.entry(
                format!("valid/body-{name}"),
                format!("the base body {summary}"),
                self.success_clause(),
                self.successes(),
            );
            let raw = Member::Raw(text);
            entry.changes.body.insert(String::new(), raw);
            entry
        });
        entries.collect()
    }

    /// Bodies that a server may take or refuse in good faith, and must not fail at.
    fn tolerated(&self, base: &Json, invalid: u16) -> Vec<Entry> {
        let text = base.to_string();
        let mut texts = vec![(
            "byte-order-mark",
            "begins with a byte order mark",
            format!("\u{feff}{text}"),
        )];
        if let Some((name, value)) = base.as_object().and_then(|members| members.iter().next()) {
            let first = json!(name);
            let rest = &text[1..];
            texts.push((
                "unknown-member",
                "has a member that no row documents",
                format!("{{\"conformant\":[{{\"x\":null}}],{rest}"),
            ));
            texts.push((
                "member-twice",
                "has a member twice",
                format!("{{{first}:{value},{rest}"),
            ));
        }
        let mut statuses = self.successes();
        statuses.push(invalid);
        let texts = texts.into_iter();
        texts
            .map(|spoilt| self.spoilt_body(spoilt, statuses.clone()))
            .collect()
    }

    /// Numbers that only their digits show: no program that reads them as doubles or as 64
    /// bits sees what they are.
    fn literals(&self, base: &Json, invalid: u16) -> Vec<Entry> {
        let fields = self
            .contract
            .request_body
            .iter()
            .flat_map(|body| &body.fields);
        let is_integer = |field: &&Field| {
            matches!(
                field.kind,
                TypeName::Integer | TypeName::Int32 | TypeName::Long
            )
        };
        let mut entries = Vec::new();
        for field in fields.filter(is_integer).take(MAX_LITERAL_ROWS) {
            let Some(members) = base.as_object() else {
                continue;
            };
            let aspect = match field.constraints.range.is_open() {
                true => "type",
                false => "range",
            };
            for (what, literal) in [
                ("2-to-the-63", "9223372036854775808"),
                ("2-to-the-64", "18446744073709551616"),
                ("2-to-the-64-and-1", "18446744073709551617"),
                ("1e400", "1e400"),
                ("minus-1e400", "-1e400"),
                (
                    "half-in-many-digits",
                    "0.50000000000000000000000000000000000001",
                ),
                ("a-thousand-digits", &"7".repeat(1_000)),
            ] {
                let text = with_literal(members, &field.name, literal);
                let mut entry = self.invalid_body(
                    &format!("{}-at-{what}", slug(&field.name)),
                    &match literal.len() {
                        ..=50 => format!("has {literal} as {}", field.name),
                        _ => format!("has a number of {} digits as {}", literal.len(), field.name),
                    },
                    ClauseId::request_body().with(&field.name).with(aspect),
                    vec![invalid],
                );
                let raw = Member::Raw(text);
                entry.changes.body.insert(String::new(), raw);
                entries.push(entry);
            }
        }
        entries
    }

    /// Members that must be given, left out of the body and given in the query, or under
    /// another name.
    fn excused(&self, base: &Json, invalid: u16) -> Vec<Entry> {
        let fields = self
            .contract
            .request_body
            .iter()
            .flat_map(|body| &body.fields);
        let must = fields.filter(|field| field.mandatory == Mandatory::Yes);
        let mut entries = Vec::new();
        for field in must {
            let Some(value) = base.get(&field.name) else {
                continue;
            };
            let clause = ClauseId::request_body().with(&field.name).with("mandatory");
            let pointer = root_pointer(&field.name);
            let name = slug(&field.name);
            if !self.is_of_the_query(&field.name) {
                let mut entry = self.invalid_body(
                    &format!("{name}-in-the-query"),
                    &format!("lacks {}, which is in the query", field.name),
                    clause.clone(),
                    vec![invalid],
                );
                entry.faults = 2;
                entry.changes.body.insert(pointer.clone(), Member::Omitted);
                let text = value
                    .as_str()
                    .map_or_else(|| value.to_string(), str::to_owned);
                entry
                    .changes
                    .other_query
                    .insert(field.name.clone(), Value::Text(text));
                entries.push(entry);
            }
            let camel = camel_case(&field.name);
            let is_free = base.get(&camel).is_none();
            if is_free && camel != field.name {
                let mut entry = self.invalid_body(
                    &format!("{name}-in-camel-case"),
                    &format!("has {camel} in place of {}", field.name),
                    clause,
                    vec![invalid],
                );
                entry.changes.body.insert(pointer, Member::Omitted);
                entry
                    .changes
                    .body
                    .insert(format!("/{camel}"), Member::Json(value.to_string()));
                entries.push(entry);
            }
        }
        entries
    }

    /// The media type left out or another one, where its row demands or lists it.
    fn media_types(&self, invalid: u16) -> Vec<Entry> {
        let Some(row) = self.contract.media_type() else {
            return Vec::new();
        };
        let mut statuses = vec![invalid];
        statuses.extend(self.status(Role::MediaType));
        let is_listed = !row.field.constraints.values.is_empty();
        let other = Value::Text("text/plain".into());
        let is_other = !row
            .field
            .constraints
            .values
            .contains(&"text/plain".to_owned());
        [
            (
                "without-media-type",
                "has no Content-Type",
                "mandatory",
                Value::Omitted,
                row.field.mandatory == Mandatory::Yes,
            ),
            (
                "of-another-media-type",
                "has the Content-Type text/plain",
                "enum",
                other,
                is_listed && is_other,
            ),
        ]
        .into_iter()
        .filter(|(.., applies)| *applies)
        .map(|(name, summary, aspect, value, _)| {
            let clause = row.stem().with(aspect);
            let mut entry = self.invalid_body(name, summary, clause, statuses.clone());
            members(&mut entry.changes, Location::Header).insert(row.field.name.clone(), value);
            entry
        })
        .collect()
    }

    fn spoilt_body(&self, (name, summary, text): Spoilt, expect: Vec<u16>) -> Entry {
        let mut entry = self.invalid_body(name, summary, ClauseId::request_body(), expect);
        entry.changes.body.insert(String::new(), Member::Raw(text));
        entry
    }

    fn invalid_body(&self, name: &str, summary: &str, clause: ClauseId, expect: Vec<u16>) -> Entry {
        Entry {
            control: Some(self.control.clone()),
            ..self.entry(
                format!("body/{name}"),
                format!("a body that {summary}"),
                clause,
                expect,
            )
        }
    }
}
