//! The published schema of the JSON report holds what is written, and not much more.

use super::example;
use conformant::report::json;
use conformant::schema::Validator;
use proptest::prelude::*;
use serde_json::{Value, json};
use std::path::Path;

pub(crate) fn validator() -> Validator {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/report.schema.json");
    let text = std::fs::read_to_string(&path).unwrap();
    Validator::compile(&path, &serde_json::from_str(&text).unwrap()).unwrap()
}

fn rendered(report: &conformant::report::Report) -> Value {
    serde_json::from_str(&json::render(report)).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_report_conforms(report in example::random()) {
        let document = rendered(&report);
        let violations = validator().violations(&document);
        prop_assert!(violations.is_empty(), "{violations:?} {document:#}");
    }
}

#[test]
fn a_report_that_lies_does_not_conform() {
    let validator = validator();
    let whole = rendered(&example::full_of("x"));
    assert!(validator.accepts(&whole));
    let broken: [(&str, Value); 8] = [
        ("/format", json!("conformant-report/2")),
        ("/verdict", json!("conforms")),
        ("/exit_code", json!(0)),
        ("/totals/fail", json!(-1)),
        ("/cases/0/verdict", json!("green")),
        ("/cases/0/differences/0/severity", json!("none")),
        ("/clauses/0/verdict", json!("not exercised")),
        ("/seed", json!("1")),
    ];
    for (pointer, value) in broken {
        let mut document = whole.clone();
        *document.pointer_mut(pointer).unwrap() = value;
        assert!(!validator.accepts(&document), "{pointer}");
    }
    for member in whole
        .as_object()
        .unwrap()
        .keys()
        .filter(|key| !["stopped", "base_url"].contains(&key.as_str()))
    {
        let mut document = whole.clone();
        document.as_object_mut().unwrap().remove(member);
        assert!(!validator.accepts(&document), "{member}");
    }
}
