//! Reads and writes snapshot files in insta's format. The only user of `insta`.
//!
//! insta cannot save a snapshot with a header of our making, so the header is
//! written here, and every file is read back by insta before it takes its place.

use super::contents;
use crate::error::{Error, Place, Result};
use crate::output::write_atomically;
use chrono::NaiveDate as Date;
use insta::Snapshot;
use insta::TextSnapshotKind;
use insta::internals::{Content, SnapshotContents, TextSnapshotContents};
use std::path::{Path, PathBuf};

/// The keys of a header; anything else is a slip of the pen.
const HEADER_KEYS: [&str; 7] = [
    "source",
    "assertion_line",
    "description",
    "expression",
    "info",
    "input_file",
    "snapshot_kind",
];
const INFO_KEYS: [&str; 4] = ["accepted", "reason", "until", "ticket"];
/// What stands for the source file of an assertion.
const SOURCE: &str = "conformant";

/// Why a difference is lived with, and until when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acceptance {
    /// Why.
    pub reason: String,
    /// The last day on which it counts (UTC).
    pub until: Date,
    /// Where it is tracked.
    pub ticket: Option<String>,
    /// The day on which it was accepted (UTC).
    pub accepted: Date,
}

/// A snapshot as it lies on disk.
#[derive(Debug)]
pub struct StoredSnapshot {
    /// Its file.
    pub path: PathBuf,
    /// What was accepted; `Err` names what an acceptance lacks.
    pub acceptance: Result<Acceptance, &'static str>,
    contents: String,
}

impl StoredSnapshot {
    /// Reads the snapshot of a case.
    ///
    /// # Errors
    /// [`Error::Input`] with its path where it is corrupt.
    pub fn read(path: &Path, id: &str) -> Result<Self> {
        let source = crate::input::text(path, crate::input::Kind::Snapshot)?;
        let body_line = check_header(path, &source)?;
        let corrupt = |what: String| corrupt(Place::from(path), what);
        let snapshot = Snapshot::from_file(path).map_err(|error| corrupt(error.to_string()))?;
        let SnapshotContents::Text(text) = snapshot.contents() else {
            return Err(corrupt("it holds no text".into()));
        };
        let contents = text.to_string();
        contents::parse(&contents)
            .map_err(|(line, what)| self::corrupt(Place::line(path, body_line + line), what))?;
        let metadata = snapshot.metadata();
        if metadata
            .expression()
            .is_some_and(|expression| expression != id)
        {
            return Err(corrupt(format!(
                "its expression is not '{id}', the case that its name says"
            )));
        }
        if metadata.source().is_some_and(|source| source != SOURCE) {
            return Err(corrupt(format!("its source is not '{SOURCE}'")));
        }
        Ok(Self {
            path: path.to_owned(),
            acceptance: acceptance(metadata.private_info()).map_err(corrupt)?,
            contents,
        })
    }

    /// The accepted differences as text.
    pub fn contents(&self) -> &str {
        &self.contents
    }

    /// Whether these are exactly the accepted differences, as insta compares.
    pub fn equals(&self, rendered: &str) -> bool {
        let text = |text: &str| TextSnapshotContents::new(text.to_owned(), TextSnapshotKind::File);
        text(&self.contents).matches_fully(&text(rendered))
    }
}

fn corrupt(place: Place, what: String) -> Error {
    Error::input(
        place,
        format!("the snapshot is corrupt: {what}"),
        "restore it from version control, or remove it and accept afresh",
    )
}

/// Checks the frame that insta reads leniently; gives the number of header lines.
fn check_header(path: &Path, source: &str) -> Result<usize> {
    let mut lines = source.lines().enumerate();
    if lines.next().map(|(_, line)| line) != Some("---") {
        return Err(corrupt(
            Place::line(path, 1),
            "it does not begin with '---'".into(),
        ));
    }
    for (index, line) in lines {
        if line == "---" {
            return Ok(index + 1);
        }
        let key = line.split(':').next().unwrap_or_default();
        if !line.starts_with(' ') && !HEADER_KEYS.contains(&key) {
            let key = crate::report::escape::terminal(key);
            return Err(corrupt(
                Place::line(path, index + 1),
                format!("an unknown key '{key}' in its header"),
            ));
        }
    }
    Err(corrupt(
        Place::from(path),
        "its header has no end ('---')".into(),
    ))
}

/// `Ok(Err(what))` where it lacks something; `Err` where it is no acceptance at all.
fn acceptance(info: Option<&Content>) -> Result<Result<Acceptance, &'static str>, String> {
    let Some(info) = info else {
        return Ok(Err("reason"));
    };
    let Content::Map(entries) = info else {
        return Err("its info is no map".into());
    };
    let mut texts = [None, None, None, None];
    for (key, value) in entries {
        let key = key.as_str().unwrap_or_default();
        let Some(at) = INFO_KEYS.iter().position(|known| *known == key) else {
            let key = crate::report::escape::terminal(key);
            return Err(format!("an unknown key '{key}' in its info"));
        };
        texts[at] = value.as_str().map(str::to_owned);
    }
    let [accepted, reason, until, ticket] = texts;
    let date = |text: String, key: &str| {
        text.parse::<Date>()
            .map_err(|_| format!("'{key}' is no date of the form YYYY-MM-DD"))
    };
    let Some(reason) = reason.filter(|reason| !reason.trim().is_empty()) else {
        return Ok(Err("reason"));
    };
    let Some(until) = until.filter(|until| !until.trim().is_empty()) else {
        return Ok(Err("end (until)"));
    };
    let Some(accepted) = accepted else {
        return Ok(Err("date (accepted)"));
    };
    Ok(Ok(Acceptance {
        reason,
        until: date(until, "until")?,
        ticket,
        accepted: date(accepted, "accepted")?,
    }))
}

/// Writes a snapshot: whole, or not at all.
///
/// # Errors
/// Where it cannot be written, or insta could not read it back.
pub(super) fn write(
    path: &Path,
    id: &str,
    acceptance: Option<&Acceptance>,
    contents: &str,
) -> Result<()> {
    let mut text = format!("---\nsource: {SOURCE}\nexpression: {}\n", quoted(id));
    if let Some(acceptance) = acceptance {
        text.push_str(&format!(
            "info:\n  accepted: {}\n  reason: {}\n  until: {}\n",
            quoted(&acceptance.accepted.to_string()),
            quoted(&acceptance.reason),
            quoted(&acceptance.until.to_string())
        ));
        if let Some(ticket) = &acceptance.ticket {
            text.push_str(&format!("  ticket: {}\n", quoted(ticket)));
        }
    }
    text.push_str(&format!("---\n{contents}\n"));
    write_atomically(path, text.as_bytes())?;
    StoredSnapshot::read(path, id).map(drop)
}

/// A YAML double-quoted scalar: JSON strings are such, once control characters are escaped.
fn quoted(text: &str) -> String {
    serde_json::to_string(&crate::report::escape::terminal(text)).unwrap_or_default()
}
