//! The contract is the seam of the program: sources write it, everything else reads it.
use crate::support::{conformant, finish, run, serve_changed, wire};
use conformant::selftest::access;
use std::path::{Path, PathBuf};

const OPERATION: &str = "show-audit-task-status";

/// The built-in suite as a folder of its own.
fn suite() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for part in ["schemas", "cases"] {
        let from = root.join(part).join(OPERATION);
        let to = folder.path().join("s").join(part).join(OPERATION);
        std::fs::create_dir_all(&to).unwrap();
        for entry in std::fs::read_dir(from).unwrap() {
            let path = entry.unwrap().path();
            std::fs::copy(&path, to.join(path.file_name().unwrap())).unwrap();
        }
    }
    std::fs::copy(
        root.join("service.toml"),
        folder.path().join("s/service.toml"),
    )
    .unwrap();
    folder
}

fn schemas(folder: &Path) -> PathBuf {
    folder.join("s/schemas").join(OPERATION)
}

/// Replaces a text in a file, once.
fn edit(path: &Path, from: &str, to: &str) {
    let text = std::fs::read_to_string(path).unwrap();
    let edited = text.replacen(from, to, 1);
    assert_ne!(edited, text, "{from}");
    std::fs::write(path, edited).unwrap();
}

#[test]
fn without_its_page_a_suite_does_all_but_derive_as_before() {
    let folder = suite();
    let commands: [&[&str]; 5] = [
        &["list", "--suite", "s"],
        &["list", "--clauses", "--suite", "s"],
        &["export", "openapi", "--suite", "s"],
        &["run", "--reference", "--dry-run", "--suite", "s"],
        &["selftest", "--suite", "s", "is-null"],
    ];
    let outputs = || -> Vec<(i32, String)> {
        let outputs = commands
            .iter()
            .map(|arguments| run(folder.path(), arguments));
        // The self-test says how long it took, and that the independent eye has no page.
        let is_same = |line: &&str| !line.contains(" s, seed ") && !line.contains("contract.json");
        outputs
            .map(|(code, text)| {
                let lines = text.lines().filter(is_same);
                (code, lines.collect::<Vec<_>>().join("\n"))
            })
            .collect()
    };
    let record = || {
        let arguments = [
            "run",
            "--reference",
            "--suite",
            "s",
            "--seed",
            "1",
            "--concurrency",
            "1",
            "--record",
            "r.ndjson",
            "--force",
        ];
        let (code, text) = run(folder.path(), &arguments);
        assert_eq!(code, 0, "{text}");
        let text = std::fs::read_to_string(folder.path().join("r.ndjson")).unwrap();
        let header: serde_json::Value = serde_json::from_str(text.lines().next().unwrap()).unwrap();
        header["digests"].clone()
    };
    let (before, digests) = (outputs(), record());
    std::fs::remove_file(schemas(folder.path()).join("page.md")).unwrap();
    assert_eq!(outputs(), before);
    assert!(before.iter().all(|(code, _)| *code == 0), "{before:?}");
    assert_eq!(record(), digests);
}

