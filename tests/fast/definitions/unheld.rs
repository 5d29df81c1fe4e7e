//! What no value can be held against is a finding that quotes it, and states nothing: of a reply the rest
//! still holds, and a request that may do without it does.
use super::{read, reply, told};
use conformant::contract::{Contract, Field, Weight};
use conformant::schema::{Validator, response};
use serde_json::{Value, json};
use std::path::Path;

/// Schemas of a member, the words of the finding, and values of it that conform. None of
/// them is refused.
fn unheld() -> Vec<(Value, &'static str, Vec<Value>)> {
    vec![
        (
            json!({ "oneOf": [{ "type": "string" }, { "type": "integer" }] }),
            "\"oneOf\": […]",
            vec![json!("x"), json!(1)],
        ),
        (
            json!({ "anyOf": [{ "type": "object" }, { "type": "boolean" }, { "type": "null" }] }),
            "\"anyOf\": […]",
            vec![json!({}), json!(true), json!(null)],
        ),
        (
            json!({ "type": "string", "not": { "const": "x" } }),
            "\"not\": {…}",
            vec![json!("y")],
        ),
        (
            json!({ "type": "object", "properties": { "k": { "type": "string" } }, "discriminator": { "propertyName": "k" } }),
            "\"discriminator\": {…}",
            vec![json!({ "k": "x" })],
        ),
        (
            json!({ "type": ["string", "integer"] }),
            "\"type\": [\"string\",\"integer\"]",
            vec![json!(3), json!("x")],
        ),
        (
            json!({ "type": "file" }),
            "\"type\": \"file\"",
            vec![json!("x"), json!(1)],
        ),
        (
            json!({ "type": "array", "uniqueItems": true, "items": { "type": "integer" } }),
            "\"uniqueItems\": true",
            vec![json!([1, 2])],
        ),
        (
            json!({ "type": "integer", "multipleOf": 5 }),
            "\"multipleOf\": 5",
            vec![json!(10)],
        ),
        (
            json!({ "type": "number", "minimum": 0.5 }),
            "\"minimum\": 0.5",
            vec![json!(0.5)],
        ),
        (
            json!({ "type": "number", "exclusiveMaximum": 3 }),
            "\"exclusiveMaximum\": 3",
            vec![json!(2.9), json!(-7)],
        ),
        (
            json!({ "type": "object", "minProperties": 1 }),
            "\"minProperties\": 1",
            vec![json!({ "a": 1 })],
        ),
        (
            json!({ "type": "object", "patternProperties": { "^a": {} } }),
            "\"patternProperties\": {…}",
            vec![json!({ "a": 1 })],
        ),
        (
            json!({ "type": "array", "prefixItems": [{ "type": "integer" }] }),
            "\"prefixItems\": […]",
            vec![json!([1, "x"])],
        ),
        (
            json!({ "type": "array", "contains": { "const": 1 } }),
            "\"contains\": {…}",
            vec![json!([1, "x"])],
        ),
        (
            json!({ "if": { "type": "integer" }, "then": { "minimum": 3 }, "else": { "maxLength": 2 } }),
            "\"if\": {…}, \"then\": {…}, \"else\": {…}",
            vec![json!(7), json!("xx")],
        ),
        (
            json!({ "minLength": 1, "maxLength": 3 }),
            "\"maxLength\": 3, \"minLength\": 1",
            vec![json!("xx"), json!(1)],
        ),
        (
            json!({ "type": "array", "items": { "type": ["integer", "null"] } }),
            "\"items\": {…}",
            vec![json!([1, null])],
        ),
        (
            json!({ "type": "array", "items": { "type": "array", "maxItems": 2, "items": { "type": "integer" } } }),
            "at most 2 items inside",
            vec![json!([[1], [1, 2]])],
        ),
        (
            // It looks ahead, and there is no telling how long that takes.
            json!({ "type": "string", "pattern": "^(?=.*a).*$" }),
            "\"pattern\": \"^(?=.*a).*$\"",
            vec![json!("cat")],
        ),
        (
            json!({ "type": "string", "pattern": "^(a" }),
            "\"pattern\": \"^(a\"",
            vec![json!("(a")],
        ),
        (
            // No text keeps both.
            json!({ "type": "string", "pattern": "^[g-z]+$", "format": "uuid" }),
            "\"pattern\": \"^[g-z]+$\", \"format\": \"uuid\"",
            vec![],
        ),
        (
            json!({ "type": "string", "pattern": "^[a-z]{9}$", "maxLength": 4 }),
            "\"pattern\": \"^[a-z]{9}$\"",
            vec![],
        ),
        (
            json!({ "type": "string", "format": "hostname" }),
            "\"format\": \"hostname\"",
            vec![json!("a.example.com")],
        ),
        (
            json!({ "type": "string", "enum": ["a", 1] }),
            "\"enum\": [\"a\",1]",
            vec![json!("a")],
        ),
        (
            json!({ "type": "string", "minLength": 4, "maxLength": 2 }),
            "\"minLength\": 4, \"maxLength\": 2",
            vec![],
        ),
        (
            json!({ "$ref": "other.yaml#/a" }),
            "'other.yaml#/a' is not in this document, and nothing is fetched",
            vec![json!(1)],
        ),
        (
            json!({ "$ref": "#/nowhere" }),
            "'#/nowhere' leads to nothing",
            vec![json!(1)],
        ),
        (
            json!({ "$ref": "#/paths/~1a/get/responses/200/content/application~1json/schema/properties/m" }),
            "'#/paths/~1a/get/responses/200/content/application~1json/schema/properties/m', which leads to itself",
            vec![json!(1)],
        ),
        (json!(false), "a schema that is false", vec![]),
    ]
}

