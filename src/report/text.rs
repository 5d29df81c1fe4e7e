//! Renders a report for terminals and logs: each cause once, with the cases and operations
//! that show it. Text from outside is escaped here, and nowhere else for this format.

use super::finding::{self, Finding};
use super::{CaseReport, ClauseReport, ClauseVerdict, OperationReport, Report};
use crate::escape::terminal;
use crate::judge::{RunVerdict, Verdict};
use std::fmt::Write as _;

/// Most lines of one kind.
const MAX_LINES: usize = 40;
/// Most differences shown in full; the other reports have the rest.
const MAX_DIFFERENCES: usize = 25;
/// Most cases and operations that are named behind a difference.
const MAX_NAMES: usize = 3;

/// The text behind the lines of the trials. `color` adds ANSI colours; `verbose`
/// lists every clause, case and difference.
pub fn render(report: &Report, color: bool, verbose: bool) -> String {
    let paint = Paint(color);
    let most = |lines: usize| if verbose { usize::MAX } else { lines };
    let mut out = String::new();
    differences(&mut out, report, paint, most(MAX_DIFFERENCES));
    gated(&mut out, report, paint, most(MAX_LINES));
    open(&mut out, report, paint, most(MAX_LINES));
    left_out(&mut out, report, paint, most(MAX_LINES));
    known(&mut out, report, paint, most(MAX_LINES));
    notes(&mut out, report, paint, most(MAX_LINES));
    let operations = report.operations.iter();
    let weak = operations
        .clone()
        .flat_map(|it| it.weaknesses.iter().map(move |of| (it, of)));
    let weak = weak.map(|(it, text)| format!("{}{text}", within(report, it)));
    lines(&mut out, &paint.yellow("weak"), weak, most(MAX_LINES));
    let corrected = operations.flat_map(|it| it.corrections.iter().map(move |of| (it, of)));
    let corrected = corrected.map(|(it, text)| format!("{}{text}", within(report, it)));
    lines(
        &mut out,
        &paint.yellow("corrected"),
        corrected,
        most(MAX_LINES),
    );
    unchecked(&mut out, report, paint, most(MAX_LINES));
    match report.operations.as_slice() {
        [one] => coverage(&mut out, one, paint, verbose),
        several if verbose => {
            for operation in several {
                let _ = writeln!(out, "{}", terminal(&operation.operation));
                coverage(&mut out, operation, paint, verbose);
            }
        }
        several => overview(&mut out, several, paint),
    }
    summary(&mut out, report, paint);
    out
}

/// The operation in front of what is said of it, where there are several.
fn within(report: &Report, operation: &OperationReport) -> String {
    match report.operations.len() {
        1 => String::new(),
        _ => format!("{}: ", operation.operation),
    }
}

/// Lines of one kind, up to so many.
fn lines(out: &mut String, word: &str, texts: impl Iterator<Item = String>, most: usize) {
    let mut left = 0_usize;
    for (at, text) in texts.enumerate() {
        if at < most {
            let _ = writeln!(out, "{word} {}", terminal(&text));
        } else {
            left += 1;
        }
    }
    if left > 0 {
        let _ = writeln!(out, "… and {left} more (-v lists them)");
    }
}

#[derive(Clone, Copy)]
struct Paint(bool);

impl Paint {
    fn with(self, code: &str, text: &str) -> String {
        if self.0 {
            format!("\u{1b}[{code}m{text}\u{1b}[0m")
        } else {
            text.to_owned()
        }
    }

    fn red(self, text: &str) -> String {
        self.with("31;1", text)
    }

    fn green(self, text: &str) -> String {
        self.with("32;1", text)
    }

    fn yellow(self, text: &str) -> String {
        self.with("33", text)
    }

    fn dim(self, text: &str) -> String {
        self.with("2", text)
    }
}

