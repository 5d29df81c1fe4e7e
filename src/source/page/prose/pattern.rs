//! Defines [`Phrase`]: one way to write a fact, as a pattern that is compiled and asked
//! only where a text holds the words that each of its matches holds.
//!
//! The page is read whenever the program starts, and compiling all patterns would take
//! longer than all the rest of that. Most pages use few of them. The words never change
//! a result: a test proves from the patterns that no match can lack them.

use regex::{CaptureMatches, Captures, Regex};
use std::sync::LazyLock;

/// In the place of a word: any digit.
pub(super) const DIGIT: &str = r"\d";

/// A way to write a fact.
pub(super) struct Phrase {
    /// Of each group, every match holds one word at least. Letters are in lower case where
    /// the pattern knows no case.
    needs: &'static [&'static [&'static str]],
    /// Whether the pattern knows no case.
    any_case: bool,
    pattern: LazyLock<Regex>,
    /// The same for text that is ASCII.
    narrow: LazyLock<Regex>,
}

/// Compiles a pattern as it is written.
pub(super) fn whole(pattern: &str) -> Regex {
    Regex::new(pattern).expect("the pattern is a constant")
}

/// Compiles a pattern for text that is ASCII: the classes of Unicode are most of what
/// compiling costs, and among ASCII characters they are these.
pub(super) fn narrow(pattern: &str) -> Regex {
    let pattern = pattern
        .replace(r"\d", "[0-9]")
        .replace(r"\s", r"[\t-\r ]")
        .replace(r"\W", "[^0-9A-Za-z_]")
        .replace(r"\b", r"(?-u:\b)");
    whole(&pattern)
}

impl Phrase {
    pub(super) const fn new(
        needs: &'static [&'static [&'static str]],
        pattern: fn() -> Regex,
        narrow: fn() -> Regex,
    ) -> Self {
        Self {
            needs,
            any_case: false,
            pattern: LazyLock::new(pattern),
            narrow: LazyLock::new(narrow),
        }
    }

    /// The same for a pattern that knows no case.
    pub(super) const fn any_case(mut self) -> Self {
        self.any_case = true;
        self
    }

    /// Whether `text` holds what its matches need.
    pub(super) fn may_match(&self, text: &str) -> bool {
        let lower;
        let text = if self.any_case {
            lower = text.to_ascii_lowercase();
            lower.as_str()
        } else {
            text
        };
        let holds = |word: &&str| match *word {
            // More than the digits that patterns mean, and quickly told.
            DIGIT => text.contains(char::is_numeric),
            word => text.contains(word),
        };
        self.needs.iter().all(|words| words.iter().any(holds))
    }

    /// The pattern, where `text` may match.
    fn asked(&self, text: &str) -> Option<&Regex> {
        let pattern = if text.is_ascii() {
            &self.narrow
        } else {
            &self.pattern
        };
        self.may_match(text).then(|| &**pattern)
    }

    pub(super) fn is_match(&self, text: &str) -> bool {
        self.asked(text)
            .is_some_and(|pattern| pattern.is_match(text))
    }

    pub(super) fn captures<'t>(&self, text: &'t str) -> Option<Captures<'t>> {
        self.asked(text)?.captures(text)
    }

    pub(super) fn captures_iter<'r, 't>(
        &'r self,
        text: &'t str,
    ) -> std::iter::Flatten<std::option::IntoIter<CaptureMatches<'r, 't>>> {
        let pattern = self.asked(text);
        pattern
            .map(|pattern| pattern.captures_iter(text))
            .into_iter()
            .flatten()
    }
}

#[cfg(test)]
mod tests;
