//! `conformant certify` and `conformant verify` as scripts see them. Each certify runs the
//! self-test first, so most use a small page of the library.

use super::fixture::{KEYS, public};
use crate::support::{Serve, binary, conformant, finish, run};
use conformant::certificate::{Class, Opened, open};
use conformant::reference::{Fault, Mock, Server, catalogue};
use conformant::selftest::access;
use conformant::suite::{Suite, SuiteFiles, load};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use tokio::runtime::Runtime;

const PUBLIC: &str = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC KEY-----\n";

/// The key that RFC 8032 section 7.1 prints first.
const OTHER: &str = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n-----END PUBLIC KEY-----\n";

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("key.pem"), KEYS[0]).unwrap();
    std::fs::write(folder.path().join("public.pem"), PUBLIC).unwrap();
    folder
}

fn certify(folder: &Path, url: &str, more: &[&str]) -> Command {
    let access = access();
    let mut command = conformant(folder, &["certify", "--base-url", url]);
    command
        .args(["--project-id", &access.project_id])
        .args(["--foreign-project-id", &access.foreign_project_id])
        .args(more)
        .env("CONFORMANT_TOKEN", &access.token);
    if more.contains(&"--suite") {
        command.env_remove("CONFORMANT_OPERATION");
    }
    command
}

fn opened(path: &Path) -> Opened {
    open(&std::fs::read(path).unwrap(), Some(&public()), false).unwrap()
}

