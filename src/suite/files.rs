//! Defines [`SuiteFiles`]: the text files of a suite, from a folder or from the binary.

use crate::error::{Error, Result};
use include_dir::{Dir, DirEntry, include_dir};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

static SCHEMAS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/schemas");
static CASES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/cases");

/// Largest file of a suite that is read.
const MOST_BYTES: u64 = 64 * 1024 * 1024;

/// The files of a suite by their path inside it, `/` between folders.
#[derive(Clone, Debug)]
pub struct SuiteFiles {
    /// The folder; `<built-in>` for the suite in the binary.
    pub root: PathBuf,
    /// Text by path.
    pub files: BTreeMap<String, String>,
}

impl SuiteFiles {
    /// The suite that is compiled into the binary.
    pub fn built_in() -> Self {
        let mut files = BTreeMap::new();
        collect(&SCHEMAS, "schemas", &mut files);
        collect(&CASES, "cases", &mut files);
        Self {
            root: PathBuf::from("<built-in>"),
            files,
        }
    }

    /// The suite in a folder that holds `schemas/` and `cases/`.
    ///
    /// # Errors
    /// [`Error::Input`] where the folder has no `schemas/`, or a file cannot be read.
    pub fn folder(root: &Path) -> Result<Self> {
        let schemas = root.join("schemas");
        if !schemas.is_dir() {
            return Err(Error::input(
                root,
                "this folder holds no suite: it has no 'schemas' folder",
                "make one with: conformant derive PAGE --out DIR",
            ));
        }
        let mut files = BTreeMap::new();
        for part in ["schemas", "cases"] {
            let folder = root.join(part);
            if folder.is_dir() {
                read_folder(root, &folder, &mut files)?;
            }
        }
        Ok(Self {
            root: root.to_owned(),
            files,
        })
    }

    /// The path to show for a file of the suite.
    pub fn path(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    /// The operations that have a folder under `schemas/`.
    pub fn operations(&self) -> Vec<&str> {
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
                if let Some(text) = file.contents_utf8() {
                    let path = file.path().to_string_lossy().replace('\\', "/");
                    files.insert(format!("{prefix}/{path}"), text.to_owned());
                }
            }
        }
    }
}

fn read_folder(root: &Path, folder: &Path, files: &mut BTreeMap<String, String>) -> Result<()> {
    let entries = std::fs::read_dir(folder).map_err(|error| Error::file(folder, "list", &error))?;
    for entry in entries {
        let entry = entry.map_err(|error| Error::file(folder, "list", &error))?;
        let path = entry.path();
        let kind = entry
            .file_type()
            .map_err(|error| Error::file(&path, "read", &error))?;
        if kind.is_dir() {
            read_folder(root, &path, files)?;
        } else if kind.is_file() && has_suite_extension(&path) {
            let text = read_text(&path)?;
            let name = path.strip_prefix(root).unwrap_or(&path);
            files.insert(name.to_string_lossy().replace('\\', "/"), text);
        }
    }
    Ok(())
}

fn has_suite_extension(path: &Path) -> bool {
    path.extension()
        .and_then(|extension| extension.to_str())
        .is_some_and(|extension| matches!(extension, "toml" | "json" | "md" | "txt" | "html"))
}

/// Reads a text file with a bound on its size.
///
/// # Errors
/// [`Error::Input`] where it cannot be read, is too large, or is not UTF-8.
pub fn read_text(path: &Path) -> Result<String> {
    let size = std::fs::metadata(path)
        .map_err(|error| Error::file(path, "read", &error))?
        .len();
    if size > MOST_BYTES {
        return Err(Error::input(
            path,
            format!("the file is larger than {MOST_BYTES} bytes"),
            "give the file that was meant",
        ));
    }
    let bytes = std::fs::read(path).map_err(|error| Error::file(path, "read", &error))?;
    String::from_utf8(bytes).map_err(|error| {
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
