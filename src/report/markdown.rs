//! Renders a report as Markdown, for the summary of a pipeline's job.
//!
//! Every line begins with text of our own, and text from outside is prose without
//! any markup, a code span or a code block ([`escape`](crate::escape)): it can make
//! no table, link, mention or command.

use super::coverage;
use super::finding::{self, Finding};
use super::{CaseReport, OperationReport, Report};
use crate::escape::{
    markdown as text, markdown_block, markdown_cell as cell, markdown_code as code,
};
use crate::judge::RunVerdict;
use std::fmt::Write as _;

/// Summaries of a job are refused as a whole beyond 1 MiB on some platforms, and
/// nobody reads as far as this.
const MAX_BYTES: usize = 256 * 1024;
/// Most lines of one list.
const MAX_LINES: usize = 100;
/// Most cases that are named behind a difference.
const MAX_CASES: usize = 5;

/// The report as GitHub-flavoured Markdown.
pub fn render(report: &Report) -> String {
    let mut out = String::new();
    head(&mut out, report);
    totals(&mut out, report);
    operations(&mut out, report);
    differences(&mut out, report);
    without_verdict(&mut out, report);
    left_out(&mut out, report);
    known(&mut out, report);
    notes(&mut out, &finding::notes(report));
    for operation in &report.operations {
        corrections(&mut out, report, operation);
        weaknesses(&mut out, report, operation);
        unchecked(&mut out, report, operation);
    }
    if let [one] = report.operations.as_slice() {
        groups(&mut out, one);
        not_exercised(&mut out, one);
    }
    out
}

fn head(out: &mut String, report: &Report) {
    let mark = match (report.verdict, report.verdict.exit_code()) {
        (_, 1) => "❌",
        (RunVerdict::Conforms, _) => "✅",
        _ => "⚠️",
    };
    let _ = writeln!(
        out,
        "## {mark} Target {}: {}\n",
        text(&report.target),
        report.headline()
    );
    if let Some(stopped) = &report.stopped {
        let _ = writeln!(out, "**Ended early:** {}\n", text(stopped));
    }
    let retries = if report.retries() > 0 {
        format!(" ({} of them repeated)", report.retries())
    } else {
        String::new()
    };
    let _ = writeln!(
        out,
        "{}, {} cases, {} requests{retries} in {:.2} s, seed {}, exit code {}.\n",
        match report.operations.as_slice() {
            [one] => format!("Operation {}", code(&one.operation)),
            several => format!("{} operations", several.len()),
        },
        report.cases().count(),
        report.requests,
        report.elapsed.as_secs_f64(),
        report.seed,
        report.verdict.exit_code()
    );
}

fn totals(out: &mut String, report: &Report) {
    out.push_str("| verdict | cases |\n| --- | ---: |\n");
    for (verdict, count) in report.totals() {
        let _ = writeln!(out, "| {verdict} | {count} |");
    }
    let _ = writeln!(out, "| **all** | {} |\n", report.cases().count());
}

/// A row for each operation, where there are several; those that do not conform first.
fn operations(out: &mut String, report: &Report) {
    if report.operations.len() < 2 && report.unjudged.is_empty() {
        return;
    }
    out.push_str("### Operations\n\n");
    out.push_str("| operation | verdict | cases | verified | violated | not exercised |\n");
    out.push_str("| --- | --- | ---: | ---: | ---: | ---: |\n");
    for one in &report.unjudged {
        let _ = writeln!(
            out,
            "| {} | not judged: {} | | | | |",
            cell(&code(&one.name)),
            cell(&text(&one.reason))
        );
    }
    let sorted = report.worst_first();
    for operation in sorted.iter().take(MAX_LINES) {
        let groups = coverage::groups(operation);
        let sum =
            |count: fn(&coverage::Group) -> usize| -> usize { groups.iter().map(count).sum() };
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} | {} | {} |",
            cell(&code(&operation.operation)),
            operation.verdict.word(),
            operation.cases.len(),
            sum(|it| it.verified),
            sum(|it| it.violated),
            sum(|it| it.not_exercised)
        );
    }
    rest(out, sorted.len());
}

