//! Properties of a skeleton suite: families of generated requests.
//!
//! | subject | requests |
//! | --- | --- |
//! | `any/…` | that conform, or break one statement |
//! | `own/…` | the same, each on a connection of its own |
//! | `both/…` | that break two statements |
//! | `late/…` | the same as `any`, behind all others |
//! | `travel/…` | one request in every way to travel |
//! | `together/…` | two at the same time |

use super::body::{spoken, subject};
use super::{Entry, Skeleton, slug};
use crate::contract::{ClauseId, Parameter, TypeName};
use crate::exchange::{HeaderNames, HttpVersion, Travel, Writing};
use crate::profile::Role;
use crate::suite::case::{RequestValues, Vary};
use crate::suite::shown::shown;
use crate::suite::strategy::can_break;

/// Requests of a property that repeats another one in other circumstances.
const REPEATED: u32 = 16;
/// Requests of each pair of faults: two thirds of the combinations of the first few ways to
/// make each.
const PAIRED: u32 = 40;
/// Requests that are sent two at a time.
const TOGETHER: u32 = 32;
/// Conforming requests: enough to see a fault that shows in one reply of nine (missed
/// with probability (8/9)^56, about 1 in 700).
const CONFORMING: u32 = 56;

/// Each on a connection of its own.
const FRESH: Travel = Travel {
    header_names: HeaderNames::Documented,
    http_version: HttpVersion::Any,
    writing: Writing::Usual,
    fresh_connection: true,
};

