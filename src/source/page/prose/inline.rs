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
pub(super) fn inline<'t>(text: &'t str, tokens: &[Token<'t>]) -> Option<Inline<'t>> {
    let (by, at, is_of_value) = announced(tokens)?;
    let list = tokens.get(at..).filter(|list| !list.is_empty())?;
    let length = match by {
        By::Only => list
            .iter()
            .position(|token| token.is(Kind::Supported))
            .unwrap_or(list.len()),
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
        By::Options | By::CanBe | By::Only => true,
        By::Fixed => false,
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
            let is_verb = |value: &String| value.ends_with("ed") && !is_name(value);
            // 'The address can be IPv4 or IPv6' says of what kind it is.
            let is_constant = |value: &String| !value.contains(|c: char| c.is_ascii_lowercase());
            is_list
                && (!of_row || is_of_value || values.iter().all(is_constant))
                && (by == By::Options
                    || is_of_value
                    || of_parameter
                    || values.iter().all(|value| is_name(value))
                    || by == By::Is)
                && (is_of_value || by == By::Options || !values.iter().any(is_verb))
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
                .or(Some((By::CanBe, behind)));
        } else if token.kinds.meets(IN_FRONT) && !token.is(Kind::Number) {
            is_of_value |= token.is(Kind::Value);
        } else {
            break;
        }
    }
    found.map(|(by, at)| (by, at, is_of_value))
}
