//! Renders a report for terminals and logs. Text from outside is escaped here,
//! and nowhere else for this format.

use super::{CaseReport, ClauseVerdict, Report};
use crate::baseline::Assessment;
use crate::escape::terminal;
use crate::judge::{RunVerdict, Severity, Verdict};
use std::fmt::Write as _;

/// Most lines of one kind in the coverage.
const MAX_CLAUSES: usize = 40;

/// The text behind the lines of the trials. `color` adds ANSI colours; `verbose`
/// lists every clause.
pub fn render(report: &Report, color: bool, verbose: bool) -> String {
    let paint = Paint(color);
    let mut out = String::new();
    for case in &report.cases {
        differences(&mut out, report, case, paint);
    }
    known(&mut out, report, paint);
    notes(&mut out, report, paint);
    for weakness in report.weaknesses.iter().take(MAX_CLAUSES) {
        let _ = writeln!(out, "{} {}", paint.yellow("weak"), terminal(weakness));
    }
    for correction in report.corrections.iter().take(MAX_CLAUSES) {
        let line = terminal(&correction.to_string());
        let _ = writeln!(out, "{} {line}", paint.yellow("corrected"));
    }
    if let Some(more) = report.corrections.len().checked_sub(MAX_CLAUSES + 1) {
        let _ = writeln!(out, "    … and {} more corrections", more + 1);
    }
    unchecked(&mut out, report, paint, verbose);
    coverage(&mut out, report, paint, verbose);
    summary(&mut out, report, paint);
    out
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

fn differences(out: &mut String, report: &Report, case: &CaseReport, paint: Paint) {
    match case.verdict {
        Verdict::Fail => {}
        Verdict::Inconclusive | Verdict::Error => {
            let word = paint.yellow(case.verdict.word());
            let reason = terminal(case.reason.as_deref().unwrap_or_default());
            let _ = writeln!(out, "{word} {}: {reason}", terminal(&case.id));
            return;
        }
        _ => return,
    }
    let _ = writeln!(
        out,
        "{} {} — {}",
        paint.red("FAIL"),
        terminal(&case.id),
        terminal(&case.summary)
    );
    let mut shown = None;
    for seen in &case.seen {
        let difference = &seen.difference;
        if difference.rule.severity == Severity::Note {
            continue;
        }
        let clause = report.clause(&difference.clause);
        let source = clause.map_or(String::new(), |clause| {
            format!(" — {}: {}", clause.source, clause.statement)
        });
        let at = if difference.pointer.is_empty() {
            String::new()
        } else {
            format!(" at {}", terminal(&difference.pointer))
        };
        let _ = writeln!(out, "  {}{at}", paint.red(difference.rule.code));
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
            "    observed  {} (in {} of {} replies)",
            terminal(difference.observed_in_full()),
            seen.count,
            case.requests.max(seen.count)
        );
        // Differences of one reply share its lines.
        if shown != Some(&seen.example) {
            shown = Some(&seen.example);
            let reply = paint.dim(&terminal(&seen.example.reply));
            let _ = writeln!(out, "    reply     {reply}");
            let _ = writeln!(out, "    {}", terminal(&seen.example.curl));
        }
    }
    if let Some(reason) = &case.reason {
        let _ = writeln!(out, "  {}", terminal(reason));
    }
    if let Some(gate) = &case.gate {
        let _ = writeln!(out, "  {}", terminal(gate));
    }
    if case.unlisted > 0 {
        let _ = writeln!(out, "  … and {} more differences", case.unlisted);
    }
    out.push('\n');
}

fn known(out: &mut String, report: &Report, paint: Paint) {
    for case in &report.cases {
        let Assessment::Known(acceptance) = &case.assessment else {
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
}

fn notes(out: &mut String, report: &Report, paint: Paint) {
    let mut lines: Vec<String> = Vec::new();
    for case in &report.cases {
        for seen in &case.seen {
            let difference = &seen.difference;
            if difference.rule.severity == Severity::Note {
                let place = match difference.pointer.as_str() {
                    "" => &difference.clause,
                    pointer => pointer,
                };
                let line = format!(
                    "{} {} at {}: {} (documented: {})",
                    paint.yellow("note"),
                    difference.rule.code,
                    terminal(place),
                    terminal(&difference.observed),
                    terminal(&difference.documented)
                );
                if !lines.contains(&line) {
                    lines.push(line);
                }
            }
        }
    }
    for line in lines.iter().take(MAX_CLAUSES) {
        let _ = writeln!(out, "{line}");
    }
    if lines.len() > MAX_CLAUSES {
        let _ = writeln!(out, "… and {} more notes", lines.len() - MAX_CLAUSES);
    }
}

fn unchecked(out: &mut String, report: &Report, paint: Paint, verbose: bool) {
    let unchecked = report.unchecked();
    let listed = if verbose {
        unchecked.len()
    } else {
        MAX_CLAUSES
    };
    for clause in unchecked.iter().take(listed) {
        let statement = format!("{} — {}: {}", clause.id, clause.source, clause.statement);
        let reason = clause.reason.as_deref().unwrap_or_default();
        let _ = writeln!(
            out,
            "{} {}; {}",
            paint.yellow("unchecked"),
            terminal(&statement),
            terminal(reason)
        );
    }
    if unchecked.len() > listed {
        let more = unchecked.len() - listed;
        let _ = writeln!(
            out,
            "… and {more} more unchecked statements (-v lists them)"
        );
    }
}

fn coverage(out: &mut String, report: &Report, paint: Paint, verbose: bool) {
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
        if listed <= MAX_CLAUSES || verbose {
            let statement = terminal(&clause.statement);
            let _ = writeln!(
                out,
                "    {word} {} — {}: {statement}{note}",
                terminal(&clause.id),
                terminal(&clause.source)
            );
        }
    }
    if listed > MAX_CLAUSES && !verbose {
        let _ = writeln!(
            out,
            "    … and {} more (-v lists them)",
            listed - MAX_CLAUSES
        );
    }
    for (group, reason, count) in open {
        let word = paint.yellow("not exercised");
        let (group, reason) = (terminal(&group), terminal(&reason));
        let _ = writeln!(out, "    {word} {group} ({count}): {reason}");
    }
}

fn summary(out: &mut String, report: &Report, paint: Paint) {
    let totals: Vec<String> = report
        .totals()
        .iter()
        .map(|(verdict, count)| format!("{count} {verdict}"))
        .collect();
    if let Some(stopped) = &report.stopped {
        let _ = writeln!(out, "\nended early: {}", terminal(stopped));
    }
    let headline = report.headline();
    let word = match (report.verdict, report.verdict.exit_code()) {
        (_, 1) => paint.red(&headline),
        (RunVerdict::Conforms, _) => paint.green(&headline),
        _ => paint.yellow(&headline),
    };
    let retried = if report.retries > 0 {
        format!(", {} of them repeated", report.retries)
    } else {
        String::new()
    };
    let _ = writeln!(
        out,
        "\n{}: {word} — {} cases of {}: {}; {} requests{retried} in {:.2} s; seed {}",
        terminal(&report.target),
        report.cases.len(),
        terminal(&report.operation),
        totals.join(", "),
        report.requests,
        report.elapsed.as_secs_f64(),
        report.seed
    );
}
