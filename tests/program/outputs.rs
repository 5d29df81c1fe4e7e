//! Files that a command writes: no report of an earlier run is left, and no other file
//! is harmed.
use crate::report::{read, schema};
use crate::support::{Serving, conformant, finish, halves, run};
use conformant::selftest::access;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

const REPORTS: [&str; 5] = [
    "json=r.json",
    "junit=r.xml",
    "markdown=r.md",
    "html=r.html",
    "github=r.txt",
];

/// The options for every report and a record.
fn everything() -> Vec<&'static str> {
    let reports = REPORTS.iter().flat_map(|report| ["--report", report]);
    reports.chain(["--record", "r.ndjson"]).collect()
}

/// A folder with every green report of a run, and its record.
fn green() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let arguments = [
        vec!["run", "--reference", "-q", "--cases", "4"],
        everything(),
    ]
    .concat();
    let (code, text) = run(folder.path(), &arguments);
    assert_eq!(code, 0, "{text}");
    folder
}

/// That every report says that the run has not finished, and the record is none.
fn not_finished(at: &Path) {
    let text = |name: &str| fs::read_to_string(at.join(name)).unwrap();
    let document = serde_json::from_str(&text("r.json")).unwrap();
    let violations = schema::validator().violations(&document);
    assert!(violations.is_empty(), "{violations:?}");
    let json = read::Json::read(&text("r.json"));
    assert_eq!((json.verdict.as_str(), json.exit_code), ("not-finished", 3));
    let junit = read::junit(&text("r.xml")).0;
    assert_eq!(junit.len(), 1);
    assert_eq!(junit[0].outcome.as_deref(), Some("error"));
    assert!(text("r.md").starts_with("## ⚠️ Target"));
    assert!(text("r.html").contains("Not-finished"));
    assert!(text("r.txt").starts_with("::error title=conformant::"));
    assert_eq!(text("r.ndjson"), "");
}

#[test]
fn no_green_report_is_left_behind_a_run_that_does_not_begin() {
    for more in [
        &["run", "--target", "nosuch"][..],
        &["run", "--suite", "nowhere"],
        &["run", "no-such-case"],
        &[
            "run",
            "--base-url",
            "http://127.0.0.1:9",
            "--project-id",
            "x",
            "--token-env",
            "NONE",
        ],
        &["run", "--report", "pdf=x"],
        &["run", "--report", "json=r.html"],
        &["run", "--timeout", "soon"],
        &["run", "--no-such-option"],
    ] {
        let folder = green();
        let (code, text) = run(folder.path(), &[more, &everything()].concat());
        assert!(matches!(code, 2 | 4), "{more:?}: {code} {text}");
        not_finished(folder.path());
    }
}

#[test]
fn a_plan_that_is_only_printed_leaves_reports_as_they_are() {
    let folder = green();
    let before = fs::read_to_string(folder.path().join("r.json")).unwrap();
    let (code, text) = run(
        folder.path(),
        &[vec!["run", "--reference", "--dry-run"], everything()].concat(),
    );
    assert_eq!(code, 0, "{text}");
    assert_eq!(
        fs::read_to_string(folder.path().join("r.json")).unwrap(),
        before
    );
}

/// Starts a run that lasts, and waits until its first case is done. One property lasts, and
/// the seed puts cases in front of it: behind two that last nothing would be said for minutes.
fn under_way(server: &Serving, folder: &Path) -> Child {
    let more = [
        "busi_type/",
        "any/project_id-length",
        "--seed",
        "1",
        "--cases",
        "100000",
        "--format",
        "libtest",
    ];
    let mut command = server.command(folder, &[&more[..], &everything()].concat());
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.as_mut().unwrap()).lines();
    let begun = lines
        .by_ref()
        .flatten()
        // The order follows the seed: whichever case is first.
        .any(|line| line.starts_with("test "));
    assert!(begun);
    child
}

fn signal(name: &str, child: &Child) {
    let killed = Command::new("kill")
        .args([name, &child.id().to_string()])
        .status();
    assert!(killed.unwrap().success());
}

#[test]
fn a_run_that_is_killed_leaves_no_green_report() {
    let folder = green();
    let server = Serving::conforming();
    let mut child = under_way(&server, folder.path());
    let record = fs::read_to_string(folder.path().join("r.ndjson")).unwrap();
    signal("-KILL", &child);
    child.wait().unwrap();
    assert!(
        !record.contains("\"exit_code\":0"),
        "the old record's footer"
    );
    fs::write(folder.path().join("r.ndjson"), "").unwrap();
    not_finished(folder.path());
}

