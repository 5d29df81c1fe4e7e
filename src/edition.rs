//! Compares two editions of a page: what was added, removed, narrowed or widened,
//! whom it breaks, and which cases and accepted differences it makes void.
//!
//! A change breaks *clients* where a program written by the old edition may fail
//! against a server of the new one, and *servers* where a server that conformed to
//! the old edition may fail the suite of the new one.

use crate::contract::{Body, Bounds, Contract, Field, Mandatory, nested};
use crate::error::{Error, Result};
use crate::page::TypeName;
use crate::suite::{read_text, skeleton};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// How a statement changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// The old edition does not have it.
    Added,
    /// The new edition does not have it.
    Removed,
    /// The new edition allows less.
    Narrowed,
    /// The new edition allows more.
    Widened,
    /// Neither allows what the other does.
    Changed,
}

/// A change between two editions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// Clause id, or the stem of the clauses of a row.
    pub clause: String,
    /// How it changed.
    pub kind: Kind,
    /// What the old edition says; empty where it says nothing.
    pub old: String,
    /// What the new edition says; empty where it says nothing.
    pub new: String,
    /// Table and row, in the edition that has it.
    pub source: String,
    /// Whether programs written by the old edition may break.
    pub breaks_clients: bool,
    /// Whether servers that conformed to the old edition may fail the new suite.
    pub breaks_servers: bool,
}

/// What the new edition makes void.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Void {
    /// Derived cases that the new edition does not have.
    pub cases_removed: Vec<String>,
    /// Derived cases that send or expect something else.
    pub cases_changed: Vec<String>,
    /// Derived cases that the old edition does not have.
    pub cases_added: Vec<String>,
    /// Accepted differences whose case or clause is not what it was.
    pub snapshots: Vec<PathBuf>,
}

/// The comparison of two editions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Comparison {
    /// Version of this format.
    pub format: &'static str,
    /// Changes by clause id.
    pub changes: Vec<Change>,
    /// What becomes void.
    pub void: Void,
}

impl Comparison {
    /// Whether a change breaks clients.
    pub fn breaks_clients(&self) -> bool {
        self.changes.iter().any(|change| change.breaks_clients)
    }
}

/// Compares two contracts; `snapshots` is a folder of accepted differences.
///
/// # Errors
/// [`Error::Input`] where a snapshot cannot be read.
pub fn compare(old: &Contract, new: &Contract, snapshots: Option<&Path>) -> Result<Comparison> {
    let mut changes = Vec::new();
    whole(old, new, &mut changes);
    rows(&rows_of(old), &rows_of(new), &mut changes);
    changes.sort_by(|one, other| one.clause.cmp(&other.clause));
    let (old_cases, new_cases) = (cases(old), cases(new));
    let mut void = Void::default();
    for (id, text) in &old_cases {
        match new_cases.get(id) {
            None => void.cases_removed.push(id.clone()),
            Some(other) if other != text => void.cases_changed.push(id.clone()),
            Some(_) => {}
        }
    }
    void.cases_added = new_cases
        .keys()
        .filter(|id| !old_cases.contains_key(*id))
        .cloned()
        .collect();
    if let Some(folder) = snapshots {
        let lost: BTreeSet<&str> = void
            .cases_removed
            .iter()
            .chain(&void.cases_changed)
            .map(String::as_str)
            .collect();
        void.snapshots = void_snapshots(folder, &old.operation, &lost, &changed_clauses(old, new))?;
    }
    Ok(Comparison {
        format: "conformant-editions/1",
        changes,
        void,
    })
}

