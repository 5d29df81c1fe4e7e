//! Reads the numbers that a sentence names, in digits and in words.

/// Numbers that pages write as words, where they bound something.
const NUMBER_WORDS: [(&str, &str); 10] = [
    ("than zero", "than 0"),
    ("equal to zero", "equal to 0"),
    ("from zero to", "from 0 to"),
    ("between zero and", "between 0 and"),
    ("equal to one", "equal to 1"),
    ("from one to", "from 1 to"),
    ("between one and", "between 1 and"),
    ("大于零", "大于0"),
    ("等于零", "等于0"),
    ("intmax", "2147483647"),
];

/// A folded sentence with the digits of its number words.
pub(super) fn in_digits(folded: String) -> String {
    NUMBER_WORDS.iter().fold(folded, |text, (word, digits)| {
        if text.contains(word) {
            text.replace(word, digits)
        } else {
            text
        }
    })
}

/// The numbers that a sentence names, digits of words and dates aside. A fraction is
/// given as a number that no bound can be.
pub(super) fn figures(folded: &str) -> Vec<i64> {
    let bytes = folded.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        if !bytes[at].is_ascii_digit() {
            at += 1;
            continue;
        }
        let start = at;
        while at < bytes.len() && is_inside_number(bytes, start, at) {
            at += 1;
        }
        let before = folded[..start].chars().next_back();
        let behind = folded[at..].chars().next();
        let dashed = folded[..start].strip_suffix('-');
        let is_word = before.is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
            || behind.is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
            || dashed.is_some_and(|text| text.ends_with(|c: char| c.is_ascii_alphabetic()));
        let is_negative =
            dashed.is_some_and(|text| !text.ends_with(|c: char| c.is_ascii_alphanumeric()));
        if !is_word {
            let digits = folded[start..at].replace(',', "");
            let number = digits.parse::<i64>().unwrap_or(i64::MIN);
            found.push(if is_negative {
                number.saturating_neg()
            } else {
                number
            });
        }
    }
    found
}

/// Digits, a fraction, and commas in front of three digits that no bracket holds.
fn is_inside_number(bytes: &[u8], start: usize, at: usize) -> bool {
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    match bytes[at] {
        b'0'..=b'9' => true,
        b'.' => digit(at + 1),
        b',' => {
            let in_bracket = start > 0 && matches!(bytes[start - 1], b'[' | b'(');
            !in_bracket && digit(at + 1) && digit(at + 2) && digit(at + 3) && !digit(at + 4)
        }
        _ => false,
    }
}
