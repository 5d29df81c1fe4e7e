//! Reads a sentence of a description: its parts one by one, and then whether what they
//! state holds always.
//!
//! A Chinese sentence has parts that state something each. What one of them adds that
//! nobody understands may be the condition of the others: then nothing of it counts.

use super::grammar::{self, Statement, Whole};
use super::inline::{Inline, inline};
use super::lexicon::{Kind, Kinds};
use super::listed::{self, explained, listed, split_key, value};
use super::patterns::{self as phrase, clauses, without_tables};
use super::token::{Token, tokens};
use super::{Part, Reader};
use crate::contract::TypeName;
use crate::source::page::vocabulary::{fold, is_nothing};

/// What a part of a sentence was read as.
enum Reading<'t> {
    Facts {
        whole: Whole,
        list: Option<Inline<'t>>,
        /// Whether it speaks of characters, too.
        has_pattern: bool,
        counts_bytes: bool,
    },
    /// It says what the row is.
    Definition,
    Prose {
        /// What was not understood.
        left: &'t str,
        is_suspect: bool,
    },
}

/// Words that keep a sentence from saying what a row is.
const NO_DEFINITION: Kinds = Kinds::of(&[
    Kind::Condition,
    Kind::Hedge,
    Kind::Not,
    Kind::Each,
    Kind::Number,
    Kind::Absent,
]);

/// With which of the words that change nothing a definition begins.
const ARTICLES: [&str; 7] = ["the", "a", "an", "this", "number", "specifies", "id"];

/// Words that keep the front of a sentence from being that.
const NO_HEAD: Kinds = Kinds::of(&[
    Kind::Value,
    Kind::Range,
    Kind::Length,
    Kind::Count,
    Kind::Options,
    Kind::Is,
    Kind::CanBe,
    Kind::MustBe,
    Kind::Only,
    Kind::Sign,
]);

