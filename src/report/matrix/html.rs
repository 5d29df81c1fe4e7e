//! Renders the matrix as one HTML page: clauses × fates, then every server.

use super::{Matrix, SelftestOutcome, Totals, Tried, outcome, verdict};
use crate::report::html::page::{capitalised, facts, heading, page, tag, tile};
use maud::{Markup, html};
use std::collections::BTreeMap;

pub(in crate::report) fn render(matrix: &Matrix) -> String {
    let totals = Totals::of(matrix);
    let whole = matrix.passes();
    let wrong: Vec<&Tried> = matrix
        .tried
        .iter()
        .filter(|tried| !tried.outcome.is_right())
        .collect();
    let content = html! {
        header class={ "verdict " (if whole { "good" } else { "bad" }) } {
            p class="of" { "conformant selftest" }
            h1 { "Kill matrix" }
            p class="why" { (capitalised(verdict(matrix))) "." }
            (facts(&[
                ("faults", totals.faults.to_string()),
                ("clauses", matrix.by_clause().len().to_string()),
                ("conforming servers", totals.conforming.to_string()),
                ("seed", matrix.seed.to_string()),
            ]))
        }
        ul class="tiles" {
            (tile("good", totals.killed, "killed"))
            (tile("open", totals.killed_by_another, "by another clause"))
            (tile("bad", totals.survived, "survived"))
            (tile("good", totals.passed, "passed"))
            (tile("bad", totals.false_alarms, "false alarms"))
        }
        @if !wrong.is_empty() {
            (heading("What is wrong", Some(wrong.len())))
            (servers(&wrong))
        }
        (heading("By clause", Some(matrix.by_clause().len())))
        (clauses(matrix))
        @if !matrix.without_fault.is_empty() {
            (heading("Statements without a fault", Some(matrix.without_fault.len())))
            ul { @for clause in &matrix.without_fault { li { code { (clause) } } } }
        }
        @if !matrix.costs.is_empty() {
            (heading("By family", Some(matrix.by_family().len())))
            (families(matrix))
        }
        @if !matrix.out_of_reach.is_empty() {
            (heading("Faults out of the suite's reach", Some(matrix.out_of_reach.len())))
            ul {
                @for fault in &matrix.out_of_reach {
                    li { code { (fault.name) } " breaks " code { (fault.clause) } ": " (fault.reason) }
                }
            }
        }
        (heading("Every server", Some(matrix.tried.len())))
        (servers(&matrix.tried.iter().collect::<Vec<_>>()))
    };
    page("Kill matrix", &content)
}

fn tone(outcome: &SelftestOutcome) -> &'static str {
    match outcome {
        SelftestOutcome::Killed | SelftestOutcome::Passed => "good",
        SelftestOutcome::KilledByAnother(_) => "open",
        SelftestOutcome::Survived(_) | SelftestOutcome::FalseAlarm(_) => "bad",
    }
}

fn clauses(matrix: &Matrix) -> Markup {
    let mut faults: BTreeMap<&str, Vec<&Tried>> = BTreeMap::new();
    for tried in &matrix.tried {
        if let Some(clause) = &tried.clause {
            faults.entry(clause).or_default().push(tried);
        }
    }
    html! {
        div class="box" tabindex="0" role="region" aria-label="Faults by clause" {
            table {
                thead {
                    tr {
                        th scope="col" { "clause" }
                        th scope="col" class="number" { "killed" }
                        th scope="col" class="number" { "by another" }
                        th scope="col" class="number" { "survived" }
                        th scope="col" { "faults" }
                    }
                }
                tbody {
                    @for (clause, counts) in matrix.by_clause() {
                        tr {
                            th scope="row" { code { (clause) } }
                            @for (count, tone) in counts.into_iter().zip(["good", "open", "bad"]) {
                                td class="number" {
                                    @if count > 0 { (tag(tone, &count.to_string())) } @else { "–" }
                                }
                            }
                            td class="wide" {
                                @for (at, tried) in faults.get(clause).into_iter().flatten().enumerate() {
                                    @if at > 0 { ", " }
                                    code title=(tried.summary) { (tried.name) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn families(matrix: &Matrix) -> Markup {
    html! {
        div class="box" tabindex="0" role="region" aria-label="Families of requests" {
            table {
                thead {
                    tr {
                        th scope="col" { "family" }
                        th scope="col" class="number" { "requests" }
                        th scope="col" class="number" { "faults found" }
                        th scope="col" class="number" { "by it alone" }
                    }
                }
                tbody {
                    @for (name, row) in matrix.by_family() {
                        tr {
                            th scope="row" { code { (name) } }
                            @for count in [row.requests, row.found as u64, row.alone as u64] {
                                td class="number" { (count) }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn servers(tried: &[&Tried]) -> Markup {
    html! {
        div class="box" tabindex="0" role="region" aria-label="Servers" {
            table {
                thead {
                    tr {
                        th scope="col" { "server" }
                        th scope="col" { "what it does" }
                        th scope="col" { "outcome" }
                    }
                }
                tbody {
                    @for tried in tried {
                        @let (word, why) = outcome(tried);
                        tr {
                            th scope="row" {
                                code { (tried.name) }
                                @if let Some(clause) = &tried.clause {
                                    div class="dim" { "breaks " code { (clause) } }
                                }
                            }
                            td class="wide" {
                                (tried.summary)
                                @if !why.is_empty() { div class="dim" { (why) } }
                            }
                            td { (tag(tone(&tried.outcome), word)) }
                        }
                    }
                }
            }
        }
    }
}
