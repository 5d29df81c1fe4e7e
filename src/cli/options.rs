//! Defines [`RunOptions`]: the options of run and of certify.

use super::files::{claim, record_output};
use super::suite::SuiteOptions;
use super::target::{TargetOptions, set_variable};
use super::terminal::{self, Color};
use crate::error::{Error, Problem, Result};
use crate::input::{self, Kind};
use crate::output::Outputs;
use crate::report;
use crate::report::format::{Format, Wanted};
use crate::runner::{Filters, Shard};
use crate::transport::Transport;
use clap::builder::BoolishValueParser;
use clap::{Args, Command};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::thread::available_parallelism;

/// Most cases that are run side by side.
const MAX_LANES: usize = 4;

/// Most generated requests of a property.
const MAX_CASES: u32 = 1_000_000;

fn generated(text: &str) -> std::result::Result<u32, String> {
    match text.parse() {
        Ok(0) => Err("would judge nothing; at least 1".into()),
        Ok(most) if most > MAX_CASES => Err(format!("at most {MAX_CASES}")),
        parsed => parsed.map_err(|error: std::num::ParseIntError| error.to_string()),
    }
}

/// Options of run.
#[derive(Debug, Args)]
pub(super) struct RunOptions {
    /// Run what has one of these in its id
    #[arg(value_name = "FILTER")]
    pub(super) filters: Vec<String>,
    /// Leave out what has this in its id; repeatable
    #[arg(
        long,
        value_name = "FILTER",
        env = "CONFORMANT_EXCLUDE",
        value_delimiter = '\n'
    )]
    pub(super) exclude: Vec<String>,
    /// Run again what this JSON report of an earlier run says did not pass
    // No variable: it would outlive the report.
    #[arg(long, value_name = "REPORT")]
    pub(super) failed: Option<PathBuf>,
    /// Run the operations whose contract, reading or cases differ from this commit, or from this folder of an earlier suite
    #[arg(long, value_name = "COMMIT|DIR", env = "CONFORMANT_CHANGED_SINCE")]
    pub(super) changed_since: Option<String>,
    #[command(flatten)]
    pub(super) suite: SuiteOptions,
    /// Test the reference server that is built into this program, instead of a target
    #[arg(long)]
    pub(super) reference: bool,
    #[command(flatten)]
    pub(super) target: TargetOptions,
    /// Generated requests of each property, in place of what the case files say
    #[arg(long, value_name = "N", env = "CONFORMANT_CASES", value_parser = generated)]
    pub(super) cases: Option<u32>,
    /// A few generated requests of each property: a first look
    #[arg(
        long,
        env = "CONFORMANT_QUICK",
        value_parser = BoolishValueParser::new(),
        conflicts_with_all = ["cases", "thorough"]
    )]
    pub(super) quick: bool,
    /// Every value of the dictionaries in every property, and as many random ones
    #[arg(
        long,
        env = "CONFORMANT_THOROUGH",
        value_parser = BoolishValueParser::new(),
        conflicts_with = "cases"
    )]
    pub(super) thorough: bool,
    /// Seed of generated requests; random without it, and printed
    #[arg(long, value_name = "N", env = "CONFORMANT_SEED")]
    pub(super) seed: Option<u64>,
    /// Folder of accepted differences
    #[arg(
        long,
        value_name = "DIR",
        env = "CONFORMANT_SNAPSHOTS",
        default_value = "snapshots"
    )]
    pub(super) snapshots: PathBuf,
    /// Folder of journals: what a run makes stands there until it is given back
    #[arg(
        long,
        value_name = "DIR",
        env = "CONFORMANT_JOURNAL",
        default_value = ".conformant"
    )]
    pub(super) journal: PathBuf,
    /// Notes fail too
    #[arg(long, env = "CONFORMANT_STRICT", value_parser = BoolishValueParser::new())]
    pub(super) strict: bool,
    /// End the run at the first case that fails
    #[arg(long, env = "CONFORMANT_FAIL_FAST", value_parser = BoolishValueParser::new())]
    pub(super) fail_fast: bool,
    /// Write a report: json, junit, markdown, html, github, sarif, ctrf or har=PATH, '-' for standard output; repeatable
    #[arg(
        long,
        value_name = "FORMAT=PATH",
        env = "CONFORMANT_REPORT",
        value_delimiter = '\n'
    )]
    pub(super) report: Vec<String>,
    /// Replace files that are no reports and no record; those that the run reads never
    #[arg(long)]
    pub(super) force: bool,
    /// Write every exchange as evidence (NDJSON), secrets replaced
    #[arg(long, value_name = "PATH", env = "CONFORMANT_RECORD")]
    pub(super) record: Option<PathBuf>,
    /// Run one of N parts of the plan; conformant merge joins their JSON reports
    #[arg(long, value_name = "I/N", env = "CONFORMANT_SHARD")]
    pub(super) shard: Option<Shard>,
    /// Print the plan and send nothing
    #[arg(long)]
    pub(super) dry_run: bool,
    /// Colours: auto, always or never
    #[arg(
        long,
        value_enum,
        value_name = "WHEN",
        default_value_t,
        env = "CONFORMANT_COLOR"
    )]
    pub(super) color: Color,
    /// What is told of the cases: text (a line for each operation) or libtest (a line for each case)
    #[arg(
        long,
        value_enum,
        value_name = "FORMAT",
        default_value_t,
        env = "CONFORMANT_FORMAT"
    )]
    pub(super) format: terminal::Format,
    /// Print the verdict alone
    #[arg(short, long)]
    pub(super) quiet: bool,
    /// List every case, difference and statement
    #[arg(short, long)]
    pub(super) verbose: bool,
}