/// Method, path and statuses.
fn whole(old: &Contract, new: &Contract, changes: &mut Vec<Change>) {
    let (before, after) = (
        format!("{} {}", old.method, old.uri),
        format!("{} {}", new.method, new.uri),
    );
    if before != after {
        changes.push(Change {
            clause: "request/uri".into(),
            kind: Kind::Changed,
            old: before,
            new: after,
            source: "URI".into(),
            breaks_clients: true,
            breaks_servers: true,
        });
    }
    for (status, response) in &old.responses {
        if !new.documents(*status) {
            changes.push(Change {
                clause: format!("status/{status}"),
                kind: Kind::Removed,
                old: response.meaning.clone(),
                new: String::new(),
                source: "status list".into(),
                breaks_clients: (200..300).contains(status),
                breaks_servers: true,
            });
        }
    }
    for (status, response) in &new.responses {
        if !old.documents(*status) {
            changes.push(Change {
                clause: format!("status/{status}"),
                kind: Kind::Added,
                old: String::new(),
                new: response.meaning.clone(),
                source: "status list".into(),
                breaks_clients: (200..400).contains(status),
                breaks_servers: false,
            });
        }
    }
}

/// The rows of a contract by the stem of their clauses.
fn rows_of(contract: &Contract) -> BTreeMap<String, &Field> {
    let mut rows = BTreeMap::new();
    for parameter in &contract.parameters {
        rows.insert(parameter.stem(), &parameter.field);
    }
    if let Some(body) = &contract.request_body {
        members(
            "request/body",
            body,
            &body.fields,
            &mut Vec::new(),
            &mut rows,
        );
    }
    for (status, response) in &contract.responses {
        for field in &response.headers {
            rows.insert(format!("response/{status}/header/{}", field.name), field);
        }
        if let Some(body) = &response.body {
            let stem = format!("response/{status}");
            members(&stem, body, &body.fields, &mut Vec::new(), &mut rows);
        }
    }
    rows
}

fn members<'a>(
    stem: &str,
    body: &'a Body,
    fields: &'a [Field],
    inside: &mut Vec<&'a str>,
    rows: &mut BTreeMap<String, &'a Field>,
) {
    for field in fields {
        let stem = field.stem_in(stem);
        rows.insert(stem.clone(), field);
        if let (Some(name), Some(inner)) = (field.kind.object_name(), body.members(&field.kind))
            && !inside.contains(&name)
        {
            inside.push(name);
            members(&nested(&stem, &field.kind), body, inner, inside, rows);
            inside.pop();
        }
    }
}

fn rows(old: &BTreeMap<String, &Field>, new: &BTreeMap<String, &Field>, changes: &mut Vec<Change>) {
    for (stem, field) in old {
        let in_request = stem.starts_with("request/");
        match new.get(stem) {
            Some(other) => row(stem, field, other, changes),
            None => changes.push(Change {
                clause: stem.clone(),
                kind: Kind::Removed,
                old: field.kind.describe(),
                new: String::new(),
                source: field.source.to_string(),
                breaks_clients: true,
                breaks_servers: in_request,
            }),
        }
    }
    for (stem, field) in new.iter().filter(|(stem, _)| !old.contains_key(*stem)) {
        let in_request = stem.starts_with("request/");
        changes.push(Change {
            clause: stem.clone(),
            kind: Kind::Added,
            old: String::new(),
            new: field.kind.describe(),
            source: field.source.to_string(),
            breaks_clients: in_request
                && matches!(field.mandatory, Mandatory::Yes | Mandatory::Conditional),
            breaks_servers: in_request,
        });
    }
}

