//! Defines [`Share`]: which of its requests a property sends where other operations of the
//! service send such requests too.
//!
//! How text is compared, what a token may look like, and how requests travel is mostly one
//! piece of code for all operations. So each operation sends the first values of a property
//! (boundaries and what is most often wrong), and the others are dealt out. Bodies and
//! queries are each operation's own: nothing of them is.

use super::super::case::Property;
use serde::{Deserialize, Serialize};

/// What every operation sends of a property.
const FIRST: u32 = 8;

/// To how many operations of one method each value of a dictionary is sent.
const COPIES: u32 = 1;

/// Part `index` (from 0) of `count` of the values behind the first ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Share {
    /// From 0.
    pub index: u32,
    /// How many there are, 1 or more.
    pub count: u32,
}

impl Default for Share {
    fn default() -> Self {
        Self::ALL
    }
}

impl Share {
    /// All values.
    pub const ALL: Self = Self { index: 0, count: 1 };

    /// In how many parts so many operations of one method send what they share.
    pub fn parts(operations: u32) -> u32 {
        (operations / COPIES).max(1)
    }

    /// Whether it is all values.
    pub fn is_all(&self) -> bool {
        *self == Self::ALL
    }

    /// The same for a property; all values where it is about what its operation alone has.
    pub fn of_property(self, property: &Property) -> Self {
        match property.vary.is_own() {
            true => Self::ALL,
            false => self,
        }
    }

    /// How many requests are left of so many.
    pub fn of(self, requests: u32) -> u32 {
        let first = requests.min(FIRST);
        first + (requests - first).div_ceil(self.count.max(1))
    }

    /// Whether the value at this position is in the part.
    pub(super) fn takes(self, at: usize) -> bool {
        let behind = u32::try_from(at).unwrap_or(u32::MAX).checked_sub(FIRST);
        behind.is_none_or(|behind| behind % self.count.max(1) == self.index)
    }
}

#[cfg(test)]
mod tests {
    use super::{FIRST, Share};

    #[test]
    fn every_value_is_in_one_part_and_the_first_ones_in_all() {
        let count = 7;
        for at in 0..100 {
            let parts = (0..count).filter(|index| {
                let share = Share {
                    index: *index,
                    count,
                };
                share.takes(at)
            });
            let expected = if at < FIRST as usize { count } else { 1 };
            assert_eq!(parts.count(), expected as usize, "{at}");
        }
        assert_eq!(Share::ALL.of(100), 100);
        assert_eq!(
            Share {
                index: 3,
                count: 10
            }
            .of(108),
            18
        );
        assert_eq!(
            Share {
                index: 3,
                count: 10
            }
            .of(3),
            3
        );
    }
}