impl Reader<'_> {
    pub(super) fn sentence(&mut self, sentence: &str, line: usize) {
        if is_nothing(sentence) {
            return;
        }
        let is_first = !std::mem::replace(&mut self.is_defined, true);
        let texts = clauses(sentence);
        let mut parts = Vec::with_capacity(texts.len());
        for (at, text) in texts.into_iter().enumerate() {
            let reading = self.read(text, is_first && at == 0);
            if let Reading::Definition = reading {
                self.own.define(text);
            }
            parts.push((text, reading));
        }
        let states = parts.iter().any(|(_, part)| matches!(part, Reading::Facts { whole, list, .. } if whole.states() || list.is_some()));
        self.note_remarks_on_values(sentence, !states);
        let before = self.stated();
        let mut left = None;
        for (text, part) in &parts {
            match part {
                Reading::Facts { whole, list, .. } => {
                    let mut is_stated = false;
                    self.noting(text, line, |reader| {
                        if let Some(list) = list {
                            reader.take(list);
                        }
                        is_stated = reader.state(whole, text).is_some();
                    });
                    if !is_stated {
                        left = left.or(Some(*text));
                    }
                }
                Reading::Prose { left: words, .. } if states => left = left.or(Some(*words)),
                Reading::Definition | Reading::Prose { .. } => {}
            }
        }
        if let Some(left) = left {
            self.take_back(before);
            self.unsure(sentence, left, line);
            return;
        }
        let is_definition = self.part == Part::Definition;
        for (text, part) in parts {
            match part {
                Reading::Facts {
                    has_pattern: true, ..
                } if !states => self.unread(text, "", line),
                Reading::Facts {
                    has_pattern: true, ..
                } if !is_definition => self.partly(text, line),
                Reading::Facts {
                    counts_bytes: true, ..
                } => self.find(
                    line,
                    format!("'{}' counts bytes", text.trim()),
                    "they were read as characters".into(),
                    "nothing needs to be decided where the values are ASCII",
                ),
                Reading::Prose {
                    left,
                    is_suspect: true,
                } => {
                    self.doubt(text);
                    self.unread(text, left, line);
                }
                Reading::Prose { .. } | Reading::Definition | Reading::Facts { .. } => {
                    self.remark(text, line);
                }
            }
        }
    }

    /// Notes what a sentence that was not read may allow.
    fn doubt(&mut self, text: &str) {
        let tokens = tokens(text, &self.own);
        let has = |kind| tokens.iter().any(|token| token.is(kind));
        self.doubts.push(super::Doubt {
            words: text.trim().to_owned(),
            numbers: tokens.iter().filter_map(|token| token.number).collect(),
            besides: has(Kind::Besides),
            empty: has(Kind::Empty),
        });
    }

    /// Notes what a sentence says that bounds nothing.
    fn remark(&mut self, text: &str, line: usize) {
        let folded = fold(text);
        if phrase::CASE.is_match(&folded) && !phrase::NO_CASE.is_match(&folded) {
            self.about_lists.case = Some((text.trim().to_owned(), line));
        } else if phrase::DEPRECATED.is_match(&folded) {
            self.find(
                line,
                format!("'{}' says that it is going to be left out", text.trim()),
                "it was read like any other row".into(),
                "nothing needs to be decided while the operation reads it",
            );
        }
    }

    fn take(&mut self, list: &Inline<'_>) {
        match list {
            Inline::Only(only) => self.about_lists.only = Some(only.clone()),
            Inline::Values(values) => {
                for value in values {
                    if !self.facts.values.contains(value) {
                        self.facts.values.push(value.clone());
                    }
                }
            }
            Inline::Unread(_) => {}
        }
    }

    /// Reads a part of a sentence; `is_first` where it may say what the row is.
    fn read<'t>(&self, text: &'t str, is_first: bool) -> Reading<'t> {
        let tokens = tokens(text, &self.own);
        let facts = |whole: Whole, list: Option<Inline<'t>>| {
            // '32 hexadecimal characters'.
            let names_class = |token: &Token<'_>| {
                token.is(Kind::Class) && (token.is(Kind::Suspect) || token.is(Kind::Filler))
            };
            Reading::Facts {
                has_pattern: list.is_none() && tokens.iter().any(names_class)
                    || whole.statements.contains(&Statement::Pattern)
                    || whole.statements.contains(&Statement::NotEmpty)
                        && !matches!(self.kind, TypeName::Array(_)),
                counts_bytes: tokens.iter().any(|token| token.is(Kind::Bytes)),
                whole,
                list,
            }
        };
        let (whole, list) = match self.facts_of(text, &tokens) {
            // 'The value must be a UUID' has no word that is unknown, and states no fact.
            Ok((whole, None))
                if whole.statements.is_empty() && self.is_suspect(text, &tokens, None) =>
            {
                return Reading::Prose {
                    left: "",
                    is_suspect: true,
                };
            }
            Ok((whole, list)) => return facts(whole, list),
            Err(left) => left,
        };
        // 'The size of a kettle, which ranges from 1 to 9': in front stands what the row is.
        let is_plain = |tokens: &[Token<'_>]| {
            !tokens.is_empty() && !tokens.iter().any(|token| token.kinds.meets(NO_DEFINITION))
        };
        if is_first {
            let cuts = |token: &Token<'_>| token.is(Kind::Comma) || token.is(Kind::OpenExclusive);
            let heads = |tokens: &[Token<'_>]| {
                // 'At night, …' says when.
                let is_noun = tokens.first().is_some_and(|first| {
                    let word = fold(first.text);
                    let is_article = ARTICLES.contains(&word.as_str());
                    let of_row = tokens.iter().any(|token| token.is(Kind::Own));
                    is_article || !first.is(Kind::Filler) && (of_row || !text.is_ascii())
                });
                is_noun && is_plain(tokens) && !tokens.iter().any(|it| it.kinds.meets(NO_HEAD))
            };
            let cut = tokens
                .iter()
                .position(cuts)
                .filter(|at| heads(&tokens[..*at]));
            if let Some(cut) = cut {
                let behind = cut + usize::from(tokens[cut].is(Kind::Comma));
                if let Ok((whole, list)) = self.facts_of(text, &tokens[behind..]) {
                    return facts(whole, list);
                }
            }
        }
        if let Some(values) = explained(text) {
            let bracket = tokens
                .iter()
                .rposition(|token| token.is(Kind::OpenExclusive));
            if is_plain(&tokens[..bracket.unwrap_or(0)]) {
                return facts(Whole::default(), Some(Inline::Values(values)));
            }
        }
        let is_suspect = self.is_suspect(text, &tokens, list.as_deref());
        if is_first && !is_suspect && is_plain(&tokens) {
            return Reading::Definition;
        }
        Reading::Prose {
            left: whole,
            is_suspect,
        }
    }

    /// What tokens state, all of them; else what is left over, and the list that they
    /// announce and that could not be read.
    fn facts_of<'t>(
        &self,
        text: &'t str,
        tokens: &[Token<'t>],
    ) -> Result<(Whole, Option<Inline<'t>>), (&'t str, Option<String>)> {
        let mut unread = None;
        let mut list = |tokens: &[Token<'t>]| match inline(text, tokens) {
            Some(Inline::Unread(list)) => {
                unread = unread.take().or(Some(list.to_owned()));
                None
            }
            found => found,
        };
        // What holds for each of several says nothing about all of them in one text.
        let of_other = |pair: &[Token<'t>]| pair[0].is(Kind::Each) && !pair[1].is(Kind::Own);
        if !matches!(self.kind, TypeName::Array(_))
            && let Some(pair) = tokens.windows(2).find(|pair| of_other(pair))
        {
            return Err((&text[pair[0].start..pair[1].end()], None));
        }
        let left = match grammar::whole(text, tokens) {
            Ok(whole) => return Ok((whole, None)),
            Err(left) => left,
        };
        if let Some(list) = list(tokens) {
            return Ok((Whole::default(), Some(list)));
        }
        // A list in front of its default.
        let default = tokens
            .iter()
            .position(|token| token.is(Kind::Default))
            .filter(|at| *at > 0);
        if let Some(default) = default {
            let parts = Kinds::of(&[Kind::Comma, Kind::And, Kind::Filler]);
            let parting = |token: &&Token<'_>| token.kinds.meets(parts);
            let trailing = tokens[..default].iter().rev().take_while(parting).count();
            let head = &tokens[..default - trailing];
            if trailing > 0
                && let Some(list) = list(head)
                && let Ok(whole) = grammar::whole(text, &tokens[default..])
            {
                return Ok((whole, Some(list)));
            }
        }
        let bare = self.part == Part::Range
            && tokens
                .first()
                .is_some_and(|first| first.start == 0 || !first.is(Kind::Filler));
        if bare
            && let (Some(first), Some(last)) = (tokens.first(), tokens.last())
            && let Some(values) = listed(&text[first.start..last.end()])
        {
            return Ok((Whole::default(), Some(Inline::Values(values))));
        }
        Err((left, unread))
    }

    /// Whether words that were not read may state a constraint.
    fn is_suspect(&self, text: &str, tokens: &[Token<'_>], list: Option<&str>) -> bool {
        let folded = fold(text);
        // "The options are as follows:" only announces a list, "see Table 4" refers to one.
        let is_sample = ["example:", "示例"].iter().any(|it| folded.starts_with(it));
        if folded.ends_with(':') || phrase::REFERENCE.is_match(&folded) || is_sample {
            return false;
        }
        let has = |kind| tokens.iter().any(|token| token.is(kind));
        // What a list behind it is, is said of the list.
        if has(Kind::Forbids) && phrase::POINTS_ON.is_match(&folded) && !has(Kind::Comma) {
            return false;
        }
        let names = |pair: &[Token<'_>]| pair[1].is(Kind::Number) && !pair[0].is(Kind::Numbered);
        let has_number = without_tables(&folded) != folded && tokens.len() < 2
            || tokens.first().is_some_and(|token| token.is(Kind::Number))
            || tokens.windows(2).any(names);
        if *self.kind == TypeName::Boolean {
            return has_number && self.part != Part::Definition
                || has(Kind::Only) && has(Kind::Supported);
        }
        let hints = Kinds::of(&[Kind::Maximum, Kind::Minimum, Kind::Range, Kind::Options]);
        let has_hint = tokens.iter().any(|token| token.kinds.meets(hints));
        // 'Mode: hot or cold', 'hot: it boils'.
        let behind = text
            .rsplit_once([':', '：'])
            .map(|(_, behind)| behind.trim());
        let (key, meaning) = split_key(text);
        let is_keyed = behind.is_some() && !meaning.is_empty() && value(key).is_some();
        let announces = |pair: &[Token<'_>]| pair[0].is(Kind::Options) && pair[1].is(Kind::Colon);
        let is_choice = has(Kind::Comma) || has(Kind::Or) || has(Kind::Colon);
        let chooses = tokens.iter().any(|token| {
            let choice = [Kind::Is, Kind::CanBe, Kind::MustBe, Kind::Only, Kind::Colon];
            token.kinds.meets(Kinds::of(&choice))
        });
        let of_values = has(Kind::Value) || has(Kind::Options);
        has_number
            || has(Kind::Suspect)
            || has(Kind::Characters)
            || has(Kind::Bytes)
            || tokens.windows(2).any(announces)
            || of_values && (has(Kind::Comma) && chooses || has(Kind::Or))
            || has(Kind::Options) && has(Kind::Comma)
            || of_values && has(Kind::And) && has(Kind::Is)
            || has(Kind::Hedge) && has(Kind::Or)
            || has(Kind::Forbids) && (has(Kind::Comma) || has(Kind::Or))
            || has(Kind::Fixed)
            || has(Kind::NotEmpty)
            || has(Kind::Default) && has(Kind::Is)
            || has(Kind::Empty) && (has(Kind::CanBe) || has(Kind::Is))
            || behind.is_some_and(looks_enumerated)
            || has(Kind::Supported) && (has(Kind::Comma) || has(Kind::And))
            || has(Kind::ByDefault) && has(Kind::Used)
            || tokens.iter().any(|token| token.kinds.meets(RELATIONS))
            || tokens.iter().any(|token| {
                // 'It supports a and b'.
                let supports = ["支持", "supports", "support"].contains(&fold(token.text).as_str());
                let behind = &text[token.end()..];
                supports && (listed(behind).is_some() || behind.contains('、'))
            })
            || is_keyed && !phrase::WORD_KEY.is_match(&folded)
            || tokens
                .iter()
                .any(|it| it.is(Kind::Only) && !it.text.eq_ignore_ascii_case("only"))
            || has(Kind::Only) && has(Kind::Supported)
            || has(Kind::ByDefault) && has(Kind::Value)
            || has(Kind::Absent) && has(Kind::Used)
            || tokens
                .iter()
                .any(|token| token.is(Kind::Default) && names_value(token.text))
            || self.part == Part::Range && (has(Kind::Comma) || has(Kind::Or))
            || (has(Kind::Forbids) || has(Kind::Examples)) && of_values && is_choice
            || has_hint && (has(Kind::Verb) || has(Kind::AtMost) || has(Kind::AtLeast))
            || has(Kind::Either) && has(Kind::Or)
            || has(Kind::NotNegative)
            || has(Kind::Positive)
            || phrase::CAPITALS.is_match(text)
            || phrase::FORMAT.is_match(&folded)
            || listed::may_name_values(text)
            || listed::denies(text)
            || self.part == Part::Range
                && (listed::looks_listed(text) || value(split_key(text).0).is_some())
            || list.is_some_and(listed::looks_listed)
    }
}

/// Words that compare, also with what is no number.
const RELATIONS: Kinds = Kinds::of(&[
    Kind::AtMost,
    Kind::AtLeast,
    Kind::LessEqual,
    Kind::GreaterEqual,
    Kind::Below,
    Kind::Above,
]);

/// Whether what stands behind a colon is several things, in a few words each.
fn looks_enumerated(text: &str) -> bool {
    let plain = text.replace(" or ", ",").replace(" and ", ",");
    let mut items = plain.split([',', '、', '，', ';']).map(str::trim);
    let mut items = items.by_ref().filter(|item| !item.is_empty()).peekable();
    let is_short = |item: &str| item.split_whitespace().count() <= 3;
    let first = items.next().is_some_and(is_short);
    first && items.peek().is_some() && items.all(is_short)
}

/// Whether words are about what the default is, and not only about a default.
fn names_value(default: &str) -> bool {
    !matches!(fold(default).as_str(), "default" | "默认" | "缺省")
}

impl Whole {
    /// Whether a part of it is a bound.
    pub(super) fn bounds(&self) -> bool {
        let is_bound = |statement: &Statement| matches!(statement, Statement::Bound(_));
        self.statements.iter().any(is_bound)
    }

    /// Whether anything of it bounds or sets the value.
    fn states(&self) -> bool {
        let bounds =
            |statement: &Statement| !matches!(statement, Statement::Remark | Statement::Pattern);
        self.statements.iter().any(bounds)
    }
}
