//! Writes files whole or not at all, and defines [`Outputs`]: what a command will write,
//! checked against what it reads before anything is sent.

use crate::error::{Error, Result};
use std::fs;
use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::io::{ErrorKind, Read as _, Write as _};
use std::path::{Component, Path, PathBuf};

/// How many bytes of a file tell what it is.
const HEAD: u64 = 1024 * 1024;

/// A file that a command will write.
#[derive(Clone, Debug)]
pub struct Output {
    /// The option that names it, as people write it.
    pub option: String,
    /// Where it goes.
    pub path: PathBuf,
    /// What it will be, such as `a JSON report`.
    pub kind: &'static str,
    /// Whether a file that begins so is of that kind: such a file may be replaced.
    pub is_kind: fn(&[u8]) -> bool,
    /// What stands there until the result does, which a file of an earlier run must not;
    /// `None` for nothing.
    pub placeholder: Option<String>,
}

/// The files of one command.
#[derive(Debug, Default)]
pub struct Outputs {
    /// Whether files of another kind may be replaced.
    force: bool,
    inputs: Vec<(String, PathBuf)>,
    folders: Vec<(String, PathBuf)>,
    outputs: Vec<Output>,
}

impl Outputs {
    /// No files yet; with `force`, files of another kind may be replaced.
    pub fn new(force: bool) -> Self {
        Self {
            force,
            ..Self::default()
        }
    }

    /// The command reads this file, which `option` names.
    pub fn reads(&mut self, option: &str, path: &Path) {
        self.inputs.push((option.to_owned(), path.to_owned()));
    }

    /// The command reads the files below this folder, which `option` names.
    pub fn reads_below(&mut self, option: &str, folder: &Path) {
        self.folders.push((option.to_owned(), folder.to_owned()));
    }

    /// The command writes this file.
    pub fn writes(&mut self, output: Output) {
        self.outputs.push(output);
    }

    /// Refuses a file that would destroy another: one that the command reads, one that
    /// it writes too, by whatever name or link, or one of another kind.
    ///
    /// # Errors
    /// [`Error::Input`] for the first of them.
    pub fn check(&self) -> Result<()> {
        for (at, output) in self.outputs.iter().enumerate() {
            let shown = output.path.display();
            let refuse = |what: String, remedy: &str| {
                Err(Error::input(output.option.as_str(), what, remedy))
            };
            let another = "name another file";
            let present = match fs::metadata(&output.path) {
                Ok(present) => Some(present),
                Err(_) if output.path.is_symlink() => {
                    return refuse(format!("'{shown}' is a link to nothing"), another);
                }
                Err(_) => None,
            };
            if present.as_ref().is_some_and(fs::Metadata::is_dir) {
                return refuse(format!("'{shown}' is a folder"), "name a file");
            }
            if present.as_ref().is_some_and(|present| !present.is_file()) {
                return refuse(
                    format!("'{shown}' is no regular file"),
                    "name a file, or for a report '-' for standard output",
                );
            }
            if let Some(option) = self.reader_of(&output.path) {
                return refuse(
                    format!("'{shown}' is read by this command too ({option})"),
                    another,
                );
            }
            let place = Identity::of(&output.path);
            let mut earlier = self.outputs[..at].iter();
            if let Some(other) = earlier.find(|other| Identity::of(&other.path) == place) {
                return refuse(
                    format!(
                        "{} and {} would both be written to '{shown}'",
                        other.option, output.option
                    ),
                    "give each a file of its own",
                );
            }
            if present.is_some() && !self.force && !output.may_replace()? {
                return refuse(
                    format!("'{shown}' exists and is not {}", output.kind),
                    "name another file, or replace this one with --force",
                );
            }
        }
        Ok(())
    }

    /// Replaces what an earlier run left by the placeholder. Whatever else stands there
    /// is for [`Outputs::check`] to refuse.
    ///
    /// # Errors
    /// [`Error::Input`] where one can be neither replaced nor removed.
    pub fn invalidate(&self) -> Result<()> {
        let mut result = Ok(());
        for output in &self.outputs {
            let is_stale = output.path.is_file()
                && self.reader_of(&output.path).is_none()
                && output.may_replace().unwrap_or(false);
            if is_stale {
                result = result.and(output.replace());
            }
        }
        result
    }

    /// Puts every placeholder in place, and finds in this way what cannot be written.
    ///
    /// # Errors
    /// As [`write_atomically`].
    pub fn begin(&self) -> Result<()> {
        self.outputs.iter().try_for_each(Output::hold)
    }

