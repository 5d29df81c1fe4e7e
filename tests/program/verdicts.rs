//! What is printed and what is concluded agree: libtest-mimic's lines, the verdict, the
//! exit code, and what every report says of accepted differences.
use crate::support::{Serving, conformant, finish, run};
use conformant::selftest::access;
use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::Path;

/// For the lines of the trials.
const LIBTEST: &str = "--format=libtest";

#[test]
fn the_lines_of_the_trials_agree_with_the_verdict() {
    let folder = tempfile::tempdir().unwrap();
    let broken = Serving::faulty("200-total-num-is-string");
    for filter in [
        "token/missing",
        "any/wrong-token",
        "valid/audit",
        "busi_type/",
    ] {
        let more = [filter, "--color", "never", "--cases", "4", LIBTEST];
        let (code, text) = finish(&mut broken.command(folder.path(), &more));
        assert_eq!(code, 1, "{filter}: {text}");
        assert!(text.contains("test result: FAILED"), "{filter}: {text}");
        assert!(!text.contains("test result: ok"), "{filter}: {text}");
        assert!(
            text.contains("show-audit-task-status/valid/audit"),
            "{filter}: {text}"
        );
    }
    let conforming = Serving::conforming();
    let more = ["token/missing", "--color", "never", LIBTEST];
    let (code, text) = finish(&mut conforming.command(folder.path(), &more));
    assert_eq!(code, 0, "{text}");
    assert!(text.contains("test result: ok. 2 passed"), "{text}");
    assert!(text.contains("2 cases of"), "{text}");
    // An acceptance of a case that is gone has no other trial.
    let gone = folder.path().join("snapshots/staging");
    std::fs::create_dir_all(&gone).unwrap();
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("snapshots/example");
    let shipped = std::fs::read_dir(shipped).unwrap().next().unwrap().unwrap();
    let name = "show-audit-task-status__busi_type__gone.snap";
    let text = std::fs::read_to_string(shipped.path()).unwrap();
    let expression = text
        .lines()
        .find(|line| line.starts_with("expression:"))
        .unwrap();
    let id = expression["expression: ".len()..].trim_matches('"');
    let text = text.replace(id, "show-audit-task-status/busi_type/gone");
    std::fs::write(gone.join(name), text).unwrap();
    let more = [
        "token/missing",
        "--color",
        "never",
        "--target",
        "staging",
        LIBTEST,
    ];
    let (code, text) = finish(&mut conforming.command(folder.path(), &more));
    assert_eq!(code, 1, "{text}");
    assert!(
        text.contains("test result: FAILED. 2 passed; 1 failed"),
        "{text}"
    );
}

#[test]
fn accepted_differences_are_named_on_every_surface() {
    let server = Serving::faulty("busi-type-case-folded");
    let folder = tempfile::tempdir().unwrap();
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("snapshots");
    let formats = ["json", "junit", "markdown", "html"];
    let reports = formats.map(|format| format!("{format}={format}"));
    let mut command = server.command(folder.path(), &["--target", "example", "--snapshots"]);
    command.arg(shipped).args(["--color", "never"]);
    for report in &reports {
        command.args(["--report", report]);
    }
    let (code, text) = finish(&mut command);
    assert_eq!(code, 0, "{text}");
    let says = "conforms, with 2 accepted differences";
    assert!(text.contains(&format!("example: {says}")), "{text}");
    for format in formats {
        let text = std::fs::read_to_string(folder.path().join(format)).unwrap();
        assert!(text.to_lowercase().contains(says), "{format}: {text}");
    }
    let html = std::fs::read_to_string(folder.path().join("html")).unwrap();
    let all = crate::support::items();
    let passed = all - 7;
    let why = format!("{passed} of {all} cases pass, 7 have accepted differences, 0 were skipped.");
    assert!(html.contains(&why), "{html}");
    let junit = std::fs::read_to_string(folder.path().join("junit")).unwrap();
    assert!(
        junit.contains("not as documented, accepted until"),
        "{junit}"
    );
}

/// A server that spoils its first reply and hands everything else to `behind`.
fn spoils_the_first(behind: &str) -> String {
    let behind = behind.trim_start_matches("http://").to_owned();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for (at, stream) in listener.incoming().flatten().enumerate() {
            let behind = behind.clone();
            std::thread::spawn(move || serve(stream, at == 0, &behind));
        }
    });
    url
}

fn serve(mut stream: TcpStream, is_spoilt: bool, behind: &str) {
    if is_spoilt {
        let _ = stream.read(&mut [0; 16 * 1024]);
        let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: 2\r\n\r\n";
        let _ = stream.write_all(format!("{head}[]").as_bytes());
        return;
    }
    let mut server = TcpStream::connect(behind).unwrap();
    let (mut from, mut to) = (stream.try_clone().unwrap(), server.try_clone().unwrap());
    std::thread::spawn(move || {
        let _ = std::io::copy(&mut from, &mut to);
        let _ = to.shutdown(Shutdown::Write);
    });
    let _ = std::io::copy(&mut server, &mut stream);
    let _ = stream.shutdown(Shutdown::Write);
}

