//! A run of several operations: what one of them lacks keeps no other from being run, and
//! keeps the run from being green.
use crate::support::{Serve, conformant, finish};
use conformant::selftest::access;
use serde_json::Value;
use std::path::Path;

pub(super) const SHOW: &str = "show-audit-task-status";
pub(super) const UPDATE: &str = "update-audit-task";

/// A folder whose suite `s` has both operations, and a server of both.
pub(super) fn served(options: &[&str]) -> (tempfile::TempDir, Serve) {
    let folder = tempfile::tempdir().unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let to = folder.path().join("s");
    for part in ["schemas", "cases"] {
        for operation in [SHOW, UPDATE] {
            let (from, to) = (root.join(part), to.join(part));
            let (from, to) = (from.join(operation), to.join(operation));
            std::fs::create_dir_all(&to).unwrap();
            for entry in std::fs::read_dir(from).unwrap() {
                let path = entry.unwrap().path();
                std::fs::copy(&path, to.join(path.file_name().unwrap())).unwrap();
            }
        }
    }
    std::fs::copy(root.join("service.toml"), to.join("service.toml")).unwrap();
    let serve = Serve::start(folder.path(), &[&["--suite", "s"], options].concat());
    (folder, serve)
}

/// Exit code and output of a run of few requests, and its report.
pub(super) fn tried(folder: &Path, serve: &Serve, more: &[&str]) -> (i32, String, Value) {
    let access = access();
    let mut command = conformant(folder, &["run", "--suite", "s", "--base-url", &serve.url]);
    command
        .args(["--project-id", &access.project_id])
        .args(["--foreign-project-id", &access.foreign_project_id])
        .args(["--provoke", "500=Prefer: code=500"])
        .args(["--provoke", "403=Prefer: code=403"])
        .args(["--seed", "1", "--report", "json=r.json"])
        .args(more)
        .env("CI", "1")
        .env("CONFORMANT_CASES", "4")
        .env("CONFORMANT_TOKEN", &access.token);
    let (code, text) = finish(&mut command);
    let report = std::fs::read_to_string(folder.join("r.json"));
    let report = report.unwrap_or_else(|_| "null".into());
    (code, text, serde_json::from_str(&report).unwrap())
}

/// The verdict of each operation of a report.
pub(super) fn verdicts(report: &Value) -> Vec<(&str, &str)> {
    let operations = report["operations"].as_array().unwrap().iter();
    let verdicts = operations.map(|it| (&it["operation"], &it["verdict"]));
    verdicts
        .map(|(operation, verdict)| (operation.as_str().unwrap(), verdict.as_str().unwrap()))
        .collect()
}

#[test]
fn all_operations_are_run_and_each_has_its_verdict() {
    let (folder, serve) = served(&["--fault", "200-total-num-is-string"]);
    let (code, text, report) = tried(folder.path(), &serve, &["--allow-writes"]);
    assert_eq!(code, 1, "{text}");
    let expected = [(SHOW, "does not conform"), (UPDATE, "conforms")];
    assert_eq!(verdicts(&report), expected);
    let cases = report["operations"][1]["cases"].as_array().unwrap().iter();
    let mut ids = cases.map(|case| case["id"].as_str().unwrap());
    assert!(ids.all(|id| id.starts_with("update-audit-task/")));
    // One cause is one entry, whatever shows it.
    assert_eq!(
        text.matches("\nFAIL value-type at /total_num\n").count(),
        1,
        "{text}"
    );
    assert!(text.contains("cases of 2 operations"), "{text}");
}

#[test]
fn what_writes_is_skipped_unless_it_is_allowed_or_all_there_is() {
    let (folder, serve) = served(&[]);
    let at = folder.path();
    let (code, text, report) = tried(at, &serve, &[]);
    assert_eq!(code, 0, "{text}");
    let expected = [(SHOW, "conforms"), (UPDATE, "nothing was run")];
    assert_eq!(verdicts(&report), expected);
    assert!(text.contains("conforms, 1 operation not tested"), "{text}");
    assert!(text.contains("--allow-writes"), "{text}");
    let (code, text, _) = tried(at, &serve, &["--operation", UPDATE]);
    assert_eq!(code, 2, "{text}");
    let (code, text, _) = tried(at, &serve, &["--operation", "show-*"]);
    assert_eq!((code, text.contains("not tested")), (0, false), "{text}");
    let (code, text, _) = tried(at, &serve, &["--operation", "none-*"]);
    assert!(
        code == 2 && text.contains("it has: show-audit-task-status, update"),
        "{text}"
    );
}

