//! Opens a [`Side`]: a saved page, a definition, a contract, a folder of them, a suite, or
//! an operation of one.

use crate::contract::{Contract, file};
use crate::derive::{self, Source, Sources, each, processors};
use crate::error::{Error, Result};
use crate::input;
use crate::source::{documents_nothing, is_definition};
use crate::suite::{SuiteFiles, contract};
use serde::Serialize;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Most bytes of all sources of a folder together.
const MAX_BYTES: usize = 1 << 29;

/// What a person named, opened.
#[derive(Debug)]
pub struct Side {
    /// As it was named.
    pub path: PathBuf,
    /// The operations that it documents.
    pub operations: Vec<Documented>,
    /// Sources that may document an operation and could not be read.
    pub unread: Vec<Unread>,
    /// How many files document no operation.
    pub without: usize,
    /// The files of the suite, where it is one.
    pub(super) files: Option<SuiteFiles>,
}

/// An operation that a side documents.
#[derive(Clone, Debug)]
pub struct Documented {
    /// What the source states; in a suite, as people settled it.
    pub contract: Contract,
    /// The file that documents it.
    pub path: PathBuf,
    /// The same, seen from what was named.
    pub file: String,
}

/// A source that may document an operation and could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Unread {
    /// The file.
    pub file: String,
    /// Why.
    pub reason: String,
}

impl Side {
    /// Opens what was named. `operation` is the name of the only operation of a page in
    /// place of its own; of a suite, no other operation is read.
    ///
    /// # Errors
    /// [`Error::Input`] where it cannot be read, or documents no operation.
    pub fn open(path: &Path, operation: Option<&str>) -> Result<Self> {
        if !path.is_dir() {
            Self::of_file(path, operation)
        } else if path.join(file::FILE).is_file() {
            let (root, name) = suite_around(path)?;
            Self::of_suite(path, &root, Some(&name))
        } else if path.join("schemas").is_dir() && !derive::operations(path)?.is_empty() {
            Self::of_suite(path, path, operation)
        } else {
            Self::of_folder(path)
        }
    }

    /// Whether it is a suite, or an operation of one.
    pub fn is_suite(&self) -> bool {
        self.files.is_some()
    }

    fn of_file(path: &Path, operation: Option<&str>) -> Result<Self> {
        let text = input::text(path, input::Kind::Definition)?;
        // The operations of a definition have their own names.
        let operation = operation.filter(|_| !is_definition(&text));
        let name = path.file_name().unwrap_or(path.as_os_str());
        let mut side = Self::empty(path);
        let file = name.to_string_lossy().into_owned();
        let contracts = derive::read(path, &text, operation)?;
        let is_one = contracts.len() == 1;
        for contract in contracts {
            match contract {
                Ok(contract) => side.operations.push(Documented {
                    contract,
                    path: path.to_owned(),
                    file: file.clone(),
                }),
                Err(error) if is_one => return Err(error),
                Err(error) => side.unread.push(Unread::of(&file, &error)),
            }
        }
        side.checked()
    }

    fn of_suite(path: &Path, root: &Path, operation: Option<&str>) -> Result<Self> {
        // The name may be the other side's.
        let operation = operation.filter(|name| root.join("schemas").join(name).is_dir());
        let files = SuiteFiles::operations(root, |name| operation.is_none_or(|it| it == name))?;
        let mut side = Self::empty(path);
        let names = files.read_operations();
        if names.is_empty() {
            return Err(Error::input(
                root,
                "the suite has no operation: 'schemas' holds no folder with a contract",
                "make one with: conformant derive SOURCE --out DIR",
            ));
        }
        for name in names {
            let file = format!("schemas/{name}/{}", file::FILE);
            match contract(&files, name) {
                Ok(contract) => side.operations.push(Documented {
                    contract,
                    path: files.path(&file),
                    file,
                }),
                Err(error) if operation.is_some() => return Err(error),
                Err(error) => side.unread.push(Unread::of(&file, &error)),
            }
        }
        side.files = Some(files);
        side.checked()
    }

    fn of_folder(path: &Path) -> Result<Self> {
        let named = [path.to_owned()];
        // Nothing is derived into any folder.
        let sources = Sources::find(&named, Path::new(""))?;
        let mut side = Self::empty(path);
        let bytes = AtomicUsize::new(0);
        let read = each(&sources.pages, processors(), |it| of_source(it, &bytes));
        if bytes.into_inner() > MAX_BYTES {
            let what = format!("its sources have more than {} MiB", MAX_BYTES >> 20);
            return Err(Error::input(path, what, "name the folder of one service"));
        }
        for (source, read) in sources.pages.iter().zip(read) {
            let contracts = read?;
            side.without += usize::from(contracts.is_empty());
            for contract in contracts {
                match contract {
                    Ok(contract) => side.operations.push(Documented {
                        contract,
                        path: source.path.clone(),
                        file: source.file.clone(),
                    }),
                    Err(error) => side.unread.push(Unread::of(&source.file, &error)),
                }
            }
        }
        side.checked()
    }

    fn empty(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
            operations: Vec::new(),
            unread: Vec::new(),
            without: 0,
            files: None,
        }
    }

    /// It, where something could be read.
    fn checked(self) -> Result<Self> {
        if !self.operations.is_empty() {
            return Ok(self);
        }
        let what = match self.unread.as_slice() {
            [] => "no source in it documents an operation".to_owned(),
            [first, others @ ..] => format!(
                "none of its {} sources could be read; the first: {}",
                others.len() + 1,
                first.reason
            ),
        };
        Err(Error::input(
            self.path.as_path(),
            what,
            "name a page, a definition, a folder of these, or the folder of a suite",
        ))
    }
}

impl Unread {
    fn of(file: &str, error: &Error) -> Self {
        let reason = error.to_string();
        Self {
            file: file.to_owned(),
            reason: reason.lines().next().unwrap_or_default().to_owned(),
        }
    }
}

/// The contracts of a source in a folder; none where it surely documents nothing.
///
/// # Errors
/// [`Error::NoVerdict`] where this machine could not read it.
fn of_source(source: &Source, bytes: &AtomicUsize) -> Result<Vec<Result<Contract>>> {
    if bytes.load(Ordering::Relaxed) > MAX_BYTES {
        // Nothing more is read: the folder is refused as a whole.
        return Ok(Vec::new());
    }
    let read = input::text(&source.path, source.kind()).and_then(|text| {
        bytes.fetch_add(text.len(), Ordering::Relaxed);
        let operation = source.operation.as_deref();
        let operation = operation.filter(|_| source.kind() != input::Kind::Contract);
        match derive::read(&source.path, &text, operation) {
            Err(Error::Input(_))
                if source.operation.is_none() && documents_nothing(&source.path, &text) =>
            {
                Ok(Vec::new())
            }
            read => read,
        }
    });
    match read {
        Err(error @ Error::Input(_)) => Ok(vec![Err(error)]),
        read => read,
    }
}

/// The suite that the folder of an operation stands in, and the operation.
fn suite_around(path: &Path) -> Result<(PathBuf, String)> {
    let whole = path.canonicalize().ok();
    let root = whole.as_deref().and_then(|path| path.ancestors().nth(2));
    let name = whole.as_deref().and_then(Path::file_name);
    match (root, name.and_then(|name| name.to_str())) {
        (Some(root), Some(name)) if root.join("schemas").join(name).is_dir() => {
            Ok((root.to_owned(), name.to_owned()))
        }
        _ => Err(Error::input(
            path,
            "this folder holds a contract and stands in no suite",
            "name the source itself, or a folder 'schemas/<operation>' of a suite",
        )),
    }
}
