//! `conformant derive` over a folder of pages: what is no operation, what could not be
//! read, what stands in each other's way, and what is there no more.
use crate::support::run;
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

const OVERVIEW: &str = "# Overview\n\nLamps give light. Rafts float. See [how](https://h.example/v1/x).\n\n\
     | Error Code | Description | Solution |\n| --- | --- | --- |\n| L.1 | No lamp | Try again |\n";
/// A page whose tables were lost.
const BROKEN: &str = "# Showing a Boat - ShowBoat\n\n#### URI\n\nGET /v1/boats/{id}\n";

fn page(title: &str, address: &str) -> String {
    format!(
        "# {title}\n\n#### URI\n\n{address}\n\n\
         Table 1 Query parameters\n\n| Parameter | Mandatory | Type | Description |\n| --- | --- | --- | --- |\n\
         | limit | No | Integer | How many. The value ranges from 1 to 9. |\n\n\
         #### Response Parameters\n\n**Status code: 200**\n\nTable 2 Response body parameters\n\n\
         | Parameter | Type | Description |\n| --- | --- | --- |\n| id | String | The id |\n\n\
         #### Status Codes\n\n| Status Code | Description |\n| --- | --- |\n| 200 | OK |\n\n\
         #### Error Codes\n\nSee there.\n"
    )
}

/// A folder with `pages`: two operations, one page without, and one that is broken.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let pages = folder.path().join("pages/deep");
    fs::create_dir_all(&pages).unwrap();
    let at = folder.path();
    write(
        at,
        "pages/lamps.md",
        &page("Lamps - ListLamps", "GET /v1/lamps"),
    );
    write(
        at,
        "pages/deep/rafts.md",
        &page("Rafts - ListRafts", "GET /v1/rafts"),
    );
    write(at, "pages/overview.md", OVERVIEW);
    write(at, "pages/deep/broken.md", BROKEN);
    folder
}

fn write(folder: &Path, name: &str, text: &str) {
    fs::write(folder.join(name), text).unwrap();
}

fn read(folder: &Path, name: &str) -> String {
    fs::read_to_string(folder.join(name)).unwrap()
}

fn derive(folder: &Path, more: &[&str]) -> (i32, String) {
    run(folder, &[&["derive", "--out", "s"], more].concat())
}

#[test]
fn pages_are_counted_by_what_became_of_them() {
    let folder = folder();
    let (code, text) = derive(folder.path(), &["pages"]);
    assert_eq!(code, 2, "{text}");
    let line = "4 pages: 2 operations, 1 without an operation (overview.md), 1 not read (deep/broken.md)\n";
    assert!(text.contains(line), "{text}");
    for operation in ["list-lamps", "list-rafts"] {
        let contract = format!("s/schemas/{operation}/contract.json");
        assert!(folder.path().join(contract).is_file(), "{text}");
    }
    fs::remove_file(folder.path().join("pages/deep/broken.md")).unwrap();
    let (code, text) = derive(folder.path(), &["pages"]);
    assert_eq!(code, 0, "{text}");
    // Alone, a page is named because it documents something.
    let (code, text) = derive(folder.path(), &["pages/overview.md"]);
    assert!(code == 2 && text.contains("METHOD /path"), "{text}");
    for path in ["pages/lamps.md", "pages/deep/rafts.md"] {
        fs::remove_file(folder.path().join(path)).unwrap();
    }
    let (code, text) = derive(folder.path(), &["pages"]);
    assert!(
        code == 2 && text.contains("no source documents an operation"),
        "{text}"
    );
}