fn row(stem: &str, old: &Field, new: &Field, changes: &mut Vec<Change>) {
    let in_request = stem.starts_with("request/");
    let mut change = |aspect: &str, kind: Kind, before: String, after: String| {
        // What a request may hold is the client's to choose, a reply the server's.
        let (breaks_clients, breaks_servers) = match (in_request, kind) {
            (true, Kind::Widened | Kind::Added) => (false, true),
            (true, _) => (true, true),
            (false, Kind::Narrowed | Kind::Added) => (false, true),
            (false, Kind::Widened | Kind::Removed) => (true, false),
            (false, Kind::Changed) => (true, true),
        };
        changes.push(Change {
            clause: format!("{stem}/{aspect}"),
            kind,
            old: before,
            new: after,
            source: new.source.to_string(),
            breaks_clients,
            breaks_servers,
        });
    };
    if old.kind != new.kind {
        let kind = match (&old.kind, &new.kind) {
            (TypeName::Integer, TypeName::Long | TypeName::Number)
            | (TypeName::Long, TypeName::Number)
            | (_, TypeName::Any) => Kind::Widened,
            (TypeName::Long | TypeName::Number, TypeName::Integer)
            | (TypeName::Number, TypeName::Long)
            | (TypeName::Any, _) => Kind::Narrowed,
            _ => Kind::Changed,
        };
        change("type", kind, old.kind.describe(), new.kind.describe());
    }
    if in_request && old.mandatory != new.mandatory {
        let rank = |mandatory: Mandatory| match mandatory {
            Mandatory::Yes => 2,
            Mandatory::Conditional => 1,
            Mandatory::No | Mandatory::Unstated => 0,
        };
        let kind = match rank(old.mandatory).cmp(&rank(new.mandatory)) {
            std::cmp::Ordering::Less => Kind::Narrowed,
            std::cmp::Ordering::Greater => Kind::Widened,
            std::cmp::Ordering::Equal => Kind::Changed,
        };
        change("mandatory", kind, word(old.mandatory), word(new.mandatory));
    }
    let (before, after) = (&old.constraints, &new.constraints);
    if let Some(kind) = listed(&before.values, &after.values) {
        change(
            "enum",
            kind,
            before.values.join(", "),
            after.values.join(", "),
        );
    }
    let shown = |bounds: String| {
        if bounds == "unbounded" {
            String::new()
        } else {
            bounds
        }
    };
    for (aspect, kind, one, other) in [
        (
            "length",
            bounds(&before.length, &after.length),
            before.length.to_string(),
            after.length.to_string(),
        ),
        (
            "range",
            bounds(&before.range, &after.range),
            before.range.to_string(),
            after.range.to_string(),
        ),
        (
            "items",
            bounds(&before.items, &after.items),
            before.items.to_string(),
            after.items.to_string(),
        ),
    ] {
        if let Some(kind) = kind {
            change(aspect, kind, shown(one), shown(other));
        }
    }
    if before.default != after.default {
        let text = |default: &Option<String>| default.clone().unwrap_or_default();
        change(
            "default",
            Kind::Changed,
            text(&before.default),
            text(&after.default),
        );
    }
}

fn word(mandatory: Mandatory) -> String {
    match mandatory {
        Mandatory::Yes => "mandatory",
        Mandatory::Conditional => "mandatory under a condition",
        Mandatory::No => "optional",
        Mandatory::Unstated => "not stated",
    }
    .into()
}

/// How a list of values changed; no list allows everything.
fn listed(old: &[String], new: &[String]) -> Option<Kind> {
    let set = |values: &[String]| values.iter().cloned().collect::<BTreeSet<_>>();
    let (before, after) = (set(old), set(new));
    if before == after {
        None
    } else if after.is_empty() || !before.is_empty() && after.is_superset(&before) {
        Some(Kind::Widened)
    } else if before.is_empty() || after.is_subset(&before) {
        Some(Kind::Narrowed)
    } else {
        Some(Kind::Changed)
    }
}

fn bounds<T: PartialOrd + Copy>(old: &Bounds<T>, new: &Bounds<T>) -> Option<Kind> {
    // An open lower end is below every bound, an open upper end above.
    let lower = match (old.min, new.min) {
        (None, None) => 0,
        (None, Some(_)) => -1,
        (Some(_), None) => 1,
        (Some(old), Some(new)) if new > old => -1,
        (Some(old), Some(new)) if new < old => 1,
        _ => 0,
    };
    let upper = match (old.max, new.max) {
        (None, None) => 0,
        (None, Some(_)) => -1,
        (Some(_), None) => 1,
        (Some(old), Some(new)) if new < old => -1,
        (Some(old), Some(new)) if new > old => 1,
        _ => 0,
    };
    match (lower, upper) {
        (0, 0) => None,
        (0 | 1, 0 | 1) => Some(Kind::Widened),
        (0 | -1, 0 | -1) => Some(Kind::Narrowed),
        _ => Some(Kind::Changed),
    }
}

