//! The line of an operation, and with it its cases by name where they are asked for.

use super::super::OperationReport;
use super::verdict::counts;
use super::view::View;
use super::wrap::columns;
use crate::escape::terminal;
use crate::judge::{RunVerdict, Verdict};
use std::fmt::Write as _;
use std::time::Duration;

/// Most columns of a name that others are aligned with.
const MAX_NAME: usize = 40;

/// An operation in one line: its verdict, cases, requests and time. `names` are those of all
/// operations, for its columns; `elapsed` is the time that it took, where that is known.
pub fn operation(
    report: &OperationReport,
    names: &[&str],
    elapsed: Option<Duration>,
    view: View,
) -> String {
    let mut out = String::new();
    let word = match (report.verdict, report.verdict.exit_code()) {
        (_, 1) => view.red("FAIL"),
        (RunVerdict::Conforms | RunVerdict::Unchecked { .. }, _) => view.green("ok  "),
        (RunVerdict::NothingRun, _) => view.yellow("skip"),
        _ => view.yellow("open"),
    };
    let widest = names.iter().map(|name| columns(&terminal(name))).max();
    let name = terminal(&report.operation);
    let fill = widest
        .unwrap_or(0)
        .min(MAX_NAME)
        .saturating_sub(columns(&name));
    let mut line = format!("{word}  {name}{}  ", " ".repeat(fill));
    let _ = match report.verdict {
        RunVerdict::NothingRun => {
            let mut reasons = report.cases.iter().filter_map(|it| it.reason.as_deref());
            let why = terminal(reasons.next().unwrap_or_default());
            write!(line, "{}: {why}", counts(&report.totals()))
        }
        _ => write!(
            line,
            "{}; {} requests",
            counts(&report.totals()),
            report.requests()
        ),
    };
    if let Some(elapsed) = elapsed.filter(|_| report.requests() > 0) {
        let _ = write!(line, ", {:.2} s", elapsed.as_secs_f64());
    }
    view.line(&mut out, 6, &line);
    if view.verbose {
        for case in &report.cases {
            let word = format!("{:<12}", case.verdict.word());
            let word = match case.verdict {
                Verdict::Fail | Verdict::Error => view.red(&word),
                Verdict::Pass => view.green(&word),
                _ => view.yellow(&word),
            };
            let id = terminal(&case.id);
            view.line(&mut out, 19, &format!("      {word} {id}"));
        }
    }
    out
}
