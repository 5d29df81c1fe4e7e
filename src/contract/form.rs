//! Tells texts whose form the source describes in prose alone, as that of an address or a
//! time: no made-up text is known to conform.

use super::{Field, TypeName};
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

impl Field {
    /// Whether a fact states the form of a text: a value that is made up for its length
    /// need not keep it.
    pub fn states_form(&self) -> bool {
        self.constraints.pattern.is_some() || self.constraints.format.is_some()
    }

    /// Whether the description tells the form of a text, and no fact does; or a fact does
    /// that no made-up text is known to keep.
    pub fn is_of_a_form(&self) -> bool {
        let facts = &self.constraints;
        let is_text = *self.kind.innermost() == TypeName::String;
        if !is_text || !facts.values.is_empty() || !facts.range.is_open() {
            return false;
        }
        if self.states_form() {
            return true;
        }
        let text = fold(&self.description.join(" "));
        let mut words = text.split(|c: char| !c.is_ascii_alphanumeric());
        words.any(|word| FORMS.contains(&word))
            || FORMS_IN_CHINESE.iter().any(|it| text.contains(it))
    }
}
