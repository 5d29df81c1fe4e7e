//! Renders a report as one HTML page for people: verdict, totals, differences with
//! request and reply, known ones, notes, coverage, timings.
//!
//! The page holds everything it needs and loads nothing. It follows the light or
//! dark setting of its reader, fits a telephone, and prints.

mod coverage;
mod finding;
pub(super) mod page;

pub(super) use page::GENERATOR;

use super::{ClauseVerdict, OperationReport, Report};
use crate::judge::{RunVerdict, Verdict};
use maud::{Markup, html};
use page::{anchor, capitalised, facts, heading, run_tone, tag, tile, tone};
use std::fmt::Write as _;

/// The report as an HTML document.
pub fn render(report: &Report) -> String {
    let content = html! {
        (head(report))
        section id="totals" aria-label="Totals" {
            ul class="tiles" {
                (tile("none", report.cases().count(), "cases"))
                @for verdict in Verdict::ALL {
                    @let count = report.cases().filter(|case| case.verdict == verdict).count();
                    (tile(tone(verdict), count, verdict.word()))
                }
            }
        }
        (finding::differences(report))
        (finding::without_verdict(report))
        (finding::known(report))
        (finding::notes(report))
        @match report.operations.as_slice() {
            [one] if report.unjudged.is_empty() => (operation(one)),
            several => {
                (overview(report))
                @for one in several {
                    details id=(anchor(one)) class="operation" {
                        summary { b { (one.operation) } " " (tag(run_tone(one.verdict), &one.verdict.word())) }
                        (operation(one))
                    }
                }
            }
        }
    };
    let title = format!("{}: {}", report.target, report.headline());
    page::page(&title, &content)
}

/// All that is said of one operation.
fn operation(report: &OperationReport) -> Markup {
    html! {
        (finding::corrections(report))
        (finding::weaknesses(report))
        (coverage::draw(report))
        (cases(report))
    }
}

/// A row for each operation, those that do not conform first.
fn overview(report: &Report) -> Markup {
    let mut sorted: Vec<&OperationReport> = report.operations.iter().collect();
    sorted.sort_by_key(|it| std::cmp::Reverse(it.verdict.exit_code()));
    let count = |it: &OperationReport, verdict| {
        it.clauses
            .iter()
            .filter(|clause| clause.verdict == verdict)
            .count()
    };
    html! {
        section id="operations" {
            (heading("Operations", Some(report.operations.len() + report.unjudged.len())))
            div class="box" tabindex="0" role="region" aria-label="Operations" {
                table {
                    thead {
                        tr {
                            th scope="col" { "operation" }
                            th scope="col" { "verdict" }
                            th scope="col" class="number" { "cases" }
                            th scope="col" class="number" { "verified" }
                            th scope="col" class="number" { "violated" }
                            th scope="col" class="number" { "not exercised" }
                        }
                    }
                    tbody {
                        @for one in &report.unjudged {
                            tr {
                                th scope="row" { code { (one.name) } div class="dim" { (one.reason) } }
                                td { (tag("open", "not judged")) }
                                td {} td {} td {} td {}
                            }
                        }
                        @for one in sorted {
                            tr {
                                th scope="row" { a href={ "#" (anchor(one)) } { code { (one.operation) } } }
                                td { (tag(run_tone(one.verdict), &one.verdict.word())) }
                                td class="number" { (one.cases.len()) }
                                td class="number" { (count(one, ClauseVerdict::Verified)) }
                                td class="number" { (count(one, ClauseVerdict::Violated)) }
                                td class="number" { (count(one, ClauseVerdict::NotExercised)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn head(report: &Report) -> Markup {
    let all = report.cases().count();
    let with = |verdict| {
        let has = |case: &&super::CaseReport| case.verdict == verdict;
        report.cases().filter(has).count()
    };
    let why = match report.verdict {
        RunVerdict::Conforms | RunVerdict::Unchecked { .. } => {
            let mut why = match (with(Verdict::Known), with(Verdict::Skipped)) {
                (0, 0) => format!("All {all} cases pass."),
                (known, skipped) => format!(
                    "{} of {all} cases pass, {known} have accepted differences, {skipped} were skipped.",
                    all - known - skipped
                ),
            };
            if let RunVerdict::Unchecked { statements, .. } = report.verdict {
                let _ = write!(
                    why,
                    " No case checks {statements} of the documented statements."
                );
            }
            why
        }
        RunVerdict::Differs => match super::finding::differences(report).len() {
            0 => format!("{} of {all} cases fail.", with(Verdict::Fail)),
            1 => format!(
                "{} of {all} cases fail, all in the same way.",
                with(Verdict::Fail)
            ),
            ways => format!(
                "{} of {all} cases fail, in {ways} different ways.",
                with(Verdict::Fail)
            ),
        },
        RunVerdict::NoVerdict => "Nothing can be concluded from this run.".to_owned(),
        RunVerdict::NothingRun => "No request was judged.".to_owned(),
        RunVerdict::Interrupted(_) => "Somebody stopped the run; it proves nothing.".to_owned(),
        RunVerdict::NotFinished => {
            "The run has not come to its end; this proves nothing.".to_owned()
        }
    };
    let requests = if report.retries() > 0 {
        format!("{} ({} repeated)", report.requests, report.retries())
    } else {
        report.requests.to_string()
    };
    html! {
        header class={ "verdict " (run_tone(report.verdict)) } {
            p class="of" { (report.target) " · " (report.subject()) }
            h1 { (capitalised(&report.headline())) }
            p class="why" { (why) }
            @if let Some(stopped) = &report.stopped {
                p class="why" { strong { "Ended early: " } (stopped) }
            }
            (facts(&[
                ("exit code", report.verdict.exit_code().to_string()),
                ("requests", requests),
                ("time", format!("{:.2} s", report.elapsed.as_secs_f64())),
                ("seed", report.seed.to_string()),
            ]))
        }
    }
}

fn cases(report: &OperationReport) -> Markup {
    html! {
        section class="cases" {
            (heading("Cases and timings", Some(report.cases.len())))
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
                        @for case in &report.cases {
                            tr {
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
                }
            }
        }
    }
}

fn statuses(expect: &[u16]) -> String {
    let codes: Vec<String> = expect.iter().map(u16::to_string).collect();
    codes.join(" or ")
}

/// The mean time of a request in milliseconds.
fn mean(case: &super::CaseReport) -> String {
    if case.requests == 0 {
        return "—".into();
    }
    #[expect(clippy::cast_precision_loss, reason = "a mean for people")]
    let mean = case.elapsed.as_secs_f64() * 1000.0 / case.requests as f64;
    format!("{mean:.1} ms")
}
