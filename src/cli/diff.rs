//! `conformant diff`

use super::terminal::print;
use crate::edition::{Change, Comparison, Edition, Kind, compare};
use crate::error::{Error, Result};
use crate::escape::terminal;
use clap::Args;
use std::fmt::Write as _;
use std::path::PathBuf;

/// Options of diff.
#[derive(Debug, Args)]
pub(super) struct DiffOptions {
    /// The edition as it was: a saved page, a suite's folder, or 'schemas/<operation>' in it
    old: PathBuf,
    /// The edition as it is now; a page is read by the old edition's reading
    new: PathBuf,
    /// How to print: text, json or markdown
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    format: Format,
    /// Folder of accepted differences: name those that the new edition makes void
    /// [default: 'snapshots' in the old suite's folder]
    #[arg(long, value_name = "DIR")]
    snapshots: Option<PathBuf>,
    /// The operation: one of several of a suite, or in place of a page's own name
    #[arg(long, value_name = "NAME")]
    operation: Option<String>,
}

#[derive(Clone, Copy, Debug, Default, clap::ValueEnum)]
enum Format {
    /// For people
    #[default]
    Text,
    /// For programs
    Json,
    /// For pull requests
    Markdown,
}

pub(super) fn diff(options: &DiffOptions) -> Result<u8> {
    let operation = options.operation.as_deref();
    let old = Edition::open(&options.old, operation)?;
    let new = Edition::open_after(&options.new, operation, &old)?;
    let beside = options.old.join("snapshots");
    let snapshots = match &options.snapshots {
        Some(folder) => Some(folder.as_path()),
        None => beside.is_dir().then_some(beside.as_path()),
    };
    let comparison = compare(&old, &new, snapshots)?;
    let text = match options.format {
        Format::Text => text(&comparison),
        Format::Markdown => markdown(&comparison),
        Format::Json => {
            let mut text = serde_json::to_string_pretty(&comparison)
                .map_err(|error| Error::no_verdict("diff", error.to_string(), ""))?;
            text.push('\n');
            text
        }
    };
    print(&text)?;
    Ok(u8::from(comparison.breaks_clients()))
}

fn word(kind: Kind) -> &'static str {
    match kind {
        Kind::Added => "added",
        Kind::Removed => "removed",
        Kind::Narrowed => "narrowed",
        Kind::Widened => "widened",
        Kind::Changed => "changed",
        Kind::Reworded => "reworded",
    }
}

fn breaks(change: &Change) -> &'static str {
    match (change.breaks_clients, change.breaks_servers) {
        (true, true) => "clients and servers",
        (true, false) => "clients",
        (false, true) => "servers",
        (false, false) => "nobody",
    }
}

fn facts(change: &Change) -> String {
    match (change.old.as_str(), change.new.as_str()) {
        ("", "") => String::new(),
        ("", new) => new.to_owned(),
        (old, "") => old.to_owned(),
        (old, new) => format!("{old} → {new}"),
    }
}

fn summary(comparison: &Comparison) -> String {
    let count = |test: &dyn Fn(&Change) -> bool| {
        comparison
            .changes
            .iter()
            .filter(|change| test(change))
            .count()
    };
    let kinds: Vec<String> = [
        Kind::Added,
        Kind::Removed,
        Kind::Narrowed,
        Kind::Widened,
        Kind::Changed,
        Kind::Reworded,
    ]
    .into_iter()
    .map(|kind| format!("{} {}", count(&|change| change.kind == kind), word(kind)))
    .collect();
    format!(
        "{}; {} break clients, {} break servers",
        kinds.join(", "),
        count(&|change| change.breaks_clients),
        count(&|change| change.breaks_servers)
    )
}

/// The headed lists of what becomes void.
fn void(comparison: &Comparison) -> Vec<(&'static str, Vec<String>)> {
    let void = &comparison.void;
    let snapshots = void
        .snapshots
        .iter()
        .map(|path| path.display().to_string())
        .collect();
    let own = void
        .own_cases
        .iter()
        .map(|own| format!("{}: {}", own.id, own.why))
        .collect();
    [
        ("cases that are gone", void.cases_removed.clone()),
        ("cases that changed", void.cases_changed.clone()),
        ("cases that are new", void.cases_added.clone()),
        ("cases of your own that are void", own),
        ("entries of the reading that are void", void.reading.clone()),
        ("accepted differences that are void", snapshots),
    ]
    .into_iter()
    .filter(|(_, list): &(_, Vec<String>)| !list.is_empty())
    .collect()
}

fn text(comparison: &Comparison) -> String {
    let mut text = String::new();
    for change in &comparison.changes {
        let _ = writeln!(
            text,
            "{:<9} {} ({}): {}; breaks {}",
            word(change.kind),
            terminal(&change.clause),
            terminal(&change.source),
            terminal(&facts(change)),
            breaks(change)
        );
    }
    for (head, list) in void(comparison) {
        let _ = writeln!(text, "\n{head} ({}):", list.len());
        for line in list {
            let _ = writeln!(text, "  {}", terminal(&line));
        }
    }
    let _ = writeln!(text, "\n{}", summary(comparison));
    let _ = writeln!(text, "{}", certificates(comparison));
    text
}

/// What becomes of certificates of the old edition.
fn certificates(comparison: &Comparison) -> String {
    let parts = &comparison.void.certified_parts;
    if parts.is_empty() {
        "certificates of the old edition hold: nothing that they name by digest differs".into()
    } else {
        format!(
            "certificates of the old edition do not verify against the new one, since they name by digest what differs: {}",
            parts.join(", ")
        )
    }
}

fn markdown(comparison: &Comparison) -> String {
    let cell = |text: &str| {
        terminal(text)
            .replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('|', "\\|")
    };
    let mut text = String::from(
        "| change | statement | source | what | breaks |\n| --- | --- | --- | --- | --- |\n",
    );
    for change in &comparison.changes {
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {} |",
            word(change.kind),
            cell(&change.clause),
            cell(&change.source),
            cell(&facts(change)),
            breaks(change)
        );
    }
    for (head, list) in void(comparison) {
        let _ = writeln!(text, "\n{} {head}:\n", list.len());
        for line in list {
            let _ = writeln!(text, "- {}", cell(&line));
        }
    }
    let _ = writeln!(
        text,
        "\n{}\n\n{}",
        summary(comparison),
        certificates(comparison)
    );
    text
}
