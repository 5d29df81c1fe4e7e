//! Reads the Markdown rendering: headings, captions as paragraphs, pipe tables
//! whose description cells hold several paragraphs in one line.

use super::grid::{Cells, assemble, paragraphs};
use super::vocabulary::Link;
use super::{Block, BlockKind};
use crate::contract::Finding;
use crate::error::line_of;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use std::borrow::Cow;
use std::ops::Range;

/// Whether the source has a pipe table or Markdown headings.
pub(super) fn looks_like(source: &str) -> bool {
    let heading = |line: &str| {
        let text = line.trim_start_matches('#');
        let is_heading = text.len() < line.len() && text.starts_with(' ');
        let words = super::html::without_anchors(text);
        let words = super::vocabulary::without_sign(words.split('<').next().unwrap_or(words));
        is_heading.then(|| without_anchor(words).to_owned())
    };
    let mut lines = source
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty());
    let first = super::html::without_anchors(source).lines().next();
    let first = first.unwrap_or_default();
    // `# coding: utf-8` in sample code of the text rendering is no heading.
    heading(first).is_some()
        || lines.any(|line| {
            line.starts_with('|') && line.contains("---")
                || heading(line).is_some_and(|text| super::vocabulary::heading(&text).is_some())
        })
}

/// Splits the source into blocks. Tables that are written in HTML are read as such.
pub(super) fn blocks(source: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    for Part {
        line,
        text,
        is_html,
    } in parts(source)
    {
        let found = if is_html {
            super::html::blocks(&text)
        } else {
            markup(&text)
        };
        blocks.extend(found.into_iter().map(|block| block.behind(line)));
    }
    blocks
}

/// A stretch of the source in one language.
struct Part<'a> {
    /// Lines in front of it.
    line: usize,
    text: Cow<'a, str>,
    is_html: bool,
}

/// What stands behind a table inside a list item, without the item's indentation: by
/// itself it would be literal text.
fn outdented(text: &str, indent: usize) -> Cow<'_, str> {
    if indent == 0 {
        return text.into();
    }
    let mut inside = true;
    let lines = text.split_inclusive('\n').map(|line| {
        let spaces = line.len() - line.trim_start_matches(' ').len();
        inside &= spaces >= indent || line.trim().is_empty();
        &line[if inside { spaces.min(indent) } else { 0 }..]
    });
    lines.collect::<String>().into()
}

/// Cuts out the tables that are written in HTML: from a line that begins with `<table`
/// to the one with its end. What stands in a fence is no table.
fn parts(source: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let (mut start, mut start_line, mut open, mut in_fence) = (0, 0, 0_usize, false);
    let mut indent = 0;
    let mut at = 0;
    for (index, line) in source.split_inclusive('\n').enumerate() {
        // An anchor may stand in front of the table that it leads to.
        let folded = super::html::without_anchors(line).to_ascii_lowercase();
        in_fence ^= open == 0 && (folded.starts_with("```") || folded.starts_with("~~~"));
        if !in_fence && (open > 0 || folded.starts_with("<table")) {
            if open == 0 && start < at {
                let text = outdented(&source[start..at], indent);
                parts.push(Part {
                    line: start_line,
                    text,
                    is_html: false,
                });
                (start, start_line) = (at, index);
                indent = line.len() - line.trim_start_matches(' ').len();
            }
            open += folded.matches("<table").count();
            open = open.saturating_sub(folded.matches("</table").count());
            if open == 0 {
                let text = source[start..at + line.len()].into();
                parts.push(Part {
                    line: start_line,
                    text,
                    is_html: true,
                });
                (start, start_line) = (at + line.len(), index + 1);
            }
        }
        at += line.len();
    }
    parts.push(Part {
        line: start_line,
        text: outdented(&source[start..], if open > 0 { 0 } else { indent }),
        is_html: open > 0,
    });
    parts
}

