//! Runs of what failed before, and of what changed since: less is sent, and what is run
//! comes to the verdict of a full run.

use super::service_run::{SHOW, UPDATE, served, tried, verdicts};
use crate::support::finish;
use serde_json::Value;
use std::path::Path;
use std::process::Command;

/// The ids of the cases of a report.
fn cases(report: &Value) -> Vec<&str> {
    let operations = report["operations"].as_array().unwrap().iter();
    let cases = operations.flat_map(|it| it["cases"].as_array().unwrap());
    cases.map(|case| case["id"].as_str().unwrap()).collect()
}

#[test]
fn what_failed_is_run_again_and_nothing_else() {
    let (folder, serve) = served(&["--fault", "200-total-num-is-string"]);
    let at = folder.path();
    let (code, text, first) = tried(at, &serve, &[]);
    assert_eq!(code, 1, "{text}");
    std::fs::copy(at.join("r.json"), at.join("last.json")).unwrap();
    let operations = first["operations"].as_array().unwrap().iter();
    let failed = operations.flat_map(|it| it["cases"].as_array().unwrap());
    let failed = failed.filter(|case| case["verdict"] == "fail");
    let failed: Vec<&str> = failed.map(|case| case["id"].as_str().unwrap()).collect();
    assert!(!failed.is_empty() && failed.len() < cases(&first).len());
    let (code, text, again) = tried(at, &serve, &["--failed", "last.json"]);
    assert_eq!(code, 1, "{text}");
    assert_eq!(cases(&again), failed);
    // The report may be the one that this run writes.
    drop(serve);
    let (_folder, serve) = served(&[]);
    let (code, text, mended) = tried(at, &serve, &["--failed", "r.json"]);
    assert_eq!(code, 0, "{text}");
    assert_eq!(cases(&mended), failed);
    let (code, text, _) = tried(at, &serve, &["--failed", "r.json"]);
    assert!(code == 4 && text.contains("nothing to run again"), "{text}");
    // A run that did not begin failed nothing, and passed nothing.
    let (code, text, stub) = tried(at, &serve, &["--operation", "none"]);
    assert!(code == 2 && stub["verdict"] == "not-finished", "{text}");
    let (code, text, _) = tried(at, &serve, &["--failed", "r.json"]);
    assert!(
        code == 2 && text.contains("did not come to its end"),
        "{text}"
    );
    std::fs::write(at.join("no.json"), "{}").unwrap();
    let (code, text, _) = tried(at, &serve, &["--failed", "no.json"]);
    assert!(code == 2 && text.contains("no.json:1"), "{text}");
}

/// Puts a line at the end of a file.
fn append(path: &Path, line: &str) {
    let mut text = std::fs::read_to_string(path).unwrap();
    text.push_str(line);
    std::fs::write(path, text).unwrap();
}

/// A case of a person's own.
const OWN: &str = "format = \"conformant-cases/1\"\n\n[[case]]\nid = \"own/again\"\nsummary = \"again\"\n\
                   clause = \"status/200\"\nexpect = [200]\n";

#[test]
fn what_changed_since_another_folder_comes_to_the_verdict_of_a_full_run() {
    let (folder, serve) = served(&["--fault", "200-total-num-is-string"]);
    let at = folder.path();
    let copied = Command::new("cp")
        .args(["-r", "s", "old"])
        .current_dir(at)
        .status();
    assert!(copied.unwrap().success());
    let since = ["--changed-since", "old", "--allow-writes"];
    let (code, text, _) = tried(at, &serve, &since);
    assert!(
        code == 4 && text.contains("no operation changed since old"),
        "{text}"
    );
    for (file, expected) in [
        (format!("s/cases/{SHOW}/own.toml"), vec![SHOW]),
        (format!("s/cases/{UPDATE}/own.toml"), vec![SHOW, UPDATE]),
    ] {
        std::fs::write(at.join(file), OWN).unwrap();
        let (_, _, full) = tried(at, &serve, &["--allow-writes"]);
        let (_, text, changed) = tried(at, &serve, &since);
        let of_full = verdicts(&full).into_iter();
        let of_full: Vec<_> = of_full
            .filter(|(name, _)| expected.contains(name))
            .collect();
        assert_eq!(verdicts(&changed), of_full, "{text}");
    }
    // A page that could not be read is no operation, and is not forgotten.
    std::fs::copy(at.join("s/service.toml"), at.join("old/service.toml")).unwrap();
    let unread = "format = \"conformant-unread/1\"\n\n[[page]]\nfile = \"x.md\"\nsha256 = \"{}\"\nreason = \"no table\"\n";
    std::fs::write(
        at.join("s/unread.toml"),
        unread.replace("{}", &"0".repeat(64)),
    )
    .unwrap();
    let (_, text, changed) = tried(at, &serve, &since);
    assert_eq!(changed["unjudged"][0]["name"], "x.md", "{text}");
    let (code, text, _) = tried(at, &serve, &["--changed-since", "nowhere"]);
    assert!(code == 2 && text.contains("'nowhere' is neither"), "{text}");
}

#[test]
fn what_changed_since_a_commit_is_asked_of_git() {
    let (folder, serve) = served(&[]);
    let at = folder.path();
    let git = |arguments: &[&str]| {
        let mut command = Command::new("git");
        command
            .current_dir(at)
            .args(["-c", "user.name=t", "-c", "user.email=t@t"]);
        finish(command.args(arguments))
    };
    for arguments in [
        &["init", "-q"][..],
        &["add", "s"],
        &["commit", "-qm", "first"],
    ] {
        assert_eq!(git(arguments).0, 0);
    }
    let (code, text, _) = tried(at, &serve, &["--changed-since", "HEAD"]);
    assert!(code == 4 && text.contains("no operation changed"), "{text}");
    // A page is a source, and decides nothing.
    append(&at.join("s/schemas").join(SHOW).join("page.md"), "\n");
    let (code, text, _) = tried(at, &serve, &["--changed-since", "HEAD"]);
    assert_eq!(code, 4, "{text}");
    // A file that git does not know.
    std::fs::write(at.join(format!("s/cases/{SHOW}/own.toml")), OWN).unwrap();
    let (code, text, report) = tried(at, &serve, &["--changed-since", "HEAD"]);
    assert_eq!(code, 0, "{text}");
    assert_eq!(verdicts(&report), [(SHOW, "conforms")]);
    append(&at.join("s/service.toml"), "\n");
    let (code, text, report) = tried(at, &serve, &["--changed-since", "HEAD"]);
    assert_eq!((code, verdicts(&report).len()), (0, 2), "{text}");
    for commit in ["no-such-branch", "--output=x"] {
        let option = format!("--changed-since={commit}");
        let (code, text, _) = tried(at, &serve, &[&option]);
        assert!(code == 2 && text.contains("is neither a folder"), "{text}");
    }
    assert!(!at.join("x").exists() && !at.join("s/x").exists());
}
