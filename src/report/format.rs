//! Defines [`Format`] and [`Wanted`]: which reports were asked for, as `FORMAT=PATH`.

use super::Report;
use super::html::GENERATOR;
use super::matrix::{self, Matrix};
use crate::error::{Error, Result};
use crate::exchange::Redactor;
use crate::output::{self, Output};
use std::path::{Path, PathBuf};

/// A format of reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For scripts: `conformant-report/2`, `conformant-matrix/1`.
    Json,
    /// For the test view of a pipeline.
    Junit,
    /// For a job summary.
    Markdown,
    /// For people: one file without anything from elsewhere.
    Html,
    /// For the log of a GitHub workflow: one command a line.
    Github,
    /// For the code-scanning view of a forge: SARIF 2.1.0.
    Sarif,
    /// For tools that read the results of any test runner.
    Ctrf,
    /// For browsers' developer tools: HAR 1.2, made from the record.
    Har,
}

impl Format {
    /// What `run` writes.
    pub const OF_RUNS: [Self; 8] = [
        Self::Json,
        Self::Junit,
        Self::Markdown,
        Self::Html,
        Self::Github,
        Self::Sarif,
        Self::Ctrf,
        Self::Har,
    ];
    /// What `merge` writes, which sees no exchange.
    pub const OF_MERGES: &[Self] = Self::OF_RUNS.split_at(7).0;
    /// What `selftest` writes.
    pub const OF_MATRICES: [Self; 3] = [Self::Json, Self::Markdown, Self::Html];

    /// Its name on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Junit => "junit",
            Self::Markdown => "markdown",
            Self::Html => "html",
            Self::Github => "github",
            Self::Sarif => "sarif",
            Self::Ctrf => "ctrf",
            Self::Har => "har",
        }
    }

    /// What a file of it is, in words.
    fn kind(self) -> &'static str {
        match self {
            Self::Json => "a JSON report of conformant",
            Self::Junit => "a JUnit report",
            Self::Markdown => "a Markdown report of conformant",
            Self::Html => "an HTML report of conformant",
            Self::Github => "a file of workflow commands of conformant",
            Self::Sarif => "a SARIF log",
            Self::Ctrf => "a CTRF report",
            Self::Har => "an HTTP archive of conformant",
        }
    }

    /// Tells a file of it by its beginning. One of JUnit, SARIF or CTRF may be of another
    /// tool: it is a report all the same.
    fn is_kind(self) -> fn(&[u8]) -> bool {
        match self {
            Self::Json => |head| {
                let marks = ["\"format\": \"conformant-", "\"format\":\"conformant-"];
                head.starts_with(b"{") && marks.iter().any(|mark| has(head, mark))
            },
            Self::Junit => |head| head.starts_with(b"<") && has(head, "<testsuite"),
            Self::Markdown => |head| {
                let marks = ["## ✅ ", "## ❌ ", "## ⚠️ "];
                marks.iter().any(|mark| head.starts_with(mark.as_bytes()))
            },
            Self::Html => |head| head.starts_with(b"<!DOCTYPE html>") && has(head, GENERATOR),
            Self::Github => |head| {
                let mut lines = head.split(|byte| *byte == b'\n');
                lines
                    .next()
                    .is_some_and(|line| line.starts_with(b"::") && has(line, super::github::TITLE))
            },
            Self::Sarif => {
                |head| head.starts_with(b"{") && has(head, "sarif") && has(head, "\"version\"")
            }
            Self::Ctrf => |head| {
                let marks = ["\"reportFormat\": \"CTRF\"", "\"reportFormat\":\"CTRF\""];
                head.starts_with(b"{") && marks.iter().any(|mark| has(head, mark))
            },
            Self::Har => |head| head.starts_with(b"{\"log\":") && has(head, super::har::CREATOR),
        }
    }
}

fn has(head: &[u8], mark: &str) -> bool {
    String::from_utf8_lossy(head).contains(mark)
}

/// A report that was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// How it is written.
    pub format: Format,
    /// The file; `-` is standard output.
    pub path: PathBuf,
}

impl Wanted {
    /// Reads `FORMAT=PATH` texts; `allowed` are the formats that the command writes.
    ///
    /// # Errors
    /// [`Error::Input`] for an unknown format, a path that is empty or a folder, and
    /// two reports for standard output.
    pub fn parse(texts: &[String], allowed: &[Format]) -> Result<Vec<Self>> {
        let wanted: Vec<Self> = texts
            .iter()
            .map(|text| Self::parse_one(text, allowed))
            .collect::<Result<_>>()?;
        if wanted.iter().filter(|one| one.is_stdout()).count() > 1 {
            return Err(Error::input(
                "--report",
                "standard output ('-') can take one report only",
                "give the others a file each",
            ));
        }
        Ok(wanted)
    }

