//! Pages that lost something: cut off, a row or a table missing, a cell emptied. What
//! they lose is told, as far as the rest of the page can show it.
use crate::support::{full_depth, side_by_side};
use conformant::contract::{Contract, Weight};
use conformant::derive::derive;
use conformant::source::page;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The contract, and the findings with the notes, without their lines; `None` where the
/// page is refused.
fn read(file: &str, source: &str) -> Option<(Contract, Vec<String>)> {
    let derived = derive(Path::new(file), source, Path::new("nowhere"), Some("x")).ok()?;
    let notes = derived.contract.findings.iter();
    let notes = notes.filter(|finding| finding.weight == Weight::Note);
    let mut findings: Vec<String> = derived
        .findings
        .iter()
        .chain(notes)
        .map(|finding| finding.what.clone())
        .collect();
    findings.sort();
    let mut contract = derived.contract;
    // Every change of the page changes its digest.
    contract.document.sha256.clear();
    // The meaning of a status is prose.
    for response in contract.responses.values_mut() {
        response.meaning.clear();
    }
    Some((contract, findings))
}

/// The pages that are looked at where it is not at full depth.
const FEW: [&str; 3] = [
    "list-kettles.md",
    "list-kettles.html",
    "show-audit-task-status.txt",
];

/// Pages of the library; few of them where it is not at full depth.
fn pages() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pages");
    let mut pages: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|it| it != "py"))
        .collect();
    if !full_depth() {
        pages.retain(|path| FEW.iter().any(|name| path.ends_with(name)));
    }
    pages.sort();
    pages
}

/// Whether something is told that the whole page does not tell.
fn is_told(whole: &[String], left: &[String]) -> bool {
    left.iter().any(|finding| {
        let count = |list: &[String]| list.iter().filter(|other| *other == finding).count();
        count(left) > count(whole)
    })
}

#[test]
fn a_page_cut_off_anywhere_is_told_or_refused() {
    let untold = Mutex::new(Vec::new());
    side_by_side(&pages(), |path| {
        let file = path.file_name().unwrap().to_str().unwrap();
        let text = std::fs::read_to_string(path).unwrap();
        let (whole, findings) = read(file, &text).unwrap();
        for part in 1..40 {
            let mut end = text.len() * part / 40;
            while !text.is_char_boundary(end) {
                end += 1;
            }
            if let Some((cut, left)) = read(file, &text[..end])
                && cut != whole
                && !is_told(&findings, &left)
            {
                let what = format!("{file} cut at {part}/40");
                untold.lock().unwrap().push(what);
            }
        }
    });
    assert_eq!(untold.into_inner().unwrap(), [""; 0]);
}

/// The lines of each row, by its first and the one behind its last.
fn rows(file: &str, source: &str) -> Vec<(String, usize, usize)> {
    let page = page::read(Path::new(file), source).unwrap();
    let count = source.lines().count();
    let mut starts: Vec<usize> = Vec::new();
    let mut rows = Vec::new();
    for table in &page.tables {
        for (at, row) in table.rows.iter().enumerate() {
            starts.push(row.line);
            let end = if file.ends_with(".txt") {
                let last = row.description.last().map_or(row.line, |last| last.line);
                table.rows.get(at + 1).map_or(last + 1, |next| next.line)
            } else {
                row.line + 1
            };
            let name = format!("Table {} '{}' {}", table.number, table.caption, row.name);
            rows.push((name, row.line, end.min(count + 1)));
        }
    }
    rows
}

fn without(source: &str, from: usize, to: usize) -> String {
    let lines = source.lines().enumerate();
    let kept = lines.filter(|(at, _)| !(from..to).contains(&(at + 1)));
    kept.map(|(_, line)| format!("{line}\n")).collect()
}

