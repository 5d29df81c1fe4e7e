//! Defines what a listed value is: how an item of a list is cut into the value and what
//! it means, and when a list is closed. Knows no row; `phrases` feeds it.
//!
//! A list is read whole or not at all: an item that is no value leaves it open.

use super::patterns as phrase;
use crate::source::page::vocabulary::fold;
use regex::Regex;

/// Longest word that is a value.
const MAX_WORD: usize = 64;

/// Splits an item into the value and what it means.
pub(super) fn split_key(text: &str) -> (&str, &str) {
    let text = text.trim();
    let cut = |at: usize, width: usize| {
        let (key, gloss) = split_gloss(text[..at].trim());
        let meaning = text[at + width..].trim();
        (key, if meaning.is_empty() { gloss } else { meaning })
    };
    if let Some(at) = colon(text) {
        return cut(at, if text[at..].starts_with(':') { 1 } else { 3 });
    }
    if let Some(groups) = phrase::MEANS.captures(text)
        && let mut parts = groups.iter().skip(1).flatten()
        && let (Some(key), Some(meaning)) = (parts.next(), parts.next())
    {
        return (key.as_str(), meaning.as_str());
    }
    for separator in [" – ", " — ", " = ", " - "] {
        if let Some(at) = text.find(separator) {
            // A number is what no value means: '1 - 64.' are two.
            if !are_numbers(text) {
                return cut(at, separator.len());
            }
        }
    }
    split_gloss(text.trim_end_matches(['.', ';', '。', '；', ',', '，']))
}

/// Whether a text is numbers with dashes between them, as `1 - 64.`: a range, or values.
pub(super) fn are_numbers(text: &str) -> bool {
    let text = text.trim_end_matches(['.', ';', '。', '；', ',', '，']);
    let text = text.replace(['–', '—'], "-");
    let mut parts = text.split(" - ").map(|part| part.trim().parse::<i64>());
    text.contains(" - ") && parts.all(|part| part.is_ok())
}

/// Splits off a bracket at the end that says what a value means. One that follows ASCII
/// closely may be a part of the value, unless it says 'default'.
fn split_gloss(text: &str) -> (&str, &str) {
    let Some(inner) = text.strip_suffix([')', '）']) else {
        return (text, "");
    };
    let Some(at) = inner.find(['(', '（']) else {
        return (text, "");
    };
    let (key, bracket) = inner.split_at(at);
    let gloss = bracket.trim_start_matches(['(', '（']);
    let is_apart = bracket.starts_with('（') || key.ends_with(' ') || !gloss.is_ascii();
    if is_apart || fold(gloss).starts_with("default") {
        (key.trim_end(), gloss)
    } else {
        (text, "")
    }
}

/// The colon behind a key: those of `OS::Server` and `http://x` are part of it, and so may
/// be one that joins two words closely, as in `net:dhcp`.
fn colon(text: &str) -> Option<usize> {
    let is_word = |text: &str| text.starts_with(|c: char| c.is_ascii_graphic());
    let colons = text.char_indices().filter(|(at, c)| {
        let (before, behind) = (&text[..*at], text[*at..].trim_start_matches([':', '：']));
        matches!(c, ':' | '：')
            && !before.ends_with(':')
            && !text[*at..].starts_with("::")
            && !behind.starts_with("//")
    });
    let mut colons = colons.map(|(at, _)| at);
    let first = colons.clone().next()?;
    let is_close = |at: usize| text[at..].strip_prefix(':').is_some_and(is_word);
    let apart = colons.find(|at| !is_close(*at));
    match apart.filter(|at| *at == first || value(split_gloss(&text[..*at]).0).is_some()) {
        Some(apart) => Some(apart),
        None => {
            let (key, meaning) = (&text[..first], &text[first + 1..]);
            let is_number = |text: &str| text.parse::<i64>().is_ok();
            let is_joined = text
                .trim_end_matches(['.', '。'])
                .split(['(', '（'])
                .next()
                .and_then(value)
                .is_some()
                && (!is_number(key) || meaning.starts_with(|c: char| c.is_ascii_digit()));
            (!is_joined).then_some(first)
        }
    }
}

/// The keys of a list, each a value; `None` for an item that is none or may be more.
pub(super) fn keys<'t>(items: impl Iterator<Item = &'t str>) -> Vec<Option<&'t str>> {
    let keys: Vec<(&str, &str)> = items.map(split_key).collect();
    // The first part of `net:dhcp`.
    let stem = |key: &'t str| {
        let plain = value(key).is_some() && !key.contains("::") && !key.contains("://");
        key.split_once(':').map(|(stem, _)| stem).filter(|_| plain)
    };
    let stems: Vec<&str> = keys.iter().filter_map(|(key, _)| stem(key)).collect();
    // 'a:b, c:d' may be values, and may be keys with what they mean.
    let repeats = |stem: &str| stems.iter().filter(|other| **other == stem).count() > 1;
    let is_doubtful = !stems.is_empty() && !stems.iter().copied().any(repeats);
    keys.iter()
        .map(|(key, meaning)| {
            let folded = fold(key);
            let is_value = !phrase::PLACEHOLDER.is_match(&folded)
                && !phrase::OTHERS.is_match(&folded)
                && !is_either(&folded)
                && !phrase::REFUSED.is_match(&fold(meaning))
                && (!is_doubtful || stem(key).is_none());
            is_value.then_some(*key)
        })
        .collect()
}