fn differences(out: &mut String, report: &Report, paint: Paint, most: usize) {
    let found = finding::differences(report);
    for found in found.iter().take(most) {
        difference(out, report, found, paint);
    }
    let unlisted: u64 = report.cases().map(|case| case.unlisted).sum();
    let left = found.len().saturating_sub(most) as u64;
    if left > 0 {
        let _ = writeln!(out, "… and {left} more differences (-v lists them)");
    }
    if unlisted > 0 {
        let _ = writeln!(
            out,
            "… and {unlisted} more differences than a case can list"
        );
    }
}

fn difference(out: &mut String, report: &Report, found: &Finding<'_>, paint: Paint) {
    let difference = found.difference;
    let clause = found.clause();
    let source = clause.map_or(String::new(), |clause| {
        format!(" — {}: {}", clause.source, clause.statement)
    });
    let at = match difference.pointer.as_str() {
        "" => String::new(),
        pointer => format!(" at {}", terminal(pointer)),
    };
    let _ = writeln!(
        out,
        "{} {}{at}",
        paint.red("FAIL"),
        paint.red(difference.rule.code)
    );
    let _ = writeln!(
        out,
        "    clause    {}{}",
        terminal(&difference.clause),
        terminal(&source)
    );
    if let Some(reason) = clause.and_then(|clause| clause.reading.as_deref()) {
        let _ = writeln!(out, "    reading   {}", terminal(reason));
    }
    let _ = writeln!(out, "    expected  {}", terminal(&difference.documented));
    let _ = writeln!(
        out,
        "    observed  {}",
        terminal(difference.observed_in_full())
    );
    let _ = writeln!(out, "    seen      {}", terminal(&seen(report, found)));
    if let Some(remark) = found.remark() {
        let _ = writeln!(out, "    remark    {}", terminal(remark));
    }
    let reply = paint.dim(&terminal(&found.example.reply));
    let _ = writeln!(out, "    reply     {reply}");
    let _ = writeln!(out, "    {}\n", terminal(&found.example.curl));
}

/// `12 replies in 3 cases: o/valid/audit, o/valid/risk, o/any/valid`; and the operations,
/// where there are several.
fn seen(report: &Report, found: &Finding<'_>) -> String {
    let ids = found.cases.iter().map(|case| case.id.as_str());
    let replies = if found.count == 1 { "reply" } else { "replies" };
    let cases = if found.cases.len() == 1 {
        "case"
    } else {
        "cases"
    };
    let mut text = format!(
        "{} {replies} in {} {cases}: {}",
        found.count,
        found.cases.len(),
        listed(ids)
    );
    if found.operations.len() > 1 {
        let names = found.operations.iter().map(|it| it.operation.as_str());
        let (some, all) = (found.operations.len(), report.operations.len());
        let _ = write!(text, "; in {some} of {all} operations: {}", listed(names));
    }
    text
}

/// The first few names, and how many more there are.
fn listed<'a>(names: impl Iterator<Item = &'a str> + Clone) -> String {
    let first: Vec<&str> = names.clone().take(MAX_NAMES).collect();
    let more = match names.count().saturating_sub(MAX_NAMES) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!("{}{more}", first.join(", "))
}

/// Cases that fail for what was accepted, and no longer is.
fn gated(out: &mut String, report: &Report, paint: Paint, most: usize) {
    let cases = finding::gated(report);
    let told = |case: &&CaseReport| {
        let reasons = [case.reason.as_deref(), case.gate.as_deref()];
        let reasons: Vec<&str> = reasons.into_iter().flatten().collect();
        format!("{}: {}", case.id, reasons.join("; "))
    };
    lines(out, &paint.red("FAIL"), cases.iter().map(told), most);
}

