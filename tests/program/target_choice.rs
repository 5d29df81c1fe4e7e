//! Which server is tested, and as whom: nothing without a target, one key overridden by
//! an address, ids that the page refuses, and resources that nobody gave.
use crate::support::{Serving, conformant, finish, run};
use conformant::contract::Contract;
use conformant::reference::{Mock, Server};
use conformant::selftest::access;
use conformant::suite::{SuiteFiles, load};
use std::collections::BTreeSet;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use tokio::runtime::Runtime;

const PROJECT: &str = "0123456789abcdef0123456789abcdef";

#[test]
fn without_a_target_nothing_is_run() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    for (arguments, variable) in [
        (&["run"][..], None),
        (&["run", "valid/"], None),
        (&["run", "--dry-run"], None),
        (&["run", "--rate", "5"], None),
        (&["run", "--project-id", PROJECT], None),
        (&["run", "--targets", "targets.toml"], None),
        (&["run", "-q"], Some(("CI", "true"))),
        (&["run"], Some(("CONFORMANT_TOKEN", "a-token-of-a-test"))),
        (&["certify", "--out", "c.json"], None),
        (&["valid/"], None),
        (&["--quiet"], None),
        (&[], Some(("CONFORMANT_TOKEN", "a-token-of-a-test"))),
        (&[], Some(("CONFORMANT_PROJECT_ID", PROJECT))),
        (&[], Some(("CONFORMANT_RATE", "5"))),
        (&[], Some(("CONFORMANT_REPORT", "json=r.json"))),
        (&[], Some(("CONFORMANT_RECORD", "r.ndjson"))),
        (&[], Some(("CONFORMANT_STRICT", "true"))),
        (&[], Some(("CONFORMANT_SEED", "5"))),
    ] {
        let mut command = conformant(at, arguments);
        command.env_remove("CONFORMANT_OPERATION").envs(variable);
        let (code, text) = finish(&mut command);
        assert_eq!(code, 2, "{arguments:?} {variable:?}: {text}");
        for part in [
            "no target is given",
            "--target NAME",
            "conformant run --reference",
        ] {
            assert!(text.contains(part), "{arguments:?}: {text}");
        }
        if let Some((name, _)) = variable.filter(|(name, _)| *name != "CI") {
            assert!(text.contains(&format!("{name} is set")), "{text}");
        }
    }
    // A variable that came out empty is a lost address too.
    let lost = finish(conformant(at, &["run"]).env("CONFORMANT_BASE_URL", ""));
    assert_eq!(lost.0, 2, "{}", lost.1);
    std::fs::write(
        at.join("targets.toml"),
        "[target.staging]\nbase_url = \"http://127.0.0.1:1\"\n",
    )
    .unwrap();
    let (code, text) = run(at, &["run"]);
    assert!(
        code == 2 && text.contains("targets.toml has: staging"),
        "{text}"
    );
}

#[test]
fn the_reference_server_is_tested_where_it_is_asked_for_and_beside_no_target() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let arguments = ["run", "--reference", "valid/", "--concurrency", "2"];
    // The token of a shell is no target.
    let mut command = conformant(at, &arguments);
    let (code, text) = finish(command.env("CONFORMANT_TOKEN", "a-token-of-a-test"));
    assert_eq!(code, 0, "{text}");
    assert!(text.contains("reference: conforms"), "{text}");
    for more in [
        ["--base-url", "http://127.0.0.1:1"],
        ["--target", "staging"],
        ["--project-id", PROJECT],
        ["--token-env", "TOKEN"],
        ["--provoke", "500=Prefer: code=500"],
        ["--proxy", "http://127.0.0.1:1"],
    ] {
        let (code, text) = run(at, &[&arguments[..], &more].concat());
        assert_eq!(code, 2, "{more:?}: {text}");
        assert!(
            text.contains(more[0]) && text.contains("--reference"),
            "{text}"
        );
    }
    let mut command = conformant(at, &arguments);
    let (code, text) = finish(command.env("CONFORMANT_BASE_URL", "http://127.0.0.1:1"));
    assert!(code == 2 && text.contains("CONFORMANT_BASE_URL"), "{text}");
}

