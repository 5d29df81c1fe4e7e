//! Reads description cells: labels, listed values, lengths, ranges.
//!
//! Pages write the same fact in many ways; each way is one of the
//! [`patterns`]. A phrase that seems to state a constraint and fits
//! none is a finding, and so are facts that contradict each other or their type.

mod bounds;
mod figures;
mod lead;
mod listed;
mod listing;
mod pattern;
mod patterns;
mod reconcile;

use lead::{AboutLists, Lead, is_open};

use super::Paragraph;
use super::vocabulary::{fold, is_nothing};
use crate::contract::{Constraints, Fact, Finding, Quote, TypeName};
use figures::{figures, in_digits};
use listed::{split_key, value};
use pattern::Phrase;
use patterns::{self as phrase, Part, label, sentences};
use std::collections::BTreeMap;

/// Most paragraphs of a description that are read, and most sentences of a paragraph.
const MAX_PARAGRAPHS: usize = 1_000;

/// What a description cell states.
pub(super) struct Stated {
    /// Bounds, lists and default.
    pub constraints: Constraints,
    /// The sentence that makes the parameter mandatory under a condition.
    pub condition: Option<Quote>,
    /// The words that each fact was read from.
    pub quotes: BTreeMap<Fact, Quote>,
}

pub(super) use patterns::{mentioned, tables};

/// Whether a sentence says what for a row is given.
pub(super) fn states_a_purpose(sentence: &str) -> bool {
    phrase::PURPOSE.is_match(&fold(sentence))
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
        quotes: BTreeMap::new(),
        part: Part::Unlabelled,
        listing: false,
        names_values: false,
        listed_here: Vec::new(),
        lead: Lead::Values,
        about_lists: AboutLists::default(),
        contradicted: Contradicted::default(),
        least: None,
    };
    if let Some(first) = description.get(MAX_PARAGRAPHS) {
        reader.find(
            first.line,
            format!("a description of more than {MAX_PARAGRAPHS} paragraphs"),
            "the further ones were not read".into(),
            "compare with the original page and mend the saved copy",
        );
    }
    let mut pieces = Vec::new();
    for paragraph in description.iter().take(MAX_PARAGRAPHS) {
        for (at, text) in phrase::at_labels(&paragraph.text).into_iter().enumerate() {
            pieces.push(Paragraph {
                text: text.to_owned(),
                bullet: paragraph.bullet && at == 0,
                line: paragraph.line,
            });
        }
    }
    let mut rest = pieces.as_slice();
    while let Some(first) = rest.first() {
        let count = rest
            .iter()
            .take_while(|piece| reader.is_item(piece))
            .count();
        if count > 0 {
            let words: Vec<&str> = rest[..count].iter().map(|it| it.text.trim()).collect();
            reader.noting(&words.join("\n"), first.line, |reader| {
                reader.bullets(&rest[..count]);
            });
        } else {
            reader.paragraph(first);
        }
        rest = &rest[count.max(1)..];
    }
    let line = description.first().map_or(0, |paragraph| paragraph.line);
    let range = &mut reader.facts.range;
    range.min = range.min.or(reader.least);
    reader.reconcile(line);
    let before = Constraints::default();
    let stated = differing(&before, &reader.facts);
    let is_kept = |fact: &Fact| *fact == Fact::Optional || stated.contains(fact);
    reader.quotes.retain(|fact, _| is_kept(fact));
    Stated {
        constraints: reader.facts,
        condition: reader.condition,
        quotes: reader.quotes,
    }
}

struct Reader<'a> {
    kind: &'a TypeName,
    place: &'a str,
    findings: &'a mut Vec<Finding>,
    facts: Constraints,
    condition: Option<Quote>,
    quotes: BTreeMap<Fact, Quote>,
    part: Part,
    /// Whether a list of values is under way in this part.
    listing: bool,
    /// Whether the paragraph in front speaks of values to choose from.
    names_values: bool,
    /// The values of that list.
    listed_here: Vec<String>,
    /// What the paragraph in front says of the list that follows it.
    lead: Lead,
    about_lists: AboutLists,
    contradicted: Contradicted,
    /// The smallest number of the sign that is stated, where no bound says more.
    least: Option<i64>,
}

