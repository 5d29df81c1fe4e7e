//! Renders a comparison as one self-contained HTML page: the counts, then each operation with
//! both sources side by side. `maud` escapes, and [`page()`] the rest.

use super::words::{basis, certificates, table, totals, void};
use crate::comparison::{Comparison, Lone, Pair, Relation, Said, Statement};
use crate::report::html::page::{capitalised, heading, more, page, tag, tile};
use maud::{Markup, html};

/// Most statements of a page.
const MAX_STATEMENTS: usize = 50_000;

pub(super) fn render(comparison: &Comparison) -> String {
    let summary = &comparison.summary;
    let tone = match (summary.total.differs, summary.breaks_clients) {
        (0, 0) => "good",
        (_, 0) => "open",
        _ => "bad",
    };
    // Those first that a person has to look at.
    let mut pairs: Vec<&Pair> = comparison.operations.iter().collect();
    let rank = |pair: &Pair| {
        let count = |test: &dyn Fn(&Statement) -> bool| {
            usize::MAX - pair.statements.iter().filter(|it| test(it)).count()
        };
        let clients = count(&|it| it.breaks_clients);
        let differs = count(&|it| it.relation == Relation::Differs);
        (clients, differs, count(&|_| true))
    };
    pairs.sort_by_cached_key(|pair| rank(pair));
    let mut left = MAX_STATEMENTS;
    let shown: Vec<(&Pair, usize)> = pairs
        .into_iter()
        .map(|pair| {
            let shown = pair.statements.len().min(left);
            left -= shown;
            (pair, shown)
        })
        .collect();
    let hidden: usize = shown
        .iter()
        .map(|(pair, shown)| pair.statements.len() - shown)
        .sum();
    let content = html! {
        header class={ "verdict " (tone) } {
            p class="of" { "conformant diff" }
            h1 { "Two sources" }
            p class="of" { "A: " code { (comparison.a) } }
            p class="of" { "B: " code { (comparison.b) } }
            p class="why" { (basis(comparison.mode)) }
            p class="why" { (capitalised(&totals(comparison))) "." }
            @if let Some(certificates) = certificates(comparison, true) {
                p class="why" { (capitalised(&certificates)) "." }
            }
        }
        ul class="tiles" {
            (tile("good", summary.total.agrees, "agree"))
            (tile("bad", summary.total.differs, "differ"))
            (tile("open", summary.total.only_in_a, "only in A"))
            (tile("open", summary.total.only_in_b, "only in B"))
            (tile("bad", summary.breaks_clients, "break clients"))
            (tile("bad", summary.breaks_servers, "break servers"))
        }
        (heading("Statements", None))
        (counts(comparison))
        (heading("Operations in both", Some(shown.len())))
        @for (pair, shown) in &shown { (operation(pair, *shown, comparison.operations.len() == 1)) }
        (more(hidden as u64))
        (lone("Operations only in A", &comparison.only_in_a))
        (lone("Operations only in B", &comparison.only_in_b))
        @if !comparison.unread.is_empty() {
            (heading("Sources that could not be read", Some(comparison.unread.len())))
            ul { @for it in &comparison.unread { li { (it.reason) } } }
        }
        @for (head, list) in void(comparison) {
            (heading(&capitalised(head), Some(list.len())))
            ul { @for line in list { li { (line) } } }
        }
    };
    page("Two sources compared", &content)
}

fn counts(comparison: &Comparison) -> Markup {
    html! {
        div class="box" tabindex="0" role="region" aria-label="Statements by kind" {
            table {
                thead {
                    tr {
                        th scope="col" { "statement" }
                        @for name in ["agree", "differ", "only in A", "only in B"] {
                            th scope="col" class="number" { (name) }
                        }
                    }
                }
                tbody {
                    @for (kind, counts) in table(&comparison.summary) {
                        tr {
                            th scope="row" { (kind) }
                            @for count in counts { td class="number" { (count) } }
                        }
                    }
                }
            }
        }
    }
}

fn operation(pair: &Pair, shown: usize, is_open: bool) -> Markup {
    let count = |relation: Relation| {
        let statements = pair.statements.iter();
        statements.filter(|it| it.relation == relation).count()
    };
    let mut statements: Vec<&Statement> = pair.statements.iter().collect();
    statements.sort_by_key(|it| (!it.breaks_clients, it.relation));
    html! {
        details class="operation" open[is_open] {
            summary {
                code { (pair.address) } " "
                @for (relation, tone) in Relation::ALL.into_iter().zip(["bad", "open", "open", "good"]) {
                    @if count(relation) > 0 {
                        (tag(tone, &format!("{} {}", count(relation), relation.name()))) " "
                    }
                }
            }
            div class="inside" {
                p class="dim" {
                    "A: " code { (pair.a.operation) } " " (pair.a.address) " (" (pair.a.file) ") · "
                    "B: " code { (pair.b.operation) } " " (pair.b.address) " (" (pair.b.file) ")"
                }
                @if shown > 0 { (side_by_side(&statements[..shown])) }
                @if !pair.reworded.is_empty() {
                    h2 { "Reworded" }
                    ul {
                        @for it in &pair.reworded {
                            li { code { (it.clause) } " (" (it.place) "): " (it.a) " → " (it.b) }
                        }
                    }
                }
            }
        }
    }
}

fn side_by_side(statements: &[&Statement]) -> Markup {
    html! {
        div class="box" tabindex="0" role="region" aria-label="Statements side by side" {
            table {
                thead {
                    tr {
                        @for name in ["statement", "A", "B", "breaks"] { th scope="col" { (name) } }
                    }
                }
                tbody {
                    @for statement in statements {
                        tr {
                            th scope="row" {
                                (tag(tone(statement), statement.relation.name())) " "
                                (statement.kind.name())
                                div { code { (statement.clause) } }
                            }
                            td class="wide" { (side(statement.a.as_ref())) }
                            td class="wide" { (side(statement.b.as_ref())) }
                            td {
                                @if let Some(change) = statement.change {
                                    (statement.breaks().words())
                                    div class="dim" { (change.name()) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn tone(statement: &Statement) -> &'static str {
    match statement.relation {
        Relation::Agrees => "good",
        Relation::Differs => "bad",
        Relation::OnlyInA | Relation::OnlyInB => "open",
    }
}

fn side(said: Option<&Said>) -> Markup {
    html! {
        @match said {
            None => span class="dim" { "says nothing" },
            Some(said) => {
                div { (said.says) }
                div class="dim" {
                    code { (said.place) }
                    @if said.line > 0 { ", line " (said.line) }
                }
                @if !said.quote.is_empty() { div class="dim" { "“" (said.quote) "”" } }
            }
        }
    }
}

fn lone(head: &str, operations: &[Lone]) -> Markup {
    html! {
        @if !operations.is_empty() {
            (heading(head, Some(operations.len())))
            ul {
                @for it in operations {
                    li { code { (it.address) } " " (it.operation) " " span class="dim" { "(" (it.file) ")" } }
                }
            }
        }
    }
}
