//! The command as scripts see it: one test per exit code and kind of bad input, and
//! what is printed.
use crate::support::{Serving, conformant, finish, run};
use conformant::selftest::access;
use conformant::suite::skeleton;
use serde::Deserialize;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::path::Path;
use std::process::Stdio;

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

/// Copies the suite of this repository into a folder, to be spoilt there.
fn copied_suite(folder: &Path) {
    for part in [
        "schemas/show-audit-task-status",
        "cases/show-audit-task-status",
    ] {
        let to = folder.join(part);
        std::fs::create_dir_all(&to).unwrap();
        for entry in std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(part)).unwrap() {
            let path = entry.unwrap().path();
            std::fs::copy(&path, to.join(path.file_name().unwrap())).unwrap();
        }
    }
}

#[test]
fn without_arguments_the_embedded_server_is_tested_and_conforms() {
    let folder = folder();
    let mut command = conformant(folder.path(), &[]);
    let (code, text) = finish(command.env_remove("CONFORMANT_OPERATION"));
    assert_eq!(code, 0, "{text}");
    assert!(
        text.contains("reference: conforms — ") && text.contains(" cases of 2 operations: "),
        "{text}"
    );
    assert!(!text.contains("not exercised"), "{text}");
    assert_eq!(
        std::fs::read_dir(folder.path()).unwrap().count(),
        0,
        "nothing may be left behind"
    );
}

#[test]
fn a_broken_statement_is_exit_1_with_its_clause_and_a_curl_line() {
    let folder = folder();
    let server = Serving::faulty("200-total-num-is-string");
    let (code, text) = finish(&mut server.command(folder.path(), &["--color", "never"]));
    assert_eq!(code, 1, "{text}");
    for part in [
        "show-audit-task-status/valid/audit",
        "value-type at /total_num",
        "response/200/total_num/type — Table 3, row 11 (total_num): Integer (int32)",
        "expected  Integer (int32)",
        "observed  a String",
        "-H \"X-Auth-Token: $CONFORMANT_TOKEN\"",
        "statements verified, 1 violated",
        "default: does not conform",
    ] {
        assert!(text.contains(part), "{part} is missing in:\n{text}");
    }
    assert!(!text.contains(&access().token));
}

#[test]
fn the_curl_line_works_when_pasted() {
    let folder = folder();
    let server = Serving::faulty("busi-type-rejects-risk");
    let (code, text) =
        finish(&mut server.command(folder.path(), &["valid/risk", "--color", "never"]));
    assert_eq!(code, 1, "{text}");
    let line = text
        .lines()
        .find(|line| line.trim_start().starts_with("curl "))
        .unwrap()
        .trim();
    let shell = std::process::Command::new("sh")
        .args(["-c", line])
        .env("CONFORMANT_TOKEN", access().token)
        .output();
    if let Ok(output) = shell
        && output.status.success()
    {
        let reply = String::from_utf8_lossy(&output.stdout);
        assert!(reply.starts_with("HTTP/1.1 400"), "{reply}");
    }
}