impl Skeleton<'_> {
    pub(super) fn properties(&self) -> Vec<Entry> {
        let at_home = self.names(&|row| !self.is_elsewhere(row));
        let mut entries = vec![
            self.property(
                "any/valid",
                "conforming requests for the project that the token may use",
                (self.success_clause(), self.successes()),
                conforming(&at_home),
            ),
            Entry {
                travel: FRESH,
                requests: Some(CONFORMING),
                ..self.property(
                    "own/valid",
                    "conforming requests, each on a connection of its own",
                    (self.success_clause(), self.successes()),
                    conforming(&at_home),
                )
            },
        ];
        entries.extend(self.anywhere());
        let refused = self.refused(&at_home);
        entries.extend(self.body_properties(&at_home));
        // Those of bodies are there already, each clause.
        let of_rows = refused
            .iter()
            .filter(|it| it.stem != ClauseId::request_body());
        entries.extend(of_rows.map(|it| it.entry(self)));
        entries.extend(refused.iter().map(|it| Entry {
            travel: FRESH,
            requests: Some(REPEATED),
            ..it.named("own", self)
        }));
        entries.extend(self.travelling());
        entries.extend(self.pairs(&refused));
        entries.extend(self.three_faults(&refused));
        entries.push(Entry {
            is_at_once: true,
            travel: FRESH,
            requests: Some(TOGETHER),
            ..self.property(
                "together/valid",
                "conforming requests, two at the same time",
                (self.success_clause(), self.successes()),
                conforming(&at_home),
            )
        });
        entries.extend(refused.iter().map(|it| Entry {
            is_at_once: true,
            travel: FRESH,
            requests: Some(TOGETHER / 2),
            ..it.named("together", self)
        }));
        entries.extend(self.provoked_properties(&at_home));
        entries.push(Entry {
            is_late: true,
            requests: Some(REPEATED),
            ..self.property(
                "late/valid",
                "conforming requests, behind all others",
                (self.success_clause(), self.successes()),
                conforming(&at_home),
            )
        });
        entries.extend(refused.iter().map(|it| Entry {
            is_late: true,
            requests: Some(REPEATED),
            ..it.named("late", self)
        }));
        entries
    }

    /// Parameters whose values need not name what is there vary in properties of their own.
    fn is_elsewhere(&self, row: &Parameter) -> bool {
        self.is_project(row) || self.is_resource(row)
    }

    /// The names of what varies, as far as it is kept, and of the body.
    fn names(&self, keep: &dyn Fn(&Parameter) -> bool) -> Vec<String> {
        let is_known =
            |row: &&Parameter| !row.field.is_told_in_prose() || shown(self.contract, row).is_some();
        let rows = self.varied().filter(|row| keep(row)).filter(is_known);
        let rows = rows.map(name);
        rows.chain(self.body.is_some().then(|| "body".to_owned()))
            .collect()
    }

    fn property(
        &self,
        id: &str,
        summary: &str,
        (clause, expect): (ClauseId, Vec<u16>),
        vary: Vary,
    ) -> Entry {
        Entry {
            vary: Some(Vary { ways: true, ..vary }),
            ..self.entry(id.into(), summary.into(), clause, expect)
        }
    }

    /// Conforming requests for projects and resources that need not be there.
    fn anywhere(&self) -> Vec<Entry> {
        let project = self.contract.project();
        let resources = self.varied().filter(|row| self.is_resource(row));
        let rows = project.into_iter().chain(resources);
        rows.map(|row| {
            let word = match project == Some(row) {
                true => "project",
                false => &row.field.name,
            };
            let entry = self.property(
                &format!("any/{}", slug(word)),
                &format!("conforming requests for any well-formed {word}"),
                (self.success_clause(), self.successes()),
                conforming(&self.names(&|other| other == row || !self.is_elsewhere(other))),
            );
            self.elsewhere(row, entry)
        })
        .collect()
    }

    /// Every kind of request that must be refused.
    fn refused(&self, at_home: &[String]) -> Vec<Refused> {
        let mut refused = self.broken_rows(at_home);
        refused.extend(self.broken_bodies(at_home));
        if let (Some(status), Some(token)) = (self.status(Role::Token), self.contract.token()) {
            refused.push(Refused {
                what: "wrong-token".into(),
                stem: token.stem(),
                summary: "valid requests but for the token".into(),
                clause: ClauseId::status(status),
                statuses: vec![status],
                vary: Vary {
                    wrong_token: Some(token.field.name.clone()),
                    ..conforming(at_home)
                },
                is_foreign: false,
            });
        }
        if let (Some(status), Some(project)) = (
            self.status(Role::Tenant),
            self.contract
                .project()
                .filter(|_| self.foreign_changes().is_some()),
        ) {
            refused.push(Refused {
                what: "foreign-project".into(),
                stem: project.stem(),
                summary: "valid requests but for the project, which is another tenant's".into(),
                clause: ClauseId::status(status),
                statuses: self.refusals_of_tenant(status),
                vary: conforming(at_home),
                is_foreign: true,
            });
        }
        refused
    }

    /// Requests that break a statement about the body, one of each kind: the others have
    /// properties of their own.
    fn broken_bodies(&self, at_home: &[String]) -> Vec<Refused> {
        let Some(invalid) = self.status(Role::Parameter) else {
            return Vec::new();
        };
        let others = at_home.iter().filter(|name| *name != "body").cloned();
        let others: Vec<String> = others.collect();
        let mut broken: Vec<(String, Refused)> = Vec::new();
        self.each_clause(|place, aspect, _| {
            if aspect == "mandatory" || broken.iter().any(|(kind, _)| kind == aspect) {
                return;
            }
            let one = Refused::breaking(
                format!("body-{}-{aspect}", subject(place)),
                &format!("bodies that break the {aspect} of {}", spoken(place)),
                (ClauseId::request_body(), place.stem.with(aspect)),
                invalid,
                &others,
            );
            broken.push((aspect.to_owned(), one));
        });
        broken.into_iter().map(|(_, one)| one).collect()
    }

    /// Requests that break one statement about a row, the other rows at will.
    fn broken_rows(&self, at_home: &[String]) -> Vec<Refused> {
        let Some(invalid) = self.status(Role::Parameter) else {
            return Vec::new();
        };
        let breaking = |row: &Parameter, aspect: &str, what: &str, words: &str| {
            let own = name(row);
            let others = at_home.iter().filter(|name| **name != own).cloned();
            let others: Vec<String> = others.collect();
            Refused::breaking(
                format!("{}-{what}", slug(&row.field.name)),
                &format!("requests that {words} {}", row.field.name),
                (row.stem(), row.stem().with(aspect)),
                invalid,
                &others,
            )
        };
        let mut refused = Vec::new();
        for row in self.varied() {
            let facts = &row.field.constraints;
            let kind = row.field.kind.innermost();
            let is_text = *kind == TypeName::String;
            for (aspect, stated) in [
                ("enum", !facts.values.is_empty()),
                ("length", !facts.length.is_open() && is_text),
                ("range", !facts.range.is_open()),
                ("pattern", facts.pattern.is_some()),
                ("format", facts.format.is_some()),
                ("type", !matches!(kind, TypeName::String | TypeName::Any)),
            ] {
                // A statement that no text breaks (at least one character of a path)
                // gives no property.
                let is_broken = |request| can_break(request, row, aspect);
                if stated && self.validator.as_ref().is_none_or(is_broken) {
                    let words = format!("break the {aspect} of");
                    refused.push(breaking(row, aspect, aspect, &words));
                }
            }
        }
        if refused.is_empty() && self.body.is_none() {
            // Where nothing else breaks a request: faults of 400 that show now and then.
            let lacking = self.varied().filter(|row| self.can_lack(row));
            refused.extend(lacking.map(|row| breaking(row, "mandatory", "missing", "lack")));
        }
        refused
    }

    /// Requests that break two statements: the status of either conforms.
    fn pairs(&self, refused: &[Refused]) -> Vec<Entry> {
        let mut pairs = Vec::new();
        for (at, one) in refused.iter().enumerate() {
            let mut is_paired = false;
            for other in &refused[at + 1..] {
                let Some(vary) = one.with(other) else {
                    continue;
                };
                // Of rows, each is paired with the next one: all pairs would be too many.
                if other.is_about_a_row() && std::mem::replace(&mut is_paired, true) {
                    continue;
                }
                let mut statuses = one.statuses.clone();
                statuses.extend(&other.statuses);
                statuses.dedup();
                let what = format!("{}-and-{}", one.what, other.what);
                pairs.push(Entry {
                    changes: if one.is_foreign || other.is_foreign {
                        self.foreign_changes().unwrap_or_default()
                    } else {
                        RequestValues::default()
                    },
                    ..self.pair(&what, one, statuses, vary)
                });
            }
            pairs.extend(self.pair_with_any_project(one));
        }
        pairs
    }

    /// A broken row for any well-formed project: it may be another tenant's, or not there.
    fn pair_with_any_project(&self, one: &Refused) -> Option<Entry> {
        let project = self.contract.project()?;
        let mut statuses = one.statuses.clone();
        statuses.extend(self.refusals_elsewhere());
        let is_other = !one.is_foreign && one.stem != project.stem();
        if !is_other || statuses.len() == one.statuses.len() {
            return None;
        }
        let mut vary = one.vary.clone();
        vary.conforming.push(name(project));
        let what = format!("{}-and-any-project", one.what);
        Some(self.pair(&what, one, statuses, vary))
    }

    /// Two rows broken, and the token wrong.
    fn three_faults(&self, refused: &[Refused]) -> Option<Entry> {
        let token = refused.iter().find(|one| one.vary.wrong_token.is_some())?;
        let mut rows = refused.iter().filter(|one| one.is_about_a_row());
        let one = rows.next()?;
        let (other, both) = rows.find_map(|other| Some((other, one.with(other)?)))?;
        let mut statuses = one.statuses.clone();
        statuses.extend(&token.statuses);
        let what = format!("{}-and-{}-and-wrong-token", one.what, other.what);
        let vary = Vary {
            wrong_token: token.vary.wrong_token.clone(),
            ..both
        };
        Some(self.pair(&what, one, statuses, vary))
    }

    fn pair(&self, what: &str, one: &Refused, statuses: Vec<u16>, vary: Vary) -> Entry {
        Entry {
            control: Some(self.control.clone()),
            requests: Some(PAIRED),
            ..self.property(
                &format!("both/{what}"),
                &format!("requests with {}", what.replace('-', " ")),
                (one.clause.clone(), statuses),
                vary,
            )
        }
    }

    fn provoked_properties(&self, at_home: &[String]) -> Vec<Entry> {
        let provoked = self.unprovoked().map(|status| Entry {
            control: Some(self.control.clone()),
            provoke: Some(status),
            requests: Some(CONFORMING),
            ..self.property(
                &format!("any/provoked-{status}"),
                &format!("valid requests with the target's provocation for {status}"),
                (ClauseId::status(status), vec![status]),
                conforming(at_home),
            )
        });
        provoked.collect()
    }
}

