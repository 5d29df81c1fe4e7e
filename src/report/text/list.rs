//! What else a reader must know, a line each: cases without a verdict, acceptances that no
//! longer hold, notes, and what the suite leaves open.

use super::super::finding;
use super::super::{CaseReport, ClauseReport, OperationReport, Report};
use super::names::listed;
use super::view::View;
use crate::escape::terminal;
use crate::judge::Verdict;

/// Most lines of one kind.
const MAX_LINES: usize = 5;
/// Most acceptances that no longer hold: each says what settles it.
const MAX_GATED: usize = 40;

pub(super) fn lists(out: &mut String, report: &Report, view: View) {
    gated(out, report, view);
    open(out, report, view);
    left_out(out, report, view);
    notes(out, report, view);
    let operations = report.operations.iter();
    let weak = operations
        .clone()
        .flat_map(|it| it.weaknesses.iter().map(move |of| (it, of)));
    let weak = weak.map(|(it, text)| format!("{}{text}", within(report, it)));
    lines(out, &view.yellow("weak"), weak, view);
    let corrected = operations.flat_map(|it| it.corrections.iter().map(move |of| (it, of)));
    let corrected = corrected.map(|(it, text)| format!("{}{text}", within(report, it)));
    lines(out, &view.yellow("corrected"), corrected, view);
    unchecked(out, report, view);
}

/// The operation in front of what is said of it, where there are several.
fn within(report: &Report, operation: &OperationReport) -> String {
    match report.operations.len() {
        1 => String::new(),
        _ => format!("{}: ", operation.operation),
    }
}

/// Lines of one kind, up to so many.
fn lines(out: &mut String, word: &str, texts: impl Iterator<Item = String>, view: View) {
    so_many(out, word, texts, MAX_LINES, view);
}

fn so_many(
    out: &mut String,
    word: &str,
    texts: impl Iterator<Item = String>,
    most: usize,
    view: View,
) {
    let mut left = 0_usize;
    for (at, text) in texts.enumerate() {
        if at < view.most(most) {
            view.line(out, 4, &format!("{word} {}", terminal(&text)));
        } else {
            left += 1;
        }
    }
    if left > 0 {
        view.line(out, 4, &format!("… and {left} more (-v lists them)"));
    }
}

/// Cases that fail for what was accepted, and no longer is.
fn gated(out: &mut String, report: &Report, view: View) {
    let cases = finding::gated(report);
    let told = |case: &&CaseReport| {
        let reasons = [case.reason.as_deref(), case.gate.as_deref()];
        let reasons: Vec<&str> = reasons.into_iter().flatten().collect();
        format!("{}: {}", case.id, reasons.join("; "))
    };
    let told = cases.iter().map(told);
    so_many(out, &view.red("FAIL"), told, MAX_GATED, view);
}

/// Cases without a verdict, once a reason.
fn open(out: &mut String, report: &Report, view: View) {
    let mut open: Vec<(Verdict, String, Vec<&CaseReport>)> = Vec::new();
    for (verdict, reason, cases) in finding::open(report) {
        // What is the same in several operations names a case of its own in each.
        let operation = cases.first().and_then(|case| case.id.split_once('/'));
        let reason = match operation.filter(|_| report.operations.len() > 1) {
            Some((operation, _)) => reason.replace(&format!("{operation}/"), ""),
            None => reason.to_owned(),
        };
        let mut known = open.iter_mut();
        match known.find(|it| (it.0, &it.1) == (verdict, &reason)) {
            Some((.., known)) => known.extend(cases),
            None => open.push((verdict, reason, cases)),
        }
    }
    let told = open.iter().map(|(verdict, reason, cases)| {
        let ids = listed(cases.iter().map(|case| case.id.as_str()));
        let count = match cases.len() {
            1 => String::new(),
            count => format!("{count} cases: "),
        };
        let line = terminal(&format!("{count}{ids}: {reason}"));
        format!("{} {line}", view.yellow(verdict.word()))
    });
    let left = open.len().saturating_sub(view.most(MAX_LINES));
    for line in told.take(view.most(MAX_LINES)) {
        view.line(out, 4, &line);
    }
    if left > 0 {
        view.line(
            out,
            4,
            &format!("… and {left} more reasons (-v lists them)"),
        );
    }
    let unjudged = report.unjudged.iter();
    let unjudged = unjudged.map(|one| format!("{}: {}", one.name, one.reason));
    lines(out, &view.yellow("not judged"), unjudged, view);
}

/// What a person left out of the suite.
fn left_out(out: &mut String, report: &Report, view: View) {
    let left_out = report.suite.left_out.iter();
    let told = left_out.map(|one| format!("{}: {}", one.name, one.reason));
    lines(out, &view.yellow("left out"), told, view);
}

fn notes(out: &mut String, report: &Report, view: View) {
    let notes = finding::notes(report);
    let notes = notes.iter().map(|found| {
        let difference = found.difference;
        let place = match difference.pointer.as_str() {
            "" => &difference.clause,
            pointer => pointer,
        };
        let operations = match (found.operations.as_slice(), report.operations.len()) {
            (_, 1) => String::new(),
            ([one], _) => format!(" in {}", one.operation),
            (several, all) => format!(" in {} of {all} operations", several.len()),
        };
        format!(
            "{} at {place}{operations}: {} (documented: {})",
            difference.rule.code, difference.observed, difference.documented
        )
    });
    lines(out, &view.yellow("note"), notes, view);
}

fn unchecked(out: &mut String, report: &Report, view: View) {
    let operations = report.operations.iter();
    let unchecked = operations.flat_map(|it| it.unchecked().into_iter().map(move |of| (it, of)));
    let told = unchecked.map(|(operation, clause): (_, &ClauseReport)| {
        format!(
            "{}{} — {}: {}; {}",
            within(report, operation),
            clause.id,
            clause.source,
            clause.statement,
            clause.reason.as_deref().unwrap_or_default()
        )
    });
    lines(out, &view.yellow("unchecked"), told, view);
}
