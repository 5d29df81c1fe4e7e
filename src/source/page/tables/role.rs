//! Tells what a table describes, by its caption and the section that it stands in.

use crate::contract::Location;
use crate::source::page::type_cell::type_of;
use crate::source::page::vocabulary::{fold, is_name};
use crate::source::page::{Column, Part, Section, Table};

/// What a table describes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// Request parameters.
    Parameters(Location),
    /// The members of the request's body.
    RequestBody,
    /// Header fields of the response of a status.
    ResponseHeaders(Option<u16>),
    /// The members of the body of a status.
    ResponseBody(Option<u16>),
    /// An object table; the scope is a status, or the request.
    Object(Option<u16>),
    /// Nothing says what it describes.
    Unplaced,
}

impl Role {
    /// That of the rows of a table that name their part of the message.
    pub(super) fn at(self, place: Option<Part>, section: Section) -> Self {
        let (is_reply, status) = match section {
            Section::Response(status) | Section::ResponseHeaders(status) => (true, status),
            _ => (false, None),
        };
        match (place, self) {
            (None, role)
            | (
                Some(Part::Body),
                role @ (Self::Object(_) | Self::RequestBody | Self::ResponseBody(_)),
            ) => role,
            (Some(Part::Body), _) if is_reply => Self::ResponseBody(status),
            (Some(Part::Body), _) => Self::RequestBody,
            (Some(Part::Header), _) if is_reply => Self::ResponseHeaders(status),
            (Some(Part::Header), _) => Self::Parameters(Location::Header),
            (Some(Part::Query), _) => Self::Parameters(Location::Query),
            (Some(Part::Path), _) => Self::Parameters(Location::Path),
        }
    }

    /// The status of what it describes; `None` for the request.
    pub(super) fn scope(self, success: u16) -> Option<u16> {
        match self {
            Self::ResponseHeaders(status) | Self::ResponseBody(status) => {
                Some(status.unwrap_or(success))
            }
            Self::Object(status) => status,
            _ => None,
        }
    }
}

/// The role of a table, and whether it is only a guess.
pub(super) fn role(table: &Table, method: &str, named: &Named) -> (Role, bool) {
    let (in_response, status) = match table.section {
        Section::Response(status) | Section::ResponseHeaders(status) => (true, status),
        _ => (false, None),
    };
    // 'QueryResult' names a type, whatever words it is made of.
    let is_type = is_name(&table.caption) && !is_generic(&table.caption);
    if is_type || is_of_a_member(&table.caption) {
        return (Role::Object(status), false);
    }
    if is_of_headers(table) {
        let role = match table.section.is_of_a_reply() {
            true => Role::ResponseHeaders(status),
            false => Role::Parameters(Location::Header),
        };
        return (role, false);
    }
    let caption = fold(&table.caption).replace(' ', "");
    let has = |words: &[&str]| words.iter().any(|word| caption.contains(word));
    let names_object = has(&["structure", "结构", "field", "字段"]);
    let parameters = has(&[
        "parameter",
        "参数",
        "header",
        "body",
        "消息头",
        "消息体",
        "请求头",
        "响应头",
        "请求体",
        "响应体",
    ]);
    if parameters && !names_object {
        let response =
            has(&["response", "响应", "返回"]) || in_response && !has(&["request", "请求"]);
        if has(&["header", "消息头", "请求头", "响应头"]) {
            let role = if response {
                Role::ResponseHeaders(status)
            } else {
                Role::Parameters(Location::Header)
            };
            return (role, false);
        }
        if has(&["body", "消息体", "请求体", "响应体"])
            || has(&["responseparameter", "响应参数", "返回参数"])
        {
            let role = if response {
                Role::ResponseBody(status)
            } else {
                Role::RequestBody
            };
            return (role, false);
        }
        if has(&["query", "查询参数"]) {
            return (Role::Parameters(Location::Query), false);
        }
        if has(&["path", "uri", "url", "路径"]) {
            return (Role::Parameters(Location::Path), false);
        }
    }
    let of_a_request = has(&["requestparameter", "请求参数"]);
    let is_vague = of_a_request
        || caption.is_empty()
        || is_generic(&table.caption)
        || has(&["parameterdescription", "参数说明", "参数列表", "要素说明"]);
    // Replies have no column of what must be given, requests do.
    let may_be_sent = of_a_request || table.columns.contains(&Column::Mandatory);
    let is_read = is_read(method);
    let is_of_uri = table.rows.iter().any(|row| named.names.contains(&row.name))
        || named.names.is_empty() && is_read && may_be_sent;
    // What holds others is no part of a query.
    let holds_objects = || {
        let kinds = table
            .rows
            .iter()
            .filter_map(|row| type_of(row.kind.as_deref()?));
        kinds
            .filter(|kind| !kind.is_scalar())
            .any(|kind| !kind.innermost().is_scalar())
    };
    let is_read = is_read && !(method == "DELETE" && holds_objects());
    match table.section {
        Section::Response(_)
            if is_generic(&table.caption) && has(&["response", "响应", "返回"]) =>
        {
            (Role::ResponseBody(status), false)
        }
        // What the URI holds whole is of the URI.
        Section::Uri
            if !named.names.is_empty()
                && table.rows.iter().all(|row| named.names.contains(&row.name)) =>
        {
            (Role::Parameters(Location::Path), false)
        }
        Section::Uri if is_of_uri => (Role::Parameters(Location::Path), true),
        // What is left of the URI, where its placeholders stand elsewhere, is its query.
        Section::Uri if is_vague && may_be_sent && is_read && named.are_told => {
            (Role::Parameters(Location::Query), true)
        }
        Section::Request if is_vague && may_be_sent && is_read => {
            (Role::Parameters(Location::Query), true)
        }
        Section::Request if is_vague && may_be_sent => (Role::RequestBody, true),
        Section::RequestHeaders => (Role::Parameters(Location::Header), true),
        Section::Response(_) if is_vague => (Role::ResponseBody(status), true),
        Section::ResponseHeaders(_) => (Role::ResponseHeaders(status), true),
        Section::Uri | Section::Request if is_vague => (Role::Unplaced, false),
        _ => (Role::Object(status), false),
    }
}

