//! `conformant diff`

use super::terminal::print;
use crate::comparison::{Comparison, Mode, Options, Side, compare};
use crate::error::{Error, Result};
use crate::report::comparison::{Format, render};
use clap::Args;
use std::path::PathBuf;

/// Options of diff.
#[derive(Debug, Args)]
pub(super) struct DiffOptions {
    /// The first source: a saved page, an OpenAPI or Swagger document, a folder of these, a
    /// suite's folder, or 'schemas/<operation>' in it; of two editions the old one
    #[arg(value_name = "A")]
    a: PathBuf,
    /// The second source, of any of these kinds; of two editions the new one: a page is read
    /// by the old edition's reading
    #[arg(value_name = "B")]
    b: PathBuf,
    /// How to print: text, json, markdown or html
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    format: Format,
    /// How to compare: editions (B takes the place of A, silence is a change) or sources
    /// (silence is no difference) [default: editions, unless one is a page and one a definition]
    #[arg(long = "as", value_enum, value_name = "HOW")]
    mode: Option<How>,
    /// What ends with exit code 1; repeatable [default: breaks for editions, nothing for sources]
    #[arg(long, value_enum, value_name = "WHAT", value_delimiter = ',')]
    fail_on: Vec<FailOn>,
    /// Folder of accepted differences: name those that the new edition makes void
    /// [default: 'snapshots' in the old suite's folder]
    #[arg(long, value_name = "DIR")]
    snapshots: Option<PathBuf>,
    /// Only this operation, by its name in one of the two; or the name of a page's operation
    #[arg(long, value_name = "NAME")]
    operation: Option<String>,
    /// List everything: statements that agree too, and no list cut short
    #[arg(short, long)]
    verbose: bool,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum How {
    /// B takes the place of A: what it leaves out is gone
    Editions,
    /// Both describe one API: what one leaves out is only in the other
    Sources,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum FailOn {
    /// A statement that breaks clients, or an operation that is gone
    Breaks,
    /// A statement that both make, and not alike
    Differs,
    /// A statement or an operation that only one of them has
    Missing,
    /// Nothing
    Never,
}

pub(super) fn diff(options: &DiffOptions) -> Result<u8> {
    let operation = options.operation.as_deref();
    let a = Side::open(&options.a, operation)?;
    let b = Side::open(&options.b, operation)?;
    let beside = options.a.join("snapshots");
    let snapshots = match &options.snapshots {
        Some(folder) => Some(folder.as_path()),
        None => beside.is_dir().then_some(beside.as_path()),
    };
    let mode = match options.mode {
        Some(How::Editions) => Mode::Editions,
        Some(How::Sources) => Mode::Sources,
        None => Mode::of(&a, &b),
    };
    let how = Options {
        mode,
        keeps_agreeing: options.verbose,
        operation,
        snapshots,
    };
    let comparison = compare(&a, &b, how)?;
    if let Some(name) = operation.filter(|_| is_empty(&comparison)) {
        return Err(Error::input(
            "--operation",
            format!("neither of the two documents '{name}'"),
            "leave the option out to see the operations of both",
        ));
    }
    print(&render(&comparison, options.format, options.verbose))?;
    let summary = &comparison.summary;
    let fails = |what: &FailOn| match what {
        FailOn::Breaks => comparison.breaks_clients(),
        FailOn::Differs => summary.total.differs > 0,
        FailOn::Missing => summary.has_missing(),
        FailOn::Never => false,
    };
    let default = match mode {
        Mode::Editions => FailOn::Breaks,
        Mode::Sources => FailOn::Never,
    };
    let is_default = options.fail_on.is_empty() && fails(&default);
    Ok(match is_default || options.fail_on.iter().any(fails) {
        true => 1,
        // What could not be read was not compared.
        false if !comparison.unread.is_empty() => 2,
        false => 0,
    })
}

fn is_empty(comparison: &Comparison) -> bool {
    comparison.operations.is_empty()
        && comparison.only_in_a.is_empty()
        && comparison.only_in_b.is_empty()
}
