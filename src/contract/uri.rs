//! Defines [`UriTemplate`]: the documented path, segment by segment.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// A segment of the documented path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Segment {
    /// Fixed text.
    Fixed(String),
    /// A placeholder, without its braces.
    Placeholder(String),
}

/// The documented path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UriTemplate {
    /// Its segments in order.
    pub segments: Vec<Segment>,
}

impl UriTemplate {
    /// Reads `/v3/{project_id}/items`; a query template behind `?`, `[?a,b]` or `{?a,b}` (RFC 6570
    /// section 3.2.8), is not part of it.
    pub fn parse(path: &str) -> Self {
        let (path, _) = path.split_once('?').unwrap_or((path, ""));
        let path = path.strip_suffix(['{', '[']).unwrap_or(path);
        let segments = path
            .split('/')
            .filter(|segment| !segment.is_empty())
            .map(|segment| {
                segment
                    .strip_prefix('{')
                    .and_then(|inner| inner.strip_suffix('}'))
                    .map_or_else(
                        || Segment::Fixed(segment.to_owned()),
                        |name| Segment::Placeholder(name.to_owned()),
                    )
            })
            .collect();
        Self { segments }
    }

    /// Segments that hold a brace and are no placeholder: `{id}:start`.
    pub fn mixed_segments(&self) -> Vec<String> {
        let fixed = self.segments.iter().filter_map(|segment| match segment {
            Segment::Fixed(text) if text.contains(['{', '}']) => Some(text.clone()),
            _ => None,
        });
        fixed.collect()
    }

    /// The names of the placeholders in order.
    pub fn placeholders(&self) -> impl Iterator<Item = &str> {
        self.segments.iter().filter_map(|segment| match segment {
            Segment::Placeholder(name) => Some(name.as_str()),
            Segment::Fixed(_) => None,
        })
    }
}

impl fmt::Display for UriTemplate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for segment in &self.segments {
            match segment {
                Segment::Fixed(text) => write!(f, "/{text}")?,
                Segment::Placeholder(name) => write!(f, "/{{{name}}}")?,
            }
        }
        Ok(())
    }
}

impl Serialize for UriTemplate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for UriTemplate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self::parse(&String::deserialize(deserializer)?))
    }
}
