//! Writes the pattern of the decimal numbers within bounds: the only way to bound, in
//! JSON Schema, the number that a string stands for.

use crate::contract::Bounds;

/// The pattern of the decimal numbers within `bounds`, leading zeros and fractions allowed.
pub(crate) fn pattern(bounds: &Bounds<i64>) -> String {
    let mut choices = Vec::new();
    if bounds.min.is_none_or(|min| min < 0) {
        // min ..= max, mirrored.
        let least = bounds.max.unwrap_or(0).min(0).unsigned_abs();
        let most = bounds.min.map(i64::unsigned_abs);
        choices.extend(decimals(least, most).map(|choice| format!("-{choice}")));
    }
    if bounds.max.is_none_or(|max| max >= 0) {
        let least = bounds.min.unwrap_or(0).max(0).unsigned_abs();
        choices.extend(decimals(least, bounds.max.map(i64::unsigned_abs)));
    }
    format!("^(?:{})$", choices.join("|"))
}

/// Patterns of the decimal numbers from `least` to `most`: any fraction may stand behind
/// a number below `most`, and zeros behind that.
fn decimals(least: u64, most: Option<u64>) -> impl Iterator<Item = String> {
    let below = match most {
        None => magnitudes(least, None),
        Some(most) if most > least => magnitudes(least, Some(most - 1)),
        Some(_) => Vec::new(),
    };
    let last = most.map(|most| format!("0*{most}(?:[.]0+)?"));
    let below = below.into_iter();
    below
        .map(|choice| format!("0*{choice}(?:[.][0-9]+)?"))
        .chain(last)
}

/// Patterns of the numbers from `least` to `most`, without leading zeros.
fn magnitudes(least: u64, most: Option<u64>) -> Vec<String> {
    let mut choices = Vec::new();
    let mut start = least;
    loop {
        // The last number with as many digits.
        let digits = start.to_string().len();
        let nines = 10_u64
            .checked_pow(u32::try_from(digits).unwrap_or(u32::MAX))
            .map_or(u64::MAX, |power| power - 1);
        let end = most.map_or(nines, |most| most.min(nines));
        same_length(&start.to_string(), &end.to_string(), &mut choices);
        if end < nines || nines == u64::MAX || Some(end) == most {
            return choices;
        }
        if most.is_none() {
            choices.push(format!("[1-9][0-9]{{{digits},}}"));
            return choices;
        }
        start = nines + 1;
    }
}

/// Splits a range of numbers of one length at its first differing digit.
fn same_length(start: &str, end: &str, choices: &mut Vec<String>) {
    let common = start
        .bytes()
        .zip(end.bytes())
        .take_while(|(one, other)| one == other)
        .count();
    let (head, rest) = start.split_at(common);
    let rest_end = &end[common..];
    let Some(first) = rest.chars().next() else {
        choices.push(head.to_owned());
        return;
    };
    let last = rest_end.chars().next().unwrap_or(first);
    let tail = rest.len() - 1;
    let all = |from: char, to: char| {
        let digit = if from == to {
            from.to_string()
        } else {
            format!("[{from}-{to}]")
        };
        match tail {
            0 => format!("{head}{digit}"),
            1 => format!("{head}{digit}[0-9]"),
            _ => format!("{head}{digit}[0-9]{{{tail}}}"),
        }
    };
    let starts_low = rest[1..].bytes().all(|digit| digit == b'0');
    let ends_high = rest_end[1..].bytes().all(|digit| digit == b'9');
    let (mut from, mut to) = (first, last);
    if !starts_low {
        same_length(
            start,
            &format!("{head}{first}{}", "9".repeat(tail)),
            choices,
        );
        from = next(first);
    }
    if !ends_high {
        to = before(last);
    }
    if from <= to {
        choices.push(all(from, to));
    }
    if !ends_high {
        same_length(&format!("{head}{last}{}", "0".repeat(tail)), end, choices);
    }
}

fn next(digit: char) -> char {
    char::from_u32(u32::from(digit) + 1).unwrap_or(digit)
}

fn before(digit: char) -> char {
    char::from_u32(u32::from(digit) - 1).unwrap_or(digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_hold_exactly_the_numbers_within_bounds() {
        for (min, max) in [
            (Some(1), Some(100)),
            (Some(0), Some(0)),
            (Some(0), Some(9)),
            (Some(-5), Some(5)),
            (Some(17), Some(1203)),
            (Some(-120), Some(-7)),
            (None, Some(12)),
            (Some(995), None),
            (Some(99), Some(100)),
        ] {
            let bounds = Bounds { min, max };
            let pattern = regex::Regex::new(&pattern(&bounds)).unwrap();
            for number in -1500..=1500_i64 {
                let inside =
                    min.is_none_or(|min| number >= min) && max.is_none_or(|max| number <= max);
                assert_eq!(
                    pattern.is_match(&number.to_string()),
                    inside,
                    "{number} in {bounds}: {pattern}"
                );
            }
            for hundredths in -150_000..=150_000_i64 {
                let inside = min.is_none_or(|min| hundredths >= min * 100)
                    && max.is_none_or(|max| hundredths <= max * 100);
                let sign = if hundredths < 0 { "-" } else { "" };
                let (whole, rest) = (hundredths.abs() / 100, hundredths.abs() % 100);
                let text = format!("{sign}{whole}.{rest:02}");
                assert_eq!(
                    pattern.is_match(&text),
                    inside,
                    "{text} in {bounds}: {pattern}"
                );
            }
            for text in ["x", "", "1.", ".5", "1e0", "1.0.0"] {
                assert!(!pattern.is_match(text), "{text}");
            }
        }
        assert!(
            regex::Regex::new(&pattern(&Bounds {
                min: Some(1),
                max: Some(i64::MAX)
            }))
            .unwrap()
            .is_match("9223372036854775807")
        );
    }
}
