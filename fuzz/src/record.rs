//! What must hold of the reader of evidence.

use conformant::error::Error;
use conformant::exchange::{RecordLine, Redactor};
use conformant::runner::read_record;
use std::io::Write as _;

/// Reads `bytes` as a record, and each of its lines as one exchange.
///
/// # Panics
/// Where an error has no line, or an exchange is recorded otherwise than it was read.
pub fn holds(bytes: &[u8]) {
    let mut file = tempfile::NamedTempFile::new().expect("a temporary file");
    file.write_all(bytes).expect("room for it");
    match read_record(file.path(), |_, _, _| Ok(())) {
        Ok(_) => {}
        Err(Error::Input(problem)) => {
            let name = file.path().display().to_string();
            let place = problem.place.to_string();
            let line = place
                .strip_prefix(&name)
                .and_then(|rest| rest.strip_prefix(':'));
            assert!(line.is_some(), "no line in '{place}'");
        }
        Err(error) => panic!("no fault of the record: {error}"),
    }
    for line in bytes.split(|byte| *byte == b'\n') {
        let Ok(line) = serde_json::from_slice::<RecordLine>(line) else {
            continue;
        };
        let Ok(Some(exchange)) = line.exchange() else {
            continue;
        };
        let redactor = Redactor::new([]);
        let again = RecordLine::new(&line.case, &exchange, &redactor, usize::MAX);
        let once_more = again
            .exchange()
            .expect("it was recorded")
            .expect("it is whole");
        let last = RecordLine::new(&line.case, &once_more, &redactor, usize::MAX);
        assert_eq!(again, last, "recording is not stable");
    }
}