#[test]
fn only_what_shows_no_trace_of_an_operation_is_none() {
    let html = "<html><body><script>if (a < b) GET = '/v1/x'</script><h1>What Is New</h1><p>Lamps burn longer now, and rafts \
        float in salt water as well as in fresh water; nothing else has changed since the last time that we wrote.</p></body></html>";
    let without = [
        (
            "a.md",
            "# Changes\n\nLamps can be dimmed now, and/or lit.\n".to_owned(),
        ),
        (
            "b.md",
            "# Status Codes\n\n| Status Code | Description |\n| --- | --- |\n| 200 | OK |\n"
                .to_owned(),
        ),
        (
            "c.txt",
            "Overview\n\nThe methods GET and PUT are known.\n".to_owned(),
        ),
        ("d.html", html.to_owned()),
        (
            "e.md",
            "# Index\n\n- [Lamps](lamps.md)\n- [Rafts](https://h.example/v2/rafts.md)\n".to_owned(),
        ),
    ];
    let refused = [
        ("k.md", "# Lamps\n\nCall GET /v1/lamps and see.\n".to_owned()),
        ("l.md", "# Lamps\n\n| API | Method | Path |\n| --- | --- | --- |\n| a | GET | /lamps |\n".to_owned()),
        ("m.txt", "Lamps\n\ncurl https://h.example/v1/lamps\n".to_owned()),
        ("n.md", "# Lamps - ListLamps\n\nLists lamps.\n".to_owned()),
        ("o.md", "# Lamps\n\n#### Request Parameters\n\nNone\n".to_owned()),
        ("p.md", "# Lamp\n\n| Parameter | Type | Description |\n| --- | --- | --- |\n| id | String | It |\n".to_owned()),
        ("q.html", "<html><body><div id=app></div><script>fill()</script></body></html>".to_owned()),
        ("r.html", html.replace("Lamps burn", "GET&#32;&#47;lamps burn")),
        ("s.html", html.replace("</script>", "")),
        ("t.md", " \n".to_owned()),
        ("u.txt", "openapi: 3.0.0\npaths:\n  lamps:\n".to_owned()),
        ("v.md", "# Lamps\n\nThis API is used to list lamps.\n".to_owned()),
    ];
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("pages")).unwrap();
    for (name, text) in without.iter().chain(&refused) {
        write(&folder.path().join("pages"), name, text);
    }
    write(
        folder.path(),
        "pages/z.md",
        &page("Lamps - ListLamps", "GET /v1/lamps"),
    );
    let (code, text) = derive(folder.path(), &["pages"]);
    assert_eq!(code, 2, "{text}");
    assert!(
        text.contains("18 pages: 1 operation, 5 without an operation (a.md, b.md, c.txt, d.html, e.md), 12 not read\n"),
        "{text}"
    );
    for (name, _) in &refused {
        assert!(
            text.contains(&format!("not read: {name}\n")),
            "{name}: {text}"
        );
    }
}

#[test]
fn what_could_not_be_read_is_listed_until_it_is_read_or_gone() {
    let folder = folder();
    let at = folder.path();
    fs::create_dir(at.join("more")).unwrap();
    write(at, "more/broken.md", &BROKEN.replace("boats", "cars"));
    assert_eq!(derive(at, &["pages", "more"]).0, 2);
    let list = read(at, "s/unread.toml");
    for line in [
        "format = \"conformant-unread/1\"",
        "file = \"deep/broken.md\"",
        "folder = \"more\"",
        "reason = \"line 5: ",
    ] {
        assert!(list.contains(line), "{line}: {list}");
    }
    let machine = at.to_string_lossy();
    assert!(!list.contains(&*machine), "{list}");
    // It is derived: what differs is drift, from wherever derive runs.
    let whole = at.join("pages").to_string_lossy().into_owned();
    for sources in [
        ["pages", "more"],
        ["more", &whole],
        ["./more/", "s/../pages"],
    ] {
        let (_, text) = derive(at, &[&["--check"][..], &sources].concat());
        assert!(!text.contains("drift"), "{text}");
    }
    write(at, "s/unread.toml", &list.replace("line 5", "line 6"));
    let (_, text) = derive(at, &["--check", "pages", "more"]);
    assert!(
        text.contains("unread.toml:") && text.contains("not as derived"),
        "{text}"
    );
    fs::remove_file(at.join("s/unread.toml")).unwrap();
    let (_, text) = derive(at, &["--check", "pages", "more"]);
    assert!(text.contains("unread.toml is missing"), "{text}");
    assert_eq!(derive(at, &["pages", "more"]).0, 2);
    assert_eq!(read(at, "s/unread.toml"), list);
    // Gone from its folder; what is listed of the other stays.
    fs::remove_file(at.join("pages/deep/broken.md")).unwrap();
    let (code, text) = derive(at, &["--check", "pages"]);
    assert!(code == 1 && text.contains("unread.toml"), "{text}");
    assert_eq!(derive(at, &["pages"]).0, 0);
    let list = read(at, "s/unread.toml");
    assert!(
        !list.contains("deep/") && list.contains("folder = \"more\""),
        "{list}"
    );
    // Read at last, as a file that is named alone.
    write(
        at,
        "more/broken.md",
        &page("Boat - ShowBoat", "GET /v1/boat"),
    );
    let (code, text) = derive(at, &["--check", "more/broken.md"]);
    assert!(
        code == 1 && text.contains("unread.toml is there, and every page"),
        "{text}"
    );
    assert_eq!(derive(at, &["more/broken.md"]).0, 0);
    assert!(!at.join("s/unread.toml").exists());
}

