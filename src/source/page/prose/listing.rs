//! Reads listed values: what stands behind bullets and in sentences, and what strays.
//!
//! A list is read whole, or none of it is a value and that is a finding: a value that the
//! page allows and a list lacks would be refused. So one bullet that is no value leaves a
//! run of bullets open, and so do words in front that forbid what follows or give examples.

use super::grammar;
use super::lead::Lead;
use super::listed::{self, are_numbers, keys, split_key, value};
use super::token::tokens;
use super::{Part, Reader, is_bound_line, phrase};
use crate::contract::TypeName;
use crate::source::page::Paragraph;
use crate::source::page::vocabulary::fold;

/// Most words of a listed value whose bullet says what it means.
const MAX_WORDS: usize = 3;

impl Reader<'_> {
    /// Whether a paragraph is an item of a list; a label behind a bullet is none.
    pub(super) fn is_item(&self, paragraph: &Paragraph) -> bool {
        let starts_small = paragraph.text.starts_with(|c: char| c.is_lowercase());
        paragraph.bullet
            && (starts_small || self.listing || phrase::label(&paragraph.text).is_none())
    }

    /// Whether a paragraph under an announcement is a value alone, without a bullet.
    pub(super) fn is_bare_value(&self, paragraph: &Paragraph) -> bool {
        let text = paragraph.text.trim();
        (self.part == Part::Range || self.listing)
            && !paragraph.bullet
            && value(text).is_some()
            && phrase::label(text).is_none()
            && self.item(text, Some(text), false).is_some()
    }

    /// Reads a run of bullets.
    pub(super) fn bullets(&mut self, run: &[Paragraph]) {
        let lead = self.lead;
        let texts: Vec<String> = run
            .iter()
            .map(|paragraph| paragraph.text.replace("**", ""))
            .collect();
        let between = texts.iter().find(|text| are_numbers(text));
        if let Some(between) = between.filter(|_| self.lists_values) {
            self.remarks.open = true;
            self.no_list(
                run[0].line,
                format!("'{between}' may be a range, and may be values"),
            );
            return;
        }
        let keys = keys(texts.iter().map(String::as_str));
        let items = || texts.iter().zip(&keys);
        let in_prose = matches!(self.part, Part::Constraints | Part::Default | Part::Example);
        let starts_list = items()
            .next()
            .is_some_and(|(text, key)| self.item(text, *key, false).is_some());
        let values: Vec<Option<String>> = items()
            .map(|(text, key)| self.item(text, *key, starts_list))
            .collect();
        let count = values.iter().flatten().count();
        if let Some(denial) = lead.denies().filter(|_| count > 0) {
            if lead == Lead::Forbidden {
                self.remarks.denied.extend(values.into_iter().flatten());
            }
            self.no_list(
                run[0].line,
                format!("the list of '{}' is one of {denial}", texts[0]),
            );
            return;
        }
        if count == 0 || in_prose {
            let continues = !self.listed_here.is_empty() && !in_prose;
            let unread = texts.iter().find(|text| continues && is_keyed(text));
            if let Some(unread) = unread {
                self.remarks.open = true;
                self.no_list(
                    run[0].line,
                    format!("'{unread}' goes on with a list of values"),
                );
            }
            // A sentence behind a bullet states something of its own.
            let before = (self.findings.len(), self.quotes.len());
            let is_lost = !in_prose && self.listing && self.facts.values.is_empty();
            for paragraph in run {
                self.prose(&paragraph.text, paragraph.line);
            }
            if is_lost && before == (self.findings.len(), self.quotes.len()) {
                self.remarks.open = true;
                self.no_list(
                    run[0].line,
                    format!("'{}' stands in a list and is no value", texts[0]),
                );
            }
            return;
        }
        let unread = values.iter().zip(&texts).find(|(value, _)| value.is_none());
        if let Some((_, text)) = unread {
            let known = |value: &String| self.facts.values.contains(value);
            self.remarks.open |= !values.iter().flatten().all(known);
            self.no_list(
                run[0].line,
                format!("'{text}' stands in a list and is no value"),
            );
            return;
        }
        // 'SSD: 10 to 100' says what is bounded where the value is that of another parameter.
        let bounds = |text: &String| {
            let (_, meaning) = split_key(text);
            let whole = grammar::whole(meaning, &tokens(meaning, &self.own));
            whole.is_ok_and(|whole| whole.bounds())
        };
        if let Some(bounded) = texts.iter().find(|text| bounds(text)) {
            self.remarks.open = true;
            self.no_list(
                run[0].line,
                format!("'{bounded}' bounds something under its name"),
            );
            return;
        }
        if self.is_doubtful(values.iter().flatten()) {
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
        let default = default_of(texts.iter().zip(values.iter().flatten()));
        let default = default.filter(|_| self.facts.default.is_none());
        if let Some(default) = default {
            let is_truth = *self.kind == TypeName::Boolean;
            self.facts.default = Some(if is_truth {
                default.to_lowercase()
            } else {
                default
            });
        }
        for (value, paragraph) in values.into_iter().flatten().zip(run) {
            for value in either(&value) {
                self.list(value.to_owned(), paragraph.line);
            }
        }
    }

    /// Whether keys that nothing announces are words of prose, each with a capital:
    /// '• Windows: C:\\kettle' says where, and not what the value is.
    fn is_doubtful<'k>(&self, mut keys: impl Iterator<Item = &'k String>) -> bool {
        let is_announced = self.part == Part::Range
            || self.names_values
            || self.enumerates()
            || !self.listed_here.is_empty();
        let is_text = matches!(self.kind.innermost(), TypeName::String | TypeName::Any);
        is_text && !is_announced && keys.all(|key| is_capitalised(key))
    }

    fn no_list(&mut self, line: usize, what: String) {
        self.find(
            line,
            what,
            "nothing of the list is part of the contract".into(),
            "if the list holds all values, write 'The value can be one of the following:' in front of it, and 'value: what it means' behind each bullet",
        );
    }

    /// The listed value of a bullet: one token, or in a list a few words with a meaning.
    fn item(&self, text: &str, key: Option<&str>, in_list: bool) -> Option<String> {
        let folded = fold(text);
        // 'Format: yyyy' says something about the value; 'default' may be one.
        let starts_large = !text.starts_with(|c: char| c.is_ascii_lowercase());
        if is_bound_line(text)
            || phrase::CHARACTER_CLASS.is_match(&folded)
            || starts_large && phrase::WORD_KEY.is_match(&folded)
        {
            return None;
        }
        let (_, meaning) = split_key(text);
        let key = key?;
        let folded = fold(key);
        if meaning.is_empty() && phrase::NO_VALUE.is_match(&folded)
            || !key.contains(|c: char| c.is_alphanumeric() || matches!(c, '<' | '>' | '='))
        {
            return None;
        }
        value(key).or_else(|| {
            let words = key.split_whitespace().count();
            let is_named = !meaning.is_empty()
                && (2..=MAX_WORDS).contains(&words)
                && *self.kind.innermost() == TypeName::String
                && key
                    .chars()
                    .all(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'))
                && !phrase::DESCRIBES.is_match(&folded)
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
        let text = paragraph.text.replace("**", "");
        if !follows || self.lead != Lead::Values || !text.contains([':', '：']) {
            return false;
        }
        let (key, meaning) = split_key(&text);
        // A line of JSON is a sample.
        let is_sample = meaning.starts_with(['{', '[', '"']);
        let named = keys(std::iter::once(text.as_str())).pop().flatten();
        let folded = fold(&text);
        if meaning.is_empty()
            || is_sample
            || is_bound_line(&text)
            || self.part == Part::Range && !self.listing && phrase::WORD_KEY.is_match(&folded)
        {
            return false;
        }
        let Some(value) = named.and_then(value) else {
            let goes_on = self.part == Part::Range && !self.listed_here.is_empty();
            if goes_on && is_keyed(&text) {
                self.remarks.open = true;
                self.no_list(
                    paragraph.line,
                    format!("'{key}' goes on with a list of values"),
                );
            }
            return false;
        };
        self.find(
            paragraph.line,
            format!("'{}' stands outside the list of values", paragraph.text),
            format!("the value '{value}' was read as printed"),
            "if another value was meant, tolerate it by a [[value]] entry in reading.toml",
        );
        self.list(value, paragraph.line);
        true
    }

    /// Notes what a sentence says of values that other sentences list.
    pub(super) fn note_remarks_on_values(&mut self, sentence: &str, is_alone: bool) {
        let folded = fold(sentence);
        let about = &mut self.remarks;
        if is_alone && !phrase::is_loose(&folded) {
            let denied = listed::denied(sentence).map(str::to_owned);
            about.denied.extend(denied);
        }
        if *self.kind == TypeName::String && phrase::JOINED.is_match(&folded) {
            about.joined = Some(sentence.to_owned());
        }
        if phrase::NO_CASE.is_match(&folded) {
            about.no_case = Some(sentence.to_owned());
        }
    }
}

/// The one value of a list whose bullet says that it is the default.
fn default_of<'v>(mut items: impl Iterator<Item = (&'v String, &'v String)>) -> Option<String> {
    let says_default = |(text, _): &(&String, &String)| {
        let folded = fold(text);
        ["(default)", "(default value)", "(默认)", "(默认值)"]
            .iter()
            .any(|mark| folded.contains(mark))
    };
    let (_, value) = items.find(says_default)?;
    items
        .all(|item| !says_default(&item))
        .then(|| value.clone())
}

/// The values of a key such as `REMOVE/REDUCE`.
fn either(key: &str) -> Vec<&str> {
    let is_constant = |part: &str| {
        let fits = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
        part.starts_with(|c: char| c.is_ascii_uppercase()) && part.chars().all(fits)
    };
    if key.contains('/') && key.split('/').all(is_constant) {
        key.split('/').collect()
    } else {
        vec![key]
    }
}

/// Whether a bullet says by a few words which value it is about, and names none.
fn is_keyed(text: &str) -> bool {
    let (key, meaning) = split_key(text);
    let folded = fold(text);
    let is_plain = |c: char| c.is_alphanumeric() || " -_'’()".contains(c);
    !meaning.is_empty()
        && key.chars().all(is_plain)
        && key.split_whitespace().count() <= 6
        && !phrase::WORD_KEY.is_match(&folded)
        && !phrase::UNDER_CONDITION.is_match(&folded)
}

/// Words of letters alone, with a capital in front and small letters behind it.
fn is_capitalised(key: &str) -> bool {
    key.starts_with(|c: char| c.is_ascii_uppercase())
        && key.contains(|c: char| c.is_ascii_lowercase())
        && key.chars().all(|c| c.is_ascii_alphabetic() || c == ' ')
}
