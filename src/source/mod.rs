//! Defines [`read`]: any source of an API reference becomes a [`Contract`] with findings.
//!
//! Each kind of source is a front end in a folder of its own, which knows nothing of the
//! others: `page` reads the saved pages of a help centre. What a source says is
//! understood here and nowhere else; all other modules read `contract.json`.

mod findings;
pub mod page;

pub(crate) use findings::in_order;
pub use page::documents_nothing;

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

/// Reads the contract of the one operation that `source` documents; `operation` is its
/// name in place of the source's own.
///
/// # Errors
/// [`Error::Input`] where the source is not readable, documents no operation, or states
/// nothing that could be tested.
pub fn read(path: &Path, source: &str, operation: Option<&str>) -> Result<Contract> {
    let page = page::read(path, source)?;
    let mut contract = page::from_page(&page, operation);
    contract.findings = in_order(contract.findings);
    let name = path.file_name().unwrap_or(path.as_os_str());
    contract.document.file = name.to_string_lossy().into_owned();
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
