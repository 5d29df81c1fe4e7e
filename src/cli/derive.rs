//! `conformant derive`

use super::terminal::print;
use crate::contract::{Finding, Weight};
use crate::derive::{Derived, Drift, causes, derive as from_page, drift, overwrite, write};
use crate::error::{Error, Result};
use crate::escape::terminal;
use crate::input::{self, Kind};
use clap::Args;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// Options of derive.
#[derive(Debug, Args)]
pub(super) struct DeriveOptions {
    /// Saved pages (text, Markdown or HTML, told by their content), folders of them, or the
    /// contract.json of a suite
    #[arg(value_name = "SOURCE", required = true)]
    sources: Vec<PathBuf>,
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

/// What was done so far.
#[derive(Default)]
struct Done {
    text: String,
    /// Sources by the operation that they document.
    operations: BTreeMap<String, PathBuf>,
    findings: Vec<(PathBuf, Finding)>,
    statements: usize,
    files: usize,
    written: usize,
    has_drift: bool,
    refused: usize,
}

pub(super) fn derive(arguments: &DeriveOptions) -> Result<u8> {
    let mut sources = Vec::new();
    for source in &arguments.sources {
        let before = sources.len();
        pages(source, &mut sources)?;
        if sources.len() == before {
            return Err(Error::input(
                source.as_path(),
                "no page is in this folder: no file that ends in .md, .txt or .html",
                "name the folder that holds the saved pages",
            ));
        }
    }
    let has_several = sources.len() > 1 || sources != arguments.sources;
    if has_several && arguments.operation.is_some() {
        return Err(Error::input(
            "--operation",
            "one name cannot be that of the operations of several pages",
            "leave the option out, or derive each page alone",
        ));
    }
    let mut done = Done::default();
    for source in &sources {
        match done.source(arguments, source, has_several) {
            Err(Error::Input(problem)) if has_several => {
                done.refused += 1;
                let lines = problem.to_string();
                let _ = writeln!(done.text, "refused: {}", indented(&lines));
            }
            other => other?,
        }
    }
    if has_several {
        done.causes();
    }
    done.totals(arguments, sources.len(), has_several);
    print(&done.text)?;
    let is_unsettled = done.has_drift || arguments.strict && !done.findings.is_empty();
    Ok(match done.refused {
        0 => u8::from(is_unsettled),
        _ => 2,
    })
}

impl Done {
    fn source(&mut self, arguments: &DeriveOptions, path: &Path, is_one_of: bool) -> Result<()> {
        let source = input::text(path, Kind::Page)?;
        let operation = arguments.operation.as_deref();
        let derived = from_page(path, &source, &arguments.out, operation)?;
        let name = derived.contract.operation.clone();
        if let Some(other) = self.operations.get(&name) {
            return Err(Error::input(
                path,
                format!("it documents '{name}', and so does {}", other.display()),
                "keep one of them, or derive this one into a folder of its own",
            ));
        }
        self.operations.insert(name, path.to_owned());
        if !is_one_of {
            self.details(path, &derived);
        }
        self.files(arguments, &derived, is_one_of)?;
        self.statements += derived.contract.clauses().len();
        let findings = derived.findings.into_iter();
        self.findings
            .extend(findings.map(|it| (path.to_owned(), it)));
        Ok(())
    }

    /// All that is to be said of one source.
    fn details(&mut self, path: &Path, derived: &Derived) {
        for finding in &derived.findings {
            let (weight, place) = (finding.weight, path.display());
            let told = indented(&finding.to_string());
            let _ = writeln!(self.text, "{weight}: {place}:{told}");
        }
        for gap in &derived.gaps {
            let _ = writeln!(self.text, "weak: {}", terminal(&gap.to_string()));
        }
        for note in &derived.notes {
            let _ = writeln!(self.text, "note: {}", terminal(note));
        }
    }

    /// Writes the derived files, or compares them.
    fn files(
        &mut self,
        arguments: &DeriveOptions,
        derived: &Derived,
        is_one_of: bool,
    ) -> Result<()> {
        self.files += derived.files.len();
        if arguments.check {
            for drift in drift(derived, &arguments.out)? {
                self.has_drift = true;
                let _ = match drift {
                    Drift::Missing(path) => {
                        writeln!(self.text, "drift: {} is missing", path.display())
                    }
                    Drift::Differs {
                        path,
                        line,
                        present,
                        derived,
                    } => writeln!(
                        self.text,
                        "drift: {}:{line} is not as derived: '{}' stands here, '{}' is derived",
                        path.display(),
                        terminal(&present),
                        terminal(&derived)
                    ),
                };
            }
            return Ok(());
        }
        let written = match arguments.force {
            true => overwrite(derived, &arguments.out)?,
            false => write(derived, &arguments.out)?,
        };
        self.written += written.len();
        for path in written.iter().filter(|_| !is_one_of) {
            let _ = writeln!(self.text, "wrote {}", path.display());
        }
        Ok(())
    }

    /// The findings of several sources by their cause.
    fn causes(&mut self) {
        let findings = self.findings.iter();
        for cause in causes(findings.map(|(path, finding)| (path.as_path(), finding))) {
            let _ = writeln!(
                self.text,
                "{}: {} × {}; first in {}",
                cause.weight,
                cause.count,
                terminal(&cause.what),
                terminal(&cause.first)
            );
            if !cause.remedy.is_empty() {
                let _ = writeln!(self.text, "  help: {}", terminal(&cause.remedy));
            }
        }
    }

    fn totals(&mut self, arguments: &DeriveOptions, sources: usize, has_several: bool) {
        let text = &mut self.text;
        let _ = match (arguments.check, self.has_drift) {
            (true, false) => writeln!(text, "{} files are as derived", self.files),
            (true, true) => writeln!(text, "derive afresh without --check to write them"),
            (false, _) => writeln!(
                text,
                "{} files written, {} as they were",
                self.written,
                self.files - self.written
            ),
        };
        let of = match (has_several, self.operations.keys().next()) {
            (false, Some(operation)) => operation.clone(),
            _ => format!("{sources} pages, {} refused", self.refused),
        };
        let statements = self.statements;
        let _ = write!(
            text,
            "{of}: {statements} statements read, {} to look at",
            self.findings.len()
        );
        let weights = [Weight::CouldBeFalse, Weight::NotRead, Weight::Cosmetic];
        let counts = weights.map(|weight| {
            let findings = self.findings.iter();
            (
                findings.filter(|(_, it)| it.weight == weight).count(),
                weight,
            )
        });
        let told = counts.iter().filter(|(count, _)| *count > 0);
        let told: Vec<String> = told
            .map(|(count, weight)| format!("{count} {weight}"))
            .collect();
        let _ = match told.is_empty() {
            true => writeln!(text),
            false => writeln!(text, " ({})", told.join(", ")),
        };
    }
}

/// The pages that a source is or holds.
fn pages(source: &Path, found: &mut Vec<PathBuf>) -> Result<()> {
    if !source.is_dir() {
        found.push(source.to_owned());
        return Ok(());
    }
    for path in input::entries(source)? {
        let extension = path.extension().and_then(|extension| extension.to_str());
        let is_page = matches!(extension, Some("md" | "markdown" | "txt" | "html" | "htm"));
        if path.is_dir() && !path.is_symlink() {
            pages(&path, found)?;
        } else if is_page {
            found.push(path);
        }
    }
    Ok(())
}

/// Escapes each line of a message that has several.
fn indented(text: &str) -> String {
    text.trim_start_matches("line ")
        .lines()
        .map(terminal)
        .collect::<Vec<_>>()
        .join("\n")
}
