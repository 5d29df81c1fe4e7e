//! Holds the page's examples against its own tables: where they contradict each
//! other, a person must say which is right. Types are never learnt from examples.

use crate::contract::{Body, Contract, Field, Finding};
use crate::schema::Validator;
use crate::schema::validate::{Aspect, Violation};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Most contradictions of one example that are reported.
const MAX: usize = 20;

/// What contradicts in the example of a request's body.
pub(super) fn of_request(contract: &Contract, validator: &Validator) -> Vec<Finding> {
    let Some(body) = &contract.request_body else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for request in &contract.request_examples {
        let body_shown = request.body.as_deref();
        let Some(example) = body_shown.and_then(|text| serde_json::from_str(text).ok()) else {
            continue;
        };
        let example: Value = example;
        let violations = validator
            .violations(&json!({ "body": example }))
            .into_iter()
            .filter(|violation| violation.path.first().is_some_and(|first| first == "body"))
            .map(|violation| Violation {
                path: violation.path[1..].to_vec(),
                ..violation
            });
        found.extend(findings(
            "a request",
            request.line,
            body,
            &example,
            violations,
        ));
    }
    found
}

/// What contradicts in the example of a status.
pub(super) fn of_response(contract: &Contract, status: u16, validator: &Validator) -> Vec<Finding> {
    let Some(response) = contract.responses.get(&status) else {
        return Vec::new();
    };
    let (Some(example), Some(body)) = (&response.example, &response.body) else {
        return Vec::new();
    };
    let line = response.example_line.unwrap_or(0);
    // That a member must be present is the reading's word, not the page's.
    let violations = validator.violations(example).into_iter();
    findings(&format!("status {status}"), line, body, example, violations)
}

fn findings(
    whose: &str,
    line: usize,
    body: &Body,
    example: &Value,
    violations: impl Iterator<Item = Violation>,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    // What a row is broken by is told once, however many items and levels break it.
    let mut broken: Vec<(String, &'static str, Vec<String>)> = Vec::new();
    for violation in violations.take(MAX) {
        let field = body.field_at(&violation.path);
        if field.is_some_and(|field| is_tolerated(field, &violation.found)) {
            continue;
        }
        let place = field.map_or_else(
            || body.source().to_string(),
            |field| format!("{} ({})", field.source, field.name),
        );
        let (how, member) = (words(violation.aspect), violation.path.join("/"));
        match broken.iter_mut().find(|it| it.0 == place && it.1 == how) {
            Some((.., members)) => members.push(member),
            None => broken.push((place, how, vec![member])),
        }
    }
    for (place, how, members) in broken {
        let how = match members.len() {
            1 => how.to_owned(),
            count => format!("{how}, as in {} further places", count - 1),
        };
        findings.push(contradicts(whose, line, &place, &members[0], &how));
    }
    let is_of_page = body.pointer.is_empty();
    let mut unknown = Vec::new();
    let members = match body.whole() {
        Some(whole) => body.members(&whole.kind),
        None => Some(body.fields.as_slice()),
    };
    if let Some(members) = members {
        undocumented(body, members, example, "", &mut unknown);
    }
    let mut by_parent: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for path in unknown.iter().take(MAX) {
        let (parent, _) = path.rsplit_once('/').unwrap_or_default();
        by_parent.entry(parent).or_default().push(path);
    }
    for names in by_parent.into_values() {
        let members = match names.as_slice() {
            [name] => format!("a member '{name}'"),
            names => format!("members '{}'", names.join("', '")),
        };
        findings.push(Finding::new(
            line,
            match is_of_page {
                true => format!("the example of {whose} has {members} that no table documents"),
                false => format!(
                    "{}: the example of {whose} has {members} that no schema documents",
                    body.pointer
                ),
            },
            "it is not part of the contract",
            match is_of_page {
                true => "if a row is missing from the saved page, save the whole page",
                false => "describe it in the document, or take it out of the example",
            },
        ));
    }
    findings
}

/// Whether the reading tolerates a value that the page does not list.
pub(super) fn is_tolerated(field: &Field, found: &Value) -> bool {
    let values = field.tolerated.iter().map(|tolerated| &tolerated.value);
    values
        .into_iter()
        .any(|value| Some(value.as_str()) == found.as_str())
}

/// An example that says otherwise than a row.
pub(super) fn contradicts(
    whose: &str,
    line: usize,
    place: &str,
    member: &str,
    how: &str,
) -> Finding {
    // What is said of a definition begins with its pointer.
    let finding = match place.starts_with("#/") {
        true => Finding::new(
            line,
            format!("{place}: the example of {whose} contradicts it: '{member}' {how}"),
            "the schema counts",
            "find out which is right; correct the document, or tolerate the value in reading.toml",
        ),
        false => Finding::new(
            line,
            format!("the example of {whose} contradicts {place}: '{member}' {how}"),
            "the table counts",
            "find out which is right; mend the page's copy, or tolerate the value in reading.toml",
        ),
    };
    finding.could_be_false()
}

pub(super) fn words(aspect: Aspect) -> &'static str {
    match aspect {
        Aspect::Type => "has another type",
        Aspect::Range => "is outside the bounds",
        Aspect::Length => "has another length",
        Aspect::Items => "has another number of items",
        Aspect::Listed => "is none of the listed values",
        Aspect::Pattern => "does not match its pattern",
        Aspect::Format => "is not of its format",
        Aspect::Missing => "is missing",
        Aspect::Other => "does not conform",
    }
}

fn undocumented(body: &Body, fields: &[Field], value: &Value, path: &str, found: &mut Vec<String>) {
    match value {
        Value::Array(items) => {
            for item in items {
                undocumented(body, fields, item, path, found);
            }
        }
        Value::Object(members) => {
            for (name, value) in members {
                let path = format!("{path}/{name}");
                match fields.iter().find(|field| field.name == *name) {
                    Some(field) => {
                        if let Some(inner) = body.members(&field.kind)
                            && !matches!(field.kind, crate::contract::TypeName::Map(_))
                        {
                            undocumented(body, inner, value, &path, found);
                        }
                    }
                    None if found.contains(&path) => {}
                    None => found.push(path),
                }
            }
        }
        _ => {}
    }
}
