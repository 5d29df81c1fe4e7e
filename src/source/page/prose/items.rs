//! Finds lists of values that stand in running text, each with what it means:
//! `0: off; 1: on`, `asc表示升序，desc表示降序`.

use super::lexicon::{Kind, Kinds};
use super::listed::value;
use super::patterns::sentences;
use super::token::{Own, tokens};

/// A part of a paragraph.
pub(super) enum Piece<'t> {
    Sentence(&'t str),
    /// Values, each with what it means.
    List(Vec<Item<'t>>),
}

/// A value and what it means.
#[derive(Clone, Copy)]
pub(super) struct Item<'t> {
    pub(super) text: &'t str,
    pub(super) key: &'t str,
    pub(super) meaning: &'t str,
}

/// The sentences of a paragraph, and the lists among them.
pub(super) fn pieces<'t>(text: &'t str) -> Vec<Piece<'t>> {
    let mut parts = Vec::new();
    for sentence in sentences(text) {
        let end = announcement(sentence);
        parts.extend([sentence[..end].trim(), sentence[end..].trim()]);
    }
    parts.retain(|part| !part.is_empty());
    let mut found = Vec::new();
    let mut rest = parts.as_slice();
    while let Some(first) = rest.first() {
        let run = |parts: &[&'t str]| -> Vec<Item<'t>> {
            parts.iter().map_while(|part| item(part)).collect()
        };
        if let Some((before, behind)) = in_front(first)
            && let further = run(&rest[1..])
            && !further.is_empty()
        {
            found.push(Piece::Sentence(before));
            rest = &rest[1 + further.len()..];
            found.push(Piece::List(
                item(behind).into_iter().chain(further).collect(),
            ));
            continue;
        }
        let run = run(rest);
        let length = run.len();
        if length > 1 {
            found.push(Piece::List(run));
            rest = &rest[length..];
            continue;
        }
        match by_commas(first) {
            Some((before, run, behind)) => {
                let sentence = |text| Some(text).filter(|it: &&str| !it.is_empty());
                found.extend(sentence(before).map(Piece::Sentence));
                found.push(Piece::List(run));
                found.extend(sentence(behind).map(Piece::Sentence));
            }
            None => found.push(Piece::Sentence(first)),
        }
        rest = &rest[1..];
    }
    found
}

/// Where the words end that announce a list, with their colon: `取值如下：`, `Status:`.
fn announcement(sentence: &str) -> usize {
    let colon = sentence
        .char_indices()
        .find(|(_, c)| matches!(c, ':' | '：'));
    let end = colon.map_or(0, |(at, c)| at + c.len_utf8());
    match item(sentence[end..].trim()).is_some() && !is_loose(&sentence[..end]) {
        true => end,
        false => 0,
    }
}

/// Whether words name a condition, or hedge: the list behind them need not hold.
fn is_loose(text: &str) -> bool {
    let loosens = Kinds::of(&[Kind::Condition, Kind::Hedge, Kind::Absent]);
    let found = tokens(text, &Own::default());
    found.iter().any(|token| token.kinds.meets(loosens))
}

/// What stands in front of an item, behind a comma: `方向，` of `方向，in：入`.
fn in_front(sentence: &str) -> Option<(&str, &str)> {
    let at = sentence.rfind(['，', ','])?;
    let (before, behind) = sentence.split_at(at);
    let behind = behind.trim_start_matches(['，', ',']).trim();
    let is_plain =
        !before.contains(char::is_numeric) && item(before).is_none() && !is_loose(before);
    (is_plain && item(behind).is_some()).then_some((before, behind))
}

/// The list in a sentence that commas part, what stands in front of it and what behind:
/// a default, and nothing else.
fn by_commas<'t>(sentence: &'t str) -> Option<(&'t str, Vec<Item<'t>>, &'t str)> {
    let mut depth = 0_usize;
    let mut segments = Vec::new();
    let mut start = 0;
    for (at, c) in sentence.char_indices() {
        match c {
            '(' | '（' => depth += 1,
            ')' | '）' => depth = depth.saturating_sub(1),
            ',' | '，' | '、' if depth == 0 => {
                segments.push((start, at));
                start = at + c.len_utf8();
            }
            _ => {}
        }
    }
    segments.push((start, sentence.len()));
    let text = |segment: &(usize, usize)| sentence[segment.0..segment.1].trim();
    let first = segments.iter().position(|it| item(text(it)).is_some())?;
    // 'And 2 means …'.
    let last = |text: &'t str| {
        text.strip_prefix("and ")
            .or(text.strip_prefix("or "))
            .unwrap_or(text)
    };
    let run: Vec<Item<'_>> = segments[first..]
        .iter()
        .map_while(|it| item(last(text(it))))
        .collect();
    let length = run.len();
    let before = match first {
        0 => "",
        first => sentence[..segments[first - 1].1].trim(),
    };
    let behind = segments
        .get(first + length)
        .map_or("", |it| &sentence[it.0..]);
    let is_default = |text: &str| {
        let tokens = tokens(text, &Own::default());
        tokens.first().is_none_or(|first| first.is(Kind::Default))
    };
    let is_plain =
        !before.contains(char::is_numeric) && !is_loose(before) && is_default(behind.trim());
    (length > 1 && is_plain).then_some((before, run, behind.trim()))
}

/// A value with what it means.
fn item(text: &str) -> Option<Item<'_>> {
    let own = Own::default();
    let found = tokens(text, &own);
    let [key, separator, meaning @ ..] = found.as_slice() else {
        return None;
    };
    // '1为成功'.
    let is_said = separator.is(Kind::Means) || key.number.is_some() && separator.text == "为";
    let is_apart = matches!(separator.text, "–" | "—" | "=");
    let speaks = text[separator.end()..].contains(char::is_alphabetic);
    // 'net:tea' is one value.
    let is_joined = separator.text == ":"
        && text[separator.end()..].starts_with(|c: char| match key.number {
            Some(_) => c.is_ascii_digit(),
            None => c.is_ascii_graphic(),
        });
    let is_key =
        !is_joined && (key.number.is_some() || !key.is(Kind::Number)) && value(key.text).is_some();
    (key.start == 0
        && is_key
        && (is_said || separator.is(Kind::Colon) || is_apart)
        && speaks
        && !meaning.is_empty())
    .then_some(Item {
        text,
        key: key.text,
        meaning: text[separator.end()..].trim(),
    })
}
