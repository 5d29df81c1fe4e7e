//! Values of replies that the page says may be null.
use conformant::contract::{Contract, Fact};
use conformant::derive::derive;
use conformant::reference::catalogue;
use conformant::schema::{Validator, response};
use serde_json::{Value, json};
use std::path::Path;

/// A page whose reply has this row beside an object.
fn page(kind: &str, description: &str) -> String {
    format!(
        "# Showing a Job - ShowJob\n\n## URI\n\nGET /v1/jobs\n\n## Response Parameters\n\n**Status code: 200**\n\n\
         Table 1 Response body parameters\n\n| Parameter | Type | Description |\n| --- | --- | --- |\n\
         | it | {kind} | {description} |\n\n\
         Table 2 Owner\n\n| Parameter | Type | Description |\n| --- | --- | --- |\n| id | String | Its ID. |\n"
    )
}

fn read(kind: &str, description: &str) -> (Contract, Vec<String>) {
    let source = page(kind, description);
    let derived = derive(Path::new("page.md"), &source, Path::new("nowhere"), None).unwrap();
    let found = derived.findings.into_iter().map(|finding| finding.what);
    (derived.contract, found.collect())
}

fn validator(contract: &Contract) -> Validator {
    let schema = response(contract, 200).unwrap();
    Validator::compile(Path::new("schema"), &schema).unwrap()
}

#[test]
fn null_conforms_where_the_page_says_that_it_may_come() {
    for (kind, description, good, bad) in [
        (
            "String",
            "The end. The value is null if the job is running.",
            json!("x"),
            json!(7),
        ),
        (
            "Integer",
            "The code. This may be null.",
            json!(7),
            json!("7"),
        ),
        (
            "Integer",
            "Which. The value may be null. Enumerated values: 0, 1.",
            json!(1),
            json!(2),
        ),
        (
            "Array of strings",
            "Its tags, or null.",
            json!(["a"]),
            json!([7]),
        ),
        (
            "[Owner](#owner) object",
            "The owner. null if nobody owns it.",
            json!({ "id": "x" }),
            json!({ "id": 7 }),
        ),
        (
            "String",
            "结束时间。如果没有，则为 null",
            json!("x"),
            json!(7),
        ),
    ] {
        let (contract, found) = read(kind, description);
        let field = &contract.responses[&200].body.as_ref().unwrap().fields[0];
        assert!(field.is_nullable, "{description}");
        assert!(
            field.quotes[&Fact::Nullable].words.contains("null"),
            "{description}"
        );
        assert!(
            !found.iter().any(|what| what.contains("null")),
            "{description}: {found:?}"
        );
        let validator = validator(&contract);
        let accepts = |value: &Value| validator.accepts(&json!({ "it": value }));
        assert!(accepts(&good) && accepts(&Value::Null), "{description}");
        assert!(!accepts(&bad), "{description}");
        // What is wrong is still told by its own place.
        let violations = validator.violations(&json!({ "it": bad }));
        assert_eq!(violations[0].path[0], "it", "{description}");
        let faults = catalogue::faults(&contract);
        assert!(
            !faults
                .iter()
                .any(|fault| fault.name.ends_with("it-is-null")),
            "{description}"
        );
        // The file says it, and reading that gives the same contract.
        let text = conformant::contract::file::write(&contract);
        let again = conformant::contract::file::read(Path::new("contract.json"), &text).unwrap();
        let field = &again.responses[&200].body.as_ref().unwrap().fields[0];
        assert!(field.is_nullable, "{description}");
    }
}

#[test]
fn null_is_a_difference_where_nothing_says_so() {
    for description in [
        "It must not be null.",
        "It cannot be null.",
        "Its name.",
        "A nullable thing.",
    ] {
        let (contract, _) = read("String", description);
        assert!(
            !validator(&contract).accepts(&json!({ "it": null })),
            "{description}"
        );
        let faults = catalogue::faults(&contract);
        assert!(
            faults
                .iter()
                .any(|fault| fault.name.ends_with("it-is-null")),
            "{description}"
        );
    }
}