/// A token that can be a listed value or a default, without its quotes: a word, words
/// joined by signs, a name in `${}`, or a sign of comparison.
pub(super) fn value(text: &str) -> Option<String> {
    let text = text.trim();
    let text = text.strip_prefix(['`', '"', '\'', '“']).unwrap_or(text);
    let text = text.strip_suffix(['`', '"', '\'', '”']).unwrap_or(text);
    let is_word = |word: &str| {
        let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '+' | '-');
        !word.is_empty() && word.chars().all(fits)
    };
    // Behind a sign, as in `C#(Core 2.0)`, a bracket is a part of the value.
    let in_bracket = |text: &str| {
        let (head, inner) = text.strip_suffix(')')?.split_once("#(")?;
        Some(is_word(head) && inner.split(' ').all(is_word))
    };
    let name = text
        .strip_prefix("${")
        .and_then(|name| name.strip_suffix('}'));
    // `OS::Server` and `http://x` are words joined by a longer sign.
    let joined = text.replace("://", "/").replace("::", ":");
    let mut words = joined.split(['/', ':', '*', '@', '#', ';', '=']);
    let is_short = text.len() <= MAX_WORD || words.clone().nth(1).is_some();
    let is_sign =
        (1..=3).contains(&text.len()) && text.chars().all(|c| matches!(c, '<' | '>' | '=' | '!'));
    let is_value = is_short && words.all(is_word)
        || is_sign
        || name.is_some_and(is_word)
        || in_bracket(text) == Some(true);
    is_value.then(|| text.to_owned())
}

/// The values of `a, b or c`; `None` where one of them is no token, or there is but one.
pub(super) fn listed(text: &str) -> Option<Vec<String>> {
    let is_media =
        |item: &str| phrase::MEDIA_TYPE.is_match(item.trim().trim_end_matches(['.', '。']));
    if is_media(text) {
        return value(text.trim().trim_end_matches(['.', '。'])).map(|value| vec![value]);
    }
    let bracket = text.trim().trim_end_matches(['.', '。']);
    let bracket = bracket
        .strip_prefix('[')
        .and_then(|text| text.strip_suffix(']'));
    let text = bracket.unwrap_or(text);
    let text = match phrase::RESPECTIVELY.captures(text) {
        Some(groups) => groups.get(1)?.as_str(),
        None => text,
    };
    let plain = text
        .replace("**", "")
        .replace('|', ", ")
        .replace(" or ", ", ")
        .replace(" and ", ", ")
        .replace("或者", ", ")
        .replace(['或', '和'], ", ");
    let plain = plain.trim().trim_end_matches(['.', '。']);
    let is_comma = |c: char| matches!(c, ',' | '、' | '，' | ';' | '；');
    // A stroke joins the parts of 'text/css' and '10.0.0.0/8', and between words it stands
    // for 'or'. Among commas it is the former, or not known.
    let parts = plain.split('/');
    let is_number = |part: &str| part.contains('.') && !part.contains(char::is_alphabetic);
    if is_either(plain) {
        return None;
    }
    let by_stroke = !plain.contains(is_comma) && !parts.clone().any(|part| is_number(part.trim()));
    let items: Vec<&str> = if by_stroke && !plain.starts_with('/') {
        parts.collect()
    } else {
        split_outside(plain, is_comma)
    };
    let items = || {
        let items = items.iter().map(|item| item.trim());
        items.filter(|item| !item.is_empty())
    };
    let is_joined = |item: &str| {
        let media = !item.contains('/') || is_media(item);
        media
            || item
                .split('/')
                .all(|part| !part.contains(char::is_alphabetic))
    };
    if !items().all(is_joined) {
        return None;
    }
    let values: Option<Vec<String>> = keys(items())
        .into_iter()
        .map(|key| {
            let folded = fold(key?);
            let is_none =
                phrase::NO_VALUE.is_match(&folded) || phrase::CHARACTER_CLASS.is_match(&folded);
            value(key?).filter(|_| !is_none)
        })
        .collect();
    values.filter(|values| values.len() >= 2)
}

/// Cuts a text at signs that stand in no bracket.
fn split_outside(text: &str, is_sign: impl Fn(char) -> bool) -> Vec<&str> {
    let mut depth = 0_usize;
    text.split(|c: char| {
        match c {
            '(' | '（' => depth += 1,
            ')' | '）' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0 && is_sign(c)
    })
    .collect()
}

/// The one value of a list behind which a bracket says that it is the default.
pub(super) fn marked_default<'v>(text: &str, values: &'v [String]) -> Option<&'v String> {
    let folded = fold(text);
    let is_marked = |value: &&String| {
        let value = fold(value);
        folded.match_indices(value.as_str()).any(|(at, _)| {
            let behind = folded[at + value.len()..].trim_start();
            let marks = [
                "(default)",
                "(default value)",
                "(默认)",
                "(默认值)",
                "(缺省)",
            ];
            marks.iter().any(|mark| behind.starts_with(mark))
        })
    };
    let mut marked = values.iter().filter(is_marked);
    marked.next().filter(|_| marked.next().is_none())
}

