//! Signed requests against a gateway that verifies them: token cases become
//! signature cases, and a curl line signs afresh without holding the secret.
use crate::support::target::{conformant, folder, outcome, serve};
use conformant::contract::Location;
use conformant::reference::{Cause, Change, Fault, Identity, When};
use conformant::selftest::access;
use std::path::Path;
use std::process::Command;

const AK: &str = "CONFORMANTREFERENCEAK";
const SK: &str = "conformant-Reference-Secret-Key-4f3E2d1C";

fn write(folder: &Path, url: &str, project: &str) {
    let foreign = access().foreign_project_id;
    let provoke = |status| format!("provoke.{status}.headers.Prefer = \"code={status}\"\n");
    std::fs::write(
        folder.join("targets.toml"),
        format!(
            "[target.t]\nbase_url = \"{url}\"\nforeign_project_id = \"{foreign}\"\n{}{}{project}\n",
            provoke(403),
            provoke(500)
        ),
    )
    .unwrap();
}

fn by_name(url: &str) -> String {
    format!(
        "auth = {{ ak = {{ env = \"AK\" }}, sk = {{ env = \"SK\" }}, project = \"conformant-project\", endpoint = \"{url}\" }}"
    )
}

fn by_id() -> String {
    format!(
        "project_id = \"{}\"\nauth = {{ ak = {{ env = \"AK\" }}, sk = {{ env = \"SK\" }} }}",
        access().project_id
    )
}

#[test]
fn signed_requests_pass_and_every_signature_case_is_refused() {
    let server = serve(Identity::default(), None);
    let folder = folder("signed");
    for auth in [by_id(), by_name(&server.url)] {
        write(&folder, &server.url, &auth);
        let report = folder.join("report.json");
        let (code, out, err) = outcome(
            conformant(&folder)
                .args([
                    "run",
                    "--target",
                    "t",
                    "--cases",
                    "24",
                    "--report",
                    "json=report.json",
                ])
                .env("AK", AK)
                .env("SK", SK),
        );
        assert_eq!(code, 0, "{out}{err}");
        let report: serde_json::Value =
            serde_json::from_str(&std::fs::read_to_string(report).unwrap()).unwrap();
        let summary = |id: &str| -> &str {
            let cases = report["operations"][0]["cases"].as_array().unwrap();
            let id = format!("show-audit-task-status/{id}");
            let case = cases.iter().find(|case| case["id"] == id.as_str()).unwrap();
            assert_eq!(case["verdict"], "pass", "{case}");
            case["summary"].as_str().unwrap()
        };
        assert_eq!(summary("token/missing"), "the request is not signed");
        assert_eq!(summary("token/empty"), "the header Authorization is empty");
        assert!(summary("token/wrong").starts_with("signed with a wrong key"));
        assert!(summary("token/cut").starts_with("signed with a wrong key"));
        assert!(summary("token/stale-date").contains("24 hours old"));
        assert!(!format!("{out}{err}{report}").contains(SK));
    }
    assert_eq!(server.identity.issued_tokens(), 0);
}

#[test]
fn a_gateway_that_takes_any_signature_does_not_conform() {
    // It takes what is signed with a wrong key, or not signed at all.
    for cause in [Cause::WrongToken, Cause::NoToken] {
        let fault = Fault {
            name: "lax".into(),
            summary: String::new(),
            clause: "".into(),
            trips: Vec::new(),
            change: Change::Status(cause.clone(), 200),
            when: When::Always,
        };
        let server = serve(Identity::default(), Some(fault));
        let folder = folder("lax");
        write(&folder, &server.url, &by_id());
        let (code, out, err) = outcome(
            conformant(&folder)
                .args(["run", "--target", "t", "token/", "--cases", "8"])
                .args(["--format", "libtest"])
                .env("AK", AK)
                .env("SK", SK),
        );
        assert_eq!(code, 1, "{out}{err}");
        let fails = |id: &str| {
            let is_it = |line: &str| line.contains(&format!("/token/{id} "));
            out.lines()
                .any(|line| is_it(line) && line.ends_with("FAILED"))
        };
        let is_wrong = cause == Cause::WrongToken;
        assert_eq!(fails("stale-date"), is_wrong, "{out}");
        assert_eq!(fails("appended"), is_wrong, "{out}");
        assert_eq!(fails("missing"), !is_wrong, "{out}");
    }
}

