//! `conformant clean`

use super::running::quiet_session;
use super::secrets::acquire;
use super::suite::SuiteOptions;
use super::target::TargetOptions;
use super::terminal::print;
use super::{panic, secrets};
use crate::error::{Error, Result};
use crate::escape::terminal;
use crate::runner::{Lanes, Left, Remains, Sender, Stock, left_in};
use crate::target::Target;
use crate::transport::{Transport, shown_address};
use clap::Args;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

/// Options of clean.
#[derive(Debug, Args)]
pub(super) struct CleanOptions {
    #[command(flatten)]
    suite: SuiteOptions,
    #[command(flatten)]
    target: TargetOptions,
    /// Folder of journals
    #[arg(
        long,
        value_name = "DIR",
        env = "CONFORMANT_JOURNAL",
        default_value = ".conformant"
    )]
    journal: PathBuf,
}

pub(super) fn clean(options: &CleanOptions) -> Result<u8> {
    let loaded = options.suite.load()?;
    let mut suites = loaded.suites;
    suites.extend(loaded.makers);
    let target = options.target.resolve(&suites)?;
    let Some(base_url) = &target.base_url else {
        return Err(options.target.no_target(None));
    };
    let (journals, under_way) = left_in(&options.journal)?;
    let is_of =
        |left: &Left| left.head.base_url.trim_end_matches('/') == base_url.trim_end_matches('/');
    let (journals, others): (Vec<Left>, Vec<Left>) = journals.into_iter().partition(is_of);
    let mut text = String::new();
    for other in &others {
        let _ = writeln!(
            text,
            "{}: of the target '{}' at {}, left as it is",
            other.path.display(),
            terminal(&other.head.target),
            terminal(&shown_address(&other.head.base_url))
        );
    }
    if under_way > 0 {
        let _ = writeln!(
            text,
            "{under_way} journals are of runs that are under way, and left as they are"
        );
    }
    let (mut gone, mut remains) = (0, Vec::new());
    if !journals.is_empty() {
        let settings = target.settings(base_url)?;
        let runtime = panic::runtime()?;
        let acquired = acquire(&runtime, &target, &suites, &settings)?;
        let transport = {
            let _inside = runtime.enter();
            Transport::new(settings)?
        };
        let sender = Sender::new(acquired.values, transport)
            .with_secrets(acquired.redactor, acquired.renewal);
        let sender = Arc::new(sender);
        super::signals::interrupt(&sender);
        let project = sender.values().project_id.clone();
        let lanes = Lanes::default();
        for journal in journals {
            if journal.head.project_id != project {
                return Err(other_project(&target, &journal));
            }
            let sessions = suites
                .iter()
                .map(|suite| quiet_session(suite, &sender, &target.name));
            let resources = loaded
                .resources
                .iter()
                .map(|it| (it.clone(), it.can_be_made()));
            let stock = Stock::new(
                resources.collect(),
                sessions.collect(),
                Arc::clone(&sender),
                None,
                (journal.head.tag.clone(), usize::MAX),
                BTreeSet::new(),
            );
            let stock = Arc::new(stock);
            gone += lanes
                .run(stock.take_up(&journal.open))
                .map_err(panic::no_event_loop)?;
            let left = stock.remains();
            if left.is_empty() {
                journal.end();
            }
            remains.extend(left);
        }
    }
    for one in &remains {
        tell(&mut text, one);
    }
    let _ = writeln!(
        text,
        "{gone} objects of earlier runs are gone, {} are left",
        remains.len()
    );
    print(&secrets::shown(&text))?;
    Ok(u8::from(!remains.is_empty()))
}

fn tell(text: &mut String, one: &Remains) {
    let id = one.id.as_ref().or(one.name.as_ref());
    let _ = writeln!(
        text,
        "left {} {}: {}",
        terminal(&one.resource),
        terminal(id.map_or("of unknown id", String::as_str)),
        terminal(&one.why)
    );
    if let Some(curl) = &one.curl {
        let _ = writeln!(text, "  {}", terminal(curl));
    }
}

fn other_project(target: &Target, journal: &Left) -> Error {
    Error::input(
        journal.path.as_path(),
        format!(
            "it is of another project than the one of the target '{}'",
            target.name
        ),
        "give the project of that run with --project-id",
    )
}
