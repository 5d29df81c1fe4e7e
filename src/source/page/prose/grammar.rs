//! Reads a sentence whole: every token is a part of a [`Statement`], or nothing of the
//! sentence counts.
//!
//! A sentence is a row of statements, parted by commas and 'and'. Words that change
//! nothing are passed over wherever they stand; those that say what is bounded are noted
//! on the way (`seen`). A word that is in no rule ends the reading, and is what the
//! finding quotes.

use super::lexicon::{Kind, Kinds};
use super::listed::value;
use super::token::Token;

/// What a sentence states, as far as its words alone show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Statement {
    Bound(Bound),
    /// The smallest number of the sign that is stated.
    Least(i64),
    /// It holds something.
    NotEmpty,
    Default(String),
    /// Of which characters a text is; no part of the contract.
    Pattern,
    /// What one number means, which no bound may leave out.
    Special(i64),
    /// Nothing that bounds the value.
    Remark,
}

/// Numbers between which something lies.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Bound {
    pub(super) min: Option<i64>,
    pub(super) max: Option<i64>,
    /// Whether a side is not itself allowed.
    pub(super) is_exclusive: bool,
    /// What is counted: the kind of the word behind the number.
    pub(super) unit: Option<Kind>,
    pub(super) how: How,
}

/// In which words a bound is stated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum How {
    /// From one number to another.
    #[default]
    Both,
    /// One number alone.
    Exact,
    /// 'At most', which may count anything.
    Quantity,
    /// 'Less than or equal to', which compares numbers.
    Comparison,
    /// 'Minimum: 1'.
    Label,
}

/// What a sentence that was read whole states.
#[derive(Debug, Default)]
pub(super) struct Whole {
    pub(super) statements: Vec<Statement>,
    /// What its words are that were passed over.
    pub(super) seen: Kinds,
}

