//! `conformant serve` with several operations behind one address: each suite finds its own,
//! a fault of one leaves the other alone, and names that mean nothing are refused.
use crate::support::{Serve, conformant, finish, run};
use conformant::selftest::access;
use std::path::Path;

const SHOW: &str = "show-audit-task-status";
const UPDATE: &str = "update-audit-task";

/// A folder whose suite `s` has both operations.
fn suite() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let to = folder.path().join("s");
    for operation in [SHOW, UPDATE] {
        for part in ["schemas", "cases"] {
            let (from, to) = (root.join(part), to.join(part));
            let (from, to) = (from.join(operation), to.join(operation));
            std::fs::create_dir_all(&to).unwrap();
            for entry in std::fs::read_dir(from).unwrap() {
                let path = entry.unwrap().path();
                std::fs::copy(&path, to.join(path.file_name().unwrap())).unwrap();
            }
        }
        std::fs::copy(root.join("service.toml"), to.join("service.toml")).unwrap();
    }
    folder
}

/// Exit code and output of a run of some cases of one operation.
fn tried(folder: &Path, serve: &Serve, operation: &str) -> (i32, String) {
    let access = access();
    let mut command = conformant(folder, &["run", "--suite", "s", "--allow-writes"]);
    command
        .args(["--operation", operation, "--base-url", &serve.url])
        .args(["--project-id", &access.project_id])
        .args(["--foreign-project-id", &access.foreign_project_id])
        .args(["--provoke", "500=Prefer: code=500"])
        .args(["--provoke", "403=Prefer: code=403"])
        .args(["valid/", "token/"])
        .env("CONFORMANT_TOKEN", &access.token);
    finish(&mut command)
}

/// The exit codes of both against a server with these options.
fn both(options: &[&str]) -> [i32; 2] {
    let folder = suite();
    let serve = Serve::start(folder.path(), &[&["--suite", "s"], options].concat());
    [SHOW, UPDATE].map(|operation| {
        let (code, text) = tried(folder.path(), &serve, operation);
        assert!(code < 2, "{operation}: {text}");
        code
    })
}

#[test]
fn each_suite_finds_its_own_operation() {
    assert_eq!(both(&[]), [0, 0]);
}

#[test]
fn a_fault_of_one_operation_leaves_the_other_alone() {
    let of = |operation: &str, name: &str| format!("{operation}:{name}");
    // A name that one of them alone has needs no operation.
    assert_eq!(both(&["--fault", "200-total-num-is-string"]), [1, 0]);
    let token = of(UPDATE, "token-not-needed");
    assert_eq!(both(&["--fault", &token]), [0, 1]);
    // Replies of both are written byte by byte where those of one must be.
    let (once, zipped) = (of(SHOW, "reads-once"), of(UPDATE, "conforming-gzip"));
    assert_eq!(both(&["--fault", &once, "--fault", &zipped]), [1, 0]);
}

#[test]
fn what_is_served_is_printed() {
    let folder = suite();
    let fault = format!("{SHOW}:reads-once");
    let mut serve = Serve::start(folder.path(), &["--suite", "s", "--fault", &fault]);
    let lines = std::iter::repeat_with(|| serve.line()).skip_while(|line| !line.contains("/v3"));
    assert_eq!(
        lines.take(2).collect::<Vec<_>>(),
        [
            "operation show-audit-task-status GET /v3/{project_id}/audit/summary/{busi_type}/task-status (reads-once)",
            "operation update-audit-task POST /v3/{project_id}/audit/summary/{busi_type}/task",
        ]
    );
}

#[test]
fn faults_that_mean_none_or_several_are_exit_2() {
    let folder = suite();
    let twice = [
        "--fault",
        "200-total-num-is-string",
        "--fault",
        "show-audit-task-status:reads-once",
    ];
    for (options, parts) in [
        (&["--fault", "nope"][..], ["no fault 'nope'", "selftest"]),
        (
            &["--fault", "update-audit-task:nope"],
            ["'update-audit-task' has no", "selftest"],
        ),
        (&["--fault", "other:nope"], ["'other'", SHOW]),
        (
            &["--fault", "reads-once"],
            [
                "several operations",
                "--fault show-audit-task-status:reads-once",
            ],
        ),
        (&twice, ["two faults", "one fault an operation"]),
    ] {
        let arguments = [&["serve", "--suite", "s"], options].concat();
        let (code, text) = run(folder.path(), &arguments);
        assert_eq!(code, 2, "{options:?}: {text}");
        for part in parts {
            assert!(text.contains(part), "{options:?}: {text}");
        }
    }
}

#[test]
fn operations_that_no_request_tells_apart_are_not_served() {
    let folder = suite();
    let at = folder.path();
    let contract = at.join("s/schemas").join(SHOW).join("contract.json");
    let text = std::fs::read_to_string(contract).unwrap();
    let twin = at.join("s/schemas/twin");
    std::fs::create_dir(&twin).unwrap();
    std::fs::write(twin.join("contract.json"), text.replace(SHOW, "twin")).unwrap();
    let source = "s/schemas/twin/contract.json";
    let (code, text) = run(at, &["derive", source, "--out", "s"]);
    assert_eq!(code, 0, "{text}");
    let (code, text) = run(at, &["serve", "--suite", "s"]);
    assert_eq!(code, 2, "{text}");
    assert!(text.contains(SHOW) && text.contains("'twin'"), "{text}");
    assert!(text.contains("--operation"), "{text}");
    let mut serve = Serve::start(at, &["--suite", "s", "--operation", "twin"]);
    assert!(serve.line().starts_with("token "));
}
