//! Renders a report as one HTML page for people: verdict, totals, differences with
//! request and reply, known ones, notes, coverage, timings.
//!
//! The page holds everything it needs and loads nothing. It follows the light or
//! dark setting of its reader, fits a telephone, and prints.

mod coverage;
mod finding;
pub(super) mod page;

pub(super) use page::GENERATOR;

use super::Report;
use crate::judge::{RunVerdict, Verdict};
use maud::{Markup, html};
use page::{capitalised, facts, heading, run_tone, tag, tile, tone};
use std::fmt::Write as _;

/// The report as an HTML document.
pub fn render(report: &Report) -> String {
    let content = html! {
        (head(report))
        section id="totals" aria-label="Totals" {
            ul class="tiles" {
                (tile("none", report.cases.len(), "cases"))
                @for verdict in Verdict::ALL {
                    @let count = report.cases.iter().filter(|case| case.verdict == verdict).count();
                    (tile(tone(verdict), count, verdict.word()))
                }
            }
        }
        (finding::differences(report))
        (finding::without_verdict(report))
        (finding::known(report))
        (finding::notes(report))
        (finding::corrections(report))
        (finding::weaknesses(report))
        (coverage::draw(report))
        (cases(report))
    };
    let title = format!("{}: {}", report.target, report.headline());
    page::page(&title, &content)
}

fn head(report: &Report) -> Markup {
    let all = report.cases.len();
    let with = |verdict| {
        let has = |case: &&super::CaseReport| case.verdict == verdict;
        report.cases.iter().filter(has).count()
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
    let requests = if report.retries > 0 {
        format!("{} ({} repeated)", report.requests, report.retries)
    } else {
        report.requests.to_string()
    };
    html! {
        header class={ "verdict " (run_tone(report.verdict)) } {
            p class="of" { (report.target) " · " (report.operation) }
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

fn cases(report: &Report) -> Markup {
    html! {
        section id="cases" {
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
