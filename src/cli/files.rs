//! The files that a command writes: found before anything is sent, taken back where they
//! are of an earlier run, and written at the end.

use super::signals::may_exit;
use super::terminal::print;
use crate::error::Result;
use crate::exchange::Redactor;
use crate::output::{Output, Outputs};
use crate::report::Report;
use crate::report::format::{self, Format, Wanted};
use crate::runner::Session;
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
        let placeholder = format::render(wanted.format, &Report::not_finished(target));
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

/// Takes back the reports and the record of an earlier run where the command line cannot
/// be read: what a pipeline picks up must not be green. Parts of a merge may be reports.
pub(super) fn take_back(arguments: &[String]) {
    let is_other = |word: &String| ["merge", "--dry-run"].contains(&word.as_str());
    if arguments.iter().any(is_other) {
        return;
    }
    let values = |option: &str| -> Vec<String> {
        let behind = arguments.windows(2).filter(|pair| pair[0] == option);
        let joined = arguments.iter().filter_map(|word| {
            let value = word.strip_prefix(option)?.strip_prefix('=')?;
            Some(value.to_owned())
        });
        behind.map(|pair| pair[1].clone()).chain(joined).collect()
    };
    let mut files = Outputs::default();
    for path in values("--record") {
        files.writes(record_output(Path::new(&path)));
    }
    // What is wrong was said already.
    let _ = claim(
        &values("--report"),
        &Format::OF_RUNS,
        "default",
        files,
        true,
    );
}

/// Writes the reports of a run.
pub(super) fn write(wanted: &[Wanted], report: &Report, session: &Session) -> Result<()> {
    write_reports(wanted, session.sender.redactor(), |format| {
        format::render(format, report)
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
