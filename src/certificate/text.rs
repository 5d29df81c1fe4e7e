//! Renders what a certificate says for a terminal. What came from elsewhere is escaped.

use super::operation::{Operation, TestWord};
use super::statement::Statement;
use crate::escape::terminal;
use crate::report::ClauseVerdict;
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// A name, escaped for a terminal, with every character named that may look like another:
/// a reader takes the Cyrillic а for the Latin a.
pub fn name(text: &str) -> String {
    let odd: BTreeSet<char> = text.chars().filter(|c| !(' '..='~').contains(c)).collect();
    let mut shown = terminal(text);
    if !odd.is_empty() {
        let codes: Vec<String> = odd
            .iter()
            .map(|c| format!("U+{:04X}", u32::from(*c)))
            .collect();
        let _ = write!(shown, " [look-alikes? not ASCII: {}]", codes.join(" "));
    }
    shown
}

/// What a certificate says, in a few lines.
pub fn render(statement: &Statement, signed_by: Option<&str>) -> String {
    let ours = &statement.predicate.conformant;
    let mut text = String::new();
    let mut line = |label: &str, value: &str| {
        let _ = writeln!(text, "  {label:<12} {}", terminal(value));
    };
    line(
        "class",
        &format!("{}: {}", ours.class, ours.class.meaning()),
    );
    for subject in &statement.subject {
        let value = format!("{} sha256:{}", name(&subject.name), subject.sha256());
        line("subject", &value);
    }
    line(
        "target",
        &format!(
            "{} at {} (as declared)",
            name(&ours.target.name),
            name(&ours.target.base_url)
        ),
    );
    line("authorised", &ours.target.authorised());
    for (status, headers) in &ours.target.provocations {
        for (header, value) in headers {
            line("provoked", &format!("{status} by {header}: {value}"));
        }
    }
    line(
        "valid",
        &format!("{} to {}", ours.issued_on, ours.valid_through),
    );
    line("plan", &ours.plan.sent());
    if ours.seed.chosen {
        line(
            "seed",
            &format!("{}, chosen by whoever ran the test", ours.seed.value),
        );
    } else {
        line(
            "seed",
            &format!("{}, follows from subject, plan and date", ours.seed.value),
        );
    }
    line("deadline", &ours.target.bounds());
    match signed_by {
        Some(id) => line("signed by", &format!("Ed25519 key {id}")),
        None => line("signed by", "nobody that was checked"),
    }
    for operation in &ours.operations {
        of_operation(statement, operation, &mut line);
    }
    for omitted in &ours.omitted {
        let value = format!("{}: {}", name(&omitted.name), name(&omitted.reason));
        line("omitted", &value);
    }
    text
}

/// What is said of one operation: two lines, and one for each exception.
fn of_operation(statement: &Statement, ours: &Operation, line: &mut impl FnMut(&str, &str)) {
    let file = format!("schemas/{}/contract.json", ours.name);
    let mut parts = statement.predicate.configuration.iter();
    let contract = parts.find(|part| part.name == file);
    let contract = contract.and_then(|part| part.digest.get("sha256"));
    let with = |word| ours.clauses.iter().filter(|it| it.verdict == word).count();
    line(
        "operation",
        &format!(
            "{}, {}: {} statements verified, {} violated as accepted, {} not exercised; contract sha256:{}",
            name(&ours.name),
            ours.class,
            with(ClauseVerdict::Verified),
            with(ClauseVerdict::Violated),
            with(ClauseVerdict::NotExercised),
            contract.map_or("", String::as_str)
        ),
    );
    let tests = |word| ours.tests.iter().filter(|it| it.verdict == word).count();
    line(
        "",
        &format!(
            "cases: {} pass, {} note, {} known, {} skipped; self-test: {} of {} faults killed, {} of {} conforming servers passed",
            tests(TestWord::Pass),
            tests(TestWord::Note),
            tests(TestWord::Known),
            tests(TestWord::Skipped),
            ours.selftest.killed,
            ours.selftest.faults,
            ours.selftest.passed,
            ours.selftest.conforming
        ),
    );
    for (reason, tests) in ours.skipped() {
        let ids: Vec<&str> = tests.iter().map(|test| test.id.as_str()).collect();
        line("", &format!("skipped, {reason}: {}", ids.join(", ")));
    }
    for (reason, clauses) in ours.not_exercised() {
        let ids: Vec<&str> = clauses.iter().map(|clause| clause.id.as_str()).collect();
        line("", &format!("not exercised, {reason}: {}", ids.join(", ")));
    }
    for correction in &ours.corrections {
        line("corrected", &correction.to_string());
    }
    for accepted in &ours.accepted_differences {
        line(
            "",
            &format!(
                "accepted {} until {}: {}",
                accepted.test, accepted.until, accepted.reason
            ),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::name;

    #[test]
    fn what_may_look_like_another_character_is_named() {
        assert_eq!(name("mock-1.2.0"), "mock-1.2.0");
        let marked = name("p\u{430}ypal\u{202e}\u{ff0e}com");
        assert!(marked.contains("U+0430 U+202E U+FF0E"), "{marked}");
        assert!(!marked.contains('\u{202e}'), "{marked}");
    }
}
