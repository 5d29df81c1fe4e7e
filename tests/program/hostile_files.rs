//! Files that no reader may follow to their end: each is given for each argument that
//! names a file, and ends in exit 2, soon and in little memory.

use crate::support::conformant;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// A file is refused in a moment; a loaded machine may take longer.
const SOON: Duration = Duration::from_secs(10);
const MEMORY_KIB: u64 = 256 * 1024;

const TARGET: [&str; 4] = ["--base-url", "http://127.0.0.1:1", "--project-id", PROJECT];
const PROJECT: &str = "0123456789abcdef0123456789abcdef";

/// Each command with each of its arguments that names a file: `FILE` stands for it.
const USES: &[&[&str]] = &[
    &["derive", "FILE", "--out", "out"],
    &["diff", "FILE", "FILE"],
    &["verify", "FILE"],
    &["verify", "FILE", "--public-key", "FILE"],
    &["verify", "empty", "--subject-file", "FILE"],
    &["merge", "FILE"],
    &["replay", "FILE", "show-audit-task-status/valid/audit", "TARGET"],
    &["run", "--target", "x", "--targets", "FILE"],
    &["run", "TARGET", "--token-file", "FILE"],
    &["run", "TARGET", "--ca", "FILE"],
    &[
        "run",
        "TARGET",
        "--client-cert",
        "FILE",
        "--client-key",
        "FILE",
    ],
    &[
        "certify",
        "--target",
        "x",
        "--targets",
        "FILE",
        "--out",
        "out",
    ],
];

/// Files of a suite that a hostile one stands in for.
const IN_SUITE: &[&str] = &[
    "schemas/show-audit-task-status/contract.json",
    "schemas/show-audit-task-status/reading.toml",
    "schemas/show-audit-task-status/response-200.schema.json",
    "cases/show-audit-task-status/valid.toml",
];

const WITH_SUITE: &[&[&str]] = &[
    &["list", "--suite", "suite"],
    &["run", "--dry-run", "--suite", "suite", "TARGET"],
    &["selftest", "--suite", "suite"],
    &["export", "openapi", "--suite", "suite"],
    &["diff", "suite", "suite"],
];

/// Makes every hostile file in `folder`.
fn hostile(folder: &Path) -> Vec<PathBuf> {
    let file = |name: &str| folder.join(name);
    std::fs::create_dir(file("a-folder")).unwrap();
    symlink("/dev/zero", file("endless")).unwrap();
    let made = Command::new("mkfifo").arg(file("pipe")).status().unwrap();
    assert!(made.success());
    let sparse = std::fs::File::create(file("of-8-gib")).unwrap();
    sparse.set_len(8 << 30).unwrap();
    for (name, text) in [
        ("deep-arrays", "[".repeat(500_000)),
        ("deep-objects", "{\"a\":".repeat(100_000)),
        ("deep-keys", format!("a{}=1\n", ".a".repeat(100_000))),
        ("deep-tables", format!("[a{}]\n", ".a".repeat(100_000))),
        ("deep-inline", format!("a={}\n", "{a=".repeat(60_000))),
        ("many-items", format!("a=[{}1]\n", "1,".repeat(500_000))),
        ("many-values", format!("[{}1]", "1,".repeat(500_000))),
        ("one-line", "x".repeat(900_000)),
    ] {
        std::fs::write(file(name), text).unwrap();
    }
    std::fs::write(file("not-text"), [0xff; 4096]).unwrap();
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    paths
}

fn peak_memory(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok())
        .unwrap_or(0)
}

/// Runs the command in `folder`; gives exit code and output.
fn refused(folder: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let began = Instant::now();
    let output = tempfile::tempfile().unwrap();
    let mut child = conformant(folder, arguments)
        .env("CONFORMANT_TOKEN", "hostile-files-token")
        .stdin(Stdio::null())
        .stdout(output.try_clone().unwrap())
        .stderr(output.try_clone().unwrap())
        .spawn()
        .unwrap();
    let mut memory = 0;
    let status = loop {
        memory = memory.max(peak_memory(child.id()));
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        if began.elapsed() > SOON {
            child.kill().unwrap();
            panic!("{arguments:?} hangs");
        }
        std::thread::sleep(Duration::from_millis(2));
    };
    assert!(memory < MEMORY_KIB, "{arguments:?}: {memory} KiB");
    let mut output = output;
    let mut text = String::new();
    std::io::Seek::rewind(&mut output).unwrap();
    std::io::Read::read_to_string(&mut output, &mut text).unwrap();
    (status.code(), text)
}

fn filled<'a>(arguments: &[&'a str], file: &'a str) -> Vec<&'a str> {
    let mut words = Vec::new();
    for word in arguments {
        match *word {
            "FILE" => words.push(file),
            "TARGET" => words.extend(TARGET),
            word => words.push(word),
        }
    }
    words
}

