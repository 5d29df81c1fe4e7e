//! Defines [`Parameter`]: a request parameter.

use super::clause_id::ClauseId;
use super::field::Field;
use super::location::Location;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::BTreeMap;

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
