//! Cases of bodies that are no body of this operation at all: no JSON, JSON of another
//! shape, nothing, or another media type. Expected is what the page documents.

use super::{Entry, Skeleton, members};
use crate::contract::{ClauseId, Location, Mandatory};
use crate::profile::Role;
use crate::suite::case::{Member, Value};

impl Skeleton<'_> {
    /// Bodies that no table describes, and those of an undocumented media type.
    pub(super) fn unread_bodies(&self) -> Vec<Entry> {
        let (Some(invalid), Some(documented), Some(base)) = (
            self.status(Role::Parameter),
            &self.contract.request_body,
            &self.body,
        ) else {
            return Vec::new();
        };
        let mut entries = Vec::new();
        let text = base.to_string();
        let cut = &text[..text.len() - 1];
        let mut texts = vec![
            ("not-json", "is a word and no JSON", "x".to_owned()),
            ("unclosed", "lacks its last bracket", cut.to_owned()),
            (
                "text-behind",
                "has a word behind its JSON",
                format!("{text}x"),
            ),
        ];
        if documented.whole().is_none() {
            texts.push(("a-text", "is a JSON text", "\"x\"".to_owned()));
            texts.push(("an-array", "is a JSON array", "[\"x\"]".to_owned()));
        }
        // Where nothing must be given, an empty body may stand for one without members.
        if documented
            .fields
            .iter()
            .any(|field| field.mandatory == Mandatory::Yes)
        {
            texts.push(("empty", "is empty", String::new()));
        }
        for (name, summary, text) in texts {
            let mut entry =
                self.invalid_body(name, summary, ClauseId::request_body(), vec![invalid]);
            let raw = Member::Raw(text);
            entry.changes.body.insert(String::new(), raw);
            entries.push(entry);
        }
        entries.extend(self.media_types(invalid));
        entries
    }

    /// The media type left out or another one, where its row demands or lists it.
    fn media_types(&self, invalid: u16) -> Vec<Entry> {
        let Some(row) = self.contract.media_type() else {
            return Vec::new();
        };
        let mut statuses = vec![invalid];
        statuses.extend(self.status(Role::MediaType));
        let is_listed = !row.field.constraints.values.is_empty();
        let other = Value::Text("text/plain".into());
        let is_other = !row
            .field
            .constraints
            .values
            .contains(&"text/plain".to_owned());
        [
            (
                "without-media-type",
                "has no Content-Type",
                "mandatory",
                Value::Omitted,
                row.field.mandatory == Mandatory::Yes,
            ),
            (
                "of-another-media-type",
                "has the Content-Type text/plain",
                "enum",
                other,
                is_listed && is_other,
            ),
        ]
        .into_iter()
        .filter(|(.., applies)| *applies)
        .map(|(name, summary, aspect, value, _)| {
            let clause = row.stem().with(aspect);
            let mut entry = self.invalid_body(name, summary, clause, statuses.clone());
            members(&mut entry.changes, Location::Header).insert(row.field.name.clone(), value);
            entry
        })
        .collect()
    }

    fn invalid_body(&self, name: &str, summary: &str, clause: ClauseId, expect: Vec<u16>) -> Entry {
        Entry {
            control: Some(self.control.clone()),
            ..self.entry(
                format!("body/{name}"),
                format!("a body that {summary}"),
                clause,
                expect,
            )
        }
    }
}
