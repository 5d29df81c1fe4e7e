//! Faults of reply bodies, member by member, byte by byte, and on the wire.

use super::{Catalogue, trip};
use crate::contract::{Body, Field, Presence, nested};
use crate::page::TypeName;
use crate::reference::fault::{Bytes, Change, Edit, Step};
use crate::reference::wire::Wire;
use serde_json::{Value, json};

impl Catalogue<'_> {
    pub(super) fn members(
        &mut self,
        status: u16,
        body: &Body,
        fields: &[Field],
        stem: &str,
        path: &[Step],
    ) {
        for field in fields {
            let stem = format!("{stem}/{}", field.name);
            let mut path = path.to_vec();
            path.push(Step::Member(field.name.clone()));
            self.member(status, field, &stem, &path);
            if let Some(members) = body.members(&field.kind)
                && path.len() < 6
            {
                if matches!(field.kind, TypeName::Array(_)) {
                    path.push(Step::Item(1));
                }
                self.members(status, body, members, &nested(&stem, &field.kind), &path);
            }
        }
    }

    pub(super) fn member(&mut self, status: u16, field: &Field, stem: &str, path: &[Step]) {
        let name = stem.trim_start_matches("response/").to_owned();
        let typed = format!("{stem}/type");
        let mut edit = |what: &str, rule: &'static str, clause: &str, edit: Edit| {
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
        if field.kind != TypeName::Any {
            edit("is-null", "value-null", &typed, Edit::Set(Value::Null));
        }
        if let Presence::Required(_) = field.presence {
            let present = format!("{stem}/present");
            edit("is-absent", "member-missing", &present, Edit::Remove);
            edit(
                "is-renamed",
                "member-missing",
                &present,
                Edit::Rename(camel(&field.name)),
            );
        }
        if let TypeName::Integer | TypeName::Long = field.kind {
            let beyond = match field.kind {
                TypeName::Integer => json!(i64::from(i32::MAX) + 1),
                _ => json!(i64::MAX as u64 + 1),
            };
            edit(
                "is-beyond-its-type",
                "value-range",
                &typed,
                Edit::Set(beyond),
            );
        }
        if let TypeName::Array(item) = &field.kind {
            let wrong = if **item == TypeName::String {
                json!(7)
            } else {
                json!("7")
            };
            edit(
                "has-an-item-of-another-type",
                "value-type",
                &typed,
                Edit::Set(json!([wrong])),
            );
        }
        let facts = &field.constraints;
        if let Some(first) = facts.values.first() {
            let listed = format!("{stem}/enum");
            edit(
                "is-unlisted",
                "value-unlisted",
                &listed,
                Edit::Set(json!("unlisted")),
            );
            edit("is-empty", "value-unlisted", &listed, Edit::Set(json!("")));
            if first.to_uppercase() != *first {
                edit("is-upper-case", "value-unlisted", &listed, Edit::UpperCased);
            }
        }
        if let Some(max) = facts.length.max {
            let long = "x".repeat(usize::try_from(max).unwrap_or(0) + 1);
            edit(
                "is-too-long",
                "value-length",
                &format!("{stem}/length"),
                Edit::Set(json!(long)),
            );
        }
    }

    pub(super) fn bytes(&mut self, status: u16) {
        let clause = format!("response/{status}/body");
        let first = self
            .contract
            .responses
            .get(&status)
            .and_then(|response| response.body.as_ref())
            .and_then(|body| body.fields.last())
            .map_or_else(String::new, |field| field.name.clone());
        let raw = |text: &'static str| Bytes::RawMember(first.clone(), text);
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
            ("trailing-comma", "json-syntax", Bytes::Swap("\",", "\",,")),
            ("invalid-utf8", "json-utf8", Bytes::Append(b"\xff")),
            ("utf16", "json-utf8", Bytes::Utf16),
            ("listed", "value-type", Bytes::Listed),
            ("endless-padding", "body-too-large", Bytes::Padded(9 << 20)),
            ("deep-nesting", "json-depth", Bytes::Nested(200_000)),
        ];
        for (what, rule, bytes) in edits {
            let change = Change::Bytes(status, bytes);
            self.push(
                format!("{status}-{what}"),
                format!("{status}: {what}"),
                vec![trip(rule, &clause)],
                change,
            );
        }
        if let Some(required) = self.first_required(status) {
            let present = format!("response/{status}/{required}/present");
            for (what, bytes) in [
                ("wrapped", Bytes::Wrapped),
                ("empty-object", Bytes::Replace(b"{}")),
            ] {
                let trips = vec![trip("member-missing", &present)];
                self.push(
                    format!("{status}-{what}"),
                    format!("{status}: {what}"),
                    trips,
                    Change::Bytes(status, bytes),
                );
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
            self.push(
                format!("{status}-{what}"),
                format!("{status}: {what}"),
                trips,
                Change::MediaType(status, media),
            );
        }
    }

    pub(super) fn first_required(&self, status: u16) -> Option<String> {
        let body = self.contract.responses.get(&status)?.body.as_ref()?;
        body.fields
            .iter()
            .find(|field| matches!(field.presence, Presence::Required(_)))
            .map(|field| field.name.clone())
    }

    /// Clauses of the cases that expect `status`: where a missing reply is cited.
    pub(super) fn asking(&self, status: u16) -> Vec<String> {
        let mut clauses = vec![format!("status/{status}")];
        for parameter in &self.contract.parameters {
            let stem = parameter.stem();
            for aspect in ["enum", "length", "mandatory"] {
                clauses.push(format!("{stem}/{aspect}"));
            }
        }
        clauses
    }

    pub(super) fn wire(&mut self, status: u16) {
        let body = format!("response/{status}/body");
        for (what, rule, wire) in [
            ("cut-body", "body-truncated", Wire::CutBody),
            ("long-length", "body-truncated", Wire::LongLength),
            ("cut-chunks", "body-truncated", Wire::CutChunks),
            ("stalled-body", "body-stalled", Wire::Stalled),
            ("bad-chunk", "body-undecodable", Wire::BadChunk),
            ("bad-gzip", "body-undecodable", Wire::BadGzip),
        ] {
            let trips = vec![trip(rule, &body)];
            self.push(
                format!("{status}-{what}"),
                format!("{status}: {what}"),
                trips,
                Change::Wire(status, wire),
            );
        }
        for (what, rule, wire) in [
            ("closed", "reply-none", Wire::CloseBefore),
            ("cut-head", "reply-none", Wire::CutHead),
            ("silent", "reply-late", Wire::Silent),
            ("two-lengths", "reply-not-http", Wire::TwoLengths),
            ("length-word", "reply-not-http", Wire::LengthWord),
            ("bad-status-line", "reply-not-http", Wire::BadStatusLine),
            ("banner", "reply-not-http", Wire::Banner),
            ("redirect", "redirect", Wire::Redirect),
        ] {
            let trips = self
                .asking(status)
                .iter()
                .map(|clause| trip(rule, clause))
                .collect();
            self.push(
                format!("{status}-{what}"),
                format!("{status}: {what}"),
                trips,
                Change::Wire(status, wire),
            );
        }
    }
}

fn fits(kind: &TypeName, value: &Value) -> bool {
    match kind {
        TypeName::Any => true,
        TypeName::String => value.is_string(),
        TypeName::Integer | TypeName::Long => value.is_i64(),
        TypeName::Number => value.is_number(),
        TypeName::Boolean => value.is_boolean(),
        TypeName::Array(_) => value.is_array(),
        TypeName::Object | TypeName::Named(_) | TypeName::Map(_) => value.is_object(),
    }
}

fn is_integer(kind: &TypeName) -> bool {
    matches!(kind, TypeName::Integer | TypeName::Long)
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