const PASSED: Kinds = Kinds::of(&[
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
const BOUNDS: Kinds = Kinds::of(&[
    Kind::Number,
    Kind::Between,
    Kind::From,
    Kind::AtMost,
    Kind::AtLeast,
    Kind::LessEqual,
    Kind::GreaterEqual,
    Kind::Below,
    Kind::Above,
    Kind::Maximum,
    Kind::Minimum,
    Kind::Exactly,
    Kind::Filler,
]);

const UNITS: [Kind; 6] = [
    Kind::Characters,
    Kind::Bytes,
    Kind::Items,
    Kind::Digits,
    Kind::Measure,
    Kind::Size,
];

/// Words that show that a number alone says how long something is.
const SAYS_EXACT: Kinds = Kinds::of(&[
    Kind::Verb,
    Kind::Holds,
    Kind::Is,
    Kind::MustBe,
    Kind::Exactly,
]);

/// Reads all of a sentence; else the words from which on it could not be read.
pub(super) fn whole<'t>(text: &'t str, tokens: &[Token<'t>]) -> Result<Whole, &'t str> {
    let mut parser = Parser {
        text,
        tokens,
        at: 0,
        furthest: 0,
        seen: Kinds::default(),
    };
    match parser.statements(None) {
        Some(statements) if parser.at == tokens.len() => Ok(Whole {
            statements,
            seen: parser.seen,
        }),
        _ => Err(parser.left_over()),
    }
}

struct Parser<'a, 't> {
    text: &'t str,
    tokens: &'a [Token<'t>],
    at: usize,
    /// The furthest token that was looked at in vain.
    furthest: usize,
    seen: Kinds,
}

impl<'t> Parser<'_, 't> {
    fn left_over(&self) -> &'t str {
        let unknown = |token: &&Token<'_>| token.is(Kind::Word) && !token.is(Kind::Own);
        let token = self
            .tokens
            .iter()
            .find(unknown)
            .or_else(|| self.tokens.get(self.furthest));
        token.map_or("", |token| &self.text[token.start..token.end()])
    }

    fn peek(&mut self) -> Option<&Token<'t>> {
        self.furthest = self.furthest.max(self.at);
        self.tokens.get(self.at)
    }

    fn next_is(&mut self, kind: Kind) -> bool {
        self.peek().is_some_and(|token| token.is(kind))
    }

    fn eat(&mut self, kind: Kind) -> bool {
        let is_it = self.next_is(kind);
        self.at += usize::from(is_it);
        is_it
    }

    /// What `read` reads, or nothing, and then not a token is consumed.
    fn attempt<T>(&mut self, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        let (at, seen) = (self.at, self.seen);
        let found = read(self);
        if found.is_none() {
            (self.at, self.seen) = (at, seen);
        }
        found
    }

    /// Passes over words that change nothing, and notes what they are.
    fn pass(&mut self) {
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

    /// Statements up to the end, or up to a bracket.
    fn statements(&mut self, end: Option<Kind>) -> Option<Vec<Statement>> {
        let mut found = Vec::new();
        loop {
            let rest = self.at;
            if let Some(statement) = self.attempt(Self::statement) {
                found.push(statement);
                continue;
            }
            if let Some(inner) = self.attempt(Self::group) {
                found.extend(inner);
                continue;
            }
            self.pass();
            if self.at >= self.tokens.len() || end.is_some_and(|end| self.next_is(end)) {
                return Some(found);
            }
            let parts = !found.is_empty() && (self.eat(Kind::Comma) || self.eat(Kind::And));
            if !parts {
                self.at = rest;
                return None;
            }
        }
    }

    /// Statements in brackets.
    fn group(&mut self) -> Option<Vec<Statement>> {
        if !self.eat(Kind::OpenExclusive) {
            return None;
        }
        let inner = self.statements(Some(Kind::CloseExclusive))?;
        (self.eat(Kind::CloseExclusive) && !inner.is_empty()).then_some(inner)
    }

    fn statement(&mut self) -> Option<Statement> {
        None.or_else(|| self.attempt(Self::pattern))
            .or_else(|| self.attempt(Self::default))
            .or_else(|| self.attempt(Self::unit_remark))
            .or_else(|| {
                self.pass();
                None.or_else(|| self.attempt(Self::default))
                    .or_else(|| self.attempt(Self::pattern))
                    .or_else(|| self.attempt(Self::sign))
                    .or_else(|| self.attempt(Self::value_by_default))
                    .or_else(|| self.attempt(Self::special))
                    .or_else(|| self.attempt(Self::gloss))
                    .or_else(|| self.attempt(Self::bound).map(Statement::Bound))
                    .or_else(|| self.attempt(Self::unit_remark))
            })
    }

    fn sign(&mut self) -> Option<Statement> {
        if self.eat(Kind::NotNegative) {
            Some(Statement::Least(0))
        } else if self.eat(Kind::Positive) {
            Some(Statement::Least(1))
        } else if self.eat(Kind::NotEmpty) {
            Some(Statement::NotEmpty)
        } else {
            (self.eat(Kind::Remark) || self.eat(Kind::CaseSensitive)).then_some(Statement::Remark)
        }
    }

    /// `0 means …`, without another number.
    fn special(&mut self) -> Option<Statement> {
        let number = self.number()?;
        if !self.eat(Kind::Means) {
            return None;
        }
        let rest = &self.tokens[self.at..];
        let odd = Kinds::of(&[Kind::Number, Kind::Condition, Kind::Hedge]);
        if rest.is_empty() || rest.iter().any(|token| token.kinds.meets(odd)) {
            return None;
        }
        self.at = self.tokens.len();
        Some(Statement::Special(number))
    }

    /// `Unit: seconds`, `(unit: s)`.
    fn unit_remark(&mut self) -> Option<Statement> {
        let in_bracket = self.eat(Kind::OpenExclusive);
        // '(in seconds)', '(MB)'.
        while in_bracket && self.next_is(Kind::Filler) {
            self.at += 1;
        }
        if !self.eat(Kind::Unit) && !in_bracket {
            return None;
        }
        let _ = self.eat(Kind::Colon) || self.eat(Kind::Is);
        let measures = Kinds::of(&UNITS);
        if !self.peek().is_some_and(|token| token.kinds.meets(measures)) {
            return None;
        }
        self.at += 1;
        (!in_bracket || self.eat(Kind::CloseExclusive)).then_some(Statement::Remark)
    }

    /// Of which characters a text is, up to what is no such word.
    fn pattern(&mut self) -> Option<Statement> {
        const INSIDE: Kinds = Kinds::of(&[
            Kind::Class,
            Kind::Pattern,
            Kind::Or,
            Kind::And,
            Kind::Comma,
            Kind::Colon,
            Kind::Quoted,
            Kind::Sign,
            Kind::Open,
            Kind::Close,
            Kind::OpenExclusive,
            Kind::CloseExclusive,
            Kind::Below,
            Kind::Above,
            Kind::To,
            Kind::Either,
            Kind::Supported,
            Kind::Filler,
        ]);
        if !self.eat(Kind::Pattern) {
            return None;
        }
        let from = self.at;
        let mut classes = 0;
        while let Some(token) = self.peek().copied() {
            // 'a' and 'z' of 'a-z'.
            let is_letter = token.text.len() == 1 && !token.is(Kind::Number);
            if let [from, to, until, rest @ ..] = &self.tokens[self.at..]
                && from.is(Kind::Number)
                && to.is(Kind::To)
                && until.is(Kind::Number)
                && !rest
                    .first()
                    .is_some_and(|next| next.kinds.meets(Kinds::of(&UNITS)))
            {
                classes += 1;
                self.at += 3;
                continue;
            }
            let stops = token
                .kinds
                .meets(Kinds::of(&[Kind::Default, Kind::Length, Kind::Range]));
            if stops || !token.kinds.meets(INSIDE) && !is_letter {
                break;
            }
            classes += usize::from(token.is(Kind::Class));
            self.at += 1;
        }
        // A comma in front of another statement is not of this one.
        let separators = Kinds::of(&[Kind::Comma, Kind::And, Kind::Filler]);
        while self.at < self.tokens.len()
            && self.at > from
            && self.tokens[self.at - 1].kinds.meets(separators)
            && !self.tokens[self.at - 1].is(Kind::Class)
        {
            self.at -= 1;
        }
        (classes > 0).then_some(Statement::Pattern)
    }

    /// `the default value is X`, with 'if omitted' in front where a page says so.
    fn default(&mut self) -> Option<Statement> {
        let is_absent = self.eat(Kind::Absent);
        if is_absent {
            let _ = self.eat(Kind::Comma);
            self.pass();
            if self.at == self.tokens.len() {
                return Some(Statement::Remark);
            }
            if let Some(found) = self.attempt(Self::value_used) {
                return Some(Statement::Default(found));
            }
        }
        if self.eat(Kind::ByDefault) {
            let _ = self.eat(Kind::Comma);
            self.pass();
            return self.value_used().map(Statement::Default);
        }
        if !self.eat(Kind::Default) {
            return None;
        }
        let between = Kinds::of(&[Kind::Value, Kind::Is, Kind::Colon]);
        while self
            .peek()
            .is_some_and(|token| token.kinds.meets(between) && !token.is(Kind::Own))
        {
            self.at += 1;
        }
        if self.eat(Kind::NoDefault) {
            return Some(Statement::Remark);
        }
        let found = self.value_up_to(&[Kind::Used, Kind::Comma, Kind::CloseExclusive])?;
        let _ = is_absent && self.eat(Kind::Used);
        Some(Statement::Default(found))
    }

    /// `X is used`, but not `the value of X is used`.
    fn value_used(&mut self) -> Option<String> {
        if self.is_of_another() {
            return None;
        }
        let found = self.value_up_to(&[Kind::Used])?;
        self.eat(Kind::Used).then_some(found)
    }

    /// Whether what comes is said to be what something is of.
    fn is_of_another(&self) -> bool {
        let before = self.at.checked_sub(1).map(|at| self.tokens[at].text);
        before.is_some_and(|text| text.eq_ignore_ascii_case("of") || text == "的")
    }

    /// `, which means …`, without a number.
    fn gloss(&mut self) -> Option<Statement> {
        let odd = Kinds::of(&[Kind::Number, Kind::Condition, Kind::Hedge]);
        let rest = self.tokens.get(self.at + 1..)?;
        if self.at == 0 || !self.eat(Kind::Means) || rest.iter().any(|it| it.kinds.meets(odd)) {
            return None;
        }
        self.at = self.tokens.len();
        Some(Statement::Remark)
    }

    /// `X by default`, `X is used by default`.
    fn value_by_default(&mut self) -> Option<Statement> {
        let before = self.at.checked_sub(1).map(|at| self.tokens[at].kinds);
        let parts = PASSED.with(Kinds::of(&[Kind::Comma, Kind::And]));
        if self.is_of_another() || !before.is_none_or(|before| before.meets(parts)) {
            return None;
        }
        let found = self.value_up_to(&[Kind::ByDefault])?;
        self.eat(Kind::ByDefault)
            .then_some(Statement::Default(found))
    }

    /// A value that ends in front of one of these, or with the sentence; behind a number
    /// its unit may stand.
    fn value_up_to(&mut self, ends: &[Kind]) -> Option<String> {
        let from = self.at;
        let start = self.peek()?.start;
        let is_end = |token: &Token<'_>| ends.iter().any(|kind| token.is(*kind));
        let rest = &self.tokens[from..];
        let length = rest.iter().position(is_end).unwrap_or(rest.len());
        let last = rest[..length].last()?;
        let raw = self.text[start..last.end()].trim_end_matches(['.', '。']);
        self.at = from + length;
        let measure = Kinds::of(&[Kind::Measure, Kind::Size, Kind::Items, Kind::Filler]);
        match &rest[..length] {
            [first, behind @ ..]
                if first.is(Kind::Number) && behind.iter().all(|it| it.kinds.meets(measure)) =>
            {
                value(&first.text.replace(',', ""))
            }
            _ => value(raw),
        }
    }

    fn number(&mut self) -> Option<i64> {
        let number = self.peek().filter(|token| token.is(Kind::Number))?.number?;
        self.at += 1;
        Some(number)
    }

    /// What the word behind a number counts.
    fn unit(&mut self) -> Option<(Kind, &'t str)> {
        let token = *self.peek()?;
        if let Some(unit) = UNITS.into_iter().find(|unit| token.is(*unit)) {
            self.at += 1;
            return Some((unit, token.text));
        }
        // 'Up to 20 tags' in a row of tags.
        (token.is(Kind::Own) && !token.is(Kind::Filler)).then_some((Kind::Own, token.text))
    }

    fn bound(&mut self) -> Option<Bound> {
        let mut bound = None
            .or_else(|| self.attempt(Self::bracket))
            .or_else(|| self.attempt(Self::side))
            .or_else(|| self.attempt(Self::numbers))?;
        if bound.unit.is_none() {
            bound.unit = self.unit().map(|(unit, _)| unit);
        }
        // 'Long', 'in length'.
        self.pass();
        Some(bound)
    }

    /// `[1, 64]`, `(0, 64]`.
    fn bracket(&mut self) -> Option<Bound> {
        let is_low_out = !self.eat(Kind::Open);
        if is_low_out && !self.eat(Kind::OpenExclusive) {
            return None;
        }
        let min = self.number()?;
        let parted = self.eat(Kind::Comma);
        if !parted && !self.eat(Kind::To) {
            return None;
        }
        let max = self.number()?;
        let is_high_out = !self.eat(Kind::Close);
        if is_high_out && !self.eat(Kind::CloseExclusive) {
            return None;
        }
        let (min_out, max_out) = if is_low_out && is_high_out {
            // '(1-64)' is a remark in brackets, and '(1, 64)' may be that or leave out both.
            if parted {
                return None;
            }
            (0, 0)
        } else {
            (i64::from(is_low_out), i64::from(is_high_out))
        };
        Some(Bound {
            min: min.checked_add(min_out),
            max: max.checked_sub(max_out),
            is_exclusive: min_out + max_out > 0,
            ..Bound::default()
        })
    }

    /// A relation and its number: `at most 64`, `Maximum: 64`.
    fn side(&mut self) -> Option<Bound> {
        let relation = *self.peek()?;
        self.at += 1;
        let is = |kind| relation.is(kind);
        let is_label = is(Kind::Maximum) || is(Kind::Minimum);
        let from = self.at;
        if is_label || is(Kind::Exactly) {
            self.pass();
        } else if is(Kind::AtMost) && (self.pass(), self.eat(Kind::Maximum)).1 {
            // 'Limited to a maximum of 64'.
            self.pass();
        }
        while self.next_is(Kind::Filler) {
            self.at += 1;
        }
        let says_more = self.tokens[from..self.at]
            .iter()
            .any(|token| token.is(Kind::Filler));
        let number = self.number()?;
        let bound = |min, max, how| {
            Some(Bound {
                min,
                max,
                how,
                ..Bound::default()
            })
        };
        let out = |min, max| {
            Some(Bound {
                min,
                max,
                is_exclusive: true,
                how: How::Comparison,
                ..Bound::default()
            })
        };
        let compares = is(Kind::LessEqual) || is(Kind::GreaterEqual);
        let how = if compares {
            How::Comparison
        } else if is_label && !says_more {
            How::Label
        } else {
            How::Quantity
        };
        if is(Kind::LessEqual) || is(Kind::AtMost) {
            bound(None, Some(number), how)
        } else if is(Kind::GreaterEqual) || is(Kind::AtLeast) {
            bound(Some(number), None, how)
        } else if is(Kind::Below) {
            out(None, Some(number.checked_sub(1)?))
        } else if is(Kind::Above) {
            out(Some(number.checked_add(1)?), None)
        } else if is(Kind::Maximum) {
            bound(None, Some(number), how)
        } else if is(Kind::Minimum) {
            bound(Some(number), None, how)
        } else if is(Kind::Exactly) {
            self.seen = self.seen.with(relation.kinds);
            bound(Some(number), Some(number), How::Exact)
        } else {
            None
        }
    }

    /// Numbers in front of what they are: `1 to 64`, `64 or fewer`, `between 1 and 64`.
    fn numbers(&mut self) -> Option<Bound> {
        let is_between = self.eat(Kind::Between);
        if is_between {
            self.seen = self.seen.with(Kinds::of(&[Kind::Between]));
        }
        let first = self.number()?;
        let unit = self.attempt(Self::unit);
        if self.next_is(Kind::To) || is_between && self.next_is(Kind::And) {
            let both = self.attempt(|parser| {
                parser.at += 1;
                let second = parser.number()?;
                let behind = parser.unit();
                // '1 GB to 32 TB' is in two units.
                let same = |(_, one): (Kind, &str), (_, other): (Kind, &str)| {
                    let stem = |unit: &str| unit.to_lowercase().trim_end_matches('s').to_owned();
                    stem(one) == stem(other)
                };
                let agrees = unit.is_none_or(|unit| behind.is_some_and(|it| same(unit, it)));
                agrees.then_some((second, behind))
            });
            if let Some((second, unit)) = both {
                let unit = unit.map(|(unit, _)| unit);
                return Some(Bound {
                    min: Some(first),
                    max: Some(second),
                    unit,
                    ..Bound::default()
                });
            }
            // 'A 36-character text'.
            self.at += 1;
            let (unit, _) = self.unit()?;
            if !matches!(unit, Kind::Characters | Kind::Bytes) {
                return None;
            }
            return Some(Bound {
                min: Some(first),
                max: Some(first),
                unit: Some(unit),
                how: How::Exact,
                ..Bound::default()
            });
        }
        if is_between {
            return None;
        }
        let unit = unit.map(|(unit, _)| unit);
        let quantity = |min, max| {
            Some(Bound {
                min,
                max,
                unit,
                how: How::Quantity,
                ..Bound::default()
            })
        };
        self.attempt(|parser| {
            parser.pass();
            if parser.eat(Kind::OrLess) {
                quantity(None, Some(first))
            } else if parser.eat(Kind::OrMore) {
                quantity(Some(first), None)
            } else {
                None
            }
        })
        .or_else(|| {
            self.pass();
            let is_text = matches!(unit, Some(Kind::Characters | Kind::Bytes | Kind::Digits))
                || unit.is_none() && self.seen.has(Kind::Length);
            // 'Length: 64' may be the largest.
            let is_exact =
                self.seen.meets(SAYS_EXACT) || self.seen.has(Kind::Length) && !self.text.is_ascii();
            (is_text && is_exact).then_some(Bound {
                min: Some(first),
                max: Some(first),
                unit,
                how: How::Exact,
                ..Bound::default()
            })
        })
    }
}
