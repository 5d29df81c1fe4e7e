//! Defines [`Number`]: a number as a sentence prints it, with its unit and the side that
//! the words around it bound.

use regex::{Captures, Regex};
use std::ops::Range;
use std::sync::LazyLock;

static DIGITS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"(\d+)\s?\^\s?(\d+)(\s?[-–]\s?1\b)?|\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?")
});
/// A comparison in front of a number: whether it is denied, its direction, whether it takes
/// the number in.
static COMPARES: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)(?P<no>\b(?:no|not|never|cannot)\s+(?:(?:be|contain|have|hold|include)\s+|\w+ing\s+)?|n't\s+(?:be\s+)?|不[能可得应]?)?(?:(?:(?P<more>greater|more|larger|higher|longer)|(?P<less>less|fewer|smaller|lower|shorter))\s+than(?P<eq>\s+or\s+equal\s+to)?|(?P<over>above|over|exceed(?:s|ing)?)|(?P<under>below|under)|(?:(?P<exceeds>大于|多于|高于|超过|>|＞)|(?P<falls>小于|少于|低于|<|＜))(?P<equal>或?等于|=)?)\s*(?:\d+\s*)?$",
    )
});
/// Words that name the lower side, in front of a number and behind it.
static LEAST: LazyLock<[Regex; 2]> = LazyLock::new(|| {
    [
        pattern(
            r"(?i)(?:\b(?:at (?:the )?least|minimum|min|smallest|starts? (?:from|with|at))\b|至少|最小|最少|最短|下限|[≥])(?:[^\d.,;:。，；：]{0,30}[:：]?\s*)?$",
        ),
        pattern(
            r"(?i)^\s*(?:[\w个]|字符|元素)*\s*(?:or (?:more|longer|greater|above)\b|minimum|at (?:the )?least|以上|起)",
        ),
    ]
});
static MOST: LazyLock<[Regex; 2]> = LazyLock::new(|| {
    [
        pattern(
            r"(?i)(?:\b(?:at (?:the )?most|up to|maximum|max|largest|(?:limited|restricted) to)\b\.?|至多|最大|最多|最长|上限|[≤])(?:[^\d.,;:。，；：]{0,30}[:：]?\s*)?$",
        ),
        pattern(
            r"(?i)^\s*(?:[\w个]|字符|元素)*\s*(?:or (?:fewer|less|shorter|below)\b|maximum|at (?:the )?most|以内|以下)",
        ),
    ]
});

/// Characters beside a number that are looked at.
const NEAR: usize = 60;

/// A pattern in which words end at ASCII, as they do among Chinese characters.
pub(super) fn pattern(text: &str) -> Regex {
    let narrow = text
        .replace(r"\b", r"(?-u:\b)")
        .replace(r"\w", "[0-9A-Za-z_]");
    Regex::new(&narrow).expect("the pattern is a constant")
}

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    /// No word behind the number says it.
    Unstated,
    Characters,
    Items,
    /// Of time, which no length in characters and no number of items has.
    Time,
    /// Of what has parts: just below 100 MB is not 99 MB.
    Size,
}

const UNITS: [(&[&str], Unit); 4] = [
    (
        &["character", "char", "letters", "个字符", "字符", "个字母"],
        Unit::Characters,
    ),
    (
        &["item", "element", "entries", "record", "个元素", "条", "项"],
        Unit::Items,
    ),
    (
        &[
            "s", "second", "minute", "hour", "day", "ms", "秒", "分钟", "小时", "天", "毫秒",
        ],
        Unit::Time,
    ),
    (&["kb", "mb", "gb", "tb", "%"], Unit::Size),
];

/// A side of a range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Least,
    Most,
}

/// A number of a text.
#[derive(Clone, Debug)]
pub(super) struct Number {
    /// As printed, with its sign.
    pub(super) text: String,
    /// Where its digits stand.
    pub(super) at: Range<usize>,
    /// `None` where it is no whole number.
    pub(super) value: Option<i128>,
    pub(super) unit: Unit,
    /// The side that it bounds, where a word beside it says so.
    pub(super) side: Option<Side>,
    /// Whether it is a bound that is not itself allowed.
    pub(super) is_left_out: bool,
}

