//! What explains the differences: each cause once, with the statements that it breaks and
//! the cases that show it.

use super::super::Report;
use super::super::cause::{Cause, Kind, causes};
use super::super::finding::Finding;
use super::names::{MAX_NAMES, counted, listed};
use super::view::View;
use crate::contract::ClauseId;
use crate::escape::terminal;
use crate::judge::Difference;
use std::fmt::Write as _;

/// Most causes that are told in full.
const MAX_FULL: usize = 5;
/// Most others, a line each.
const MAX_LINES: usize = 5;
/// Most statements that are named of a cause.
const MAX_CLAUSES: usize = 4;
/// Most columns of a reply.
const MAX_REPLY: usize = 120;

pub(super) fn differences(out: &mut String, report: &Report, view: View) {
    let causes = causes(report);
    let in_full = view.most(MAX_FULL);
    for cause in causes.iter().take(in_full) {
        out.push('\n');
        tell(out, report, cause, view);
    }
    let others = causes.get(in_full..).unwrap_or_default();
    if !others.is_empty() {
        out.push('\n');
    }
    for cause in others.iter().take(MAX_LINES) {
        let difference = cause.first().difference;
        let line = format!(
            "{} {}",
            view.red("FAIL"),
            terminal(&format!("{difference}; in {}", cases(cause)))
        );
        view.line(out, 4, &line);
    }
    let left = others.len().saturating_sub(MAX_LINES);
    if left > 0 {
        let what = counted(left, "more difference", "more differences");
        view.line(out, 4, &format!("… and {what} (-v lists them)"));
    }
    let unlisted: u64 = report.cases().map(|case| case.unlisted).sum();
    if unlisted > 0 {
        let text = format!("… and {unlisted} more differences than a case can list");
        view.line(out, 4, &text);
    }
}

fn tell(out: &mut String, report: &Report, cause: &Cause<'_>, view: View) {
    let difference = cause.first().difference;
    let at = match difference.pointer.as_str() {
        "" => String::new(),
        pointer => format!(" at {pointer}"),
    };
    let what = match cause.kind {
        Kind::Difference => String::new(),
        Kind::Status => format!(": {} at many statements", difference.observed),
        Kind::EveryReply => format!(": every request was answered with {}", difference.observed),
    };
    let rules = distinct(cause, |it| it.rule.code).join(", ");
    let head = format!("{rules}{at}{what}");
    let head = view.red(&terminal(&head));
    view.line(out, 4, &format!("{} {head}", view.red("FAIL")));
    statements(out, cause, view);
    if cause.kind == Kind::Difference {
        for one in distinct(cause, |it| &it.documented) {
            view.labelled(out, "expected", one);
        }
        for one in distinct(cause, Difference::observed_in_full) {
            view.labelled(out, "observed", one);
        }
    } else {
        view.labelled(out, "observed", &difference.observed);
    }
    view.labelled(out, "seen", &seen(report, cause));
    if let Some(remark) = cause.findings.iter().find_map(Finding::remark) {
        view.labelled(out, "remark", remark);
    }
    if cause.kind == Kind::EveryReply {
        let address = report.base_url.as_deref().unwrap_or("this");
        let hint = format!("is {address} the address of the API?");
        view.labelled(out, "check", &hint);
    }
    let example = cause.example();
    let reply = match view.verbose {
        true => example.reply.clone(),
        false => cut(&example.reply),
    };
    let reply = view.dim(&terminal(&reply));
    view.line(out, 14, &format!("    {:<9} {reply}", "reply"));
    view.command(out, 4, &example.curl);
}

/// The statements that are broken, each once; of a status with what each documents.
fn statements(out: &mut String, cause: &Cause<'_>, view: View) {
    let mut told: Vec<(&ClauseId, &Finding<'_>, Vec<&str>)> = Vec::new();
    for found in &cause.findings {
        let Difference {
            clause, documented, ..
        } = found.difference;
        match told.iter_mut().find(|(known, ..)| *known == clause) {
            Some((.., expected)) if expected.contains(&documented.as_str()) => {}
            Some((.., expected)) => expected.push(documented),
            None => told.push((clause, found, vec![documented])),
        }
    }
    let most = view.most(MAX_CLAUSES);
    for (id, found, expected) in told.iter().take(most) {
        let mut text = id.to_string();
        let clause = found.clause();
        if let Some(clause) = clause {
            let _ = write!(text, " — {}: {}", clause.source, clause.statement);
        }
        if cause.kind != Kind::Difference {
            let _ = write!(text, "; expected {}", expected.join(", or "));
        }
        view.labelled(out, "clause", &text);
        let quote = clause.map_or("", |clause| &clause.quote);
        if !quote.is_empty() && told.len() == 1 {
            let words: Vec<&str> = quote.lines().collect();
            view.labelled(out, "quote", &format!("“{}”", words.join(" / ")));
        }
        if let Some(reason) = clause.and_then(|clause| clause.reading.as_deref()) {
            view.labelled(out, "reading", reason);
        }
    }
    let left = told.len().saturating_sub(most);
    if left > 0 {
        let what = counted(left, "more statement", "more statements");
        view.labelled(out, "", &format!("… and {what} (-v lists them)"));
    }
}

/// What the findings of a cause say, each text once; the first few.
fn distinct<'a>(cause: &Cause<'a>, of: fn(&'a Difference) -> &'a str) -> Vec<&'a str> {
    let mut texts = Vec::new();
    for text in cause.findings.iter().map(|it| of(it.difference)) {
        if !texts.contains(&text) && texts.len() < MAX_NAMES {
            texts.push(text);
        }
    }
    texts
}

/// `12 replies in 3 cases: o/valid/audit, o/valid/risk, o/any/valid`; and the operations,
/// where there are several.
fn seen(report: &Report, cause: &Cause<'_>) -> String {
    let count = cause.count();
    let replies = if count == 1 { "reply" } else { "replies" };
    let mut text = format!("{count} {replies} in {}", cases(cause));
    let operations = cause.operations();
    if operations.len() > 1 {
        let names = operations.iter().map(|it| it.operation.as_str());
        let (some, all) = (operations.len(), report.operations.len());
        let _ = write!(text, "; in {some} of {all} operations: {}", listed(names));
    }
    text
}

/// `3 cases: o/valid/audit, o/valid/risk, o/any/valid`
fn cases(cause: &Cause<'_>) -> String {
    let cases = cause.cases();
    let ids = cases.iter().map(|case| case.id.as_str());
    format!("{}: {}", counted(cases.len(), "case", "cases"), listed(ids))
}

/// As much of a reply as a line holds about.
fn cut(reply: &str) -> String {
    match reply.char_indices().nth(MAX_REPLY) {
        Some((at, _)) => format!("{}…", &reply[..at]),
        None => reply.to_owned(),
    }
}