/// Whether a file is one by its kind alone, whatever stands in it.
fn is_none_at_all(file: &Path) -> bool {
    ["a-folder", "endless", "pipe"]
        .iter()
        .any(|name| file.ends_with(name))
}

/// Whether a use refuses this file: a token may be any short text, and a subject any
/// regular file of any size.
fn refuses(arguments: &[&str], file: &Path) -> bool {
    let takes_text = arguments.contains(&"--token-file") && !file.ends_with("of-8-gib");
    let takes_files = arguments.contains(&"--subject-file");
    is_none_at_all(file) || !takes_text && !takes_files
}

#[test]
fn every_file_argument_of_every_command_refuses_what_is_no_file_of_its_kind() {
    let folder = tempfile::tempdir().unwrap();
    let files = folder.path().join("files");
    std::fs::create_dir(&files).unwrap();
    std::fs::write(folder.path().join("empty"), "").unwrap();
    for (at, file) in hostile(&files).iter().enumerate() {
        for (nth, arguments) in USES.iter().enumerate() {
            // What is a file is met by every third use: each costs a start of the program.
            let is_met = is_none_at_all(file) || (at + nth) % 3 == 0;
            if !is_met || !refuses(arguments, file) {
                continue;
            }
            let words = filled(arguments, file.to_str().unwrap());
            let (code, text) = refused(folder.path(), &words);
            assert_eq!(code, Some(2), "{words:?}: {text}");
            assert!(text.contains("error: "), "{words:?}: {text}");
        }
    }
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let copied = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &copied);
        } else {
            std::fs::copy(&path, copied).unwrap();
        }
    }
}

/// An operation of the built-in suite in `folder/suite`.
fn suite(folder: &Path) -> PathBuf {
    let suite = folder.join("suite");
    for part in ["schemas", "cases"] {
        let part = Path::new(part).join("show-audit-task-status");
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join(&part);
        std::fs::create_dir_all(suite.join(&part)).unwrap();
        copy(&source, &suite.join(part));
    }
    suite
}

#[test]
fn every_file_of_a_suite_may_be_hostile() {
    let folder = tempfile::tempdir().unwrap();
    let files = folder.path().join("files");
    std::fs::create_dir(&files).unwrap();
    let suite = suite(folder.path());
    for (at, file) in hostile(&files).iter().enumerate() {
        for (nth, name) in IN_SUITE.iter().enumerate() {
            let path = suite.join(name);
            let original = std::fs::read(&path).unwrap();
            std::fs::remove_file(&path).unwrap();
            symlink(file, &path).unwrap();
            // Each command meets each place; each place meets each file.
            let uses = match name.starts_with("cases") || name.ends_with(".json") {
                // Neither the export nor the comparison says what is in these.
                true => &WITH_SUITE[..3],
                false => WITH_SUITE,
            };
            let arguments = uses[(at + nth) % uses.len()];
            let words = filled(arguments, "");
            let (code, text) = refused(folder.path(), &words);
            assert_eq!(
                code,
                Some(2),
                "{name} is {}: {words:?}: {text}",
                file.display()
            );
            std::fs::remove_file(&path).unwrap();
            std::fs::write(&path, original).unwrap();
        }
    }
}

/// Gives what `change` makes of a case file to the suite, and expects `said` of it.
fn cases_are_refused(file: &str, change: impl Fn(String) -> String, said: &str) {
    let folder = tempfile::tempdir().unwrap();
    let path = suite(folder.path())
        .join("cases/show-audit-task-status")
        .join(file);
    let text = std::fs::read_to_string(&path).unwrap();
    // Without its mark the file is a person's own.
    let text = text.split_once('\n').unwrap().1.to_owned();
    std::fs::write(&path, change(text)).unwrap();
    for arguments in [
        &["list", "--suite", "suite"][..],
        &["run", "--suite", "suite", "--dry-run"],
    ] {
        let mut words = arguments.to_vec();
        words.extend(if words[0] == "run" { &TARGET[..] } else { &[] });
        let (code, output) = refused(folder.path(), &words);
        assert_eq!(code, Some(2), "{output}");
        assert!(
            output.contains(said) && output.contains(&format!("{file}:")),
            "{output}"
        );
    }
}

fn case_with(header: &str) -> String {
    format!(
        "\n[[case]]\nid = \"valid/huge\"\nsummary = \"is huge\"\nclause = \"request/path/busi_type/enum\"\n\
         expect = [200]\n[case.request.headers]\n\"X-Auth-Token\" = {header}\n"
    )
}

