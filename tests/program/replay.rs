//! A record from somebody else steals no token and sends nothing of its own: where a
//! replay goes is said by options, and what it sends is made from the suite.
use crate::support::{Serving, conformant, finish, wire};
use conformant::digest::Sha256;
use conformant::selftest::access;
use std::io::Read as _;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

const CASE: &str = "show-audit-task-status/valid/audit";
const PROPERTY: &str = "show-audit-task-status/any/wrong-token";

/// A server that counts requests, and keeps what it was sent.
fn thief() -> (String, Arc<AtomicUsize>) {
    let count = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&count);
    let url = wire::serve(move |stream| {
        counter.fetch_add(1, Ordering::SeqCst);
        wire::reply(stream, "", b"{}");
    });
    (url, count)
}

fn record(server: &Serving, folder: &Path) -> String {
    let path = folder.join("r.ndjson");
    let more = ["--record", "r.ndjson", "--seed", "3", "--cases", "8"];
    let mut command = server.command(folder, &more);
    assert_eq!(finish(command.env("CI", "1")).0, 0);
    std::fs::read_to_string(path).unwrap()
}

/// The record with its lines changed, and a footer that fits.
fn forged(record: &str, change: impl Fn(&mut serde_json::Value)) -> String {
    let lines: Vec<&str> = record.lines().collect();
    let (footer, lines) = lines.split_last().unwrap();
    let mut text = String::new();
    for line in lines {
        let mut line: serde_json::Value = serde_json::from_str(line).unwrap();
        change(&mut line);
        text.push_str(&(line.to_string() + "\n"));
    }
    let mut footer: serde_json::Value = serde_json::from_str(footer).unwrap();
    let digest = Sha256::digest(&text);
    footer["sha256"] = conformant::digest::hex(&digest).into();
    format!("{text}{footer}\n")
}

fn replay(folder: &Path, case: &str, more: &[&str]) -> (i32, String) {
    let access = access();
    let mut command = conformant(folder, &["replay", "r.ndjson", case]);
    command
        .args(["--project-id", &access.project_id])
        .args(["--foreign-project-id", &access.foreign_project_id])
        .args(more)
        .env("CONFORMANT_TOKEN", access.token);
    finish(&mut command)
}

#[test]
fn the_address_of_a_record_is_never_sent_to() {
    let server = Serving::conforming();
    let folder = tempfile::tempdir().unwrap();
    let whole = record(&server, folder.path());
    let (url, count) = thief();
    let path = folder.path().join("r.ndjson");
    let stolen = forged(&whole, |line| {
        if line.get("base_url").is_some() {
            line["base_url"] = url.clone().into();
        }
    });
    std::fs::write(&path, &stolen).unwrap();
    let (code, text) = replay(folder.path(), CASE, &[]);
    assert_eq!(code, 2, "{text}");
    assert!(text.contains("--base-url: the target is missing"), "{text}");
    assert!(text.contains(&url) && text.contains("help:"), "{text}");

    let targets = format!("[target.t]\nbase_url = \"{}\"\n", server.url);
    std::fs::write(folder.path().join("targets.toml"), targets).unwrap();
    let (code, text) = replay(folder.path(), CASE, &["--target", "t"]);
    assert_eq!(code, 2, "{text}");
    assert!(text.contains("the record was made at"), "{text}");
    // What was named by the person is sent to, whatever the record says.
    let (code, text) = replay(folder.path(), CASE, &["--base-url", &server.url]);
    assert_eq!(code, 0, "{text}");
    std::fs::write(&path, whole).unwrap();
    let (code, text) = replay(folder.path(), CASE, &["--target", "t"]);
    assert_eq!(code, 0, "{text}");
    assert_eq!(
        count.load(Ordering::SeqCst),
        0,
        "something reached the thief"
    );
}

type Change = fn(&mut serde_json::Value);

/// The header of a recorded request that is made from the token; the last one where none is.
fn token(request: &mut serde_json::Value) -> &mut serde_json::Value {
    let headers = request["headers"].as_array_mut().unwrap();
    let of_token = headers.iter().position(|header| !header[2].is_null());
    let at = of_token.unwrap_or(headers.len() - 1);
    &mut headers[at]
}

