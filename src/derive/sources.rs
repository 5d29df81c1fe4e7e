//! Finds the pages that people name: files, folders of pages, and suites, of which the
//! kept pages or contracts are the sources.

use crate::contract::file;
use crate::error::{Error, Result};
use crate::input::{self, Kind};
use crate::suite::PAGE_FILES;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Most sources of one call: no provider has so many operations.
const MAX_PAGES: usize = 20_000;

/// A page, or the contract of a suite.
#[derive(Clone, Debug)]
pub struct Source {
    /// Where it is.
    pub path: PathBuf,
    /// The folder that was named, or in which a file that was named stands: as seen from
    /// the working folder, else its name alone.
    pub folder: String,
    /// The file inside that folder, `/` between folders.
    pub file: String,
    /// The operation, where the folder of a suite names it.
    pub operation: Option<String>,
}

impl Source {
    /// What it is read as.
    pub fn kind(&self) -> Kind {
        if self.path.file_name().is_some_and(|name| name == file::FILE) {
            Kind::Contract
        } else if is_definition(&self.path) {
            Kind::Definition
        } else {
            Kind::Page
        }
    }
}

/// What people named, and what is there.
#[derive(Debug, Default)]
pub struct Sources {
    /// The pages, each once, in order.
    pub pages: Vec<Source>,
    /// The folders that were named.
    pub folders: Vec<Folder>,
    /// What a person may want to know of the folders.
    pub notes: Vec<String>,
    /// How often a page was found.
    seen: usize,
}

/// A folder that was named.
#[derive(Clone, Debug)]
pub struct Folder {
    /// Where it is.
    pub path: PathBuf,
    /// As seen from the working folder, else its name alone.
    pub label: String,
    /// Whether it is that of a suite, of which nothing else was read.
    pub is_suite: bool,
}

impl Sources {
    /// What they are in one word: pages, unless definitions are among them.
    pub fn word(&self) -> &'static str {
        let mut pages = self.pages.iter();
        match pages.any(|page| page.kind() == Kind::Definition) {
            true => "source",
            false => "page",
        }
    }

    /// Finds the pages of `named`. Below a folder of pages, `out` itself holds no source.
    ///
    /// # Errors
    /// [`Error::Input`] where a folder cannot be listed, or holds no page or far too many.
    pub fn find(named: &[PathBuf], out: &Path) -> Result<Self> {
        let mut found = Self::default();
        let mut known = BTreeSet::new();
        for path in named {
            if !path.is_dir() {
                let parent = path.parent().unwrap_or(path);
                let folder = match parent.as_os_str().is_empty() {
                    true => label(Path::new(".")),
                    false => label(parent),
                };
                let file = path.file_name().unwrap_or(path.as_os_str());
                let file = file.to_string_lossy().into_owned();
                found.add(&mut known, path.clone(), folder, file, None)?;
                continue;
            }
            let walk = Walk {
                top: path,
                label: label(path),
                out: &whole(out),
            };
            let before = found.seen;
            let is_suite = is_suite(path)?;
            if is_suite {
                walk.suite(path, &mut known, &mut found)?;
                found.notes.extend(further(path)?);
            } else {
                walk.pages(path, &mut known, &mut found)?;
            }
            if found.seen == before {
                return Err(Error::input(
                    path.as_path(),
                    "no source is in this folder: no file that ends in .md, .txt, .html, .json, .yaml or .yml",
                    "name the folder that holds the saved pages or definitions",
                ));
            }
            found.folders.push(Folder {
                path: path.clone(),
                label: walk.label,
                is_suite,
            });
        }
        Ok(found)
    }

    fn add(
        &mut self,
        known: &mut BTreeSet<PathBuf>,
        path: PathBuf,
        folder: String,
        file: String,
        operation: Option<String>,
    ) -> Result<()> {
        if self.pages.len() == MAX_PAGES {
            return Err(Error::input(
                path.as_path(),
                format!("more than {MAX_PAGES} sources are named"),
                "name the folder that holds the pages of one service",
            ));
        }
        self.seen += 1;
        if known.insert(whole(&path)) {
            self.pages.push(Source {
                path,
                folder,
                file,
                operation,
            });
        }
        Ok(())
    }
}