#[test]
#[cfg_attr(
    debug_assertions,
    ignore = "takes long without optimisation: run by .ci/run"
)]
fn conformant_serve_earns_full_and_a_stranger_can_check_it() {
    let folder = folder();
    let at = folder.path();
    let serve = Serve::start(at, &[]);
    let mut command = certify(
        at,
        &serve.url,
        &[
            "--provoke",
            "500=Prefer: code=500",
            "--provoke",
            "403=Prefer: code=403",
            "--target",
            "mock",
            "--subject-file",
            &binary().display().to_string(),
            "--out",
            "c.json",
            "--key",
            "key.pem",
            "--html",
            "c.html",
            "--badge",
            "c.svg",
            "--report",
            "json=r.json",
            "-q",
        ],
    );
    let (code, text) = finish(&mut command);
    assert_eq!(code, 0, "{text}");
    assert!(text.contains("class        full: "), "{text}");
    let statement = opened(&at.join("c.json")).statement;
    let ours = &statement.predicate.conformant;
    assert_eq!(ours.class, Class::Full);
    assert!(!ours.seed.chosen);
    assert_eq!(statement.subject[0].name, "conformant");
    let report = std::fs::read_to_string(at.join("r.json")).unwrap();
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    assert_eq!(report["verdict"], "conforms");
    for (file, part) in [
        ("c.html", "Certificate of conformance"),
        ("c.svg", "full until"),
    ] {
        assert!(
            std::fs::read_to_string(at.join(file))
                .unwrap()
                .contains(part)
        );
    }
    for file in ["c.json", "c.html", "c.svg", "c.evidence.ndjson", "r.json"] {
        let text = std::fs::read_to_string(at.join(file)).unwrap();
        assert!(!text.contains(&access().token), "{file}");
    }

    let holds = ["verify", "c.json", "--public-key", "public.pem"];
    let with_record = [&holds[..], &["--record", "c.evidence.ndjson"]].concat();
    let (code, text) = run(at, &with_record);
    assert_eq!(code, 0, "{text}");
    assert!(text.contains("c.json: holds") && text.contains("judged again: same verdicts"));
    let (code, text) = run(at, &holds);
    assert_eq!(code, 0, "{text}");
    assert!(text.contains("NOT the recorded exchanges"), "{text}");

    // The key that was trusted is named, wherever it came from.
    let of_option = format!(
        "trusted key  {}, from public.pem (named by --public-key)",
        public().id()
    );
    assert!(text.contains(&of_option), "{text}");
    std::fs::write(at.join("other.pem"), OTHER).unwrap();
    for (path, wanted) in [("public.pem", 0), ("other.pem", 1)] {
        let mut command = conformant(at, &["verify", "c.json"]);
        let (code, text) = finish(command.env("CONFORMANT_PUBLIC_KEY", path));
        let from = format!("from {path} (named by the variable CONFORMANT_PUBLIC_KEY)");
        assert!(code == wanted && text.contains(&from), "{code} {text}");
    }

    let program = &binary().display().to_string();
    let (code, text) = run(at, &[&holds[..], &["--subject-file", program]].concat());
    assert_eq!(code, 0, "{text}");

    // The same certificate in the hands of those who change something.
    let refused = |arguments: &[&str], wanted: i32, part: &str| {
        let (code, text) = run(at, arguments);
        assert!(
            code == wanted && text.contains(part),
            "{part}: {code} {text}"
        );
    };
    refused(&["verify", "c.json"], 1, "no key was given");
    refused(&["verify", "none.json"], 2, "none.json: cannot read");
    refused(&["verify", "public.pem"], 2, "public.pem");
    refused(
        &["verify", "c.json", "--public-key", "key.pem"],
        2,
        "no Ed25519 public key",
    );
    let about = [&holds[..], &["--subject-file", "key.pem"]].concat();
    refused(&about, 1, "it is about something else");
    let whole = std::fs::read_to_string(at.join("c.json")).unwrap();
    let payload = whole.find("\"payload\":\"").unwrap() + 2000;
    let mut edited = whole.into_bytes();
    edited[payload] = if edited[payload] == b'A' { b'B' } else { b'A' };
    std::fs::write(at.join("edited.json"), edited).unwrap();
    let edited = ["verify", "edited.json", "--public-key", "public.pem"];
    refused(&edited, 1, "the signature is wrong");
    let record = std::fs::read(at.join("c.evidence.ndjson")).unwrap();
    std::fs::write(at.join("cut.ndjson"), &record[..record.len() / 2]).unwrap();
    let cut = [&holds[..], &["--record", "cut.ndjson"]].concat();
    refused(&cut, 1, "the record is cut off");
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for part in ["schemas", "cases"] {
        let of = format!("{part}/show-audit-task-status");
        std::fs::create_dir_all(at.join("suite").join(&of)).unwrap();
        for entry in std::fs::read_dir(root.join(&of)).unwrap() {
            let path = entry.unwrap().path();
            let to = at.join("suite").join(&of).join(path.file_name().unwrap());
            std::fs::copy(&path, to).unwrap();
        }
    }
    std::fs::copy(root.join("service.toml"), at.join("suite/service.toml")).unwrap();
    let other = [&holds[..], &["--suite", "suite"]].concat();
    let (code, text) = run(at, &other);
    assert!(code == 0 && text.contains("the suite in suite"), "{text}");
    // The page decides nothing any more; the contract does.
    let schemas = at.join("suite/schemas/show-audit-task-status");
    std::fs::remove_file(schemas.join("page.md")).unwrap();
    let (code, text) = run(at, &other);
    assert_eq!(code, 0, "{text}");
    let contract = schemas.join("contract.json");
    let other_title = std::fs::read_to_string(&contract).unwrap();
    let other_title = other_title.replacen("\"title\": \"", "\"title\": \"Another ", 1);
    std::fs::write(&contract, other_title).unwrap();
    refused(&other, 1, "another contract than the suite has");
}

