//! Renders the matrix as Markdown: what went wrong first, then the counts.

use super::{Matrix, Totals, outcome, verdict};
use crate::escape::{markdown as text, markdown_cell as cell, markdown_code as code};
use std::fmt::Write as _;

pub(in crate::report) fn render(matrix: &Matrix) -> String {
    let totals = Totals::of(matrix);
    let mut out = String::new();
    let mark = if matrix.passes() { "✅" } else { "❌" };
    let _ = writeln!(out, "## {mark} Kill matrix: {}\n", verdict(matrix));
    let _ = writeln!(
        out,
        "{} faults: {} killed by their own clause, {} by another, {} survived. \
         {} conforming servers: {} passed, {} false alarms. Seed {}.\n",
        totals.faults,
        totals.killed,
        totals.killed_by_another,
        totals.survived,
        totals.conforming,
        totals.passed,
        totals.false_alarms,
        matrix.seed
    );
    if !matrix.passes() {
        out.push_str("### What is wrong\n\n");
        for tried in matrix
            .tried
            .iter()
            .filter(|tried| !tried.outcome.is_right())
        {
            let (word, why) = outcome(tried);
            let _ = writeln!(
                out,
                "- {word}: {} ({}): {}",
                code(&tried.name),
                text(&tried.summary),
                text(why)
            );
        }
        out.push('\n');
    }
    out.push_str("### By clause\n\n| clause | killed | by another | survived |\n| --- | ---: | ---: | ---: |\n");
    for (clause, [killed, another, survived]) in matrix.by_clause() {
        let _ = writeln!(
            out,
            "| {} | {killed} | {another} | {survived} |",
            cell(&code(clause))
        );
    }
    if !matrix.without_fault.is_empty() {
        out.push_str("\n### Statements without a fault\n\n");
        for clause in &matrix.without_fault {
            let _ = writeln!(out, "- {}", code(clause));
        }
    }
    if !matrix.costs.is_empty() {
        out.push_str(
            "\n### Families\n\n| family | requests | faults found | by it alone |\n| --- | --- | --- | --- |\n",
        );
        for (name, row) in matrix.by_family() {
            let (name, requests) = (cell(&code(name)), row.requests);
            let _ = writeln!(
                out,
                "| {name} | {requests} | {} | {} |",
                row.found, row.alone
            );
        }
    }
    if !matrix.out_of_reach.is_empty() {
        out.push_str("\n### Faults out of the suite's reach\n\n");
        for fault in &matrix.out_of_reach {
            let (name, clause) = (code(&fault.name), code(&fault.clause));
            let _ = writeln!(out, "- {name} breaks {clause}: {}", text(&fault.reason));
        }
    }
    out.push_str(
        "\n### Servers\n\n| server | what it does | breaks | outcome |\n| --- | --- | --- | --- |\n",
    );
    for tried in &matrix.tried {
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} |",
            cell(&code(&tried.name)),
            cell(&text(&tried.summary)),
            cell(&code(tried.clause.as_deref().unwrap_or_default())),
            outcome(tried).0
        );
    }
    out
}
