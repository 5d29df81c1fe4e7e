//! The independent eye: holds a contract against the description cells that it was read
//! from, and understands neither.
//!
//! It has no grammar and shares no code with the reader of prose. In each cell it crosses
//! out what the row's facts hold, what a finding about the row quotes, and what is plainly
//! no constraint; a number or a value that is left was read over in silence. And each
//! bound, value and default must stand in the words that are quoted for it; else the
//! contract could be false.

mod fact;
mod number;
mod sheet;

use crate::contract::{Contract, Field, Finding, Source, TypeName};
use crate::source::Cell;
use crate::source::page::Paragraph;
use fact::{bounds, doubts};
use number::{Number, Unit};
use sheet::{Sheet, find, quoted};
use std::collections::{BTreeMap, BTreeSet};

/// Most reports about one row.
const MAX: usize = 50;
/// Most paragraphs of a cell that are looked at; that the further ones are not read is told.
const MAX_PARAGRAPHS: usize = 1_000;

/// What a contract and the cells of its source do not say alike, and no finding tells.
pub fn look(cells: &[Cell], contract: &Contract) -> Vec<Finding> {
    let names: BTreeSet<&str> = cells.iter().map(|cell| cell.name.as_str()).collect();
    let told = Told::by(contract);
    let mut fields: BTreeMap<Place, Vec<&Field>> = BTreeMap::new();
    for field in contract.fields() {
        fields
            .entry(place_of(&field.source))
            .or_default()
            .push(field);
    }
    let mut found = Vec::new();
    for cell in cells {
        let of_row = fields.get(&place_of(&cell.source));
        if of_row.is_none() && !told.leaves_out(cell) {
            found.push(Finding::new(
                cell.source.line,
                format!("{}: the row is in no part of the contract, and in no finding", name(cell)),
                "nothing of it is tested",
                "compare the row with the page; if it documents a parameter, report this page as a bug",
            ));
        }
        let words = told.about(cell);
        for field in of_row.into_iter().flatten() {
            let mut of_field = unread(cell, field, &words, &names);
            of_field.extend(unfounded(cell, field));
            let further = of_field.len().saturating_sub(MAX);
            found.extend(of_field.into_iter().take(MAX));
            if further > 0 {
                found.push(Finding::new(
                    cell.source.line,
                    format!(
                        "{}: {further} further sentences are in no fact and in no finding",
                        name(cell)
                    ),
                    "nothing is tested by them",
                    "compare the row with the page, and split the description in the page's copy",
                ));
            }
        }
    }
    let known: BTreeSet<(usize, &str)> = contract
        .findings
        .iter()
        .map(|finding| (finding.line, finding.what.as_str()))
        .collect();
    let mut seen = BTreeSet::new();
    found.retain(|finding: &Finding| {
        !known.contains(&(finding.line, finding.what.as_str()))
            && seen.insert((finding.line, finding.what.clone()))
    });
    found.into_iter().map(Finding::by_eye).collect()
}

/// Table, row and line.
type Place = (u32, u32, usize);

fn place_of(source: &Source) -> Place {
    (source.table, source.row, source.line)
}

fn name(cell: &Cell) -> String {
    format!("{} ({})", cell.source, cell.name)
}

/// What findings say, by what they are about.
#[derive(Default)]
struct Told<'f> {
    rows: BTreeMap<(u32, u32), Vec<&'f str>>,
    lines: BTreeMap<usize, Vec<&'f str>>,
    tables: BTreeSet<u32>,
}

impl<'f> Told<'f> {
    fn by(contract: &'f Contract) -> Self {
        let mut told = Self::default();
        let number = |text: &'f str| {
            let digits = text
                .find(|c: char| !c.is_ascii_digit())
                .unwrap_or(text.len());
            Some((text[..digits].parse::<u32>().ok()?, &text[digits..]))
        };
        for finding in &contract.findings {
            let what = finding.what.as_str();
            for (at, words) in what.match_indices("Table ") {
                let Some((table, rest)) = number(&what[at + words.len()..]) else {
                    continue;
                };
                match rest.strip_prefix(", row ").and_then(number) {
                    Some((row, rest)) if at == 0 => {
                        let what = rest.split_once(": ").map_or(rest, |(_, what)| what);
                        told.rows.entry((table, row)).or_default().push(what);
                    }
                    Some(_) => {}
                    None => {
                        told.tables.insert(table);
                    }
                }
            }
            if !what.starts_with("Table ") {
                told.lines.entry(finding.line).or_default().push(what);
            }
        }
        told
    }

    /// What is said of a row.
    fn about(&self, cell: &Cell) -> Vec<&'f str> {
        let of_row = self.rows.get(&(cell.source.table, cell.source.row));
        let last = cell.paragraphs.iter().map(|paragraph| paragraph.line).max();
        let first = cell.source.line;
        let of_lines = self.lines.range(first..=last.unwrap_or(first).max(first));
        let of_lines = of_lines.flat_map(|(_, told)| told);
        of_row
            .into_iter()
            .flatten()
            .chain(of_lines)
            .copied()
            .collect()
    }

    /// Whether it is said that a row, or all of its table, is not part of the contract.
    fn leaves_out(&self, cell: &Cell) -> bool {
        self.tables.contains(&cell.source.table) || !self.about(cell).is_empty()
    }
}

