//! Reads description cells: labels, listed values, lengths, ranges.
//!
//! A sentence is cut into tokens by the lexicon and read by a grammar, all of it or
//! nothing: one word that is in no rule, and what the sentence states is a finding that
//! quotes that word. Facts that contradict each other or their type are findings, too.

mod absent;
mod bound;
mod bounds;
mod cursor;
mod grammar;
mod inline;
mod items;
mod lead;
mod lexicon;
mod listed;
mod listing;
mod patterns;
mod reconcile;
mod remarks;
mod running;
mod sentence;
mod settle;
mod suspicion;
mod token;
mod unit;

use bound::How;
use grammar::{Statement, Whole};
use items::Piece;
use lead::Lead;
use lexicon::Kind;
use remarks::Remarks;
use token::{Own, tokens};

use super::Paragraph;
use super::vocabulary::{fold, is_nothing};
use crate::contract::{Constraints, Fact, Finding, Quote, TypeName};
use listed::{split_key, value};
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
        lists_values: false,
        listed_here: Vec::new(),
        lead: Lead::Values,
        remarks: Remarks::default(),
        contradicted: Contradicted::default(),
        least: None,
        own: Own::of(name_in(place)),
        is_defined: false,
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
        let items = rest
            .iter()
            .take_while(|piece| reader.is_item(piece))
            .count();
        let bare = rest
            .iter()
            .take_while(|piece| reader.is_bare_value(piece))
            .count();
        let count = if bare > 1 { bare } else { items };
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
    /// Whether the paragraphs under this label say that values are listed.
    lists_values: bool,
    /// The values of that list.
    listed_here: Vec<String>,
    /// What the paragraph in front says of the list that follows it.
    lead: Lead,
    remarks: Remarks,
    contradicted: Contradicted,
    /// The smallest number of the sign that is stated, where no bound says more.
    least: Option<i64>,
    own: Own,
    /// Whether the sentence that says what the row is was read.
    is_defined: bool,
}

/// The name of the row in its place: `Table 1, row 2 (name)`.
fn name_in(place: &str) -> &str {
    place
        .rsplit_once('(')
        .map_or("", |(_, name)| name.trim_end_matches(')'))
}

/// What was read of a row so far, to take back what is added.
struct Before {
    facts: Constraints,
    contradicted: Contradicted,
    least: Option<i64>,
    only: Option<(String, Quote)>,
    specials: usize,
    measures: usize,
    filled: Option<(String, usize)>,
    quotes: BTreeMap<Fact, Quote>,
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
            self.lists_values = phrase::ENUMERATES.is_match(&fold(&paragraph.text));
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

    fn stated(&self) -> Before {
        Before {
            facts: self.facts.clone(),
            contradicted: self.contradicted,
            least: self.least,
            only: self.remarks.only.clone(),
            specials: self.remarks.specials.len(),
            measures: self.remarks.measures.len(),
            filled: self.remarks.filled.clone(),
            quotes: self.quotes.clone(),
        }
    }

