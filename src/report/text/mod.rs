//! Renders a report for terminals and logs: a line for each operation, what explains the
//! differences, the coverage, the verdict. Text from outside is escaped here, and nowhere
//! else for this format.

mod coverage;
mod difference;
mod known;
mod list;
mod operation;
mod verdict;
mod view;
mod wrap;

pub use operation::operation;
pub use verdict::verdict;
pub use view::View;

use super::Report;

/// The whole account.
pub fn render(report: &Report, view: View) -> String {
    let mut out = String::new();
    let names: Vec<&str> = report
        .operations
        .iter()
        .map(|it| it.operation.as_str())
        .collect();
    for one in &report.operations {
        out.push_str(&operation(one, &names, None, view));
    }
    out.push_str(&account(report, view));
    out
}

/// The account of a run whose operations were told as they ended.
pub fn account(report: &Report, view: View) -> String {
    let mut out = String::new();
    difference::differences(&mut out, report, view);
    let mut lists = String::new();
    list::lists(&mut lists, report, view);
    known::known(&mut lists, report, view);
    coverage::coverage(&mut lists, report, view);
    verdict::left(&mut lists, report, view);
    if !lists.is_empty() {
        out.push('\n');
        out.push_str(&lists);
    }
    out.push('\n');
    if let Some(stopped) = &report.stopped {
        let stopped = crate::escape::terminal(stopped);
        view.line(&mut out, 4, &format!("ended early: {stopped}"));
    }
    out.push_str(&verdict(report, view));
    out
}

/// Most names behind a text.
const MAX_NAMES: usize = 3;

/// The first few names, and how many more there are.
fn listed<'a>(names: impl Iterator<Item = &'a str> + Clone) -> String {
    let first: Vec<&str> = names.clone().take(MAX_NAMES).collect();
    let more = match names.count().saturating_sub(MAX_NAMES) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!("{}{more}", first.join(", "))
}

/// `1 case`, `3 cases`
fn counted(count: usize, one: &str, several: &str) -> String {
    match count {
        1 => format!("1 {one}"),
        count => format!("{count} {several}"),
    }
}
