//! Tells which clauses a body puts to the test: those of the members that it holds,
//! and the presence of those that it should hold.
//!
//! Clause positions are looked up once, so that judging a reply allocates nothing for them.

use super::judgement::Judgement;
use crate::contract::TypeName;
use crate::contract::{ClauseId, Place};
use crate::suite::Suite;
use serde_json::Value;
use std::collections::BTreeMap;
use std::iter::Peekable;

#[derive(Debug)]
pub(super) struct Coverage {
    statuses: BTreeMap<u16, Option<usize>>,
    bodies: BTreeMap<u16, (Option<usize>, Vec<Row>)>,
}

/// A documented member with the positions of its clauses.
#[derive(Debug)]
struct Row {
    name: String,
    /// Whether it is the body, an array.
    is_root_array: bool,
    /// Exercised by every body of the status.
    always: Vec<usize>,
    /// Exercised where the member is there.
    present: Vec<usize>,
    /// How many of the levels between it and the objects that it holds are maps.
    maps: usize,
    /// Rows of the object that it holds, lists or maps to.
    nested: Vec<Row>,
}

impl Coverage {
    pub(super) fn new(suite: &Suite) -> Self {
        let bodies = suite
            .contract
            .responses
            .iter()
            .filter_map(|(status, response)| {
                let body = response.body.as_ref()?;
                let whole = suite.clauses.position(&ClauseId::response_body(*status));
                let places = body.places(ClauseId::response(*status));
                let rows = rows(suite, &mut places.peekable(), 0);
                Some((*status, (whole, rows)))
            })
            .collect();
        let statuses = suite
            .contract
            .responses
            .keys()
            .map(|status| (*status, suite.clauses.position(&ClauseId::status(*status))))
            .collect();
        Self { statuses, bodies }
    }

    /// The clause that lists this status.
    pub(super) fn status(&self, status: u16) -> Option<usize> {
        self.statuses.get(&status).copied().flatten()
    }

    pub(super) fn body(&self, status: u16, value: &Value, judgement: &mut Judgement) {
        if let Some((whole, rows)) = self.bodies.get(&status) {
            judgement.exercised.extend(*whole);
            match rows.as_slice() {
                [row] if row.is_root_array => {
                    judgement.exercised.extend(&row.always);
                    judgement.exercised.extend(&row.present);
                    visit_nested(&row.nested, value, row.maps, judgement);
                }
                rows => visit(rows, value, judgement),
            }
        }
    }
}

/// The rows of one object, and of those inside it.
fn rows<'a>(
    suite: &Suite,
    places: &mut Peekable<impl Iterator<Item = Place<'a>>>,
    depth: usize,
) -> Vec<Row> {
    let mut rows = Vec::new();
    while let Some(Place { stem, field, .. }) = places.next_if(|place| place.depth == depth) {
        let positions = |aspects: &[&str]| -> Vec<usize> {
            let aspects = aspects.iter();
            let positions = aspects.filter_map(|aspect| suite.clauses.position(&stem.with(aspect)));
            positions.collect()
        };
        rows.push(Row {
            name: field.name.clone(),
            is_root_array: field.is_root_array(),
            always: positions(&["present", "mandatory"]),
            present: positions(&[
                "type", "enum", "length", "range", "pattern", "format", "items",
            ]),
            maps: maps(&field.kind),
            nested: self::rows(suite, places, depth + 1),
        });
    }
    rows
}

fn maps(kind: &TypeName) -> usize {
    match kind {
        TypeName::Map(value) => 1 + maps(value),
        TypeName::Array(item) => maps(item),
        _ => 0,
    }
}

fn visit(rows: &[Row], value: &Value, judgement: &mut Judgement) {
    match value {
        Value::Object(members) => {
            for row in rows {
                judgement.exercised.extend(&row.always);
                if let Some(member) = members.get(&row.name) {
                    judgement.exercised.extend(&row.present);
                    if !row.nested.is_empty() {
                        visit_nested(&row.nested, member, row.maps, judgement);
                    }
                }
            }
        }
        _ => visit_nested(rows, value, 0, judgement),
    }
}

/// Objects inside arrays and, under free keys, inside maps.
fn visit_nested(rows: &[Row], value: &Value, maps: usize, judgement: &mut Judgement) {
    match value {
        Value::Array(items) => {
            // One item that conforms exercises the row as well as a thousand.
            for item in items.iter().take(8) {
                visit_nested(rows, item, maps, judgement);
            }
        }
        Value::Object(members) if maps > 0 => {
            for member in members.values().take(8) {
                visit_nested(rows, member, maps - 1, judgement);
            }
        }
        Value::Object(_) => visit(rows, value, judgement),
        _ => {}
    }
}
