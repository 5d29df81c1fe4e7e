//! Defines [`Remarks`]: what sentences say of facts that other sentences state.

use crate::contract::{Constraints, Quote};

/// What sentences say of the values of a row, wherever they stand.
#[derive(Default)]
pub(super) struct Remarks {
    /// A list was not read whole, which is a finding already.
    pub(super) open: bool,
    /// The one value that 'the value can only be X' allows.
    pub(super) only: Option<(String, Quote)>,
    /// What the value is not.
    pub(super) denied: Vec<String>,
    /// The sentence by which several values stand in one text.
    pub(super) joined: Option<String>,
    /// The sentence by which case does not tell values apart.
    pub(super) no_case: Option<String>,
    /// The one by which it does, and where it stands.
    pub(super) case: Option<(String, usize)>,
    /// Numbers of which a sentence says what they mean.
    pub(super) specials: Vec<(i64, String)>,
    /// The units of the range, and that which the value is said to be in.
    pub(super) measures: Vec<&'static str>,
    pub(super) declared: Option<&'static str>,
    /// The sentence by which a text holds something, and where it stands.
    pub(super) filled: Option<(String, usize)>,
    /// What sentences that were not read may allow beside the facts.
    pub(super) doubts: Vec<Doubt>,
}

/// A sentence that was not read, and names what the facts may leave out.
pub(super) struct Doubt {
    pub(super) words: String,
    pub(super) numbers: Vec<i64>,
    /// Numbers of characters.
    pub(super) lengths: Vec<i64>,
    /// Whether it says that there is more than others say.
    pub(super) besides: bool,
    /// Whether it speaks of an empty value.
    pub(super) empty: bool,
}

impl Doubt {
    pub(super) fn of_empty(words: &str) -> Self {
        Self {
            words: words.trim().to_owned(),
            numbers: Vec::new(),
            lengths: Vec::new(),
            besides: false,
            empty: true,
        }
    }
}

impl Remarks {
    /// Why the listed values do not hold.
    pub(super) fn against_values(&self, values: &[String]) -> Option<String> {
        let listed = |value: &&String| values.contains(value);
        if values.is_empty() {
            None
        } else if let Some(sentence) = &self.no_case {
            Some(format!("values are listed, and '{sentence}'"))
        } else if let Some(value) = self.denied.iter().find(listed) {
            Some(format!("'{value}' is listed, and said to be no value"))
        } else {
            let (only, _) = self.only.as_ref()?;
            let others = values.iter().any(|value| value != only);
            others.then(|| format!("'{only}' is said to be the only value, and others are listed"))
        }
    }

    /// Why a length does not hold: a sentence that was not read may allow more.
    pub(super) fn against_length(&self, max: u64) -> Option<String> {
        let allows = |number: &i64| u64::try_from(*number).is_ok_and(|it| it > max);
        let doubt = self
            .doubts
            .iter()
            .find(|it| it.lengths.iter().any(allows))?;
        Some(format!(
            "'{}' may allow more characters than are stated",
            doubt.words
        ))
    }

    /// Why a range in other units than the value's does not hold.
    pub(super) fn against_range(&self) -> Option<String> {
        let unit = self.declared.or(self.measures.first().copied())?;
        let other = self.measures.iter().find(|other| **other != unit)?;
        Some(format!("the value is in {unit}, and a bound in {other}"))
    }

    /// Why neither the listed values nor the range hold.
    pub(super) fn against_all(&self, facts: &Constraints) -> Option<String> {
        if facts.values.is_empty() && facts.range.is_open() {
            return None;
        }
        if let Some(sentence) = &self.joined {
            return Some(format!("by '{sentence}' one text may hold several values"));
        }
        let numbers = facts.values.iter().filter_map(|it| it.parse::<i64>().ok());
        if let Some(number) = { numbers }.find(|number| is_beyond(facts, *number)) {
            return Some(format!("'{number}' is listed, and outside of the range"));
        }
        let special = self
            .specials
            .iter()
            .find(|(number, _)| is_outside(facts, *number));
        if let Some((number, words)) = special {
            return Some(format!(
                "by '{words}' {number} is a value, and it is outside of what is allowed"
            ));
        }
        let allows_more = |doubt: &&Doubt| {
            doubt.besides
                || doubt
                    .numbers
                    .iter()
                    .any(|number| is_outside(facts, *number))
        };
        let doubt = self.doubts.iter().find(allows_more)?;
        Some(format!("'{}' may allow more than is stated", doubt.words))
    }
}

fn is_beyond(facts: &Constraints, number: i64) -> bool {
    let range = &facts.range;
    range.min.is_some_and(|min| number < min) || range.max.is_some_and(|max| number > max)
}

/// Whether a number is outside of the range, or of a list of numbers.
fn is_outside(facts: &Constraints, number: i64) -> bool {
    let values = &facts.values;
    let is_number = |value: &String| value.parse::<i64>().is_ok();
    is_beyond(facts, number)
        || values.first().is_some_and(is_number) && !values.contains(&number.to_string())
}
