//! Reads the plain-text rendering: one cell a paragraph, rows without an
//! explicit end. A table is known by its header row; a row ends where the next
//! `name / (Yes|No) / type` begins.

use super::called::method_and_path;
use super::table::{Column, Paragraph, Row, Section};
use super::type_cell::type_of;
use super::vocabulary::{self as words, caption, column, is_mandatory_cell, is_name};
use super::{Block, BlockKind};
use crate::contract::Finding;

/// Most paragraphs that are read of a page.
const MAX_PARAGRAPHS: usize = 200_000;

/// Bullets that a space must follow.
const DASHES: [&str; 2] = ["- ", "* "];
const BULLETS: [char; 6] = ['•', '●', '▪', '·', '○', '–'];

/// Splits the source into blocks.
pub(super) fn blocks(source: &str) -> Vec<Block> {
    let (paragraphs, unread) = paragraphs(source);
    let mut blocks = Vec::new();
    if let Some(line) = unread {
        blocks.push(Block {
            line,
            kind: BlockKind::Finding(Finding::new(
                line,
                format!("more than {MAX_PARAGRAPHS} paragraphs"),
                "the further ones were not read",
                "save the page of one operation alone",
            )),
        });
    }
    let mut at = 0;
    while at < paragraphs.len() {
        if let Some(columns) = header(&paragraphs, at) {
            let line = paragraphs[at].line;
            let (rows, next, findings) = table(&paragraphs, &columns, at + columns.len());
            blocks.push(Block {
                line,
                kind: BlockKind::Grid(columns, rows),
            });
            blocks.extend(findings);
            at = next;
            continue;
        }
        let paragraph = &paragraphs[at];
        let kind = if paragraph.code {
            BlockKind::Code(paragraph.text.clone())
        } else {
            BlockKind::Text(paragraph.text.clone())
        };
        blocks.push(Block {
            line: paragraph.line,
            kind,
        });
        at += 1;
    }
    blocks
}

/// The rows of the table whose cells begin at `at`, the first paragraph behind it, and
/// findings. Where none is found, the cells that say Yes or No may all be missing.
fn table(pieces: &[Piece], columns: &[Column], at: usize) -> (Vec<Row>, usize, Vec<Block>) {
    let read = Rows::new(pieces, columns).read(at);
    if !read.0.is_empty() || !columns.contains(&Column::Mandatory) {
        return read;
    }
    let left: Vec<Column> = columns
        .iter()
        .copied()
        .filter(|it| *it != Column::Mandatory)
        .collect();
    let (rows, next, mut findings) = Rows::new(pieces, &left).read(at);
    if rows.is_empty() {
        return read;
    }
    let line = rows[0].line;
    findings.push(Block {
        line,
        kind: BlockKind::Finding(Finding::new(
            line,
            "every cell that says Yes or No is missing from this table",
            "its rows were read as optional",
            "compare with the original page and mend the saved copy",
        )),
    });
    (rows, next, findings)
}

struct Piece {
    text: String,
    bullet: bool,
    code: bool,
    line: usize,
}

/// The paragraphs, and the line of the first one that is not read.
fn paragraphs(source: &str) -> (Vec<Piece>, Option<usize>) {
    let mut pieces = Vec::new();
    let mut lines = source.lines().enumerate().peekable();
    while let Some((index, raw)) = lines.next() {
        if pieces.len() >= MAX_PARAGRAPHS {
            return (pieces, Some(index + 1));
        }
        let trimmed = raw.trim();
        if trimmed.is_empty() {
            continue;
        }
        let line = index + 1;
        if opens_json(trimmed) {
            let mut text = raw.to_owned();
            while let Some((_, next)) = lines.next_if(|(_, next)| !next.trim().is_empty()) {
                text.push('\n');
                text.push_str(next);
            }
            pieces.push(Piece {
                text,
                bullet: false,
                code: true,
                line,
            });
            continue;
        }
        let unbulleted = trimmed.trim_start_matches(BULLETS);
        let bullet = unbulleted.len() != trimmed.len()
            || DASHES.iter().any(|dash| trimmed.starts_with(dash));
        let text = DASHES.iter().find_map(|dash| unbulleted.strip_prefix(dash));
        let text = words::without_sign(text.unwrap_or(unbulleted)).trim();
        pieces.push(Piece {
            text: text.to_owned(),
            bullet,
            code: false,
            line,
        });
    }
    (pieces, None)
}

