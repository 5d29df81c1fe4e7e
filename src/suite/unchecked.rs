//! Says which documented statements no case of a suite checks, and why not.
//!
//! | statement | checked by |
//! | --- | --- |
//! | about requests | a request that breaks it and nothing else, and must be refused as such a one is |
//! | a status | a case that only this status satisfies, or only success where it is success |
//! | about a reply | a case that expects the status of the reply |
//!
//! What a case says that it checks does not count, for a case that accepts every status
//! may name any clause.

use super::Suite;
use super::case::{Member, RequestValues, TargetValue, Template, Value, filled};
use super::strategy::{breaks, breaks_body, conforms};
use crate::contract::{ClauseId, Location, Mandatory, Parameter, Subject};
use crate::profile::Role;
use crate::status::{is_client_error, is_success};
use std::collections::BTreeMap;

/// The unchecked statements of `suite` by their position in its clauses, with the reason.
pub(super) fn of(suite: &Suite) -> BTreeMap<usize, String> {
    let unchecked = suite.clauses.iter().enumerate();
    unchecked
        .filter_map(|(at, clause)| Some((at, reason(suite, &clause.id)?)))
        .collect()
}

fn reason(suite: &Suite, clause: &ClauseId) -> Option<String> {
    let cases = suite.cases.iter().map(|case| &case.template);
    let properties = suite.properties.iter().map(|property| &property.template);
    let mut templates = cases.chain(properties);
    match clause.subject() {
        Some(Subject::Status(status)) => {
            let is_checked = templates.any(|template| demands(template, status));
            return (!is_checked).then(|| format!("no case requires the status {status}"));
        }
        Some(Subject::Response(status, _)) => {
            let is_checked = templates.any(|template| template.expect.contains(&status));
            return (!is_checked).then(|| format!("no case expects the status {status}"));
        }
        Some(Subject::Sequence(_)) => {
            let is_checked = templates.any(|template| template.clause == *clause);
            return (!is_checked).then(|| "no case checks it".to_owned());
        }
        Some(Subject::Request(_)) | None => {}
    }
    let refusals = refusals(suite, clause);
    let refuses = |template: &Template| refuses(template, &refusals);
    let is_property = |property: &super::Property| {
        let vary = &property.vary;
        vary.violating.as_ref() == Some(clause)
            && vary.wrong_token.is_none()
            && vary.also_violating.is_none()
            && refuses(&property.template)
            && breaks_nothing_else(suite, &property.template.changes, None)
            && property.template.changes.body.is_empty()
    };
    let is_case = |case: &super::Case| {
        refuses(&case.template) && breaks_alone(suite, &case.template.changes, clause)
    };
    let is_checked = suite.properties.iter().any(is_property)
        || suite
            .cases
            .iter()
            .any(|case| case.template.clause == *clause && is_case(case));
    (!is_checked).then(|| {
        "no case breaks it, and it alone, and requires the refusal of such a request".to_owned()
    })
}

/// Whether a case fails where the target does not refuse its request as one of its kind.
fn refuses(template: &Template, refusals: &[u16]) -> bool {
    let expect = &template.expect;
    template.provoke.is_none()
        && !expect.is_empty()
        && expect.iter().all(|status| refusals.contains(status))
}

/// The statuses that refuse a request which breaks this statement: those of its kind by
/// the profile; where the page documents none of them, the documented ones of clients'
/// errors that are of no other kind.
fn refusals(suite: &Suite, clause: &ClauseId) -> Vec<u16> {
    const OTHERS: [Role; 4] = [
        Role::Token,
        Role::Tenant,
        Role::UnknownResource,
        Role::MediaType,
    ];
    let contract = &suite.contract;
    let is_about = |row: Option<&Parameter>| {
        row.zip(clause.split())
            .is_some_and(|(row, (stem, _))| row.stem() == stem)
    };
    let kinds: &[Role] = if is_about(contract.token()) {
        &[Role::Token]
    } else if is_about(contract.media_type()) {
        &[Role::Parameter, Role::MediaType]
    } else {
        &[Role::Parameter]
    };
    let documented = kinds.iter().filter_map(|kind| contract.status_of(*kind));
    let documented: Vec<u16> = documented.collect();
    if !documented.is_empty() {
        return documented;
    }
    let statuses = &contract.profile.status;
    let is_other = |status: u16| {
        let mut others = OTHERS.iter().filter(|kind| !kinds.contains(kind));
        others.any(|kind| statuses.of(*kind) == status) || contract.asks_to_wait(status)
    };
    let all = contract.responses.keys().copied();
    all.filter(|status| is_client_error(*status) && !is_other(*status))
        .collect()
}

