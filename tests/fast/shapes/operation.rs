//! Operations as a page may document them, drawn by proptest: what a page of each states
//! is known before it is written.

use conformant::contract::TypeName;
use conformant::contract::{Bounds, Constraints, Mandatory};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

/// A row of a table, and the rows of the object that it refers to.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) name: String,
    pub(super) kind: TypeName,
    pub(super) mandatory: Mandatory,
    pub(super) facts: Constraints,
    pub(super) members: Vec<Self>,
    /// Which of several wordings states the facts.
    pub(super) wording: usize,
}

/// The reply of one status.
#[derive(Clone, Debug)]
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) headers: Vec<Row>,
    pub(super) body: Vec<Row>,
}

/// An operation.
#[derive(Clone, Debug)]
pub(super) struct Operation {
    pub(super) method: &'static str,
    pub(super) path: Vec<Row>,
    pub(super) query: Vec<Row>,
    pub(super) header: Vec<Row>,
    pub(super) body: Vec<Row>,
    pub(super) replies: Vec<Reply>,
    /// Whether the columns of type and mandatory change places.
    pub(super) types_first: bool,
}

/// Names of rows: no name is another's twin in another spelling.
const NAMES: [&str; 24] = [
    "kettle_id",
    "name",
    "display_name",
    "limit",
    "marker",
    "size",
    "state",
    "kind",
    "zone",
    "created_at",
    "is_public",
    "weight",
    "labels",
    "parts",
    "owner",
    "notes",
    "Port",
    "mode",
    "level",
    "alias",
    "max_count",
    "begin",
    "tags",
    "flavor",
];
/// Values that a list may hold.
const VALUES: [&str; 12] = [
    "active", "IDLE", "broken", "v1.2", "on", "off", "in-use", "http_2", "SSD", "SAS", "gpssd2",
    "Read",
];
const ERRORS: [u16; 7] = [400, 401, 403, 404, 409, 429, 500];

fn bounds(most: u64) -> impl Strategy<Value = Bounds<u64>> {
    (1..=most, 1..=most, 0..4_u8).prop_map(|(one, other, form)| {
        let (min, max) = (one.min(other), one.max(other));
        match form {
            0 => Bounds {
                min: None,
                max: Some(max),
            },
            1 => Bounds {
                min: Some(min),
                max: Some(min),
            },
            _ => Bounds {
                min: Some(min),
                max: Some(max),
            },
        }
    })
}

fn text() -> impl Strategy<Value = Constraints> {
    prop_oneof![
        2 => Just(Constraints::default()),
        2 => subsequence(&VALUES[..], 2..=4).prop_map(|values| Constraints {
            values: values.into_iter().map(str::to_owned).collect(),
            ..Constraints::default()
        }),
        2 => bounds(200).prop_map(|length| Constraints { length, ..Constraints::default() }),
    ]
}

fn number() -> impl Strategy<Value = Constraints> {
    prop_oneof![
        1 => Just(Constraints::default()),
        2 => (-5_i64..=50, 1_i64..=5_000).prop_map(|(min, more)| Constraints {
            range: Bounds { min: Some(min.max(0)), max: Some(min.max(0) + more) },
            ..Constraints::default()
        }),
        1 => subsequence(vec![0, 1, 2, 3, 5, 10], 2..=4).prop_map(|values| Constraints {
            values: values.iter().map(i32::to_string).collect(),
            ..Constraints::default()
        }),
    ]
}

/// A type without members, with facts that a row of it may state.
fn scalar() -> impl Strategy<Value = (TypeName, Constraints)> {
    prop_oneof![
        4 => text().prop_map(|facts| (TypeName::String, facts)),
        2 => number().prop_map(|facts| (TypeName::Integer, facts)),
        1 => number().prop_map(|facts| (TypeName::Long, facts)),
        1 => Just((TypeName::Boolean, Constraints::default())),
    ]
}

/// A default that the facts allow.
fn with_default(kind: &TypeName, facts: Constraints, wanted: bool) -> Constraints {
    let some = match kind {
        TypeName::Boolean => Some("true".to_owned()),
        TypeName::Integer | TypeName::Int32 | TypeName::Long => {
            let number = facts.range.min.map(|min| min.to_string());
            facts.values.first().cloned().or(number)
        }
        _ => facts.values.last().cloned(),
    };
    Constraints {
        default: some.filter(|_| wanted),
        ..facts
    }
}

fn row(name: &'static str) -> impl Strategy<Value = Row> {
    (scalar(), any::<bool>(), any::<bool>(), 0..12_usize).prop_map(
        move |((kind, facts), must, has_default, wording)| Row {
            name: name.to_owned(),
            facts: with_default(&kind, facts, has_default && !must),
            kind,
            mandatory: if must { Mandatory::Yes } else { Mandatory::No },
            members: Vec::new(),
            wording,
        },
    )
}

fn rows(
    names: &'static [&'static str],
    count: std::ops::RangeInclusive<usize>,
) -> impl Strategy<Value = Vec<Row>> {
    subsequence(names, count).prop_flat_map(|names| names.into_iter().map(row).collect::<Vec<_>>())
}

