//! Combines what several subjects take at their edges.

/// At most so many combinations of boundary values are sent where each alone is enough.
const MAX_EDGES: usize = 32;

/// What takes part in the edges of a property: how many values it has, and whether it makes
/// one of two faults or decides whose resource is asked for.
#[derive(Clone, Copy)]
pub(super) struct Part {
    pub(super) values: usize,
    pub(super) is_paired: bool,
}

/// The edges of a property: each is a position in the values of every part.
pub(super) struct Edges {
    /// How many parts there are.
    width: usize,
    /// Edge behind edge.
    positions: Vec<usize>,
}

impl Edges {
    /// The edges in an order that no seed changes: what is accepted in one run must not be
    /// gone in the next. Of two faults, or of a fault and a project that may be anyone's, the
    /// first few values come in all combinations; the rest is sent as it comes.
    pub(super) fn of(parts: &[Part]) -> Self {
        let paired = parts.iter().filter(|one| one.is_paired).count();
        let first = match paired {
            0 | 1 => usize::MAX,
            2 => 8,
            _ => 4,
        };
        let mut edges = Self {
            width: 0,
            positions: Vec::new(),
        };
        for one in parts {
            edges = match one.is_paired && paired > 1 {
                true => edges.all_with(one.values.min(first)),
                false => edges.combined_with(one.values),
            };
        }
        match paired > 1 {
            true => edges.mixed(),
            false => edges,
        }
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.positions.len() / self.width.max(1)
    }

    /// The edge at this place.
    pub(super) fn get(&self, at: usize) -> Option<&[usize]> {
        (at < self.len()).then(|| &self.positions[at * self.width..(at + 1) * self.width])
    }

    /// Keeps the edges at these places.
    pub(super) fn retain(&mut self, is_kept: impl Fn(usize) -> bool) {
        let kept = (0..self.len()).filter(|at| is_kept(*at));
        *self = self.chosen(kept);
    }

    fn chosen(&self, places: impl Iterator<Item = usize>) -> Self {
        let edges = places.filter_map(|at| self.get(at));
        Self {
            width: self.width,
            positions: edges.flatten().copied().collect(),
        }
    }

    /// Whoever sends a few sends some of every kind: those of one value stand together.
    fn mixed(self) -> Self {
        let len = self.len();
        let stride = (len / 2..len).find(|stride| gcd(*stride, len) == 1);
        let stride = stride.unwrap_or(1);
        self.chosen((0..len).map(|index| index * stride % len))
    }

    /// With the values of one more part: all combinations where they are few, else every
    /// edge and every value at least once, the pairs as different as may be.
    fn combined_with(&self, values: usize) -> Self {
        if self.width == 0 {
            return self.all_with(values);
        }
        let (few, many) = (self.len().min(values), self.len().max(values));
        if few * many <= MAX_EDGES.max(many) {
            return self.all_with(values);
        }
        // Behind each round of the shorter list it begins one further.
        let at = |count: usize, index: usize| match count == many {
            true => index,
            false => (index + index / few) % few,
        };
        self.pairs((0..many).map(|index| (at(self.len(), index), at(values, index))))
    }

    /// With the values of one more part, in all combinations.
    fn all_with(&self, values: usize) -> Self {
        if self.width == 0 {
            return Self {
                width: 1,
                positions: (0..values).collect(),
            };
        }
        let len = self.len();
        self.pairs((0..values).flat_map(|value| (0..len).map(move |at| (at, value))))
    }

    /// Edges with a value each.
    fn pairs(&self, pairs: impl Iterator<Item = (usize, usize)>) -> Self {
        let mut positions = Vec::new();
        for (at, value) in pairs {
            positions.extend(self.get(at).into_iter().flatten());
            positions.push(value);
        }
        Self {
            width: self.width + 1,
            positions,
        }
    }
}

fn gcd(a: usize, b: usize) -> usize {
    if b == 0 { a } else { gcd(b, a % b) }
}
