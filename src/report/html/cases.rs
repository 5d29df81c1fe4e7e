//! Draws the cases of an operation with their timings.

use super::page::{heading, tag, tone};
use crate::judge::Verdict;
use crate::report::{CaseReport, OperationReport};
use maud::{Markup, html};

/// The cases of an operation. Of a long report, those that pass are counted alone.
pub(super) fn draw(report: &OperationReport, is_long: bool) -> Markup {
    let passes = |case: &&CaseReport| is_long && case.verdict == Verdict::Pass;
    let passed = report.cases.iter().filter(passes).count();
    html! {
        section class="cases" {
            (heading("Cases and timings", Some(report.cases.len())))
            @if passed < report.cases.len() {
                div class="box" tabindex="0" role="region" aria-label="Cases and timings" {
                    table {
                        thead {
                            tr {
                                th scope="col" { "case" }
                                th scope="col" { "verdict" }
                                th scope="col" { "expects" }
                                th scope="col" class="number" { "requests" }
                                th scope="col" class="number" { "a request" }
                            }
                        }
                        tbody {
                            @for case in report.cases.iter().filter(|case| !passes(case)) { (row(case)) }
                        }
                    }
                }
            }
            (counted(passed))
        }
    }
}

/// What was counted alone.
pub(super) fn counted(passed: usize) -> Markup {
    html! {
        @if passed > 0 {
            p class="dim" {
                (passed) @if passed == 1 { " case passes" } @else { " cases pass" }
                "; the JSON report lists all"
            }
        }
    }
}

fn row(case: &CaseReport) -> Markup {
    html! {
        tr class={ "case c-" (case.verdict.word()) } {
            th scope="row" class="case" {
                code { (case.id) }
                div class="dim" { (case.summary) }
                @if let Some(reason) = &case.reason { div { (reason) } }
            }
            td { (tag(tone(case.verdict), case.verdict.word())) }
            td { (statuses(&case.expect)) }
            td class="number" { (case.requests) }
            td class="number" { (mean(case)) }
        }
    }
}

fn statuses(expect: &[u16]) -> String {
    let codes: Vec<String> = expect.iter().map(u16::to_string).collect();
    codes.join(" or ")
}

/// The mean time of a request in milliseconds.
fn mean(case: &CaseReport) -> String {
    if case.requests == 0 {
        return "—".into();
    }
    #[expect(clippy::cast_precision_loss, reason = "a mean for people")]
    let mean = case.elapsed.as_secs_f64() * 1000.0 / case.requests as f64;
    format!("{mean:.1} ms")
}
