//! Defines [`Page`], what a page says, and [`Block`], a piece of it as a reader gives it.

use super::table::{Column, Row, Table};
use crate::contract::{DocumentKind, Finding};

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
    /// The line that says which table describes the reply, and the number of that.
    pub reply: Option<(u32, usize)>,
    /// The status list: code and meaning.
    pub statuses: Vec<StatusLine>,
    /// Whether a heading speaks of a reply or of its statuses, so that the page is not cut
    /// off in front of them.
    pub speaks_of_reply: bool,
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
    pub(super) fn behind(mut self, lines: usize) -> Self {
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