fn markup(source: &str) -> Vec<Block> {
    let mut reader = Reader {
        lines: LineIndex::new(source),
        blocks: Vec::new(),
        text: None,
        code: None,
        table: None,
        link: None,
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
    link: Option<Link>,
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
            Event::End(TagEnd::Heading(_)) => {
                if let Some((_, text)) = &mut self.text {
                    text.truncate(without_anchor(text).len());
                }
                self.end_text();
            }
            Event::End(TagEnd::Paragraph | TagEnd::Item) => self.end_text(),
            Event::Start(Tag::Link { dest_url, .. }) => {
                self.link = self.text.as_ref().map(|(_, text)| Link {
                    start: text.len(),
                    target: dest_url.into_string(),
                });
            }
            Event::End(TagEnd::Link) => {
                if let (Some(link), Some((_, text))) = (self.link.take(), &mut self.text) {
                    text.extend(link.note(text));
                }
            }
            Event::Text(text) | Event::Code(text) => self.push(&text),
            Event::SoftBreak | Event::HardBreak => self.push("\n"),
            Event::InlineHtml(html) | Event::Html(html) => {
                let tag = html.trim_start().to_ascii_lowercase();
                if tag.starts_with("<table") {
                    self.blocks.push(Block {
                        line,
                        kind: BlockKind::Finding(Finding::new(
                            line,
                            "an HTML table inside a line of Markdown",
                            "it was not read",
                            "begin its line with '<table', write it as a pipe table, or save the page as HTML",
                        )),
                    });
                } else if tag.starts_with("<br") {
                    self.push("\n");
                } else if tag.starts_with("<sup") {
                    // A power is no further digit.
                    self.push("^");
                } else if !tag.starts_with("<!--") && !tag.starts_with("</") && !is_format(&tag) {
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
        let rows = table
            .rows
            .into_iter()
            .map(|(line, cells)| Cells {
                line,
                cells: cells.iter().map(|cell| paragraphs(cell, line)).collect(),
            })
            .collect();
        self.blocks
            .extend(assemble(table.line, &table.header, rows));
    }
}

/// Whether a tag marks a place, or how words look: `<port>` is a word.
fn is_format(tag: &str) -> bool {
    let name = tag.trim_start_matches('<');
    let end = name.find(|c: char| !c.is_ascii_alphanumeric());
    matches!(
        &name[..end.unwrap_or(name.len())],
        "a" | "b" | "strong" | "i" | "em" | "u" | "span" | "font" | "sup" | "sub" | "img"
    )
}

/// A heading without the anchor at its end: `URI {#uri}`.
fn without_anchor(heading: &str) -> &str {
    let heading = heading.trim();
    heading
        .strip_suffix('}')
        .and_then(|rest| rest.rsplit_once("{#"))
        .filter(|(_, id)| !id.contains(['{', '}', ' ']))
        .map_or(heading, |(words, _)| words.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::page::Column;

    #[test]
    fn tables_in_html_are_read_with_their_lines() {
        let table = "<table>\n<tr><th>Parameter</th><th>Type</th></tr>\n\n<tr><td>a</td><td>String</td></tr>\n</table>\n";
        let source = format!("# T\n\nTable 1 X\n\n{table}\n```\n<table>\n```\n\n#### End\n");
        let blocks = blocks(&source);
        let kinds: Vec<(usize, &BlockKind)> = blocks
            .iter()
            .map(|block| (block.line, &block.kind))
            .collect();
        assert_eq!(kinds[0], (1, &BlockKind::Text("T".into())));
        assert_eq!(kinds[1], (3, &BlockKind::Text("Table 1 X".into())));
        let (5, BlockKind::Grid(columns, rows)) = kinds[2] else {
            panic!("no table: {blocks:?}");
        };
        assert_eq!(columns, &[Column::Name, Column::Type]);
        assert_eq!((rows[0].name.as_str(), rows[0].line), ("a", 8));
        assert_eq!(kinds[3], (11, &BlockKind::Code("<table>\n".into())));
        assert_eq!(kinds[4], (15, &BlockKind::Text("End".into())));
    }

    #[test]
    fn anchors_are_no_part_of_a_heading() {
        for source in [
            "## URI<a name=\"section1\"></a>\n",
            "## <a name=\"section1\"></a><a name=\"uri\"></a>URI\n",
            "<a name=\"section1\"></a>\n\n## URI\n",
            "## URI {#uri}\n",
            "## URI{#section-1}\n",
            "<!-- saved -->\n## **URI**<a id=uri />\n",
        ] {
            assert!(looks_like(source), "{source}");
            let kinds: Vec<BlockKind> = blocks(source).into_iter().map(|it| it.kind).collect();
            assert_eq!(kinds, [BlockKind::Text("URI".into())], "{source}");
        }
        let words = blocks("## GET /v1/{lid}\n\nThe <port> of <b>it</b>.\n");
        assert_eq!(words[0].kind, BlockKind::Text("GET /v1/{lid}".into()));
        assert_eq!(words[1].kind, BlockKind::Text("The <port> of it.".into()));
    }

    #[test]
    fn what_stands_behind_a_table_inside_a_list_item_is_no_literal_text() {
        let table = "    <table><tr><th>Name</th><th>Type</th></tr><tr><td>a</td><td>Long</td></tr></table>\n";
        let source = format!(
            "-   Rows\n\n{table}\n    **Table 2**  Lid\n\n{table}\n    ```\n    {{}}\n    ```\n\n-   Next\n\n        kept\n"
        );
        let blocks = blocks(&source);
        let kinds: Vec<(usize, &BlockKind)> = blocks
            .iter()
            .map(|block| (block.line, &block.kind))
            .filter(|(_, kind)| !matches!(kind, BlockKind::Grid(..)))
            .collect();
        assert_eq!(
            kinds,
            [
                (1, &BlockKind::Text("Rows".into())),
                (5, &BlockKind::Text("Table 2  Lid".into())),
                (9, &BlockKind::Code("{}\n".into())),
                (13, &BlockKind::Text("Next".into())),
                (15, &BlockKind::Code("kept\n".into())),
            ]
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
