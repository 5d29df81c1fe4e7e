//! Reads description cells: labels, listed values, lengths, ranges.
//!
//! Pages write the same fact in many ways; each way is one of the
//! [`patterns`](super::patterns). A phrase that seems to state a constraint and fits
//! none is a finding, and so are facts that contradict each other or their type.

use super::field::{Bounds, Constraints};
use super::patterns::{self as phrase, Part, label, listed, numbers, sentences, split_key, value};
use crate::page::vocabulary::{fold, is_nothing};
use crate::page::{Finding, Paragraph, TypeName};

/// Most paragraphs of a description that are read, and most sentences of a paragraph.
const MOST_PARAGRAPHS: usize = 1_000;

/// What a description cell states.
pub(super) struct Stated {
    /// Bounds, lists and default.
    pub constraints: Constraints,
    /// The sentence that makes the parameter mandatory under a condition, and its line.
    pub condition: Option<(String, usize)>,
}

/// Reads the facts of a description cell. `place` names table and row in findings.
pub(super) fn constraints(
    kind: &TypeName,
    description: &[Paragraph],
    place: &str,
    findings: &mut Vec<Finding>,
) -> Stated {
    let mut reader = Reader {
        kind,
        place,
        findings,
        facts: Constraints::default(),
        condition: None,
        part: Part::Unlabelled,
        listing: false,
        listed_here: Vec::new(),
    };
    if let Some(first) = description.get(MOST_PARAGRAPHS) {
        reader.find(
            first.line,
            format!("a description of more than {MOST_PARAGRAPHS} paragraphs"),
            "the further ones were not read".into(),
            "compare with the original page and mend the saved copy",
        );
    }
    for paragraph in description.iter().take(MOST_PARAGRAPHS) {
        for (at, text) in phrase::at_labels(&paragraph.text).into_iter().enumerate() {
            reader.paragraph(&Paragraph {
                text: text.to_owned(),
                bullet: paragraph.bullet && at == 0,
                line: paragraph.line,
            });
        }
    }
    let line = description.first().map_or(0, |paragraph| paragraph.line);
    reader.reconcile(line);
    Stated {
        constraints: reader.facts,
        condition: reader.condition,
    }
}

struct Reader<'a> {
    kind: &'a TypeName,
    place: &'a str,
    findings: &'a mut Vec<Finding>,
    facts: Constraints,
    condition: Option<(String, usize)>,
    part: Part,
    /// Whether a list of values is under way in this part.
    listing: bool,
    /// The values of that list.
    listed_here: Vec<String>,
}

/// The type that values, lengths and ranges are about: that of the items of an array.
fn innermost(kind: &TypeName) -> &TypeName {
    match kind {
        TypeName::Array(item) | TypeName::Map(item) => innermost(item),
        kind => kind,
    }
}

