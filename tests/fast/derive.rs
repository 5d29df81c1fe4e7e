//! Page → contract → schemas and cases: what is committed is what is derived, both
//! renderings give the same contract, and the schemas accept and reject what the
//! tables say.
use conformant::derive::{derive, drift};
use conformant::schema::{Validator, request, response};
use conformant::source::page;
use serde_json::{Value, json};
use std::path::Path;

const OPERATION: &str = "show-audit-task-status";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn markdown() -> String {
    std::fs::read_to_string(root().join("schemas").join(OPERATION).join("page.md")).unwrap()
}

fn text() -> String {
    std::fs::read_to_string(root().join("tests/pages/show-audit-task-status.txt")).unwrap()
}

#[test]
fn what_is_committed_is_what_is_derived() {
    let derived = derive(Path::new("page.md"), &markdown(), root(), None).unwrap();
    assert_eq!(derived.contract.operation, OPERATION);
    assert_eq!(drift(&derived, root()).unwrap(), []);
    assert_eq!(derived.gaps, [], "the reading closes every gap");
}

#[test]
fn both_renderings_give_the_same_contract() {
    let read = |source: &str| {
        page::from_page(
            &page::read(Path::new("page"), source).unwrap(),
            Some(OPERATION),
        )
    };
    let (markdown, text) = (read(&markdown()), read(&text()));
    assert_eq!(markdown.facts(), text.facts());
    for findings in [&markdown.findings, &text.findings] {
        let stray = findings
            .iter()
            .filter(|finding| finding.what.contains("'-1: running'"));
        assert_eq!(stray.count(), 1);
        let others = findings
            .iter()
            .filter(|finding| !finding.what.contains("shows its markup"));
        assert_eq!(others.count(), 1, "{findings:#?}");
    }
}

#[test]
fn without_a_dash_in_the_title_the_uri_names_the_operation() {
    let page = page::read(Path::new("page"), &text()).unwrap();
    assert_eq!(
        page::from_page(&page, None).operation,
        "get-audit-summary-task-status"
    );
}

fn without_reading(status: Option<u16>) -> Validator {
    let page = page::read(Path::new("page"), &text()).unwrap();
    let contract = page::from_page(&page, Some(OPERATION));
    let schema = match status {
        Some(status) => response(&contract, status).unwrap(),
        None => request(&contract),
    };
    Validator::compile(Path::new("schema"), &schema).unwrap()
}

fn example() -> Value {
    let page = page::read(Path::new("page"), &text()).unwrap();
    serde_json::from_str(&page.examples[0].text).unwrap()
}

#[test]
fn the_200_schema_accepts_and_rejects_what_its_table_says() {
    let schema = without_reading(Some(200));
    assert!(schema.accepts(&example()));
    for (member, value, accepted) in [
        ("begin_time", json!(i64::MAX), true),
        ("begin_time", json!(i64::MAX as u64 + 1), false),
        ("begin_time", json!(1e19), false),
        ("begin_time", json!("1"), false),
        ("begin_time", json!(1.5), false),
        ("begin_time", json!(null), false),
        ("completed_num", json!(i32::MAX), true),
        ("completed_num", json!(i64::from(i32::MAX) + 1), false),
        ("completed_num", json!(i64::from(i32::MIN) - 1), false),
        ("busi_type", json!("risk"), true),
        ("busi_type", json!("Risk"), false),
        ("task_status", json!("0"), true),
        ("task_status", json!("-1"), true),
        ("task_status", json!("1"), false),
        ("task_status", json!(2), false),
        ("task_switch", json!(true), false),
        ("task_switch", json!("anything"), true),
    ] {
        let mut body = example();
        body[member] = value.clone();
        assert_eq!(schema.accepts(&body), accepted, "{member} = {value}");
    }
}

#[test]
fn error_schemas_reach_into_nested_rows() {
    for status in [400, 401, 403, 500] {
        let schema = without_reading(Some(status));
        let body = |detail: Value| json!({ "error_code": "A.1", "error_msg": "m", "details": [{}, detail] });
        assert!(schema.accepts(&body(json!({ "error_code": "A.1", "error_msg": "m" }))));
        assert!(
            !schema.accepts(&body(json!({ "error_code": 1 }))),
            "{status}"
        );
        assert!(!schema.accepts(&body(json!("text"))), "{status}");
        assert!(!schema.accepts(&json!({ "details": {} })), "{status}");
    }
}

