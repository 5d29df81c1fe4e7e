//! `--report` at the command line: every report of every run, and clear refusals.

use super::{read, schema};
use conformant::reference::{Mock, Server, catalogue};
use conformant::suite::{SuiteFiles, load};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Arc;

fn conformant(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_conformant"));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("CONFORMANT_") {
            command.env_remove(name);
        }
    }
    let token = conformant::selftest::access().token;
    command
        .env("CONFORMANT_TOKEN", token)
        .args(arguments)
        .output()
        .unwrap()
}

const FORMATS: [&str; 6] = ["json", "junit", "markdown", "html", "sarif", "ctrf"];

/// A new folder of this test.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("report")
        .join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// Runs against `base_url`, or the embedded server, with a report of each format that is a file.
fn run(folder: &Path, base_url: Option<&str>) -> Output {
    let project = conformant::selftest::access().project_id;
    let reports = FORMATS.map(|format| format!("{format}={}", folder.join(format).display()));
    let mut arguments = vec!["run", "--quiet", "--color", "never", "--seed", "1"];
    for report in &reports {
        arguments.extend(["--report", report]);
    }
    match base_url {
        Some(url) => arguments.extend(["--base-url", url, "--project-id", &project]),
        None => arguments.push("--reference"),
    }
    conformant(&arguments)
}

struct Reports {
    sarif: serde_json::Value,
    ctrf: serde_json::Value,
    json: read::Json,
    junit: Vec<read::JunitCase>,
    markdown: String,
    html: String,
}

/// Reads all and holds the JSON against its schema.
fn reports(folder: &Path) -> Reports {
    let text = |format: &str| std::fs::read_to_string(folder.join(format)).unwrap();
    let document = serde_json::from_str(&text("json")).unwrap();
    let violations = schema::validator().violations(&document);
    assert!(violations.is_empty(), "{violations:?}");
    let (markdown, html) = (text("markdown"), text("html"));
    read::markdown(&markdown);
    read::html(&html);
    let count = std::fs::read_dir(folder).unwrap().count();
    assert_eq!(count, FORMATS.len(), "left-overs");
    let json = |format: &str| serde_json::from_str(&text(format)).unwrap();
    Reports {
        sarif: json("sarif"),
        ctrf: json("ctrf"),
        json: read::Json::read(&text("json")),
        junit: read::junit(&text("junit")).0,
        markdown,
        html,
    }
}

#[test]
fn a_passing_run_writes_every_report() {
    let folder = folder("passing");
    let output = run(&folder, None);
    assert_eq!(output.status.code(), Some(0));
    let reports = reports(&folder);
    assert_eq!(reports.json.verdict, "conforms");
    assert!(reports.junit.iter().all(|case| case.outcome.is_none()));
    assert!(reports.markdown.contains("conforms") && reports.html.contains("Conforms"));
    let errors = reports.sarif["runs"][0]["results"].as_array().unwrap();
    assert!(errors.iter().all(|result| result["level"] == "note"));
    assert_eq!(reports.ctrf["results"]["summary"]["failed"], 0);
}

#[test]
fn a_failing_run_writes_every_report() {
    let folder = folder("failing");
    let suite = Arc::new(load(&SuiteFiles::built_in(), Some("show-audit-task-status")).unwrap());
    let fault = catalogue::faults(&suite.contract)
        .into_iter()
        .find(|fault| fault.name == "busi-type-unchecked")
        .unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let mock = Mock::new(
        Arc::new(suite.contract.clone()),
        conformant::selftest::access(),
        Some(fault),
    );
    let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let server = runtime.block_on(Server::start(mock, listen)).unwrap();
    let output = run(&folder, Some(&server.base_url()));
    assert_eq!(output.status.code(), Some(1));
    let reports = reports(&folder);
    assert_eq!(
        (reports.json.exit_code, reports.json.totals.fail > 0),
        (1, true)
    );
    let failures = reports
        .junit
        .iter()
        .filter(|case| case.outcome.as_deref() == Some("failure"));
    assert_eq!(failures.count(), reports.json.totals.fail);
    let failed = &reports.ctrf["results"]["summary"]["failed"];
    assert_eq!(*failed, reports.json.totals.fail);
    let results = reports.sarif["runs"][0]["results"].as_array().unwrap();
    assert!(results.iter().any(|result| result["level"] == "error"));
    for text in [&reports.markdown, &reports.html] {
        assert!(text.contains("request/path/busi_type/enum") && text.contains("curl -sS"));
        assert!(!text.contains(&conformant::selftest::access().token));
    }
}

