//! Reads description cells: labels, listed values, lengths, ranges.
//!
//! Pages write the same fact in many ways; each way is one of the
//! [`patterns`]. A phrase that seems to state a constraint and fits
//! none is a finding, and so are facts that contradict each other or their type.

mod figures;
mod listed;
mod listing;
mod pattern;
mod patterns;
mod reconcile;

use listing::{AboutLists, Lead, is_open};

use super::Paragraph;
use super::vocabulary::{fold, is_nothing};
use crate::contract::{Bounds, Constraints, Fact, Finding, Quote, TypeName};
use figures::{figures, in_digits};
use listed::{split_key, value};
use pattern::Phrase;
use patterns::{self as phrase, Part, label, numbers, sentences};
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
        } else if !self.stray(paragraph) {
            self.prose(&paragraph.text, paragraph.line);
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

    /// Tries every pattern; the numbers that were read, where one fitted.
    fn sentence(&mut self, sentence: &str, folded: &str) -> Option<Vec<i64>> {
        let folded = folded.trim_end_matches(['.', '。', ';', ',']).trim();
        let is_list = matches!(self.kind, TypeName::Array(_));
        if is_list && phrase::COUNTS_ITEMS.is_match(folded) {
            return self.counted(folded);
        }
        // What the keys of a map must be has no place in the contract.
        if matches!(self.kind, TypeName::Map(_)) && phrase::OF_KEYS.is_match(folded) {
            return None;
        }
        self.items(folded)
            .or_else(|| self.side(folded))
            .or_else(|| self.length(folded))
            .or_else(|| self.range(folded))
            .or_else(|| self.inline_list(sentence))
    }

    /// How many items an array holds, where the sentence says that it counts them.
    fn counted(&mut self, folded: &str) -> Option<Vec<i64>> {
        if let Some([min, max]) = numbers(&phrase::RANGE_BETWEEN, folded)
            .or_else(|| numbers(&phrase::LENGTH_BETWEEN, folded))
        {
            self.state_items(unsigned(min), unsigned(max));
            return Some(vec![min, max]);
        }
        let max = numbers::<1>(&phrase::NUMBER_MAX, folded);
        let min = numbers::<1>(&phrase::NUMBER_MIN, folded);
        let bound = |number: Option<[i64; 1]>| number.and_then(|[number]| unsigned(number));
        self.state_items(bound(min), bound(max));
        used([max, min])
    }

    /// How many items an array holds.
    fn items(&mut self, folded: &str) -> Option<Vec<i64>> {
        let is_list = matches!(self.kind, TypeName::Array(_));
        let names_array = folded.starts_with("array") || folded.starts_with("数组");
        if let Some([min, max]) =
            numbers::<2>(&phrase::ITEMS_BETWEEN, folded).filter(|_| is_list || names_array)
        {
            self.state_items(unsigned(min), unsigned(max));
            return Some(vec![min, max]);
        }
        if !is_list {
            return None;
        }
        let max = numbers::<1>(&phrase::ITEMS_MAX, folded);
        let min = numbers::<1>(&phrase::ITEMS_MIN, folded);
        let bound = |number: Option<[i64; 1]>| number.and_then(|[number]| unsigned(number));
        self.state_items(bound(min), bound(max));
        used([max, min])
    }

    /// The lines `Minimum: 1` and `Maximum: 64`.
    fn side(&mut self, folded: &str) -> Option<Vec<i64>> {
        let min = numbers::<1>(&phrase::MINIMUM, folded);
        let max = numbers::<1>(&phrase::MAXIMUM, folded);
        // 'Maximum value: 10' of a text is about the number that it stands for.
        let of_text =
            *self.kind.innermost() == TypeName::String && !phrase::VALUE_SAID.is_match(folded);
        if let Some([min]) = min {
            self.one_side(min, true, of_text);
        }
        if let Some([max]) = max {
            self.one_side(max, false, of_text);
        }
        used([min, max])
    }

    /// How many characters a text holds.
    fn length(&mut self, folded: &str) -> Option<Vec<i64>> {
        // 'A length of 1 to 9' may be the array's.
        let is_list = matches!(self.kind, TypeName::Array(_));
        if is_list && !phrase::OF_CHARACTERS.is_match(folded) && !phrase::OF_EACH.is_match(folded) {
            return None;
        }
        if let Some([min, max]) = numbers(&phrase::LENGTH_BETWEEN, folded) {
            self.state_length(unsigned(min), unsigned(max));
            return Some(vec![min, max]);
        }
        // A bare "at most 300" may bound the number that a text stands for.
        let is_said = phrase::CHARACTERS_SAID.is_match(folded);
        let max = numbers::<1>(&phrase::LENGTH_MAX, folded).filter(|_| is_said);
        let min = numbers::<1>(&phrase::LENGTH_MIN, folded).filter(|_| is_said);
        let bound = |number: Option<[i64; 1]>| number.and_then(|[number]| unsigned(number));
        self.state_length(bound(min), bound(max));
        if let Some(used) = used([max, min]) {
            return Some(used);
        }
        let [exact] = numbers(&phrase::LENGTH_EXACT, folded)?;
        self.state_length(unsigned(exact), unsigned(exact));
        Some(vec![exact])
    }

    /// Between which numbers a value lies.
    fn range(&mut self, folded: &str) -> Option<Vec<i64>> {
        let is_text = *self.kind.innermost() == TypeName::String;
        if is_text
            && (phrase::CHARACTERS_SAID.is_match(folded) || phrase::WITH_UNIT.is_match(folded))
        {
            return None;
        }
        let bare = self.part == Part::Range || !is_text;
        if let Some([min, max]) = numbers(&phrase::RANGE_BETWEEN, folded)
            .or_else(|| numbers(&phrase::BARE_RANGE, folded).filter(|_| bare))
        {
            self.state_range(Some(min), Some(max));
            return Some(vec![min, max]);
        }
        let is_number = matches!(
            self.kind,
            TypeName::Integer | TypeName::Int32 | TypeName::Long | TypeName::Number
        );
        let of_number = |pattern| numbers::<1>(pattern, folded).filter(|_| is_number);
        let min =
            numbers::<1>(&phrase::RANGE_MIN, folded).or_else(|| of_number(&phrase::NUMBER_MIN));
        let max =
            numbers::<1>(&phrase::RANGE_MAX, folded).or_else(|| of_number(&phrase::NUMBER_MAX));
        let above = self.integer(numbers(&phrase::RANGE_ABOVE, folded).filter(|_| min.is_none()));
        let below = self.integer(numbers(&phrase::RANGE_BELOW, folded).filter(|_| max.is_none()));
        let least = self.sign(folded);
        self.least = self.least.max(least);
        let bound = |number: Option<[i64; 1]>| number.map(|[number]| number);
        self.state_range(
            bound(min).or_else(|| bound(above)?.checked_add(1)),
            bound(max).or_else(|| bound(below)?.checked_sub(1)),
        );
        used([min, max, above, below, least.map(|least| [least])])
    }

    /// "Greater than 0" is "at least 1" for integers alone; a text that is bounded as a
    /// number is one.
    fn integer(&self, number: Option<[i64; 1]>) -> Option<[i64; 1]> {
        let scalar = self.kind.innermost();
        let is_whole = matches!(
            scalar,
            TypeName::Integer | TypeName::Int32 | TypeName::Long | TypeName::String
        );
        number.filter(|_| is_whole)
    }

    /// The smallest integer of the sign that a sentence leaves.
    fn sign(&self, folded: &str) -> Option<i64> {
        let scalar = self.kind.innermost();
        if !matches!(scalar, TypeName::Integer | TypeName::Int32 | TypeName::Long) {
            None
        } else if phrase::POSITIVE.is_match(folded) {
            Some(1)
        } else {
            phrase::NOT_NEGATIVE.is_match(folded).then_some(0)
        }
    }

    fn one_side(&mut self, number: i64, is_min: bool, of_text: bool) {
        // Of an array, the lines bound the items; 'Array Length' bounds the array.
        if of_text {
            let bound = unsigned(number);
            let side = |is_this: bool| bound.filter(|_| is_this);
            self.state_length(side(is_min), side(!is_min));
        } else {
            let side = |is_this: bool| Some(number).filter(|_| is_this);
            self.state_range(side(is_min), side(!is_min));
        }
    }

    fn state_length(&mut self, min: Option<u64>, max: Option<u64>) {
        self.contradicted.length |= !agree(&mut self.facts.length, min, max);
    }

    fn state_range(&mut self, min: Option<i64>, max: Option<i64>) {
        self.contradicted.range |= !agree(&mut self.facts.range, min, max);
    }

    fn state_items(&mut self, min: Option<u64>, max: Option<u64>) {
        self.contradicted.items |= !agree(&mut self.facts.items, min, max);
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

/// The numbers that some patterns found; `None` where none did.
fn used<const N: usize>(found: [Option<[i64; 1]>; N]) -> Option<Vec<i64>> {
    let used: Vec<i64> = found.into_iter().flatten().flatten().collect();
    (!used.is_empty()).then_some(used)
}

fn unsigned(number: i64) -> Option<u64> {
    u64::try_from(number).ok()
}

/// Sets the sides that are stated; `false` where one was stated otherwise before.
fn agree<T: Copy + PartialEq>(bounds: &mut Bounds<T>, min: Option<T>, max: Option<T>) -> bool {
    let side = |side: &mut Option<T>, stated: Option<T>| {
        let agrees = side.is_none() || stated.is_none() || *side == stated;
        *side = side.or(stated);
        agrees
    };
    let low = side(&mut bounds.min, min);
    side(&mut bounds.max, max) && low
}

#[cfg(test)]
mod tests;
