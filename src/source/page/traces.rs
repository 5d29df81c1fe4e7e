//! Tells a page that documents no operation (an overview, a list of changes, a table of
//! error codes) from one that does and could not be read.
//!
//! Whoever skips a page that documents something leaves an operation untested. So a page
//! is said to document nothing only where no trace of an operation is found: no method
//! beside an address, no path of an API, no heading or table of a request or a reply, no
//! title that names an operation. It need not be right about the others.

use super::called::{is_method, method_and_path};
use super::content::{Block, BlockKind};
use super::html;
use super::table::{Column, Section};
use super::vocabulary as words;

/// How many words apart a method and an address may stand.
const NEAR: usize = 12;
/// Fewer words are no text: a shell that scripts fill, a page that was not saved whole.
const FEW: usize = 20;
/// Texts at the top, one of which is the title.
const HEAD: usize = 10;

/// Whether a page that could not be read documents no operation, beyond doubt.
pub(super) fn none(source: &str, blocks: &[Block]) -> bool {
    let is_html = html::looks_like(source);
    let is_other = source.trim_start().starts_with('{')
        || !is_html && (is_restructured(source) || is_openapi(source));
    if is_other || blocks.iter().any(is_trace) || names_an_operation(blocks) {
        return false;
    }
    let text = match is_html {
        true => without_tags(source),
        false => Some(without_targets(source)),
    };
    let Some(text) = text else {
        return false;
    };
    let count = text.split_whitespace().count();
    let has_text = text.contains(char::is_alphabetic) && (!is_html || count >= FEW);
    has_text && !has_address(&text)
}

/// Whether the source is reStructuredText: it has a directive or a target, and a title with
/// a line below it. Read as text it would be a page without tables.
pub(super) fn is_restructured(source: &str) -> bool {
    let is_directive = |line: &str| {
        let name = line
            .strip_prefix(".. ")
            .and_then(|rest| rest.split_once(':'));
        name.is_some_and(|(name, _)| !name.is_empty() && !name.contains(char::is_whitespace))
    };
    let is_rule = |line: &str| {
        let first = line.chars().next().filter(char::is_ascii_punctuation);
        line.len() > 2 && first.is_some_and(|first| line.chars().all(|c| c == first))
    };
    let mut titles = source.lines().zip(source.lines().skip(1));
    source.lines().any(is_directive)
        && titles.any(|(title, rule)| is_rule(rule) && title.starts_with(char::is_alphanumeric))
}

/// An OpenAPI document in YAML.
fn is_openapi(source: &str) -> bool {
    let mut lines = source.lines();
    lines.any(|line| {
        let key = line.split(':').next().filter(|key| *key != line);
        matches!(key, Some("openapi" | "swagger" | "paths"))
    })
}

/// Whether a block is one of a page of an operation.
fn is_trace(block: &Block) -> bool {
    match &block.kind {
        BlockKind::Text(text) => {
            let text = words::without_sign(text);
            is_of_an_operation(text)
                || words::caption(text).is_some_and(|(_, caption)| is_of_a_message(&caption))
        }
        BlockKind::Grid(columns, _) => {
            let tells = |column: &Column| {
                matches!(
                    column,
                    Column::Mandatory
                        | Column::Type
                        | Column::Range
                        | Column::Member
                        | Column::Part
                )
            };
            columns.contains(&Column::Name) && columns.iter().any(tells)
        }
        BlockKind::Code(_) | BlockKind::Finding(_) => false,
    }
}

/// A heading under which pages describe a request or a reply, or their first sentence.
fn is_of_an_operation(text: &str) -> bool {
    let section = words::heading(text);
    let is_of_a_message =
        section.is_some_and(|section| !matches!(section, Section::Other | Section::Statuses));
    let folded = words::fold(text);
    let speaks = [
        "this api is used",
        "this interface is used",
        "该接口用于",
        "该api用于",
        "此接口用于",
    ];
    is_of_a_message
        || words::status_heading(text).is_some()
        || speaks.iter().any(|words| folded.starts_with(words))
}

/// The caption of a table of parameters.
fn is_of_a_message(caption: &str) -> bool {
    let folded = words::fold(caption);
    let of = [
        "request",
        "response",
        "parameter",
        "body",
        "请求",
        "响应",
        "参数",
    ];
    of.iter().any(|word| folded.contains(word))
}

/// Whether a title ends in the name of an operation: `Listing Lamps - ListLamps`.
fn names_an_operation(blocks: &[Block]) -> bool {
    let texts = blocks.iter().filter_map(|block| match &block.kind {
        BlockKind::Text(text) => Some(text.as_str()),
        _ => None,
    });
    let is_camel = |name: &str| {
        let capitals = name.chars().filter(char::is_ascii_uppercase).count();
        name.chars().all(|c| c.is_ascii_alphanumeric())
            && name.starts_with(|c: char| c.is_ascii_uppercase())
            && name.contains(|c: char| c.is_ascii_lowercase())
            && capitals > 1
    };
    let mut names = texts.take(HEAD).filter_map(|text| {
        let text = words::without_sign(text);
        text.rsplit_once(" - ").map(|(_, name)| name.trim())
    });
    names.any(is_camel)
}

