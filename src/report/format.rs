//! Defines [`Format`] and [`Wanted`]: which reports were asked for, as `FORMAT=PATH`.

use super::Report;
use super::matrix::Matrix;
use crate::derive::write_atomically;
use crate::error::{Error, Result};
use crate::exchange::Redactor;
use std::path::{Path, PathBuf};

/// A format of reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For scripts: `conformant-report/1`, `conformant-matrix/1`.
    Json,
    /// For the test view of a pipeline.
    Junit,
    /// For a job summary.
    Markdown,
    /// For people: one file without anything from elsewhere.
    Html,
}

impl Format {
    /// What `run` writes.
    pub const OF_RUNS: [Self; 4] = [Self::Json, Self::Junit, Self::Markdown, Self::Html];
    /// What `selftest` writes.
    pub const OF_MATRICES: [Self; 3] = [Self::Json, Self::Markdown, Self::Html];

    /// Its name on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Junit => "junit",
            Self::Markdown => "markdown",
            Self::Html => "html",
        }
    }
}

/// A report that was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// How it is written.
    pub format: Format,
    /// The file.
    pub path: PathBuf,
}

impl Wanted {
    /// Reads `FORMAT=PATH` texts; `allowed` are the formats that the command writes.
    ///
    /// # Errors
    /// [`Error::Input`] for an unknown format, a path that is empty or a folder, and
    /// two reports to one file.
    pub fn parse(texts: &[String], allowed: &[Format]) -> Result<Vec<Self>> {
        let mut wanted: Vec<Self> = Vec::new();
        for text in texts {
            let one = Self::parse_one(text, allowed)?;
            let place = std::path::absolute(&one.path).ok();
            if let Some(other) = wanted
                .iter()
                .find(|other| std::path::absolute(&other.path).ok() == place)
            {
                return Err(Error::input(
                    "--report",
                    format!(
                        "{} and {} would both be written to '{}'",
                        other.format.word(),
                        one.format.word(),
                        one.path.display()
                    ),
                    "give each report a file of its own",
                ));
            }
            wanted.push(one);
        }
        Ok(wanted)
    }

    fn parse_one(text: &str, allowed: &[Format]) -> Result<Self> {
        let words: Vec<&str> = allowed.iter().map(|format| format.word()).collect();
        let remedy = format!("write FORMAT=PATH with one of {}", words.join(", "));
        let refuse = |what: String| Error::input("--report", what, remedy.clone());
        let (word, path) = text
            .split_once('=')
            .ok_or_else(|| refuse(format!("'{text}' is not of the form FORMAT=PATH")))?;
        let format = allowed
            .iter()
            .find(|format| format.word() == word)
            .ok_or_else(|| refuse(format!("there is no format '{word}' here")))?;
        if path.is_empty() {
            return Err(refuse(format!("'{text}' names no file")));
        }
        // Found now rather than behind a run that may take an hour.
        if path.ends_with('/') || Path::new(path).is_dir() {
            return Err(refuse(format!("'{path}' is a folder")));
        }
        Ok(Self {
            format: *format,
            path: path.into(),
        })
    }
}

/// The report of a run in a format.
pub fn render(format: Format, report: &Report) -> String {
    match format {
        Format::Json => super::json::render(report),
        Format::Junit => super::junit::render(report),
        Format::Markdown => super::markdown::render(report),
        Format::Html => super::html::render(report),
    }
}

/// Writes every report of a run that was asked for. One that cannot be written keeps
/// none of the others from being written; nor does one that a secret stands in, which
/// is not written.
///
/// # Errors
/// The first [`Error::Input`] of a file that cannot be written, or [`Error::NoVerdict`]
/// of one with a secret.
pub fn write(wanted: &[Wanted], report: &Report, redactor: &Redactor) -> Result<()> {
    write_each(wanted, redactor, |format| render(format, report))
}

/// Writes every report of a self-test that was asked for, as [`write()`] does.
///
/// # Errors
/// The first [`Error::Input`] of a file that cannot be written.
pub fn write_matrix(wanted: &[Wanted], matrix: &Matrix) -> Result<()> {
    // The self-test's token is a fixture and no secret.
    let redactor = Redactor::default();
    write_each(wanted, &redactor, |format| {
        super::matrix::render(format, matrix)
    })
}

fn write_each(
    wanted: &[Wanted],
    redactor: &Redactor,
    render: impl Fn(Format) -> String,
) -> Result<()> {
    let mut result = Ok(());
    for one in wanted {
        let text = render(one.format);
        let written = redactor
            .guard(&one.path.display().to_string(), &text)
            .and_then(|()| write_atomically(&one.path, text.as_bytes()));
        result = result.and(written);
    }
    result
}

#[cfg(test)]
mod tests {
    use super::{Format, Wanted};

    fn refused(texts: &[&str]) -> String {
        let texts: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
        let error = Wanted::parse(&texts, &Format::OF_MATRICES).unwrap_err();
        assert_eq!(error.exit_code(), 2);
        error.to_string()
    }

    #[test]
    fn mistakes_are_named() {
        assert!(refused(&["json"]).contains("'json' is not of the form FORMAT=PATH"));
        assert!(refused(&["pdf=a"]).contains("there is no format 'pdf'"));
        assert!(refused(&["junit=a"]).contains("one of json, markdown, html"));
        assert!(refused(&["json="]).contains("names no file"));
        assert!(refused(&["json=src"]).contains("'src' is a folder"));
        assert!(refused(&["json=new/"]).contains("'new/' is a folder"));
        assert!(refused(&["json=a", "html=./a"]).contains("json and html would both"));
    }

    #[test]
    fn each_report_keeps_its_format_and_path() {
        let texts = ["junit=a.xml".to_owned(), "html=b=c.html".to_owned()];
        let wanted = Wanted::parse(&texts, &Format::OF_RUNS).unwrap();
        assert_eq!(wanted[0].format, Format::Junit);
        assert_eq!(wanted[1].path.to_str(), Some("b=c.html"));
    }
}
