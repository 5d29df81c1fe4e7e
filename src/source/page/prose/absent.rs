//! Says which sentences tell that a member may be absent from a reply: it is the member
//! that is returned at times, and not something else, or something inside it.

use super::patterns as phrase;
use super::suspicion::OF_ROW;
use super::token::tokens;
use super::{Reader, name_in};

/// Words that stand for the row.
const ROW: [&str; 10] = [
    "it",
    "this",
    "that",
    "which",
    "parameter",
    "field",
    "member",
    "attribute",
    "nothing",
    "these",
];

impl Reader<'_> {
    /// Whether a sentence says that a reply may lack the row.
    pub(super) fn may_be_absent(&self, sentence: &str, folded: &str) -> bool {
        if phrase::MAY_BE_ABSENT.is_match(folded) {
            return true;
        }
        if let Some(found) = phrase::RETURNED_IF.find(folded) {
            // 'ID of the job that is returned when …' says what the row is.
            let before = &folded[..found.start()];
            return !self.is_defined || self.is_of_row(before);
        }
        if let Some(groups) = phrase::IF_RETURNED.captures(folded) {
            return groups.get(1).is_some_and(|subject| {
                let words = subject.as_str().rsplit(',').next().unwrap_or_default();
                if words.contains("no information") {
                    return true;
                }
                let last = words.split_whitespace().rev().take(3);
                last.into_iter().any(|word| ROW.contains(&word)) || self.is_of_row(words)
            });
        }
        let name = name_in(self.place).to_lowercase();
        let folded = match name.chars().nth(2) {
            Some(_) => folded.replace(&name, "该参数"),
            None => folded.to_owned(),
        };
        !sentence.is_ascii() && phrase::SHOWN_AT_TIMES.is_match(&folded)
    }

    /// Whether words speak of nothing but the row.
    fn is_of_row(&self, words: &str) -> bool {
        let start = words.rfind([',', ';', '(']).map_or(0, |at| at + 1);
        let tokens = tokens(&words[start..], &self.own);
        tokens.iter().all(|token| token.kinds.meets(OF_ROW))
    }
}
