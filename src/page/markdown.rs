//! Reads the Markdown rendering: headings, captions as paragraphs, pipe tables
//! whose description cells hold several paragraphs in one line.

use super::finding::Finding;
use super::table::{Column, Paragraph, Row};
use super::vocabulary::column;
use super::{Block, BlockKind};
use crate::error::line_of;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use std::ops::Range;

/// Whether the source has a pipe table or Markdown headings.
pub(super) fn looks_like(source: &str) -> bool {
    source.lines().any(|line| {
        let line = line.trim_start();
        line.starts_with('#') && line.trim_start_matches('#').starts_with(' ')
            || line.starts_with('|') && line.contains("---")
    })
}

/// Splits the source into blocks.
pub(super) fn blocks(source: &str) -> Vec<Block> {
    let mut reader = Reader {
        lines: LineIndex::new(source),
        blocks: Vec::new(),
        text: None,
        code: None,
        table: None,
    };
    for (event, range) in Parser::new_ext(source, Options::ENABLE_TABLES).into_offset_iter() {
        reader.event(event, &range);
    }
    reader.blocks
}

/// Byte offset → line, by bisection.
struct LineIndex(Vec<usize>);

impl LineIndex {
    fn new(source: &str) -> Self {
        debug_assert_eq!(line_of(source, 0), 1);
        Self(
            source
                .bytes()
                .enumerate()
                .filter(|(_, byte)| *byte == b'\n')
                .map(|(offset, _)| offset)
                .collect(),
        )
    }

    fn line(&self, offset: usize) -> usize {
        self.0.partition_point(|newline| *newline < offset) + 1
    }
}

#[derive(Default)]
struct Grid {
    line: usize,
    header: Vec<String>,
    rows: Vec<(usize, Vec<String>)>,
    row: Vec<String>,
    in_header: bool,
}

struct Reader {
    lines: LineIndex,
    blocks: Vec<Block>,
    text: Option<(usize, String)>,
    code: Option<(usize, String)>,
    table: Option<Grid>,
}

impl Reader {
    fn event(&mut self, event: Event<'_>, range: &Range<usize>) {
        let line = self.lines.line(range.start);
        match event {
            Event::Start(Tag::Table(_)) => {
                self.table = Some(Grid {
                    line,
                    ..Grid::default()
                });
            }
            Event::Start(Tag::TableHead) => {
                if let Some(table) = &mut self.table {
                    table.in_header = true;
                }
            }
            Event::Start(Tag::TableCell | Tag::Paragraph | Tag::Heading { .. } | Tag::Item) => {
                self.end_text();
                self.text = Some((line, String::new()));
            }
            Event::Start(Tag::CodeBlock(_)) => {
                self.end_text();
                self.code = Some((line, String::new()));
            }
            Event::End(TagEnd::CodeBlock) => {
                if let Some((line, text)) = self.code.take() {
                    self.blocks.push(Block {
                        line,
                        kind: BlockKind::Code(text),
                    });
                }
            }
            Event::End(TagEnd::TableCell) => {
                let cell = self.text.take().map(|(_, text)| text).unwrap_or_default();
                if let Some(table) = &mut self.table {
                    table.row.push(cell);
                }
            }
            Event::End(TagEnd::TableHead) => {
                if let Some(table) = &mut self.table {
                    table.header = std::mem::take(&mut table.row);
                    table.in_header = false;
                }
            }
            Event::End(TagEnd::TableRow) => {
                if let Some(table) = &mut self.table {
                    let row = std::mem::take(&mut table.row);
                    table.rows.push((line, row));
                }
            }
            Event::End(TagEnd::Table) => {
                if let Some(table) = self.table.take() {
                    self.end_table(table);
                }
            }
            Event::End(TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::Item) => self.end_text(),
            Event::Text(text) | Event::Code(text) => self.push(&text),
            Event::SoftBreak | Event::HardBreak => self.push("\n"),
            Event::InlineHtml(html) | Event::Html(html) => {
                if html.to_ascii_lowercase().starts_with("<br") {
                    self.push("\n");
                } else if !html.starts_with("<!--") && !html.starts_with("</") {
                    self.push(&html);
                }
            }
            _ => {}
        }
    }

    fn push(&mut self, piece: &str) {
        if let Some((_, code)) = &mut self.code {
            code.push_str(piece);
        } else if let Some((_, text)) = &mut self.text {
            text.push_str(piece);
        }
    }

