//! The contract as OpenAPI: its schemas accept and reject what the derived schemas do,
//! and whatever the page states is there, in both editions.
use conformant::contract::TypeName;
use conformant::contract::{Body, Constraints, Contract, Field, Presence};
use conformant::openapi::{Version, document};
use conformant::schema::{Validator, request, response};
use conformant::source;
use conformant::suite::{Service, settle};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

const VERSIONS: [Version; 2] = [Version::V3_0, Version::V3_1];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every page at hand: those of the two suites with their readings, and the library.
fn contracts() -> Vec<(String, Contract)> {
    let mut pages: Vec<PathBuf> = std::fs::read_dir(root().join("tests/pages"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "html")
        })
        .collect();
    pages.sort();
    pages.push(root().join("schemas/show-audit-task-status/page.md"));
    pages.push(root().join("schemas/update-audit-task/page.md"));
    pages
        .into_iter()
        .map(|path| {
            let source = std::fs::read_to_string(&path).unwrap();
            let mut contract = source::read(&path, &source, None).unwrap();
            let reading = path.with_file_name("reading.toml");
            let text = std::fs::read_to_string(&reading).ok();
            let reading = text.as_deref().map(|text| (reading.as_path(), text));
            let errors = settle(&mut contract, &Service::derived(), reading).unwrap();
            assert!(errors.is_empty(), "{errors:?}");
            (path.display().to_string(), contract)
        })
        .collect()
}

/// A value that the row accepts, made here and by no code of the tool.
fn sample(body: &Body, kind: &TypeName, facts: &Constraints, depth: usize) -> Value {
    let number = || facts.range.min.or(facts.range.max).unwrap_or(0);
    let listed = facts.values.first();
    match kind {
        TypeName::String if listed.is_some() => json!(listed.unwrap()),
        TypeName::String if !facts.range.is_open() => json!(number().to_string()),
        TypeName::String => {
            let length = facts.length.min.or(facts.length.max).unwrap_or(3);
            json!("k".repeat(usize::try_from(length).unwrap()))
        }
        TypeName::Integer | TypeName::Int32 | TypeName::Long => listed.map_or_else(
            || json!(number()),
            |value| json!(value.parse::<i64>().unwrap()),
        ),
        TypeName::Number => json!(number()),
        TypeName::Boolean => json!(true),
        TypeName::Object => json!({}),
        TypeName::Any => json!("any"),
        TypeName::Array(item) => {
            let many = facts.items.min.unwrap_or(1).max(1);
            (0..many)
                .map(|_| sample(body, item, facts, depth))
                .collect()
        }
        TypeName::Map(value) => json!({ "key": sample(body, value, facts, depth) }),
        TypeName::Named(_) if depth > 12 => json!({}),
        TypeName::Named(_) => members(body, body.members(kind).unwrap(), depth + 1),
    }
}

fn members(body: &Body, fields: &[Field], depth: usize) -> Value {
    // An object inside itself ends where it may.
    let is_kept = |field: &&Field| {
        let may_end = !matches!(field.presence, Presence::Required(_));
        depth < 3 || field.kind.object_name().is_none() || !may_end
    };
    let members = fields.iter().filter(is_kept).map(|field| {
        let value = sample(body, &field.kind, &field.constraints, depth);
        (field.name.clone(), value)
    });
    Value::Object(members.collect())
}

/// `value`, with each of its parts replaced by each of these or left out.
fn mutated(value: &Value) -> Vec<Value> {
    let mut all: Vec<Value> = [
        json!(null),
        json!(true),
        json!(0),
        json!(-1),
        json!(1.5),
        json!(i64::from(i32::MAX) + 1),
        json!(i64::MAX),
        json!(i64::MAX as u64 + 1),
        json!(""),
        json!("x"),
        json!("x".repeat(300)),
        json!("100"),
        json!([]),
        json!(vec!["x"; 200]),
        json!({}),
        json!({ "key": 1, "other": "x" }),
    ]
    .into();
    match value {
        Value::Object(object) => {
            for (name, member) in object {
                let mut without = object.clone();
                without.remove(name);
                all.push(Value::Object(without));
                for changed in mutated(member) {
                    let mut with = object.clone();
                    with.insert(name.clone(), changed);
                    all.push(Value::Object(with));
                }
            }
        }
        Value::Array(items) => {
            if let Some(first) = items.first() {
                for changed in mutated(first) {
                    let mut with = items.clone();
                    with[0] = changed;
                    all.push(Value::Array(with));
                }
            }
        }
        _ => {}
    }
    all
}

/// The schema at a pointer of the document, its references within reach.
fn exported(document: &Value, pointer: &str) -> Validator {
    let mut schema = document.pointer(pointer).unwrap().clone();
    schema["components"] = document["components"].clone();
    Validator::compile(Path::new(pointer), &schema).unwrap()
}