#[test]
fn the_request_schema_bounds_its_parameters() {
    let schema = without_reading(None);
    let request = |project: &str, kind: &str| json!({ "path": { "project_id": project, "busi_type": kind }, "headers": { "X-Auth-Token": "t" } });
    for (length, accepted) in [(31, false), (32, true), (64, true), (65, false)] {
        assert_eq!(
            schema.accepts(&request(&"a".repeat(length), "audit")),
            accepted,
            "{length}"
        );
    }
    assert!(!schema.accepts(&request(&"a".repeat(32), "AUDIT")));
    assert!(
        !schema.accepts(&json!({ "path": { "project_id": "a".repeat(32), "busi_type": "risk" } }))
    );
}

#[test]
fn a_schema_without_decisions_is_reported_as_weak() {
    let folder = tempfile::tempdir().unwrap();
    let open = "format = \"conformant-service/1\"\n";
    std::fs::write(folder.path().join("service.toml"), open).unwrap();
    let derived = derive(
        Path::new("page.txt"),
        &text(),
        folder.path(),
        Some(OPERATION),
    )
    .unwrap();
    let accepts_nothing = |status: u16| {
        derived
            .gaps
            .iter()
            .any(|gap| gap.status == status && gap.accepts == "{}")
    };
    for status in [200, 400, 401, 403, 500] {
        assert!(accepts_nothing(status), "{status}");
    }
    assert!(
        derived
            .gaps
            .iter()
            .any(|gap| gap.closing == "response/200/task_status/present")
    );
}

#[test]
fn defects_of_a_page_are_findings_with_their_lines() {
    let findings = |source: &str| {
        let read = page::from_page(
            &page::read(Path::new("page"), source).unwrap(),
            Some(OPERATION),
        );
        read.findings
            .into_iter()
            .filter(|finding| {
                !finding.what.contains("shows its markup") && !finding.what.contains("-1: running")
            })
            .collect::<Vec<_>>()
    };
    for (what, from, to) in [
        ("listed twice", "  • 3: failed", "  • 2: failed"),
        (
            "without a name",
            "busi_type\n\nYes\n\nString",
            "Yes\n\nString",
        ),
        (
            "placeholder '{other}'",
            "{busi_type}/task-status\n\nTable 1 d",
            "{other}/task-status\n\nTable 1 d",
        ),
        (
            "may state a constraint",
            "32 to 64 characters",
            "32 and some more characters",
        ),
        ("is no JSON", "\"id\" : 32,", "\"id\" : ,"),
        (
            "refers to 'DbssErrorDetail'",
            "DbssErrorDetail\n\nParameter",
            "OtherDetail\n\nParameter",
        ),
    ] {
        let source = text().replace(from, to);
        assert_ne!(source, text(), "{what}: nothing was replaced");
        let found = findings(&source);
        let hit = found.iter().find(|finding| finding.what.contains(what));
        assert!(hit.is_some(), "{what}: {found:#?}");
    }
    let misspelt = text().replace(
        "X-Auth-Token\n\nYes\n\nString",
        "X-Auth-Token\n\nYes\n\nStrnig",
    );
    let found = findings(&misspelt);
    assert!(
        found
            .iter()
            .any(|finding| finding.what.contains("'Strnig' is no known type")),
        "{found:#?}"
    );
}

#[test]
fn what_is_no_api_page_is_refused_and_nothing_is_written() {
    let folder = tempfile::tempdir().unwrap();
    for (name, source) in [
        ("prose.txt", "Dear reader,\n\nthis is a letter.\n"),
        ("empty.txt", ""),
        (
            "page.html",
            "<!DOCTYPE html><html><body>GET /v3/x</body></html>",
        ),
        ("cut.txt", "Title\n\nURI\n\nGET /v3/{project_id}/x\n"),
        ("noise.txt", "\u{0}\u{1}\u{fffd}| --- |\n# \n"),
        (
            "news.html",
            "<html><h1>News</h1><p>GET /the/news</p><table><tr><th>Name</th><th>Price</th></tr><tr><td>a</td><td>1</td></tr></table></html>",
        ),
        (
            "README.md",
            "# Tool\n\nGET /x\n\n| Name | Since |\n|---|---|\n| a | 1 |\n",
        ),
        ("data.json", "{\"paths\": {\"/x\": {}}}"),
        (
            "large.txt",
            &format!("GET /x\n\n{}", "word\n\n".repeat(500_000)),
        ),
    ] {
        std::fs::write(folder.path().join(name), source).unwrap();
        let (code, text) = crate::support::run(folder.path(), &["derive", name, "--out", "suite"]);
        assert_eq!(code, 2, "{name}: {text}");
        assert!(text.contains(name) && text.contains("help:"), "{text}");
        assert!(!folder.path().join("suite").exists(), "{name}");
    }
}

