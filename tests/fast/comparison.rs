//! Two sources of an API: what each of them states, side by side; and two editions of a
//! page: each change with its kind and whom it breaks, and what becomes void.
mod matching;
mod outputs;
mod sources;

use conformant::comparison::{
    Change, Comparison, Mode, Options, Relation, Reworded, Side, Statement, compare,
};
use std::path::Path;

fn source(file: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap()
}

/// Two files or folders compared as they are by default, with the statements that agree.
fn compared(a: &Path, b: &Path) -> Comparison {
    let (a, b) = (Side::open(a, None).unwrap(), Side::open(b, None).unwrap());
    let options = Options {
        mode: Mode::of(&a, &b),
        keeps_agreeing: true,
        operation: None,
        snapshots: None,
    };
    compare(&a, &b, options).unwrap()
}

/// What changes between two editions of a page, and what is only said in other words.
fn editions(old: &str, new: &str) -> (Vec<Statement>, Vec<Reworded>) {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let mut found = compared(&path("old.txt", old), &path("new.txt", new));
    assert_eq!(found.mode, Mode::Editions);
    let mut pair = found.operations.remove(0);
    pair.statements.retain(|it| it.relation != Relation::Agrees);
    (pair.statements, pair.reworded)
}

fn changes(old: &str, new: &str) -> Vec<Statement> {
    editions(old, new).0
}

#[test]
fn each_change_has_its_kind_and_says_whom_it_breaks() {
    let page = source("tests/pages/create-brew-plan.txt");
    assert_eq!(changes(&page, &page), []);
    for (from, to, clause, kind, clients, servers) in [
        (
            "1 to 64 characters",
            "1 to 32 characters",
            "request/body/name/length",
            Change::Narrowed,
            true,
            true,
        ),
        (
            "ranges from 1 to 10",
            "ranges from 1 to 20",
            "request/body/strength/range",
            Change::Widened,
            false,
            true,
        ),
        (
            "dry_run\n\nNo",
            "dry_run\n\nYes",
            "request/body/dry_run/mandatory",
            Change::Narrowed,
            true,
            true,
        ),
        (
            "ratio\n\nNo\n\nDouble",
            "ratio\n\nNo\n\nString",
            "request/body/ratio/type",
            Change::Changed,
            true,
            true,
        ),
        (
            "Default value: false",
            "Default value: true",
            "request/body/dry_run/default",
            Change::Changed,
            true,
            true,
        ),
        (
            "  • clay\n\n",
            "",
            "request/body/steps[]/vessel/material/enum",
            Change::Narrowed,
            true,
            true,
        ),
        (
            "It contains 36 characters.",
            "It contains 36 to 40 characters.",
            "response/201/plan_id/length",
            Change::Widened,
            true,
            false,
        ),
        (
            "X-Plan-Revision\n\nInteger",
            "X-Plan-Revision\n\nLong",
            "response/201/header/X-Plan-Revision/type",
            Change::Widened,
            true,
            false,
        ),
        (
            "409\n\nThe plan exists.\n\n",
            "",
            "status/409",
            Change::Removed,
            false,
            true,
        ),
        (
            "brew-plans",
            "brews",
            "request/uri",
            Change::Changed,
            true,
            true,
        ),
        (
            "ratio\n\nNo\n\nDouble\n\nLeaves to water\n\n",
            "",
            "request/body/ratio",
            Change::Removed,
            true,
            true,
        ),
    ] {
        // The status list, not the heading of its tables.
        let mended = page.replace(from, to);
        assert_ne!(mended, page, "{clause}: nothing was replaced");
        let found = changes(&page, &mended);
        if clause.starts_with("status/") {
            // Its tables still stand there, so it stays documented.
            assert_eq!(found, [], "{clause}");
            continue;
        }
        let change = found.iter().find(|change| change.clause == clause);
        let change = change.unwrap_or_else(|| panic!("{clause}: {found:#?}"));
        assert_eq!(
            (change.change, change.breaks_clients, change.breaks_servers),
            (Some(kind), clients, servers),
            "{clause}"
        );
        let back = changes(&mended, &page);
        assert_eq!(back.len(), found.len(), "{clause}");
    }
}

