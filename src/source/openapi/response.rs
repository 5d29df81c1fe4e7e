//! Reads the responses of an operation: those of a status, and what is said of all others.

use super::body::body;
use super::document::{At, Document, Version};
use super::example;
use super::layers::Layers;
use super::media;
use super::notes::{Notes, place};
use super::parameter::is_token;
use super::row::{Read, Side, source};
use super::shape::Shapes;
use crate::contract::{Body, Contract, Field, Mandatory, Response};
use crate::status;

/// What no status of a reply is: the class, `4XX`.
fn is_class(name: &str) -> bool {
    let mut letters = name.chars();
    let first = letters.next();
    first.is_some_and(|c| ('1'..='5').contains(&c)) && letters.as_str().eq_ignore_ascii_case("xx")
}

/// Reads the responses of `operation` into the contract.
pub(super) fn responses(
    document: &Document,
    operation: &At<'_>,
    contract: &mut Contract,
    notes: &mut Notes,
) {
    let listed = operation.get("responses");
    let mut of_class: Option<At<'_>> = None;
    for (name, item) in listed.iter().flat_map(At::members) {
        if name.starts_with("x-") {
            continue;
        }
        let at = match document.resolve(item.clone()) {
            Ok(at) => at,
            Err(what) => {
                notes.unread(
                    &item.pointer,
                    &what,
                    "nothing but its status is tested",
                    "give the whole document in one file",
                );
                item.clone()
            }
        };
        if name == "default" || is_class(name) {
            let other = match name {
                "default" => name.to_owned(),
                class => class.to_ascii_uppercase(),
            };
            let is_stated = at.get("content").is_some()
                || at.get("schema").is_some()
                || at.get("headers").is_some();
            if is_stated {
                let what = format!("what '{other}' says of a reply is no part of the contract");
                notes.unread(
                    &item.pointer,
                    &what,
                    "its statuses are allowed, and nothing else is tested",
                    "give the statuses that the service has",
                );
            }
            if other == "2XX" {
                of_class = Some(at);
            }
            contract.other_statuses.push(other);
            continue;
        }
        match name.parse::<u16>() {
            Ok(code) if (100..600).contains(&code) && name.len() == 3 => {
                let mut response = response(document, operation, &at, contract, code, notes);
                response.pointer = item.pointer;
                contract.responses.insert(code, response);
            }
            _ => notes.unread(
                &item.pointer,
                &format!("'{name}' is no status of HTTP"),
                "it is no part of the contract",
                "correct it",
            ),
        }
    }
    contract.other_statuses.sort();
    contract.other_statuses.dedup();
    // Where no status of success is named, one stands for whichever it is.
    if contract.success().is_none() && contract.allows(status::OK) {
        let mut assumed = Response::default();
        if let Some(at) = of_class {
            assumed = response(document, operation, &at, contract, status::OK, notes);
            assumed.pointer = at.pointer;
        } else if let Some(listed) = &listed {
            assumed.pointer = format!("{}/default", listed.pointer);
        }
        assumed.assumed = true;
        contract.responses.insert(status::OK, assumed);
    }
}

fn response(
    document: &Document,
    operation: &At<'_>,
    at: &At<'_>,
    contract: &Contract,
    code: u16,
    notes: &mut Notes,
) -> Response {
    let mut response = Response {
        meaning: at.text("description").unwrap_or_default().trim().to_owned(),
        headers: headers(document, at, notes),
        ..Response::default()
    };
    if let Some(links) = at.get("links") {
        notes.unread(
            &links.pointer,
            "links are no part of a contract",
            "nothing is tested by them",
            "",
        );
    }
    let (holder, schema) = match document.version {
        Version::Swagger2 => (Some(at.clone()), at.get("schema")),
        _ => match at.get("content") {
            None => (None, None),
            Some(content) => match media::json(&content) {
                Some(found) => (Some(found.at), found.schema),
                None => {
                    let names: Vec<&str> = content.members().map(|(name, _)| name).collect();
                    if !names.is_empty() {
                        let what = format!("a body of '{}' is none of JSON", names.join("', '"));
                        notes.unread(
                            &content.pointer,
                            &what,
                            "it is left open",
                            "check it with a case of your own",
                        );
                    }
                    (None, None)
                }
            },
        },
    };
    let Some((holder, schema)) = holder.zip(schema) else {
        return response;
    };
    if contract.method == "HEAD" || status::has_no_body(code) || status::is_informational(code) {
        let what = format!("a body of status {code}, which has none (RFC 9110 section 15)");
        notes.unread(
            &schema.pointer,
            &what,
            "it was passed over",
            "take it out, or correct the status",
        );
        return response;
    }
    if !is_json_here(document, operation, &schema, notes) {
        return response;
    }
    response.body = body(document, &schema, Side::Reply, notes);
    response.example = match document.version {
        Version::Swagger2 => of_swagger(document, &holder, &schema),
        _ => example::values(document, &holder, Some(&schema))
            .into_iter()
            .next(),
    };
    // A contract that holds null and one without an example are written alike.
    response.example = response.example.filter(|example| !example.is_null());
    if response
        .body
        .as_ref()
        .is_some_and(|body: &Body| body.fields.is_empty())
    {
        response.body = None;
    }
    response
}