/// Whether a text has a path of an API, or a method near an address.
fn has_address(text: &str) -> bool {
    let is_called = |line: &str| {
        let line = line.trim_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '/' | '}'));
        method_and_path(line).is_some()
    };
    if text.lines().any(is_called) {
        return true;
    }
    let separates = |c: char| c.is_whitespace() || matches!(c, '|' | '`' | '"' | '\'' | '<' | '>');
    let (mut method, mut address) = (None, None);
    let mut tokens = text.split(separates).filter(|token| !token.is_empty());
    tokens.by_ref().enumerate().any(|(at, token)| {
        let token = token.trim_matches(|c: char| {
            !c.is_alphanumeric() && !matches!(c, '/' | '{' | '}' | '_' | '~')
        });
        let end = token.find(|c: char| !c.is_ascii_alphabetic());
        let (word, rest) = token.split_at(end.unwrap_or(token.len()));
        if is_method(word) {
            method = Some(at);
        }
        if is_path(token) || is_method(word) && rest.contains('/') {
            return true;
        }
        if is_address(token) {
            address = Some(at);
        }
        let apart = method.zip(address).map(|(one, other)| one.abs_diff(other));
        apart.is_some_and(|apart| apart <= NEAR)
    })
}

/// A path that no text has but that of an API: with a version, or with a placeholder.
fn is_path(token: &str) -> bool {
    let is_version = |segment: &str| {
        let number = segment.strip_prefix(['v', 'V']);
        number.is_some_and(|number| {
            number.starts_with(|c: char| c.is_ascii_digit())
                && number.chars().all(|c| c.is_ascii_digit() || c == '.')
        })
    };
    let mut segments = token.split('/').skip(1);
    segments.any(|segment| is_version(segment) || segment.starts_with('{'))
        || token.starts_with('{') && token.contains("}/")
}

/// A path, or an address with its scheme.
fn is_address(token: &str) -> bool {
    let behind = token.strip_prefix('/');
    token.contains("://")
        || behind.is_some_and(|path| path.starts_with(|c: char| c.is_ascii_alphanumeric()))
}

/// Text or Markdown without the targets of its links and the signs of its escapes.
fn without_targets(source: &str) -> String {
    let mut text = String::with_capacity(source.len());
    let mut rest = source;
    while let Some((before, behind)) = rest.split_once("](") {
        text.push_str(before);
        text.push(' ');
        // A target ends in its line.
        let end = behind.find([')', '\n']).unwrap_or(behind.len());
        rest = &behind[end..];
    }
    text.push_str(rest);
    text.replace('\\', "")
}

/// What HTML shows, its tags as spaces; `None` where that cannot be told for sure.
fn without_tags(source: &str) -> Option<String> {
    let mut text = String::with_capacity(source.len());
    let mut rest = source;
    while let Some((before, behind)) = rest.split_once('<') {
        text.push_str(before);
        text.push(' ');
        if !behind.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?')) {
            // A sign of text.
            rest = behind;
            continue;
        }
        let hidden = [("!--", "-->"), ("script", "</script"), ("style", "</style")];
        let head = behind.get(..8).unwrap_or(behind).to_ascii_lowercase();
        let ends = hidden.iter().find(|(open, _)| head.starts_with(open));
        rest = match ends {
            Some((_, end)) => &behind[find(behind, end)?..],
            None => behind,
        };
        rest = &rest[rest.find('>')? + 1..];
    }
    text.push_str(rest);
    decoded(&text)
}

/// Where an end tag or a comment's end begins, in letters of any case.
fn find(text: &str, end: &str) -> Option<usize> {
    let mut places = text.match_indices(end.get(..2)?);
    places.find_map(|(at, _)| {
        let here = text.get(at..at + end.len())?;
        here.eq_ignore_ascii_case(end).then_some(at)
    })
}

/// A text without references to characters; `None` where one may hide an address.
fn decoded(text: &str) -> Option<String> {
    let hides = [
        "&#", "&sol", "&lcub", "&rcub", "&lbrace", "&rbrace", "&bsol",
    ];
    let (mut plain, mut rest) = (String::with_capacity(text.len()), text);
    while let Some((before, behind)) = rest.split_once('&') {
        plain.push_str(before);
        let is_quote = ["#39;", "#160;", "#x27;", "#8211;", "#8212;", "#8217;"]
            .iter()
            .any(|quote| behind.starts_with(quote));
        let reference = behind.get(..7).unwrap_or(behind).to_ascii_lowercase();
        let is_hidden = hides.iter().any(|it| reference.starts_with(&it[1..]));
        if is_hidden && !is_quote {
            return None;
        }
        plain.push(' ');
        rest = behind;
    }
    plain.push_str(rest);
    Some(plain)
}
