//! Definitions (OpenAPI 3.0 and 3.1, Swagger 2.0) as a source: each fact of a row with its
//! pointer and keywords, what no row can hold as a finding, and nothing else. Expectations
//! are written by hand from the documents.
mod exported;
mod hostile;
mod unheld;

use conformant::contract::{Contract, Fact, Finding, Weight, file};
use conformant::source;
use serde_json::{Value, json};
use std::path::Path;

/// A document of the library, with its contracts as their files hold them.
fn library(name: &str) -> Vec<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/definitions")
        .join(name);
    let text = std::fs::read_to_string(&path).unwrap();
    let contracts = source::read_all(&path, &text, None).unwrap();
    contracts.iter().map(written).collect()
}

fn written(contract: &Contract) -> Value {
    serde_json::from_str(&file::write(contract)).unwrap()
}

/// The contracts of a document that is made here.
fn read(document: &Value) -> Vec<Contract> {
    let text = document.to_string();
    source::read_all(Path::new("made.json"), &text, None).unwrap()
}

/// The contract of one operation around a schema of the reply.
fn reply(version: &str, schema: &Value) -> Contract {
    let document = json!({
        "openapi": version,
        "paths": { "/a": { "get": { "operationId": "a", "responses": { "200": {
            "description": "OK", "content": { "application/json": { "schema": schema } },
        } } } } },
    });
    read(&document).remove(0)
}

/// Place, weight and words of a finding.
fn told(finding: &Finding) -> (Weight, String) {
    (
        finding.weight,
        format!("{}; {}", finding.what, finding.assumed),
    )
}

fn named<'a>(contracts: &'a [Value], name: &str) -> &'a Value {
    contracts.iter().find(|it| it["operation"] == name).unwrap()
}

#[test]
fn operations_have_their_names_addresses_and_places() {
    let contracts = library("jars.yaml");
    let told: Vec<[&str; 4]> = contracts
        .iter()
        .map(|it| ["operation", "method", "uri", "title"].map(|name| it[name].as_str().unwrap()))
        .collect();
    let jars = "/pantry/v1/shelves/{shelf_id}/jars";
    let jar = "/pantry/v1/shelves/{shelf_id}/jars/{jar_id}";
    assert_eq!(
        told,
        [
            ["list-jars", "GET", jars, "List the jars of a shelf"],
            ["create-jar", "POST", jars, "Put a jar on a shelf"],
            ["show-jar", "GET", jar, "Show a jar"],
            ["update-jar", "PUT", jar, "Change a jar"],
            ["delete-jar", "DELETE", jar, "Take a jar away"],
        ]
    );
    for contract in &contracts {
        assert_eq!(contract["source"]["kind"], "openapi");
        assert_eq!(contract["source"]["file"], "jars.yaml");
        assert_eq!(contract.get("findings"), None, "{}", contract["operation"]);
    }
    let cups = library("cups.json");
    let told: Vec<&Value> = cups.iter().map(|it| &it["operation"]).collect();
    assert_eq!(
        told,
        ["get-shelves-by-shelf-id-cups", "replace-cups", "upload-cup"]
    );
    assert_eq!(cups[0]["uri"], "/v2/shelves/{shelf_id}/cups");
    assert_eq!(cups[0]["source"]["kind"], "swagger");
}

