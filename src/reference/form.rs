//! Checks the stated form of a text, its pattern and its format, or what a fault makes of
//! that; and finds the texts that show such a fault.

use super::fault::Laxness;
use crate::contract::{Bounds, Constraints, Pattern};

/// Ways to weaken the check of a pattern, with their names.
pub(super) const OF_PATTERNS: [(&str, Laxness); 5] = [
    ("pattern-unchecked", Laxness::Unchecked),
    ("pattern-without-end", Laxness::PrefixMatched),
    ("pattern-without-ends", Laxness::Contained),
    ("pattern-case-folded", Laxness::CaseFolded),
    ("pattern-cut-at-newline", Laxness::CutAtNewline),
];

/// The same of a format.
pub(super) const OF_FORMATS: [(&str, Laxness); 2] = [
    ("format-unchecked", Laxness::Unchecked),
    ("format-by-its-shape", Laxness::ShapeOnly),
];

/// The fact of its form that a text breaks: `pattern` or `format`. `lax` says how the check
/// of either is changed.
pub(super) fn broken<'a>(
    facts: &Constraints,
    text: &str,
    lax: impl Fn(&str) -> Option<&'a Laxness>,
) -> Option<&'static str> {
    let pattern = facts.pattern.as_ref();
    if pattern.is_some_and(|pattern| !finds(pattern, text, lax("pattern"))) {
        return Some("pattern");
    }
    let is_of = facts.format.is_none_or(|format| {
        format.is_of(text)
            || match lax("format") {
                Some(Laxness::Unchecked) => true,
                Some(Laxness::ShapeOnly) => (0..4).any(|of| shape(&format.text(of)) == shape(text)),
                _ => false,
            }
    });
    (!is_of).then_some("format")
}

fn finds(pattern: &Pattern, text: &str, lax: Option<&Laxness>) -> bool {
    if pattern.finds_in(text) {
        return true;
    }
    let mut ends = text.char_indices().map(|(at, _)| at);
    let starts = ends.clone();
    match lax {
        Some(Laxness::Unchecked) => true,
        Some(Laxness::PrefixMatched) => ends.any(|end| pattern.finds_in(&text[..end])),
        // Longer texts than this show nothing more.
        Some(Laxness::Contained) if text.len() < 100 => starts.clone().any(|start| {
            let ends = starts
                .clone()
                .chain([text.len()])
                .filter(|end| *end >= start);
            ends.into_iter()
                .any(|end| pattern.finds_in(&text[start..end]))
        }),
        Some(Laxness::CaseFolded) => {
            pattern.finds_in(&text.to_lowercase()) || pattern.finds_in(&text.to_uppercase())
        }
        Some(Laxness::CutAtNewline) => {
            (text.strip_suffix('\n')).is_some_and(|text| pattern.finds_in(text))
        }
        _ => false,
    }
}

/// A text with each digit made the same one.
fn shape(text: &str) -> String {
    let same = |c: char| if c.is_ascii_digit() { '0' } else { c };
    text.chars().map(same).collect()
}

/// A text that breaks the pattern, or the format, and nothing else that its facts state.
pub(super) fn broken_text(facts: &Constraints, aspect: &str) -> Option<String> {
    shown_by(facts, aspect, &Laxness::Unchecked)
}

/// A text that passes a check which is weakened so, and does not conform.
pub(super) fn shown_by(facts: &Constraints, aspect: &str, lax: &Laxness) -> Option<String> {
    let formed: Vec<String> = (0..3)
        .filter_map(|seed| facts.text_of_form(&facts.length, seed))
        .collect();
    let known = facts.format.map_or(&[][..], |format| format.broken());
    let known = known.iter().map(|text| (*text).to_owned());
    let odd = ["!", " ", "é", "x", "0", "-", "\n", "A", "/"];
    // What is near to a text of a format is read by many libraries, and not sent.
    let formed = formed.iter().filter(|_| aspect == "pattern");
    let around = formed.flat_map(|text| {
        let ends = odd
            .iter()
            .flat_map(move |odd| [format!("{text}{odd}"), format!("{odd}{text}")]);
        let shorter = text.chars().skip(1).collect::<String>();
        ends.chain([text.to_uppercase(), text.to_lowercase(), shorter])
    });
    let passes = |text: &String| {
        let weakened = broken(facts, text, |of| (of == aspect).then_some(lax));
        let documented = broken(facts, text, |_| None);
        let length = text.chars().count() as u64;
        !text.is_empty()
            && facts.length.contains(length)
            && weakened.is_none()
            && documented == Some(aspect)
    };
    known.chain(around).find(passes)
}

/// Whether a text of exactly this length can keep the stated form; true where none is stated.
pub(super) fn has_text_of(facts: &Constraints, length: u64) -> bool {
    !facts.states_form() || facts.text_of_form(&Bounds::exactly(length), 0).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(pattern: &str) -> Constraints {
        Constraints {
            pattern: Pattern::read(pattern),
            ..Constraints::default()
        }
    }

    #[test]
    fn a_weakened_check_passes_what_shows_it_and_the_documented_one_does_not() {
        let facts = facts("^[a-z]{2,5}$");
        for (name, lax) in OF_PATTERNS {
            let text = shown_by(&facts, "pattern", &lax);
            let text = text.unwrap_or_else(|| panic!("{name} shows in no text"));
            assert_eq!(broken(&facts, &text, |_| None), Some("pattern"), "{name}");
            assert_eq!(broken(&facts, &text, |_| Some(&lax)), None, "{name}");
        }
    }

    #[test]
    fn what_takes_every_text_shows_no_fault() {
        for pattern in ["^.*$", "", r"^[\s\S]*$"] {
            let facts = facts(pattern);
            assert_eq!(shown_by(&facts, "pattern", &Laxness::CaseFolded), None);
        }
        assert_eq!(broken_text(&facts(r"^[\s\S]*$"), "pattern"), None);
    }
}
