//! Faults of reply bodies, member by member, byte by byte, and on the wire.

use super::{Catalogue, trip};
use crate::contract::TypeName;
use crate::contract::{self, Body, ClauseId, Field, Presence, Undocumented};
use crate::reference::fault::{Bytes, Change, Edit, ExpectedDifference, Step, Wire};
use crate::reference::form;
use serde_json::{Value, json};

impl Catalogue<'_> {
    pub(super) fn members(&mut self, status: u16, body: &Body) {
        for place in body.places(ClauseId::response(status)) {
            let steps = place.path.iter().map(|step| match step {
                contract::Step::Member(name) => Step::Member((*name).to_owned()),
                contract::Step::Item | contract::Step::Value => Step::Item(1),
            });
            let path: Vec<Step> = steps.collect();
            self.member(status, place.field, &place.stem, &path);
        }
        if self.contract.undocumented == Undocumented::Refused && body.whole().is_none() {
            self.push(
                format!("{status}-has-another-member"),
                "a member that no table lists".into(),
                vec![trip("member-refused", &ClauseId::response_body(status))],
                Change::Body(status, Vec::new(), Edit::Add("x_added".into(), json!(1))),
            );
        }
    }

    fn member(&mut self, status: u16, field: &Field, stem: &ClauseId, path: &[Step]) {
        let name = stem.trim_start_matches("response/").to_owned();
        let typed = stem.with("type");
        let mut edit = |what: &str, rule: &'static str, clause: &ClauseId, edit: Edit| {
            self.push(
                format!("{name}-{what}"),
                format!("{stem}: {what}"),
                vec![trip(rule, clause)],
                Change::Body(status, path.to_vec(), edit),
            );
        };
        for (what, value) in [
            ("string", json!("7")),
            ("integer", json!(7)),
            ("fraction", json!(7.5)),
            ("boolean", json!(true)),
            ("array", json!([])),
            ("object", json!({})),
        ] {
            if !fits(&field.kind, &value) {
                let rule = if what == "fraction" && is_integer(&field.kind) {
                    "value-fraction"
                } else {
                    "value-type"
                };
                edit(&format!("is-{what}"), rule, &typed, Edit::Set(value));
            }
        }
        if field.kind != TypeName::Any && !field.is_nullable {
            edit("is-null", "value-null", &typed, Edit::Set(Value::Null));
        }
        if let Some(aspect) = field.presence_aspect() {
            let present = stem.with(aspect);
            edit("is-absent", "member-missing", &present, Edit::Remove);
            edit(
                "is-renamed",
                "member-missing",
                &present,
                Edit::Rename(camel(&field.name)),
            );
        }
        let facts = &field.constraints;
        // Where a range is documented, that is what a number beyond the type breaks first.
        if matches!(field.kind, TypeName::Int32 | TypeName::Long) && facts.range.is_open() {
            let beyond = match field.kind {
                TypeName::Int32 => json!(i64::from(i32::MAX) + 1),
                _ => json!(i64::MAX as u64 + 1),
            };
            edit(
                "is-beyond-its-type",
                "value-range",
                &typed,
                Edit::Set(beyond),
            );
        }
        let scalar = field.kind.innermost();
        let is_nested = *scalar != field.kind;
        if is_nested && !matches!(scalar, TypeName::Any) {
            let wrong = if *scalar == TypeName::String {
                json!(7)
            } else {
                json!("7")
            };
            edit(
                "has-an-item-of-another-type",
                "value-type",
                &typed,
                Edit::Set(wrapped(&field.kind, wrong)),
            );
        }
        let mut leaf = |what: &str, rule: &'static str, aspect: &str, value: Value| {
            edit(
                what,
                rule,
                &stem.with(aspect),
                Edit::Set(wrapped(&field.kind, value)),
            );
        };
        let is_text = *scalar == TypeName::String;
        if !facts.values.is_empty() {
            if is_text {
                leaf("is-unlisted", "value-unlisted", "enum", json!("unlisted"));
                leaf("is-empty", "value-unlisted", "enum", json!(""));
            } else if let Some(max) = facts
                .values
                .iter()
                .filter_map(|value| value.parse::<i64>().ok())
                .max()
            {
                leaf("is-unlisted", "value-unlisted", "enum", json!(max + 1));
            }
        }
        if is_text && facts.values.is_empty() {
            let text = |length: u64| "x".repeat(usize::try_from(length).unwrap_or(0));
            // A longer text than this no reply of the suite has.
            if let Some(max) = facts.length.max.filter(|max| *max < 1 << 20) {
                leaf(
                    "is-too-long",
                    "value-length",
                    "length",
                    json!(text(max + 1)),
                );
            }
            if let Some(min) = facts.length.min.filter(|min| *min > 0) {
                leaf(
                    "is-too-short",
                    "value-length",
                    "length",
                    json!(text(min - 1)),
                );
            }
        }
        for (aspect, rule) in [("pattern", "value-pattern"), ("format", "value-format")] {
            if let Some(text) = form::broken_text(facts, aspect).filter(|_| is_text) {
                leaf(
                    &format!("is-of-another-{aspect}"),
                    rule,
                    aspect,
                    json!(text),
                );
            }
        }
        let number = |number: i64| {
            if is_text {
                json!(number.to_string())
            } else {
                json!(number)
            }
        };
        if let Some(above) = facts.range.max.and_then(|max| max.checked_add(1)) {
            leaf("is-above-its-range", "value-range", "range", number(above));
        }
        if let Some(below) = facts.range.min.and_then(|min| min.checked_sub(1)) {
            leaf("is-below-its-range", "value-range", "range", number(below));
        }
        let items = stem.with("items");
        let count = |count: u64| Edit::Repeated(usize::try_from(count).unwrap_or(0));
        if let Some(max) = facts.items.max.filter(|max| *max < 10_000) {
            edit("has-too-many-items", "value-items", &items, count(max + 1));
        }
        if let Some(min) = facts.items.min.filter(|min| *min > 0) {
            edit("has-too-few-items", "value-items", &items, count(min - 1));
        }
        if let Some(first) = facts.values.first().filter(|_| is_text && !is_nested)
            && first.to_uppercase() != *first
            && facts
                .values
                .iter()
                .any(|value| !facts.values.contains(&value.to_uppercase()))
        {
            edit(
                "is-upper-case",
                "value-unlisted",
                &stem.with("enum"),
                Edit::UpperCased,
            );
        }
    }

    /// Header fields of a reply: their types, and presence where the reading asks for it.
    pub(super) fn headers(&mut self, status: u16, fields: &[Field]) {
        for field in fields {
            let stem = ClauseId::header(status, &field.name);
            let mut fault = |what: &str, rule, aspect: &str, value| {
                self.push(
                    format!("{status}-header-{}-{what}", field.name),
                    format!("{status}: the header {} {what}", field.name),
                    vec![trip(rule, &stem.with(aspect))],
                    Change::Header(status, field.name.clone(), value),
                );
            };
            if !matches!(field.kind, TypeName::String | TypeName::Any) {
                fault("is-text", "header-type", "type", Some("x"));
            }
            if let Presence::Required(_) = field.presence {
                fault("is-absent", "header-missing", "present", None);
            }
        }
    }

    pub(super) fn bytes(&mut self, status: u16) {
        let clause = ClauseId::response_body(status);
        let scalar = self
            .contract
            .response_body(status)
            .and_then(|body| {
                body.fields.iter().rfind(|field| {
                    is_integer(&field.kind)
                        || matches!(
                            field.kind,
                            TypeName::String | TypeName::Boolean | TypeName::Number
                        )
                })
            })
            .map(|field| field.name.clone());
        let raw = |text: &'static str| Bytes::RawMember(scalar.clone().unwrap_or_default(), text);
        let edits: Vec<(&str, &'static str, Bytes)> = vec![
            (
                "html",
                "json-syntax",
                Bytes::Replace(b"<html><body>Error</body></html>"),
            ),
            ("empty-body", "body-empty", Bytes::Replace(b"")),
            ("text", "json-syntax", Bytes::Replace(b"Error")),
            ("null-body", "value-type", Bytes::Replace(b"null")),
            ("string-body", "value-type", Bytes::Replace(b"\"ok\"")),
            (
                "byte-order-mark",
                "json-bom",
                Bytes::Prepend(b"\xef\xbb\xbf"),
            ),
            ("security-prefix", "json-syntax", Bytes::Prepend(b")]}',\n")),
            (
                "trailing-text",
                "json-trailing-text",
                Bytes::Append(b"<!-- ok -->"),
            ),
            ("second-value", "json-trailing-text", Bytes::Append(b"{}")),
            ("duplicate-key", "json-duplicate-key", Bytes::DuplicateFirst),
            ("not-a-number", "json-not-a-number", raw("NaN")),
            ("infinity", "json-not-a-number", raw("-Infinity")),
            ("single-quotes", "json-single-quotes", raw("'x'")),
            ("lone-surrogate", "json-lone-surrogate", raw("\"\\ud800\"")),
            ("leading-zero", "json-leading-zero", raw("007")),
            ("huge-number", "json-number-size", raw("1e999")),
            (
                "control-character",
                "json-control-character",
                raw("\"a\tb\""),
            ),
            ("unclosed", "json-syntax", Bytes::Unclosed),
            ("trailing-comma", "json-syntax", Bytes::TrailingComma),
            ("invalid-utf8", "json-utf8", Bytes::Append(b"\xff")),
            ("utf16", "json-utf8", Bytes::Utf16),
            ("listed", "value-type", Bytes::Listed),
            ("endless-padding", "body-too-large", Bytes::Padded(9 << 20)),
            ("endless-array", "json-size", Bytes::Repeated(1_000_000)),
            ("deep-nesting", "json-depth", Bytes::Nested(200_000)),
        ];
        let body = self.contract.response_body(status);
        // What is no array is a matter of the row of an array; arrays may hold no member.
        let is_array = body.is_some_and(|body| body.whole().is_some());
        let has_members = body.is_some_and(|body| !is_array && !body.fields.is_empty());
        for (what, rule, bytes) in edits {
            if matches!(bytes, Bytes::RawMember(..)) && scalar.is_none()
                || matches!(bytes, Bytes::DuplicateFirst) && !has_members
                || is_array && (rule == "value-type" || matches!(bytes, Bytes::TrailingComma))
            {
                continue;
            }
            let change = Change::Bytes(status, bytes);
            self.reply(status, what, vec![trip(rule, &clause)], change);
        }
        if let Some(present) = self.first_required(status) {
            for (what, bytes) in [
                ("wrapped", Bytes::Wrapped),
                ("empty-object", Bytes::Replace(b"{}")),
            ] {
                let trips = vec![trip("member-missing", &present)];
                self.reply(status, what, trips, Change::Bytes(status, bytes));
            }
        }
        for (what, rule, media) in [
            ("no-media-type", "media-type-missing", None),
            ("media-type-html", "media-type-wrong", Some("text/html")),
            (
                "media-type-text",
                "media-type-wrong",
                Some("text/plain; charset=utf-8"),
            ),
            (
                "media-type-problem",
                "media-type-wrong",
                Some("application/problem+json"),
            ),
        ] {
            let trips = vec![trip(rule, &clause)];
            self.reply(status, what, trips, Change::MediaType(status, media));
        }
    }

    /// A fault of the reply of a status.
    fn reply(&mut self, status: u16, what: &str, trips: Vec<ExpectedDifference>, change: Change) {
        self.push(
            format!("{status}-{what}"),
            format!("{status}: {what}"),
            trips,
            change,
        );
    }

    /// The statement that an empty object breaks.
    pub(super) fn first_required(&self, status: u16) -> Option<ClauseId> {
        let body = self.contract.response_body(status)?;
        let stem = ClauseId::response(status);
        let mut fields = body.fields.iter().filter(|field| !field.is_root_array());
        fields.find_map(|field| Some(stem.with(&field.name).with(field.presence_aspect()?)))
    }

    /// Clauses of the cases that expect `status`: where a missing reply is cited.
    pub(super) fn asking(&self, status: u16) -> Vec<ClauseId> {
        let mut clauses = vec![ClauseId::status(status)];
        clauses.extend(
            self.contract
                .clauses()
                .iter()
                .filter(|clause| clause.id.is_of_request())
                .map(|clause| clause.id.clone()),
        );
        clauses
    }

    /// What the cases that expect `status` see where its replies are not what they should be.
    pub(super) fn asked(&self, status: u16, rule: &'static str) -> Vec<ExpectedDifference> {
        let asking = self.asking(status);
        asking.iter().map(|clause| trip(rule, clause)).collect()
    }

    pub(super) fn wire(&mut self, status: u16) {
        let body = ClauseId::response_body(status);
        for (what, rule, wire) in [
            ("cut-body", "body-truncated", Wire::CutBody),
            ("long-length", "body-truncated", Wire::LongLength),
            ("cut-chunks", "body-truncated", Wire::CutChunks),
            ("stalled-body", "body-stalled", Wire::Stalled),
            ("bad-chunk", "body-undecodable", Wire::BadChunk),
            ("bad-gzip", "body-undecodable", Wire::BadGzip),
        ] {
            let trips = vec![trip(rule, &body)];
            self.reply(status, what, trips, Change::Wire(status, wire));
        }
        for (what, rule, wire) in [
            ("closed", "reply-none", Wire::CloseBefore),
            ("cut-head", "reply-none", Wire::CutHead),
            ("silent", "reply-late", Wire::Silent),
            ("two-lengths", "reply-not-http", Wire::TwoLengths),
            ("length-word", "reply-not-http", Wire::LengthWord),
            ("bad-status-line", "reply-not-http", Wire::BadStatusLine),
            ("banner", "reply-not-http", Wire::Banner),
            ("many-headers", "reply-head-size", Wire::ManyHeaders),
            ("large-header", "reply-head-size", Wire::LargeHeader),
            ("redirect", "redirect", Wire::Redirect),
        ] {
            // Where redirects are documented, one is no fault of its own.
            if wire == Wire::Redirect && self.contract.documents(crate::status::FOUND) {
                continue;
            }
            let trips = self.asked(status, rule);
            self.reply(status, what, trips, Change::Wire(status, wire));
        }
    }
}

