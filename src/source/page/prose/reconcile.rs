//! Takes out of a row's facts what contradicts its type or itself, each with a finding.

use super::Reader;
use crate::contract::TypeName;
use crate::contract::{Bounds, Constraints};
use crate::source::page::vocabulary::fold;

/// Longest text, and largest array, that a bound may speak of: nobody sends more, and
/// nothing longer may be made up.
const MAX_CHARACTERS: u64 = 1 << 20;
const MAX_ITEMS: u64 = 10_000;

/// Takes out sides of bounds that are beyond `most`; gives the largest of them.
fn take_beyond(bounds: &mut Bounds<u64>, most: u64) -> Option<u64> {
    let beyond = bounds.min.max(bounds.max).filter(|bound| *bound > most);
    bounds.min = bounds.min.filter(|bound| *bound <= most);
    bounds.max = bounds.max.filter(|bound| *bound <= most);
    beyond
}

impl Reader<'_> {
    /// Takes out what contradicts the type or itself, each with a finding.
    pub(super) fn reconcile(&mut self, line: usize) {
        let scalar = self.kind.innermost().clone();
        if scalar == TypeName::Any {
            // That the type is unknown was found already; its bounds would be guesses.
            self.facts = Constraints::default();
            return;
        }
        self.settle(line);
        let mut findings = Vec::new();
        let mut drop = |what: String, remedy: &str| {
            findings.push((what, "it is not part of the contract", remedy.to_owned()));
        };
        let facts = &mut self.facts;
        let is_text = matches!(scalar, TypeName::String);
        let is_number = matches!(
            scalar,
            TypeName::Integer | TypeName::Int32 | TypeName::Long | TypeName::Number
        );
        let mend = "mend the type or the description in the page's copy";
        if !facts.length.is_open() && !is_text {
            drop(
                format!("a length ({}) of what is no String", facts.length),
                mend,
            );
            facts.length = Bounds::default();
        }
        if !facts.range.is_open() && !is_text && !is_number {
            drop(
                format!("a range ({}) of what is no number", facts.range),
                mend,
            );
            facts.range = Bounds::default();
        }
        if !facts.items.is_open() && !matches!(self.kind, TypeName::Array(_)) {
            drop(
                format!("a number of items ({}) of what is no array", facts.items),
                mend,
            );
            facts.items = Bounds::default();
        }
        let mut twice = |what: &str| {
            drop(
                format!("the {what} is stated twice, and differently"),
                "keep one of the statements in the page's copy",
            );
        };
        if self.contradicted.length && !facts.length.is_open() {
            twice("length");
            facts.length = Bounds::default();
        }
        if self.contradicted.range && !facts.range.is_open() {
            twice("range");
            facts.range = Bounds::default();
        }
        if self.contradicted.items && !facts.items.is_open() {
            twice("number of items");
            facts.items = Bounds::default();
        }
        if facts.length.max == Some(0) {
            drop("the length leaves nothing but the empty text".into(), mend);
            facts.length = Bounds::default();
        }
        let beyond = [
            (take_beyond(&mut facts.length, MAX_CHARACTERS), "a length"),
            (
                take_beyond(&mut facts.items, MAX_ITEMS),
                "a number of items",
            ),
        ];
        for (bound, what) in beyond {
            if let Some(bound) = bound {
                drop(
                    format!("{what} of {bound} is more than any request carries"),
                    "test this bound with cases of your own",
                );
            }
        }
        for (words, is_empty) in [
            (facts.length.to_string(), is_empty(&facts.length)),
            (facts.range.to_string(), is_empty(&facts.range)),
            (facts.items.to_string(), is_empty(&facts.items)),
        ] {
            if is_empty {
                drop(
                    format!("the bounds '{words}' leave nothing"),
                    "exchange or mend the bounds",
                );
            }
        }
        if is_empty(&facts.length) {
            facts.length = Bounds::default();
        }
        if is_empty(&facts.range) {
            facts.range = Bounds::default();
        }
        if is_empty(&facts.items) {
            facts.items = Bounds::default();
        }
        // Both values of a Boolean bound nothing.
        if scalar == TypeName::Boolean {
            facts
                .values
                .iter_mut()
                .for_each(|value| value.make_ascii_lowercase());
            let lists = |value: &str| facts.values.iter().any(|listed| listed == value);
            if lists("true") && lists("false") {
                facts
                    .values
                    .retain(|value| !matches!(value.as_str(), "true" | "false"));
            }
        }
        // A list that was read wrongly in part is no list.
        if let Some(value) = facts.values.iter().find(|value| !fits(&scalar, value)) {
            drop(
                format!("the listed value '{value}' is of another type"),
                mend,
            );
            facts.values.clear();
        }
        // 'None' is no default, unless it is one of the values.
        let is_none = |default: &String| {
            let folded = fold(default);
            matches!(folded.as_str(), "none" | "null" | "empty" | "blank")
                && !facts.values.contains(default)
        };
        if facts.default.as_ref().is_some_and(is_none) {
            facts.default = None;
        }
        if let Some(default) = &facts.default {
            let contradiction = !fits(&scalar, default)
                || !facts.values.is_empty() && !facts.values.contains(default)
                || default.parse::<i64>().is_ok_and(|number| {
                    is_number
                        && (facts.range.min.is_some_and(|min| number < min)
                            || facts.range.max.is_some_and(|max| number > max))
                });
            if contradiction {
                drop(format!("the default '{default}' is no allowed value"), mend);
                facts.default = None;
            }
        }
        for (what, assumed, remedy) in findings {
            self.find(line, what, assumed.into(), &remedy);
        }
    }
}

/// Whether a token can be a value of this type.
fn fits(kind: &TypeName, token: &str) -> bool {
    match kind {
        TypeName::Int32 => token.parse::<i32>().is_ok(),
        TypeName::Integer | TypeName::Long => token.parse::<i64>().is_ok(),
        TypeName::Number => token.parse::<f64>().is_ok_and(f64::is_finite),
        TypeName::Boolean => matches!(token, "true" | "false"),
        TypeName::String | TypeName::Any => true,
        TypeName::Object | TypeName::Named(_) | TypeName::Array(_) | TypeName::Map(_) => false,
    }
}

fn is_empty<T: PartialOrd>(bounds: &Bounds<T>) -> bool {
    matches!((&bounds.min, &bounds.max), (Some(min), Some(max)) if min > max)
}
