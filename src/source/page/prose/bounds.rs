//! Says what a bound is of, by the type of its row: how many items, how many characters,
//! or between which numbers.

use super::bound::{Bound, How};
use super::grammar::{Statement, Whole};
use super::lexicon::{Kind, Kinds, lexicon};
use super::remarks::Doubt;
use super::{Part, Reader};
use crate::contract::{Bounds, TypeName};
use crate::source::page::vocabulary::fold;

/// What a bound is of.
enum Target {
    Length,
    Items,
    Range,
}

impl Reader<'_> {
    /// Takes over what a sentence states; `None` where it cannot be said of this type.
    pub(super) fn state(&mut self, whole: &Whole, words: &str) -> Option<()> {
        for (at, statement) in whole.statements.iter().enumerate() {
            match statement {
                Statement::Bound(bound) => {
                    let unit = bound.unit.or_else(|| unit_beside(&whole.statements, at));
                    self.bound(bound, unit, whole.seen)?;
                }
                Statement::Least(least) => {
                    let scalar = self.kind.innermost();
                    let is_whole =
                        matches!(scalar, TypeName::Integer | TypeName::Int32 | TypeName::Long)
                            || *self.kind == TypeName::String;
                    self.least = self.least.max(Some(*least)).filter(|_| is_whole);
                    self.least?;
                }
                Statement::NotEmpty => {
                    // Of a text it is told, and no part of the contract.
                    if matches!(self.kind, TypeName::Array(_)) {
                        self.contradicted.items |= !agree(&mut self.facts.items, Some(1), None);
                    }
                }
                Statement::Empty => self.remarks.doubts.push(Doubt::of_empty(words)),
                Statement::Default(value) => {
                    let kinds = lexicon().kinds(&fold(value));
                    let is_truth = *self.kind == TypeName::Boolean;
                    self.facts.default = Some(match is_truth {
                        true if kinds.has(Kind::On) => "true".into(),
                        true if kinds.has(Kind::Off) => "false".into(),
                        true => value.to_lowercase(),
                        false
                            if !value.is_ascii()
                                && kinds.meets(Kinds::of(&[Kind::On, Kind::Off])) =>
                        {
                            return None;
                        }
                        false => value.clone(),
                    });
                }
                Statement::Special(number) => {
                    self.remarks.specials.push((*number, words.to_owned()));
                }
                Statement::Pattern | Statement::Remark => {}
            }
        }
        Some(())
    }

    fn bound(&mut self, bound: &Bound, unit: Option<Kind>, seen: Kinds) -> Option<()> {
        let unsigned = |number: Option<i64>| match number {
            Some(number) => u64::try_from(number).ok().map(Some),
            None => Some(None),
        };
        match self.target(bound, unit, seen)? {
            Target::Length => {
                let (min, max) = (unsigned(bound.min)?, unsigned(bound.max)?);
                self.contradicted.length |= !agree(&mut self.facts.length, min, max);
            }
            Target::Items => {
                let (min, max) = (unsigned(bound.min)?, unsigned(bound.max)?);
                self.contradicted.items |= !agree(&mut self.facts.items, min, max);
            }
            Target::Range => {
                self.remarks.measures.extend(bound.measure);
                let range = &mut self.facts.range;
                self.contradicted.range |= !agree(range, bound.min, bound.max);
            }
        }
        Some(())
    }

    fn target(&self, bound: &Bound, unit: Option<Kind>, seen: Kinds) -> Option<Target> {
        let scalar = self.kind.innermost();
        let is_list = matches!(self.kind, TypeName::Array(_));
        let is_text = *scalar == TypeName::String;
        match unit {
            Some(Kind::Characters | Kind::Bytes) => return Some(Target::Length),
            Some(Kind::Digits) => {
                let is_plain =
                    is_text && !is_list && (bound.how != How::Exact || seen.has(Kind::Exactly));
                let says_so =
                    is_plain || seen.has(Kind::Length) && (!is_list || seen.has(Kind::Each));
                return says_so.then_some(Target::Length);
            }
            Some(Kind::Items | Kind::Own) if is_list => return Some(Target::Items),
            // A text may hold its unit or not, and pairs are no characters.
            Some(Kind::Items | Kind::Measure | Kind::Size) if is_text => return None,
            _ => {}
        }
        if seen.has(Kind::Count) && seen.has(Kind::Characters) && !is_list {
            return Some(Target::Length);
        }
        if is_list && seen.has(Kind::Count) {
            return Some(Target::Items);
        }
        if seen.has(Kind::Length) {
            // 'A length of 1 to 9' may be the array's.
            let is_open = is_list && !seen.has(Kind::Each);
            return (!is_open).then_some(Target::Length);
        }
        let of_range = Kinds::of(&[
            Kind::Range,
            Kind::Value,
            Kind::Options,
            Kind::From,
            Kind::Between,
        ]);
        let names_range = seen.meets(of_range) || self.part == Part::Range;
        match bound.how {
            // Of an array, the lines bound the items; 'Array Length' bounds the array.
            How::Label if is_text && !seen.has(Kind::Value) => {
                (!seen.has(Kind::Is)).then_some(Target::Length)
            }
            How::Exact => None,
            How::Quantity if is_text => None,
            How::Both if is_text && !names_range => None,
            _ => {
                let is_measured = matches!(unit, Some(Kind::Measure | Kind::Size));
                let is_fraction = *scalar == TypeName::Number;
                // Less than 100 MB is no 99 in another unit.
                let is_doubtful = bound.is_exclusive && (is_measured || is_fraction)
                    || unit == Some(Kind::Size) && !matches!(bound.how, How::Both | How::Quantity);
                (!is_doubtful).then_some(Target::Range)
            }
        }
    }
}

/// The unit of the bound behind, or else in front: 'at least 3 and at most 64 characters'.
fn unit_beside(statements: &[Statement], at: usize) -> Option<Kind> {
    let unit = |statement: &Statement| match statement {
        Statement::Bound(bound) => bound.unit,
        _ => None,
    };
    let (before, behind) = statements.split_at(at);
    behind
        .iter()
        .find_map(unit)
        .or_else(|| before.iter().rev().find_map(unit))
}

/// Sets the sides that are stated; `false` where one was stated otherwise before.
fn agree<T: Copy + PartialEq>(bounds: &mut Bounds<T>, min: Option<T>, max: Option<T>) -> bool {
    let side = |side: &mut Option<T>, stated: Option<T>| {
        let agrees = side.is_none() || stated.is_none() || *side == stated;
        *side = side.or(stated);
        agrees
    };
    let low = side(&mut bounds.min, min);
    side(&mut bounds.max, max) && low
}
