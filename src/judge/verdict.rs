//! Defines [`Verdict`] of a case and [`RunVerdict`] of a run, and how one folds into the other.

use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::fmt;

/// Verdict of one case, worst last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// It conforms.
    Pass,
    /// It conforms, with something to look at.
    Note,
    /// It differs exactly as somebody accepted.
    Known,
    /// It was not sent, for a stated reason.
    Skipped,
    /// It differs.
    Fail,
    /// Nothing can be concluded: its control failed, or it was throttled to the end.
    Inconclusive,
    /// We could not do our work.
    Error,
}

impl Verdict {
    /// All verdicts but [`RunVerdict::Unchecked`], which depends on a count. best first.
    pub const ALL: [Self; 7] = [
        Self::Pass,
        Self::Note,
        Self::Known,
        Self::Skipped,
        Self::Fail,
        Self::Inconclusive,
        Self::Error,
    ];

    /// Its word in reports.
    pub fn word(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Note => "note",
            Self::Known => "known",
            Self::Skipped => "skipped",
            Self::Fail => "fail",
            Self::Inconclusive => "inconclusive",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// Verdict of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunVerdict {
    /// Every case that ran conforms (exit 0).
    Conforms,
    /// Every case that ran conforms, and no case of the suite checks so many documented
    /// statements (exit 0; 1 where the run was asked to be strict).
    Unchecked {
        /// How many, at least one.
        statements: usize,
        /// Whether the run was asked to be strict.
        strict: bool,
    },
    /// At least one difference is proven (exit 1).
    Differs,
    /// Nothing is proven either way (exit 3).
    NoVerdict,
    /// Nothing was run (exit 4).
    NothingRun,
    /// It was stopped from outside (exit 128 and the signal's number).
    Interrupted(Signal),
    /// It has not come to its end: what stands in a report until then (exit 3).
    NotFinished,
}

/// The signal that stopped a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// SIGHUP: its terminal went away.
    HangUp,
    /// SIGINT: Ctrl-C.
    Interrupt,
    /// SIGTERM: whoever started it wants it to end.
    Terminate,
}

impl Signal {
    /// The exit code of a run that it stopped, as shells give it.
    pub fn exit_code(self) -> u8 {
        match self {
            Self::HangUp => 129,
            Self::Interrupt => 130,
            Self::Terminate => 143,
        }
    }
}

impl RunVerdict {
    /// All verdicts but [`RunVerdict::Unchecked`], which depends on a count.
    pub const ALL: [Self; 8] = [
        Self::Conforms,
        Self::Differs,
        Self::NoVerdict,
        Self::NothingRun,
        Self::Interrupted(Signal::HangUp),
        Self::Interrupted(Signal::Interrupt),
        Self::Interrupted(Signal::Terminate),
        Self::NotFinished,
    ];

    /// Folds the verdicts of the cases. `complete` is false where the run ended
    /// early because the target went away.
    ///
    /// An incomplete run and an error of our own leave no verdict. A proven
    /// difference outweighs inconclusive cases: it stays proven whatever they hide.
    pub fn fold(verdicts: impl IntoIterator<Item = Verdict>, complete: bool) -> Self {
        let (mut ran, mut failed, mut open, mut broken) = (false, false, false, false);
        for verdict in verdicts {
            ran |= verdict != Verdict::Skipped;
            failed |= verdict == Verdict::Fail;
            open |= verdict == Verdict::Inconclusive;
            broken |= verdict == Verdict::Error;
        }
        if broken || !complete {
            Self::NoVerdict
        } else if failed {
            Self::Differs
        } else if open {
            Self::NoVerdict
        } else if ran {
            Self::Conforms
        } else {
            Self::NothingRun
        }
    }

    /// The verdict where no case of the suite checks so many documented statements.
    #[must_use]
    pub fn with_unchecked(self, statements: usize, strict: bool) -> Self {
        match self {
            Self::Conforms if statements > 0 => Self::Unchecked { statements, strict },
            verdict => verdict,
        }
    }

    /// The documented process exit code.
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Conforms => 0,
            Self::Unchecked { strict, .. } => u8::from(strict),
            Self::Differs => 1,
            Self::NoVerdict | Self::NotFinished => 3,
            Self::NothingRun => 4,
            Self::Interrupted(signal) => signal.exit_code(),
        }
    }

    /// Its words in reports.
    pub fn word(self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::Conforms => "conforms",
            Self::Unchecked { statements: 1, .. } => "conforms, 1 statement unchecked",
            Self::Unchecked { statements, .. } => {
                return Cow::Owned(format!("conforms, {statements} statements unchecked"));
            }
            Self::Differs => "does not conform",
            Self::NoVerdict => "no verdict",
            Self::NothingRun => "nothing was run",
            Self::Interrupted(_) => "interrupted",
            Self::NotFinished => "not-finished",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{RunVerdict, Signal, Verdict};

    #[test]
    fn folding_follows_the_contract_of_exit_codes() {
        use Verdict::{Error, Fail, Inconclusive, Known, Note, Pass, Skipped};
        for (verdicts, complete, code) in [
            (&[Pass, Note, Known, Skipped][..], true, 0),
            (&[Pass, Fail], true, 1),
            (&[Fail, Inconclusive], true, 1),
            (&[Pass, Inconclusive], true, 3),
            (&[Fail, Error], true, 3),
            (&[Fail], false, 3),
            (&[Skipped], true, 4),
            (&[], true, 4),
        ] {
            let folded = RunVerdict::fold(verdicts.iter().copied(), complete);
            assert_eq!(folded.exit_code(), code, "{verdicts:?}");
        }
    }

    #[test]
    fn unchecked_statements_qualify_a_pass_and_nothing_else() {
        let all = [
            (RunVerdict::Differs, 1),
            (RunVerdict::NoVerdict, 3),
            (RunVerdict::NothingRun, 4),
            (RunVerdict::Interrupted(Signal::Interrupt), 130),
        ];
        for (verdict, code) in all {
            assert_eq!(verdict.with_unchecked(2, true), verdict);
            assert_eq!(verdict.exit_code(), code);
        }
        let passed = RunVerdict::Conforms;
        assert_eq!(passed.with_unchecked(0, true), passed);
        for (strict, code) in [(false, 0), (true, 1)] {
            let verdict = passed.with_unchecked(2, strict);
            assert_eq!(verdict.word(), "conforms, 2 statements unchecked");
            assert_eq!(verdict.exit_code(), code);
        }
    }
}
