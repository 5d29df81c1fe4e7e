//! Puts the parts of the text together.

use super::super::Report;
use super::operation::operation;
use super::verdict::{left, verdict};
use super::view::View;
use super::{coverage, difference, known, list};
use crate::escape::terminal;

/// The whole account.
pub fn render(report: &Report, view: View) -> String {
    let mut out = String::new();
    let names: Vec<&str> = report
        .operations
        .iter()
        .map(|it| it.operation.as_str())
        .collect();
    for one in &report.operations {
        out.push_str(&operation(one, &names, None, view));
    }
    out.push_str(&account(report, view));
    out
}

/// The account of a run whose operations were told as they ended.
pub fn account(report: &Report, view: View) -> String {
    let mut out = String::new();
    difference::differences(&mut out, report, view);
    let mut lists = String::new();
    list::lists(&mut lists, report, view);
    known::known(&mut lists, report, view);
    coverage::coverage(&mut lists, report, view);
    left(&mut lists, report, view);
    if !lists.is_empty() {
        out.push('\n');
        out.push_str(&lists);
    }
    out.push('\n');
    if let Some(stopped) = &report.stopped {
        let stopped = terminal(stopped);
        view.line(&mut out, 4, &format!("ended early: {stopped}"));
    }
    out.push_str(&verdict(report, view));
    out
}