impl Reader<'_> {
    fn paragraph(&mut self, paragraph: &Paragraph) {
        if let Some((part, rest)) = label(&paragraph.text) {
            if paragraph.text.trim_start().starts_with("**") {
                self.find(
                    paragraph.line,
                    format!("the label '{}' shows its markup", paragraph.text.trim()),
                    "it was read as the label that it means".into(),
                    "nothing needs to be decided",
                );
            }
            self.part = part;
            self.listing = false;
            self.listed_here.clear();
            if !rest.is_empty() {
                self.prose(&rest, paragraph.line);
            }
        } else if paragraph.bullet {
            self.bullet(paragraph);
        } else if !self.stray(paragraph) {
            self.prose(&paragraph.text, paragraph.line);
        }
    }

    fn find(&mut self, line: usize, what: String, assumed: String, remedy: &str) {
        self.findings.push(Finding::new(
            line,
            format!("{}: {what}", self.place),
            assumed,
            remedy,
        ));
    }

    fn bullet(&mut self, paragraph: &Paragraph) {
        if matches!(self.part, Part::Constraints | Part::Default | Part::Example) {
            self.prose(&paragraph.text, paragraph.line);
            return;
        }
        let (key, _) = split_key(&paragraph.text);
        let key = value(key).filter(|_| {
            numbers::<1>(&phrase::MINIMUM, &fold(&paragraph.text)).is_none()
                && numbers::<1>(&phrase::MAXIMUM, &fold(&paragraph.text)).is_none()
        });
        match key {
            Some(value) => self.list(value, paragraph.line),
            // A sentence behind a bullet states something of its own.
            None => self.prose(&paragraph.text, paragraph.line),
        }
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

    /// A paragraph `-1: running` that follows a list without being in it.
    fn stray(&mut self, paragraph: &Paragraph) -> bool {
        if !self.listing || !paragraph.text.contains([':', '：']) {
            return false;
        }
        let (key, meaning) = split_key(&paragraph.text);
        let Some(value) = value(key).filter(|_| !meaning.is_empty()) else {
            return false;
        };
        let folded = fold(&paragraph.text);
        if numbers::<1>(&phrase::MINIMUM, &folded).is_some()
            || numbers::<1>(&phrase::MAXIMUM, &folded).is_some()
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

    fn prose(&mut self, text: &str, line: usize) {
        if is_nothing(text) || self.part == Part::Example {
            return;
        }
        if self.part == Part::Default {
            let text = text.trim().trim_end_matches(['.', '。', ';', '；']);
            match value(text).or_else(|| value(split_key(text).0)) {
                Some(value) => self.facts.default = Some(value),
                None => self.unread(text, line),
            }
            return;
        }
        if sentences(text).nth(MOST_PARAGRAPHS).is_some() {
            self.unread("a paragraph of very many sentences", line);
        }
        for sentence in sentences(text).take(MOST_PARAGRAPHS) {
            if is_nothing(sentence) {
                continue;
            }
            if self.condition.is_none() && phrase::CONDITION.is_match(&fold(sentence)) {
                self.condition = Some((sentence.to_owned(), line));
            }
            let has_default = self.default_in_prose(sentence);
            let is_read = self.sentence(sentence);
            // A sentence that was read may restrict the characters as well.
            if is_read && self.part != Part::Definition && phrase::FORMAT.is_match(&fold(sentence))
                || !is_read && !has_default && self.is_suspect(sentence)
            {
                self.unread(sentence, line);
            }
        }
        self.listing |= phrase::ANNOUNCES.is_match(&fold(text));
    }

    fn unread(&mut self, text: &str, line: usize) {
        self.find(
            line,
            format!("'{}' may state a constraint", text.trim()),
            "it was read as prose".into(),
            "if it bounds the value, say so in words such as 'contains 1 to 64 characters', 'ranges from 0 to 9', or list the values behind bullets",
        );
    }

    fn is_suspect(&self, sentence: &str) -> bool {
        self.part != Part::Definition && {
            let folded = fold(sentence);
            // "The options are as follows:" only announces a list.
            !folded.ends_with(':') && phrase::SUSPECT.is_match(&folded)
        }
    }

    /// Tries every pattern; whether one fitted.
    fn sentence(&mut self, sentence: &str) -> bool {
        let folded = fold(sentence);
        let folded = folded.trim_end_matches(['.', '。', ';', ',']).trim();
        let scalar = innermost(self.kind);
        let is_text = *scalar == TypeName::String;
        let is_list = matches!(self.kind, TypeName::Array(_));
        let counts_items = is_list || folded.starts_with("array") || folded.starts_with("数组");
        if counts_items && let Some([min, max]) = numbers(&phrase::ITEMS_BETWEEN, folded) {
            self.facts.items = between(unsigned(min), unsigned(max));
        } else if is_list && let Some([max]) = numbers(&phrase::ITEMS_MAX, folded) {
            self.facts.items.max = unsigned(max);
        } else if is_list && let Some([min]) = numbers(&phrase::ITEMS_MIN, folded) {
            self.facts.items.min = unsigned(min);
        } else if let Some([min]) = numbers(&phrase::MINIMUM, folded) {
            self.one_side(min, true);
        } else if let Some([max]) = numbers(&phrase::MAXIMUM, folded) {
            self.one_side(max, false);
        } else if let Some([min, max]) = Self::length_between(folded) {
            self.facts.length = between(unsigned(min), unsigned(max));
        } else if let Some([max]) = numbers(&phrase::LENGTH_MAX, folded) {
            self.facts.length.max = unsigned(max);
        } else if let Some([min]) = numbers(&phrase::LENGTH_MIN, folded) {
            self.facts.length.min = unsigned(min);
        } else if let Some([exact]) = numbers(&phrase::LENGTH_EXACT, folded) {
            self.facts.length = between(unsigned(exact), unsigned(exact));
        } else if let Some([min, max]) = numbers(&phrase::RANGE_BETWEEN, folded).or_else(|| {
            numbers(&phrase::BARE_RANGE, folded).filter(|_| self.part == Part::Range || !is_text)
        }) {
            self.facts.range = between(Some(min), Some(max));
        } else if let Some([min]) = numbers(&phrase::RANGE_MIN, folded) {
            self.facts.range.min = Some(min);
        } else if let Some([max]) = numbers(&phrase::RANGE_MAX, folded) {
            self.facts.range.max = Some(max);
        } else if let Some([above]) = self.integer(numbers(&phrase::RANGE_ABOVE, folded)) {
            self.facts.range.min = above.checked_add(1);
        } else if let Some([below]) = self.integer(numbers(&phrase::RANGE_BELOW, folded)) {
            self.facts.range.max = below.checked_sub(1);
        } else {
            return self.inline_list(sentence);
        }
        true
    }

    /// The first length in a sentence counts, in whichever way it is put.
    fn length_between(folded: &str) -> Option<[i64; 2]> {
        if folded.contains("length") || folded.contains("长度") {
            numbers(&phrase::LENGTH_BETWEEN_NAMED, folded)
        } else {
            numbers(&phrase::LENGTH_BETWEEN, folded)
        }
    }

    /// "Greater than 0" is "at least 1" for integers alone.
    fn integer(&self, number: Option<[i64; 1]>) -> Option<[i64; 1]> {
        let scalar = innermost(self.kind);
        number.filter(|_| matches!(scalar, TypeName::Integer | TypeName::Long))
    }

    fn one_side(&mut self, number: i64, is_min: bool) {
        // Of an array, the lines bound the items; 'Array Length' bounds the array.
        if *innermost(self.kind) == TypeName::String {
            let bound = unsigned(number);
            if is_min {
                self.facts.length.min = bound;
            } else {
                self.facts.length.max = bound;
            }
        } else if is_min {
            self.facts.range.min = Some(number);
        } else {
            self.facts.range.max = Some(number);
        }
    }

    fn default_in_prose(&mut self, sentence: &str) -> bool {
        let plain = sentence.trim_end_matches(['.', '。', ';', ',']).trim();
        if !phrase::DEFAULT.is_match(&fold(plain)) {
            return false;
        }
        // The value keeps its spelling: the pattern sees folded text.
        let last = plain.rsplit([' ', '为', '是', ':', '：']).next();
        self.facts.default = last.and_then(value);
        true
    }

    fn inline_list(&mut self, sentence: &str) -> bool {
        let list = phrase::LISTED_INLINE
            .captures(sentence)
            .and_then(|groups| groups.get(1))
            .map(|list| list.as_str());
        let bare = (self.part == Part::Range).then_some(sentence);
        let Some(values) = list.and_then(listed).or_else(|| bare.and_then(listed)) else {
            return false;
        };
        for value in values {
            if !self.facts.values.contains(&value) {
                self.facts.values.push(value);
            }
        }
        true
    }

    /// Takes out what contradicts the type or itself, each with a finding.
    fn reconcile(&mut self, line: usize) {
        let scalar = innermost(self.kind).clone();
        if scalar == TypeName::Any {
            // That the type is unknown was found already; its bounds would be guesses.
            self.facts = Constraints::default();
            return;
        }
        let mut findings = Vec::new();
        let mut drop = |what: String, remedy: &str| {
            findings.push((what, "it is not part of the contract", remedy.to_owned()));
        };
        let facts = &mut self.facts;
        let is_text = matches!(scalar, TypeName::String);
        let is_number = matches!(
            scalar,
            TypeName::Integer | TypeName::Long | TypeName::Number
        );
        let mend = "mend the type or the description in the page's copy";
        if !facts.length.is_open() && !is_text {
            drop(
                format!("a length ({}) of what is no String", facts.length),
                mend,
            );
            facts.length = Bounds::default();
        }
        if !facts.range.is_open() && !is_text && !is_number {
            drop(
                format!("a range ({}) of what is no number", facts.range),
                mend,
            );
            facts.range = Bounds::default();
        }
        if !facts.items.is_open() && !matches!(self.kind, TypeName::Array(_)) {
            drop(
                format!("a number of items ({}) of what is no array", facts.items),
                mend,
            );
            facts.items = Bounds::default();
        }
        for (words, is_empty) in [
            (facts.length.to_string(), is_empty(&facts.length)),
            (facts.range.to_string(), is_empty(&facts.range)),
            (facts.items.to_string(), is_empty(&facts.items)),
        ] {
            if is_empty {
                drop(
                    format!("the bounds '{words}' leave nothing"),
                    "exchange or mend the bounds",
                );
            }
        }
        if is_empty(&facts.length) {
            facts.length = Bounds::default();
        }
        if is_empty(&facts.range) {
            facts.range = Bounds::default();
        }
        if is_empty(&facts.items) {
            facts.items = Bounds::default();
        }
        // Both values of a Boolean bound nothing.
        if scalar == TypeName::Boolean {
            facts
                .values
                .retain(|value| !matches!(value.as_str(), "true" | "false"));
        }
        facts.values.retain(|value| {
            let fits = fits(&scalar, value);
            if !fits {
                drop(
                    format!("the listed value '{value}' is of another type"),
                    mend,
                );
            }
            fits
        });
        if let Some(default) = &facts.default {
            let contradiction = !fits(&scalar, default)
                || !facts.values.is_empty() && !facts.values.contains(default)
                || default.parse::<i64>().is_ok_and(|number| {
                    is_number
                        && (facts.range.min.is_some_and(|min| number < min)
                            || facts.range.max.is_some_and(|max| number > max))
                });
            if contradiction {
                drop(format!("the default '{default}' is no allowed value"), mend);
                facts.default = None;
            }
        }
        for (what, assumed, remedy) in findings {
            self.find(line, what, assumed.into(), &remedy);
        }
    }
}

/// Whether a token can be a value of this type.
fn fits(kind: &TypeName, token: &str) -> bool {
    match kind {
        TypeName::Integer => token.parse::<i32>().is_ok(),
        TypeName::Long => token.parse::<i64>().is_ok(),
        TypeName::Number => token.parse::<f64>().is_ok_and(f64::is_finite),
        TypeName::Boolean => matches!(token, "true" | "false"),
        TypeName::String | TypeName::Any => true,
        TypeName::Object | TypeName::Named(_) | TypeName::Array(_) | TypeName::Map(_) => false,
    }
}

fn is_empty<T: PartialOrd>(bounds: &Bounds<T>) -> bool {
    matches!((&bounds.min, &bounds.max), (Some(min), Some(max)) if min > max)
}

fn unsigned(number: i64) -> Option<u64> {
    u64::try_from(number).ok()
}

fn between<T>(min: Option<T>, max: Option<T>) -> Bounds<T> {
    Bounds { min, max }
}

#[cfg(test)]
mod tests;
