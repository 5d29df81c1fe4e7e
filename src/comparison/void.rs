//! Tells what a new edition makes void: cases, accepted differences, certificates.

use super::edition::Edition;
use crate::contract::{ClauseId, Contract};
use crate::error::Result;
use crate::input::{self, Kind};
use crate::suite::{Template, problem, skeleton};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// What the new edition makes void.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Void {
    /// Derived cases that the new edition does not have.
    pub cases_removed: Vec<String>,
    /// Derived cases that send or expect something else.
    pub cases_changed: Vec<String>,
    /// Derived cases that the old edition does not have.
    pub cases_added: Vec<String>,
    /// Cases of a person's own that do not stand in the new edition as they are.
    pub own_cases: Vec<OwnCase>,
    /// Entries of the reading that the new edition gives nothing to stand on.
    pub reading: Vec<String>,
    /// Accepted differences whose case or clause is not what it was.
    pub snapshots: Vec<PathBuf>,
    /// Parts of the suite that a certificate names by digest and that differ: where
    /// there are any, certificates of the old edition say nothing about the new one.
    pub certified_parts: Vec<String>,
}

/// A case or property of a person's own, and why it is void.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OwnCase {
    /// Its id.
    pub id: String,
    /// What does not stand.
    pub why: String,
}

impl Void {
    /// Adds what becomes void of another operation.
    pub(super) fn extend(&mut self, other: Self) {
        self.cases_removed.extend(other.cases_removed);
        self.cases_changed.extend(other.cases_changed);
        self.cases_added.extend(other.cases_added);
        self.own_cases.extend(other.own_cases);
        self.reading.extend(other.reading);
        self.snapshots.extend(other.snapshots);
        self.certified_parts.extend(other.certified_parts);
    }

    /// Names once what several operations share.
    pub(super) fn settle(&mut self) {
        self.certified_parts.sort();
        self.certified_parts.dedup();
    }
}

/// What becomes void where an operation is gone: everything.
pub(super) fn all_of(old: &Edition, snapshots: Option<&Path>) -> Result<Void> {
    let operation = &old.contract.operation;
    let full = |id: &String| format!("{operation}/{id}");
    let own = old.own.iter().map(|id| OwnCase {
        id: full(id),
        why: "its operation is gone".into(),
    });
    let clauses = old.contract.clauses();
    let all = clauses.iter().map(|clause| clause.id.clone()).collect();
    let is_of_it = |name: &&String| name.split('/').nth(1) == Some(operation);
    let removed: Vec<String> = cases(old).keys().map(full).collect();
    let lost = removed.iter().map(String::as_str).collect();
    Ok(Void {
        own_cases: own.collect(),
        snapshots: match snapshots {
            Some(folder) => void_snapshots(folder, operation, &lost, &all)?,
            None => Vec::new(),
        },
        certified_parts: old.digests.keys().filter(is_of_it).cloned().collect(),
        cases_removed: removed,
        ..Void::default()
    })
}

/// What `new` makes void of `old`.
pub(super) fn between(old: &Edition, new: &Edition, snapshots: Option<&Path>) -> Result<Void> {
    let (old_cases, new_cases) = (cases(old), cases(new));
    let operation = &old.contract.operation;
    let full = |id: &String| format!("{operation}/{id}");
    let mut void = Void {
        own_cases: own_cases(old, new),
        reading: new.unread.clone(),
        ..Void::default()
    };
    for (id, text) in &old_cases {
        match new_cases.get(id) {
            None => void.cases_removed.push(full(id)),
            Some(other) if other != text => void.cases_changed.push(full(id)),
            Some(_) => {}
        }
    }
    void.cases_added = new_cases
        .keys()
        .filter(|id| !old_cases.contains_key(*id))
        .map(full)
        .collect();
    if let Some(folder) = snapshots {
        let lost: BTreeSet<&str> = void
            .cases_removed
            .iter()
            .chain(&void.cases_changed)
            .chain(void.own_cases.iter().map(|own| &own.id))
            .map(String::as_str)
            .collect();
        let changed = changed_clauses(&old.contract, &new.contract);
        void.snapshots = void_snapshots(folder, operation, &lost, &changed)?;
    }
    let parts: BTreeSet<&String> = old.digests.keys().chain(new.digests.keys()).collect();
    void.certified_parts = parts
        .into_iter()
        .filter(|part| old.digests.get(*part) != new.digests.get(*part))
        .cloned()
        .collect();
    Ok(void)
}

/// Cases of a person's own that mean nothing, or something else, in the new edition.
fn own_cases(old: &Edition, new: &Edition) -> Vec<OwnCase> {
    let (Some(before), Some(after)) = (&old.suite, &new.suite) else {
        return Vec::new();
    };
    let changed = changed_clauses(&old.contract, &new.contract);
    let void = |template: &Template| -> Option<OwnCase> {
        let why = match problem(after, template) {
            Some(what) => what,
            None if changed.contains(&template.clause) => {
                format!("its clause '{}' states something else", template.clause)
            }
            None => return None,
        };
        Some(OwnCase {
            id: template.id.clone(),
            why,
        })
    };
    before
        .templates()
        .filter(|template| {
            // Case files name a case within its operation.
            let id = template.id.split_once('/').map(|(_, id)| id);
            id.is_some_and(|id| old.own.contains(id))
        })
        .filter_map(void)
        .collect()
}

/// Derived cases and properties by id, as they stand in their files.
fn cases(edition: &Edition) -> BTreeMap<String, String> {
    let mut cases: BTreeMap<String, String> = skeleton::files(&edition.contract)
        .iter()
        .flat_map(|(_, text)| skeleton::entries(text))
        .collect();
    cases.retain(|id, _| !edition.own.contains(id));
    cases
}

/// Clauses of the old edition whose statement the new one does not make.
fn changed_clauses(old: &Contract, new: &Contract) -> BTreeSet<ClauseId> {
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
    changed: &BTreeSet<ClauseId>,
) -> Result<Vec<PathBuf>> {
    let mut void = Vec::new();
    for target in input::entries(folder)?
        .into_iter()
        .filter(|path| path.is_dir())
    {
        for path in input::entries(&target)? {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let is_of = |case: &&str| {
                let rest = case.strip_prefix(operation);
                rest.is_some_and(|rest| rest.starts_with("__"))
            };
            let Some(case) = name.strip_suffix(".snap").filter(is_of) else {
                continue;
            };
            let text = input::text(&path, Kind::Snapshot)?;
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
