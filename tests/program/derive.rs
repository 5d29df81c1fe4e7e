//! What `conformant derive` tells a person: what is worth looking at, the worst first, and
//! over several pages each cause once.
use crate::support::run;
use std::path::Path;

/// A page with one finding of each weight.
fn page(path: &str, limit: &str) -> String {
    format!(
        "# Listing - {}\n\n#### URI\n\nGET /v1/{path}\n\n\
         | Parameter | Mandatory | Type | Description |\n| --- | --- | --- | --- |\n\
         | limit | No | Integer | {limit} |\n\
         | state | No | String | The state. The options are as follows:<br>- up<br>- up |\n\n\
         #### Response Parameters\n\n**Status code: 200**\n\nTable 2 Response body parameters\n\n\
         | Parameter | Type | Description |\n| --- | --- | --- |\n| id | String | The id |\n\n\
         #### Status Codes\n\n| Status Code | Description |\n| --- | --- |\n| 200 | OK |\n\n\
         #### Error Codes\n\nSee there.\n",
        path.to_uppercase()
    )
}

fn write(folder: &Path, name: &str, text: &str) {
    std::fs::write(folder.join(name), text).unwrap();
}

/// The place of each line that begins so.
fn lines(text: &str, words: &str) -> Vec<usize> {
    let lines = text.lines().enumerate();
    lines
        .filter(|(_, line)| line.starts_with(words))
        .map(|(at, _)| at)
        .collect()
}

#[test]
fn findings_say_what_to_do_the_worst_first() {
    let folder = tempfile::tempdir().unwrap();
    let unread = "Rarely more than 7 a page.";
    write(folder.path(), "a.md", &page("lamps", unread));
    let (code, text) = run(folder.path(), &["derive", "a.md", "--out", "s"]);
    assert_eq!(code, 0, "{text}");
    let [worst, unread, cosmetic] = [
        "could be false: a.md:",
        "not read: a.md:",
        "cosmetic: a.md:",
    ]
    .map(|it| lines(&text, it));
    assert!(
        !worst.is_empty() && !unread.is_empty() && !cosmetic.is_empty(),
        "{text}"
    );
    assert!(worst.iter().max() < unread.iter().min(), "{text}");
    assert!(unread.iter().max() < cosmetic.iter().min(), "{text}");
    let all: Vec<&str> = text.lines().collect();
    for at in worst.iter().chain(&unread).chain(&cosmetic) {
        assert!(all[at + 1].starts_with("  help: "), "{text}");
    }
    let count = worst.len() + unread.len() + cosmetic.len();
    let last = all.last().unwrap();
    let total = format!(" statements read, {count} to look at (");
    assert!(
        last.starts_with("lamps: ") && last.contains(&total),
        "{text}"
    );
    // What asks for nothing is in the contract, and is not printed.
    let (code, text) = run(
        folder.path(),
        &["derive", "a.md", "--out", "s", "--strict", "--check"],
    );
    assert_eq!(code, 1, "{text}");
}

#[test]
fn what_needs_nothing_done_is_no_finding() {
    let folder = tempfile::tempdir().unwrap();
    let text = page("lamps", "How many. The value ranges from 1 to 9.");
    let text = text.replace("- up<br>- up", "- up<br>- down");
    let text = text.replace(
        "| id | String | The id |",
        "| id | String | ** Note**: The id. It is deprecated. |",
    );
    let text = text.replacen(
        "| Parameter | M",
        "Table 1 Query parameters\n\n| Parameter | M",
        1,
    );
    write(folder.path(), "a.md", &text);
    let (code, text) = run(folder.path(), &["derive", "a.md", "--out", "s", "--strict"]);
    assert_eq!(code, 0, "{text}");
    assert!(!text.contains("nothing needs"), "{text}");
    assert!(text.ends_with(" statements read, 0 to look at\n"), "{text}");
    let contract = folder.path().join("s/schemas/lamps/contract.json");
    let contract = std::fs::read_to_string(contract).unwrap();
    assert!(contract.contains("\"weight\": \"note\""), "{contract}");
}

#[test]
fn over_several_pages_each_cause_is_told_once_with_its_count() {
    let folder = tempfile::tempdir().unwrap();
    let pages = folder.path().join("pages/deep");
    std::fs::create_dir_all(&pages).unwrap();
    write(&pages, "a.md", &page("lamps", "Rarely more than 7 a page."));
    write(
        &pages,
        "b.md",
        &page("rafts", "Rarely more than 99 a page."),
    );
    write(&pages, "c.md", "# Rafts\n\nGET /v1/rafts/{id}\n");
    write(&pages, "d.png", "");
    let (code, text) = run(folder.path(), &["derive", "pages", "--out", "s"]);
    assert_eq!(code, 2, "a page was refused: {text}");
    assert_eq!(lines(&text, "refused: pages/deep/c.md").len(), 1, "{text}");
    assert_eq!(lines(&text, "not read: 2 × ").len(), 1, "{text}");
    assert!(text.contains("; first in pages/deep/a.md:"), "{text}");
    assert!(
        text.contains("3 pages: 2 operations, 1 not read (deep/c.md)\n"),
        "{text}"
    );
    for operation in ["lamps", "rafts"] {
        let contract = format!("s/schemas/{operation}/contract.json");
        assert!(folder.path().join(contract).is_file(), "{text}");
    }
    std::fs::remove_file(pages.join("c.md")).unwrap();
    let derive = ["derive", "pages", "--out", "s"];
    assert_eq!(run(folder.path(), &derive).0, 0);
    let check = ["derive", "pages", "--out", "s", "--check"];
    assert_eq!(run(folder.path(), &check).0, 0);
    // Two pages of one operation would write over each other.
    write(&pages, "e.md", &page("lamps", "Another one."));
    let (code, text) = run(folder.path(), &["derive", "pages", "--out", "s"]);
    assert!(
        code == 2 && text.contains("documents 'lamps', and so does pages/deep/a.md"),
        "{text}"
    );
    let (code, text) = run(
        folder.path(),
        &["derive", "pages", "--out", "s", "--operation", "x"],
    );
    assert!(code == 2 && text.contains("--operation"), "{text}");
    std::fs::create_dir(folder.path().join("empty")).unwrap();
    let (code, text) = run(folder.path(), &["derive", "empty", "--out", "s"]);
    assert!(
        code == 2 && text.contains("no source is in this folder"),
        "{text}"
    );
}
