//! Renders a comparison for pull requests and job summaries.

use super::group::{Group, MAX_GROUPS, MAX_LISTED, change, groups, line, place};
use super::words::{basis, certificates, table, totals, void};
use crate::comparison::{Comparison, Lone, Relation, Said};
use crate::escape::{markdown as text, markdown_cell as cell, markdown_code as code};
use std::fmt::Write as _;

pub(super) fn render(comparison: &Comparison, is_verbose: bool) -> String {
    let mut out = String::new();
    let _ = writeln!(
        out,
        "## {} and {}\n\n{}\n\n{}.\n",
        code(&comparison.a),
        code(&comparison.b),
        basis(comparison.mode),
        totals(comparison)
    );
    if let Some(certificates) = certificates(comparison, is_verbose) {
        let _ = writeln!(out, "{}\n", text(&certificates));
    }
    out.push_str("| statement | agree | differ | only in A | only in B |\n| --- | ---: | ---: | ---: | ---: |\n");
    for (kind, [agrees, differs, only_a, only_b]) in table(&comparison.summary) {
        let _ = writeln!(
            out,
            "| {kind} | {agrees} | {differs} | {only_a} | {only_b} |"
        );
    }
    for relation in Relation::ALL {
        statements(&mut out, comparison, relation, is_verbose);
    }
    let pairs = comparison.operations.iter();
    let reworded = pairs.flat_map(|pair| pair.reworded.iter());
    let reworded = reworded.map(|it| {
        let (a, b) = (line(&it.a, is_verbose), line(&it.b, is_verbose));
        format!(
            "{} ({}): {} → {}",
            code(&it.clause),
            text(&it.place),
            text(&a),
            text(&b)
        )
    });
    list(
        &mut out,
        "Reworded, breaks nobody",
        reworded.collect(),
        is_verbose,
    );
    for (head, lone) in [
        ("Operations only in A", &comparison.only_in_a),
        ("Operations only in B", &comparison.only_in_b),
    ] {
        let lines = lone.iter().map(|it| {
            let Lone {
                address,
                operation,
                file,
            } = it;
            format!("{}: {} ({})", code(address), code(operation), code(file))
        });
        list(&mut out, head, lines.collect(), is_verbose);
    }
    let unread = comparison.unread.iter().map(|it| text(&it.reason));
    list(
        &mut out,
        "Sources that could not be read",
        unread.collect(),
        is_verbose,
    );
    for (head, lines) in void(comparison) {
        let mut letters = head.chars();
        let head: String = letters
            .next()
            .into_iter()
            .flat_map(char::to_uppercase)
            .chain(letters)
            .collect();
        let lines = lines.iter().map(|line| text(line)).collect();
        list(&mut out, &head, lines, is_verbose);
    }
    out
}

fn statements(out: &mut String, comparison: &Comparison, relation: Relation, is_verbose: bool) {
    let groups = groups(comparison, relation);
    if groups.is_empty() {
        return;
    }
    let name = match relation {
        Relation::Differs => "Differs",
        Relation::OnlyInA => "Only in A",
        Relation::OnlyInB => "Only in B",
        Relation::Agrees => "Agrees",
    };
    let _ = writeln!(
        out,
        "\n### {name} ({})\n\n| statement | A | B | |\n| --- | --- | --- | --- |",
        groups.len()
    );
    let shown = if is_verbose {
        groups.len()
    } else {
        groups.len().min(MAX_GROUPS)
    };
    for group in groups.iter().take(shown) {
        row(out, comparison, group, is_verbose);
    }
    more(out, groups.len() - shown);
}

fn row(out: &mut String, comparison: &Comparison, group: &Group<'_>, is_verbose: bool) {
    let side = |said: Option<&Said>| match said {
        None => "—".to_owned(),
        Some(said) => {
            let says = code(&line(&said.says, is_verbose));
            format!("{says} {}", text(&place(said, is_verbose)))
        }
    };
    let statement = group.statement;
    let about = [change(statement), group.operations(comparison, is_verbose)];
    let about: Vec<String> = about.into_iter().flatten().map(|it| text(&it)).collect();
    let _ = writeln!(
        out,
        "| {} {} | {} | {} | {} |",
        statement.kind.name(),
        cell(&code(&statement.clause)),
        cell(&side(statement.a.as_ref())),
        cell(&side(statement.b.as_ref())),
        cell(&about.join(" "))
    );
}

fn list(out: &mut String, head: &str, lines: Vec<String>, is_verbose: bool) {
    if lines.is_empty() {
        return;
    }
    let _ = writeln!(out, "\n### {head} ({})\n", lines.len());
    let shown = if is_verbose {
        lines.len()
    } else {
        lines.len().min(MAX_LISTED)
    };
    for line in lines.iter().take(shown) {
        let _ = writeln!(out, "- {line}");
    }
    more(out, lines.len() - shown);
}

fn more(out: &mut String, count: usize) {
    if count > 0 {
        let _ = writeln!(out, "\n… and {count} more; `-v` lists all.");
    }
}
