//! Reads type cells: the words by which pages name types.

use super::vocabulary::{fold, is_name};
use crate::contract::{MAX_TYPE_DEPTH, TypeName};

/// Reads a type cell; `None` where the words name no known type.
///
/// The name of an object keeps the page's spelling.
pub(super) fn type_of(cell: &str) -> Option<TypeName> {
    parse_within(cell, MAX_TYPE_DEPTH)
}

/// Whether a cell says that keys are free: a table of the key and the value is no object.
pub(super) fn is_dictionary(cell: &str) -> bool {
    let folded = fold(without_remark(&without_reference(cell)));
    let words = folded.strip_suffix(" data structure").unwrap_or(&folded);
    matches!(
        words,
        "dict" | "dictionary" | "map" | "字典" | "字典数据结构"
    )
}

/// Reads a type that holds others at most `depth` deep.
fn parse_within(cell: &str, depth: usize) -> Option<TypeName> {
    let depth = depth.checked_sub(1)?;
    let cell = without_reference(cell);
    let cell = without_remark(&cell);
    let folded = fold(cell);
    let known = scalar(&folded).or_else(|| qualified(&folded));
    if let Some(known) = known.or_else(|| structure(&folded)) {
        return Some(known);
    }
    let array = |item: TypeName| TypeName::Array(Box::new(item));
    if let Some(rest) = strip_fold(cell, &["array of arrays of ", "list of lists of "]) {
        return item_type(rest, depth).map(array).map(array);
    }
    if let Some(rest) = strip_fold(cell, &["array of ", "list of "]) {
        return item_type(rest, depth).map(array);
    }
    if let Some(item) = angled(cell, &["array", "list"]).or_else(|| cell.strip_prefix("[]")) {
        return item_type(item, depth).or_else(|| member(item)).map(array);
    }
    if let Some(item) = strip_end(cell, " array") {
        return item_type(item, depth).map(array);
    }
    if let Some(item) = STRUCTURES
        .iter()
        .find_map(|it| cell.strip_suffix("数组")?.strip_suffix(it))
    {
        return member(item).map(array);
    }
    if let Some(name) = STRUCTURES.iter().find_map(|it| cell.strip_suffix(it)) {
        return member(name);
    }
    if let Some(pair) = angled(cell, &["map"]) {
        let (_, value) = pair.split_once([',', '，'])?;
        // `Map<String,Object>` holds anything.
        let value = match item_type(value, depth)? {
            TypeName::Object => TypeName::Any,
            value => value,
        };
        return Some(TypeName::Map(Box::new(value)));
    }
    if let Some(item) = cell.strip_suffix("数组") {
        return item_type(item.trim_end_matches("对象"), depth).map(array);
    }
    ["objects", "object", "对象数组", "对象"]
        .iter()
        .find_map(|word| cell.strip_suffix(word))
        .map(str::trim)
        .filter(|name| is_name(name))
        .map(|name| TypeName::Named(name.to_owned()))
}

/// The type of an item or a map's value: a bare word names an object there.
fn item_type(cell: &str, depth: usize) -> Option<TypeName> {
    let cell = cell.trim();
    let is_type = cell.starts_with(|c: char| c.is_ascii_uppercase()) && is_name(cell);
    parse_within(cell, depth)
        .or_else(|| plural(cell))
        .or_else(|| is_type.then(|| TypeName::Named(cell.to_owned())))
}

/// Words behind the name of a structure.
const STRUCTURES: [&str; 3] = ["数据结构", "结构体", "结构"];

/// A bare word that names an object where nothing else can stand, unless it is one by
/// which some pages call a kind of text or number.
fn member(name: &str) -> Option<TypeName> {
    let name = name.trim();
    let is_value = matches!(
        fold(name).as_str(),
        "enum" | "date" | "time" | "datetime" | "timestamp" | "char" | "byte" | "any" | "json"
    );
    (is_name(name) && !is_value).then(|| TypeName::Named(name.to_owned()))
}

/// A type without the words behind it: `List data structure. For details, see Table 4.`
fn without_remark(cell: &str) -> &str {
    let end = [". ", "。", ", see ", "，"]
        .iter()
        .filter_map(|it| cell.find(it))
        .min();
    cell[..end.unwrap_or(cell.len())]
        .trim()
        .trim_end_matches('.')
}

