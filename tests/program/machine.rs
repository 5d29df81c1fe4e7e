//! Faults of the machine that the tool runs on: a clear message, the right exit code,
//! no snapshot harmed, and no report of an earlier run left to be taken for this one's.
#![cfg(target_os = "linux")]
use crate::support::{Serving, conformant, finish};
use conformant::baseline::{days_after, today};
use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, Stdio};

/// The command inside a shell that runs `first` in front of it, with its environment.
fn behind(first: &str, command: &Command) -> Command {
    let mut shell = Command::new("sh");
    shell
        .args(["-c", &format!("{first}; exec \"$0\" \"$@\"")])
        .arg(command.get_program())
        .args(command.get_args())
        .current_dir(command.get_current_dir().unwrap());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => shell.env(name, value),
            None => shell.env_remove(name),
        };
    }
    shell
}

/// Every file below `folder` with its contents.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push((path.display().to_string(), fs::read(&path).unwrap()));
        }
    }
    found.sort();
    found
}

/// A folder with an accepted difference, the pending one of another case, and a report.
fn prepared(server: &Serving) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let (code, text) = finish(&mut server.command(
        folder.path(),
        &["--report", "json=r.json", "--report", "html=r.html"],
    ));
    assert_eq!(code, 1, "{text}");
    let (code, text) = finish(&mut conformant(
        folder.path(),
        &[
            "accept",
            "valid/audit",
            "--reason",
            "known",
            "--until",
            &in_a_month(),
        ],
    ));
    assert_eq!(code, 0, "{text}");
    folder
}

fn in_a_month() -> String {
    days_after(today(), 30).to_string()
}

const FAULT: &str = "200-total-num-is-string";

#[test]
fn a_full_disk_leaves_whole_files_and_says_so() {
    let server = Serving::faulty(FAULT);
    let folder = prepared(&server);
    let before = files(folder.path());
    // No file can grow beyond 512 bytes: everything that is written fails half-way.
    let limited = |more: &[&str]| {
        let command = server.command(folder.path(), more);
        finish(&mut behind("trap '' XFSZ; ulimit -f 1", &command))
    };
    for report in [
        "json=r.json",
        "html=r.html",
        "junit=new.xml",
        "markdown=new.md",
    ] {
        let (code, text) = limited(&["--report", report, "--cases", "1"]);
        assert_eq!(code, 3, "{report}: {text}");
        let (_, path) = report.split_once('=').unwrap();
        assert!(text.contains(path) && text.contains("large"), "{text}");
    }
    for report in ["r.json", "r.html", "new.xml", "new.md"] {
        let text = fs::read_to_string(folder.path().join(report)).unwrap_or_default();
        let is_taken_back = text.is_empty() || text.contains("not-finished");
        assert!(is_taken_back, "{report}: it must not stand for this run's");
    }
    let (code, text) = limited(&["--record", "r.ndjson", "--cases", "1"]);
    assert_eq!(code, 3, "{text}");
    assert!(
        text.contains("r.ndjson") && text.contains("help: make room"),
        "{text}"
    );
    let arguments = ["accept", "--reason", "known", "--until", &in_a_month()];
    let accept = conformant(folder.path(), &arguments);
    let (code, text) = finish(&mut behind("trap '' XFSZ; ulimit -f 0", &accept));
    assert_eq!(code, 3, "{text}");
    let snapshots = |files: Vec<(String, Vec<u8>)>| -> Vec<(String, Vec<u8>)> {
        files
            .into_iter()
            .filter(|(path, _)| path.contains("snapshots"))
            .collect()
    };
    assert_eq!(snapshots(files(folder.path())), snapshots(before));
}

#[test]
fn a_folder_that_cannot_be_written_is_named() {
    let server = Serving::faulty(FAULT);
    let folder = prepared(&server);
    // Nobody, root neither, can make a file below a file or in /proc.
    fs::write(folder.path().join("taken"), "").unwrap();
    for (option, value) in [
        ("--report", "json=taken/r.json"),
        ("--report", "junit=/proc/r.xml"),
        ("--record", "taken/r.ndjson"),
        ("--record", "/proc/r.ndjson"),
    ] {
        let (code, text) = finish(&mut server.command(folder.path(), &[option, value]));
        assert!(matches!(code, 2 | 3), "{option} {value}: {code} {text}");
        let (_, path) = value.split_once('=').unwrap_or(("", value));
        let folder = path.split_once("/r.").unwrap().0;
        assert!(text.contains(folder), "{text}");
    }
    let (code, text) = finish(&mut server.command(folder.path(), &["--snapshots", "taken"]));
    assert_eq!(code, 1, "{code} {text}");
    assert!(text.contains("taken"), "{text}");
    let page = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/schemas/show-audit-task-status/page.md"
    );
    let (code, text) = finish(&mut conformant(
        folder.path(),
        &["derive", page, "--out", "taken"],
    ));
    assert_eq!(code, 2, "{text}");
    assert!(text.contains("taken"), "{text}");
}

#[test]
fn a_standard_output_that_takes_nothing_is_no_green_run() {
    let server = Serving::conforming();
    let folder = tempfile::tempdir().unwrap();
    let full = || File::options().write(true).open("/dev/full").unwrap();
    let mut command = server.command(folder.path(), &["valid/"]);
    let output = command
        .stdout(full())
        .stderr(Stdio::piped())
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(3), "{text}");
    assert!(text.contains("standard output"), "{text}");
    for arguments in [
        &["list"][..],
        &["list", "--clauses"],
        &["run", "--reference", "--dry-run"],
    ] {
        let output = conformant(folder.path(), arguments)
            .stdout(full())
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(3), "{arguments:?}");
    }
}

/// `| head`: whoever closes the pipe has seen enough, and the exit code is as it would be.
#[test]
fn a_closed_pipe_changes_no_exit_code() {
    let server = Serving::faulty(FAULT);
    let folder = tempfile::tempdir().unwrap();
    let conforming = Serving::conforming();
    for (command, expected) in [
        (server.command(folder.path(), &["valid/"]), 1),
        (conforming.command(folder.path(), &["valid/", "-v"]), 0),
        (conformant(folder.path(), &["list", "--clauses"]), 0),
        (
            conformant(folder.path(), &["run", "--reference", "--dry-run"]),
            0,
        ),
        (conformant(folder.path(), &["completions", "bash"]), 0),
        (conformant(folder.path(), &["man"]), 0),
        (conformant(folder.path(), &["--help"]), 0),
    ] {
        let mut command = command;
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        let text = String::from_utf8_lossy(&output.stderr);
        assert!(!text.contains("panicked"), "{command:?}: {text}");
        assert_eq!(output.status.code(), Some(expected), "{command:?}: {text}");
    }
}

#[test]
fn no_file_descriptors_are_no_difference_of_the_server() {
    let server = Serving::conforming();
    let folder = tempfile::tempdir().unwrap();
    let mut seen = Vec::new();
    for descriptors in 6..24 {
        let command = server.command(folder.path(), &["--cases", "4", "--concurrency", "8"]);
        let (code, text) = finish(&mut behind(&format!("ulimit -n {descriptors}"), &command));
        assert!(matches!(code, 0 | 2 | 3), "{descriptors}: {code} {text}");
        if code != 0 {
            assert!(
                text.contains("Too many open files"),
                "{descriptors}: {text}"
            );
        }
        seen.push(code);
    }
    assert!(seen.contains(&3), "{seen:?}");
}
