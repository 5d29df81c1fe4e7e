//! Defines [`Baseline`]: the differences of one target that somebody accepted, each
//! with a reason and an end, kept as insta snapshots.
//!
//! A run is compared with it case by case. What is new, changed, expired,
//! incomplete or vanished fails; only what is equal and unexpired is known. The
//! comparison is this module's own: no variable that steers insta's assertions
//! can open the gate.

mod acceptance;
mod contents;
mod date;
mod environment;
mod snapshot;

pub use acceptance::{Acceptance, MAX_DAYS, says_something};
pub use contents::{parse, render};
pub use date::{Date, days_after, now, parse_date, parse_time, today, written};
pub use environment::{is_ci, refuse_overrides};
pub use snapshot::StoredSnapshot;

use crate::error::{Error, Result};
use crate::judge::Difference;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// How long before its end an acceptance is announced.
const ANNOUNCED_DAYS: i64 = 14;
/// The folder that commands use where none is named.
pub const DEFAULT_FOLDER: &str = "snapshots";
/// How snapshot files end.
const EXTENSION: &str = ".snap";
/// How pending snapshot files end, as insta calls them.
const PENDING: &str = ".snap.new";

/// The accepted differences of one target and operation.
#[derive(Debug)]
pub struct Baseline {
    root: PathBuf,
    folder: PathBuf,
    today: Date,
    stored: BTreeMap<String, StoredSnapshot>,
}

/// What the baseline says of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Assessment {
    /// It does not differ, and nothing was accepted.
    Clean,
    /// It differs exactly as accepted.
    Known(Acceptance),
    /// It differs, and nothing was accepted.
    New,
    /// It differs otherwise than accepted.
    Changed(PathBuf),
    /// It differs as accepted, but the acceptance has ended.
    Expired(PathBuf, Date),
    /// Its snapshot lacks a reason or an end.
    Incomplete(PathBuf, &'static str),
    /// It does not differ any more as accepted.
    Vanished(PathBuf),
}

impl Baseline {
    /// Reads the snapshots of `target` below `root`.
    ///
    /// # Errors
    /// [`Error::Input`] where the target's name cannot name a folder, the folder is a link,
    /// or a snapshot is corrupt.
    pub fn load(root: &Path, target: &str, operation: &str) -> Result<Self> {
        let folder = folder_of(root, target)?;
        let today = today();
        let mut stored = BTreeMap::new();
        for path in files(&folder, EXTENSION)? {
            let of_this = |id: &String| id.split('/').next() == Some(operation);
            if let Some(id) = named(&path, EXTENSION).filter(of_this) {
                stored.insert(id.clone(), StoredSnapshot::read(&path, &id, today)?);
            }
        }
        Ok(Self {
            root: root.to_owned(),
            folder,
            today,
            stored,
        })
    }

    /// A baseline in which nothing was accepted and which writes nothing.
    pub fn empty() -> Self {
        Self {
            root: PathBuf::from(DEFAULT_FOLDER),
            folder: PathBuf::new(),
            today: today(),
            stored: BTreeMap::new(),
        }
    }

    /// Compares a case that was sent and judged to its end. `differences` are those
    /// that need accepting; more than one report can list are `truncated`.
    pub fn assess(&self, id: &str, differences: &[&Difference], truncated: bool) -> Assessment {
        let stored = self.stored.get(id);
        let Some(stored) = stored else {
            return if differences.is_empty() && !truncated {
                Assessment::Clean
            } else {
                Assessment::New
            };
        };
        if differences.is_empty() && !truncated {
            return Assessment::Vanished(stored.path.clone());
        }
        if !stored.equals(&render(differences, truncated)) {
            return Assessment::Changed(stored.path.clone());
        }
        match &stored.acceptance {
            Err(missing) => Assessment::Incomplete(stored.path.clone(), missing),
            Ok(acceptance) if acceptance.until < self.today => {
                Assessment::Expired(stored.path.clone(), acceptance.until)
            }
            Ok(acceptance) => Assessment::Known(acceptance.clone()),
        }
    }

