//! Defines [`Parameter`]: a request parameter, and [`Location`], where it travels.

use super::{ClauseId, Field};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::BTreeMap;

/// Where a request parameter travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Location {
    /// A segment of the path.
    Path,
    /// The query string.
    Query,
    /// A header field.
    Header,
}

impl Location {
    /// The word in clause ids.
    pub fn id(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Query => "query",
            Self::Header => "header",
        }
    }

    /// Whether routers and header parsers hand this text on as it is.
    pub fn carries(self, text: &str) -> bool {
        match self {
            Self::Path => {
                !text.is_empty()
                    && !text.chars().all(|c| c == '.')
                    && !text.contains(['/', '\\', ';'])
            }
            Self::Query => true,
            Self::Header => text.chars().all(|c| (' '..='~').contains(&c)) && text.trim() == text,
        }
    }

    /// The member of `request.schema.json` that holds parameters of this location.
    pub fn member(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Query => "query",
            Self::Header => "headers",
        }
    }
}

/// A documented request parameter.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    /// Where it travels.
    pub location: Location,
    /// Its row.
    pub field: Field,
}

impl Parameter {
    /// Whether it is the media type of the body: no matter of the operation, even
    /// where a row has it.
    pub fn is_media_type(&self) -> bool {
        self.location == Location::Header && self.field.name.eq_ignore_ascii_case("Content-Type")
    }

    /// `request/<location>/<name>`, the stem of its clause ids.
    pub fn stem(&self) -> ClauseId {
        ClauseId::parameter(self.location, &self.field.name)
    }
}

/// Writes parameters as lists of rows by location.
pub(super) fn serialize<S: Serializer>(
    parameters: &[Parameter],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut lists: BTreeMap<Location, Vec<&Field>> = BTreeMap::new();
    for parameter in parameters {
        lists
            .entry(parameter.location)
            .or_default()
            .push(&parameter.field);
    }
    lists.serialize(serializer)
}

/// Reads what [`serialize`] writes: path, query, header.
pub(super) fn deserialize<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<Parameter>, D::Error> {
    let lists: BTreeMap<Location, Vec<Field>> = BTreeMap::deserialize(deserializer)?;
    let parameters = lists.into_iter().flat_map(|(location, fields)| {
        let parameter = move |field| Parameter { location, field };
        fields.into_iter().map(parameter)
    });
    Ok(parameters.collect())
}