#[test]
fn bad_input_is_exit_2_with_place_and_remedy() {
    let folder = folder();
    let at = folder.path();
    std::fs::write(at.join("token"), "two words\n").unwrap();
    for (arguments, part) in [
        (&["--no-such-option"][..], "--no-such-option"),
        (
            &["run", "--base-url", "nonsense", "--project-id", "x"],
            "--base-url",
        ),
        (
            &["run", "--base-url", "ftp://h", "--project-id", "x"],
            "--base-url",
        ),
        (
            &[
                "run",
                "--base-url",
                "http://u:p@127.0.0.1:1",
                "--project-id",
                "0123456789abcdef0123456789abcdef",
            ],
            "--base-url",
        ),
        (&["run", "--base-url", "http://127.0.0.1:1"], "--project-id"),
        (
            &[
                "run",
                "--base-url",
                "http://127.0.0.1:1",
                "--project-id",
                "0123456789abcdef0123456789abcdef",
                "--token-env",
                "NOT_SET_ANYWHERE",
            ],
            "NOT_SET_ANYWHERE",
        ),
        (
            &[
                "run",
                "--base-url",
                "http://127.0.0.1:1",
                "--project-id",
                "0123456789abcdef0123456789abcdef",
                "--token-file",
                "token",
            ],
            "token",
        ),
        (
            &[
                "run",
                "--base-url",
                "http://127.0.0.1:1",
                "--project-id",
                "0123456789abcdef0123456789abcdef",
                "--provoke",
                "500",
            ],
            "--provoke",
        ),
        (&["run", "--timeout", "0"], "--timeout"),
        (&["run", "--report", "pdf=x"], "--report"),
        (&["run", "--reference", "--suite", "nowhere"], "nowhere"),
        (
            &["run", "--reference", "--max-requests", "10"],
            "--max-requests",
        ),
        (&["run", "--target", "../x"], "--target"),
        (&["serve", "--fault", "no-such-fault"], "--fault"),
        (&["derive", "nowhere.txt", "--out", "x"], "nowhere.txt"),
    ] {
        let (code, text) = finish(conformant(at, arguments).env("CONFORMANT_TOKEN", "t"));
        assert_eq!(code, 2, "{arguments:?}: {text}");
        assert!(text.contains(part), "{arguments:?}: {text}");
    }
}

#[test]
fn a_spoilt_suite_is_exit_2_with_file_and_line() {
    for (file, from, to, part) in [
        (
            "cases/show-audit-task-status/token.toml",
            "expect = [401]",
            "expekt = [401]",
            "token.toml:8:1",
        ),
        (
            "cases/show-audit-task-status/token.toml",
            "expect = [401]",
            "expect = [418]",
            "does not document",
        ),
        (
            "cases/show-audit-task-status/token.toml",
            "expect = [401]",
            "expect = []",
            "no expected status",
        ),
        (
            "cases/show-audit-task-status/token.toml",
            "valid/audit",
            "valid/nothing",
            "is no case",
        ),
        (
            "cases/show-audit-task-status/token.toml",
            "token/empty",
            "token/missing",
            "used twice",
        ),
        (
            "cases/show-audit-task-status/token.toml",
            "token/empty",
            "Token Empty",
            "is no id",
        ),
        (
            "cases/show-audit-task-status/token.toml",
            "status/401",
            "status/499",
            "has no clause",
        ),
        (
            "cases/show-audit-task-status/token.toml",
            "conformant-cases/1",
            "conformant-cases/9",
            "token.toml:2",
        ),
        (
            "cases/show-audit-task-status/busi_type.toml",
            "text = \"unlisted\"",
            "text = \"a/b\"",
            "would not reach",
        ),
        (
            "cases/show-audit-task-status/both.toml",
            "faults = 2",
            "faults = 1",
            "differs from its control",
        ),
        (
            "cases/show-audit-task-status/properties.toml",
            "[\"path/busi_type\"]",
            "[\"path/other\"]",
            "no path parameter 'other'",
        ),
        (
            "schemas/show-audit-task-status/reading.toml",
            "\"id\", ",
            "\"ident\", ",
            "has no member 'ident'",
        ),
        (
            "schemas/show-audit-task-status/reading.toml",
            "total_num\"\nreason",
            "total\"\nreason",
            "reading.toml:",
        ),
        (
            "schemas/show-audit-task-status/response-200.schema.json",
            "\"integer\"",
            "\"intger\"",
            "is not as derived",
        ),
        (
            "schemas/show-audit-task-status/response-200.schema.json",
            "{",
            "",
            "is not JSON",
        ),
        (
            "schemas/show-audit-task-status/contract.json",
            "\"method\": \"GET\"",
            "\"method\": \"get it\"",
            "/method: 'get it' is not a method",
        ),
        (
            "schemas/show-audit-task-status/contract.json",
            "\"title\"",
            "\"titel\"",
            "this is not a contract",
        ),
    ] {
        let folder = folder();
        copied_suite(folder.path());
        let path = folder.path().join(file);
        let text = std::fs::read_to_string(&path).unwrap();
        let spoilt = text.replacen(from, to, 1);
        assert_ne!(text, spoilt, "{file}: {from}");
        // A case file with its mark would be refused for any change.
        let spoilt = spoilt.replacen(skeleton::MARK, "# A person's own.", 1);
        std::fs::write(&path, spoilt).unwrap();
        let (code, text) = run(folder.path(), &["run", "--reference", "--suite", "."]);
        assert_eq!(code, 2, "{file} {from}: {text}");
        let name = Path::new(file).file_name().unwrap().to_str().unwrap();
        assert!(
            text.contains(part) && text.contains(name),
            "{file} {from}: {text}"
        );
    }
}

