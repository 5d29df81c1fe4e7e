//! Resources of a service: proposed by derive, made and used by a run, given back.
use crate::support::{Serve, conformant, finish, run, side_by_side};
use conformant::selftest::access;
use serde_json::Value;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// The pages of shelves and their jars, and a person's reading of what they name.
const PAGES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/resources");
const PROPOSED: &str = r#"
[resource.shelf]
guess = true
names = ["path/shelf_id"]
create = { operation = "create-shelf", take = "/shelf/id" }
ready = { operation = "show-shelf", member = "/shelf/status", is = ["ACTIVE"], fails = ["ERROR"], within = "10m", every = "2s" }
show = { operation = "show-shelf", at = "/shelf" }
list = { operation = "list-shelves", at = "/shelves", id = "/id" }
update = { operation = "update-shelf", keeps = true }
delete = { operation = "delete-shelf", gone = 404, within = "10m" }

[resource.jar]
guess = true
names = ["path/jar_id"]
create = { operation = "create-jar", take = "/id" }
show = { operation = "show-jar", at = "" }
list = { operation = "list-jars", at = "/jars", id = "/id" }
delete = { operation = "delete-jar", gone = 404, within = "10m" }
"#;
/// The laws that each resource has something for.
const LAWS: [(&str, &[&str]); 2] = [
    (
        "shelf",
        &[
            "ready", "created", "listed", "limit", "offset", "total", "filter", "updated", "kept",
            "gone", "unlisted",
        ],
    ),
    (
        "jar",
        &[
            "created", "listed", "limit", "offset", "parent", "gone", "unlisted",
        ],
    ),
];

/// A folder whose suite `s` is derived from the pages.
fn derived() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let (code, text) = run(folder.path(), &["derive", PAGES, "--out", "s"]);
    assert_eq!(code, 0, "{text}");
    folder
}

fn served(folder: &Path, more: &[&str]) -> Serve {
    Serve::start(folder, &[&["--suite", "s"], more].concat())
}

/// A run of few requests against a server.
fn command(folder: &Path, serve: &Serve, more: &[&str]) -> Command {
    let access = access();
    let mut command = conformant(folder, &["run", "--suite", "s", "--base-url", &serve.url]);
    command
        .args(["--project-id", &access.project_id])
        .args(["--foreign-project-id", &access.foreign_project_id])
        .args(["--seed", "1", "--report", "json=r.json"])
        .args(more)
        .env("CI", "1")
        .env("CONFORMANT_CASES", "3")
        .env("CONFORMANT_TOKEN", &access.token);
    command
}

