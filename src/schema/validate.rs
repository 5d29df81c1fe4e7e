//! Holds JSON values against schemas. The only user of `jsonschema`.

use crate::error::{Error, Result};
use jsonschema::error::ValidationErrorKind;
use serde_json::Value;
use std::path::Path;

/// How many violations of one body are looked at.
const MOST_VIOLATIONS: usize = 100;

/// A compiled schema.
#[derive(Debug)]
pub struct Validator(jsonschema::Validator);

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
    /// A member is missing.
    Missing,
    /// A keyword that derived schemas do not use.
    Other,
}

/// A place where a value breaks its schema.
#[derive(Clone, Debug)]
pub struct Violation {
    /// Instance path, segment by segment; for a missing member, its path.
    pub path: Vec<String>,
    /// What is violated.
    pub aspect: Aspect,
    /// The value found; `Null` where it is missing.
    pub found: Value,
}

impl Validator {
    /// Compiles a schema; nothing outside it is ever fetched.
    ///
    /// # Errors
    /// [`Error::Input`] naming `path` where the schema does not compile.
    pub fn compile(path: &Path, schema: &Value) -> Result<Self> {
        jsonschema::options()
            .with_draft(jsonschema::Draft::Draft202012)
            .build(schema)
            .map(Self)
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
        self.0.is_valid(value)
    }

    /// Every violation, at most 100; empty where `value` conforms.
    pub fn violations(&self, value: &Value) -> Vec<Violation> {
        if self.0.is_valid(value) {
            return Vec::new();
        }
        self.0
            .iter_errors(value)
            .take(MOST_VIOLATIONS)
            .map(|error| {
                let mut path: Vec<String> = error
                    .instance_path()
                    .as_str()
                    .split('/')
                    .skip(1)
                    .map(|segment| segment.replace("~1", "/").replace("~0", "~"))
                    .collect();
                let mut found = error.instance().as_ref().clone();
                let aspect = match error.kind() {
                        ValidationErrorKind::Type { .. } => Aspect::Type,
                        ValidationErrorKind::Maximum { .. }
                        | ValidationErrorKind::Minimum { .. }
                        // The only patterns that are derived bound the number of a string.
                        | ValidationErrorKind::Pattern { .. } => Aspect::Range,
                        ValidationErrorKind::MaxLength { .. }
                        | ValidationErrorKind::MinLength { .. } => Aspect::Length,
                        ValidationErrorKind::MaxItems { .. }
                        | ValidationErrorKind::MinItems { .. } => Aspect::Items,
                        ValidationErrorKind::Enum { .. } => Aspect::Listed,
                        ValidationErrorKind::Required { property } => {
                            path.push(property.as_str().unwrap_or_default().to_owned());
                            found = Value::Null;
                            Aspect::Missing
                        }
                        _ => Aspect::Other,
                    };
                Violation {
                    path,
                    aspect,
                    found,
                }
            })
            .collect()
    }
}
