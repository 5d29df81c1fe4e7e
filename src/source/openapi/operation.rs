//! Makes the [`Contract`] of an operation from what its definition says.

use super::document::{At, Document, Version};
use super::example;
use super::notes::Notes;
use super::parameter::parameters;
use super::request::request;
use super::response::responses;
use super::security::tokens;
use super::uri::prefix;
use crate::contract::{
    Contract, DocumentKind, Field, Location, Mandatory, Parameter, Source, TypeName, UriTemplate,
};
use crate::source::name::{kebab, of_whole};

/// The methods that a path may have, in the order of the specification.
const METHODS: [&str; 8] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];
/// Longest name of an operation.
const MAX_NAME: usize = 100;

/// An operation of a document, and the path that it stands in.
#[derive(Debug)]
pub(super) struct Operation<'d> {
    path: &'d str,
    item: At<'d>,
    method: &'static str,
    at: At<'d>,
}

/// The operations of a document in its order, and what was not read on the way to them.
pub(super) fn operations<'d>(document: &'d Document, notes: &mut Notes) -> Vec<Operation<'d>> {
    let mut found = Vec::new();
    let paths = document.root().get("paths");
    for (path, item) in paths.iter().flat_map(At::members) {
        if path.starts_with("x-") {
            continue;
        }
        let item = match document.resolve(item.clone()) {
            Ok(item) => item,
            Err(what) => {
                notes.unread(
                    &item.pointer,
                    &what,
                    "its operations are not read",
                    "give the whole document in one file",
                );
                continue;
            }
        };
        let own = METHODS.iter().filter_map(|method| {
            let at = item.get(method).filter(|at| at.value.is_object())?;
            Some(Operation {
                path,
                item: item.clone(),
                method,
                at,
            })
        });
        found.extend(own);
    }
    found
}

/// The contract of an operation; `name` is its name in place of the document's own.
pub(super) fn contract(
    document: &Document,
    operation: &Operation<'_>,
    name: Option<&str>,
) -> Contract {
    let mut notes = Notes::default();
    let at = &operation.at;
    let method = operation.method.to_uppercase();
    let path = format!(
        "{}/{}",
        prefix(document, &operation.item, at, &mut notes),
        operation.path.trim_start_matches('/')
    );
    let uri = UriTemplate::parse(&path);
    let own = name.map_or_else(|| own_name(at, &method, &uri), str::to_owned);
    let mut contract = Contract::new(own, method, uri);
    contract.title = title(at, &contract.operation);
    contract.document.kind = match document.version {
        Version::Swagger2 => DocumentKind::Swagger,
        Version::V3_0 | Version::V3_1 => DocumentKind::OpenApi,
    };
    for segment in contract.uri.unread_segments() {
        let what = format!("the segment '{segment}' is neither text nor a placeholder");
        notes.guessed(
            &at.pointer,
            &what,
            "requests carry it as it is",
            "correct the path",
        );
    }
    let placeholders: Vec<String> = contract.uri.placeholders().map(str::to_owned).collect();
    let names: Vec<&str> = placeholders.iter().map(String::as_str).collect();
    let read = parameters(document, &operation.item, at, &names, &mut notes);
    contract
        .request_examples
        .extend(example::request(document, &contract.uri, &read));
    contract.parameters.clone_from(&read.rows);
    for row in tokens(document, at, &mut notes) {
        let name = row.field.name.clone();
        let is_same = |own: &&mut Parameter| {
            own.location == Location::Header && own.field.name.eq_ignore_ascii_case(&name)
        };
        match contract.parameters.iter_mut().find(is_same) {
            Some(own) if row.field.mandatory == Mandatory::Yes => {
                own.field.mandatory = Mandatory::Yes;
            }
            Some(_) => {}
            None => contract.parameters.push(row),
        }
    }
    for name in &placeholders {
        if contract.parameter(Location::Path, name).is_none() {
            let what = format!("no parameter describes '{{{name}}}'");
            notes.guessed(
                &at.pointer,
                &what,
                "it was read as a String without bounds",
                "describe it in the document",
            );
            let place = Source {
                pointer: at.pointer.clone(),
                ..Source::default()
            };
            let field = Field {
                mandatory: Mandatory::Yes,
                ..Field::new(name, TypeName::String, place)
            };
            contract.parameters.push(Parameter {
                location: Location::Path,
                field,
            });
        }
    }
    request(document, at, &read, &mut contract, &mut notes);
    responses(document, at, &mut contract, &mut notes);
    if let Some(callbacks) = at.get("callbacks") {
        notes.unread(
            &callbacks.pointer,
            "callbacks are no part of a contract",
            "nothing is tested by them",
            "",
        );
    }
    if at.is_true("deprecated") {
        notes.note(
            &at.pointer,
            "the operation is deprecated",
            "it is tested as any other",
        );
    }
    contract
        .parameters
        .sort_by_key(|parameter| parameter.location);
    contract.findings = notes.findings;
    contract
}

/// The operation by its own name, else by method and path.
fn own_name(at: &At<'_>, method: &str, uri: &UriTemplate) -> String {
    let stated = kebab(at.text("operationId").unwrap_or_default());
    let name = match stated.is_empty() {
        true => of_whole(method, uri),
        false => stated,
    };
    let cut = name.get(..MAX_NAME).unwrap_or(&name);
    cut.trim_end_matches('-').to_owned()
}

/// What the document calls the operation in words, in one line.
fn title(at: &At<'_>, name: &str) -> String {
    let texts = [at.text("summary"), at.text("description")];
    let mut lines = texts
        .into_iter()
        .flatten()
        .filter_map(|text| text.trim().lines().next());
    let line = lines.find(|line| !line.trim().is_empty());
    line.map_or_else(|| name.to_owned(), |line| line.trim().to_owned())
}