/// The example of a reply of Swagger 2.0, by its media type.
fn of_swagger(document: &Document, holder: &At<'_>, schema: &At<'_>) -> Option<serde_json::Value> {
    let examples = holder.get("examples");
    let mut by_type = examples.iter().flat_map(At::members);
    let shown = by_type.find(|(name, _)| media::is_json(name));
    shown.map(|(_, example)| example.value.clone()).or_else(|| {
        example::values(document, schema, Some(schema))
            .into_iter()
            .next()
    })
}

/// Whether a reply of Swagger 2.0 is JSON; a document that does not say so means it.
fn is_json_here(
    document: &Document,
    operation: &At<'_>,
    schema: &At<'_>,
    notes: &mut Notes,
) -> bool {
    if document.version != Version::Swagger2 {
        return true;
    }
    let is_file = schema.text("type") == Some("file");
    let types = media::listed(document, operation, "produces");
    let is_json = types.is_empty() || types.iter().any(|name| media::is_json(name));
    if is_file || !is_json {
        let what = match is_file {
            true => "the body is a file".to_owned(),
            false => format!("a body of '{}' is none of JSON", types.join("', '")),
        };
        notes.unread(
            &schema.pointer,
            &what,
            "it is left open",
            "check it with a case of your own",
        );
    }
    is_json && !is_file
}

/// The header fields of a response.
fn headers(document: &Document, at: &At<'_>, notes: &mut Notes) -> Vec<Field> {
    let mut rows: Vec<Field> = Vec::new();
    let mut shapes = Shapes::new(document);
    for (list, is_extension) in [("headers", false), ("x-headers", true)] {
        for (name, item) in at.get(list).iter().flat_map(At::members) {
            let header = match document.resolve(item.clone()) {
                Ok(header) => header,
                Err(what) => {
                    notes.unread(
                        &item.pointer,
                        &what,
                        "it is no part of the contract",
                        "give the whole document in one file",
                    );
                    continue;
                }
            };
            let own = place(&header.pointer, name);
            let is_media_type = name.eq_ignore_ascii_case("Content-Type");
            if document.version != Version::Swagger2 && is_media_type && !is_extension {
                notes.note(
                    &own,
                    "OpenAPI ignores this header field",
                    "it is no part of the contract",
                );
                continue;
            }
            if !is_token(name) {
                notes.unread(
                    &own,
                    "this cannot be the name of a header field (RFC 9110 section 5.1)",
                    "it is no part of the contract",
                    "correct it",
                );
                continue;
            }
            if rows.iter().any(|row| row.name.eq_ignore_ascii_case(name)) {
                notes.unread(
                    &own,
                    "a header field of this name stands here already",
                    "the first one was read",
                    "take one of them out",
                );
                continue;
            }
            if header.is_true("required") {
                notes.unread(
                    &own,
                    "that the header must be present is no part of the contract",
                    "a reply may lack it",
                    "state it in reading.toml: [[present]]",
                );
            }
            let schema = header.get("schema").unwrap_or_else(|| header.clone());
            let layers = Layers::of(document, std::slice::from_ref(&schema));
            let place = source(&header.pointer, std::slice::from_ref(&header));
            let mut read = Read {
                shapes: &mut shapes,
                notes,
                side: Side::Reply,
            };
            let Some(mut row) = read.row(name, layers, Mandatory::Unstated, place) else {
                continue;
            };
            if let Some(text) = header
                .text("description")
                .filter(|text| !text.trim().is_empty())
            {
                row.description = super::row::paragraphs(text);
            }
            if row.kind.object_name().is_some() {
                row.kind = crate::contract::TypeName::Any;
            }
            rows.push(row);
        }
    }
    rows
}