/// Whether a case fails where the target never answers with this status, or, if it is
/// success, with no success.
fn demands(template: &Template, status: u16) -> bool {
    let is_enough = |other: u16| other == status || is_success(status) && is_success(other);
    template.expect.contains(&status) && template.expect.iter().all(|other| is_enough(*other))
}

/// Whether these changes of the base request break a statement about requests, and
/// nothing else that a target could refuse.
fn breaks_alone(suite: &Suite, changes: &RequestValues, clause: &ClauseId) -> bool {
    let Some((stem, aspect)) = clause.split() else {
        return false;
    };
    let mut rows = suite.contract.parameters.iter();
    match rows.find(|parameter| parameter.stem() == stem) {
        Some(row) => {
            let value = value_of(changes, row);
            value.is_some_and(|value| breaks_row(suite, row, aspect, value))
                && breaks_nothing_else(suite, changes, Some(row))
                && changes.body.is_empty()
        }
        None => {
            let is_broken = match clause.subject() {
                Some(Subject::Request("body")) => is_no_body(suite, changes),
                _ => breaks_body(suite, stem, aspect, &changes.body),
            };
            is_broken && breaks_nothing_else(suite, changes, None)
        }
    }
}

fn value_of<'a>(changes: &'a RequestValues, row: &Parameter) -> Option<&'a Value> {
    let members = match row.location {
        Location::Path => &changes.path,
        Location::Query => &changes.query,
        Location::Header => &changes.headers,
    };
    members.get(&row.field.name)
}

fn breaks_row(suite: &Suite, row: &Parameter, aspect: &str, value: &Value) -> bool {
    match (aspect, value) {
        ("mandatory", Value::Omitted) => true,
        // Many servers take an empty header field for none.
        ("mandatory", Value::Text(text)) => row.location == Location::Header && text.is_empty(),
        _ => text_of(value).is_some_and(|text| breaks(&suite.request, row, aspect, &text)),
    }
}

/// Whether no row but `but` has a value that a target could refuse.
fn breaks_nothing_else(suite: &Suite, changes: &RequestValues, but: Option<&Parameter>) -> bool {
    let is_harmless = |row: &Parameter| match value_of(changes, row) {
        None | Some(Value::Target(TargetValue::ProjectId | TargetValue::Token)) => true,
        Some(Value::Omitted) => {
            row.location != Location::Path && row.field.mandatory != Mandatory::Yes
        }
        Some(value) => {
            suite.contract.token() != Some(row)
                && text_of(value).is_some_and(|text| conforms(&suite.request, row, &text))
        }
    };
    let mut rows = suite.contract.parameters.iter();
    let is_documented = changes.other_query.is_empty() && changes.other_headers.is_empty();
    is_documented && rows.all(|row| but == Some(row) || is_harmless(row))
}

fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::Text(text) => Some(text.clone()),
        Value::Filled { with, length } => Some(filled(with, *length)),
        Value::Raw(_) | Value::Target(_) | Value::Token(_) | Value::Omitted => None,
    }
}

/// Whether the whole body is replaced by what is no body of this operation.
fn is_no_body(suite: &Suite, changes: &RequestValues) -> bool {
    let text = match changes.body.get("") {
        Some(Member::Raw(text) | Member::Json(text)) => text,
        Some(Member::Omitted) => return true,
        _ => return false,
    };
    serde_json::from_str::<serde_json::Value>(text).map_or(true, |body| {
        let instance = serde_json::json!({ "body": body });
        let violations = suite.request.violations(&instance);
        violations.iter().any(|violation| {
            violation.path == ["body"] && violation.aspect == crate::schema::validate::Aspect::Type
        })
    })
}