    /// Snapshots of cases that the suite does not have (any more): id and path.
    pub fn orphans<'a>(
        &'a self,
        exists: impl Fn(&str) -> bool + 'a,
    ) -> impl Iterator<Item = (&'a str, &'a Path)> {
        self.stored
            .iter()
            .filter(move |(id, _)| !exists(id))
            .map(|(id, stored)| (id.as_str(), stored.path.as_path()))
    }

    /// Whether an acceptance ends within 14 days.
    pub fn ends_soon(&self, acceptance: &Acceptance) -> bool {
        acceptance.until <= days_after(self.today, ANNOUNCED_DAYS)
    }

    /// Writes the differences of a case beside its snapshot, pending acceptance.
    ///
    /// # Errors
    /// Where the file cannot be written.
    pub fn write_pending(
        &self,
        id: &str,
        differences: &[&Difference],
        truncated: bool,
    ) -> Result<PathBuf> {
        let path = self.pending_path(id);
        snapshot::write(&path, id, None, &render(differences, truncated))?;
        Ok(path)
    }

    /// Removes a pending snapshot that a later run has overtaken.
    ///
    /// # Errors
    /// Where the file is there and cannot be removed.
    pub fn remove_pending(&self, id: &str) -> Result<()> {
        let path = self.pending_path(id);
        match std::fs::remove_file(&path) {
            Ok(()) => Ok(()),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(Error::file(&path, "remove", &error)),
        }
    }

    /// What to say of it, with the command that settles it; `None` where nothing needs saying.
    pub fn message(&self, assessment: &Assessment, id: &str, target: &str) -> Option<String> {
        let folder = if self.root == Path::new(DEFAULT_FOLDER) {
            String::new()
        } else {
            format!(" --snapshots '{}'", self.root.display())
        };
        let accept = format!(
            "conformant accept {id} --target {target}{folder} --reason '…' --until YYYY-MM-DD"
        );
        let remove = |path: &Path| format!("rm '{}'", path.display());
        Some(match assessment {
            Assessment::Clean | Assessment::Known(_) | Assessment::New => return None,
            Assessment::Changed(path) => format!(
                "it differs otherwise than accepted in {}; to accept it as it is now: {accept}",
                path.display()
            ),
            Assessment::Expired(path, until) => format!(
                "its acceptance in {} ended on {until}; to accept it again: {accept}",
                path.display()
            ),
            Assessment::Incomplete(path, missing) => format!(
                "{} has no {missing}, so it accepts nothing; to complete it: {accept}",
                path.display()
            ),
            Assessment::Vanished(path) => format!(
                "the differences accepted in {} have vanished; to remove it: {}",
                path.display(),
                remove(path)
            ),
        })
    }

    fn pending_path(&self, id: &str) -> PathBuf {
        self.folder.join(format!("{}{PENDING}", file_stem(id)))
    }
}

/// Accepts what is pending for a target, and completes what lacks a reason or an
/// end; gives the paths of the snapshots written.
///
/// # Errors
/// [`Error::Input`] where a file is corrupt or cannot be written.
pub fn accept(
    root: &Path,
    target: &str,
    filters: &[String],
    acceptance: &Acceptance,
) -> Result<Vec<PathBuf>> {
    let folder = folder_of(root, target)?;
    let today = acceptance.accepted;
    let is_wanted =
        |id: &str| filters.is_empty() || filters.iter().any(|filter| id.contains(filter.as_str()));
    let mut accepted = Vec::new();
    for pending in files(&folder, PENDING)? {
        let Some(id) = named(&pending, PENDING).filter(|id| is_wanted(id)) else {
            continue;
        };
        let read = StoredSnapshot::read(&pending, &id, today)?;
        let path = folder.join(format!("{}{EXTENSION}", file_stem(&id)));
        snapshot::write(&path, &id, Some(acceptance), read.contents())?;
        std::fs::remove_file(&pending).map_err(|error| Error::file(&pending, "remove", &error))?;
        accepted.push(path);
    }
    for path in files(&folder, EXTENSION)? {
        let Some(id) = named(&path, EXTENSION).filter(|id| is_wanted(id)) else {
            continue;
        };
        let read = StoredSnapshot::read(&path, &id, today)?;
        if read.acceptance.is_err() {
            snapshot::write(&path, &id, Some(acceptance), read.contents())?;
            accepted.push(path);
        }
    }
    Ok(accepted)
}

/// The folder of a target's snapshots. A link could lend it those of another target,
/// which nobody accepted for this one.
fn folder_of(root: &Path, target: &str) -> Result<PathBuf> {
    // Behind a final slash a link would pass for the folder that it leads to.
    let root: PathBuf = root.components().collect();
    let folder = root.join(folder_name(target)?);
    for path in [&root, &folder] {
        snapshot::refuse_link(path)?;
    }
    Ok(folder)
}

/// A target's name as the name of its folder.
///
/// # Errors
/// [`Error::Input`] where it could leave the snapshots' folder or surprise a file system.
pub fn folder_name(target: &str) -> Result<&str> {
    const RESERVED: [&str; 6] = ["con", "prn", "aux", "nul", "com1", "lpt1"];
    let is_plain = !target.is_empty()
        && target.len() <= 64
        && target
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
        && !target.starts_with('.')
        && !target.ends_with('.')
        && !RESERVED.contains(&target.to_ascii_lowercase().as_str());
    if is_plain {
        Ok(target)
    } else {
        Err(Error::input(
            "--target",
            format!("'{target}' cannot name a target"),
            "use at most 64 letters, digits, '-', '_' and '.', beginning with none of the last",
        ))
    }
}

/// `operation__subject__slug`: ids hold lower-case letters, digits, `-`, `_` and two `/`.
fn file_stem(id: &str) -> String {
    id.replace('/', "__")
}

/// The id that a file is named after.
fn named(path: &Path, extension: &str) -> Option<String> {
    let name = path.file_name()?.to_str()?.strip_suffix(extension)?;
    let (operation, rest) = name.split_once("__")?;
    let (subject, slug) = rest.split_once("__")?;
    Some(format!("{operation}/{subject}/{slug}"))
}

/// The files of a folder that end so, in order; none where there is no folder.
fn files(folder: &Path, extension: &str) -> Result<Vec<PathBuf>> {
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let mut files = crate::input::entries(folder)?;
    files.retain(|path| {
        path.file_name()
            .and_then(|name| name.to_str())
            .is_some_and(|name| name.ends_with(extension) && !name.starts_with('.'))
    });
    Ok(files)
}
