//! Defines [`Acceptance`]: why a difference is lived with and until when, and what makes
//! one void.

use super::date::{Date, days_after};

/// Days that an acceptance counts at most: a year. Who still needs it then says so again.
pub const MAX_DAYS: i64 = 366;

/// Why a difference is lived with, and until when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acceptance {
    /// Why.
    pub reason: String,
    /// The last day on which it counts (UTC).
    pub until: Date,
    /// Where it is tracked.
    pub ticket: Option<String>,
    /// The day on which it was accepted (UTC).
    pub accepted: Date,
}

impl Acceptance {
    /// The last day on which what is accepted on `day` can count.
    pub fn last_day(day: Date) -> Date {
        days_after(day, MAX_DAYS)
    }

    /// Why nobody can have accepted this by `today`; `None` where somebody can.
    pub fn fault(&self, today: Date) -> Option<String> {
        let Self {
            accepted, until, ..
        } = self;
        if *accepted > today {
            return Some(format!("'accepted' ({accepted}) is later than today"));
        }
        let last = Self::last_day(*accepted);
        (*until > last).then(|| {
            format!("'until' ({until}) is over {MAX_DAYS} days after 'accepted' ({accepted}): {last} at most")
        })
    }
}

/// Whether a text says anything: it has a letter that can be seen. Escapes of characters
/// that cannot be seen (`\u{200b}`) are none.
pub fn says_something(text: &str) -> bool {
    let mut parts = text.split("\\u{");
    let first = parts.next().unwrap_or_default();
    let rest = parts.map(|part| part.split_once('}').map_or(part, |(_, behind)| behind));
    std::iter::once(first)
        .chain(rest)
        .any(|part| part.chars().any(is_visible_letter))
}

/// Letters that fill space and show nothing (Hangul fillers) are none.
fn is_visible_letter(c: char) -> bool {
    c.is_alphabetic() && !matches!(c, '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}')
}

#[cfg(test)]
mod tests {
    use super::{Acceptance, MAX_DAYS, days_after, says_something};
    use crate::baseline::parse_date;

    #[test]
    fn a_reason_has_letters_that_can_be_seen() {
        for text in ["old clients", "x", "T-1", "旧客户端", "\\u{200b}x"] {
            assert!(says_something(text), "{text}");
        }
        for text in [
            "",
            " ",
            ".",
            "…",
            "--",
            "1",
            "\u{200b}",
            "\\u{200b}",
            "\\u{202e}\\u{feff}",
            "\u{3164}",
            "\u{2800}",
            "\u{301}",
            "\\u{",
        ] {
            assert!(!says_something(text), "{text:?}");
        }
    }

    #[test]
    fn an_acceptance_begins_by_today_and_ends_within_a_year() {
        let today = parse_date("2027-02-28").unwrap();
        let fault = |begins: i64, ends: i64| {
            let acceptance = Acceptance {
                reason: "x".into(),
                until: days_after(today, ends),
                ticket: None,
                accepted: days_after(today, begins),
            };
            acceptance.fault(today)
        };
        assert_eq!(fault(0, 0), None);
        assert_eq!(fault(0, MAX_DAYS), None);
        assert_eq!(fault(-400, -100), None, "expired, and whole");
        assert_eq!(fault(0, -1), None, "expired from the first day on");
        for (begins, ends, part) in [
            (1, 2, "later than today"),
            (0, MAX_DAYS + 1, "over 366 days"),
            (-10, MAX_DAYS, "over 366 days"),
            (0, 1 << 20, "over 366 days"),
        ] {
            let fault = fault(begins, ends).unwrap();
            assert!(fault.contains(part), "{fault}");
        }
    }
}
