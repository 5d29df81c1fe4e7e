//! The library of pages: each in every rendering, some in two languages, with its
//! contract and its findings as snapshots.
use crate::support::{full_depth, tried};
use conformant::derive::{Derived, derive, drift};
use conformant::selftest;
use conformant::source::page;
use conformant::suite::{Suite, SuiteFiles, load};
use std::path::Path;
use std::sync::Arc;

/// Pages of the library; those with a Chinese edition beside the English one.
pub(crate) const LIBRARY: [(&str, bool); 16] = [
    ("batch-delete-oars", false),
    ("batch-tag-cups", false),
    ("create-bell", false),
    ("create-boat", false),
    ("create-brew-plan", false),
    ("create-sailor", false),
    ("delete-kettle", false),
    ("list-kettles", true),
    ("register-buoy", false),
    ("replace-kettle-labels", false),
    ("show-cracked-teapot", false),
    ("show-flow", false),
    ("show-lighthouse", false),
    ("start-descale", false),
    ("update-anchor", false),
    ("update-audit-task", true),
];

pub(crate) fn source(name: &str, rendering: &str) -> (String, String) {
    let file = format!("{name}.{rendering}");
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/pages")
        .join(&file);
    (file, std::fs::read_to_string(path).unwrap())
}

fn derived(name: &str, rendering: &str) -> Derived {
    let (file, source) = source(name, rendering);
    let empty = tempfile::tempdir().unwrap();
    derive(Path::new(&file), &source, empty.path(), None).unwrap()
}

/// The first lines in which two contracts differ.
fn differs(one: &Derived, other: &Derived) -> String {
    let (one, other) = (
        format!("{:#?}", one.contract.facts()),
        format!("{:#?}", other.contract.facts()),
    );
    one.lines()
        .zip(other.lines())
        .filter(|(one, other)| one != other)
        .take(3)
        .map(|(one, other)| format!("{one} / {other}\n"))
        .collect()
}

/// Findings without their lines.
fn findings(derived: &Derived) -> Vec<String> {
    let mut findings: Vec<String> = derived
        .findings
        .iter()
        .map(|finding| format!("{}; {}", finding.what, finding.assumed))
        .collect();
    findings.sort();
    findings
}

#[test]
fn renderings_and_languages_give_the_same_contract_and_findings() {
    for (name, in_chinese) in LIBRARY {
        let text = derived(name, "txt");
        let mut editions = vec![derived(name, "md"), derived(name, "html")];
        for edition in &editions {
            assert!(
                text.contract.facts() == edition.contract.facts(),
                "{name}: {}",
                differs(&text, edition)
            );
            assert_eq!(findings(&text), findings(edition), "{name}");
        }
        if in_chinese {
            editions = ["zh.txt", "zh.md", "zh.html"]
                .map(|rendering| derived(name, rendering))
                .into();
            for edition in &editions {
                let same = text.contract.facts() == edition.contract.facts();
                assert!(same, "{name}: {}", differs(&text, edition));
            }
        }
    }
}

#[test]
fn tables_in_html_inside_markdown_give_the_same_contract() {
    for name in [
        "batch-delete-oars",
        "create-boat",
        "create-sailor",
        "register-buoy",
    ] {
        let whole = derived(name, "md");
        let (_, html) = source(name, "html");
        let mut tables = html.split("<table>").skip(1);
        let (file, text) = source(name, "md");
        // Each pipe table makes way for the same table in HTML, without its caption.
        let mut mixed = String::new();
        let mut in_table = false;
        for line in text.lines() {
            let is_row = line.starts_with('|');
            if is_row && !in_table {
                let table = tables.next().unwrap();
                let table = &table[..table.find("</table>").unwrap()];
                let table = match table.find("</caption>") {
                    Some(end) => &table[end + "</caption>".len()..],
                    None => table,
                };
                mixed.push_str(&format!("<table>{table}</table>\n"));
            }
            if !is_row {
                mixed.push_str(line);
                mixed.push('\n');
            }
            in_table = is_row;
        }
        assert!(!mixed.contains("| ---"), "{name}");
        let empty = tempfile::tempdir().unwrap();
        let mixed = derive(Path::new(&file), &mixed, empty.path(), None).unwrap();
        assert!(
            whole.contract.facts() == mixed.contract.facts(),
            "{name}: {}",
            differs(&whole, &mixed)
        );
        assert_eq!(findings(&whole), findings(&mixed), "{name}");
    }
}

