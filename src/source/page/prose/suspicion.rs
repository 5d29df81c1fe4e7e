//! Says whether a sentence that was not read may state a constraint: then it is reported,
//! and otherwise it is prose.

use super::Part;
use super::cursor::PASSED;
use super::lexicon::{Kind, Kinds, RELATIONS};
use super::listed::{self, listed, looks_listed, split_key, value};
use super::patterns::{self as phrase, without_names};
use super::token::{Own, Token, tokens};
use crate::contract::TypeName;
use crate::source::page::vocabulary::fold;

/// A sentence that was not read, and where it stands.
pub(super) struct Unread<'a, 't> {
    pub(super) text: &'a str,
    pub(super) tokens: &'a [Token<'t>],
    /// The list that it announces, and that could not be read.
    pub(super) list: Option<&'a str>,
    pub(super) part: Part,
    pub(super) kind: &'a TypeName,
    pub(super) own: &'a Own,
}

/// Words that bound a value wherever they stand.
const BOUNDING: Kinds = Kinds::of(&[
    Kind::Suspect,
    Kind::Characters,
    Kind::Bytes,
    Kind::Fixed,
    Kind::NotEmpty,
    Kind::NotNegative,
    Kind::Positive,
]);

/// Words that may stand in front of a verb where the sentence is about its row.
pub(super) const OF_ROW: Kinds = PASSED.with(Kinds::of(&[Kind::Verb, Kind::Holds, Kind::Part]));

impl Unread<'_, '_> {
    pub(super) fn may_state(&self) -> bool {
        let folded = fold(self.text);
        if self.is_about_something_else(&folded) {
            return false;
        }
        // What a truth value is, its type says.
        if *self.kind == TypeName::Boolean {
            let is_truth = |token: &Token<'_>| matches!(token.number, Some(0 | 1));
            let names_truth = self.part == Part::Range || self.tokens.iter().any(is_truth);
            return self.has_number(&folded) && names_truth && self.part != Part::Definition
                || self.has(Kind::Only) && self.has(Kind::Supported);
        }
        let may_be_null = |token: &Token<'_>| token.text.eq_ignore_ascii_case("null");
        self.has_number(&folded)
            || self.tokens.iter().any(may_be_null)
            || self.tokens.iter().any(|token| token.kinds.meets(BOUNDING))
            || self.obliges()
            || self.hints()
            || self.lists(&folded)
            || self.sets_default()
            || self.has(Kind::Or) && phrase::NO_CASE.is_match(&folded)
            || phrase::FORMAT.is_match(&folded)
    }

    /// "The options are as follows:" only announces a list, "see Table 4" refers to one, and
    /// what the list behind a sentence must not be is said of the list.
    fn is_about_something_else(&self, folded: &str) -> bool {
        let samples = ["example:", "for example", "示例", "例如", "如:"];
        folded.ends_with(':')
            || phrase::REFERENCE.is_match(folded)
            || samples.iter().any(|sample| folded.starts_with(sample))
            || self.counts_others()
            || *self.kind == TypeName::String && phrase::OTHERS_HOLD.is_match(folded)
            || phrase::OF_ERROR.is_match(folded)
            || phrase::UTC.is_match(folded) && !self.has(Kind::Number) && !self.has(Kind::Obliges)
            || self.has(Kind::Forbids)
                && phrase::POINTS_ON.is_match(folded)
                && !self.has(Kind::Comma)
    }

    /// Whether it says how many of other things there may be, which bounds no text.
    fn counts_others(&self) -> bool {
        let bounds = Kinds::of(&[
            Kind::Characters,
            Kind::Bytes,
            Kind::Length,
            Kind::Value,
            Kind::Range,
        ]);
        // 'ID of a disk of at least 10 GB'.
        let is_counted = |pair: &[Token<'_>]| {
            let counts = Kinds::of(&[Kind::Measure, Kind::Size]);
            let is_noun = pair[1].is(Kind::Word) && !pair[1].is(Kind::Own);
            !pair[0].is(Kind::Number) || pair[1].kinds.meets(counts) || is_noun
        };
        let has_number = self.tokens.iter().any(|token| token.is(Kind::Number));
        let of_others =
            has_number && self.own.names_thing() && self.tokens.windows(2).all(is_counted);
        (self.has(Kind::Stock) || of_others)
            && *self.kind == TypeName::String
            && !self.tokens.iter().any(|token| token.kinds.meets(bounds))
    }