#[test]
#[cfg_attr(
    debug_assertions,
    ignore = "takes long without optimisation: run by .ci/run"
)]
fn what_leaves_a_part_out_is_exit_2_before_anything_is_sent() {
    let folder = folder();
    let at = folder.path();
    std::fs::write(at.join("letter.txt"), "Dear reader").unwrap();
    let digest = format!("mock=sha256:{}", "0".repeat(64));
    for (more, part) in [
        (&["busi_type"][..], "FILTER"),
        (&["--shard", "1/2"], "--shard"),
        (&["--dry-run"], "--dry-run"),
        (&["--cases", "3"], "--cases"),
        (&["--insecure"], "--insecure"),
        (&["--max-requests", "700"], "3 rounds of the plan"),
        (&["--out", "letter.txt"], "is not a certificate"),
        (&["--html", "letter.txt"], "is not a certificate's page"),
        (&["--badge", "letter.txt"], "is not a badge"),
        (&["--out", "."], "is a folder"),
        (
            &["--out", "key.pem", "--key", "key.pem"],
            "is read by this command too (--key)",
        ),
        (
            &["--html", "c.svg", "--badge", "./c.svg"],
            "would both be written",
        ),
        (&["--key", "public.pem"], "no Ed25519 key in PKCS#8"),
        (&["--key", "none.pem"], "none.pem"),
        (&["--subject", "mock"], "NAME=sha256:DIGEST"),
        (&["--subject-file", "none"], "none: cannot read"),
    ] {
        let mut arguments = vec!["certify", "--base-url", "http://127.0.0.1:9"];
        arguments.extend(["--project-id", "0123456789abcdef0123456789abcdef"]);
        if !more.contains(&"--out") {
            arguments.extend(["--out", "c.json"]);
        }
        if !more.contains(&"--subject") {
            arguments.extend(["--subject", &digest]);
        }
        arguments.extend(more);
        let (code, text) = run(at, &arguments);
        assert!(code == 2 && text.contains(part), "{more:?}: {code} {text}");
    }
    let arguments = [
        "certify",
        "--base-url",
        "http://127.0.0.1:9",
        "--out",
        "c.json",
    ];
    let (code, text) = run(at, &arguments);
    assert!(code == 2 && text.contains("--subject-file PATH"), "{text}");
    assert_eq!(
        std::fs::read_to_string(at.join("letter.txt")).unwrap(),
        "Dear reader"
    );
    assert_eq!(
        std::fs::read_to_string(at.join("key.pem")).unwrap(),
        KEYS[0]
    );
    assert!(!at.join("c.json").exists());
}

#[test]
#[cfg_attr(
    debug_assertions,
    ignore = "takes long without optimisation: run by .ci/run"
)]
fn a_token_that_survives_a_change_certifies_nothing() {
    let folder = folder();
    let at = folder.path();
    small(at);
    for token in ["20261124202611242026", "short-Token", "abcdefgh-hgfedcba"] {
        let mut command = certify(
            at,
            "http://127.0.0.1:9",
            &[
                "--suite",
                "tea",
                "-q",
                "--out",
                "c.json",
                "--subject-file",
                "key.pem",
            ],
        );
        let (code, text) = finish(command.env("CONFORMANT_TOKEN", token));
        assert!(
            code == 2 && text.contains("leaves this one as it is") && !text.contains(token),
            "{code} {text}"
        );
    }
    let more = [
        "--suite",
        "tea",
        "-q",
        "--out",
        "c.json",
        "--subject-file",
        "key.pem",
        "--cases",
        "10001",
    ];
    let (code, text) = finish(&mut certify(at, "http://127.0.0.1:9", &more));
    assert!(
        code == 2 && text.contains("give 10000 at most"),
        "{code} {text}"
    );
}

/// The suite of a small page, in `tea`.
fn small(at: &Path) -> Suite {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pages/show-cracked-teapot.md");
    let (code, text) = run(at, &["derive", page.to_str().unwrap(), "--out", "tea"]);
    assert_eq!(code, 0, "{text}");
    load(&SuiteFiles::folder(&at.join("tea")).unwrap(), None).unwrap()
}

