//! Draws coverage: the grid of clauses and statuses, and the list of all clauses.

use super::page::{clause_words, heading, tag};
use crate::report::coverage::{self, Cell, Grid, Row};
use crate::report::{ClauseVerdict, OperationReport};
use maud::{Markup, html};

/// Most reasons named of an operation that is drawn in brief.
const MAX_BRIEF: usize = 10;

/// The section on coverage.
pub(super) fn draw(report: &OperationReport) -> Markup {
    html! {
        section class="coverage" {
            (tiles(report))
            (grid(&Grid::new(report)))
            (unchecked(report))
            (not_exercised(report))
            (clauses(report))
        }
    }
}

/// The section on coverage in brief: counts, and why statements were not exercised.
pub(super) fn brief(report: &OperationReport) -> Markup {
    let reasons = coverage::not_exercised(report);
    let unchecked = report.unchecked().len();
    html! {
        section class="coverage" {
            (tiles(report))
            @if unchecked > 0 { p class="dim" { "No case checks " (unchecked) " of the statements" } }
            @for (reason, ids) in reasons.iter().take(MAX_BRIEF) {
                p class="dim" { (ids.len()) " not exercised: " (reason) }
            }
            (super::page::more(reasons.len().saturating_sub(MAX_BRIEF) as u64))
        }
    }
}

fn tiles(report: &OperationReport) -> Markup {
    let count = |verdict| {
        let has = |clause: &&crate::report::ClauseReport| clause.verdict == verdict;
        report.clauses.iter().filter(has).count()
    };
    html! {
        (heading("Coverage of the documented statements", Some(report.clauses.len())))
        ul class="tiles" {
            @for verdict in [ClauseVerdict::Verified, ClauseVerdict::Violated, ClauseVerdict::NotExercised] {
                @let (tone, sign, words) = clause_words(verdict);
                (super::page::tile(tone, count(verdict), &format!("{sign} {words}")))
            }
        }
    }
}

fn grid(grid: &Grid) -> Markup {
    html! {
        @if !grid.rows.is_empty() {
            h3 { "By status" }
            div class="box" tabindex="0" role="region" aria-label="Coverage by status" {
                table class="grid" {
                    thead {
                        tr {
                            th scope="col" { "statement or field" }
                            @for status in &grid.statuses { th scope="col" { (status) } }
                        }
                    }
                    @for (title, is_request) in [("Request", true), ("Replies", false)] {
                        @if grid.rows.iter().any(|row| row.is_request == is_request) {
                            tbody {
                                tr class="section" {
                                    th scope="rowgroup" colspan=(grid.statuses.len() + 1) { (title) }
                                }
                                @for row in grid.rows.iter().filter(|row| row.is_request == is_request) {
                                    (grid_row(row))
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn grid_row(row: &Row) -> Markup {
    html! {
        tr {
            th scope="row" { code { (row.name) } }
            @for cell in &row.cells {
                @match cell {
                    Some(cell) => (grid_cell(*cell)),
                    None => td { span aria-label="not documented" { "–" } },
                }
            }
        }
    }
}

fn grid_cell(cell: Cell) -> Markup {
    let (tone, sign, words) = clause_words(cell.verdict());
    let part = match cell.verdict() {
        ClauseVerdict::Violated => cell.violated,
        ClauseVerdict::Verified => cell.verified,
        ClauseVerdict::NotExercised => cell.clauses,
    };
    html! {
        td class=(tone) {
            (sign) " " (words)
            @if part < cell.clauses { small { (part) " of " (cell.clauses) } }
        }
    }
}

fn unchecked(report: &OperationReport) -> Markup {
    let unchecked = report.unchecked();
    html! {
        @if !unchecked.is_empty() {
            (heading("Unchecked statements", Some(unchecked.len())))
            div class="box" tabindex="0" role="region" aria-label="Unchecked statements" {
                table {
                    thead { tr { th scope="col" { "statement" } th scope="col" { "why" } } }
                    tbody {
                        @for clause in unchecked {
                            tr {
                                th scope="row" class="wide" {
                                    code { (clause.id) }
                                    div { (clause.source) ": " (clause.statement) }
                                }
                                td class="why" { (clause.reason.as_deref().unwrap_or_default()) }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn not_exercised(report: &OperationReport) -> Markup {
    let by_reason = coverage::not_exercised(report);
    let count = by_reason.iter().map(|(_, ids)| ids.len()).sum();
    html! {
        @if !by_reason.is_empty() {
            (heading("Not exercised", Some(count)))
            div class="box" tabindex="0" role="region" aria-label="Statements not exercised" {
                table {
                    thead { tr { th scope="col" { "why" } th scope="col" { "statements" } } }
                    tbody {
                        @for (reason, ids) in by_reason {
                            tr {
                                th scope="row" class="why" { (reason) }
                                td class="wide" {
                                    @for (at, id) in ids.iter().enumerate() {
                                        @if at > 0 { ", " }
                                        code { (id) }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn clauses(report: &OperationReport) -> Markup {
    html! {
        details {
            summary { "All " (report.clauses.len()) " statements, with table and row" }
            div class="box" tabindex="0" role="region" aria-label="All statements" {
                table {
                    thead {
                        tr {
                            th scope="col" { "clause" }
                            th scope="col" { "statement" }
                            th scope="col" { "source" }
                            th scope="col" { "verdict" }
                            th scope="col" class="number" { "replies" }
                        }
                    }
                    tbody {
                        @for clause in &report.clauses {
                            @let (tone, _, words) = clause_words(clause.verdict);
                            tr {
                                th scope="row" { code { (clause.id) } }
                                td class="wide" {
                                    (clause.statement)
                                    @if let Some(reading) = &clause.reading {
                                        div class="dim" { "Reading: " (reading) }
                                    }
                                }
                                td { (clause.source) }
                                td { (tag(tone, words)) }
                                td class="number" { (clause.observations) }
                            }
                        }
                    }
                }
            }
        }
    }
}