/// Cases that are run side by side. Properties send their own requests side by side
/// as well, and each lane costs memory. With a fast target lanes are busy and not
/// waiting: more of them than processors would only take turns.
pub(super) fn lanes_of(transport: &Transport) -> usize {
    let most = match available_parallelism() {
        Ok(processors) if !transport.is_slow() => processors.get().min(MAX_LANES),
        _ => MAX_LANES,
    };
    transport.concurrency().min(most)
}

/// Generated requests of each property of a quick run, and of a thorough one: more than any
/// property has values to send.
const QUICK: u32 = 8;
const THOROUGH: u32 = 1_000;

/// What an earlier run says did not pass.
fn failed(path: &Path) -> Result<BTreeSet<String>> {
    let text = input::text(path, Kind::Report)?;
    let failed = report::failed(path, &text)?;
    match failed.is_empty() {
        false => Ok(failed),
        true => Err(Error::NothingRun(Problem::new(
            "--failed",
            format!(
                "everything in {} passed, so there is nothing to run again",
                path.display()
            ),
            "leave the option out to run all",
        ))),
    }
}

impl RunOptions {
    /// Which items are run.
    ///
    /// # Errors
    /// [`Error::Input`] where the report of an earlier run cannot be read, and
    /// [`Error::NothingRun`] where all of it passed.
    pub(super) fn filters(&self) -> Result<Filters> {
        let only = match &self.failed {
            Some(path) => Some(failed(path)?),
            None => None,
        };
        Ok(Filters {
            wanted: self.filters.clone(),
            unwanted: self.exclude.clone(),
            only,
        })
    }

    /// Generated requests of each property, in place of what the case files say.
    pub(super) fn cases(&self) -> Option<u32> {
        match (self.quick, self.thorough) {
            (true, _) => Some(QUICK),
            (_, true) => Some(THOROUGH),
            _ => self.cases,
        }
    }

    /// The first variable that is set and says something about a run, and not only about how
    /// it is shown: first of all about its target.
    pub(super) fn variable() -> Option<String> {
        let options = Self::augment_args(Command::new("run")).mut_args(|option| {
            match ["color", "format"].contains(&option.get_id().as_str()) {
                true => option.env(None),
                false => option,
            }
        });
        TargetOptions::variable().or_else(|| set_variable(&options))
    }

    /// The reports and every other file that the run will write, checked against those
    /// that its options name; `outputs` are the command's own.
    pub(super) fn files(
        &self,
        mut outputs: Outputs,
        has_record: bool,
    ) -> Result<(Vec<Wanted>, Outputs)> {
        if let Some(path) = &self.record {
            outputs.writes(record_output(path));
        }
        let target = &self.target;
        let targets = target
            .targets
            .as_deref()
            .unwrap_or(Path::new("targets.toml"));
        outputs.reads("the targets file", targets);
        for (option, path) in [
            ("--token-file", &target.token_file),
            ("--ca", &target.ca),
            ("--client-cert", &target.client_cert),
            ("--client-key", &target.client_key),
        ] {
            if let Some(path) = path {
                outputs.reads(option, path);
            }
        }
        self.suite.guard(&mut outputs);
        let name = target.target.as_deref().unwrap_or("default");
        outputs.reads_below("--snapshots", &self.snapshots.join(name));
        let formats = &Format::OF_RUNS;
        let (wanted, outputs) = claim(&self.report, formats, name, outputs, !self.dry_run)?;
        if !has_record && wanted.iter().any(|one| one.format == Format::Har) {
            return Err(Error::input(
                "--report har",
                "a HAR file is made from the record of the run",
                "give --record PATH too",
            ));
        }
        Ok((wanted, outputs))
    }

    pub(super) fn outputs(&self) -> Outputs {
        Outputs::new(self.force)
    }
}
