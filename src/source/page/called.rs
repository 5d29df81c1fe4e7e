//! Reads what is called, method and path, in the forms that pages write it: one line with
//! or without remarks, two labelled lines, or a table of two columns.

use super::vocabulary::fold;
use crate::contract::Finding;

/// What is called, and what stands beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Called {
    /// The method in capital letters.
    pub method: String,
    /// The path with its query template.
    pub path: String,
    /// Further methods, as in `PUT or POST /v1/items`.
    others: Vec<String>,
    /// Words in brackets behind the path, as in `GET /v1/items (Compatible)`.
    remark: Option<String>,
    /// The path as written, where a space stands inside.
    spaced: Option<String>,
}

/// Whether a word is a method of requests.
pub(super) fn is_method(word: &str) -> bool {
    matches!(
        word,
        "GET" | "PUT" | "POST" | "DELETE" | "PATCH" | "HEAD" | "OPTIONS"
    )
}

/// The method and path of a line such as `GET /v3/{project_id}/items`.
pub(super) fn method_and_path(text: &str) -> Option<(String, String)> {
    Called::read(text).map(|called| (called.method, called.path))
}

impl Called {
    /// Reads a line; `None` where it is no method with a path and nothing else.
    pub(super) fn read(text: &str) -> Option<Self> {
        let text = match text.split_once([':', '：']) {
            Some((label, rest)) if is_label_of_both(label) => rest,
            _ => text,
        };
        let (method, mut rest) = first_method(text.trim())?;
        let mut others = Vec::new();
        while let Some((other, behind)) = other_method(rest) {
            others.push(other);
            rest = behind;
        }
        if !rest.starts_with(|c: char| c.is_whitespace() || matches!(c, '/' | ':' | '：')) {
            return None;
        }
        let rest = rest.trim_start_matches([':', '：']).trim();
        let (rest, remark) = without_remark(rest);
        let rest = rest
            .rsplit_once(" HTTP/")
            .map_or(rest, |(path, _)| path.trim_end());
        let path = match rest.split_once("://") {
            Some((scheme, after)) if !scheme.contains('/') => &after[after.find('/')?..],
            _ => rest,
        };
        if !path.starts_with('/') {
            return None;
        }
        let (path, query) = path.split_at(path.find('?').unwrap_or(path.len()));
        let joined = joined(path)?;
        let spaced = (joined != path).then(|| path.to_owned());
        Some(Self {
            method,
            path: format!("{joined}{}", query_template(query)?).replace('\\', ""),
            others,
            remark: remark.map(str::to_owned),
            spaced,
        })
    }

    /// What was read otherwise than it stands there, in this line.
    pub(super) fn findings(&self, line: usize) -> Vec<Finding> {
        let mut findings = Vec::new();
        let mut find = |what: String, assumed: String, remedy: &str| {
            findings.push(Finding::new(line, what, assumed, remedy));
        };
        let (method, path) = (&self.method, &self.path);
        for other in &self.others {
            find(
                format!("a second method, '{other}'"),
                format!("the page describes '{method} {path}'"),
                "keep one operation a page",
            );
        }
        if let Some(remark) = &self.remark {
            find(
                format!("'{remark}' stands behind the path"),
                "it was read as a remark".into(),
                "if another path holds otherwise, keep the one that you call in the page's copy",
            );
        }
        if let Some(spaced) = &self.spaced {
            find(
                format!("a space inside the path '{spaced}'"),
                "it was read without it".into(),
                "take the space out of the page's copy",
            );
        }
        findings
    }
}

/// A method that a line begins with, and what stands behind it. One that is not all
/// capitals may be a word: what follows must then be a path alone, as it must anyway.
fn first_method(text: &str) -> Option<(String, &str)> {
    let end = text.find(|c: char| !c.is_ascii_alphabetic())?;
    let method = text[..end].to_ascii_uppercase();
    is_method(&method).then(|| (method, &text[end..]))
}

/// `or POST`, `/POST`: a further method in capitals.
fn other_method(rest: &str) -> Option<(String, &str)> {
    let rest = rest.trim_start();
    let behind = ["/", "or ", "and ", "|", "、", "或"]
        .iter()
        .find_map(|word| rest.strip_prefix(word))?
        .trim_start();
    let end = behind.find(|c: char| !c.is_ascii_alphabetic())?;
    let is_path = behind[end..].starts_with('/') && !behind[end..].starts_with("/v");
    (is_method(&behind[..end]) && !is_path).then(|| (behind[..end].to_owned(), &behind[end..]))
}

