//! Defines [`Lead`]: what a sentence says of the list behind it.

use super::patterns as phrase;
use crate::source::page::vocabulary::fold;

/// What a paragraph says of the list that follows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lead {
    /// Nothing against it.
    Values,
    /// The value must not be one of them.
    Forbidden,
    /// There are others.
    Examples,
    /// They name something else.
    Others,
}

impl Lead {
    /// What the last sentence of a paragraph says of what follows.
    pub(super) fn of(text: &str) -> Self {
        let folded = fold(phrase::sentences(text).last().unwrap_or_default());
        let points = folded.ends_with([':', '为', '是']) || phrase::POINTS_ON.is_match(&folded);
        let of_others = phrase::OF_OTHERS.is_match(&folded);
        if !points && !of_others {
            Self::Values
        } else if phrase::FORBIDS.is_match(&folded) {
            Self::Forbidden
        } else if phrase::HEDGES.is_match(&folded) {
            Self::Examples
        } else if of_others && !phrase::CHOICE.is_match(&folded) {
            Self::Others
        } else {
            Self::Values
        }
    }

    /// What a list is behind this; `None` where it may be one of values.
    pub(super) fn denies(self) -> Option<&'static str> {
        match self {
            Self::Values => None,
            Self::Forbidden => Some("what the value must not be"),
            Self::Examples => Some("examples, and leaves open what else there is"),
            Self::Others => Some("names of something else than values"),
        }
    }
}
