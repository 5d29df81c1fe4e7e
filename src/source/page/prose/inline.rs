//! Reads the list of values that a sentence announces: 'The value can be a, b, or c.'

use super::lexicon::{Kind, Kinds};
use super::listed::{is_name, keys, listed, value};
use super::token::Token;

/// What a sentence says of a list of values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Inline<'t> {
    /// They are all there are.
    Values(Vec<String>),
    /// It is the only one.
    Only(String),
    /// A list is announced, and could not be read: what stands behind the words for it.
    Unread(&'t str),
}

/// How a list is announced.
#[derive(Clone, Copy, PartialEq, Eq)]
enum By {
    /// 'Possible values'.
    Options,
    CanBe,
    /// 'The value is', 'must be'.
    Is,
    Only,
    /// 'The fixed value is'.
    Fixed,
    Either,
    /// 'Values other than', and behind the list that they are rejected.
    Others,
    /// 'Supports', and behind the list of how many kinds it is.
    Supports,
}

/// What may stand in front of a list.
const IN_FRONT: Kinds = Kinds::of(&[
    Kind::Filler,
    Kind::Own,
    Kind::Value,
    Kind::Range,
    Kind::Options,
    Kind::Is,
    Kind::CanBe,
    Kind::MustBe,
    Kind::Either,
    Kind::Only,
    Kind::Fixed,
    Kind::Colon,
    Kind::Each,
    Kind::Part,
]);

/// The list of a sentence, if one is announced: every word in front of it is one that
/// announces, and every item behind is a value.
///
/// `enumerates` where the row is by its name one of values: a type, a mode, a state.
pub(super) fn inline<'t>(
    text: &'t str,
    tokens: &[Token<'t>],
    enumerates: bool,
) -> Option<Inline<'t>> {
    if let Some(values) = supported(text, tokens).filter(|_| enumerates) {
        return Some(Inline::Values(values));
    }
    let (by, at, is_of_value) = announced(tokens)?;
    let is_of_value = is_of_value || enumerates && matches!(by, By::CanBe | By::Only | By::Is);
    let mut list = tokens.get(at..)?;
    let tail = Kinds::of(&[Kind::Tail, Kind::Filler]);
    let mut has_tail = false;
    while let [before @ .., last] = list
        && last.kinds.meets(tail)
        && list.iter().any(|token| token.is(Kind::Tail))
    {
        has_tail |= last.is(Kind::Tail);
        list = before;
    }
    let is_now = tokens[..at]
        .iter()
        .any(|it| it.text.starts_with(['目', '当']));
    if by == By::Supports && !has_tail && !(enumerates && is_now) {
        return None;
    }
    if list.is_empty() {
        return None;
    }
    let length = match by {
        By::Only => list
            .iter()
            .position(|token| token.is(Kind::Supported))
            .unwrap_or(list.len()),
        By::Others => list.iter().position(|token| token.is(Kind::Rejected))?,
        _ => list.len(),
    };
    if length == 0
        || length < list.len() && list[length + 1..].iter().any(|it| !it.is(Kind::Filler))
    {
        return None;
    }
    let raw = &text[list[0].start..list[length - 1].end()];
    let raw = raw.trim_end_matches(['.', '。', ',', ';']);
    let single = || {
        let key = keys(std::iter::once(raw)).pop()??;
        let is_quoted = list[..length]
            .iter()
            .all(|it| it.is(Kind::Quoted) || it.is(Kind::Filler));
        value(key).filter(|_| is_name(key) || is_quoted || by == By::Fixed)
    };
    let joined = [" or ", "或"].iter().any(|or| raw.contains(or));
    let is_list = match by {
        By::Options | By::CanBe | By::Only | By::Others | By::Either | By::Supports => true,
        By::Fixed => false,
        // 'Supported types are A and B'.
        By::Is if enumerates && tokens[at - 1].text.eq_ignore_ascii_case("are") => true,
        By::Is => joined && !raw.contains(" and ") || raw.contains('、'),
    };
    let of_parameter = tokens[..at].iter().any(|token| {
        let words = token.text.to_lowercase();
        ["parameter", "field", "attribute"]
            .iter()
            .any(|name| words.contains(name))
    });
    let of_row = tokens[..at]
        .iter()
        .any(|it| it.is(Kind::Own) && !it.is(Kind::Filler));
    let found = all_quoted(&list[..length])
        .or_else(|| listed(raw))
        .filter(|values| {
            // 'The name can be changed or deleted' says what is done with it.
            let is_verb =
                |value: &String| (value.ends_with("ed") || value == "set") && !is_name(value);
            // 'The address can be IPv4 or IPv6' says of what kind it is.
            let is_constant = |value: &String| !value.contains(|c: char| c.is_ascii_lowercase());
            is_list
                && (!of_row || is_of_value || values.iter().all(is_constant))
                && (matches!(by, By::Options | By::Others | By::Either | By::Supports)
                    || is_of_value
                    || of_parameter
                    || values.iter().all(|value| is_name(value))
                    || by == By::Is)
                && (is_of_value && !enumerates || by == By::Options || !values.iter().any(is_verb))
        });
    match found {
        Some(values) => Some(Inline::Values(values)),
        None if by == By::Only || by == By::Fixed => single().map(Inline::Only),
        // 'It must be set to 'tea''.
        None if by == By::Is
            && tokens[..at].iter().any(|it| it.is(Kind::MustBe))
            && raw.len() > 2
            && list[0].is(Kind::Quoted) =>
        {
            single().map(Inline::Only)
        }
        None => Some(Inline::Unread(raw)),
    }
}

