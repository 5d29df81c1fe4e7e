//! Writes differences as the text of a snapshot, the same for the same differences
//! on every run, seed and machine, and reads that text back strictly.

use crate::escape::terminal;
use crate::judge::{Difference, rule};
use std::fmt::Write as _;

const KEYS: [&str; 5] = ["rule", "clause", "at", "documented", "observed"];
const MORE: &str = "and more than can be listed";

/// The text of a set of differences.
pub fn render(differences: &[&Difference], truncated: bool) -> String {
    let mut blocks: Vec<String> = differences
        .iter()
        .map(|difference| {
            let at = if difference.pointer.is_empty() {
                "the whole reply"
            } else {
                &difference.pointer
            };
            let mut block = String::new();
            for (key, value) in [
                ("rule", difference.rule.code),
                ("clause", &difference.clause),
                ("at", at),
                ("documented", &difference.documented),
                ("observed", &difference.observed),
            ] {
                let _ = writeln!(block, "{key}: {}", terminal(value));
            }
            block
        })
        .collect();
    blocks.sort();
    blocks.dedup();
    let mut text = blocks.join("\n");
    if truncated {
        let _ = write!(text, "\n{MORE}\n");
    }
    text.truncate(text.trim_end().len());
    text
}

/// Checks that a text lists differences and nothing else; a line feed may end it.
///
/// # Errors
/// The 1-based line that does not fit, and why.
pub fn parse(text: &str) -> Result<(), (usize, String)> {
    let mut expected = 0;
    let lines: Vec<&str> = text
        .strip_suffix('\n')
        .unwrap_or(text)
        .split('\n')
        .collect();
    for (index, line) in lines.iter().enumerate() {
        let wrong = |what: String| Err((index + 1, what));
        if expected == KEYS.len() {
            if !line.is_empty() {
                return wrong("an empty line belongs between differences".into());
            }
            expected = 0;
            continue;
        }
        if expected == 0 && *line == MORE && index + 1 == lines.len() {
            return Ok(());
        }
        let key = KEYS[expected];
        let Some(value) = line
            .strip_prefix(key)
            .and_then(|rest| rest.strip_prefix(": "))
        else {
            return wrong(format!("a line '{key}: …' belongs here"));
        };
        if key == "rule" && !rule::ALL.iter().any(|rule| rule.code == value) {
            return wrong(format!("there is no rule '{}'", terminal(value)));
        }
        expected += 1;
    }
    if expected == KEYS.len() {
        Ok(())
    } else {
        Err((lines.len() + 1, "the text ends inside a difference".into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_can_be_read_and_does_not_depend_on_order() {
        let difference = |pointer: &str| Difference {
            rule: &rule::VALUE_NULL,
            clause: "response/200/id/type".into(),
            pointer: pointer.into(),
            documented: "Long (int64)".into(),
            observed: "null".into(),
            detail: String::new(),
        };
        let (one, other) = (difference("/id"), difference(""));
        let text = render(&[&one, &other], false);
        assert_eq!(text, render(&[&other, &one, &one], false));
        assert_eq!(parse(&text), Ok(()));
        assert_eq!(parse(&render(&[&one], true)), Ok(()));
        assert!(parse("").is_err());
        assert_eq!(
            parse(&text.replace("value-null", "value-nul"))
                .unwrap_err()
                .0,
            1
        );
        assert!(parse(&text.replace("\n\n", "\n")).is_err());
    }
}
