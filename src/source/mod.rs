//! Defines [`read`]: any source of an API reference becomes a [`Contract`] with findings.
//!
//! Each kind of source is a front end in a folder of its own, which knows nothing of the
//! others: `page` reads the saved pages of a help centre, `openapi` definitions. What a source says is
//! understood here and nowhere else; all other modules read `contract.json`.

mod findings;
mod name;
mod null;
mod openapi;
pub mod page;

pub(crate) use findings::in_order;

use crate::contract::{Contract, Source};
use crate::digest::{Sha256, hex};
use crate::error::{Error, Place, Result};
use std::path::Path;

/// The description of a row as a front end cut it, before anybody asks what it means.
#[derive(Clone, Debug)]
pub struct Cell {
    /// Where the row stands.
    pub source: Source,
    /// The name that the row prints.
    pub name: String,
    /// Its paragraphs in the order of the source.
    pub paragraphs: Vec<page::Paragraph>,
}

/// The description cells of the rows of `source`, whether or not a contract has them.
///
/// # Errors
/// [`Error::Input`] where the source is not readable.
pub fn cells(path: &Path, source: &str) -> Result<Vec<Cell>> {
    if is_definition(source) {
        // Its facts are values of the document and no sentences.
        return Ok(Vec::new());
    }
    let page = page::read(path, source)?;
    let of_table = |table: page::Table| {
        (1..).zip(table.rows).map(move |(number, row)| Cell {
            source: Source {
                table: table.number,
                row: number,
                line: row.line,
                ..Source::default()
            },
            name: row.name,
            paragraphs: row.description,
        })
    };
    // Of what reply those of no status are is told where they stand.
    let is_placed = |table: &page::Table| table.section != page::Section::NoStatus;
    let tables = page.tables.into_iter().filter(is_placed);
    Ok(tables.flat_map(of_table).collect())
}

/// Whether `source` is a definition, which may document many operations, and no page.
pub fn is_definition(source: &str) -> bool {
    openapi::is_definition(source)
}

/// Whether a source that could not be read documents no operation, beyond doubt.
pub fn documents_nothing(path: &Path, source: &str) -> bool {
    match is_definition(source) {
        true => openapi::documents_nothing(path, source),
        false => page::documents_nothing(source),
    }
}

/// Reads the contracts of all operations that `source` documents, in its order;
/// `operation` is the name of its only one in place of the source's own.
///
/// # Errors
/// As for [`read()`], and where `operation` would name several.
pub fn read_all(path: &Path, source: &str, operation: Option<&str>) -> Result<Vec<Contract>> {
    if !is_definition(source) {
        return Ok(vec![of_page(path, source, operation)?]);
    }
    let sha256 = hex(&Sha256::digest(source));
    let mut contracts = openapi::read(path, source, operation)?;
    for contract in &mut contracts {
        contract.findings = in_order(std::mem::take(&mut contract.findings));
        contract.document.file = file_name(path);
        contract.document.sha256.clone_from(&sha256);
    }
    Ok(contracts)
}

fn file_name(path: &Path) -> String {
    let name = path.file_name().unwrap_or(path.as_os_str());
    name.to_string_lossy().into_owned()
}

/// Reads the contract of the one operation that `source` documents; `operation` is its
/// name in place of the source's own.
///
/// # Errors
/// [`Error::Input`] where the source is not readable, documents no operation, or states
/// nothing that could be tested; and where it documents several.
pub fn read(path: &Path, source: &str, operation: Option<&str>) -> Result<Contract> {
    let mut contracts = read_all(path, source, operation)?.into_iter();
    match (contracts.next(), contracts.len()) {
        (Some(contract), 0) => Ok(contract),
        (_, others) => Err(Error::input(
            path,
            format!(
                "it documents {} operations, and one is read here",
                others + 1
            ),
            "derive the document, and name the folder of the suite",
        )),
    }
}

fn of_page(path: &Path, source: &str, operation: Option<&str>) -> Result<Contract> {
    let page = page::read(path, source)?;
    let mut contract = page::from_page(&page, operation);
    contract.findings = in_order(contract.findings);
    contract.document.file = file_name(path);
    contract.document.sha256 = hex(&Sha256::digest(source));
    if contract.clauses().is_empty() && !page.speaks_of_reply {
        let rows = page.tables.iter().map(|table| table.rows.len()).sum();
        return Err(Error::input(
            Place::line(path, page.uri.line),
            format!(
                "'{}' stands here, and no table lists its statuses or describes a reply of it: {}",
                page.uri.text,
                match rows {
                    0 => "nothing else was read".to_owned(),
                    1 => "the one row that was read states nothing to test".to_owned(),
                    rows => format!("the {rows} rows that were read state nothing to test"),
                }
            ),
            "save the whole page; where its statuses stand on a page of their own, add the heading 'Status Codes' and a table 'Status Code | Description'",
        ));
    }
    Ok(contract)
}
