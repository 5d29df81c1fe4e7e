//! Assembles a table from the cells that a reader with explicit cells (Markdown,
//! HTML) found: header cells to columns, body cells to rows. What does not fit is
//! a finding.

use super::called;
use super::table::{Column, Paragraph, Row};
use super::vocabulary::{column, fold, is_nothing, part};
use super::{Block, BlockKind};
use crate::contract::Finding;

/// Most rows that are read of one table.
const MAX_ROWS: usize = 2_000;

/// A body row as found.
pub(super) struct Cells {
    /// 1-based line of the row.
    pub line: usize,
    /// Its cells, paragraph by paragraph.
    pub cells: Vec<Vec<Paragraph>>,
}

/// Makes the table's block, with its findings in front of it.
pub(super) fn assemble(line: usize, header: &[String], body: Vec<Cells>) -> Vec<Block> {
    let texts = |row: &Cells| row.cells.iter().map(|cell| plain(cell)).collect();
    let cells: Vec<Vec<String>> = body.iter().map(texts).collect();
    let rows = cells
        .iter()
        .map(|row| row.iter().map(String::as_str).collect());
    if let Some(called) = called::in_table(header, rows) {
        let lines = called.into_iter().zip(&body);
        return lines
            .map(|(text, row)| Block {
                line: row.line,
                kind: BlockKind::Text(text),
            })
            .collect();
    }
    let (mut blocks, mut body) = (Vec::new(), body);
    // Long tables repeat their header row.
    body.retain(|row| {
        let cells = row.cells.iter().map(|cell| fold(&plain(cell)));
        cells.ne(header.iter().map(|cell| fold(cell)))
    });
    let mut find = |line: usize, what: String, assumed: &str, remedy: &str| {
        blocks.push(Block {
            line,
            kind: BlockKind::Finding(Finding::new(line, what, assumed, remedy)),
        });
    };
    let mut columns: Vec<Option<Column>> = Vec::new();
    // Of a table that is about something else no column needs to be told.
    let is_read = header
        .iter()
        .any(|cell| matches!(column(cell), Some(Column::Name | Column::Status)));
    let is_of_statuses = header
        .iter()
        .any(|cell| column(cell) == Some(Column::Status));
    for cell in header {
        let known = column(cell);
        if known.is_none() && is_read && !is_of_statuses {
            find(
                line,
                format!("a column headed '{}'", cell.trim()),
                "it was not read",
                "name the column Parameter, Mandatory, Type, Description or Status Code",
            );
        } else if known.is_some() && columns.contains(&known) {
            find(
                line,
                format!("a second column of one kind, headed '{}'", cell.trim()),
                "the first one was read",
                "keep one column for names, one for types, one for descriptions",
            );
            columns.push(None);
            continue;
        }
        columns.push(known);
    }
    if body.is_empty() {
        find(
            line,
            "a table without rows".into(),
            "nothing was read from it",
            "compare with the original page and mend the saved copy",
        );
    }
    if body.len() > MAX_ROWS {
        find(
            body[MAX_ROWS].line,
            format!("a table of more than {MAX_ROWS} rows"),
            "its further rows were not read",
            "split the table",
        );
    }
    let emptied = emptied(&columns, &body);
    for (at, kind) in &emptied {
        find(
            line,
            format!(
                "no cell of the column '{}' holds anything",
                header[*at].trim()
            ),
            "its rows were read without it",
            "if the saved page lost the cells, save the page again",
        );
        // What the other columns lack is not asked for.
        if *kind == Column::Description {
            columns[*at] = None;
        }
    }
    let mut rows = Vec::new();
    for cells in body.into_iter().take(MAX_ROWS) {
        if cells.cells.len() != columns.len() {
            find(
                cells.line,
                format!(
                    "a row of {} cells in a table of {} columns",
                    cells.cells.len(),
                    columns.len()
                ),
                "its cells were read from the left",
                "compare with the original page and mend the saved copy",
            );
        }
        let mut row = row(&columns, cells);
        for (_, kind) in &emptied {
            match kind {
                Column::Mandatory => row.mandatory = None,
                Column::Type => row.kind = None,
                _ => {}
            }
        }
        rows.push(row);
    }
    blocks.push(Block {
        line,
        kind: BlockKind::Grid(columns.into_iter().flatten().collect(), rows),
    });
    blocks
}

