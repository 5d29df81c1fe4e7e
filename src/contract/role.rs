//! Tells what a table describes, by its caption and the section that it stands in.

use super::Location;
use crate::page::vocabulary::{fold, is_name};
use crate::page::{Section, Table};

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
}

/// The role of a table, and whether it is only a guess.
pub(super) fn role(table: &Table, method: &str) -> (Role, bool) {
    let status = match table.section {
        Section::Response(status) => status,
        _ => None,
    };
    let in_response = matches!(table.section, Section::Response(_));
    // 'QueryResult' names a type, whatever words it is made of.
    if is_name(&table.caption) && !is_generic(&table.caption) {
        return (Role::Object(status), false);
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
    let is_vague = caption.is_empty()
        || is_generic(&table.caption)
        || has(&[
            "requestparameter",
            "请求参数",
            "parameterdescription",
            "参数说明",
            "参数列表",
        ]);
    match table.section {
        Section::Uri => (Role::Parameters(Location::Path), true),
        Section::Request if is_vague && matches!(method, "GET" | "DELETE" | "HEAD") => {
            (Role::Parameters(Location::Query), true)
        }
        Section::Request if is_vague => (Role::RequestBody, true),
        Section::Response(_) if is_vague => (Role::ResponseBody(status), true),
        _ => (Role::Object(status), false),
    }
}

/// Captions that say no more than that there are parameters.
fn is_generic(caption: &str) -> bool {
    matches!(
        fold(caption).as_str(),
        "parameters" | "parameter" | "description" | "headers" | "body" | "参数"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn captions_of_the_help_centre() {
        let table = |caption: &str, section| Table {
            number: 1,
            caption: caption.into(),
            section,
            columns: Vec::new(),
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
                "Parameters",
                Section::Uri,
                Role::Parameters(Location::Path),
                true,
            ),
        ] {
            assert_eq!(
                role(&table(caption, section), "POST"),
                (expected, is_guess),
                "{caption}"
            );
        }
    }
}