/// A folder that is looked through.
struct Walk<'a> {
    top: &'a Path,
    label: String,
    out: &'a Path,
}

impl Walk<'_> {
    /// The pages in a folder and below.
    fn pages(
        &self,
        folder: &Path,
        known: &mut BTreeSet<PathBuf>,
        found: &mut Sources,
    ) -> Result<()> {
        for path in input::entries(folder)? {
            if path.is_dir() && !path.is_symlink() {
                if whole(&path) == self.out {
                    // What is derived is no source.
                } else if is_suite(&path)? {
                    self.suite(&path, known, found)?;
                } else {
                    self.pages(&path, known, found)?;
                }
            } else if is_page(&path) || is_definition(&path) {
                self.found(path, None, known, found)?;
            }
        }
        Ok(())
    }

    /// What a suite keeps of each operation: its page, else its contract.
    fn suite(
        &self,
        folder: &Path,
        known: &mut BTreeSet<PathBuf>,
        found: &mut Sources,
    ) -> Result<()> {
        for path in input::entries(&folder.join("schemas"))? {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let kept = PAGE_FILES.iter().copied().chain([file::FILE]);
            let kept = kept.map(|name| path.join(name)).find(|path| path.is_file());
            if let Some(kept) = kept.filter(|_| !path.is_symlink()) {
                self.found(kept, Some(name.into_owned()), known, found)?;
            }
        }
        Ok(())
    }

    fn found(
        &self,
        path: PathBuf,
        operation: Option<String>,
        known: &mut BTreeSet<PathBuf>,
        found: &mut Sources,
    ) -> Result<()> {
        let file = plain(path.strip_prefix(self.top).unwrap_or(&path));
        found.add(known, path, self.label.clone(), file, operation)
    }
}

/// The operations of which a suite in this folder has a contract.
///
/// # Errors
/// [`Error::Input`] where its folders cannot be listed.
pub fn operations(suite: &Path) -> Result<Vec<String>> {
    let schemas = suite.join("schemas");
    if !schemas.is_dir() {
        return Ok(Vec::new());
    }
    let has_contract = |path: &PathBuf| !path.is_symlink() && path.join(file::FILE).is_file();
    let folders = input::entries(&schemas)?.into_iter().filter(has_contract);
    Ok(folders
        .filter_map(|path| Some(path.file_name()?.to_string_lossy().into_owned()))
        .collect())
}

/// Whether the folder is that of a suite.
fn is_suite(folder: &Path) -> Result<bool> {
    Ok(!operations(folder)?.is_empty())
}

/// That a suite's folder holds pages which are none of its sources.
fn further(suite: &Path) -> Result<Option<String>> {
    let pages = input::entries(suite)?;
    let pages: Vec<_> = pages.iter().filter(|path| is_page(path)).collect();
    Ok(pages.first().map(|first| {
        format!(
            "{} is a suite: the pages that it keeps in 'schemas' were read. It holds {} further that were not, first {}: name those to derive them",
            suite.display(),
            pages.len(),
            first.display()
        )
    }))
}

fn is_page(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str());
    matches!(extension, Some("md" | "markdown" | "txt" | "html" | "htm"))
}

/// Whether a file may hold a definition.
fn is_definition(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str());
    matches!(extension, Some("json" | "yaml" | "yml"))
}

/// A path as the system knows it.
pub(super) fn whole(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

/// A folder below the working folder as seen from there, any other by its name alone:
/// what is written says nothing of the machine.
fn label(folder: &Path) -> String {
    let folder = whole(folder);
    let here = whole(Path::new("."));
    match folder.strip_prefix(&here) {
        Ok(below) if below.components().next().is_some() => plain(below),
        _ => plain(Path::new(folder.file_name().unwrap_or_default())),
    }
}

/// A path with `/` between folders everywhere.
fn plain(path: &Path) -> String {
    let parts: Vec<_> = path
        .components()
        .map(|part| part.as_os_str().to_string_lossy())
        .collect();
    parts.join("/")
}
