//! Audits how much a response schema can tell apart. A schema that accepts `{}`,
//! another status's example, or its own example with one key renamed would pass
//! replies that are plainly wrong; each gap is reported with the clause that closes it.

use super::Validator;
use crate::contract::{ClauseId, Contract, Presence};
use serde_json::{Map, Value, json};
use std::fmt;

/// Something wrong that a schema accepts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    /// The status of the schema.
    pub status: u16,
    /// What it accepts.
    pub accepts: String,
    /// The clause that would close the gap.
    pub closing: ClauseId,
}

impl fmt::Display for Gap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "response-{} accepts {}; a [[present]] entry in reading.toml that states {} would close it",
            self.status, self.accepts, self.closing
        )
    }
}

/// The gaps of the schema of `status`. Members that the reading leaves open are
/// no gap: somebody decided.
pub fn gaps(contract: &Contract, status: u16, validator: &Validator) -> Vec<Gap> {
    let Some(body) = contract.response_body(status) else {
        return Vec::new();
    };
    let undecided: Vec<&str> = body
        .fields
        .iter()
        .filter(|field| field.presence == Presence::Unstated)
        .map(|field| field.name.as_str())
        .collect();
    let closing = |name: &str| ClauseId::response(status).with(name).with("present");
    let Some(first) = undecided.first().map(|name| closing(name)) else {
        return Vec::new();
    };
    let mut gaps = Vec::new();
    let mut gap = |accepts: String, closing: ClauseId| {
        gaps.push(Gap {
            status,
            accepts,
            closing,
        });
    };
    if validator.accepts(&json!({})) {
        gap("{}".into(), first.clone());
    }
    for (other, response) in &contract.responses {
        let differs = response.body.as_ref().is_some_and(|theirs| {
            theirs.fields.first().map(|field| &field.name)
                != body.fields.first().map(|field| &field.name)
        });
        if let Some(example) = response
            .example
            .as_ref()
            .filter(|_| *other != status && differs)
            && validator.accepts(example)
        {
            gap(format!("the example of status {other}"), first.clone());
        }
    }
    let example = contract
        .responses
        .get(&status)
        .and_then(|response| response.example.as_ref());
    if let Some(Value::Object(example)) = example {
        for name in &undecided {
            if example.contains_key(*name) && validator.accepts(&renamed(example, name)) {
                gap(
                    format!("its own example with '{name}' renamed"),
                    closing(name),
                );
            }
        }
    }
    gaps
}

fn renamed(example: &Map<String, Value>, name: &str) -> Value {
    let renamed = example.iter().map(|(key, value)| {
        let key = if key == name {
            format!("{key}_")
        } else {
            key.clone()
        };
        (key, value.clone())
    });
    Value::Object(renamed.collect())
}