/// A kind of request that must be refused.
struct Refused {
    /// Slug.
    what: String,
    /// Stem of the row that it is about.
    stem: ClauseId,
    summary: String,
    clause: ClauseId,
    statuses: Vec<u16>,
    vary: Vary,
    /// Whether the project is another tenant's.
    is_foreign: bool,
}

impl Refused {
    /// Requests that break one clause of a row, and nothing else.
    fn breaking(
        what: String,
        summary: &str,
        (stem, clause): (ClauseId, ClauseId),
        status: u16,
        others: &[String],
    ) -> Self {
        Self {
            what,
            stem,
            summary: format!("{summary} and nothing else"),
            clause: clause.clone(),
            statuses: vec![status],
            vary: Vary {
                violating: Some(clause),
                ..conforming(others)
            },
            is_foreign: false,
        }
    }

    fn entry(&self, skeleton: &Skeleton<'_>) -> Entry {
        self.named("any", skeleton)
    }

    fn named(&self, subject: &str, skeleton: &Skeleton<'_>) -> Entry {
        let summary = match subject {
            "own" => format!("{}, each on a connection of its own", self.summary),
            "late" => format!("{}, behind all others", self.summary),
            "together" => format!("{}, each beside a valid one", self.summary),
            _ => self.summary.clone(),
        };
        let mut entry = skeleton.property(
            &format!("{subject}/{}", self.what),
            &summary,
            (self.clause.clone(), self.statuses.clone()),
            self.vary.clone(),
        );
        entry.control = Some(skeleton.control.clone());
        if self.is_foreign {
            entry.changes = skeleton.foreign_changes().unwrap_or_default();
        }
        entry
    }

    fn is_about_a_row(&self) -> bool {
        self.vary.violating.is_some()
    }

    /// What varies where both faults are made; `None` where both are about one row.
    fn with(&self, other: &Self) -> Option<Vary> {
        if self.stem == other.stem {
            return None;
        }
        let (one, two) = (&self.vary, &other.vary);
        let is_kept = |name: &&String| {
            let stem = format!("request/{name}");
            let is_fixed = |fixed: &ClauseId| **fixed == *stem;
            two.conforming.contains(name) && !is_fixed(&self.stem) && !is_fixed(&other.stem)
        };
        let mut clauses = one.violating.iter().chain(&two.violating).cloned();
        Some(Vary {
            conforming: one.conforming.iter().filter(is_kept).cloned().collect(),
            violating: clauses.next(),
            also_violating: clauses.next(),
            wrong_token: one.wrong_token.clone().or(two.wrong_token.clone()),
            ..Vary::default()
        })
    }
}

fn name(row: &Parameter) -> String {
    format!("{}/{}", row.location.id(), row.field.name)
}

fn conforming(names: &[String]) -> Vary {
    Vary {
        conforming: names.to_vec(),
        ..Vary::default()
    }
}
