//! Writes JSON Schemas from a contract. Derivation is a pure function: the same
//! contract gives the same bytes.

use super::digits;
use crate::contract::TypeName;
use crate::contract::{Body, ClauseId, Constraints, Contract, Field, Location, Mandatory};
use crate::exchange::percent_encode;
use serde_json::{Map, Value, json};

const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

/// The schema of `{ "path": {…}, "query": {…}, "headers": {…}, "body": … }`.
///
/// Header names are lower case as well as documented: HTTP does not tell them
/// apart, JSON does; the schema uses the documented spelling.
pub fn request(contract: &Contract) -> Value {
    let mut properties = Map::new();
    let mut required = Vec::new();
    let mut defs = Map::new();
    for location in [Location::Path, Location::Query, Location::Header] {
        let fields: Vec<&Field> = contract
            .parameters
            .iter()
            .filter(|parameter| parameter.location == location)
            .map(|parameter| &parameter.field)
            .collect();
        if fields.is_empty() {
            continue;
        }
        let mut members = Map::new();
        let mut mandatory = Vec::new();
        for field in fields {
            let stem = ClauseId::parameter(location, &field.name);
            members.insert(field.name.clone(), property(&stem, field));
            if field.mandatory == Mandatory::Yes {
                mandatory.push(json!(field.name));
            }
        }
        if !mandatory.is_empty() {
            required.push(json!(location.member()));
        }
        properties.insert(location.member().into(), object(members, mandatory));
    }
    if let Some(body) = &contract.request_body {
        let schema = body_schema(&ClauseId::request_body(), body, &mut defs);
        properties.insert("body".into(), schema);
        if body.is_required() {
            required.push(json!("body"));
        }
    }
    let mut schema = head(contract, "request");
    schema.insert("type".into(), json!("object"));
    schema.insert("properties".into(), Value::Object(properties));
    schema.insert("required".into(), Value::Array(required));
    finish(schema, defs)
}

/// The schema of the body of `status`; `None` where no body is documented.
pub fn response(contract: &Contract, status: u16) -> Option<Value> {
    let body = contract.responses.get(&status)?.body.as_ref()?;
    let mut defs = Map::new();
    let Value::Object(described) = body_schema(&ClauseId::response(status), body, &mut defs) else {
        return None;
    };
    let mut schema = head(contract, &format!("response-{status}"));
    schema.extend(described);
    Some(finish(schema, defs))
}

fn head(contract: &Contract, part: &str) -> Map<String, Value> {
    let mut schema = Map::new();
    schema.insert("$schema".into(), json!(DIALECT));
    schema.insert(
        "$id".into(),
        json!(format!("urn:conformant:{}:{part}", contract.operation)),
    );
    schema.insert(
        "title".into(),
        json!(format!("{} {}: {part}", contract.method, contract.uri)),
    );
    schema
}

fn finish(mut schema: Map<String, Value>, defs: Map<String, Value>) -> Value {
    if !defs.is_empty() {
        schema.insert("$defs".into(), Value::Object(defs));
    }
    Value::Object(schema)
}

fn object(members: Map<String, Value>, required: Vec<Value>) -> Value {
    let mut schema = Map::new();
    schema.insert("type".into(), json!("object"));
    schema.insert("properties".into(), Value::Object(members));
    if !required.is_empty() {
        schema.insert("required".into(), Value::Array(required));
    }
    Value::Object(schema)
}

fn body_schema(stem: &ClauseId, body: &Body, defs: &mut Map<String, Value>) -> Value {
    for (name, fields) in &body.objects {
        defs.insert(name.clone(), members(&stem.with(name), fields));
    }
    match body.whole() {
        Some(field) => property(stem, field),
        None => members(stem, &body.fields),
    }
}

/// The schema of an object with these members; object tables are referred to as `#/$defs/…`.
pub fn members(stem: &ClauseId, fields: &[Field]) -> Value {
    let mut properties = Map::new();
    let mut required = Vec::new();
    for field in fields {
        let stem = stem.with(&field.name);
        properties.insert(field.name.clone(), property(&stem, field));
        if field.presence_aspect().is_some() {
            required.push(json!(field.name));
        }
    }
    object(properties, required)
}

/// The schema of what one row describes; `stem` is that of its clauses.
pub fn property(stem: &ClauseId, field: &Field) -> Value {
    let mut schema = typed(&field.kind);
    constrain(&mut schema, &field.kind, &field.constraints);
    if let Some(default) = &field.constraints.default
        && field.kind.is_scalar()
    {
        schema.insert("default".into(), listed(&field.kind, default));
    }
    if field.is_nullable {
        accept_null(&mut schema);
    }
    schema.insert("x-clause".into(), json!(stem));
    schema.insert("x-source".into(), json!(field.source.to_string()));
    Value::Object(schema)
}