fn operation(document: &Value) -> (String, &Value) {
    let (path, methods) = document["paths"]
        .as_object()
        .unwrap()
        .iter()
        .next()
        .unwrap();
    let (method, operation) = methods.as_object().unwrap().iter().next().unwrap();
    let escaped = path.replace('~', "~0").replace('/', "~1");
    (format!("/paths/{escaped}/{method}"), operation)
}

/// Holds both against `value` and its mutations; gives how many each way.
fn compare(
    name: &str,
    one: &dyn Fn(&Value) -> bool,
    other: &Validator,
    value: &Value,
) -> [usize; 2] {
    let mut counts = [0, 0];
    assert!(one(value), "{name}: the sample is none: {value}");
    for value in std::iter::once(value.clone()).chain(mutated(value)) {
        let accepted = one(&value);
        assert_eq!(accepted, other.accepts(&value), "{name}: {value}");
        counts[usize::from(accepted)] += 1;
    }
    counts
}

#[test]
fn exported_bodies_accept_and_reject_what_the_derived_schemas_do() {
    let media = "content/application~1json/schema";
    for version in VERSIONS {
        let mut counts = [0, 0];
        for (name, contract) in contracts() {
            let document = document(&contract, version);
            let (stem, _) = operation(&document);
            let mut hold =
                |what: String, pointer: String, one: &dyn Fn(&Value) -> bool, body: &Body| {
                    let other = exported(&document, &pointer);
                    let value = match body.whole() {
                        Some(field) => sample(body, &field.kind, &field.constraints, 0),
                        None => members(body, &body.fields, 0),
                    };
                    let [rejected, accepted] = compare(&what, one, &other, &value);
                    assert!(rejected > 10, "{what} rejects little");
                    counts[0] += rejected;
                    counts[1] += accepted;
                };
            for (status, answer) in &contract.responses {
                if let Some(body) = &answer.body {
                    let schema = response(&contract, *status).unwrap();
                    let derived = Validator::compile(Path::new("derived"), &schema).unwrap();
                    let pointer = format!("{stem}/responses/{status}/{media}");
                    hold(
                        format!("{name} {status}"),
                        pointer,
                        &|value| derived.accepts(value),
                        body,
                    );
                }
            }
            if let Some(body) = &contract.request_body {
                let mut schema = request(&contract);
                schema["required"] = json!(["body"]);
                let derived = Validator::compile(Path::new("derived"), &schema).unwrap();
                hold(
                    format!("{name} request"),
                    format!("{stem}/requestBody/{media}"),
                    &|value| derived.accepts(&json!({ "body": value })),
                    body,
                );
            }
        }
        assert!(counts[0] > 2_000 && counts[1] > 500, "{counts:?}");
    }
}

#[test]
fn exported_parameters_accept_and_reject_what_the_request_schema_does() {
    for version in VERSIONS {
        for (name, contract) in contracts() {
            let document = document(&contract, version);
            let (stem, operation) = operation(&document);
            let listed = operation["parameters"].as_array().unwrap();
            // OpenAPI passes over parameters of these names: they stand in an extension.
            let passed_over = ["authorization", "accept", "content-type"];
            let parameters: Vec<_> = contract
                .parameters
                .iter()
                .filter(|parameter| {
                    let name = parameter.field.name.to_ascii_lowercase();
                    !(parameter.location.id() == "header" && passed_over.contains(&name.as_str()))
                })
                .collect();
            assert_eq!(listed.len(), parameters.len(), "{name}");
            for (at, parameter) in parameters.into_iter().enumerate() {
                let field = &parameter.field;
                assert_eq!(listed[at]["name"], json!(field.name));
                assert_eq!(listed[at]["in"], json!(parameter.location.id()));
                let member = parameter.location.member();
                let mut schema = request(&contract)["properties"][member].clone();
                schema["required"] = json!([]);
                let derived = Validator::compile(Path::new("derived"), &schema).unwrap();
                let other = exported(&document, &format!("{stem}/parameters/{at}/schema"));
                let value = sample(&Body::default(), &field.kind, &field.constraints, 0);
                compare(
                    &format!("{name} {}", field.name),
                    &|value| derived.accepts(&json!({ (field.name.as_str()): value })),
                    &other,
                    &value,
                );
            }
        }
    }
}

/// The annotations of every property below `value`, with its schema.
fn annotated<'a>(value: &'a Value, found: &mut Vec<(&'a str, &'a Value)>) {
    match value {
        Value::Object(object) => {
            if let Some(clause) = object.get("x-clause").and_then(Value::as_str) {
                found.push((clause, value));
            }
            object.values().for_each(|value| annotated(value, found));
        }
        Value::Array(items) => items.iter().for_each(|value| annotated(value, found)),
        _ => {}
    }
}

