//! Holds JSON values against schemas. The only user of `jsonschema`.

use crate::contract::{Format, MAX_COMPILED};
use crate::error::{Error, Result};
use jsonschema::PatternOptions;
use jsonschema::error::ValidationErrorKind;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;

/// How many violations of one body are looked at.
const MAX_VIOLATIONS: usize = 100;

/// A compiled schema.
#[derive(Debug)]
pub struct Validator {
    schema: jsonschema::Validator,
    /// The patterns that bound the number which a text stands for.
    ranges: BTreeSet<String>,
}

/// The aspect of a row that a value violates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aspect {
    /// Its JSON type.
    Type,
    /// It is outside its type's or its row's bounds.
    Range,
    /// It is too short or too long.
    Length,
    /// It has too few or too many items.
    Items,
    /// It is none of the listed values.
    Listed,
    /// A text does not match its pattern.
    Pattern,
    /// A text is not of its format.
    Format,
    /// A member is missing.
    Missing,
    /// A keyword that derived schemas do not use.
    Other,
}

impl Aspect {
    /// Whether a value that breaks this one may break the other as well, and still shows this:
    /// what has another type, length or format seldom matches a pattern.
    pub fn entails(self, other: Self) -> bool {
        let is_form = matches!(other, Self::Pattern | Self::Format);
        match self {
            Self::Type => true,
            Self::Length | Self::Pattern | Self::Format => other == self || is_form,
            _ => other == self,
        }
    }
}

/// A place where a value breaks its schema.
#[derive(Clone, Debug)]
pub struct Violation {
    /// Instance path, segment by segment; for a missing member, its path.
    pub path: Vec<String>,
    /// What is violated.
    pub aspect: Aspect,
    /// The value found, without what it holds; `Null` where it is missing.
    pub found: Value,
}

impl Validator {
    /// Compiles a schema; nothing outside it is ever fetched.
    ///
    /// # Errors
    /// [`Error::Input`] naming `path` where the schema does not compile.
    pub fn compile(path: &Path, schema: &Value) -> Result<Self> {
        let mut ranges = BTreeSet::new();
        collect_ranges(schema, &mut ranges);
        // Patterns are matched in linear time, whatever a reply holds.
        jsonschema::options()
            .with_draft(jsonschema::Draft::Draft202012)
            .with_pattern_options(PatternOptions::regex().size_limit(MAX_COMPILED))
            .should_validate_formats(true)
            .with_format(Format::Byte.name(), |text: &str| Format::Byte.is_of(text))
            .build(schema)
            .map(|schema| Self { schema, ranges })
            .map_err(|error| {
                Error::input(
                    path,
                    format!("the schema does not compile: {error}"),
                    "derive it afresh: conformant derive PAGE --out DIR",
                )
            })
    }

    /// Whether `value` conforms.
    pub fn accepts(&self, value: &Value) -> bool {
        self.schema.is_valid(value)
    }

    /// Every violation, at most 100; empty where `value` conforms. In arrays of over
    /// 1,000 items only the first are looked at, unless the fault is behind them.
    pub fn violations(&self, value: &Value) -> Vec<Violation> {
        if self.schema.is_valid(value) {
            return Vec::new();
        }
        if !has_long_array(value) {
            return self.listed(value);
        }
        let mut found = self.listed(&cut(value));
        // Cutting changes how many items there are.
        found.retain(|violation| violation.aspect != Aspect::Items);
        if found.is_empty() {
            found.extend(
                self.schema
                    .validate(value)
                    .err()
                    .map(|error| self.violation(&error)),
            );
        }
        found
    }

    /// The aspects that `value` violates at `path`, or in an item of what is there.
    pub fn aspects_at(&self, value: &Value, path: &[&str]) -> Vec<Aspect> {
        let pointer: String = path
            .iter()
            .map(|segment| format!("/{}", segment.replace('~', "~0").replace('/', "~1")))
            .collect();
        self.schema
            .iter_errors(value)
            .take(MAX_VIOLATIONS)
            .filter(|error| {
                let rest = error.instance_path().as_str().strip_prefix(&pointer);
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            })
            .map(|error| self.aspect(error.kind()))
            .collect()
    }

