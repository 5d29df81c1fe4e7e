//! Defines [`Finding`]: a piece of a page that was unread, ambiguous or
//! contradictory, with what was assumed and what settles it.

use std::fmt;

/// Something on the page that a person should look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// 1-based line in the page's source.
    pub line: usize,
    /// What stands there.
    pub what: String,
    /// What was assumed.
    pub assumed: String,
    /// What to write, and where, to settle it.
    pub remedy: String,
}

impl Finding {
    /// A finding at `line`.
    pub fn new(
        line: usize,
        what: impl Into<String>,
        assumed: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        Self {
            line,
            what: what.into(),
            assumed: assumed.into(),
            remedy: remedy.into(),
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}; {}", self.line, self.what, self.assumed)?;
        if !self.remedy.is_empty() {
            write!(f, "\n  help: {}", self.remedy)?;
        }
        Ok(())
    }
}
