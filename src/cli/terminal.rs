//! Prints, and decides whether in colours, and how wide.

use crate::error::{Error, Result};
use crate::report::format::Wanted;
use crate::report::text::View;
use std::io::{self, IsTerminal as _, Write as _};

/// Columns of a terminal that does not say how many it has.
const DEFAULT_COLUMNS: usize = 80;

/// Prints to standard output; a closed pipe (`| head`) is no error of ours.
pub(super) fn print(text: &str) -> Result<u8> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Ok(()) => Ok(0),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(0),
        Err(error) => Err(Error::no_verdict(
            "standard output",
            format!("cannot be written: {error}"),
            "",
        )),
    }
}

/// Tells a person something that belongs in no report alone.
pub(super) fn warn(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}

/// Colours by `--color`, `NO_COLOR` and whether people read at a terminal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Color {
    /// On a terminal, unless NO_COLOR is set
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// What is told of the cases of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Format {
    /// A line for each operation
    #[default]
    Text,
    /// libtest's line for each case, as test runners read it
    Libtest,
}

impl Color {
    fn is_on(self, is_terminal: bool) -> bool {
        match self {
            Self::Always => true,
            Self::Never => false,
            Self::Auto => {
                is_terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
            }
        }
    }
}

/// Where people read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stream {
    /// Standard output.
    Output,
    /// Standard error, since a report takes standard output.
    Error,
}

impl Stream {
    /// That of a command which writes these reports.
    pub(super) fn of(wanted: &[Wanted]) -> Self {
        match wanted.iter().any(Wanted::is_stdout) {
            true => Self::Error,
            false => Self::Output,
        }
    }

    /// How texts are shown there.
    pub(super) fn view(self, color: Color, verbose: bool) -> View {
        let is_terminal = match self {
            Self::Output => io::stdout().is_terminal(),
            Self::Error => io::stderr().is_terminal(),
        };
        View {
            color: color.is_on(is_terminal),
            width: is_terminal.then(width),
            verbose,
        }
    }
}

/// Columns of the terminal: what COLUMNS says, else what the terminal does.
pub(super) fn width() -> usize {
    let told = std::env::var("COLUMNS").ok();
    let told = told.and_then(|text| text.parse().ok());
    let measured = || terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
    let columns = told.or_else(measured).filter(|columns| *columns > 0);
    columns.unwrap_or(DEFAULT_COLUMNS)
}
