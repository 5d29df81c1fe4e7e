//! Judges what the reading states: echoes of request parameters and relations
//! between members. A member that is missing or of another type is another rule's.

use super::{Judgement, rule};
use crate::contract::{Clauses, Comparison, Contract, Origin, Relation};
use crate::exchange::Request;
use serde_json::Value;
use std::cmp::Ordering;

pub(super) struct Relations<'a> {
    pub contract: &'a Contract,
    pub clauses: &'a Clauses,
    pub request: &'a Request,
}

impl Relations<'_> {
    pub(super) fn judge(&self, status: u16, body: &Value, judgement: &mut Judgement) {
        let mut echoes = self
            .contract
            .echoes
            .iter()
            .filter(|echo| echo.status == status)
            .peekable();
        let asked: Option<Value> = echoes.peek().and_then(|_| {
            let text = self.request.body.as_deref()?;
            serde_json::from_str(text).ok()
        });
        for echo in echoes {
            let sent = match &echo.origin {
                Origin::Parameter(location, name) => self
                    .request
                    .value(*location, name)
                    .map(|text| Value::String(text.to_owned())),
                Origin::Body(pointer) => asked
                    .as_ref()
                    .and_then(|body| body.pointer(pointer))
                    .cloned(),
            };
            let (Some(sent), Some(came)) = (sent, body.get(&echo.field)) else {
                continue;
            };
            if !is_comparable(&sent, came) {
                continue;
            }
            let clause = echo.clause();
            judgement.exercised.extend(self.clauses.position(&clause));
            if sent != *came {
                judgement.push_at(
                    &rule::ECHO_DIFFERS,
                    clause,
                    format!("/{}", echo.field),
                    format!("the request's {}", echo.of),
                    "another value",
                );
            }
        }
        for relation in self
            .contract
            .relations
            .iter()
            .filter(|relation| relation.status == status)
        {
            let Some(holds) = holds(relation, body) else {
                continue;
            };
            let clause = relation.clause();
            judgement.exercised.extend(self.clauses.position(&clause));
            if !holds {
                judgement.push_at(
                    &rule::RELATION_BROKEN,
                    clause,
                    format!("/{}", relation.left),
                    relation.statement(),
                    format!(
                        "{} {}",
                        relation.left,
                        broken(relation.comparison, &relation.right)
                    ),
                );
            }
        }
    }
}

/// Whether two values are of one JSON type; another type is another rule's.
fn is_comparable(sent: &Value, came: &Value) -> bool {
    matches!(
        (sent, came),
        (Value::String(_), Value::String(_))
            | (Value::Number(_), Value::Number(_))
            | (Value::Bool(_), Value::Bool(_))
    )
}

/// `None` where the relation does not apply to this body.
fn holds(relation: &Relation, body: &Value) -> Option<bool> {
    if let Some(when) = &relation.when {
        let value = body.get(&when.field)?.as_str()?;
        if !when.one_of.iter().any(|listed| listed == value) {
            return None;
        }
    }
    let order = compare(body.get(&relation.left)?, body.get(&relation.right)?)?;
    Some(match relation.comparison {
        Comparison::AtMost => order != Ordering::Greater,
        Comparison::Below => order == Ordering::Less,
        Comparison::Equal => order == Ordering::Equal,
    })
}

fn compare(left: &Value, right: &Value) -> Option<Ordering> {
    match (left.as_i64(), right.as_i64()) {
        (Some(left), Some(right)) => Some(left.cmp(&right)),
        _ => left.as_f64()?.partial_cmp(&right.as_f64()?),
    }
}

fn broken(comparison: Comparison, right: &str) -> String {
    match comparison {
        Comparison::AtMost => format!("> {right}"),
        Comparison::Below => format!(">= {right}"),
        Comparison::Equal => format!("!= {right}"),
    }
}
