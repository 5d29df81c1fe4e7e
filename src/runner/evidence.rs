//! Defines [`Evidence`], what is recorded of a run; writes and reads it as a file.

use crate::digest::{Sha256, hex};
use crate::error::{Error, Place, Result};
use crate::escape::json;
use crate::exchange::{
    Exchange, RECORD_FORMAT, RecordFooter, RecordHeader, RecordLine, Redactor, as_size,
};
use crate::judge::RunVerdict;
use serde::de::DeserializeOwned;
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Read as _, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Longest line that is read: a kept body, escaped in the worst way, and its frame.
const MAX_LINE: u64 = 4 * 1024 * 1024;
const WHOLE: &str = "give a whole record, as conformant run --record wrote it";

/// The record of a run, which all its operations share; nothing is kept before it begins.
#[derive(Debug, Default)]
pub struct Evidence(Mutex<Option<Recorder>>);

impl Evidence {
    fn recorder(&self) -> MutexGuard<'_, Option<Recorder>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Records every exchange from here on.
    ///
    /// # Errors
    /// [`Error::Input`] where the file cannot be made.
    pub fn begin(&self, path: &Path, header: &RecordHeader) -> Result<()> {
        *self.recorder() = Some(Recorder::create(path, header)?);
        Ok(())
    }

    /// Says which round of the plan the exchanges from here on belong to, from 1.
    pub fn begin_round(&self, round: u32) {
        if let Some(recorder) = &mut *self.recorder() {
            recorder.round = round;
        }
    }

    /// Records one exchange of a case.
    pub(super) fn exchange(&self, case: &str, exchange: &Exchange, redactor: &Redactor) {
        if let Some(recorder) = &mut *self.recorder() {
            recorder.exchange(case, exchange, redactor);
        }
    }

    /// Ends the record, if there is one.
    ///
    /// # Errors
    /// [`Error::NoVerdict`] where it could not be written.
    pub fn finish(&self, verdict: RunVerdict) -> Result<()> {
        let recorder = self.recorder().take();
        recorder.map_or(Ok(()), |recorder| {
            recorder.finish(&verdict.word(), verdict.exit_code())
        })
    }
}

/// Writes evidence as exchanges come.
#[derive(Debug)]
pub struct Recorder {
    path: PathBuf,
    file: BufWriter<File>,
    hash: Sha256,
    exchanges: u64,
    round: u32,
    kept: usize,
    failed: Option<std::io::Error>,
}

impl Recorder {
    /// Begins a record with its header.
    ///
    /// # Errors
    /// [`Error::Input`] where the file cannot be made.
    pub fn create(path: &Path, header: &RecordHeader) -> Result<Self> {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)
                .map_err(|error| Error::file(folder, "create", &error))?;
        }
        let file = File::create(path).map_err(|error| Error::file(path, "write", &error))?;
        let mut recorder = Self {
            path: path.to_owned(),
            file: BufWriter::new(file),
            hash: Sha256::default(),
            exchanges: 0,
            round: 1,
            kept: as_size(header.limits.kept_bytes),
            failed: None,
        };
        recorder.line(&serde_json::to_string(header).unwrap_or_default());
        Ok(recorder)
    }

    /// Records one exchange. A failure to write is kept for [`Recorder::finish`].
    pub fn exchange(&mut self, case: &str, exchange: &Exchange, redactor: &Redactor) {
        let line = RecordLine {
            round: self.round,
            ..RecordLine::new(case, exchange, redactor, self.kept)
        };
        let line = json(&serde_json::to_string(&line).unwrap_or_default());
        self.exchanges += 1;
        if redactor.finds(&line) {
            let error = std::io::Error::other("a secret would have stood in it");
            self.failed.get_or_insert(error);
        }
        self.line(&line);
    }

    fn line(&mut self, text: &str) {
        self.hash.update(text);
        self.hash.update("\n");
        if self.failed.is_none()
            && let Err(error) = self
                .file
                .write_all(text.as_bytes())
                .and_then(|()| self.file.write_all(b"\n"))
        {
            self.failed = Some(error);
        }
    }

    /// Ends the record with its footer.
    ///
    /// # Errors
    /// [`Error::NoVerdict`] where anything of the record could not be written: then
    /// it has no footer and is no evidence.
    pub fn finish(mut self, verdict: &str, exit_code: u8) -> Result<()> {
        let footer = RecordFooter {
            exchanges: self.exchanges,
            sha256: hex(&self.hash.clone().finalize()),
            verdict: verdict.to_owned(),
            exit_code,
        };
        if self.failed.is_none() {
            self.line(&serde_json::to_string(&footer).unwrap_or_default());
        }
        let flushed = match self.failed.take() {
            Some(error) => Err(error),
            None => self.file.flush(),
        };
        flushed.map_err(|error| {
            Error::no_verdict(
                &self.path,
                format!("the record could not be written: {error}"),
                "make room, and run again",
            )
        })
    }
}