#[test]
fn bounds_beyond_reason_are_told_and_cost_nothing() {
    let text = std::fs::read_to_string(
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pages/create-brew-plan.md"),
    )
    .unwrap();
    for (from, to) in [
        (
            "contains 1 to 64 characters",
            "contains 1 to 5000000000000 characters",
        ),
        (
            "contains 1 to 64 characters",
            "contains 5000000000000 characters",
        ),
        ("Array Length: 1 - 5", "Array Length: 1 - 5000000000000"),
        (
            "Array Length: 1 - 5",
            "Array Length: 5000000000000 - 5000000000001",
        ),
        (
            "It contains 36 characters",
            "It contains 5000000000000 characters",
        ),
    ] {
        let mended = text.replacen(from, to, 1);
        assert_ne!(mended, text, "{from}");
        let (_, findings) = read("create-brew-plan.md", &mended).unwrap();
        let told = findings
            .iter()
            .any(|finding| finding.contains("more than any request"));
        assert!(told, "{to}: {findings:?}");
    }
    let mended = text.replacen("1 to 64 characters", "1 to 1000000 characters", 1);
    assert!(read("create-brew-plan.md", &mended).is_some());
}

#[test]
fn a_row_that_is_missing_is_told_where_the_page_shows_it() {
    let (told, untold) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    side_by_side(&pages(), |path| {
        let file = path.file_name().unwrap().to_str().unwrap();
        let text = std::fs::read_to_string(path).unwrap();
        let (whole, findings) = read(file, &text).unwrap();
        for (name, from, to) in rows(file, &text) {
            let mended = without(&text, from, to);
            match read(file, &mended) {
                Some((cut, left)) if cut != whole && !is_told(&findings, &left) => {
                    untold.lock().unwrap().push(format!("{file}: {name}"));
                }
                _ => drop(told.fetch_add(1, Ordering::Relaxed)),
            }
        }
    });
    let (told, mut untold) = (told.into_inner(), untold.into_inner().unwrap());
    untold.sort();
    assert!(told > 2 * untold.len(), "{told} told, {} not", untold.len());
    // What no page can miss: rows that nothing else on it speaks of.
    untold.retain(|row| FEW.iter().any(|name| row.starts_with(name)));
    insta::assert_snapshot!("rows_that_nothing_else_speaks_of", untold.join("\n"));
}

#[test]
fn an_emptied_cell_is_told() {
    let (told, untold) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    side_by_side(&pages(), |path| {
        let file = path.file_name().unwrap().to_str().unwrap();
        if !file.ends_with(".md") {
            return;
        }
        let text = std::fs::read_to_string(path).unwrap();
        let (whole, findings) = read(file, &text).unwrap();
        for (name, line, _) in rows(file, &text) {
            let row = text.lines().nth(line - 1).unwrap();
            let cells: Vec<&str> = row.trim_matches('|').split(" | ").collect();
            for at in 0..cells.len() {
                let mut cells = cells.clone();
                cells[at] = " ";
                let mended = text.replacen(row, &format!("|{}|", cells.join(" | ")), 1);
                match read(file, &mended) {
                    Some((cut, left)) if cut != whole && !is_told(&findings, &left) => {
                        let what = format!("{file}: {name} cell {at}");
                        untold.lock().unwrap().push(what);
                    }
                    _ => drop(told.fetch_add(1, Ordering::Relaxed)),
                }
            }
        }
    });
    let told = told.into_inner();
    assert!(told > 100, "{told}");
    assert_eq!(untold.into_inner().unwrap(), [""; 0]);
}

/// A page in the text rendering: a table of the query, one of the answer, statuses.
const TEXT: &str = "Acting - ActOnKettle\n\nURI\n\nGET /v1/kettles\n\nTable 1 Query Parameters\n\n\
    Parameter\n\nMandatory\n\nType\n\nDescription\n\nlimit\n\nYes\n\nInteger\n\nHow many there are.\n\n[1, 1000]\n\n\
    name\n\nNo\n\nString\n\nWhat it is called.\n\nMinimum: 1\n\nMaximum: 9\n\n\
    Response Parameters\n\nStatus code: 200\n\nTable 2 Response body parameters\n\n\
    Parameter\n\nType\n\nDescription\n\nkey\n\nString\n\nWhat opens it.\n\nMinimum: 1\n\nMaximum: 128\n\n\
    OS-EXT:zone\n\nString\n\nWhere it is.\n\nMaximum: 64\n\n\
    value\n\nString\n\nWhat it holds.\n\nMinimum: 0\n\nMaximum: 255\n\n\
    Status Codes\n\nStatus Code\n\nDescription\n\n200\n\nOK\n\nError Codes\n\nSee Error Codes.\n";