#[test]
fn the_command_names_what_becomes_void() {
    let folder = tempfile::tempdir().unwrap();
    let page = source("schemas/show-audit-task-status/page.md");
    std::fs::write(folder.path().join("old.md"), &page).unwrap();
    let new = page.replace(
        "- audit: an audit instance<br>",
        "- audits: an audit instance<br>",
    );
    assert_ne!(new, page);
    std::fs::write(folder.path().join("new.md"), new).unwrap();
    let snapshots = Path::new(env!("CARGO_MANIFEST_DIR")).join("snapshots");
    let snapshots = snapshots.display().to_string();
    let diff = |more: &[&str]| {
        let mut arguments = vec!["diff", "old.md", "new.md", "--snapshots", &snapshots];
        arguments.extend(more);
        crate::support::run(folder.path(), &arguments)
    };
    let (code, text) = diff(&[]);
    assert_eq!(code, 1, "{text}");
    let told = "  values request/path/busi_type/enum (changed; breaks clients and servers)\n    A  audit, risk — Table 1, row 2 (busi_type), line ";
    assert!(text.contains(told), "{text}");
    assert!(
        text.contains("    B  audits, risk — Table 1, row 2 (busi_type), line "),
        "{text}"
    );
    assert!(
        text.contains("valid/audit\n") && text.contains("busi_type__capitalised.snap"),
        "{text}"
    );
    let (code, text) = diff(&["--format", "json"]);
    assert_eq!(code, 1, "{text}");
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(json["format"], "conformant-comparison/1");
    assert_eq!(json["mode"], "editions");
    let statement = &json["operations"][0]["statements"][0];
    assert_eq!(statement["clause"], "request/path/busi_type/enum");
    assert_eq!(statement["change"], "changed");
    assert!(!json["void"]["snapshots"].as_array().unwrap().is_empty());
    let (_, text) = diff(&["--format", "markdown"]);
    assert!(text.starts_with("## `old.md` and `new.md`\n"), "{text}");
    let (code, text) = crate::support::run(folder.path(), &["diff", "old.md", "old.md"]);
    assert_eq!(code, 0, "{text}");
    let (code, text) = crate::support::run(folder.path(), &["diff", "old.md", "missing.md"]);
    assert_eq!(code, 2, "{text}");
}

#[test]
fn a_suite_against_a_new_page_names_own_cases_readings_and_certified_parts() {
    let folder = tempfile::tempdir().unwrap();
    let page = source("tests/pages/update-audit-task.md");
    std::fs::write(folder.path().join("old.md"), &page).unwrap();
    let (code, text) = crate::support::run(folder.path(), &["derive", "old.md", "--out", "suite"]);
    assert_eq!(code, 0, "{text}");
    let operation = folder.path().join("suite/schemas/update-audit-task");
    std::fs::write(
        operation.join("reading.toml"),
        "format = \"conformant-reading/1\"\n\n[[present]]\nstatus = [200]\nfields = [\"result\"]\nreason = \"always sent\"\n\n[[echo]]\nstatus = 200\nfield = \"result\"\nof = \"body/oper_type\"\nreason = \"of this test\"\n",
    )
    .unwrap();
    let own = "format = \"conformant-cases/1\"\n\n[[case]]\nid = \"own/off\"\nsummary = \"the task is switched off\"\nclause = \"request/body/code/enum\"\nexpect = [200]\nrequest.body.\"/code\" = { json = '\"off\"' }\n\n[[case]]\nid = \"own/other\"\nsummary = \"another operation\"\nclause = \"request/body/oper_type/type\"\nexpect = [400]\nrequest.body.\"/oper_type\" = { json = '7' }\n";
    std::fs::write(
        folder.path().join("suite/cases/update-audit-task/own.toml"),
        own,
    )
    .unwrap();
    let (code, text) = crate::support::run(folder.path(), &["derive", "old.md", "--out", "suite"]);
    assert_eq!(code, 0, "{text}");
    let diff = |new: &str| {
        std::fs::write(folder.path().join("new.md"), new).unwrap();
        let arguments = ["diff", "suite", "new.md", "--format", "json"];
        let (code, text) = crate::support::run(folder.path(), &arguments);
        let json: serde_json::Value =
            serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
        (code, json)
    };
    let (code, same) = diff(&page);
    assert_eq!(code, 0, "{same}");
    assert_eq!(same["operations"][0]["statements"], serde_json::json!([]));
    assert_eq!(same["void"]["own_cases"].as_array().unwrap().len(), 0);
    assert_eq!(same["void"]["certified_parts"], serde_json::json!([]));

    // Words alone: the facts are the same, the file that quotes them is another.
    let (code, words) = diff(&page.replace("#### Function", "#### Function\n\nIn other words."));
    assert_eq!(code, 0, "{words}");
    let contract = "schemas/update-audit-task/contract.json";
    assert_eq!(
        words["void"]["certified_parts"],
        serde_json::json!([contract])
    );

    let without_result = page.replace("| result |", "| outcome |");
    assert_ne!(without_result, page);
    let (code, gone) = diff(&without_result);
    assert_eq!(code, 1, "{gone}");
    let reading = gone["void"]["reading"].as_array().unwrap();
    assert_eq!(reading.len(), 2, "{gone}");
    assert!(
        reading[0].as_str().unwrap().contains("no member 'result'"),
        "{gone}"
    );

    let without_code = page.replace("| code |", "| flag |");
    assert_ne!(without_code, page);
    let (_, void) = diff(&without_code);
    let own = void["void"]["own_cases"].as_array().unwrap();
    assert_eq!(own.len(), 1, "{void}");
    assert_eq!(own[0]["id"], "update-audit-task/own/off");
    assert!(own[0]["why"].as_str().unwrap().contains("no clause"));
    let parts = void["void"]["certified_parts"].as_array().unwrap();
    for part in [contract, "schemas/update-audit-task/request.schema.json"] {
        assert!(parts.contains(&part.into()), "{void}");
    }

    // The folder of an operation is the same edition as its suite's.
    let arguments = ["diff", "suite", "suite/schemas/update-audit-task"];
    let (code, text) = crate::support::run(folder.path(), &arguments);
    assert_eq!(code, 0, "{text}");
    assert!(
        text.contains("certificates of the old edition hold"),
        "{text}"
    );
    let (code, text) = crate::support::run(folder.path(), &["diff", "suite/cases", "new.md"]);
    assert_eq!(code, 2, "{text}");
}

