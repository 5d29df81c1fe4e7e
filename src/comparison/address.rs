//! Finds the operations that both sources document: by method and path, whatever the
//! placeholders are called. A base path that only one of them prints in front is left out of
//! account where it is common.

use super::side::{Documented, Side};
use std::collections::{BTreeMap, BTreeSet};

/// Most segments of a base path.
const MAX_BASE: usize = 6;

/// An operation of each side, by its position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Match {
    pub(super) a: usize,
    pub(super) b: usize,
    /// Whether the addresses are the same; else each side has but one operation.
    pub(super) is_one_address: bool,
}

/// What was matched, and what was not.
#[derive(Debug, Default)]
pub(super) struct Matched {
    /// In the order of A.
    pub(super) pairs: Vec<Match>,
    pub(super) only_a: Vec<usize>,
    pub(super) only_b: Vec<usize>,
}

/// Method and segments of a path.
type Address = (String, Vec<String>);

/// The operations of one side that are not matched yet, by address.
type Open = BTreeMap<Address, Vec<usize>>;

/// What one side prints in front of its paths.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Base {
    of_a: bool,
    segments: Vec<String>,
}

/// Matches the operations of two sides.
pub(super) fn matched(a: &Side, b: &Side) -> Matched {
    let mut work = Work {
        a: &a.operations,
        b: &b.operations,
        open_a: open(&a.operations),
        open_b: open(&b.operations),
        pairs: Vec::new(),
    };
    let same: Vec<Address> = work.open_a.keys().cloned().collect();
    for address in same {
        work.pair(&address, &address);
    }
    work.behind_bases();
    if let ([_], [_], []) = (work.a, work.b, work.pairs.as_slice()) {
        // Who names two operations wants to see them side by side.
        let is_one_address = false;
        work.pairs.push(Match {
            a: 0,
            b: 0,
            is_one_address,
        });
        work.open_a.clear();
        work.open_b.clear();
    }
    let mut matched = Matched {
        pairs: work.pairs,
        only_a: work.open_a.into_values().flatten().collect(),
        only_b: work.open_b.into_values().flatten().collect(),
    };
    matched.pairs.sort_by_key(|it| (it.a, it.b));
    matched
}

fn open(operations: &[Documented]) -> Open {
    let mut open = Open::new();
    for (at, it) in operations.iter().enumerate() {
        let contract = &it.contract;
        let address = (contract.method.clone(), contract.uri.unnamed());
        open.entry(address).or_default().push(at);
    }
    open
}

struct Work<'a> {
    a: &'a [Documented],
    b: &'a [Documented],
    open_a: Open,
    open_b: Open,
    pairs: Vec<Match>,
}

impl Work<'_> {
    /// Pairs what A has at one address with what B has at another. Of several, those go
    /// together that stand in files of one name, then those of one name, then the last ones.
    fn pair(&mut self, of_a: &Address, of_b: &Address) {
        if !self.open_a.contains_key(of_a) || !self.open_b.contains_key(of_b) {
            return;
        }
        let mut ones = self.open_a.remove(of_a).unwrap_or_default();
        let mut others = self.open_b.remove(of_b).unwrap_or_default();
        let file = |it: &Documented| it.file.clone();
        let name = |it: &Documented| it.contract.operation.clone();
        let keys: [&dyn Fn(&Documented) -> String; 2] = [&file, &name];
        for key in keys {
            ones.retain(|one| {
                let is_it = |other: &usize| key(&self.a[*one]) == key(&self.b[*other]);
                let found = others.iter().position(is_it).map(|at| others.remove(at));
                self.pairs.extend(found.map(|other| Match {
                    a: *one,
                    b: other,
                    is_one_address: true,
                }));
                found.is_none()
            });
        }
        if let ([one], [other]) = (ones.as_slice(), others.as_slice()) {
            self.pairs.push(Match {
                a: *one,
                b: *other,
                is_one_address: true,
            });
            return;
        }
        if !ones.is_empty() {
            self.open_a.insert(of_a.clone(), ones);
        }
        if !others.is_empty() {
            self.open_b.insert(of_b.clone(), others);
        }
    }

    /// Pairs what is the same behind a base path, the commonest base paths first.
    fn behind_bases(&mut self) {
        let mut found: BTreeMap<Base, BTreeSet<(Address, Address)>> = BTreeMap::new();
        let sides = [
            (true, &self.open_a, &self.open_b),
            (false, &self.open_b, &self.open_a),
        ];
        for (of_a, with, without) in sides {
            for address in with.keys() {
                for (segments, rest) in splits(address) {
                    if without.contains_key(&rest) {
                        let pair = match of_a {
                            true => (address.clone(), rest),
                            false => (rest, address.clone()),
                        };
                        found
                            .entry(Base { of_a, segments })
                            .or_default()
                            .insert(pair);
                    }
                }
            }
        }
        let mut found: Vec<_> = found.into_iter().collect();
        found.retain(|(base, pairs)| self.is_base(base, pairs.len()));
        found.sort_by_key(|(base, pairs)| (usize::MAX - pairs.len(), base.segments.len()));
        for (of_a, of_b) in found.into_iter().flat_map(|(_, pairs)| pairs) {
            self.pair(&of_a, &of_b);
        }
    }

    /// Whether what stands in front is a base path, and no part of the resource: all of its
    /// side have it and go on behind it, it makes half of the smaller side known, or it ends
    /// in a version.
    fn is_base(&self, base: &Base, pairs: usize) -> bool {
        let side = if base.of_a { self.a } else { self.b };
        let has_it = |it: &Documented| {
            let path = it.contract.uri.unnamed();
            path.len() > base.segments.len() && path.starts_with(&base.segments)
        };
        let is_version = |segment: &String| {
            let digits = segment.strip_prefix(['v', 'V']).unwrap_or_default();
            digits.starts_with(|c: char| c.is_ascii_digit())
                && digits.chars().all(|c| c.is_ascii_digit() || c == '.')
        };
        base.segments.last().is_some_and(is_version)
            || pairs > 1 && pairs * 2 >= self.a.len().min(self.b.len())
            || side.iter().all(has_it)
    }
}

/// Every way to take fixed segments from the front of a path, with what is left: at least
/// one segment that is fixed, too, since a placeholder alone could be anything.
fn splits((method, path): &Address) -> impl Iterator<Item = (Vec<String>, Address)> {
    let is_fixed = |segment: &String| !segment.contains("{}");
    let fixed = path.iter().take_while(|it| is_fixed(it)).count();
    (1..=fixed.min(MAX_BASE)).filter_map(move |at| {
        let (prefix, rest) = path.split_at(at);
        let is_told = rest.iter().any(is_fixed);
        is_told.then(|| (prefix.to_vec(), (method.clone(), rest.to_vec())))
    })
}
