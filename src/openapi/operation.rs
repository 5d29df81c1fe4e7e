//! Writes the document around the schemas: the operation, its parameters, bodies,
//! responses and token.

use super::component::Components;
use super::version::Version;
use crate::contract::{Basis, ClauseId, Clauses, Contract, Location, Mandatory, Parameter};
use crate::contract::{Presence, Response, Segment, Subject};
use crate::schema::{self, Validator};
use serde_json::{Map, Value, json};
use std::path::Path;

const JSON: &str = "application/json";
/// The name of the security scheme.
const TOKEN: &str = "token";

/// The document of `contract`. A pure function: the same contract and readings give the
/// same bytes.
pub fn document(contract: &Contract, version: Version) -> Value {
    let mut components = Components::new(version);
    let mut operation = Map::new();
    operation.insert("operationId".into(), json!(contract.operation));
    operation.insert("summary".into(), json!(title(contract)));
    parameters(contract, &components, &mut operation);
    if let Some(body) = &contract.request_body {
        let example = contract.request_example();
        let example = example
            .as_ref()
            .filter(|example| accepts(&schema::request(contract), "body", example));
        let schema = components.body("RequestBody", &ClauseId::request_body(), body, example);
        operation.insert(
            "requestBody".into(),
            json!({ "required": body.is_required(), "content": content(schema, example) }),
        );
    }
    let clauses = contract.clauses();
    let mut responses: Map<String, Value> = contract
        .responses
        .iter()
        .map(|(status, response)| {
            let value = self::response(contract, &clauses, *status, response, &mut components);
            (status.to_string(), value)
        })
        .collect();
    for status in &contract.other_statuses {
        let any = json!({ "description": format!("Other statuses: {status}") });
        responses.insert(status.clone(), any);
    }
    operation.insert("responses".into(), Value::Object(responses));
    let mut schemes = Map::new();
    if let Some(token) = token(contract) {
        let prefix = &contract.profile.token.prefix;
        let mut scheme = match prefix.trim_end() {
            "" => json!({ "type": "apiKey", "in": "header", "name": token.field.name }),
            scheme => json!({ "type": "http", "scheme": scheme.to_lowercase() }),
        };
        if let Some(about) = token.field.about() {
            scheme["description"] = json!(about);
        }
        scheme["x-clause"] = json!(token.stem());
        schemes.insert(TOKEN.into(), scheme);
        operation.insert("security".into(), json!([{ (TOKEN): [] }]));
    }
    let mut parts = json!({ "schemas": components.finish() });
    if !schemes.is_empty() {
        parts["securitySchemes"] = Value::Object(schemes);
    }
    json!({
        "openapi": version.number(),
        "info": {
            "title": title(contract),
            "version": edition(contract),
        },
        "paths": { (contract.uri.to_string()): { (contract.method.to_lowercase()): operation } },
        "components": parts,
    })
}

/// The page's title without the name of the operation.
fn title(contract: &Contract) -> String {
    let title = contract.title.trim();
    let words = title.rsplit_once(" - ").map_or(title, |(words, _)| words);
    if words.is_empty() {
        contract.operation.clone()
    } else {
        words.to_owned()
    }
}

/// The version that the path names; pages name no other.
fn edition(contract: &Contract) -> &str {
    match contract.uri.segments.first() {
        Some(Segment::Fixed(text)) => text,
        _ => "unstated",
    }
}

/// The mandatory header that carries the token: a requirement of security as well.
fn token(contract: &Contract) -> Option<&Parameter> {
    contract
        .token()
        .or_else(|| contract.parameter(Location::Header, "Authorization"))
        .filter(|parameter| parameter.field.mandatory == Mandatory::Yes)
}

/// Header parameters of these names are ignored by everybody who reads OpenAPI.
fn is_ignored(parameter: &Parameter) -> bool {
    parameter.location == Location::Header
        && ["Accept", "Content-Type", "Authorization"]
            .iter()
            .any(|name| parameter.field.name.eq_ignore_ascii_case(name))
}

