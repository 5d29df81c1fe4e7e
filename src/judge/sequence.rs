//! Judges what holds between requests: replies against what was sent before, and what other
//! replies showed. Pure, as all of the judge: what went before comes in as values.

use super::judgement::Judgement;
use super::rule;
use crate::contract::ClauseId;
use crate::resource::{self, at};
use serde_json::{Map, Value};

/// Parts of names whose values services do not show again.
const SECRET: [&str; 6] = ["pass", "secret", "token", "key", "credential", "user_data"];
/// Longest value that is shown, in characters.
const MAX_SHOWN: usize = 80;

/// What a reply of a step is held against.
#[derive(Clone, Debug)]
pub enum Expected<'a> {
    /// An object shows what was sent.
    Shows {
        /// JSON pointer to it in the reply.
        at: &'a str,
        /// The object as it is shown.
        object: &'a Value,
        /// The body that was sent last.
        sent: &'a Value,
        /// Members that name objects, with the ids that they must have.
        ids: &'a [(String, String)],
        /// The object as it was shown before, and the body by which it was made: what the
        /// last body does not name is as it was.
        before: Option<(&'a Value, &'a Value)>,
    },
    /// Of these items, one has this id; it shows what was sent.
    Has {
        /// The items of all pages.
        items: &'a [Value],
        /// JSON pointer to the id in an item.
        id_at: &'a str,
        /// The id.
        id: &'a str,
        /// The body by which it was made.
        sent: Option<&'a Value>,
    },
    /// Of these items, none has this id.
    Lacks {
        /// The items of all pages.
        items: &'a [Value],
        /// JSON pointer to the id in an item.
        id_at: &'a str,
        /// The id.
        id: &'a str,
    },
    /// The number of all items is said to be this.
    Total {
        /// The body of the reply.
        body: &'a Value,
        /// The member.
        member: &'a str,
        /// How many items there are.
        all: usize,
    },
    /// There are no more items than this.
    AtMost {
        /// The items of the page.
        items: &'a [Value],
        /// How many there may be.
        most: usize,
        /// How many there are at least.
        least: usize,
    },
    /// The first item has this id.
    First {
        /// The items of the page.
        items: &'a [Value],
        /// JSON pointer to the id in an item.
        id_at: &'a str,
        /// The id of the item that stands behind those that are left out.
        id: &'a str,
    },
    /// All items have this value in this member.
    All {
        /// The items of the page.
        items: &'a [Value],
        /// The member.
        member: &'a str,
        /// The value that was asked for.
        value: &'a str,
    },
}