/// The step into a member; the body itself is no step.
pub(super) fn step(field: &Field) -> Option<Step> {
    (!field.is_root_array()).then(|| Step::Member(field.name.clone()))
}

/// A value inside the arrays and maps of its type.
fn wrapped(kind: &TypeName, leaf: Value) -> Value {
    match kind {
        TypeName::Array(item) => json!([wrapped(item, leaf)]),
        TypeName::Map(item) => json!({ "key": wrapped(item, leaf) }),
        _ => leaf,
    }
}

fn fits(kind: &TypeName, value: &Value) -> bool {
    match kind {
        TypeName::Any => true,
        TypeName::String => value.is_string(),
        TypeName::Integer | TypeName::Int32 | TypeName::Long => value.is_i64(),
        TypeName::Number => value.is_number(),
        TypeName::Boolean => value.is_boolean(),
        TypeName::Array(_) => value.is_array(),
        TypeName::Object | TypeName::Named(_) | TypeName::Map(_) => value.is_object(),
    }
}

fn is_integer(kind: &TypeName) -> bool {
    matches!(kind, TypeName::Integer | TypeName::Int32 | TypeName::Long)
}

fn camel(name: &str) -> String {
    let mut camel = String::new();
    let mut upper = false;
    for c in name.chars() {
        if c == '_' {
            upper = true;
        } else if upper {
            camel.push(c.to_ascii_uppercase());
            upper = false;
        } else {
            camel.push(c);
        }
    }
    if camel == name {
        format!("{name}_")
    } else {
        camel
    }
}
