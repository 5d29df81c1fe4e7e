//! Defines [`Journal`]: what a run makes, on disk before it is sent, so that it can be given
//! back whatever happens to the run.
//!
//! One JSON object a line. A line is on the disk before what it announces is done; a file
//! that ends in the middle of a line lacks nothing that was done.

use crate::error::{Error, Place, Result};
use crate::input::{self, Kind};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::{File, TryLockError};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// The version of the format.
const FORMAT: &str = "conformant-journal/1";

/// The first line.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    format: String,
    /// Name of the target.
    pub target: String,
    /// Its address.
    pub base_url: String,
    /// The project in which objects are made.
    pub project_id: String,
    /// The begin of the names that the run gives.
    pub tag: String,
}

/// A line.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
enum Line {
    /// A request that may make an object is about to be sent.
    Making {
        number: u64,
        resource: String,
        /// What the object stands in: ids by resource.
        within: BTreeMap<String, String>,
        /// The name that it gets, where it gets one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<String>,
        /// Whether the target must make one.
        must: bool,
    },
    /// It made one.
    Made { number: u64, id: String },
    /// It made none, or what it made is gone.
    Gone { number: u64 },
}

/// What a journal says of an object that may be left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Open {
    /// Its number in its run.
    pub number: u64,
    /// Its resource.
    pub resource: String,
    /// What it stands in: ids by resource.
    pub within: BTreeMap<String, String>,
    /// The name that the run gave it, where it did.
    pub name: Option<String>,
    /// Whether the target was to make it.
    pub must: bool,
    /// Its id; `None` where the run never learnt it.
    pub id: Option<String>,
}

/// The journal of a run.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    file: Mutex<(File, Option<std::io::Error>)>,
}

impl Journal {
    /// Begins one in `folder`, which is locked as long as the run lives.
    ///
    /// # Errors
    /// [`Error::Input`] where it cannot be made.
    pub fn begin(
        folder: &Path,
        target: &str,
        base_url: &str,
        project_id: &str,
        tag: &str,
    ) -> Result<Self> {
        let failed = |path: &Path, error: &std::io::Error| Error::file(path, "write", error);
        std::fs::create_dir_all(folder).map_err(|error| failed(folder, &error))?;
        let path = folder.join(format!("{tag}.ndjson"));
        let file = File::options().append(true).create_new(true).open(&path);
        let mut file = file.map_err(|error| failed(&path, &error))?;
        file.try_lock().map_err(|error| match error {
            TryLockError::Error(error) => failed(&path, &error),
            TryLockError::WouldBlock => failed(&path, &std::io::ErrorKind::ResourceBusy.into()),
        })?;
        let head = Head {
            format: FORMAT.into(),
            target: target.to_owned(),
            base_url: base_url.to_owned(),
            project_id: project_id.to_owned(),
            tag: tag.to_owned(),
        };
        let head = serde_json::to_string(&head).unwrap_or_default();
        let written = writeln!(file, "{head}").and_then(|()| file.sync_all());
        written.map_err(|error| failed(&path, &error))?;
        Ok(Self {
            path,
            file: Mutex::new((file, None)),
        })
    }

    /// Where it stands.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// A request that may make an object is about to be sent. Where it `must` make one, that
    /// survives a machine that goes down; of one that must be refused, a killed process.
    pub fn making(
        &self,
        number: u64,
        resource: &str,
        (within, name): (&BTreeMap<String, String>, Option<&str>),
        must: bool,
    ) -> Result<(), String> {
        let line = Line::Making {
            number,
            resource: resource.to_owned(),
            within: within.clone(),
            name: name.map(str::to_owned),
            must,
        };
        self.write(&line, must)
    }

    /// It made one.
    pub fn made(&self, number: u64, id: &str) -> Result<(), String> {
        let id = id.to_owned();
        self.write(&Line::Made { number, id }, true)
    }

    /// It made none, or what it made is gone.
    pub fn gone(&self, number: u64) -> Result<(), String> {
        // What is gone may be looked for once more.
        self.write(&Line::Gone { number }, false)
    }

    fn write(&self, line: &Line, is_synced: bool) -> Result<(), String> {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let text = serde_json::to_string(line).unwrap_or_default();
        // One write a line: a killed process leaves whole ones.
        let written = file.0.write_all(format!("{text}\n").as_bytes());
        let written = written.and_then(|()| match is_synced {
            true => file.0.sync_data(),
            false => Ok(()),
        });
        written.map_err(|error| {
            let what = format!(
                "the journal {} cannot be written: {error}",
                self.path.display()
            );
            file.1.get_or_insert(error);
            what
        })
    }