#[test]
fn a_signal_before_the_first_request_leaves_no_green_report() {
    let mut handled = 0;
    for milliseconds in [10, 25, 50, 100] {
        let folder = green();
        let server = Serving::conforming();
        let mut command = server.command(folder.path(), &everything());
        let mut child = command.stdout(Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(milliseconds));
        signal("-TERM", &child);
        // Where the system had not begun the program yet, the signal itself ends it.
        if child.wait().unwrap().code() == Some(143) {
            handled += 1;
            let report = fs::read_to_string(folder.path().join("r.json")).unwrap();
            assert_ne!(read::Json::read(&report).exit_code, 0);
        }
    }
    assert!(handled > 0);
}

#[test]
fn sigterm_and_sighup_end_as_ctrl_c_does() {
    for (name, code) in [("-TERM", 143), ("-HUP", 129), ("-INT", 130)] {
        let folder = green();
        let server = Serving::conforming();
        let child = under_way(&server, folder.path());
        signal(name, &child);
        let output = child.wait_with_output().unwrap();
        let printed = String::from_utf8_lossy(&output.stdout);
        assert_eq!(output.status.code(), Some(code), "{name}: {printed}");
        assert!(printed.contains("interrupted"), "{name}: {printed}");
        let text = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
        let json = read::Json::read(&text("r.json"));
        assert_eq!(
            (json.verdict.as_str(), i32::from(json.exit_code)),
            ("interrupted", code)
        );
        assert!(json.totals.pass > 0, "what was judged is reported");
        let document = serde_json::from_str(&text("r.json")).unwrap();
        assert!(schema::validator().accepts(&document));
        let cases = read::junit(&text("r.xml")).0;
        assert!(
            cases
                .iter()
                .any(|case| case.outcome.as_deref() == Some("error"))
        );
        let footer = text("r.ndjson").lines().last().unwrap().to_owned();
        assert!(
            footer.contains(&format!("\"exit_code\":{code}")),
            "{footer}"
        );
    }
}

/// Bytes of every file, to be compared.
fn contents(at: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(at).unwrap() {
        let entry = entry.unwrap();
        let path = entry.path();
        if entry.file_type().unwrap().is_dir() {
            found.extend(contents(&path));
        } else if let Ok(bytes) = fs::read(&path) {
            found.push((path.display().to_string(), bytes));
        }
    }
    found.sort();
    found
}

/// A folder with every input of a run, and further names of some.
fn inputs() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let page = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/schemas/show-audit-task-status/page.md"
    );
    let (code, text) = run(at, &["derive", page, "--out", "suite"]);
    assert_eq!(code, 0, "{text}");
    fs::write(
        at.join("targets.toml"),
        "[target.t]\nbase_url = \"http://127.0.0.1:9\"\nproject_id = \"0123456789abcdef0123456789abcdef\"\ntoken = { file = \"secret\" }\n",
    )
    .unwrap();
    for name in ["secret", "token", "ca.pem", "letter.txt"] {
        fs::write(at.join(name), "a-token-of-its-own").unwrap();
    }
    fs::create_dir(at.join("other")).unwrap();
    fs::hard_link(at.join("token"), at.join("hard")).unwrap();
    fs::hard_link(
        at.join("suite/schemas/show-audit-task-status/request.schema.json"),
        at.join("hard.json"),
    )
    .unwrap();
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("targets.toml", at.join("soft")).unwrap();
        std::os::unix::fs::symlink("nothing", at.join("dangling")).unwrap();
        std::os::unix::fs::symlink(".", at.join("here")).unwrap();
    }
    folder
}

#[test]
#[cfg(unix)]
fn no_output_destroys_what_the_run_reads_or_another_output() {
    let folder = inputs();
    let at = folder.path();
    let before = contents(at);
    let suite_file = "suite/cases/show-audit-task-status/token.toml";
    let reads = "is read by this command too";
    for (output, reason) in [
        ("targets.toml", reads),
        ("./other/../targets.toml", reads),
        ("soft", reads),
        ("here/targets.toml", reads),
        ("secret", reads),
        ("token", reads),
        ("hard", reads),
        ("ca.pem", reads),
        (suite_file, reads),
        ("hard.json", reads),
        ("suite/schemas/new", reads),
        ("dangling", "is a link to nothing"),
        ("other", "is a folder"),
        ("/dev/null", "is no regular file"),
        ("twice", "would both be written"),
        ("here/twice", "would both be written"),
    ] {
        for option in ["--report", "--record"] {
            let value = match option {
                "--report" => format!("json={output}"),
                _ => output.to_owned(),
            };
            let mut arguments = vec!["run", "--target", "t", "--suite", "suite", "--force"];
            arguments.extend(["--token-file", "token", "--ca", "ca.pem"]);
            arguments.extend(["--report", "html=twice"]);
            // The entry's own secret counts where no other is given.
            if output == "secret" {
                arguments.retain(|word| !["--token-file", "token"].contains(word));
            }
            arguments.extend([option, &value]);
            let (code, text) = finish(conformant(at, &arguments).env("CI", "1"));
            assert_eq!(code, 2, "{option} {output}: {text}");
            assert!(text.contains(reason), "{option} {output}: {text}");
            assert_eq!(contents(at), before, "{option} {output}");
        }
    }
}

