//! Opens an [`Edition`]: a source, a suite's folder, or an operation's in it.

use crate::contract::{Contract, file};
use crate::derive::{Derived, Readings, derive_by};
use crate::error::{Error, Result};
use crate::input::{self, Kind};
use crate::suite::{
    DERIVED_SERVICE, READING_FILE, SERVICE_FILE, Service, Suite, SuiteFiles, contract, digests,
    load, service, skeleton,
};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// One edition of an operation.
#[derive(Debug)]
pub struct Edition {
    /// The operation as documented and read.
    pub contract: Contract,
    /// Its suite: as it stands in the folder, or as it would be derived; `None` where
    /// it cannot be loaded.
    pub suite: Option<Suite>,
    /// Ids of cases and properties in files without the mark of derivation.
    pub own: BTreeSet<String>,
    /// Entries of the reading that name what this edition does not have.
    pub unread: Vec<String>,
    /// SHA-256 of the parts of the suite, as certificates name them.
    pub digests: BTreeMap<String, String>,
    /// The text of the suite's files.
    pub(super) files: SuiteFiles,
}

impl Edition {
    /// Opens the old edition.
    ///
    /// # Errors
    /// [`Error::Input`] where it is neither a page nor a suite, or cannot be read.
    pub fn open(path: &Path, operation: Option<&str>) -> Result<Self> {
        if path.is_dir() {
            Self::of_folder(path, operation)
        } else {
            Self::of_page(path, operation, None)
        }
    }

    /// Opens the new edition. A page is read by the old edition's reading, and keeps the
    /// old edition's own cases.
    ///
    /// # Errors
    /// As [`Edition::open`].
    pub fn open_after(path: &Path, operation: Option<&str>, old: &Self) -> Result<Self> {
        if path.is_dir() {
            Self::of_folder(path, operation)
        } else {
            Self::of_page(path, operation, Some(old))
        }
    }

    /// A folder with `schemas/`, or the folder of an operation below that.
    fn of_folder(path: &Path, operation: Option<&str>) -> Result<Self> {
        let (root, named) = if path.join(file::FILE).is_file() {
            let root = path.canonicalize().ok();
            let root = root.as_deref().and_then(|path| path.ancestors().nth(2));
            let name = path.canonicalize().ok();
            let name = name.as_deref().and_then(Path::file_name);
            match (root, name.and_then(|name| name.to_str())) {
                (Some(root), Some(name)) if root.join("schemas").join(name).is_dir() => {
                    (root.to_owned(), Some(name.to_owned()))
                }
                _ => {
                    return Err(Error::input(
                        path,
                        "this folder holds a contract and stands in no suite",
                        "name the source itself, or a folder 'schemas/<operation>' of a suite",
                    ));
                }
            }
        } else {
            (path.to_owned(), None)
        };
        let files = SuiteFiles::folder(&root)?;
        let operation = named.as_deref().or(operation);
        let suite = load(&files, operation);
        let (contract, suite) = match suite {
            Ok(suite) => (suite.contract.clone(), Some(suite)),
            // A suite that cannot be loaded still has a contract to compare.
            Err(error) => match operation {
                Some(operation) => (contract(&files, operation)?, None),
                None => return Err(error),
            },
        };
        let prefix = format!("cases/{}/", contract.operation);
        let own = files
            .files
            .iter()
            .filter(|(name, text)| name.starts_with(&prefix) && !text.starts_with(skeleton::MARK))
            .flat_map(|(_, text)| skeleton::ids(text))
            .collect();
        Ok(Self {
            digests: digests(&files, &contract.operation),
            contract,
            suite,
            own,
            unread: Vec::new(),
            files,
        })
    }

    fn of_page(path: &Path, operation: Option<&str>, old: Option<&Self>) -> Result<Self> {
        let source = input::text(path, Kind::Definition)?;
        let operation = operation.or(old.map(|old| old.contract.operation.as_str()));
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
        } = derive_by(path, &source, operation, &readings, &mut unread)?;
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
