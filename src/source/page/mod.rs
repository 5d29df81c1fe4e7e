//! Reads a [`Page`]: what an API reference page says, with positions, before
//! anybody asks what it means. It knows tables, sections and examples; it knows
//! no HTTP and no types.
//!
//! One reader per rendering (`text`, `markdown`, `html`) turns its input into a flat
//! list of blocks; `outline` groups blocks into a page. Readers never drop
//! anything in silence: what they cannot place becomes a [`Finding`](crate::contract::Finding).

mod called;
mod content;
mod example;
mod grid;
mod html;
mod markdown;
mod outline;
mod prose;
mod table;
mod tables;
mod text;
mod traces;
mod type_cell;
pub mod vocabulary;

pub(crate) use content::{Block, BlockKind};
pub use content::{Example, Located, Page, StatusLine};
pub use table::{Column, Paragraph, Part, Row, Section, Table};
pub use tables::from_page;

use crate::contract::DocumentKind;
use crate::error::{Error, Place, Result};
use std::borrow::Cow;
use std::path::Path;

/// Lines near the top, in which a page prints its date.
const MAX_HEAD: usize = 200;

/// Largest page of text or Markdown that is read, in bytes; a saved page of HTML is as
/// large as a file of [`Kind::Page`](crate::input::Kind::Page).
const MAX_TEXT: usize = 2 << 20;

/// Reads a page in any supported rendering, told by its content.
///
/// # Errors
/// [`Error::Input`] where the text is no API page: it has no `METHOD /path` line,
/// or not a single table, or is larger than any page.
pub fn read(path: &Path, source: &str) -> Result<Page> {
    let is_html = html::looks_like(source);
    if !is_html && source.len() > MAX_TEXT {
        return Err(Error::input(
            path,
            format!(
                "{} MiB are more than any API reference page has ({} MiB)",
                source.len().div_ceil(1 << 20),
                MAX_TEXT >> 20
            ),
            "save the page of one operation alone",
        ));
    }
    let source = &*with_line_feeds(source);
    if !is_html && traces::is_restructured(source) {
        return Err(Error::input(
            path,
            "this is reStructuredText, which is not read: text, Markdown and HTML are",
            "build the page to HTML, or save the one that is published",
        ));
    }
    let (kind, blocks) = blocks(source);
    let page = outline::page(blocks).map(|page| Page {
        kind,
        edition: edition(source),
        ..page
    });
    page.map_err(|missing| {
        Error::input(
            missing
                .line
                .map_or_else(|| Place::from(path), |line| Place::line(path, line)),
            missing.what,
            missing.remedy,
        )
    })
}

/// Whether a page that could not be read documents no operation, beyond doubt: an overview,
/// a list of changes, a table of error codes.
pub fn documents_nothing(source: &str) -> bool {
    if source.len() > MAX_TEXT && !html::looks_like(source) {
        return false;
    }
    let source = &*with_line_feeds(source);
    traces::none(source, &blocks(source).1)
}

/// The rendering of a source, told by its content, and its blocks.
fn blocks(source: &str) -> (DocumentKind, Vec<Block>) {
    if html::looks_like(source) {
        (DocumentKind::HtmlPage, html::blocks(source))
    } else if markdown::looks_like(source) {
        (DocumentKind::MarkdownPage, markdown::blocks(source))
    } else {
        (DocumentKind::TextPage, text::blocks(source))
    }
}

/// The date behind `Updated on`, as pages print it near their top.
fn edition(source: &str) -> Option<String> {
    let mut dates = source.lines().take(MAX_HEAD).filter_map(|line| {
        let words = ["Updated on ", "Updated On ", "更新时间：", "更新时间:"];
        let at = words
            .iter()
            .find_map(|words| Some(line.find(words)? + words.len()))?;
        let date = line[at..].trim_start().get(..10)?;
        let form = |(at, c): (usize, char)| match at {
            4 | 7 => c == '-',
            _ => c.is_ascii_digit(),
        };
        date.char_indices().all(form).then(|| date.to_owned())
    });
    dates.next()
}

/// The page with one kind of line end: a carriage return alone ends a line, too
/// (CommonMark section 2.1), and all readers must count alike.
fn with_line_feeds(source: &str) -> Cow<'_, str> {
    if source.contains('\r') {
        source.replace("\r\n", "\n").replace('\r', "\n").into()
    } else {
        source.into()
    }
}