#[test]
fn a_file_of_another_kind_needs_force() {
    let folder = inputs();
    let at = folder.path();
    let page = "suite/schemas/show-audit-task-status/page.md";
    let before = fs::read(at.join("letter.txt")).unwrap();
    for arguments in [
        &["run", "--report", "json=letter.txt"][..],
        &["run", "--report", "html=letter.txt"],
        &["run", "--record", "letter.txt"],
        &[
            "selftest",
            "busi-type-trimmed",
            "--report",
            "markdown=letter.txt",
        ],
        &["export", "openapi", "--out", "letter.txt"],
        &["run", "--report", "markdown=suite/../letter.txt"],
    ] {
        let (code, text) = run(at, arguments);
        assert_eq!(code, 2, "{arguments:?}: {text}");
        assert!(text.contains("--force"), "{arguments:?}: {text}");
        assert_eq!(fs::read(at.join("letter.txt")).unwrap(), before);
    }
    let (code, text) = run(
        at,
        &[
            "export", "openapi", "--suite", "suite", "--force", "--out", page,
        ],
    );
    assert_eq!(code, 2, "{text}");
    let (code, text) = run(
        at,
        &[
            "run",
            "--reference",
            "-q",
            "--force",
            "--report",
            "json=letter.txt",
        ],
    );
    assert_eq!(code, 0, "{text}");
    // Empty files and reports of the same format may be replaced.
    fs::write(at.join("new.html"), "").unwrap();
    let again = [
        "run",
        "--reference",
        "-q",
        "--report",
        "json=letter.txt",
        "--report",
        "html=new.html",
    ];
    assert_eq!(run(at, &again).0, 0);
    assert_eq!(run(at, &again).0, 0);
}

#[test]
fn parts_of_a_merge_are_not_written_over() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    halves(at);
    let before = contents(at);
    for out in ["1.json", "./2.json"] {
        let (code, text) = run(at, &["merge", "1.json", "2.json", "--force", "--out", out]);
        assert!(
            code == 2 && text.contains("is read by this command too"),
            "{text}"
        );
    }
    assert_eq!(contents(at), before);
    // A merged report of before is no verdict on parts that are refused.
    assert_eq!(
        run(at, &["merge", "1.json", "2.json", "--out", "m.json"]).0,
        0
    );
    assert_eq!(run(at, &["merge", "1.json", "--out", "m.json"]).0, 2);
    let merged = fs::read_to_string(at.join("m.json")).unwrap();
    assert_eq!(read::Json::read(&merged).verdict, "not-finished");
}