/// The names that the URI holds: placeholders, and those of its query template.
#[derive(Default)]
pub(super) struct Named {
    /// They themselves.
    pub names: Vec<String>,
    /// Whether each has a row in some table.
    pub are_told: bool,
}

/// Whether requests of a method have no body, but for some that delete.
pub(super) fn is_read(method: &str) -> bool {
    matches!(method, "GET" | "DELETE" | "HEAD")
}

/// Whether a caption speaks of the whole URI, which is path and query.
pub(super) fn is_of_the_uri(caption: &str) -> bool {
    let caption = fold(caption);
    let has = |words: &[&str]| words.iter().any(|word| caption.contains(word));
    has(&["uri", "url"]) && !has(&["path", "路径", "query", "查询"])
}

/// Whether each row is called as header fields alone are: `X-Auth-Token`, `Content-Type`.
fn is_of_headers(table: &Table) -> bool {
    let is_field = |name: &str| {
        let name = name.to_ascii_lowercase();
        name.starts_with("x-") && !name.contains('_') || FIELDS.contains(&name.as_str())
    };
    let names = || table.rows.iter().map(|row| row.name.as_str());
    // A member may be called 'host' as well, and one of settings 'X-Forwarded-Host'.
    let is_surely = |name: &str| {
        let name = name.to_ascii_lowercase();
        name == "content-type" || name.starts_with("x-") && name.ends_with("-token")
    };
    names().all(is_field) && names().any(is_surely)
}

/// Header fields that pages list (RFC 9110), in lower case.
const FIELDS: [&str; 12] = [
    "accept",
    "accept-language",
    "authorization",
    "content-encoding",
    "content-length",
    "content-type",
    "date",
    "host",
    "if-match",
    "if-none-match",
    "location",
    "transfer-encoding",
];

/// `location parameters`: the rows of the member, or of the type, of that name.
fn is_of_a_member(caption: &str) -> bool {
    let folded = fold(caption);
    let is_of_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    let (name, words) = folded.split_at(folded.find(|c| !is_of_name(c)).unwrap_or(folded.len()));
    let is_said = |word: &&str| words.trim_start().starts_with(*word);
    is_name(name) && !OF_AN_OPERATION.contains(&name) && ["parameter", "参数"].iter().any(is_said)
}