/// The names of 'A, B, and C are supported.'
fn supported(text: &str, tokens: &[Token<'_>]) -> Option<Vec<String>> {
    let at = tokens.iter().position(|token| token.is(Kind::Supported))?;
    let last = tokens[..at].last()?;
    let is_end = tokens[at + 1..].iter().all(|token| token.text == ".");
    let first = tokens.iter().find(|token| !token.is(Kind::Filler))?;
    let raw = text.get(first.start..last.end())?;
    let values = listed(raw).filter(|_| is_end)?;
    let is_constant = |value: &String| !value.contains(|c: char| c.is_ascii_lowercase());
    values.iter().all(is_constant).then_some(values)
}

/// The values of a list in which each is in quotes, whatever it holds.
fn all_quoted(list: &[Token<'_>]) -> Option<Vec<String>> {
    let parts = Kinds::of(&[Kind::Comma, Kind::Or, Kind::And, Kind::Filler]);
    let mut values = Vec::new();
    for token in list {
        if token.is(Kind::Quoted) {
            let mut inner = token.text.chars();
            let _ = (inner.next(), inner.next_back());
            values.push(inner.as_str().trim().to_owned());
        } else if !token.kinds.meets(parts) {
            return None;
        }
    }
    (values.len() >= 2).then_some(values)
}

/// How a list is announced, where it begins, and whether 'value' is said of it.
fn announced(tokens: &[Token<'_>]) -> Option<(By, usize, bool)> {
    let mut found: Option<(By, usize)> = None;
    let mut is_of_value = false;
    for (at, token) in tokens.iter().enumerate() {
        let behind = at + 1;
        if token.is(Kind::Colon) {
            let (by, ..) = found?;
            return Some((by, behind, is_of_value));
        } else if token.is(Kind::OthersOf) && found.is_none() {
            found = Some((By::Others, behind));
        } else if token.is(Kind::Supports) && !token.is(Kind::Only) && found.is_none() {
            found = Some((By::Supports, behind));
        } else if token.is(Kind::Only) && !matches!(found, Some((By::Options, _))) {
            found = Some((By::Only, behind));
        } else if token.is(Kind::Fixed) {
            found = Some((By::Fixed, behind));
        } else if token.is(Kind::Options) {
            is_of_value = true;
            found = Some((By::Options, behind));
        } else if token.is(Kind::CanBe) || token.is(Kind::MustBe) || token.is(Kind::Is) {
            let by = if token.is(Kind::CanBe) {
                By::CanBe
            } else {
                By::Is
            };
            found = Some((found.map_or(by, |(by, _)| by), behind));
        } else if token.is(Kind::Either) && (found.is_some() || at == 0) {
            found = found
                .map(|(by, _)| (by, behind))
                .or(Some((By::Either, behind)));
        } else if token.kinds.meets(IN_FRONT) && !token.is(Kind::Number) {
            is_of_value |= token.is(Kind::Value);
        } else {
            break;
        }
    }
    found.map(|(by, at)| (by, at, is_of_value))
}
