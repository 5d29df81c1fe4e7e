//! What must hold of the readers of files that people write: cases, reading, targets,
//! schemas, and the reports that are merged.

use conformant::contract::Reading;
use conformant::error::Error;
use conformant::report::merge;
use conformant::suite::{SuiteFiles, load};
use conformant::target::Targets;
use std::path::Path;

/// Kinds of files, by the first byte of an input.
pub const KINDS: [&str; 6] = [
    "cases", "reading", "schema", "targets", "report", "contract",
];

/// Reads `bytes` behind the first one as a file of the kind that the first one says.
///
/// # Panics
/// Where an error does not name the file.
pub fn holds(bytes: &[u8]) {
    let Some((kind, bytes)) = bytes.split_first() else {
        return;
    };
    let kind = KINDS[usize::from(*kind) % KINDS.len()];
    reads(kind, &String::from_utf8_lossy(bytes));
}

/// Reads `source` as a file of this kind.
///
/// # Panics
/// Where an error does not name the file.
pub fn reads(kind: &str, source: &str) {
    let result = match kind {
        "targets" => Targets::parse(Path::new("a/file"), source).map(|_| ()),
        "report" => merge::read(Path::new("a/file"), source).map(|_| ()),
        "reading" if Reading::parse(Path::new("a/file"), source).is_err() => {
            Reading::parse(Path::new("a/file"), source).map(|_| ())
        }
        _ => in_suite(kind, source),
    };
    match result {
        Ok(()) => {}
        Err(Error::Input(problem)) => {
            let place = problem.place.to_string();
            let named = place.contains("a/file") || place.contains("<built-in>");
            assert!(named, "the place is '{place}': {}", problem.what);
            assert!(!problem.what.is_empty());
        }
        Err(error) => panic!("no fault of the file: {error}"),
    }
}

/// Loads the built-in suite with one file replaced.
fn in_suite(kind: &str, source: &str) -> Result<(), Error> {
    let mut files = SuiteFiles::built_in();
    let part = match kind {
        "cases" => "cases/",
        "reading" => "reading.toml",
        "schema" => "response-200.schema.json",
        "service" => "service.toml",
        _ => "contract.json",
    };
    let name = files.files.keys().find(|name| name.contains(part)).cloned();
    let name = name.expect("the built-in suite has one");
    files.files.insert(name, source.to_owned());
    load(&files, None).map(|_| ())
}