#[test]
fn a_fact_that_is_changed_by_hand_is_followed_by_everything() {
    let folder = suite();
    let contract = schemas(folder.path()).join("contract.json");
    edit(&contract, "\"max\": 64,", "\"max\": 63,");
    // Nothing runs by a contract that its schemas do not follow.
    let (code, text) = run(folder.path(), &["run", "--reference", "--suite", "s"]);
    assert_eq!(code, 2, "{text}");
    assert!(text.contains("request.schema.json"), "{text}");
    assert!(text.contains("conformant derive s/schemas/"), "{text}");
    let page = format!("s/schemas/{OPERATION}/page.md");
    let check = [
        "derive",
        page.as_str(),
        "--out",
        "s",
        "--operation",
        OPERATION,
        "--check",
    ];
    let (code, text) = run(folder.path(), &check);
    assert_eq!(code, 1, "{text}");
    for told in [
        "contract.json:",
        "'\"max\": 63,' stands here, '\"max\": 64,' is derived",
        "request.schema.json:",
        "openapi.json:",
    ] {
        assert!(text.contains(told), "{told}: {text}");
    }
    let contract = format!("s/schemas/{OPERATION}/contract.json");
    let (code, text) = run(folder.path(), &["derive", &contract, "--out", "s"]);
    assert_eq!(code, 0, "{text}");
    let (_, text) = run(folder.path(), &check);
    assert!(text.contains("contract.json:"), "{text}");
    assert!(!text.contains("schema.json:"), "{text}");
    let (_, clauses) = run(folder.path(), &["list", "--clauses", "--suite", "s"]);
    assert!(clauses.contains("32 to 63 characters"), "{clauses}");
    let (_, document) = run(folder.path(), &["export", "openapi", "--suite", "s"]);
    assert!(document.contains("\"maxLength\": 63"), "{document}");
    // Judge and reference server agree on it.
    let (code, text) = run(folder.path(), &["run", "--reference", "--suite", "s", "-v"]);
    assert_eq!(code, 0, "{text}");
    assert!(text.contains("of-64-characters"), "{text}");
    // The page would take it back, and says so first.
    let (code, text) = run(folder.path(), &check[..check.len() - 1]);
    assert_eq!(code, 2, "{text}");
    assert!(text.contains("changed since it was derived"), "{text}");
}

#[test]
fn a_correction_ends_a_false_red_and_is_named_wherever_it_shows() {
    let folder = suite();
    // A server whose counts are wider than the page says.
    let url = serve_changed(|_, _, answer| {
        if answer.status == 200 {
            let mut body: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
            body["total_num"] = 3_000_000_000_u64.into();
            answer.body = serde_json::to_vec(&body).unwrap();
        }
    });
    let tested = || {
        let mut command = conformant(
            folder.path(),
            &[
                "run",
                "valid/",
                "--suite",
                "s",
                "--base-url",
                &url,
                "--project-id",
                &access().project_id,
                "--report",
                "json=r.json",
                "--report",
                "html=r.html",
                "--report",
                "markdown=r.md",
                "--report",
                "junit=r.xml",
            ],
        );
        finish(command.env("CONFORMANT_TOKEN", access().token))
    };
    let (code, text) = tested();
    assert_eq!(code, 1, "{text}");
    assert!(text.contains("value-range"), "{text}");
    let reading = schemas(folder.path()).join("reading.toml");
    let mut corrected = std::fs::read_to_string(&reading).unwrap();
    corrected.push_str("\n[[correct]]\nclause = \"response/200/total_num/type\"\nvalue = \"Long\"\nreason = \"The service counts beyond 32 bits.\"\n");
    std::fs::write(&reading, &corrected).unwrap();
    let contract = format!("s/schemas/{OPERATION}/contract.json");
    let (code, text) = run(folder.path(), &["derive", &contract, "--out", "s"]);
    assert_eq!(code, 0, "{text}");
    let (code, text) = tested();
    assert_eq!(code, 0, "{text}");
    let names = |text: &str| {
        [
            "response/200/total_num/type",
            "Long (int64)",
            "Integer (int32)",
            "The service counts beyond 32 bits.",
        ]
        .iter()
        .all(|word| text.contains(word))
    };
    assert!(names(&text), "{text}");
    for file in ["r.json", "r.html", "r.md", "r.xml"] {
        let text = std::fs::read_to_string(folder.path().join(file)).unwrap();
        assert!(names(&text), "{file}: {text}");
    }
    let (_, clauses) = run(folder.path(), &["list", "--clauses", "--suite", "s"]);
    let line = clauses
        .lines()
        .find(|line| line.contains("total_num/type"))
        .unwrap();
    assert!(line.contains("Long (int64)"), "{line}");
}

