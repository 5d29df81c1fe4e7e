//! Defines [`Finding`]: a piece of a source that was unread, ambiguous or
//! contradictory, with what was assumed and what settles it.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Something in the source that a person should look at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Finding {
    /// 1-based line in the source.
    pub line: usize,
    /// What stands there.
    pub what: String,
    /// What was assumed.
    pub assumed: String,
    /// What to write, and where, to settle it; empty where nothing can be done.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub remedy: String,
    /// Whether the [`eye`](crate::eye) saw it, and not the reader of the source.
    #[serde(default, skip_serializing_if = "is_false")]
    pub by_eye: bool,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde gives a reference to the field"
)]
fn is_false(flag: &bool) -> bool {
    !flag
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
            by_eye: false,
        }
    }

    /// The same, seen by the [`eye`](crate::eye).
    #[must_use]
    pub fn by_eye(self) -> Self {
        Self {
            by_eye: true,
            ..self
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
