//! SARIF and CTRF, which other programs read: each is held against the part of its published
//! schema that it uses, written out here, and counts what the report counts.

use super::{example, read};
use conformant::judge::{RunVerdict, Verdict};
use conformant::report::{Report, ctrf, finding, sarif};
use conformant::schema::Validator;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::LazyLock;

/// An object of these members alone; `?` behind a name says that it may be absent.
fn object(members: &[(&str, Value)]) -> Value {
    let names = members.iter().map(|(name, _)| *name);
    let required: Vec<&str> = names.filter(|name| !name.ends_with('?')).collect();
    let properties = members
        .iter()
        .map(|(name, schema)| (name.trim_end_matches('?').to_owned(), schema.clone()));
    json!({
        "type": "object",
        "required": required,
        "properties": properties.collect::<serde_json::Map<_, _>>(),
        "additionalProperties": false,
    })
}

fn list(of: &Value) -> Value {
    json!({ "type": "array", "items": of })
}

fn compiled(schema: &Value) -> Validator {
    Validator::compile(Path::new("schema"), schema).unwrap()
}

/// Of sarif-schema-2.1.0.json.
static SARIF: LazyLock<Validator> = LazyLock::new(|| {
    let text = json!({ "type": "string" });
    let any = json!({ "type": "object" });
    let time = json!({ "type": "string", "pattern": "^[0-9-]{10}T[0-9:]{8}\\.[0-9]{3}Z$" });
    let level = json!({ "enum": ["none", "note", "warning", "error"] });
    let index = json!({ "type": "integer", "minimum": 0 });
    let message = object(&[("text", text.clone())]);
    let logical = object(&[
        ("name", text.clone()),
        ("fullyQualifiedName", text.clone()),
        ("properties?", any.clone()),
    ]);
    let place = object(&[(
        "uri",
        json!({ "type": "string", "pattern": "^[A-Za-z0-9%._~/-]+$" }),
    )]);
    let location = object(&[
        ("physicalLocation", object(&[("artifactLocation", place)])),
        ("logicalLocations", list(&logical)),
    ]);
    let suppression = object(&[
        ("kind", json!({ "enum": ["inSource", "external"] })),
        (
            "status?",
            json!({ "enum": ["accepted", "underReview", "rejected"] }),
        ),
        ("justification?", text.clone()),
    ]);
    let result = object(&[
        ("ruleId", text.clone()),
        ("ruleIndex", index.clone()),
        ("level", level.clone()),
        ("message", message.clone()),
        ("locations", list(&location)),
        (
            "partialFingerprints?",
            json!({ "additionalProperties": { "pattern": "^[0-9a-f]{64}$" } }),
        ),
        ("suppressions?", list(&suppression)),
        ("properties?", any.clone()),
    ]);
    let rule = object(&[
        ("id", text.clone()),
        ("shortDescription", message.clone()),
        ("defaultConfiguration", object(&[("level", level.clone())])),
        ("properties?", any.clone()),
    ]);
    let driver = object(&[
        ("name", text.clone()),
        ("version?", text.clone()),
        ("semanticVersion?", text.clone()),
        ("informationUri?", text.clone()),
        ("rules", list(&rule)),
    ]);
    let notification = object(&[("level", level), ("message", message)]);
    let invocation = object(&[
        ("executionSuccessful", json!({ "type": "boolean" })),
        ("exitCode?", index),
        ("exitCodeDescription?", text.clone()),
        ("startTimeUtc?", time.clone()),
        ("endTimeUtc?", time),
        ("toolExecutionNotifications?", list(&notification)),
    ]);
    let run = object(&[
        ("tool", object(&[("driver", driver)])),
        ("automationDetails?", object(&[("id", text.clone())])),
        ("invocations", list(&invocation)),
        ("columnKind?", json!({ "const": "unicodeCodePoints" })),
        ("results", list(&result)),
        ("properties?", any),
    ]);
    compiled(&object(&[
        ("$schema?", text),
        ("version", json!({ "const": "2.1.0" })),
        ("runs", list(&run)),
    ]))
});

