//! The corpus of the fuzz targets, and every kind of file that the project reads,
//! mangled in every way: an error with a place or a value, never a panic, and nothing
//! that is written outside of its folder.
#[path = "../../fuzz/src/lib.rs"]
#[allow(unreachable_pub, dead_code, reason = "a library to the fuzz targets")]
pub(crate) mod properties;

use crate::support::{full_depth, side_by_side};
use properties::{certificate, files, json, page, record, snapshot};
use std::fs;
use std::path::{Path, PathBuf};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

fn below(folder: &str) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = fs::read_dir(Path::new(ROOT).join(folder))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_file())
        .collect();
    found.sort();
    found
}

#[test]
fn the_corpus_holds() {
    type Holds = fn(&[u8]);
    let targets: [(&str, Holds); 6] = [
        ("certificate", certificate::holds),
        ("files", files::holds),
        ("json", json::holds),
        ("page", page::holds),
        ("record", record::holds),
        ("snapshot", snapshot::holds),
    ];
    let known = below("fuzz/fuzz_targets").len();
    assert_eq!(
        known,
        targets.len(),
        "a fuzz target without its corpus here"
    );
    for (target, holds) in targets {
        let inputs = below(&format!("fuzz/corpus/{target}"));
        assert!(!inputs.is_empty(), "{target} has no corpus");
        for input in inputs {
            holds(&fs::read(input).unwrap());
        }
    }
}

/// What is put into a file somewhere, to see what its reader makes of it.
const INTRUDERS: [&[u8]; 16] = [
    b"\0",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\xed\xa0\x80",
    "\u{202e}".as_bytes(),
    b"\x1b]52;c;aGk=\x07",
    b"\r",
    b"\n\n\n",
    b"\"",
    b"[[",
    b"{\"a\":",
    b"-1",
    b"99999999999999999999999",
    b"1e999",
    b"../../x",
    b"|||||||",
];

/// `text` mangled: cut, lines left out, doubled and swapped, intruders everywhere, other
/// encodings. Every `step`th place is taken.
fn mangled(text: &[u8], step: usize) -> Vec<Vec<u8>> {
    let mut all = Vec::new();
    let lines: Vec<&[u8]> = text.split_inclusive(|byte| *byte == b'\n').collect();
    let places = |count: usize| (0..count).step_by((count / step).max(1));
    for at in places(text.len()) {
        all.push(text[..at].to_vec());
    }
    for at in places(lines.len()) {
        let mut without = lines.clone();
        let line = without.remove(at);
        all.push(without.concat());
        without.insert(at, line);
        without.insert(at, line);
        all.push(without.concat());
        let mut moved = lines.clone();
        let line = moved.remove(at);
        moved.push(line);
        all.push(moved.concat());
    }
    for (count, intruder) in INTRUDERS.iter().enumerate() {
        for at in places(text.len()).skip(count % 3).step_by(3) {
            all.push([&text[..at], intruder, &text[at..]].concat());
        }
    }
    let string = String::from_utf8_lossy(text);
    all.push(string.replace('\n', "\r\n").into_bytes());
    all.push(string.replace('\n', "\r").into_bytes());
    all.push(string.encode_utf16().flat_map(u16::to_le_bytes).collect());
    all.push(string.encode_utf16().flat_map(u16::to_be_bytes).collect());
    all.push([text, text].concat());
    all.push(text.iter().rev().copied().collect());
    all.push(vec![b'['; 100_000]);
    all.push(vec![b'|'; 100_000]);
    all.push(vec![0; 1_000]);
    all.push(Vec::new());
    all
}

/// Whether each file is mangled in all places: a build that is not optimised takes ten
/// minutes for that.
fn is_everywhere() -> bool {
    full_depth() && !cfg!(debug_assertions)
}

/// Places a file.
fn step() -> usize {
    match full_depth() {
        _ if is_everywhere() => 60,
        true => 10,
        false => 4,
    }
}

/// Holds every mangled form of each of these files to `holds`.
fn hold(files: &[PathBuf], step: usize, holds: impl Fn(&[u8]) + Sync) {
    side_by_side(files, |path| {
        for text in mangled(&fs::read(path).unwrap(), step) {
            holds(&text);
        }
    });
}

#[test]
fn mangled_pages_are_read_or_refused_with_a_place() {
    let mut pages = below("tests/pages");
    pages.push(Path::new(ROOT).join("schemas/show-audit-task-status/page.md"));
    pages.retain(|path| {
        let name = path.extension().and_then(|extension| extension.to_str());
        matches!(name, Some("md" | "txt" | "html"))
    });
    assert!(pages.len() > 20);
    let some = match full_depth() {
        _ if is_everywhere() => 1,
        true => 4,
        false => 11,
    };
    let pages: Vec<PathBuf> = pages.into_iter().step_by(some).collect();
    hold(&pages, step() / 2, page::holds);
}

#[test]
fn mangled_files_of_a_suite_are_refused_with_their_place() {
    let operation = "show-audit-task-status";
    for (kind, path) in [
        ("cases", format!("cases/{operation}/busi_type.toml")),
        ("cases", format!("cases/{operation}/token.toml")),
        ("reading", format!("schemas/{operation}/reading.toml")),
        (
            "schema",
            format!("schemas/{operation}/response-200.schema.json"),
        ),
        ("contract", format!("schemas/{operation}/contract.json")),
        ("service", "service.toml".to_owned()),
        ("targets", "targets.example.toml".to_owned()),
    ] {
        hold(&[Path::new(ROOT).join(&path)], step(), |text| {
            files::reads(kind, &String::from_utf8_lossy(text));
        });
    }
}

#[test]
fn mangled_snapshots_records_and_reports_are_refused_with_their_place() {
    let snapshots = below("snapshots/example");
    assert!(!snapshots.is_empty());
    hold(&snapshots, step() * 4, snapshot::holds);
    hold(&below("fuzz/corpus/certificate"), step(), |text| {
        certificate::holds(text);
    });
    hold(&below("fuzz/corpus/record"), step(), |text| {
        record::holds(text);
    });
    side_by_side(&below("fuzz/corpus/files"), |path| {
        let input = fs::read(path).unwrap();
        let kind = files::KINDS[usize::from(input[0]) % files::KINDS.len()];
        if kind == "report" {
            for text in mangled(&input[1..], step()) {
                files::reads(kind, &String::from_utf8_lossy(&text));
            }
        }
    });
}