#[test]
fn a_closed_port_is_exit_3_after_one_clear_line() {
    let folder = folder();
    let mut server = Serving::conforming();
    let mut command = server.command(folder.path(), &[]);
    server.stop();
    let (code, text) = finish(&mut command);
    assert_eq!(code, 3, "{text}");
    assert!(
        text.contains("cannot be reached") && text.lines().count() <= 3,
        "{text}"
    );
}

#[test]
fn a_wrong_token_is_exit_3_and_the_message_says_so() {
    let folder = folder();
    let server = Serving::conforming();
    let (code, text) = finish(
        server
            .command(folder.path(), &[])
            .env("CONFORMANT_TOKEN", "wrong-Token-1"),
    );
    assert_eq!(code, 3, "{text}");
    assert!(text.contains("the token is the likely cause"), "{text}");
    let (code, text) = finish(&mut server.command(
        folder.path(),
        &["--project-id", &access().foreign_project_id],
    ));
    assert_eq!(code, 2, "an option given twice: {text}");
}

#[test]
fn a_server_that_answers_html_does_not_conform() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let mut stream = stream;
            let mut head = [0; 4096];
            let _ = stream.read(&mut head);
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\nconnection: close\r\ncontent-length: 13\r\n\r\n<html></html>");
        }
    });
    let folder = folder();
    let (code, text) = finish(
        conformant(
            folder.path(),
            &[
                "run",
                "--base-url",
                &url,
                "--project-id",
                &access().project_id,
            ],
        )
        .env("CONFORMANT_TOKEN", "t-1234"),
    );
    assert_eq!(code, 1, "{text}");
    assert!(
        text.contains("\nFAIL media-type-wrong, json-syntax\n"),
        "{text}"
    );
}

#[test]
fn nothing_selected_is_exit_4() {
    let folder = folder();
    let (code, text) = run(folder.path(), &["run", "--reference", "no-such-case"]);
    assert_eq!(code, 4, "{text}");
    let (code, text) = run(folder.path(), &["list", "no-such-case"]);
    assert_eq!(code, 4, "{text}");
    let server = Serving::conforming();
    let base = access();
    let (code, text) = finish(
        conformant(
            folder.path(),
            &[
                "run",
                "provoked",
                "--base-url",
                &server.url,
                "--project-id",
                &base.project_id,
            ],
        )
        .env("CONFORMANT_TOKEN", &base.token),
    );
    assert_eq!(code, 4, "only skipped cases are no pass: {text}");
}

#[test]
fn a_target_that_goes_away_ends_the_run_early() {
    let folder = folder();
    let mut server = Serving::conforming();
    let mut child = server
        .command(
            folder.path(),
            &["--cases", "100000", "--seed", "7", "--format", "libtest"],
        )
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let begun = lines.by_ref().flatten().find(|line| line.ends_with(" ok"));
    assert!(begun.is_some());
    server.stop();
    let rest: Vec<String> = lines.map_while(Result::ok).collect();
    assert_eq!(child.wait().unwrap().code(), Some(3), "{rest:#?}");
    let text = rest.join("\n");
    assert!(text.contains("ended early: the target went away"), "{text}");
    assert!(
        text.contains("no verdict") && text.contains(" pass"),
        "{text}"
    );
}

#[test]
fn an_interrupt_is_exit_130_with_what_was_judged() {
    let folder = folder();
    let server = Serving::conforming();
    let mut child = server
        .command(
            folder.path(),
            &["--cases", "100000", "--seed", "7", "--format", "libtest"],
        )
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(lines.by_ref().flatten().any(|line| line.ends_with(" ok")));
    let killed = std::process::Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status()
        .unwrap();
    assert!(killed.success());
    let text = lines.map_while(Result::ok).collect::<Vec<_>>().join("\n");
    assert_eq!(child.wait().unwrap().code(), Some(130), "{text}");
    assert!(text.contains("interrupted"), "{text}");
}

