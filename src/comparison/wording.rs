//! Names what is said in other words: rows and statuses of the same facts, whose
//! prose is read by people alone. It breaks nothing that a program could tell.

use super::facts::agree;
use super::rows::Rows;
use crate::contract::{ClauseId, Contract};
use crate::text::fold;
use serde::Serialize;

/// The same facts in other words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reworded {
    /// The status, or the stem of the clauses of the row.
    pub clause: ClauseId,
    /// What of A is said otherwise in B.
    pub a: String,
    /// What of B is said otherwise in A.
    pub b: String,
    /// Table and row in B, and the line in both.
    pub place: String,
}

/// Every row and status of the same facts in other words.
pub(super) fn reworded(
    a: &Contract,
    b: &Contract,
    ones: &Rows<'_>,
    others: &Rows<'_>,
) -> Vec<Reworded> {
    let mut reworded = statuses(a, b);
    for (key, row) in ones {
        let Some(other) = others
            .get(key)
            .filter(|other| agree(row.field, other.field))
        else {
            continue;
        };
        let (field, other) = (row.field, other.field);
        let (one, two) = differing(&field.description, &other.description);
        if plain(&text(one)) != plain(&text(two)) {
            let lines = (field.source.line, other.source.line);
            let place = other.source.to_string();
            reworded.push(of(row.stem.clone(), &text(one), &text(two), &place, lines));
        }
    }
    reworded.sort_by(|one, other| one.clause.cmp(&other.clause));
    reworded
}

fn statuses(a: &Contract, b: &Contract) -> Vec<Reworded> {
    let pairs = a.responses.iter().filter_map(|(status, one)| {
        let two = b.responses.get(status)?;
        let is_said = !one.meaning.is_empty() && !two.meaning.is_empty();
        (is_said && plain(&one.meaning) != plain(&two.meaning)).then_some((status, one, two))
    });
    pairs
        .map(|(status, one, two)| {
            let clause = ClauseId::status(*status);
            let lines = (one.line, two.line);
            of(clause, &one.meaning, &two.meaning, "status list", lines)
        })
        .collect()
}

fn of(
    clause: ClauseId,
    a: &str,
    b: &str,
    place: &str,
    (before, after): (usize, usize),
) -> Reworded {
    let line = |name: &str, line: usize| match line {
        0 => String::new(),
        line => format!(", {name} line {line}"),
    };
    Reworded {
        clause,
        a: a.to_owned(),
        b: b.to_owned(),
        place: format!("{place}{}{}", line("A", before), line("B", after)),
    }
}

/// The paragraphs between those that both begin and both end with.
fn differing<'a>(one: &'a [String], two: &'a [String]) -> (&'a [String], &'a [String]) {
    let same = |(one, two): &(&String, &String)| plain(one) == plain(two);
    let start = one.iter().zip(two).take_while(same).count();
    let (one, two) = (&one[start..], &two[start..]);
    let end = one
        .iter()
        .rev()
        .zip(two.iter().rev())
        .take_while(same)
        .count();
    (&one[..one.len() - end], &two[..two.len() - end])
}

fn text(paragraphs: &[String]) -> String {
    paragraphs.join(" ")
}

/// A text as it is in every rendering: without white space, bullets and punctuation.
/// Signs in front of a letter or digit stay: '-1' is not '1'.
fn plain(text: &str) -> String {
    let folded = fold(text);
    let mut chars = folded.chars().peekable();
    let mut plain = String::new();
    while let Some(c) = chars.next() {
        let is_sign = !c.is_whitespace() && !matches!(c, ':' | ',' | ';' | '(' | '[' | '"' | '\\');
        let is_kept = is_sign && chars.peek().is_some_and(|next| next.is_alphanumeric());
        if c.is_alphanumeric() || is_kept {
            plain.push(c);
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_and_punctuation_are_no_words_and_signs_are() {
        for (one, other) in [
            ("audit：one", "audit: one"),
            ("**Range**: 1 - 2", "Range: 1 – 2"),
            ("Its name. - on: it is on", "Its name. on: it is on."),
            ("页数 limit 为 10", "页数limit为10"),
            ("the  kettle's\nlid", "The kettle's lid"),
        ] {
            assert_eq!(plain(one), plain(other), "{one}");
        }
        for (one, other) in [
            ("-1 means none", "1 means none"),
            ("at most 1.5", "at most 15"),
            ("<3 of them", ">3 of them"),
            ("it must be set", "it may be set"),
        ] {
            assert_ne!(plain(one), plain(other), "{one}");
        }
    }

    #[test]
    fn what_differs_is_told_without_what_both_have() {
        let read = |texts: &[&str]| -> Vec<String> {
            texts.iter().map(|text| (*text).to_owned()).collect()
        };
        let (old, new) = (read(&["a", "b", "c"]), read(&["a", "x", "y", "c"]));
        let (one, two) = differing(&old, &new);
        assert_eq!((text(one), text(two)), ("b".into(), "x y".into()));
        let (one, two) = differing(&old, &old[..2]);
        assert_eq!((text(one), text(two)), ("c".into(), String::new()));
        // One paragraph in one rendering, two in the other.
        let (one, two) = (read(&["a. b"]), read(&["a.", "b"]));
        assert_eq!(plain(&text(&one)), plain(&text(&two)));
    }
}