#[test]
fn the_first_reply_is_judged_and_recorded() {
    let server = Serving::conforming();
    let url = spoils_the_first(&server.url);
    let folder = tempfile::tempdir().unwrap();
    let mut command = conformant(folder.path(), &["run", "valid/", "--base-url", &url]);
    command.args([
        "--project-id",
        &access().project_id,
        "--record",
        "r",
        "--color",
        "never",
        LIBTEST,
    ]);
    let (code, text) = finish(command.env("CONFORMANT_TOKEN", access().token));
    assert_eq!(code, 1, "{text}");
    assert!(
        text.contains("show-audit-task-status/valid/audit"),
        "{text}"
    );
    assert!(text.contains("test result: FAILED"), "{text}");
    let record = std::fs::read_to_string(folder.path().join("r")).unwrap();
    let first = record.lines().nth(1).unwrap();
    assert!(
        first.contains("\"case\":\"show-audit-task-status/valid/audit\"")
            && first.contains("\"[]\""),
        "{first}"
    );
}

/// The cases in the order of their first requests, and in the order of the report.
fn orders(server: &Serving, seed: &str) -> (Vec<String>, Vec<String>) {
    let folder = tempfile::tempdir().unwrap();
    let more = ["--seed", seed, "--cases", "1", "--concurrency", "1"];
    let mut command = server.command(folder.path(), &more);
    let (code, text) = finish(command.args(["--record", "r", "--report", "json=j"]));
    assert_eq!(code, 0, "{text}");
    let mut sent: Vec<String> = Vec::new();
    for line in std::fs::read_to_string(folder.path().join("r"))
        .unwrap()
        .lines()
    {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        let case = line["case"].as_str().unwrap_or_default().to_owned();
        if !case.is_empty() && !sent.contains(&case) {
            sent.push(case);
        }
    }
    let report = std::fs::read(folder.path().join("j")).unwrap();
    let report: serde_json::Value = serde_json::from_slice(&report).unwrap();
    let cases = report["operations"][0]["cases"].as_array().unwrap();
    let told = cases
        .iter()
        .map(|case| case["id"].as_str().unwrap().to_owned());
    (sent, told.collect())
}

#[test]
fn the_seed_decides_the_order_of_sending_and_not_that_of_reports() {
    let server = Serving::conforming();
    let (one, other) = (orders(&server, "1"), orders(&server, "2"));
    assert_eq!(one, orders(&server, "1"));
    assert_ne!(one.0, other.0);
    assert_eq!(one.1, other.1);
    assert_ne!(one.0, one.1);
}

#[test]
fn the_user_agent_is_what_was_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    for (more, expected) in [
        (&[][..], concat!("conformant/", env!("CARGO_PKG_VERSION"))),
        (&["--user-agent", "curl/8.5.0"], "curl/8.5.0"),
    ] {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let heard = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut head = [0; 16 * 1024];
            let count = stream.read(&mut head).unwrap();
            String::from_utf8_lossy(&head[..count]).into_owned()
        });
        let mut command = conformant(folder.path(), &["run", "valid/audit", "--base-url", &url]);
        command
            .args(["--project-id", &access().project_id])
            .args(more);
        finish(command.env("CONFORMANT_TOKEN", "a-token-of-a-test"));
        let head = heard.join().unwrap().to_lowercase();
        assert!(
            head.contains(&format!("user-agent: {expected}\r\n")),
            "{head}"
        );
        assert_eq!(
            head.matches("conformant").count(),
            usize::from(more.is_empty()),
            "{head}"
        );
    }
    let refused = [
        "run",
        "--base-url",
        "http://127.0.0.1:1",
        "--user-agent",
        "a\nb",
    ];
    let (code, text) = run(folder.path(), &refused);
    assert!(code == 2 && text.contains("--user-agent"), "{text}");
}

#[test]
fn values_of_options_are_refused_with_what_they_may_be() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    for (arguments, parts) in [
        (
            &["sevre"][..],
            ["no such command", "did you mean the command 'serve'?"],
        ),
        (
            &["lsit"],
            ["no such command", "did you mean the command 'list'?"],
        ),
        (
            &["run", "--reference", "--rate", "1.5"],
            ["--rate", "whole requests a second, 1 or more, such as 20"],
        ),
        (
            &["run", "--reference", "--rate", "0"],
            ["--rate", "1 or more"],
        ),
        (
            &["run", "--reference", "--timeout", "5s"],
            [
                "--timeout",
                "seconds between 0.001 and 3600 without a unit, such as 5 or 0.5",
            ],
        ),
        (
            &["run", "--reference", "--timeout", "inf"],
            ["--timeout", "such as 5 or 0.5"],
        ),
    ] {
        let (code, text) = run(at, arguments);
        assert_eq!(code, 2, "{arguments:?}: {text}");
        for part in parts {
            assert!(text.contains(part), "{arguments:?}: {text}");
        }
    }
    for (value, expected) in [
        ("1", 0),
        ("yes", 0),
        ("no", 0),
        ("0", 0),
        ("true", 0),
        ("maybe", 2),
    ] {
        let mut command = conformant(at, &["run", "--reference", "--dry-run"]);
        let (code, text) = finish(command.env("CONFORMANT_STRICT", value));
        assert_eq!(code, expected, "{value}: {text}");
    }
}