#[test]
fn a_correction_that_names_nothing_or_says_nothing_is_refused_with_its_line() {
    let folder = suite();
    let reading = schemas(folder.path()).join("reading.toml");
    let before = std::fs::read_to_string(&reading).unwrap();
    let line = before.lines().count() + 2;
    for (entry, told) in [
        (
            "clause = \"response/200/nothing/type\"\nvalue = \"Long\"",
            "the contract has no",
        ),
        (
            "clause = \"status/418\"\ndrop = true",
            "the contract has no 'status/418'",
        ),
        (
            "clause = \"request/path/project_id/length\"\nvalue = { min = 9, max = 3 }",
            "bounds are a table",
        ),
        (
            "clause = \"request/path/project_id/length\"\nvalue = \"255\"",
            "bounds are a table",
        ),
        (
            "clause = \"response/200/total_num/type\"\nvalue = \"Lang\"",
            "is not a type",
        ),
        (
            "clause = \"response/200/total_num/type\"",
            "either 'value' or 'drop = true'",
        ),
        (
            "clause = \"response/200/id/present\"\ndrop = true",
            "is stated by the reading",
        ),
    ] {
        let text = format!("{before}\n[[correct]]\n{entry}\nreason = \"of this test\"\n");
        std::fs::write(&reading, text).unwrap();
        let (code, text) = run(folder.path(), &["list", "--suite", "s"]);
        assert_eq!(code, 2, "{entry}: {text}");
        assert!(text.contains(told), "{entry}: {text}");
        assert!(
            text.contains(&format!("reading.toml:{line}")),
            "{entry}: {text}"
        );
    }
    let text =
        format!("{before}\n[[correct]]\nclause = \"status/403\"\ndrop = true\nreason = \" \"\n");
    std::fs::write(&reading, text).unwrap();
    let (code, text) = run(folder.path(), &["list", "--suite", "s"]);
    assert_eq!(code, 2, "{text}");
    assert!(text.contains("needs its reason"), "{text}");
}

#[test]
fn a_dropped_row_and_a_dropped_status_are_asked_for_no_more() {
    let folder = suite();
    let reading = schemas(folder.path()).join("reading.toml");
    let before = std::fs::read_to_string(&reading).unwrap();
    let entries = "\n[[correct]]\nclause = \"response/200/task_switch\"\ndrop = true\nreason = \"It is gone.\"\n\n[[correct]]\nclause = \"status/403\"\ndrop = true\nreason = \"It never comes.\"\n";
    // What the reading states of them goes with them.
    let open = before
        .replace("\"task_status\", \"task_switch\", ", "\"task_status\", ")
        .replace("[400, 401, 403, 500]", "[400, 401, 500]");
    std::fs::write(&reading, format!("{open}{entries}")).unwrap();
    let contract = format!("s/schemas/{OPERATION}/contract.json");
    let (code, text) = run(
        folder.path(),
        &["derive", &contract, "--out", "s", "--force"],
    );
    assert_eq!(code, 0, "{text}");
    // A schema of a status that is gone stands there still.
    let (code, text) = run(folder.path(), &["list", "--suite", "s"]);
    assert_eq!(code, 2, "{text}");
    assert!(text.contains("response-403.schema.json"), "{text}");
    std::fs::remove_file(schemas(folder.path()).join("response-403.schema.json")).unwrap();
    let (code, text) = run(folder.path(), &["list", "--clauses", "--suite", "s"]);
    assert_eq!(code, 0, "{text}");
    assert!(
        !text.contains("task_switch") && !text.contains("status/403"),
        "{text}"
    );
    let (code, text) = run(folder.path(), &["run", "--reference", "--suite", "s"]);
    assert_eq!(code, 0, "{text}");
}

