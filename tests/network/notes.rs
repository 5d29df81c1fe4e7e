//! What conforms and deserves a remark: each rule that is a note is fired by a server,
//! the run conforms all the same, and `--strict` fails it.
use crate::support::{Serving, conformant, finish, serve_changed};
use conformant::selftest::access;
use serde_json::Value;
use std::path::Path;
use std::process::Command;

/// The rules of all notes in the report of a run, and its exit code.
fn rules(folder: &Path, command: &mut Command) -> (i32, Vec<String>) {
    let (code, _) = finish(command.args(["--report", "json=report.json"]));
    let report = std::fs::read_to_string(folder.join("report.json")).unwrap();
    let report: Value = serde_json::from_str(&report).unwrap();
    let cases = report["operations"][0]["cases"].as_array().unwrap();
    let entries = cases
        .iter()
        .flat_map(|case| case["differences"].as_array().into_iter().flatten());
    let mut rules: Vec<String> = entries
        .filter_map(|entry| entry["rule"].as_str().map(str::to_owned))
        .collect();
    rules.sort();
    rules.dedup();
    (code, rules)
}

#[test]
fn an_unlisted_value_that_the_reading_tolerates_is_noted() {
    let server = Serving::variant("conforming-tolerated-value");
    for (strict, expected) in [(&[][..], 0), (&["--strict"], 1)] {
        let folder = tempfile::tempdir().unwrap();
        let mut command = server.command(folder.path(), strict);
        let (code, rules) = rules(folder.path(), &mut command);
        assert_eq!((code, rules), (expected, vec!["value-tolerated".into()]));
    }
}

#[test]
fn an_integer_written_with_a_fraction_is_noted() {
    let url = serve_changed(|_, _, answer| {
        if answer.status == 200 {
            let mut body: Value = serde_json::from_slice(&answer.body).unwrap();
            body["total_num"] = serde_json::from_str("3.0").unwrap();
            body["completed_num"] = body["total_num"].clone();
            answer.body = serde_json::to_vec(&body).unwrap();
        }
    });
    let folder = tempfile::tempdir().unwrap();
    let arguments = ["run", "valid/", "--base-url", &url];
    let mut command = conformant(folder.path(), &arguments);
    command
        .args(["--project-id", &access().project_id])
        .env("CONFORMANT_TOKEN", access().token);
    let (code, rules) = rules(folder.path(), &mut command);
    assert_eq!((code, rules), (0, vec!["integer-as-fraction".into()]));
}
