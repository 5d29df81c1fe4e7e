//! Reads listed values: what stands behind bullets, and what strays from them.
//!
//! A run of bullets is a list of values or a row of sentences; its first bullet tells
//! which. What does not fit the rest of its run is a finding.

use super::{Part, Reader, phrase};
use crate::contract::patterns::{numbers, split_key, value};
use crate::page::vocabulary::fold;
use crate::page::{Paragraph, TypeName};

/// Most words of a listed value whose bullet says what it means.
const MOST_WORDS: usize = 3;

impl Reader<'_> {
    /// Whether a paragraph is an item of a list; a label behind a bullet is none.
    pub(super) fn is_item(&self, paragraph: &Paragraph) -> bool {
        let starts_small = paragraph.text.starts_with(|c: char| c.is_lowercase());
        paragraph.bullet
            && (starts_small || self.listing || phrase::label(&paragraph.text).is_none())
    }

    /// Reads a run of bullets.
    pub(super) fn bullets(&mut self, run: &[Paragraph]) {
        let in_prose = matches!(self.part, Part::Constraints | Part::Default | Part::Example);
        let is_list = !in_prose && self.item(&run[0], false).is_some();
        let values: Vec<Option<String>> = run
            .iter()
            .map(|paragraph| (!in_prose).then(|| self.item(paragraph, is_list)).flatten())
            .collect();
        if is_list && self.is_doubtful(values.iter().flatten()) {
            let keys: Vec<String> = values.into_iter().flatten().collect();
            self.find(
                run[0].line,
                format!(
                    "'{}' stand behind bullets, and nothing says that the value is one of them",
                    keys.join("', '")
                ),
                "none was read as a listed value".into(),
                "if they are the values, write 'The value can be one of the following:' in front of them",
            );
            return;
        }
        let mixed = values.iter().any(|value| value.is_some() != is_list);
        for (paragraph, value) in run.iter().zip(values) {
            match value {
                Some(value) if is_list => self.list(value, paragraph.line),
                // A sentence behind a bullet states something of its own.
                _ => self.prose(&paragraph.text, paragraph.line),
            }
        }
        if mixed && !in_prose {
            let assumed = if is_list {
                "the sentences are no listed values"
            } else {
                "none was read as a listed value"
            };
            self.find(
                run[0].line,
                "some bullets hold values, others sentences".into(),
                assumed.into(),
                "if values are listed, write 'value: what it means' behind each bullet",
            );
        }
    }

    /// Whether keys that nothing announces are words of prose, each with a capital:
    /// '• Windows: C:\\kettle' says where, and not what the value is.
    fn is_doubtful<'k>(&self, mut keys: impl Iterator<Item = &'k String>) -> bool {
        let is_announced =
            self.part == Part::Range || self.names_values || !self.listed_here.is_empty();
        let is_text = matches!(self.kind.innermost(), TypeName::String | TypeName::Any);
        is_text && !is_announced && keys.all(|key| is_capitalised(key))
    }

    /// The listed value of a bullet: one token, or in a list a few words with a meaning.
    fn item(&self, paragraph: &Paragraph, in_list: bool) -> Option<String> {
        let folded = fold(&paragraph.text);
        // 'Format: yyyy' says something about the value; 'default' may be one.
        let starts_large = !paragraph.text.starts_with(|c: char| c.is_ascii_lowercase());
        if numbers::<1>(&phrase::MINIMUM, &folded).is_some()
            || numbers::<1>(&phrase::MAXIMUM, &folded).is_some()
            || phrase::CHARACTER_CLASS.is_match(&folded)
            || starts_large && phrase::WORD_KEY.is_match(&folded)
        {
            return None;
        }
        let (key, meaning) = split_key(&paragraph.text);
        value(key).or_else(|| {
            let words = key.split_whitespace().count();
            let is_named = !meaning.is_empty()
                && (2..=MOST_WORDS).contains(&words)
                && *self.kind.innermost() == TypeName::String
                && key
                    .chars()
                    .all(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'))
                && in_list;
            is_named.then(|| key.to_owned())
        })
    }

    fn list(&mut self, value: String, line: usize) {
        self.listing = true;
        if self.listed_here.contains(&value) {
            self.find(
                line,
                format!("the value '{value}' is listed twice"),
                "it was read once".into(),
                "look whether another value was meant, and list that in the page's copy",
            );
            return;
        }
        self.listed_here.push(value.clone());
        if !self.facts.values.contains(&value) {
            self.facts.values.push(value);
        }
    }

    /// A paragraph `-1: running` that follows a list without being in it, or stands
    /// under the label of the range without a bullet.
    pub(super) fn stray(&mut self, paragraph: &Paragraph) -> bool {
        let follows = self.listing || self.part == Part::Range;
        if !follows || !paragraph.text.contains([':', '：']) {
            return false;
        }
        let (key, meaning) = split_key(&paragraph.text);
        let Some(value) = value(key).filter(|_| !meaning.is_empty()) else {
            return false;
        };
        let folded = fold(&paragraph.text);
        if numbers::<1>(&phrase::MINIMUM, &folded).is_some()
            || numbers::<1>(&phrase::MAXIMUM, &folded).is_some()
            || self.part == Part::Range && !self.listing && phrase::WORD_KEY.is_match(&folded)
        {
            return false;
        }
        self.find(
            paragraph.line,
            format!("'{}' stands outside the list of values", paragraph.text),
            format!("the value '{value}' was read as printed"),
            "if another value was meant, tolerate it by a [[value]] entry in reading.toml",
        );
        self.list(value, paragraph.line);
        true
    }
}

/// Words of letters alone, with a capital in front and small letters behind it.
fn is_capitalised(key: &str) -> bool {
    key.starts_with(|c: char| c.is_ascii_uppercase())
        && key.contains(|c: char| c.is_ascii_lowercase())
        && key.chars().all(|c| c.is_ascii_alphabetic() || c == ' ')
}