#[test]
fn parameters_of_an_operation_come_before_those_of_its_path() {
    let contracts = library("jars.yaml");
    let parameters = &named(&contracts, "list-jars")["parameters"];
    assert_eq!(
        parameters["path"],
        json!([{
            "name": "shelf_id",
            "place": { "line": 0, "pointer": "#/components/parameters/ShelfId" },
            "type": { "value": "String", "line": 0, "quote": "\"type\": \"string\"" },
            "mandatory": { "value": "yes" },
            "length": {
                "value": { "min": 1, "max": 36 },
                "line": 0,
                "quote": "\"minLength\": 1, \"maxLength\": 36",
            },
            "description": ["The shelf."],
        }])
    );
    let own = "#/paths/~1shelves~1{shelf_id}~1jars/get/parameters";
    assert_eq!(
        parameters["query"],
        json!([
            {
                "name": "limit",
                "place": { "line": 0, "pointer": format!("{own}/0") },
                "type": {
                    "value": "Integer (int32)",
                    "line": 0,
                    "quote": "\"type\": \"integer\", \"format\": \"int32\"",
                },
                "mandatory": { "value": "no" },
                "range": {
                    "value": { "min": 1, "max": 200 },
                    "line": 0,
                    "quote": "\"minimum\": 1, \"maximum\": 200",
                },
                "default": { "value": "50", "line": 0, "quote": "\"default\": 50" },
                "description": ["How many jars a page has.", "The others follow."],
            },
            {
                "name": "kind",
                "place": { "line": 0, "pointer": format!("{own}/1") },
                "type": { "value": "String", "line": 0, "quote": "\"type\": \"string\"" },
                "mandatory": { "value": "no" },
                "values": {
                    "value": ["GLASS", "CLAY"],
                    "line": 0,
                    "quote": "\"enum\": [\"GLASS\",\"CLAY\"]",
                },
            },
        ])
    );
    let token = &parameters["header"][0];
    assert_eq!(token["name"], "X-Auth-Token");
    assert_eq!(token["mandatory"]["value"], "yes");
    assert_eq!(
        token["place"]["pointer"],
        "#/components/securitySchemes/token"
    );
    assert_eq!(token["description"], json!(["Who asks."]));
}

/// Name, type and whether it must be given, of each row.
fn rows(rows: &Value) -> Vec<[String; 3]> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    rows.as_array()
        .unwrap()
        .iter()
        .map(|row| {
            [
                text(&row["name"]),
                text(&row["type"]["value"]),
                text(&row["mandatory"]["value"]),
            ]
        })
        .collect()
}

#[test]
fn bodies_are_joined_and_each_side_has_its_own_members() {
    let contracts = library("jars.yaml");
    let create = named(&contracts, "create-jar");
    let sent = &create["request_body"];
    let owned = |rows: &[[&str; 3]]| -> Vec<[String; 3]> {
        rows.iter().map(|row| row.map(str::to_owned)).collect()
    };
    assert_eq!(
        rows(&sent["members"]),
        owned(&[
            ["name", "String", "yes"],
            ["secret", "String", "no"],
            ["kind", "String", "yes"],
            ["grams", "Integer", "yes"],
            ["note", "String", "no"],
            ["lids", "Array of Lid object", "no"],
            ["labels", "Map of String", "no"],
        ])
    );
    assert_eq!(sent["pointer"], "#/components/schemas/Jar");
    assert_eq!(
        rows(&sent["objects"]["Lid"]),
        owned(&[["colour", "String", "yes"]])
    );
    let got = &create["responses"]["201"]["body"];
    let names: Vec<String> = rows(&got["members"])
        .into_iter()
        .map(|[name, ..]| name)
        .collect();
    assert_eq!(
        names,
        ["name", "id", "kind", "grams", "note", "lids", "labels"]
    );
    let row = |name: &str| {
        let mut members = sent["members"].as_array().unwrap().iter();
        members.find(|row| row["name"] == name).unwrap()
    };
    assert_eq!(
        row("grams")["range"],
        json!({
            "value": { "min": 1, "max": 5000 },
            "line": 0,
            "quote": "\"minimum\": 0, \"exclusiveMinimum\": true, \"maximum\": 5000",
        })
    );
    assert_eq!(row("note")["nullable"], json!({ "value": true }));
    assert_eq!(row("lids")["items"]["value"], json!({ "min": 1, "max": 3 }));
    assert_eq!(row("labels")["length"]["value"], json!({ "max": 12 }));
    let parts = "#/components/schemas/Jar/allOf/1/properties";
    assert_eq!(row("note")["place"]["pointer"], format!("{parts}/note"));
    assert_eq!(
        row("name")["place"]["pointer"],
        "#/components/schemas/Named/properties/name"
    );
    assert_eq!(
        create["request_examples"],
        json!([{
            "line": 0,
            "body": r#"{"name":"quince","kind":"GLASS","grams":250,"lids":[{"colour":"red"}]}"#,
        }])
    );
}

