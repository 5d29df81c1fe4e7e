//! Draws differences, known ones and notes.

use super::anchor::Anchors;
use super::body::laid_out;
use super::page::{heading, more, tag};
use crate::baseline::Acceptance;
use crate::judge::Verdict;
use crate::report::finding::{self, Finding};
use crate::report::{CaseReport, OperationReport, Report};
use maud::{Markup, html};

/// Most differences drawn: a page of more is read by nobody, and loaded by few.
const MAX_CARDS: usize = 200;
/// Most lines of a table.
const MAX_LINES: usize = 500;
/// Most cases named behind a difference.
const MAX_CASES: usize = 12;
/// Most operations linked behind one of the first differences, and behind the others.
const MAX_OPERATIONS: (usize, usize) = (500, 50);
/// How many differences are the first ones.
const FIRST: usize = 10;
/// Most differences linked from an operation.
const MAX_CAUSES: usize = 50;

/// A difference that is drawn, and its id in the page.
pub(super) struct Drawn<'a> {
    found: &'a Finding<'a>,
    id: String,
}

/// Those that are drawn.
pub(super) fn drawn<'a>(found: &'a [Finding<'a>], anchors: &mut Anchors) -> Vec<Drawn<'a>> {
    let drawn = found.iter().take(MAX_CARDS);
    drawn
        .map(|found| Drawn {
            found,
            id: anchors.difference(found.difference),
        })
        .collect()
}

/// The section of new differences, of which there are so many.
pub(super) fn differences(
    report: &Report,
    count: usize,
    drawn: &[Drawn<'_>],
    anchors: &Anchors,
) -> Markup {
    let unlisted: u64 = report.cases().map(|case| case.unlisted).sum();
    let left = count.saturating_sub(drawn.len()) as u64 + unlisted;
    let gated = finding::gated(report);
    html! {
        @if count > 0 || unlisted > 0 {
            section id="differences" {
                (heading("Differences", Some(count)))
                @for (at, drawn) in drawn.iter().enumerate() {
                    @let most = if at < FIRST { MAX_OPERATIONS.0 } else { MAX_OPERATIONS.1 };
                    (card(drawn, most, anchors))
                }
                (more(left))
            }
        }
        @if !gated.is_empty() {
            section id="gated" {
                (heading("Acceptances that no longer hold", Some(gated.len())))
                (reasons(&gated))
            }
        }
    }
}

/// Links from an operation to the differences that it shows.
pub(super) fn causes(operation: &OperationReport, drawn: &[Drawn<'_>]) -> Markup {
    let shows = |drawn: &&Drawn<'_>| {
        let mut operations = drawn.found.operations.iter();
        operations.any(|it| std::ptr::eq(*it, operation))
    };
    let causes: Vec<&Drawn<'_>> = drawn.iter().filter(shows).collect();
    html! {
        @if !causes.is_empty() {
            section class="causes" {
                (heading("What differs", Some(causes.len())))
                ul {
                    @for cause in causes.iter().take(MAX_CAUSES) {
                        @let difference = cause.found.difference;
                        li {
                            a href={ "#" (cause.id) } { (difference.rule.code) " " code { (difference.clause) } }
                            ": expected " (difference.documented) ", observed " (difference.observed)
                        }
                    }
                }
                (more(causes.len().saturating_sub(MAX_CAUSES) as u64))
            }
        }
    }
}

fn card(drawn: &Drawn<'_>, most: usize, anchors: &Anchors) -> Markup {
    let Drawn { found, id } = drawn;
    let difference = found.difference;
    let clause = found.clause();
    html! {
        article id=(id) class="card bad" {
            h3 {
                a class="here" href={ "#" (id) } title="Link to this difference" { "#" }
                span class="rule" { (difference.rule.code) }
                @if !difference.pointer.is_empty() { " at " code { (difference.pointer) } }
            }
            p class="dim" { (difference.rule.description) }
            dl class="pairs" {
                dt { "clause" }
                dd {
                    code { (difference.clause) }
                    @if let Some(clause) = clause {
                        div { (clause.source) ": " (clause.statement) }
                        @if let Some(reading) = &clause.reading {
                            div class="dim" { "Rests on the reading: " (reading) }
                        }
                    }
                }
                dt { "expected" } dd { (difference.documented) }
                dt { "observed" } dd { b { (difference.observed_in_full()) } }
                @if let Some(remark) = found.remark() { dt { "remark" } dd { (remark) } }
                dt { "seen" } dd { (seen(found, most, anchors)) }
                dt { "request" } dd { pre { (found.example.curl) } }
                dt { "reply" } dd { pre { (laid_out(&found.example.reply)) } }
            }
        }
    }
}

fn seen(found: &Finding<'_>, most: usize, anchors: &Anchors) -> Markup {
    let left = found.cases.len().saturating_sub(MAX_CASES);
    html! {
        (found.count) @if found.count == 1 { " reply" } @else { " replies" } " of "
        @for (at, case) in found.cases.iter().take(MAX_CASES).enumerate() {
            @if at > 0 { ", " }
            code title=(case.summary) { (case.id) }
        }
        @if left > 0 { " and " (left) " more cases" }
        @let operations = found.operations.len();
        @if operations > MAX_CASES {
            details { summary { "in " (operations) " operations" } (links(found, most, anchors)) }
        } @else if operations > 1 {
            div { "in " (operations) " operations: " (links(found, most, anchors)) }
        }
    }
}

fn links(found: &Finding<'_>, most: usize, anchors: &Anchors) -> Markup {
    let left = found.operations.len().saturating_sub(most);
    html! {
        @for (at, operation) in found.operations.iter().take(most).enumerate() {
            @if at > 0 { ", " }
            a href={ "#" (anchors.of(operation)) } { code { (operation.operation) } }
        }
        @if left > 0 { " and " (left) " more operations" }
    }
}

/// The section of cases that end without a verdict.
pub(super) fn without_verdict(report: &Report) -> Markup {
    let is_open =
        |case: &&CaseReport| matches!(case.verdict, Verdict::Inconclusive | Verdict::Error);
    let open: Vec<&CaseReport> = report.cases().filter(is_open).collect();
    html! {
        @if !open.is_empty() {
            section id="open" {
                (heading("Cases without a verdict", Some(open.len())))
                (reasons(&open))
            }
        }
    }
}

fn reasons(cases: &[&CaseReport]) -> Markup {
    html! {
        @if !cases.is_empty() {
            div class="box" tabindex="0" role="region" aria-label="Cases and reasons" {
                table {
                    thead { tr { th scope="col" { "case" } th scope="col" { "why" } } }
                    tbody {
                        @for case in cases.iter().take(MAX_LINES) {
                            tr {
                                th scope="row" { code { (case.id) } }
                                td class="wide" { (finding::why(case)) }
                            }
                        }
                    }
                }
            }
            (more(cases.len().saturating_sub(MAX_LINES) as u64))
        }
    }
}

/// The section of accepted differences.
pub(super) fn known(report: &Report) -> Markup {
    let known = finding::known(report);
    html! {
        @if !known.is_empty() {
            section id="known" {
                (heading("Known differences", Some(known.len())))
                div class="box" tabindex="0" role="region" aria-label="Known differences" {
                    table {
                        thead {
                            tr {
                                th scope="col" { "case" }
                                th scope="col" { "differs in" }
                                th scope="col" { "accepted because" }
                                th scope="col" { "until" }
                                th scope="col" { "ticket" }
                            }
                        }
                        tbody {
                            @for (case, acceptance) in known.iter().take(MAX_LINES) {
                                (known_row(case, *acceptance))
                            }
                        }
                    }
                }
                (more(known.len().saturating_sub(MAX_LINES) as u64))
            }
        }
    }
}

fn known_row(case: &CaseReport, acceptance: Option<&Acceptance>) -> Markup {
    html! {
        tr {
            th scope="row" { code { (case.id) } }
            td class="wide" {
                @for (rule, pointer) in finding::accepted(case).into_iter().take(MAX_CASES) {
                    div { (rule) " " code { (pointer) } }
                }
            }
            @if let Some(acceptance) = acceptance {
                td class="wide" { (acceptance.reason) }
                td class="number" {
                    (acceptance.until)
                    @if case.ends_soon { div { (tag("open", "ends soon")) } }
                }
                td class="at" { (acceptance.ticket.as_deref().unwrap_or("—")) }
            } @else {
                td { "—" } td { "—" } td { "—" }
            }
        }
    }
}

/// The section on what a person left out of the suite.
pub(super) fn left_out(report: &Report) -> Markup {
    let found = &report.suite.left_out;
    html! {
        @if !found.is_empty() {
            section id="left-out" {
                (heading("Left out of the suite", Some(found.len())))
                article class="card" {
                    @for one in found.iter().take(MAX_LINES) { p { code { (one.name) } ": " (one.reason) } }
                }
                (more(found.len().saturating_sub(MAX_LINES) as u64))
            }
        }
    }
}

/// The section on what was corrected in the source.
pub(super) fn corrections(report: &OperationReport) -> Markup {
    let found = &report.corrections;
    html! {
        @if !found.is_empty() {
            section class="corrections" {
                (heading("What was corrected in the source", Some(found.len())))
                article class="card" {
                    @for correction in found.iter().take(MAX_LINES) { p { (correction.to_string()) } }
                }
                (more(found.len().saturating_sub(MAX_LINES) as u64))
            }
        }
    }
}

/// The section on what the response schemas cannot tell apart.
pub(super) fn weaknesses(report: &OperationReport) -> Markup {
    html! {
        @if !report.weaknesses.is_empty() {
            section class="weaknesses" {
                (heading("What the schemas cannot tell apart", Some(report.weaknesses.len())))
                article class="card" {
                    @for weakness in report.weaknesses.iter().take(MAX_LINES) { p { (weakness) } }
                }
                (more(report.weaknesses.len().saturating_sub(MAX_LINES) as u64))
            }
        }
    }
}

/// The section of notes.
pub(super) fn notes(report: &Report, anchors: &Anchors) -> Markup {
    let found = finding::notes(report);
    html! {
        @if !found.is_empty() {
            section id="notes" {
                (heading("Notes", Some(found.len())))
                (table(&found, anchors))
            }
        }
    }
}

fn table(found: &[Finding<'_>], anchors: &Anchors) -> Markup {
    html! {
        div class="box" tabindex="0" role="region" aria-label="Notes" {
            table {
                thead {
                    tr {
                        th scope="col" { "rule" }
                        th scope="col" { "at" }
                        th scope="col" { "expected" }
                        th scope="col" { "observed" }
                        th scope="col" { "seen" }
                    }
                }
                tbody {
                    @for found in found.iter().take(MAX_LINES) {
                        tr {
                            th scope="row" { (found.difference.rule.code) div class="dim" { code { (found.difference.clause) } } }
                            td class="at" { code { (found.difference.pointer) } }
                            td { (found.difference.documented) }
                            td { (found.difference.observed) }
                            td class="wide" { (seen(found, MAX_OPERATIONS.1, anchors)) }
                        }
                    }
                }
            }
        }
        (more(found.len().saturating_sub(MAX_LINES) as u64))
    }
}
