//! Defines [`Limits`]: how much of what a target sends is read, and how much of that is
//! kept. Every limit has a default that nobody needs to touch.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A limit as people set it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// Its name, the unit in it where it has one.
    pub name: &'static str,
    /// What holds where nothing is said.
    pub default: u64,
    /// The smallest value that can be set.
    pub least: u64,
    /// The largest value that can be set.
    pub most: u64,
    /// What it bounds.
    pub meaning: &'static str,
}

/// Why a limit cannot be set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unusable {
    /// There is none of this name.
    Unknown,
    /// The value lies outside of what can be set.
    Outside(Limit),
}

macro_rules! limits {
    ($($name:ident: $default:literal in $least:literal..=$most:literal, $meaning:literal;)*) => {
        /// The limits of a run.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(deny_unknown_fields, default)]
        pub struct Limits {
            $(#[doc = $meaning] pub $name: u64,)*
        }

        impl Default for Limits {
            fn default() -> Self {
                Self { $($name: $default,)* }
            }
        }

        impl Limits {
            /// Every limit, in the order in which they apply to a reply.
            pub const ALL: &[Limit] = &[$(Limit {
                name: stringify!($name),
                default: $default,
                least: $least,
                most: $most,
                meaning: $meaning,
            },)*];

            fn slot(&mut self, name: &str) -> Option<&mut u64> {
                match name {
                    $(stringify!($name) => Some(&mut self.$name),)*
                    _ => None,
                }
            }

            /// The limits with their values.
            pub fn values(&self) -> impl Iterator<Item = (&'static Limit, u64)> + use<> {
                Self::ALL.iter().zip([$(self.$name),*])
            }
        }
    };
}

limits! {
    connect_ms: 10_000 in 1..=3_600_000, "Milliseconds until a connection is made, TLS included; never beyond the deadline of the exchange.";
    first_byte_ms: 3_600_000 in 1..=3_600_000, "Milliseconds from sending until the whole head of the reply is there; never beyond the deadline of the exchange.";
    headers: 100 in 1..=1_000, "Header fields of a reply.";
    head_bytes: 65_536 in 1_024..=262_144, "Bytes of all header fields of a reply, names and values.";
    wire_bytes: 8_388_608 in 1..=268_435_456, "Bytes of a body as it travels, before content decoding.";
    body_bytes: 8_388_608 in 1..=268_435_456, "Bytes of a body after content decoding.";
    json_depth: 128 in 1..=128, "Nesting of a JSON body.";
    json_values: 100_000 in 1..=10_000_000, "Values of a JSON body: a parsed value takes many times its text.";
    number_digits: 1_024 in 1..=1_000_000, "Characters of a number in a JSON body.";
    kept_bytes: 65_536 in 0..=262_144, "Bytes of each body that the evidence keeps, beside the size and SHA-256 of the whole.";
    differences: 100 in 1..=10_000, "Differences that are listed of one case; the others are counted.";
}

impl Limits {
    /// Sets one limit.
    ///
    /// # Errors
    /// [`Unusable`] where there is none of this name, or `value` is outside its range.
    pub fn set(&mut self, name: &str, value: u64) -> Result<(), Unusable> {
        let limit = Self::ALL
            .iter()
            .find(|limit| limit.name == name)
            .ok_or(Unusable::Unknown)?;
        if !(limit.least..=limit.most).contains(&value) {
            return Err(Unusable::Outside(*limit));
        }
        self.slot(name).map_or(Err(Unusable::Unknown), |slot| {
            *slot = value;
            Ok(())
        })
    }

    /// Whether each lies within what can be set: what is read from elsewhere need not.
    pub fn are_settable(&self) -> bool {
        self.values()
            .all(|(limit, value)| (limit.least..=limit.most).contains(&value))
    }

    /// Whether all are as by default.
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// A number of bytes or things as an index; what an index cannot hold is no limit.
pub fn as_size(limit: u64) -> usize {
    usize::try_from(limit).unwrap_or(usize::MAX)
}

impl fmt::Display for Unusable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown => {
                let names: Vec<&str> = Limits::ALL.iter().map(|limit| limit.name).collect();
                write!(f, "there is no such limit; there are: {}", names.join(", "))
            }
            Self::Outside(limit) => write!(
                f,
                "{} can be set from {} to {}; the default is {}",
                limit.name, limit.least, limit.most, limit.default
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_limit_can_be_set_within_its_range_and_no_other() {
        for limit in Limits::ALL {
            let mut limits = Limits::default();
            assert!((limit.least..=limit.most).contains(&limit.default));
            for value in [limit.least, limit.most] {
                assert_eq!(limits.set(limit.name, value), Ok(()));
                assert_eq!(limits.slot(limit.name).copied(), Some(value));
            }
            let outside = Err(Unusable::Outside(*limit));
            assert_eq!(limits.set(limit.name, limit.most + 1), outside);
            if let Some(below) = limit.least.checked_sub(1) {
                assert_eq!(limits.set(limit.name, below), outside);
            }
        }
        assert_eq!(Limits::default().set("bodies", 1), Err(Unusable::Unknown));
        let deep = Limits {
            json_depth: 129,
            ..Limits::default()
        };
        assert!(Limits::default().are_settable() && !deep.are_settable());
    }
}
