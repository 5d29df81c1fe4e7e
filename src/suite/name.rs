//! Defines [`SuiteName`]: which suite, in which state.

use super::files::SuiteFiles;
use super::out::Out;
use super::service::Service;
use super::unjudged::Unjudged;
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
    /// Operations and pages that `service.toml` leaves out of it, with the reason.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<Unjudged>,
}

impl SuiteName {
    /// Names the suite in `files`, of which the files with these digests were used.
    pub fn new(files: &SuiteFiles, service: &Service, digests: &BTreeMap<String, String>) -> Self {
        let mut hash = Sha256::default();
        for (file, digest) in digests {
            hash.update(format!("{digest}  {file}\n"));
        }
        Self {
            name: service.name.clone().unwrap_or_else(|| files.name()),
            digest: hex(&hash.finalize()),
            commit: files.commit(),
            left_out: service.out.iter().map(Out::as_unjudged).collect(),
        }
    }
}
