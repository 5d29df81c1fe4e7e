//! `conformant derive` of definitions: one file of many operations becomes a suite that runs,
//! among pages and by itself; a server that does otherwise is found out.
use crate::support::{Serve, conformant, finish, run};
use conformant::selftest::access;
use serde_json::Value;
use std::path::Path;

const JARS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/definitions/jars.yaml");
const OPERATIONS: [&str; 5] = [
    "create-jar",
    "delete-jar",
    "list-jars",
    "show-jar",
    "update-jar",
];

/// A folder whose suite `s` is derived from the definition of jars.
fn derived() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let (code, text) = run(folder.path(), &["derive", JARS, "--out", "s"]);
    assert_eq!(code, 0, "{text}");
    assert!(text.contains("1 source: 5 operations\n"), "{text}");
    assert!(text.contains(" statements read, 0 to look at\n"), "{text}");
    folder
}

fn operations(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder.join("s/schemas")).unwrap();
    let mut names: Vec<String> = entries
        .map(|it| it.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn every_operation_of_a_document_is_part_of_a_suite_that_does_not_drift() {
    let folder = derived();
    assert_eq!(operations(folder.path()), OPERATIONS);
    let service = std::fs::read_to_string(folder.path().join("s/service.toml")).unwrap();
    for line in [
        "[resource.jar]",
        "create = { operation = \"create-jar\", take = \"/id\" }",
    ] {
        assert!(service.contains(line), "{service}");
    }
    // The document stays where it is: its contracts are what the suite keeps.
    assert!(!folder.path().join("s/schemas/show-jar/jars.yaml").exists());
    let (code, text) = run(folder.path(), &["derive", JARS, "--out", "s", "--check"]);
    assert_eq!(code, 0, "{text}");
    let (code, text) = run(folder.path(), &["derive", "s", "--out", "s", "--check"]);
    assert_eq!(code, 0, "{text}");
    let changed = std::fs::read_to_string(JARS)
        .unwrap()
        .replace("maximum: 5000", "maximum: 6000");
    std::fs::write(folder.path().join("jars.yaml"), changed).unwrap();
    let (code, text) = run(
        folder.path(),
        &["derive", "jars.yaml", "--out", "s", "--check"],
    );
    assert_eq!(code, 1, "{text}");
    assert!(text.contains("update-jar/contract.json"), "{text}");
}

#[test]
fn the_reference_server_conforms_and_every_statement_is_verified() {
    let folder = derived();
    let arguments = [
        "run",
        "--suite",
        "s",
        "--reference",
        "--seed",
        "1",
        "--report",
        "json=r.json",
    ];
    let mut command = conformant(folder.path(), &arguments);
    command.env("CONFORMANT_CASES", "20");
    let (code, text) = finish(&mut command);
    assert_eq!(code, 0, "{text}");
    let report: Value =
        serde_json::from_str(&std::fs::read_to_string(folder.path().join("r.json")).unwrap())
            .unwrap();
    let of = report["operations"].as_array().unwrap();
    assert_eq!(of.len(), OPERATIONS.len());
    let mut open = Vec::new();
    for operation in of {
        for clause in operation["clauses"].as_array().unwrap() {
            assert!(
                clause["source"].as_str().unwrap().starts_with("#/")
                    || clause["id"].as_str().unwrap().starts_with("sequence/"),
                "{clause}"
            );
            if clause["verdict"] != "verified" {
                open.push(format!("{}: {}", operation["operation"], clause["id"]));
            }
        }
    }
    assert_eq!(open, [""; 0]);
}

#[test]
fn a_server_that_does_otherwise_is_found_out_by_its_pointer() {
    let folder = derived();
    let fault = "list-jars:200-total-is-below-its-range";
    let serve = Serve::start(folder.path(), &["--suite", "s", "--fault", fault]);
    let access = access();
    let arguments = ["run", "--suite", "s", "--operation", "list-jars"];
    let mut command = conformant(folder.path(), &arguments);
    command
        .args(["--base-url", &serve.url, "--project-id", &access.project_id])
        .args(["--value", "shelf_id=a", "--color", "never"])
        .env("CONFORMANT_CASES", "3")
        .env("CONFORMANT_TOKEN", &access.token);
    let (code, text) = finish(&mut command);
    assert_eq!(code, 1, "{text}");
    assert!(
        text.contains("value-range at /total\n    clause    response/200/total/range"),
        "{text}"
    );
    let schema =
        "#/paths/~1shelves~1{shelf_id}~1jars/get/responses/200/content/application~1json/schema";
    let place = format!("{schema}/properties/total (total)");
    assert!(text.contains(&place), "{text}");
}

#[test]
fn pages_and_definitions_stand_in_one_folder() {
    let folder = tempfile::tempdir().unwrap();
    let put = |name: &str, text: &str| {
        let path = folder.path().join("in").join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    put("jars.yaml", &std::fs::read_to_string(JARS).unwrap());
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = root.join("schemas/show-audit-task-status/page.md");
    put("page.md", &std::fs::read_to_string(page).unwrap());
    let cups = std::fs::read_to_string(root.join("tests/definitions/cups.json")).unwrap();
    put("deep/twice.json", &serde_json::to_string(&cups).unwrap());
    put("empty.json", "\"{}\"");
    put("package.json", "{ \"name\": \"in\" }");
    put("tsconfig.json", "{ // a comment\n }");
    put("broken.yml", "openapi: 3.0.0\npaths: {\n");
    let (code, text) = run(folder.path(), &["derive", "in", "--out", "s"]);
    assert_eq!(code, 2, "{text}");
    let last = "7 sources: 9 operations, 3 without an operation (empty.json, package.json, tsconfig.json), 1 not read (broken.yml)";
    assert!(text.contains(last), "{text}");
    assert_eq!(operations(folder.path()).len(), 9);
    let unread = std::fs::read_to_string(folder.path().join("s/unread.toml")).unwrap();
    assert!(unread.contains("file = \"broken.yml\""), "{unread}");
}

#[test]
fn what_is_no_definition_and_names_that_are_not_apart_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let refused = |text: &str, more: &[&str]| -> String {
        std::fs::write(folder.path().join("a.json"), text).unwrap();
        let (code, text) = run(
            folder.path(),
            &[&["derive", "a.json", "--out", "s"], more].concat(),
        );
        assert_eq!(code, 2, "{text}");
        text
    };
    assert!(
        refused("{}", &[]).contains("this is no definition"),
        "it has no paths"
    );
    assert!(
        refused("{\n\"a\": }", &[]).contains("a.json:2: this is no JSON"),
        "and its line"
    );
    assert!(refused("{ \"swagger\": \"1.2\" }", &[]).contains("version '1.2'"));
    let twice = r#"{ "openapi": "3.1.0", "paths": { "/a": {
        "get": { "operationId": "readIt", "responses": { "200": {} } },
        "put": { "operationId": "read_it", "responses": { "200": {} } } } } }"#;
    let text = refused(twice, &[]);
    assert!(
        text.contains("it documents 'read-it', and so does PUT /a"),
        "{text}"
    );
    let text = refused(twice, &["--operation", "x"]);
    assert!(
        text.contains("one name cannot be that of the 2 operations"),
        "{text}"
    );
}