/// Which bounds are stated twice, and differently.
#[derive(Clone, Copy, Default)]
struct Contradicted {
    length: bool,
    range: bool,
    items: bool,
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
            self.names_values = false;
            self.listed_here.clear();
            self.lead = Lead::Values;
            if !rest.is_empty() {
                self.prose(&rest, paragraph.line);
            }
        } else {
            let mut is_stray = false;
            self.noting(&paragraph.text, paragraph.line, |reader| {
                is_stray = reader.stray(paragraph);
            });
            if !is_stray {
                self.prose(&paragraph.text, paragraph.line);
            }
        }
    }

    /// Reads something, and keeps its words with the facts that it adds or changes.
    fn noting(&mut self, words: &str, line: usize, read: impl FnOnce(&mut Self)) {
        let (before, least) = (self.facts.clone(), self.least);
        read(self);
        for fact in differing(&before, &self.facts) {
            self.quote(fact, words, line);
        }
        if self.least != least {
            self.quote(Fact::Range, words, line);
        }
    }

    fn quote(&mut self, fact: Fact, words: &str, line: usize) {
        let words = words.trim();
        let quote = self.quotes.entry(fact).or_insert_with(|| Quote {
            line,
            words: String::new(),
        });
        if !quote.words.is_empty() {
            quote.words.push('\n');
        }
        quote.words.push_str(words);
    }

    fn find(&mut self, line: usize, what: String, assumed: String, remedy: &str) {
        self.findings.push(Finding::new(
            line,
            format!("{}: {what}", self.place),
            assumed,
            remedy,
        ));
    }

    fn prose(&mut self, text: &str, line: usize) {
        if self.part == Part::Default {
            // One paragraph is the default; what follows has no label.
            self.part = Part::Unlabelled;
            if !phrase::is_bound(&fold(text)) {
                self.noting(text, line, |reader| reader.default(text, line));
                return;
            }
        }
        if is_nothing(text) || self.part == Part::Example {
            return;
        }
        if sentences(text).nth(MAX_PARAGRAPHS).is_some() {
            self.unread("a paragraph of very many sentences", line);
        }
        for sentence in sentences(text).take(MAX_PARAGRAPHS) {
            let folded = fold(sentence);
            if self.condition.is_none()
                && phrase::CONDITION.is_match(&folded)
                && !self.names_another(&phrase::OTHER_MANDATORY, &folded)
            {
                self.condition = Some(Quote {
                    line,
                    words: sentence.trim().to_owned(),
                });
            }
            if phrase::MAY_BE_ABSENT.is_match(&folded) {
                self.quote(Fact::Optional, sentence, line);
            }
            let is_loose = phrase::CONDITION_BEHIND.is_match(&folded);
            for (clause, so_far) in phrase::clauses(sentence) {
                let is_loose = is_loose || phrase::is_loose(&fold(so_far));
                self.noting(clause, line, |reader| reader.clause(clause, is_loose, line));
            }
        }
        let folded = fold(text);
        let (lead, announces) = (Lead::of(text), phrase::ANNOUNCES.is_match(&folded));
        // What goes on behind a break is of the same kind, until a list is announced.
        if announces || lead != Lead::Values {
            self.lead = lead;
        }
        self.listing |= self.lead == Lead::Values && announces;
        self.names_values = phrase::NAMES_VALUES.is_match(&folded);
    }

    /// Reads what stands behind the label of the default.
    fn default(&mut self, text: &str, line: usize) {
        let text = text.trim().trim_end_matches(['.', '。', ';', '；']);
        if is_nothing(text) || phrase::NO_TEXT.is_match(&fold(text)) {
            return;
        }
        if self.default_in_prose(text, &fold(text)) {
            return;
        }
        match value(text).or_else(|| value(split_key(text).0)) {
            Some(value) if *self.kind == TypeName::Boolean => {
                self.facts.default = Some(value.to_lowercase());
            }
            Some(value) => self.facts.default = Some(value),
            None => self.unread(text, line),
        }
    }

    /// Reads what one sentence, or a part of a Chinese one, states. Where the
    /// sentence `is_loose`, what it bounds need not hold.
    fn clause(&mut self, sentence: &str, is_loose: bool, line: usize) {
        if is_nothing(sentence) {
            return;
        }
        let only = self.about_lists.only.clone();
        let before = (self.facts.clone(), self.contradicted, self.least, only);
        let folded = in_digits(fold(sentence));
        self.note_remarks_on_values(sentence, &folded, is_loose);
        let mut has_default = self.default_in_prose(sentence, &folded);
        // What stands in front of a default states something of its own.
        let head = phrase::HEAD_OF_DEFAULT.captures(sentence);
        let head = head.and_then(|groups| Some(groups.get(1)?.as_str()));
        let (stated, folded) = match head.filter(|_| has_default) {
            Some(head) => (head, in_digits(fold(head))),
            None => (sentence, folded),
        };
        has_default &= head.is_none();
        let read = self.sentence(stated, &folded);
        if let Some(used) = &read {
            let is_partly =
                !has_default && figures(&folded).iter().any(|figure| !used.contains(figure));
            // A sentence that was read may restrict the characters as well.
            let restricts = self.part != Part::Definition
                && phrase::FORMAT.is_match(&folded)
                && !phrase::WHOLE_NUMBER.is_match(&folded);
            if is_partly || is_loose || self.is_of_another(&folded) {
                (
                    self.facts,
                    self.contradicted,
                    self.least,
                    self.about_lists.only,
                ) = before;
                self.unsure(sentence, line);
            } else if restricts {
                self.partly(sentence, line);
            } else if phrase::BYTES.is_match(&folded) && !self.facts.length.is_open() {
                self.find(
                    line,
                    format!("'{}' counts bytes", sentence.trim()),
                    "they were read as characters".into(),
                    "nothing needs to be decided where the values are ASCII",
                );
            }
        } else if !has_default && (self.is_suspect(stated, &folded) || self.is_single(stated)) {
            self.unread(sentence, line);
        } else if phrase::CASE.is_match(&folded) && !phrase::NO_CASE.is_match(&folded) {
            self.about_lists.case = Some((sentence.trim().to_owned(), line));
        } else if phrase::DEPRECATED.is_match(&folded) {
            self.find(
                line,
                format!("'{}' says that it is going to be left out", sentence.trim()),
                "it was read like any other row".into(),
                "nothing needs to be decided while the operation reads it",
            );
        }
    }

    /// Whether a sentence bounds a part of a text, or another parameter.
    fn is_of_another(&self, folded: &str) -> bool {
        let is_text = *self.kind == TypeName::String;
        is_text && self.names_another(&phrase::OF_EACH, folded)
            || self.names_another(&phrase::ABOUT_NAME, folded)
    }

    /// Whether the pattern finds something that is not in the row's name.
    fn names_another(&self, pattern: &Phrase, folded: &str) -> bool {
        let own = self.place.rsplit_once('(').map_or("", |(_, name)| name);
        let own = own.to_lowercase();
        pattern.captures(folded).is_some_and(|groups| {
            let named = groups.iter().skip(1).flatten().next();
            let word = match named.map_or("", |named| named.as_str()) {
                "description" | "描述" => "desc",
                "值" => "value",
                "键" => "key",
                word => word,
            };
            word.is_empty() || !own.contains(word)
        })
    }

    /// Whether one value alone stands where values are listed.
    fn is_single(&self, sentence: &str) -> bool {
        self.part == Part::Range && value(split_key(sentence).0).is_some()
    }

    fn unread(&mut self, text: &str, line: usize) {
        self.find(
            line,
            format!("'{}' may state a constraint", text.trim()),
            "it was read as prose".into(),
            "if it bounds the value, say so in words such as 'contains 1 to 64 characters', 'ranges from 0 to 9', or list the values behind bullets",
        );
    }

    fn unsure(&mut self, text: &str, line: usize) {
        self.find(
            line,
            format!("'{}' states more than bounds that always hold", text.trim()),
            "nothing of it is part of the contract".into(),
            "where a bound always holds, write it as a sentence of its own, in words such as 'ranges from 0 to 9'",
        );
    }

    fn partly(&mut self, text: &str, line: usize) {
        self.find(
            line,
            format!("'{}' states more than was read", text.trim()),
            "its bounds or values are part of the contract, the rest is not".into(),
            "write what is missing as a sentence of its own, in words such as 'contains 1 to 64 characters' or 'ranges from 0 to 9'; patterns of characters are not checked",
        );
    }

    fn is_suspect(&self, sentence: &str, folded: &str) -> bool {
        // "The options are as follows:" only announces a list, "see Table 4" refers to one.
        let is_plain = folded.ends_with(':') || phrase::REFERENCE.is_match(folded);
        self.part != Part::Definition
            && !is_plain
            && (phrase::SUSPECT.is_match(&phrase::without_tables(folded))
                && !phrase::names_a_thing(folded)
                || phrase::CAPITALS.is_match(sentence)
                || phrase::FORMAT.is_match(folded)
                || listed::may_name_values(sentence)
                || listed::denies(sentence)
                || self.part == Part::Range && listed::looks_listed(sentence)
                || self.announced(sentence).is_some_and(|list| {
                    listed::looks_listed(list) || is_open(&sentence[..sentence.len() - list.len()])
                }))
    }

    fn default_in_prose(&mut self, sentence: &str, folded: &str) -> bool {
        if !phrase::DEFAULT.may_match(folded) {
            return false;
        }
        let plain = sentence.trim_end_matches(['.', '。', ';', ',']).trim();
        if !phrase::DEFAULT.is_match(&fold(plain)) {
            return false;
        }
        // The value keeps its spelling: the pattern sees folded text.
        let last = plain.rsplit([' ', '为', '是', ':', '：']).next();
        self.facts.default = last.and_then(value);
        true
    }
}

/// The facts in which two rows differ.
fn differing(one: &Constraints, other: &Constraints) -> Vec<Fact> {
    let facts = [
        (Fact::Values, one.values != other.values),
        (Fact::Length, one.length != other.length),
        (Fact::Range, one.range != other.range),
        (Fact::Items, one.items != other.items),
        (Fact::Default, one.default != other.default),
    ];
    let differing = facts.into_iter().filter(|(_, differs)| *differs);
    differing.map(|(fact, _)| fact).collect()
}

#[cfg(test)]
mod tests;