#[test]
fn contracts_are_as_expected() {
    for (name, _) in LIBRARY {
        let derived = derived(name, "html");
        let contract = &derived.contract;
        let mut lines = vec![
            format!("{} {}", contract.method, contract.uri),
            String::new(),
        ];
        lines.extend(contract.clauses().iter().map(ToString::to_string));
        let defaults = contract
            .parameters
            .iter()
            .map(|parameter| &parameter.field)
            .chain(contract.request_body.iter().flat_map(|body| &body.fields))
            .filter_map(|field| {
                let default = field.constraints.default.as_ref()?;
                Some(format!("default of {}: {default}", field.name))
            });
        lines.extend(defaults);
        lines.push(String::new());
        lines.extend(
            derived
                .findings
                .iter()
                .map(|finding| format!("{}: {finding}", finding.weight)),
        );
        insta::assert_snapshot!(name, lines.join("\n"));
    }
}

#[test]
fn findings_have_lines_of_the_page() {
    for rendering in ["txt", "md", "html"] {
        let (_, text) = source("show-cracked-teapot", rendering);
        let lines = text.lines().count();
        let derived = derived("show-cracked-teapot", rendering);
        for finding in &derived.findings {
            assert!(
                (1..=lines).contains(&finding.line),
                "{rendering}: {finding}"
            );
            assert!(!finding.remedy.is_empty(), "{finding}");
        }
        let stray = derived
            .findings
            .iter()
            .find(|finding| finding.what.contains("'-1: lost'"))
            .unwrap();
        // What is found in several lines of a row is told once, with all of them.
        let at = 1 + text.lines().position(|it| it.contains("-1: lost")).unwrap();
        let is_named = stray.line == at || stray.remedy.contains(&at.to_string());
        assert!(is_named, "{rendering}: {stray}");
    }
}

#[test]
fn pages_cut_off_are_told_with_a_place() {
    for (name, _) in LIBRARY {
        for rendering in ["txt", "md", "html"] {
            let (file, text) = source(name, rendering);
            let whole = page::from_page(&page::read(Path::new(&file), &text).unwrap(), None);
            // In the middle of the tables, and behind them.
            for part in [45, 70] {
                let mut end = text.len() * part / 100;
                while !text.is_char_boundary(end) {
                    end += 1;
                }
                let Ok(page) = page::read(Path::new(&file), &text[..end]) else {
                    continue;
                };
                let cut = page::from_page(&page, None);
                let more = cut.findings.len() > whole.findings.len()
                    || cut.findings.iter().any(|finding| {
                        finding.what.contains("of status codes")
                            || finding.what.contains("status of success")
                    });
                assert!(more, "{file} cut at {part} %");
            }
        }
    }
}

#[test]
fn a_row_or_table_that_is_missing_is_told() {
    let (file, text) = source("list-kettles", "html");
    let empty = tempfile::tempdir().unwrap();
    let findings = |source: &str| -> Vec<String> {
        derive(Path::new(&file), source, empty.path(), None)
            .unwrap()
            .findings
            .iter()
            .map(ToString::to_string)
            .collect()
    };
    let without = |from: &str, to: &str| {
        let start = text.find(from).unwrap();
        let end = start + text[start..].find(to).unwrap() + to.len();
        format!("{}{}", &text[..start], &text[end..])
    };
    for (what, from, to) in [
        (
            "'/kettles/temperature' that no table",
            "<tr><td><p>temperature",
            "</tr>",
        ),
        (
            "refers to 'Hinge'",
            "<table>\n<caption><b>Table 8 Hinge",
            "</table>",
        ),
        (
            "Table 8 is missing",
            "<table>\n<caption><b>Table 8 Hinge",
            "</table>",
        ),
        ("query parameter 'tag'", "<tr><td><p>tag", "</tr>"),
    ] {
        let found = findings(&without(from, to));
        assert!(
            found.iter().any(|finding| finding.contains(what)),
            "{what}: {found:#?}"
        );
    }
}