#[test]
fn an_address_replaces_one_key_of_the_entry_and_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let file = format!(
        "[target.staging]\nbase_url = \"http://file\"\nproject_id = \"{PROJECT}\"\ntoken = {{ env = \"OF_FILE\" }}\n\
         rate = 7\nmax_requests = 9999\nprovoke.500.headers.Prefer = \"code=500\"\n"
    );
    std::fs::write(at.join("targets.toml"), file).unwrap();
    let plan = |more: &[&str], variable: Option<&str>| {
        let mut command = conformant(at, &[&["run", "--dry-run"], more].concat());
        command.envs(variable.map(|address| ("CONFORMANT_BASE_URL", address)));
        finish(&mut command)
    };
    let keys = [
        "project_id         0123",
        "token              the variable OF_FILE",
        "rate               7",
        "max_requests       9999",
        "500 by the header Prefer",
    ];
    let by_option = ["--target", "staging", "--base-url", "http://other"];
    for (more, variable) in [
        (&by_option[..], None),
        (&["--target", "staging"], Some("http://other")),
    ] {
        let (code, text) = plan(more, variable);
        assert_eq!(code, 0, "{text}");
        assert!(text.contains("base_url           http://other\n"), "{text}");
        for key in keys {
            assert!(text.contains(key), "{key}: {text}");
        }
        let name = variable.map_or("--base-url", |_| "CONFORMANT_BASE_URL");
        let won =
            format!("{name} (http://other) wins over base_url (http://file) of [target.staging]");
        assert!(text.contains(&won), "{text}");
    }
    // The same address in other words is no disagreement.
    let (code, text) = plan(&["--target", "staging"], Some("http://FILE/"));
    assert!(code == 0 && !text.contains("wins over"), "{text}");
    // A name that the file does not have is just a name, and that is said.
    let (code, text) = plan(&["--target", "stagin", "--base-url", "http://other"], None);
    assert!(
        code == 0 && text.contains("no target 'stagin': only the name is used"),
        "{text}"
    );
    assert!(!text.contains("OF_FILE"), "{text}");
}

#[test]
fn ids_that_the_page_refuses_are_exit_2_before_anything_is_sent() {
    let folder = tempfile::tempdir().unwrap();
    let other = "fedcba9876543210fedcba9876543210";
    let long = "a".repeat(65);
    let upper = PROJECT.to_uppercase();
    let row = "Table 1, row 1 (project_id) documents: 32 to 64 characters";
    for (project, foreign, parts) in [
        ("short", other, ["--project-id: 5 characters", row]),
        (&long, other, ["--project-id: 65 characters", row]),
        (PROJECT, "x", ["--foreign-project-id: 1 characters", row]),
        (
            "",
            other,
            ["--project-id: 0 characters", "segment of a path"],
        ),
        (
            PROJECT,
            PROJECT,
            ["--foreign-project-id: it is the project", "--project-id"],
        ),
        (
            PROJECT,
            &upper,
            ["upper and lower case alone", "--project-id"],
        ),
    ] {
        // Nobody listens there: exit 3 would say that something was sent.
        let mut command = conformant(
            folder.path(),
            &[
                "run",
                "--base-url",
                "http://127.0.0.1:1",
                "--project-id",
                project,
            ],
        );
        command.args(["--foreign-project-id", foreign]);
        let (code, text) = finish(command.env("CONFORMANT_TOKEN", "a-token-of-a-test"));
        assert_eq!(code, 2, "{project} {foreign}: {text}");
        for part in parts {
            assert!(text.contains(part), "{project} {foreign}: {text}");
        }
    }
    let file = format!(
        "[target.t]\nbase_url = \"http://127.0.0.1:1\"\nproject_id = \"{PROJECT}\"\nforeign_project_id = \"{PROJECT}\"\n"
    );
    std::fs::write(folder.path().join("targets.toml"), file).unwrap();
    let (code, text) = run(folder.path(), &["run", "--target", "t"]);
    let key = "targets.toml: foreign_project_id of [target.t]: it is the project";
    assert!(code == 2 && text.contains(key), "{text}");
}

