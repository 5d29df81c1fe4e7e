//! Draws what is said operation by operation, within a bound for the whole page.

use super::anchor::Anchors;
use super::finding::Drawn;
use super::page::{facts, heading, run_tone, tag};
use super::{cases, coverage, finding, overview};
use crate::judge::{RunVerdict, Verdict};
use crate::report::{CaseReport, OperationReport, Report};
use maud::{Markup, html};

/// Most cases of a report that lists all of them.
const MANY_CASES: usize = 5_000;
/// Bytes that operations drawn whole may take together; the others are drawn in brief.
const MAX_BYTES: usize = 12 * 1024 * 1024;
/// Most cases named of an operation that is drawn in brief.
const MAX_BRIEF: usize = 20;

/// Everything on one operation, of a run of that one alone.
pub(super) fn alone(operation: &OperationReport, anchors: &Anchors) -> Markup {
    html! { div id=(anchors.of(operation)) { (whole(operation, false)) } }
}

/// A closed part of the page for each operation, those that do not conform first.
pub(super) fn all(report: &Report, anchors: &Anchors, drawn: &[Drawn<'_>]) -> Markup {
    let is_long = report.cases().count() > MANY_CASES;
    let mut left = MAX_BYTES;
    html! {
        @if !report.operations.is_empty() {
            section id="each" {
                (heading("Operation by operation", Some(report.operations.len())))
                @for operation in report.worst_first() {
                    details class={ "operation op v-" (overview::kind(operation)) } {
                        summary {
                            code { (operation.operation) } " "
                            (tag(run_tone(operation.verdict), &operation.verdict.word()))
                            " " span class="dim" { (totals(operation)) }
                        }
                        div id=(anchors.of(operation)) class="inside" {
                            (finding::causes(operation, drawn))
                            (bounded(operation, is_long, &mut left))
                        }
                    }
                }
            }
        }
    }
}

/// The whole operation while there is room; in brief it takes little.
fn bounded(operation: &OperationReport, is_long: bool, left: &mut usize) -> Markup {
    let conforms = RunVerdict::exit_code(operation.verdict) == 0;
    let whole = (!is_long || !conforms).then(|| whole(operation, is_long));
    match whole.filter(|whole| whole.0.len() <= *left) {
        Some(whole) => {
            *left -= whole.0.len();
            whole
        }
        None => brief(operation),
    }
}

fn whole(operation: &OperationReport, is_long: bool) -> Markup {
    html! {
        (finding::corrections(operation))
        (finding::weaknesses(operation))
        (coverage::draw(operation))
        (cases::draw(operation, is_long))
    }
}

fn brief(operation: &OperationReport) -> Markup {
    let passes = |case: &&CaseReport| case.verdict == Verdict::Pass;
    let passed = operation.cases.iter().filter(passes).count();
    let others = operation.cases.iter().filter(|case| !passes(case));
    let left = operation.cases.len() - passed;
    html! {
        (finding::corrections(operation))
        (coverage::brief(operation))
        (facts(&[
            ("cases", operation.cases.len().to_string()),
            ("requests", operation.requests().to_string()),
            ("what the schemas cannot tell apart", operation.weaknesses.len().to_string()),
        ]))
        @for case in others.take(MAX_BRIEF) {
            p class={ "case c-" (case.verdict.word()) } {
                code { (case.id) } " " (tag(super::page::tone(case.verdict), case.verdict.word()))
            }
        }
        (super::page::more(left.saturating_sub(MAX_BRIEF) as u64))
        (cases::counted(passed))
    }
}

/// `3 fail, 97 pass`, worst first.
fn totals(operation: &OperationReport) -> String {
    let totals = operation.totals();
    let words = totals.iter().rev();
    let words: Vec<String> = words
        .map(|(verdict, count)| format!("{count} {verdict}"))
        .collect();
    words.join(", ")
}
