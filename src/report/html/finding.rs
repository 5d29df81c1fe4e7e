//! Draws differences, known ones and notes.

use super::page::{anchor, heading, more, tag};
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

/// The section of new differences.
pub(super) fn differences(report: &Report) -> Markup {
    let found = finding::differences(report);
    let unlisted: u64 = report.cases().map(|case| case.unlisted).sum();
    let left = found.len().saturating_sub(MAX_CARDS) as u64 + unlisted;
    let gated = finding::gated(report);
    html! {
        @if !found.is_empty() || unlisted > 0 {
            section id="differences" {
                (heading("Differences", Some(found.len())))
                @for found in found.iter().take(MAX_CARDS) { (card(found)) }
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

fn card(found: &Finding<'_>) -> Markup {
    let difference = found.difference;
    let clause = found.clause();
    html! {
        article class="card bad" {
            h3 {
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
                dt { "seen" } dd { (seen(found)) }
                dt { "request" } dd { pre { (found.example.curl) } }
                dt { "reply" } dd { pre { (found.example.reply) } }
            }
        }
    }
}

fn seen(found: &Finding<'_>) -> Markup {
    let left = found.cases.len().saturating_sub(MAX_CASES);
    html! {
        (found.count) @if found.count == 1 { " reply" } @else { " replies" } " of "
        @for (at, case) in found.cases.iter().take(MAX_CASES).enumerate() {
            @if at > 0 { ", " }
            code title=(case.summary) { (case.id) }
        }
        @if left > 0 { " and " (left) " more cases" }
        @if found.operations.len() > 1 {
            div {
                "in " (found.operations.len()) " operations: "
                @for (at, operation) in found.operations.iter().enumerate() {
                    @if at > 0 { ", " }
                    a href={ "#" (anchor(operation)) } { code { (operation.operation) } }
                }
            }
        }
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
pub(super) fn notes(report: &Report) -> Markup {
    let found = finding::notes(report);
    html! {
        @if !found.is_empty() {
            section id="notes" {
                (heading("Notes", Some(found.len())))
                (table(&found))
            }
        }
    }
}

fn table(found: &[Finding<'_>]) -> Markup {
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
                            td class="wide" { (seen(found)) }
                        }
                    }
                }
            }
        }
        (more(found.len().saturating_sub(MAX_LINES) as u64))
    }
}
