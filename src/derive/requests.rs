//! Holds the requests that the page shows against its URI and the rows of its
//! parameters. What stands in braces, or is left out by stars or dots, is nobody's value.

use super::examples::{contradicts, is_tolerated, words};
use crate::contract::{
    Contract, ExampleRequest, Field, Finding, Location, Segment, TypeName, UriTemplate,
};
use crate::schema::Validator;
use crate::schema::validate::Aspect;
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// Most parameters of one request that are looked at.
const MAX: usize = 200;

/// What contradicts in the paths, queries and header lines of examples.
pub(super) fn of_parameters(contract: &Contract, validator: &Validator) -> Vec<Finding> {
    let mut findings = Vec::new();
    for request in &contract.request_examples {
        let mut shown = Shown {
            contract,
            request,
            values: BTreeSet::new(),
            members: Map::new(),
            findings: Vec::new(),
        };
        shown.look(validator);
        findings.extend(shown.findings);
    }
    findings
}

struct Shown<'a> {
    contract: &'a Contract,
    request: &'a ExampleRequest,
    /// Parameters that are given, whether or not as a value.
    values: BTreeSet<(Location, String)>,
    /// The values by member of the request schema.
    members: Map<String, Value>,
    findings: Vec<Finding>,
}

impl Shown<'_> {
    fn find(&mut self, what: String, assumed: &str, remedy: &str) {
        let line = self.request.line;
        self.findings
            .push(Finding::new(line, what, assumed, remedy));
    }

    fn look(&mut self, validator: &Validator) {
        for location in [Location::Path, Location::Query, Location::Header] {
            self.members.insert(location.member().into(), json!({}));
        }
        if let Some(target) = &self.request.target {
            let (path, query) = target.split_once('?').unwrap_or((target, ""));
            if !self.path(path) {
                return;
            }
            self.query(query);
        }
        for (name, value) in self.request.headers.iter().take(MAX) {
            if let Some(parameter) = self.contract.parameter(Location::Header, name) {
                // The parameters of a media type are no matter of the operation.
                let essence = value.split(';').next().unwrap_or_default().trim();
                let is_media_type = parameter.is_media_type();
                let value = if is_media_type { essence } else { value };
                self.value(Location::Header, &parameter.field, value);
            }
        }
        let instance = Value::Object(std::mem::take(&mut self.members));
        for violation in validator.violations(&instance) {
            let [member, name, ..] = violation.path.as_slice() else {
                continue;
            };
            let locations = [Location::Path, Location::Query, Location::Header];
            let Some(location) = locations.into_iter().find(|it| it.member() == member) else {
                continue;
            };
            let Some(parameter) = self.contract.parameter(location, name) else {
                continue;
            };
            let field = &parameter.field;
            // Pages leave header lines out, and segments are counted by the URI.
            let is_left_out = location != Location::Query
                || self.request.target.is_none()
                || self.values.contains(&(location, name.clone()));
            if violation.aspect == Aspect::Missing && is_left_out
                || is_tolerated(field, &violation.found)
            {
                continue;
            }
            let place = format!("{} ({})", field.source, field.name);
            self.findings.push(contradicts(
                "a request",
                self.request.line,
                &place,
                name,
                words(violation.aspect),
            ));
        }
    }

    /// Holds the path against the URI; `false` where it is another one.
    fn path(&mut self, path: &str) -> bool {
        let contract = self.contract;
        let shown: Vec<&str> = path.split('/').filter(|it| !it.is_empty()).collect();
        let segments = &contract.uri.segments;
        let is_method = |method: &String| *method == contract.method;
        let fits = |(segment, shown): (&Segment, &&str)| match segment {
            // '{id' is neither text nor a placeholder, which was told.
            Segment::Fixed(text) => text.contains('{') || text == shown || is_open(shown),
            segment => is_open(shown) || segment.values(shown).is_some(),
        };
        if !self.request.method.as_ref().is_none_or(is_method)
            || segments.len() != shown.len()
            || !segments.iter().zip(&shown).all(fits)
        {
            let method = self.request.method.as_deref().unwrap_or_default();
            let what = format!(
                "the example of a request is '{}', and the URI '{} {}'",
                format!("{method} {}", UriTemplate::parse(path)).trim(),
                contract.method,
                contract.uri
            );
            self.find(
                what,
                "the URI counts",
                "find out which is right, and mend the page's copy",
            );
            return false;
        }
        for (segment, shown) in segments.iter().zip(shown) {
            for (name, value) in segment.values(shown).unwrap_or_default() {
                if let Some(parameter) = contract.parameter(Location::Path, name) {
                    let value = percent_decode_str(value).decode_utf8_lossy();
                    self.value(Location::Path, &parameter.field, &value);
                }
            }
        }
        true
    }

    fn query(&mut self, query: &str) {
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()).take(MAX) {
            if is_open(&name) {
                continue;
            }
            match self.contract.parameter(Location::Query, &name) {
                Some(parameter) => self.value(Location::Query, &parameter.field, &value),
                None => self.find(
                    format!("the example of a request has a query parameter '{name}' that no row documents"),
                    "it is not part of the contract",
                    "if a row is missing from the saved page, save the whole page",
                ),
            }
        }
    }

    /// Notes the value of a parameter, as it would stand in JSON.
    fn value(&mut self, location: Location, field: &Field, text: &str) {
        let is_new = self.values.insert((location, field.name.clone()));
        if is_open(text) {
            return;
        }
        let Some(members) = self.members.get_mut(location.member()) else {
            return;
        };
        if let TypeName::Array(item) = &field.kind {
            let items = text.split(',').map(|text| typed(item, text.trim()));
            match members[field.name.as_str()].as_array_mut() {
                Some(known) => known.extend(items),
                None => members[field.name.as_str()] = items.collect(),
            }
            return;
        }
        members[field.name.as_str()] = typed(&field.kind, text);
        if !is_new {
            self.find(
                format!(
                    "the example of a request gives '{}' twice, and {} is no array",
                    field.name, field.source
                ),
                "the last one was looked at",
                "mend the example",
            );
        }
    }
}

/// Whether a text leaves open what the value is: `{project_id}`, `<id>`, `$TOKEN`, `***`.
fn is_open(text: &str) -> bool {
    let x = |c: char| matches!(c, 'x' | 'X');
    text.contains(['{', '<', '$', '*', '…'])
        || text.contains("...")
        || text.len() > 1 && text.chars().all(x)
}

/// A text as a value of this type, where it can be one.
fn typed(kind: &TypeName, text: &str) -> Value {
    let parsed = match kind {
        TypeName::Integer | TypeName::Int32 | TypeName::Long => {
            text.parse::<i64>().ok().map(Value::from)
        }
        TypeName::Number => text
            .parse::<f64>()
            .ok()
            .filter(|it| it.is_finite())
            .map(Value::from),
        TypeName::Boolean => text.parse::<bool>().ok().map(Value::from),
        _ => None,
    };
    parsed.unwrap_or_else(|| text.into())
}