#[test]
fn responses_have_statuses_headers_and_bodies() {
    let contracts = library("jars.yaml");
    let list = named(&contracts, "list-jars");
    let statuses: Vec<&String> = list["responses"].as_object().unwrap().keys().collect();
    assert_eq!(statuses, ["200", "400", "401"]);
    let ok = &list["responses"]["200"];
    let place = "#/paths/~1shelves~1{shelf_id}~1jars/get/responses/200";
    assert_eq!(
        (&ok["meaning"], &ok["pointer"]),
        (&json!("The jars"), &json!(place))
    );
    assert_eq!(ok["headers"][0]["type"]["value"], "Long (int64)");
    assert_eq!(ok["headers"][0]["name"], "X-Total");
    let refused = &list["responses"]["401"];
    assert_eq!(refused["pointer"], place.replace("200", "401"));
    let member = &refused["body"]["members"][0];
    assert_eq!(member["name"], "error_code");
    let schema = "#/components/responses/Refused/content/application~1json/schema";
    assert_eq!(
        member["place"]["pointer"],
        format!("{schema}/properties/error_code")
    );
    let delete = named(&contracts, "delete-jar");
    assert_eq!(delete["responses"]["204"].get("body"), None);
}

#[test]
fn swagger_states_the_same_in_its_own_way() {
    let path = Path::new("cups.json");
    let text = include_str!("../definitions/cups.json");
    let contracts = source::read_all(path, text, None).unwrap();
    let values: Vec<Value> = contracts.iter().map(written).collect();
    let [get, put, post] = values.as_slice() else {
        panic!("{values:?}");
    };
    let colours = &get["parameters"]["query"][0];
    assert_eq!(colours["type"]["value"], "Array of String");
    assert_eq!(colours["values"]["value"], json!(["red", "blue"]));
    assert_eq!(
        get["parameters"]["path"][0]["place"]["pointer"],
        "#/parameters/shelf"
    );
    assert_eq!(
        get["request_examples"],
        json!([{ "line": 0, "target": "/v2/shelves/{shelf_id}/cups", "headers": [["X-Trace", "t-1"]] }])
    );
    let ok = &get["responses"]["200"];
    assert_eq!(ok["body"]["members"][0]["name"], "[]");
    assert_eq!(
        ok["body"]["members"][0]["type"]["value"],
        "Array of Cup object"
    );
    assert_eq!(
        ok["body"]["members"][0]["items"]["value"],
        json!({ "min": 1 })
    );
    assert_eq!(ok["example"], json!([{ "size": 3, "inside": [] }]));
    assert_eq!(ok["headers"][0]["type"]["value"], "Integer");
    let cup = &ok["body"]["objects"]["Cup"];
    assert_eq!(
        cup[0]["range"]["value"],
        json!({ "max": 9 }),
        "whole numbers below 9.5"
    );
    assert_eq!(
        cup[1]["pattern"],
        json!({ "value": "^[0-9a-f-]+$", "line": 0, "quote": "\"pattern\": \"^[0-9a-f-]+$\"" })
    );
    assert_eq!(cup[1]["format"]["value"], "uuid");
    assert_eq!(cup[2]["range"]["value"], json!({ "min": 0, "max": 2 }));
    // An object inside itself.
    assert_eq!(cup[3]["type"]["value"], "Array of Cup object");
    assert_eq!(get["other_statuses"], json!(["default"]));
    assert_eq!(put["other_statuses"], json!(["4XX"]));
    assert_eq!(put["request_body"]["optional"], json!(true));
    assert_eq!(post.get("request_body"), None);
    let findings: Vec<_> = contracts
        .iter()
        .flat_map(|it| &it.findings)
        .map(told)
        .collect();
    let at = "#/paths/~1shelves~1{shelf_id}~1cups";
    let cookie = "it travels in a cookie, and no request sends cookies; no request carries it";
    let form = "the body is a form; requests have no body";
    assert_eq!(
        findings,
        [
            (
                Weight::NotRead,
                format!("{at}/get/parameters/2 (session): {cookie}")
            ),
            (
                Weight::CouldBeFalse,
                format!("{at}/post/parameters/0: {form}")
            ),
        ]
    );
}