/// Holds what a step saw against what it must see.
pub fn judge(clause: &ClauseId, expected: &Expected<'_>, judgement: &mut Judgement) {
    let mut differs = |pointer: String, documented: String, observed: String, detail: String| {
        judgement.push_at(
            &rule::SEQUENCE_BROKEN,
            clause.clone(),
            pointer,
            documented,
            observed,
        );
        if let Some(difference) = judgement.differences.last_mut() {
            difference.detail = detail;
        }
    };
    match expected {
        Expected::Shows {
            at,
            object,
            sent,
            ids,
            before,
        } => {
            let sent = unwrapped(sent, object);
            for (name, id) in *ids {
                let shown = resource::at(object, &format!("/{name}"));
                if let Some(shown) = shown.filter(|shown| shown != id) {
                    differs(
                        format!("{at}/{name}"),
                        format!("the {name} of the request or of the object"),
                        "another value".into(),
                        format!("'{shown}' in place of '{id}'"),
                    );
                }
            }
            for (member, was, is) in unlike(sent, object) {
                differs(
                    format!("{at}{member}"),
                    format!("{} as it was sent", name_of(&member)),
                    "another value".into(),
                    format!("{}, and {} was sent", shown(is), shown(was)),
                );
            }
            let Some((before, made)) = before else {
                return;
            };
            let made = unwrapped(made, object);
            for (member, was, is) in unlike(before, object) {
                if sent.pointer(&member).is_none() && made.pointer(&member).is_some() {
                    differs(
                        format!("{at}{member}"),
                        format!(
                            "{} as before: the change does not name it",
                            name_of(&member)
                        ),
                        "another value".into(),
                        format!("{}, and before {}", shown(is), shown(was)),
                    );
                }
            }
        }
        Expected::Has {
            items,
            id_at,
            id,
            sent,
        } => {
            let item = items
                .iter()
                .find(|item| at(item, id_at).as_deref() == Some(*id));
            let Some(item) = item else {
                let count = items.len();
                differs(
                    String::new(),
                    "an item with the id of what was made".into(),
                    "no such item".into(),
                    format!("none of {count} items has the id '{id}' at {id_at}"),
                );
                return;
            };
            let Some(sent) = sent else {
                return;
            };
            for (member, was, is) in unlike(unwrapped(sent, item), item) {
                differs(
                    member.clone(),
                    format!("{} as it was sent", name_of(&member)),
                    "another value".into(),
                    format!("{}, and {} was sent", shown(is), shown(was)),
                );
            }
        }
        Expected::Lacks { items, id_at, id } => {
            if items
                .iter()
                .any(|item| at(item, id_at).as_deref() == Some(*id))
            {
                differs(
                    (*id_at).to_owned(),
                    "no item with this id".into(),
                    "an item with it".into(),
                    format!("an item has the id '{id}'"),
                );
            }
        }
        Expected::Total { body, member, all } => {
            let total = body.get(*member).and_then(Value::as_u64);
            if let Some(total) = total.filter(|total| *total != *all as u64) {
                differs(
                    format!("/{member}"),
                    "the number of all items".into(),
                    "another number".into(),
                    format!("{total} where there are {all}"),
                );
            }
        }
        Expected::AtMost { items, most, least } => {
            let count = items.len();
            if count > *most || count < *least {
                differs(
                    String::new(),
                    match most == least {
                        true => format!("{most} items"),
                        false => format!("{least} to {most} items"),
                    },
                    match count > *most {
                        true => "more items".into(),
                        false => "fewer items".into(),
                    },
                    format!("{count} items"),
                );
            }
        }
        Expected::First { items, id_at, id } => {
            let first = items.first().and_then(|item| at(item, id_at));
            if first.as_deref() != Some(*id) {
                differs(
                    (*id_at).to_owned(),
                    "the item that stands behind those that are left out".into(),
                    match first {
                        Some(_) => "another item".into(),
                        None => "no item".into(),
                    },
                    format!("'{}' in place of '{id}'", first.unwrap_or_default()),
                );
            }
        }
        Expected::All {
            items,
            member,
            value,
        } => {
            let others = items
                .iter()
                .filter_map(|item| at(item, &format!("/{member}")));
            if let Some(other) = others.into_iter().find(|other| other != value) {
                differs(
                    format!("/{member}"),
                    format!("only items with {member} '{value}'"),
                    "items with another value".into(),
                    format!("an item has '{other}'"),
                );
            }
        }
    }
}

/// What a body says of an object: the body, or the one object that it holds, unless the
/// object that is shown has such a member itself.
fn unwrapped<'a>(body: &'a Value, object: &Value) -> &'a Value {
    let Value::Object(members) = body else {
        return body;
    };
    let mut inner = members.iter();
    match (inner.next(), inner.next()) {
        (Some((name, inner @ Value::Object(_))), None) if object.get(name).is_none() => inner,
        _ => body,
    }
}

/// The members that both have and that differ, by pointer; objects in objects are looked
/// into, arrays compared where they hold no objects.
fn unlike<'a>(was: &'a Value, is: &'a Value) -> Vec<(String, &'a Value, &'a Value)> {
    let mut found = Vec::new();
    if let (Value::Object(was), Value::Object(is)) = (was, is) {
        members(was, is, "", &mut found);
    }
    found
}

fn members<'a>(
    was: &'a Map<String, Value>,
    is: &'a Map<String, Value>,
    at: &str,
    found: &mut Vec<(String, &'a Value, &'a Value)>,
) {
    for (name, was) in was {
        let folded = name.to_lowercase();
        let is_secret = SECRET.iter().any(|part| folded.contains(part));
        let Some(is) = is.get(name).filter(|_| !is_secret) else {
            continue;
        };
        let pointer = format!("{at}/{}", name.replace('~', "~0").replace('/', "~1"));
        match (was, is) {
            (Value::Object(was), Value::Object(is)) => members(was, is, &pointer, found),
            (Value::String(one), Value::String(other)) if one != other => {
                found.push((pointer, was, is));
            }
            (Value::Bool(one), Value::Bool(other)) if one != other => {
                found.push((pointer, was, is));
            }
            (Value::Number(one), Value::Number(other)) if one.as_f64() != other.as_f64() => {
                found.push((pointer, was, is));
            }
            // Of another type, or null: another rule's.
            _ => {}
        }
    }
}

fn name_of(pointer: &str) -> String {
    pointer.trim_start_matches('/').replace('/', ".")
}

