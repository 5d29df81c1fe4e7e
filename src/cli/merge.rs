//! `conformant merge`

use super::Color;
use crate::derive::write_atomically;
use crate::error::Result;
use crate::exchange::Redactor;
use crate::input::{self, Kind};
use crate::report::format::{self, Format, Wanted};
use crate::report::{self, merge};
use clap::Args;
use std::path::PathBuf;

/// Options of merge.
#[derive(Debug, Args)]
pub(super) struct MergeOptions {
    /// JSON reports of all shards of one run
    #[arg(required = true, value_name = "REPORT")]
    reports: Vec<PathBuf>,
    /// Write the joint report as JSON
    #[arg(long, value_name = "PATH")]
    out: Option<PathBuf>,
    /// Write the joint report: json=PATH, junit=PATH, markdown=PATH or html=PATH
    #[arg(long, value_name = "FORMAT=PATH")]
    report: Vec<String>,
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
    let wanted = Wanted::parse(&options.report, &Format::OF_RUNS)?;
    let reports = options
        .reports
        .iter()
        .map(|path| {
            Ok((
                path.clone(),
                merge::read(path, &input::text(path, Kind::Report)?)?,
            ))
        })
        .collect::<Result<_>>()?;
    let merged = merge::merge(reports)?;
    if let Some(path) = &options.out {
        write_atomically(path, report::json::render(&merged).as_bytes())?;
    }
    // What was merged was guarded when it was written.
    format::write(&wanted, &merged, &Redactor::default())?;
    super::print(&report::text::render(&merged, options.color.is_on(), false))?;
    Ok(merged.verdict.exit_code())
}
