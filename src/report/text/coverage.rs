//! How much of what is documented was put to the test, and why the rest was not.

use super::super::coverage::not_exercised;
use super::super::{ClauseVerdict, OperationReport, Report};
use super::view::View;
use crate::escape::terminal;

/// Most reasons that are told.
const MAX_LINES: usize = 5;

pub(super) fn coverage(out: &mut String, report: &Report, view: View) {
    if view.verbose {
        for operation in &report.operations {
            let name = terminal(&operation.operation);
            view.line(out, 4, &format!("coverage of {name}"));
            every(out, operation, view);
        }
    }
    let count = |verdict| {
        let clauses = report.operations.iter().flat_map(|it| &it.clauses);
        clauses.filter(|clause| clause.verdict == verdict).count()
    };
    let all: usize = report.operations.iter().map(|it| it.clauses.len()).sum();
    let mut line = format!(
        "coverage: {} of {all} documented statements verified",
        count(ClauseVerdict::Verified)
    );
    let violated = count(ClauseVerdict::Violated);
    if violated > 0 {
        line.push_str(&format!(", {}", view.red(&format!("{violated} violated"))));
    }
    let open = count(ClauseVerdict::NotExercised);
    if open > 0 {
        let open = view.yellow(&format!("{open} not exercised"));
        line.push_str(&format!(", {open}"));
    }
    view.line(out, 4, &line);
    reasons(out, report, view);
}

/// Why statements were not exercised that some case checks, each reason once.
fn reasons(out: &mut String, report: &Report, view: View) {
    let mut open: Vec<(String, String, usize)> = Vec::new();
    for operation in &report.operations {
        for (reason, ids) in not_exercised(operation) {
            for id in ids {
                let group = operation.clause(id).map(|clause| clause.id.group());
                let group = group.unwrap_or_default();
                match open
                    .iter_mut()
                    .find(|(other, why, _)| *other == group && *why == reason)
                {
                    Some((.., count)) => *count += 1,
                    None => open.push((group, reason.to_owned(), 1)),
                }
            }
        }
    }
    for (group, reason, count) in open.iter().take(view.most(MAX_LINES)) {
        let word = view.yellow("not exercised");
        let (group, reason) = (terminal(group), terminal(reason));
        view.line(out, 6, &format!("  {word} {group} ({count}): {reason}"));
    }
    if let Some(left) = open
        .len()
        .checked_sub(view.most(MAX_LINES))
        .filter(|it| *it > 0)
    {
        view.line(
            out,
            6,
            &format!("  … and {left} more reasons (-v lists them)"),
        );
    }
}

/// Every statement of an operation.
fn every(out: &mut String, operation: &OperationReport, view: View) {
    for clause in &operation.clauses {
        let (word, note) = match clause.verdict {
            ClauseVerdict::Verified => (
                view.green("verified"),
                format!(" ({} times)", clause.observations),
            ),
            ClauseVerdict::Violated => (view.red("violated"), String::new()),
            ClauseVerdict::NotExercised => continue,
        };
        let line = format!(
            "    {word} {}{note}",
            terminal(&format!(
                "{} — {}: {}",
                clause.id, clause.source, clause.statement
            ))
        );
        view.line(out, 8, &line);
    }
}