/// The numbers and values of a cell that are in no fact, in no finding, and may bound it:
/// a finding a sentence, and one a list.
fn unread(cell: &Cell, field: &Field, told: &[&str], names: &BTreeSet<&str>) -> Vec<Finding> {
    let facts = &field.constraints;
    let stated = facts.values.iter().chain(&facts.default);
    let mut listed: Vec<&str> = stated.map(String::as_str).collect();
    if *field.kind.innermost() == TypeName::Boolean {
        listed.extend(["true", "false"]);
    }
    let is_text = matches!(field.kind, TypeName::String | TypeName::Boolean);
    let bounds = bounds(field);
    let mut found = Vec::new();
    let read = &cell.paragraphs[..cell.paragraphs.len().min(MAX_PARAGRAPHS)];
    for run in read.chunk_by(|one, next| one.bullet && next.bullet) {
        // A list is read whole or not at all: who quotes an item tells of the others.
        let is_quoted = |paragraph: &Paragraph| {
            let mut told = told.iter().flat_map(|words| quoted(words));
            told.any(|words| !find(&paragraph.text, words).is_empty())
        };
        let is_told = run
            .iter()
            .any(|paragraph| paragraph.bullet && is_quoted(paragraph));
        let mut in_run: Vec<(usize, &str, Vec<String>)> = Vec::new();
        for paragraph in run {
            let mut sheet = Sheet::new(&paragraph.text, paragraph.bullet);
            sheet.cross_out_meaning(&listed);
            sheet.cross_out_plain(&field.name, is_text, names);
            for words in told {
                sheet.cross_out_told(words);
            }
            for value in &listed {
                sheet.cross_out(value);
            }
            for value in &facts.values {
                sheet.cross_out_value(value);
            }
            if is_told {
                sheet.cross_out_head();
            }
            sheet.cross_out_bounds(|number| bounds.iter().any(|bound| bound.holds(number)));
            if names_thing(field) {
                let is_measured = |number: &Number| matches!(number.unit, Unit::Time | Unit::Size);
                sheet.cross_out_bounds(is_measured);
            }
            for (sentence, marks) in sheet.left(names) {
                match in_run.last_mut().filter(|_| paragraph.bullet) {
                    Some((.., known)) => known.extend(marks),
                    None => in_run.push((paragraph.line, sentence, marks)),
                }
            }
        }
        found.extend(in_run.into_iter().map(|(line, sentence, marks)| {
            let verb = if marks.len() == 1 { "is" } else { "are" };
            let marks = marks.join(", ");
            Finding::new(
                line,
                format!("{}: {marks} of '{sentence}' {verb} in no fact and in no finding", name(cell)),
                "nothing is tested by it",
                "if it bounds the value, say so in a sentence of its own in the page's copy, or state the fact in reading.toml with [[correct]]",
            )
        }));
    }
    found
}

/// Whether a row is by its name a text that no time and no size bounds.
fn names_thing(field: &Field) -> bool {
    const THINGS: [&str; 6] = ["id", "name", "url", "uri", "link", "href"];
    let name = field.name.to_lowercase();
    field.kind == TypeName::String && THINGS.iter().any(|thing| name.ends_with(thing))
}

/// The facts of a row that do not stand in the words quoted for them.
fn unfounded(cell: &Cell, field: &Field) -> Vec<Finding> {
    let doubts = doubts(cell, field).into_iter();
    doubts
        .map(|(line, doubt)| {
            Finding::new(
                line,
                format!("{}: {doubt}", name(cell)),
                "it is part of the contract, and could be false",
                "compare it with the page, and correct it in reading.toml with [[correct]]",
            )
            .could_be_false()
        })
        .collect()
}
