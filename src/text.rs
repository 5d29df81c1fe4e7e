//! Small functions over texts that every module may use.

use unicode_normalization::UnicodeNormalization;

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

/// Reads a three-digit status code.
pub fn status(text: &str) -> Option<u16> {
    let text = text.trim();
    (text.len() == 3)
        .then(|| text.parse().ok())
        .flatten()
        .filter(|code| (100..600).contains(code))
}