fn differences(out: &mut String, report: &Report) {
    let found = finding::differences(report);
    let unlisted: u64 = report.cases().map(|case| case.unlisted).sum();
    let gated = finding::gated(report);
    if !found.is_empty() || unlisted > 0 {
        out.push_str("### Differences\n\n");
    }
    let mut left = found.len();
    for found in &found {
        if out.len() > MAX_BYTES {
            break;
        }
        difference(out, found);
        left -= 1;
    }
    if left as u64 + unlisted > 0 {
        let _ = writeln!(out, "… and {} more.\n", left as u64 + unlisted);
    }
    if !gated.is_empty() {
        out.push_str("### Acceptances that no longer hold\n\n");
        reasons(out, &gated);
    }
}

fn difference(out: &mut String, found: &Finding<'_>) {
    let difference = found.difference;
    let at = if difference.pointer.is_empty() {
        String::new()
    } else {
        format!(" at {}", code(&difference.pointer))
    };
    let _ = writeln!(out, "#### {}{at}\n", difference.rule.code);
    let clause = found.clause();
    let source = clause.map_or(String::new(), |clause| {
        format!(" — {}: {}", text(&clause.source), text(&clause.statement))
    });
    let _ = writeln!(out, "- clause: {}{source}", code(&difference.clause));
    if let Some(reading) = clause.and_then(|clause| clause.reading.as_deref()) {
        let _ = writeln!(out, "- reading: {}", text(reading));
    }
    let _ = writeln!(out, "- expected: {}", text(&difference.documented));
    let _ = writeln!(out, "- observed: {}", text(difference.observed_in_full()));
    if let Some(remark) = found.remark() {
        let _ = writeln!(out, "- remark: {}", text(remark));
    }
    let _ = writeln!(out, "- seen: {}\n", seen(found));
    let _ = writeln!(out, "{}", markdown_block(&found.example.reply));
    let _ = writeln!(out, "{}", markdown_block(&found.example.curl));
}

/// `in 12 replies of valid/audit, valid/risk and 3 more cases`
fn seen(found: &Finding<'_>) -> String {
    let names: Vec<String> = found
        .cases
        .iter()
        .take(MAX_CASES)
        .map(|case| code(&case.id))
        .collect();
    let more = found.cases.len().saturating_sub(MAX_CASES);
    let more = if more > 0 {
        format!(" and {more} more cases")
    } else {
        String::new()
    };
    let replies = if found.count == 1 { "reply" } else { "replies" };
    let operations = match found.operations.len() {
        0 | 1 => String::new(),
        several => {
            let names = found.operations.iter().take(MAX_LINES);
            let names: Vec<String> = names.map(|it| code(&it.operation)).collect();
            format!("; in {several} operations: {}", names.join(", "))
        }
    };
    format!(
        "in {} {replies} of {}{more}{operations}",
        found.count,
        names.join(", ")
    )
}

fn without_verdict(out: &mut String, report: &Report) {
    let open = finding::open(report);
    if open.is_empty() {
        return;
    }
    out.push_str("### Cases without a verdict\n\n");
    for (verdict, reason, cases) in open.iter().take(MAX_LINES) {
        let names = cases.iter().take(MAX_CASES).map(|case| code(&case.id));
        let names: Vec<String> = names.collect();
        let more = match cases.len().saturating_sub(MAX_CASES) {
            0 => String::new(),
            more => format!(" and {more} more cases"),
        };
        let _ = writeln!(
            out,
            "- {verdict} {}{more}: {}",
            names.join(", "),
            text(reason)
        );
    }
    rest(out, open.len());
}

fn reasons(out: &mut String, cases: &[&CaseReport]) {
    for case in cases.iter().take(MAX_LINES) {
        let reason = finding::why(case);
        let _ = writeln!(
            out,
            "- {} {}: {}",
            case.verdict,
            code(&case.id),
            text(reason)
        );
    }
    rest(out, cases.len());
}

fn left_out(out: &mut String, report: &Report) {
    let left_out = &report.suite.left_out;
    if left_out.is_empty() {
        return;
    }
    out.push_str("### Left out of the suite\n\n");
    for one in left_out.iter().take(MAX_LINES) {
        let _ = writeln!(out, "- {}: {}", code(&one.name), text(&one.reason));
    }
    rest(out, left_out.len());
}

