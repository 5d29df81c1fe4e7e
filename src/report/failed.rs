//! What has to be run again, by the JSON report of an earlier run.

use super::merge::document;
use crate::error::{Error, Result};
use std::collections::BTreeSet;
use std::path::Path;

/// The ids of the cases without a good verdict, and the names of what could not be judged.
///
/// # Errors
/// [`Error::Input`] where it is no report of this version, or of a run that did not pass
/// although no case failed: one that did not come to its end.
pub fn failed(path: &Path, text: &str) -> Result<BTreeSet<String>> {
    let document = document(path, text)?;
    let failed = document.failed();
    if failed.is_empty() && document.is_red() {
        return Err(Error::input(
            path,
            "the run of this report did not pass, and no case in it failed: it did not come to its end",
            "run all: leave --failed out",
        ));
    }
    Ok(failed)
}
