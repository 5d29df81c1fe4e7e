//! The fault catalogue: derived from the contract wherever that works, with
//! hand-written families for what no single row states.

use super::fault::{Bytes, Cause, Change, Edit, Fault, Laxness, Step, TokenLaxness, Trip, When};
use super::mock::Manner;
use super::wire::Wire;
use crate::contract::{Body, Comparison, Contract, Field, Parameter, Presence, Relation, nested};
use crate::page::TypeName;
use serde_json::{Value, json};

/// Every fault that breaks a statement of this contract.
pub fn faults(contract: &Contract) -> Vec<Fault> {
    let mut list = Catalogue {
        contract,
        faults: Vec::new(),
    };
    for (status, response) in &contract.responses {
        if let Some(body) = &response.body {
            list.members(*status, body, &body.fields, &format!("response/{status}"), &[]);
            list.bytes(*status);
            list.wire(*status);
        }
    }
    for parameter in &contract.parameters {
        if Some(parameter) != contract.token() {
            list.parameter(parameter);
        }
    }
    list.token();
    list.statuses();
    list.readings();
    list.conditions();
    list.faults
}

/// Conforming servers that differ from the plain one: each must pass.
pub fn conforming() -> Vec<Fault> {
    [
        ("open", Manner::Open),
        ("tenant-scoped", Manner::TenantScoped),
        ("parameters-first", Manner::ParametersFirst),
        ("provoked-first", Manner::ProvokedFirst),
        ("short-errors", Manner::ShortErrors),
        ("full-errors", Manner::FullErrors),
        ("throttling", Manner::Throttling(50)),
        ("overloaded", Manner::Overloaded(60)),
        ("pretty-json", Manner::Pretty),
        ("charset", Manner::Charset),
        ("capital-media-type", Manner::CapitalMediaType),
        ("additions", Manner::Additions),
        ("members-reversed", Manner::Reversed),
        ("newline-at-end", Manner::NewlineAtEnd),
        ("unicode-escapes", Manner::Escaped),
        ("extremes", Manner::Extremes),
        ("tolerated-value", Manner::Tolerated),
        ("connection-close", Manner::ConnectionClose),
        ("slow", Manner::Slow),
        ("gzip", Manner::Gzip),
        ("chunked", Manner::Chunked),
        ("extra-headers", Manner::ExtraHeaders),
        ("http-1-0", Manner::Http10),
        ("drops-idle", Manner::DropsIdle),
        ("close-delimited", Manner::CloseDelimited),
        ("in-two-parts", Manner::InTwoParts),
        ("title-case-headers", Manner::TitleCaseHeaders),
    ]
    .into_iter()
    .map(|(name, manner)| Fault {
        name: format!("conforming-{name}"),
        summary: "a conforming server".into(),
        clause: String::new(),
        trips: Vec::new(),
        change: Change::Manner(manner),
        when: When::Always,
    })
    .collect()
}

struct Catalogue<'a> {
    contract: &'a Contract,
    faults: Vec<Fault>,
}

fn trip(rule: &'static str, clause: &str) -> Trip {
    Trip {
        rule,
        clause: clause.to_owned(),
    }
}

fn kebab(text: &str) -> String {
    let dashed: String = text
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' })
        .collect();
    let parts: Vec<&str> = dashed.split('-').filter(|part| !part.is_empty()).collect();
    parts.join("-")
}