    /// Whether it gives examples, and not of values.
    fn exemplifies(&self) -> bool {
        self.has(Kind::Examples) && !self.has(Kind::Value) && !self.has(Kind::Options)
    }

    fn has(&self, kind: Kind) -> bool {
        self.tokens.iter().any(|token| token.is(kind))
    }

    /// Whether it names a number, and not only that of a table, a version, a day, or of
    /// an example.
    fn has_number(&self, folded: &str) -> bool {
        const BETWEEN: [&str; 6] = ["later", "earlier", "than", "or", "and", ","];
        let plain = without_names(folded);
        let tokens = tokens(&plain, self.own);
        let example = tokens.iter().position(|token| token.is(Kind::Examples));
        let end = example.filter(|_| self.exemplifies());
        let is_number = |at: &usize| {
            let mut before = tokens[..*at].iter().rev();
            let named = before.find(|token| !BETWEEN.contains(&token.text));
            tokens[*at].is(Kind::Number)
                && !named.is_some_and(|it| it.is(Kind::Numbered) && !it.is(Kind::Own))
        };
        (0..end.unwrap_or(tokens.len())).any(|at| is_number(&at))
    }

    /// Whether it says what the row must be: 'it must', 'the name cannot', '… than the name'.
    fn obliges(&self) -> bool {
        let demands = RELATIONS.with(Kinds::of(&[Kind::Obliges]));
        let first = self
            .tokens
            .iter()
            .position(|token| token.kinds.meets(demands));
        first.is_some_and(|at| {
            // 'The content must be …': of the row, or of what it is.
            let others = self.tokens[..at]
                .iter()
                .filter(|token| !token.kinds.meets(OF_ROW));
            let allowed = usize::from(self.tokens[0].is(Kind::Filler));
            // 'Below.' alone is where something is.
            let is_word = |token: &Token<'_>| token.text.contains(char::is_alphanumeric);
            let goes_on = self.tokens[at + 1..].iter().any(is_word);
            goes_on && others.count() <= allowed
        })
    }

    /// Whether a largest, a smallest or a range is said to be something.
    fn hints(&self) -> bool {
        let hints = Kinds::of(&[Kind::Maximum, Kind::Minimum, Kind::Range, Kind::Options]);
        let says = RELATIONS.with(Kinds::of(&[Kind::Verb]));
        self.tokens.iter().any(|token| token.kinds.meets(hints))
            && self.tokens.iter().any(|token| token.kinds.meets(says))
    }

    /// Whether it may name the values of its row.
    fn lists(&self, folded: &str) -> bool {
        if self.exemplifies() {
            return false;
        }
        let (comma, or, and) = (
            self.has(Kind::Comma),
            self.has(Kind::Or),
            self.has(Kind::And),
        );
        let of_values = self.has(Kind::Value) || self.has(Kind::Options);
        let says = [Kind::Is, Kind::CanBe, Kind::MustBe, Kind::Only, Kind::Colon];
        let says = self
            .tokens
            .iter()
            .any(|token| token.kinds.meets(Kinds::of(&says)));
        let is_conditional = self
            .tokens
            .first()
            .is_some_and(|first| first.is(Kind::Condition));
        let limits =
            |token: &Token<'_>| token.is(Kind::Only) && !token.text.eq_ignore_ascii_case("only");
        of_values && (comma && says && !is_conditional || or)
            || of_values && and && self.has(Kind::Is) && !is_conditional
            || self.has(Kind::Options) && (comma || self.announces())
            || (self.has(Kind::Hedge) || self.has(Kind::Either)) && or
            || (self.has(Kind::Forbids) || self.has(Kind::Examples))
                && of_values
                && (comma || or || self.has(Kind::Colon))
            || self.has(Kind::Supported) && (comma || and || self.has(Kind::Only))
            || self.tokens.iter().any(limits) && (!is_conditional || comma || or || and)
            || self.supports_list()
            || self.has(Kind::Supports) && self.has(Kind::Tail)
            || self.has(Kind::OthersOf)
            || (or || self.text.contains('|')) && listed(self.text).is_some()
            || in_bracket(self.text)
            || self.list.is_some_and(looks_listed)
            || self.stands_for_values(folded)
            || phrase::CAPITALS.is_match(self.text)
            || listed::may_name_values(self.text)
            || listed::denies(self.text)
    }

