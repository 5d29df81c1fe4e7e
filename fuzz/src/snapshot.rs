//! What must hold of the reader of snapshots.

use conformant::baseline::{StoredSnapshot, parse, today};
use conformant::error::Error;
use std::io::Write as _;

/// Reads `bytes` as the snapshot of a case.
///
/// # Panics
/// Where an error does not name the file, or contents are accepted that cannot be parsed.
pub fn holds(bytes: &[u8]) {
    let mut file = tempfile::NamedTempFile::new().expect("a temporary file");
    file.write_all(bytes).expect("room for it");
    match StoredSnapshot::read(file.path(), "valid/audit", today()) {
        Ok(stored) => {
            assert!(parse(stored.contents()).is_ok());
            assert!(stored.equals(stored.contents()));
        }
        Err(Error::Input(problem)) => {
            let name = file.path().display().to_string();
            let place = problem.place.to_string();
            assert!(place.starts_with(&name), "the place is '{place}'");
        }
        Err(error) => panic!("no fault of the snapshot: {error}"),
    }
}
