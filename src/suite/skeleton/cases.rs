//! Named cases of a skeleton suite.

use super::parameters::filled;
use super::{Entry, Skeleton, members, slug};
use crate::contract::{ClauseId, Mandatory};
use crate::exchange::{HeaderNames, Travel};
use crate::profile::Role;
use crate::status;
use crate::suite::case::{RequestValues, TargetValue, TokenChange, Value};
use crate::suite::mutation::FILLER;

impl Skeleton<'_> {
    pub(super) fn valid(&self) -> Vec<Entry> {
        let mut entries = Vec::new();
        match self.listed {
            Some(parameter) => {
                let name = &parameter.field.name;
                for value in &parameter.field.constraints.values {
                    let mut entry = self.entry(
                        format!("valid/{}", slug(value)),
                        format!("{name} '{value}', the project that the token may use"),
                        parameter.stem().with("enum"),
                        self.successes(),
                    );
                    members(&mut entry.changes, parameter.location)
                        .insert(name.clone(), Value::Text(value.clone()));
                    entries.push(entry);
                }
            }
            None => entries.push(self.entry(
                "valid/base".into(),
                "the base request".into(),
                self.success_clause(),
                self.successes(),
            )),
        }
        for parameter in self
            .varied()
            .filter(|parameter| Some(*parameter) != self.listed)
        {
            entries.extend(self.boundaries(parameter));
        }
        entries.extend(self.body_boundaries());
        if let Some(token) = self.contract.token() {
            let token_clause = match token.field.mandatory {
                Mandatory::Yes => token.stem().with("mandatory"),
                _ => self.success_clause(),
            };
            entries.push(Entry {
                travel: Travel {
                    header_names: HeaderNames::Lower,
                    ..Travel::default()
                },
                ..self.entry(
                    "valid/header-names-in-lower-case".into(),
                    format!(
                        "{} spelt in lower case on the wire (RFC 9110 section 5.1)",
                        token.field.name
                    ),
                    token_clause,
                    self.successes(),
                )
            });
        }
        entries
    }

    pub(super) fn token(&self) -> Vec<Entry> {
        let (Some(refused), Some(token)) = (self.status(Role::Token), self.contract.token()) else {
            return Vec::new();
        };
        let wrong = "00000000000000000000000000000000";
        let changes = [
            ("missing", "is not sent", Value::Omitted),
            ("empty", "is empty", Value::Text(String::new())),
            (
                "wrong",
                "is a token that nobody was given",
                Value::Text(wrong.into()),
            ),
            (
                "appended",
                "is valid but for a character behind it",
                Value::Token(TokenChange::Appended("x".into())),
            ),
            (
                "cut",
                "is valid but for its last character",
                Value::Token(TokenChange::Cut(1)),
            ),
            (
                "in-other-case",
                "is valid but for upper and lower case",
                Value::Token(TokenChange::CaseSwapped),
            ),
            ("very-long", "has 4096 characters", filled(FILLER, 4096)),
        ];
        changes
            .into_iter()
            .filter_map(|(name, summary, value)| {
                let is_missing = matches!(name, "missing" | "empty");
                if is_missing && token.field.mandatory != Mandatory::Yes {
                    return None;
                }
                let clause = if is_missing {
                    token.stem().with("mandatory")
                } else {
                    ClauseId::status(refused)
                };
                let mut entry = Entry {
                    control: Some(self.control.clone()),
                    ..self.entry(
                        format!("token/{name}"),
                        format!("the token {summary}"),
                        clause,
                        vec![refused],
                    )
                };
                entry
                    .changes
                    .headers
                    .insert(token.field.name.clone(), value);
                Some(entry)
            })
            .collect()
    }

    /// Two faults in one request: either one's status conforms.
    pub(super) fn both(&self) -> Vec<Entry> {
        let (Some(invalid), Some(refused), Some(token)) = (
            self.status(Role::Parameter),
            self.status(Role::Token),
            self.contract.token(),
        ) else {
            return Vec::new();
        };
        self.varied()
            .filter_map(|parameter| {
                let mut entry = self.violations(parameter).into_iter().next()?;
                entry.id = format!("both/{}-and-no-token", slug(&parameter.field.name));
                entry.summary = format!("{}, and the token is not sent", entry.summary);
                entry.expect = vec![invalid, refused];
                entry.faults = 2;
                entry
                    .changes
                    .headers
                    .insert(token.field.name.clone(), Value::Omitted);
                Some(entry)
            })
            .collect()
    }

    pub(super) fn foreign_changes(&self) -> Option<RequestValues> {
        let project = self.contract.project()?;
        let mut changes = RequestValues::default();
        members(&mut changes, project.location).insert(
            project.field.name.clone(),
            Value::Target(TargetValue::ForeignProjectId),
        );
        Some(changes)
    }

    /// Statuses that neither a valid nor an invalid request leads to by itself. None that
    /// tells the client to wait: it asks again until the reply is another.
    pub(super) fn unprovoked(&self) -> impl Iterator<Item = u16> {
        let roles = &self.contract.profile.status;
        let statuses = self.contract.responses.keys().copied();
        statuses.filter(move |status| {
            let status = *status;
            if status == roles.parameter {
                !self.can_break()
            } else if status == roles.token {
                self.token().is_empty()
            } else {
                !status::is_informational(status)
                    && status != self.success
                    && !self.contract.asks_to_wait(status)
            }
        })
    }

    /// Whether some request breaks a statement about requests.
    pub(super) fn can_break(&self) -> bool {
        !self.unread_bodies().is_empty()
            || self
                .varied()
                .any(|parameter| !self.violations(parameter).is_empty())
    }

    pub(super) fn provoked(&self) -> Vec<Entry> {
        let mut entries = Vec::new();
        if let (Some(forbidden), Some(changes)) =
            (self.status(Role::Tenant), self.foreign_changes())
        {
            entries.push(Entry {
                control: Some(self.control.clone()),
                changes,
                ..self.entry(
                    "provoked/foreign-project".into(),
                    "a well-formed project of another tenant".into(),
                    ClauseId::status(forbidden),
                    self.refusals_of_tenant(forbidden),
                )
            });
        }
        for status in self.unprovoked() {
            entries.push(Entry {
                control: Some(self.control.clone()),
                provoke: Some(status),
                ..self.entry(
                    format!("provoked/{status}"),
                    format!("a valid request with the target's provocation for {status}"),
                    ClauseId::status(status),
                    vec![status],
                )
            });
        }
        entries
    }
}
