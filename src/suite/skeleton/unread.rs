//! Cases of bodies that are no body of this operation at all: no JSON, JSON of another
//! shape, nothing, or another media type. Expected is what the page documents.

use super::{Entry, Skeleton, members, slug};
use crate::contract::{ClauseId, Field, Location, Mandatory, TypeName};
use crate::profile::Role;
use crate::suite::case::{Member, Value};
use serde_json::{Value as Json, json};

/// Rows of numbers whose literals are tried.
const MAX_LITERAL_ROWS: usize = 3;

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
        }
        // Where nothing must be given, an empty body may stand for one without members.
        if documented
            .fields
            .iter()
            .any(|field| field.mandatory == Mandatory::Yes)
        {
            texts.push(("empty", "is empty", String::new()));
            // An array at the root may be empty, or hold anything that its items may be.
            if documented.whole().is_none() {
                texts.extend(no_objects(base));
            }
        }
        texts.extend(no_json(&text));
        let texts = texts.into_iter();
        entries.extend(texts.map(|spoilt| self.spoilt_body(spoilt, vec![invalid])));
        entries.extend(self.tolerated(base, invalid));
        entries.extend(self.excused(base, invalid));
        entries.extend(self.literals(base, invalid));
        entries.extend(self.media_types(invalid));
        entries
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
            let Some(members) = base.as_object().filter(|it| it.contains_key(&field.name)) else {
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
            ] {
                let members = members
                    .iter()
                    .map(|(name, value)| match *name == field.name {
                        true => format!("{}:{literal}", json!(name)),
                        false => format!("{}:{value}", json!(name)),
                    });
                let text = format!("{{{}}}", members.collect::<Vec<_>>().join(","));
                let mut entry = self.invalid_body(
                    &format!("{}-at-{what}", slug(&field.name)),
                    &format!("has {literal} as {}", field.name),
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
            let pointer = format!("/{}", field.name.replace('~', "~0").replace('/', "~1"));
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

/// A way to spoil a body: name, summary, text.
type Spoilt = (&'static str, &'static str, String);

/// The base body, so that it is no JSON any more; parsers of other languages take some.
fn no_json(text: &str) -> Vec<Spoilt> {
    let cut = &text[..text.len() - 1];
    let last = &text[text.len() - 1..];
    let number = text
        .find(|c: char| c.is_ascii_digit())
        .filter(|at| text[..*at].ends_with(':'));
    let mut spoilt = vec![
        (
            "trailing-comma",
            "has a comma behind its last value",
            format!("{cut},{last}"),
        ),
        ("single-quotes", "has single quotes", text.replace('"', "'")),
        ("comment", "holds a comment", format!("{cut}/* x */{last}")),
        (
            "line-comment",
            "holds a comment to the end of a line",
            format!("// x\n{text}"),
        ),
        ("two-values", "holds two values", format!("{text}{text}")),
        ("form", "is a form", "a=b&c=d".to_owned()),
        ("markup", "is markup", "<a>b</a>".to_owned()),
        ("deep", "is nested 250 deep and not closed", "[".repeat(250)),
    ];
    if let Some(at) = number {
        for (name, summary, literal) in [
            ("leading-zero", "has a number with a leading zero", "0"),
            ("plus-sign", "has a number with a plus sign", "+"),
            ("hexadecimal", "has a number in hexadecimal digits", "0x"),
        ] {
            let text = format!("{}{literal}{}", &text[..at], &text[at..]);
            spoilt.push((name, summary, text));
        }
    }
    // What has no text in it has no quotation marks to spoil.
    spoilt.retain(|(_, _, text)| serde_json::from_str::<Json>(text).is_err());
    spoilt
}

/// JSON values that stand where an object with members is documented.
fn no_objects(base: &Json) -> Vec<Spoilt> {
    vec![
        ("null", "is null", "null".to_owned()),
        ("a-number", "is a number", "1".to_owned()),
        ("a-truth-value", "is true", "true".to_owned()),
        ("an-empty-array", "is an empty array", "[]".to_owned()),
        (
            "in-a-text",
            "is a JSON text that holds the object",
            json!(base.to_string()).to_string(),
        ),
        (
            "in-an-object",
            "is an object that holds the object",
            json!({ "data": base }).to_string(),
        ),
    ]
}

/// A member with the letters of its name, and of its text, as escapes.
fn escaped((name, value): (&String, &Json)) -> String {
    let escape = |text: &str| {
        let units = text.encode_utf16().map(|unit| format!("\\u{unit:04x}"));
        format!("\"{}\"", units.collect::<String>())
    };
    let value = value.as_str().map_or_else(|| value.to_string(), escape);
    format!("{}:{value}", escape(name))
}

/// `oper_type` as `operType`.
fn camel_case(name: &str) -> String {
    let mut is_upper = false;
    let mut camel = String::new();
    for c in name.chars() {
        match c {
            '_' | '-' => is_upper = true,
            c if is_upper => {
                camel.push(c.to_ascii_uppercase());
                is_upper = false;
            }
            c => camel.push(c),
        }
    }
    camel
}

#[cfg(test)]
mod tests {
    use super::no_json;

    #[test]
    fn what_is_spoilt_is_no_json_whatever_the_body_holds() {
        for body in ["{}", "[]", "[1,2]", r#"{"a":1}"#, r#"{"a":["b"]}"#] {
            for (name, _, text) in no_json(body) {
                let read = serde_json::from_str::<serde_json::Value>(&text);
                assert!(read.is_err(), "{name} of {body}: {text}");
            }
        }
        let has_quotes = |body| no_json(body).iter().any(|it| it.0 == "single-quotes");
        assert!(has_quotes(r#"{"a":1}"#) && !has_quotes("[1,2]"));
    }
}