    /// Takes the file away: nothing of this run is left.
    pub fn end(&self) {
        // Were it to stay, there would be nothing to do by it.
        let _ = std::fs::remove_file(&self.path);
    }
}

/// A journal that an earlier run left.
#[derive(Debug)]
pub struct Left {
    /// Where it stands.
    pub path: PathBuf,
    /// Of which run it is.
    pub head: Head,
    /// What may be left, in the order in which it was made.
    pub open: Vec<Open>,
    /// Held as long as this is looked at.
    pub(super) lock: File,
}

/// The journals in `folder` of runs that have ended, and how many are of runs under way.
///
/// # Errors
/// [`Error::Input`] where one cannot be read.
pub fn left_in(folder: &Path) -> Result<(Vec<Left>, usize)> {
    let mut left = Vec::new();
    let mut under_way = 0;
    if !folder.is_dir() {
        return Ok((left, 0));
    }
    let mut paths = input::entries(folder)?;
    paths.sort();
    paths.retain(|path| path.extension().is_some_and(|it| it == "ndjson"));
    for path in paths {
        let lock = input::open(&path)?;
        match lock.try_lock() {
            Ok(()) => left.extend(read(&path, lock)?),
            Err(TryLockError::WouldBlock) => under_way += 1,
            Err(TryLockError::Error(error)) => return Err(Error::file(&path, "lock", &error)),
        }
    }
    Ok((left, under_way))
}

/// One journal; `None` where the run ended before its first line was whole.
fn read(path: &Path, lock: File) -> Result<Option<Left>> {
    let text = input::text(path, Kind::Journal)?;
    let mut lines = text.split_inclusive('\n').enumerate();
    let Some((_, head)) = lines.next().filter(|(_, line)| line.ends_with('\n')) else {
        return Ok(None);
    };
    let wrong = |at: usize, error: serde_json::Error| {
        Error::input(
            Place::line(path, at + 1),
            format!("this is not a journal of this program: {error}"),
            "take the file away if it is of something else",
        )
    };
    let head: Head = serde_json::from_str(head).map_err(|error| wrong(0, error))?;
    if head.format != FORMAT {
        return Err(Error::input(
            path,
            format!("the format is '{}'", head.format),
            format!("this version reads '{FORMAT}'"),
        ));
    }
    let mut open: Vec<Open> = Vec::new();
    for (at, line) in lines.filter(|(_, line)| line.ends_with('\n')) {
        match serde_json::from_str(line).map_err(|error| wrong(at, error))? {
            Line::Making {
                number,
                resource,
                within,
                name,
                must,
            } => open.push(Open {
                number,
                resource,
                within,
                name,
                must,
                id: None,
            }),
            Line::Made { number, id } => {
                let mut all = open.iter_mut();
                if let Some(one) = all.find(|one| one.number == number) {
                    one.id = Some(id);
                }
            }
            Line::Gone { number } => open.retain(|one| one.number != number),
        }
    }
    Ok(Some(Left {
        path: path.to_owned(),
        head,
        open,
        lock,
    }))
}

impl Left {
    /// Takes the file away: nothing of its run is left.
    pub fn end(self) {
        let _ = std::fs::remove_file(&self.path);
        drop(self.lock);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_open_is_found_again_and_what_is_under_way_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let begin = |tag: &str| Journal::begin(folder.path(), "t", "http://h", "p", tag).unwrap();
        let journal = begin("conformant-a");
        let within = BTreeMap::from([("cluster".to_owned(), "c1".to_owned())]);
        let none = BTreeMap::new();
        journal
            .making(1, "cluster", (&none, Some("n1")), true)
            .unwrap();
        journal.made(1, "c1").unwrap();
        journal.making(2, "node", (&within, None), true).unwrap();
        journal.making(3, "node", (&within, None), false).unwrap();
        journal.gone(3).unwrap();
        assert_eq!(left_in(folder.path()).unwrap().1, 1, "its run is under way");
        let path = journal.path().to_owned();
        drop(journal);
        // The machine went down in the middle of a line.
        let mut file = File::options().append(true).open(&path).unwrap();
        write!(file, "{{\"made\":{{\"num").unwrap();
        drop(file);
        let (left, under_way) = left_in(folder.path()).unwrap();
        assert_eq!((left.len(), under_way), (1, 0));
        let open: Vec<_> = left[0]
            .open
            .iter()
            .map(|one| (one.number, one.id.as_deref()))
            .collect();
        assert_eq!(open, [(1, Some("c1")), (2, None)]);
        assert_eq!(left[0].open[1].within, within);
    }
}
