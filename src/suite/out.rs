//! Defines [`Out`]: what a person leaves out of a suite by `service.toml`, and why.

use super::unjudged::Unjudged;
use super::unread::UnreadPage;
use crate::error::{Error, Place, Result, line_of};
use serde::Deserialize;
use std::collections::BTreeSet;
use std::ops::Range;
use std::path::Path;
use toml::Spanned;

/// An entry `[[out]]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Out {
    /// What is left out.
    pub what: LeftOut,
    /// Why; never blank.
    pub reason: String,
    /// 1-based line of the entry.
    pub line: usize,
}

impl Out {
    /// What it names, and why nobody judges it.
    pub(super) fn as_unjudged(&self) -> Unjudged {
        let (LeftOut::Operation(name) | LeftOut::Page(name)) = &self.what;
        Unjudged {
            name: name.clone(),
            reason: self.reason.clone(),
        }
    }
}

/// What an entry `[[out]]` names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LeftOut {
    /// An operation of the suite.
    Operation(String),
    /// An [unread page](UnreadPage), by file, or by folder and file.
    Page(String),
}

/// An entry as written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Entry {
    operation: Option<String>,
    page: Option<String>,
    reason: String,
}

/// The entries of a file; `path` and `source` are those of the file.
pub(super) fn read(path: &Path, source: &str, entries: Vec<Spanned<Entry>>) -> Result<Vec<Out>> {
    let mut known = BTreeSet::new();
    let mut out = Vec::new();
    for entry in entries {
        let Range { start, .. } = entry.span();
        let line = line_of(source, start);
        let refuse =
            |what: String, remedy: &str| Err(Error::input(Place::line(path, line), what, remedy));
        let entry = entry.into_inner();
        let what = match (entry.operation, entry.page) {
            (Some(operation), None) => LeftOut::Operation(operation),
            (None, Some(page)) => LeftOut::Page(page),
            (Some(_), Some(_)) => {
                return refuse(
                    "[[out]] names both an operation and a page".into(),
                    "write an entry for each",
                );
            }
            (None, None) => {
                return refuse(
                    "[[out]] names neither an operation nor a page".into(),
                    "write operation = \"NAME\", or page = \"FILE\" for a page of unread.toml",
                );
            }
        };
        let (LeftOut::Operation(name) | LeftOut::Page(name)) = &what;
        if name.contains('*') {
            return refuse(
                format!("'{name}' is a pattern, and [[out]] takes names alone"),
                "write an entry for each operation",
            );
        }
        if entry.reason.trim().is_empty() {
            return refuse(
                format!("'{name}' is left out without a reason"),
                "write why nobody tests it",
            );
        }
        if !known.insert(what.clone()) {
            return refuse(
                format!("'{name}' is left out a second time"),
                "keep one of the entries",
            );
        }
        out.push(Out {
            what,
            reason: entry.reason,
            line,
        });
    }
    Ok(out)
}

/// Holds the entries against what the suite has; `path` is that of the file.
pub(super) fn check(
    entries: &[Out],
    path: &Path,
    operations: &[&str],
    unread: &[UnreadPage],
) -> Result<()> {
    for out in entries {
        let (what, remedy) = match &out.what {
            LeftOut::Operation(name) if operations.contains(&name.as_str()) => continue,
            LeftOut::Operation(name) => (
                format!("the suite has no operation '{name}' to leave out"),
                match operations {
                    [] => "take the entry out".to_owned(),
                    some => format!("take the entry out; the suite has: {}", some.join(", ")),
                },
            ),
            LeftOut::Page(name) => {
                match unread.iter().filter(|page| page.is_called(name)).count() {
                    1 => continue,
                    0 => (
                        format!("unread.toml lists no page '{name}' to leave out"),
                        "take the entry out: the page was read, documents no operation, or is gone"
                            .to_owned(),
                    ),
                    count => (
                        format!("unread.toml lists {count} pages '{name}'"),
                        "write the folder in front of it: page = \"FOLDER/FILE\"".to_owned(),
                    ),
                }
            }
        };
        return Err(Error::input(Place::line(path, out.line), what, remedy));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::suite::Service;

    const FORMAT: &str = "format = \"conformant-service/1\"\n";

    fn parsed(entries: &str) -> Result<Service> {
        Service::parse(Path::new("s.toml"), &format!("{FORMAT}{entries}"))
    }

    #[test]
    fn entries_name_one_thing_and_have_a_reason() {
        let service = parsed(
            "[[out]]\noperation = \"a\"\nreason = \"not here\"\n\n[[out]]\npage = \"b.md\"\nreason = \"later\"\n",
        )
        .unwrap();
        assert_eq!(service.leaves_out("a").unwrap().reason, "not here");
        assert_eq!(service.leaves_out("a").unwrap().line, 2);
        assert!(service.leaves_out("b").is_none());
        for (entry, words) in [
            ("operation = \"a\"\nreason = \" \"", "without a reason"),
            ("operation = \"a\"", "reason"),
            ("reason = \"x\"", "neither"),
            (
                "operation = \"a\"\npage = \"b\"\nreason = \"x\"",
                "both an operation and a page",
            ),
            ("operation = \"a*\"\nreason = \"x\"", "pattern"),
            ("page = \"*\"\nreason = \"x\"", "pattern"),
            (
                "operation = \"a\"\nreason = \"x\"\nwhy = \"x\"",
                "unknown field",
            ),
        ] {
            let error = parsed(&format!("[[out]]\n{entry}\n")).unwrap_err();
            assert_eq!(error.exit_code(), 2);
            let text = error.to_string();
            assert!(text.contains("s.toml:") && text.contains(words), "{text}");
        }
        let twice = "[[out]]\noperation = \"a\"\nreason = \"x\"\n";
        let text = parsed(&twice.repeat(2)).unwrap_err().to_string();
        assert!(
            text.contains("s.toml:5") && text.contains("second time"),
            "{text}"
        );
    }

    #[test]
    fn an_entry_names_what_is_there() {
        let page = |folder: &str| UnreadPage {
            folder: folder.into(),
            file: "b.md".into(),
            sha256: String::new(),
            reason: "x".into(),
        };
        let both = [page("one"), page("two")];
        let path = Path::new("s.toml");
        let operation = parsed("[[out]]\noperation = \"a\"\nreason = \"x\"\n").unwrap();
        operation.check_out(path, &["a", "c"], &[]).unwrap();
        let text = operation.check_out(path, &["c"], &both).unwrap_err();
        assert!(text.to_string().contains("s.toml:2"), "{text}");
        let of = |name: &str| parsed(&format!("[[out]]\npage = \"{name}\"\nreason = \"x\"\n"));
        let out = of("b.md").unwrap();
        out.check_out(path, &[], &both[..1]).unwrap();
        assert!(out.leaves_out_page(&both[0]).is_some());
        for unread in [&both[..], &[]] {
            let error = out.check_out(path, &["b.md"], unread).unwrap_err();
            assert!(error.to_string().contains("s.toml:2"), "{error}");
        }
        of("two/b.md").unwrap().check_out(path, &[], &both).unwrap();
    }
}