/// The keys of a bracket that explains numbers: 'Whether it is on (0: off, 1: on)'.
pub(super) fn explained(sentence: &str) -> Option<Vec<String>> {
    let inner = sentence
        .trim_end_matches(['.', '。'])
        .strip_suffix([')', '）'])?;
    let inner = &inner[inner.rfind(['(', '（'])?..];
    let inner = inner.trim_start_matches(['(', '（']);
    let stop = |c: char| matches!(c, ';' | '；');
    let comma = |c: char| matches!(c, ',' | '，' | '、');
    let items: Vec<&str> = if inner.contains(stop) {
        inner.split(stop).collect()
    } else {
        inner.split(comma).collect()
    };
    let number = |item: &&str| {
        let (key, meaning) = split_key(item);
        let is_key = key.parse::<i64>().is_ok() || is_truth(key);
        let is_plain = !meaning.is_empty() && !phrase::REFUSED.is_match(&fold(meaning));
        (is_key && is_plain).then(|| key.to_owned())
    };
    let keys: Option<Vec<String>> = items.iter().map(number).collect();
    keys.filter(|keys| keys.len() >= 2)
}

/// Whether a text begins as a list does: a token, and a comma or 'or' behind it.
pub(super) fn looks_listed(text: &str) -> bool {
    let plain = text.replace("**", "");
    let first = plain.split([',', '、', '，']).next().unwrap_or_default();
    let first = first.split(" or ").next().unwrap_or_default();
    first.len() < plain.trim_end_matches(['.', '。']).len() && value(split_key(first).0).is_some()
}

/// Whether a key such as '0/false' is two ways to write one value.
fn is_either(folded: &str) -> bool {
    let words = || folded.split('/').map(|part| split_key(part).0);
    words().any(is_truth) && !words().all(is_truth)
}

fn is_truth(word: &str) -> bool {
    matches!(word, "true" | "false")
}

/// Whether a word is spelt as a name, and not as a word of prose.
pub(super) fn is_name(word: &str) -> bool {
    word.contains(|c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
        || is_truth(word)
}

/// What a sentence has behind the words of `phrase`.
fn behind<'s>(phrase: &Regex, sentence: &'s str) -> Option<&'s str> {
    let sentence = sentence.trim_end_matches(['.', '。']);
    Some(phrase.captures(sentence)?.get(1)?.as_str())
}

/// Whether a sentence may name the values of its row, in words that may mean something
/// else: 'it can be tcp or udp', but 'it can be changed or deleted'.
pub(super) fn may_name_values(sentence: &str) -> bool {
    let is_verb = |value: &String| value.ends_with("ed");
    let listed = behind(&phrase::MAY_LIST, sentence).and_then(listed);
    let said = behind(&phrase::IS_ONE, sentence).is_some_and(is_name);
    let only = behind(&phrase::ONLY_ONE, sentence).is_some_and(|word| !word.ends_with("ed"));
    said || only || listed.is_some_and(|values| !values.iter().any(is_verb))
}

/// The values that a sentence says the value is not: 'the value cannot be X'.
pub(super) fn denied(sentence: &str) -> impl Iterator<Item = &str> {
    let found = phrase::DENIED.captures_iter(sentence);
    let words = found.flat_map(|groups| groups.iter().skip(1).flatten().last());
    words.map(|word| word.as_str().trim_end_matches(['.', ',', ';']))
}

/// Whether a sentence denies values that no list need hold to be named.
pub(super) fn denies(sentence: &str) -> bool {
    denied(sentence).any(is_name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_bullets() {
        assert_eq!(split_key("audit：one"), ("audit", "one"));
        assert_eq!(split_key("on (enabled)"), ("on", "enabled"));
        assert_eq!(split_key("off (default): rests"), ("off", "rests"));
        assert_eq!(split_key("off（默认值）：停"), ("off", "停"));
        assert_eq!(split_key("risk."), ("risk", ""));
        assert_eq!(split_key("3, 表示三档。"), ("3", "表示三档。"));
        assert_eq!(split_key("net:tea"), ("net:tea", ""));
        assert_eq!(split_key("net:tea: for tea"), ("net:tea", "for tea"));
        assert_eq!(split_key("0:off"), ("0", "off"));
        assert_eq!(split_key("on:it is hot"), ("on", "it is hot"));
        assert_eq!(
            listed("a, b or c."),
            Some(vec!["a".into(), "b".into(), "c".into()])
        );
        assert_eq!(listed("on"), None);
    }
}