    fn listed(&self, value: &Value) -> Vec<Violation> {
        self.schema
            .iter_errors(value)
            .take(MAX_VIOLATIONS)
            .map(|error| self.violation(&error))
            .collect()
    }

    fn violation(&self, error: &jsonschema::ValidationError<'_>) -> Violation {
        let mut path: Vec<String> = error
            .instance_path()
            .as_str()
            .split('/')
            .skip(1)
            .map(|segment| segment.replace("~1", "/").replace("~0", "~"))
            .collect();
        let mut found = shallow(error.instance());
        let aspect = self.aspect(error.kind());
        if let ValidationErrorKind::Required { property } = error.kind() {
            path.push(property.as_str().unwrap_or_default().to_owned());
            found = Value::Null;
        }
        Violation {
            path,
            aspect,
            found,
        }
    }

    fn aspect(&self, kind: &ValidationErrorKind) -> Aspect {
        match kind {
            ValidationErrorKind::Type { .. } => Aspect::Type,
            ValidationErrorKind::Maximum { .. } | ValidationErrorKind::Minimum { .. } => {
                Aspect::Range
            }
            // JSON Schema has no other way to bound the number of a text.
            ValidationErrorKind::Pattern { pattern } if self.ranges.contains(pattern) => {
                Aspect::Range
            }
            ValidationErrorKind::Pattern { .. } => Aspect::Pattern,
            ValidationErrorKind::Format { .. } => Aspect::Format,
            ValidationErrorKind::MaxLength { .. } | ValidationErrorKind::MinLength { .. } => {
                Aspect::Length
            }
            ValidationErrorKind::MaxItems { .. } | ValidationErrorKind::MinItems { .. } => {
                Aspect::Items
            }
            ValidationErrorKind::Enum { .. } => Aspect::Listed,
            ValidationErrorKind::Required { .. } => Aspect::Missing,
            _ => Aspect::Other,
        }
    }
}

/// Items of one array that are looked at one by one.
const MAX_ITEMS: usize = 1_000;

fn has_long_array(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.len() > MAX_ITEMS || items.iter().any(has_long_array),
        Value::Object(members) => members.values().any(has_long_array),
        _ => false,
    }
}

fn cut(value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().take(MAX_ITEMS).map(cut).collect(),
        Value::Object(members) => members
            .iter()
            .map(|(name, member)| (name.clone(), cut(member)))
            .collect(),
        other => other.clone(),
    }
}

/// A value without its items, members, or the rest of a long text: enough to tell
/// its class, and never a copy of a whole body.
fn shallow(value: &Value) -> Value {
    match value {
        Value::Array(_) => Value::Array(Vec::new()),
        Value::Object(_) => Value::Object(serde_json::Map::new()),
        Value::String(text) => text.chars().take(256).collect::<String>().into(),
        other => other.clone(),
    }
}

/// Finds the patterns that stand for a range, in whatever part of a schema.
fn collect_ranges(schema: &Value, found: &mut BTreeSet<String>) {
    match schema {
        Value::Object(members) => {
            if let (Some(Value::String(pattern)), Some(Value::String(_))) =
                (members.get("pattern"), members.get("x-range"))
            {
                found.insert(pattern.clone());
            }
            let inner = members.values();
            inner.for_each(|inner| collect_ranges(inner, found));
        }
        Value::Array(items) => items.iter().for_each(|item| collect_ranges(item, found)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_fault_behind_many_items_is_found_and_counts_are_not_made_up() {
        let schema = json!({ "type": "array", "items": { "type": "integer" }, "minItems": 2_000, "maxItems": 5_000 });
        let validator = Validator::compile(Path::new("schema"), &schema).unwrap();
        let mut items = vec![json!(1); 3_000];
        assert!(validator.violations(&json!(items)).is_empty());
        items[2_500] = json!("x");
        let found = validator.violations(&json!(items));
        assert_eq!((found.len(), found[0].aspect), (1, Aspect::Type));
        let found = validator.violations(&json!(vec![1; 6_000]));
        assert_eq!((found.len(), found[0].aspect), (1, Aspect::Items));
        let found = validator.violations(&json!(vec!["x"; 200_000]));
        assert!(found.len() > 90, "{}", found.len());
    }
}