fn report(folder: &Path) -> Value {
    let text = std::fs::read_to_string(folder.join("r.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// A request of anybody who has the token; the status and the body.
fn ask(serve: &Serve, method: &str, path: &str, body: &str) -> (u16, Value) {
    let access = access();
    let address = serve.url.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    write!(
        stream,
        "{method} /v1/{}{path} HTTP/1.1\r\nhost: {address}\r\nx-auth-token: {}\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        access.project_id,
        access.token,
        body.len()
    )
    .unwrap();
    let mut reply = String::new();
    stream.read_to_string(&mut reply).unwrap();
    let status = reply.split(' ').nth(1).unwrap().parse().unwrap();
    let body = reply.split_once("\r\n\r\n").unwrap().1;
    (status, serde_json::from_str(body).unwrap_or_default())
}

/// The ids of all shelves that are there.
fn shelves(serve: &Serve) -> Vec<String> {
    let (status, body) = ask(serve, "GET", "/shelves?limit=50", "");
    assert_eq!(status, 200);
    let items = body["shelves"].as_array().unwrap().iter();
    items
        .map(|item| item["id"].as_str().unwrap().to_owned())
        .collect()
}

/// Makes a shelf of somebody else.
fn of_another(serve: &Serve) -> String {
    let body = r#"{"shelf":{"name":"somebody else's","boards":2}}"#;
    let (status, body) = ask(serve, "POST", "/shelves", body);
    assert_eq!(status, 202);
    body["shelf"]["id"].as_str().unwrap().to_owned()
}

fn journals(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder.join(".conformant"));
    let entries = entries.into_iter().flatten();
    entries.map(|entry| entry.unwrap().path()).collect()
}

#[test]
fn derive_proposes_what_a_person_reads_on_the_pages() {
    let folder = derived();
    let path = folder.path().join("s/service.toml");
    let text = std::fs::read_to_string(path).unwrap();
    assert!(text.ends_with(PROPOSED), "{text}");
    // What a person confirmed stays as it is.
    let (code, text) = run(folder.path(), &["derive", PAGES, "--out", "s", "--check"]);
    assert_eq!(code, 0, "{text}");
}

#[test]
fn the_embedded_server_keeps_objects_and_conforms() {
    let folder = derived();
    let arguments = ["run", "--reference", "--suite", "s", "-q", "--seed", "1"];
    let mut command = conformant(folder.path(), &arguments);
    command.env("CONFORMANT_CASES", "3");
    command.args(["--report", "json=r.json"]);
    let (code, text) = finish(&mut command);
    assert_eq!(code, 0, "{text}");
    for operation in report(folder.path())["operations"].as_array().unwrap() {
        let clauses = operation["clauses"].as_array().unwrap().iter();
        let sequence = clauses.filter(|it| it["id"].as_str().unwrap().starts_with("sequence/"));
        for clause in sequence {
            assert_eq!(clause["verdict"], "verified", "{clause}");
        }
    }
}

#[test]
fn a_run_uses_what_it_makes_and_leaves_nothing() {
    let folder = derived();
    let serve = served(folder.path(), &[]);
    let theirs = of_another(&serve);
    let (code, text) = finish(&mut command(
        folder.path(),
        &serve,
        &["-q", "--allow-writes"],
    ));
    assert_eq!(code, 0, "{text}");
    assert_eq!(shelves(&serve), [theirs]);
    assert!(journals(folder.path()).is_empty());
    let report = report(folder.path());
    for operation in report["operations"].as_array().unwrap() {
        let clauses = operation["clauses"].as_array().unwrap().iter();
        let mut successes = clauses.filter(|clause| {
            let id = clause["id"].as_str().unwrap();
            id.starts_with("status/2") && clause["verdict"] == "verified"
        });
        assert!(successes.next().is_some(), "{}", operation["operation"]);
    }
}

#[test]
fn each_law_has_a_server_that_breaks_it() {
    let folder = derived();
    let path = folder.path().join("s/service.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text.replace("within = \"10m\"", "within = \"1s\"")).unwrap();
    let all: Vec<(&str, &str)> = LAWS
        .iter()
        .flat_map(|(resource, laws)| laws.iter().map(move |law| (*resource, *law)))
        .collect();
    side_by_side(&all, |(resource, law)| {
        let serve = served(folder.path(), &["--fault", &format!("{resource}:{law}")]);
        let name = format!("{resource}-{law}.json");
        let (report, journal) = (format!("json={name}"), format!("{resource}-{law}"));
        let more = [
            "-q",
            "--allow-writes",
            "/sequence/",
            "--report",
            &report,
            "--journal",
            &journal,
        ];
        let (code, text) = finish(&mut command(folder.path(), &serve, &more));
        assert_eq!(code, 1, "{resource} {law}: {text}");
        let text = std::fs::read_to_string(folder.path().join(name)).unwrap();
        let report: Value = serde_json::from_str(&text).unwrap();
        let operations = report["operations"].as_array().unwrap().iter();
        let clauses = operations.flat_map(|it| it["clauses"].as_array().unwrap());
        let violated = clauses.filter(|clause| clause["verdict"] == "violated");
        let ids: Vec<&str> = violated
            .map(|clause| clause["id"].as_str().unwrap())
            .collect();
        let wanted = format!("sequence/{law}");
        assert!(
            ids.iter().any(|id| id.starts_with(&wanted)),
            "{resource} {law}: {ids:?}"
        );
    });
}

#[test]
fn the_self_test_breaks_each_law_and_none() {
    let folder = derived();
    let text = finish_selftest(folder.path());
    let count: usize = LAWS.iter().map(|(_, laws)| laws.len()).sum();
    for (resource, laws) in LAWS {
        for law in laws.iter() {
            let killed = text.lines().any(|line| {
                let mut words = line.split_whitespace();
                words.next() == Some("killed") && words.next() == Some(&format!("{resource}:{law}"))
            });
            assert!(killed, "{resource}:{law}: {text}");
        }
    }
    let all =
        format!("{count} killed by their own clause, 0 by another, 0 survived; 2 of 2 conforming");
    assert!(text.contains(&all), "{text}");
}

fn finish_selftest(folder: &Path) -> String {
    let (code, text) = run(
        folder,
        &["selftest", "--suite", "s", "shelf:", "jar:", "-v"],
    );
    assert_eq!(code, 0, "{text}");
    text
}

#[test]
fn an_id_comes_from_the_header_where_no_body_has_it() {
    let folder = tempfile::tempdir().unwrap();
    let pages = folder.path().join("pages");
    std::fs::create_dir(&pages).unwrap();
    for page in std::fs::read_dir(PAGES).unwrap() {
        let page = page.unwrap().path();
        let mut text = std::fs::read_to_string(&page).unwrap();
        if page.ends_with("create-jar.md") {
            let (before, rest) = text.split_once("Table 4 Response body").unwrap();
            let (_, behind) = rest.split_once("**Status code: 400**").unwrap();
            let (behind, example) = behind.split_once("#### Example Responses").unwrap();
            let (_, statuses) = example.split_once("#### Status Codes").unwrap();
            text = format!(
                "{before}Table 4 Response header parameters\n\n| Parameter | Type | Description |\n| --- | --- | --- |\n| Location | String | Where the jar is. |\n\n**Status code: 400**{behind}#### Status Codes{statuses}"
            );
        }
        std::fs::write(pages.join(page.file_name().unwrap()), text).unwrap();
    }
    let (code, text) = run(folder.path(), &["derive", "pages", "--out", "s"]);
    assert_eq!(code, 0, "{text}");
    let service = std::fs::read_to_string(folder.path().join("s/service.toml")).unwrap();
    assert!(
        service.contains("create = { operation = \"create-jar\", take = \"Location\" }"),
        "{service}"
    );
    let serve = served(folder.path(), &[]);
    let (code, text) = finish(&mut command(
        folder.path(),
        &serve,
        &["-q", "--allow-writes", "jar"],
    ));
    assert_eq!(code, 0, "{text}");
    assert!(shelves(&serve).is_empty());
    let report = report(folder.path());
    let operations = report["operations"].as_array().unwrap().iter();
    for one in operations {
        assert_eq!(one["verdict"], "conforms", "{one}");
        assert!(one["totals"]["pass"].as_u64().unwrap() > 20, "{one}");
    }
    // A server whose reply has neither is no server of which more could be said.
    let path = folder.path().join("s/service.toml");
    std::fs::write(&path, service.replace("\"Location\"", "\"Locations\"")).unwrap();
    let (code, text) = run(folder.path(), &["list", "--suite", "s"]);
    assert_eq!(code, 2, "{text}");
    assert!(text.contains("'Locations' is not a JSON pointer"), "{text}");
}

#[test]
fn without_leave_to_write_nothing_is_made() {
    let folder = derived();
    let serve = served(folder.path(), &[]);
    let (code, text) = finish(&mut command(folder.path(), &serve, &[]));
    assert_eq!(code, 0, "{text}");
    assert!(shelves(&serve).is_empty());
    assert!(text.contains("--allow-writes lets"), "{text}");
    // What is there is looked at, and nothing else is done to it.
    let theirs = of_another(&serve);
    let (code, text) = finish(&mut command(folder.path(), &serve, &["-q", "show-shelf"]));
    assert_eq!(code, 0, "{text}");
    assert_eq!(shelves(&serve), [theirs]);
    let totals = &report(folder.path())["totals"];
    assert!(totals["pass"].as_u64().unwrap() > 50, "{totals}");
}

#[test]
fn a_plan_says_how_many_objects_it_makes_and_a_bound_holds() {
    let folder = derived();
    let serve = served(folder.path(), &[]);
    let with = |more: &[&str]| {
        let all = [&["--allow-writes", "--dry-run"], more].concat();
        finish(&mut command(folder.path(), &serve, &all))
    };
    let (code, text) = with(&[]);
    assert_eq!(code, 0, "{text}");
    assert!(
        text.contains("objects made and deleted again, at most: "),
        "{text}"
    );
    assert!(text.contains("[resource.shelf], [resource.jar]"), "{text}");
    let (code, text) = with(&["--max-objects", "5"]);
    assert_eq!(code, 2, "{text}");
    assert!(
        text.contains("--max-objects: the plan makes up to "),
        "{text}"
    );
    // What cannot be given back is not made.
    let (code, text) = finish(&mut command(
        folder.path(),
        &serve,
        &["--allow-writes=create", "create-shelf"],
    ));
    assert_eq!(code, 4, "{text}");
    assert!(text.contains("could not be given back"), "{text}");
    assert!(shelves(&serve).is_empty());
}

#[test]
fn what_the_run_did_not_make_is_never_deleted() {
    let folder = derived();
    let serve = served(folder.path(), &[]);
    let theirs = of_another(&serve);
    let value = format!("shelf_id={theirs}");
    let more = ["-q", "--allow-writes", "--value", &value, "delete-shelf"];
    let (code, text) = finish(&mut command(folder.path(), &serve, &more));
    assert_eq!(code, 0, "its own are deleted: {text}");
    assert_eq!(shelves(&serve), std::slice::from_ref(&theirs));
    // Where nothing says how one is made, nothing is deleted at all.
    let path = folder.path().join("s/service.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text.split("\n[resource.").next().unwrap()).unwrap();
    let (code, text) = finish(&mut command(folder.path(), &serve, &more));
    assert_eq!(code, 4, "{text}");
    assert_eq!(shelves(&serve), [theirs]);
}

/// Starts a run that is slow enough to be met in the middle, and waits until it has made
/// something.
fn in_the_middle(folder: &Path, serve: &Serve) -> std::process::Child {
    let mut command = command(folder, serve, &["-q", "--allow-writes", "--rate", "150"]);
    let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    let child = child.unwrap();
    let began = Instant::now();
    while shelves(serve).len() < 4 {
        assert!(began.elapsed() < Duration::from_secs(60));
        std::thread::sleep(Duration::from_millis(20));
    }
    child
}

fn clean(folder: &Path, serve: &Serve) -> (i32, String) {
    let access = access();
    let mut command = conformant(folder, &["clean", "--suite", "s", "--base-url", &serve.url]);
    command.args(["--project-id", &access.project_id]);
    finish(command.env("CONFORMANT_TOKEN", &access.token))
}

#[test]
fn clean_gives_back_what_a_killed_run_left_and_nothing_else() {
    let folder = derived();
    let serve = served(folder.path(), &[]);
    let theirs = of_another(&serve);
    let mut child = in_the_middle(folder.path(), &serve);
    // Its journal is locked as long as it lives.
    let (code, text) = clean(folder.path(), &serve);
    assert_eq!(code, 0, "{text}");
    assert!(text.contains("under way"), "{text}");
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(shelves(&serve).len() > 1);
    assert_eq!(journals(folder.path()).len(), 1);
    let (code, text) = clean(folder.path(), &serve);
    assert_eq!(code, 0, "{text}");
    assert!(text.contains("0 are left"), "{text}");
    assert_eq!(shelves(&serve), [theirs]);
    assert!(journals(folder.path()).is_empty());
}

#[cfg(unix)]
#[test]
fn a_run_that_is_interrupted_leaves_nothing() {
    let folder = derived();
    let serve = served(folder.path(), &[]);
    let mut child = in_the_middle(folder.path(), &serve);
    let killed = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status();
    assert!(killed.unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert!(shelves(&serve).is_empty());
    assert!(journals(folder.path()).is_empty());
}

#[test]
fn two_runs_at_once_do_not_touch_each_other() {
    let folder = derived();
    let serve = served(folder.path(), &[]);
    side_by_side(&["1", "2"], |name| {
        let report = format!("json={name}.json");
        let more = ["-q", "--allow-writes", "--report", &report];
        let (code, text) = finish(&mut command(folder.path(), &serve, &more));
        assert_eq!(code, 0, "{text}");
    });
    assert!(shelves(&serve).is_empty());
}

#[test]
fn what_cannot_be_given_back_is_said_and_is_not_green() {
    let folder = derived();
    // Deletions are taken, and nothing is ever gone.
    let serve = served(folder.path(), &["--fault", "shelf:gone"]);
    let more = ["--allow-writes", "/sequence/created"];
    let (code, text) = finish(&mut command(folder.path(), &serve, &more));
    assert_eq!(code, 3, "{text}");
    assert!(text.contains("left shelf "), "{text}");
    assert!(text.contains("curl "), "{text}");
    let report = report(folder.path());
    assert!(!report["left"].as_array().unwrap().is_empty());
    assert_eq!(journals(folder.path()).len(), 1);
    let (code, text) = clean(folder.path(), &serve);
    assert_eq!(code, 1, "{text}");
}

#[test]
fn mistakes_in_a_table_have_a_line() {
    let folder = derived();
    let path = folder.path().join("s/service.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    for (from, to, what) in [
        (
            "\"path/jar_id\"",
            "\"lid/jar_id\"",
            "names no place of a request",
        ),
        ("take = \"/id\"", "take = \"id\"", "is not a JSON pointer"),
        (
            "\"create-jar\"",
            "\"make-jar\"",
            "which the suite does not have",
        ),
        (
            "is = [\"ACTIVE\"]",
            "is = []",
            "no state says that it can be used",
        ),
        ("within = \"10m\"", "within = \"soon\"", "is not a time"),
    ] {
        let changed = text.replacen(from, to, 1);
        assert_ne!(changed, text, "{from}");
        std::fs::write(&path, &changed).unwrap();
        let (code, said) = run(folder.path(), &["list", "--suite", "s"]);
        assert_eq!(code, 2, "{said}");
        assert!(
            said.contains(what) && said.contains("service.toml:"),
            "{said}"
        );
    }
    // A law can be turned off, with a reason.
    let off = "\n[[resource.jar.off]]\nlaw = \"parent\"\nreason = \"jars are moved\"\n";
    std::fs::write(&path, format!("{text}{off}")).unwrap();
    let (code, said) = run(folder.path(), &["list", "--suite", "s", "/sequence/parent"]);
    assert_eq!(code, 4, "{said}");
    let without = off.replace("jars are moved", " ");
    std::fs::write(&path, format!("{text}{without}")).unwrap();
    let (code, said) = run(folder.path(), &["list", "--suite", "s"]);
    assert_eq!(code, 2, "{said}");
    assert!(said.contains("without a reason"), "{said}");
}