/// The columns of several rows in which no cell holds anything, but for names.
fn emptied(columns: &[Option<Column>], body: &[Cells]) -> Vec<(usize, Column)> {
    let is_empty = |at: usize| {
        let mut cells = body.iter().filter_map(|row| row.cells.get(at));
        body.len() > 1 && cells.all(Vec::is_empty)
    };
    let known = columns.iter().enumerate();
    known
        .filter_map(|(at, column)| Some((at, (*column)?)))
        .filter(|(_, column)| {
            matches!(
                column,
                Column::Mandatory | Column::Type | Column::Description
            )
        })
        .filter(|(at, _)| is_empty(*at))
        .collect()
}

fn row(columns: &[Option<Column>], cells: Cells) -> Row {
    let mut row = Row {
        line: cells.line,
        ..Row::default()
    };
    for (column, cell) in columns.iter().zip(cells.cells) {
        match column {
            Some(Column::Name | Column::Status) => row.name = plain(&cell),
            Some(Column::Member) => {
                let member = plain(&cell);
                if !is_nothing(&member) && member != row.name {
                    row.parent = Some(std::mem::replace(&mut row.name, member));
                }
            }
            Some(Column::Part) => row.part = part(&plain(&cell)),
            Some(Column::Mandatory) => row.mandatory = Some(plain(&cell)),
            Some(Column::Type) => row.kind = Some(plain(&cell)),
            // As a paragraph behind the label of the range.
            Some(Column::Range) => {
                row.description
                    .extend(super::vocabulary::of_range(&plain(&cell), row.line));
            }
            Some(Column::Description) => row.description.extend(cell),
            None => {}
        }
    }
    row
}

/// A cell as one line.
fn plain(cell: &[Paragraph]) -> String {
    cell.iter()
        .map(|paragraph| paragraph.text.as_str())
        .collect::<Vec<_>>()
        .join(" ")
}

/// Splits the text of a cell at its line breaks and inline bullets.
pub(super) fn paragraphs(cell: &str, line: usize) -> Vec<Paragraph> {
    let mut paragraphs = Vec::new();
    for part in cell.split('\n') {
        for (index, piece) in inline_bullets(part).into_iter().enumerate() {
            let piece = piece.trim();
            let unbulleted = piece.trim_start_matches(['•', '●', '▪']).trim_start();
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
    fn cells_that_do_not_fit_are_findings() {
        let cell = |text: &str| paragraphs(text, 2);
        let header = ["Name", "Parameter", "Type", "Since"].map(str::to_owned);
        let rows = vec![Cells {
            line: 2,
            cells: vec![cell("a"), cell("b"), cell("String")],
        }];
        let blocks = assemble(1, &header, rows);
        let findings: Vec<&str> = blocks
            .iter()
            .filter_map(|block| match &block.kind {
                BlockKind::Finding(finding) => Some(finding.what.as_str()),
                _ => None,
            })
            .collect();
        assert_eq!(
            findings,
            [
                "a second column of one kind, headed 'Parameter'",
                "a column headed 'Since'",
                "a row of 3 cells in a table of 4 columns",
            ]
        );
        let Some(BlockKind::Grid(columns, rows)) = blocks.last().map(|block| &block.kind) else {
            panic!("no table");
        };
        assert_eq!(columns, &[Column::Name, Column::Type]);
        assert_eq!(
            (rows[0].name.as_str(), rows[0].kind.as_deref()),
            ("a", Some("String"))
        );
    }

    #[test]
    fn a_column_that_lost_all_its_cells_is_told_once() {
        let cell = |text: &str| paragraphs(text, 2);
        let header = ["Name", "Mandatory", "Type", "Description"].map(str::to_owned);
        let rows = ["lid", "handle"].map(|name| Cells {
            line: 2,
            cells: vec![cell(name), cell(""), cell(" "), cell("")],
        });
        let blocks = assemble(1, &header, rows.into());
        let findings = blocks.iter().filter_map(|block| match &block.kind {
            BlockKind::Finding(finding) => Some(finding.what.as_str()),
            _ => None,
        });
        assert_eq!(
            findings.collect::<Vec<_>>(),
            ["Mandatory", "Type", "Description"]
                .map(|name| format!("no cell of the column '{name}' holds anything"))
        );
        let Some(BlockKind::Grid(columns, rows)) = blocks.last().map(|block| &block.kind) else {
            panic!("no table");
        };
        assert_eq!(columns, &[Column::Name, Column::Mandatory, Column::Type]);
        assert_eq!((&rows[0].mandatory, &rows[0].kind), (&None, &None));
    }
}
