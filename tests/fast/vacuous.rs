//! A suite that was emptied, widened or parted from its page is refused, or says how many
//! statements no case checks.

use conformant::suite::skeleton::MARK;
use conformant::suite::{Suite, SuiteFiles, load};
use std::collections::BTreeSet;
use std::path::Path;
use toml::{Table, Value};

/// The suites of the repository, of a request without and with a body.
fn suites() -> [SuiteFiles; 2] {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    ["show-audit-task-status", "update-audit-task"]
        .map(|operation| SuiteFiles::operations(root, |name| name == operation).unwrap())
}

fn names(files: &SuiteFiles, prefix: &str, suffix: &str) -> Vec<String> {
    let is_meant = |name: &&String| name.starts_with(prefix) && name.ends_with(suffix);
    let names: Vec<String> = files.files.keys().filter(is_meant).cloned().collect();
    assert!(names.len() > 3, "{names:?}");
    names
}

/// The error of a suite that is refused: exit 2, naming `file`, and how to mend it.
fn refused(files: &SuiteFiles, file: &str) -> String {
    let error = load(files, None).expect_err(file);
    let text = error.to_string();
    assert_eq!(error.exit_code(), 2, "{text}");
    assert!(text.contains(file), "{file}: {text}");
    text
}

fn unchecked(suite: &Suite) -> BTreeSet<&str> {
    let clauses: Vec<_> = suite.clauses.iter().collect();
    let ids = suite.unchecked.keys();
    ids.map(|at| clauses[*at].id.as_str()).collect()
}

/// Makes every case file a person's own, with `change` made to each case and property;
/// those for which it is false are deleted.
fn with_own(files: &SuiteFiles, mut change: impl FnMut(&mut Table) -> bool) -> SuiteFiles {
    let mut own = files.clone();
    for name in names(files, "cases/", ".toml") {
        let mut file: Table = files.files[&name].parse().unwrap();
        for list in ["case", "property"] {
            if let Some(Value::Array(entries)) = file.get_mut(list) {
                entries.retain_mut(|entry| change(entry.as_table_mut().unwrap()));
            }
        }
        own.files.insert(name, file.to_string());
    }
    own
}

fn widen(entry: &mut Table, statuses: &[u16]) {
    let statuses = statuses
        .iter()
        .map(|status| Value::from(i64::from(*status)));
    entry.insert("expect".into(), Value::Array(statuses.collect()));
}

fn expects(entry: &Table, status: u16) -> bool {
    let expected = entry["expect"].as_array().unwrap();
    expected.contains(&Value::from(i64::from(status)))
}

/// Whether a case names this clause, or a property breaks it.
fn is_about(entry: &Table, clause: &str) -> bool {
    let vary = entry.get("vary").and_then(|vary| vary.get("violating"));
    [entry.get("clause"), vary].contains(&Some(&Value::from(clause)))
}

#[test]
fn the_suites_of_the_repository_check_every_statement() {
    for files in suites() {
        let suite = load(&files, None).unwrap();
        assert_eq!(unchecked(&suite), BTreeSet::new());
        // The same cases, written by a person.
        let own = load(&with_own(&files, |_| true), None).unwrap();
        assert_eq!(unchecked(&own), BTreeSet::new());
    }
}

#[test]
fn a_derived_file_that_is_gone_is_named() {
    for files in suites() {
        let cases = names(&files, "cases/", ".toml");
        for name in cases
            .iter()
            .chain(&names(&files, "schemas/", ".schema.json"))
        {
            let mut less = files.clone();
            less.files.remove(name);
            let text = refused(&less, name);
            assert!(text.contains("conformant derive "), "{text}");
        }
    }
}

#[test]
fn a_schema_that_is_not_as_derived_is_named() {
    for files in suites() {
        for name in names(&files, "schemas/", ".schema.json") {
            let schema: serde_json::Value = serde_json::from_str(&files.files[&name]).unwrap();
            let mut without_rows = schema.clone();
            without_rows.as_object_mut().unwrap().remove("properties");
            for weaker in [true.into(), serde_json::json!({}), without_rows] {
                let mut changed = files.clone();
                changed.files.insert(name.clone(), weaker.to_string());
                let text = refused(&changed, &name);
                assert!(text.contains("contract.json"), "{text}");
            }
        }
        // The layout of a schema judges nothing.
        let mut laid_out = files.clone();
        for name in names(&files, "schemas/", ".schema.json") {
            let schema: serde_json::Value = serde_json::from_str(&files.files[&name]).unwrap();
            laid_out.files.insert(name, schema.to_string());
        }
        assert!(load(&laid_out, None).is_ok());
        let mut more = files.clone();
        let schemas = names(&files, "schemas/", ".schema.json");
        let name = schemas[0].replace("request", "response-418");
        more.files.insert(name.clone(), "true".into());
        refused(&more, &name);
    }
}

