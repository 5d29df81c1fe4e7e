//! What has to be run again, by the JSON report of an earlier run.

use super::merge::document;
use crate::error::Result;
use std::collections::BTreeSet;
use std::path::Path;

/// The ids of the cases without a good verdict, and the names of what could not be judged.
///
/// # Errors
/// [`Error::Input`](crate::error::Error::Input) where it is no report of this version.
pub fn failed(path: &Path, text: &str) -> Result<BTreeSet<String>> {
    Ok(document(path, text)?.failed())
}
