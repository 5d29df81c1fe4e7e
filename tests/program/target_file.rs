//! The targets file: the committed example holds, and every mistake is answered
//! with its place and a remedy, and without the value, which may be a secret.
use crate::support::target::{conformant, folder, outcome};
use conformant::target::Targets;
use std::path::Path;

const HEAD: &str = "[target.t]\nbase_url = \"http://127.0.0.1:1\"\nproject_id = \"p\"\n";

#[test]
fn the_example_is_valid_and_plans_send_nothing() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("targets.example.toml");
    let targets = Targets::read(&path).unwrap();
    let folder = folder("example");
    for name in targets.entries.keys() {
        let (code, out, err) = outcome(
            conformant(&folder)
                .args(["run", "--dry-run", "--target", name, "--targets"])
                .arg(&path),
        );
        assert_eq!(code, 0, "{name}: {err}");
        assert!(out.contains("nothing was sent"), "{out}");
        assert!(out.contains(&format!("target             {name}\n")));
    }
}

#[test]
fn every_mistake_has_a_place_and_a_remedy() {
    for (line, rest, what) in [
        (4, "colour = 3", "unknown key, expected one of `base_url`"),
        (4, "rate = 0", "invalid value"),
        (
            4,
            "user_agent = \"a\\nb\"",
            "no value of the header User-Agent",
        ),
        (4, "concurrency = 0", "no number between 1 and 1024"),
        (4, "timeout = 0.0", "no number of seconds"),
        (4, "timeout = \"x\"", "invalid type"),
        (
            4,
            "token = \"s3cr3t-value\"",
            "a secret never stands in this file",
        ),
        (
            4,
            "token = { env = \"A\", file = \"s3cr3t-value\" }",
            "a secret has one source",
        ),
        (
            4,
            "token = { vault = \"s3cr3t-value\" }",
            "unknown key; say where",
        ),
        (4, "token = { }", "say where the secret comes from"),
        (4, "token = { command = [] }", "the command is empty"),
        (4, "token = { command = \"s3cr3t-value\" }", "invalid type"),
        (4, "token = { iam = \"s3cr3t-value\" }", "invalid type"),
        (
            4,
            "token = { iam = { endpoint = \"e\", user = \"u\", domain = \"d\", password = \"s3cr3t-value\" } }",
            "a secret never stands in this file",
        ),
        (
            4,
            "token = { iam = { endpoint = \"e\", user = \"u\", domain = \"d\" } }",
            "missing field `password`",
        ),
        (
            4,
            "token = { iam = { endpoint = \"e\", user = \"u\", domain = \"d\", password = { env = \"P\" }, pass = \"s3cr3t-value\" } }",
            "unknown key, expected one of `endpoint`",
        ),
        (4, "auth = \"s3cr3t-value\"", "invalid type"),
        (
            4,
            "auth = { ak = { env = \"A\" }, sk = \"s3cr3t-value\" }",
            "a secret never stands",
        ),
        (4, "auth = { ak = { env = \"A\" } }", "missing field `sk`"),
        (
            4,
            "auth = { ak = { env = \"A\" }, sk = { env = \"S\" }, project = \"p\" }",
            "without the other",
        ),
        (
            5,
            "token = { env = \"A\" }\nauth = { ak = { env = \"A\" }, sk = { env = \"S\" } }",
            "both 'auth' and 'token'",
        ),
        (
            5,
            "[target.t.provoke]\nteapot = { headers = { A = \"b\" } }",
            "no status code",
        ),
        (
            5,
            "[target.t.provoke]\n500 = { headers = { \"A B\" = \"b\" } }",
            "no header field",
        ),
        (
            5,
            "[target.t.provoke]\n500 = { headers = { A = \"b\\nC: d\" } }",
            "no header field",
        ),
        (
            5,
            "[target.t.provoke]\n500 = { headers = { } }",
            "has no header",
        ),
        (
            5,
            "[target.t.provoke]\n500 = { header = { A = \"b\" } }",
            "unknown key, expected `headers`",
        ),
        (
            4,
            "token = { \"s3cr3t-value\" = \"x\" }",
            "unknown key; say where",
        ),
        (
            4,
            "token = { env = \"A\", \"s3cr3t-value\" = \"x\" }",
            "another key stands beside 'env'",
        ),
        (
            4,
            "token = { iam = { endpoint = \"http://h\", \"s3cr3t-value\" = \"x\" } }",
            "unknown key, expected one of `endpoint`",
        ),
        (
            4,
            "token = { iam = { endpoint = \"http://u:s3cr3t-value@h\", user = \"u\", domain = \"d\", password = { env = \"P\" } } }",
            "user name or password",
        ),
        (
            4,
            "token = { iam = { endpoint = \"http://h?s3cr3t-value\", user = \"u\", domain = \"d\", password = { env = \"P\" } } }",
            "a query or a fragment",
        ),
        (
            4,
            "auth = { ak = { env = \"A\" }, sk = { env = \"S\" }, project = \"p\", endpoint = \"s3cr3t-value\" }",
            "the address is no URL",
        ),
        (
            4,
            "auth = { ak = { env = \"A\" }, sk = { env = \"S\" }, s3cr3t-value = 1 }",
            "unknown key, expected one of `ak`",
        ),
        (
            4,
            "auth = { ak = { env = \"A\" }, sk = { s3cr3t-value = 1 } }",
            "unknown key; say where",
        ),
        (
            4,
            "proxy = \"http://u:s3cr3t-value@h\"",
            "user name or password",
        ),
        (4, "proxy = \"s3cr3t-value\"", "the address is no URL"),
        (
            5,
            "[target.t.provoke]\ns3cr3t-value = { headers = { A = \"b\" } }",
            "no status code",
        ),
        (
            5,
            "[target.t.provoke]\n500 = { headers = { \"s3cr3t-value s\" = \"b\" } }",
            "no header field",
        ),
        (
            5,
            "[target.t.provoke]\n500 = { s3cr3t-value = { A = \"b\" } }",
            "unknown key, expected `headers`",
        ),
        (4, "token = { env = \"s3cr3t-value\\q\" }", ""),
        (4, "token = { env = \"s3cr3t-value }", ""),
        (4, "insecure = \"yes\"", "invalid type"),
        (4, "rate = ", ""),
        (4, "project_id = \"again\"", "duplicate key"),
        (4, "[targets.u]", "unknown key, expected `target`"),
        (4, "[target.u]\nproject_id = \"p\"", "has no base_url"),
        (
            5,
            "[target.u]\nbase_url = \"ftp://h\"",
            "no http or https one",
        ),
        (
            5,
            "[target.u]\nbase_url = \"http://u:s3cr3t-value@h\"",
            "user name or password",
        ),
        (
            5,
            "[target.u]\nbase_url = \"http://h/?key=s3cr3t-value\"",
            "a query or a fragment",
        ),
        (
            5,
            "[target.u]\nbase_url = \"ftp://u:s3cr3t-value@h\"",
            "no http or https",
        ),
        (5, "[target.u]\nbase_url = \"s3cr3t-value\"", "no URL"),
        (
            4,
            "[target.\"s3cr3t-value!\"]\nbase_url = \"http://h\"",
            "no name of a target",
        ),
        (
            4,
            "[target.\"../u\"]\nbase_url = \"http://h\"",
            "no name of a target",
        ),
    ] {
        let source = format!("{HEAD}{rest}\n");
        let error = Targets::parse(Path::new("targets.toml"), &source).unwrap_err();
        let text = error.to_string();
        assert_eq!(error.exit_code(), 2);
        let place = format!("targets.toml:{line}:");
        assert!(text.starts_with(&place), "{rest}: {text}");
        let column = text[place.len()..].split(':').next().unwrap();
        assert!(column.parse::<usize>().is_ok_and(|at| at > 0), "{text}");
        assert!(text.contains(what), "{rest}: {text}");
        assert!(text.contains("\n  help: "), "{rest}: {text}");
        assert!(!text.contains("s3cr3t-value"), "{rest}: {text}");
    }
}

