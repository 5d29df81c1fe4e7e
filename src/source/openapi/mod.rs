//! Reads definitions: OpenAPI 3.0 and 3.1 and Swagger 2.0, in JSON or YAML, as many
//! operations as a document holds.
//!
//! `text` gives values, `document` the pointers that lead to them and where references
//! lead. `layers` are the schemas that hold together for a value; `shape` reads its type,
//! `facts` what is stated of it, `row` makes rows, and `body`, `parameter`, `request`,
//! `response` and `security` what an operation is made of. Whatever no row can hold is a
//! [`Finding`](crate::contract::Finding) that quotes it, and is left open. Nothing outside
//! of the document is read.

mod body;
mod document;
mod example;
mod facts;
mod keyword;
mod layers;
mod media;
mod notes;
mod operation;
mod parameter;
mod request;
mod response;
mod row;
mod security;
mod shape;
mod text;
mod uri;
mod yaml;

use crate::contract::Contract;
use crate::error::{Error, Result};
use document::Document;
use notes::Notes;
use std::path::Path;

/// Whether a text is a definition, and no page.
pub(super) fn is_definition(text: &str) -> bool {
    text::is_definition(text)
}

/// Whether a definition documents no operation, beyond doubt.
pub(super) fn documents_nothing(path: &Path, text: &str) -> bool {
    let Ok(root) = text::read(path, text) else {
        // Files of other programs stand in folders, too.
        return !text.contains("paths");
    };
    let has = |name: &str| root.get(name).is_some_and(|it| !it.is_null());
    match root.get("paths") {
        Some(serde_json::Value::Object(paths)) => paths.is_empty(),
        Some(serde_json::Value::Null) | None => !has("openapi") && !has("swagger"),
        Some(_) => false,
    }
}

/// The contracts of all operations of a definition, in its order; `operation` is the name
/// of its only one in place of its own.
///
/// # Errors
/// [`Error::Input`] where the text is not readable, documents no operation, or several of
/// which one name cannot be that.
pub(super) fn read(path: &Path, text: &str, operation: Option<&str>) -> Result<Vec<Contract>> {
    let document = Document::of(path, text::read(path, text)?)?;
    let mut notes = Notes::default();
    let found = operation::operations(&document, &mut notes);
    if found.is_empty() {
        let what = notes.findings.first().map_or_else(
            || "it documents no operation: no path has a method".to_owned(),
            |finding| finding.what.clone(),
        );
        return Err(Error::input(
            path,
            what,
            "name a document that has 'paths' with methods",
        ));
    }
    if operation.is_some() && found.len() > 1 {
        return Err(Error::input(
            "--operation",
            format!(
                "one name cannot be that of the {} operations of {}",
                found.len(),
                path.display()
            ),
            "leave the option out",
        ));
    }
    let contract = |one| operation::contract(&document, one, operation);
    let mut contracts: Vec<Contract> = found.iter().map(contract).collect();
    if let Some(first) = contracts.first_mut() {
        first.findings.extend(notes.findings);
    }
    Ok(contracts)
}
