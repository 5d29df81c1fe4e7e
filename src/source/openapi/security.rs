//! Reads which credentials requests carry in header fields.

use super::document::{At, Document, Version};
use super::notes::{Notes, place};
use super::row::{paragraphs, source};
use crate::contract::{Field, Location, Mandatory, Parameter, TypeName};

/// The header fields of the security schemes of an operation. One must be given where each
/// of the alternatives has it.
pub(super) fn tokens(document: &Document, operation: &At<'_>, notes: &mut Notes) -> Vec<Parameter> {
    let root = document.root();
    let Some(stated) = operation.get("security").or_else(|| root.get("security")) else {
        return Vec::new();
    };
    let schemes = match document.version {
        Version::Swagger2 => root.get("securityDefinitions"),
        _ => root
            .get("components")
            .and_then(|it| it.get("securitySchemes")),
    };
    let mut rows: Vec<(Parameter, usize)> = Vec::new();
    let alternatives: Vec<At<'_>> = stated.items().collect();
    for alternative in &alternatives {
        for (name, _) in alternative.members() {
            let scheme = schemes.as_ref().and_then(|it| it.get(name));
            let scheme = scheme.map(|it| document.resolve(it));
            let Some(Ok(scheme)) = scheme else {
                let what = format!("no scheme is called '{name}'");
                notes.unread(
                    &alternative.pointer,
                    &what,
                    "it is no part of the contract",
                    "describe it, or take it out",
                );
                continue;
            };
            let Some(field) = field(&scheme, name, notes) else {
                continue;
            };
            let is_same =
                |row: &&mut (Parameter, usize)| row.0.field.name.eq_ignore_ascii_case(&field.name);
            match rows.iter_mut().find(is_same) {
                Some((_, count)) => *count += 1,
                None => rows.push((
                    Parameter {
                        location: Location::Header,
                        field,
                    },
                    1,
                )),
            }
        }
    }
    if alternatives.len() > 1 && rows.iter().any(|(_, count)| *count < alternatives.len()) {
        let what = "there are several ways to prove who asks, and a contract holds one";
        notes.unread(
            &stated.pointer,
            what,
            "none of their header fields must be given",
            "leave one of them in the document",
        );
    }
    let rows = rows.into_iter().map(|(mut row, count)| {
        row.field.mandatory = match count >= alternatives.len() {
            true => Mandatory::Yes,
            false => Mandatory::No,
        };
        row
    });
    rows.collect()
}

/// The row of the header field that a scheme is about.
fn field(scheme: &At<'_>, name: &str, notes: &mut Notes) -> Option<Field> {
    let kind = scheme.text("type").unwrap_or_default();
    let header = match (kind, scheme.text("in")) {
        ("apiKey", Some("header")) => scheme.text("name").unwrap_or_default(),
        ("http" | "basic" | "oauth2" | "openIdConnect", _) => "Authorization",
        _ => "",
    };
    if !super::parameter::is_token(header) {
        let place = place(&scheme.pointer, name);
        let what = format!(
            "a scheme '{kind}' in '{}' is not sent",
            scheme.text("in").unwrap_or("no header")
        );
        notes.guessed(
            &place,
            &what,
            "requests do not carry it",
            "test a target that does not ask for it",
        );
        return None;
    }
    let named = scheme.text("scheme").unwrap_or(kind);
    if header == "Authorization" && kind != "apiKey" && named.eq_ignore_ascii_case("basic") {
        let place = place(&scheme.pointer, name);
        let what = "its scheme is 'basic'";
        notes.guessed(
            &place,
            what,
            "requests carry the token as [token] of service.toml says",
            "set prefix = \"Basic \" there; the token is user and password in base64",
        );
    }
    let place = source(&scheme.pointer, std::slice::from_ref(scheme));
    let mut field = Field::new(header, TypeName::String, place);
    field.description = scheme
        .text("description")
        .map(paragraphs)
        .unwrap_or_default();
    Some(field)
}
