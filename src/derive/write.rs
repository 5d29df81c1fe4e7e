//! Writes derived files into the folder of a suite, over none that a person changed.
//!
//! Beside the files stands what they were when they were derived, in the form that
//! `sha256sum -c` reads: a file that is something else now was changed since.

use super::{Derived, is_for_people, is_own, kind_of};
use crate::contract::file;
use crate::digest::{Sha256, hex};
use crate::error::{Error, Result};
use crate::input::{self, Kind};
use crate::output::write_atomically;
use crate::suite::SERVICE_FILE;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Component, Path, PathBuf};

/// Name of the file with the digests, beside the schemas.
const DIGESTS: &str = "derived.sha256";

/// Writes the derived files into `out`: whole files, and none of a person's own. Gives
/// what was written.
///
/// # Errors
/// [`Error::Input`] where a file was changed since it was derived, a folder is a link,
/// or a file cannot be written; in the first two cases nothing is written.
pub fn write(derived: &Derived, out: &Path) -> Result<Vec<PathBuf>> {
    write_unless(derived, out, true)
}

/// As [`write()`], and replaces derived files that were changed since.
///
/// # Errors
/// [`Error::Input`] where a folder is a link or a file cannot be written.
pub fn overwrite(derived: &Derived, out: &Path) -> Result<Vec<PathBuf>> {
    write_unless(derived, out, false)
}

/// Writes what holds for all operations, once.
///
/// # Errors
/// [`Error::Input`] where it is a link or cannot be written.
pub fn write_service(text: &str, out: &Path) -> Result<PathBuf> {
    refuse_links(out, Path::new(SERVICE_FILE))?;
    let path = out.join(SERVICE_FILE);
    write_atomically(&path, text.as_bytes())?;
    Ok(path)
}

fn write_unless(derived: &Derived, out: &Path, changed_counts: bool) -> Result<Vec<PathBuf>> {
    let folder = Path::new("schemas").join(&derived.contract.operation);
    let digests = folder.join(DIGESTS);
    refuse_links(out, &digests)?;
    let known_text = match out.join(&digests).exists() {
        true => input::text(&out.join(&digests), Kind::Suite)?,
        false => String::new(),
    };
    let known: BTreeSet<&str> = known_text.lines().collect();
    let mut text = String::new();
    if !derived.files.contains_key(&folder.join(file::FILE)) {
        // What everything was derived from: a person's change of it is seen next time.
        let is_contract = |line: &&str| line.ends_with(&format!("/{}", file::FILE));
        let line = known_text.lines().find(is_contract);
        text.extend(line.map(|line| format!("{line}\n")));
    }
    let mut to_write = Vec::new();
    let mut changed = Vec::new();
    for (name, derived) in &derived.files {
        refuse_links(out, name)?;
        if !is_for_people(name) {
            let _ = writeln!(text, "{}", line(name, derived));
        }
        let path = out.join(name);
        if path.exists() {
            let present = input::text(&path, kind_of(name))?;
            if is_own(name, &present) || present == *derived {
                continue;
            }
            if !known.contains(line(name, &present).as_str()) {
                changed.push(path.display().to_string());
            }
        }
        to_write.push((path, derived.as_str()));
    }
    if let (Some(first), true) = (changed.first(), changed_counts) {
        return Err(Error::input(
            first.as_str(),
            match changed.len() {
                1 => "this file was changed since it was derived".to_owned(),
                files => format!(
                    "this file and {} others were changed since they were derived: {}",
                    files - 1,
                    changed[1..].join(", ")
                ),
            },
            "nothing was written; keep what is yours in reading.toml or in a case file without the mark in its first line, and replace the rest with --force",
        ));
    }
    let mut written = Vec::new();
    for (path, text) in to_write {
        write_atomically(&path, text.as_bytes())?;
        written.push(path);
    }
    let path = out.join(&digests);
    if known_text != text {
        write_atomically(&path, text.as_bytes())?;
    }
    Ok(written)
}

/// A line of the file with the digests; names have `/` between folders everywhere.
fn line(name: &Path, text: &str) -> String {
    let parts: Vec<_> = name
        .components()
        .map(|part| part.as_os_str().to_string_lossy())
        .collect();
    format!("{}  {}", hex(&Sha256::digest(text)), parts.join("/"))
}

/// Refuses links in the folder as it was given and below: what they lead to is another's.
pub(super) fn refuse_links(out: &Path, name: &Path) -> Result<()> {
    let mut path = match out.is_absolute() {
        // How a machine's own folders are linked is no mistake.
        true => out.to_owned(),
        false => PathBuf::new(),
    };
    let given = (!out.is_absolute()).then(|| out.components());
    let parts = given.into_iter().flatten().chain(name.components());
    let is_link = |path: &Path| path.is_symlink();
    let refused = |path: &Path| {
        Err(Error::input(
            path,
            "this is a link, and what it leads to may be another's",
            "give the folder itself with --out",
        ))
    };
    if is_link(&path) {
        return refused(&path);
    }
    for part in parts {
        path.push(part);
        if part != Component::ParentDir && is_link(&path) {
            return refused(&path);
        }
    }
    Ok(())
}