#[test]
fn a_derived_case_that_was_changed_is_named_with_its_line() {
    for files in suites() {
        let documented = load(&files, None).unwrap().contract.responses;
        for name in names(&files, "cases/", ".toml") {
            let text = &files.files[&name];
            let lines: Vec<&str> = text.lines().collect();
            let mut left = 4;
            for (at, line) in lines.iter().enumerate() {
                let changed = if line.starts_with("expect = ") {
                    format!("expect = {:?}", documented.keys().collect::<Vec<_>>())
                } else if line.starts_with("cases = ") {
                    "cases = 1".into()
                } else {
                    continue;
                };
                if left == 0 {
                    break;
                }
                left -= 1;
                let mut lines: Vec<&str> = lines.clone();
                lines[at] = &changed;
                let mut wider = files.clone();
                wider.files.insert(name.clone(), lines.join("\n"));
                let told = refused(&wider, &name);
                assert!(told.contains(&format!(":{}: ", at + 1)), "{told}");
            }
            let mut checked_out = files.clone();
            let text = text.replace('\n', "\r\n");
            checked_out.files.insert(name, text);
            assert!(load(&checked_out, None).is_ok());
        }
        let mut more = files.clone();
        let name = names(&files, "cases/", ".toml")[0].replace("base", "extra");
        let text = format!("{MARK}\nformat = \"conformant-cases/1\"\n");
        more.files.insert(name.clone(), text);
        refused(&more, &name);
    }
}

/// Every way to change one fact of a contract file, as the whole text of the file.
fn changed_facts(text: &str) -> Vec<String> {
    fn facts(value: &serde_json::Value, at: String, found: &mut Vec<String>) {
        match value {
            serde_json::Value::Object(members) => {
                if members.contains_key("value") {
                    found.push(format!("{at}/value"));
                }
                for (name, member) in members {
                    let name = name.replace('~', "~0").replace('/', "~1");
                    facts(member, format!("{at}/{name}"), found);
                }
            }
            serde_json::Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    facts(item, format!("{at}/{index}"), found);
                }
            }
            _ => {}
        }
    }
    let whole: serde_json::Value = serde_json::from_str(text).unwrap();
    let mut found = Vec::new();
    facts(&whole, String::new(), &mut found);
    let changed = found.iter().map(|pointer| {
        let mut whole = whole.clone();
        let fact = whole.pointer_mut(pointer).unwrap();
        *fact = match &*fact {
            serde_json::Value::String(text) => match text.as_str() {
                "yes" => "no".into(),
                "no" | "conditional" => "yes".into(),
                "String" => "Boolean".into(),
                _ => "String".into(),
            },
            serde_json::Value::Array(values) => serde_json::Value::Array(
                values
                    .iter()
                    .skip(1)
                    .cloned()
                    .chain(["zz".into()])
                    .collect(),
            ),
            serde_json::Value::Object(bounds) => {
                let mut bounds = bounds.clone();
                for (_, bound) in &mut bounds {
                    *bound = (bound.as_i64().unwrap() + 1).into();
                }
                bounds.into()
            }
            other => panic!("{pointer}: {other}"),
        };
        let mut text = serde_json::to_string_pretty(&whole).unwrap();
        text.push('\n');
        text
    });
    changed.collect()
}

#[test]
fn a_fact_that_was_changed_in_the_contract_parts_it_from_what_is_derived() {
    for files in suites() {
        let name = files
            .files
            .keys()
            .find(|name| name.ends_with("/contract.json"));
        let name = name.unwrap().clone();
        let folder = name.trim_end_matches("contract.json");
        let changed = changed_facts(&files.files[&name]);
        assert!(changed.len() > 40, "{}", changed.len());
        for text in changed {
            let mut edited = files.clone();
            edited.files.insert(name.clone(), text.clone());
            let error = load(&edited, None).expect_err(&text);
            assert_eq!(error.exit_code(), 2);
            let told = error.to_string();
            // What the reading states of a member that is of another type now is its own error.
            let is_named = told.contains(folder) || told.contains("cases/");
            assert!(is_named && told.contains("help: "), "{told}");
        }
    }
}

#[test]
fn a_contract_that_is_not_canonical_or_contradicts_itself_is_refused_with_its_place() {
    let [files, _] = suites();
    let name = "schemas/show-audit-task-status/contract.json";
    let text = &files.files[name];
    let line = |of: &str| text.lines().position(|line| line.contains(of)).unwrap() + 1;
    for (from, to, place) in [
        (
            "  \"line\": 12,",
            "   \"line\": 12,",
            format!("{name}:{}", line("\"line\": 12,")),
        ),
        (
            "conformant-contract/1",
            "conformant-contract/2",
            format!("{name}:{}", line("\"format\"")),
        ),
        (
            "\"method\": \"GET\"",
            "\"method\": \"get it\"",
            "/method".into(),
        ),
        ("\"max\": 64", "\"max\": 31", "/parameters/path".into()),
        (
            "\"title\": ",
            "\"titel\": ",
            format!("{name}:{}", line("\"title\": ")),
        ),
        (
            "\"value\": \"Long (int64)\"",
            "\"value\": \"Lang\"",
            "is not a type".into(),
        ),
        (
            "\"value\": \"Array of DbssErrorDetail object\"",
            "\"value\": \"Array of Nothing object\"",
            "which no object describes".into(),
        ),
    ] {
        let mut edited = files.clone();
        let changed = text.replacen(from, to, 1);
        assert_ne!(changed, *text, "{from}");
        edited.files.insert(name.into(), changed);
        let told = refused(&edited, name);
        assert!(told.contains(&place), "{place}: {told}");
    }
}

