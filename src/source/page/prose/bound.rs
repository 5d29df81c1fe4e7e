//! Reads the numbers between which something lies: `1 to 64`, `at most 64`, `[0, 9]`.

use super::cursor::Cursor;
use super::lexicon::{Kind, Kinds};
use super::unit::measure;

/// Numbers between which something lies.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Bound {
    pub(super) min: Option<i64>,
    pub(super) max: Option<i64>,
    /// Whether a side is not itself allowed.
    pub(super) is_exclusive: bool,
    /// What is counted: the kind of the word behind the number.
    pub(super) unit: Option<Kind>,
    /// In which unit of time or size, where that is known.
    pub(super) measure: Option<&'static str>,
    pub(super) how: How,
}

/// In which words a bound is stated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum How {
    /// From one number to another.
    #[default]
    Both,
    /// One number alone.
    Exact,
    /// 'At most', which may count anything.
    Quantity,
    /// 'Less than or equal to', which compares numbers.
    Comparison,
    /// 'Minimum: 1'.
    Label,
}

const LOWER: Kinds = Kinds::of(&[Kind::AtLeast, Kind::GreaterEqual]);
const UPPER: Kinds = Kinds::of(&[Kind::AtMost, Kind::LessEqual]);

/// Words that show that a number alone says how long something is.
const SAYS_EXACT: Kinds = Kinds::of(&[
    Kind::Verb,
    Kind::Holds,
    Kind::Is,
    Kind::MustBe,
    Kind::Exactly,
]);

pub(super) fn bound(cursor: &mut Cursor<'_, '_>) -> Option<Bound> {
    let mut bound = None
        .or_else(|| cursor.attempt(bracket))
        .or_else(|| cursor.attempt(side))
        .or_else(|| cursor.attempt(chain))
        .or_else(|| cursor.attempt(numbers))?;
    if bound.unit.is_none()
        && let Some((unit, words)) = cursor.unit()
    {
        (bound.unit, bound.measure) = (Some(unit), measure(words));
    }
    // 'Long', 'in length'.
    cursor.pass();
    Some(bound)
}

/// `[1, 64]`, `(0, 64]`.
fn bracket(cursor: &mut Cursor<'_, '_>) -> Option<Bound> {
    let is_low_out = !cursor.eat(Kind::Open);
    if is_low_out && !cursor.eat(Kind::OpenExclusive) {
        return None;
    }
    let min = cursor.number()?;
    let parted = cursor.eat(Kind::Comma);
    if !parted && !cursor.eat(Kind::To) {
        return None;
    }
    let max = cursor.number()?;
    let is_high_out = !cursor.eat(Kind::Close);
    if is_high_out && !cursor.eat(Kind::CloseExclusive) {
        return None;
    }
    let (min_out, max_out) = if is_low_out && is_high_out {
        // '(1-64)' is a remark in brackets, and '(1, 64)' may be that or leave out both.
        if parted {
            return None;
        }
        (0, 0)
    } else {
        (i64::from(is_low_out), i64::from(is_high_out))
    };
    Some(Bound {
        min: min.checked_add(min_out),
        max: max.checked_sub(max_out),
        is_exclusive: min_out + max_out > 0,
        ..Bound::default()
    })
}

/// A relation and its number: `at most 64`, `Maximum: 64`.
fn side(cursor: &mut Cursor<'_, '_>) -> Option<Bound> {
    let relation = *cursor.peek()?;
    cursor.at += 1;
    let is = |kind| relation.is(kind);
    let is_label = is(Kind::Maximum) || is(Kind::Minimum);
    let from = cursor.at;
    if is_label || is(Kind::Exactly) {
        cursor.pass();
    } else if is(Kind::AtMost) && (cursor.pass(), cursor.eat(Kind::Maximum)).1 {
        // 'Limited to a maximum of 64'.
        cursor.pass();
    }
    while cursor.next_is(Kind::Filler) {
        cursor.at += 1;
    }
    // 'Min = 10'.
    let equals = cursor.peek().is_some_and(|token| token.text == "=");
    cursor.at += usize::from(is_label && equals);
    // 'The maximum length cannot exceed 64'.
    let limits = if is(Kind::Minimum) { LOWER } else { UPPER };
    if is_label && cursor.peek().is_some_and(|token| token.kinds.meets(limits)) {
        cursor.at += 1;
    }
    let says_more = cursor.tokens[from..cursor.at]
        .iter()
        .any(|token| token.is(Kind::Filler));
    let number = cursor.number()?;
    let bound = |min, max, how| {
        Some(Bound {
            min,
            max,
            how,
            ..Bound::default()
        })
    };
    let out = |min, max| {
        Some(Bound {
            min,
            max,
            is_exclusive: true,
            how: How::Comparison,
            ..Bound::default()
        })
    };
    let compares = is(Kind::LessEqual) || is(Kind::GreaterEqual);
    let how = if compares {
        How::Comparison
    } else if is_label && !says_more {
        How::Label
    } else {
        How::Quantity
    };
    if is(Kind::LessEqual) || is(Kind::AtMost) {
        bound(None, Some(number), how)
    } else if is(Kind::GreaterEqual) || is(Kind::AtLeast) {
        bound(Some(number), None, how)
    } else if is(Kind::Below) {
        out(None, Some(number.checked_sub(1)?))
    } else if is(Kind::Above) {
        out(Some(number.checked_add(1)?), None)
    } else if is(Kind::Maximum) {
        bound(None, Some(number), how)
    } else if is(Kind::Minimum) {
        bound(Some(number), None, how)
    } else if is(Kind::Exactly) {
        cursor.seen = cursor.seen.with(relation.kinds);
        bound(Some(number), Some(number), How::Exact)
    } else {
        None
    }
}

