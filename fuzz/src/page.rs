//! What must hold of the page readers, and of everything that is derived from a page.

use conformant::derive::{Derived, derive};
use conformant::error::Error;
use conformant::source::is_definition;
use conformant::suite::{SuiteFiles, load};
use std::path::{Component, Path};

/// Derives a suite from `bytes` as a page.
///
/// # Panics
/// Where two derivations differ, a finding or an error has no place on the page, a file
/// would be written elsewhere than in its folder, or the derived suite cannot be loaded.
pub fn holds(bytes: &[u8]) {
    let source = String::from_utf8_lossy(bytes);
    // No reading stands there, and nothing is written.
    let nowhere = Path::new("/nonexistent/suite");
    let derived = match derive(Path::new("page"), &source, nowhere, None) {
        Ok(derived) => derived,
        Err(Error::Input(problem)) => {
            let place = problem.place.to_string();
            let what = &problem.what;
            assert!(place.starts_with("page"), "the place is '{place}': {what}");
            return;
        }
        Err(error) => panic!("no fault of the page: {error}"),
    };
    // A carriage return alone ends a line, too.
    let lines = source.replace("\r\n", "\n").replace('\r', "\n");
    let lines = lines.lines().count().max(1);
    for finding in &derived.findings {
        let at = finding.line;
        // What a definition says has a pointer and no line.
        let is_placed = (1..=lines).contains(&at) || at == 0 && is_definition(&source);
        assert!(is_placed, "line {at} of {lines}: {finding}");
    }
    for path in derived.files.keys() {
        let inside = path
            .components()
            .all(|part| matches!(part, Component::Normal(_)));
        let is_placed = path.starts_with("schemas")
            || path.starts_with("cases")
            || path == Path::new("service.toml");
        assert!(inside && is_placed, "{}", path.display());
    }
    let again = derive(Path::new("page"), &source, nowhere, None).expect("as before");
    assert_eq!(derived.files, again.files);
    loads(&derived);
}

/// What is derived can be loaded as it is, whatever was found on the page.
fn loads(derived: &Derived) {
    let files = derived
        .files
        .iter()
        .map(|(path, text)| (path.to_string_lossy().into_owned(), text.clone()))
        .collect();
    let files = SuiteFiles::of(Path::new("derived"), files);
    if let Err(error) = load(&files, None) {
        panic!("what was derived cannot be loaded: {error}");
    }
}
