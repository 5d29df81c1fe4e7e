//! Whatever a document holds, reading it ends, and what it gives is a contract that can be
//! written and read again.
use super::read;
use conformant::contract::file;
use conformant::derive::derive_each;
use conformant::source;
use proptest::prelude::*;
use serde_json::{Value, json};
use std::path::Path;

/// Reads and writes what may be a document.
fn tried(text: &str) {
    let path = Path::new("made.json");
    let Ok(contracts) = source::read_all(path, text, None) else {
        return;
    };
    for contract in contracts {
        let text = file::write(&contract);
        if let Ok(again) = file::read(path, &text) {
            assert_eq!(file::write(&again), text);
        }
    }
}

/// Names that mean something in a document, among others.
const NAMES: [&str; 34] = [
    "$ref",
    "allOf",
    "anyOf",
    "oneOf",
    "not",
    "type",
    "properties",
    "items",
    "required",
    "enum",
    "const",
    "default",
    "minLength",
    "maxLength",
    "minimum",
    "exclusiveMinimum",
    "maximum",
    "additionalProperties",
    "nullable",
    "format",
    "pattern",
    "parameters",
    "responses",
    "200",
    "schema",
    "content",
    "application/json",
    "requestBody",
    "in",
    "name",
    "description",
    "example",
    "a",
    "",
];
/// Texts that mean something in a document.
const TEXTS: [&str; 16] = [
    "#",
    "#/",
    "#/paths",
    "#/paths/~1a/get",
    "#/components/schemas/A",
    "string",
    "integer",
    "object",
    "array",
    "number",
    "null",
    "query",
    "path",
    "body",
    "a",
    "\u{0}\u{202e}",
];

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        prop::sample::select(TEXTS.to_vec()).prop_map(Value::from),
        ".{0,6}".prop_map(Value::from),
    ];
    leaf.prop_recursive(7, 160, 8, |inner| {
        let name = prop::sample::select(NAMES.to_vec()).prop_map(str::to_owned);
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((name, inner), 0..8)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_value_in_any_place_is_read_or_refused(
        operation in value(), item in value(), schema in value(), root in value(), version in 0..4_usize,
    ) {
        let version = ["2.0", "3.0.3", "3.1.0", "9"][version];
        let word = if version == "2.0" { "swagger" } else { "openapi" };
        tried(&json!({
            word: version,
            "paths": {
                "/a": { "get": operation, "parameters": item, "put": {
                    "parameters": [{ "name": "q", "in": "query", "schema": schema }, { "name": "b", "in": "body", "schema": schema }],
                    "requestBody": { "content": { "application/json": { "schema": schema } } },
                    "responses": { "200": { "content": { "application/json": { "schema": schema } }, "schema": schema } },
                } },
                "/b": item,
            },
            "components": { "schemas": { "A": schema } },
            "definitions": root,
            "security": root,
            "servers": root,
        }).to_string());
        tried(&root.to_string());
    }

    #[test]
    fn any_text_is_read_or_refused(text in "(openapi: 3\\.0\\.0\n)?[a-z{}\\[\\]:,&*!|>#\"' \n-]{0,60}") {
        tried(&text);
    }
}

/// Schemas that lead to each other in every way that does not end.
#[test]
fn references_in_circles_end() {
    let schema = |name: &str| json!({ "$ref": format!("#/components/schemas/{name}") });
    let document = json!({
        "openapi": "3.1.0",
        "components": { "schemas": {
            "Self": schema("Self"),
            "All": { "allOf": [schema("All"), { "type": "object", "properties": { "a": schema("All") } }] },
            "Ping": { "anyOf": [schema("Pong")] },
            "Pong": { "oneOf": [schema("Ping"), { "type": "null" }] },
            "Items": { "type": "array", "items": schema("Items") },
            "Map": { "type": "object", "additionalProperties": schema("Map") },
            "Tree": { "type": "object", "required": ["left"], "properties": { "left": schema("Tree"), "right": { "type": "array", "items": schema("Tree") } } },
        } },
        "paths": { "/a": { "post": {
            "requestBody": { "content": { "application/json": { "schema": { "type": "object", "properties": {
                "n": { "type": "integer" }, "self": schema("Self"), "all": schema("All"), "ping": schema("Ping"),
                "items": schema("Items"), "map": schema("Map"), "tree": schema("Tree"),
            } } } } },
            "responses": { "200": { "description": "OK", "content": { "application/json": { "schema": schema("Tree") } } } },
        } } },
    });
    let contract = read(&document).remove(0);
    let found: Vec<&str> = contract
        .findings
        .iter()
        .map(|it| it.what.as_str())
        .collect();
    for name in ["self", "all", "ping", "items", "map"] {
        let place = format!("properties/{name} ({name}): no value can be held against");
        assert!(
            found.iter().any(|what| what.contains(&place)),
            "{name}: {found:#?}"
        );
    }
    let tree = contract.responses[&200].body.as_ref().unwrap();
    assert_eq!(tree.fields[0].kind.describe(), "Tree object");
    assert!(tree.objects.contains_key("Tree"));
}

/// Objects that hold each other: each of `count` has all others as members.
fn web(count: usize) -> Value {
    let schemas = (0..count).map(|at| {
        let members = (0..count).map(|to| {
            (
                format!("m{to}"),
                json!({ "$ref": format!("#/definitions/S{to}") }),
            )
        });
        let members: serde_json::Map<String, Value> = members.collect();
        (
            format!("S{at}"),
            json!({ "type": "object", "properties": members }),
        )
    });
    let schemas: serde_json::Map<String, Value> = schemas.collect();
    json!({
        "swagger": "2.0",
        "definitions": schemas,
        "paths": { "/a": { "get": { "operationId": "a", "responses": { "200": {
            "description": "OK", "schema": { "$ref": "#/definitions/S0" },
        } } } } },
    })
}

#[test]
fn objects_that_hold_each_other_are_cut_and_the_contract_can_be_read() {
    let document = web(40);
    let contract = read(&document).remove(0);
    let cut = contract
        .findings
        .iter()
        .any(|it| it.what.contains("more than 10000 rows"));
    assert!(cut, "{:?}", contract.findings);
    let text = document.to_string();
    let derived = derive_each(
        Path::new("a.json"),
        &text,
        Path::new("/nowhere"),
        None,
        true,
    )
    .unwrap();
    assert!(derived.into_iter().all(|it| it.derived.is_ok()));
}

/// Joined schemas that double with each level, and lists of many thousand parts.
#[test]
fn schemas_that_are_joined_many_times_end() {
    let mut schemas = serde_json::Map::new();
    for level in 0..40 {
        let next = json!({ "$ref": format!("#/definitions/L{}", level + 1) });
        schemas.insert(
            format!("L{level}"),
            json!({ "allOf": [next, next, { "properties": { "p": next } }] }),
        );
    }
    let wide: Vec<Value> = (0..20_000)
        .map(|at| json!({ "required": [format!("r{at}")] }))
        .collect();
    schemas.insert("Wide".into(), json!({ "type": "object", "allOf": wide }));
    let of = |name: &str| json!({ "description": "OK", "schema": { "$ref": format!("#/definitions/{name}") } });
    let document = json!({
        "swagger": "2.0",
        "definitions": schemas,
        "paths": { "/a": { "get": { "responses": { "200": of("L0"), "201": of("Wide") } } } },
    });
    let contract = read(&document).remove(0);
    assert!(
        contract
            .findings
            .iter()
            .any(|it| it.what.contains("joined too deep"))
    );
}