#[test]
fn a_closed_standard_output_is_no_panic() {
    let folder = folder();
    let mut child = conformant(folder.path(), &["list"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn the_plan_is_printed_and_nothing_is_sent() {
    let folder = folder();
    let arguments = [
        "run",
        "--dry-run",
        "--base-url",
        "http://127.0.0.1:1",
        "--project-id",
        "0123456789abcdef0123456789abcdef",
    ];
    let (code, text) = finish(conformant(folder.path(), &arguments).env("CONFORMANT_TOKEN", "t"));
    assert_eq!(code, 0, "{text}");
    assert!(text.contains(" GET); nothing was sent"), "{text}");
    let paced = [&arguments[..], &["--rate", "10"]].concat();
    let (_, paced) = finish(conformant(folder.path(), &paced).env("CONFORMANT_TOKEN", "t"));
    assert!(paced.contains(" min or more at 10 a second"), "{paced}");
    assert!(
        text.contains("skipped: no project of another tenant configured"),
        "{text}"
    );
    assert!(!text.contains("POST"), "{text}");
}

#[test]
fn lists_name_cases_clauses_and_their_places() {
    let folder = folder();
    let (code, text) = run(folder.path(), &["list"]);
    assert_eq!(code, 0);
    assert!(
        text.contains("busi_type/with-nul") && text.contains("any/wrong-token"),
        "{text}"
    );
    let (code, text) = run(folder.path(), &["list", "--clauses", "request/"]);
    assert_eq!(code, 0);
    assert!(text.contains("request/path/project_id/length — Table 1, row 1 (project_id): 32 to 64 characters\n    show-audit-task-status/valid/"), "{text}");
}

#[derive(Deserialize)]
struct Document {
    format: String,
    verdict: String,
    exit_code: i32,
    seed: u64,
    totals: Totals,
    operations: Vec<Operation>,
}

#[derive(Deserialize)]
struct Operation {
    cases: Vec<Case>,
    clauses: Vec<Clause>,
}

#[derive(Deserialize)]
struct Totals {
    pass: usize,
    fail: usize,
    requests: u64,
}

#[derive(Deserialize)]
struct Case {
    verdict: String,
    differences: Vec<serde_json::Value>,
}

#[derive(Deserialize)]
struct Clause {
    id: String,
    verdict: String,
    observations: u64,
}

#[test]
fn the_json_report_agrees_with_the_exit_code() {
    let folder = folder();
    let server = Serving::faulty("500-error-msg-is-null");
    let (code, _) = finish(&mut server.command(
        folder.path(),
        &["--report", "json=out/r.json", "--seed", "5"],
    ));
    let text = std::fs::read_to_string(folder.path().join("out/r.json")).unwrap();
    let report: Document = serde_json::from_str(&text).unwrap();
    assert_eq!(
        (report.format.as_str(), report.exit_code, code),
        ("conformant-report/2", 1, 1)
    );
    assert_eq!(
        (report.verdict.as_str(), report.seed),
        ("does not conform", 5)
    );
    let [operation] = report.operations.as_slice() else {
        panic!("{} operations", report.operations.len());
    };
    let count = |verdict: &str| {
        operation
            .cases
            .iter()
            .filter(|case| case.verdict == verdict)
            .count()
    };
    assert_eq!(
        (report.totals.pass, report.totals.fail),
        (count("pass"), count("fail"))
    );
    assert_eq!(report.totals.fail, 2, "the provoked case and the property");
    assert!(
        operation
            .cases
            .iter()
            .all(|case| (case.verdict == "fail") != case.differences.is_empty())
    );
    assert!(report.totals.requests > 500);
    let violated: Vec<&str> = operation
        .clauses
        .iter()
        .filter(|clause| clause.verdict == "violated")
        .map(|clause| clause.id.as_str())
        .collect();
    assert_eq!(violated, ["response/500/error_msg/type"]);
    assert!(
        operation
            .clauses
            .iter()
            .all(|clause| clause.observations > 0)
    );
    assert!(!text.contains(&access().token));
}
