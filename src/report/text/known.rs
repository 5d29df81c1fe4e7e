//! What was accepted: each acceptance once, with the cases that it is about.

use super::super::finding;
use super::super::{CaseReport, Report};
use super::names::listed;
use super::view::View;
use crate::baseline::Acceptance;
use crate::escape::terminal;

/// Most acceptances that are told.
const MAX_LINES: usize = 5;

pub(super) fn known(out: &mut String, report: &Report, view: View) {
    let mut known: Vec<(&Acceptance, bool, Vec<&CaseReport>)> = Vec::new();
    for (case, acceptance) in finding::known(report) {
        let Some(acceptance) = acceptance else {
            continue;
        };
        let is_same = |(other, ends_soon, _): &&mut (&Acceptance, bool, _)| {
            (*other, *ends_soon) == (acceptance, case.ends_soon)
        };
        match known.iter_mut().find(is_same) {
            Some((.., cases)) => cases.push(case),
            None => known.push((acceptance, case.ends_soon, vec![case])),
        }
    }
    for (acceptance, ends_soon, cases) in known.iter().take(view.most(MAX_LINES)) {
        let ticket = acceptance
            .ticket
            .as_ref()
            .map_or(String::new(), |ticket| format!(", {ticket}"));
        let ends = if *ends_soon {
            view.red(&format!("ends soon, on {}", acceptance.until))
        } else {
            format!("until {}", acceptance.until)
        };
        let count = match cases.len() {
            1 => String::new(),
            count => format!("{count} cases: "),
        };
        let ids = cases.iter().map(|case| case.id.as_str());
        let line = format!(
            "{} {count}{} {ends}: {}",
            view.yellow("known"),
            terminal(&listed(ids)),
            terminal(&format!("{}{ticket}", acceptance.reason))
        );
        view.line(out, 4, &line);
    }
    if let Some(more) = known
        .len()
        .checked_sub(view.most(MAX_LINES))
        .filter(|it| *it > 0)
    {
        view.line(
            out,
            4,
            &format!("… and {more} more acceptances (-v lists them)"),
        );
    }
}