/// Reads a record, line by line; `each` gets every exchange with its line number, and
/// the header in front of all.
///
/// # Errors
/// [`Error::Input`] with the line where it is no record, is cut off, or was changed.
pub fn read_record(
    path: &Path,
    mut each: impl FnMut(&RecordHeader, usize, RecordLine) -> Result<()>,
) -> Result<(RecordHeader, RecordFooter)> {
    let mut lines = Lines::open(path)?;
    let mut hash = Sha256::default();
    let (header, first) = lines.header()?;
    hash.update(&first);
    let mut exchanges = 0;
    while let Some(text) = lines.next()? {
        // A footer is the only line with a verdict of the run.
        if text.starts_with("{\"exchanges\":") {
            let footer: RecordFooter = lines.parse(&text)?;
            if lines.next()?.is_some() {
                return Err(lines.wrong("something follows the footer"));
            }
            if footer.exchanges != exchanges {
                return Err(lines.wrong("the footer counts other exchanges than there are"));
            }
            if footer.sha256 != hex(&hash.finalize()) {
                return Err(lines.wrong("the record was changed: its SHA-256 is not the footer's"));
            }
            return Ok((header, footer));
        }
        hash.update(&text);
        exchanges += 1;
        let line = lines.parse(&text)?;
        each(&header, lines.number, line)?;
    }
    Err(lines.wrong("the record has no footer: it is cut off, and so no evidence"))
}

/// Reads the header of a record alone.
///
/// # Errors
/// [`Error::Input`] where it is no record.
pub fn read_record_header(path: &Path) -> Result<RecordHeader> {
    Lines::open(path)?.header().map(|(header, _)| header)
}

struct Lines<'a> {
    path: &'a Path,
    reader: BufReader<File>,
    number: usize,
}

impl<'a> Lines<'a> {
    fn open(path: &'a Path) -> Result<Self> {
        let file = crate::input::open(path)?;
        Ok(Self {
            path,
            reader: BufReader::new(file),
            number: 0,
        })
    }

    /// The header with its line.
    fn header(&mut self) -> Result<(RecordHeader, String)> {
        let Some(first) = self.next()? else {
            return Err(self.wrong("the record is empty"));
        };
        let header: RecordHeader = self.parse(&first)?;
        if header.format != RECORD_FORMAT {
            return Err(self.wrong(&format!("the format is not '{RECORD_FORMAT}'")));
        }
        // A record from elsewhere must not lift what keeps its reader alive.
        if !header.limits.are_settable() {
            return Err(self.wrong("its limits are none that can be set"));
        }
        Ok((header, first))
    }

    /// The next line with its line feed.
    fn next(&mut self) -> Result<Option<String>> {
        let mut text = String::new();
        self.number += 1;
        let count = (&mut self.reader)
            .take(MAX_LINE)
            .read_line(&mut text)
            .map_err(|error| self.wrong(&error.to_string()))?;
        if count as u64 == MAX_LINE {
            return Err(self.wrong("a line is longer than any of a record"));
        }
        Ok((count > 0).then_some(text))
    }

    fn parse<T: DeserializeOwned>(&self, text: &str) -> Result<T> {
        serde_json::from_str(text)
            .map_err(|error| self.wrong(&format!("the line cannot be read: {error}")))
    }

    fn wrong(&self, what: &str) -> Error {
        Error::input(Place::line(self.path, self.number), what, WHOLE)
    }
}
