//! `conformant list`

use super::suite::SuiteOptions;
use super::terminal::print;
use crate::error::{Error, Problem, Result};
use clap::Args;
use std::fmt::Write as _;

/// Options of list.
#[derive(Debug, Args)]
pub(super) struct ListOptions {
    /// List what has one of these in its id
    #[arg(value_name = "FILTER")]
    filters: Vec<String>,
    #[command(flatten)]
    suite: SuiteOptions,
    /// List the documented statements with the cases that check them
    #[arg(long)]
    clauses: bool,
}

pub(super) fn list(arguments: &ListOptions) -> Result<u8> {
    let suite = arguments.suite.load()?;
    let is_wanted = |id: &str| {
        arguments.filters.is_empty()
            || arguments
                .filters
                .iter()
                .any(|filter| id.contains(filter.as_str()))
    };
    let templates = || {
        let cases = suite.cases.iter().map(|case| (&case.template, None));
        let properties = suite
            .properties
            .iter()
            .map(|property| (&property.template, Some(property.cases)));
        cases.chain(properties)
    };
    let mut text = String::new();
    if arguments.clauses {
        let clauses = suite.clauses.iter().enumerate();
        for (at, clause) in clauses.filter(|(_, clause)| is_wanted(&clause.id)) {
            let _ = writeln!(text, "{clause}");
            for (template, _) in templates().filter(|(template, _)| template.clause == clause.id) {
                let _ = writeln!(text, "    {}", template.id);
            }
            if let Some(why) = suite.unchecked.get(&at) {
                let _ = writeln!(text, "    unchecked: {why}");
            }
        }
    } else {
        for (template, cases) in templates().filter(|(template, _)| is_wanted(&template.id)) {
            let statuses: Vec<String> = template.expect.iter().map(u16::to_string).collect();
            let count = cases.map_or(String::new(), |cases| format!(" × {cases}"));
            let _ = writeln!(
                text,
                "{:<44} {:<11} {}{count} — {}",
                template.id,
                statuses.join("|"),
                template.clause,
                template.summary
            );
        }
    }
    if text.is_empty() {
        return Err(Error::NothingRun(Problem::new(
            format!("filter {}", arguments.filters.join(" ")),
            "nothing has an id that contains this",
            "conformant list without a filter prints all ids",
        )));
    }
    print(&text)
}
