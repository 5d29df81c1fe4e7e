//! Cases of how a request travels: what changes nothing about it, and a token or a value
//! that stands where no row places it.

use super::{Entry, Skeleton, members, slug};
use crate::contract::{Location, Mandatory, Parameter, is_safe};
use crate::exchange::{HttpVersion, Travel};
use crate::profile::Role;
use crate::suite::case::{TargetValue, TokenChange, Value};
use crate::suite::strategy::conforming_edges;

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

    /// The right token in a place that no row names, and none where it belongs.
    pub(super) fn misplaced_tokens(&self) -> Vec<Entry> {
        let (Some(refused), Some(token)) = (self.status(Role::Token), self.contract.token()) else {
            return Vec::new();
        };
        if token.field.mandatory != Mandatory::Yes {
            return Vec::new();
        }
        let name = &token.field.name;
        let right = || Value::Target(TargetValue::Token);
        let bearer = || Value::Token(TokenChange::Prepended("Bearer ".into()));
        let cookie = || Value::Token(TokenChange::Prepended(format!("{name}=")));
        let is_free = |header: &str| {
            let mut rows = self.contract.parameters.iter();
            rows.all(|row| !row.field.name.eq_ignore_ascii_case(header))
        };
        [
            ("in-authorization", "Authorization".to_owned(), bearer()),
            (
                "alone-in-authorization",
                "Authorization".to_owned(),
                right(),
            ),
            ("in-a-cookie", "Cookie".to_owned(), cookie()),
            ("in-another-header", "X-Token".to_owned(), right()),
            ("in-a-header-of-another-name", format!("{name}s"), right()),
            (
                "in-a-header-with-underscores",
                name.replace('-', "_"),
                right(),
            ),
        ]
        .into_iter()
        .filter(|(_, header, _)| is_free(header))
        .map(|(id, header, value)| {
            let mut entry = Entry {
                control: Some(self.control.clone()),
                faults: 2,
                ..self.entry(
                    format!("token/{id}"),
                    format!("the token is in {header}, and not in {name}"),
                    token.stem().with("mandatory"),
                    vec![refused],
                )
            };
            entry.changes.headers.insert(name.clone(), Value::Omitted);
            entry.changes.other_headers.insert(header, value);
            entry
        })
        .collect()
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
