//! The published schema of the JSON report holds what is written, and not much more.

use super::example;
use conformant::judge::{RunVerdict, Verdict};
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
    let broken: [(&str, Value); 15] = [
        ("/format", json!("conformant-report/1")),
        ("/started_at", json!("yesterday")),
        ("/suite/digest", json!(1)),
        ("/unjudged/0/reason", json!(null)),
        ("/operations/0/verdict", json!("conforms")),
        ("/operations/0/verdict", json!("does not conform today")),
        ("/operations/0/totals/pass", json!(1.5)),
        ("/operations/1/plan/items/0/skipped", json!("no")),
        ("/verdict", json!("conforms")),
        ("/exit_code", json!(0)),
        ("/totals/fail", json!(-1)),
        ("/operations/0/cases/0/verdict", json!("green")),
        (
            "/operations/0/cases/0/differences/0/severity",
            json!("none"),
        ),
        ("/operations/0/clauses/0/verdict", json!("not exercised")),
        ("/seed", json!("1")),
    ];
    for (pointer, value) in broken {
        let mut document = whole.clone();
        *document.pointer_mut(pointer).unwrap() = value;
        assert!(!validator.accepts(&document), "{pointer}");
    }
    for place in ["", "/operations/0", "/suite", "/unjudged/0", "/plan"] {
        let members = whole.pointer(place).unwrap().as_object().unwrap();
        for member in members.keys() {
            if ["stopped", "base_url", "commit", "left_out"].contains(&member.as_str()) {
                continue;
            }
            let mut document = whole.clone();
            let of = document.pointer_mut(place).unwrap();
            of.as_object_mut().unwrap().remove(member);
            assert!(!validator.accepts(&document), "{place}/{member}");
        }
    }
}

#[test]
fn what_could_not_be_judged_is_no_pass() {
    let validator = validator();
    let mut report = example::full_of("x");
    for operation in &mut report.operations {
        operation.cases.retain(|case| case.verdict == Verdict::Pass);
        operation.clauses.clear();
        operation.verdict = RunVerdict::Conforms;
    }
    let unjudged = std::mem::take(&mut report.unjudged);
    report.verdict = report.fold();
    assert!(validator.accepts(&rendered(&report)));
    report.unjudged = unjudged;
    assert!(!validator.accepts(&rendered(&report)));
}