#[test]
fn a_target_that_is_not_there_is_answered_with_those_that_are() {
    let folder = folder("unknown");
    let run = |arguments: &[&str]| outcome(conformant(&folder).arg("run").args(arguments));
    let (code, _, err) = run(&["--target", "x"]);
    assert_eq!(code, 2);
    assert!(err.contains("targets.toml"), "{err}");
    std::fs::write(
        folder.join("targets.toml"),
        "[target.b]\nbase_url = \"http://h\"\n[target.a]\nbase_url = \"http://h\"\n",
    )
    .unwrap();
    let (code, _, err) = run(&["--target", "x"]);
    assert_eq!(code, 2);
    assert!(
        err.contains("no target 'x'") && err.contains("a, b"),
        "{err}"
    );
    // With an address, the name is just a name.
    let given = [
        "--target",
        "x",
        "--base-url",
        "http://h",
        "--project-id",
        "0123456789abcdef0123456789abcdef",
    ];
    let (code, out, err) = run(&[&given[..], &["--dry-run"]].concat());
    assert_eq!(code, 0, "{err}");
    assert!(out.starts_with("target             x\n"), "{out}");
    let (code, _, err) = run(&["--target", "../x", "--base-url", "http://h"]);
    assert_eq!(code, 2, "{err}");
}
