//! Says which sentences tell that a value of a reply may be null.

use super::patterns as phrase;
use crate::source::page::vocabulary::fold;

/// Whether a sentence says that a value is null, or may be. One that denies null of
/// anything does not: null stays a difference where that is in doubt.
pub(in crate::source::page) fn may_be_null(sentence: &str) -> bool {
    let folded = fold(sentence);
    let mut words = folded.split(|c: char| !c.is_ascii_alphanumeric());
    words.any(|word| word == "null") && !phrase::DENIES_NULL.is_match(&folded)
}

#[cfg(test)]
mod tests {
    use super::may_be_null;

    #[test]
    fn values_may_be_null() {
        for sentence in [
            "The value may be null.",
            "If the job is not finished, the value is null.",
            "Null if nobody owns it.",
            "null: not set",
            "If it is not set, null is returned.",
            "不存在时为null",
            "可能为null。",
            "如果没有，则为 null",
        ] {
            assert!(may_be_null(sentence), "{sentence}");
        }
        for sentence in [
            "It must not be null.",
            "It is never null.",
            "The value is never returned as null.",
            "Non-null.",
            "A list without null values.",
            "Anything other than null.",
            "null is not allowed.",
            "Null values are not returned.",
            "不会返回null",
            "非null",
            "null值不返回",
            "不能为null",
            "A nullable thing.",
            "None.",
        ] {
            assert!(!may_be_null(sentence), "{sentence}");
        }
    }
}
