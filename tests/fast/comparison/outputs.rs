//! What the command prints, and its exit codes.
use crate::support::{binary, run};
use conformant::schema::Validator;
use pulldown_cmark::{Event, Options as CommonMark, Parser};
use serde_json::{Value, json};
use std::path::Path;
use std::process::Command;

/// A document of `count` operations with one query parameter of this description.
fn many(count: usize, parameter: &Value) -> String {
    let paths = (0..count).map(|at| {
        let operation = json!({
            "parameters": [parameter],
            "responses": { "200": { "description": "OK" } },
        });
        (format!("/cups/{at}"), json!({ "get": operation }))
    });
    let paths: serde_json::Map<String, Value> = paths.collect();
    json!({ "swagger": "2.0", "paths": paths }).to_string()
}

fn query(facts: &[(&str, Value)]) -> Value {
    let mut query = json!({ "name": "size", "in": "query", "type": "string" });
    for (name, value) in facts {
        query[*name] = value.clone();
    }
    query
}

#[test]
fn two_hundred_operations_print_what_a_person_can_read_and_v_lists_all() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: String| std::fs::write(folder.path().join(name), text).unwrap();
    write("a.json", many(230, &query(&[("maxLength", json!(8))])));
    write("b.json", many(200, &query(&[("maxLength", json!(9))])));
    let (code, text) = run(
        folder.path(),
        &["diff", "a.json", "b.json", "--as", "sources"],
    );
    assert_eq!(code, 0, "{text}");
    assert!(text.lines().count() < 60, "{text}");
    let once = "  length request/query/size/length (widened; breaks servers)\n    A  at most 8 — ";
    assert_eq!(text.matches(once).count(), 1, "{text}");
    assert!(
        text.contains("    in 200 operations: GET /cups/0, GET /cups/1, "),
        "{text}"
    );
    assert!(text.contains(", and 197 more\n"), "{text}");
    assert!(text.contains("operations only in A (30):\n"), "{text}");
    assert!(text.contains("  … and 10 more; -v lists all\n"), "{text}");
    let row = |kind: &str| {
        let mut lines = text.lines();
        let line = lines.find(|line| line.starts_with(kind)).unwrap();
        line.split_whitespace()
            .skip(1)
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    assert_eq!(row("length "), ["0", "200", "0", "0"]);
    assert_eq!(row("parameter "), ["200", "0", "0", "0"]);
    assert!(text.contains("\n200 operations in both (200 differ), 30 only in A, 0 only in B; 200 statements differ,"), "{text}");
    let verbose = ["diff", "a.json", "b.json", "--as", "sources", "-v"];
    let (_, all) = run(folder.path(), &verbose);
    assert!(
        all.contains("GET /cups/199") && !all.contains(" more"),
        "{all}"
    );
    assert!(all.contains("agrees ("), "{all}");
    for format in ["markdown", "html"] {
        let arguments = [
            "diff", "a.json", "b.json", "--as", "sources", "--format", format,
        ];
        let (code, text) = run(folder.path(), &arguments);
        assert_eq!(code, 0, "{text}");
        assert!(
            text.contains("200 operations in both (200 differ)"),
            "{text}"
        );
    }
}

