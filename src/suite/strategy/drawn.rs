//! Defines [`Drawn`], what a slot of a request takes.

use super::bodies::{Changes, smaller_changes};
use crate::contract::Location;
use crate::exchange::Travel;
use crate::suite::case::{RequestValues, Value};

/// What varies.
#[derive(Clone, Debug)]
pub(super) enum Slot {
    Parameter(Location, String),
    Body,
    Way,
    /// A query behind what is documented.
    Query,
}

/// What a slot takes in one request.
#[derive(Clone, Debug)]
pub(super) enum Drawn {
    Text(Value),
    Body(Changes),
    /// Another way to travel, or the usual one.
    Way(Option<Way>),
}

/// What changes nothing about what a request says.
#[derive(Clone, Debug)]
pub(super) struct Way {
    /// A header field.
    pub(super) field: Option<(String, Value)>,
    /// Whether a row documents the field.
    pub(super) is_documented: bool,
    pub(super) travel: Travel,
}

/// The changes of the base request that were drawn.
pub(super) fn changes(slots: &[Slot], values: Vec<Drawn>) -> RequestValues {
    let mut changes = RequestValues::default();
    for (slot, value) in slots.iter().zip(values) {
        match (slot, value) {
            (Slot::Parameter(location, name), Drawn::Text(value)) => {
                let members = match location {
                    Location::Path => &mut changes.path,
                    Location::Query => &mut changes.query,
                    Location::Header => &mut changes.headers,
                };
                members.insert(name.clone(), value);
            }
            (Slot::Query, Drawn::Text(value)) => {
                changes.other_query.insert(String::new(), value);
            }
            (_, Drawn::Body(members)) => changes.body = members,
            (_, Drawn::Way(Some(way))) => {
                let fields = match way.is_documented {
                    true => &mut changes.headers,
                    false => &mut changes.other_headers,
                };
                fields.extend(way.field);
                changes.travel = way.travel;
            }
            (_, Drawn::Way(None)) | (Slot::Body | Slot::Way, Drawn::Text(_)) => {}
        }
    }
    changes
}

/// What is drawn, one slot made smaller: the usual way to travel, shorter and plainer texts,
/// smaller bodies.
#[expect(clippy::ptr_arg, reason = "what shrinks is whole values")]
pub(super) fn smaller(drawn: &Vec<Drawn>) -> Vec<Vec<Drawn>> {
    let mut all = Vec::new();
    for (at, one) in drawn.iter().enumerate() {
        let others: Vec<Drawn> = match one {
            Drawn::Way(Some(_)) => vec![Drawn::Way(None)],
            Drawn::Text(Value::Text(text)) => {
                let texts = smaller_texts(text).into_iter();
                texts.map(Value::Text).map(Drawn::Text).collect()
            }
            Drawn::Body(changes) => {
                let changes = smaller_changes(changes).into_iter();
                changes.map(Drawn::Body).collect()
            }
            Drawn::Text(_) | Drawn::Way(None) => Vec::new(),
        };
        for other in others {
            let mut smaller = drawn.clone();
            smaller[at] = other;
            all.push(smaller);
        }
    }
    all
}

/// The same text of plain characters, then shorter ones.
fn smaller_texts(text: &str) -> Vec<String> {
    let letters: Vec<char> = text.chars().collect();
    let length = letters.len();
    let plain = "0".repeat(length);
    let lengths = [
        length / 2,
        length * 3 / 4,
        length.saturating_sub(8),
        length.saturating_sub(1),
    ];
    let shorter = lengths
        .into_iter()
        .filter(|shorter| *shorter > 0 && *shorter < length);
    let shorter = shorter.flat_map(|shorter| {
        let ends = [&letters[..shorter], &letters[length - shorter..]];
        ends.map(|letters| letters.iter().collect::<String>())
    });
    let halved = |zeros: std::ops::Range<usize>| -> String {
        let letters = letters.iter().enumerate();
        let zeroed = letters.map(|(at, c)| if zeros.contains(&at) { '0' } else { *c });
        zeroed.collect()
    };
    let longer = [
        plain,
        halved(0..length / 2),
        halved(length.div_ceil(2)..length),
    ];
    let plainer = longer.into_iter().filter(|other| other != text);
    plainer.chain(shorter).collect()
}
