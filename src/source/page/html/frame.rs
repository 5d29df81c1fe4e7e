//! Tables under way: rows, cells and captions, and what becomes of them. A table
//! whose header row names no known column lays the page out: its content stands on
//! its own.

use crate::contract::Finding;
use crate::source::page::called::method_and_path;
use crate::source::page::grid::{Cells, assemble, paragraphs};
use crate::source::page::vocabulary::{self as words, column};
use crate::source::page::{Block, BlockKind, Column, Paragraph};
use html5ever::tokenizer::Tag;

/// Most rows or columns that one cell is spread over.
const MAX_SPAN: usize = 50;

/// What a piece of text is, as far as the page's layout is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// A paragraph.
    Plain,
    /// The first paragraph of a list item.
    Bullet,
    /// The page's title, or one of several.
    Title,
}

impl Shape {
    /// The shape of the text of an element.
    pub(super) fn of(name: &str) -> Self {
        if name == "h1" {
            Self::Title
        } else {
            Self::Plain
        }
    }
}

/// A piece of content in reading order.
pub(super) enum Item {
    Text {
        line: usize,
        text: String,
        shape: Shape,
    },
    Code {
        line: usize,
        text: String,
    },
    Finding(Finding),
    /// The blocks of a table that documents something.
    Table {
        line: usize,
        blocks: Vec<Block>,
    },
}

pub(super) struct Cell {
    line: usize,
    is_head: bool,
    columns: usize,
    rows: usize,
    pub items: Vec<Item>,
}

impl Cell {
    pub(super) fn new(line: usize, is_head: bool, tag: &Tag) -> Self {
        let span = |name: &str| {
            tag.attrs
                .iter()
                .find(|attribute| &*attribute.name.local == name)
                .and_then(|attribute| attribute.value.trim().parse().ok())
                .map_or(1, |span: usize| span.clamp(1, MAX_SPAN))
        };
        Self {
            line,
            is_head,
            columns: span("colspan"),
            rows: span("rowspan"),
            items: Vec::new(),
        }
    }
}

struct Row {
    line: usize,
    in_head: bool,
    cells: Vec<Cell>,
}

/// Where in a table the reader stands.
pub(super) enum Frame {
    /// Between cells.
    Between,
    Cell(Cell),
    Caption(Vec<Item>),
}

pub(super) struct Table {
    line: usize,
    pub in_head: bool,
    pub frame: Frame,
    caption: Vec<Item>,
    rows: Vec<Row>,
}

impl Table {
    pub(super) fn new(line: usize) -> Self {
        Self {
            line,
            in_head: false,
            frame: Frame::Between,
            caption: Vec::new(),
            rows: Vec::new(),
        }
    }

    pub(super) fn begin_row(&mut self, line: usize) {
        let in_head = self.in_head;
        self.rows.push(Row {
            line,
            in_head,
            cells: Vec::new(),
        });
    }

    pub(super) fn begin_row_if_none(&mut self, line: usize) {
        if self.rows.is_empty() {
            self.begin_row(line);
        }
    }

    pub(super) fn end_cell(&mut self) {
        if let Frame::Cell(cell) = std::mem::replace(&mut self.frame, Frame::Between)
            && let Some(row) = self.rows.last_mut()
        {
            row.cells.push(cell);
        }
    }

    pub(super) fn end_caption(&mut self) {
        if let Frame::Caption(items) = std::mem::replace(&mut self.frame, Frame::Between) {
            self.caption.extend(items);
        }
    }
}

fn joined(items: &[Item]) -> String {
    items
        .iter()
        .filter_map(|item| match item {
            Item::Text { text, .. } | Item::Code { text, .. } => Some(text.trim()),
            _ => None,
        })
        .collect::<Vec<_>>()
        .join(" ")
}

/// What a table leaves: itself behind its caption, or the content that it lays out.
pub(super) fn finish_table(table: Table) -> Vec<Item> {
    let Table {
        line,
        caption,
        mut rows,
        ..
    } = table;
    rows.retain(|row| !row.cells.is_empty());
    let mut items = caption;
    let heads = rows.iter().take_while(|row| row.in_head).count();
    let is_header = |row: &Row| {
        row.cells.len() >= 2
            && row.cells.iter().any(|cell| {
                matches!(
                    column(&joined(&cell.items)),
                    Some(Column::Name | Column::Status)
                )
            })
    };
    let header = rows.iter().take(heads.max(1)).rposition(is_header);
    let is_data = header.is_some()
        || heads > 0
        || rows
            .first()
            .is_some_and(|row| row.cells.len() >= 2 && row.cells.iter().all(|cell| cell.is_head));
    if !is_data || rows.is_empty() {
        items.extend(
            rows.into_iter()
                .flat_map(|row| row.cells)
                .flat_map(|cell| cell.items),
        );
        return items;
    }
    let header = header.unwrap_or(0);
    let mut blocks = Vec::new();
    for row in rows.drain(..header) {
        blocks.push(found(
            row.line,
            "a second header row",
            "the row that names the columns was read",
            "keep one header row",
        ));
    }
    let names: Vec<String> = rows
        .drain(..1)
        .flat_map(|row| row.cells)
        .map(|cell| {
            if cell.columns > 1 || cell.rows > 1 {
                blocks.push(found(
                    cell.line,
                    "a header cell that spans several cells",
                    "it was read as one",
                    "give each column a header cell of its own",
                ));
            }
            joined(&cell.items)
        })
        .collect();
    let body = spread(rows, &mut blocks);
    blocks.extend(assemble(line, &names, body));
    items.push(Item::Table { line, blocks });
    items
}

