//! Knows the units of time and size that pages name, and which of them a cell declares.

use super::lexicon::{Kind, Kinds};
use super::token::Token;

/// Units, each with what it is called.
const UNITS: [(&str, &[&str]); 15] = [
    (
        "milliseconds",
        &["ms", "millisecond", "milliseconds", "毫秒"],
    ),
    ("seconds", &["s", "second", "seconds", "秒", "秒钟"]),
    ("minutes", &["minute", "minutes", "分钟", "分"]),
    ("hours", &["h", "hour", "hours", "小时"]),
    ("days", &["d", "day", "days", "天"]),
    ("weeks", &["week", "weeks", "周"]),
    ("months", &["month", "months", "月", "个月"]),
    ("years", &["year", "years", "年"]),
    ("bytes", &["byte", "bytes", "字节", "个字节"]),
    ("KB", &["kb", "kib", "ki"]),
    ("MB", &["mb", "mib", "mi"]),
    ("GB", &["gb", "gib", "gi"]),
    ("TB", &["tb", "tib", "ti"]),
    ("Mbit/s", &["mbit/s", "mbps"]),
    ("Gbit/s", &["gbit/s", "gbps"]),
];

/// The unit that a word names.
pub(super) fn measure(words: &str) -> Option<&'static str> {
    let words = words.to_lowercase();
    let found = UNITS
        .iter()
        .find(|(_, names)| names.contains(&words.as_str()));
    found.map(|(unit, _)| *unit)
}

/// The unit that a sentence says the value is in: 'in seconds', '(MB)', 'Unit: s', and
/// that the name of its row says: `size_gb`.
pub(super) fn declared(tokens: &[Token<'_>]) -> Option<&'static str> {
    const POINTS: Kinds = Kinds::of(&[Kind::Colon, Kind::Is]);
    let says = |at: usize| {
        let before = &tokens[at - 1];
        // The 's' of 'key(s)' is no unit.
        let is_long = tokens[at].text.len() > 1;
        before.is(Kind::Unit)
            || before.kinds.meets(POINTS) && at > 1 && tokens[at - 2].is(Kind::Unit)
            || is_long && (before.is(Kind::OpenExclusive) || before.text.eq_ignore_ascii_case("in"))
    };
    let mut found = (1..tokens.len()).filter(|at| says(*at));
    found.find_map(|at| measure(tokens[at].text))
}

/// The unit in the name of a row.
pub(super) fn of_name(name: &str) -> Option<&'static str> {
    let (_, last) = name.rsplit_once('_')?;
    measure(last).filter(|_| last.len() > 1)
}
