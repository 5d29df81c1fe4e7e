//! What was not run, and what nothing checks, is no pass: exit codes, and what each
//! report says.

use crate::support::{Serving, finish, run};
use conformant::suite::SuiteFiles;
use std::path::Path;

/// A suite in which nothing asks whether 'busi_type' is listed, in the folder `own`.
fn unchecking_suite(folder: &Path) {
    let is_other = |name: &str| name.contains("/update-audit-task/");
    for (name, text) in SuiteFiles::built_in().files {
        if is_other(&name) {
            continue;
        }
        let text = match name.strip_prefix("cases/show-audit-task-status/") {
            Some("busi_type.toml" | "both.toml") => "format = \"conformant-cases/1\"\n".into(),
            Some("properties.toml") => {
                let (_, rest) = text.split_once('\n').unwrap();
                let entries = rest.split("\n[[property]]\n");
                let kept: Vec<&str> = entries
                    .filter(|entry| !entry.contains("request/path/busi_type/enum"))
                    .collect();
                kept.join("\n[[property]]\n")
            }
            _ => text,
        };
        let path = folder.join("own").join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
}

const CLAUSE: &str = "request/path/busi_type/enum";
const VERDICT: &str = "conforms, 1 statement unchecked";

#[test]
fn an_unchecked_statement_is_in_the_verdict_and_in_every_report() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    unchecking_suite(at);
    let server = Serving::conforming();
    let reports = ["json=r.json", "junit=r.xml", "markdown=r.md", "html=r.html"];
    let mut arguments = vec!["--suite", "own", "--seed", "1", "--cases", "2"];
    arguments.extend(reports.iter().flat_map(|report| ["--report", report]));
    for (strict, expected) in [(false, 0), (true, 1)] {
        let mut arguments = arguments.clone();
        arguments.extend(strict.then_some("--strict"));
        let (code, text) = finish(&mut server.command(at, &arguments));
        assert_eq!(code, expected, "{text}");
        let line = format!("unchecked {CLAUSE} — Table 1, row 2 (busi_type): one of audit");
        assert!(text.contains(VERDICT) && text.contains(&line), "{text}");
        let read = |name: &str| std::fs::read_to_string(at.join(name)).unwrap();
        let json: serde_json::Value = serde_json::from_str(&read("r.json")).unwrap();
        assert_eq!(json["verdict"], VERDICT);
        assert_eq!(json["exit_code"], expected);
        assert_eq!(json["totals"]["unchecked_statements"], 1);
        let clauses = json["operations"][0]["clauses"].as_array().unwrap();
        let clause = clauses.iter().find(|clause| clause["id"] == CLAUSE);
        let clause = clause.unwrap();
        assert_eq!(clause["unchecked"], true);
        assert_eq!(clause["verdict"], "not-exercised");
        assert_eq!(clause["observations"], 0);
        for name in ["r.xml", "r.md", "r.html"] {
            let text = read(name);
            assert!(text.contains(CLAUSE), "{name}: {text}");
            assert!(
                text.to_lowercase().contains("unchecked statements"),
                "{name}"
            );
        }
        let element = if strict { "<failure " } else { "<skipped " };
        let (_, unchecked) = read("r.xml")
            .split_once("name=\"unchecked statements\"")
            .map(|(before, behind)| (before.to_owned(), behind.to_owned()))
            .unwrap();
        assert!(
            unchecked
                .trim_start_matches(|c| c != '\n')
                .trim_start()
                .starts_with(element)
        );
        assert!(read("r.md").lines().next().unwrap().ends_with(VERDICT));
        assert!(read("r.html").contains("Conforms, 1 statement unchecked"));
    }
    let (code, text) = run(at, &["list", "--clauses", "--suite", "own", CLAUSE]);
    assert!(
        code == 0 && text.contains("    unchecked: no case "),
        "{text}"
    );
    let (_, text) = run(at, &["list", "--clauses"]);
    assert!(!text.contains("unchecked"), "{text}");
}

#[test]
fn merged_shards_keep_the_unchecked_statements() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    unchecking_suite(at);
    let server = Serving::conforming();
    for strict in [false, true] {
        for shard in ["1/2", "2/2"] {
            let report = format!("json={}.json", &shard[..1]);
            let mut arguments = vec!["--suite", "own", "--seed", "1", "--cases", "2"];
            arguments.extend(["--shard", shard, "--report", &report]);
            arguments.extend(strict.then_some("--strict"));
            let (code, text) = finish(&mut server.command(at, &arguments));
            assert_eq!(code, i32::from(strict), "{text}");
        }
        let (code, text) = run(at, &["merge", "1.json", "2.json"]);
        assert!(
            code == i32::from(strict) && text.contains(VERDICT),
            "{text}"
        );
    }
    // A part that says less than its clauses is no report.
    let text = std::fs::read_to_string(at.join("1.json")).unwrap();
    let text = text.replace("\"unchecked_statements\": 1", "\"unchecked_statements\": 0");
    std::fs::write(at.join("1.json"), text).unwrap();
    let (code, text) = run(at, &["merge", "1.json", "2.json"]);
    assert!(
        code == 2 && text.contains("1 statements are unchecked, and the totals say 0"),
        "{text}"
    );
}

#[test]
fn no_generated_requests_are_no_run() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let server = Serving::conforming();
    let (code, text) = finish(&mut server.command(at, &["--cases", "0"]));
    assert_eq!(code, 2, "{text}");
    let told = "'--cases <N>': would judge nothing; at least 1";
    assert!(text.contains(told), "{text}");
    let (code, text) = finish(server.command(at, &[]).env("CONFORMANT_CASES", "0"));
    assert!(code == 2 && text.contains(told), "{text}");
    let certify = ["certify", "--out", "c.json", "--cases", "0"];
    let (code, text) = run(at, &certify);
    assert!(code == 2 && text.contains(told), "{text}");
}

#[test]
fn a_selection_of_nothing_or_of_what_is_skipped_is_exit_4() {
    let folder = tempfile::tempdir().unwrap();
    let server = Serving::conforming();
    for (arguments, told) in [
        (
            &["--shard", "999/999", "--seed", "1"][..],
            "nothing was run",
        ),
        (
            &["token/missing", "--shard", "2/2", "--seed", "1"],
            "nothing was run",
        ),
        (&["no/such"], "no case or property has an id"),
    ] {
        let (code, text) = finish(&mut server.command(folder.path(), arguments));
        assert!(code == 4 && text.contains(told), "{arguments:?}: {text}");
    }
    let access = conformant::selftest::access();
    let arguments = [
        "run",
        "--base-url",
        &server.url,
        "--project-id",
        &access.project_id,
    ];
    let mut command = crate::support::conformant(folder.path(), &arguments);
    command.args(["provoked/500", "any/foreign-project"]);
    command.env("CONFORMANT_TOKEN", &access.token);
    let (code, text) = finish(&mut command);
    assert!(code == 4 && text.contains("2 skipped"), "{text}");
}