#[test]
fn a_person_leaves_out_a_page_or_an_operation_that_is_there() {
    let folder = folder();
    let at = folder.path();
    derive(at, &["pages"]);
    let service = read(at, "s/service.toml");
    let out = |entry: &str| {
        let text = format!("{service}\n[[out]]\n{entry}\nreason = \"not offered\"\n");
        write(at, "s/service.toml", &text);
        derive(at, &["pages"])
    };
    let (code, text) = out("page = \"deep/broken.md\"");
    assert_eq!(code, 0, "{text}");
    assert!(text.contains("1 left out (deep/broken.md)"), "{text}");
    assert!(
        text.contains("left out: pages/deep/broken.md: not offered"),
        "{text}"
    );
    // Runs know it by its entry.
    assert!(read(at, "s/unread.toml").contains("deep/broken.md"));
    let (code, text) = out("operation = \"list-rafts\"");
    assert!(
        code == 2 && text.contains("1 not read (deep/broken.md)"),
        "{text}"
    );
    for (entry, words) in [
        ("operation = \"list-cars\"", "no operation 'list-cars'"),
        ("page = \"overview.md\"", "no page 'overview.md'"),
        ("operation = \"list-*\"", "takes names alone"),
    ] {
        let (code, text) = out(entry);
        assert!(code == 2 && text.contains(words), "{text}");
        assert!(text.contains("service.toml:"), "{text}");
    }
}

#[test]
fn of_two_pages_of_one_operation_none_wins() {
    let folder = folder();
    let at = folder.path();
    fs::remove_file(at.join("pages/deep/broken.md")).unwrap();
    let lamps = page("Lamps - ListLamps", "GET /v1/lamps");
    write(
        at,
        "pages/again.md",
        &lamps.replace("How many.", "The number."),
    );
    let (code, text) = derive(at, &["pages"]);
    assert_eq!(code, 2, "{text}");
    assert!(text.contains("refused: pages/again.md: it documents 'list-lamps', and so does pages/lamps.md: they state the same"), "{text}");
    assert!(
        text.contains(
            "refused: pages/lamps.md: it documents 'list-lamps', and so does pages/again.md"
        ),
        "{text}"
    );
    assert!(!at.join("s/schemas/list-lamps").exists(), "{text}");
    assert!(read(at, "s/unread.toml").contains("file = \"lamps.md\""));
    write(at, "pages/again.md", &lamps.replace("1 to 9", "1 to 8"));
    let (code, text) = derive(at, &["pages"]);
    assert!(
        code == 2 && text.contains("they state different things"),
        "{text}"
    );
}

#[test]
fn operations_of_one_address_are_told() {
    let folder = folder();
    let at = folder.path();
    fs::remove_file(at.join("pages/deep/broken.md")).unwrap();
    write(
        at,
        "pages/one.md",
        &page("A - ShowOneLamp", "GET /v1/lamps/{id}"),
    );
    write(
        at,
        "pages/two.md",
        &page("A - ShowTwoLamp", "GET /v1/lamps/{lamp_id}"),
    );
    let (code, text) = derive(at, &["pages"]);
    assert_eq!(code, 0, "{text}");
    let told = "could be false: 'show-one-lamp' (pages/one.md) and 'show-two-lamp' (pages/two.md) have one address, GET /v1/lamps/{id}";
    assert!(text.contains(told), "{text}");
    assert_eq!(derive(at, &["pages", "--strict"]).0, 1);
}