/// Whether a line begins a JSON text: `[Array element]` and `{name}` are words.
fn opens_json(line: &str) -> bool {
    let inner = line.strip_prefix(['{', '[']);
    inner.is_some_and(|inner| {
        let first = inner.trim_start().chars().next();
        // `[1, 1000]` is a range.
        let is_range =
            line.starts_with('[') && first.is_some_and(|c| c.is_ascii_digit() || c == '-');
        !first.is_some_and(char::is_alphabetic) && !is_range && !line.starts_with("[{\"")
    })
}

/// The columns of a header row that begins at `at`.
fn header(pieces: &[Piece], at: usize) -> Option<Vec<Column>> {
    let mut columns: Vec<Column> = Vec::new();
    for piece in &pieces[at..] {
        match column(&piece.text) {
            // Nothing stands behind the description: what follows is the first row's name.
            // Of a cell that goes on over rows, text shows nothing in the further ones.
            Some(column)
                if !columns.contains(&column)
                    && !piece.bullet
                    && column != Column::Member
                    && columns.last() != Some(&Column::Description) =>
            {
                columns.push(column);
            }
            _ => break,
        }
    }
    // A heading 'Description' may stand in front of a table. A header row that lost the
    // cell of the names is one as well: what stands below it must be told.
    let opens = columns.first() != Some(&Column::Description);
    (opens && columns.len() >= 2).then_some(columns)
}

/// `4xx`, `20O`: meant as a status code, and none.
fn looks_like_status(text: &str) -> bool {
    text.len() <= 4 && text.starts_with(|c: char| c.is_ascii_digit())
}

/// Paragraphs behind a heading or a JSON text in which the table may still go on.
const MAX_AHEAD: usize = 200;

fn is_label(text: &str) -> bool {
    words::label(&words::fold(text)).is_some()
}

/// Whether the description of a row may be at its end: a label is at the end of none.
fn is_described(row: &Row) -> bool {
    let last = row.description.last();
    last.is_some_and(|last| last.bullet || !is_label(&last.text))
}

/// A cell that stands for no name.
fn is_dash(cell: &str) -> bool {
    matches!(cell, "-" | "--" | "–" | "—")
}

/// A cell that says no more than Yes or No.
fn is_plain_mandatory(cell: &str) -> bool {
    is_mandatory_cell(cell) && !cell.trim().contains(char::is_whitespace)
}

struct Rows<'a> {
    pieces: &'a [Piece],
    columns: &'a [Column],
    /// Columns in front of the description: each is exactly one paragraph.
    leading: &'a [Column],
}

impl<'a> Rows<'a> {
    fn new(pieces: &'a [Piece], columns: &'a [Column]) -> Self {
        let description = columns
            .iter()
            .position(|column| *column == Column::Description)
            .unwrap_or(columns.len());
        Self {
            pieces,
            columns,
            leading: &columns[..description],
        }
    }

    /// Reads rows from `at`; gives the rows, the first paragraph behind the table, and findings.
    fn read(&self, mut at: usize) -> (Vec<Row>, usize, Vec<Block>) {
        let mut rows: Vec<Row> = Vec::new();
        let mut stray: Vec<&Piece> = Vec::new();
        let mut findings = Vec::new();
        let mut find = |line: usize, what: String, assumed: &str| {
            findings.push(Block {
                line,
                kind: BlockKind::Finding(Finding::new(
                    line,
                    what,
                    assumed,
                    "compare with the original page and mend the saved copy",
                )),
            });
        };
        while at < self.pieces.len() && !self.ends(at, rows.last()) {
            if let Some(row) = self.row(at).filter(|_| !self.is_label(at, rows.last())) {
                if !rows.is_empty() && self.leading.len() + 1 < self.columns.len() {
                    find(
                        row.line,
                        "a column stands behind the description".into(),
                        "it was read as description",
                    );
                }
                at += self.leading.len();
                rows.push(row);
                continue;
            }
            let piece = &self.pieces[at];
            if let Some((row, count)) = self.nameless(at, rows.last()) {
                find(
                    piece.line,
                    "a row without a name".into(),
                    "it was left out of the contract",
                );
                at += count;
                rows.push(row);
                continue;
            }
            if let Some((row, count, what)) = rows.last().and_then(|last| self.broken(at, last)) {
                find(
                    piece.line,
                    format!("'{}' stands alone: {what}", piece.text),
                    "it was read as the name of a row",
                );
                at += count;
                rows.push(row);
                continue;
            }
            if self.leading == [Column::Status] && looks_like_status(&piece.text) {
                rows.push(Row {
                    name: piece.text.clone(),
                    line: piece.line,
                    ..Row::default()
                });
                at += 1;
                continue;
            }
            let paragraph = Paragraph {
                text: piece.text.clone(),
                bullet: piece.bullet,
                line: piece.line,
            };
            match rows.last_mut() {
                Some(row) => row.description.push(paragraph),
                None => stray.push(piece),
            }
            at += 1;
        }
        if let Some(first) = stray.first() {
            let more = match stray.len() - 1 {
                0 => String::new(),
                more => format!(", with {more} more paragraphs,"),
            };
            find(
                first.line,
                format!(
                    "'{}'{more} stands in a table before its first row",
                    first.text
                ),
                "it was not read",
            );
        } else if rows.is_empty() {
            let line = self
                .pieces
                .get(at.saturating_sub(1))
                .map_or(0, |piece| piece.line);
            find(
                line,
                "a table without rows".into(),
                "nothing was read from it",
            );
        }
        (rows, at, findings)
    }