#[test]
fn a_wrong_secret_key_is_no_verdict() {
    let server = serve(Identity::default(), None);
    let folder = folder("wrong-key");
    write(&folder, &server.url, &by_id());
    let run = |sk: &str| {
        outcome(
            conformant(&folder)
                .args(["run", "--target", "t", "valid"])
                .env("AK", AK)
                .env("SK", sk),
        )
    };
    let (code, _, err) = run("conformant-Wrong-Secret");
    assert_eq!(code, 3, "{err}");
    assert!(err.contains("refused with 401"), "{err}");
    assert!(!err.contains("conformant-Wrong-Secret"), "{err}");
    let (code, _, err) = run("");
    assert_eq!(code, 2, "{err}");
}

#[test]
fn the_curl_line_signs_afresh_when_pasted() {
    let tools = ["curl", "openssl", "sha256sum"];
    let has = |tool: &str| Command::new(tool).arg("--version").output().is_ok();
    if !tools.into_iter().all(has) {
        return;
    }
    // Right requests get a wrong status, so that their curl lines are printed; each
    // line must get the same status, as only a request with the right key does.
    let fault = Fault {
        name: "teapot".into(),
        summary: String::new(),
        clause: "".into(),
        trips: Vec::new(),
        change: Change::Status(Cause::Success, 418),
        when: When::Parameter(Location::Path, "busi_type".into(), "risk".into()),
    };
    let server = serve(Identity::default(), Some(fault));
    let folder = folder("pasted");
    write(&folder, &server.url, &by_id());
    let (code, out, err) = outcome(
        conformant(&folder)
            .args(["run", "--target", "t", "valid"])
            .env("AK", AK)
            .env("SK", SK),
    );
    assert_eq!(code, 1, "{out}{err}");
    let line = out.lines().find(|line| line.contains("curl -sS")).unwrap();
    assert!(!line.contains(SK) && !line.contains(AK), "{line}");
    let pasted = |sk: &str| {
        let output = Command::new("sh")
            .args(["-c", line])
            .env("CONFORMANT_AK", AK)
            .env("CONFORMANT_SK", sk)
            .output()
            .unwrap();
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    assert!(
        pasted(SK).starts_with("HTTP/1.1 418"),
        "{line}\n{}",
        pasted(SK)
    );
    assert!(pasted("another").starts_with("HTTP/1.1 401"), "{line}");
}

#[test]
fn a_recorded_signature_is_made_again_at_replay() {
    let fault = Fault {
        name: "lax".into(),
        summary: String::new(),
        clause: "".into(),
        trips: Vec::new(),
        change: Change::Status(Cause::WrongToken, 200),
        when: When::Always,
    };
    let server = serve(Identity::default(), Some(fault));
    let folder = folder("replayed");
    write(&folder, &server.url, &by_id());
    let run = |arguments: &[&str]| {
        outcome(
            conformant(&folder)
                .args(arguments)
                .args(["--target", "t"])
                .env("AK", AK)
                .env("SK", SK),
        )
    };
    let (code, out, err) = run(&["run", "token/", "valid", "--record", "record.ndjson"]);
    assert_eq!(code, 1, "{out}{err}");
    let record = std::fs::read_to_string(folder.join("record.ndjson")).unwrap();
    assert!(record.contains("$CONFORMANT_SIGNATURE") && !record.contains(SK));
    for (case, expected, word) in [
        ("show-audit-task-status/valid/audit", 0, "conforms"),
        ("show-audit-task-status/token/missing", 0, "conforms"),
        (
            "show-audit-task-status/token/stale-date",
            1,
            "still failing",
        ),
        ("show-audit-task-status/token/cut", 1, "still failing"),
    ] {
        let (code, out, err) = run(&["replay", "record.ndjson", case]);
        assert_eq!(code, expected, "{case}: {out}{err}");
        assert!(out.contains(word), "{case}: {out}");
        assert!(!out.contains(SK), "{out}");
    }
    let (code, _, err) = outcome(
        conformant(&folder)
            .args([
                "replay",
                "record.ndjson",
                "show-audit-task-status/valid/audit",
                "--base-url",
                &server.url,
                "--project-id",
                &access().project_id,
            ])
            .env("CONFORMANT_TOKEN", access().token),
    );
    assert_eq!(code, 2, "{err}");
    assert!(err.contains("differs in headers"), "{err}");
}