/// Derived cases and properties by id, as they stand in their files.
fn cases(contract: &Contract) -> BTreeMap<String, String> {
    let mut cases = BTreeMap::new();
    for (_, text) in skeleton::files(contract) {
        let Ok(file) = toml::from_str::<toml::Table>(&text) else {
            continue;
        };
        for list in ["case", "property"].iter().filter_map(|key| file.get(*key)) {
            for entry in list.as_array().into_iter().flatten() {
                if let Some(id) = entry.get("id").and_then(toml::Value::as_str) {
                    cases.insert(id.to_owned(), entry.to_string());
                }
            }
        }
    }
    cases
}

/// Clauses of the old edition whose statement the new one does not make.
fn changed_clauses(old: &Contract, new: &Contract) -> BTreeSet<String> {
    let after = new.clauses();
    old.clauses()
        .iter()
        .filter(|clause| {
            after
                .get(&clause.id)
                .is_none_or(|other| other.statement != clause.statement)
        })
        .map(|clause| clause.id.clone())
        .collect()
}

/// Snapshots below `folder`, of any target, whose case is lost or whose clause changed.
fn void_snapshots(
    folder: &Path,
    operation: &str,
    lost: &BTreeSet<&str>,
    changed: &BTreeSet<String>,
) -> Result<Vec<PathBuf>> {
    let list = |folder: &Path| -> Result<Vec<PathBuf>> {
        let entries =
            std::fs::read_dir(folder).map_err(|error| Error::file(folder, "list", &error))?;
        let mut paths = Vec::new();
        for entry in entries {
            paths.push(
                entry
                    .map_err(|error| Error::file(folder, "list", &error))?
                    .path(),
            );
        }
        paths.sort();
        Ok(paths)
    };
    let mut void = Vec::new();
    for target in list(folder)?.into_iter().filter(|path| path.is_dir()) {
        for path in list(&target)? {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let Some(case) = name
                .strip_suffix(".snap")
                .and_then(|name| name.strip_prefix(operation)?.strip_prefix("__"))
            else {
                continue;
            };
            let text = read_text(&path)?;
            let cites = text
                .lines()
                .filter_map(|line| line.strip_prefix("clause: "))
                .any(|clause| changed.contains(clause.trim()));
            if cites || lost.contains(case.replace("__", "/").as_str()) {
                void.push(path);
            }
        }
    }
    Ok(void)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_and_lists_narrow_and_widen() {
        let of = |min, max| Bounds { min, max };
        for (old, new, kind) in [
            (of(Some(1), Some(9)), of(Some(1), Some(9)), None),
            (
                of(None, Some(9)),
                of(Some(1), Some(9)),
                Some(Kind::Narrowed),
            ),
            (of(Some(1), Some(9)), of(Some(1), None), Some(Kind::Widened)),
            (
                of(Some(1), Some(9)),
                of(Some(2), Some(8)),
                Some(Kind::Narrowed),
            ),
            (
                of(Some(1), Some(9)),
                of(Some(2), Some(10)),
                Some(Kind::Changed),
            ),
        ] {
            assert_eq!(bounds::<i64>(&old, &new), kind, "{old} to {new}");
        }
        let values = |text: &str| {
            text.split_whitespace()
                .map(str::to_owned)
                .collect::<Vec<_>>()
        };
        for (old, new, kind) in [
            ("a b", "b a", None),
            ("a", "a b", Some(Kind::Widened)),
            ("a b", "a", Some(Kind::Narrowed)),
            ("", "a", Some(Kind::Narrowed)),
            ("a", "", Some(Kind::Widened)),
            ("a", "b", Some(Kind::Changed)),
        ] {
            assert_eq!(
                listed(&values(old), &values(new)),
                kind,
                "'{old}' to '{new}'"
            );
        }
    }
}