/// Of ctrf.schema.json.
static CTRF: LazyLock<Validator> = LazyLock::new(|| {
    let text = json!({ "type": "string" });
    let named = json!({ "type": "string", "minLength": 1 });
    let any = json!({ "type": "object" });
    let count = json!({ "type": "integer", "minimum": 0 });
    let test = object(&[
        ("name", named.clone()),
        (
            "status",
            json!({ "enum": ["passed", "failed", "skipped", "pending", "other"] }),
        ),
        ("duration", count.clone()),
        (
            "suite?",
            json!({ "type": "array", "minItems": 1, "items": { "type": "string" } }),
        ),
        ("message?", text.clone()),
        ("trace?", text.clone()),
        ("rawStatus?", text.clone()),
        ("extra?", any.clone()),
    ]);
    let summary = object(&[
        ("tests", count.clone()),
        ("passed", count.clone()),
        ("failed", count.clone()),
        ("pending", count.clone()),
        ("skipped", count.clone()),
        ("other", count.clone()),
        ("start", count.clone()),
        ("stop", count),
        ("extra?", any),
    ]);
    let results = object(&[
        (
            "tool",
            object(&[("name", named), ("version?", text.clone())]),
        ),
        ("summary", summary),
        ("tests", list(&test)),
    ]);
    compiled(&object(&[
        ("reportFormat", json!({ "const": "CTRF" })),
        (
            "specVersion",
            json!({ "type": "string", "pattern": "^[0-9]+\\.[0-9]+\\.[0-9]+$" }),
        ),
        ("timestamp?", text.clone()),
        ("generatedBy?", text),
        ("results", results),
    ]))
});

fn parsed(text: &str, validator: &Validator) -> Value {
    let document = serde_json::from_str(text).unwrap();
    let violations = validator.violations(&document);
    assert!(violations.is_empty(), "{violations:?} {document:#}");
    document
}

/// Whether both say what the report says.
pub(super) fn check(report: &Report) {
    check_sarif(report);
    check_ctrf(report);
}

fn check_sarif(report: &Report) {
    let log = parsed(&sarif::render(report), &SARIF);
    let run = &log["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    let results = run["results"].as_array().unwrap();
    for result in results {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[index]["id"], result["ruleId"]);
        let message = result["message"]["text"].as_str().unwrap();
        let mut open = message
            .replace("\\\\", "")
            .replace("\\[", "")
            .replace("\\]", "");
        open.retain(|c| matches!(c, '\\' | '[' | ']'));
        assert_eq!(open, "", "{message}");
    }
    let of = |wanted: &dyn Fn(&str) -> bool| {
        let of = results.iter();
        of.filter(|result| wanted(result["ruleId"].as_str().unwrap()))
            .count()
    };
    assert_eq!(
        of(&|rule| rule == "acceptance"),
        finding::gated(report).len()
    );
    assert_eq!(
        of(&|rule| rule == "statement-unchecked"),
        report.unchecked()
    );
    let suppressed = |result: &&Value| result.get("suppressions").is_some();
    let failing = results.iter().filter(|result| {
        result["level"] == "error"
            && !suppressed(result)
            && result.get("partialFingerprints").is_some()
    });
    let accepted = finding::accepted_ones(report);
    let is_clean = |case: &&&conformant::report::CaseReport| {
        !matches!(case.assessment, conformant::baseline::Assessment::Known(_))
    };
    assert!(
        accepted
            .iter()
            .all(|it| it.cases.iter().filter(is_clean).count() == 0)
    );
    assert_eq!(failing.count(), finding::differences(report).len());
    let invocation = &run["invocations"][0];
    let code = report.verdict.exit_code();
    assert_eq!(invocation["executionSuccessful"], code <= 1);
    assert_eq!(invocation["exitCode"], code);
    let notifications = invocation["toolExecutionNotifications"].as_array().unwrap();
    let about = usize::from(report.stopped.is_some()) + report.unjudged.len();
    assert_eq!(notifications.len(), about + finding::open(report).len());
    let cases: BTreeMap<String, usize> =
        serde_json::from_value(run["properties"]["cases"].clone()).unwrap();
    let counts = report.operations.iter().flat_map(|it| &it.cases);
    assert_eq!(
        cases,
        read::counts(counts.map(|case| (case.verdict.word(), 1)))
    );
}