#[test]
fn stated_forms_are_statements_and_every_fault_of_them_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let document = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/definitions/forms.yaml");
    let (code, text) = run(folder.path(), &["derive", document, "--out", "s"]);
    assert_eq!(code, 0, "{text}");
    assert!(text.contains(" statements read, 0 to look at\n"), "{text}");
    let mut command = conformant(folder.path(), &["run", "--suite", "s", "--reference"]);
    let (code, text) = finish(command.env("CONFORMANT_CASES", "8"));
    assert_eq!(code, 0, "{text}");
    for operation in ["list-bookings", "put-quote"] {
        let mut command = conformant(
            folder.path(),
            &[
                "selftest",
                "--suite",
                "s",
                "--operation",
                operation,
                "--seed",
                "1",
            ],
        );
        command.args(["format", "pattern"]);
        let (code, text) = finish(&mut command);
        assert_eq!(code, 0, "{text}");
        // Unchecked, without its end, without its ends, of any case, cut at a line feed.
        let of_patterns = match operation {
            "list-bookings" => "request/query/code/pattern",
            _ => "request/body/label/pattern",
        };
        let line = text.lines().find(|line| line.starts_with(of_patterns));
        let counts: Vec<&str> = line.unwrap().split_whitespace().skip(1).collect();
        assert_eq!(counts[1..], ["0", "0"], "{text}");
        assert!(counts[0].parse::<u32>().unwrap() >= 3, "{text}");
    }
}

#[test]
fn a_bearer_token_travels_behind_its_scheme_and_422_is_the_status_of_what_is_invalid() {
    let folder = tempfile::tempdir().unwrap();
    let document = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/definitions/notes.yaml");
    let (code, text) = run(folder.path(), &["derive", document, "--out", "s"]);
    assert_eq!(code, 0, "{text}");
    let service = std::fs::read_to_string(folder.path().join("s/service.toml")).unwrap();
    for line in ["profile = \"bearer\"\n", "[status]\n", "parameter = 422\n"] {
        assert!(service.contains(line), "{service}");
    }
    let (code, text) = run(
        folder.path(),
        &["derive", document, "--out", "s", "--check"],
    );
    assert_eq!(code, 0, "{text}");

    // Every weak check of a token behind a scheme is found, of those that such a header allows.
    let (code, text) = run(folder.path(), &["selftest", "--suite", "s", "token-"]);
    assert_eq!(code, 0, "{text}");

    let serve = Serve::start(folder.path(), &["--suite", "s"]);
    let access = access();
    let against = |token: &str, more: &[&str]| {
        let mut command = conformant(folder.path(), &["run", "--suite", "s", "--seed", "1"]);
        command
            .args(["--base-url", &serve.url, "--color", "never"])
            .args(more)
            .env("CONFORMANT_CASES", "8")
            .env("CONFORMANT_TOKEN", token);
        finish(&mut command)
    };
    let (code, text) = against(&access.token, &["--record", "r.ndjson"]);
    assert_eq!(code, 0, "{text}");
    let record = std::fs::read_to_string(folder.path().join("r.ndjson")).unwrap();
    assert!(
        record.contains("Bearer $CONFORMANT_TOKEN"),
        "shown as a shell writes it"
    );
    assert!(!record.contains(&access.token));
    let (code, text) = against("another-token-that-nobody-gave", &[]);
    assert_eq!(code, 3, "{text}");

    // Who sends the token bare is refused: the scheme is part of what the server asks for.
    let toml = service.replace(
        "profile = \"bearer\"\n",
        "profile = \"bearer\"\n[token]\nprefix = \"\"\n",
    );
    std::fs::write(folder.path().join("s/service.toml"), toml).unwrap();
    let (code, text) = run(folder.path(), &["derive", "s", "--out", "s", "--force"]);
    assert_eq!(code, 0, "{text}");
    let (code, text) = against(&access.token, &[]);
    assert_eq!(code, 3, "{text}");
}