/// Cases without a verdict, once a reason.
fn open(out: &mut String, report: &Report, paint: Paint, most: usize) {
    for (verdict, reason, cases) in finding::open(report).into_iter().take(most) {
        let ids = cases.iter().map(|case| case.id.as_str());
        let count = match cases.len() {
            1 => String::new(),
            count => format!("{count} cases: "),
        };
        let _ = writeln!(
            out,
            "{} {count}{}: {}",
            paint.yellow(verdict.word()),
            terminal(&listed(ids)),
            terminal(reason)
        );
    }
    for one in &report.unjudged {
        let (name, reason) = (terminal(&one.name), terminal(&one.reason));
        let _ = writeln!(out, "{} {name}: {reason}", paint.yellow("not judged"));
    }
}

/// What a person left out of the suite.
fn left_out(out: &mut String, report: &Report, paint: Paint, most: usize) {
    let left_out = report.suite.left_out.iter();
    let told = left_out.map(|one| format!("{}: {}", one.name, one.reason));
    lines(out, &paint.yellow("left out"), told, most);
}

fn known(out: &mut String, report: &Report, paint: Paint, most: usize) {
    let known = finding::known(report);
    for (case, acceptance) in known.iter().take(most) {
        let Some(acceptance) = acceptance else {
            continue;
        };
        let ticket = acceptance
            .ticket
            .as_ref()
            .map_or(String::new(), |ticket| format!(", {ticket}"));
        let ends = if case.ends_soon {
            paint.red(&format!("ends soon, on {}", acceptance.until))
        } else {
            format!("until {}", acceptance.until)
        };
        let _ = writeln!(
            out,
            "{} {} {ends}: {}",
            paint.yellow("known"),
            terminal(&case.id),
            terminal(&format!("{}{ticket}", acceptance.reason))
        );
    }
    if let Some(more) = known.len().checked_sub(most).filter(|more| *more > 0) {
        let _ = writeln!(out, "… and {more} more known differences (-v lists them)");
    }
}

fn notes(out: &mut String, report: &Report, paint: Paint, most: usize) {
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
    lines(out, &paint.yellow("note"), notes, most);
}

fn unchecked(out: &mut String, report: &Report, paint: Paint, most: usize) {
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
    lines(out, &paint.yellow("unchecked"), told, most);
}

/// A line for each operation: verdict, cases and statements.
fn overview(out: &mut String, operations: &[OperationReport], paint: Paint) {
    let width = operations.iter().map(|it| it.operation.len()).max();
    let width = width.unwrap_or_default();
    for operation in operations {
        let word = operation.verdict.word();
        let word = match (operation.verdict, operation.verdict.exit_code()) {
            (_, 1) => paint.red(&word),
            (RunVerdict::Conforms, _) => paint.green(&word),
            _ => paint.yellow(&word),
        };
        let all = operation.clauses.len();
        let count = |verdict| {
            let clauses = operation.clauses.iter();
            clauses.filter(|clause| clause.verdict == verdict).count()
        };
        let why = match operation.verdict {
            RunVerdict::NothingRun => {
                let mut reasons = operation.cases.iter().filter_map(|it| it.reason.as_deref());
                format!(" ({})", terminal(reasons.next().unwrap_or_default()))
            }
            _ => String::new(),
        };
        let _ = writeln!(
            out,
            "{:<width$}  {word}{why} — {}; {} of {all} statements verified{}",
            terminal(&operation.operation),
            counts(&operation.totals()),
            count(ClauseVerdict::Verified),
            match count(ClauseVerdict::Violated) {
                0 => String::new(),
                violated => format!(", {}", paint.red(&format!("{violated} violated"))),
            }
        );
    }
}

/// `71 pass, 17 fail`
fn counts(totals: &[(Verdict, usize)]) -> String {
    let totals: Vec<String> = totals
        .iter()
        .map(|(verdict, count)| format!("{count} {verdict}"))
        .collect();
    totals.join(", ")
}