/// `URI format` in front of a colon.
fn is_label_of_both(label: &str) -> bool {
    matches!(
        fold(label).as_str(),
        "uri"
            | "url"
            | "uri format"
            | "url format"
            | "request uri"
            | "uri格式"
            | "url格式"
            | "接口uri"
    )
}

/// A path without the words in brackets behind it.
fn without_remark(path: &str) -> (&str, Option<&str>) {
    let remark = path
        .ends_with([')', '）'])
        .then(|| path.rfind(['(', '（']))
        .flatten();
    match remark.map(|at| path.split_at(at)) {
        Some((path, remark)) if path.ends_with(char::is_whitespace) || remark.starts_with('（') => {
            (path.trim_end(), Some(remark))
        }
        _ => (path, None),
    }
}

/// A path of one piece. A space beside a slash is a slip; `GET /v1/a /v1/b` is two paths.
fn joined(path: &str) -> Option<String> {
    let mut pieces = path.split_whitespace();
    let mut whole = pieces.next()?.to_owned();
    let first = whole.split('/').nth(1).unwrap_or_default().to_owned();
    for piece in pieces {
        let is_slip = piece.starts_with('/') && piece.split('/').nth(1) != Some(&first)
            || whole.ends_with('/')
            || is_placeholder(&whole);
        if !is_slip {
            return None;
        }
        whole.push_str(piece);
    }
    Some(whole)
}

/// Whether a text ends inside a placeholder, where a space is a slip.
fn is_placeholder(text: &str) -> bool {
    text.rfind('{') > text.rfind('}')
}

/// A query template without spaces: they stand beside what separates names, else the
/// words behind the path are prose.
fn query_template(query: &str) -> Option<String> {
    let mut whole = String::new();
    for piece in query.split_whitespace() {
        let is_separated = whole.ends_with([',', '&', '=', '[', '{', '?'])
            || piece.starts_with([',', '&', '=', ']', '}'])
            || is_placeholder(&whole);
        if !whole.is_empty() && !is_separated {
            return None;
        }
        whole.push_str(piece);
    }
    Some(whole)
}

/// A method or a path that stands alone, or behind its label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Half {
    /// `PUT`, `Method: PUT`.
    Method(String),
    /// `/v1/items`, `PATH: /v1/items`.
    Path(String),
}

impl Half {
    /// Reads a paragraph under the heading of the URI.
    pub(super) fn read(text: &str) -> Option<Self> {
        let (label, value) = match text.split_once([':', '：']) {
            Some((label, value)) => (Some(fold(label)), value.trim()),
            None => (None, text.trim()),
        };
        let is = |words: &[&str]| label.as_deref().is_none_or(|label| words.contains(&label));
        let method = value.to_ascii_uppercase();
        if is(&METHOD) && is_method(&method) {
            return Some(Self::Method(method));
        }
        // Whatever method it is called with, it must be a path alone.
        let (_, path) = method_and_path(&format!("GET {value}"))?;
        (is(&URI) && value.starts_with('/')).then_some(Self::Path(path))
    }
}

const METHOD: [&str; 6] = [
    "method",
    "request method",
    "http method",
    "请求方法",
    "方法",
    "请求方式",
];
const URI: [&str; 8] = [
    "uri",
    "url",
    "path",
    "request uri",
    "请求uri",
    "路径",
    "请求路径",
    "uri格式",
];

/// What the rows of a table of methods and paths call: `None` where it is no such table.
pub(super) fn in_table<'a>(
    header: &[String],
    rows: impl Iterator<Item = Vec<&'a str>>,
) -> Option<Vec<String>> {
    let of = |words: &[&str]| {
        let mut cells = header.iter().map(|cell| fold(cell));
        cells.position(|cell| words.contains(&cell.as_str()))
    };
    let (method, uri) = (of(&METHOD), of(&URI)?);
    let called = |row: Vec<&str>| {
        let path = row.get(uri)?.trim();
        let line = match method {
            Some(method) => format!("{} {path}", row.get(method)?.trim()),
            None => path.to_owned(),
        };
        Called::read(&line).map(|_| line)
    };
    rows.map(called).collect()
}