    fn cell(&self, at: usize) -> Option<&'a str> {
        let piece = self.pieces.get(at)?;
        (!piece.bullet && !piece.code).then_some(piece.text.as_str())
    }

    /// The row that begins at `at`, its leading cells taken.
    fn row(&self, at: usize) -> Option<Row> {
        let mut row = Row {
            line: self.pieces.get(at)?.line,
            ..Row::default()
        };
        let mandatory_column = self.leading.contains(&Column::Mandatory);
        for (offset, column) in self.leading.iter().enumerate() {
            let cell = self.cell(at + offset)?;
            match column {
                Column::Name if is_name(cell) || words::is_array_element(cell) || is_dash(cell) => {
                    row.name = cell.to_owned();
                }
                Column::Status if words::status(cell).is_some() => row.name = cell.to_owned(),
                // A type beside it vouches for a misspelt Yes or No, and for a sentence.
                Column::Mandatory
                    if is_plain_mandatory(cell) || self.is_type_beside(at, offset) =>
                {
                    row.mandatory = Some(cell.to_owned());
                }
                // Yes/No in front vouches for the row, so that a misspelt type is still read.
                // Of the values STRING and INTEGER one below the other neither is a row.
                Column::Type
                    if mandatory_column
                        || type_of(cell).is_some()
                            && cell.contains(|c: char| !c.is_ascii_uppercase()) =>
                {
                    row.kind = Some(cell.to_owned());
                }
                Column::Part if words::part(cell).is_some() => row.part = words::part(cell),
                Column::Range => {
                    row.description = words::of_range(cell, self.pieces[at + offset].line);
                }
                _ => return None,
            }
        }
        Some(row)
    }

    /// Whether the cell at `at` is a label in a description, as 'Definition' is, and what
    /// stands below it only happens to be called like a type. A parameter may be called
    /// like a label: where the description of `last` has none, it is one.
    fn is_label(&self, at: usize, last: Option<&Row>) -> bool {
        let is_capitalised = |cell: &str| cell.starts_with(|c: char| !c.is_lowercase());
        let may_be = !self.leading.contains(&Column::Mandatory)
            && self
                .cell(at)
                .is_some_and(|cell| is_capitalised(cell) && is_label(cell));
        may_be
            && last.is_some_and(|row| {
                let mut before = row.description.iter();
                before.all(|it| it.bullet) || row.description.iter().any(|it| is_label(&it.text))
            })
    }

    /// Whether the type of the row at `at` stands beside its cell at `offset`.
    fn is_type_beside(&self, at: usize, offset: usize) -> bool {
        let beside = [offset.wrapping_sub(1), offset + 1];
        beside.into_iter().any(|offset| {
            self.leading.get(offset) == Some(&Column::Type)
                && self
                    .cell(at + offset)
                    .is_some_and(|cell| type_of(cell).is_some())
        })
    }

    /// A row whose name cell is missing, and how many cells it has: it begins with its
    /// Yes/No and type, or with a type that stands alone.
    fn nameless(&self, at: usize, last: Option<&Row>) -> Option<(Row, usize)> {
        let is_type = |cell: &&str| type_of(cell).is_some();
        let mut row = Row {
            line: self.pieces[at].line,
            ..Row::default()
        };
        match self.leading {
            [Column::Name, Column::Mandatory, Column::Type] => {
                row.mandatory = Some(self.cell(at).filter(|cell| is_mandatory_cell(cell))?.into());
                row.kind = Some(self.cell(at + 1).filter(is_type)?.into());
                Some((row, 2))
            }
            [Column::Name, Column::Type, Column::Mandatory] => {
                row.kind = Some(self.cell(at).filter(is_type)?.into());
                row.mandatory = Some(
                    self.cell(at + 1)
                        .filter(|cell| is_plain_mandatory(cell))?
                        .into(),
                );
                Some((row, 2))
            }
            // Directly behind its cells or a label, a type is words of the description.
            [Column::Name, Column::Type] if last.is_some_and(is_described) => {
                row.kind = Some(self.cell(at).filter(is_type)?.into());
                Some((row, 1))
            }
            _ => None,
        }
    }

    /// A row that lost a cell or has an unknown type: a name that stands alone behind
    /// the description of the row before. Gives the row, its cells, and what is wrong.
    fn broken(&self, at: usize, last: &Row) -> Option<(Row, usize, &'static str)> {
        let name = self
            .cell(at)
            .filter(|cell| is_name(cell) && !cell.contains('/') && !cell.ends_with('.'))?;
        let before = &last.description;
        // Values may stand alone as well, below their label or each other.
        let is_value = before
            .iter()
            .rev()
            .find(|paragraph| paragraph.bullet || !is_name(&paragraph.text))
            .is_some_and(|paragraph| words::announces(&paragraph.text));
        if !is_described(last) || is_value || words::is_nothing(name) || words::announces(name) {
            return None;
        }
        let mut row = Row {
            name: name.to_owned(),
            line: self.pieces[at].line,
            ..Row::default()
        };
        let next = self.cell(at + 1).unwrap_or_default();
        let is_known = type_of(next).is_some();
        if self.leading.contains(&Column::Mandatory) {
            if is_known {
                row.kind = Some(next.to_owned());
                return Some((row, 2, "the cell that says Yes or No is missing behind it"));
            }
            if is_plain_mandatory(next) {
                row.mandatory = Some(next.to_owned());
                return Some((row, 2, "the cell of its type is missing"));
            }
            return None;
        }
        if self.leading != [Column::Name, Column::Type] || self.row(at + 1).is_some() {
            return None;
        }
        if words::heading(next).is_some() {
            return None;
        }
        let is_short =
            next.split_whitespace().count() <= 4 && !next.ends_with(['.', '。', ':', '：']);
        if is_short && !next.is_empty() && next.starts_with(|c: char| c.is_alphabetic()) {
            row.kind = Some(next.to_owned());
            return Some((row, 2, "what stands behind it is no known type"));
        }
        Some((row, 1, "the cell of its type is missing"))
    }

    /// Whether a row follows, in front of any other table: then what stands at `at`, be
    /// it JSON or a word that is a heading elsewhere, belongs to a description.
    fn goes_on(&self, at: usize) -> bool {
        for next in at + 1..self.pieces.len().min(at + MAX_AHEAD) {
            let piece = &self.pieces[next];
            let is_other = words::status_heading(&piece.text).is_some()
                || caption(&piece.text).is_some()
                || method_and_path(&piece.text).is_some()
                || header(self.pieces, next).is_some();
            if is_other {
                return false;
            }
            if self.row(next).is_some() {
                return true;
            }
        }
        false
    }

    /// Whether the table ends in front of `at`. 'Error Codes' right behind the leading
    /// cells of a row is its description, elsewhere a heading.
    fn ends(&self, at: usize, row: Option<&Row>) -> bool {
        self.may_end(at, row) && !self.goes_on(at)
    }

    fn may_end(&self, at: usize, row: Option<&Row>) -> bool {
        let piece = &self.pieces[at];
        if piece.code {
            return true;
        }
        if piece.bullet || piece.text.ends_with([':', '：']) {
            return false;
        }
        if words::status_heading(&piece.text).is_some() || words::is_status_heading(&piece.text) {
            return true;
        }
        match words::heading(&piece.text) {
            Some(Section::Other) => {
                words::ends_parameters(&piece.text)
                    && row.is_none_or(|row| !row.description.is_empty())
            }
            Some(_) => {
                !words::is_also_a_cell(&piece.text)
                    || row.is_none_or(|row| !row.description.is_empty())
            }
            None => caption(&piece.text).is_some() && header(self.pieces, at + 1).is_some(),
        }
    }
}
