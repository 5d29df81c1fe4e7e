//! Defines [`Page`]: what an API reference page says, with positions, before
//! anybody asks what it means. It knows tables, sections and examples; it knows
//! no HTTP and no types.
//!
//! One reader per rendering (`text`, `markdown`, `html`) turns its input into a flat
//! list of blocks; `outline` groups blocks into a page. Readers never drop
//! anything in silence: what they cannot place becomes a [`Finding`].

mod example;
mod grid;
mod html;
mod markdown;
mod outline;
mod prose;
mod table;
mod tables;
mod text;
mod type_cell;
pub mod vocabulary;

pub use table::{Column, Paragraph, Row, Section, Table};
pub use tables::from_page;

use crate::contract::{DocumentKind, Finding};
use crate::error::{Error, Place, Result};
use std::borrow::Cow;
use std::path::Path;

/// Lines near the top, in which a page prints its date.
const MAX_HEAD: usize = 200;

/// A piece of a page in reading order, common to all renderings.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Block {
    /// 1-based line in the source.
    pub line: usize,
    /// What stands there.
    pub kind: BlockKind,
}

impl Block {
    /// The block of a piece of the source, with `lines` lines in front of the piece.
    fn behind(mut self, lines: usize) -> Self {
        self.line += lines;
        match &mut self.kind {
            BlockKind::Grid(_, rows) => {
                for row in rows {
                    row.line += lines;
                    for paragraph in &mut row.description {
                        paragraph.line += lines;
                    }
                }
            }
            BlockKind::Finding(finding) => finding.line += lines,
            BlockKind::Text(_) | BlockKind::Code(_) => {}
        }
        self
    }
}

/// The kinds of [`Block`].
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum BlockKind {
    /// A heading, or a paragraph: renderings without markup do not tell them apart.
    Text(String),
    /// A table with its header row and its body rows.
    Grid(Vec<Column>, Vec<Row>),
    /// A literal block.
    Code(String),
    /// Something that the reader could not place.
    Finding(Finding),
}

/// An API reference page as read.
#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    /// Its rendering.
    pub kind: DocumentKind,
    /// The date that it prints for itself.
    pub edition: Option<String>,
    /// The page's own title.
    pub title: String,
    /// The line `METHOD /path/{name}` and where it stands.
    pub uri: Located,
    /// Parameter and object tables in page order.
    pub tables: Vec<Table>,
    /// Example bodies with the status they are shown under (`None`: a request).
    pub examples: Vec<Example>,
    /// The status list: code and meaning.
    pub statuses: Vec<StatusLine>,
    /// What could not be read, or was read on an assumption.
    pub findings: Vec<Finding>,
}

/// A text with its 1-based line.
#[derive(Clone, Debug, PartialEq)]
pub struct Located {
    /// The text as it stands on the page.
    pub text: String,
    /// 1-based line in the source.
    pub line: usize,
}

/// An example body.
#[derive(Clone, Debug, PartialEq)]
pub struct Example {
    /// Whether it is one of a request.
    pub is_request: bool,
    /// Status that the example is shown under; `None` for a request.
    pub status: Option<u16>,
    /// The literal text.
    pub text: String,
    /// 1-based line in the source.
    pub line: usize,
}

/// A line of the page's status list.
#[derive(Clone, Debug, PartialEq)]
pub struct StatusLine {
    /// The status code.
    pub status: u16,
    /// What the page says it means.
    pub meaning: String,
    /// 1-based line in the source.
    pub line: usize,
}

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
    let (kind, blocks) = if is_html {
        (DocumentKind::HtmlPage, html::blocks(source))
    } else if markdown::looks_like(source) {
        (DocumentKind::MarkdownPage, markdown::blocks(source))
    } else {
        (DocumentKind::TextPage, text::blocks(source))
    };
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