#[test]
fn another_project_that_is_let_in_names_who_declared_it() {
    let server = Serving::conforming();
    let folder = tempfile::tempdir().unwrap();
    let file = format!(
        "[target.t]\nbase_url = \"{}\"\nproject_id = \"{PROJECT}\"\nforeign_project_id = \"00000000000000000000000000000000\"\n",
        server.url
    );
    std::fs::write(folder.path().join("targets.toml"), file).unwrap();
    let formats = ["json", "junit", "markdown", "html"].map(|format| format!("{format}={format}"));
    let mut command = conformant(folder.path(), &["run", "--target", "t", "foreign"]);
    for format in &formats {
        command.args(["--report", format]);
    }
    let (code, text) = finish(command.env("CONFORMANT_TOKEN", access().token));
    assert_eq!(code, 1, "{text}");
    let mut surfaces = vec![text];
    for format in ["json", "junit", "markdown", "html"] {
        surfaces.push(std::fs::read_to_string(folder.path().join(format)).unwrap());
    }
    for surface in surfaces {
        let plain = surface.replace(['\\', '`'], "").replace("&#x27;", "'");
        for part in [
            "foreign_project_id of [target.t] says",
            "project is another tenant",
        ] {
            assert!(plain.contains(part), "{part}: {surface}");
        }
    }
}

/// A reference server of another contract.
fn serve(contract: Contract) -> (Server, Runtime) {
    let runtime = Runtime::new().unwrap();
    let mock = Mock::new(Arc::new(contract), access(), None);
    let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let server = runtime.block_on(Server::start(mock, listen)).unwrap();
    (server, runtime)
}

#[test]
fn a_resource_that_nobody_gave_is_not_invented() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pages/show-flow.md");
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let (code, text) = run(at, &["derive", page.to_str().unwrap(), "--out", "s"]);
    assert_eq!(code, 0, "{text}");
    let suite = load(&SuiteFiles::folder(&at.join("s")).unwrap(), None).unwrap();
    let (server, _runtime) = serve(suite.contract);
    let url = server.base_url();
    let run = |more: &[&str]| {
        let mut command = conformant(
            at,
            &["run", "--suite", "s", "--base-url", &url, "--record", "r"],
        );
        finish(command.args(more).env("CONFORMANT_TOKEN", access().token))
    };
    let (code, text) = run(&[]);
    assert_eq!(code, 4, "{text}");
    let what = "the path parameter 'flow_id' names a resource that must exist, and none is given (--value flow_id=";
    assert!(text.contains(what), "{text}");
    assert!(!text.contains("test result: ok"), "{text}");
    let sent = std::fs::read_to_string(at.join("r")).unwrap();
    assert!(!sent.contains("/v1/flows/"), "{sent}");

    let id = "4711";
    let (code, text) = run(&["--value", &format!("flow_id={id}")]);
    assert_eq!(code, 0, "{text}");
    let sent = std::fs::read_to_string(at.join("r")).unwrap();
    let mut others = BTreeSet::new();
    for line in sent.lines().filter(|line| line.contains("/v1/flows/")) {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        let case = line["case"].as_str().unwrap().to_owned();
        let line = line.to_string();
        let is_own = |end: &str| line.contains(&format!("/v1/flows/{id}{end}"));
        if !is_own("\"") && !is_own("?") {
            others.insert(case);
        }
    }
    // Only what the page refuses.
    assert!(!others.is_empty());
    let is_refused = |case: &String| case.contains("flow_id") && !case.contains("/valid/");
    assert!(others.iter().all(is_refused), "{others:?}");
    assert!(!others.iter().any(|id| id.ends_with("any/flow_id")), "{others:?}");

    let (code, text) = run(&["--value", "flow=1"]);
    assert!(code == 2 && text.contains("there are: flow_id"), "{text}");
}

#[test]
fn a_page_without_403_asks_for_no_project_of_a_stranger() {
    for (page, is_asked) in [("register-buoy", false), ("create-bell", true)] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/pages/{page}.md"));
        let folder = tempfile::tempdir().unwrap();
        let (code, text) = run(
            folder.path(),
            &["derive", path.to_str().unwrap(), "--out", "s"],
        );
        assert_eq!(code, 0, "{text}");
        let mut command = conformant(folder.path(), &["run", "--dry-run", "--suite", "s"]);
        command.args(["--base-url", "http://127.0.0.1:1", "--project-id", PROJECT]);
        let (code, text) = finish(&mut command);
        assert_eq!(code, 0, "{text}");
        let line = text
            .lines()
            .find(|line| line.contains("/any/project "))
            .unwrap();
        assert_eq!(
            line.contains("skipped: it names a made-up id"),
            !is_asked,
            "{line}"
        );
    }
}
