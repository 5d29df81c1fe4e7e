//! Judges what the reading states: echoes of request parameters and relations
//! between members. A member that is missing or of another type is another rule's.

use super::judgement::Judgement;
use super::rule;
use crate::contract::{ClauseId, Comparison, Contract, Echo, Origin, Relation};
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
        let position = |clause: ClauseId| suite.clauses.position(&clause);
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
            let Some((sent, came)) = values(echo, request, asked.as_ref(), body) else {
                continue;
            };
            judgement.exercised.extend(*position);
            if sent != *came {
                judgement.push_at(
                    &rule::ECHO_DIFFERS,
                    echo.clause(),
                    format!("/{}", echo.field),
                    format!("the request's {}", echo.of),
                    "another value",
                );
                if let Some(difference) = judgement.differences.last_mut() {
                    difference.detail = format!(
                        "{}, where the request's {} is {}",
                        shown(came),
                        echo.of,
                        shown(&sent)
                    );
                }
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

/// Longest value that is shown, in characters.
const MAX_SHOWN: usize = 80;

/// A scalar as JSON, cut.
fn shown(value: &Value) -> String {
    let text = value.to_string();
    let cut: String = text.chars().take(MAX_SHOWN).collect();
    let more = if cut.len() < text.len() { "…" } else { "" };
    format!("{cut}{more}")
}

/// What was sent, and what the body says again; `None` where one of them does not hold
/// it, or they are of two JSON types, which is another rule's.
fn values<'a>(
    echo: &Echo,
    request: &Request,
    asked: Option<&Value>,
    body: &'a Value,
) -> Option<(Value, &'a Value)> {
    let came = body.get(&echo.field)?;
    let sent = match &echo.origin {
        Origin::Parameter(location, name) => request.value(*location, name)?.into(),
        Origin::Body(pointer) => asked?.pointer(pointer)?.clone(),
    };
    let is_comparable = matches!(
        (&sent, came),
        (Value::String(_), Value::String(_))
            | (Value::Number(_), Value::Number(_))
            | (Value::Bool(_), Value::Bool(_))
    );
    is_comparable.then_some((sent, came))
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
