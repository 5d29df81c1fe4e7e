//! Reads what a sentence bounds: how many items, how many characters, between which
//! numbers.

use super::patterns::numbers;
use super::{Part, Reader, phrase};
use crate::contract::{Bounds, TypeName};

impl Reader<'_> {
    /// Tries every pattern; the numbers that were read, where one fitted.
    pub(super) fn sentence(&mut self, sentence: &str, folded: &str) -> Option<Vec<i64>> {
        let folded = folded.trim_end_matches(['.', '。', ';', ',']).trim();
        let is_list = matches!(self.kind, TypeName::Array(_));
        if is_list && phrase::COUNTS_ITEMS.is_match(folded) {
            return self.counted(folded);
        }
        // What the keys of a map must be has no place in the contract.
        if matches!(self.kind, TypeName::Map(_)) && phrase::OF_KEYS.is_match(folded) {
            return None;
        }
        self.items(folded)
            .or_else(|| self.side(folded))
            .or_else(|| self.length(folded))
            .or_else(|| self.range(folded))
            .or_else(|| self.inline_list(sentence))
    }

    /// How many items an array holds, where the sentence says that it counts them.
    fn counted(&mut self, folded: &str) -> Option<Vec<i64>> {
        if let Some([min, max]) = numbers(&phrase::RANGE_BETWEEN, folded)
            .or_else(|| numbers(&phrase::LENGTH_BETWEEN, folded))
        {
            self.state_items(unsigned(min), unsigned(max));
            return Some(vec![min, max]);
        }
        let max = numbers::<1>(&phrase::NUMBER_MAX, folded);
        let min = numbers::<1>(&phrase::NUMBER_MIN, folded);
        let bound = |number: Option<[i64; 1]>| number.and_then(|[number]| unsigned(number));
        self.state_items(bound(min), bound(max));
        used([max, min])
    }

    /// How many items an array holds.
    fn items(&mut self, folded: &str) -> Option<Vec<i64>> {
        let is_list = matches!(self.kind, TypeName::Array(_));
        let names_array = folded.starts_with("array") || folded.starts_with("数组");
        if let Some([min, max]) =
            numbers::<2>(&phrase::ITEMS_BETWEEN, folded).filter(|_| is_list || names_array)
        {
            self.state_items(unsigned(min), unsigned(max));
            return Some(vec![min, max]);
        }
        if !is_list {
            return None;
        }
        let max = numbers::<1>(&phrase::ITEMS_MAX, folded);
        let min = numbers::<1>(&phrase::ITEMS_MIN, folded);
        let bound = |number: Option<[i64; 1]>| number.and_then(|[number]| unsigned(number));
        self.state_items(bound(min), bound(max));
        used([max, min])
    }

    /// The lines `Minimum: 1` and `Maximum: 64`.
    fn side(&mut self, folded: &str) -> Option<Vec<i64>> {
        let min = numbers::<1>(&phrase::MINIMUM, folded);
        let max = numbers::<1>(&phrase::MAXIMUM, folded);
        // 'Maximum value: 10' of a text is about the number that it stands for.
        let of_text =
            *self.kind.innermost() == TypeName::String && !phrase::VALUE_SAID.is_match(folded);
        if let Some([min]) = min {
            self.one_side(min, true, of_text);
        }
        if let Some([max]) = max {
            self.one_side(max, false, of_text);
        }
        used([min, max])
    }

    /// How many characters a text holds.
    fn length(&mut self, folded: &str) -> Option<Vec<i64>> {
        // 'A length of 1 to 9' may be the array's.
        let is_list = matches!(self.kind, TypeName::Array(_));
        if is_list && !phrase::OF_CHARACTERS.is_match(folded) && !phrase::OF_EACH.is_match(folded) {
            return None;
        }
        if let Some([min, max]) = numbers(&phrase::LENGTH_BETWEEN, folded) {
            self.state_length(unsigned(min), unsigned(max));
            return Some(vec![min, max]);
        }
        // A bare "at most 300" may bound the number that a text stands for.
        let is_said = phrase::CHARACTERS_SAID.is_match(folded);
        let max = numbers::<1>(&phrase::LENGTH_MAX, folded).filter(|_| is_said);
        let min = numbers::<1>(&phrase::LENGTH_MIN, folded).filter(|_| is_said);
        let bound = |number: Option<[i64; 1]>| number.and_then(|[number]| unsigned(number));
        self.state_length(bound(min), bound(max));
        if let Some(used) = used([max, min]) {
            return Some(used);
        }
        let [exact] = numbers(&phrase::LENGTH_EXACT, folded)?;
        self.state_length(unsigned(exact), unsigned(exact));
        Some(vec![exact])
    }

    /// Between which numbers a value lies.
    fn range(&mut self, folded: &str) -> Option<Vec<i64>> {
        let is_text = *self.kind.innermost() == TypeName::String;
        if is_text
            && (phrase::CHARACTERS_SAID.is_match(folded) || phrase::WITH_UNIT.is_match(folded))
        {
            return None;
        }
        let bare = self.part == Part::Range || !is_text;
        if let Some([min, max]) = numbers(&phrase::RANGE_BETWEEN, folded)
            .or_else(|| numbers(&phrase::BARE_RANGE, folded).filter(|_| bare))
        {
            self.state_range(Some(min), Some(max));
            return Some(vec![min, max]);
        }
        let is_number = matches!(
            self.kind,
            TypeName::Integer | TypeName::Int32 | TypeName::Long | TypeName::Number
        );
        let of_number = |pattern| numbers::<1>(pattern, folded).filter(|_| is_number);
        let min =
            numbers::<1>(&phrase::RANGE_MIN, folded).or_else(|| of_number(&phrase::NUMBER_MIN));
        let max =
            numbers::<1>(&phrase::RANGE_MAX, folded).or_else(|| of_number(&phrase::NUMBER_MAX));
        let above = self.integer(numbers(&phrase::RANGE_ABOVE, folded).filter(|_| min.is_none()));
        let below = self.integer(numbers(&phrase::RANGE_BELOW, folded).filter(|_| max.is_none()));
        let least = self.sign(folded);
        self.least = self.least.max(least);
        let bound = |number: Option<[i64; 1]>| number.map(|[number]| number);
        self.state_range(
            bound(min).or_else(|| bound(above)?.checked_add(1)),
            bound(max).or_else(|| bound(below)?.checked_sub(1)),
        );
        used([min, max, above, below, least.map(|least| [least])])
    }

    /// "Greater than 0" is "at least 1" for integers alone; a text that is bounded as a
    /// number is one.
    fn integer(&self, number: Option<[i64; 1]>) -> Option<[i64; 1]> {
        let scalar = self.kind.innermost();
        let is_whole = matches!(
            scalar,
            TypeName::Integer | TypeName::Int32 | TypeName::Long | TypeName::String
        );
        number.filter(|_| is_whole)
    }

    /// The smallest integer of the sign that a sentence leaves.
    fn sign(&self, folded: &str) -> Option<i64> {
        let scalar = self.kind.innermost();
        if !matches!(scalar, TypeName::Integer | TypeName::Int32 | TypeName::Long) {
            None
        } else if phrase::POSITIVE.is_match(folded) {
            Some(1)
        } else {
            phrase::NOT_NEGATIVE.is_match(folded).then_some(0)
        }
    }

    fn one_side(&mut self, number: i64, is_min: bool, of_text: bool) {
        // Of an array, the lines bound the items; 'Array Length' bounds the array.
        if of_text {
            let bound = unsigned(number);
            let side = |is_this: bool| bound.filter(|_| is_this);
            self.state_length(side(is_min), side(!is_min));
        } else {
            let side = |is_this: bool| Some(number).filter(|_| is_this);
            self.state_range(side(is_min), side(!is_min));
        }
    }

    fn state_length(&mut self, min: Option<u64>, max: Option<u64>) {
        self.contradicted.length |= !agree(&mut self.facts.length, min, max);
    }

    fn state_range(&mut self, min: Option<i64>, max: Option<i64>) {
        self.contradicted.range |= !agree(&mut self.facts.range, min, max);
    }

    fn state_items(&mut self, min: Option<u64>, max: Option<u64>) {
        self.contradicted.items |= !agree(&mut self.facts.items, min, max);
    }
}

/// The numbers that some patterns found; `None` where none did.
fn used<const N: usize>(found: [Option<[i64; 1]>; N]) -> Option<Vec<i64>> {
    let used: Vec<i64> = found.into_iter().flatten().flatten().collect();
    (!used.is_empty()).then_some(used)
}

fn unsigned(number: i64) -> Option<u64> {
    u64::try_from(number).ok()
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