#[test]
fn every_annotation_names_clauses_that_are_there() {
    for (name, contract) in contracts() {
        let clauses = contract.clauses();
        let document = document(&contract, Version::V3_1);
        let mut found = Vec::new();
        annotated(&document["components"]["schemas"], &mut found);
        assert!(!found.is_empty(), "{name}");
        for (stem, schema) in found {
            let is_typed = schema.get("type").is_some() || schema.get("$ref").is_some();
            let is_there = clauses.get(&format!("{stem}/type")).is_some();
            assert_eq!(is_typed, is_there, "{name}: {stem}");
        }
    }
}

/// What a page states in places that the library's pages do not use.
const PAGE: &str = "# Listing Cups - ListCups

#### URI

GET /v2/cups

Table 1 Query Parameters

| Parameter | Mandatory | Type | Description |
| --- | --- | --- | --- |
| limit | No | Integer | How many. The value ranges from 1 to 100.<br>Default value:<br>10 |
| offset | No | Integer | Where it begins. The value ranges from 0 to 9.<br>Default value:<br>12 |
| colours | No | Array of strings | Which ones<br>Default value:<br>red |
| wanted | No | Wanted object | What is wanted |

Table 2 Request header parameters

| Parameter | Mandatory | Type | Description |
| --- | --- | --- | --- |
| Authorization | Yes | String | The credentials |
| Accept | No | String | What is taken |

#### Response Parameters

**Status code: 200**

Table 3 Response header parameters

| Parameter | Type | Description |
| --- | --- | --- |
| Content-Type | String | What it is |
| X-Total | Long | How many there are |

Table 4 Response body parameters

| Parameter | Type | Description |
| --- | --- | --- |
| best | Cup object | The best of them |
| names | Array of strings | All of them |

Table 5 Cup

| Parameter | Type | Description |
| --- | --- | --- |
| size | Long | How large |

#### Example Responses

**Status code: 200**

```json
{ \"best\": { \"size\": \"large\" } }
```

#### Status Codes

| Status Code | Description |
| --- | --- |
| 200 | OK |
| 204 | Nothing there |
";

fn made(source: &str, version: Version) -> Value {
    let contract = source::read(Path::new("page.md"), source, None).unwrap();
    document(&contract, version)
}

#[test]
fn what_openapi_ignores_or_cannot_say_is_not_dropped() {
    for version in VERSIONS {
        let document = made(PAGE, version);
        let (_, operation) = operation(&document);
        let names = |member: &str| -> Vec<&str> {
            let list = operation[member].as_array().unwrap();
            list.iter()
                .map(|one| one["name"].as_str().unwrap())
                .collect()
        };
        assert_eq!(
            names("parameters"),
            ["limit", "offset", "colours", "wanted"]
        );
        assert_eq!(names("x-parameters"), ["Authorization", "Accept"]);
        let scheme = &document["components"]["securitySchemes"]["token"];
        assert_eq!(scheme["name"], "Authorization");
        assert_eq!(operation["security"], json!([{ "token": [] }]));
        let parameters = operation["parameters"].as_array().unwrap();
        assert_eq!(parameters[0]["schema"]["default"], json!(10));
        assert_eq!(
            parameters[1]["schema"].get("default"),
            None,
            "its row forbids it"
        );
        assert_eq!(parameters[2]["schema"]["x-default"], json!("red"));
        assert_eq!(
            parameters[3]["schema"],
            json!({ "type": "string" }),
            "no page says how an object is written in a query"
        );
        let answer = &operation["responses"]["200"];
        assert_eq!(answer["headers"]["X-Total"]["schema"]["format"], "int64");
        assert_eq!(
            answer["x-headers"]["Content-Type"]["description"],
            "What it is"
        );
        let example = answer.pointer("/content/application~1json/examples");
        assert_eq!(
            example, None,
            "where the page contradicts itself, the table counts"
        );
        let bare = json!({ "description": "Nothing there", "x-clause": "status/204" });
        assert_eq!(operation["responses"]["204"], bare);
    }
}

#[test]
fn references_stand_alone_in_3_0_and_keep_their_company_in_3_1() {
    let best = |version| {
        made(PAGE, version)["components"]["schemas"]["Response200"]["properties"]["best"].clone()
    };
    let target = json!("#/components/schemas/Response200Cup");
    let (old, new) = (best(Version::V3_0), best(Version::V3_1));
    assert_eq!(new["$ref"], target);
    assert_eq!(old.get("$ref"), None);
    assert_eq!(old["allOf"], json!([{ "$ref": target }]));
    for schema in [old, new] {
        assert_eq!(schema["description"], "The best of them");
        assert_eq!(schema["x-source"], "Table 4, row 1");
        assert_eq!(schema["x-clause"], "response/200/best");
    }
}