    /// Those that can be read, whatever stands beside them.
    pub fn readable(texts: &[String], allowed: &[Format]) -> Vec<Self> {
        let parsed = texts.iter().map(|text| Self::parse_one(text, allowed));
        parsed.filter_map(Result::ok).collect()
    }

    /// Whether it goes to standard output.
    pub fn is_stdout(&self) -> bool {
        self.path == Path::new("-")
    }

    /// The file, with what stands in it until the report does; `None` for standard output.
    pub fn output(&self, placeholder: String) -> Option<Output> {
        (!self.is_stdout()).then(|| Output {
            option: format!("--report {}", self.format.word()),
            path: self.path.clone(),
            kind: self.format.kind(),
            is_kind: self.format.is_kind(),
            placeholder: Some(placeholder),
        })
    }

    fn parse_one(text: &str, allowed: &[Format]) -> Result<Self> {
        let words: Vec<&str> = allowed.iter().map(|format| format.word()).collect();
        let remedy = format!("write FORMAT=PATH with one of {}", words.join(", "));
        let refuse = |what: String| Error::input("--report", what, remedy.clone());
        let (word, path) = text
            .split_once('=')
            .ok_or_else(|| refuse("it is not of the form FORMAT=PATH".into()))?;
        let format = allowed
            .iter()
            .find(|format| format.word() == word)
            .ok_or_else(|| refuse("there is no such format here".into()))?;
        if path.is_empty() {
            return Err(refuse(format!("'{word}=' names no file")));
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

/// The report of a run in a format; `record` is that of the run, where it was written.
pub fn render(format: Format, report: &Report, record: Option<&Path>) -> String {
    match format {
        Format::Json => super::json::render(report),
        Format::Junit => super::junit::render(report),
        Format::Markdown => super::markdown::render(report),
        Format::Html => super::html::render(report),
        Format::Github => super::github::render(report),
        Format::Sarif => super::sarif::render(report),
        Format::Ctrf => super::ctrf::render(report),
        Format::Har => super::har::render(report, record),
    }
}

/// Writes every file that was asked for, as `render` gives it, and gives the text that
/// was asked for on standard output. One that cannot be written keeps none of the others
/// from being written; nor does one that a secret stands in, which is not written.
///
/// # Errors
/// The first [`Error::Input`] of a file that cannot be written, or [`Error::NoVerdict`]
/// of one with a secret.
pub fn write(
    wanted: &[Wanted],
    redactor: &Redactor,
    render: impl Fn(Format) -> String,
) -> (Option<String>, Result<()>) {
    let (mut printed, mut result) = (None, Ok(()));
    for one in wanted {
        let text = render(one.format);
        let place = match one.is_stdout() {
            true => "standard output".into(),
            false => one.path.display().to_string(),
        };
        let written = redactor.guard(&place, &text).and_then(|()| {
            if one.is_stdout() {
                printed = Some(text);
                return Ok(());
            }
            output::write(&one.path, text.as_bytes())
        });
        result = result.and(written);
    }
    (printed, result)
}

/// The matrix in a format. Those for runs alone have no place for it; it is written as
/// JSON.
pub fn render_matrix(format: Format, of: &Matrix) -> String {
    match format {
        Format::Json
        | Format::Junit
        | Format::Github
        | Format::Sarif
        | Format::Ctrf
        | Format::Har => matrix::json::render(of),
        Format::Markdown => matrix::markdown::render(of),
        Format::Html => matrix::html::render(of),
    }
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
        assert!(refused(&["json"]).contains("it is not of the form FORMAT=PATH"));
        assert!(refused(&["pdf=a"]).contains("there is no such format"));
        assert!(refused(&["junit=a"]).contains("one of json, markdown, html"));
        assert!(refused(&["json="]).contains("names no file"));
        assert!(refused(&["json=src"]).contains("'src' is a folder"));
        assert!(refused(&["json=new/"]).contains("'new/' is a folder"));
        assert!(refused(&["json=-", "html=-"]).contains("one report only"));
    }

    #[test]
    fn each_report_keeps_its_format_and_path() {
        let texts = ["junit=a.xml".to_owned(), "html=b=c.html".to_owned()];
        let wanted = Wanted::parse(&texts, &Format::OF_RUNS).unwrap();
        assert_eq!(wanted[0].format, Format::Junit);
        assert_eq!(wanted[1].path.to_str(), Some("b=c.html"));
    }
}
