//! Compares two contracts row by row: what was added, removed, narrowed or widened.

use super::change::{Change, Kind};
use crate::contract::TypeName;
use crate::contract::{Basis, Bounds, ClauseId, Contract, Field, Mandatory};
use crate::status;
use std::collections::{BTreeMap, BTreeSet};

/// Every change between two contracts, by clause.
pub(super) fn changes(old: &Contract, new: &Contract) -> Vec<Change> {
    let mut changes = Vec::new();
    whole(old, new, &mut changes);
    rows(&rows_of(old), &rows_of(new), &mut changes);
    presence(old, new, &mut changes);
    changes
}

/// What the readings state: presence, echoes and relations of replies.
fn presence(old: &Contract, new: &Contract, changes: &mut Vec<Change>) {
    let stated = |contract: &Contract| -> BTreeMap<ClauseId, (String, String)> {
        contract
            .clauses()
            .iter()
            .filter(|clause| matches!(clause.basis, Basis::Reading(_)))
            .map(|clause| {
                let what = (clause.statement.clone(), clause.source.clone());
                (clause.id.clone(), what)
            })
            .collect()
    };
    let (before, after) = (stated(old), stated(new));
    let mut change = |clause: &ClauseId, kind: Kind, old: &str, new: &str, source: &str| {
        changes.push(Change {
            clause: clause.clone(),
            kind,
            old: old.to_owned(),
            new: new.to_owned(),
            source: source.to_owned(),
            breaks_clients: kind != Kind::Added,
            breaks_servers: kind != Kind::Removed,
        });
    };
    for (id, (statement, source)) in &before {
        match after.get(id) {
            None => change(id, Kind::Removed, statement, "", source),
            Some((other, source)) if other != statement => {
                change(id, Kind::Changed, statement, other, source);
            }
            Some(_) => {}
        }
    }
    for (id, (statement, source)) in after.iter().filter(|(id, _)| !before.contains_key(*id)) {
        change(id, Kind::Added, "", statement, source);
    }
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
                clause: ClauseId::status(*status),
                kind: Kind::Removed,
                old: response.meaning.clone(),
                new: String::new(),
                source: "status list".into(),
                breaks_clients: status::is_success(*status),
                breaks_servers: true,
            });
        }
    }
    for (status, response) in &new.responses {
        if !old.documents(*status) {
            changes.push(Change {
                clause: ClauseId::status(*status),
                kind: Kind::Added,
                old: String::new(),
                new: response.meaning.clone(),
                source: "status list".into(),
                breaks_clients: status::is_success(*status) || status::is_redirect(*status),
                breaks_servers: false,
            });
        }
    }
}

/// The rows of a contract by the stem of their clauses.
pub(super) fn rows_of(contract: &Contract) -> BTreeMap<ClauseId, &Field> {
    let mut rows = BTreeMap::new();
    for parameter in &contract.parameters {
        rows.insert(parameter.stem(), &parameter.field);
    }
    if let Some(body) = &contract.request_body {
        let places = body.places(ClauseId::request_body());
        rows.extend(places.map(|place| (place.stem, place.field)));
    }
    for (status, response) in &contract.responses {
        for field in &response.headers {
            rows.insert(ClauseId::header(*status, &field.name), field);
        }
        if let Some(body) = &response.body {
            let places = body.places(ClauseId::response(*status));
            rows.extend(places.map(|place| (place.stem, place.field)));
        }
    }
    rows
}

fn rows(
    old: &BTreeMap<ClauseId, &Field>,
    new: &BTreeMap<ClauseId, &Field>,
    changes: &mut Vec<Change>,
) {
    for (stem, field) in old {
        let in_request = stem.is_of_request();
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
        let in_request = stem.is_of_request();
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

/// Whether two rows state the same facts.
pub(super) fn agree(old: &Field, new: &Field) -> bool {
    let mut changes = Vec::new();
    row(&ClauseId::request_body(), old, new, &mut changes);
    changes.is_empty()
}

fn row(stem: &ClauseId, old: &Field, new: &Field, changes: &mut Vec<Change>) {
    let in_request = stem.is_of_request();
    let mut change = |aspect: &str, kind: Kind, before: String, after: String| {
        // What a request may hold is the client's to choose, a reply the server's.
        let (breaks_clients, breaks_servers) = match (in_request, kind) {
            (true, Kind::Widened | Kind::Added) => (false, true),
            (true, _) => (true, true),
            (false, Kind::Narrowed | Kind::Added) => (false, true),
            (false, Kind::Widened | Kind::Removed) => (true, false),
            (false, Kind::Changed | Kind::Reworded) => (true, true),
        };
        changes.push(Change {
            clause: stem.with(aspect),
            kind,
            old: before,
            new: after,
            source: new.source.to_string(),
            breaks_clients,
            breaks_servers,
        });
    };
    // The members of a type are compared one by one, whatever it is called.
    if unnamed(&old.kind) != unnamed(&new.kind) {
        let kind = match (&old.kind, &new.kind) {
            (TypeName::Int32, TypeName::Integer | TypeName::Long | TypeName::Number)
            | (TypeName::Integer, TypeName::Long | TypeName::Number)
            | (TypeName::Long, TypeName::Number)
            | (_, TypeName::Any) => Kind::Widened,
            (TypeName::Integer | TypeName::Long | TypeName::Number, TypeName::Int32)
            | (TypeName::Long | TypeName::Number, TypeName::Integer)
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

/// The type, its object of any name.
fn unnamed(kind: &TypeName) -> TypeName {
    match kind {
        TypeName::Named(_) => TypeName::Object,
        TypeName::Array(item) => TypeName::Array(Box::new(unnamed(item))),
        TypeName::Map(value) => TypeName::Map(Box::new(unnamed(value))),
        kind => kind.clone(),
    }
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