/// Rows of a body, some of them arrays, maps and objects with rows of their own.
fn body(depth: u32) -> BoxedStrategy<Vec<Row>> {
    let flat = rows(&NAMES[1..], 1..=5);
    if depth == 0 {
        return flat.boxed();
    }
    (
        flat,
        prop::collection::vec((0..6_u8, body(depth - 1), bounds(9), any::<bool>()), 0..=2),
    )
        .prop_map(move |(mut rows, nested)| {
            for (at, (form, members, items, must)) in nested.into_iter().enumerate() {
                let name = format!(
                    "{}_{}",
                    ["part", "hinge"][at % 2],
                    ["in", "out"][depth as usize % 2]
                );
                let object = TypeName::Named(String::new());
                let array = |of: TypeName| TypeName::Array(Box::new(of));
                // 'Array Length' always states both ends.
                let items = Bounds {
                    min: items.min.or(Some(0)),
                    ..items
                };
                let (kind, members, items) = match form {
                    0 => (array(TypeName::String), Vec::new(), items),
                    1 => (
                        TypeName::Map(Box::new(TypeName::String)),
                        Vec::new(),
                        Bounds::default(),
                    ),
                    2 | 3 => (array(object), members, items),
                    _ => (object, members, Bounds::default()),
                };
                rows.push(Row {
                    name,
                    kind,
                    mandatory: if must { Mandatory::Yes } else { Mandatory::No },
                    facts: Constraints {
                        items,
                        ..Constraints::default()
                    },
                    members,
                    wording: at,
                });
            }
            rows
        })
        .boxed()
}

/// Gives each object a type name of its own.
fn named(mut rows: Vec<Row>, count: &mut u32) -> Vec<Row> {
    fn innermost(kind: &mut TypeName) -> &mut TypeName {
        match kind {
            TypeName::Array(item) => innermost(item),
            kind => kind,
        }
    }
    for row in &mut rows {
        if let TypeName::Named(name) = innermost(&mut row.kind) {
            *count += 1;
            *name = format!("Kettle{count}Part");
        }
        row.members = named(std::mem::take(&mut row.members), count);
    }
    rows
}

fn unstated(mut rows: Vec<Row>) -> Vec<Row> {
    for row in &mut rows {
        row.mandatory = Mandatory::Unstated;
        row.facts.default = None;
        row.members = unstated(std::mem::take(&mut row.members));
    }
    rows
}

fn token() -> impl Strategy<Value = Vec<Row>> {
    select(vec![
        Some(Mandatory::Yes),
        Some(Mandatory::Yes),
        Some(Mandatory::No),
        None,
    ])
    .prop_map(|mandatory| {
        let row = |mandatory| Row {
            name: "X-Auth-Token".into(),
            kind: TypeName::String,
            mandatory,
            facts: Constraints::default(),
            members: Vec::new(),
            wording: 0,
        };
        mandatory.map(row).into_iter().collect()
    })
}

fn replies() -> impl Strategy<Value = Vec<Reply>> {
    let error = rows(&["error_code", "error_msg", "request_id"], 1..=3);
    let success = (
        select(vec![200_u16, 200, 201, 202, 204]),
        rows(&["X-Request-Id", "ETag"], 0..=2),
        body(2),
    );
    (
        success,
        // Some operations succeed in two ways.
        (select(vec![0_u16, 0, 0, 202, 204]), body(0)),
        subsequence(&ERRORS[..], 0..=5),
        error,
        any::<bool>(),
    )
        .prop_map(
            |((status, headers, body), (second, second_body), errors, error, has_bodies)| {
                let plain = |mut row: Row| {
                    row.kind = TypeName::String;
                    row.facts = Constraints::default();
                    row
                };
                let error: Vec<Row> = unstated(error).into_iter().map(plain).collect();
                let headers = unstated(headers).into_iter().map(plain).collect();
                let body = if status == 204 {
                    Vec::new()
                } else {
                    named(unstated(body), &mut 0)
                };
                let mut replies = vec![Reply {
                    status,
                    headers,
                    body,
                }];
                if second > status {
                    replies.push(Reply {
                        status: second,
                        headers: Vec::new(),
                        body: match second {
                            204 => Vec::new(),
                            _ => unstated(second_body),
                        },
                    });
                }
                replies.extend(errors.into_iter().map(|status| Reply {
                    status,
                    headers: Vec::new(),
                    body: if has_bodies {
                        error.clone()
                    } else {
                        Vec::new()
                    },
                }));
                replies
            },
        )
}

/// Any operation.
pub(super) fn operation() -> impl Strategy<Value = Operation> {
    let method = select(vec!["GET", "GET", "POST", "PUT", "DELETE", "PATCH"]);
    (
        method,
        rows(&["project_id", "kettle_id", "mode"], 0..=3),
        (
            rows(&["limit", "marker", "state", "is_public", "begin"], 0..=3),
            rows(&["tags", "kinds"], 0..=1),
        ),
        (token(), rows(&["X-Language", "X-Client-Kind"], 0..=1)),
        body(2),
        replies(),
        any::<bool>(),
    )
        .prop_map(
            |(
                method,
                mut path,
                (mut query, lists),
                (mut header, others),
                body,
                replies,
                types_first,
            )| {
                header.extend(others);
                query.extend(lists.into_iter().map(|row| Row {
                    kind: match row.kind {
                        TypeName::String => TypeName::Array(Box::new(TypeName::String)),
                        kind => kind,
                    },
                    ..row
                }));
                for row in &mut path {
                    row.mandatory = Mandatory::Yes;
                    row.facts.default = None;
                    if row.name == "project_id" {
                        row.kind = TypeName::String;
                        row.facts = Constraints::default();
                    }
                }
                let has_body = matches!(method, "POST" | "PUT" | "PATCH");
                Operation {
                    method,
                    path,
                    query,
                    header,
                    body: if has_body {
                        named(body, &mut 0)
                    } else {
                        Vec::new()
                    },
                    replies,
                    types_first,
                }
            },
        )
}
