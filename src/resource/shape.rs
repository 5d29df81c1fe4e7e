//! Defines [`Shape`]: a path in which all placeholders are alike.

use crate::contract::{Contract, Segment, UriTemplate};

/// A path, its placeholders by position alone: `/v3/{}/clusters/{}`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Shape(Vec<String>);

/// A placeholder that stands alone in its segment.
#[derive(Clone, Debug)]
pub(super) struct Spot<'a> {
    /// Its name.
    pub(super) name: &'a str,
    /// The path up to it.
    pub(super) collection: Shape,
    /// The fixed segment in front of it.
    pub(super) noun: Option<&'a str>,
    /// Whether it ends the path.
    pub(super) is_last: bool,
}

impl Shape {
    pub(super) fn of(uri: &UriTemplate) -> Self {
        Self(uri.segments.iter().map(step).collect())
    }

    fn up_to(uri: &UriTemplate, count: usize) -> Self {
        Self(uri.segments[..count].iter().map(step).collect())
    }
}

fn step(segment: &Segment) -> String {
    let pieces = segment.pieces().iter().map(|piece| match piece {
        Segment::Fixed(text) => text.as_str(),
        Segment::Placeholder(_) | Segment::Mixed(_) => "{}",
    });
    pieces.collect()
}

/// The placeholders of a path that name a resource.
pub(super) fn spots(contract: &Contract) -> Vec<Spot<'_>> {
    let segments = &contract.uri.segments;
    let is_resource = |name: &str| contract.resources().any(|row| row.field.name == name);
    let spots = segments.iter().enumerate().filter_map(|(at, segment)| {
        let Segment::Placeholder(name) = segment else {
            return None;
        };
        let noun = at
            .checked_sub(1)
            .and_then(|before| match &segments[before] {
                Segment::Fixed(text) => Some(text.as_str()),
                Segment::Placeholder(_) | Segment::Mixed(_) => None,
            });
        is_resource(name).then(|| Spot {
            name,
            collection: Shape::up_to(&contract.uri, at),
            noun,
            is_last: at + 1 == segments.len(),
        })
    });
    spots.collect()
}
