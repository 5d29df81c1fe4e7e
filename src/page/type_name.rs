//! Defines [`TypeName`]: the types that pages of the help centre name.

use super::vocabulary::fold;

/// How deep types may stand in each other: `Array<Map<String,Tag>>` is three deep.
const MAX_DEPTH: usize = 8;

/// A documented type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TypeName {
    /// Text.
    String,
    /// A 32-bit signed integer.
    Integer,
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
    /// Reads a type cell; `None` where the words name no known type.
    ///
    /// The name of an object keeps the page's spelling.
    pub fn parse(cell: &str) -> Option<Self> {
        Self::parse_within(cell, MAX_DEPTH)
    }

    /// Reads a type that holds others at most `depth` deep.
    fn parse_within(cell: &str, depth: usize) -> Option<Self> {
        let depth = depth.checked_sub(1)?;
        let cell = without_reference(cell);
        let cell = cell.trim().trim_end_matches('.');
        let folded = fold(cell);
        if let Some(scalar) = scalar(&folded).or_else(|| scalar(unqualified(&folded))) {
            return Some(scalar);
        }
        let array = |item: Self| Self::Array(Box::new(item));
        if let Some(rest) = strip_fold(cell, &["array of arrays of ", "list of lists of "]) {
            return Self::item(rest, depth).map(array).map(array);
        }
        if let Some(rest) = strip_fold(cell, &["array of ", "list of "]) {
            return Self::item(rest, depth).map(array);
        }
        if let Some(item) = angled(cell, &["array", "list"]) {
            return Self::item(item, depth).map(array);
        }
        if let Some(pair) = angled(cell, &["map"]) {
            let (_, value) = pair.split_once([',', '，'])?;
            // `Map<String,Object>` holds anything.
            let value = match Self::item(value, depth)? {
                Self::Object => Self::Any,
                value => value,
            };
            return Some(Self::Map(Box::new(value)));
        }
        if let Some(item) = cell.strip_suffix("数组") {
            return Self::item(item.trim_end_matches("对象"), depth).map(array);
        }
        ["objects", "object", "对象数组", "对象"]
            .iter()
            .find_map(|word| cell.strip_suffix(word))
            .map(str::trim)
            .filter(|name| super::vocabulary::is_name(name))
            .map(|name| Self::Named(name.to_owned()))
    }

    /// The type of an item or a map's value: a bare word names an object there.
    fn item(cell: &str, depth: usize) -> Option<Self> {
        let cell = cell.trim();
        let is_type =
            cell.starts_with(|c: char| c.is_ascii_uppercase()) && super::vocabulary::is_name(cell);
        Self::parse_within(cell, depth)
            .or_else(|| plural(cell))
            .or_else(|| is_type.then(|| Self::Named(cell.to_owned())))
    }

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
        matches!(
            self,
            Self::String | Self::Integer | Self::Long | Self::Boolean | Self::Number
        )
    }

    /// The name of this type as differences print it.
    pub fn describe(&self) -> String {
        match self {
            Self::String => "String".into(),
            Self::Integer => "Integer (int32)".into(),
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

fn scalar(folded: &str) -> Option<TypeName> {
    Some(match folded {
        "string" | "str" | "字符串" => TypeName::String,
        "integer" | "int" | "int32" | "整数" | "整型" => TypeName::Integer,
        "long" | "int64" | "长整型" => TypeName::Long,
        "boolean" | "bool" | "布尔" => TypeName::Boolean,
        "double" | "float" | "number" | "bigdecimal" => TypeName::Number,
        "object" | "objects" | "json object" => TypeName::Object,
        _ => return None,
    })
}

/// `integer (int32)` and `long<int64>` without what stands in brackets.
fn unqualified(folded: &str) -> &str {
    match folded.find(['(', '<']) {
        Some(at) if folded.ends_with([')', '>']) => folded[..at].trim_end(),
        _ => folded,
    }
}

/// `Array of X objects (see Table 3)` without what refers to the table.
fn without_reference(cell: &str) -> String {
    let bracket = cell.find(['(', '（']).and_then(|start| {
        let end = start + cell[start..].find([')', '）'])?;
        let inside = fold(&cell[start..end]);
        (inside.contains("table") || inside.contains('表')).then_some((start, end))
    });
    bracket.map_or_else(
        || cell.to_owned(),
        |(start, end)| {
            let behind = cell[end..].trim_start_matches([')', '）']);
            format!("{} {}", cell[..start].trim_end(), behind.trim_start())
        },
    )
}

fn plural(words: &str) -> Option<TypeName> {
    let folded = fold(words);
    scalar(folded.strip_suffix('s')?)
}

fn strip_fold<'a>(cell: &'a str, prefixes: &[&str]) -> Option<&'a str> {
    prefixes.iter().find_map(|prefix| {
        let head = cell.get(..prefix.len())?;
        head.eq_ignore_ascii_case(prefix)
            .then(|| &cell[prefix.len()..])
    })
}

fn angled<'a>(cell: &'a str, names: &[&str]) -> Option<&'a str> {
    names.iter().find_map(|name| {
        let inner = strip_fold(cell, &[name])?.trim();
        inner
            .strip_prefix(['<', '《', '['])?
            .strip_suffix(['>', '》', ']'])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn array(item: TypeName) -> TypeName {
        TypeName::Array(Box::new(item))
    }

    #[test]
    fn type_words_of_the_help_centre() {
        let named = |name: &str| TypeName::Named(name.into());
        for (cell, expected) in [
            ("String", TypeName::String),
            ("Array of strings", array(TypeName::String)),
            (
                "Array of DbssErrorDetail objects",
                array(named("DbssErrorDetail")),
            ),
            ("Task object", named("Task")),
            (
                "Map<String,String>",
                TypeName::Map(Box::new(TypeName::String)),
            ),
            ("Array of arrays", array(array(TypeName::Object))),
            ("List<Integer>", array(TypeName::Integer)),
            ("Long", TypeName::Long),
            ("Integer(int32)", TypeName::Integer),
            ("Array<Array<String>>", array(array(TypeName::String))),
            ("Array of arrays of strings", array(array(TypeName::String))),
            ("List<Tag>", array(named("Tag"))),
            ("Tag对象数组", array(named("Tag"))),
            ("Tag 对象", named("Tag")),
            ("Array of Tag objects (see Table 3)", array(named("Tag"))),
            ("Array of objects（表3）", array(TypeName::Object)),
            ("Tag (Table 3) object", named("Tag")),
            (
                "Map<String,Tag object>",
                TypeName::Map(Box::new(named("Tag"))),
            ),
            (
                "Map<String,List<String>>",
                TypeName::Map(Box::new(array(TypeName::String))),
            ),
        ] {
            let parsed = TypeName::parse(cell);
            if cell == "Array of arrays" {
                assert_eq!(parsed, None, "an array of untyped arrays is not guessed");
            } else {
                assert_eq!(parsed, Some(expected), "{cell}");
            }
        }
        assert_eq!(TypeName::parse("Strnig"), None);
        for deep in [
            format!("{}strings", "Array of ".repeat(100_000)),
            format!(
                "{}String{}",
                "Map<String,".repeat(100_000),
                ">".repeat(100_000)
            ),
            format!("X{}", "数组".repeat(100_000)),
        ] {
            assert_eq!(TypeName::parse(&deep), None, "deeper than any type");
        }
        assert_eq!(
            TypeName::parse("Array of Array of strings"),
            Some(array(array(TypeName::String)))
        );
    }
}