/// The numbers of a text; digits in names (`int32`, `2xx`) are none.
pub(super) fn all(text: &str) -> Vec<Number> {
    let mut numbers = Vec::new();
    for groups in DIGITS.captures_iter(text) {
        let Some(found) = groups.get(0) else { continue };
        let [before, behind] = [&text[..found.start()], &text[found.end()..]];
        // '[1,300]' is an interval, and '1,300' a number.
        let is_interval =
            before.ends_with(['[', '(', '（']) || behind.starts_with([']', ')', '）']);
        let parts = match found.as_str().split_once(',') {
            Some((least, _)) if is_interval => {
                let comma = found.start() + least.len();
                vec![found.start()..comma, comma + 1..found.end()]
            }
            _ => vec![found.range()],
        };
        numbers.extend(parts.into_iter().filter_map(|at| number(text, at, &groups)));
    }
    numbers
}

/// The number whose digits stand there; `None` where they are part of a name.
fn number(text: &str, at: Range<usize>, groups: &Captures<'_>) -> Option<Number> {
    // What is farther away says nothing of it, and a page may be one paragraph.
    let (before, behind) = (&text[..at.start], &text[at.end..]);
    let from = before.len()
        - before
            .chars()
            .rev()
            .take(NEAR)
            .map(char::len_utf8)
            .sum::<usize>();
    let to = behind.chars().take(NEAR).map(char::len_utf8).sum();
    let (before, behind) = (&before[from..], &behind[..to]);
    let is_word = |c: char| c.is_ascii_alphabetic() || c == '_';
    let unit = unit(behind);
    let is_name =
        before.ends_with(is_word) || behind.starts_with(is_word) && unit == Unit::Unstated;
    if is_name {
        return None;
    }
    let is_negative = has_sign(text, at.start);
    let sign = if is_negative { "-" } else { "" };
    let value = match (groups.get(1), groups.get(2)) {
        (Some(base), Some(exponent)) => {
            let base: i128 = base.as_str().parse().ok()?;
            let power = base.checked_pow(exponent.as_str().parse().ok()?)?;
            Some(power - i128::from(groups.get(3).is_some()))
        }
        _ => text[at.clone()].replace(',', "").parse().ok(),
    };
    let (side, is_left_out) = side(before.trim_end_matches('-'), behind);
    Some(Number {
        text: format!("{sign}{}", &text[at.clone()]),
        at,
        value: value.map(|value: i128| if is_negative { -value } else { value }),
        unit,
        side,
        is_left_out: is_left_out && unit != Unit::Size,
    })
}

/// The side that a number bounds, and whether it is itself left out.
fn side(before: &str, behind: &str) -> (Option<Side>, bool) {
    if let Some(groups) = COMPARES.captures(before) {
        let has = |names: &[&str]| names.iter().any(|name| groups.name(name).is_some());
        let is_denied = has(&["no"]);
        let is_more = has(&["more", "over", "exceeds"]) != is_denied;
        let side = if is_more { Side::Least } else { Side::Most };
        return (Some(side), !is_denied && !has(&["eq", "equal"]));
    }
    // '0 < value'.
    let (word, equal) = match behind.trim_start().strip_prefix(['<', '＜', '≤']) {
        Some(rest) => (
            true,
            rest.starts_with('=') || behind.trim_start().starts_with('≤'),
        ),
        None => (false, false),
    };
    if word {
        return (Some(Side::Least), !equal);
    }
    let says = |[front, back]: &[Regex; 2]| front.is_match(before) || back.is_match(behind);
    let side = match (says(&LEAST), says(&MOST)) {
        (true, false) => Some(Side::Least),
        (false, true) => Some(Side::Most),
        _ => None,
    };
    // An interval that is open there: '(0, 100]'.
    let is_open =
        before.trim_end().ends_with(['(', '（']) || behind.trim_start().starts_with([')', '）']);
    (side, is_open)
}

/// Whether a minus that belongs to the number stands in front of its digits.
pub(super) fn has_sign(text: &str, digits: usize) -> bool {
    let before = text[..digits].strip_suffix(['-', '−']);
    before.is_some_and(|before| {
        let joins = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | ')' | ']' | '-');
        !before.ends_with(joins)
    })
}

fn unit(behind: &str) -> Unit {
    let behind = behind
        .trim_start_matches([' ', '-', '\u{a0}'])
        .to_lowercase();
    let is_at_start = |word: &&str| {
        let rest = behind.strip_prefix(word);
        // A short unit is one where no other letters follow.
        let goes_on = |rest: &str| rest.starts_with(|c: char| c.is_ascii_alphanumeric());
        rest.is_some_and(|rest| word.len() > 2 || !goes_on(rest))
    };
    let found = UNITS
        .iter()
        .find(|(words, _)| words.iter().any(is_at_start));
    found.map_or(Unit::Unstated, |(_, unit)| *unit)
}