#[test]
fn other_words_for_the_same_facts_are_reworded_and_break_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let page = source("tests/pages/create-brew-plan.txt");
    std::fs::write(folder.path().join("old.txt"), &page).unwrap();
    let new = page
        .replace("Leaves to water", "\n\nWater to leaves")
        .replace("The plan exists.", "There is such a plan.");
    // The line of the row, in both.
    let ratio = page.lines().position(|line| line == "ratio").unwrap() + 1;
    std::fs::write(folder.path().join("new.txt"), &new).unwrap();
    let diff = |format: &str| {
        let arguments = ["diff", "old.txt", "new.txt", "--format", format];
        let (code, text) = crate::support::run(folder.path(), &arguments);
        assert_eq!(code, 0, "{text}");
        text
    };
    let place = format!("Table 3, row 8, A line {ratio}, B line {ratio}");
    let text = diff("text");
    let told = format!(
        "reworded, breaks nobody (2):\n  request/body/ratio ({place}): Leaves to water → Water to leaves\n"
    );
    assert!(text.contains(&told), "{told}\n{text}");
    assert!(
        text.contains("2 reworded; 0 break clients, 0 break servers"),
        "{text}"
    );
    let json: serde_json::Value = serde_json::from_str(&diff("json")).unwrap();
    let reworded = &json["operations"][0]["reworded"];
    assert_eq!(reworded[0]["a"], "Leaves to water");
    assert_eq!(reworded[0]["place"], place);
    assert_eq!(reworded[1]["clause"], "status/409");
    let markdown = diff("markdown");
    assert!(markdown.contains("- `request/body/ratio` ("), "{markdown}");
}

#[test]
fn renderings_of_one_page_are_not_reworded() {
    let pages = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pages");
    let mut seen = 0;
    for entry in std::fs::read_dir(&pages).unwrap() {
        let text = entry.unwrap().path();
        for rendering in ["md", "html"] {
            let other = text.with_extension(rendering);
            if text.extension().unwrap() != "txt" || !other.is_file() {
                continue;
            }
            let found = compared(&text, &other);
            assert_eq!(found.summary.total.differs, 0, "{}", other.display());
            assert!(!found.summary.has_missing(), "{}", other.display());
            assert_eq!(found.summary.reworded, 0, "{}", other.display());
            assert!(found.summary.total.agrees > 0, "{}", other.display());
            seen += 1;
        }
    }
    assert!(seen > 20, "{seen}");
}

#[test]
fn an_operation_that_is_gone_makes_void_what_stands_on_it() {
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| crate::support::run(folder.path(), arguments);
    std::fs::create_dir(folder.path().join("pages")).unwrap();
    for page in ["show-jar.md", "delete-jar.md"] {
        let text = source(&format!("tests/resources/{page}"));
        std::fs::write(folder.path().join("pages").join(page), text).unwrap();
    }
    let (code, text) = run(&["derive", "pages", "--out", "suite"]);
    assert_eq!(code, 0, "{text}");
    let snapshot = folder
        .path()
        .join("suite/snapshots/staging/delete-jar__valid__any.snap");
    std::fs::create_dir_all(snapshot.parent().unwrap()).unwrap();
    std::fs::write(&snapshot, "clause: status/204\n").unwrap();
    let (code, text) = run(&["diff", "suite", "pages", "--format", "json"]);
    assert_eq!(code, 0, "{text}");
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(json["operations"].as_array().unwrap().len(), 2);
    assert_eq!(json["void"]["cases_removed"], serde_json::json!([]));
    assert_eq!(json["void"]["snapshots"], serde_json::json!([]));

    std::fs::remove_file(folder.path().join("pages/delete-jar.md")).unwrap();
    let (code, text) = run(&["diff", "suite", "pages", "--format", "json"]);
    assert_eq!(code, 1, "its clients break: {text}");
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(json["only_in_a"][0]["operation"], "delete-jar");
    let removed = json["void"]["cases_removed"].as_array().unwrap();
    assert!(!removed.is_empty());
    let is_of_it = |it: &serde_json::Value| it.as_str().unwrap().starts_with("delete-jar/");
    assert!(removed.iter().all(is_of_it), "{removed:?}");
    let snapshots = json["void"]["snapshots"].as_array().unwrap();
    assert_eq!(snapshots.len(), 1, "{json}");
    let parts = json["void"]["certified_parts"].as_array().unwrap();
    assert!(
        parts.contains(&"schemas/delete-jar/contract.json".into()),
        "{parts:?}"
    );
}
