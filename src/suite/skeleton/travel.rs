//! Cases of how a request travels: what changes nothing about it, and a token or a value
//! that stands where no row places it.

use super::{Entry, Skeleton, members, slug};
use crate::contract::{ClauseId, Location, Mandatory, Parameter, TypeName, is_safe};
use crate::exchange::{HttpVersion, Travel};
use crate::profile::Role;
use crate::suite::attack;
use crate::suite::case::{Member, RequestValues, TokenChange, Value, Vary};
use crate::suite::payload::root_pointer;
use crate::suite::strategy::{breaks, conforming_edges};

/// A token that no service gave.
const WRONG: &str = "0f1e2d3c4b5a69780f1e2d3c4b5a6978";
/// What no list names.
const UNLISTED: &str = "unlisted";

/// A request that travels in many ways.
struct Traveller {
    what: &'static str,
    summary: &'static str,
    clause: ClauseId,
    expect: Vec<u16>,
    changes: RequestValues,
}

impl Traveller {
    fn entry(&self, skeleton: &Skeleton<'_>, subject: &str, how: &str) -> Entry {
        Entry {
            control: (self.what != "valid").then(|| skeleton.control.clone()),
            changes: self.changes.clone(),
            ..skeleton.entry(
                format!("{subject}/{}", self.what),
                format!("{} {how}", self.summary),
                self.clause.clone(),
                self.expect.clone(),
            )
        }
    }
}

/// What stands in a place where it may be misplaced.
fn kind(location: Location) -> &'static str {
    match location {
        Location::Header => "header",
        Location::Path | Location::Query => "query as",
    }
}

/// A query parameter that no page documents.
const ANOTHER: &str = "x-conformant";

