//! Keeps the list of unread pages of a suite: a call decides about the sources that it
//! names, and leaves what it knows of others.

use super::sources::{Folder, Source, Sources, whole};
use super::write::refuse_links;
use super::{Drift, drift};
use crate::digest::{Sha256, hex};
use crate::error::{Error, Problem, Result};
use crate::escape::terminal;
use crate::input::{self, Kind};
use crate::output::write_atomically;
use crate::suite::{UNREAD_FILE, UnreadPage};
use std::fs;
use std::path::{Path, PathBuf};

/// Most letters of a reason.
const MAX_REASON: usize = 300;

/// The list of a suite, as it is and as it should be.
#[derive(Debug)]
pub struct Unread {
    path: PathBuf,
    present: String,
    /// The pages that could not be read: of this call, and of sources that it does not name.
    pub pages: Vec<UnreadPage>,
}

/// The entry of a source that could not be read; `None` where there is no such file.
pub fn entry(source: &Source, problem: &Problem) -> Option<UnreadPage> {
    if !source.path.is_file() {
        return None;
    }
    let bytes = input::bytes(&source.path, source.kind());
    let place = problem.place.to_string();
    let line = place.rsplit_once(':').map(|(_, line)| line);
    let line = line.filter(|line| line.parse::<usize>().is_ok());
    let reason = match line {
        Some(line) => format!("line {line}: {}", problem.what),
        None => problem.what.clone(),
    };
    let mut reason = terminal(&reason);
    if let Some((end, _)) = reason.char_indices().nth(MAX_REASON) {
        reason.truncate(end);
        reason.push('…');
    }
    Some(UnreadPage {
        folder: source.folder.clone(),
        file: source.file.clone(),
        sha256: bytes.map_or_else(|_| String::new(), |bytes| hex(&Sha256::digest(bytes))),
        reason,
    })
}

impl Unread {
    /// The list in `out`, with what this call found of its sources.
    ///
    /// # Errors
    /// [`Error::Input`] where the list that is there cannot be read.
    pub fn of(out: &Path, sources: &Sources, found: Vec<UnreadPage>) -> Result<Self> {
        let path = out.join(UNREAD_FILE);
        let present = match path.exists() {
            true => input::text(&path, Kind::Suite)?,
            false => String::new(),
        };
        let known = match present.is_empty() {
            true => Vec::new(),
            false => UnreadPage::read_all(&path, &present)?,
        };
        let named = Named::new(sources);
        let (decided, mut pages): (Vec<_>, Vec<_>) =
            known.into_iter().partition(|page| named.has(page));
        for mut page in found {
            // From wherever derive runs, what stands there of the same page is kept.
            let is_same = |known: &&UnreadPage| {
                known.file == page.file
                    && known.sha256 == page.sha256
                    && !page.folder.is_empty()
                    && (Path::new(&known.folder).ends_with(&page.folder)
                        || Path::new(&page.folder).ends_with(&known.folder))
            };
            if let Some(known) = decided.iter().find(is_same) {
                page.folder = known.folder.clone();
            }
            pages.push(page);
        }
        pages.sort();
        pages.dedup();
        Ok(Self {
            path,
            present,
            pages,
        })
    }

    /// How the list that is there differs.
    pub fn drift(&self) -> Option<Drift> {
        let text = UnreadPage::render_all(&self.pages);
        match (self.present.is_empty(), text.is_empty()) {
            _ if text == self.present => None,
            (true, _) => Some(Drift::Missing(self.path.clone())),
            (_, true) => Some(Drift::Stray(
                self.path.clone(),
                "every page that it lists was read, or is gone".into(),
            )),
            _ => Some(drift::differs(self.path.clone(), &self.present, &text)),
        }
    }

    /// Writes the list, or takes it away where it is empty; gives whether anything changed.
    ///
    /// # Errors
    /// [`Error::Input`] where it is a link, or cannot be written.
    pub fn write(&self, out: &Path) -> Result<bool> {
        let text = UnreadPage::render_all(&self.pages);
        if text == self.present {
            return Ok(false);
        }
        refuse_links(out, Path::new(UNREAD_FILE))?;
        if text.is_empty() {
            fs::remove_file(&self.path)
                .map_err(|error| Error::file(&self.path, "remove", &error))?;
        } else {
            write_atomically(&self.path, text.as_bytes())?;
        }
        Ok(true)
    }
}

/// What a call decides about.
struct Named<'a> {
    folders: &'a [Folder],
    pages: Vec<PathBuf>,
}

impl<'a> Named<'a> {
    fn new(sources: &'a Sources) -> Self {
        Self {
            folders: &sources.folders,
            pages: sources.pages.iter().map(|it| whole(&it.path)).collect(),
        }
    }

    /// Whether a listed page is one of these, or was in one of these folders.
    fn has(&self, page: &UnreadPage) -> bool {
        let folder = Path::new(&page.folder);
        let place = folder.canonicalize().ok();
        let mut folders = self.folders.iter();
        let is_in = folders.any(|named| match (&place, named.label == page.folder) {
            (_, true) => !named.is_suite || page.file.starts_with("schemas/"),
            _ if named.is_suite => false,
            (Some(place), _) => place.starts_with(whole(&named.path)),
            (None, _) => !page.folder.is_empty() && whole(&named.path).ends_with(folder),
        });
        let file = folder.join(&page.file);
        is_in || self.pages.iter().any(|named| named.ends_with(&file))
    }
}
