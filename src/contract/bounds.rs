//! Defines [`Bounds`]: the least and the most of something.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Inclusive bounds; an open side is `None`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bounds<T> {
    /// Smallest allowed value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<T>,
    /// Largest allowed value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<T>,
}

impl<T> Bounds<T> {
    /// Whether a value is within them.
    pub fn contains(&self, value: T) -> bool
    where
        T: PartialOrd,
    {
        self.min.as_ref().is_none_or(|min| value >= *min)
            && self.max.as_ref().is_none_or(|max| value <= *max)
    }

    /// One value alone.
    pub fn exactly(value: T) -> Self
    where
        T: Clone,
    {
        Self {
            min: Some(value.clone()),
            max: Some(value),
        }
    }

    /// Whether neither side is bounded.
    pub fn is_open(&self) -> bool {
        self.min.is_none() && self.max.is_none()
    }
}

impl<T: fmt::Display> fmt::Display for Bounds<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.min, &self.max) {
            (Some(min), Some(max)) => write!(f, "{min} to {max}"),
            (Some(min), None) => write!(f, "at least {min}"),
            (None, Some(max)) => write!(f, "at most {max}"),
            (None, None) => f.write_str("unbounded"),
        }
    }
}
