//! The files that a command writes: found before anything is sent, taken back where they
//! are of an earlier run, and written at the end.

use super::signals::may_exit;
use super::terminal::print;
use crate::certificate::{html, is_certificate};
use crate::error::Result;
use crate::exchange::Redactor;
use crate::output::{Output, Outputs};
use crate::report::Report;
use crate::report::format::{self, Format, Wanted};
use crate::runner::Run;
use std::io::{self, Write as _};
use std::path::Path;

/// Writes the reports that were asked for, the one for standard output too.
pub(super) fn write_reports(
    wanted: &[Wanted],
    redactor: &Redactor,
    render: impl Fn(Format) -> String,
) -> Result<()> {
    let (printed, written) = format::write(wanted, redactor, render);
    written.and(printed.map_or(Ok(()), |text| print(&text).map(drop)))
}

/// Prints what a person reads: to standard output, or to standard error where a report
/// takes that.
pub(super) fn tell(wanted: &[Wanted], text: &str) -> Result<u8> {
    if wanted.iter().any(Wanted::is_stdout) {
        // Where it is closed, the report and the exit code still say it.
        let _ = io::stderr().write_all(text.as_bytes());
        return Ok(0);
    }
    print(text)
}

/// The files of the reports that were asked for, before anything else is done: what an
/// earlier run left in them is taken back, whatever becomes of this one. `wanted` and
/// `outputs` are the command's own; `target` is named in what stands there meanwhile.
pub(super) fn claim(
    texts: &[String],
    allowed: &[Format],
    target: &str,
    mut outputs: Outputs,
    touches: bool,
) -> Result<(Vec<Wanted>, Outputs)> {
    let parsed = Wanted::parse(texts, allowed);
    let readable = match &parsed {
        Ok(wanted) => wanted.clone(),
        Err(_) => Wanted::readable(texts, allowed),
    };
    for wanted in &readable {
        let placeholder = format::render(wanted.format, &Report::not_finished(target), None);
        if let Some(output) = wanted.output(placeholder) {
            outputs.writes(output);
        }
    }
    let taken_back = match touches {
        true => outputs.invalidate(),
        false => Ok(()),
    };
    may_exit();
    taken_back?;
    let wanted = parsed?;
    outputs.check()?;
    Ok((wanted, outputs))
}

/// Takes back what an earlier run, merge or certification left where the command line
/// cannot be read: what a pipeline picks up must not be green. What may be a part of a
/// merge is only read.
pub(super) fn take_back(arguments: &[String]) {
    const COMMANDS: [&str; 3] = ["run", "certify", "merge"];
    let command = arguments.get(1).map_or("", String::as_str);
    if arguments.iter().any(|word| word == "--dry-run") {
        return;
    }
    // Options of run may stand without a command, and variables mean no other one.
    let is_of_runs = command.starts_with('-') || COMMANDS[..2].contains(&command);
    let values = |option: &str, variable: Option<&str>| -> Vec<String> {
        let behind = arguments.windows(2).filter(|pair| pair[0] == option);
        let joined = arguments.iter().filter_map(|word| {
            let value = word.strip_prefix(option)?.strip_prefix('=')?;
            Some(value.to_owned())
        });
        let given: Vec<String> = behind.map(|pair| pair[1].clone()).chain(joined).collect();
        match variable.filter(|_| is_of_runs && given.is_empty()) {
            Some(variable) => std::env::var(variable)
                .map(|text| text.lines().map(str::to_owned).collect())
                .unwrap_or_default(),
            None => given,
        }
    };
    let mut reports = values("--report", Some("CONFORMANT_REPORT"));
    let mut files = Outputs::default();
    for path in values("--record", Some("CONFORMANT_RECORD")) {
        files.writes(record_output(Path::new(&path)));
    }
    if command == "certify" {
        for kind in [Kind::Certificate, Kind::Page, Kind::Badge] {
            let (option, variable) = kind.names();
            for path in values(option, Some(variable)) {
                let path = Path::new(&path);
                files.writes(kind.output(path));
                if kind == Kind::Certificate {
                    files.writes(record_output(&path.with_extension(RECORD_EXTENSION)));
                }
            }
        }
    }
    if command == "merge" {
        let written: Vec<String> = values("--out", None);
        for pair in arguments[1..].windows(2) {
            // What stands behind an option is its value.
            if !["--report", "--out"].contains(&pair[0].as_str()) {
                files.reads("REPORT", Path::new(&pair[1]));
            }
        }
        reports.extend(written.iter().map(|path| format!("json={path}")));
    }
    // What is wrong was said already.
    let _ = claim(&reports, &Format::OF_RUNS, "default", files, true);
}

/// A file that certify writes beside the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Certificate,
    Page,
    Badge,
}

/// How the record ends that stands beside a certificate.
pub(super) const RECORD_EXTENSION: &str = "evidence.ndjson";

impl Kind {
    /// The option that names it, and the variable.
    fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Certificate => ("--out", "CONFORMANT_OUT"),
            Self::Page => ("--html", "CONFORMANT_HTML"),
            Self::Badge => ("--badge", "CONFORMANT_BADGE"),
        }
    }

    pub(super) fn output(self, path: &Path) -> Output {
        let (kind, is_kind): (_, fn(&[u8]) -> bool) = match self {
            Self::Certificate => ("a certificate", is_certificate),
            Self::Page => ("a certificate's page", |head| holds(head, html::GENERATOR)),
            Self::Badge => ("a badge", |head| {
                holds(head, "<svg") && holds(head, "conformant")
            }),
        };
        Output {
            option: self.names().0.into(),
            path: path.to_owned(),
            kind,
            is_kind,
            placeholder: None,
        }
    }
}

fn holds(head: &[u8], text: &str) -> bool {
    String::from_utf8_lossy(head).contains(text)
}

/// Writes the reports of a run.
///
/// `record` is that of the run, finished.
pub(super) fn write(
    wanted: &[Wanted],
    report: &Report,
    run: &Run,
    record: Option<&Path>,
) -> Result<()> {
    write_reports(wanted, run.sender.redactor(), |format| {
        format::render(format, report, record)
    })
}

/// The record of a run. Until it has its header, the file is empty, which is no record.
pub(super) fn record_output(path: &Path) -> Output {
    Output {
        option: "--record".into(),
        path: path.to_owned(),
        kind: "a record",
        is_kind: |head| head.starts_with(b"{\"format\":\"conformant-record/"),
        placeholder: Some(String::new()),
    }
}
