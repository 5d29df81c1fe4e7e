//! Defines [`View`]: how a text is shown, and the colours of its words.

use super::wrap::{command, wrapped};
use crate::escape::terminal;
use crate::judge::RunVerdict;

/// How a text is shown.
#[derive(Clone, Copy, Debug, Default)]
pub struct View {
    /// Whether words have ANSI colours.
    pub color: bool,
    /// Columns of the terminal, at least 1; `None` where the text goes to no terminal, and no
    /// line is broken.
    pub width: Option<usize>,
    /// Whether every case, clause and difference is listed.
    pub verbose: bool,
}

impl View {
    /// So many of a list are shown, unless all are asked for.
    pub(super) fn most(self, lines: usize) -> usize {
        if self.verbose { usize::MAX } else { lines }
    }

    fn with(self, code: &str, text: &str) -> String {
        if self.color {
            format!("\u{1b}[{code}m{text}\u{1b}[0m")
        } else {
            text.to_owned()
        }
    }

    pub(super) fn red(self, text: &str) -> String {
        self.with("31;1", text)
    }

    pub(super) fn green(self, text: &str) -> String {
        self.with("32;1", text)
    }

    pub(super) fn yellow(self, text: &str) -> String {
        self.with("33", text)
    }

    pub(super) fn dim(self, text: &str) -> String {
        self.with("2", text)
    }

    /// A text in the colour of a verdict.
    pub(super) fn toned(self, verdict: RunVerdict, text: &str) -> String {
        match (verdict, verdict.exit_code()) {
            (_, 1) => self.red(text),
            (RunVerdict::Conforms, _) => self.green(text),
            _ => self.yellow(text),
        }
    }

    /// Adds a line that is escaped already; where it is broken, the rest stands below
    /// column `indent`.
    pub(super) fn line(self, out: &mut String, indent: usize, line: &str) {
        match self.width {
            Some(width) => out.push_str(&wrapped(line, indent, width)),
            None => out.push_str(line),
        }
        out.push('\n');
    }

    /// Adds a line of a block: a label of ours, and text from outside.
    pub(super) fn labelled(self, out: &mut String, label: &str, text: &str) {
        self.line(out, 14, &format!("    {label:<9} {}", terminal(text)));
    }

    /// Adds a command that works when it is pasted, wherever its line is broken.
    pub fn command(self, out: &mut String, indent: usize, line: &str) {
        let line = terminal(line);
        match self.width {
            Some(width) => out.push_str(&command(&line, indent, width)),
            None => {
                out.push_str(&" ".repeat(indent));
                out.push_str(&line);
            }
        }
        out.push('\n');
    }
}