    /// 'Possible values:' with something behind it.
    fn announces(&self) -> bool {
        let announces = |pair: &[Token<'_>]| pair[0].is(Kind::Options) && pair[1].is(Kind::Colon);
        self.tokens.windows(2).any(announces)
    }

    /// 'It supports a and b'.
    fn supports_list(&self) -> bool {
        self.tokens.iter().any(|token| {
            let word = fold(token.text);
            let behind = &self.text[token.end()..];
            matches!(word.as_str(), "支持" | "supports" | "support")
                && (listed(behind).is_some() || behind.contains('、'))
        })
    }

    /// 'Mode: hot or cold', 'hot: it boils', and anything that may be a list in the part
    /// that is there for values.
    fn stands_for_values(&self, folded: &str) -> bool {
        let behind = self.text.rsplit_once([':', '：']);
        let (key, meaning) = split_key(self.text);
        let is_keyed = behind.is_some() && !meaning.is_empty() && value(key).is_some();
        behind.is_some_and(|(_, behind)| looks_enumerated(behind.trim()))
            || is_keyed && !phrase::WORD_KEY.is_match(folded)
            || self.part == Part::Range
                && (self.has(Kind::Comma)
                    || self.has(Kind::Or)
                    || self.has(Kind::And)
                    || looks_listed(self.text)
                    || value(key).is_some())
    }

    fn sets_default(&self) -> bool {
        let mut tokens = self.tokens.iter();
        let names_value = |token: &Token<'_>| {
            token.is(Kind::Default)
                && !matches!(fold(token.text).as_str(), "default" | "默认" | "缺省")
        };
        self.tokens.iter().any(names_value)
            || tokens.any(|token| token.is(Kind::Default)) && tokens.any(|it| it.is(Kind::Is))
            || self.has(Kind::ByDefault)
                && [Kind::Used, Kind::Value, Kind::On, Kind::Off]
                    .iter()
                    .any(|kind| self.has(*kind))
            || self.has(Kind::Absent) && self.has(Kind::Used)
    }
}

/// Whether a sentence ends in a bracket of alternatives: 'Mode (hot or cold)'.
fn in_bracket(text: &str) -> bool {
    let text = text.trim_end_matches(['.', '。']);
    let inner = text.strip_suffix([')', '）']).and_then(|text| {
        let at = text.rfind(['(', '（'])?;
        Some(text[at..].trim_start_matches(['(', '（']))
    });
    inner.is_some_and(|inner| {
        let parts = ["、", "或", " or ", "|"]
            .iter()
            .any(|it| inner.contains(it));
        parts && listed(inner).is_some()
    })
}

/// Whether what stands behind a colon is several things, in a few words each.
fn looks_enumerated(text: &str) -> bool {
    let plain = text.replace(" or ", ",").replace(" and ", ",");
    let items = plain.split([',', '、', '，', ';']).map(str::trim);
    let mut items = items.filter(|item| !item.is_empty()).peekable();
    let is_short = |item: &str| item.split_whitespace().count() <= 3;
    let first = items.next().is_some_and(is_short);
    first && items.peek().is_some() && items.all(is_short)
}
