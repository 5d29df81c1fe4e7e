//! Renders a report as the commands of a GitHub workflow's log: the verdict, then an
//! error for each difference and a warning for each note, each with table and row.
//!
//! A workflow takes a line that begins with `::` as a command, and `##[…]` anywhere. Text
//! from outside is escaped for terminals first, then `%`, line breaks and, in properties,
//! `:` and `,` as GitHub decodes them: it can neither end a line nor begin a command.

use super::finding::{self, Finding};
use super::{CaseReport, Report};
use crate::escape::terminal;
use crate::judge::Verdict;
use std::fmt::Write as _;

/// How the title of every command begins.
pub(super) const TITLE: &str = "title=conformant";
/// Most commands of one kind; GitHub shows ten of a step.
const MAX: usize = 50;

/// The report as workflow commands, one a line.
pub fn render(report: &Report) -> String {
    let mut out = String::new();
    head(&mut out, report);
    let differences = finding::differences(report);
    for found in differences.iter().take(MAX) {
        command(&mut out, "error", found.difference.rule.code, &of(found));
    }
    more(&mut out, "error", differences.len(), "differences");
    let needs_word =
        |case: &&CaseReport| matches!(case.verdict, Verdict::Inconclusive | Verdict::Error);
    let open = report.cases().filter(needs_word);
    let open: Vec<&CaseReport> = open.chain(finding::gated(report)).collect();
    for case in open.iter().take(MAX) {
        let text = format!("{}: {}", case.id, finding::why(case));
        command(&mut out, "error", case.verdict.word(), &text);
    }
    more(&mut out, "error", open.len(), "cases without a verdict");
    for one in report.unjudged.iter().take(MAX) {
        let text = format!("{}: {}", one.name, one.reason);
        command(&mut out, "error", "not judged", &text);
    }
    for (case, acceptance) in finding::known(report).into_iter().take(MAX) {
        let until = acceptance.map_or(String::new(), |acceptance| {
            format!(" until {}: {}", acceptance.until, acceptance.reason)
        });
        let text = format!("{}: its differences are accepted{until}", case.id);
        command(&mut out, "warning", "known", &text);
    }
    let notes = finding::notes(report);
    for found in notes.iter().take(MAX) {
        command(&mut out, "warning", found.difference.rule.code, &of(found));
    }
    more(&mut out, "warning", notes.len(), "notes");
    out
}

fn head(out: &mut String, report: &Report) {
    let level = if report.verdict.exit_code() == 0 {
        "notice"
    } else {
        "error"
    };
    let totals = report.totals();
    let totals: Vec<String> = totals
        .iter()
        .map(|(verdict, count)| format!("{count} {verdict}"))
        .collect();
    let mut text = format!(
        "{}: {} — {} cases of {}: {}",
        report.target,
        report.headline(),
        report.cases().count(),
        report.subject(),
        totals.join(", ")
    );
    if let Some(stopped) = &report.stopped {
        let _ = write!(text, "; ended early: {stopped}");
    }
    command(out, level, "", &text);
}

/// `response/200/total_num/type — Table 3, row 11 (total_num): Integer; expected … in 2 replies of valid/audit`
fn of(found: &Finding<'_>) -> String {
    let difference = found.difference;
    let clause = found.clause();
    let source = clause.map_or(String::new(), |clause| {
        format!(" — {}: {}", clause.source, clause.statement)
    });
    let at = match difference.pointer.as_str() {
        "" => String::new(),
        pointer => format!(" at {pointer}"),
    };
    let first = found.cases.first().map_or("", |case| case.id.as_str());
    let others = match found.cases.len() {
        0 | 1 => String::new(),
        cases => format!(" and {} more cases", cases - 1),
    };
    let operations = match found.operations.len() {
        0 | 1 => String::new(),
        several => format!(" of {several} operations"),
    };
    format!(
        "{}{source}\nexpected {}\nobserved {}{at}, in {} replies of {first}{others}{operations}\n{}",
        difference.clause,
        difference.documented,
        difference.observed,
        found.count,
        found.example.curl
    )
}

fn more(out: &mut String, level: &str, count: usize, what: &str) {
    if count > MAX {
        let text = format!("{} more {what}: the other reports list them", count - MAX);
        command(out, level, "", &text);
    }
}

/// Adds one command; the line breaks of `text` are shown as such.
fn command(out: &mut String, level: &str, subject: &str, text: &str) {
    let lines: Vec<String> = text.split('\n').map(terminal).collect();
    let message = lines.join("\n").replace('%', "%25").replace('\n', "%0A");
    let colon = if subject.is_empty() { "" } else { "%3A " };
    let subject = terminal(subject)
        .replace('%', "%25")
        .replace(':', "%3A")
        .replace(',', "%2C");
    let _ = writeln!(out, "::{level} {TITLE}{colon}{subject}::{message}");
}

#[cfg(test)]
mod tests {
    use super::command;

    #[test]
    fn text_from_outside_ends_no_line_and_begins_no_command() {
        let mut out = String::new();
        let text = "a%0Ab\r\n::error::x ##[error]y\u{1b}[2J";
        command(&mut out, "error", "x::y,z", text);
        assert_eq!(
            out,
            "::error title=conformant%3A x%3A%3Ay%2Cz::a%250Ab\\u{d}%0A\\u{3a}:error::x \\u{23}#[error]y\\u{1b}[2J\n"
        );
    }
}