#[test]
fn values_that_are_made_up_are_bounded() {
    let huge = case_with("{ filled = { with = \"a\", length = 4000000000 } }");
    cases_are_refused("valid.toml", |text| text + &huge, "4000000000 characters");
    let many = |text: String| {
        let one = case_with("{ filled = { with = \"a\", length = 2000000 } }");
        (0..20).fold(text, |text, at| {
            text + &one.replace("valid/huge", &format!("valid/huge-{at}"))
        })
    };
    cases_are_refused("valid.toml", many, "longer than 32 MiB together");
    let count = |text: String| {
        text.lines()
            .map(|line| {
                if line.starts_with("cases = ") {
                    "cases = 4294967295"
                } else {
                    line
                }
            })
            .collect::<Vec<_>>()
            .join("\n")
    };
    cases_are_refused("properties.toml", count, "cases = 4294967295");
}

#[test]
fn folders_are_bounded() {
    let folder = tempfile::tempdir().unwrap();
    let cases = suite(folder.path()).join("cases/show-audit-task-status");
    let snapshots = folder.path().join("snapshots/default");
    std::fs::create_dir_all(&snapshots).unwrap();
    for at in 0..10_001 {
        std::fs::write(snapshots.join(format!("{at}.snap")), "").unwrap();
    }
    let words = filled(&["run", "TARGET"], "");
    let (code, text) = refused(folder.path(), &words);
    assert_eq!(code, Some(2), "{text}");
    assert!(text.contains("more than 10000 entries"), "{text}");
    for at in 0..10_001 {
        std::fs::hard_link(snapshots.join("0.snap"), cases.join(format!("{at}.toml"))).unwrap();
    }
    let (code, text) = refused(folder.path(), &["list", "--suite", "suite"]);
    assert_eq!(code, Some(2), "{text}");
    assert!(text.contains("more than 10000 entries"), "{text}");
    std::fs::remove_dir_all(&cases).unwrap();
    std::fs::create_dir_all(cases.join(vec!["d"; 20].join("/"))).unwrap();
    let (code, text) = refused(folder.path(), &["list", "--suite", "suite"]);
    assert_eq!(code, Some(2), "{text}");
    assert!(text.contains("deep"), "{text}");
}

/// A page of one operation with `rows` in the table of its path parameters.
fn page(rows: &str) -> String {
    format!(
        "# Showing\n\n## URI\n\nGET /v1/{{x}}\n\n#### Path Parameters\n\n\
         | Parameter | Mandatory | Type | Description |\n|---|---|---|---|\n{rows}\n\
         ## Status Codes\n\n| Status Code | Description |\n|---|---|\n| 200 | OK |\n"
    )
}

#[test]
fn pages_that_make_much_of_little_are_read_in_bounds() {
    let folder = tempfile::tempdir().unwrap();
    let nested = format!("| x | Yes | {}strings | X. |\n", "Array of ".repeat(10_000));
    let maps = format!(
        "| x | Yes | {}String{} | X. |\n",
        "Map<String,".repeat(10_000),
        ">".repeat(10_000)
    );
    let plain = "| x | Yes | String | X. |\n";
    // 30 tables of two objects each make 2^30 rows.
    let chain: String = (0..30)
        .map(|at| {
            let next = at + 1;
            format!(
                "\n#### Table {next} T{at}\n\n| Parameter | Type | Description |\n|---|---|---|\n\
                 | a | T{next} object | A. |\n| b | T{next} object | B. |\n"
            )
        })
        .collect();
    let objects = page(plain).replace(
        "## Status Codes",
        &format!(
            "## Response Parameters\n\n**Status code: 200**\n\n#### Response body parameters\n\n\
             | Parameter | Type | Description |\n|---|---|---|\n| r | T0 object | R. |\n{chain}\n## Status Codes"
        ),
    );
    for (name, text) in [
        ("nested", page(&nested)),
        ("maps", page(&maps)),
        ("many-rows", page(&plain.repeat(40_000))),
        ("objects", objects),
        ("brackets", page(plain) + &"[".repeat(1_000_000)),
        ("quotes", page(plain) + &"> ".repeat(500_000)),
    ] {
        let file = format!("{name}.md");
        std::fs::write(folder.path().join(&file), text).unwrap();
        let (code, text) = refused(folder.path(), &["derive", &file, "--out", name]);
        assert!(matches!(code, Some(0 | 2)), "{name}: {code:?} {text}");
        assert!(
            text.contains(" to look at") || code == Some(2),
            "{name}: {text}"
        );
    }
    let table =
        "<table><tr><th>Parameter</th><th>Type</th></tr><tr><td>a</td><td>String</td></tr></table>";
    let html = format!("<html><body><p>GET /v1/x</p>{}", table.repeat(180_000));
    std::fs::write(folder.path().join("tables.html"), html).unwrap();
    let (code, text) = refused(folder.path(), &["derive", "tables.html", "--out", "html"]);
    assert_eq!(code, Some(2), "{text}");
    assert!(text.contains("larger than any page"), "{text}");
}
