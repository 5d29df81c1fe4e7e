//! Defines [`SuiteFiles`]: the text files of a suite, from a folder or from the binary.

use super::commit;
use super::service::SERVICE_FILE;
use super::unread::UNREAD_FILE;
use crate::contract::file;
use crate::error::{Error, Result};
use crate::input::{self, Kind};
use include_dir::{Dir, DirEntry, include_dir};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

static SCHEMAS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/schemas");
static CASES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/cases");
static SERVICE: &str = include_str!("../../service.toml");

/// Names under which a suite may keep its source; derive reads it, and the self-test holds
/// the contract against it.
pub const PAGE_FILES: [&str; 3] = ["page.md", "page.txt", "page.html"];
/// Name of the reading.
pub const READING_FILE: &str = "reading.toml";

/// Stands for the folder of the suite in the binary.
const BUILT_IN: &str = "<built-in>";

/// Largest size of all files of a suite together.
const MAX_BYTES: usize = 64 << 20;
/// Most files of a suite: a service has hundreds of operations of some twenty files.
const MAX_FILES: usize = 50_000;
/// How deep folders of a suite may stand in each other.
const MAX_DEPTH: usize = 16;

/// The files of a suite by their path inside it, `/` between folders.
#[derive(Clone, Debug)]
pub struct SuiteFiles {
    /// The folder; `<built-in>` for the suite in the binary.
    pub root: PathBuf,
    /// Every operation that has a folder there, whether its files were read or not.
    pub operations: Vec<String>,
    /// Text by path.
    pub files: BTreeMap<String, String>,
}

impl SuiteFiles {
    /// A suite of these files, in no folder or in `root`.
    pub fn of(root: &Path, files: BTreeMap<String, String>) -> Self {
        let mut suite = Self {
            root: root.to_owned(),
            operations: Vec::new(),
            files,
        };
        let names = suite.read_operations();
        suite.operations = names.into_iter().map(str::to_owned).collect();
        suite
    }

    /// The suite that is compiled into the binary.
    pub fn built_in() -> Self {
        let mut files = BTreeMap::new();
        collect(&SCHEMAS, "schemas", &mut files);
        collect(&CASES, "cases", &mut files);
        files.insert(SERVICE_FILE.to_owned(), SERVICE.to_owned());
        Self::of(Path::new(BUILT_IN), files)
    }

    /// The suite in a folder that holds `schemas/` and `cases/`.
    ///
    /// # Errors
    /// [`Error::Input`] where the folder has no `schemas/`, or a file cannot be read.
    pub fn folder(root: &Path) -> Result<Self> {
        Self::operations(root, |_| true)
    }

    /// The operations of the suite in a folder that `is_wanted` takes by their name: of
    /// the others, no file is read.
    ///
    /// # Errors
    /// As for [`SuiteFiles::folder`].
    pub fn operations(root: &Path, is_wanted: impl Fn(&str) -> bool) -> Result<Self> {
        let schemas = root.join("schemas");
        if !schemas.is_dir() {
            return Err(Error::input(
                root,
                "this folder holds no suite: it has no 'schemas' folder",
                "make one with: conformant derive PAGE --out DIR",
            ));
        }
        let mut reader = Reader {
            root,
            files: BTreeMap::new(),
            bytes: 0,
        };
        let mut operations = Vec::new();
        for part in ["schemas", "cases"] {
            let folder = root.join(part);
            if !folder.is_dir() {
                continue;
            }
            for path in input::entries(&folder)? {
                let name = path.file_name().and_then(|name| name.to_str());
                let Some(name) = name.filter(|_| path.is_dir() && !path.is_symlink()) else {
                    continue;
                };
                if part == "schemas" {
                    operations.push(name.to_owned());
                }
                if is_wanted(name) {
                    reader.folder(&path, 2)?;
                }
            }
        }
        for name in [SERVICE_FILE, UNREAD_FILE] {
            let path = root.join(name);
            if path.exists() {
                let text = input::text(&path, Kind::Suite)?;
                reader.files.insert(name.to_owned(), text);
            }
        }
        Ok(Self {
            root: root.to_owned(),
            operations,
            files: reader.files,
        })
    }

