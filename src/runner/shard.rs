//! Defines [`Shard`]: a part of a plan, one of several that weigh alike.

use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// Part `index` (from 1) of `count` of a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shard {
    /// From 1.
    pub index: u32,
    /// How many there are.
    pub count: u32,
}

impl Shard {
    /// Which items are in this part, by the requests of each: the costly ones are dealt out
    /// first, each to the part that has least to do.
    pub fn takes(self, requests: &[u64]) -> Vec<bool> {
        let mut order: Vec<usize> = (0..requests.len()).collect();
        order.sort_by_key(|at| std::cmp::Reverse(requests[*at]));
        let mut loads = vec![(0_u64, 0_usize); self.count as usize];
        let mut is_taken = vec![false; requests.len()];
        for at in order {
            let lightest = (0..loads.len())
                .min_by_key(|part| loads[*part])
                .unwrap_or(0);
            let (load, items) = &mut loads[lightest];
            *load += requests[at];
            *items += 1;
            is_taken[at] = lightest + 1 == self.index as usize;
        }
        is_taken
    }

    /// Whether it is a part at all: from 1 to their number.
    pub fn is_part(self) -> bool {
        (1..=self.count).contains(&self.index)
    }
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts = text.split_once('/').and_then(|(index, count)| {
            Some(Self {
                index: index.parse().ok()?,
                count: count.parse().ok()?,
            })
        });
        parts
            .filter(|shard| shard.is_part() && shard.count <= MAX)
            .ok_or_else(|| format!("this is not of the form I/N with 1 <= I <= N <= {MAX}"))
    }
}

/// Most parts of a plan.
const MAX: u32 = 10_000;

#[cfg(test)]
mod tests {
    use super::Shard;

    #[test]
    fn each_item_is_in_one_part_and_parts_weigh_alike() {
        let requests = [1, 100, 1, 40, 60, 1, 0, 99, 1, 1];
        let parts = [1, 2, 3].map(|index| Shard { index, count: 3 }.takes(&requests));
        for at in 0..requests.len() {
            assert_eq!(parts.iter().filter(|part| part[at]).count(), 1, "item {at}");
        }
        for part in &parts {
            let taken = part.iter().zip(requests).filter(|(is_taken, _)| **is_taken);
            let load: u64 = taken.map(|(_, requests)| requests).sum();
            assert!((100..=104).contains(&load), "{load}");
        }
    }
}
