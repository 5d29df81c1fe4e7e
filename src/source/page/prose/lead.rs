//! Defines [`Lead`] and [`AboutLists`]: what sentences say of the lists beside them.

use super::patterns as phrase;
use crate::contract::Quote;
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

/// What sentences say of the values of a row, wherever they stand.
#[derive(Default)]
pub(super) struct AboutLists {
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
}
