//! Reads and writes snapshot files in insta's format. The only user of `insta`.
//!
//! insta cannot save a snapshot with a header of our making, so the header is
//! written here. insta reads every file, so that its tools work on them, but leniently.
//! What accepts something has one form, therefore: the bytes that [`text`] gives for what
//! was read.

use super::acceptance::{Acceptance, says_something};
use super::contents;
use super::date::{Date, parse_date, today};
use crate::error::{Error, Place, Result};
use crate::output::write_atomically;
use insta::Snapshot;
use insta::internals::Content;
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
    /// Reads the snapshot of a case as it counts on the day `today`.
    ///
    /// # Errors
    /// [`Error::Input`] with its path where it is corrupt.
    pub fn read(path: &Path, id: &str, today: Date) -> Result<Self> {
        refuse_link(path)?;
        let source = crate::input::text(path, crate::input::Kind::Snapshot)?;
        let (header_lines, body) = check_header(path, &source)?;
        let corrupt = |what: String| corrupt(Place::from(path), what);
        let contents = body
            .strip_suffix('\n')
            .ok_or_else(|| corrupt("it does not end with a line feed".into()))?;
        contents::parse(contents)
            .map_err(|(line, what)| self::corrupt(Place::line(path, header_lines + line), what))?;
        let snapshot = Snapshot::from_file(path).map_err(|error| corrupt(error.to_string()))?;
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
        let acceptance = acceptance(metadata.private_info()).map_err(corrupt)?;
        if let Ok(accepted) = &acceptance {
            if let Some(fault) = accepted.fault(today) {
                return Err(corrupt(fault));
            }
            let whole = text(id, Some(accepted), contents);
            if let Some(line) = first_other_line(&source, &whole) {
                return Err(self::corrupt(
                    Place::line(path, line),
                    "this line is not as conformant accept wrote it".into(),
                ));
            }
        }
        Ok(Self {
            path: path.to_owned(),
            acceptance,
            contents: contents.to_owned(),
        })
    }

    /// The accepted differences as text.
    pub fn contents(&self) -> &str {
        &self.contents
    }

    /// Whether these are exactly the accepted differences, to the byte.
    pub fn equals(&self, rendered: &str) -> bool {
        self.contents == rendered
    }
}

/// The first line, from 1, in which two texts differ.
fn first_other_line(one: &str, other: &str) -> Option<usize> {
    if one == other {
        return None;
    }
    let same = one.split('\n').zip(other.split('\n'));
    Some(1 + same.take_while(|(one, other)| one == other).count())
}

fn corrupt(place: Place, what: String) -> Error {
    Error::input(
        place,
        format!("the snapshot is corrupt: {what}"),
        "restore it from version control, or remove it and accept afresh",
    )
}

/// Checks the frame that insta reads leniently; gives the number of header lines, and
/// what stands behind them.
fn check_header<'a>(path: &Path, source: &'a str) -> Result<(usize, &'a str)> {
    let wrong = |line: usize, what: String| Err(corrupt(Place::line(path, line), what));
    let mut keys = Vec::new();
    let mut rest = source;
    let mut number = 0;
    while let Some((line, behind)) = rest.split_once('\n') {
        (rest, number) = (behind, number + 1);
        let key = line.split(':').next().unwrap_or_default();
        let shown = || crate::escape::terminal(key);
        match (number, line) {
            (1, "---") => {}
            (1, _) => break,
            (_, "---") => return Ok((number, rest)),
            _ if line.starts_with(' ') => {}
            _ if !HEADER_KEYS.contains(&key) => {
                return wrong(
                    number,
                    format!("an unknown key '{}' in its header", shown()),
                );
            }
            _ if keys.contains(&key) => {
                return wrong(number, format!("the key '{}' stands twice", shown()));
            }
            _ => keys.push(key),
        }
    }
    if number <= 1 {
        return wrong(1, "it does not begin with '---'".into());
    }
    wrong(number, "its header has no end ('---')".into())
}

/// `Ok(Err(what))` where it lacks something; `Err` where it is no acceptance at all.
fn acceptance(info: Option<&Content>) -> Result<Result<Acceptance, &'static str>, String> {
    let Some(info) = info else {
        return Ok(Err("reason in words"));
    };
    let Content::Map(entries) = info else {
        return Err("its info is no map".into());
    };
    let mut texts = [None, None, None, None];
    for (key, value) in entries {
        let key = key.as_str().unwrap_or_default();
        let Some(at) = INFO_KEYS.iter().position(|known| *known == key) else {
            let key = crate::escape::terminal(key);
            return Err(format!("an unknown key '{key}' in its info"));
        };
        let text = value
            .as_str()
            .ok_or_else(|| format!("'{key}' is no text in quotes"))?;
        if texts[at].replace(text.to_owned()).is_some() {
            return Err(format!("the key '{key}' stands twice in its info"));
        }
    }
    let [accepted, reason, until, ticket] = texts;
    let date = |text: String, key: &str| {
        parse_date(&text).ok_or_else(|| format!("'{key}' is no date of the form YYYY-MM-DD"))
    };
    let Some(reason) = reason.filter(|reason| says_something(reason)) else {
        return Ok(Err("reason in words"));
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
/// Where it cannot be written, or would not be read back.
pub(super) fn write(
    path: &Path,
    id: &str,
    acceptance: Option<&Acceptance>,
    contents: &str,
) -> Result<()> {
    write_atomically(path, text(id, acceptance, contents).as_bytes())?;
    let today = acceptance.map_or_else(today, |acceptance| acceptance.accepted);
    StoredSnapshot::read(path, id, today).map(drop)
}

/// # Errors
/// [`Error::Input`] where `path` is a symbolic link.
pub(super) fn refuse_link(path: &Path) -> Result<()> {
    if std::fs::symlink_metadata(path).is_ok_and(|found| found.is_symlink()) {
        return Err(Error::input(
            path,
            "this is a symbolic link, and what one target accepts must not count for another",
            "name the folder itself (--snapshots DIR), or accept for this target",
        ));
    }
    Ok(())
}

/// The text of a snapshot file.
fn text(id: &str, acceptance: Option<&Acceptance>, contents: &str) -> String {
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
    text
}

/// A YAML double-quoted scalar: JSON strings are such, once control characters are escaped.
fn quoted(text: &str) -> String {
    serde_json::to_string(&crate::escape::terminal(text)).unwrap_or_default()
}
