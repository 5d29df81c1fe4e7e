//! Finds what contradicts itself in a contract that was read from a file, and what would
//! cost too much to follow: such a file may come from anybody.

use super::bounds::Bounds;
use super::field::{Body, Field};
use super::location::Location;
use super::operation::Contract;
use super::type_name::TypeName;
use std::collections::BTreeSet;

/// Most places of a body that have a row: few tables that hold each other make millions.
pub const MAX_PLACES: usize = 10_000;
/// Largest body that the stated minima may ask for: nothing larger may be made up.
pub const MAX_LEAST: u64 = 4 << 20;

/// The JSON pointer of the first problem, and what it is.
pub(super) fn problem(contract: &Contract) -> Option<(String, String)> {
    let found = |pointer: &str, what: String| Some((pointer.to_owned(), what));
    if !contract.method.chars().all(|c| c.is_ascii_uppercase()) || contract.method.is_empty() {
        return found("/method", format!("'{}' is not a method", contract.method));
    }
    for name in contract.uri.placeholders() {
        if contract.parameter(Location::Path, name).is_none() {
            return found(
                "/uri",
                format!("'{{{name}}}' has no row in /parameters/path"),
            );
        }
    }
    let mut names = BTreeSet::new();
    for parameter in &contract.parameters {
        let field = &parameter.field;
        let pointer = format!("/parameters/{}", parameter.location.id());
        let is_header = parameter.location == Location::Header;
        let name = match is_header {
            true => field.name.to_ascii_lowercase(),
            false => field.name.clone(),
        };
        if is_header && !is_token(&field.name) {
            return found(&pointer, not_a_header(&field.name));
        }
        if !names.insert((parameter.location, name)) {
            return found(&pointer, format!("'{}' stands here twice", field.name));
        }
        let scalar = match &field.kind {
            TypeName::Array(item) => item,
            kind => kind,
        };
        if !scalar.is_scalar() {
            let what = format!(
                "'{}' is neither a scalar nor an array of scalars",
                field.name
            );
            return found(&pointer, what);
        }
        if let Some(what) = of_facts(field) {
            return found(&pointer, what);
        }
    }
    for (status, response) in &contract.responses {
        let pointer = format!("/responses/{status}");
        if !(100..600).contains(status) {
            return found(&pointer, format!("{status} is not a status code"));
        }
        for field in &response.headers {
            if !is_token(&field.name) {
                return found(&pointer, not_a_header(&field.name));
            }
        }
        if let Some(what) = response.body.as_ref().and_then(of_body) {
            return found(&format!("{pointer}/body"), what);
        }
    }
    let what = contract.request_body.as_ref().and_then(of_body)?;
    found("/request_body", what)
}

fn not_a_header(name: &str) -> String {
    format!("'{name}' cannot be the name of a header field (RFC 9110 section 5.1)")
}

fn is_token(name: &str) -> bool {
    let is_tchar = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    !name.is_empty() && name.chars().all(is_tchar)
}

fn of_body(body: &Body) -> Option<String> {
    let tables = std::iter::once(&body.fields).chain(body.objects.values());
    for fields in tables {
        let mut names = BTreeSet::new();
        for field in fields {
            if !names.insert(&field.name) {
                return Some(format!("'{}' stands in one table twice", field.name));
            }
            if let Some(name) = field.kind.object_name()
                && !body.objects.contains_key(name)
            {
                return Some(format!(
                    "'{}' is a '{name}', which no object describes",
                    field.name
                ));
            }
            if let Some(what) = of_facts(field) {
                return Some(what);
            }
        }
    }
    if body.fields.is_empty() {
        Some("no member is listed".into())
    } else if body.whole().is_some() && body.fields.len() > 1 {
        Some("a body that is an array has one row alone".into())
    } else if body.unfolds_beyond(MAX_PLACES) {
        Some(format!(
            "its objects make more than {MAX_PLACES} rows where they hold each other"
        ))
    } else if body.least_size() > MAX_LEAST {
        let most = MAX_LEAST >> 20;
        Some(format!("its minima make every body larger than {most} MiB"))
    } else {
        None
    }
}

fn of_facts(field: &Field) -> Option<String> {
    let facts = &field.constraints;
    let is_empty = is_empty(&facts.length) || is_empty(&facts.range) || is_empty(&facts.items);
    is_empty.then(|| format!("a minimum of '{}' is above its maximum", field.name))
}

fn is_empty<T: PartialOrd>(bounds: &Bounds<T>) -> bool {
    matches!((&bounds.min, &bounds.max), (Some(min), Some(max)) if min > max)
}
