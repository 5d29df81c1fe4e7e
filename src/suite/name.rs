//! Defines [`SuiteName`]: which suite, in which state.

use super::files::SuiteFiles;
use crate::digest::{Sha256, hex};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Which suite, in which state.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SuiteName {
    /// What `service.toml` calls the service; else the name of its folder.
    pub name: String,
    /// SHA-256 of the lines that `sha256sum` prints of the files that decide what the run
    /// does, in the order of their names.
    pub digest: String,
    /// The commit that the folder's checkout is at, where it is in one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
}

impl SuiteName {
    /// Names the suite in `files`, of which the files with these digests were used.
    pub fn new(files: &SuiteFiles, name: Option<&str>, digests: &BTreeMap<String, String>) -> Self {
        let mut hash = Sha256::default();
        for (file, digest) in digests {
            hash.update(format!("{digest}  {file}\n"));
        }
        Self {
            name: name.map_or_else(|| files.name(), str::to_owned),
            digest: hex(&hash.finalize()),
            commit: files.commit(),
        }
    }
}
