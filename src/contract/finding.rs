//! Defines [`Finding`]: a piece of a source that was unread, ambiguous or
//! contradictory, with what was assumed and what settles it.

use super::field::Source;
use serde::{Deserialize, Serialize};
use std::fmt;

/// How bad it may be that nobody looks at a finding; the worst first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Weight {
    /// The contract states something on an assumption: a conforming server may fail.
    CouldBeFalse,
    /// The source may state something that the contract lacks, and nothing tests.
    #[default]
    NotRead,
    /// The contract is the same whatever is done about it.
    Cosmetic,
    /// Nothing is to be done; a reader of the contract may want to know.
    Note,
}

impl fmt::Display for Weight {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::CouldBeFalse => "could be false",
            Self::NotRead => "not read",
            Self::Cosmetic => "cosmetic",
            Self::Note => "note",
        })
    }
}

/// Something in the source that a person should look at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Finding {
    /// 1-based line in the source; 0 where `what` begins with a JSON pointer.
    pub line: usize,
    /// What stands there.
    pub what: String,
    /// What was assumed.
    pub assumed: String,
    /// What to write, and where, to settle it; empty where nothing can be done.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub remedy: String,
    /// How bad it may be.
    #[serde(default)]
    pub weight: Weight,
    /// Whether the [`eye`](crate::eye) saw it, and not the reader of the source.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub by_eye: bool,
}

impl Finding {
    /// A finding at `line` that something was [not read](Weight::NotRead).
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
            weight: Weight::default(),
            by_eye: false,
        }
    }

    /// Whether it is about the row that stands here, or what stands inside it.
    pub fn is_about(&self, source: &Source) -> bool {
        match self.what.strip_prefix(&source.pointer) {
            _ if source.pointer.is_empty() => self.line == source.line,
            Some(rest) => rest.starts_with([' ', ':', '/']),
            None => false,
        }
    }

    /// The same of this weight.
    #[must_use]
    pub fn weighing(self, weight: Weight) -> Self {
        Self { weight, ..self }
    }

    /// The same, where the contract states something on an assumption.
    #[must_use]
    pub fn could_be_false(self) -> Self {
        self.weighing(Weight::CouldBeFalse)
    }

    /// The same, where the contract does not depend on it.
    #[must_use]
    pub fn cosmetic(self) -> Self {
        self.weighing(Weight::Cosmetic)
    }

    /// The same, where nothing is to be done; `derive` does not print it.
    #[must_use]
    pub fn note(self) -> Self {
        let remedy = String::new();
        Self { remedy, ..self }.weighing(Weight::Note)
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
        if self.line > 0 {
            write!(f, "line {}: ", self.line)?;
        }
        write!(f, "{}; {}", self.what, self.assumed)?;
        if !self.remedy.is_empty() {
            write!(f, "\n  help: {}", self.remedy)?;
        }
        Ok(())
    }
}
