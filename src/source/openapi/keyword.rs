//! Lists the keywords of schemas by what is done about them, and quotes them.

use super::document::At;
use serde_json::Value;

/// Keywords that are read, or that state nothing about a value.
const KNOWN: [&str; 52] = [
    "$anchor",
    "$comment",
    "$defs",
    "$id",
    "$ref",
    "$schema",
    "additionalProperties",
    "allOf",
    "anyOf",
    "const",
    "contentEncoding",
    "contentMediaType",
    "contentSchema",
    "default",
    "definitions",
    "deprecated",
    "description",
    "enum",
    "example",
    "examples",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "externalDocs",
    "format",
    "id",
    "items",
    "maxItems",
    "maxLength",
    "maximum",
    "minItems",
    "minLength",
    "minimum",
    "multipleOf",
    "nullable",
    "oneOf",
    "pattern",
    "properties",
    "readOnly",
    "required",
    "summary",
    "title",
    "type",
    "uniqueItems",
    "writeOnly",
    "xml",
    // Those of parameters and header fields, which are schemas themselves in Swagger 2.0.
    "allowEmptyValue",
    "collectionFormat",
    "explode",
    "in",
    "name",
    "schema",
    "style",
];

/// Keywords that state something which no row of a contract can hold.
const UNHELD: [&str; 20] = [
    "$dynamicRef",
    "contains",
    "dependencies",
    "dependentRequired",
    "dependentSchemas",
    "discriminator",
    "else",
    "if",
    "maxContains",
    "maxProperties",
    "minContains",
    "minProperties",
    "not",
    "patternProperties",
    "prefixItems",
    "propertyNames",
    "then",
    "unevaluatedItems",
    "unevaluatedProperties",
    "$recursiveRef",
];

/// What is done about a keyword.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Treatment {
    /// It is read where it matters, or states nothing.
    Known,
    /// It states what no row can hold.
    Unheld,
    /// Nobody knows what it states.
    Unknown,
}

/// What is done about the keyword of this name.
pub(super) fn treatment(name: &str) -> Treatment {
    if KNOWN.contains(&name) || name.starts_with("x-") {
        Treatment::Known
    } else if UNHELD.contains(&name) {
        Treatment::Unheld
    } else {
        Treatment::Unknown
    }
}

/// Longest quoted value, in characters.
const MAX_QUOTED: usize = 120;

/// A keyword with its value, as the definition has it: `"maxLength": 36`. The value of a
/// keyword that holds schemas, and a long one, is cut.
pub(super) fn quoted(keyword: &At<'_>) -> String {
    let name = keyword.pointer.rsplit('/').next().unwrap_or_default();
    let name = name.replace("~1", "/").replace("~0", "~");
    quoted_as(&name, keyword.value)
}

/// The same of a value under this name.
pub(super) fn quoted_as(name: &str, value: &Value) -> String {
    let text = match value {
        Value::Object(_) => "{…}".to_owned(),
        Value::Array(items) if items.iter().any(|item| item.is_object() || item.is_array()) => {
            "[…]".to_owned()
        }
        value => value.to_string(),
    };
    let cut: String = text.chars().take(MAX_QUOTED).collect();
    match cut.len() < text.len() {
        true => format!("\"{name}\": {cut}…"),
        false => format!("\"{name}\": {text}"),
    }
}