fn load_suite(folder: &Path) -> Arc<Suite> {
    Arc::new(load(&SuiteFiles::folder(folder).unwrap(), None).unwrap())
}

/// Runs the self-test and gives what is not as it should be.
fn wrong(suite: &Arc<Suite>, filters: &[&str]) -> Vec<String> {
    let filters: Vec<String> = filters.iter().map(ToString::to_string).collect();
    selftest::run(suite, &filters, 1, 2)
        .unwrap()
        .tried
        .iter()
        .filter(|tried| !tried.outcome.is_right())
        .map(|tried| format!("{}: {:?}", tried.name, tried.outcome))
        .collect()
}

#[test]
fn the_committed_suite_is_as_derived_and_kills_every_fault() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = root.join("schemas/update-audit-task/page.md");
    let source = std::fs::read_to_string(&page).unwrap();
    assert_eq!(source, self::source("update-audit-task", "md").1);
    let derived = derive(&page, &source, root, None).unwrap();
    assert_eq!(drift(&derived, root).unwrap(), []);
    assert_eq!(derived.gaps, []);
    let files = SuiteFiles::folder(root).unwrap();
    let suite = Arc::new(load(&files, Some("update-audit-task")).unwrap());
    let filters = tried(&suite, 24);
    let filters: Vec<&str> = filters.iter().map(String::as_str).collect();
    assert_eq!(wrong(&suite, &filters), [""; 0]);
}

/// A suite in a folder of its own.
fn derived_suite(name: &str) -> (tempfile::TempDir, Arc<Suite>) {
    let folder = tempfile::tempdir().unwrap();
    let (file, source) = source(name, "html");
    let derived = derive(Path::new(&file), &source, folder.path(), None).unwrap();
    conformant::derive::write(&derived, folder.path()).unwrap();
    let suite = load_suite(folder.path());
    (folder, suite)
}

#[test]
fn derived_suites_pass_every_conforming_server_and_kill_faults_of_requests() {
    // Pages of every kind; the others under the test that takes minutes.
    let few = [
        "batch-delete-oars",
        "create-brew-plan",
        "list-kettles",
        "show-flow",
    ];
    // Each of another kind: those of two say less of a change than they take.
    for name in few.into_iter().step_by(if full_depth() { 1 } else { 2 }) {
        let (_folder, suite) = derived_suite(name);
        let filters = [
            "conforming-open",
            "-additions",
            "-extremes",
            "-short-errors",
            "passes",
            "checked",
            "one-more",
        ];
        assert_eq!(wrong(&suite, &filters), [""; 0], "{name}");
    }
}

#[test]
#[ignore = "takes minutes: cargo test --release --test fast -- --ignored pages::"]
fn derived_suites_kill_every_fault() {
    for (name, _) in LIBRARY {
        let (_folder, suite) = derived_suite(name);
        assert_eq!(wrong(&suite, &[]), [""; 0], "{name}");
    }
}

#[test]
fn writes_need_permission_and_the_plan_names_their_method() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = tempfile::tempdir().unwrap();
    let suite = root.display().to_string();
    let run = |more: &[&str]| {
        let project = "0123456789abcdef0123456789abcdef";
        let mut command = crate::support::conformant(folder.path(), &["run", "--suite", &suite]);
        command
            .args(["--operation", "update-audit-task"])
            .args(["--base-url", "http://127.0.0.1:9", "--project-id", project])
            .args(more)
            .env("CONFORMANT_TOKEN", "a-token-of-a-test");
        crate::support::finish(&mut command)
    };
    let (code, text) = run(&[]);
    assert_eq!(code, 2, "{text}");
    assert!(
        text.contains("--allow-writes") && text.contains("POST"),
        "{text}"
    );
    let (code, text) = run(&["--allow-writes"]);
    assert_eq!(code, 3, "nobody listens there: {text}");
    let (code, text) = run(&["--dry-run"]);
    assert_eq!(code, 0, "{text}");
    assert!(text.contains(" POST); nothing was sent"), "{text}");
}
