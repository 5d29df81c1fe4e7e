//! `conformant derive`

use super::terminal::print;
use crate::derive::{Drift, derive as from_page, drift, overwrite, write};
use crate::error::Result;
use crate::escape::terminal;
use crate::input::{self, Kind};
use clap::Args;
use std::fmt::Write as _;
use std::path::PathBuf;

/// Options of derive.
#[derive(Debug, Args)]
pub(super) struct DeriveOptions {
    /// The source: a saved page (text, Markdown or HTML, told by its content), or the
    /// contract.json of a suite
    #[arg(value_name = "SOURCE")]
    page: PathBuf,
    /// Folder for 'schemas' and 'cases'
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Name of the operation, in place of the page's own
    #[arg(long, value_name = "NAME")]
    operation: Option<String>,
    /// Compare with what is there and write nothing; exit 1 on drift
    #[arg(long)]
    check: bool,
    /// Replace derived files that were changed since
    #[arg(long)]
    force: bool,
    /// Exit 1 where the page leaves a finding
    #[arg(long)]
    strict: bool,
}

pub(super) fn derive(arguments: &DeriveOptions) -> Result<u8> {
    let source = input::text(&arguments.page, Kind::Page)?;
    let derived = from_page(
        &arguments.page,
        &source,
        &arguments.out,
        arguments.operation.as_deref(),
    )?;
    let mut text = String::new();
    for finding in &derived.findings {
        let _ = writeln!(
            text,
            "finding: {}:{}",
            arguments.page.display(),
            indented(&finding.to_string())
        );
    }
    for gap in &derived.gaps {
        let _ = writeln!(text, "weak: {}", terminal(&gap.to_string()));
    }
    for note in &derived.notes {
        let _ = writeln!(text, "note: {}", terminal(note));
    }
    let mut code = u8::from(arguments.strict && !derived.findings.is_empty());
    if arguments.check {
        let drifts = drift(&derived, &arguments.out)?;
        for drift in &drifts {
            let _ = match drift {
                Drift::Missing(path) => writeln!(text, "drift: {} is missing", path.display()),
                Drift::Differs {
                    path,
                    line,
                    present,
                    derived,
                } => writeln!(
                    text,
                    "drift: {}:{line} is not as derived: '{}' stands here, '{}' is derived",
                    path.display(),
                    terminal(present),
                    terminal(derived)
                ),
            };
        }
        if drifts.is_empty() {
            let _ = writeln!(text, "{} files are as derived", derived.files.len());
        } else {
            let _ = writeln!(text, "derive afresh without --check to write them");
            code = 1;
        }
    } else {
        let written = match arguments.force {
            true => overwrite(&derived, &arguments.out)?,
            false => write(&derived, &arguments.out)?,
        };
        for path in &written {
            let _ = writeln!(text, "wrote {}", path.display());
        }
        let _ = writeln!(
            text,
            "{}: {} clauses, {} findings; {} files written, {} as they were",
            derived.contract.operation,
            derived.contract.clauses().len(),
            derived.findings.len(),
            written.len(),
            derived.files.len() - written.len()
        );
    }
    print(&text)?;
    Ok(code)
}

/// Escapes each line of a message that has several.
fn indented(text: &str) -> String {
    text.trim_start_matches("line ")
        .lines()
        .map(terminal)
        .collect::<Vec<_>>()
        .join("\n")
}