fn member(contract: &Contract) -> &Field {
    &contract.responses[&200].body.as_ref().unwrap().fields[1]
}

#[test]
fn of_a_reply_everything_else_holds() {
    for (schema, words, conforming) in unheld() {
        let body = json!({
            "type": "object",
            "required": ["n", "m"],
            "properties": { "n": { "type": "integer" }, "m": schema },
        });
        let contract = reply("3.1.0", &body);
        let place = "#/paths/~1a/get/responses/200/content/application~1json/schema/properties/m";
        let expected = format!(
            "{place} (m): no value can be held against {words}; no reply is held against it"
        );
        let found: Vec<_> = contract.findings.iter().map(told).collect();
        assert!(
            found.contains(&(Weight::NotRead, expected.clone())),
            "{expected}\n{found:#?}"
        );
        assert_eq!(member(&contract).name, "m");
        let validator =
            Validator::compile(Path::new("reply"), &response(&contract, 200).unwrap()).unwrap();
        for value in conforming {
            let reply = json!({ "n": 1, "m": value });
            assert!(validator.accepts(&reply), "{schema} allows {value}");
        }
        assert!(
            !validator.accepts(&json!({ "n": 1 })),
            "{schema}: 'm' must be there"
        );
        assert!(
            !validator.accepts(&json!({ "n": "x", "m": 1 })),
            "'n' is an integer"
        );
    }
}

/// The contract of an operation whose request has `m` beside `n`.
fn request(schema: &Value, required: &Value) -> Contract {
    let document = json!({
        "openapi": "3.1.0",
        "paths": { "/a": { "post": {
            "operationId": "a",
            "requestBody": { "required": true, "content": { "application/json": { "schema": {
                "type": "object",
                "required": required,
                "properties": { "n": { "type": "integer" }, "m": schema },
            } } } },
            "responses": { "200": { "description": "OK" } },
        } } },
    });
    read(&document).remove(0)
}

