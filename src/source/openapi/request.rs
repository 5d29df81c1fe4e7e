//! Reads the body of a request, in whichever way its document states it.

use super::body::body;
use super::document::{At, Document, Version};
use super::example;
use super::media;
use super::notes::Notes;
use super::parameter::Parameters;
use super::row::Side;
use crate::contract::{Contract, ExampleRequest, Field, Location, Mandatory, Parameter, TypeName};
use serde_json::Value;

/// What is left open where a body is no JSON.
const NO_BODY: &str = "requests have no body";
const OF_YOUR_OWN: &str = "leave the operation out in service.toml, or write its cases by hand";

/// A body as a document states it.
struct Stated<'d> {
    schema: At<'d>,
    /// Where its examples stand.
    holder: At<'d>,
    is_required: bool,
    /// The media type that requests name, where it is not plain JSON.
    media_type: Option<String>,
}

/// Reads the body of the request of `operation`, its examples, and the media type that it
/// needs.
pub(super) fn request(
    document: &Document,
    operation: &At<'_>,
    parameters: &Parameters<'_>,
    contract: &mut Contract,
    notes: &mut Notes,
) {
    let stated = match document.version {
        Version::Swagger2 => of_parameter(document, operation, parameters, notes),
        // Some documents of 3.0 have parameters of 2.0.
        _ if operation.get("requestBody").is_none() => {
            of_parameter(document, operation, parameters, notes)
        }
        _ => of_content(document, operation, notes),
    };
    let Some(stated) = stated else {
        return;
    };
    let Some(mut body) = body(document, &stated.schema, Side::Request, notes) else {
        return;
    };
    if let [row] = body.fields.as_mut_slice()
        && row.is_root_array()
    {
        row.mandatory = match stated.is_required {
            true => Mandatory::Yes,
            false => Mandatory::No,
        };
    }
    let has_mandatory = body
        .fields
        .iter()
        .any(|field| field.mandatory == Mandatory::Yes);
    body.optional = has_mandatory && !stated.is_required;
    if stated.is_required && !has_mandatory && body.whole().is_none() {
        notes.note(
            &stated.holder.pointer,
            "that a body must be given is no part of the contract, and none of its members must be",
            "requests always carry one",
        );
    }
    let mut shown = example::values(document, &stated.holder, Some(&stated.schema));
    if shown.is_empty() {
        shown.extend(example::composed(document, &stated.schema));
    }
    let text = |value: &Value| match value {
        // An example of JSON is often given as a text.
        Value::String(text) if serde_json::from_str::<Value>(text).is_ok() => text.clone(),
        value => value.to_string(),
    };
    contract
        .request_examples
        .extend(shown.iter().map(|value| ExampleRequest {
            body: Some(text(value)),
            ..ExampleRequest::default()
        }));
    let has_row = contract
        .parameter(Location::Header, "Content-Type")
        .is_some();
    if let Some(name) = stated.media_type.filter(|_| !has_row) {
        let place = super::row::source(&stated.holder.pointer, &[]);
        let mut row = Field::new("Content-Type", TypeName::String, place);
        row.constraints.values = vec![name];
        row.mandatory = Mandatory::Yes;
        contract.parameters.push(Parameter {
            location: Location::Header,
            field: row,
        });
    }
    contract.request_body = Some(body);
}

/// The body of OpenAPI 3: the JSON among its media types.
fn of_content<'d>(
    document: &'d Document,
    operation: &At<'d>,
    notes: &mut Notes,
) -> Option<Stated<'d>> {
    let at = operation.get("requestBody")?;
    let at = match document.resolve(at.clone()) {
        Ok(at) => at,
        Err(what) => {
            notes.guessed(
                &at.pointer,
                &what,
                NO_BODY,
                "give the whole document in one file",
            );
            return None;
        }
    };
    let is_required = at.is_true("required");
    let content = at.get("content")?;
    let names: Vec<&str> = content.members().map(|(name, _)| name).collect();
    let Some(found) = media::json(&content) else {
        if !names.is_empty() {
            let what = format!("a body of '{}' is none of JSON", names.join("', '"));
            no_json(&content.pointer, &what, is_required, notes);
        }
        return None;
    };
    if names.len() > 1 {
        let what = format!("of the media types '{}' one is read", names.join("', '"));
        let assumed = format!("requests are of '{}'", found.name);
        notes.unread(
            &content.pointer,
            &what,
            &assumed,
            "write cases of the others by hand",
        );
    }
    let schema = found.schema?;
    Some(Stated {
        schema,
        holder: found.at,
        is_required,
        media_type: media::is_special(found.name).then(|| found.name.to_owned()),
    })
}

/// The body of Swagger 2.0: the parameter of this place.
fn of_parameter<'d>(
    document: &'d Document,
    operation: &At<'d>,
    parameters: &Parameters<'d>,
    notes: &mut Notes,
) -> Option<Stated<'d>> {
    if let Some(form) = &parameters.form {
        no_json(&form.pointer, "the body is a form", true, notes);
    }
    let at = parameters.body.clone()?;
    let types = media::listed(document, operation, "consumes");
    let is_json = types.is_empty() || types.iter().any(|name| media::is_json(name));
    let is_required = at.is_true("required");
    if !is_json {
        let what = format!("a body of '{}' is none of JSON", types.join("', '"));
        no_json(&at.pointer, &what, is_required, notes);
        return None;
    }
    let special = types.iter().all(|name| media::is_special(name));
    let media_type = types
        .first()
        .filter(|_| special)
        .map(|name| (*name).to_owned());
    Some(Stated {
        schema: at.get("schema")?,
        holder: at,
        is_required,
        media_type,
    })
}

fn no_json(pointer: &str, what: &str, is_required: bool, notes: &mut Notes) {
    match is_required {
        true => notes.guessed(pointer, what, NO_BODY, OF_YOUR_OWN),
        false => notes.unread(pointer, what, NO_BODY, OF_YOUR_OWN),
    }
}