#[test]
fn a_statement_whose_cases_were_deleted_or_widened_is_unchecked() {
    for files in suites() {
        let suite = load(&files, None).unwrap();
        let all: Vec<u16> = suite.contract.responses.keys().copied().collect();
        let requests = suite.clauses.iter().map(|clause| clause.id.as_str());
        let requests: Vec<&str> = requests.filter(|id| id.starts_with("request/")).collect();
        // In parts: each load costs.
        for part in requests.chunks(requests.len().div_ceil(3).min(6)) {
            let is_meant = |entry: &Table| part.iter().any(|id| is_about(entry, id));
            let deleted = with_own(&files, |entry| !is_meant(entry) || expects(entry, 200));
            let widened = with_own(&files, |entry| {
                if is_meant(entry) {
                    widen(entry, &all);
                }
                true
            });
            for weaker in [deleted, widened] {
                let weaker = load(&weaker, None).unwrap();
                let unchecked = unchecked(&weaker).into_iter();
                let of_requests = unchecked.filter(|id| id.starts_with("request/"));
                assert_eq!(
                    of_requests.collect::<BTreeSet<_>>(),
                    part.iter().copied().collect()
                );
            }
        }
        for status in &all {
            let widened = with_own(&files, |entry| {
                if expects(entry, *status) {
                    widen(entry, &all);
                }
                true
            });
            let widened = load(&widened, None).unwrap();
            let id = format!("status/{status}");
            assert!(unchecked(&widened).contains(id.as_str()), "{id}");
            if *status != 200 {
                let deleted = with_own(&files, |entry| !expects(entry, *status));
                let deleted = load(&deleted, None).unwrap();
                let ids = [
                    format!("status/{status}"),
                    format!("response/{status}/body"),
                ];
                for id in ids {
                    assert!(unchecked(&deleted).contains(id.as_str()), "{id}");
                }
            }
        }
    }
}

#[test]
fn an_own_case_counts_by_what_it_can_check() {
    let [files, _] = suites();
    let clause = "request/path/busi_type/enum";
    let none = with_own(&files, |entry| {
        !is_about(entry, clause) || expects(entry, 200)
    });
    let expecting = |statuses: &str, request: &str, more: &str| {
        let mut files = none.clone();
        let text = format!(
            "format = \"conformant-cases/1\"\n[[case]]\nid = \"own/one\"\nsummary = \"own\"\n\
             clause = \"{clause}\"\nexpect = {statuses}\n{more}\n{request}\n"
        );
        let name = "cases/show-audit-task-status/own.toml";
        files.files.insert(name.into(), text);
        let suite = load(&files, None).unwrap();
        !unchecked(&suite).contains(clause)
    };
    let with = |request: &str, more: &str| expecting("[400]", request, more);
    let unlisted = "request.path.busi_type = { text = \"other\" }";
    assert!(with(unlisted, ""));
    assert!(with(
        "request.path.busi_type = { filled = { with = \"x\", length = 9 } }",
        ""
    ));
    // What it may get is no refusal of such a request.
    for statuses in ["[400, 500]", "[500]", "[400, 401]", "[403]", "[200, 400]"] {
        assert!(!expecting(statuses, unlisted, ""), "{statuses}");
    }
    // It breaks nothing, something else, or something else as well.
    for request in [
        "",
        "request.path.busi_type = { text = \"audit\" }",
        "request.path.project_id = { text = \"short\" }",
        "request.headers.X-Auth-Token = \"omitted\"",
    ] {
        assert!(!with(request, ""), "{request}");
    }
    for more in [
        "request.path.project_id = { text = \"short\" }",
        "request.path.project_id = { target = \"foreign-project-id\" }",
        "request.headers.X-Auth-Token = \"omitted\"",
        "request.headers.X-Auth-Token = { text = \"wrong\" }",
    ] {
        assert!(!with(&format!("{unlisted}\n{more}"), ""), "{more}");
    }
    // The refusal is the provocation's.
    assert!(!with(unlisted, "provoke = 400"));
}

#[test]
fn a_property_of_no_requests_is_refused_with_its_line() {
    let [files, _] = suites();
    let own = with_own(&files, |entry| {
        if entry["id"].as_str() == Some("any/valid") {
            entry.insert("cases".into(), Value::from(0));
        }
        true
    });
    let text = refused(&own, "properties.toml:");
    assert!(text.contains("would judge nothing"), "{text}");
}
