//! Groups the findings of several sources by what is the matter with them.

use crate::contract::{Finding, Weight};
use std::collections::BTreeMap;
use std::path::Path;

/// Findings that say the same of different places.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cause {
    /// How bad it may be.
    pub weight: Weight,
    /// What they say, without names, quoted words and numbers.
    pub what: String,
    /// What to do about each.
    pub remedy: String,
    /// How many there are.
    pub count: usize,
    /// The first of them: its source and line.
    pub first: String,
}

/// The causes of findings, each with its source: the worst first, then the most frequent.
pub fn causes<'f>(findings: impl Iterator<Item = (&'f Path, &'f Finding)>) -> Vec<Cause> {
    let mut causes: BTreeMap<(Weight, String), Cause> = BTreeMap::new();
    for (path, finding) in findings {
        let what = general(&format!("{}; {}", finding.what, finding.assumed));
        let known = causes.entry((finding.weight, what.clone()));
        let cause = known.or_insert_with(|| Cause {
            weight: finding.weight,
            what,
            remedy: finding.remedy.clone(),
            count: 0,
            first: match finding.line {
                0 => format!("{}{}", path.display(), place(&finding.what)),
                line => format!("{}:{line}", path.display()),
            },
        });
        cause.count += 1;
    }
    let mut causes: Vec<Cause> = causes.into_values().collect();
    causes.sort_by_key(|cause| (cause.weight, std::cmp::Reverse(cause.count)));
    causes
}

/// The pointer in front of what a finding says; empty where there is none.
fn place(what: &str) -> &str {
    let (place, _) = what.split_once(": ").unwrap_or_default();
    match place.starts_with("#/") {
        true => place,
        false => "",
    }
}

/// What a finding says of any place: quoted words become '…', numbers N, and the row in
/// front goes.
fn general(what: &str) -> String {
    let is_place = |place: &str| {
        place.starts_with("Table ") && place.contains(", row ") || place.starts_with("#/")
    };
    let what = match what.split_once(": ") {
        Some((place, what)) if is_place(place) && !place.contains('\'') => what,
        _ => what,
    };
    let general = match (what.find('\''), what.rfind('\'')) {
        (Some(first), Some(last)) if first < last => {
            format!("{}'…'{}", &what[..first], &what[last + 1..])
        }
        _ => what.to_owned(),
    };
    let mut in_number = false;
    let mut plain = String::new();
    for c in general.chars() {
        if !c.is_ascii_digit() {
            plain.push(c);
        } else if !in_number {
            plain.push('N');
        }
        in_number = c.is_ascii_digit();
    }
    // The name of a row that stands in a sentence.
    match plain.split_once("row N (") {
        Some((before, behind)) => match behind.split_once(')') {
            Some((_, behind)) => format!("{before}row N{behind}"),
            None => plain,
        },
        None => plain,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn findings_of_one_cause_are_counted_and_the_worst_stand_first() {
        let unread = |line, row, words: &str| {
            let what = format!("Table 2, row {row} (x{row}): '{words}' may state a constraint");
            Finding::new(line, what, "it was read as prose", "say so")
        };
        let findings = [
            Finding::new(1, "a table without a caption", "it was numbered 7", "").cosmetic(),
            unread(3, 1, "the page's limit is 5"),
            unread(4, 12, "up to 'ten'"),
            Finding::new(
                9,
                "the example contradicts Table 4, row 1 (x): 'x' is old",
                "it counts",
                "",
            )
            .could_be_false(),
        ];
        let page = Path::new("a.md");
        let causes = causes(findings.iter().map(|finding| (page, finding)));
        let told: Vec<(usize, &str, &str)> = causes
            .iter()
            .map(|cause| (cause.count, cause.what.as_str(), cause.first.as_str()))
            .collect();
        assert_eq!(
            told,
            [
                (
                    1,
                    "the example contradicts Table N, row N: '…' is old; it counts",
                    "a.md:9"
                ),
                (
                    2,
                    "'…' may state a constraint; it was read as prose",
                    "a.md:3"
                ),
                (1, "a table without a caption; it was numbered N", "a.md:1"),
            ]
        );
    }
}
