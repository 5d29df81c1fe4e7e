//! Reads and writes `contract.json`: the contract of one operation, canonical, with every
//! fact beside the words that it was read from. Its digest is the SHA-256 of the file.
//!
//! Canonical is: members in the order of their names, two spaces a level, UTF-8, numbers
//! as serde_json writes them, a line feed at the end.

use super::check::problem;
use super::operation::Contract;
pub use super::operation::FORMAT;
use crate::error::{Error, Place, Result};
use std::path::Path;

/// Its name in `schemas/<operation>/`.
pub const FILE: &str = "contract.json";

/// The text of the file.
pub fn write(contract: &Contract) -> String {
    let mut value = serde_json::to_value(contract).unwrap_or_default();
    value.sort_all_objects();
    let mut text = serde_json::to_string_pretty(&value).unwrap_or_default();
    text.push('\n');
    text
}

/// Reads the text of the file; `path` is named in errors. Line ends may be those of
/// another system.
///
/// # Errors
/// [`Error::Input`] with line where it is not a contract, not canonical, or contradicts
/// itself.
pub fn read(path: &Path, text: &str) -> Result<Contract> {
    let contract: Contract = serde_json::from_str(text).map_err(|error| {
        Error::input(
            Place::line(path, error.line()),
            format!("this is not a contract: {error}"),
            "derive it again from its source, or correct it in reading.toml with [[correct]]",
        )
    })?;
    let canonical = write(&contract);
    let differs = |(here, there): (Option<&str>, Option<&str>)| here != there;
    let mut ours = canonical.lines();
    let mut theirs = text.lines();
    for line in 1.. {
        let (here, there) = (theirs.next(), ours.next());
        if differs((here, there)) {
            return Err(Error::input(
                Place::line(path, line),
                format!(
                    "the file is not canonical: '{}' stands here, not '{}'",
                    here.unwrap_or_default().trim(),
                    there.unwrap_or_default().trim()
                ),
                "members stand in the order of their names, with two spaces a level and nothing else between them",
            ));
        }
        if here.is_none() {
            break;
        }
    }
    match problem(&contract) {
        None => Ok(contract),
        Some((pointer, what)) => Err(Error::input(
            path,
            format!("{pointer}: {what}"),
            "derive it again from its source, or correct it in reading.toml with [[correct]]",
        )),
    }
}
