//! The library of pages: each in every rendering, some in two languages, with its
//! contract and its findings as snapshots.

use conformant::contract::{Contract, from_page};
use conformant::derive::{Derived, derive};
use conformant::page;
use std::path::Path;

/// Pages of the library; those with a Chinese edition beside the English one.
const LIBRARY: [(&str, bool); 9] = [
    ("batch-tag-cups", false),
    ("create-brew-plan", false),
    ("delete-kettle", false),
    ("list-kettles", true),
    ("replace-kettle-labels", false),
    ("show-cracked-teapot", false),
    ("show-flow", false),
    ("start-descale", false),
    ("update-audit-task", true),
];

fn source(name: &str, rendering: &str) -> (String, String) {
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

/// What does not depend on the language.
fn facts(mut contract: Contract) -> Contract {
    for response in contract.responses.values_mut() {
        response.meaning.clear();
    }
    contract
}

/// The first lines in which two contracts differ.
fn differs(one: &Derived, other: &Derived) -> String {
    let (one, other) = (
        format!("{:#?}", one.contract),
        format!("{:#?}", other.contract),
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
                text.contract == edition.contract,
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
                let same = facts(text.contract.clone()) == facts(edition.contract.clone());
                assert!(same, "{name}: {}", differs(&text, edition));
            }
        }
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
                .map(|finding| format!("finding: {finding}")),
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
        let line = text.lines().nth(stray.line - 1).unwrap();
        assert!(line.contains("-1: lost"), "{rendering}: {line}");
    }
}

#[test]
fn pages_cut_off_are_told_with_a_place() {
    for (name, _) in LIBRARY {
        for rendering in ["txt", "md", "html"] {
            let (file, text) = source(name, rendering);
            let whole = from_page(&page::read(Path::new(&file), &text).unwrap(), None);
            // In the middle of the tables, and behind them.
            for part in [45, 70] {
                let mut end = text.len() * part / 100;
                while !text.is_char_boundary(end) {
                    end += 1;
                }
                let Ok(page) = page::read(Path::new(&file), &text[..end]) else {
                    continue;
                };
                let cut = from_page(&page, None);
                let more = cut.findings.len() > whole.findings.len()
                    || cut
                        .findings
                        .iter()
                        .any(|finding| finding.what.contains("no list of status codes"));
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
