//! The verdict in one line, and the objects that are left.

use super::super::Report;
use super::view::View;
use crate::escape::terminal;
use crate::judge::Verdict;

/// The verdict in one line, with what it rests on.
pub fn verdict(report: &Report, view: View) -> String {
    let retried = match report.retries() {
        0 => String::new(),
        retries => format!(", {retries} of them repeated"),
    };
    let line = format!(
        "{}: {} — {} cases of {}: {}; {} requests{retried} in {:.2} s; seed {}",
        terminal(&report.target),
        view.toned(report.verdict, &report.headline()),
        report.cases().count(),
        terminal(&report.subject()),
        counts(&report.totals()),
        report.requests,
        report.elapsed.as_secs_f64(),
        report.seed
    );
    let mut out = String::new();
    view.line(&mut out, 4, &line);
    out
}

/// `71 pass, 17 fail`
pub(super) fn counts(totals: &[(Verdict, usize)]) -> String {
    let totals: Vec<String> = totals
        .iter()
        .map(|(verdict, count)| format!("{count} {verdict}"))
        .collect();
    totals.join(", ")
}

/// The objects that are left, and how each is deleted.
pub(super) fn left(out: &mut String, report: &Report, view: View) {
    for one in &report.left {
        let id = one.id.as_ref().or(one.name.as_ref());
        let line = format!(
            "{} {} {}: {}",
            view.red("left"),
            terminal(&one.resource),
            terminal(id.map_or("of unknown id", String::as_str)),
            terminal(&one.why)
        );
        view.line(out, 4, &line);
        if let Some(curl) = &one.curl {
            view.command(out, 2, curl);
        }
    }
}