#[test]
fn a_run_that_reaches_nothing_overwrites_the_green_report_of_the_last() {
    let folder = folder("unreachable");
    assert_eq!(run(&folder, None).status.code(), Some(0));
    let port = {
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        free.local_addr().unwrap().port()
    };
    let output = run(&folder, Some(&format!("http://127.0.0.1:{port}")));
    assert_eq!(output.status.code(), Some(3));
    let reports = reports(&folder);
    assert_eq!(reports.json.verdict, "no verdict");
    assert!(reports.json.stopped.is_some());
    let invocation = &reports.sarif["runs"][0]["invocations"][0];
    assert_eq!(invocation["executionSuccessful"], false);
    assert!(reports.ctrf["results"]["summary"]["other"].as_u64() > Some(0));
    assert!(
        reports
            .junit
            .iter()
            .any(|case| case.outcome.as_deref() == Some("error"))
    );
}

#[test]
fn refusals_are_exit_2_and_write_nothing() {
    let folder = folder("refused");
    let file = folder.join("x").display().to_string();
    let (json, html) = (format!("json={file}"), format!("html={file}"));
    let (unknown, place) = (format!("pdf={file}"), format!("json={}", folder.display()));
    for (arguments, says) in [
        (
            vec!["run", "--report", &unknown],
            "there is no such format here",
        ),
        (vec!["run", "--report", "json="], "names no file"),
        (vec!["run", "--report", &place], "is a folder"),
        (
            vec!["run", "--report", &json, "--report", &html],
            "would both be written",
        ),
        (
            vec!["selftest", "--report", &format!("junit={file}")],
            "one of json, markdown, html",
        ),
    ] {
        let output = conformant(&arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        let message = String::from_utf8(output.stderr).unwrap();
        assert!(message.contains(says), "{message}");
        assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0);
    }
}

#[test]
fn a_report_that_cannot_be_written_ends_the_run_before_it_begins() {
    let folder = folder("partly");
    std::fs::write(folder.join("file"), "").unwrap();
    let bad = format!("json={}", folder.join("file/x").display());
    let good = format!("markdown={}", folder.join("good").display());
    let output = conformant(&[
        "run",
        "--reference",
        "--quiet",
        "--report",
        &bad,
        "--report",
        &good,
    ]);
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty(), "no case may have run");
    assert!(String::from_utf8_lossy(&output.stderr).contains("file"));
}

#[test]
fn the_kill_matrix_is_written() {
    let folder = folder("matrix");
    let path = |format: &str| format!("{format}={}", folder.join(format).display());
    let (json, markdown, html) = (path("json"), path("markdown"), path("html"));
    let output = conformant(&[
        "selftest",
        "show-audit-task-status:busi-type-trimmed",
        "show-audit-task-status:conforming-pretty",
        "--report",
        &json,
        "--report",
        &markdown,
        "--report",
        &html,
    ]);
    assert_eq!(output.status.code(), Some(0));
    let text = |format: &str| std::fs::read_to_string(folder.join(format)).unwrap();
    let matrix: serde_json::Value = serde_json::from_str(&text("json")).unwrap();
    assert_eq!(matrix["format"], conformant::report::matrix::FORMAT);
    assert_eq!(
        (&matrix["whole"], &matrix["totals"]["killed"]),
        (&true.into(), &1.into())
    );
    assert_eq!(matrix["totals"]["passed"], 1);
    assert!(read::markdown(&text("markdown")).tables.len() == 2);
    let tiles = read::html(&text("html")).tiles;
    assert!(
        tiles
            .iter()
            .any(|(_, name, count)| name == "killed" && *count == 1)
    );
}