    /// Forgets the files of the operations that `is_left` names.
    pub fn leave(&mut self, is_left: impl Fn(&str) -> bool) {
        self.files.retain(|path, _| {
            let mut parts = path.split('/').skip(1);
            parts.next().is_none_or(|operation| !is_left(operation))
        });
    }

    /// Its name where nobody gave it one: that of its folder.
    pub(super) fn name(&self) -> String {
        if self.root == Path::new(BUILT_IN) {
            return "built-in".into();
        }
        let folder = self.root.canonicalize().ok();
        let name = folder.as_deref().unwrap_or(&self.root).file_name();
        name.map_or_else(String::new, |name| name.to_string_lossy().into_owned())
    }

    /// The commit that the checkout of the folder is at, where it is in one.
    pub(super) fn commit(&self) -> Option<String> {
        let folder = self.root.canonicalize().ok()?;
        let git = folder.ancestors().map(|it| it.join(".git"));
        commit::of(git.into_iter().find(|git| git.is_dir())?.as_path())
    }

    /// The source of an operation that the suite keeps, with its path.
    ///
    /// # Errors
    /// [`Error::Input`] where it cannot be read.
    pub fn page(&self, operation: &str) -> Result<Option<(PathBuf, String)>> {
        for name in PAGE_FILES {
            let path = self.path(&format!("schemas/{operation}/{name}"));
            if self.root == Path::new(BUILT_IN) {
                let file = SCHEMAS.get_file(format!("{operation}/{name}"));
                if let Some(text) = file.and_then(|file| file.contents_utf8()) {
                    return Ok(Some((path, text.to_owned())));
                }
            } else if path.is_file() {
                return input::text(&path, Kind::Page).map(|text| Some((path, text)));
            }
        }
        Ok(None)
    }

    /// The path to show for a file of the suite.
    pub fn path(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    /// The operations whose files were read.
    pub fn read_operations(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self
            .files
            .keys()
            .filter_map(|path| path.strip_prefix("schemas/")?.split_once('/'))
            .map(|(operation, _)| operation)
            .collect();
        names.dedup();
        names
    }
}

fn collect(dir: &Dir<'_>, prefix: &str, files: &mut BTreeMap<String, String>) {
    for entry in dir.entries() {
        match entry {
            DirEntry::Dir(inner) => collect(inner, prefix, files),
            DirEntry::File(file) => {
                let is_suite = kind_of(file.path()).is_some();
                if let Some(text) = file.contents_utf8().filter(|_| is_suite) {
                    let path = file.path().to_string_lossy().replace('\\', "/");
                    files.insert(format!("{prefix}/{path}"), text.to_owned());
                }
            }
        }
    }
}

/// What was read of a suite so far.
struct Reader<'a> {
    root: &'a Path,
    files: BTreeMap<String, String>,
    bytes: usize,
}

impl Reader<'_> {
    fn folder(&mut self, folder: &Path, depth: usize) -> Result<()> {
        if depth > MAX_DEPTH {
            let what = format!("folders stand in each other more than {MAX_DEPTH} deep");
            return Err(Error::input(folder, what, "name the folder of the suite"));
        }
        for path in input::entries(folder)? {
            let kind = std::fs::symlink_metadata(&path)
                .map_err(|error| Error::file(&path, "read", &error))?;
            if kind.is_dir() {
                self.folder(&path, depth + 1)?;
            } else if let Some(kind) = kind_of(&path) {
                let text = input::text(&path, kind)?;
                self.bytes += text.len();
                let name = path.strip_prefix(self.root).unwrap_or(&path);
                let name = name.to_string_lossy().replace('\\', "/");
                self.files.insert(name, text);
                if self.bytes > MAX_BYTES || self.files.len() > MAX_FILES {
                    return Err(Error::input(
                        self.root,
                        format!(
                            "the suite is larger than any ({} MiB, {MAX_FILES} files)",
                            MAX_BYTES >> 20
                        ),
                        "name the folder that holds 'schemas' and 'cases', and nothing else in them",
                    ));
                }
            }
        }
        Ok(())
    }
}

/// What a file of a suite is read as; `None` where it is none that a suite is made of:
/// a source that is kept beside it, say.
fn kind_of(path: &Path) -> Option<Kind> {
    if path.file_name()? == file::FILE {
        return Some(Kind::Contract);
    }
    match path.extension()?.to_str()? {
        "toml" | "json" => Some(Kind::Suite),
        _ => None,
    }
}
