//! Puts the findings of a front end in order: each is told once, with what it means where
//! nobody looks at it; remarks of one kind on captions and numbers are one; what asks for
//! nothing is a note.

use crate::contract::{Finding, Weight};
use std::collections::{BTreeMap, BTreeSet};

/// The remedy of a finding that asks for nothing.
const NOTHING: &str = "nothing needs to be decided";
/// What a finding says that no reader of the contract needs to know.
const NEEDLESS: &str = "shows its markup";
/// How remedies begin that are for captions and for the numbers of tables.
const CAPTIONS: [&str; 2] = [
    "give it a caption",
    "compare with the original page and save it whole",
];
/// Most places that a joined finding names.
const MAX: usize = 5;

/// How a front end begins to say what it assumed, where that decides what a finding means.
/// What a reader weighs itself is left as it is.
const ASSUMED: [(&str, Weight); 22] = [
    ("it was read as prose", Weight::NotRead),
    ("it was read as optional", Weight::NotRead),
    ("it was read as an optional", Weight::NotRead),
    ("it was read as a String without", Weight::NotRead),
    ("it was read once", Weight::CouldBeFalse),
    ("it was read as", Weight::CouldBeFalse),
    ("it was read where it stands", Weight::Cosmetic),
    ("it was numbered", Weight::Cosmetic),
    ("its rows were read without it", Weight::Cosmetic),
    ("its cells were read from the left", Weight::CouldBeFalse),
    ("its bounds or values are part", Weight::CouldBeFalse),
    ("nothing was read from it", Weight::Cosmetic),
    ("requests send it with one item", Weight::CouldBeFalse),
    ("that was read as of the query", Weight::CouldBeFalse),
    ("the first one counts", Weight::CouldBeFalse),
    ("the first one was read", Weight::CouldBeFalse),
    ("the first row counts", Weight::CouldBeFalse),
    ("the list was read as whole", Weight::Cosmetic),
    ("the page describes", Weight::CouldBeFalse),
    ("the row states no more", Weight::Cosmetic),
    ("the status was read as one", Weight::CouldBeFalse),
    ("the value '", Weight::CouldBeFalse),
];

/// The findings by line, each once.
pub(crate) fn in_order(findings: Vec<Finding>) -> Vec<Finding> {
    let mut told = BTreeSet::new();
    let mut ordered: Vec<Finding> = Vec::new();
    let mut alike: BTreeMap<String, Vec<Finding>> = BTreeMap::new();
    let mut rows: BTreeMap<String, Vec<Finding>> = BTreeMap::new();
    for finding in findings.into_iter().map(weighed) {
        let is_needless = finding.weight == Weight::Note && finding.what.contains(NEEDLESS);
        let is_new = told.insert((finding.what.clone(), finding.assumed.clone()));
        // What is said of tables without names is said of each, by its line.
        let is_of_a_table = finding.what.starts_with("a ");
        if is_needless || !is_new && !is_of_a_table {
            continue;
        }
        let begins = |words: &&str| finding.remedy.starts_with(words);
        let (place, _) = split_place(&finding.what);
        if !place.is_empty() && finding.weight != Weight::Note {
            rows.entry(place.to_owned()).or_default().push(finding);
        } else if finding.weight == Weight::Cosmetic || CAPTIONS.iter().any(begins) {
            alike
                .entry(finding.remedy.clone())
                .or_default()
                .push(finding);
        } else {
            ordered.push(finding);
        }
    }
    ordered.extend(alike.into_values().flat_map(joined));
    ordered.extend(rows.into_values().filter_map(one));
    ordered.sort_by_key(|finding| finding.line);
    ordered
}

/// The row in front of what a finding says of it, with the colon; empty where it is of none.
fn split_place(what: &str) -> (&str, &str) {
    let end = what.find("): ").map_or(0, |at| at + 3);
    let place = &what[..end];
    let is_row = place.starts_with("Table ") || place.starts_with("#/");
    match is_row && !place.contains('\'') {
        true => what.split_at(end),
        false => ("", what),
    }
}

fn weighed(finding: Finding) -> Finding {
    if finding.remedy.starts_with(NOTHING) {
        return finding.note();
    }
    let mut assumptions = ASSUMED.iter();
    let found = assumptions.find(|(words, _)| finding.assumed.starts_with(words));
    match found.filter(|_| finding.weight == Weight::NotRead) {
        Some((_, weight)) => finding.weighing(*weight),
        None => finding,
    }
}

/// Findings of one remedy as one for each weight. Those of a row are one, of the worst.
fn joined(findings: Vec<Finding>) -> Vec<Finding> {
    let mut by_weight: BTreeMap<Weight, Vec<Finding>> = BTreeMap::new();
    for finding in findings {
        by_weight.entry(finding.weight).or_default().push(finding);
    }
    by_weight.into_values().filter_map(one).collect()
}

