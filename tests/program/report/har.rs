//! `--report har`: the exchanges of a record, as the HAR 1.2 specification has them.

use crate::support::{Serving, conformant, finish};
use conformant::schema::Validator;
use conformant::selftest::access;
use serde_json::{Value, json};
use std::path::Path;

/// What the specification (ahmadnassri/har-spec, 1.2) asks of the members that are used.
fn schema() -> Validator {
    let text = json!({ "type": "string" });
    let whole = json!({ "type": "integer" });
    let pairs = json!({ "type": "array", "items": {
        "type": "object",
        "required": ["name", "value"],
        "properties": { "name": text, "value": text },
        "additionalProperties": false,
    }});
    let time = json!({ "type": "number", "minimum": 0 });
    let request = json!({
        "type": "object",
        "required": ["method", "url", "httpVersion", "cookies", "headers", "queryString", "headersSize", "bodySize"],
        "properties": {
            "method": text, "url": { "type": "string", "pattern": "^http" }, "httpVersion": text,
            "cookies": pairs, "headers": pairs, "queryString": pairs,
            "headersSize": whole, "bodySize": whole,
            "postData": { "type": "object", "required": ["mimeType", "params", "text"] },
        },
        "additionalProperties": false,
    });
    let response = json!({
        "type": "object",
        "required": ["status", "statusText", "httpVersion", "cookies", "headers", "content", "redirectURL", "headersSize", "bodySize"],
        "properties": {
            "status": whole, "statusText": text, "httpVersion": text, "cookies": pairs, "headers": pairs,
            "content": { "type": "object", "required": ["size", "mimeType"] },
            "redirectURL": text, "headersSize": whole, "bodySize": whole,
        },
        "additionalProperties": false,
    });
    let entry = json!({
        "type": "object",
        "required": ["startedDateTime", "time", "request", "response", "cache", "timings"],
        "properties": {
            "startedDateTime": { "type": "string", "pattern": "^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z$" },
            "time": time, "request": request, "response": response, "cache": { "type": "object" },
            "timings": { "type": "object", "required": ["send", "wait", "receive"] },
            "comment": text,
        },
        "additionalProperties": false,
    });
    let log = json!({
        "type": "object",
        "required": ["log"],
        "properties": { "log": {
            "type": "object",
            "required": ["version", "creator", "entries"],
            "properties": {
                "version": { "const": "1.2" },
                "creator": { "type": "object", "required": ["name", "version"] },
                "entries": { "type": "array", "items": entry },
            },
        }},
    });
    Validator::compile(Path::new("har"), &log).unwrap()
}

fn read(path: &Path) -> Value {
    let text = std::fs::read_to_string(path).unwrap();
    let document: Value = serde_json::from_str(&text).unwrap();
    let violations = schema().violations(&document);
    assert!(violations.is_empty(), "{violations:?}");
    document
}

#[test]
fn every_exchange_of_the_record_is_an_entry() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let server = Serving::conforming();
    let arguments = ["-q", "--record", "r.ndjson", "--report", "har=r.har"];
    let mut command = server.command(at, &arguments);
    let (code, text) = finish(&mut command);
    assert_eq!(code, 0, "{text}");
    let document = read(&at.join("r.har"));
    let entries = document["log"]["entries"].as_array().unwrap();
    let record = std::fs::read_to_string(at.join("r.ndjson")).unwrap();
    let lines: Vec<Value> = record
        .lines()
        .map(|it| serde_json::from_str(it).unwrap())
        .collect();
    // Between header and footer.
    assert_eq!(entries.len(), lines.len() - 2);
    for (entry, line) in entries.iter().zip(&lines[1..]) {
        assert_eq!(entry["comment"], line["case"]);
        assert_eq!(entry["request"]["method"], line["request"]["method"]);
        let url = entry["request"]["url"].as_str().unwrap();
        assert!(
            url.ends_with(line["request"]["path_and_query"].as_str().unwrap()),
            "{url}"
        );
        let reply = &line["outcome"]["reply"];
        if !reply.is_null() {
            assert_eq!(entry["response"]["status"], reply["status"]);
            assert_eq!(entry["response"]["content"]["text"], reply["body"]);
        }
    }
    let queries = entries.iter().map(|entry| &entry["request"]["queryString"]);
    assert!(
        queries
            .clone()
            .any(|query| !query.as_array().unwrap().is_empty())
    );
    let text = document.to_string();
    assert!(!text.contains(&access().token) && text.contains("$CONFORMANT_TOKEN"));
}

#[test]
fn it_needs_a_record_and_merge_has_none() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let old = r#"{"log":{"creator":{"name":"conformant"},"entries":[1]}}"#;
    std::fs::write(at.join("r.har"), old).unwrap();
    let mut command = conformant(at, &["run", "--reference", "--report", "har=r.har"]);
    let (code, text) = finish(&mut command);
    assert!(
        code == 2 && text.contains("give --record PATH too"),
        "{text}"
    );
    // What stands there is an archive that says so.
    let document = read(&at.join("r.har"));
    let comment = document["log"]["comment"].as_str().unwrap();
    assert!(comment.starts_with("not-finished"), "{comment}");
    assert_eq!(document["log"]["entries"], json!([]));
    std::fs::write(at.join("1.json"), "{}").unwrap();
    let (code, text) = finish(&mut conformant(
        at,
        &["merge", "1.json", "--report", "har=m.har"],
    ));
    assert!(
        code == 2 && text.contains("there is no such format here"),
        "{text}"
    );
}