#[test]
fn only_a_request_of_the_suite_is_sent_again() {
    let server = Serving::conforming();
    let folder = tempfile::tempdir().unwrap();
    let whole = record(&server, folder.path());
    let (url, count) = thief();
    let changes: [(Change, &str); 8] = [
        (|request| request["method"] = "DELETE".into(), "method"),
        (
            |request| request["path_and_query"] = "/v3/other".into(),
            "path_and_query",
        ),
        (
            // The token in another header, where a log or another service would see it.
            |request| token(request)[0] = "X-Debug".into(),
            "headers",
        ),
        (
            |request| {
                let more = serde_json::json!(["X-Admin", "1", null]);
                request["headers"].as_array_mut().unwrap().push(more);
            },
            "headers",
        ),
        (
            |request| token(request)[2] = "\"not-a-recipe\"".into(),
            "headers",
        ),
        (
            |request| request["travel"] = serde_json::json!({ "header_names": "mixed" }),
            "travel",
        ),
        (
            |request| request["values"] = serde_json::json!([]),
            "values",
        ),
        (
            |request| request["body"] = "{\"delete\":true}".into(),
            "body",
        ),
    ];
    for case in [CASE, PROPERTY] {
        for (change, field) in changes {
            let spoilt = forged(&whole, |line| {
                if line["case"] == case {
                    change(&mut line["request"]);
                }
            });
            std::fs::write(folder.path().join("r.ndjson"), &spoilt).unwrap();
            let (code, text) = replay(folder.path(), case, &["--base-url", &url]);
            assert_eq!(code, 2, "{case} {field}: {text}");
            assert!(text.contains("it differs in "), "{case} {field}: {text}");
            assert!(text.contains(field), "{case} {field}: {text}");
            assert!(text.contains("r.ndjson:"), "{case} {field}: {text}");
        }
    }
    assert_eq!(count.load(Ordering::SeqCst), 0, "something was sent");
    std::fs::write(folder.path().join("r.ndjson"), whole).unwrap();
    for case in [CASE, PROPERTY] {
        let (code, text) = replay(folder.path(), case, &["--base-url", &server.url]);
        assert_eq!(code, 0, "{case}: {text}");
    }
    // Another tenant's project than the recorded one makes another request.
    let other = ["--base-url", &url, "--project-id", &"a".repeat(32)];
    let mut command = conformant(folder.path(), &["replay", "r.ndjson", CASE]);
    let (code, text) = finish(command.args(other).env("CONFORMANT_TOKEN", access().token));
    assert_eq!(code, 2, "{text}");
    assert!(text.contains("path_and_query"), "{text}");
    assert_eq!(count.load(Ordering::SeqCst), 0, "something was sent");
}

#[test]
fn a_provocation_is_never_taken_from_a_record() {
    let server = Serving::conforming();
    let folder = tempfile::tempdir().unwrap();
    record(&server, folder.path());
    let given = ["--base-url", &server.url];
    let (code, text) = replay(folder.path(), "provoked/500", &given);
    assert_eq!(code, 2, "{text}");
    assert!(text.contains("--provoke"), "{text}");
    let provoked = [&given[..], &["--provoke", "500=Prefer: code=500"]].concat();
    let (code, text) = replay(folder.path(), "provoked/500", &provoked);
    assert_eq!(code, 0, "{text}");
}

#[test]
fn the_token_of_a_replay_goes_to_the_named_address() {
    let server = Serving::conforming();
    let folder = tempfile::tempdir().unwrap();
    record(&server, folder.path());
    let seen = Arc::new(Mutex::new(0));
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let counter = Arc::clone(&seen);
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut head = [0; 16 * 1024];
            let length = stream.read(&mut head).unwrap_or(0);
            let head = String::from_utf8_lossy(&head[..length]).into_owned();
            *counter.lock().unwrap() += usize::from(head.contains(&access().token));
            wire::reply(&mut stream, "", b"{}");
        }
    });
    let (code, text) = replay(folder.path(), CASE, &["--base-url", &url]);
    assert_eq!(code, 1, "{text}");
    assert_eq!(*seen.lock().unwrap(), 5);
    assert!(!text.contains(&access().token), "{text}");
}

#[test]
fn what_is_no_regular_file_is_no_record() {
    let folder = tempfile::tempdir().unwrap();
    for path in ["/dev/zero", "."] {
        let given = ["replay", path, CASE, "--base-url", "http://127.0.0.1:1"];
        let (code, text) = finish(&mut conformant(folder.path(), &given));
        assert_eq!(code, 2, "{text}");
        assert!(text.contains("regular file"), "{text}");
    }
}
