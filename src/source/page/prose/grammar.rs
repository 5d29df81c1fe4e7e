//! Reads a sentence whole: every token is a part of a [`Statement`], or nothing of the
//! sentence counts.
//!
//! A sentence is a row of statements, parted by commas and 'and'. Words that change
//! nothing are passed over wherever they stand; those that say what is bounded are noted
//! on the way (`seen`). A word that is in no rule ends the reading, and is what the
//! finding quotes.

use super::bound::{Bound, bound};
use super::cursor::{Cursor, PASSED, UNITS};
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
    /// It may hold nothing.
    Empty,
    Default(String),
    /// Of which characters a text is; no part of the contract.
    Pattern,
    /// What one number means, which no bound may leave out.
    Special(i64),
    /// Nothing that bounds the value.
    Remark,
}

/// What a sentence that was read whole states.
#[derive(Debug, Default)]
pub(super) struct Whole {
    pub(super) statements: Vec<Statement>,
    /// What its words are that were passed over.
    pub(super) seen: Kinds,
}

/// Reads all of a sentence; else the words from which on it could not be read.
pub(super) fn whole<'t>(text: &'t str, tokens: &[Token<'t>]) -> Result<Whole, &'t str> {
    let mut cursor = Cursor {
        text,
        tokens,
        at: 0,
        furthest: 0,
        seen: Kinds::default(),
    };
    match statements(&mut cursor, None) {
        Some(statements) if cursor.at == tokens.len() => Ok(Whole {
            statements,
            seen: cursor.seen,
        }),
        _ => Err(cursor.left_over()),
    }
}

/// Statements up to the end, or up to a bracket.
fn statements(cursor: &mut Cursor<'_, '_>, end: Option<Kind>) -> Option<Vec<Statement>> {
    let mut found = Vec::new();
    loop {
        let rest = cursor.at;
        if let Some(statement) = cursor.attempt(statement) {
            found.push(statement);
            continue;
        }
        if let Some(inner) = cursor.attempt(group) {
            found.extend(inner);
            continue;
        }
        cursor.pass();
        if cursor.at >= cursor.tokens.len() || end.is_some_and(|end| cursor.next_is(end)) {
            return Some(found);
        }
        let parts = !found.is_empty() && (cursor.eat(Kind::Comma) || cursor.eat(Kind::And));
        if !parts {
            cursor.at = rest;
            return None;
        }
    }
}

/// Statements in brackets.
fn group(cursor: &mut Cursor<'_, '_>) -> Option<Vec<Statement>> {
    if !cursor.eat(Kind::OpenExclusive) {
        return None;
    }
    let inner = statements(cursor, Some(Kind::CloseExclusive))?;
    (cursor.eat(Kind::CloseExclusive) && !inner.is_empty()).then_some(inner)
}

fn statement(cursor: &mut Cursor<'_, '_>) -> Option<Statement> {
    None.or_else(|| cursor.attempt(pattern))
        .or_else(|| cursor.attempt(default))
        .or_else(|| cursor.attempt(unit_remark))
        .or_else(|| {
            cursor.pass();
            None.or_else(|| cursor.attempt(default))
                .or_else(|| cursor.attempt(pattern))
                .or_else(|| cursor.attempt(sign))
                .or_else(|| cursor.attempt(value_by_default))
                .or_else(|| cursor.attempt(special))
                .or_else(|| cursor.attempt(gloss))
                .or_else(|| cursor.attempt(bound).map(Statement::Bound))
                .or_else(|| cursor.attempt(unit_remark))
        })
}

fn sign(cursor: &mut Cursor<'_, '_>) -> Option<Statement> {
    if cursor.eat(Kind::NotNegative) {
        Some(Statement::Least(0))
    } else if cursor.eat(Kind::Positive) {
        Some(Statement::Least(1))
    } else if cursor.seen.meets(Kinds::of(&[Kind::Is, Kind::CanBe])) && cursor.eat(Kind::Empty) {
        Some(Statement::Empty)
    } else if cursor.eat(Kind::NotEmpty) {
        Some(Statement::NotEmpty)
    } else {
        (cursor.eat(Kind::Remark) || cursor.eat(Kind::CaseSensitive)).then_some(Statement::Remark)
    }
}

/// `0 means …`, without another number.
fn special(cursor: &mut Cursor<'_, '_>) -> Option<Statement> {
    let number = cursor.number()?;
    if !cursor.eat(Kind::Means) {
        return None;
    }
    let rest = &cursor.tokens[cursor.at..];
    let odd = Kinds::of(&[Kind::Number, Kind::Condition, Kind::Hedge]);
    if rest.is_empty() || rest.iter().any(|token| token.kinds.meets(odd)) {
        return None;
    }
    cursor.at = cursor.tokens.len();
    Some(Statement::Special(number))
}

/// `Unit: seconds`, `(unit: s)`.
fn unit_remark(cursor: &mut Cursor<'_, '_>) -> Option<Statement> {
    let in_bracket = cursor.eat(Kind::OpenExclusive);
    // '(in seconds)', '(MB)'.
    while in_bracket && cursor.next_is(Kind::Filler) {
        cursor.at += 1;
    }
    if !cursor.eat(Kind::Unit) && !in_bracket {
        return None;
    }
    let _ = cursor.eat(Kind::Colon) || cursor.eat(Kind::Is);
    let measures = Kinds::of(&UNITS);
    if !cursor
        .peek()
        .is_some_and(|token| token.kinds.meets(measures))
    {
        return None;
    }
    cursor.at += 1;
    (!in_bracket || cursor.eat(Kind::CloseExclusive)).then_some(Statement::Remark)
}

/// Of which characters a text is, up to what is no such word.
fn pattern(cursor: &mut Cursor<'_, '_>) -> Option<Statement> {
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
    if !cursor.eat(Kind::Pattern) {
        return None;
    }
    let from = cursor.at;
    let mut classes = 0;
    while let Some(token) = cursor.peek().copied() {
        // 'a' and 'z' of 'a-z'.
        // 'a' and 'z' of 'a-z', and signs of any kind.
        let is_letter = token.text.len() == 1 && !token.is(Kind::Number);
        let is_sign = !token.text.contains(char::is_alphanumeric);
        if let [from, to, until, rest @ ..] = &cursor.tokens[cursor.at..]
            && from.is(Kind::Number)
            && to.is(Kind::To)
            && until.is(Kind::Number)
            && !rest
                .first()
                .is_some_and(|next| next.kinds.meets(Kinds::of(&UNITS)))
        {
            classes += 1;
            cursor.at += 3;
            continue;
        }
        let stops = Kinds::of(&[Kind::Default, Kind::Length, Kind::Range]);
        let is_inside = token.kinds.meets(INSIDE) || is_letter || is_sign;
        if token.kinds.meets(stops) || !is_inside {
            break;
        }
        classes += usize::from(token.is(Kind::Quoted) && is_sign);
        classes += usize::from(token.is(Kind::Class));
        cursor.at += 1;
    }
    // A comma in front of another statement is not of this one.
    let separators = Kinds::of(&[Kind::Comma, Kind::And, Kind::Filler]);
    while cursor.at < cursor.tokens.len()
        && cursor.at > from
        && cursor.tokens[cursor.at - 1].kinds.meets(separators)
        && !cursor.tokens[cursor.at - 1].is(Kind::Class)
    {
        cursor.at -= 1;
    }
    (classes > 0).then_some(Statement::Pattern)
}

/// `the default value is X`, with 'if omitted' in front where a page says so.
fn default(cursor: &mut Cursor<'_, '_>) -> Option<Statement> {
    let is_absent = cursor.eat(Kind::Absent);
    if is_absent {
        let _ = cursor.eat(Kind::Comma);
        cursor.pass();
        if cursor.at == cursor.tokens.len() {
            return Some(Statement::Remark);
        }
        if let Some(found) = cursor.attempt(value_used) {
            return Some(Statement::Default(found));
        }
    }
    if cursor.eat(Kind::ByDefault) {
        let _ = cursor.eat(Kind::Comma);
        cursor.pass();
        return value_used(cursor).map(Statement::Default);
    }
    if !cursor.eat(Kind::Default) {
        return None;
    }
    let between = Kinds::of(&[Kind::Value, Kind::Is, Kind::Colon]);
    while cursor
        .peek()
        .is_some_and(|token| token.kinds.meets(between) && !token.is(Kind::Own))
    {
        cursor.at += 1;
    }
    if cursor.eat(Kind::NoDefault) {
        return Some(Statement::Remark);
    }
    let found = value_up_to(cursor, &[Kind::Used, Kind::Comma, Kind::CloseExclusive])?;
    let _ = is_absent && cursor.eat(Kind::Used);
    Some(Statement::Default(found))
}

/// `X is used`, but not `the value of X is used`.
fn value_used(cursor: &mut Cursor<'_, '_>) -> Option<String> {
    if is_of_another(cursor) {
        return None;
    }
    let found = value_up_to(cursor, &[Kind::Used])?;
    cursor.eat(Kind::Used).then_some(found)
}

/// Whether what comes is said to be what something is of.
fn is_of_another(cursor: &Cursor<'_, '_>) -> bool {
    let before = cursor.at.checked_sub(1).map(|at| cursor.tokens[at].text);
    before.is_some_and(|text| text.eq_ignore_ascii_case("of") || text == "的")
}

/// `, which means …`, without a number.
fn gloss(cursor: &mut Cursor<'_, '_>) -> Option<Statement> {
    let odd = Kinds::of(&[Kind::Number, Kind::Condition, Kind::Hedge]);
    let rest = cursor.tokens.get(cursor.at + 1..)?;
    if cursor.at == 0 || !cursor.eat(Kind::Means) || rest.iter().any(|it| it.kinds.meets(odd)) {
        return None;
    }
    cursor.at = cursor.tokens.len();
    Some(Statement::Remark)
}

/// `X by default`, `X is used by default`.
fn value_by_default(cursor: &mut Cursor<'_, '_>) -> Option<Statement> {
    let before = cursor.at.checked_sub(1).map(|at| cursor.tokens[at].kinds);
    let parts = PASSED.with(Kinds::of(&[Kind::Comma, Kind::And]));
    if is_of_another(cursor) || !before.is_none_or(|before| before.meets(parts)) {
        return None;
    }
    let found = value_up_to(cursor, &[Kind::ByDefault])?;
    cursor
        .eat(Kind::ByDefault)
        .then_some(Statement::Default(found))
}

/// A value that ends in front of one of these, or with the sentence; behind a number
/// its unit may stand.
fn value_up_to(cursor: &mut Cursor<'_, '_>, ends: &[Kind]) -> Option<String> {
    let from = cursor.at;
    let start = cursor.peek()?.start;
    let is_end = |token: &Token<'_>| ends.iter().any(|kind| token.is(*kind));
    let rest = &cursor.tokens[from..];
    let length = rest.iter().position(is_end).unwrap_or(rest.len());
    let last = rest[..length].last()?;
    let raw = cursor.text[start..last.end()].trim_end_matches(['.', '。']);
    cursor.at = from + length;
    let measure = Kinds::of(&[Kind::Measure, Kind::Size, Kind::Items, Kind::Filler]);
    match &rest[..length] {
        [first, behind @ ..]
            if first.is(Kind::Number) && behind.iter().all(|it| it.kinds.meets(measure)) =>
        {
            value(&first.text.replace(',', ""))
        }
        // Whatever stands in quotes is the value.
        [first, behind @ ..]
            if first.is(Kind::Quoted) && behind.iter().all(|it| it.is(Kind::Filler)) =>
        {
            let mut inner = first.text.chars();
            let _ = (inner.next(), inner.next_back());
            Some(inner.as_str().to_owned())
        }
        _ => value(raw),
    }
}