#[test]
fn examples_words_and_readings_of_the_built_in_page_are_there() {
    let contracts = contracts();
    let (_, contract) = contracts
        .iter()
        .find(|(_, contract)| contract.operation == "show-audit-task-status")
        .unwrap();
    for version in VERSIONS {
        let document = document(contract, version);
        let (_, operation) = operation(&document);
        let answer = &operation["responses"]["200"];
        let example = answer.pointer("/content/application~1json/examples/page/value");
        assert_eq!(example, contract.responses[&200].example.as_ref());
        let own = &document["components"]["schemas"]["Response200"];
        let retired = version == Version::V3_1;
        assert_eq!(own.get("example").is_none(), retired);
        assert_eq!(
            own["properties"]["begin_time"]["description"],
            "When the task began"
        );
        assert_eq!(
            own["properties"]["task_status"]["x-tolerated"][0]["value"],
            "1"
        );
        assert_eq!(answer["x-reading"].as_array().unwrap().len(), 5);
        assert_eq!(operation["responses"]["403"]["description"], "Unauthorized");
        assert_eq!(operation["security"], json!([{ "token": [] }]));
        assert_eq!(operation["parameters"][2]["name"], "X-Auth-Token");
    }
}

#[test]
fn the_command_writes_what_is_committed_to_a_file_or_to_standard_output() {
    let folder = tempfile::tempdir().unwrap();
    let committed = root().join("schemas/show-audit-task-status/openapi.json");
    let committed = std::fs::read_to_string(committed).unwrap();
    let (code, text) =
        crate::support::run(folder.path(), &["export", "openapi", "--out", "a/b.json"]);
    assert_eq!(code, 0, "{text}");
    assert_eq!(text, "wrote a/b.json\n");
    let written = std::fs::read_to_string(folder.path().join("a/b.json")).unwrap();
    assert!(written == committed, "openapi.json is not as exported");
    for out in [&["--out", "-"][..], &[]] {
        let (code, text) =
            crate::support::run(folder.path(), &[&["export", "openapi"], out].concat());
        assert_eq!(code, 0, "{text}");
        let value = |text: &str| -> Value { serde_json::from_str(text).unwrap() };
        assert_eq!(value(&text), value(&committed));
    }
    let (code, text) =
        crate::support::run(folder.path(), &["export", "openapi", "--version", "3.0"]);
    assert_eq!(code, 0);
    assert!(text.contains("\"openapi\": \"3.0.3\""), "{text}");
    for wrong in [
        &["--version", "2.0"],
        &["--suite", "nowhere"],
        &["--operation", "none"],
    ] {
        let (code, text) = crate::support::run(
            folder.path(),
            &[&["export", "openapi"], &wrong[..]].concat(),
        );
        assert_eq!(code, 2, "{text}");
    }
}

#[test]
fn a_document_that_is_not_as_derived_is_drift() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("page.md"), PAGE).unwrap();
    let derive = |more: &[&str]| {
        crate::support::run(
            folder.path(),
            &[&["derive", "page.md", "--out", "suite"], more].concat(),
        )
    };
    assert_eq!(derive(&[]).0, 0);
    assert_eq!(derive(&["--check"]).0, 0);
    let path = folder.path().join("suite/schemas/list-cups/openapi.json");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text.replace("\"maximum\": 100", "\"maximum\": 101")).unwrap();
    let (code, text) = derive(&["--check"]);
    assert_eq!(code, 1, "{text}");
    assert!(text.contains("openapi.json:"), "{text}");
}

#[test]
fn words_of_a_page_steer_no_terminal() {
    let folder = tempfile::tempdir().unwrap();
    let source = PAGE.replace("Which ones", "Which \u{202e}ones ##[error] <b>");
    std::fs::write(folder.path().join("page.md"), source).unwrap();
    let (code, _) = crate::support::run(folder.path(), &["derive", "page.md", "--out", "suite"]);
    assert_eq!(code, 0);
    let (code, text) =
        crate::support::run(folder.path(), &["export", "openapi", "--suite", "suite"]);
    assert_eq!(code, 0);
    assert!(
        !text.contains('\u{202e}') && !text.contains("##["),
        "{text}"
    );
    let document: Value = serde_json::from_str(&text).unwrap();
    let (_, operation) = operation(&document);
    let words = operation["parameters"][2]["description"].as_str().unwrap();
    assert!(words.contains("\u{202e}ones ##[error]"), "{words}");
}
