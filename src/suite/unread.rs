//! Defines [`UnreadPage`]: a page of the service that may document an operation and could
//! not be read. `derive` keeps the list of them in the suite, so that no run forgets them.

use crate::error::{Error, Place, Result, line_of};
use crate::input::parse_toml;
use serde::{Deserialize, Serialize};
use std::path::{Component, Path};
use toml::Spanned;

/// Its name in the folder of a suite.
pub const UNREAD_FILE: &str = "unread.toml";
/// The version line of the file.
const FORMAT: &str = "conformant-unread/1";
/// What a derived file says of itself.
const HEAD: &str = "\
# Derived: pages that may document an operation and could not be read. Nothing tests them,
# so no run of this suite is green. 'conformant derive' writes this list again. To leave a
# page out knowingly, write to service.toml:
#   [[out]]
#   page = \"FILE\"
#   reason = \"…\"
";

/// A page that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnreadPage {
    /// The folder that was read, as seen from where derive ran, else its name alone; empty
    /// where it has none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub folder: String,
    /// The page inside that folder, `/` between folders.
    pub file: String,
    /// SHA-256 of the page; empty where not even its bytes could be read.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub sha256: String,
    /// Why it could not be read.
    pub reason: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    format: Spanned<String>,
    #[serde(default)]
    page: Vec<Spanned<UnreadPage>>,
}

impl UnreadPage {
    /// Whether a person means this page: by its file, or by folder and file.
    pub fn is_called(&self, name: &str) -> bool {
        let folder = name.strip_suffix(self.file.as_str());
        folder.is_some_and(|folder| {
            folder.is_empty() || folder.strip_suffix('/') == Some(self.folder.as_str())
        })
    }

    /// Reads the list in `source`; `path` is named in errors.
    ///
    /// # Errors
    /// [`Error::Input`] with file and line for an unknown key, another format, or an entry
    /// that names no page.
    pub fn read_all(path: &Path, source: &str) -> Result<Vec<Self>> {
        let file: File = parse_toml(path, source)?;
        let at = |start: usize| Place::line(path, line_of(source, start));
        if file.format.get_ref() != FORMAT {
            return Err(Error::input(
                at(file.format.span().start),
                format!("the format is '{}'", file.format.get_ref()),
                format!("this version reads '{FORMAT}'"),
            ));
        }
        let read = |page: Spanned<Self>| match page.get_ref().fault() {
            None => Ok(page.into_inner()),
            Some(fault) => Err(Error::input(
                at(page.span().start),
                fault,
                "this file is derived: run 'conformant derive' again",
            )),
        };
        file.page.into_iter().map(read).collect()
    }

    /// The text of the file for these pages; empty where there are none.
    pub fn render_all(pages: &[Self]) -> String {
        #[derive(Serialize)]
        struct Written<'a> {
            format: &'a str,
            page: &'a [UnreadPage],
        }
        if pages.is_empty() {
            return String::new();
        }
        let written = Written {
            format: FORMAT,
            page: pages,
        };
        // Strings alone can always be written.
        let text = toml::to_string(&written).unwrap_or_default();
        format!("{HEAD}{text}")
    }

    /// Why it is no entry that derive writes.
    fn fault(&self) -> Option<&'static str> {
        let is_inside = |path: &str| {
            let mut parts = Path::new(path).components();
            parts.all(|part| matches!(part, Component::Normal(_)))
        };
        if self.file.is_empty() || !is_inside(&self.file) {
            return Some("'file' is no path inside a folder");
        }
        if !is_inside(&self.folder) {
            return Some("'folder' is no path below the working folder");
        }
        if self.reason.trim().is_empty() {
            return Some("the reason is blank");
        }
        let is_hex = |c: char| matches!(c, '0'..='9' | 'a'..='f');
        let is_digest = self.sha256.len() == 64 && self.sha256.chars().all(is_hex);
        (!self.sha256.is_empty() && !is_digest).then_some("'sha256' is no SHA-256")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(file: &str) -> UnreadPage {
        UnreadPage {
            folder: "docs/pages".into(),
            file: file.into(),
            sha256: "0a".repeat(32),
            reason: "line 3: \"it\" ends\nhere".into(),
        }
    }

    #[test]
    fn what_is_written_is_read_again() {
        let pages = [page("a.md"), page("deep/b \u{1b}[1m.md")];
        let text = UnreadPage::render_all(&pages);
        assert!(text.is_ascii() || text.contains('…'), "{text}");
        assert!(!text.contains('\u{1b}'), "{text}");
        assert_eq!(
            UnreadPage::read_all(Path::new(UNREAD_FILE), &text).unwrap(),
            pages
        );
        assert_eq!(UnreadPage::render_all(&[]), "");
    }

    #[test]
    fn a_page_is_called_by_file_or_folder_and_file() {
        let page = page("deep/b.md");
        for (name, is_called) in [
            ("deep/b.md", true),
            ("docs/pages/deep/b.md", true),
            ("b.md", false),
            ("pages/deep/b.md", false),
            ("xdeep/b.md", false),
            ("", false),
        ] {
            assert_eq!(page.is_called(name), is_called, "{name}");
        }
    }

    #[test]
    fn mistakes_have_a_line() {
        let format = "format = \"conformant-unread/1\"\n";
        for (text, line) in [
            ("format = \"conformant-unread/2\"\n".to_owned(), 1),
            (
                format!("{format}[[page]]\nfile = \"a\"\nreason = \" \"\n"),
                2,
            ),
            (
                format!("{format}[[page]]\nfile = \"/a\"\nreason = \"x\"\n"),
                2,
            ),
            (
                format!("{format}[[page]]\nfile = \"../a\"\nreason = \"x\"\n"),
                2,
            ),
            (
                format!("{format}[[page]]\nfile = \"a\"\nreason = \"x\"\nsha256 = \"AB\"\n"),
                2,
            ),
            (
                format!("{format}[[page]]\nfile = \"a\"\nreason = \"x\"\nwhy = \"\"\n"),
                5,
            ),
        ] {
            let error = UnreadPage::read_all(Path::new("u.toml"), &text).unwrap_err();
            assert_eq!(error.exit_code(), 2);
            let place = format!("u.toml:{line}");
            assert!(error.to_string().contains(&place), "{error} {text}");
        }
    }
}