fn one(findings: Vec<Finding>) -> Option<Finding> {
    let first = findings.first()?.clone();
    if findings.len() == 1 {
        return Some(first);
    }
    let is_one_assumption = findings.iter().all(|it| it.assumed == first.assumed);
    let (place, _) = split_place(&first.what);
    let is_one_row = !place.is_empty() && findings.iter().all(|it| it.what.starts_with(place));
    let place = if is_one_row { place } else { "" };
    let part = |finding: &Finding| match (&finding.what[place.len()..], is_one_assumption) {
        (what, true) => what.to_owned(),
        (what, false) => format!("{what} ({})", finding.assumed),
    };
    // Of tables without names all is said by their lines.
    let is_one_remark = findings.iter().all(|it| it.what == first.what);
    let mut parts: Vec<String> = match is_one_remark {
        true => vec![format!(
            "{} ({} times)",
            &first.what[place.len()..],
            findings.len()
        )],
        false => findings.iter().map(part).collect(),
    };
    let further = parts.len().saturating_sub(MAX);
    parts.truncate(MAX);
    if further > 0 {
        parts.push(format!("and {further} more"));
    }
    let mut lines: Vec<String> = findings.iter().map(|it| it.line.to_string()).collect();
    lines.retain(|line| line != "0");
    lines.dedup();
    let assumed = match (is_one_assumption, is_one_remark) {
        (true, _) => first.assumed.clone(),
        (false, true) => format!("{}, and so on", first.assumed),
        (false, false) => "each was read as told".to_owned(),
    };
    let mut remedies: Vec<&str> = Vec::new();
    for finding in &findings {
        if !remedies.contains(&finding.remedy.as_str()) {
            remedies.push(&finding.remedy);
        }
    }
    let remedy = remedies.join("; ");
    // Where the worst of them stands.
    let worst = findings.iter().min_by_key(|it| it.weight)?;
    Some(Finding {
        weight: worst.weight,
        line: worst.line,
        what: format!("{place}{}", parts.join(" · ")),
        assumed,
        remedy: match lines.len() {
            0 | 1 => remedy,
            _ => format!("{remedy} (lines {})", lines.join(", ")),
        },
        ..first
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_told_once_captions_are_one_and_what_needs_nothing_is_a_note() {
        let caption = |line, table| {
            let what = format!("Table {table} ('P') does not say what it describes");
            let remedy = "give it a caption such as 'Path Parameters'";
            Finding::new(
                line,
                what,
                format!("it was read as that of status 20{table}"),
                remedy,
            )
        };
        let bare = |line| {
            let assumed = format!("it was numbered {line}");
            Finding::new(
                line,
                "a table without a caption",
                assumed,
                "write 'Table N'",
            )
        };
        let stray = |row, item: &str| {
            let what =
                format!("Table 3, row {row} (x): '{item}' stands outside the list of values");
            let assumed = format!("the value '{}' was read as printed", &item[..2]);
            Finding::new(8, what, assumed, "if another value was meant, tolerate it")
        };
        let remark = |what: &str| Finding::new(7, what, "it was read as it is", NOTHING);
        let unread = Finding::new(
            9,
            "'x' may state a constraint",
            "it was read as prose",
            "say so",
        );
        let found = in_order(vec![
            caption(4, 2),
            unread.clone(),
            bare(3),
            caption(1, 1),
            bare(5),
            unread,
            remark("the label '** x**' shows its markup"),
            remark("it counts bytes"),
            stray(2, "full: all"),
            stray(1, "up: it runs"),
            stray(2, "part: some"),
        ]);
        let told: Vec<(usize, &str, Weight)> = found
            .iter()
            .map(|finding| (finding.line, finding.what.as_str(), finding.weight))
            .collect();
        let bare = "a table without a caption (2 times)";
        let captions = "Table 2 ('P') does not say what it describes (it was read as that of status 202) · Table 1 ('P') does not say what it describes (it was read as that of status 201)";
        let list = "Table 3, row 2 (x): 'full: all' stands outside the list of values (the value 'fu' was read as printed) · 'part: some' stands outside the list of values (the value 'pa' was read as printed)";
        assert_eq!(
            told,
            [
                (3, bare, Weight::Cosmetic),
                (4, captions, Weight::CouldBeFalse),
                (7, "it counts bytes", Weight::Note),
                (
                    8,
                    "Table 3, row 1 (x): 'up: it runs' stands outside the list of values",
                    Weight::CouldBeFalse
                ),
                (8, list, Weight::CouldBeFalse),
                (9, "'x' may state a constraint", Weight::NotRead),
            ]
        );
        assert_eq!(found[0].remedy, "write 'Table N' (lines 3, 5)");
        assert_eq!(found[2].remedy, "", "it asks for nothing");
        assert_eq!(in_order(found.clone()), found, "in order already");
    }

    #[test]
    fn what_was_assumed_decides_and_a_weight_that_was_given_stays() {
        let weight = |assumed: &str| weighed(Finding::new(1, "x", assumed, "y")).weight;
        assert_eq!(weight("it was read as String"), Weight::CouldBeFalse);
        assert_eq!(weight("it was read as optional"), Weight::NotRead);
        assert_eq!(
            weight("nothing of it is part of the contract"),
            Weight::NotRead
        );
        let given = Finding::new(1, "x", "it was read as String", "y").cosmetic();
        assert_eq!(weighed(given).weight, Weight::Cosmetic);
    }
}