/// `1 ≤ value ≤ 300`.
fn chain(cursor: &mut Cursor<'_, '_>) -> Option<Bound> {
    let relation = |cursor: &mut Cursor<'_, '_>| match cursor.eat(Kind::LessEqual) {
        true => Some(0),
        false => cursor.eat(Kind::Below).then_some(1),
    };
    let min = cursor.number()?;
    let low = relation(cursor)?;
    let from = cursor.at;
    cursor.pass();
    let has_middle = cursor.at > from;
    let high = relation(cursor).filter(|_| has_middle)?;
    let max = cursor.number()?;
    Some(Bound {
        min: min.checked_add(low),
        max: max.checked_sub(high),
        is_exclusive: low + high > 0,
        ..Bound::default()
    })
}

/// Numbers in front of what they are: `1 to 64`, `64 or fewer`, `between 1 and 64`.
fn numbers(cursor: &mut Cursor<'_, '_>) -> Option<Bound> {
    let is_between = cursor.eat(Kind::Between);
    if is_between {
        cursor.seen = cursor.seen.with(Kinds::of(&[Kind::Between]));
    }
    let first = cursor.number()?;
    let unit = cursor.attempt(Cursor::unit);
    if cursor.next_is(Kind::To) || is_between && cursor.next_is(Kind::And) {
        let both = cursor.attempt(|cursor| {
            cursor.at += 1;
            let second = cursor.number()?;
            let behind = cursor.unit();
            // '1 GB to 32 TB' is in two units.
            let same = |(_, one): (Kind, &str), (_, other): (Kind, &str)| {
                let stem = |unit: &str| unit.to_lowercase().trim_end_matches('s').to_owned();
                stem(one) == stem(other)
            };
            let agrees = unit.is_none_or(|unit| behind.is_some_and(|it| same(unit, it)));
            agrees.then_some((second, behind))
        });
        if let Some((second, unit)) = both {
            return Some(Bound {
                min: Some(first),
                max: Some(second),
                unit: unit.map(|(unit, _)| unit),
                measure: unit.and_then(|(_, words)| measure(words)),
                ..Bound::default()
            });
        }
        // 'A 36-character text'.
        cursor.at += 1;
        let (unit, _) = cursor.unit()?;
        if !matches!(unit, Kind::Characters | Kind::Bytes) {
            return None;
        }
        return Some(Bound {
            min: Some(first),
            max: Some(first),
            unit: Some(unit),
            how: How::Exact,
            ..Bound::default()
        });
    }
    if is_between {
        return None;
    }
    let measured = unit.and_then(|(_, words)| measure(words));
    let unit = unit.map(|(unit, _)| unit);
    let quantity = |min, max| {
        Some(Bound {
            min,
            max,
            unit,
            measure: measured,
            how: How::Quantity,
            ..Bound::default()
        })
    };
    cursor
        .attempt(|cursor| {
            cursor.pass();
            if cursor.eat(Kind::OrLess) {
                quantity(None, Some(first))
            } else if cursor.eat(Kind::OrMore) {
                quantity(Some(first), None)
            } else {
                None
            }
        })
        .or_else(|| {
            cursor.pass();
            let is_text = matches!(unit, Some(Kind::Characters | Kind::Bytes | Kind::Digits))
                || unit.is_none() && cursor.seen.has(Kind::Length);
            // 'Length: 64' may be the largest.
            let is_exact = cursor.seen.meets(SAYS_EXACT)
                || cursor.seen.has(Kind::Length) && !cursor.text.is_ascii();
            (is_text && is_exact).then_some(Bound {
                min: Some(first),
                max: Some(first),
                unit,
                how: How::Exact,
                ..Bound::default()
            })
        })
}
