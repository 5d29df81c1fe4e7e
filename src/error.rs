//! Defines the one error type of the crate, and the places that it points to.
//!
//! A difference between a target and its page is data, never an `Error`: an
//! `Error` says that *we* could not do our work, where, and what to do about it.

use std::fmt;
use std::path::{Path, PathBuf};

/// Result with the crate's [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why the work could not be done; [`Error::exit_code`] maps it to the contract of exit codes.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The command line, the environment or a file is wrong (exit 2).
    #[error("{0}")]
    Input(Problem),
    /// Nothing matched the selection (exit 4).
    #[error("{0}")]
    NothingRun(Problem),
    /// The target gave no verdict: unreachable, or its answers prove nothing (exit 3).
    #[error("{0}")]
    NoVerdict(Problem),
}

impl Error {
    /// An error in what people gave us: `place` says where, `remedy` what to do.
    pub fn input(
        place: impl Into<Place>,
        what: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        Self::Input(Problem::new(place, what, remedy))
    }

    /// A run that ended without a verdict.
    pub fn no_verdict(
        place: impl Into<Place>,
        what: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        Self::NoVerdict(Problem::new(place, what, remedy))
    }

    /// An error while reading or writing `path`: of whoever gave the path, or of this
    /// machine where it has no room or no descriptor left.
    pub fn file(path: &Path, doing: &str, error: &std::io::Error) -> Self {
        use std::io::ErrorKind::{FileTooLarge, QuotaExceeded, StorageFull};
        let too_many_open = cfg!(unix) && matches!(error.raw_os_error(), Some(23 | 24));
        if too_many_open || matches!(error.kind(), StorageFull | QuotaExceeded | FileTooLarge) {
            return Self::no_verdict(
                path,
                format!("cannot {doing}: {error}"),
                "make room (disk, quota, open files), and run again",
            );
        }
        Self::input(
            path,
            format!("cannot {doing}: {error}"),
            "check that the path exists and may be accessed",
        )
    }

    /// The documented process exit code of this error.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Input(_) => 2,
            Self::NoVerdict(_) => 3,
            Self::NothingRun(_) => 4,
        }
    }
}

/// What is wrong, where, and what to do about it.
#[derive(Debug)]
pub struct Problem {
    /// Where the problem is.
    pub place: Place,
    /// What is wrong.
    pub what: String,
    /// What to do about it; may be empty.
    pub remedy: String,
}

impl Problem {
    /// Bundles the three parts of a message.
    pub fn new(
        place: impl Into<Place>,
        what: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        Self {
            place: place.into(),
            what: what.into(),
            remedy: remedy.into(),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.what)?;
        if !self.remedy.is_empty() {
            write!(f, "\n  help: {}", self.remedy)?;
        }
        Ok(())
    }
}

/// A place that a person can go to: a file and line, an option, an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place(String);

impl Place {
    /// `path:line`, the form that editors and terminals make clickable.
    pub fn line(path: &Path, line: usize) -> Self {
        Self(format!("{}:{line}", path.display()))
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&crate::escape::terminal(&self.0))
    }
}

impl From<&str> for Place {
    fn from(place: &str) -> Self {
        Self(place.to_owned())
    }
}

impl From<String> for Place {
    fn from(place: String) -> Self {
        Self(place)
    }
}

impl From<&Path> for Place {
    fn from(path: &Path) -> Self {
        Self(path.display().to_string())
    }
}

impl From<&PathBuf> for Place {
    fn from(path: &PathBuf) -> Self {
        Self::from(path.as_path())
    }
}

/// Where the lines of a text end, to look up many of them.
pub struct Lines(Vec<usize>);

impl Lines {
    /// The lines of `text`.
    pub fn of(text: &str) -> Self {
        let bytes = text.bytes().enumerate();
        Self(
            bytes
                .filter_map(|(at, byte)| (byte == b'\n').then_some(at))
                .collect(),
        )
    }

    /// The 1-based line of byte `offset`.
    pub fn at(&self, offset: usize) -> usize {
        self.0.partition_point(|end| *end < offset) + 1
    }
}

/// The 1-based line of byte `offset` in `text`.
pub fn line_of(text: &str, offset: usize) -> usize {
    let end = offset.min(text.len());
    text.as_bytes()[..end]
        .iter()
        .filter(|byte| **byte == b'\n')
        .count()
        + 1
}
