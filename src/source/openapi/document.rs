//! Defines [`Document`], a definition with its version, and [`At`], a value of it with the
//! pointer that leads there.

use crate::error::{Error, Result};
use percent_encoding::percent_decode_str;
use serde_json::Value;
use std::path::Path;

/// Most references that lead from one to the next.
const MAX_REFERENCES: usize = 32;

/// What kind of document it is; decides what some keywords mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Version {
    /// Swagger 2.0.
    Swagger2,
    /// OpenAPI 3.0, whose schemas are a dialect of their own.
    V3_0,
    /// OpenAPI 3.1 and 3.2, whose schemas are JSON Schema 2020-12.
    V3_1,
}

/// A definition.
#[derive(Debug)]
pub(super) struct Document {
    root: Value,
    pub(super) version: Version,
}

impl Document {
    /// The document in `root`; `path` is named in errors.
    ///
    /// # Errors
    /// [`Error::Input`] where it is none, or one of another version.
    pub(super) fn of(path: &Path, root: Value) -> Result<Self> {
        let text = |name: &str| match root.get(name)? {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        };
        let version = match (text("swagger"), text("openapi")) {
            (Some(text), None) if text.starts_with('2') => Version::Swagger2,
            (None, Some(text)) if text.starts_with("3.0") => Version::V3_0,
            (None, Some(text)) if text.starts_with("3.") => Version::V3_1,
            (None, None) => version_of_parts(&root).ok_or_else(|| {
                Error::input(
                    path,
                    "this is no definition: it has neither a version ('openapi' or 'swagger') nor 'paths'",
                    "name an OpenAPI 3.0, 3.1 or Swagger 2.0 document, or a saved page",
                )
            })?,
            (swagger, openapi) => {
                let stated = openapi.or(swagger).unwrap_or_default();
                return Err(Error::input(
                    path,
                    format!("version '{stated}' of definitions is not read"),
                    "convert it to OpenAPI 3.0, 3.1 or Swagger 2.0",
                ));
            }
        };
        Ok(Self { root, version })
    }

    /// The whole of it.
    pub(super) fn root(&self) -> At<'_> {
        At {
            pointer: "#".into(),
            value: &self.root,
        }
    }

    /// What stands here, or where references lead from here.
    ///
    /// # Errors
    /// The reference that leads nowhere, out of the document or in a circle, and why.
    pub(super) fn resolve<'d>(&'d self, at: At<'d>) -> Result<At<'d>, String> {
        let mut at = at;
        for _ in 0..MAX_REFERENCES {
            match at.value.get("$ref") {
                Some(Value::String(reference)) => at = self.target(reference)?,
                Some(_) => return Err(format!("the reference at {} is no text", at.pointer)),
                None => return Ok(at),
            }
        }
        Err(format!(
            "the references from {} lead in a circle",
            at.pointer
        ))
    }

    /// What a reference leads to.
    ///
    /// # Errors
    /// As [`Document::resolve`].
    pub(super) fn target(&self, reference: &str) -> Result<At<'_>, String> {
        let pointer = reference.strip_prefix('#').ok_or_else(|| {
            format!("'{reference}' is not in this document, and nothing is fetched")
        })?;
        let decoded = percent_decode_str(pointer).decode_utf8_lossy();
        // Names that hold a percent sign are often written as they are.
        let found = [pointer, &decoded].into_iter().find_map(|pointer| {
            let value = self.root.pointer(pointer)?;
            Some(At {
                pointer: format!("#{pointer}"),
                value,
            })
        });
        found.ok_or_else(|| format!("'{reference}' leads to nothing"))
    }
}

/// The version that the parts of a document without one tell.
fn version_of_parts(root: &Value) -> Option<Version> {
    let paths = root.get("paths")?.as_object()?;
    let is_address = |path: &String| path.starts_with('/');
    if !paths.keys().any(is_address) {
        return None;
    }
    let has = |name: &str| root.get(name).is_some_and(Value::is_object);
    Some(match has("components") && !has("definitions") {
        true => Version::V3_0,
        false => Version::Swagger2,
    })
}

