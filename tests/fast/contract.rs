//! `contract.json`: its schema holds every file that is written, every quote stands on the
//! page, what a page calls optional is, and a derived suite refuses an empty reply.
use conformant::contract::{Contract, Fact, Field, file};
use conformant::derive::derive;
use conformant::schema::{Validator, response};
use conformant::source;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The pages of the library in this rendering.
fn pages(rendering: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(root().join("tests/pages")).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    let is_meant = |path: &PathBuf| path.to_string_lossy().ends_with(rendering);
    let mut paths: Vec<PathBuf> = paths.filter(is_meant).collect();
    paths.sort();
    assert!(paths.len() > 10, "{rendering}");
    paths
}

fn contract_of(path: &Path) -> (String, Contract) {
    let source = std::fs::read_to_string(path).unwrap();
    let contract = source::read(path, &source, None).unwrap();
    (source, contract)
}

#[test]
fn every_contract_conforms_to_the_published_schema_and_is_read_as_it_was_written() {
    let schema = std::fs::read_to_string(root().join("docs/contract.schema.json")).unwrap();
    let schema = serde_json::from_str(&schema).unwrap();
    let validator = Validator::compile(Path::new("contract.schema.json"), &schema).unwrap();
    let mut texts: Vec<String> = [
        "schemas/show-audit-task-status/contract.json",
        "schemas/update-audit-task/contract.json",
    ]
    .iter()
    .map(|name| std::fs::read_to_string(root().join(name)).unwrap())
    .collect();
    for rendering in [".txt", ".md", ".html"] {
        let contracts = pages(rendering)
            .into_iter()
            .map(|path| contract_of(&path).1);
        texts.extend(contracts.map(|contract| file::write(&contract)));
    }
    for text in texts {
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        let violations = validator.violations(&value);
        assert!(violations.is_empty(), "{violations:?}\n{text}");
        let contract = file::read(Path::new("contract.json"), &text).unwrap();
        assert_eq!(file::write(&contract), text);
        // Line ends of another system change nothing.
        let other = file::read(Path::new("contract.json"), &text.replace('\n', "\r\n"));
        assert_eq!(other.unwrap(), contract);
    }
    let mut wrong: serde_json::Value = serde_json::from_str(
        &std::fs::read_to_string(root().join("schemas/show-audit-task-status/contract.json"))
            .unwrap(),
    )
    .unwrap();
    wrong["parameters"]["path"][0]["length"]["value"]["most"] = 3.into();
    assert!(!validator.accepts(&wrong));
}

/// A text without the marks of Markdown, the aims of its links, white space and case.
fn plain(text: &str) -> String {
    let text = text
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&");
    let mut parts = text.split("](");
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        plain.push_str(part.split_once(')').map_or(part, |(_, rest)| rest));
    }
    let dropped = |c: &char| c.is_whitespace() || matches!(c, '\\' | '*' | '|' | '#' | '[' | ']');
    let kept = plain.chars().filter(|c| !dropped(c));
    kept.collect::<String>().to_lowercase()
}

#[test]
fn every_quote_stands_in_its_line_of_the_page() {
    let mut quotes = 0;
    for rendering in [".txt", ".md"] {
        for path in pages(rendering) {
            let (source, mut contract) = contract_of(&path);
            let lines: Vec<&str> = source.lines().collect();
            contract.for_each_field(|field| {
                for (fact, quote) in &field.quotes {
                    let first = quote.words.lines().next().unwrap();
                    // The cells of a row follow its name, a line each, in the text rendering.
                    let is_cell = matches!(fact, Fact::Type | Fact::Mandatory);
                    let count = if is_cell && rendering == ".txt" { 6 } else { 1 };
                    let line = lines[quote.line - 1..].iter().take(count);
                    let line = line.copied().collect::<Vec<_>>().join(" ");
                    assert!(
                        plain(&line).contains(&plain(first)),
                        "{}:{}: {fact:?} of {} is quoted as '{first}', and '{line}' stands there",
                        path.display(),
                        quote.line,
                        field.name
                    );
                    quotes += 1;
                }
                let has = |fact: Fact| field.quotes.contains_key(&fact);
                let facts = &field.constraints;
                let stated = [
                    (Fact::Values, !facts.values.is_empty()),
                    (Fact::Length, !facts.length.is_open()),
                    (Fact::Range, !facts.range.is_open()),
                    (Fact::Items, !facts.items.is_open()),
                    (Fact::Default, facts.default.is_some()),
                ];
                // What the page's own example lacks is optional without a word.
                assert!(!has(Fact::Optional) || field.is_optional, "{}", field.name);
                for (fact, is_stated) in stated {
                    let place = format!("{}: {} {fact:?}", path.display(), field.name);
                    assert_eq!(has(fact), is_stated, "{place}");
                }
            });
        }
    }
    assert!(quotes > 1_000, "{quotes}");
}

