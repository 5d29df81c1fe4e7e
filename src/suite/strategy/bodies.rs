//! Defines [`Bodies`]: random bodies that shrink by their structure: members go, arrays
//! get shorter, texts and numbers smaller. Whether what is left still fits the property
//! is for the caller to ask, as with every step of shrinking.

use super::shrinking::Shrinking;
use crate::suite::case::Member;
use proptest::arbitrary::any;
use proptest::strategy::{NewTree, Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// Most smaller values of one value that are tried.
const MAX_SMALLER: usize = 256;

/// Changes of the base body, by JSON pointer.
pub(super) type Changes = BTreeMap<String, Member>;

/// Bodies that a seed decides.
#[derive(Clone)]
pub(super) struct Bodies(Arc<dyn Fn(u64) -> Changes + Send + Sync>);

impl Bodies {
    /// The bodies that `draw` makes of seeds.
    pub(super) fn new(draw: impl Fn(u64) -> Changes + Send + Sync + 'static) -> Self {
        Self(Arc::new(draw))
    }
}

impl fmt::Debug for Bodies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Bodies")
    }
}

impl Strategy for Bodies {
    type Tree = Shrinking<Changes>;
    type Value = Changes;

    fn new_tree(&self, runner: &mut TestRunner) -> NewTree<Self> {
        let seed = any::<u64>().new_tree(runner)?.current();
        Ok(Shrinking::new((self.0)(seed), smaller_changes))
    }
}

/// The changes with one of their JSON values made smaller.
pub(super) fn smaller_changes(changes: &Changes) -> Vec<Changes> {
    let mut all = Vec::new();
    for (pointer, member) in changes {
        let Member::Json(text) = member else {
            continue;
        };
        let Ok(value) = serde_json::from_str::<Value>(text) else {
            continue;
        };
        for value in smaller(&value) {
            let mut other = changes.clone();
            other.insert(pointer.clone(), Member::Json(value.to_string()));
            all.push(other);
        }
    }
    all.truncate(MAX_SMALLER);
    all
}

/// Every value that is one step smaller: what takes most away comes first.
fn smaller(value: &Value) -> Vec<Value> {
    let mut all = Vec::new();
    match value {
        Value::Object(members) => {
            for name in members.keys() {
                let mut fewer = members.clone();
                fewer.shift_remove(name);
                all.push(Value::Object(fewer));
            }
            for (name, member) in members {
                for member in smaller(member) {
                    let mut other = members.clone();
                    other.insert(name.clone(), member);
                    all.push(Value::Object(other));
                }
            }
        }
        Value::Array(items) => {
            let half = items.len() / 2;
            let lengths = [half, items.len().saturating_sub(1)];
            let shorter = lengths.iter().filter(|length| **length < items.len());
            all.extend(shorter.map(|length| Value::Array(items[..*length].to_vec())));
            for (at, item) in items.iter().enumerate() {
                for item in smaller(item) {
                    let mut other = items.clone();
                    other[at] = item;
                    all.push(Value::Array(other));
                }
            }
        }
        Value::String(text) => {
            let length = text.chars().count();
            let lengths = [length / 2, length.saturating_sub(1)];
            let shorter = lengths.iter().filter(|shorter| **shorter < length);
            all.extend(shorter.map(|length| json!(text.chars().take(*length).collect::<String>())));
        }
        Value::Number(number) => {
            let half = number.as_i64().map(|number| number / 2);
            all.extend(
                half.filter(|half| Some(*half) != number.as_i64())
                    .map(|half| json!(half)),
            );
        }
        Value::Bool(_) | Value::Null => {}
    }
    all.truncate(MAX_SMALLER);
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(changes: &Changes) -> Value {
        let Some(Member::Json(text)) = changes.get("") else {
            panic!("{changes:?}");
        };
        serde_json::from_str(text).unwrap()
    }

    /// The smallest body that still breaks, and how many were tried.
    fn shrunk(drawn: &Value, breaks: impl Fn(&Value) -> bool) -> (Value, usize) {
        let text = drawn.to_string();
        let draw = move |_| Changes::from([(String::new(), Member::Json(text.clone()))]);
        let mut runner = TestRunner::deterministic();
        let mut tree = Bodies::new(draw).new_tree(&mut runner).unwrap();
        let (mut tried, mut last) = (0, tree.current());
        let mut goes_on = tree.simplify();
        while goes_on {
            tried += 1;
            goes_on = if breaks(&body(&tree.current())) {
                last = tree.current();
                tree.simplify()
            } else {
                tree.complicate()
            };
        }
        (body(&last), tried)
    }

    #[test]
    fn what_matters_is_left_and_nothing_else() {
        let drawn = json!({
            "name": "a long name of something",
            "tags": [{"key": "k1", "value": "v1"}, {"key": "k2", "value": "bad value"}, {"key": "k3", "value": ""}],
            "size": 4096,
            "owner": {"id": "u-1", "active": true},
        });
        let has_bad = |body: &Value| {
            let tags = body["tags"].as_array();
            tags.is_some_and(|tags| {
                tags.iter().any(|tag| {
                    tag["value"]
                        .as_str()
                        .is_some_and(|it| it.starts_with("bad"))
                })
            })
        };
        let (left, tried) = shrunk(&drawn, has_bad);
        assert!(has_bad(&left));
        assert_eq!(left.as_object().unwrap().len(), 1, "{left}");
        let text = left.to_string();
        assert!(text.len() < 60, "{text}");
        assert!(tried < 200, "{tried}");
        let (left, _) = shrunk(&drawn, |body| {
            body["size"].as_i64().is_some_and(|size| size > 100)
        });
        assert_eq!(left, json!({ "size": 128 }));
    }

    #[test]
    fn what_cannot_be_smaller_is_left_alone() {
        for drawn in [
            json!(null),
            json!(true),
            json!({}),
            json!([]),
            json!(""),
            json!(0),
        ] {
            assert_eq!(shrunk(&drawn, |_| true), (drawn.clone(), 0), "{drawn}");
        }
        let drawn = json!({ "a": [1, 2, 3] });
        assert_eq!(shrunk(&drawn, |body| *body == drawn).0, drawn);
    }
}