/// Lets a value be null beside what `schema` says. What else is wrong with it is still told
/// keyword by keyword, which `anyOf` would hide.
fn accept_null(schema: &mut Map<String, Value>) {
    if let Some(Value::Array(values)) = schema.get_mut("enum") {
        values.push(Value::Null);
    }
    if let Some(kind) = schema.get_mut("type") {
        *kind = json!([kind.take(), "null"]);
    } else if schema.contains_key("$ref") {
        let other = std::mem::take(schema);
        schema.insert("if".into(), json!({ "type": "null" }));
        schema.insert("else".into(), Value::Object(other));
    }
}

/// Takes back what [`accept_null`] did.
pub(crate) fn refuse_null(schema: &mut Map<String, Value>) {
    if let Some(Value::Array(values)) = schema.get_mut("enum") {
        values.retain(|value| !value.is_null());
    }
    if let Some(Value::Array(kinds)) = schema.get_mut("type")
        && let Some(kind) = kinds.first_mut()
    {
        let kind = kind.take();
        schema.insert("type".into(), kind);
    }
    if let Some(Value::Object(other)) = schema.shift_remove("else") {
        schema.shift_remove("if");
        schema.extend(other);
    }
}

fn typed(kind: &TypeName) -> Map<String, Value> {
    let value = match kind {
        TypeName::String => json!({ "type": "string" }),
        TypeName::Integer => json!({ "type": "integer" }),
        TypeName::Int32 => {
            json!({ "type": "integer", "minimum": i32::MIN, "maximum": i32::MAX })
        }
        TypeName::Long => json!({ "type": "integer", "minimum": i64::MIN, "maximum": i64::MAX }),
        TypeName::Boolean => json!({ "type": "boolean" }),
        TypeName::Number => json!({ "type": "number" }),
        TypeName::Object => json!({ "type": "object" }),
        TypeName::Any => json!({}),
        TypeName::Named(name) => {
            json!({ "$ref": format!("#/$defs/{}", percent_encode(&pointer_segment(name))) })
        }
        TypeName::Array(item) => json!({ "type": "array", "items": typed(item) }),
        TypeName::Map(value) => json!({ "type": "object", "additionalProperties": typed(value) }),
    };
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

fn pointer_segment(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// Listed values, lengths and ranges of an array or a map are those of its items.
fn constrain(schema: &mut Map<String, Value>, kind: &TypeName, facts: &Constraints) {
    if let TypeName::Array(item) | TypeName::Map(item) = kind {
        set(schema, "minItems", facts.items.min);
        set(schema, "maxItems", facts.items.max);
        let keyword = match kind {
            TypeName::Array(_) => "items",
            _ => "additionalProperties",
        };
        if let Some(Value::Object(items)) = schema.get_mut(keyword) {
            let of_items = Constraints {
                items: crate::contract::Bounds::default(),
                ..facts.clone()
            };
            constrain(items, item, &of_items);
        }
        return;
    }
    if !facts.values.is_empty() {
        let values: Vec<Value> = facts
            .values
            .iter()
            .map(|value| listed(kind, value))
            .collect();
        schema.insert("enum".into(), Value::Array(values));
    }
    if *kind == TypeName::Any {
        // Bounds of an unknown type would be guesses.
        return;
    }
    if *kind == TypeName::String {
        set(schema, "minLength", facts.length.min);
        set(schema, "maxLength", facts.length.max);
        if !facts.range.is_open() {
            // JSON Schema has no keyword for the number that a string parses to.
            schema.insert("pattern".into(), json!(digits::pattern(&facts.range)));
            schema.insert("x-range".into(), json!(facts.range.to_string()));
        } else if let Some(pattern) = &facts.pattern {
            schema.insert("pattern".into(), json!(pattern));
        }
        if let Some(format) = facts.format {
            schema.insert("format".into(), json!(format));
        }
    } else {
        set(schema, "minimum", facts.range.min);
        set(schema, "maximum", facts.range.max);
    }
}

fn set<T: Into<Value>>(schema: &mut Map<String, Value>, keyword: &str, bound: Option<T>) {
    if let Some(bound) = bound {
        schema.insert(keyword.into(), bound.into());
    }
}

/// A listed value in the JSON type of its field.
pub(crate) fn listed(kind: &TypeName, value: &str) -> Value {
    match kind {
        TypeName::Integer | TypeName::Int32 | TypeName::Long => value
            .parse::<i64>()
            .map_or_else(|_| json!(value), Value::from),
        TypeName::Boolean => value
            .parse::<bool>()
            .map_or_else(|_| json!(value), Value::from),
        // As it is written: 0 is not made 0.0.
        TypeName::Number => value.parse().map_or_else(|_| json!(value), Value::Number),
        _ => json!(value),
    }
}
