//! Defines [`SuiteOptions`]: the options that say which suite to use.

use crate::error::Result;
use crate::output::Outputs;
use crate::suite::{Suite, SuiteFiles, load};
use std::path::PathBuf;
use std::sync::Arc;

/// Which suite to use.
#[derive(Debug, clap::Args)]
pub(super) struct SuiteOptions {
    /// Folder with 'schemas' and 'cases', in place of the built-in suite
    #[arg(long, value_name = "DIR", env = "CONFORMANT_SUITE")]
    pub(super) suite: Option<PathBuf>,
    /// Operation, where the suite has several
    #[arg(long, value_name = "NAME", env = "CONFORMANT_OPERATION")]
    pub(super) operation: Option<String>,
}

impl SuiteOptions {
    pub(super) fn files(&self) -> Result<SuiteFiles> {
        match &self.suite {
            Some(folder) => SuiteFiles::folder(folder),
            None => Ok(SuiteFiles::built_in()),
        }
    }

    pub(super) fn load(&self) -> Result<Arc<Suite>> {
        self.read().map(Arc::new)
    }

    pub(super) fn read(&self) -> Result<Suite> {
        load(&self.files()?, self.operation.as_deref())
    }

    /// Nothing may be written where the suite is read.
    pub(super) fn guard(&self, outputs: &mut Outputs) {
        for part in ["schemas", "cases"] {
            if let Some(folder) = &self.suite {
                outputs.reads_below("--suite", &folder.join(part));
            }
        }
    }
}
