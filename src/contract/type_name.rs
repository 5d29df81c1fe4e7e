//! Defines [`TypeName`]: the types that a contract knows, and how each is written.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

/// How deep types may stand in each other: `Array of Map of Tag object` is three deep.
pub const MAX_TYPE_DEPTH: usize = 8;

/// A documented type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TypeName {
    /// Text.
    String,
    /// A whole number; the source does not say of how many bits.
    Integer,
    /// A 32-bit signed integer.
    Int32,
    /// A 64-bit signed integer.
    Long,
    /// `true` or `false`.
    Boolean,
    /// A number with or without a fraction.
    Number,
    /// An object whose members no table lists.
    Object,
    /// An object described by the table of this name.
    Named(String),
    /// An array of one type.
    Array(Box<TypeName>),
    /// An object with free keys and values of one type.
    Map(Box<TypeName>),
    /// Any type: the page states none, or none that can be read.
    Any,
}

impl TypeName {
    /// The object table that this type refers to, if any.
    pub fn object_name(&self) -> Option<&str> {
        match self {
            Self::Named(name) => Some(name),
            Self::Array(item) | Self::Map(item) => item.object_name(),
            _ => None,
        }
    }

    /// What arrays and maps hold in the end; the type itself where it is neither.
    pub fn innermost(&self) -> &Self {
        match self {
            Self::Array(item) | Self::Map(item) => item.innermost(),
            kind => kind,
        }
    }

    /// Whether its values hold no others.
    pub fn is_scalar(&self) -> bool {
        matches!(self, Self::String | Self::Boolean | Self::Number) || self.is_integer()
    }

    /// Whether its values are whole numbers.
    pub fn is_integer(&self) -> bool {
        matches!(self, Self::Integer | Self::Int32 | Self::Long)
    }

    /// The least and the greatest whole number that surely conform: where the source
    /// does not say how wide an integer is, those of 32 bits.
    pub fn safe_integers(&self) -> (i64, i64) {
        match self {
            Self::Integer | Self::Int32 => (i64::from(i32::MIN), i64::from(i32::MAX)),
            _ => (i64::MIN, i64::MAX),
        }
    }

    /// What arrays and maps hold in the end, to be changed.
    pub fn innermost_mut(&mut self) -> &mut Self {
        match self {
            Self::Array(item) | Self::Map(item) => item.innermost_mut(),
            kind => kind,
        }
    }

    /// The type as differences print it and contract files hold it: `Array of Tag object`.
    pub fn describe(&self) -> String {
        match self {
            Self::String => "String".into(),
            Self::Integer => "Integer".into(),
            Self::Int32 => "Integer (int32)".into(),
            Self::Long => "Long (int64)".into(),
            Self::Boolean => "Boolean".into(),
            Self::Number => "Number".into(),
            Self::Object => "Object".into(),
            Self::Named(name) => format!("{name} object"),
            Self::Array(item) => format!("Array of {}", item.describe()),
            Self::Map(value) => format!("Map of {}", value.describe()),
            Self::Any => "any type".into(),
        }
    }
}

impl fmt::Display for TypeName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.describe())
    }
}

/// Reads what [`TypeName::describe`] writes.
impl FromStr for TypeName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        parse(MAX_TYPE_DEPTH, text).ok_or_else(|| {
            format!(
                "'{text}' is not a type: write String, Integer, Integer (int32), Long (int64), Boolean, Number, Object, 'NAME object', 'Array of …', 'Map of …' or 'any type'"
            )
        })
    }
}

fn parse(depth: usize, text: &str) -> Option<TypeName> {
    let depth = depth.checked_sub(1)?;
    Some(match text {
        "String" => TypeName::String,
        "Integer" => TypeName::Integer,
        "Integer (int32)" => TypeName::Int32,
        "Long (int64)" => TypeName::Long,
        "Boolean" => TypeName::Boolean,
        "Number" => TypeName::Number,
        "Object" => TypeName::Object,
        "any type" => TypeName::Any,
        _ => {
            let inner = |prefix| text.strip_prefix(prefix).map(|rest| parse(depth, rest));
            if let Some(item) = inner("Array of ") {
                TypeName::Array(Box::new(item?))
            } else if let Some(value) = inner("Map of ") {
                TypeName::Map(Box::new(value?))
            } else {
                let name = text.strip_suffix(" object")?;
                let is_plain = !name.is_empty() && !name.contains(char::is_whitespace);
                is_plain.then(|| TypeName::Named(name.to_owned()))?
            }
        }
    })
}

impl Serialize for TypeName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for TypeName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_is_read_as_it_is_written() {
        let array = |item: TypeName| TypeName::Array(Box::new(item));
        let map = |value: TypeName| TypeName::Map(Box::new(value));
        for kind in [
            TypeName::String,
            TypeName::Integer,
            TypeName::Int32,
            TypeName::Long,
            TypeName::Boolean,
            TypeName::Number,
            TypeName::Object,
            TypeName::Any,
            TypeName::Named("Tag".into()),
            array(map(TypeName::Named("Tag".into()))),
            map(array(TypeName::Any)),
        ] {
            assert_eq!(kind.describe().parse(), Ok(kind));
        }
        for text in [
            "string",
            "Tag",
            " object",
            "Array of",
            "Array of Tag",
            "a b object",
        ] {
            assert!(text.parse::<TypeName>().is_err(), "{text}");
        }
        let deep = format!("{}String", "Array of ".repeat(100_000));
        assert!(deep.parse::<TypeName>().is_err());
    }
}
