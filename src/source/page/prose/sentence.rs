//! Reads a sentence of a description: its parts one by one, and then whether what they
//! state holds always.
//!
//! A Chinese sentence has parts that state something each. What one of them adds that
//! nobody understands may be the condition of the others: then nothing of it counts.

use super::grammar::{self, Statement, Whole};
use super::inline::{Inline, inline};
use super::lexicon::{Kind, Kinds};
use super::listed::{explained, is_name, listed, marked_default, split_key};
use super::patterns::{self as phrase, clauses};
use super::remarks::Doubt;
use super::suspicion::{OF_ROW, Unread};
use super::token::{Token, tokens};
use super::unit::declared;
use super::{Part, Reader, name_in};
use crate::contract::{Quote, TypeName};
use crate::source::page::vocabulary::{fold, is_nothing, repeats_key};

/// What a part of a sentence states, in bounds and in a list.
type Facts<'t> = (Whole, Option<Inline<'t>>);

/// The words that could not be read, and the list that they announce.
type LeftOver<'t> = (&'t str, Option<String>);

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
const ARTICLES: [&str; 10] = [
    "the",
    "a",
    "an",
    "this",
    "number",
    "specifies",
    "id",
    "valid",
    "supported",
    "allowed",
];

/// Words that keep the front of a sentence from being that.
const NO_HEAD: Kinds = Kinds::of(&[
    Kind::Value,
    Kind::Range,
    Kind::Length,
    Kind::Options,
    Kind::Is,
    Kind::CanBe,
    Kind::MustBe,
    Kind::Only,
    Kind::Sign,
]);