fn check_ctrf(report: &Report) {
    let document = parsed(&ctrf::render(report), &CTRF);
    let results = &document["results"];
    let tests = results["tests"].as_array().unwrap();
    let mut expected: BTreeMap<&str, usize> = BTreeMap::new();
    let cases = report.operations.iter().flat_map(|it| &it.cases);
    for case in cases.clone() {
        let status = match case.verdict {
            Verdict::Pass | Verdict::Note | Verdict::Known => "passed",
            Verdict::Fail => "failed",
            Verdict::Skipped => "skipped",
            Verdict::Inconclusive | Verdict::Error => "other",
        };
        *expected.entry(status).or_default() += 1;
    }
    *expected.entry("other").or_default() += report.unjudged.len();
    *expected.entry("other").or_default() += usize::from(report.verdict.exit_code() > 1);
    let unchecked = match report.verdict {
        RunVerdict::Unchecked { strict: true, .. } => "failed",
        _ => "skipped",
    };
    *expected.entry(unchecked).or_default() += usize::from(report.unchecked() > 0);
    for status in ["passed", "failed", "pending", "skipped", "other"] {
        let expected = expected.get(status).copied().unwrap_or_default();
        let listed = tests.iter().filter(|test| test["status"] == status);
        assert_eq!(listed.count(), expected, "{status}");
        assert_eq!(results["summary"][status], expected, "{status}");
    }
    assert_eq!(results["summary"]["tests"], tests.len());
    let raw = tests.iter().filter_map(|test| test["rawStatus"].as_str());
    assert_eq!(
        read::counts(raw.map(|word| (word, 1))),
        read::counts(cases.map(|case| (case.verdict.word(), 1)))
    );
    for test in tests.iter().filter(|test| test["status"] == "failed") {
        assert!(test["message"].is_string(), "{test}");
    }
}

#[test]
fn one_cause_in_several_operations_is_one_result() {
    let report = example::full_of_operations("x", 3);
    let log = parsed(&sarif::render(&report), &SARIF);
    let results = log["runs"][0]["results"].as_array().unwrap();
    let first = &results[0];
    assert_eq!(first["locations"].as_array().unwrap().len(), 3);
    let uri = &first["locations"][1]["physicalLocation"]["artifactLocation"]["uri"];
    assert_eq!(uri, "schemas/x1/contract.json");
    assert_eq!(first["properties"]["operations"], json!(["x", "x1", "x2"]));
}

#[test]
fn what_was_accepted_is_suppressed_with_its_reason() {
    let mut report = example::full_of("because");
    for operation in &mut report.operations {
        operation
            .cases
            .retain(|case| case.verdict == Verdict::Known);
    }
    let log = parsed(&sarif::render(&report), &SARIF);
    let results = log["runs"][0]["results"].as_array().unwrap();
    let suppression = &results[0]["suppressions"][0];
    assert_eq!(suppression["kind"], "external");
    let why = suppression["justification"].as_str().unwrap();
    assert!(why.starts_with("because"), "{why}");
}

#[test]
fn no_operation_leaves_its_folder() {
    let report = example::full_of("../../etc/%2e\\x");
    let log = parsed(&sarif::render(&report), &SARIF);
    let place = &log["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
    let uri = place["artifactLocation"]["uri"].as_str().unwrap();
    assert_eq!(
        uri,
        "schemas/%2E%2E%2F%2E%2E%2Fetc%2F%252e%5Cx/contract.json"
    );
}