#[test]
fn an_operation_that_no_page_documents_any_more_is_drift() {
    let folder = folder();
    let at = folder.path();
    fs::remove_file(at.join("pages/deep/broken.md")).unwrap();
    assert_eq!(derive(at, &["pages"]).0, 0);
    let (code, text) = derive(at, &["pages", "--check"]);
    assert_eq!(code, 0, "{text}");
    fs::remove_file(at.join("pages/deep/rafts.md")).unwrap();
    let (code, text) = derive(at, &["pages", "--check"]);
    assert_eq!(code, 1, "{text}");
    let stray = PathBuf::from("s").join("schemas").join("list-rafts");
    let told = format!(
        "drift: {} is there, and no source documents 'list-rafts'",
        stray.display()
    );
    assert!(text.contains(&told), "{text}");
    // A page says nothing of the others.
    assert_eq!(derive(at, &["pages/lamps.md", "--check"]).0, 0);
}

#[test]
fn a_suite_is_held_against_what_it_keeps() {
    let folder = folder();
    let at = folder.path();
    assert_eq!(derive(at, &["pages"]).0, 2);
    let listed = read(at, "s/unread.toml");
    // Of one operation it keeps the page, of the other the contract alone.
    fs::remove_file(at.join("s/schemas/list-rafts/page.md")).unwrap();
    write(at, "s/notes.md", "Mine.");
    let (code, text) = derive(at, &["s", "--check"]);
    assert_eq!(code, 0, "{text}");
    assert!(text.contains("2 pages: 2 operations\n"), "{text}");
    assert!(
        text.contains("1 further that were not, first s/notes.md") || cfg!(windows),
        "{text}"
    );
    // What stands in the suite of other sources stays, also where it is the working folder.
    assert_eq!(run(&at.join("s"), &["derive", ".", "--out", "."]).0, 0);
    assert_eq!(read(at, "s/unread.toml"), listed);
    let schema = "s/schemas/list-rafts/request.schema.json";
    write(
        at,
        schema,
        &read(at, schema).replace("\"limit\"", "\"limits\""),
    );
    let (code, text) = derive(at, &["s", "--check"]);
    assert!(code == 1 && text.contains("list-rafts"), "{text}");
    // Beside the pages, what is derived is no source.
    let (code, text) = derive(at, &["."]);
    assert!(code == 2 && text.contains("4 pages: "), "{text}");
}

#[test]
fn mistakes_of_a_person_are_no_unread_pages() {
    let folder = folder();
    let at = folder.path();
    fs::remove_file(at.join("pages/deep/broken.md")).unwrap();
    assert_eq!(derive(at, &["pages"]).0, 0);
    let reading = "s/schemas/list-lamps/reading.toml";
    write(at, reading, "format = \"conformant-reading/1\"\nx = 1\n");
    let (code, text) = derive(at, &["pages"]);
    assert!(
        code == 2 && text.contains("1 not written (lamps.md)"),
        "{text}"
    );
    assert!(!at.join("s/unread.toml").exists());
    write(
        at,
        "s/service.toml",
        "format = \"conformant-service/1\"\nx = 1\n",
    );
    let (code, text) = derive(at, &["pages"]);
    assert!(code == 2 && text.contains("service.toml:2"), "{text}");
    assert_eq!(text.matches("service.toml").count(), 1, "{text}");
}

#[test]
fn what_is_derived_does_not_depend_on_workers() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    fs::create_dir(at.join("pages")).unwrap();
    // In the order of their names every other one is refused.
    for number in 10..50 {
        let text = page(
            &format!("Lamps - ListLamps{number}"),
            &format!("GET /v1/lamps{number}"),
        );
        let is_broken = number % 2 == 1;
        let text = if is_broken { BROKEN } else { &text };
        write(at, &format!("pages/{number}.md"), text);
    }
    let told = ["a", "b", "c"].map(|out| {
        let (code, text) = run(at, &["derive", "pages", "--out", out]);
        assert_eq!(code, 2, "{text}");
        let refused = text.lines().filter(|line| line.starts_with("refused: "));
        let refused: Vec<&str> = refused.map(|line| &line[9..20]).collect();
        let expected = (11..50).step_by(2);
        let expected: Vec<String> = expected.map(|it| format!("pages/{it}.md")).collect();
        assert_eq!(refused, expected, "{text}");
        assert!(
            text.contains("40 pages: 20 operations, 20 not read\n"),
            "{text}"
        );
        text
    });
    assert_eq!(told[0], told[1]);
    assert_eq!(told[0], told[2]);
}
