//! Says which sentences tell that a value of a reply may be null.

use crate::text::fold;
use regex::Regex;
use std::sync::LazyLock;

/// Null that is denied, of the value or of what it holds.
#[expect(
    clippy::unwrap_used,
    reason = "the expression is constant, and a test uses it"
)]
static DENIES_NULL: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\b(?:never|not|no|non|cannot|can't|without|than|except|instead of)(?:[ -](?:be|a|an|any|the|value|is|of|return|returns|returned|contain|contains|set|to|as|allow|accept|empty|blank|or))*[ -]['`]?null\b|\bnull['`]?(?: values?)?(?: (?:is|are|will|can|must|may|does|do|has))? ?(?:never|not|no|cannot)\b|(?:不(?:会|能|可|得|可以|允许)?(?:返回|为|是|取)?|非|勿|无|除)null|null(?:值)?(?:不|除外|无效)").unwrap()
});

/// Whether a sentence says that a value is null, or may be. One that denies null of
/// anything does not: null stays a difference where that is in doubt.
pub(super) fn may_be_null(sentence: &str) -> bool {
    let folded = fold(sentence);
    let mut words = folded.split(|c: char| !c.is_ascii_alphanumeric());
    words.any(|word| word == "null") && !DENIES_NULL.is_match(&folded)
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
            "May be `null` if unavailable.",
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
            "It is never `null`.",
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