fn known(out: &mut String, report: &Report) {
    let known = finding::known(report);
    if known.is_empty() {
        return;
    }
    out.push_str("### Known differences\n\n");
    for (case, acceptance) in known.iter().take(MAX_LINES) {
        let differences: Vec<String> = finding::accepted(case)
            .into_iter()
            .take(MAX_CASES)
            .map(|(rule, pointer)| format!("{rule} at {}", code(pointer)))
            .collect();
        let _ = write!(out, "- {}: {}", code(&case.id), differences.join(", "));
        if let Some(acceptance) = acceptance {
            let soon = if case.ends_soon { " (**soon**)" } else { "" };
            let _ = write!(
                out,
                "; accepted until {}{soon} because {}",
                acceptance.until,
                text(&acceptance.reason)
            );
            if let Some(ticket) = &acceptance.ticket {
                let _ = write!(out, ", ticket {}", code(ticket));
            }
        }
        out.push('\n');
    }
    rest(out, known.len());
}

fn corrections(out: &mut String, run: &Report, report: &OperationReport) {
    if report.corrections.is_empty() {
        return;
    }
    heading(out, "What was corrected in the source", run, report);
    for correction in report.corrections.iter().take(MAX_LINES) {
        let _ = writeln!(out, "- {}", text(&correction.to_string()));
    }
    rest(out, report.corrections.len());
}

fn weaknesses(out: &mut String, run: &Report, report: &OperationReport) {
    if report.weaknesses.is_empty() {
        return;
    }
    heading(out, "What the schemas cannot tell apart", run, report);
    for weakness in report.weaknesses.iter().take(MAX_LINES) {
        let _ = writeln!(out, "- {}", text(weakness));
    }
    rest(out, report.weaknesses.len());
}

fn unchecked(out: &mut String, run: &Report, report: &OperationReport) {
    let unchecked = report.unchecked();
    if unchecked.is_empty() {
        return;
    }
    heading(out, "Unchecked statements", run, report);
    for clause in unchecked.iter().take(MAX_LINES) {
        let _ = writeln!(
            out,
            "- {} — {}: {}; {}",
            code(&clause.id),
            text(&clause.source),
            text(&clause.statement),
            text(clause.reason.as_deref().unwrap_or_default())
        );
    }
    rest(out, unchecked.len());
}

fn notes(out: &mut String, found: &[Finding<'_>]) {
    if found.is_empty() {
        return;
    }
    out.push_str("### Notes\n\n");
    for found in found.iter().take(MAX_LINES) {
        let difference = found.difference;
        let _ = writeln!(
            out,
            "- {} at {}: expected {}, observed {}, {}",
            difference.rule.code,
            code(&difference.pointer),
            text(&difference.documented),
            text(&difference.observed),
            seen(found)
        );
    }
    rest(out, found.len());
}

fn groups(out: &mut String, report: &OperationReport) {
    out.push_str("### Coverage of the documented statements\n\n");
    out.push_str("| group | verified | violated | not exercised |\n| --- | ---: | ---: | ---: |\n");
    for group in coverage::groups(report) {
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} |",
            cell(&text(&group.name)),
            group.verified,
            group.violated,
            group.not_exercised
        );
    }
    out.push('\n');
}

fn not_exercised(out: &mut String, report: &OperationReport) {
    let by_reason = coverage::not_exercised(report);
    if by_reason.is_empty() {
        return;
    }
    out.push_str("### Not exercised\n\n");
    for (reason, ids) in by_reason.iter().take(MAX_LINES) {
        let names: Vec<String> = ids.iter().take(MAX_LINES).map(|id| code(id)).collect();
        let more = ids.len().saturating_sub(MAX_LINES);
        let more = if more > 0 {
            format!(" and {more} more")
        } else {
            String::new()
        };
        let _ = writeln!(out, "- {}: {}{more}", text(reason), names.join(", "));
    }
    rest(out, by_reason.len());
}

/// A heading, with the operation where there are several.
fn heading(out: &mut String, title: &str, run: &Report, operation: &OperationReport) {
    let of = match run.operations.len() {
        1 => String::new(),
        _ => format!(" of {}", code(&operation.operation)),
    };
    let _ = writeln!(out, "### {title}{of}\n");
}

/// Closes a list that may have been cut.
fn rest(out: &mut String, length: usize) {
    if length > MAX_LINES {
        let _ = writeln!(out, "- … and {} more", length - MAX_LINES);
    }
    out.push('\n');
}
