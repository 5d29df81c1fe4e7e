//! Defines [`Difference`] and its identity, the [`Fingerprint`].

use super::rule::Rule;
use crate::contract::ClauseId;
use std::fmt;

/// One way in which a target differs from its page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The rule that fired.
    pub rule: &'static Rule,
    /// Id of the clause that it cites.
    pub clause: ClauseId,
    /// JSON pointer into the body, array indices as `*`; empty for the whole reply.
    pub pointer: String,
    /// What is documented.
    pub documented: String,
    /// What came, by class and never by value.
    pub observed: String,
    /// What came by value, for people; no part of its identity, and mostly empty.
    pub detail: String,
}

/// What makes two differences the same one, on every run, seed and machine.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint {
    /// Code of the rule.
    pub rule: &'static str,
    /// Id of the clause.
    pub clause: ClauseId,
    /// Generalised pointer.
    pub pointer: String,
    /// Class of what came.
    pub observed: String,
}

impl Difference {
    /// What came, by value where that is known.
    pub fn observed_in_full(&self) -> &str {
        if self.detail.is_empty() {
            &self.observed
        } else {
            &self.detail
        }
    }

    /// The identity of this difference.
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint {
            rule: self.rule.code,
            clause: self.clause.clone(),
            pointer: self.pointer.clone(),
            observed: self.observed.clone(),
        }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.rule.code, self.clause)?;
        if !self.pointer.is_empty() {
            write!(f, " at {}", self.pointer)?;
        }
        write!(
            f,
            ": documented {}, observed {}",
            self.documented, self.observed
        )
    }
}