fn found(line: usize, what: &str, assumed: &str, remedy: &str) -> Block {
    Block {
        line,
        kind: BlockKind::Finding(Finding::new(line, what, assumed, remedy)),
    }
}

/// Gives each row the cells that reach into it from above.
fn spread(rows: Vec<Row>, blocks: &mut Vec<Block>) -> Vec<Cells> {
    // By column: how many more rows the cell reaches into, and its text.
    let mut above: Vec<(usize, Vec<Paragraph>)> = Vec::new();
    let mut body = Vec::new();
    for row in rows {
        let mut cells: Vec<Vec<Paragraph>> = Vec::new();
        let mut own = row.cells.into_iter();
        loop {
            let at = cells.len();
            if let Some((left, text)) = above.get_mut(at)
                && *left > 0
            {
                *left -= 1;
                cells.push(text.clone());
                continue;
            }
            let Some(cell) = own.next() else {
                break;
            };
            if cell.columns > 1 || cell.rows > 1 {
                blocks.push(found(
                    cell.line,
                    "a cell that spans several rows or columns",
                    "it was read as if it stood in each of its rows, in the first of its columns",
                    "give each row and column a cell of its own",
                ));
            }
            let (columns, rows) = (cell.columns, cell.rows);
            let text = cell_text(cell, blocks);
            for column in 0..columns {
                let text = if column == 0 {
                    text.clone()
                } else {
                    Vec::new()
                };
                if rows > 1 {
                    if above.len() <= cells.len() {
                        above.resize_with(cells.len() + 1, Default::default);
                    }
                    above[cells.len()] = (rows - 1, text.clone());
                }
                cells.push(text);
            }
        }
        body.push(Cells {
            line: row.line,
            cells,
        });
    }
    body
}

fn cell_text(cell: Cell, blocks: &mut Vec<Block>) -> Vec<Paragraph> {
    let mut text = Vec::new();
    for item in cell.items {
        match item {
            Item::Text {
                line,
                text: words,
                shape,
            } => {
                let start = text.len();
                text.extend(paragraphs(&words, line));
                if shape == Shape::Bullet
                    && let Some(first) = text.get_mut(start)
                {
                    first.bullet = true;
                }
            }
            Item::Code { line, text: words } => {
                for (offset, words) in words.split('\n').enumerate() {
                    text.extend(paragraphs(words, line + offset));
                }
            }
            Item::Finding(finding) => blocks.push(Block {
                line: finding.line,
                kind: BlockKind::Finding(finding),
            }),
            Item::Table { line, .. } => blocks.push(found(
                line,
                "a table inside a cell",
                "it was not read",
                "put it behind the table that it stands in, with a caption of its own",
            )),
        }
    }
    text
}

/// Drops what stands in front of the page's title, and line numbers of listings.
pub(super) fn outline_items(items: Vec<Item>) -> Vec<Block> {
    let is_content = |item: &Item| match item {
        Item::Text { text, .. } => {
            words::heading(text).is_some() || method_and_path(text).is_some()
        }
        Item::Table { .. } => true,
        _ => false,
    };
    let content = items.iter().position(is_content).unwrap_or(items.len());
    let is_title = |item: &Item| {
        matches!(
            item,
            Item::Text {
                shape: Shape::Title,
                ..
            }
        )
    };
    let title = items[..content].iter().rposition(is_title).unwrap_or(0);
    let mut blocks = Vec::new();
    for (at, item) in items.into_iter().enumerate() {
        match item {
            Item::Text { .. } if at < title => {}
            Item::Text { line, text, .. } => blocks.push(Block {
                line,
                kind: BlockKind::Text(text),
            }),
            Item::Code { text, .. } if is_line_numbers(&text) => {}
            Item::Code { line, text } => blocks.push(Block {
                line,
                kind: BlockKind::Code(text),
            }),
            Item::Finding(finding) => blocks.push(Block {
                line: finding.line,
                kind: BlockKind::Finding(finding),
            }),
            Item::Table { blocks: table, .. } => blocks.extend(table),
        }
    }
    blocks
}

/// `1 2 3 …`, as listings print beside their lines.
fn is_line_numbers(text: &str) -> bool {
    text.split_whitespace()
        .enumerate()
        .all(|(at, word)| word.parse() == Ok(at + 1))
}