    /// The option that names a file or folder which the command reads and to which
    /// `path` leads.
    fn reader_of(&self, path: &Path) -> Option<&str> {
        let place = Identity::of(path);
        let resolved = resolved(path);
        let is_below = |folder: &Path| {
            fs::canonicalize(folder).is_ok_and(|folder| resolved.starts_with(folder))
                || (has_other_names(path) && holds(folder, &place))
        };
        let file = self
            .inputs
            .iter()
            .find(|(_, input)| Identity::of(input) == place);
        let folder = || self.folders.iter().find(|(_, folder)| is_below(folder));
        file.or_else(folder).map(|(option, _)| option.as_str())
    }
}

impl Output {
    /// Whether what stands there is of this kind, or empty.
    fn may_replace(&self) -> Result<bool> {
        let mut head = Vec::new();
        fs::File::open(&self.path)
            .and_then(|file| file.take(HEAD).read_to_end(&mut head))
            .map_err(|error| Error::file(&self.path, "read", &error))?;
        Ok(head.is_empty() || (self.is_kind)(&head))
    }

    /// Puts the placeholder there.
    fn hold(&self) -> Result<()> {
        let text = self.placeholder.as_deref().unwrap_or_default();
        write(&self.path, text.as_bytes())?;
        if self.placeholder.is_none() {
            let path = through_links(&self.path);
            fs::remove_file(&path).map_err(|error| Error::file(&path, "remove", &error))?;
        }
        Ok(())
    }

    /// Puts the placeholder there; where there is no room for it, at least takes away
    /// what was there.
    fn replace(&self) -> Result<()> {
        let Err(error) = self.hold() else {
            return Ok(());
        };
        let path = through_links(&self.path);
        fs::remove_file(&path)
            .or_else(|_| fs::OpenOptions::new().write(true).open(&path)?.set_len(0))
            .map_err(|_| error)
    }
}

/// What makes two paths one file: device and inode where it exists, else the real
/// folder and the name.
#[derive(Debug, PartialEq, Eq)]
enum Identity {
    #[cfg(unix)]
    Inode(u64, u64),
    Path(PathBuf),
}

impl Identity {
    fn of(path: &Path) -> Self {
        #[cfg(unix)]
        if let Ok(present) = fs::metadata(path) {
            use std::os::unix::fs::MetadataExt as _;
            return Self::Inode(present.dev(), present.ino());
        }
        Self::Path(resolved(path))
    }
}

/// The path without links, `.` and `..`, as far as it exists.
fn resolved(path: &Path) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let mut real = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => drop(real.pop()),
            part => real.push(part),
        }
        if let Ok(canonical) = fs::canonicalize(&real) {
            real = canonical;
        }
    }
    real
}

/// Whether a file has further names (hard links).
fn has_other_names(path: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        fs::metadata(path).is_ok_and(|present| present.nlink() > 1)
    }
    #[cfg(not(unix))]
    {
        let _ = path;
        false
    }
}

/// Whether a file below `folder` is this one.
fn holds(folder: &Path, place: &Identity) -> bool {
    fs::read_dir(folder).is_ok_and(|entries| {
        entries.flatten().any(|entry| {
            let path = entry.path();
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => holds(&path, place),
                Ok(kind) if kind.is_file() => Identity::of(&path) == *place,
                _ => false,
            }
        })
    })
}

/// The file that a path leads to, where it is a link; a file is replaced, not the link.
fn through_links(path: &Path) -> PathBuf {
    match path.is_symlink() {
        true => fs::canonicalize(path).unwrap_or_else(|_| path.to_owned()),
        false => path.to_owned(),
    }
}

/// As [`write_atomically`], into the file that a link leads to.
///
/// # Errors
/// As [`write_atomically`].
pub fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    write_atomically(&through_links(path), bytes)
}

/// Writes a temporary file beside `path` and renames it: old or new, never half.
///
/// # Errors
/// [`Error::Input`] where the folder cannot be made or the file cannot be written.
pub fn write_atomically(path: &Path, bytes: &[u8]) -> Result<()> {
    let folder = path.parent().unwrap_or_else(|| Path::new("."));
    fs::create_dir_all(folder).map_err(|error| Error::file(folder, "create", &error))?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    // Two runs may write side by side, even with equal process ids (in containers).
    let unique = RandomState::new().build_hasher().finish();
    let temporary = folder.join(format!(".{name}.{unique:016x}.tmp"));
    let result = fs::File::create(&temporary)
        .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()))
        .and_then(|()| fs::rename(&temporary, path));
    result.map_err(|error| {
        let _ = fs::remove_file(&temporary);
        match error.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Error::no_verdict(
                path,
                format!("cannot write: {error}"),
                "make room, and run again; what was there before is untouched",
            ),
            _ => Error::file(path, "write", &error),
        }
    })
}