#[test]
fn exit_codes_follow_what_fails() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, facts: &[(&str, Value)]| {
        std::fs::write(folder.path().join(name), many(2, &query(facts))).unwrap();
    };
    write("plain.json", &[]);
    write("short.json", &[("maxLength", json!(8))]);
    write("long.json", &[("maxLength", json!(9))]);
    let code = |a: &str, b: &str, more: &[&str]| {
        let arguments = [&["diff", a, b], more].concat();
        run(folder.path(), &arguments).0
    };
    let sources = ["--as", "sources"];
    // Editions: a request that was good may be refused.
    assert_eq!(code("plain.json", "short.json", &[]), 1);
    assert_eq!(code("long.json", "short.json", &[]), 1);
    assert_eq!(code("short.json", "long.json", &[]), 0);
    assert_eq!(code("plain.json", "short.json", &["--fail-on", "never"]), 0);
    // Sources: silence is no difference.
    assert_eq!(code("plain.json", "short.json", &sources), 0);
    assert_eq!(code("long.json", "short.json", &sources), 0);
    let fail = |what: &'static str| ["--as", "sources", "--fail-on", what];
    assert_eq!(code("plain.json", "short.json", &fail("differs")), 0);
    assert_eq!(code("plain.json", "short.json", &fail("missing")), 1);
    assert_eq!(code("long.json", "short.json", &fail("differs")), 1);
    assert_eq!(code("long.json", "short.json", &fail("missing")), 0);
    assert_eq!(code("long.json", "short.json", &fail("breaks")), 1);
    assert_eq!(
        code("plain.json", "short.json", &fail("missing,differs")),
        1
    );
    assert_eq!(code("plain.json", "none.json", &[]), 2);
    // An operation that is gone breaks its clients.
    std::fs::write(folder.path().join("one.json"), many(1, &query(&[]))).unwrap();
    assert_eq!(code("plain.json", "one.json", &[]), 1);
    assert_eq!(code("one.json", "plain.json", &[]), 0);
    assert_eq!(code("one.json", "plain.json", &["--fail-on", "missing"]), 1);
}

#[test]
fn what_could_not_be_read_is_named_and_is_not_green() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("b")).unwrap();
    let document = many(2, &query(&[]));
    std::fs::write(folder.path().join("a.json"), &document).unwrap();
    std::fs::write(folder.path().join("b/good.json"), &document).unwrap();
    std::fs::write(folder.path().join("b/notes.txt"), "Buy milk.\n").unwrap();
    let (code, text) = run(folder.path(), &["diff", "a.json", "b"]);
    assert_eq!(code, 0, "{text}");
    let broken = "{ \"swagger\": \"2.0\", \"paths\": { \"/a\": ";
    std::fs::write(folder.path().join("b/broken.json"), broken).unwrap();
    let (code, text) = run(folder.path(), &["diff", "a.json", "b"]);
    assert_eq!(code, 2, "{text}");
    assert!(
        text.contains("sources that could not be read (1):\n  b/broken.json"),
        "{text}"
    );
}

#[test]
fn text_from_sources_is_escaped_in_every_format() {
    let folder = tempfile::tempdir().unwrap();
    let evil = "</td><script>x|y`\u{1b}[2J\u{202e}\n::error::z";
    let of = |values: Value| many(2, &query(&[("enum", values), ("default", json!(evil))]));
    std::fs::write(folder.path().join("a.json"), of(json!([evil, "q"]))).unwrap();
    std::fs::write(folder.path().join("b.json"), of(json!(["q"]))).unwrap();
    for format in ["text", "json", "markdown", "html"] {
        let arguments = ["diff", "a.json", "b.json", "-v", "--format", format];
        let (_, text) = run(folder.path(), &arguments);
        assert!(
            text.contains("x|y") || text.contains("x\\u{7c}y"),
            "{format}: {text}"
        );
        assert!(!text.contains(['\u{1b}', '\u{202e}']), "{format}");
        assert!(
            !text.lines().any(|it| it.trim_start().starts_with("::")),
            "{format}"
        );
        if format == "markdown" {
            let cells = |name: &str| {
                let row = text.lines().find(|line| line.starts_with(name)).unwrap();
                row.matches('|').count()
            };
            assert_eq!(cells("| values `"), 5, "{text}");
            let events = Parser::new_ext(&text, CommonMark::ENABLE_TABLES);
            let is_markup = |it: &Event<'_>| matches!(it, Event::Html(_) | Event::InlineHtml(_));
            assert_eq!(events.into_iter().find(is_markup), None, "{text}");
        } else if format != "text" {
            assert!(!text.contains("<script"), "{format}");
        }
    }
}

