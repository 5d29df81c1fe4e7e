//! Defines [`Cursor`]: a place in the tokens of a sentence, and what the grammar does there.

use super::lexicon::{Kind, Kinds, RELATIONS};
use super::token::Token;

/// What changes nothing, or says what is bounded.
pub(super) const PASSED: Kinds = Kinds::of(&[
    Kind::Filler,
    Kind::Own,
    Kind::Length,
    Kind::Range,
    Kind::Value,
    Kind::Count,
    Kind::From,
    Kind::Is,
    Kind::CanBe,
    Kind::MustBe,
    Kind::Only,
    Kind::Supported,
    Kind::Colon,
    Kind::Each,
    Kind::Options,
]);

/// Words with which a bound begins.
const BOUNDS: Kinds = RELATIONS.with(Kinds::of(&[
    Kind::Number,
    Kind::Between,
    Kind::From,
    Kind::Maximum,
    Kind::Minimum,
    Kind::Exactly,
    Kind::Filler,
]));

/// What the word behind a number counts.
pub(super) const UNITS: [Kind; 6] = [
    Kind::Characters,
    Kind::Bytes,
    Kind::Items,
    Kind::Digits,
    Kind::Measure,
    Kind::Size,
];

/// A place in the tokens of a sentence.
pub(super) struct Cursor<'a, 't> {
    pub(super) text: &'t str,
    pub(super) tokens: &'a [Token<'t>],
    pub(super) at: usize,
    /// The furthest token that was looked at in vain.
    pub(super) furthest: usize,
    pub(super) seen: Kinds,
}

impl<'t> Cursor<'_, 't> {
    pub(super) fn left_over(&self) -> &'t str {
        let unknown = |token: &&Token<'_>| token.is(Kind::Word) && !token.is(Kind::Own);
        let token = self
            .tokens
            .iter()
            .find(unknown)
            .or_else(|| self.tokens.get(self.furthest));
        token.map_or("", |token| &self.text[token.start..token.end()])
    }

    pub(super) fn peek(&mut self) -> Option<&Token<'t>> {
        self.furthest = self.furthest.max(self.at);
        self.tokens.get(self.at)
    }

    pub(super) fn next_is(&mut self, kind: Kind) -> bool {
        self.peek().is_some_and(|token| token.is(kind))
    }

    pub(super) fn eat(&mut self, kind: Kind) -> bool {
        let is_it = self.next_is(kind);
        self.at += usize::from(is_it);
        is_it
    }

    /// What `read` reads, or nothing, and then not a token is consumed.
    pub(super) fn attempt<T>(&mut self, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        let (at, seen) = (self.at, self.seen);
        let found = read(self);
        if found.is_none() {
            (self.at, self.seen) = (at, seen);
        }
        found
    }

    /// Passes over words that change nothing, and notes what they are.
    pub(super) fn pass(&mut self) {
        while let Some(token) = self.tokens.get(self.at) {
            let of_each = token.is(Kind::Part) && self.seen.has(Kind::Each);
            // 'The number of characters'.
            let counted = Kinds::of(&[Kind::Items, Kind::Characters]);
            let is_counted = token.kinds.meets(counted) && self.seen.has(Kind::Count);
            // 'Can contain' is followed by what it bounds, or by a pattern.
            let denies = Kinds::of(&[Kind::Not, Kind::Forbids]);
            let is_verb = token.kinds.meets(Kinds::of(&[Kind::Verb, Kind::Holds]))
                && !token.kinds.meets(denies)
                && (token.is(Kind::Filler) || !token.kinds.meets(BOUNDS))
                && self
                    .tokens
                    .get(self.at + 1)
                    .is_some_and(|next| next.kinds.meets(BOUNDS));
            if !token.kinds.meets(PASSED) && !of_each && !is_counted && !is_verb {
                break;
            }
            self.seen = self.seen.with(token.kinds);
            self.at += 1;
        }
    }

    pub(super) fn number(&mut self) -> Option<i64> {
        let number = self.peek().filter(|token| token.is(Kind::Number))?.number?;
        self.at += 1;
        Some(number)
    }

    /// What the word behind a number counts.
    pub(super) fn unit(&mut self) -> Option<(Kind, &'t str)> {
        let token = *self.peek()?;
        if let Some(unit) = UNITS.into_iter().find(|unit| token.is(*unit)) {
            self.at += 1;
            return Some((unit, token.text));
        }
        // 'Up to 20 tags' in a row of tags.
        (token.is(Kind::Own) && !token.is(Kind::Filler)).then_some((Kind::Own, token.text))
    }
}