impl Reader<'_> {
    pub(super) fn sentence(&mut self, sentence: &str, line: usize) {
        if is_nothing(sentence) || repeats_key(sentence, name_in(self.place)) {
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
        let unit = declared(&tokens(sentence, &self.own));
        self.remarks.declared = self.remarks.declared.or(unit);
        let states = parts.iter().any(|(_, part)| matches!(part, Reading::Facts { whole, list, .. } if whole.states() || list.is_some()));
        // What a default is, no prose beside it changes, but for a condition.
        let bounds = parts.iter().any(|(_, part)| {
            matches!(part, Reading::Facts { whole, list, .. } if whole.restricts() || list.is_some())
        });
        self.note_remarks_on_values(sentence, !states);
        let before = self.stated();
        let mut left = None;
        for (text, part) in &parts {
            match part {
                Reading::Facts { whole, list, .. } => {
                    let mut is_stated = false;
                    self.noting(text, line, |reader| {
                        if let Some(list) = list {
                            reader.take(list, text, line);
                        }
                        is_stated = reader.state(whole, text).is_some();
                    });
                    // Of an array it bounds the items.
                    if whole.statements.contains(&Statement::NotEmpty)
                        && !matches!(self.kind, TypeName::Array(_))
                    {
                        self.remarks.filled = Some(((*text).to_owned(), line));
                    }
                    if !is_stated {
                        left = left.or(Some(*text));
                    }
                }
                Reading::Prose { left: words, .. } if bounds || states && self.is_loose(text) => {
                    left = left.or(Some(*words));
                }
                Reading::Definition | Reading::Prose { .. } => {}
            }
        }
        if let Some(left) = left {
            self.take_back(before);
            self.doubt(sentence, true);
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
                Reading::Prose { left, is_suspect } => {
                    self.doubt(text, is_suspect);
                    if is_suspect {
                        self.unread(text, left, line);
                    } else {
                        self.remark(text, line);
                    }
                }
                Reading::Definition | Reading::Facts { .. } => {
                    self.remark(text, line);
                }
            }
        }
    }

    /// Whether a part of a sentence may be the condition of the others: it names one, and
    /// does not only say what a value means.
    pub(super) fn is_loose(&self, text: &str) -> bool {
        let tokens = tokens(text, &self.own);
        let loosens = Kinds::of(&[Kind::Condition, Kind::Hedge, Kind::Absent, Kind::Not]);
        let is_gloss = tokens.get(1).is_some_and(|second| second.is(Kind::Means));
        !is_gloss && tokens.iter().any(|token| token.kinds.meets(loosens))
    }

    /// Notes what a sentence that was not read may allow.
    fn doubt(&mut self, text: &str, is_suspect: bool) {
        let tokens = tokens(text, &self.own);
        let has = |kind| tokens.iter().any(|token| token.is(kind));
        let empty = tokens.iter().position(|token| token.is(Kind::Empty));
        let may_be_of_row =
            |token: &Token<'_>| token.kinds.meets(OF_ROW) || token.is(Kind::Condition);
        let number = tokens.iter().position(|token| token.is(Kind::Number));
        let is_other = |token: &Token<'_>| token.is(Kind::Word) && !token.is(Kind::Own);
        let is_of_row = !tokens[..number.unwrap_or(0)].iter().any(is_other);
        self.remarks.doubts.push(Doubt {
            words: text.trim().to_owned(),
            numbers: match is_suspect {
                true => tokens.iter().filter_map(|token| token.number).collect(),
                false => Vec::new(),
            },
            // What bounds a length counts characters, and no kinds of them.
            lengths: match is_suspect && has(Kind::Characters) && is_of_row {
                true => tokens.iter().filter_map(|token| token.number).collect(),
                false => Vec::new(),
            },
            besides: is_suspect && has(Kind::Besides),
            empty: empty.is_some_and(|at| tokens[..at].iter().all(may_be_of_row)),
        });
    }

    /// Notes what a sentence says that bounds nothing.
    fn remark(&mut self, text: &str, line: usize) {
        let folded = fold(text);
        if phrase::CASE.is_match(&folded) && !phrase::NO_CASE.is_match(&folded) {
            self.remarks.case = Some((text.trim().to_owned(), line));
        } else if phrase::DEPRECATED.is_match(&folded) {
            self.find(
                line,
                format!("'{}' says that it is going to be left out", text.trim()),
                "it was read like any other row".into(),
                "nothing needs to be decided while the operation reads it",
            );
        }
    }

    fn take(&mut self, list: &Inline<'_>, words: &str, line: usize) {
        match list {
            Inline::Only(only) => {
                let words = words.trim().to_owned();
                self.remarks.only = Some((only.clone(), Quote { line, words }));
            }
            Inline::Values(values) => {
                let marked = marked_default(words, values).cloned();
                self.facts.default = self.facts.default.take().or(marked);
                for value in values {
                    if !self.facts.values.contains(value) {
                        self.facts.values.push(value.clone());
                    }
                }
            }
            Inline::Unread(_) => {}
        }
    }

    /// Whether the row is by its name one of a few values.
    pub(super) fn enumerates(&self) -> bool {
        const KINDS: [&str; 18] = [
            "type",
            "mode",
            "status",
            "version",
            "state",
            "protocol",
            "method",
            "level",
            "category",
            "scope",
            "visibility",
            "direction",
            "dir",
            "order",
            "action",
            "policy",
            "algorithm",
            "engine",
        ];
        let name = name_in(self.place).to_lowercase();
        KINDS.iter().any(|kind| name.ends_with(kind))
    }

    /// The values of a sentence that is nothing but them: 'asc (default) or desc'.
    fn alternatives(&self, text: &str, tokens: &[Token<'_>]) -> Option<Vec<String>> {
        let (first, last) = (tokens.first()?, tokens.last()?);
        let raw = &text[first.start..last.end()];
        let has = |kind| tokens.iter().any(|token| token.is(kind));
        let enumerates = self.enumerates();
        let parts = has(Kind::Or) || raw.contains('|') || enumerates && raw.contains('/');
        let values = listed(raw).filter(|_| parts && !has(Kind::Colon))?;
        let is_constant = |value: &String| !value.contains(|c: char| c.is_ascii_lowercase());
        let is_marked = marked_default(raw, &values).is_some();
        let is_list = values.iter().all(is_constant) || enumerates || is_marked;
        is_list.then_some(values)
    }

    fn is_suspect(&self, text: &str, tokens: &[Token<'_>], list: Option<&str>) -> bool {
        let (part, kind, own) = (self.part, self.kind, &self.own);
        Unread {
            text,
            tokens,
            list,
            part,
            kind,
            own,
        }
        .may_state()
    }

    /// Reads a part of a sentence; `is_first` where it may say what the row is.
    fn read<'t>(&self, text: &'t str, is_first: bool) -> Reading<'t> {
        let tokens = tokens(text, &self.own);
        let facts = |whole: Whole, list: Option<Inline<'t>>| {
            // '32 hexadecimal characters'.
            let names_class = |token: &Token<'_>| token.is(Kind::Class) && token.is(Kind::Suspect);
            Reading::Facts {
                has_pattern: list.is_none() && tokens.iter().any(names_class)
                    || whole.statements.contains(&Statement::Pattern)
                    || whole.states() && phrase::FORMAT.is_match(&fold(text)),
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
                    let is_counted = tokens.iter().any(|token| token.is(Kind::Count));
                    let may_begin = !first.is(Kind::Filler) || is_counted && !text.is_ascii();
                    is_article || first.is(Kind::Count) || may_begin && (of_row || !text.is_ascii())
                });
                {
                    // 'The day on which it is lit'.
                    let relates = |token: &&Token<'_>| {
                        let word = fold(token.text);
                        !["which", "that", "on which", "at which", "for which"]
                            .contains(&word.as_str())
                    };
                    let mut head = tokens.iter().take_while(relates);
                    is_noun && is_plain(tokens) && !head.any(|it| it.kinds.meets(NO_HEAD))
                }
            };
            let cut = |at: &usize| cuts(&tokens[*at]) && heads(&tokens[..*at]);
            for cut in (0..tokens.len()).filter(cut) {
                let behind = cut + usize::from(tokens[cut].is(Kind::Comma));
                if let Ok((whole, list)) = self.facts_of(text, &tokens[behind..]) {
                    return facts(whole, list);
                }
            }
            if let Some(behind) = subject(&tokens)
                && let Ok((whole, list)) = self.facts_of(text, &tokens[behind..])
            {
                return facts(whole, list);
            }
            let colon = tokens.iter().position(|token| token.is(Kind::Colon));
            if let Some(colon) = colon.filter(|at| heads(&tokens[..*at]))
                && let Some(values) = names_behind(&text[tokens[colon].end()..], self.enumerates())
                && (tokens[..colon].iter().any(|it| it.is(Kind::Own)) || !text.is_ascii())
            {
                return facts(Whole::default(), Some(Inline::Values(values)));
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
    fn facts_of<'t>(&self, text: &'t str, tokens: &[Token<'t>]) -> Result<Facts<'t>, LeftOver<'t>> {
        let mut unread = None;
        let enumerates = self.enumerates();
        let mut list = |tokens: &[Token<'t>]| match inline(text, tokens, enumerates) {
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
        if !bare && let Some(values) = self.alternatives(text, tokens) {
            return Ok((Whole::default(), Some(Inline::Values(values))));
        }
        if bare
            && let (Some(first), Some(last)) = (tokens.first(), tokens.last())
            && let Some(values) = listed(&text[first.start..last.end()])
        {
            return Ok((Whole::default(), Some(Inline::Values(values))));
        }
        Err((left, unread))
    }
}

/// Where the words end that are in front of the row's own in the subject of a sentence:
/// 'The tag key must be …' of a key. None where they have a name in them.
fn subject(tokens: &[Token<'_>]) -> Option<usize> {
    let article = usize::from(tokens.first()?.is(Kind::Filler));
    let is_noun = |token: &&Token<'_>| {
        let is_known = token.is(Kind::Part) || token.is(Kind::Word) && !token.is(Kind::Own);
        is_known && !token.text.contains(char::is_uppercase) && token.text.is_ascii()
    };
    let before = article + tokens[article..].iter().take_while(is_noun).count();
    let is_subject = before > article && tokens.get(before)?.is(Kind::Own);
    is_subject.then_some(before)
}

/// The values behind 'Types of events:', where each is a name or says what it means.
fn names_behind(text: &str, enumerates: bool) -> Option<Vec<String>> {
    let values = listed(text.trim())?;
    let joined = text.replace(" or ", ",").replace('或', ",");
    let items = joined.split(['、', '，', ',']).map(str::trim);
    let are_explained = { items }.all(|item| !split_key(item).1.is_empty());
    let is_constant = |value: &String| {
        is_name(value) && value.contains(|c: char| c.is_ascii_uppercase() || c == '_')
    };
    let is_closed = are_explained || joined != text;
    let is_number = |value: &String| !is_closed && value.parse::<f64>().is_ok();
    let is_verb = |value: &String| value.ends_with("ed");
    let are_words = enumerates && !values.iter().any(is_verb);
    let fits = values.iter().all(is_constant) || are_explained || are_words;
    (fits && !values.iter().any(is_number)).then_some(values)
}

impl Whole {
    /// Whether anything of it bounds the value.
    fn restricts(&self) -> bool {
        let bounds = |statement: &Statement| {
            matches!(
                statement,
                Statement::Bound(_)
                    | Statement::Least(_)
                    | Statement::NotEmpty
                    | Statement::Special(_)
            )
        };
        self.statements.iter().any(bounds)
    }

    /// Whether a part of it is a bound.
    pub(super) fn bounds(&self) -> bool {
        let is_bound = |statement: &Statement| matches!(statement, Statement::Bound(_));
        self.statements.iter().any(is_bound)
    }

    /// Whether anything of it bounds or sets the value.
    fn states(&self) -> bool {
        let bounds = |statement: &Statement| {
            !matches!(
                statement,
                Statement::Remark | Statement::Pattern | Statement::Empty
            )
        };
        self.statements.iter().any(bounds)
    }
}
