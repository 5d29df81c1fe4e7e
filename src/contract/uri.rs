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
    /// Text and placeholders, with text between any two of these: `{region}:{id}`.
    Mixed(Vec<Segment>),
}

impl Segment {
    fn parse(segment: &str) -> Self {
        let fixed = || Self::Fixed(segment.to_owned());
        let Some(mut pieces) = pieces(segment) else {
            return fixed();
        };
        match pieces.len() {
            1 => pieces.remove(0),
            _ => Self::Mixed(pieces),
        }
    }

    /// Its text and placeholders in order.
    pub fn pieces(&self) -> &[Self] {
        match self {
            Self::Mixed(pieces) => pieces,
            piece => std::slice::from_ref(piece),
        }
    }

    /// What a segment that was sent has in the place of each placeholder; `None` where
    /// its text is another.
    pub fn values<'s>(&'s self, sent: &'s str) -> Option<Vec<(&'s str, &'s str)>> {
        let (pieces, mut rest) = (self.pieces(), sent);
        let mut values = Vec::new();
        for (at, piece) in pieces.iter().enumerate() {
            match (piece, pieces.get(at + 1)) {
                (Self::Fixed(text), None) => rest = (rest == text.as_str()).then_some("")?,
                (Self::Fixed(text), Some(_)) => rest = rest.strip_prefix(text.as_str())?,
                (Self::Placeholder(name), Some(Self::Fixed(text))) => {
                    let (value, _) = rest.split_at(rest.find(text.as_str())?);
                    values.push((name.as_str(), value));
                    rest = &rest[value.len()..];
                }
                (Self::Placeholder(name), _) => values.push((name, rest)),
                (Self::Mixed(_), _) => return None,
            }
        }
        Some(values)
    }
}

impl fmt::Display for Segment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.pieces().iter().try_for_each(|piece| match piece {
            Self::Placeholder(name) => write!(f, "{{{name}}}"),
            Self::Fixed(text) => f.write_str(text),
            Self::Mixed(_) => Ok(()),
        })
    }
}

/// Text and placeholders; `None` where braces do not pair, or nothing stands between two
/// placeholders, so that nobody can tell which is which.
fn pieces(segment: &str) -> Option<Vec<Segment>> {
    let mut pieces = Vec::new();
    let mut rest = segment;
    while !rest.is_empty() {
        let (text, behind) = rest.split_at(rest.find('{').unwrap_or(rest.len()));
        if !text.is_empty() {
            pieces.push(Segment::Fixed(text.to_owned()));
        }
        let Some(inner) = behind.strip_prefix('{') else {
            break;
        };
        let (name, behind) = inner.split_once('}')?;
        let is_apart = !matches!(pieces.last(), Some(Segment::Placeholder(_)));
        if name.is_empty() || name.contains('{') || !is_apart {
            return None;
        }
        pieces.push(Segment::Placeholder(name.to_owned()));
        rest = behind;
    }
    let is_text = |piece: &Segment| matches!(piece, Segment::Fixed(text) if text.contains('}'));
    (!pieces.iter().any(is_text)).then_some(pieces)
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
            .map(Segment::parse)
            .collect();
        Self { segments }
    }

    /// Segments that hold a brace and are no placeholders: `{id`, `{a}{b}`.
    pub fn unread_segments(&self) -> Vec<String> {
        let fixed = self.segments.iter().filter_map(|segment| match segment {
            Segment::Fixed(text) if text.contains(['{', '}']) => Some(text.clone()),
            _ => None,
        });
        fixed.collect()
    }

    /// Its segments, each placeholder as `{}`: whatever a source calls them, an address is
    /// the same.
    pub fn unnamed(&self) -> Vec<String> {
        let piece = |piece: &Segment| match piece {
            Segment::Fixed(text) => text.clone(),
            Segment::Placeholder(_) | Segment::Mixed(_) => "{}".to_owned(),
        };
        let segments = self.segments.iter();
        let unnamed = segments.map(|it| it.pieces().iter().map(piece).collect());
        unnamed.collect()
    }

    /// The names of the placeholders in order.
    pub fn placeholders(&self) -> impl Iterator<Item = &str> {
        let pieces = self.segments.iter().flat_map(Segment::pieces);
        pieces.filter_map(|piece| match piece {
            Segment::Placeholder(name) => Some(name.as_str()),
            Segment::Fixed(_) | Segment::Mixed(_) => None,
        })
    }
}

impl fmt::Display for UriTemplate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut segments = self.segments.iter();
        segments.try_for_each(|segment| write!(f, "/{segment}"))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_segment_may_hold_text_and_placeholders() {
        let uri = UriTemplate::parse("/v1/{lid}:{spout}/{kettle}.boil/{a}{b}/{c");
        assert_eq!(
            uri.placeholders().collect::<Vec<_>>(),
            ["lid", "spout", "kettle"]
        );
        assert_eq!(uri.unread_segments(), ["{a}{b}", "{c"]);
        assert_eq!(uri.to_string(), "/v1/{lid}:{spout}/{kettle}.boil/{a}{b}/{c");
        let joined = &uri.segments[1];
        assert_eq!(
            joined.values("round:long"),
            Some(vec![("lid", "round"), ("spout", "long")])
        );
        assert_eq!(joined.values("round-long"), None);
        let tail = &uri.segments[2];
        assert_eq!(tail.values("red.boil"), Some(vec![("kettle", "red")]));
        assert_eq!(tail.values("red.boiled"), None);
        assert_eq!(uri.segments[0].values("v1"), Some(Vec::new()));
        assert_eq!(uri.segments[0].values("v12"), None);
    }
}
