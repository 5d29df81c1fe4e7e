//! Defines [`Need`]: a place of an operation's requests that names an object which must exist.

use super::words::is_id;
use super::{Part, Resource};
use crate::contract::{ClauseId, Contract, Mandatory, Step, TypeName};

/// Where a request names an object.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NeedPlace {
    /// The path parameter of this name.
    Path(String),
    /// The query parameter of this name.
    Query(String),
    /// The member of the body at this JSON pointer (RFC 6901).
    Body(String),
}

/// A place of an operation's requests that names an object which must exist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Need {
    /// Where.
    pub place: NeedPlace,
    /// Name of the parameter or member.
    pub name: String,
    /// The resource, where one is known.
    pub resource: Option<String>,
    /// Whether every request carries it.
    pub is_always: bool,
}

/// What the requests of an operation name.
pub fn needs(contract: &Contract, resources: &[Resource]) -> Vec<Need> {
    let operation = contract.operation.as_str();
    let resource = |part: Part, name: &str| {
        let is_it = |wants_own: bool| {
            move |resource: &&Resource| {
                let mut names = resource.names.iter();
                names.any(|it| it.operation.is_some() == wants_own && it.is(operation, part, name))
            }
        };
        let own = resources.iter().find(is_it(true));
        let found = own.or_else(|| resources.iter().find(is_it(false)));
        found.map(|resource| resource.name.clone())
    };
    let mut needs = Vec::new();
    for row in contract.resources() {
        let name = row.field.name.clone();
        needs.push(Need {
            place: NeedPlace::Path(name.clone()),
            resource: resource(Part::Path, &name),
            name,
            is_always: true,
        });
    }
    let is_tenant = |name: &str| contract.profile.tenant.path.iter().any(|it| it == name);
    for row in &contract.parameters {
        let name = row.field.name.as_str();
        if row.location != crate::contract::Location::Query || is_tenant(name) {
            continue;
        }
        let resource = resource(Part::Query, name);
        if resource.is_some() {
            needs.push(Need {
                place: NeedPlace::Query(name.to_owned()),
                name: name.to_owned(),
                resource,
                is_always: row.field.mandatory == Mandatory::Yes,
            });
        }
    }
    let places = contract.request_body.iter();
    for place in places.flat_map(|body| body.places(ClauseId::request_body())) {
        let field = place.field;
        let is_text = field.kind == TypeName::String && field.constraints.values.is_empty();
        let Some(pointer) = pointer(&place.path).filter(|_| is_text && !is_tenant(&field.name))
        else {
            continue;
        };
        let resource = resource(Part::Body, &field.name);
        let is_always = field.mandatory == Mandatory::Yes;
        if resource.is_some() || is_always && is_id(&field.name) && !is_wide(&field.name) {
            needs.push(Need {
                place: NeedPlace::Body(pointer),
                name: field.name.clone(),
                resource,
                is_always,
            });
        }
    }
    needs
}

/// Names of ids that are the account's own, which the example on the page may show.
fn is_wide(name: &str) -> bool {
    [
        "enterprise_project_id",
        "domain_id",
        "user_id",
        "region_id",
        "request_id",
    ]
    .contains(&name)
}

/// The JSON pointer of a place that stands in no array and no map.
fn pointer(path: &[Step<'_>]) -> Option<String> {
    let mut pointer = String::new();
    for step in path {
        match step {
            Step::Member(name) => pointer = super::pointer::joined(&pointer, name),
            Step::Item | Step::Value => return None,
        }
    }
    Some(pointer)
}