#[test]
fn what_is_one_schema_or_null_may_be_null() {
    let schema = json!({
        "type": "object",
        "properties": {
            "typed": { "type": ["string", "null"], "maxLength": 4 },
            "either": { "anyOf": [{ "type": "integer" }, { "type": "null" }] },
            "listed": { "type": ["string", "null"], "enum": ["a", "b"] },
            "fixed": { "const": "a" },
            "open": { "exclusiveMinimum": 0, "exclusiveMaximum": 10, "type": "integer" },
        },
    });
    let contract = reply("3.1.0", &schema);
    assert_eq!(contract.findings, []);
    let body = contract.responses[&200].body.as_ref().unwrap();
    let told: Vec<(&str, String, bool, &[String])> = body
        .fields
        .iter()
        .map(|row| {
            let values = row.constraints.values.as_slice();
            (
                row.name.as_str(),
                row.kind.describe(),
                row.is_nullable,
                values,
            )
        })
        .collect();
    let a = "a".to_owned();
    assert_eq!(
        told,
        [
            ("typed", "String".to_owned(), true, &[][..]),
            ("either", "Integer".to_owned(), true, &[]),
            (
                "listed",
                "String".to_owned(),
                false,
                &[a.clone(), "b".to_owned()]
            ),
            ("fixed", "any type".to_owned(), false, &[a]),
            ("open", "Integer".to_owned(), false, &[]),
        ]
    );
    let open = &body.fields[4].constraints.range;
    assert_eq!((open.min, open.max), (Some(1), Some(9)));
}

#[test]
fn a_reply_may_hold_null_where_its_description_says_so() {
    let schema = json!({
        "type": "object",
        "properties": {
            "picture": { "type": "string", "description": "URL of it.\nMay be `null` if unavailable." },
            "name": { "type": "string", "description": "The name. It is never null." },
        },
    });
    let contract = reply("3.0.3", &schema);
    let body = contract.responses[&200].body.as_ref().unwrap();
    assert!(body.fields[0].is_nullable);
    let quote = &body.fields[0].quotes[&Fact::Nullable];
    assert_eq!(quote.words, "May be `null` if unavailable.");
    assert!(!body.fields[1].is_nullable);
}

#[test]
fn credentials_are_the_header_fields_of_schemes() {
    let document = |security: Value| {
        json!({
            "openapi": "3.1.0",
            "components": { "securitySchemes": {
                "key": { "type": "apiKey", "in": "header", "name": "X-Key" },
                "bearer": { "type": "http", "scheme": "bearer" },
                "query": { "type": "apiKey", "in": "query", "name": "key" },
            } },
            "paths": { "/a": { "get": { "security": security, "responses": { "200": { "description": "OK" } } } } },
        })
    };
    let headers = |security: Value| -> (Vec<(String, bool)>, usize) {
        let contract = read(&document(security)).remove(0);
        let rows = contract.parameters.iter();
        let rows = rows.map(|row| {
            let must = row.field.mandatory == conformant::contract::Mandatory::Yes;
            (row.field.name.clone(), must)
        });
        (rows.collect(), contract.findings.len())
    };
    let row = |name: &str, must: bool| (name.to_owned(), must);
    assert_eq!(
        headers(json!([{ "key": [] }])),
        (vec![row("X-Key", true)], 0)
    );
    assert_eq!(
        headers(json!([{ "key": [], "bearer": [] }])),
        (vec![row("X-Key", true), row("Authorization", true)], 0)
    );
    assert_eq!(
        headers(json!([{ "key": [] }, { "bearer": [] }])),
        (vec![row("X-Key", false), row("Authorization", false)], 1)
    );
    assert_eq!(
        headers(json!([{ "key": [] }, {}])),
        (vec![row("X-Key", false)], 1)
    );
    assert_eq!(headers(json!([])), (vec![], 0));
    assert_eq!(headers(json!([{ "query": [] }])), (vec![], 1));
}

#[test]
fn only_statuses_of_success_that_are_named_are_asked_for() {
    let statuses = |responses: Value| -> (Vec<(u16, bool)>, Vec<String>) {
        let document = json!({
            "openapi": "3.0.3",
            "paths": { "/a": { "get": { "responses": responses } } },
        });
        let contract = read(&document).remove(0);
        let listed = contract.responses.iter();
        (
            listed.map(|(code, it)| (*code, it.assumed)).collect(),
            contract.other_statuses,
        )
    };
    let any = json!({ "description": "x" });
    assert_eq!(
        statuses(json!({ "200": any, "default": any, "5xx": any, "x-y": any, "999": any })),
        (
            vec![(200, false)],
            vec!["5XX".to_owned(), "default".to_owned()]
        )
    );
    assert_eq!(
        statuses(json!({ "2XX": any })),
        (vec![(200, true)], vec!["2XX".to_owned()])
    );
    assert_eq!(
        statuses(json!({ "404": any })),
        (vec![(404, false)], vec![])
    );
}