    fn end_text(&mut self) {
        let Some((line, text)) = self.text.take() else {
            return;
        };
        for (offset, part) in text.split('\n').enumerate() {
            if !part.trim().is_empty() {
                self.blocks.push(Block {
                    line: line + offset,
                    kind: BlockKind::Text(part.trim().to_owned()),
                });
            }
        }
    }

    fn end_table(&mut self, table: Grid) {
        let columns: Vec<Option<Column>> = table.header.iter().map(|cell| column(cell)).collect();
        for (cell, column) in table.header.iter().zip(&columns) {
            if column.is_none() {
                self.blocks.push(Block {
                    line: table.line,
                    kind: BlockKind::Finding(Finding::new(
                        table.line,
                        format!("a column headed '{}'", cell.trim()),
                        "it was not read",
                        "name the column Parameter, Mandatory, Type, Description or Status Code",
                    )),
                });
            }
        }
        let rows = table
            .rows
            .into_iter()
            .map(|(line, cells)| row(line, &columns, cells))
            .collect();
        self.blocks.push(Block {
            line: table.line,
            kind: BlockKind::Grid(columns.into_iter().flatten().collect(), rows),
        });
    }
}

fn row(line: usize, columns: &[Option<Column>], cells: Vec<String>) -> Row {
    let mut row = Row {
        line,
        ..Row::default()
    };
    for (column, cell) in columns.iter().zip(cells) {
        let plain = cell.trim().to_owned();
        match column {
            Some(Column::Name | Column::Status) => row.name = plain,
            Some(Column::Mandatory) => row.mandatory = Some(plain),
            Some(Column::Type) => row.kind = Some(plain),
            Some(Column::Description) => row.description = description(&cell, line),
            None => {}
        }
    }
    row
}

/// Splits a description cell at its line breaks and inline bullets.
fn description(cell: &str, line: usize) -> Vec<Paragraph> {
    let mut paragraphs = Vec::new();
    for part in cell.split('\n') {
        for (index, piece) in inline_bullets(part).into_iter().enumerate() {
            let piece = piece.trim();
            let unbulleted = piece.trim_start_matches(['•', '●']).trim_start();
            let dashed = unbulleted.strip_prefix("- ");
            let text = dashed.unwrap_or(unbulleted).trim();
            if !text.is_empty() {
                paragraphs.push(Paragraph {
                    text: text.to_owned(),
                    bullet: index > 0 || dashed.is_some() || unbulleted.len() != piece.len(),
                    line,
                });
            }
        }
    }
    paragraphs
}

/// Splits `Text. - a: one - b: two` in front of each ` - `, but not inside `1 - 64`.
fn inline_bullets(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut start = 0;
    for (at, dash) in text.match_indices(" - ") {
        let before = text[..at].trim_end().chars().next_back();
        let after = text[at + dash.len()..].trim_start();
        let number = after.len() - after.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let is_range = before.is_some_and(|c| c.is_ascii_digit())
            && number > 0
            && !after[number..].starts_with([':', '：']);
        if !is_range {
            pieces.push(&text[start..at]);
            start = at + dash.len();
        }
    }
    pieces.push(&text[start..]);
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inline_bullets_split_keys_but_not_ranges() {
        assert_eq!(
            inline_bullets("Service type. - audit：one - risk"),
            ["Service type.", "audit：one", "risk"]
        );
        assert_eq!(
            inline_bullets("Array Length: 1 - 64"),
            ["Array Length: 1 - 64"]
        );
        assert_eq!(
            inline_bullets("State - 0: ready - 2: ok"),
            ["State", "0: ready", "2: ok"]
        );
    }

    #[test]
    fn a_table_keeps_its_lines_and_breaks() {
        let source = "#### URI\n\n| Parameter | Type | Description |\n|---|---|---|\n| a\\_b | String | One<br>- x: y |\n";
        let blocks = blocks(source);
        assert_eq!(blocks[0].kind, BlockKind::Text("URI".into()));
        let BlockKind::Grid(columns, rows) = &blocks[1].kind else {
            panic!("no table: {blocks:?}");
        };
        assert_eq!(columns, &[Column::Name, Column::Type, Column::Description]);
        assert_eq!(rows[0].name, "a_b");
        assert_eq!(rows[0].line, 5);
        assert!(!rows[0].description[0].bullet);
        assert_eq!(rows[0].description[1].text, "x: y");
        assert!(rows[0].description[1].bullet);
    }
}
