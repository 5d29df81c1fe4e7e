//! A secret in the wrong place, an address, the name of a variable, a value that is
//! malformed, is not repeated: neither by errors nor by `--dry-run` and `--help`.
use crate::support::{conformant, finish};
use std::path::Path;

const SECRET: &str = "s3cr3t-value";

/// What is said to a command line and to variables; never the secret.
fn said(folder: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> (i32, String) {
    let mut command = conformant(folder, arguments);
    for (name, value) in variables {
        command.env(name, value);
    }
    let (code, text) = finish(&mut command);
    assert!(
        !text.contains(SECRET),
        "{arguments:?} {variables:?}: {text}"
    );
    (code, text)
}

#[test]
fn a_value_that_is_wrong_is_not_repeated() {
    let folder = tempfile::tempdir().unwrap();
    let secret = |before: &str, after: &str| format!("{before}{SECRET}{after}");
    for (option, variable, value) in [
        (
            "--base-url",
            "CONFORMANT_BASE_URL",
            secret("http://u:", "@127.0.0.1:1"),
        ),
        (
            "--base-url",
            "CONFORMANT_BASE_URL",
            secret("ftp://u:", "@127.0.0.1:1"),
        ),
        (
            "--base-url",
            "CONFORMANT_BASE_URL",
            secret("http//u:", "@127.0.0.1:1"),
        ),
        (
            "--base-url",
            "CONFORMANT_BASE_URL",
            secret("http://127.0.0.1:1/?key=", ""),
        ),
        (
            "--base-url",
            "CONFORMANT_BASE_URL",
            secret("http://127.0.0.1:1/#", ""),
        ),
        (
            "--base-url",
            "CONFORMANT_BASE_URL",
            secret("http://127.0.0.1:", "/"),
        ),
        (
            "--proxy",
            "CONFORMANT_PROXY",
            secret("http://u:", "@127.0.0.1:1"),
        ),
        (
            "--proxy",
            "CONFORMANT_PROXY",
            secret("http://127.0.0.1:1/?", ""),
        ),
        ("--proxy", "CONFORMANT_PROXY", secret("", "")),
        (
            "--provoke",
            "CONFORMANT_PROVOKE",
            secret("500=X: ", "\u{e9}"),
        ),
        ("--provoke", "CONFORMANT_PROVOKE", secret("500:X=", "")),
        (
            "--provoke",
            "CONFORMANT_PROVOKE",
            secret("999=Authorization: ", ""),
        ),
        ("--rate", "CONFORMANT_RATE", secret("", "")),
        ("--timeout", "CONFORMANT_TIMEOUT", secret("", "")),
        ("--insecure", "CONFORMANT_INSECURE", secret("", "")),
        ("--color", "CONFORMANT_COLOR", secret("", "")),
        ("--shard", "CONFORMANT_SHARD", secret("", "")),
        ("--cases", "CONFORMANT_CASES", secret("", "")),
    ] {
        let given = format!("{option}={value}");
        let rest: &[&str] = match option {
            "--base-url" => &["run", "--dry-run"],
            _ => &["run", "--dry-run", "--base-url", "http://127.0.0.1:1"],
        };
        let by_option = [rest, &[&given]].concat();
        for (code, text) in [
            said(folder.path(), &by_option, &[]),
            said(folder.path(), rest, &[(variable, &value)]),
        ] {
            assert_eq!(code, 2, "{given}: {text}");
            assert!(text.contains("error: "), "{given}: {text}");
        }
    }
}

#[test]
fn a_secret_in_place_of_a_name_is_not_repeated() {
    let folder = tempfile::tempdir().unwrap();
    let run = [
        "run",
        "--base-url",
        "http://127.0.0.1:1",
        "--project-id",
        "0123456789abcdef0123456789abcdef",
    ];
    for option in ["--token-env", "--token-file"] {
        let given = [&run[..], &[option, SECRET]].concat();
        let (code, text) = said(folder.path(), &given, &[]);
        assert_eq!(code, 2, "{text}");
        assert!(text.contains("not shown"), "{text}");
        let (code, text) = said(folder.path(), &[&given[..], &["--dry-run"]].concat(), &[]);
        assert_eq!(code, 0, "{text}");
    }
    let (code, _) = said(folder.path(), &["serve", "--token-env", SECRET], &[]);
    assert_eq!(code, 2);
    for source in [
        "token = { env = \"s3cr3t-value\" }",
        "token = { file = \"s3cr3t-value\" }",
        "token = { command = [\"s3cr3t-value\"] }",
        "auth = { ak = { env = \"s3cr3t-value\" }, sk = { env = \"s3cr3t-value\" } }",
        "token = { iam = { endpoint = \"http://127.0.0.1:1\", user = \"u\", domain = \"d\", password = { env = \"s3cr3t-value\" } } }",
    ] {
        let text = format!(
            "[target.t]\nbase_url = \"http://127.0.0.1:1\"\nproject_id = \"0123456789abcdef0123456789abcdef\"\n{source}\n"
        );
        std::fs::write(folder.path().join("targets.toml"), text).unwrap();
        let (code, text) = said(folder.path(), &["run", "--target", "t"], &[]);
        assert_eq!(code, 2, "{source}: {text}");
        let (code, text) = said(folder.path(), &["run", "--target", "t", "--dry-run"], &[]);
        assert_eq!(code, 0, "{source}: {text}");
    }
    for arguments in [
        &["verify", "file", SECRET][..],
        &["completions", SECRET],
        &["export", SECRET],
        &["serve", SECRET],
        &["run", "--tokn=s3cr3t-value"],
    ] {
        assert_eq!(said(folder.path(), arguments, &[]).0, 2, "{arguments:?}");
    }
}

#[test]
fn a_secret_in_place_of_a_key_or_a_file_is_not_repeated() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let target = "[target.t]\nbase_url = \"http://127.0.0.1:1\"\nproject_id = \"0123456789abcdef0123456789abcdef\"\n";
    for (more, code) in [
        ("s3cr3t-value = 1\n", 2),
        ("s3cr3t-value = 1\ns3cr3t-value = 1\n", 2),
        ("[s3cr3t-value]\nx = 1\n", 2),
        ("[target.s3cr3t-value]\nrate = 1\n", 2),
        ("[target.t.limits]\ns3cr3t-value = 1\n", 2),
        (
            "[target.t.provoke]\ns3cr3t-value = { headers = { A = \"b\" } }\n",
            2,
        ),
        ("[target.t.values]\ns3cr3t-value = \"x\"\n", 0),
    ] {
        std::fs::write(at.join("targets.toml"), format!("{target}{more}")).unwrap();
        let (came, text) = said(at, &["run", "--target", "t", "--dry-run"], &[]);
        assert_eq!(came, code, "{more}: {text}");
        assert!(
            code == 0 || text.contains("targets.toml:"),
            "{more}: {text}"
        );
    }
    std::fs::remove_file(at.join("targets.toml")).unwrap();
    let run = ["run", "--base-url", "http://127.0.0.1:1", "--project-id"];
    let run = [&run[..], &["0123456789abcdef0123456789abcdef"]].concat();
    for (option, value) in [
        ("--report", SECRET),
        ("--report", "s3cr3t-value=x"),
        ("--ca", SECRET),
        ("--client-cert", SECRET),
    ] {
        let more = [option, value, "--client-key", SECRET];
        let more = &more[..if option == "--client-cert" { 4 } else { 2 }];
        let mut command = conformant(at, &[&run[..], more].concat());
        let (code, text) = finish(command.env("CONFORMANT_TOKEN", "a-token-of-a-test"));
        assert!(code == 2 && text.contains(option), "{option}: {text}");
        assert!(!text.contains(SECRET), "{option}: {text}");
    }
}

#[test]
fn plans_and_help_show_no_values_of_headers_and_variables() {
    let folder = tempfile::tempdir().unwrap();
    let provoked = "500=Authorization: s3cr3t-value";
    let run = ["run", "--base-url", "http://127.0.0.1:1", "--dry-run"];
    let given = [&run[..], &["--provoke", provoked]].concat();
    let (code, text) = said(folder.path(), &given, &[]);
    assert_eq!(code, 0, "{text}");
    assert!(text.contains("500 by the header Authorization"), "{text}");
    let set = [
        ("CONFORMANT_PROVOKE", provoked),
        ("CONFORMANT_BASE_URL", "http://u:s3cr3t-value@h"),
        ("CONFORMANT_TOKEN_ENV", SECRET),
    ];
    for arguments in [
        &["--help"][..],
        &["run", "--help"],
        &["run", "-h"],
        &["help", "replay"],
        &["man"],
        &["completions", "bash"],
    ] {
        let (code, text) = said(folder.path(), arguments, &set);
        assert_eq!(code, 0, "{arguments:?}: {text}");
    }
    let (_, help) = said(folder.path(), &["run", "--help"], &set);
    assert!(help.contains("CONFORMANT_BASE_URL"), "{help}");
}