/// Words for arrays and objects of whatever members, and for any JSON.
fn structure(folded: &str) -> Option<TypeName> {
    let array = || TypeName::Array(Box::new(TypeName::Any));
    let of_a_structure = folded.strip_suffix(" data structure").unwrap_or(folded);
    Some(match of_a_structure {
        "array" | "list" | "json array" | "jsonarray" | "数组" | "列表" => array(),
        "dict" | "dictionary" | "map" | "字典" | "字典数据结构" => TypeName::Object,
        "json" => TypeName::Any,
        _ => return None,
    })
}

fn scalar(folded: &str) -> Option<TypeName> {
    Some(match folded {
        "string" | "str" | "uuid" | "enum" | "enumeration" | "字符串" | "枚举" | "枚举类型" => {
            TypeName::String
        }
        "integer" | "int" | "整数" | "整型" => TypeName::Integer,
        "int32" => TypeName::Int32,
        "long" | "int64" | "长整型" => TypeName::Long,
        "boolean" | "bool" | "布尔" => TypeName::Boolean,
        "double" | "float" | "number" | "bigdecimal" => TypeName::Number,
        "object" | "objects" | "json object" => TypeName::Object,
        _ => return None,
    })
}

/// `integer (int64)` and `string<uuid>`: how wide a number is stands in the brackets;
/// other words there name no type.
fn qualified(folded: &str) -> Option<TypeName> {
    let (outer, rest) = folded.split_at(folded.find(['(', '<'])?);
    let inner = rest[1..].strip_suffix([')', '>'])?;
    let outer = scalar(outer.trim_end())?;
    let width = scalar(inner.trim()).filter(|inner| outer.is_integer() && inner.is_integer());
    Some(width.unwrap_or(outer))
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

fn strip_end<'a>(cell: &'a str, suffix: &str) -> Option<&'a str> {
    let at = cell.len().checked_sub(suffix.len())?;
    let end = cell.get(at..)?;
    end.eq_ignore_ascii_case(suffix).then(|| &cell[..at])
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
            ("Integer(int32)", TypeName::Int32),
            ("integer<int32>", TypeName::Int32),
            ("Integer (int64)", TypeName::Long),
            ("String(uuid)", TypeName::String),
            ("Integer", TypeName::Integer),
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
            ("Array", array(TypeName::Any)),
            ("List data structure", array(TypeName::Any)),
            (
                "Dictionary data structure. For details, see Table 4.",
                TypeName::Object,
            ),
            ("Dict", TypeName::Object),
            ("JSON", TypeName::Any),
            ("uuid", TypeName::String),
            ("JSON Array", array(TypeName::Any)),
            ("List<tag>", array(named("tag"))),
            ("List < dict >", array(TypeName::Object)),
            ("Array<Object>", array(TypeName::Object)),
            ("[]string", array(TypeName::String)),
            ("enum", TypeName::String),
            ("List<enum>", array(TypeName::String)),
            ("String array", array(TypeName::String)),
            ("event结构数组", array(named("event"))),
            ("cover数据结构", named("cover")),
            (
                "Map<String,List<String>>",
                TypeName::Map(Box::new(array(TypeName::String))),
            ),
        ] {
            let parsed = type_of(cell);
            if cell == "Array of arrays" {
                assert_eq!(parsed, None, "an array of untyped arrays is not guessed");
            } else {
                assert_eq!(parsed, Some(expected), "{cell}");
            }
        }
        // Of these it is not known whether they are texts or numbers, objects or arrays.
        for cell in ["Strnig", "tag", "Timestamp", "Table 3", "字典数据类型"] {
            assert_eq!(type_of(cell), None, "{cell}");
        }
        for deep in [
            format!("{}strings", "Array of ".repeat(100_000)),
            format!(
                "{}String{}",
                "Map<String,".repeat(100_000),
                ">".repeat(100_000)
            ),
            format!("X{}", "数组".repeat(100_000)),
        ] {
            assert_eq!(type_of(&deep), None, "deeper than any type");
        }
        assert_eq!(
            type_of("Array of Array of strings"),
            Some(array(array(TypeName::String)))
        );
    }
}