#[test]
fn an_operation_that_cannot_be_read_is_not_forgotten() {
    let (folder, serve) = served(&[]);
    let at = folder.path();
    let contract = at.join("s/schemas").join(UPDATE).join("contract.json");
    std::fs::write(&contract, "{}").unwrap();
    let (code, text, report) = tried(at, &serve, &[]);
    assert_eq!(code, 3, "{text}");
    assert_eq!(verdicts(&report), [(SHOW, "conforms")]);
    assert_eq!(report["unjudged"][0]["name"], UPDATE);
    assert_eq!(report["verdict"], "no verdict");
    assert!(
        text.contains("not judged update-audit-task: s/schemas/"),
        "{text}"
    );
    // Left out, it is named, and the rest may be green.
    let service = std::fs::read_to_string(at.join("s/service.toml")).unwrap();
    let out = "\n[[out]]\noperation = \"update-audit-task\"\nreason = \"not offered here\"\n";
    std::fs::write(at.join("s/service.toml"), format!("{service}{out}")).unwrap();
    let (code, text, report) = tried(at, &serve, &[]);
    assert_eq!(code, 0, "{text}");
    assert_eq!(report["suite"]["left_out"][0]["reason"], "not offered here");
    assert!(
        text.contains("left out update-audit-task: not offered here"),
        "{text}"
    );
    assert!(text.contains("conforms, 1 left out"), "{text}");
}

#[test]
fn a_page_that_could_not_be_read_is_not_forgotten() {
    let (folder, serve) = served(&[]);
    let at = folder.path();
    let unread =
        "format = \"conformant-unread/1\"\n[[page]]\nfile = \"lost.md\"\nreason = \"no URI\"\n";
    std::fs::write(at.join("s/unread.toml"), unread).unwrap();
    let (code, text, report) = tried(at, &serve, &[]);
    assert_eq!(code, 3, "{text}");
    assert_eq!(report["unjudged"][0]["name"], "lost.md");
    assert!(
        text.contains("1 operation that could not be judged"),
        "{text}"
    );
    // Who asks for one operation by name knows that it is there.
    let (code, text, _) = tried(at, &serve, &["--operation", SHOW]);
    assert_eq!(code, 0, "{text}");
}

#[test]
fn shards_of_a_service_give_the_report_of_one_run() {
    let (folder, serve) = served(&["--fault", "update-audit-task:500-error-msg-is-null"]);
    let at = folder.path();
    let (_, _, whole) = tried(at, &serve, &["--allow-writes"]);
    for part in ["1/3", "2/3", "3/3"] {
        let more = ["--allow-writes", "--shard", part];
        let (code, text, report) = tried(at, &serve, &more);
        assert!(code < 2, "{text}");
        std::fs::write(at.join(format!("{}.json", &part[..1])), report.to_string()).unwrap();
    }
    let reports = ["1.json", "2.json", "3.json", "--out", "all.json"];
    let mut command = conformant(at, &[&["merge"], &reports[..]].concat());
    let (code, text) = finish(&mut command);
    assert_eq!(code, 1, "{text}");
    let merged = std::fs::read_to_string(at.join("all.json")).unwrap();
    let merged: Value = serde_json::from_str(&merged).unwrap();
    assert_eq!(verdicts(&merged), verdicts(&whole));
    assert_eq!(merged["totals"]["fail"], whole["totals"]["fail"]);
    assert_eq!(merged["totals"]["pass"], whole["totals"]["pass"]);
}

#[test]
fn what_is_excluded_is_left_out_of_the_plan() {
    let (folder, serve) = served(&[]);
    let more = ["--exclude", "update-", "--exclude", "/any/"];
    let (code, text, report) = tried(folder.path(), &serve, &more);
    assert_eq!(code, 0, "{text}");
    assert_eq!(verdicts(&report), [(SHOW, "conforms")]);
    let cases = report["operations"][0]["cases"].as_array().unwrap().iter();
    let mut ids = cases.map(|case| case["id"].as_str().unwrap());
    assert!(ids.all(|id| !id.contains("/any/")));
    let (code, text, _) = tried(folder.path(), &serve, &["--exclude", "audit"]);
    assert_eq!(code, 4, "{text}");
}

#[test]
fn the_first_failure_may_end_the_run() {
    let (folder, serve) = served(&["--fault", "200-total-num-is-string"]);
    let (code, text, report) = tried(folder.path(), &serve, &["--fail-fast"]);
    assert_eq!(code, 1, "{text}");
    let stopped = report["stopped"].as_str().unwrap();
    assert!(stopped.contains("--fail-fast"), "{stopped}");
    let count = |verdict: &str| report["totals"][verdict].as_u64().unwrap();
    assert!(
        count("fail") >= 1 && count("skipped") > count("fail"),
        "{text}"
    );
    let (code, text, report) = tried(folder.path(), &serve, &[]);
    assert_eq!((code, report["stopped"].is_null()), (1, true), "{text}");
}
