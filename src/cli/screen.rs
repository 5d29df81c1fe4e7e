//! Defines [`Screen`]: what a run shows while it is under way, and where.

use super::files::tell;
use super::options::{RunOptions, lanes_of};
use super::progress::Bar;
use super::terminal::{Format, Stream, width};
use crate::error::Result;
use crate::report::OperationReport;
use crate::report::format::Wanted;
use crate::report::text::{View, operation};
use crate::runner::{Plan, Run};
use crate::transport::Transport;
use std::collections::BTreeMap;
use std::io::{self, IsTerminal as _};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;

/// How often the bar is drawn.
const EVERY: Duration = Duration::from_millis(100);

/// What a run shows while it is under way, and where.
pub(super) struct Screen<'a> {
    wanted: &'a [Wanted],
    format: Format,
    is_quiet: bool,
    has_bar: bool,
    /// How its texts are shown.
    pub(super) view: View,
}

impl<'a> Screen<'a> {
    /// As the options of a run ask for; `wanted` are its reports, which may take standard output.
    pub(super) fn new(options: &RunOptions, wanted: &'a [Wanted]) -> Self {
        let stream = Stream::of(wanted);
        let is_terminal = io::stdout().is_terminal() && io::stderr().is_terminal();
        let moves_cursor = std::env::var_os("TERM").is_none_or(|term| term != "dumb");
        let is_text = options.format == Format::Text && !options.quiet;
        Self {
            wanted,
            format: options.format,
            is_quiet: options.quiet,
            has_bar: is_terminal && moves_cursor && is_text,
            view: stream.view(options.color, options.verbose),
        }
    }

    /// What libtest-mimic is told. It parses words, as a test binary would.
    pub(super) fn mimic(&self, transport: &Transport) -> libtest_mimic::Arguments {
        let mut arguments = libtest_mimic::Arguments::from_iter(["conformant"]);
        arguments.test_threads = Some(lanes_of(transport));
        arguments.quiet = self.is_quiet;
        if self.format == Format::Text || self.wanted.iter().any(Wanted::is_stdout) {
            // It knows no other place for its lines but a file.
            arguments.logfile = Some(if cfg!(windows) { "NUL" } else { "/dev/null" }.into());
        }
        arguments.color = Some(if self.view.color {
            libtest_mimic::ColorSetting::Always
        } else {
            libtest_mimic::ColorSetting::Never
        });
        arguments
    }

    /// Whether anything is shown while the run is under way.
    pub(super) fn is_live(&self) -> bool {
        self.format == Format::Text && !self.is_quiet
    }

    /// Shows each operation that has ended, in the order of the plan, and meanwhile how far
    /// the run has come; until nothing more can end.
    pub(super) fn watch(&self, run: &Run, plan: &Plan, ended: &Receiver<(usize, Duration)>) {
        let parts = plan.operations.iter();
        let names: Vec<&str> = parts.map(|part| part.operation.as_str()).collect();
        let mut times = BTreeMap::new();
        let mut bar = Bar::default();
        let mut next = 0;
        loop {
            match ended.recv_timeout(EVERY) {
                Ok((at, elapsed)) => {
                    times.entry(at).or_insert(elapsed);
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
            while let (Some(elapsed), Some(session), Some(part)) = (
                times.get(&next),
                run.sessions.get(next),
                plan.operations.get(next),
            ) {
                bar.erase();
                let report = OperationReport::new(session, part);
                let text = operation(&report, &names, Some(*elapsed), self.view);
                // The account behind it tells where it cannot be printed.
                let _ = self.tell(&run.sender.redactor().own_text(&text));
                next += 1;
            }
            if self.has_bar {
                bar.draw(&run.sender.progress(), width());
            }
        }
        bar.erase();
    }

    /// Prints what a person reads.
    pub(super) fn tell(&self, text: &str) -> Result<u8> {
        tell(self.wanted, text)
    }
}