impl Skeleton<'_> {
    /// Whether the page documents a query parameter of this name.
    pub(super) fn is_of_the_query(&self, name: &str) -> bool {
        self.contract.parameter(Location::Query, name).is_some()
    }

    /// Valid requests that travel in other ways.
    pub(super) fn ways(&self) -> Vec<Entry> {
        let valid = |id: &str, summary: &str| {
            self.entry(
                format!("valid/{id}"),
                summary.into(),
                self.success_clause(),
                self.successes(),
            )
        };
        let mut entries = vec![
            Entry {
                travel: Travel {
                    http_version: HttpVersion::One,
                    fresh_connection: true,
                    ..Travel::default()
                },
                ..valid("http-1-0", "the base request in HTTP/1.0")
            },
            valid(
                "closing",
                "a request that asks for the connection to be closed",
            ),
            valid(
                "with-another-query",
                "a request with a query that the page does not document",
            ),
        ];
        entries[1].travel.fresh_connection = true;
        entries[1]
            .changes
            .other_headers
            .insert("Connection".into(), Value::Text("close".into()));
        // A server may refuse what it does not know: never by another status.
        entries[2].expect.extend(self.status(Role::Parameter));
        entries[2]
            .changes
            .other_query
            .insert(ANOTHER.into(), Value::Text("1".into()));
        let mut many = valid("with-many-headers", "a request with 40 header fields more");
        for number in 1..=40 {
            let name = format!("X-Conformant-{number}");
            let value = Value::Text(number.to_string());
            many.changes.other_headers.insert(name, value);
        }
        entries.push(many);
        entries.extend(self.needless_escapes());
        entries.extend(self.named_twice());
        entries
    }

    /// The name of a row of the path, with another value, in the query as well: a server may
    /// refuse that, and must not ask for the other thing.
    fn named_twice(&self) -> Vec<Entry> {
        // What is changed must be what the path names, and nothing else.
        let in_path = self.varied().filter(|row| {
            is_safe(&self.contract.method)
                && row.location == Location::Path
                && !self.is_resource(row)
                && !self.is_of_the_query(&row.field.name)
        });
        let twice = in_path.filter_map(|row| {
            let other = conforming_edges(&row.field).pop()?;
            let name = row.field.name.clone();
            let mut entry = self.entry(
                format!("valid/{}-in-the-query-too", slug(&name)),
                format!("{name} with another value in the query"),
                self.success_clause(),
                self.successes(),
            );
            entry.expect.extend(self.status(Role::Parameter));
            entry.changes.other_query.insert(name, Value::Text(other));
            Some(entry)
        });
        twice.collect()
    }

    /// A listed value whose first letter is percent-encoded without need: the same address
    /// (RFC 3986 section 6.2.2.2).
    fn needless_escapes(&self) -> Option<Entry> {
        let row = self.listed.filter(|row| row.location != Location::Header)?;
        let value = row.field.constraints.values.first()?;
        let mut letters = value.chars();
        let first = letters.next().filter(char::is_ascii_alphanumeric)?;
        let rest: String = crate::exchange::percent_encode(letters.as_str());
        let mut entry = self.entry(
            "valid/needlessly-encoded".into(),
            format!(
                "{} with a letter percent-encoded without need (RFC 3986 section 6.2.2.2)",
                row.field.name
            ),
            row.stem().with("enum"),
            self.successes(),
        );
        let raw = format!("%{:02X}{rest}", u32::from(first));
        members(&mut entry.changes, row.location).insert(row.field.name.clone(), Value::Raw(raw));
        Some(entry)
    }

    /// Valid and invalid requests, each in every way to travel, and behind every query that
    /// no page documents.
    pub(super) fn travelling(&self) -> Vec<Entry> {
        let travellers = self.travellers();
        let count = |count: usize| u32::try_from(count).ok();
        let ways = travellers.iter().map(|it| Entry {
            requests: count(attack::ways().len()),
            vary: Some(Vary {
                ways: true,
                ..Vary::default()
            }),
            ..it.entry(self, "travel", "in every way to travel")
        });
        let is_documented = |name: &str| self.is_of_the_query(name);
        let queries = travellers.iter().map(|it| {
            let mut entry = it.entry(self, "queries", "with a query that no page documents");
            // A server may refuse what it does not know: never by another status.
            let refused = self.status(Role::Parameter);
            let others = refused.filter(|status| !entry.expect.contains(status));
            entry.expect.extend(others);
            Entry {
                requests: count(attack::queries(is_documented).count()),
                vary: Some(Vary {
                    queries: true,
                    ..Vary::default()
                }),
                ..entry
            }
        });
        ways.chain(queries).collect()
    }

    /// The base request, and one of each kind that must be refused.
    fn travellers(&self) -> Vec<Traveller> {
        let mut travellers = vec![Traveller {
            what: "valid",
            summary: "the base request",
            clause: self.success_clause(),
            expect: self.successes(),
            changes: RequestValues::default(),
        }];
        if let (Some(status), Some(token)) = (self.status(Role::Token), self.contract.token()) {
            let name = &token.field.name;
            let mut traveller = |what, summary, value| {
                let mut changes = RequestValues::default();
                changes.headers.insert(name.clone(), value);
                travellers.push(Traveller {
                    what,
                    summary,
                    clause: ClauseId::status(status),
                    expect: vec![status],
                    changes,
                });
            };
            let wrong = Value::Text(WRONG.into());
            traveller("wrong-token", "a wrong token", wrong);
            if token.field.mandatory == Mandatory::Yes {
                traveller("no-token", "no token", Value::Omitted);
            }
        }
        let Some(invalid) = self.status(Role::Parameter) else {
            return travellers;
        };
        let is_unlisted = |row: &&Parameter| {
            let request = self.validator.as_ref();
            request.is_some_and(|request| breaks(request, row, "enum", UNLISTED))
        };
        if let Some(row) = self.varied().find(is_unlisted) {
            let mut changes = RequestValues::default();
            let value = Value::Text(UNLISTED.into());
            members(&mut changes, row.location).insert(row.field.name.clone(), value);
            travellers.push(Traveller {
                what: "unlisted",
                summary: "a value that no list names",
                clause: row.stem().with("enum"),
                expect: vec![invalid],
                changes,
            });
        }
        let body = self.contract.request_body.as_ref();
        let rows = body.into_iter().flat_map(|body| &body.fields);
        let mut listed =
            rows.filter(|row| row.kind == TypeName::String && !row.constraints.values.is_empty());
        if let Some(row) = listed.find(|row| self.body_has(&row.name)) {
            let mut changes = RequestValues::default();
            let value = Member::Json(format!("\"{UNLISTED}\""));
            changes.body.insert(root_pointer(&row.name), value);
            travellers.push(Traveller {
                what: "body-unlisted",
                summary: "a member of the body that no list names",
                clause: ClauseId::request_body().with(&row.name).with("enum"),
                expect: vec![invalid],
                changes,
            });
        }
        travellers
    }

    /// Whether the base body has this member.
    fn body_has(&self, name: &str) -> bool {
        self.body
            .as_ref()
            .is_some_and(|body| body.get(name).is_some())
    }

    /// The right token in a place that no row names, and none where it belongs.
    pub(super) fn misplaced_tokens(&self) -> Vec<Entry> {
        let (Some(refused), Some(token)) = (self.status(Role::Token), self.contract.token()) else {
            return Vec::new();
        };
        if token.field.mandatory != Mandatory::Yes {
            return Vec::new();
        }
        let name = &token.field.name;
        let spelt = |text: &str| match text {
            "NAME_" => name.replace('-', "_"),
            "name" => name.to_ascii_lowercase(),
            text => text.replace("NAME", name),
        };
        let is_documented = |location: Location, other: &str| {
            let mut rows = self.contract.parameters.iter();
            rows.any(|row| row.location == location && row.field.name.eq_ignore_ascii_case(other))
        };
        let places = attack::places().iter().filter_map(|place| {
            let (location, other) = match (&place.header, &place.query) {
                (Some(header), _) => (Location::Header, spelt(header)),
                (None, Some(query)) => (Location::Query, spelt(query)),
                (None, None) => return None,
            };
            if is_documented(location, &other) {
                return None;
            }
            let value = match &place.value {
                Value::Token(TokenChange::Prepended(text)) => {
                    Value::Token(TokenChange::Prepended(spelt(text)))
                }
                value => value.clone(),
            };
            let mut entry = Entry {
                control: Some(self.control.clone()),
                faults: 2,
                ..self.entry(
                    format!("token/{}", place.name),
                    format!(
                        "the token is in the {} {other}, and not in {name}",
                        kind(location)
                    ),
                    token.stem().with("mandatory"),
                    vec![refused],
                )
            };
            entry.changes.headers.insert(name.clone(), Value::Omitted);
            let others = match location {
                Location::Query => &mut entry.changes.other_query,
                _ => &mut entry.changes.other_headers,
            };
            others.insert(other, value);
            Some(entry)
        });
        places.collect()
    }

    /// A value that no list names, and a listed one of the same name in the query.
    pub(super) fn beside_a_query(&self, row: &Parameter) -> Option<Entry> {
        let invalid = self.status(Role::Parameter)?;
        let listed = row.field.constraints.values.first()?;
        if row.location != Location::Path || self.is_of_the_query(&row.field.name) {
            return None;
        }
        let name = row.field.name.clone();
        let mut entry = Entry {
            control: Some(self.control.clone()),
            faults: 2,
            ..self.entry(
                format!("{}/unlisted-and-listed-in-the-query", self.file_of(row)),
                format!("{name} that no list names, with a listed one in the query"),
                row.stem().with("enum"),
                vec![invalid],
            )
        };
        let unlisted = Value::Text("unlisted".into());
        entry.changes.path.insert(name.clone(), unlisted);
        let listed = Value::Text(listed.clone());
        entry.changes.other_query.insert(name, listed);
        Some(entry)
    }
}
