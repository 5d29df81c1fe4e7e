//! The form of texts: where facts state it (a pattern, a format), texts are held against it
//! and made of it. Where prose alone tells it, as that of an address or a time, no made-up
//! text is known to conform.

use super::{Bounds, Constraints, Field, TypeName};
use crate::text::fold;

/// Words of texts that are of a form.
const FORMS: [&str; 17] = [
    "address",
    "addresses",
    "cidr",
    "date",
    "domain",
    "email",
    "format",
    "id",
    "ids",
    "ip",
    "mac",
    "mailbox",
    "time",
    "timestamp",
    "uri",
    "url",
    "uuid",
];
const FORMS_IN_CHINESE: [&str; 8] = [
    "地址", "时间", "日期", "格式", "邮箱", "域名", "网段", "标识",
];

/// So many texts are made before it is said that none keeps every fact.
const ATTEMPTS: u64 = 16;

impl Constraints {
    /// Whether a fact states the form of a text: a text that is made up for its length
    /// need not keep it.
    pub fn states_form(&self) -> bool {
        self.pattern.is_some() || self.format.is_some()
    }

    /// Whether a text is of the form that facts state.
    pub fn is_of_stated_form(&self, text: &str) -> bool {
        let pattern = self.pattern.as_ref();
        pattern.is_none_or(|pattern| pattern.finds_in(text))
            && self.format.is_none_or(|format| format.is_of(text))
    }

    /// A text of the stated form, of a length in characters within bounds. That of seed 0 is
    /// short and plain; `None` where no form is stated, or none of it was made.
    pub fn text_of_form(&self, length: &Bounds<u64>, seed: u64) -> Option<String> {
        let make = |seed: u64| match (self.format, &self.pattern) {
            (Some(format), _) => Some(format.text(seed)),
            (None, pattern) => pattern.as_ref()?.text(length, seed),
        };
        let seeds = (0..ATTEMPTS).map(|more| seed.wrapping_add(more * 7));
        seeds.filter_map(make).find(|text| {
            length.contains(text.chars().count() as u64) && self.is_of_stated_form(text)
        })
    }
}

/// Words of texts that are written in some language or notation.
const NOTATIONS: [&str; 16] = [
    "base64",
    "comma",
    "cron",
    "dictionary",
    "encoded",
    "expression",
    "hexadecimal",
    "json",
    "regex",
    "regular",
    "separated",
    "serialized",
    "sql",
    "syntax",
    "xml",
    "yaml",
];
const NOTATIONS_IN_CHINESE: [&str; 5] = ["表达式", "序列化", "编码", "逗号", "分隔"];

impl Field {
    /// Whether which values conform is told in prose alone, and no fact bounds them: a text
    /// in some form or notation without a length, or a number without a range whose
    /// description speaks of numbers. A made-up value is a guess.
    pub fn is_told_in_prose(&self) -> bool {
        let facts = &self.constraints;
        let is_bounded = !facts.values.is_empty()
            || !facts.length.is_open()
            || !facts.range.is_open()
            || facts.states_form();
        if is_bounded {
            return false;
        }
        match self.kind.innermost() {
            TypeName::String => {
                self.is_of_a_form() || self.speaks_of(&NOTATIONS, &NOTATIONS_IN_CHINESE)
            }
            // A default is one of the numbers that a description may speak of.
            kind if kind.is_integer() && facts.default.is_none() => {
                let mut lines = self.description.iter();
                lines.any(|line| line.contains(|c: char| c.is_ascii_digit()))
            }
            _ => false,
        }
    }

    fn speaks_of(&self, words: &[&str], in_chinese: &[&str]) -> bool {
        let text = fold(&self.description.join(" "));
        let mut spoken = text.split(|c: char| !c.is_ascii_alphanumeric());
        spoken.any(|word| words.contains(&word)) || in_chinese.iter().any(|it| text.contains(it))
    }

    /// Whether the description tells the form of a text in prose, and no fact does.
    pub fn is_of_a_form(&self) -> bool {
        let facts = &self.constraints;
        let is_text = *self.kind.innermost() == TypeName::String;
        let is_open = facts.values.is_empty() && facts.range.is_open() && !facts.states_form();
        if !is_text || !is_open {
            return false;
        }
        self.speaks_of(&FORMS, &FORMS_IN_CHINESE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::Source;

    fn row(kind: TypeName, description: &str) -> Field {
        let mut field = Field::new("x", kind, Source::default());
        field.description = vec![description.to_owned()];
        field
    }

    #[test]
    fn what_prose_alone_bounds_is_not_made_up() {
        let told = |kind: TypeName, text: &str| row(kind, text).is_told_in_prose();
        for text in [
            "JSON-serialized dictionary of permissions to check.",
            "A comma-separated list of names.",
            "A cron expression.",
            "The time from which on.",
            "用逗号分隔",
        ] {
            assert!(told(TypeName::String, text), "{text}");
        }
        assert!(told(TypeName::Integer, "0 for no content, 1 for content"));
        for (kind, text) in [
            (TypeName::String, "The name of a cup."),
            (TypeName::Integer, "How many there are."),
            (TypeName::Boolean, "1 or 0"),
        ] {
            assert!(!told(kind, text), "{text}");
        }
        let mut bounded = row(TypeName::String, "A comma-separated list.");
        bounded.constraints.length.max = Some(9);
        assert!(!bounded.is_told_in_prose());
        let mut defaulted = row(TypeName::Integer, "Defaults to 10.");
        defaulted.constraints.default = Some("10".into());
        assert!(!defaulted.is_told_in_prose());
    }
}
