//! Opens an [`Edition`] of an operation: what it states as people settled it, and its suite.

use super::side::{Documented, Side};
use crate::contract::Contract;
use crate::derive::{Derived, Readings, derive_by};
use crate::error::Result;
use crate::input::{self, Kind};
use crate::suite::{
    DERIVED_SERVICE, READING_FILE, SERVICE_FILE, Service, Suite, SuiteFiles, digests, load,
    service, skeleton,
};
use std::collections::{BTreeMap, BTreeSet};

/// One edition of an operation.
#[derive(Debug)]
pub(super) struct Edition {
    /// The operation as documented and read.
    pub(super) contract: Contract,
    /// Its suite: as it stands in the folder, or as it would be derived; `None` where
    /// it cannot be loaded.
    pub(super) suite: Option<Suite>,
    /// Ids of cases and properties in files without the mark of derivation.
    pub(super) own: BTreeSet<String>,
    /// Entries of the reading that name what this edition does not have.
    pub(super) unread: Vec<String>,
    /// SHA-256 of the parts of the suite, as certificates name them.
    pub(super) digests: BTreeMap<String, String>,
    /// The text of the files of its suite.
    files: SuiteFiles,
}

impl Edition {
    /// Opens the old edition.
    ///
    /// # Errors
    /// [`Error::Input`](crate::error::Error::Input) where it cannot be read.
    pub(super) fn open(side: &Side, documented: &Documented) -> Result<Self> {
        match &side.files {
            Some(files) => Ok(Self::of_suite(files, documented)),
            None => Self::of_source(documented, None),
        }
    }

    /// Opens the new edition. A source is read by the old edition's reading, and keeps the
    /// old edition's own cases.
    ///
    /// # Errors
    /// As [`Edition::open`].
    pub(super) fn open_after(side: &Side, documented: &Documented, old: &Self) -> Result<Self> {
        match &side.files {
            Some(files) => Ok(Self::of_suite(files, documented)),
            None => Self::of_source(documented, Some(old)),
        }
    }

    fn of_suite(files: &SuiteFiles, documented: &Documented) -> Self {
        let contract = documented.contract.clone();
        let name = &contract.operation;
        let prefix = format!("cases/{name}/");
        let own = files
            .files
            .iter()
            .filter(|(name, text)| name.starts_with(&prefix) && !text.starts_with(skeleton::MARK))
            .flat_map(|(_, text)| skeleton::ids(text))
            .collect();
        let mine = |path: &String| {
            let mut parts = path.split('/').skip(1);
            parts.next().is_none_or(|operation| operation == name)
        };
        let kept = files.files.iter().filter(|(path, _)| mine(path));
        let kept = kept.map(|(path, text)| (path.clone(), text.clone()));
        let files = SuiteFiles::of(&files.root, kept.collect());
        Self {
            digests: digests(&files, name),
            // A suite that cannot be loaded still has a contract to compare.
            suite: load(&files, Some(name)).ok(),
            contract,
            own,
            unread: Vec::new(),
            files,
        }
    }

    fn of_source(documented: &Documented, old: Option<&Self>) -> Result<Self> {
        let path = documented.path.as_path();
        let source = input::text(path, Kind::Definition)?;
        let mut contract = documented.contract.clone();
        if let Some(old) = old {
            contract.operation.clone_from(&old.contract.operation);
        }
        let reading = old.and_then(|old| {
            let name = format!("schemas/{}/{READING_FILE}", old.contract.operation);
            let text = old.files.files.get(&name)?;
            Some((old.files.path(&name), text.as_str()))
        });
        let reading = reading.as_ref().map(|(path, text)| (path.as_path(), *text));
        let service = match old {
            Some(old) => service(&old.files)?,
            None => Service::derived(),
        };
        let readings = Readings {
            service: &service,
            reading,
        };
        let mut unread = Vec::new();
        let Derived {
            contract, files, ..
        } = derive_by(path, &source, contract, &readings, &mut unread)?;
        let mut files: BTreeMap<String, String> = files
            .into_iter()
            .map(|(name, text)| (name.to_string_lossy().replace('\\', "/"), text))
            .collect();
        match old {
            None => drop(files.insert(SERVICE_FILE.into(), DERIVED_SERVICE.clone())),
            Some(old) => {
                let service = old.files.files.get(SERVICE_FILE);
                files.extend(service.map(|text| (SERVICE_FILE.to_owned(), text.clone())));
            }
        }
        if let (Some(old), Some((_, reading))) = (old, reading) {
            let name = format!("schemas/{}/{READING_FILE}", contract.operation);
            files.insert(name, reading.to_owned());
            let prefix = format!("cases/{}/", old.contract.operation);
            let own = old.files.files.iter().filter(|(name, text)| {
                name.starts_with(&prefix) && !text.starts_with(skeleton::MARK)
            });
            for (name, text) in own {
                files.insert(name.clone(), text.clone());
            }
        }
        let derived: BTreeMap<String, String> = files
            .iter()
            .filter(|(name, text)| !name.starts_with("cases/") || text.starts_with(skeleton::MARK))
            .map(|(name, text)| (name.clone(), text.clone()))
            .collect();
        let of = |files| SuiteFiles::of(path, files);
        let files = of(files);
        Ok(Self {
            suite: load(&of(derived), Some(&contract.operation)).ok(),
            digests: digests(&files, &contract.operation),
            own: old.map(|old| old.own.clone()).unwrap_or_default(),
            contract,
            unread,
            files,
        })
    }
}
