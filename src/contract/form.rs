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

impl Field {
    /// Whether the description tells the form of a text in prose, and no fact does.
    pub fn is_of_a_form(&self) -> bool {
        let facts = &self.constraints;
        let is_text = *self.kind.innermost() == TypeName::String;
        let is_open = facts.values.is_empty() && facts.range.is_open() && !facts.states_form();
        if !is_text || !is_open {
            return false;
        }
        let text = fold(&self.description.join(" "));
        let mut words = text.split(|c: char| !c.is_ascii_alphanumeric());
        words.any(|word| FORMS.contains(&word))
            || FORMS_IN_CHINESE.iter().any(|it| text.contains(it))
    }
}
