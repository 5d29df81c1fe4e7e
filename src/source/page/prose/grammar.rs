//! Reads a sentence whole: every token is a part of a [`Statement`], or nothing of the
//! sentence counts.
//!
//! A sentence is a row of statements, parted by commas and 'and'. Words that change
//! nothing are passed over wherever they stand; those that say what is bounded are noted
//! on the way (`seen`). A word that is in no rule ends the reading, and is what the
//! finding quotes.

use super::bound::{Bound, bound};
use super::cursor::{Cursor, PASSED, UNITS};
use super::lexicon::{Kind, Kinds, RELATIONS};
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
        // '整数，10~500': a comma behind words that change nothing.
        let parts = !found.is_empty() && cursor.eat(Kind::And)
            || (!found.is_empty() || cursor.at > rest) && cursor.eat(Kind::Comma);
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
    let from = cursor.at;
    let inner = statements(cursor, Some(Kind::CloseExclusive))?;
    // '(inclusive)'.
    let says = !inner.is_empty() || cursor.at > from;
    (cursor.eat(Kind::CloseExclusive) && says).then_some(inner)
}

fn statement(cursor: &mut Cursor<'_, '_>) -> Option<Statement> {
    None.or_else(|| cursor.attempt(pattern))
        .or_else(|| cursor.attempt(default))
        .or_else(|| cursor.attempt(unit_remark))
        .or_else(|| cursor.attempt(conversion))
        .or_else(|| {
            cursor.pass();
            None.or_else(|| cursor.attempt(default))
                .or_else(|| cursor.attempt(pattern))
                .or_else(|| cursor.attempt(sign))
                .or_else(|| cursor.attempt(value_by_default))
                .or_else(|| cursor.attempt(special))
                .or_else(|| cursor.attempt(gloss))
                .or_else(|| cursor.attempt(step))
                .or_else(|| cursor.attempt(bound).map(Statement::Bound))
                .or_else(|| cursor.attempt(of_another))
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

/// `1 GB = 1024 MB`.
fn conversion(cursor: &mut Cursor<'_, '_>) -> Option<Statement> {
    let measured =
        |cursor: &mut Cursor<'_, '_>| cursor.number().is_some() && cursor.unit().is_some();
    if !measured(cursor) {
        return None;
    }
    let equals = cursor.peek().is_some_and(|token| token.text == "=");
    cursor.at += 1;
    (equals && measured(cursor)).then_some(Statement::Remark)
}

/// `a multiple of 10`, `10的倍数`: no part of the contract.
fn step(cursor: &mut Cursor<'_, '_>) -> Option<Statement> {
    let number = cursor.number();
    if !cursor.eat(Kind::Step) {
        return None;
    }
    if number.is_none() {
        cursor.pass();
        cursor.number()?;
        let _ = cursor.attempt(Cursor::unit);
    }
    Some(Statement::Pattern)
}

/// `less than max_size`: what another parameter bounds is no part of the contract.
fn of_another(cursor: &mut Cursor<'_, '_>) -> Option<Statement> {
    let relation = cursor.peek()?.kinds;
    cursor.at += 1;
    while cursor.next_is(Kind::Filler) || cursor.next_is(Kind::Value) {
        cursor.at += 1;
    }
    let named = *cursor.peek()?;
    let is_name = named.is(Kind::Word) && !named.is(Kind::Own) && named.text.contains('_');
    cursor.at += 1;
    (relation.meets(RELATIONS) && is_name).then_some(Statement::Pattern)
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
        cursor.pass();
        // '不指定limit时'.
        if cursor
            .peek()
            .is_some_and(|it| matches!(it.text, "时" | "则"))
        {
            cursor.at += 1;
        }
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
    // 'Default port: 3306'.
    let rest = &cursor.tokens[cursor.at..];
    let own = rest.iter().take_while(|it| it.is(Kind::Own)).count();
    let points = Kinds::of(&[Kind::Colon, Kind::Is, Kind::Number, Kind::Quoted]);
    if rest.get(own).is_some_and(|it| it.kinds.meets(points)) {
        cursor.at += own;
    }
    // 'Default = A'.
    let equals = cursor.peek().is_some_and(|token| token.text == "=");
    cursor.at += usize::from(equals);
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
    let ends = [Kind::Used, Kind::Comma, Kind::CloseExclusive, Kind::Absent];
    let found = value_up_to(cursor, &ends)?;
    let _ = is_absent && cursor.eat(Kind::Used) || cursor.eat(Kind::Absent);
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

/// `, which means …` and `the larger the value, …`, without a number.
fn gloss(cursor: &mut Cursor<'_, '_>) -> Option<Statement> {
    let odd = Kinds::of(&[Kind::Number, Kind::Condition, Kind::Hedge]);
    let rest = cursor.tokens.get(cursor.at + 1..)?;
    let is_trend = cursor.eat(Kind::Trend);
    // '数值越大权重越高，0表示…': what follows is another statement.
    let goes_on = |pair: &[Token<'_>]| pair[0].is(Kind::Comma) && pair[1].is(Kind::Number);
    let next = rest.windows(2).position(goes_on).filter(|_| is_trend);
    let length = next.unwrap_or(rest.len());
    let is_gloss = is_trend || cursor.at > 0 && cursor.eat(Kind::Means);
    if !is_gloss || rest[..length].iter().any(|it| it.kinds.meets(odd)) {
        return None;
    }
    cursor.at += length;
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
    let rest = &cursor.tokens[from..];
    // '3 and the maximum value is 10'.
    let bounds = RELATIONS.with(Kinds::of(&[Kind::Maximum, Kind::Minimum]));
    let is_end = |at: &usize| {
        let mut behind = rest[at + 1..].iter();
        let next = behind.find(|token| !token.is(Kind::Filler) || token.kinds.meets(bounds));
        let goes_on = next.is_some_and(|next| next.kinds.meets(bounds));
        ends.iter().any(|kind| rest[*at].is(*kind)) || rest[*at].is(Kind::And) && goes_on
    };
    let length = (0..rest.len()).find(is_end).unwrap_or(rest.len());
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
        [first, behind @ ..]
            if first.kinds.meets(Kinds::of(&[Kind::On, Kind::Off]))
                && behind.iter().all(|it| it.is(Kind::Filler)) =>
        {
            Some(first.text.to_owned())
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