/// What parameters are of in captions that name no member.
const OF_AN_OPERATION: [&str; 16] = [
    "request",
    "response",
    "path",
    "query",
    "uri",
    "url",
    "header",
    "headers",
    "body",
    "input",
    "output",
    "common",
    "public",
    "api",
    "optional",
    "mandatory",
];

/// Captions that say no more than that there are parameters, of a request or a reply.
fn is_generic(caption: &str) -> bool {
    let mut words = fold(caption);
    for generic in GENERIC_IN_CHINESE {
        words = words.replace(generic, " ");
    }
    let mut words = words.split_whitespace();
    // One word alone may be the name of a type or a member.
    if is_name(caption) {
        let alone = ["parameter", "parameters", "description", "headers", "body"];
        return alone.contains(&fold(caption).as_str());
    }
    words.all(is_generic_word)
}

fn is_generic_word(word: &str) -> bool {
    GENERIC.contains(&word.strip_suffix('s').unwrap_or(word))
}

/// Whether captions are made of this word, whatever they are about.
pub(super) fn is_of_captions(word: &str) -> bool {
    is_generic_word(word) || matches!(word, "field" | "fields" | "structure" | "data" | "object")
}

/// Words without their plural that captions of an operation's own tables are made of.
const GENERIC: [&str; 21] = [
    "parameter",
    "description",
    "header",
    "body",
    "request",
    "response",
    "message",
    "element",
    "list",
    "table",
    "format",
    "information",
    "input",
    "output",
    "returned",
    "common",
    "of",
    "the",
    "in",
    "a",
    "for",
];
const GENERIC_IN_CHINESE: [&str; 12] = [
    "参数", "说明", "列表", "描述", "要素", "请求", "响应", "返回", "消息", "输入", "输出", "的",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::page::Row;

    #[test]
    fn captions_of_the_help_centre() {
        let table = |caption: &str, section| Table {
            number: 1,
            is_numbered: true,
            caption: caption.into(),
            section,
            columns: vec![Column::Name, Column::Mandatory],
            rows: Vec::new(),
            line: 1,
        };
        let ok = Section::Response(Some(200));
        for (caption, section, expected, is_guess) in [
            (
                "Path Parameters",
                Section::Uri,
                Role::Parameters(Location::Path),
                false,
            ),
            (
                "URI parameter",
                Section::Uri,
                Role::Parameters(Location::Path),
                false,
            ),
            (
                "Parameters in the URI",
                Section::Uri,
                Role::Parameters(Location::Path),
                false,
            ),
            (
                "路径参数",
                Section::Uri,
                Role::Parameters(Location::Path),
                false,
            ),
            (
                "Query Parameters",
                Section::Uri,
                Role::Parameters(Location::Query),
                false,
            ),
            (
                "Query参数",
                Section::Uri,
                Role::Parameters(Location::Query),
                false,
            ),
            (
                "Request header parameters",
                Section::Request,
                Role::Parameters(Location::Header),
                false,
            ),
            (
                "请求Header参数",
                Section::Request,
                Role::Parameters(Location::Header),
                false,
            ),
            (
                "Request body parameters",
                Section::Request,
                Role::RequestBody,
                false,
            ),
            ("请求Body参数", Section::Request, Role::RequestBody, false),
            (
                "Response header parameters",
                ok,
                Role::ResponseHeaders(Some(200)),
                false,
            ),
            (
                "响应Header参数",
                ok,
                Role::ResponseHeaders(Some(200)),
                false,
            ),
            (
                "Response body parameters",
                ok,
                Role::ResponseBody(Some(200)),
                false,
            ),
            ("响应Body参数", ok, Role::ResponseBody(Some(200)), false),
            ("响应参数", ok, Role::ResponseBody(Some(200)), false),
            ("QueryResult", ok, Role::Object(Some(200)), false),
            ("RequestBody", Section::Request, Role::Object(None), false),
            (
                "Data structure of the query field",
                Section::Request,
                Role::Object(None),
                false,
            ),
            ("", Section::Request, Role::RequestBody, true),
            (
                "location parameters",
                Section::Uri,
                Role::Object(None),
                false,
            ),
            (
                "listener parameter description",
                ok,
                Role::Object(Some(200)),
                false,
            ),
            ("func_code参数说明", ok, Role::Object(Some(200)), false),
            (
                "Query parameters",
                ok,
                Role::Parameters(Location::Query),
                false,
            ),
            ("Parameters", Section::Uri, Role::Unplaced, false),
            (
                "Parameters",
                Section::RequestHeaders,
                Role::Parameters(Location::Header),
                true,
            ),
            (
                "Parameters",
                Section::ResponseHeaders(Some(200)),
                Role::ResponseHeaders(Some(200)),
                true,
            ),
        ] {
            assert_eq!(
                role(&table(caption, section), "POST", &Named::default()),
                (expected, is_guess),
                "{caption}"
            );
        }
    }

    #[test]
    fn a_vague_table_is_placed_by_its_section_where_something_vouches_for_it() {
        let row = |name: &str| Row {
            name: name.into(),
            ..Row::default()
        };
        let table = |section, columns: &[Column]| Table {
            number: 1,
            is_numbered: true,
            caption: "Parameters".into(),
            section,
            columns: columns.to_vec(),
            rows: vec![row("lid"), row("handle")],
            line: 1,
        };
        let (sent, shown) = ([Column::Name, Column::Mandatory], [Column::Name]);
        let (path, query) = (Location::Path, Location::Query);
        let named = |name: &str, are_told| Named {
            names: vec![name.to_owned()],
            are_told,
        };
        let (lid, other) = (&named("lid", true), &named("spout", false));
        let (told, none) = (&named("spout", true), &Named::default());
        for (section, columns, method, named, expected) in [
            (Section::Uri, &sent[..], "POST", lid, Role::Parameters(path)),
            (Section::Uri, &shown, "POST", lid, Role::Parameters(path)),
            (Section::Uri, &sent, "POST", other, Role::Unplaced),
            (Section::Uri, &sent, "GET", other, Role::Unplaced),
            (Section::Uri, &sent, "GET", told, Role::Parameters(query)),
            (Section::Uri, &sent, "POST", told, Role::Unplaced),
            (Section::Uri, &shown, "GET", told, Role::Unplaced),
            (Section::Uri, &sent, "GET", none, Role::Parameters(path)),
            (Section::Uri, &shown, "GET", none, Role::Unplaced),
            (
                Section::Request,
                &sent,
                "GET",
                other,
                Role::Parameters(query),
            ),
            (Section::Request, &shown, "GET", other, Role::Unplaced),
            (Section::Request, &sent, "POST", other, Role::RequestBody),
            (Section::Request, &shown, "POST", other, Role::Unplaced),
        ] {
            let (role, _) = role(&table(section, columns), method, named);
            let names = &named.names;
            assert_eq!(role, expected, "{section:?} {columns:?} {method} {names:?}");
        }
    }

    #[test]
    fn rows_that_header_fields_alone_are_called_are_such_whatever_the_caption() {
        let table = |names: &[&str], section| Table {
            number: 1,
            is_numbered: true,
            caption: "Request parameters".into(),
            section,
            columns: vec![Column::Name, Column::Mandatory],
            rows: names
                .iter()
                .map(|name| Row {
                    name: (*name).into(),
                    ..Row::default()
                })
                .collect(),
            line: 1,
        };
        let fields = &["X-Auth-Token", "Content-Type", "Host"][..];
        let (header, ok) = (
            Role::Parameters(Location::Header),
            Section::Response(Some(200)),
        );
        for (names, section, expected) in [
            (fields, Section::Request, header),
            (fields, Section::Uri, header),
            (fields, ok, Role::ResponseHeaders(Some(200))),
            (&["accept", "host"], Section::Request, Role::RequestBody),
            (&["X-Forwarded-Host"], Section::Request, Role::RequestBody),
            (
                &["X-Auth-Token", "lid"],
                Section::Request,
                Role::RequestBody,
            ),
            (&[], Section::Request, Role::RequestBody),
        ] {
            let (role, _) = role(&table(names, section), "POST", &Named::default());
            assert_eq!(role, expected, "{names:?}");
        }
    }
}