impl Catalogue<'_> {
    fn push(&mut self, name: String, summary: String, trips: Vec<Trip>, change: Change) {
        self.push_when(name, summary, trips, change, When::Always);
    }

    fn push_when(&mut self, name: String, summary: String, trips: Vec<Trip>, change: Change, when: When) {
        let clause = trips.first().map_or_else(String::new, |trip| trip.clause.clone());
        self.faults.push(Fault {
            name: kebab(&name),
            summary,
            clause,
            trips,
            change,
            when,
        });
    }

    fn members(&mut self, status: u16, body: &Body, fields: &[Field], stem: &str, path: &[Step]) {
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

    fn member(&mut self, status: u16, field: &Field, stem: &str, path: &[Step]) {
        let name = format!("{status}-{}", stem.split_once('/').map_or(stem, |(_, rest)| rest));
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
        edit("is-null", "value-null", &typed, Edit::Set(Value::Null));
        if let Presence::Required(_) = field.presence {
            let present = format!("{stem}/present");
            edit("is-absent", "member-missing", &present, Edit::Remove);
            edit("is-renamed", "member-missing", &present, Edit::Rename(camel(&field.name)));
        }
        if let TypeName::Integer | TypeName::Long = field.kind {
            let beyond = match field.kind {
                TypeName::Integer => json!(i64::from(i32::MAX) + 1),
                _ => json!(i64::MAX as u64 + 1),
            };
            edit("is-beyond-its-type", "value-range", &typed, Edit::Set(beyond));
        }
        if let TypeName::Array(item) = &field.kind {
            let wrong = if **item == TypeName::String { json!(7) } else { json!("7") };
            edit("has-an-item-of-another-type", "value-type", &typed, Edit::Set(json!([wrong])));
        }
        let facts = &field.constraints;
        if let Some(first) = facts.values.first() {
            let listed = format!("{stem}/enum");
            edit("is-unlisted", "value-unlisted", &listed, Edit::Set(json!("unlisted")));
            edit("is-empty", "value-unlisted", &listed, Edit::Set(json!("")));
            if first.to_uppercase() != *first {
                edit("is-upper-case", "value-unlisted", &listed, Edit::UpperCased);
            }
        }
        if let Some(max) = facts.length.max {
            let long = "x".repeat(usize::try_from(max).unwrap_or(0) + 1);
            edit("is-too-long", "value-length", &format!("{stem}/length"), Edit::Set(json!(long)));
        }
    }

    fn bytes(&mut self, status: u16) {
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
            ("html", "json-syntax", Bytes::Replace(b"<html><body>Error</body></html>")),
            ("empty-body", "body-empty", Bytes::Replace(b"")),
            ("text", "json-syntax", Bytes::Replace(b"Error")),
            ("null-body", "value-type", Bytes::Replace(b"null")),
            ("string-body", "value-type", Bytes::Replace(b"\"ok\"")),
            ("byte-order-mark", "json-bom", Bytes::Prepend(b"\xef\xbb\xbf")),
            ("security-prefix", "json-syntax", Bytes::Prepend(b")]}',\n")),
            ("trailing-text", "json-trailing-text", Bytes::Append(b"<!-- ok -->")),
            ("second-value", "json-trailing-text", Bytes::Append(b"{}")),
            ("duplicate-key", "json-duplicate-key", Bytes::DuplicateFirst),
            ("not-a-number", "json-not-a-number", raw("NaN")),
            ("infinity", "json-not-a-number", raw("-Infinity")),
            ("single-quotes", "json-single-quotes", raw("'x'")),
            ("lone-surrogate", "json-lone-surrogate", raw("\"\\ud800\"")),
            ("leading-zero", "json-leading-zero", raw("007")),
            ("huge-number", "json-number-size", raw("1e999")),
            ("control-character", "json-control-character", raw("\"a\tb\"")),
            ("unclosed", "json-syntax", Bytes::Unclosed),
            ("trailing-comma", "json-syntax", Bytes::Swap("\",", "\",,")),
            ("invalid-utf8", "json-utf8", Bytes::Append(b"\xff")),
            ("utf16", "json-utf8", Bytes::Utf16),
            ("listed", "value-type", Bytes::Listed),
        ];
        for (what, rule, bytes) in edits {
            let change = Change::Bytes(status, bytes);
            self.push(format!("{status}-{what}"), format!("{status}: {what}"), vec![trip(rule, &clause)], change);
        }
        if let Some(required) = self.first_required(status) {
            let present = format!("response/{status}/{required}/present");
            for (what, bytes) in [("wrapped", Bytes::Wrapped), ("empty-object", Bytes::Replace(b"{}"))] {
                let trips = vec![trip("member-missing", &present)];
                self.push(format!("{status}-{what}"), format!("{status}: {what}"), trips, Change::Bytes(status, bytes));
            }
        }
        for (what, rule, media) in [
            ("no-media-type", "media-type-missing", None),
            ("media-type-html", "media-type-wrong", Some("text/html")),
            ("media-type-text", "media-type-wrong", Some("text/plain; charset=utf-8")),
            ("media-type-problem", "media-type-wrong", Some("application/problem+json")),
        ] {
            let trips = vec![trip(rule, &clause)];
            self.push(format!("{status}-{what}"), format!("{status}: {what}"), trips, Change::MediaType(status, media));
        }
    }

    fn first_required(&self, status: u16) -> Option<String> {
        let body = self.contract.responses.get(&status)?.body.as_ref()?;
        body.fields
            .iter()
            .find(|field| matches!(field.presence, Presence::Required(_)))
            .map(|field| field.name.clone())
    }

    /// Clauses of the cases that expect `status`: where a missing reply is cited.
    fn asking(&self, status: u16) -> Vec<String> {
        let mut clauses = vec![format!("status/{status}")];
        for parameter in &self.contract.parameters {
            let stem = parameter.stem();
            for aspect in ["enum", "length", "mandatory"] {
                clauses.push(format!("{stem}/{aspect}"));
            }
        }
        clauses
    }

    fn wire(&mut self, status: u16) {
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
            self.push(format!("{status}-{what}"), format!("{status}: {what}"), trips, Change::Wire(status, wire));
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
            let trips = self.asking(status).iter().map(|clause| trip(rule, clause)).collect();
            self.push(format!("{status}-{what}"), format!("{status}: {what}"), trips, Change::Wire(status, wire));
        }
    }

    fn parameter(&mut self, parameter: &Parameter) {
        let (location, name) = (parameter.location, parameter.field.name.clone());
        let facts = parameter.field.constraints.clone();
        let mut check = |aspect: &str, what: String, lax: Laxness| {
            let clause = format!("{}/{aspect}", parameter.stem());
            self.push(
                format!("{name}-{what}"),
                format!("{name}: {what}"),
                // A value that passes the check meets the next one, or success.
                vec![trip("status-unexpected", &clause)],
                Change::Check(location, name.clone(), lax),
            );
        };
        if !facts.values.is_empty() {
            for (what, lax) in [
                ("unchecked", Laxness::Unchecked),
                ("case-folded", Laxness::CaseFolded),
                ("trimmed", Laxness::Trimmed),
                ("prefix-matched", Laxness::PrefixMatched),
                ("contained", Laxness::Contained),
                ("abbreviated", Laxness::Abbreviated),
                ("decoded-twice", Laxness::DecodedTwice),
                ("cut-at-nul", Laxness::CutAtNul),
                ("cut-at-newline", Laxness::CutAtNewline),
            ] {
                check("enum", what.into(), lax);
            }
            for value in &facts.values {
                check("enum", format!("rejects-{value}"), Laxness::Rejected(value.clone()));
            }
        }
        if let (Some(min), Some(max)) = (facts.length.min, facts.length.max) {
            check("length", "length-unchecked".into(), Laxness::Unchecked);
            for (what, low, high) in [
                ("min-one-less", min.saturating_sub(1), max),
                ("min-one-more", min + 1, max),
                ("max-one-less", min, max - 1),
                ("max-one-more", min, max + 1),
                ("no-min", 0, max),
                ("no-max", min, u64::MAX),
                ("min-only-exact", min, min),
            ] {
                check("length", what.into(), Laxness::Lengths(low, high));
            }
        }
        let clause = format!("{}/{}", parameter.stem(), if facts.values.is_empty() { "length" } else { "enum" });
        for status in [200, 401, 403, 404, 409, 422, 500] {
            if status == 400 || (facts.values.is_empty() && facts.length.is_open()) {
                continue;
            }
            let rule = self.status_rule(status);
            self.push(
                format!("{name}-invalid-gives-{status}"),
                format!("{name}: an invalid value gives {status}"),
                vec![trip(rule, &clause)],
                Change::Status(Cause::Invalid(location, name.clone()), status),
            );
        }
    }

    fn status_rule(&self, status: u16) -> &'static str {
        if self.contract.documents(status) {
            "status-unexpected"
        } else if (300..400).contains(&status) {
            "redirect"
        } else {
            "status-undocumented"
        }
    }

    fn token(&mut self) {
        let Some(token) = self.contract.token() else {
            return;
        };
        let mandatory = format!("{}/mandatory", token.stem());
        for (what, clause, lax) in [
            ("not-needed", mandatory.as_str(), TokenLaxness::NotNeeded),
            ("empty-passes", &mandatory, TokenLaxness::EmptyPasses),
            ("any-passes", "status/401", TokenLaxness::AnyPasses),
            ("appended-passes", "status/401", TokenLaxness::Appended),
            ("prepended-passes", "status/401", TokenLaxness::Prepended),
            ("abbreviated-passes", "status/401", TokenLaxness::Abbreviated),
            ("first-eight-compared", "status/401", TokenLaxness::FirstEight),
            ("case-folded", "status/401", TokenLaxness::CaseFolded),
            ("length-compared", "status/401", TokenLaxness::LengthOnly),
            ("long-passes", "status/401", TokenLaxness::LongPasses),
        ] {
            let trips = vec![trip("status-unexpected", clause)];
            self.push(format!("token-{what}"), format!("the token: {what}"), trips, Change::Token(lax));
        }
        for (cause, words, clause) in [
            (Cause::NoToken, "missing", mandatory.as_str()),
            (Cause::WrongToken, "wrong", "status/401"),
        ] {
            for status in [200, 400, 403, 404, 407, 500, 302] {
                let trips = vec![trip(self.status_rule(status), clause)];
                let change = Change::Status(cause.clone(), status);
                self.push(
                    format!("token-{words}-gives-{status}"),
                    format!("a {words} token gives {status}"),
                    trips,
                    change,
                );
            }
        }
        let name = token.field.name.clone();
        for (what, spelling) in [("lower", name.to_lowercase()), ("documented", name)] {
            // Whichever spelling is refused, a valid request gets 401.
            let trips = ["status/200", &mandatory]
                .iter()
                .map(|clause| clause.to_string())
                .chain(self.asking(self.contract.success().unwrap_or(200)))
                .map(|clause| trip("status-unexpected", &clause))
                .collect();
            self.push(
                format!("token-header-only-in-{what}-spelling"),
                format!("the token's header is seen in {what} spelling only"),
                trips,
                Change::HeaderSpelling(spelling),
            );
        }
    }

    fn statuses(&mut self) {
        let success = self.contract.success().unwrap_or(200);
        let asking = self.asking(success);
        for status in [201, 202, 204, 206, 400, 404, 500, 503] {
            if status == success {
                continue;
            }
            let rule = self.status_rule(status);
            let trips = asking.iter().map(|clause| trip(rule, clause)).collect();
            self.push(
                format!("valid-gives-{status}"),
                format!("a valid request gives {status}"),
                trips,
                Change::Status(Cause::Success, status),
            );
        }
        let mut causes = vec![(Cause::Foreign, 403, "foreign-project")];
        for status in self.contract.responses.keys().filter(|status| **status >= 403) {
            causes.push((Cause::Provoked(*status), *status, "provoked"));
        }
        for (cause, expected, what) in causes {
            if !self.contract.documents(expected) {
                continue;
            }
            for status in [success, 400, 401, 403, 404, 500, 502] {
                if status == expected {
                    continue;
                }
                let trips = vec![trip(self.status_rule(status), &format!("status/{expected}"))];
                self.push(
                    format!("{what}-{expected}-gives-{status}"),
                    format!("{what}: {status} in place of {expected}"),
                    trips,
                    Change::Status(cause.clone(), status),
                );
            }
        }
    }

    fn readings(&mut self) {
        let contract = self.contract;
        for echo in &contract.echoes {
            let trips = vec![trip("echo-differs", &echo.clause())];
            let path = vec![Step::Member(echo.field.clone())];
            let listed = contract
                .parameter(echo.location, &echo.parameter)
                .and_then(|parameter| parameter.field.constraints.values.first());
            let constant = listed.map_or_else(|| json!("0123456789abcdef0123456789abcdef0"), |value| json!(value));
            let mut edits = vec![("constant", Edit::Set(constant))];
            if listed.is_none() {
                edits.push(("cut", Edit::Cut(16)));
                edits.push(("upper-case", Edit::UpperCased));
            }
            for (what, edit) in edits {
                self.push(
                    format!("echo-{}-{what}", echo.field),
                    format!("{} is not what was sent: {what}", echo.field),
                    trips.clone(),
                    Change::Body(echo.status, path.clone(), edit),
                );
            }
        }
        for relation in &contract.relations {
            self.relation(relation);
        }
    }

    fn relation(&mut self, relation: &Relation) {
        let (left, right) = match relation.comparison {
            Comparison::AtMost | Comparison::Equal => (json!(2), json!(1)),
            Comparison::Below => (json!(1), json!(1)),
        };
        let edit = Edit::SetBoth(left, relation.right.clone(), right);
        self.push(
            format!("relation-{}", relation.id),
            format!("breaks {}", relation.statement()),
            vec![trip("relation-broken", &relation.clause())],
            Change::Body(relation.status, vec![Step::Member(relation.left.clone())], edit),
        );
    }

    /// Faults that show only now and then, or only for some requests.
    fn conditions(&mut self) {
        let contract = self.contract;
        for (status, response) in &contract.responses {
            let Some(field) = response.body.as_ref().and_then(|body| {
                body.fields
                    .iter()
                    .find(|field| matches!(field.presence, Presence::Required(_)))
                    .or(body.fields.first())
            }) else {
                continue;
            };
            let path = vec![Step::Member(field.name.clone())];
            let trips = vec![trip("value-null", &format!("response/{status}/{}/type", field.name))];
            let change = Change::Body(*status, path, Edit::Set(Value::Null));
            let mut whens = vec![
                ("every-ninth".to_owned(), When::Every(9)),
                ("after-100".to_owned(), When::After(100)),
            ];
            for parameter in &contract.parameters {
                // Foreign and provoked requests vary in what is listed only.
                for value in &parameter.field.constraints.values {
                    if *status != 400 {
                        whens.push((
                            format!("for-{value}"),
                            When::Parameter(parameter.location, parameter.field.name.clone(), value.clone()),
                        ));
                    }
                }
                let is_long = contract.success() == Some(*status) || *status == 400;
                if !parameter.field.constraints.length.is_open() && is_long {
                    whens.push((
                        format!("for-{}-over-40", parameter.field.name),
                        When::Longer(parameter.location, parameter.field.name.clone(), 40),
                    ));
                }
            }
            for (what, when) in whens {
                self.push_when(
                    format!("{status}-broken-{what}"),
                    format!("{status} is broken {what} only"),
                    trips.clone(),
                    change.clone(),
                    when,
                );
            }
        }
        for parameter in &contract.parameters {
            if parameter.field.constraints.values.is_empty() || !contract.documents(400) {
                continue;
            }
            self.push(
                format!("400-echoes-{}-unescaped", parameter.field.name),
                "the message repeats what was sent without escaping it".into(),
                ["json-syntax", "json-control-character"]
                    .map(|rule| trip(rule, "response/400/body"))
                    .to_vec(),
                Change::Bytes(400, Bytes::Echoed(parameter.location, parameter.field.name.clone())),
            );
        }
        if contract.token().is_some() {
            self.push_when(
                "token-any-passes-after-50".into(),
                "any token passes once the server is warm".into(),
                vec![trip("status-unexpected", "status/401")],
                Change::Token(TokenLaxness::AnyPasses),
                When::After(50),
            );
        }
    }
}

fn fits(kind: &TypeName, value: &Value) -> bool {
    match kind {
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
    if camel == name { format!("{name}_") } else { camel }
}