#[test]
fn a_cell_of_the_text_rendering_that_is_missing_is_told() {
    let (contract, findings) = read("page.txt", TEXT).unwrap();
    assert_eq!(findings, [""; 0]);
    let members = &contract.responses[&200].body.as_ref().unwrap().fields;
    let names: Vec<&str> = members.iter().map(|field| field.name.as_str()).collect();
    assert_eq!(names, ["key", "OS-EXT:zone", "value"]);
    let limit = &contract.parameters[0].field.constraints.range;
    assert_eq!((limit.min, limit.max), (Some(1), Some(1000)));
    let cells: Vec<&str> = TEXT.split("\n\n").collect();
    let header_or_row = 6..cells
        .iter()
        .position(|cell| *cell == "Status Codes")
        .unwrap();
    let mut untold = Vec::new();
    for at in header_or_row {
        let is_fact = cells[at].starts_with("M") && cells[at].contains("imum");
        let is_prose = cells[at].ends_with('.') || cells[at].starts_with('[');
        if is_fact || is_prose || cells[at] == "Response Parameters" {
            continue;
        }
        let mut left = cells.clone();
        left.remove(at);
        // A header row without its last cell loses nothing.
        if let Some((left, findings)) = read("page.txt", &left.join("\n\n"))
            && findings.is_empty()
            && left.facts() != contract.facts()
        {
            untold.push(format!("{at}: {}", cells[at]));
        }
    }
    assert_eq!(untold, [""; 0]);
}

#[test]
fn a_row_of_unknown_type_in_the_text_rendering_is_a_row() {
    for kind in ["Arry", "Date", "String[]", "Foo", "String or Integer"] {
        let page = TEXT.replace("value\n\nString", &format!("value\n\n{kind}"));
        let (contract, findings) = read("page.txt", &page).unwrap();
        let members = &contract.responses[&200].body.as_ref().unwrap().fields;
        assert_eq!(members.len(), 3, "{kind}");
        assert_eq!(members[0].constraints.length.max, Some(128), "{kind}");
        assert!(!findings.is_empty(), "{kind}");
    }
}

#[test]
fn json_and_headings_inside_a_cell_do_not_end_its_table() {
    for inside in [
        "{\"a\": \"b\"}",
        "Status Codes",
        "Response Parameters",
        "[\"a\"]",
    ] {
        let page = TEXT.replace("What opens it.", &format!("What opens it.\n\n{inside}"));
        let (contract, _) = read("page.txt", &page).unwrap();
        let members = &contract.responses[&200].body.as_ref().unwrap().fields;
        assert_eq!(members.len(), 3, "{inside}");
    }
}

#[test]
fn what_has_no_place_on_a_page_is_told() {
    let told = |from: &str, to: &str| {
        let page = TEXT.replace(from, to);
        assert_ne!(page, TEXT);
        read("page.txt", &page).unwrap().1.join("; ")
    };
    let sample = "SDK Sample Code\n\n# coding: utf-8\n\nimport kettles\n\nStatus Codes";
    assert_eq!(
        told("Status Codes", sample),
        "",
        "no Markdown, and no example"
    );
    for bullet in ["•", "-", "*"] {
        let list = format!("What it is called. The value can be:\n\n{bullet} on\n\n{bullet} off");
        let page = TEXT.replace("What it is called.\n\nMinimum: 1\n\nMaximum: 9", &list);
        let (contract, findings) = read("page.txt", &page).unwrap();
        let values = &contract.parameters[1].field.constraints.values;
        assert_eq!(
            (values.as_slice(), findings.len()),
            (&["on".to_owned(), "off".to_owned()][..], 0),
            "{bullet}"
        );
    }
    let bare = told("Status code: 200", "Status code: 204");
    assert!(bare.contains("a body of status 204"), "{bare}");
    let lost = "Status code: 500\n\nStatus Codes";
    assert!(told("Status Codes", lost).contains("nothing stands under 'Status code: 500'"));
    let bare = told(
        "Parameter\n\nMandatory\n\nType\n\nDescription\n\nlimit\n\nYes",
        "Parameter\n\nType\n\nDescription\n\nlimit",
    );
    assert!(
        bare.contains("no column that says what must be given"),
        "{bare}"
    );
    let list = told(
        "limit\n\nYes\n\nInteger",
        "limit\n\nYes\n\nArray of integers",
    );
    assert!(
        list.contains("how 'Array of integers' is written in the query"),
        "{list}"
    );
}
