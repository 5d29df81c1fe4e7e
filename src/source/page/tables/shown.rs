//! Defines [`Shown`], the bodies that a page shows: what a table does not tell of the
//! shape of a body, its example may.

use crate::contract::{ExampleRequest, TypeName};
use crate::source::page::Page;
use crate::status;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Members of an object in an example.
pub(super) type Members = Map<String, Value>;

/// The bodies of a page's examples.
#[derive(Default)]
pub(super) struct Shown {
    requests: Vec<Value>,
    /// By the status that they stand under.
    replies: Vec<(Option<u16>, Value)>,
}

impl Shown {
    pub(super) fn of(page: &Page, requests: &[ExampleRequest]) -> Self {
        let json = |text: &str| serde_json::from_str(text).ok();
        let bodies = requests.iter().filter_map(|it| it.body.as_deref());
        let replies = page.examples.iter().filter(|it| !it.is_request);
        Self {
            requests: bodies.filter_map(json).collect(),
            replies: replies
                .filter_map(|it| Some((it.status, json(&it.text)?)))
                .collect(),
        }
    }

    /// The bodies of the request (`None`), or of a status. Those of no status are of one of
    /// success.
    pub(super) fn bodies(&self, scope: Option<u16>) -> Vec<&Value> {
        let Some(status) = scope else {
            return self.requests.iter().collect();
        };
        let is_here = |of: Option<u16>| of.map_or(status::is_success(status), |of| of == status);
        let replies = self.replies.iter().filter(|(of, _)| is_here(*of));
        replies.map(|(_, body)| body).collect()
    }

    /// What a row without a type of its own holds: an object, or an array of objects, where
    /// all that stands behind its name in the examples is such a one.
    pub(super) fn structure(&self, scope: Option<u16>, name: &str) -> Option<TypeName> {
        structure(by_name(&self.bodies(scope)).get(name)?)
    }
}

/// The type of values that are all objects, or all arrays of objects.
pub(super) fn structure(values: &[&Value]) -> Option<TypeName> {
    let all = |is: &dyn Fn(&Value) -> bool| !values.is_empty() && values.iter().all(|it| is(it));
    let are_objects = |value: &Value| {
        let items = value.as_array();
        items.is_some_and(|items| !items.is_empty() && items.iter().all(Value::is_object))
    };
    if all(&Value::is_object) {
        Some(TypeName::Object)
    } else if all(&are_objects) {
        Some(TypeName::Array(Box::new(TypeName::Object)))
    } else {
        None
    }
}

/// What stands behind each name, however deep.
pub(super) fn by_name<'v>(values: &[&'v Value]) -> BTreeMap<&'v str, Vec<&'v Value>> {
    let mut found: BTreeMap<&str, Vec<&Value>> = BTreeMap::new();
    let mut open = values.to_vec();
    while let Some(value) = open.pop() {
        match value {
            Value::Array(items) => open.extend(items),
            Value::Object(members) => {
                for (name, value) in members {
                    found.entry(name).or_default().push(value);
                }
                open.extend(members.values());
            }
            _ => {}
        }
    }
    found
}

/// The objects that values are, or hold as items.
pub(super) fn objects<'v>(values: &[&'v Value]) -> Vec<&'v Members> {
    let of = |value: &'v Value| match value {
        Value::Object(members) => vec![members],
        Value::Array(items) => items.iter().filter_map(Value::as_object).collect(),
        _ => Vec::new(),
    };
    values.iter().copied().flat_map(of).collect()
}
