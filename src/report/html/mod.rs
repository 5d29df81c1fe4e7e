//! Renders a report as one HTML page for people: verdict, totals, differences with
//! request and reply, known ones, notes; then, for each operation, coverage and timings.
//!
//! The page holds everything it needs, loads nothing and runs nothing. It follows the light
//! or dark setting of its reader, fits a telephone, and prints. However large the run, it
//! stays within a size that browsers open at once.

mod anchor;
mod body;
mod cases;
mod coverage;
mod finding;
mod operation;
mod overview;
pub(super) mod page;

pub(super) use page::GENERATOR;

use super::Report;
use crate::judge::{RunVerdict, Verdict};
use anchor::Anchors;
use maud::{Markup, html};
use page::{capitalised, facts, run_tone, tile, tone};
use std::fmt::Write as _;

/// The report as an HTML document.
pub fn render(report: &Report) -> String {
    let mut anchors = Anchors::new(report);
    let differences = super::finding::differences(report);
    let drawn = finding::drawn(&differences, &mut anchors);
    let content = html! {
        (head(report, differences.len()))
        section id="totals" aria-label="Totals" {
            ul class="tiles" {
                (tile("none", report.cases().count(), "cases"))
                @for verdict in Verdict::ALL {
                    @let count = report.cases().filter(|case| case.verdict == verdict).count();
                    (tile(tone(verdict), count, verdict.word()))
                }
            }
        }
        @if has_overview(report) { (overview::draw(report, &anchors)) }
        (finding::differences(report, differences.len(), &drawn, &anchors))
        (finding::without_verdict(report))
        (finding::left_out(report))
        (finding::known(report))
        (finding::notes(report, &anchors))
        @match report.operations.as_slice() {
            [one] if !has_overview(report) => (operation::alone(one, &anchors)),
            _ => (operation::all(report, &anchors, &drawn)),
        }
    };
    let title = format!("{}: {}", report.target, report.headline());
    page::page(&title, &content)
}

/// Whether there is more than one operation to tell apart.
fn has_overview(report: &Report) -> bool {
    report.operations.len() + report.unjudged.len() > 1
}

fn head(report: &Report, ways: usize) -> Markup {
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
        RunVerdict::Differs => match ways {
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
