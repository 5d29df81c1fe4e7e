//! Defines [`Told`], what derive prints, and [`Count`], what it counts.

use crate::contract::{Finding, Weight};
use crate::derive::{Derived, Drift, causes};
use crate::error::Error;
use crate::escape::terminal;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// Most pages of one kind that the last line names; more have lines of their own.
const MAX_NAMED: usize = 10;

/// What was done.
#[derive(Default)]
pub(super) struct Count {
    pub operations: usize,
    pub statements: usize,
    pub files: usize,
    pub written: usize,
    pub has_drift: bool,
    /// Pages without an operation.
    pub without: Vec<String>,
    /// Pages that could not be read.
    pub unread: Vec<String>,
    /// Those of them that the service leaves out.
    pub left_out: Vec<String>,
    /// Pages whose files could not be written.
    pub unwritten: Vec<String>,
}

impl Count {
    pub(super) fn has_no_refusal(&self) -> bool {
        self.unread.is_empty() && self.unwritten.is_empty()
    }
}

/// What derive prints.
#[derive(Default)]
pub(super) struct Told {
    pub text: String,
}

impl Told {
    /// All that is to be said of one source.
    pub(super) fn details(&mut self, path: &Path, derived: &Derived) {
        for finding in &derived.findings {
            let (weight, place) = (finding.weight, shown(path));
            let told = indented(&finding.to_string());
            let _ = writeln!(self.text, "{weight}: {place}:{told}");
        }
        for gap in &derived.gaps {
            let _ = writeln!(self.text, "weak: {}", terminal(&gap.to_string()));
        }
        for note in &derived.notes {
            self.note(note);
        }
    }

    pub(super) fn note(&mut self, note: &str) {
        let _ = writeln!(self.text, "note: {}", terminal(note));
    }

    pub(super) fn written(&mut self, paths: &[PathBuf]) {
        for path in paths {
            let _ = writeln!(self.text, "wrote {}", shown(path));
        }
    }

    pub(super) fn refused(&mut self, error: &Error) {
        let _ = writeln!(self.text, "refused: {}", indented(&error.to_string()));
    }

    pub(super) fn left_out(&mut self, path: &Path, reason: &str) {
        let reason = terminal(reason);
        let _ = writeln!(self.text, "left out: {}: {reason}", shown(path));
    }

    pub(super) fn drift(&mut self, drift: &Drift) {
        let _ = match drift {
            Drift::Missing(path) => writeln!(self.text, "drift: {} is missing", shown(path)),
            Drift::Stray(path, why) => writeln!(
                self.text,
                "drift: {} is there, and {}",
                shown(path),
                terminal(why)
            ),
            Drift::Differs {
                path,
                line,
                present,
                derived,
            } => writeln!(
                self.text,
                "drift: {}:{line} is not as derived: '{}' stands here, '{}' is derived",
                shown(path),
                terminal(present),
                terminal(derived)
            ),
        };
    }

    /// That operations have one address.
    pub(super) fn shared(&mut self, address: &str, by: &[String]) {
        let _ = writeln!(
            self.text,
            "could be false: {} have one address, {}; both are tested there\n  help: if one of the pages prints the wrong address, mend its copy",
            terminal(&by.join(" and ")),
            terminal(address)
        );
    }

    /// The findings of several sources by their cause.
    pub(super) fn causes(&mut self, findings: &[(PathBuf, Finding)]) {
        let findings = findings.iter();
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

    pub(super) fn files(&mut self, is_check: bool, count: &Count) {
        let text = &mut self.text;
        let _ = match (is_check, count.has_drift) {
            (true, false) => writeln!(text, "{} files are as derived", count.files),
            (true, true) => writeln!(text, "derive afresh without --check to write them"),
            (false, _) => writeln!(
                text,
                "{} files written, {} as they were",
                count.written,
                count.files - count.written
            ),
        };
    }

    /// What became of `pages`, or of the one operation; then what was read.
    pub(super) fn totals(
        &mut self,
        count: &Count,
        pages: Option<(usize, &str)>,
        operation: Option<&String>,
        findings: &[(PathBuf, Finding)],
        shared: usize,
    ) {
        match (pages, operation) {
            (Some((sources, kind)), _) => {
                let line = self.sources(sources, kind, count);
                let _ = writeln!(self.text, "{line}");
            }
            (None, operation) => {
                let operation = operation.map(String::as_str).unwrap_or_default();
                let _ = write!(self.text, "{operation}: ");
            }
        }
        let to_look_at = findings.len() + shared;
        let _ = write!(
            self.text,
            "{} statements read, {to_look_at} to look at",
            count.statements
        );
        let weights = [Weight::CouldBeFalse, Weight::NotRead, Weight::Cosmetic];
        let counts = weights.map(|weight| {
            let findings = findings.iter().filter(|(_, it)| it.weight == weight);
            let more = usize::from(weight == Weight::CouldBeFalse) * shared;
            (findings.count() + more, weight)
        });
        let told = counts.iter().filter(|(count, _)| *count > 0);
        let told: Vec<String> = told
            .map(|(count, weight)| format!("{count} {weight}"))
            .collect();
        let _ = match told.is_empty() {
            true => writeln!(self.text),
            false => writeln!(self.text, " ({})", told.join(", ")),
        };
    }

    /// `12 pages: 10 operations, 1 without an operation (a.md), 1 not read (b.md)`
    fn sources(&mut self, sources: usize, kind: &str, count: &Count) -> String {
        let many = |number: usize, one: &str| match number {
            1 => format!("1 {one}"),
            more => format!("{more} {one}s"),
        };
        let mut line = format!(
            "{}: {}",
            many(sources, kind),
            many(count.operations, "operation")
        );
        for (what, files) in [
            ("without an operation", &count.without),
            ("not read", &count.unread),
            ("left out", &count.left_out),
            ("not written", &count.unwritten),
        ] {
            let files: Vec<String> = files.iter().map(|file| terminal(file)).collect();
            let _ = match files.len() {
                0 => Ok(()),
                few if few <= MAX_NAMED => write!(line, ", {few} {what} ({})", files.join(", ")),
                many => {
                    for file in files {
                        let _ = writeln!(self.text, "{what}: {file}");
                    }
                    write!(line, ", {many} {what}")
                }
            };
        }
        line
    }
}

fn shown(path: &Path) -> String {
    terminal(&path.display().to_string())
}

/// Escapes each line of a message that has several.
fn indented(text: &str) -> String {
    text.trim_start_matches("line ")
        .lines()
        .map(terminal)
        .collect::<Vec<_>>()
        .join("\n")
}