fn shown(value: &Value) -> String {
    let text = value.to_string();
    let cut: String = text.chars().take(MAX_SHOWN).collect();
    let more = if cut.len() < text.len() { "…" } else { "" };
    format!("{cut}{more}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn seen(expected: &Expected<'_>) -> Vec<String> {
        let mut judgement = Judgement::default();
        judge(&ClauseId::sequence("created"), expected, &mut judgement);
        let differences = judgement.differences.into_iter();
        differences.map(|it| it.pointer).collect()
    }

    #[test]
    fn what_was_sent_is_shown_whatever_is_around_it() {
        let sent = json!({ "shelf": { "name": "a", "boards": 2, "size": { "high": 3 } } });
        let shows = |object: &Value| {
            seen(&Expected::Shows {
                at: "/shelf",
                object,
                sent: &sent,
                ids: &[],
                before: None,
            })
        };
        let right =
            json!({ "id": "1", "name": "a", "boards": 2.0, "size": { "high": 3, "deep": 1 } });
        assert!(shows(&right).is_empty());
        // What is not shown, or of another type, is another rule's.
        assert!(shows(&json!({ "id": "1", "name": null, "boards": "2" })).is_empty());
        let wrong = json!({ "name": "A", "boards": 3, "size": { "high": 4 } });
        assert_eq!(
            shows(&wrong),
            ["/shelf/name", "/shelf/boards", "/shelf/size/high"]
        );
    }

    #[test]
    fn ids_and_totals_are_those_of_what_is_there() {
        let object = json!({ "id": "1", "shelf_id": "2" });
        let shows = |name: &str, id: &str| {
            seen(&Expected::Shows {
                at: "",
                object: &object,
                sent: &json!({}),
                ids: &[(name.to_owned(), id.to_owned())],
                before: None,
            })
        };
        assert!(shows("shelf_id", "2").is_empty() && shows("row_id", "3").is_empty());
        assert_eq!(shows("shelf_id", "3"), ["/shelf_id"]);
        let total = |all: usize| {
            let body = json!({ "total": 2 });
            let member = "total";
            seen(&Expected::Total {
                body: &body,
                member,
                all,
            })
            .is_empty()
        };
        assert!(total(2) && !total(1) && !total(3));
    }

    #[test]
    fn secrets_are_not_expected_back() {
        let sent = json!({ "name": "a", "admin_password": "x", "key_pair": "y" });
        let object = json!({ "name": "a", "admin_password": "***", "key_pair": "" });
        let expected = Expected::Shows {
            at: "",
            object: &object,
            sent: &sent,
            ids: &[],
            before: None,
        };
        assert!(seen(&expected).is_empty());
    }

    #[test]
    fn a_change_leaves_alone_what_it_does_not_name() {
        let made = json!({ "name": "a", "note": "b", "boards": 2 });
        let before = json!({ "name": "a", "note": "b", "boards": 2, "updated_at": "1" });
        let sent = json!({ "name": "c" });
        let shows = |object: &Value| {
            seen(&Expected::Shows {
                at: "",
                object,
                sent: &sent,
                ids: &[],
                before: Some((&before, &made)),
            })
        };
        let right = json!({ "name": "c", "note": "b", "boards": 2, "updated_at": "2" });
        assert!(shows(&right).is_empty());
        let wrong = json!({ "name": "c", "note": "", "boards": 2, "updated_at": "2" });
        assert_eq!(shows(&wrong), ["/note"]);
    }

    #[test]
    fn lists_are_held_against_what_was_made() {
        let items = [
            json!({ "id": "1", "state": "UP" }),
            json!({ "id": 2, "state": "UP" }),
        ];
        let has = |id: &str| {
            let expected = Expected::Has {
                items: &items,
                id_at: "/id",
                id,
                sent: None,
            };
            seen(&expected).is_empty()
        };
        assert!(has("1") && has("2") && !has("3"));
        let lacks = |id: &str| {
            let expected = Expected::Lacks {
                items: &items,
                id_at: "/id",
                id,
            };
            seen(&expected).is_empty()
        };
        assert!(!lacks("1") && lacks("3"));
        let all = |value: &str| {
            let expected = Expected::All {
                items: &items,
                member: "state",
                value,
            };
            seen(&expected).is_empty()
        };
        assert!(all("UP") && !all("DOWN"));
        let between = |least: usize, most: usize| {
            let expected = Expected::AtMost {
                items: &items,
                most,
                least,
            };
            seen(&expected).is_empty()
        };
        assert!(between(1, 2) && !between(1, 1) && !between(3, 9));
        let first = |id: &str| {
            let expected = Expected::First {
                items: &items,
                id_at: "/id",
                id,
            };
            seen(&expected).is_empty()
        };
        assert!(first("1") && !first("2"));
    }
}