#[test]
fn names_on_a_page_never_lead_out_of_the_folder() {
    let long = "n".repeat(300);
    let page = |title: &str, name: &str, kind: &str| {
        format!(
            "# T - {title}\n\n#### URI\n\nGET /v1/x\n\nTable 1 Query Parameters\n\n| Parameter | Mandatory | Type | Description |\n|---|---|---|---|\n| {name} | No | {kind} | d |\n\n#### Status Codes\n\n| Status Code | Description |\n|---|---|\n| 200 | ok |\n| 400 | no |\n"
        )
    };
    for hostile in [
        "../../x",
        "CON",
        "a/b",
        "a\0b",
        "..",
        "-",
        &long,
        "a\u{202e}b",
        "..\\..\\x",
    ] {
        for (at, text) in [
            page(hostile, "a", "String"),
            page("ShowX", hostile, "String"),
            page("ShowX", "a", &format!("Array of {hostile} objects")),
        ]
        .iter()
        .enumerate()
        {
            let folder = tempfile::tempdir().unwrap();
            let inner = folder.path().join("one/two");
            std::fs::create_dir_all(&inner).unwrap();
            std::fs::write(inner.join("page.md"), text).unwrap();
            let (code, said) =
                crate::support::run(&inner, &["derive", "page.md", "--out", "suite"]);
            assert!([0, 2].contains(&code), "{hostile:?} {at}: {code} {said}");
            assert!(!said.contains('\0') && !said.contains('\u{202e}'), "{said}");
            for (at, names) in [(folder.path(), 1), (inner.as_path(), 2)] {
                let count = std::fs::read_dir(at).unwrap().count();
                assert!(count <= names, "{hostile:?} wrote into {}", at.display());
            }
        }
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("page.md"), page("ShowX", "a", "String")).unwrap();
        if !hostile.contains('\0') {
            let arguments = ["derive", "page.md", "--out", "suite", "--operation"];
            let (code, said) =
                crate::support::run(folder.path(), &[&arguments[..], &[hostile]].concat());
            assert_eq!(code, 2, "{hostile:?}: {said}");
            assert!(!folder.path().join("suite").exists(), "{hostile:?}");
        }
    }
}

#[test]
fn a_derived_suite_runs_at_once() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("page.txt"), text()).unwrap();
    let (code, text) = crate::support::run(
        folder.path(),
        &[
            "derive",
            "page.txt",
            "--out",
            "suite",
            "--operation",
            OPERATION,
        ],
    );
    assert_eq!(code, 0, "{text}");
    let (code, text) = crate::support::run(
        folder.path(),
        &[
            "derive",
            "page.txt",
            "--out",
            "suite",
            "--operation",
            OPERATION,
            "--check",
        ],
    );
    assert_eq!(code, 0, "{text}");
    let (code, text) = crate::support::run(
        folder.path(),
        &["run", "--reference", "--suite", "suite", "-q"],
    );
    assert_eq!(code, 0, "{text}");
    let schema = folder
        .path()
        .join("suite/schemas")
        .join(OPERATION)
        .join("response-200.schema.json");
    let drifted = std::fs::read_to_string(&schema)
        .unwrap()
        .replace("\"integer\"", "\"number\"");
    std::fs::write(&schema, drifted).unwrap();
    let (code, text) = crate::support::run(
        folder.path(),
        &[
            "derive",
            "page.txt",
            "--out",
            "suite",
            "--operation",
            OPERATION,
            "--check",
        ],
    );
    assert_eq!(code, 1, "{text}");
    assert!(text.contains("response-200.schema.json:"), "{text}");
}
