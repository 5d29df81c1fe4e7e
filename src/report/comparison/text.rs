//! Renders a comparison for a terminal.

use super::group::{Group, MAX_GROUPS, MAX_LISTED, change, groups, line, place};
use super::words::{basis, certificates, table, totals, void};
use crate::comparison::{Comparison, Lone, Relation, Said};
use crate::escape::terminal;
use std::fmt::Write as _;

pub(super) fn render(comparison: &Comparison, is_verbose: bool) -> String {
    let mut out = Text {
        text: String::new(),
        is_verbose,
    };
    out.line(&format!("A: {}", comparison.a));
    out.line(&format!("B: {}", comparison.b));
    out.line(basis(comparison.mode));
    for relation in Relation::ALL {
        out.statements(comparison, relation);
    }
    out.reworded(comparison);
    out.lone("operations only in A", &comparison.only_in_a);
    out.lone("operations only in B", &comparison.only_in_b);
    let unread = comparison.unread.iter();
    let unread = unread.map(|it| it.reason.clone()).collect();
    out.list("sources that could not be read", unread);
    for (head, list) in void(comparison) {
        out.list(head, list);
    }
    out.counts(comparison);
    out.line(&totals(comparison));
    if let Some(certificates) = certificates(comparison, is_verbose) {
        out.line(&certificates);
    }
    out.text
}

struct Text {
    text: String,
    is_verbose: bool,
}

impl Text {
    fn line(&mut self, line: &str) {
        self.text.push_str(&terminal(line));
        self.text.push('\n');
    }

    fn statements(&mut self, comparison: &Comparison, relation: Relation) {
        let groups = groups(comparison, relation);
        if groups.is_empty() {
            return;
        }
        self.head(relation.name(), groups.len());
        let shown = self.shown(groups.len(), MAX_GROUPS);
        for group in groups.iter().take(shown) {
            self.statement(comparison, group);
        }
        self.more(groups.len() - shown);
    }

    fn statement(&mut self, comparison: &Comparison, group: &Group<'_>) {
        let statement = group.statement;
        let change = change(statement).map(|it| format!(" ({it})"));
        self.line(&format!(
            "  {} {}{}",
            statement.kind.name(),
            statement.clause,
            change.unwrap_or_default()
        ));
        self.side("A", statement.a.as_ref());
        self.side("B", statement.b.as_ref());
        if let Some(operations) = group.operations(comparison, self.is_verbose) {
            self.line(&format!("    {operations}"));
        }
    }

    fn side(&mut self, name: &str, said: Option<&Said>) {
        if let Some(said) = said {
            let says = line(&said.says, self.is_verbose);
            let place = place(said, self.is_verbose);
            self.line(&format!("    {name}  {says} — {place}"));
        }
    }

    fn reworded(&mut self, comparison: &Comparison) {
        let pairs = comparison.operations.iter();
        let lines = pairs.flat_map(|pair| {
            pair.reworded.iter().map(|it| {
                let of = match comparison.operations.len() {
                    1 => String::new(),
                    _ => format!("{}: ", pair.address),
                };
                let (a, b) = (line(&it.a, self.is_verbose), line(&it.b, self.is_verbose));
                format!("{of}{} ({}): {a} → {b}", it.clause, it.place)
            })
        });
        let lines = lines.collect();
        self.list("reworded, breaks nobody", lines);
    }

    fn lone(&mut self, head: &str, operations: &[Lone]) {
        let lines = operations.iter().map(|it| {
            let Lone {
                address,
                operation,
                file,
            } = it;
            format!("{address}  {operation} ({file})")
        });
        self.list(head, lines.collect());
    }

    fn list(&mut self, head: &str, lines: Vec<String>) {
        if lines.is_empty() {
            return;
        }
        self.head(head, lines.len());
        let shown = self.shown(lines.len(), MAX_LISTED);
        for line in lines.iter().take(shown) {
            self.line(&format!("  {line}"));
        }
        self.more(lines.len() - shown);
    }

    fn head(&mut self, head: &str, count: usize) {
        self.text.push('\n');
        self.line(&format!("{head} ({count}):"));
    }

    fn shown(&self, all: usize, most: usize) -> usize {
        if self.is_verbose { all } else { all.min(most) }
    }

    fn more(&mut self, count: usize) {
        if count > 0 {
            self.line(&format!("  … and {count} more; -v lists all"));
        }
    }

    fn counts(&mut self, comparison: &Comparison) {
        let _ = writeln!(
            self.text,
            "\n{:<10} {:>9} {:>9} {:>10} {:>10}",
            "", "agree", "differ", "only in A", "only in B"
        );
        for (kind, [agrees, differs, only_a, only_b]) in table(&comparison.summary) {
            let _ = writeln!(
                self.text,
                "{kind:<10} {agrees:>9} {differs:>9} {only_a:>10} {only_b:>10}"
            );
        }
        self.text.push('\n');
    }
}