#[test]
fn what_cannot_be_written_is_found_before_anything_is_sent() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("file"), "").unwrap();
    let access = access();
    for more in [
        ["--report", "json=file/r.json"],
        ["--record", "file/r.ndjson"],
        ["--report", "json=/proc/r.json"],
    ] {
        // Nobody answers there: a run that sent anything would end in exit 3.
        let arguments = [
            &["run", "--base-url", "http://127.0.0.1:9", "--project-id"][..],
            &[&access.project_id],
            &more,
        ]
        .concat();
        let mut command = conformant(folder.path(), &arguments);
        let (code, text) = finish(command.env("CONFORMANT_TOKEN", &access.token));
        assert_eq!(code, 2, "{more:?}: {text}");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn snapshots_that_cannot_be_written_change_no_verdict() {
    let folder = tempfile::tempdir().unwrap();
    let server = Serving::faulty("200-total-num-is-string");
    let more = ["-q", "--snapshots", "/proc/snapshots"];
    let (code, text) = finish(&mut server.command(folder.path(), &more));
    assert_eq!(code, 1, "{text}");
    assert!(
        text.contains("warning: the differences cannot be left"),
        "{text}"
    );
}

#[test]
fn one_report_may_go_to_standard_output() {
    let folder = tempfile::tempdir().unwrap();
    let server = Serving::faulty("200-total-num-is-string");
    let output = |report: &str| {
        let mut command = server.command(folder.path(), &["--report", report, "--color", "never"]);
        let output = command.env("CI", "1").output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(stderr.contains("default: does not conform"), "{stderr}");
        String::from_utf8(output.stdout).unwrap()
    };
    let json = read::Json::read(&output("json=-"));
    assert_eq!(json.exit_code, 1);
    read::junit(&output("junit=-"));
    let commands = output("github=-");
    let lines: Vec<&str> = commands.lines().collect();
    assert!(
        lines
            .iter()
            .all(|line| line.starts_with("::error title=conformant")),
        "{commands}"
    );
    assert!(lines[0].contains("does not conform"), "{commands}");
    assert!(
        lines[1].contains("response/200/total_num/type — Table 3, row 11 (total_num)"),
        "{commands}"
    );
    assert!(!folder.path().join("-").exists());
    let two = ["--report", "json=-", "--report", "github=-"];
    assert_eq!(finish(&mut server.command(folder.path(), &two)).0, 2);
}

#[test]
fn derive_writes_over_no_change_of_a_person() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let page = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/schemas/show-audit-task-status/page.md"
    );
    let derive = ["derive", page, "--out", "suite"];
    assert_eq!(run(at, &derive).0, 0);
    let schemas = at.join("suite/schemas/show-audit-task-status");
    // A reading is a person's, and what follows from it is written.
    let reading = schemas.join("reading.toml");
    let before = fs::read_to_string(schemas.join("response-200.schema.json")).unwrap();
    let text = fs::read_to_string(&reading).unwrap();
    let present =
        "\n[[optional]]\nstatus = [200]\nfields = [\"total_num\"]\nreason = \"as seen\"\n";
    fs::write(&reading, text + present).unwrap();
    let (code, text) = run(at, &derive);
    assert_eq!(code, 0, "{text}");
    assert_ne!(
        fs::read_to_string(schemas.join("response-200.schema.json")).unwrap(),
        before
    );
    for (name, from, to) in [
        (
            "schemas/show-audit-task-status/response-200.schema.json",
            "total_num",
            "totals",
        ),
        (
            "cases/show-audit-task-status/token.toml",
            "expect = [401]",
            "expect = [400]",
        ),
    ] {
        let path = at.join("suite").join(name);
        let whole = fs::read_to_string(&path).unwrap();
        fs::write(&path, whole.replacen(from, to, 1)).unwrap();
        let edited = contents(at);
        let (code, text) = run(at, &derive);
        assert_eq!(code, 2, "{text}");
        assert!(text.contains(name) && text.contains("--force"), "{text}");
        assert_eq!(contents(at), edited);
        let (code, text) = run(at, &[&derive[..], &["--force"]].concat());
        assert_eq!(code, 0, "{text}");
        assert_eq!(fs::read_to_string(&path).unwrap(), whole);
    }
    // Another edition of the page replaces what nobody changed.
    fs::copy(page, at.join("new.md")).unwrap();
    let text = fs::read_to_string(at.join("new.md")).unwrap();
    fs::write(at.join("new.md"), text.replace("32 to 64", "32 to 65")).unwrap();
    let (code, text) = run(at, &["derive", "new.md", "--out", "suite"]);
    assert_eq!(code, 0, "{text}");
}

#[test]
#[cfg(unix)]
fn derive_goes_through_no_link() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let page = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/schemas/show-audit-task-status/page.md"
    );
    fs::create_dir_all(at.join("theirs/schemas")).unwrap();
    fs::create_dir(at.join("mine")).unwrap();
    let link = |to: &str, name: &str| std::os::unix::fs::symlink(to, at.join(name)).unwrap();
    link("theirs", "link");
    link("../theirs/schemas", "mine/schemas");
    let absolute = at.join("link");
    for out in [
        "link",
        "link/sub",
        "mine",
        "./mine/../link",
        absolute.to_str().unwrap(),
    ] {
        let (code, text) = run(at, &["derive", page, "--out", out, "--force"]);
        assert!(
            code == 2 && text.contains("this is a link"),
            "{out}: {text}"
        );
    }
    assert_eq!(fs::read_dir(at.join("theirs/schemas")).unwrap().count(), 0);
}

/// What the repository's own suites were when they were derived.
#[test]
fn the_digests_of_the_suites_here_are_of_the_files_here() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut seen = 0;
    for operation in fs::read_dir(root.join("schemas")).unwrap() {
        let folder = operation.unwrap().path();
        let digests = fs::read_to_string(folder.join("derived.sha256")).unwrap();
        for line in digests.lines() {
            let (digest, name) = line.split_once("  ").unwrap();
            let text = fs::read(root.join(name)).unwrap();
            let found = conformant::digest::hex(&conformant::digest::Sha256::digest(text));
            assert_eq!(found, digest, "{name}");
            seen += 1;
        }
    }
    assert!(seen > 10);
}