#[test]
fn the_json_keeps_its_schema() {
    let folder = tempfile::tempdir().unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let path = root.join("docs/comparison.schema.json");
    let schema = std::fs::read_to_string(&path).unwrap();
    let schema = serde_json::from_str(&schema).unwrap();
    let schema = Validator::compile(&path, &schema).unwrap();
    let file = |name: &str| root.join(name).display().to_string();
    let page = file("tests/resources/list-jars.md");
    for (a, b) in [
        (&page, file("tests/definitions/shelves.yaml")),
        (&page, file("tests/resources/show-jar.md")),
        (&file("."), file("tests/resources")),
    ] {
        let arguments = [
            "diff",
            a,
            &b,
            "-v",
            "--format",
            "json",
            "--fail-on",
            "never",
        ];
        let (code, text) = run(folder.path(), &arguments);
        assert_eq!(code, 0, "{text}");
        let violations = schema.violations(&serde_json::from_str(&text).unwrap());
        assert!(violations.is_empty(), "{violations:?}");
    }
}

#[test]
fn a_page_in_html_stands_alone_and_shows_both_sides() {
    let folder = tempfile::tempdir().unwrap();
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let page = tests.join("resources/list-jars.md").display().to_string();
    let document = tests.join("definitions/shelves.yaml").display().to_string();
    let arguments = ["diff", &page, &document, "--format", "html"];
    let (code, text) = run(folder.path(), &arguments);
    assert_eq!(code, 0, "{text}");
    assert!(text.starts_with("<!DOCTYPE html>"), "{text}");
    assert!(text.contains("default-src 'none'"), "{text}");
    for part in ["src=", "href=", "<link", "@import"] {
        assert!(!text.contains(part), "{part}");
    }
    for said in [
        "0 to 10000",
        "0 to 9000",
        "The value ranges from 0 to 10000.",
    ] {
        assert!(text.contains(said), "{said}");
    }
}

/// Whether a script of ours can run.
#[expect(clippy::print_stdout, reason = "what is not checked is said")]
fn has_python() -> bool {
    let python = Command::new("python3").arg("--version").output();
    let has = python.is_ok_and(|output| output.status.success());
    if !has {
        println!("not checked: benches/truth needs Python 3");
    }
    has
}

#[test]
fn the_table_of_truth_counts_rows_and_facts_of_two_folders() {
    if !has_python() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for (from, to) in [
        ("tests/resources/list-jars.md", "a/jars/list-jars.md"),
        ("tests/resources/update-shelf.md", "a/jars/update-shelf.md"),
        ("tests/definitions/shelves.yaml", "b/jars/shelves.yaml"),
    ] {
        let to = folder.path().join(to);
        std::fs::create_dir_all(to.parent().unwrap()).unwrap();
        std::fs::copy(root.join(from), to).unwrap();
    }
    std::fs::create_dir(folder.path().join("b/jugs")).unwrap();
    let truth = |more: &[&str]| {
        let mut command = Command::new("python3");
        command.arg(root.join("benches/truth/truth.py"));
        command.args(["a", "b", "--binary"]).arg(binary());
        let done = command
            .args(more)
            .current_dir(folder.path())
            .output()
            .unwrap();
        let text = String::from_utf8(done.stdout).unwrap();
        (done.status.code(), text)
    };
    let (code, text) = truth(&[]);
    assert_eq!(code, Some(1), "{text}");
    let line = |start: &str| {
        let line = text.lines().find(|line| line.starts_with(start));
        let words = line.unwrap_or_else(|| panic!("{start}: {text}"));
        words.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    assert_eq!(
        line("operations:"),
        "operations: 2 in both, 0 only in A, 1 only in B, 0 unread"
    );
    // Parameters 8 and members 11; what one of them lacks is seen in `sources.rs`.
    assert_eq!(line("rows:"), "rows: 19 in both, 4 only in A, 3 only in B");
    assert_eq!(line("type "), "type 18 1 0 1 94.74");
    assert_eq!(line("mandatory "), "mandatory 9 2 0 8 81.82");
    assert_eq!(line("list "), "list 0 1 0 1 0.00");
    assert_eq!(line("bounds "), "bounds 7 2 2 1 77.78");
    assert!(text.contains("range: 0 to 10000 | 0 to 9000"), "{text}");
    let (code, by_folder) = truth(&["--by-folder"]);
    assert_eq!(code, Some(2), "a folder is in one alone: {by_folder}");
    assert!(
        by_folder.contains("rows: 19 in both, 4 only in A, 3 only in B"),
        "{by_folder}"
    );
}