fn parameters(contract: &Contract, components: &Components, operation: &mut Map<String, Value>) {
    let mut seen: Vec<(Location, String)> = Vec::new();
    let (mut read, mut ignored) = (Vec::new(), Vec::new());
    for parameter in &contract.parameters {
        let name = match parameter.location {
            Location::Header => parameter.field.name.to_lowercase(),
            Location::Path | Location::Query => parameter.field.name.clone(),
        };
        if seen.contains(&(parameter.location, name.clone())) {
            continue;
        }
        seen.push((parameter.location, name));
        let list = if is_ignored(parameter) {
            &mut ignored
        } else {
            &mut read
        };
        list.push(self::parameter(parameter, components));
    }
    for (member, list) in [("parameters", read), ("x-parameters", ignored)] {
        if !list.is_empty() {
            operation.insert(member.into(), Value::Array(list));
        }
    }
}

fn parameter(parameter: &Parameter, components: &Components) -> Value {
    let field = &parameter.field;
    let is_required = parameter.location == Location::Path || field.mandatory == Mandatory::Yes;
    let mut value = Map::new();
    value.insert("name".into(), json!(field.name));
    value.insert("in".into(), json!(parameter.location.id()));
    value.insert("required".into(), json!(is_required));
    value.extend(described(components.row(&parameter.stem(), field)));
    Value::Object(value)
}

/// Parameters and header fields carry their words and clause outside of the schema.
fn described(mut schema: Map<String, Value>) -> Map<String, Value> {
    let mut value = Map::new();
    for member in ["description", "x-clause", "x-source", "x-reading"] {
        if let Some(moved) = schema.shift_remove(member) {
            value.insert(member.into(), moved);
        }
    }
    value.insert("schema".into(), Value::Object(schema));
    value
}

fn content(schema: Value, example: Option<&Value>) -> Value {
    let mut media = json!({ "schema": schema });
    if let Some(example) = example {
        media["examples"] =
            json!({ "page": { "summary": "As the page shows it", "value": example } });
    }
    json!({ (JSON): media })
}

fn response(
    contract: &Contract,
    clauses: &Clauses,
    status: u16,
    response: &Response,
    components: &mut Components,
) -> Value {
    let meaning = if response.meaning.is_empty() {
        format!("Status {status}")
    } else {
        response.meaning.clone()
    };
    let mut value = json!({ "description": meaning, "x-clause": ClauseId::status(status) });
    let (mut headers, mut ignored) = (Map::new(), Map::new());
    for field in &response.headers {
        let stem = ClauseId::header(status, &field.name);
        let mut header = described(components.row(&stem, field));
        let is_required = matches!(field.presence, Presence::Required(_));
        header.insert("required".into(), json!(is_required));
        let list = if field.name.eq_ignore_ascii_case("Content-Type") {
            &mut ignored
        } else {
            &mut headers
        };
        list.insert(field.name.clone(), Value::Object(header));
    }
    for (member, list) in [("headers", headers), ("x-headers", ignored)] {
        if !list.is_empty() {
            value[member] = Value::Object(list);
        }
    }
    if let Some(body) = &response.body {
        let stem = ClauseId::response(status);
        let example = response.example.as_ref().filter(|example| {
            schema::response(contract, status).is_some_and(|schema| {
                Validator::compile(Path::new("example"), &schema)
                    .is_ok_and(|validator| validator.accepts(example))
            })
        });
        let name = format!("Response{status}");
        let schema = components.body(&name, &stem, body, example);
        value["content"] = content(schema, example);
    }
    let readings = readings(clauses, status);
    if !readings.is_empty() {
        value["x-reading"] = Value::Array(readings);
    }
    value
}

/// What the reading adds to a status beyond the presence of members, which the
/// members themselves carry.
fn readings(clauses: &Clauses, status: u16) -> Vec<Value> {
    let is_own = |id: &ClauseId| {
        matches!(id.subject(), Some(Subject::Response(own, _)) if own == status)
            && id.split().is_some_and(|(_, aspect)| aspect != "present")
    };
    clauses
        .iter()
        .filter(|clause| is_own(&clause.id))
        .filter_map(|clause| match &clause.basis {
            Basis::Page => None,
            Basis::Reading(reason) | Basis::Correction(reason) => Some(json!({
                "x-clause": clause.id,
                "statement": clause.statement,
                "reason": reason,
            })),
        })
        .collect()
}

/// Whether the part of a schema at `member` accepts an example: where the page
/// contradicts itself, the table counts.
fn accepts(schema: &Value, member: &str, example: &Value) -> bool {
    Validator::compile(Path::new("example"), schema).is_ok_and(|validator| {
        validator
            .violations(&json!({ (member): example }))
            .iter()
            .all(|violation| violation.path.first().is_none_or(|first| first != member))
    })
}