fn optional(description: &str) -> bool {
    let page = format!(
        "# Brewing - BrewTea\n\n## URI\n\nGET /v1/pots\n\n## Response Parameters\n\n**Status code: 200**\n\nTable 1 Response body parameters\n\n| Parameter | Type | Description |\n| --- | --- | --- |\n| steam | String | {description} |\n\n## Status Codes\n\n| Status Code | Description |\n| --- | --- |\n| 200 | OK |\n"
    );
    let contract = source::read(Path::new("page.md"), &page, None).unwrap();
    let body = contract.responses[&200].body.as_ref().unwrap();
    let field: &Field = &body.fields[0];
    assert_eq!(field.name, "steam");
    field.is_optional
}

#[test]
fn what_a_reply_may_lack_is_told_from_what_it_holds() {
    for words in [
        "This parameter is returned only when the pot is hot.",
        "The steam. It is returned only if asked for.",
        "Optional. The steam of the pot.",
        "This field is optional.",
        "The steam is displayed only in failure.",
        "If the pot is cold, this parameter is not returned.",
        "It is not returned for cold pots.",
        "When the pot is cold, nothing is returned.",
        "Only available when the pot is hot.",
        "It may be omitted.",
        "仅当壶热时返回。",
        "若壶热，则返回该参数。",
        "壶冷时不返回该字段。",
        "可选。壶的蒸汽。",
        "查询成功时返回。",
    ] {
        assert!(optional(words), "{words}");
    }
    for words in [
        "The steam of the pot.",
        "The time at which the pot was returned.",
        "Number of pots that are returned in one page.",
        "The value can be 1 to 64 characters.",
        "Whether the pot is optional equipment.",
        "当前壶的蒸汽。",
        "可选值：甲、乙",
        "操作符，可选：甲、乙",
        "返回的壶的数量。",
    ] {
        assert!(!optional(words), "{words}");
    }
}

#[test]
fn no_derived_suite_accepts_an_empty_object_as_a_reply() {
    let mut bodies = 0;
    for path in pages(".md") {
        let source = std::fs::read_to_string(&path).unwrap();
        let empty = tempfile::tempdir().unwrap();
        let derived = derive(&path, &source, empty.path(), None).unwrap();
        let contract = &derived.contract;
        for (status, reply) in &contract.responses {
            let Some(body) = reply.body.as_ref().filter(|body| body.whole().is_none()) else {
                continue;
            };
            let must_hold = match status {
                200..300 => body.fields.iter().any(|field| !field.is_optional),
                400.. => body.fields.iter().any(|field| field.name == "error_code"),
                _ => false,
            };
            let schema = response(contract, *status).unwrap();
            let validator = Validator::compile(Path::new("response"), &schema).unwrap();
            let accepts = validator.accepts(&serde_json::json!({}));
            assert_eq!(accepts, !must_hold, "{} {status}", path.display());
            bodies += usize::from(must_hold);
        }
    }
    assert!(bodies > 20, "{bodies}");
}

#[test]
fn integers_have_the_width_that_the_page_gives_them() {
    let kinds = |rows: &[&str]| -> Vec<String> {
        let rows: String = rows
            .iter()
            .enumerate()
            .map(|(at, kind)| format!("| m{at} | {kind} | One. |\n"))
            .collect();
        let page = format!(
            "# Brewing - BrewTea\n\n## URI\n\nGET /v1/pots\n\n## Response Parameters\n\n**Status code: 200**\n\nTable 1 Response body parameters\n\n| Parameter | Type | Description |\n| --- | --- | --- |\n{rows}\n## Status Codes\n\n| Status Code | Description |\n| --- | --- |\n| 200 | OK |\n"
        );
        let contract = source::read(Path::new("page.md"), &page, None).unwrap();
        let body = contract.responses[&200].body.as_ref().unwrap();
        body.fields
            .iter()
            .map(|field| field.kind.describe())
            .collect()
    };
    assert_eq!(kinds(&["Integer"]), ["Integer"]);
    assert_eq!(
        kinds(&["Integer(int32)", "Integer"]),
        ["Integer (int32)", "Integer"]
    );
    assert_eq!(kinds(&["Integer(int64)"]), ["Long (int64)"]);
    assert_eq!(
        kinds(&["Integer", "Array of integers", "Long"]),
        [
            "Integer (int32)",
            "Array of Integer (int32)",
            "Long (int64)"
        ]
    );
}
