//! Properties of a skeleton suite.

use super::{Entry, Skeleton, slug};
use crate::contract::{ClauseId, Parameter, TypeName};
use crate::profile::Role;
use crate::suite::case::Vary;
use crate::suite::strategy::can_break;

impl Skeleton<'_> {
    pub(super) fn properties(&self) -> Vec<Entry> {
        let name =
            |parameter: &Parameter| format!("{}/{}", parameter.location.id(), parameter.field.name);
        let names = |keep: &dyn Fn(&Parameter) -> bool| -> Vec<String> {
            self.varied()
                .filter(|parameter| keep(parameter))
                .map(name)
                .chain(self.body.is_some().then(|| "body".to_owned()))
                .collect()
        };
        // Ids in the path need not exist: they vary in properties of their own.
        let is_elsewhere =
            |parameter: &Parameter| self.is_project(parameter) || self.is_resource(parameter);
        let at_home = names(&|parameter| !is_elsewhere(parameter));
        let property =
            |id: &str, summary: &str, clause: ClauseId, expect: Vec<u16>, vary: Vary| Entry {
                vary: Some(vary),
                ..self.entry(id.into(), summary.into(), clause, expect)
            };
        let conforming = |names: &[String]| Vary {
            conforming: names.to_vec(),
            ..Vary::default()
        };
        // Requests that break one statement about a row, the other rows at will.
        let breaking = |row: &Parameter, aspect: &str, what: &str, words: &str, invalid: u16| {
            let own = name(row);
            let others = at_home.iter().filter(|name| **name != own).cloned();
            let others: Vec<String> = others.collect();
            let clause = row.stem().with(aspect);
            Entry {
                control: Some(self.control.clone()),
                ..property(
                    &format!("any/{}-{what}", slug(&row.field.name)),
                    &format!("requests that {words} {} and nothing else", row.field.name),
                    clause.clone(),
                    vec![invalid],
                    Vary {
                        violating: Some(clause),
                        ..conforming(&others)
                    },
                )
            }
        };
        let mut entries = vec![property(
            "any/valid",
            "conforming requests for the project that the token may use",
            self.success_clause(),
            self.successes(),
            conforming(&at_home),
        )];
        entries.push(Entry {
            fresh_connection: true,
            ..property(
                "any/valid-on-its-own-connection",
                "conforming requests, each on a connection of its own",
                self.success_clause(),
                self.successes(),
                conforming(&at_home),
            )
        });
        let project = self.contract.project();
        let resources = self
            .varied()
            .filter(|parameter| self.is_resource(parameter));
        for row in project.into_iter().chain(resources) {
            let word = match project == Some(row) {
                true => "project",
                false => &row.field.name,
            };
            let entry = property(
                &format!("any/{}", slug(word)),
                &format!("conforming requests for any well-formed {word}"),
                self.success_clause(),
                self.successes(),
                conforming(&names(&|parameter| {
                    parameter == row || !is_elsewhere(parameter)
                })),
            );
            entries.push(self.elsewhere(row, entry));
        }
        if let Some(invalid) = self.status(Role::Parameter) {
            for parameter in self.varied() {
                let facts = &parameter.field.constraints;
                let kind = parameter.field.kind.innermost();
                let is_text = *kind == TypeName::String;
                for (aspect, stated) in [
                    ("enum", !facts.values.is_empty()),
                    ("length", !facts.length.is_open() && is_text),
                    ("range", !facts.range.is_open()),
                    ("type", !matches!(kind, TypeName::String | TypeName::Any)),
                ] {
                    // A statement that no text breaks (at least one character of a path)
                    // gives no property.
                    let is_broken = |request| can_break(request, parameter, aspect);
                    if !stated || !self.validator.as_ref().is_none_or(is_broken) {
                        continue;
                    }
                    entries.push(breaking(
                        parameter,
                        aspect,
                        aspect,
                        &format!("break the {aspect} of"),
                        invalid,
                    ));
                }
            }
        }
        entries.extend(self.body_properties(&at_home));
        let is_broken = |entry: &Entry| {
            self.status(Role::Parameter)
                .is_some_and(|it| entry.expect == [it])
        };
        if let Some(invalid) = self
            .status(Role::Parameter)
            .filter(|_| !entries.iter().any(is_broken))
        {
            // Where nothing else breaks a request: faults of 400 that show now and then.
            for parameter in self.varied().filter(|row| self.can_lack(row)) {
                entries.push(breaking(parameter, "mandatory", "missing", "lack", invalid));
            }
        }
        if let (Some(refused), Some(token)) = (self.status(Role::Token), self.contract.token()) {
            entries.push(Entry {
                control: Some(self.control.clone()),
                ..property(
                    "any/wrong-token",
                    "valid requests but for the token",
                    ClauseId::status(refused),
                    vec![refused],
                    Vary {
                        wrong_token: Some(token.field.name.clone()),
                        ..conforming(&at_home)
                    },
                )
            });
        }
        if let (Some(forbidden), Some(changes)) =
            (self.status(Role::Tenant), self.foreign_changes())
        {
            entries.push(Entry {
                control: Some(self.control.clone()),
                changes,
                ..property(
                    "any/foreign-project",
                    "valid requests but for the project, which is another tenant's",
                    ClauseId::status(forbidden),
                    vec![forbidden],
                    conforming(&at_home),
                )
            });
        }
        for status in self.unprovoked() {
            entries.push(Entry {
                control: Some(self.control.clone()),
                provoke: Some(status),
                ..property(
                    &format!("any/provoked-{status}"),
                    &format!("valid requests with the target's provocation for {status}"),
                    ClauseId::status(status),
                    vec![status],
                    conforming(&at_home),
                )
            });
        }
        entries
    }
}