#[test]
fn requests_do_without_it_where_they_may() {
    for (schema, words, _) in unheld() {
        if words.contains("leads to itself") {
            // The way of this reference goes through a reply.
            continue;
        }
        let place = "#/paths/~1a/post/requestBody/content/application~1json/schema/properties/m";
        for (required, weight, assumed, names) in [
            (
                json!(["n"]),
                Weight::NotRead,
                "no request carries it",
                &["n"][..],
            ),
            (
                json!(["n", "m"]),
                Weight::CouldBeFalse,
                "requests carry what the rest of it allows",
                &["n", "m"],
            ),
        ] {
            let contract = request(&schema, &required);
            let expected = format!("{place} (m): no value can be held against {words}; {assumed}");
            let found: Vec<_> = contract.findings.iter().map(told).collect();
            assert!(
                found.contains(&(weight, expected.clone())),
                "{expected}\n{found:#?}"
            );
            let body = contract.request_body.as_ref().unwrap();
            let rows: Vec<&str> = body.fields.iter().map(|row| row.name.as_str()).collect();
            assert_eq!(rows, names, "{schema}");
        }
    }
}

#[test]
fn bodies_that_are_no_objects_and_media_types_that_are_no_json_are_left_open() {
    for schema in [
        json!({ "type": "string" }),
        json!({ "type": "object", "additionalProperties": { "type": "string" } }),
        json!({ "oneOf": [{ "type": "object" }, { "type": "array" }] }),
        json!({}),
    ] {
        let contract = reply("3.1.0", &schema);
        assert_eq!(contract.responses[&200].body, None, "{schema}");
        assert!(!contract.findings.is_empty(), "{schema}");
    }
    let document = json!({
        "openapi": "3.0.0",
        "paths": { "/a": { "post": {
            "requestBody": { "content": { "text/csv": { "schema": { "type": "string" } } } },
            "responses": { "200": { "description": "OK", "content": { "image/png": {} }, "links": { "l": {} } } },
            "callbacks": { "c": {} },
        } } },
    });
    let contract = read(&document).remove(0);
    assert_eq!(
        (&contract.request_body, &contract.responses[&200].body),
        (&None, &None)
    );
    let found: Vec<String> = contract.findings.iter().map(|it| it.what.clone()).collect();
    let at = "#/paths/~1a/post";
    assert_eq!(
        found,
        [
            format!("{at}/requestBody/content: a body of 'text/csv' is none of JSON"),
            format!("{at}/responses/200/links: links are no part of a contract"),
            format!("{at}/responses/200/content: a body of 'image/png' is none of JSON"),
            format!("{at}/callbacks: callbacks are no part of a contract"),
        ]
    );
}

#[test]
fn keywords_that_nobody_knows_are_told_and_change_nothing() {
    let schema = json!({
        "type": "object",
        "properties": { "m": { "type": "string", "maxLenght": 3, "x-own": 1 } },
        "additionalProperties": false,
    });
    let contract = reply("3.0.0", &schema);
    let found: Vec<_> = contract.findings.iter().map(told).collect();
    let at = "#/paths/~1a/get/responses/200/content/application~1json/schema";
    let end = "is no part of the contract; nothing is tested by it";
    assert_eq!(
        found,
        [
            (
                Weight::NotRead,
                format!("{at}: \"additionalProperties\": false {end}")
            ),
            (
                Weight::NotRead,
                format!("{at}/properties/m (m): \"maxLenght\": 3 {end}")
            ),
        ]
    );
}

#[test]
fn a_type_that_is_not_stated_is_told() {
    let schema = json!({ "properties": { "m": { "items": { "type": "string" } } } });
    let contract = reply("3.0.0", &schema);
    let found: Vec<_> = contract.findings.iter().map(told).collect();
    let at = "#/paths/~1a/get/responses/200/content/application~1json/schema";
    assert_eq!(
        found,
        [
            (
                Weight::CouldBeFalse,
                format!("{at}: no \"type\" is stated; it was read as an object")
            ),
            (
                Weight::CouldBeFalse,
                format!("{at}/properties/m (m): no \"type\" is stated; it was read as an array"),
            ),
        ]
    );
}
