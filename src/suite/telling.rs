//! Defines [`Telling`]: values that show what a service does to them, where they come back
//! cut, folded, trimmed, escaped, rounded, bounded or replaced.

use super::step::{Part, Step};
use super::{payload, shown};
use crate::contract::{Bounds, Contract, Field, Mandatory, TypeName};
use serde_json::Value;

/// Longest text, in characters.
const LONG: u64 = 200;
/// Goes on behind the beginning of a text: case, spaces, letters.
const FOLDED: &str = " aB  Cd-Ef_9 xYz.";
/// The same of a second object: markup, escapes, what is not ASCII.
const ESCAPED: &str = " <b>&\"'\\%41é+ ";

/// Which of the objects of a sequence is given values, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Telling {
    /// When it is changed, not when it is made.
    pub(super) is_change: bool,
    /// The second object: whatever has a choice is different, and texts have spaces at
    /// their ends.
    pub(super) is_second: bool,
}

impl Telling {
    /// The values that the request of a step gives an object.
    pub(super) fn of(step: &Step) -> Self {
        Self {
            is_change: step.part == Part::Update,
            is_second: step.is_second(),
        }
    }

    /// A body with every documented member.
    pub(super) fn body(self, contract: &Contract) -> Option<Value> {
        let documented = contract.request_body.as_ref()?;
        let mut body = payload::conforming(documented, &mut payload::Draw::plain(), true);
        if let Some(example) = contract.request_example() {
            shown::lend(&mut body, &example);
        }
        for place in payload::places(documented) {
            let pointer = payload::pointer(&place);
            let value = body.pointer(&pointer);
            let value = value.and_then(|was| self.value(contract, place.field, was));
            if value.is_some() {
                let _ = payload::set(&mut body, &pointer, value);
            }
        }
        Some(body)
    }

    /// The same with what may not be left out, or with one member where all may; `None` where
    /// that is all.
    pub(super) fn partial_body(self, contract: &Contract) -> Option<Value> {
        let documented = contract.request_body.as_ref()?;
        let full = self.body(contract)?;
        let mut body = full.clone();
        let mut places: Vec<_> = payload::places(documented).collect();
        // The first stays where all may be left out.
        places.reverse();
        for place in places {
            let may_be_left_out = place.field.mandatory == Mandatory::No;
            if !may_be_left_out || !contract.is_read_whole(place.field) {
                continue;
            }
            let mut less = body.clone();
            let was_left_out = payload::set(&mut less, &payload::pointer(&place), None);
            if was_left_out.is_ok() && has_values(&less) {
                body = less;
            }
        }
        (body != full).then_some(body)
    }

    /// A value in place of the one that a row has anyway, where the row leaves a choice.
    fn value(self, contract: &Contract, field: &Field, was: &Value) -> Option<Value> {
        if contract.is_any_text(field) && field.kind == TypeName::String {
            let start = match self.is_change {
                true => "Changed as sent",
                false => "Made as sent",
            };
            let start = match self.is_second {
                true => format!(" {start}"),
                false => start.to_owned(),
            };
            let most = field.constraints.length.max.unwrap_or(LONG);
            return Some(self.text(&start, most.min(LONG)).into());
        }
        let facts = &field.constraints;
        if !contract.is_read_whole(field) {
            return None;
        }
        if facts.states_form() && was.is_string() {
            let text = facts.text_of_form(&facts.length, self.turn() as u64 + 1);
            return text.map(Value::from);
        }
        let listed = &field.constraints.values;
        if !listed.is_empty() {
            let text = was.as_str().map_or_else(|| was.to_string(), str::to_owned);
            let at = listed.iter().position(|it| *it == text)?;
            let next = &listed[(at + self.turn()) % listed.len()];
            return match was {
                Value::String(_) => Some(next.clone().into()),
                _ => serde_json::from_str(next).ok(),
            };
        }
        match was {
            Value::Bool(was) => Some((was ^ (self.is_change != self.is_second)).into()),
            Value::Number(_) if field.kind.is_integer() => {
                Some(self.number(&field.constraints.range)?.into())
            }
            _ => None,
        }
    }

    fn turn(self) -> usize {
        usize::from(self.is_change) + 2 * usize::from(self.is_second)
    }

    /// A number within a range: one that is round in no way, or a bound.
    fn number(self, range: &Bounds<i64>) -> Option<i64> {
        let max = range.max?;
        let Some(min) = range.min else {
            return self.is_change.then_some(max);
        };
        if self.is_change {
            return Some(if self.is_second { min } else { max });
        }
        let share = if self.is_second { 3 } else { 2 };
        let from = min.checked_add(max.checked_sub(min)? / share)?;
        let is_odd = |number: &i64| [2, 3, 5].iter().all(|by| number % by != 0);
        Some((from..=max).take(30).find(is_odd).unwrap_or(from))
    }

    /// A text of so many characters that begins with `start`.
    pub(super) fn text(self, start: &str, length: u64) -> String {
        let more = if self.is_second { ESCAPED } else { FOLDED };
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        let more = more.chars().cycle();
        let mut text: String = start.chars().chain(more).take(length).collect();
        let ends_with_space = text.ends_with(' ');
        if self.is_second != ends_with_space && length > start.chars().count() {
            text.pop();
            text.push(if self.is_second { ' ' } else { 'E' });
        }
        text
    }
}

/// Whether there is any value in a body that is no object or list.
fn has_values(body: &Value) -> bool {
    match body {
        Value::Object(members) => members.values().any(has_values),
        Value::Array(items) => items.iter().any(has_values),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::Telling;
    use crate::contract::Bounds;

    const FIRST: Telling = Telling {
        is_change: false,
        is_second: false,
    };
    const SECOND: Telling = Telling {
        is_change: false,
        is_second: true,
    };

    #[test]
    fn texts_have_their_length_and_only_those_of_a_second_object_end_with_a_space() {
        for length in 0..60 {
            for telling in [FIRST, SECOND] {
                let text = telling.text("Made", length);
                assert_eq!(text.chars().count() as u64, length);
                if length > 4 {
                    assert_eq!(text.ends_with(' '), telling.is_second, "{text:?}");
                }
            }
        }
    }

    #[test]
    fn numbers_lie_within_their_range_and_are_round_only_where_nothing_else_is() {
        let range = |min, max| Bounds {
            min: Some(min),
            max: Some(max),
        };
        assert_eq!(FIRST.number(&range(100, 10_000)), Some(5_051));
        assert_eq!(SECOND.number(&range(100, 10_000)), Some(3_401));
        assert_eq!(FIRST.number(&range(4, 4)), Some(4));
        assert_eq!(FIRST.number(&range(i64::MIN, i64::MAX)), None);
        for (min, max) in [(0, 1), (-7, -2), (1, 3), (10, 12), (-1_000, 1_000)] {
            for is_change in [false, true] {
                for is_second in [false, true] {
                    let telling = Telling {
                        is_change,
                        is_second,
                    };
                    let number = telling.number(&range(min, max)).unwrap();
                    assert!((min..=max).contains(&number), "{number}");
                }
            }
        }
    }
}
