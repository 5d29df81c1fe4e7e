//! Small functions over texts that every module may use.

use std::ops::RangeInclusive;
use std::time::Duration;
use unicode_normalization::UnicodeNormalization;

/// Seconds that are read as a time: up to a day.
const TIMES: RangeInclusive<u64> = 1..=86_400;

/// Folds for comparison: NFKC, lower case, inner white space collapsed, stars and
/// escapes of Markdown removed.
pub fn fold(text: &str) -> String {
    let is_dropped = |c: &char| matches!(c, '*' | '\u{200b}' | '\u{feff}');
    // ASCII is its own normal form, and most of a page.
    let folded: String = if text.is_ascii() {
        let kept = text.chars().filter(|c| !is_dropped(c));
        kept.map(|c| c.to_ascii_lowercase()).collect()
    } else {
        let kept = text.nfkc().filter(|c| !is_dropped(c));
        kept.collect::<String>().to_lowercase()
    };
    folded.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Reads a time: seconds, or a number with `s`, `m` or `h` behind it.
///
/// # Errors
/// A sentence that says what is read.
pub fn time(text: &str) -> Result<Duration, String> {
    let (number, unit) = match text.strip_suffix(['s', 'm', 'h']) {
        Some(number) if text.ends_with('m') => (number, 60),
        Some(number) if text.ends_with('h') => (number, 3_600),
        Some(number) => (number, 1),
        None => (text, 1),
    };
    let seconds = number.parse::<u64>().ok().and_then(|n| n.checked_mul(unit));
    seconds
        .filter(|seconds| TIMES.contains(seconds))
        .map(Duration::from_secs)
        .ok_or_else(|| "a time from 1s to 24h, such as 600, 90s, 10m or 1h".into())
}

/// Reads a three-digit status code.
pub fn status(text: &str) -> Option<u16> {
    let text = text.trim();
    (text.len() == 3)
        .then(|| text.parse().ok())
        .flatten()
        .filter(|code| (100..600).contains(code))
}