#[test]
#[cfg_attr(
    debug_assertions,
    ignore = "takes long without optimisation: run by .ci/run"
)]
fn without_a_certificate_nothing_stays_where_one_would_be() {
    let folder = folder();
    let at = folder.path();
    let suite = small(at);
    let fault: Fault = catalogue::faults(&suite.contract)
        .into_iter()
        .find(|fault| fault.clause.starts_with("response/200/"))
        .unwrap();
    let runtime = Runtime::new().unwrap();
    let mock = Mock::new(Arc::new(suite.contract), access(), Some(fault.clone()));
    let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let server = runtime.block_on(Server::start(mock, listen)).unwrap();
    // What earlier runs left.
    std::fs::write(
        at.join("c.json"),
        "{\"payloadType\":\"application/vnd.in-toto+json\"}",
    )
    .unwrap();
    std::fs::write(at.join("c.html"), conformant::certificate::html::GENERATOR).unwrap();
    let mut command = certify(
        at,
        &server.base_url(),
        &[
            "--suite",
            "tea",
            "--subject-file",
            "key.pem",
            "--out",
            "c.json",
            "--html",
            "c.html",
            "--report",
            "json=r.json",
            "-q",
        ],
    );
    // The page's id is not given, so every case is skipped.
    let (code, text) = finish(&mut command);
    assert_eq!(code, 4, "{text}");
    let none = "no certificate:\n  the verdict of a round: nothing was run";
    assert!(text.contains(none) && !at.join("c.json").exists(), "{text}");
    let (code, text) = finish(command.args(["--value", "teapot_id=t1"]));
    assert_eq!(code, 1, "{text}");
    assert!(
        text.contains("no certificate:\n  ") && text.contains(fault.clause.as_str()),
        "{text}"
    );
    for gone in ["c.json", "c.html"] {
        assert!(!at.join(gone).exists(), "{gone}");
    }
    let report = std::fs::read_to_string(at.join("r.json")).unwrap();
    assert!(report.contains("\"exit_code\": 1"), "{report}");
}

#[test]
#[cfg_attr(
    debug_assertions,
    ignore = "takes long without optimisation: run by .ci/run"
)]
fn without_a_key_a_statement_is_written_that_only_its_suite_explains() {
    let folder = folder();
    let at = folder.path();
    small(at);
    let certify = [
        "certify",
        "--reference",
        "--suite",
        "tea",
        "--out",
        "c.json",
        "--seed",
        "7",
        "-q",
    ];
    let (code, text) = run(at, &certify);
    assert_eq!(code, 0, "{text}");
    assert!(text.contains("7, chosen by whoever ran the test"), "{text}");
    let (code, text) = run(at, &["verify", "c.json", "--suite", "tea"]);
    assert!(code == 1 && text.contains("it is not signed"), "{text}");
    let allowed = [
        "verify",
        "c.json",
        "--allow-unsigned",
        "--record",
        "c.evidence.ndjson",
    ];
    let (code, text) = run(at, &[&allowed[..], &["--suite", "tea"]].concat());
    assert!(code == 0 && text.contains("NOT the signature"), "{text}");
    let (code, text) = run(at, &allowed);
    assert!(code == 1 && text.contains("about the operation"), "{text}");
}

#[test]
#[cfg_attr(
    debug_assertions,
    ignore = "takes long without optimisation: run by .ci/run"
)]
fn a_suite_that_does_not_prove_its_power_certifies_nothing() {
    let folder = folder();
    let at = folder.path();
    let suite = small(at);
    let operation = &suite.contract.operation;
    let properties = at.join(format!("tea/cases/{operation}/properties.toml"));
    std::fs::write(properties, "format = \"conformant-cases/1\"\n").unwrap();
    let (code, text) = run(
        at,
        &[
            "certify",
            "--reference",
            "--suite",
            "tea",
            "--out",
            "c.json",
            "-q",
        ],
    );
    assert_eq!(code, 3, "{text}");
    assert!(text.contains("does not prove its power"), "{text}");
    assert!(!at.join("c.json").exists());
}
