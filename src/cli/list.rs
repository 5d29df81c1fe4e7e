//! `conformant list`

use super::suite::SuiteOptions;
use super::terminal::{print, warn};
use crate::error::{Error, Problem, Result};
use crate::escape::terminal;
use crate::suite::{Suite, Template};
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
    let loaded = arguments.suite.load()?;
    let mut text = String::new();
    for suite in &loaded.suites {
        match arguments.clauses {
            true => arguments.clauses(suite, &mut text),
            false => arguments.cases(suite, &mut text),
        }
    }
    for one in &loaded.unjudged {
        let (name, reason) = (terminal(&one.name), terminal(&one.reason));
        warn(&format!("{name} cannot be judged: {reason}"));
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

impl ListOptions {
    fn wants(&self, id: &str) -> bool {
        let filters = &self.filters;
        filters.is_empty() || filters.iter().any(|filter| id.contains(filter.as_str()))
    }

    /// The documented statements; ids are those of their operation, whose name stands first.
    fn clauses(&self, suite: &Suite, text: &mut String) {
        let operation = &suite.contract.operation;
        let mut is_first = true;
        for (at, clause) in suite.clauses.iter().enumerate() {
            if !self.wants(&format!("{operation}/{}", clause.id)) {
                continue;
            }
            if std::mem::take(&mut is_first) {
                let contract = &suite.contract;
                let _ = writeln!(text, "{operation} — {} {}", contract.method, contract.uri);
            }
            let _ = writeln!(text, "{clause}");
            for template in suite.templates().filter(|it| it.clause == clause.id) {
                let _ = writeln!(text, "    {}", template.id);
            }
            if let Some(why) = suite.unchecked.get(&at) {
                let _ = writeln!(text, "    unchecked: {why}");
            }
        }
    }

    fn cases(&self, suite: &Suite, text: &mut String) {
        let mut line = |template: &Template, count: &str| {
            let statuses: Vec<String> = template.expect.iter().map(u16::to_string).collect();
            let _ = writeln!(
                text,
                "{:<44} {:<11} {}{count} — {}",
                template.id,
                statuses.join("|"),
                template.clause,
                template.summary
            );
        };
        for case in suite.cases.iter().filter(|it| self.wants(&it.template.id)) {
            line(&case.template, "");
        }
        for property in (suite.properties.iter()).filter(|it| self.wants(&it.template.id)) {
            line(&property.template, &format!(" × {}", property.cases));
        }
    }
}
