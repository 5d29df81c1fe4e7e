//! Judges what the reading states: echoes of request parameters and relations
//! between members. A member that is missing or of another type is another rule's.

use super::{Judgement, rule};
use crate::contract::{Comparison, Contract, Echo, Origin, Relation};
use crate::exchange::Request;
use crate::suite::Suite;
use serde_json::Value;
use std::cmp::Ordering;

/// The positions of the clauses of echoes and relations, looked up once.
#[derive(Debug)]
pub(super) struct Relations {
    echoes: Vec<Option<usize>>,
    relations: Vec<Option<usize>>,
}

impl Relations {
    pub(super) fn new(suite: &Suite) -> Self {
        let Contract {
            echoes, relations, ..
        } = &suite.contract;
        let position = |clause: String| suite.clauses.position(&clause);
        Self {
            echoes: echoes.iter().map(|echo| position(echo.clause())).collect(),
            relations: relations
                .iter()
                .map(|relation| position(relation.clause()))
                .collect(),
        }
    }

    pub(super) fn judge(
        &self,
        contract: &Contract,
        request: &Request,
        status: u16,
        body: &Value,
        judgement: &mut Judgement,
    ) {
        let mut echoes = contract
            .echoes
            .iter()
            .zip(&self.echoes)
            .filter(|(echo, _)| echo.status == status)
            .peekable();
        let asked: Option<Value> = echoes.peek().and_then(|_| {
            let text = request.body.as_deref()?;
            serde_json::from_str(text).ok()
        });
        for (echo, position) in echoes {
            let Some(is_same) = is_same(echo, request, asked.as_ref(), body) else {
                continue;
            };
            judgement.exercised.extend(*position);
            if !is_same {
                judgement.push_at(
                    &rule::ECHO_DIFFERS,
                    echo.clause(),
                    format!("/{}", echo.field),
                    format!("the request's {}", echo.of),
                    "another value",
                );
            }
        }
        for (relation, position) in contract.relations.iter().zip(&self.relations) {
            if relation.status != status {
                continue;
            }
            let Some(holds) = holds(relation, body) else {
                continue;
            };
            judgement.exercised.extend(*position);
            if !holds {
                judgement.push_at(
                    &rule::RELATION_BROKEN,
                    relation.clause(),
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

/// Whether the body says again what was sent; `None` where one of them does not hold
/// it, or they are of two JSON types, which is another rule's.
fn is_same(echo: &Echo, request: &Request, asked: Option<&Value>, body: &Value) -> Option<bool> {
    let came = body.get(&echo.field)?;
    match &echo.origin {
        Origin::Parameter(location, name) => {
            let sent = request.value(*location, name)?;
            came.as_str().map(|came| came == sent)
        }
        Origin::Body(pointer) => {
            let sent = asked?.pointer(pointer)?;
            let is_comparable = matches!(
                (sent, came),
                (Value::String(_), Value::String(_))
                    | (Value::Number(_), Value::Number(_))
                    | (Value::Bool(_), Value::Bool(_))
            );
            is_comparable.then(|| sent == came)
        }
    }
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
