//! `conformant merge`

use super::files;
use super::terminal::{Color, Stream};
use crate::error::Result;
use crate::exchange::Redactor;
use crate::input::{self, Kind};
use crate::output::Outputs;
use crate::report::format::{self, Format};
use crate::report::{merge, text};
use clap::Args;
use std::path::PathBuf;

/// What the command does, and what it does not prove.
pub(super) const ABOUT: &str = "Join the JSON reports of shards into one verdict.

Each report must be of a run that came to its end, written by this version, and add up: \
every case of its part of the plan is there, each verdict follows from the differences, \
acceptances and reasons below it, totals and exit code from the cases. All parts must be of \
one operation, suite, target, address, seed and plan, and each part there once. Anything else \
is refused (exit 2) with the file and the reason.

A report carries no signature: whoever may write the files can invent one that adds up, such \
as a difference that is removed together with its verdict, totals and clause. Take the parts \
from jobs that you trust. Where the author is not trusted, use certify and its record: \
verify judges the recorded exchanges again.";

/// Options of merge.
#[derive(Debug, Args)]
pub(super) struct MergeOptions {
    /// JSON reports of all shards of one run
    #[arg(required = true, value_name = "REPORT")]
    reports: Vec<PathBuf>,
    /// Write the joint report as JSON
    #[arg(long, value_name = "PATH")]
    out: Option<PathBuf>,
    /// Write the joint report: json, junit, markdown, html, github, sarif or ctrf=PATH, '-' for standard output; repeatable
    #[arg(long, value_name = "FORMAT=PATH")]
    report: Vec<String>,
    /// Replace files that are no reports
    #[arg(long)]
    force: bool,
    /// Colours: auto, always or never
    #[arg(
        long,
        value_enum,
        value_name = "WHEN",
        default_value_t,
        env = "CONFORMANT_COLOR"
    )]
    color: Color,
}

pub(super) fn merge(options: &MergeOptions) -> Result<u8> {
    let mut outputs = Outputs::new(options.force);
    for path in &options.reports {
        outputs.reads("REPORT", path);
    }
    let mut texts = options.report.clone();
    texts.extend(
        options
            .out
            .iter()
            .map(|path| format!("json={}", path.display())),
    );
    let (wanted, outputs) = files::claim(&texts, Format::OF_MERGES, "merged", outputs, true)?;
    let mut merger = merge::Merger::default();
    for path in &options.reports {
        let report = merge::read(path, &input::text(path, Kind::Report)?)?;
        merger.add(path, report)?;
    }
    let merged = merger.finish()?;
    outputs.begin()?;
    // What was merged was guarded when it was written.
    files::write_reports(&wanted, &Redactor::default(), |format| {
        format::render(format, &merged, None)
    })?;
    files::tell(
        &wanted,
        &text::render(&merged, Stream::of(&wanted).view(options.color, false)),
    )?;
    Ok(merged.verdict.exit_code())
}
