//! Reads the page's examples as JSON and gives them to the request and the statuses.

use super::Builder;
use crate::contract::{Body, Field, TypeName};
use crate::source::page::Page;
use serde_json::Value;
use std::collections::BTreeSet;

impl Builder {
    pub(super) fn examples(&mut self, page: &Page) {
        let has_body = self.contract.request_body.is_some();
        for at in 0..self.contract.request_examples.len() {
            let shown = &self.contract.request_examples[at];
            let (line, body) = (shown.line, shown.body.as_deref().filter(|_| has_body));
            if body.is_some_and(|body| serde_json::from_str::<Value>(body).is_err()) {
                self.find(
                    line,
                    "the example of a request holds no JSON that can be read".into(),
                    "it was not used",
                    "mend the example",
                );
            }
        }
        for example in page.examples.iter().filter(|example| !example.is_request) {
            let status = example.status.unwrap_or_else(|| self.some_success());
            let Ok(value) = serde_json::from_str(&example.text) else {
                self.find(
                    example.line,
                    format!("the example of status {status} is no JSON"),
                    "it was not used",
                    "mend the example",
                );
                continue;
            };
            match self.contract.responses.get_mut(&status) {
                Some(response) => {
                    let absent = response.body.as_mut().map(|body| absent(body, &value));
                    response.example = Some(value);
                    response.example_line = Some(example.line);
                    self.tell_absent(status, example.line, absent.unwrap_or_default());
                }
                None => self.find(
                    example.line,
                    format!("an example of status {status}, which the page does not document"),
                    "it was not used",
                    "add the status to the page's list of status codes",
                ),
            }
        }
    }

    /// Members that the page's own example of a reply lacks need not be present.
    fn tell_absent(&mut self, status: u16, line: usize, absent: Absent) {
        match absent {
            Absent::None => {}
            Absent::Some(names) => self.find(
                line,
                format!(
                    "the example of status {status} lacks '{}'",
                    names.join("', '")
                ),
                "a reply may lack them, too",
                "where every reply has them, mend the example in the page's copy",
            ),
            Absent::All => self.find_guess(
                line,
                format!("the example of status {status} has no member that the table lists"),
                "the table counts",
                "find out which is right, and mend the page's copy",
            ),
        }
    }
}

/// What an example lacks of the members that its tables list.
#[derive(Debug, Default, PartialEq, Eq)]
enum Absent {
    #[default]
    None,
    /// These, in places where others of their table stand.
    Some(Vec<String>),
    /// Everything: the example is of another shape than the table.
    All,
}

/// Marks the members as optional that an example lacks.
fn absent(body: &mut Body, example: &Value) -> Absent {
    let mut lacking = BTreeSet::new();
    let members = match body.whole() {
        Some(whole) => body.members(&whole.kind),
        None => Some(body.fields.as_slice()),
    };
    let Some(members) = members else {
        return Absent::None;
    };
    if let Value::Object(shown) = example
        && !members.is_empty()
        && members.iter().all(|field| !shown.contains_key(&field.name))
    {
        return Absent::All;
    }
    lacks(body, members, example, &mut lacking);
    let mut names = Vec::new();
    let fields = body
        .fields
        .iter_mut()
        .chain(body.objects.values_mut().flatten());
    for field in fields.filter(|field| !field.is_optional) {
        if lacking.contains(&(field.source.table, field.source.row)) {
            field.is_optional = true;
            names.push(field.name.clone());
        }
    }
    if names.is_empty() {
        Absent::None
    } else {
        Absent::Some(names)
    }
}

/// Notes the rows of members that an object in the example lacks, where it has others.
fn lacks(body: &Body, fields: &[Field], value: &Value, lacking: &mut BTreeSet<(u32, u32)>) {
    match value {
        Value::Array(items) => {
            for item in items {
                lacks(body, fields, item, lacking);
            }
        }
        Value::Object(members) => {
            let is_shown = fields.iter().any(|field| members.contains_key(&field.name));
            for field in fields.iter().filter(|_| is_shown) {
                match (members.get(&field.name), body.members(&field.kind)) {
                    (None, _) => {
                        lacking.insert((field.source.table, field.source.row));
                    }
                    (Some(inner), Some(fields)) if !matches!(field.kind, TypeName::Map(_)) => {
                        lacks(body, fields, inner, lacking);
                    }
                    _ => {}
                }
            }
        }
        _ => {}
    }
}