#[test]
fn members_that_no_table_lists_are_noted_or_refused() {
    let folder = suite();
    let url = serve_changed(|_, _, answer| {
        if answer.status == 200 {
            let mut body: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
            body["x_added"] = 1.into();
            answer.body = serde_json::to_vec(&body).unwrap();
        }
    });
    let tested = || {
        let arguments = [
            "run",
            "valid/audit",
            "--suite",
            "s",
            "--base-url",
            &url,
            "--project-id",
            &access().project_id,
        ];
        let mut command = conformant(folder.path(), &arguments);
        finish(command.env("CONFORMANT_TOKEN", access().token))
    };
    let (code, text) = tested();
    assert_eq!(code, 0, "{text}");
    assert!(text.contains("member-undocumented"), "{text}");
    edit(
        &folder.path().join("s/service.toml"),
        "undocumented_members = \"noted\"",
        "undocumented_members = \"refused\"",
    );
    let (code, text) = tested();
    assert_eq!(code, 1, "{text}");
    assert!(text.contains("member-refused"), "{text}");
}

#[test]
fn an_integer_of_unstated_width_is_noted_beyond_32_bits() {
    let folder = tempfile::tempdir().unwrap();
    let page = "# Counting Pots - CountPots\n\n## URI\n\nGET /v1/{project_id}/pots\n\n## Request Parameters\n\nTable 1 Path Parameters\n\n| Parameter | Mandatory | Type | Description |\n| --- | --- | --- | --- |\n| project_id | Yes | String | The project. |\n\n## Response Parameters\n\n**Status code: 200**\n\nTable 2 Response body parameters\n\n| Parameter | Type | Description |\n| --- | --- | --- |\n| made_at | Integer | When, in milliseconds. |\n| sizes | Array of integers | Their sizes. |\n\n## Status Codes\n\n| Status Code | Description |\n| --- | --- |\n| 200 | OK |\n| 401 | No token |\n";
    std::fs::write(folder.path().join("page.md"), page).unwrap();
    let (code, text) = run(folder.path(), &["derive", "page.md", "--out", "s"]);
    assert_eq!(code, 0, "{text}");
    let url = wire::serve(|stream| {
        let body = br#"{"made_at": 1753427737077, "sizes": [1, 5000000000]}"#;
        wire::reply(stream, "", body);
    });
    let arguments = [
        "run",
        "valid/",
        "--suite",
        "s",
        "--base-url",
        &url,
        "--project-id",
        "p1",
    ];
    let mut command = conformant(folder.path(), &arguments);
    let (code, text) = finish(command.env("CONFORMANT_TOKEN", access().token));
    assert_eq!(code, 0, "{text}");
    assert!(text.contains("integer-wide"), "{text}");
    for place in ["/made_at", "/sizes/*"] {
        assert!(text.contains(place), "{place}: {text}");
    }
}

/// Judge and reference server believe the same contract, and kill every fault of a false
/// one: the independent eye holds it against the page.
#[test]
fn the_selftest_sees_a_contract_that_is_not_as_the_page() {
    let folder = suite();
    let selftest = ["selftest", "--suite", "s", "is-null"];
    let (code, text) = run(folder.path(), &selftest);
    let same =
        format!("contract.json and its findings say what s/schemas/{OPERATION}/page.md says");
    assert!(code == 0 && text.contains(&same), "{text}");
    let contract = schemas(folder.path()).join("contract.json");
    edit(&contract, "\"max\": 64,", "\"max\": 69,");
    let path = format!("s/schemas/{OPERATION}/contract.json");
    let (code, text) = run(folder.path(), &["derive", &path, "--out", "s", "--force"]);
    assert_eq!(code, 0, "{text}");
    let (code, text) = run(folder.path(), &selftest);
    assert_eq!(code, 1, "{text}");
    assert!(
        !text.contains("SURVIVED") && !text.contains("FALSE ALARM"),
        "{text}"
    );
    for what in [
        "Table 1, row 1 (project_id): the number 64 of 'The value contains 32 to 64 characters.' is in no fact",
        "Table 1, row 1 (project_id): the maximum 69 of its length is not in the words quoted for it",
        "2 times contract.json does not say",
    ] {
        assert!(text.contains(what), "{text}");
    }
    std::fs::remove_file(schemas(folder.path()).join("page.md")).unwrap();
    let (code, text) = run(folder.path(), &selftest);
    assert!(code == 0 && text.contains("no page here"), "{text}");
}