    fn take_back(&mut self, before: Before) {
        self.facts = before.facts;
        self.contradicted = before.contradicted;
        self.least = before.least;
        self.remarks.only = before.only;
        self.remarks.specials.truncate(before.specials);
        self.remarks.measures.truncate(before.measures);
        self.remarks.filled = before.filled;
        self.quotes = before.quotes;
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
            if !is_bound_line(text) {
                // '20; maximum: 100' is a default and a bound.
                let first = sentences(text).next().unwrap_or_default();
                let behind = text.split_once(first).map_or("", |(_, behind)| behind);
                let behind = behind.trim_start_matches([';', '；', '。', ' ']);
                self.noting(first, line, |reader| reader.default(first, line));
                if !behind.is_empty() {
                    self.prose(behind, line);
                }
                return;
            }
        }
        if is_nothing(text) || self.part == Part::Example {
            return;
        }
        if sentences(text).nth(MAX_PARAGRAPHS).is_some() {
            self.unread("a paragraph of very many sentences", "", line);
        }
        let mut said = "";
        for piece in items::pieces(text).into_iter().take(MAX_PARAGRAPHS) {
            let sentence = match piece {
                Piece::Sentence(sentence) => sentence,
                Piece::List(run) if self.may_be_list(said, &run) => {
                    self.listed_sentences(said, &run, line);
                    continue;
                }
                Piece::List(run) => {
                    run.iter().for_each(|item| self.one(item.text, line));
                    continue;
                }
            };
            said = sentence;
            self.one(sentence, line);
        }
        let folded = fold(text);
        let (lead, announces) = (Lead::of(text), phrase::ANNOUNCES.is_match(&folded));
        // What goes on behind a break is of the same kind, until a list is announced.
        if announces || lead != Lead::Values {
            self.lead = lead;
        }
        self.listing |= self.lead == Lead::Values && announces;
        self.names_values = phrase::NAMES_VALUES.is_match(&folded);
        self.lists_values |= phrase::ENUMERATES.is_match(&folded);
    }

    /// Reads one sentence.
    fn one(&mut self, sentence: &str, line: usize) {
        let folded = fold(sentence);
        if self.condition.is_none()
            && phrase::CONDITION.is_match(&folded)
            && !self.is_mandatory_of_another(&folded)
        {
            self.condition = Some(Quote {
                line,
                words: sentence.trim().to_owned(),
            });
        }
        if self.may_be_absent(sentence, &folded) {
            self.quote(Fact::Optional, sentence, line);
        }
        self.sentence(sentence, line);
    }

    /// Reads what stands behind the label of the default.
    fn default(&mut self, text: &str, line: usize) {
        let text = text.trim().trim_end_matches(['.', '。', ';', '；']);
        let is_empty = EMPTY_TEXT.contains(&fold(text).as_str());
        if is_nothing(text) || is_empty {
            return;
        }
        let tokens = tokens(text, &self.own);
        let stated = grammar::whole(text, &tokens).ok().filter(|whole| {
            let is_default = |statement: &Statement| matches!(statement, Statement::Default(_));
            !whole.statements.is_empty() && whole.statements.iter().all(is_default)
        });
        if stated.is_some_and(|whole| self.state(&whole, text).is_some()) {
            return;
        }
        match value(text).or_else(|| value(split_key(text).0)) {
            // '5 (10 for large ones)' is not always 5.
            Some(_) if self.is_loose(text) || bracket_has_number(text) => {
                self.unread(text, "", line);
            }
            Some(value) if *self.kind == TypeName::Boolean => {
                self.facts.default = Some(value.to_lowercase());
            }
            Some(value) => self.facts.default = Some(value),
            None => self.unread(text, "", line),
        }
    }

    /// Whether a sentence says when another parameter is mandatory.
    fn is_mandatory_of_another(&self, folded: &str) -> bool {
        let own = name_in(self.place).to_lowercase();
        let named = phrase::OTHER_MANDATORY.captures(folded);
        let named = named.as_ref().and_then(|groups| groups.get(1));
        named.is_some_and(|named| !own.contains(named.as_str()))
    }

    fn unread(&mut self, text: &str, left: &str, line: usize) {
        self.find(
            line,
            format!("'{}' may state a constraint{}", text.trim(), left_over(text, left)),
            "it was read as prose".into(),
            "if it bounds the value, say so in words such as 'contains 1 to 64 characters', 'ranges from 0 to 9', or list the values behind bullets",
        );
    }

    fn unsure(&mut self, text: &str, left: &str, line: usize) {
        self.find(
            line,
            format!(
                "'{}' states more than bounds that always hold{}",
                text.trim(),
                left_over(text, left)
            ),
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
}

/// What of a sentence was not understood, where that is not all of it.
fn left_over(text: &str, left: &str) -> String {
    if left.is_empty() || left == text.trim() {
        String::new()
    } else {
        format!(" ('{left}' is not understood)")
    }
}

/// Texts that say that the default is an empty text.
const EMPTY_TEXT: [&str; 7] = [
    "empty",
    "blank",
    "an empty string",
    "an empty text",
    "空",
    "空字符串",
    "空值",
];

/// Whether a bracket behind a value names a number.
fn bracket_has_number(text: &str) -> bool {
    let bracket = text.split_once(['(', '（']);
    bracket.is_some_and(|(_, inner)| inner.contains(char::is_numeric))
}

/// Whether a paragraph is the line of a bound: `Minimum: 1`, `Array Length: 0 - 9`.
fn is_bound_line(text: &str) -> bool {
    let is_line = |whole: Whole| {
        let is_label = |statement: &Statement| match statement {
            Statement::Bound(bound) => bound.how == How::Label || whole.seen.has(Kind::Count),
            _ => false,
        };
        !whole.statements.is_empty() && whole.statements.iter().all(is_label)
    };
    grammar::whole(text, &tokens(text, &Own::default())).is_ok_and(is_line)
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