/// A value of a document, with the way to it.
#[derive(Clone, Debug)]
pub(super) struct At<'d> {
    /// JSON pointer behind `#`.
    pub(super) pointer: String,
    pub(super) value: &'d Value,
}

impl<'d> At<'d> {
    /// The member of this name; `null` counts as none.
    pub(super) fn get(&self, name: &str) -> Option<At<'d>> {
        let value = self.value.get(name).filter(|value| !value.is_null())?;
        Some(At {
            pointer: format!("{}/{}", self.pointer, segment(name)),
            value,
        })
    }

    /// The text of this member.
    pub(super) fn text(&self, name: &str) -> Option<&'d str> {
        self.value.get(name)?.as_str()
    }

    /// Whether this member is `true`.
    pub(super) fn is_true(&self, name: &str) -> bool {
        self.value.get(name) == Some(&Value::Bool(true))
    }

    /// Whether a schema states anything: `true` and `{}` do not.
    pub(super) fn states(&self) -> bool {
        match self.value {
            Value::Object(members) => !members.is_empty(),
            value => *value != Value::Bool(true),
        }
    }

    /// The members of an object, with their names.
    pub(super) fn members(&self) -> impl Iterator<Item = (&'d str, At<'d>)> + use<'d> {
        let pointer = self.pointer.clone();
        let members = self.value.as_object().into_iter().flatten();
        members.map(move |(name, value)| {
            let pointer = format!("{pointer}/{}", segment(name));
            (name.as_str(), At { pointer, value })
        })
    }

    /// The items of an array.
    pub(super) fn items(&self) -> impl Iterator<Item = At<'d>> + use<'d> {
        let pointer = self.pointer.clone();
        let items = self.value.as_array().into_iter().flatten().enumerate();
        items.map(move |(at, value)| At {
            pointer: format!("{pointer}/{at}"),
            value,
        })
    }
}

fn segment(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn document(root: Value) -> Result<Document> {
        Document::of(Path::new("a.json"), root)
    }

    #[test]
    fn versions_are_stated_or_told_by_the_parts() {
        let paths = json!({ "/a": {} });
        for (root, version) in [
            (json!({ "swagger": "2.0" }), Version::Swagger2),
            (json!({ "openapi": 3.1 }), Version::V3_1),
            (json!({ "openapi": "3.0.3" }), Version::V3_0),
            (
                json!({ "paths": paths, "definitions": {} }),
                Version::Swagger2,
            ),
            (json!({ "paths": paths, "components": {} }), Version::V3_0),
        ] {
            assert_eq!(document(root.clone()).unwrap().version, version, "{root}");
        }
        for root in [
            json!({ "openapi": "4.0" }),
            json!({ "swagger": "1.2" }),
            json!({ "paths": { "a": {} } }),
            json!({}),
            json!([]),
        ] {
            assert!(document(root.clone()).is_err(), "{root}");
        }
    }

    #[test]
    fn references_lead_inside_the_document_and_end() {
        let root = json!({
            "openapi": "3.1.0",
            "a": { "$ref": "#/b~1c/d%20e" },
            "b/c": { "d e": 7 },
            "x": { "$ref": "#/y" },
            "y": { "$ref": "#/x" },
            "far": { "$ref": "other.yaml#/a" },
            "none": { "$ref": "#/nothing" },
        });
        let document = document(root).unwrap();
        let resolved = |name: &str| document.resolve(document.root().get(name).unwrap());
        let found = resolved("a").unwrap();
        assert_eq!(
            (found.pointer.as_str(), found.value),
            ("#/b~1c/d e", &json!(7))
        );
        for (name, what) in [
            ("x", "in a circle"),
            ("far", "nothing is fetched"),
            ("none", "leads to nothing"),
        ] {
            assert!(resolved(name).unwrap_err().contains(what), "{name}");
        }
    }
}
