//! Reads the files that people name: regular ones only, and no more of them than their
//! [`Kind`] can have. A device never ends, a FIFO blocks, and what is parsed takes a
//! hundred times its text: each of them ends here and not in a reader.

use crate::error::{Error, Place, Result, line_of};
use serde::de::DeserializeOwned;
use std::fs::{File, Metadata, OpenOptions};
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// Largest number of entries of a folder that is listed.
const MAX_ENTRIES: usize = 10_000;

/// What a file is read as; decides how large it may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A saved page: scripts and styles inflate it.
    Page,
    /// An OpenAPI or Swagger document: hundreds of operations.
    Definition,
    /// A schema, a case file, a reading, or another file of a suite.
    Suite,
    /// The contract of one operation.
    Contract,
    /// A targets file.
    Targets,
    /// A file that holds one secret.
    Secret,
    /// Certificates or keys in PEM.
    Pem,
    /// An accepted difference.
    Snapshot,
    /// A JSON report of a run.
    Report,
    /// A certificate of conformance.
    Certificate,
    /// What a run made that was not given back.
    Journal,
}

impl Kind {
    /// Whether a file of this kind may have so many bytes.
    pub fn holds(self, bytes: usize) -> bool {
        bytes as u64 <= self.bound().1
    }

    /// Its name in messages, and the largest size in bytes.
    fn bound(self) -> (&'static str, u64) {
        match self {
            Self::Page => ("page", 4 << 20),
            Self::Definition => ("definition", 32 << 20),
            Self::Suite => ("file of a suite", 1 << 20),
            Self::Contract => ("contract", 8 << 20),
            Self::Targets => ("targets file", 256 << 10),
            Self::Secret => ("file that holds a secret", 64 << 10),
            Self::Pem => ("PEM file", 1 << 20),
            Self::Snapshot => ("snapshot", 1 << 20),
            Self::Report => ("JSON report", 48 << 20),
            Self::Certificate => ("certificate", 32 << 20),
            Self::Journal => ("journal", 16 << 20),
        }
    }
}

/// Opens a regular file, links followed. Nothing else is opened at all: to open a FIFO
/// blocks, and to open a device may do things.
///
/// # Errors
/// [`Error::Input`] where it cannot be opened, or is something else.
pub fn open(path: &Path) -> Result<File> {
    let failed = |error: std::io::Error| Error::file(path, "read", &error);
    regular(path, &std::fs::metadata(path).map_err(failed)?)?;
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        // It may have become a FIFO since.
        options.custom_flags(O_NONBLOCK);
    }
    let file = options.open(path).map_err(failed)?;
    regular(path, &file.metadata().map_err(failed)?)?;
    Ok(file)
}

/// As the system's `fcntl.h` says on the platforms that are built for.
#[cfg(unix)]
const O_NONBLOCK: i32 = if cfg!(any(target_os = "linux", target_os = "android")) {
    0o4000
} else {
    0x0004
};

fn regular(path: &Path, metadata: &Metadata) -> Result<()> {
    if metadata.is_file() {
        return Ok(());
    }
    let what = if metadata.is_dir() {
        "a folder"
    } else {
        "a device, a pipe or a socket"
    };
    Err(Error::input(
        path,
        format!("this is {what}, not a regular file"),
        "name a regular file; save what a command prints in one first",
    ))
}

/// The bytes of a file.
///
/// # Errors
/// [`Error::Input`] where it cannot be read, is no regular file, or is too large.
pub fn bytes(path: &Path, kind: Kind) -> Result<Vec<u8>> {
    let (name, most) = kind.bound();
    let mut bytes = Vec::new();
    open(path)?
        .take(most + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| Error::file(path, "read", &error))?;
    if bytes.len() as u64 > most {
        return Err(Error::input(
            path,
            format!("the file is larger than any {name} ({} KiB)", most >> 10),
            "give the file that was meant",
        ));
    }
    Ok(bytes)
}

/// The text of a file.
///
/// # Errors
/// As for [`bytes()`], and where it is not UTF-8.
pub fn text(path: &Path, kind: Kind) -> Result<String> {
    String::from_utf8(bytes(path, kind)?).map_err(|error| {
        Error::input(
            path,
            format!(
                "the file is not UTF-8 (byte {})",
                error.utf8_error().valid_up_to()
            ),
            "save it as UTF-8 text",
        )
    })
}

/// What a folder holds, sorted by name.
///
/// # Errors
/// [`Error::Input`] where it cannot be listed, or holds more than any folder of ours.
pub fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    let failed = |error: std::io::Error| Error::file(folder, "list", &error);
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        if paths.len() == MAX_ENTRIES {
            return Err(Error::input(
                folder,
                format!("the folder holds more than {MAX_ENTRIES} entries"),
                "name the folder that was meant, or split it",
            ));
        }
        paths.push(entry.map_err(failed)?.path());
    }
    paths.sort();
    Ok(paths)
}

/// Parses TOML with errors that name file and line.
///
/// # Errors
/// [`Error::Input`] for a syntax error, an unknown key or a wrong type.
pub fn parse_toml<T: DeserializeOwned>(path: &Path, source: &str) -> Result<T> {
    toml::from_str(source).map_err(|error| {
        let place = match error.span() {
            Some(span) => place_in(path, source, span.start),
            None => Place::from(path),
        };
        Error::input(
            place,
            error.message().trim().to_owned(),
            "docs/book/src/files.md lists the keys of every file",
        )
    })
}

/// `path:line:column` of a byte of `source`.
pub fn place_in(path: &Path, source: &str, offset: usize) -> Place {
    let line = line_of(source, offset);
    let start = source[..offset.min(source.len())]
        .rfind('\n')
        .map_or(0, |at| at + 1);
    Place::from(format!("{}:{line}:{}", path.display(), offset - start + 1))
}
