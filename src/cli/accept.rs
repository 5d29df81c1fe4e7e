//! `conformant accept`

use super::terminal::print;
use crate::baseline::{
    Acceptance, MAX_DAYS, accept as accept_pending, parse_date, says_something, today,
};
use crate::error::{Error, Problem, Result};
use crate::escape::terminal;
use clap::Args;
use std::fmt::Write as _;
use std::path::PathBuf;

/// Options of accept.
#[derive(Debug, Args)]
pub(super) struct AcceptOptions {
    /// Accept what has one of these in its id
    #[arg(value_name = "FILTER")]
    filters: Vec<String>,
    /// Target whose pending differences are accepted
    #[arg(
        long,
        value_name = "NAME",
        env = "CONFORMANT_TARGET",
        default_value = "default"
    )]
    target: String,
    /// Folder of the snapshots
    #[arg(
        long,
        value_name = "DIR",
        env = "CONFORMANT_SNAPSHOTS",
        default_value = "snapshots"
    )]
    snapshots: PathBuf,
    /// Why the difference is lived with, in words
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// Last day on which it counts, at most 366 days from today
    #[arg(long, value_name = "YYYY-MM-DD")]
    until: Option<String>,
    /// Where it is tracked
    #[arg(long, value_name = "URL")]
    ticket: Option<String>,
}

pub(super) fn accept(options: &AcceptOptions) -> Result<u8> {
    let acceptance = acceptance(options)?;
    let accepted = accept_pending(
        &options.snapshots,
        &options.target,
        &options.filters,
        &acceptance,
    )?;
    if accepted.is_empty() {
        return Err(Error::NothingRun(Problem::new(
            options.snapshots.join(&options.target).as_path(),
            "nothing is pending there that the filter selects",
            "run the suite against the target first, outside CI: what differs is left pending",
        )));
    }
    let mut text = String::new();
    for path in &accepted {
        let _ = writeln!(text, "accepted {}", path.display());
    }
    let _ = writeln!(
        text,
        "{} accepted until {}: {}",
        accepted.len(),
        acceptance.until,
        terminal(&acceptance.reason)
    );
    print(&text)
}

fn acceptance(options: &AcceptOptions) -> Result<Acceptance> {
    let missing = |option: &str, what: &str| {
        Error::input(
            option,
            format!("an acceptance needs {what}"),
            "conformant accept [FILTER] --reason 'why' --until YYYY-MM-DD [--ticket URL]",
        )
    };
    let reason = options
        .reason
        .as_ref()
        .map(|reason| reason.trim())
        .filter(|reason| says_something(reason))
        .ok_or_else(|| missing("--reason", "a reason in words"))?;
    let until = options
        .until
        .as_ref()
        .ok_or_else(|| missing("--until", "an end"))?;
    let wrong = |what: String, remedy: String| Error::input("--until", what, remedy);
    let until = parse_date(until).ok_or_else(|| {
        let what = format!("'{}' is no date", terminal(until));
        wrong(what, "write it as YYYY-MM-DD".into())
    })?;
    let today = today();
    if until < today {
        return Err(wrong(
            format!("{until} has passed"),
            "give the last day on which the acceptance is to count".into(),
        ));
    }
    let last = Acceptance::last_day(today);
    if until > last {
        return Err(wrong(
            format!("{until} is over {MAX_DAYS} days from today"),
            format!("give {last} or an earlier day, and accept again then if it must be"),
        ));
    }
    Ok(Acceptance {
        reason: reason.to_owned(),
        until,
        ticket: options.ticket.clone(),
        accepted: today,
    })
}
