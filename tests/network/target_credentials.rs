//! Credentials from every source, against the reference server and its identity
//! service: fetched once, once more when the token dies, and never more often.
use crate::support::target::{conformant, folder, outcome, serve};
use conformant::contract::Location;
use conformant::reference::{Cause, Change, Fault, Identity, When};
use conformant::selftest::access;
use std::fmt::Write as _;
use std::path::Path;

const PASSWORD: &str = "conformant-Reference-Password-9x8Y7z";

fn write(folder: &Path, url: &str, token: &str) {
    let mut text = format!(
        "[target.t]\nbase_url = \"{url}\"\nforeign_project_id = \"{}\"\n",
        access().foreign_project_id
    );
    let _ = writeln!(text, "{token}");
    for status in [403, 500] {
        let _ = writeln!(text, "provoke.{status}.headers.Prefer = \"code={status}\"");
    }
    std::fs::write(folder.join("targets.toml"), text).unwrap();
}

fn iam(endpoint: &str, user: &str, project: &str) -> String {
    format!(
        "token.iam = {{ endpoint = \"{endpoint}\", user = \"{user}\", domain = \"conformant-domain\", project = \"{project}\", password = {{ env = \"IAM_PASSWORD\" }} }}"
    )
}

#[test]
fn stored_tokens_are_read_from_variable_file_and_command() {
    let server = serve(Identity::default(), None);
    let folder = folder("stored");
    std::fs::write(folder.join("token"), access().token + "\n").unwrap();
    let project = format!("project_id = \"{}\"\n", access().project_id);
    for source in [
        "token = { env = \"MY_TOKEN\" }",
        "token = { file = \"token\" }",
        "token = { command = [\"cat\", \"token\"] }",
    ] {
        write(&folder, &server.url, &format!("{project}{source}"));
        let (code, out, err) = outcome(
            conformant(&folder)
                .args(["run", "--target", "t", "valid"])
                .env("MY_TOKEN", access().token),
        );
        assert_eq!(code, 0, "{source}: {out}{err}");
    }
    for (source, what) in [
        (
            "token = { env = \"NOT_SET\" }",
            "token: the variable NOT_SET: the secret is missing",
        ),
        (
            "token = { file = \"nowhere\" }",
            "token: a file that does not exist",
        ),
        (
            "token = { command = [\"false\"] }",
            "token: its command: the command failed",
        ),
        (
            "token = { command = [\"no-such-program-here\"] }",
            "cannot be started",
        ),
        ("token = { command = [\"true\"] }", "the secret is empty"),
        (
            "token = { command = [\"echo\", \"two words\"] }",
            "no header can",
        ),
        ("token = { command = [\"yes\"] }", "more than 64 KiB"),
    ] {
        write(&folder, &server.url, &format!("{project}{source}"));
        let (code, _, err) = outcome(conformant(&folder).args(["run", "--target", "t", "valid"]));
        assert_eq!(code, 2, "{source}: {err}");
        assert!(err.contains(what), "{source}: {err}");
        assert!(err.contains("\n  help: "), "{source}: {err}");
    }
}

#[test]
fn the_identity_service_gives_token_and_project_once() {
    let server = serve(Identity::default(), None);
    let folder = folder("iam");
    let account = iam(&server.url, "conformant-user", "conformant-project");
    write(&folder, &server.url, &account);
    let run = || {
        outcome(
            conformant(&folder)
                .args(["run", "--target", "t"])
                .env("IAM_PASSWORD", PASSWORD),
        )
    };
    let (code, out, err) = run();
    assert_eq!(code, 0, "{out}{err}");
    assert_eq!(server.identity.issued_tokens(), 1);
    for (account, code, what) in [
        (
            iam(&server.url, "nobody", "conformant-project"),
            3,
            "the identity service gave no token: 401",
        ),
        (
            iam(
                "http://127.0.0.1:1",
                "conformant-user",
                "conformant-project",
            ),
            3,
            "http://127.0.0.1:1: no whole reply",
        ),
    ] {
        write(&folder, &server.url, &account);
        let (came, out, err) = run();
        assert_eq!(came, code, "{out}{err}");
        assert!(err.contains(what), "{err}");
        assert!(!err.contains(PASSWORD));
    }
}

#[test]
fn a_token_that_dies_is_replaced_once_and_the_verdict_is_right() {
    let folder = folder("dying");
    // Wherever the first token dies, the second one brings the run to its end.
    for uses in [2, 3, 5, 40, 110, 199, 260] {
        let identity = Identity::default()
            .expiring_after(Some(4000))
            .aged_first(4000 - uses);
        let server = serve(identity, None);
        write(
            &folder,
            &server.url,
            &iam(&server.url, "conformant-user", "conformant-project"),
        );
        let (code, out, err) = outcome(
            conformant(&folder)
                .args(["run", "--target", "t", "--seed", "7", "--cases", "24"])
                .env("IAM_PASSWORD", PASSWORD),
        );
        assert_eq!(code, 0, "{uses}: {out}{err}");
        assert_eq!(server.identity.issued_tokens(), 2, "{uses}: {out}");
    }
}

#[test]
fn a_third_token_is_never_fetched() {
    let server = serve(Identity::default().expiring_after(Some(60)), None);
    let folder = folder("dead");
    write(
        &folder,
        &server.url,
        &iam(&server.url, "conformant-user", "conformant-project"),
    );
    let (code, out, _) = outcome(
        conformant(&folder)
            .args(["run", "--target", "t"])
            .env("IAM_PASSWORD", PASSWORD),
    );
    assert_eq!(code, 3, "{out}");
    assert_eq!(server.identity.issued_tokens(), 2);
    assert!(out.contains("no verdict"), "{out}");
}

#[test]
fn a_refusal_of_a_valid_token_is_no_dead_token() {
    // One value is answered with 401 although the token holds.
    let fault = Fault {
        name: "refuses-risk".into(),
        summary: String::new(),
        clause: "".into(),
        trips: Vec::new(),
        change: Change::Status(Cause::Success, 401),
        when: When::Parameter(Location::Path, "busi_type".into(), "risk".into()),
    };
    let server = serve(Identity::default(), Some(fault));
    let folder = folder("refusing");
    write(
        &folder,
        &server.url,
        &iam(&server.url, "conformant-user", "conformant-project"),
    );
    let (code, out, _) = outcome(
        conformant(&folder)
            .args(["run", "--target", "t"])
            .env("IAM_PASSWORD", PASSWORD),
    );
    assert_eq!(code, 1, "{out}");
    assert!(out.contains("show-audit-task-status/valid/risk"), "{out}");
    assert_eq!(server.identity.issued_tokens(), 1);
}
