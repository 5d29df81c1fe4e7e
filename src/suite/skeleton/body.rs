//! Cases of the request's body: its documented boundaries, and one broken clause each.

use super::{Entry, Skeleton, slug};
use crate::contract::{Clauses, Place};
use crate::profile::Role;
use crate::suite::case::{Member, Vary};
use crate::suite::payload;
use crate::suite::shown::lend;
use std::collections::BTreeMap;

/// Aspects of a row that a body can break.
const ASPECTS: [&str; 8] = [
    "mandatory",
    "type",
    "enum",
    "length",
    "range",
    "pattern",
    "format",
    "items",
];

impl Skeleton<'_> {
    /// Bodies at the ends of what the tables allow.
    pub(super) fn body_boundaries(&self) -> Vec<Entry> {
        let (Some(documented), Some(base), Some(validator)) =
            (&self.contract.request_body, &self.body, &self.validator)
        else {
            return Vec::new();
        };
        let mut entries = Vec::new();
        let full = payload::Full::of(documented);
        let example = self.contract.request_example();
        let example = example.filter(|example| example == base);
        for (name, summary, mut body) in [
            (
                "minimal",
                "nothing but what must be given",
                payload::minimal(documented),
            ),
            (
                "full",
                "every documented member",
                payload::conforming(documented, &mut payload::Draw::plain(), true),
            ),
        ] {
            if let Some(example) = &example {
                lend(&mut body, example);
            }
            if body != *base {
                let mut entry = self.entry(
                    format!("valid/body-{name}"),
                    format!("a body with {summary}"),
                    self.success_clause(),
                    self.successes(),
                );
                let text = Member::Json(body.to_string());
                entry.changes.body.insert(String::new(), text);
                entries.push(entry);
            }
        }
        for place in payload::places(documented) {
            // Of a text of some form the example is known to conform, and no other.
            let is_shown = example
                .as_ref()
                .and_then(|example| example.pointer(&payload::pointer(&place)))
                .is_some_and(|shown| shown.is_string() && place.field.is_of_a_form());
            let boundaries = payload::boundaries(&place).into_iter();
            for (name, value) in boundaries.filter(|_| !is_shown) {
                let Some(changes) = payload::conforming_change(base, &full, &place, &value) else {
                    continue;
                };
                let Some(body) = payload::changed(Some(base.clone()), &changes) else {
                    continue;
                };
                if body == *base
                    || validator
                        .violations(&serde_json::json!({ "body": body }))
                        .iter()
                        .any(|violation| {
                            violation.path.first().is_some_and(|first| first == "body")
                        })
                {
                    continue;
                }
                let mut entry = self.entry(
                    format!("valid/{}-{}", subject(&place), slug(&name)),
                    format!("{} {}", spoken(&place), name.replace('-', " ")),
                    self.success_clause(),
                    self.successes(),
                );
                entry.changes.body = changes;
                entries.push(entry);
            }
        }
        entries
    }

    /// Bodies that break one clause each.
    pub(super) fn body_violations(&self) -> Vec<Entry> {
        let Some(invalid) = self.status(Role::Parameter) else {
            return Vec::new();
        };
        let mut entries = Vec::new();
        self.each_clause(|place, aspect, ways| {
            for (name, summary, changes) in ways {
                let mut entry = Entry {
                    control: Some(self.control.clone()),
                    ..self.entry(
                        format!("body/{}-{}", subject(place), slug(name)),
                        format!("{} {summary}", spoken(place)),
                        place.stem.with(aspect),
                        vec![invalid],
                    )
                };
                entry.changes.body.clone_from(changes);
                entries.push(entry);
            }
        });
        entries
    }

    /// A property for each clause of the body that can be broken.
    pub(super) fn body_properties(&self, others: &[String]) -> Vec<Entry> {
        let Some(invalid) = self.status(Role::Parameter) else {
            return Vec::new();
        };
        let others: Vec<String> = others
            .iter()
            .filter(|name| *name != "body")
            .cloned()
            .collect();
        let mut entries = Vec::new();
        self.each_clause(|place, aspect, _| {
            if aspect == "mandatory" {
                // There is but one way to leave a member out.
                return;
            }
            let clause = place.stem.with(aspect);
            entries.push(Entry {
                control: Some(self.control.clone()),
                vary: Some(Vary {
                    conforming: others.clone(),
                    violating: Some(clause.clone()),
                    ways: true,
                    ..Vary::default()
                }),
                ..self.entry(
                    format!("any/body-{}-{aspect}", subject(place)),
                    format!(
                        "bodies that break the {aspect} of {} and nothing else",
                        spoken(place)
                    ),
                    clause,
                    vec![invalid],
                )
            });
        });
        entries
    }

    /// Calls `each` with every clause that can be broken, and the ways to do so.
    pub(super) fn each_clause(&self, mut each: impl FnMut(&Place<'_>, &str, &[Way])) {
        let (Some(documented), Some(base), Some(validator)) =
            (&self.contract.request_body, &self.body, &self.validator)
        else {
            return;
        };
        let clauses: Clauses = self.contract.clauses();
        let full = payload::Full::of(documented);
        for place in payload::places(documented) {
            for aspect in ASPECTS {
                if clauses.get(&place.stem.with(aspect)).is_none() {
                    continue;
                }
                let ways: Vec<Way> = payload::violations(&place, aspect)
                    .into_iter()
                    .filter_map(|(name, summary, member)| {
                        let changes = payload::broken_change(base, &full, &place, &member)?;
                        let body = payload::changed(Some(base.clone()), &changes)?;
                        payload::breaks_only(validator, &place, aspect, body)
                            .then_some((name, summary, changes))
                    })
                    .collect();
                if !ways.is_empty() {
                    each(&place, aspect, &ways);
                }
            }
        }
    }
}

/// A way to break a clause: name, summary, changes of the base body.
pub(super) type Way = (String, String, BTreeMap<String, Member>);

/// The place in the words of ids: `steps-kind`.
pub(super) fn subject(place: &Place<'_>) -> String {
    match slug(&path(place).replace("[]", "").replace("{}", "")) {
        empty if empty.is_empty() => "items".into(),
        subject => subject.trim_start_matches('-').to_owned(),
    }
}

/// The place in the words of summaries: `steps[]/kind`.
pub(super) fn spoken<'a>(place: &'a Place<'_>) -> &'a str {
    match path(place) {
        "" => "the body",
        path => path,
    }
}

fn path<'a>(place: &'a Place<'_>) -> &'a str {
    let path = place.stem.strip_prefix("request/body").unwrap_or_default();
    path.trim_start_matches('/')
}