fn coverage(out: &mut String, report: &OperationReport, paint: Paint, verbose: bool) {
    let mut groups: Vec<String> = Vec::new();
    for clause in &report.clauses {
        let group = clause.id.group();
        if !groups.contains(&group) {
            groups.push(group);
        }
    }
    let _ = writeln!(out, "coverage of the documented statements");
    for name in groups {
        let count = |verdict: ClauseVerdict| {
            report
                .clauses
                .iter()
                .filter(|clause| clause.id.group() == name && clause.verdict == verdict)
                .count()
        };
        let violated = count(ClauseVerdict::Violated);
        let open = count(ClauseVerdict::NotExercised);
        let mut line = format!(
            "  {:<14} {:>3} verified",
            terminal(&name),
            count(ClauseVerdict::Verified)
        );
        if violated > 0 {
            line.push_str(&format!(", {}", paint.red(&format!("{violated} violated"))));
        }
        if open > 0 {
            line.push_str(&format!(
                ", {}",
                paint.yellow(&format!("{open} not exercised"))
            ));
        }
        let _ = writeln!(out, "{line}");
    }
    let mut listed = 0;
    let mut open: Vec<(String, String, usize)> = Vec::new();
    for clause in &report.clauses {
        let (word, note) = match clause.verdict {
            ClauseVerdict::Verified if verbose => (
                paint.green("verified"),
                format!(" ({} times)", clause.observations),
            ),
            ClauseVerdict::Verified => continue,
            ClauseVerdict::Violated => (paint.red("violated"), String::new()),
            ClauseVerdict::NotExercised if clause.unchecked => continue,
            ClauseVerdict::NotExercised => {
                let reason = clause.reason.clone().unwrap_or_default();
                let group = clause.id.group();
                match open
                    .iter_mut()
                    .find(|(other, why, _)| *other == group && *why == reason)
                {
                    Some((_, _, count)) => *count += 1,
                    None => open.push((group, reason, 1)),
                }
                continue;
            }
        };
        listed += 1;
        if listed <= MAX_LINES || verbose {
            let statement = terminal(&clause.statement);
            let _ = writeln!(
                out,
                "    {word} {} — {}: {statement}{note}",
                terminal(&clause.id),
                terminal(&clause.source)
            );
        }
    }
    if listed > MAX_LINES && !verbose {
        let _ = writeln!(out, "    … and {} more (-v lists them)", listed - MAX_LINES);
    }
    for (group, reason, count) in open {
        let word = paint.yellow("not exercised");
        let (group, reason) = (terminal(&group), terminal(&reason));
        let _ = writeln!(out, "    {word} {group} ({count}): {reason}");
    }
}

/// The objects that are left, and how each is deleted.
fn left(out: &mut String, report: &Report, paint: Paint) {
    for one in &report.left {
        let id = one.id.as_ref().or(one.name.as_ref());
        let _ = writeln!(
            out,
            "\n{} {} {}: {}",
            paint.red("left"),
            terminal(&one.resource),
            terminal(id.map_or("of unknown id", String::as_str)),
            terminal(&one.why)
        );
        if let Some(curl) = &one.curl {
            let _ = writeln!(out, "  {}", terminal(curl));
        }
    }
}

fn summary(out: &mut String, report: &Report, paint: Paint) {
    left(out, report, paint);
    if let Some(stopped) = &report.stopped {
        let _ = writeln!(out, "\nended early: {}", terminal(stopped));
    }
    let headline = report.headline();
    let word = match (report.verdict, report.verdict.exit_code()) {
        (_, 1) => paint.red(&headline),
        (RunVerdict::Conforms, _) => paint.green(&headline),
        _ => paint.yellow(&headline),
    };
    let retried = match report.retries() {
        0 => String::new(),
        retries => format!(", {retries} of them repeated"),
    };
    let _ = writeln!(
        out,
        "\n{}: {word} — {} cases of {}: {}; {} requests{retried} in {:.2} s; seed {}",
        terminal(&report.target),
        report.cases().count(),
        terminal(&report.subject()),
        counts(&report.totals()),
        report.requests,
        report.elapsed.as_secs_f64(),
        report.seed
    );
}
