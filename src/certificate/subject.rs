//! Defines [`Subject`]: the thing that a certificate is about, by name and SHA-256.
//! in-toto asks for a digest: a name alone could mean any build.

use crate::digest::{Sha256, hex};
use crate::error::{Error, Result};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::Path;

/// A subject.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Subject {
    /// Its name.
    pub name: String,
    /// `sha256`: 64 hexadecimal digits.
    pub digest: BTreeMap<String, String>,
}

impl Subject {
    /// A subject of this digest.
    pub fn new(name: &str, sha256: String) -> Self {
        Self {
            name: name.to_owned(),
            digest: BTreeMap::from([("sha256".to_owned(), sha256)]),
        }
    }

    /// Reads `NAME=sha256:DIGEST`.
    ///
    /// # Errors
    /// [`Error::Input`] where it is not of that form.
    pub fn parse(text: &str) -> Result<Self> {
        text.rsplit_once("=sha256:")
            .filter(|(name, digest)| !name.trim().is_empty() && is_sha256(digest))
            .map(|(name, digest)| Self::new(name, digest.to_owned()))
            .ok_or_else(|| {
                Error::input(
                    "--subject",
                    format!("'{text}' is not of the form NAME=sha256:DIGEST"),
                    "give 64 lower-case hexadecimal digits, as sha256sum prints them, or --subject-file PATH",
                )
            })
    }

    /// The subject that a file is, by its name.
    ///
    /// # Errors
    /// [`Error::Input`] where it cannot be read.
    pub fn file(path: &Path) -> Result<Self> {
        let name = path.file_name().unwrap_or(path.as_os_str());
        let (sha256, _) = digest(path)?;
        Ok(Self::new(&name.to_string_lossy(), sha256))
    }

    /// Its SHA-256 in hexadecimal digits; empty where it has none.
    pub fn sha256(&self) -> &str {
        self.digest.get("sha256").map_or("", String::as_str)
    }
}

/// Whether this is a SHA-256 in lower-case hexadecimal digits.
pub(super) fn is_sha256(text: &str) -> bool {
    text.len() == 64
        && text
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// SHA-256 and size in bytes of a file.
///
/// # Errors
/// [`Error::Input`] where it cannot be read.
pub(super) fn digest(path: &Path) -> Result<(String, u64)> {
    let read = |error: std::io::Error| Error::file(path, "read", &error);
    let mut file = crate::input::open(path)?;
    let mut hash = Sha256::default();
    let mut size = 0;
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let count = file.read(&mut buffer).map_err(read)?;
        if count == 0 {
            return Ok((hex(&hash.finalize()), size));
        }
        hash.update(&buffer[..count]);
        size += count as u64;
    }
}

#[cfg(test)]
mod tests {
    use super::Subject;

    #[test]
    fn a_subject_has_a_name_and_a_whole_digest() {
        let digest = "0123456789abcdef".repeat(4);
        let read = Subject::parse(&format!("registry/mock=v2=sha256:{digest}")).unwrap();
        assert_eq!(
            (read.name.as_str(), read.sha256()),
            ("registry/mock=v2", &*digest)
        );
        for text in [
            "mock".to_owned(),
            format!("=sha256:{digest}"),
            format!("mock=sha256:{}", &digest[1..]),
            format!("mock=sha256:{}", digest.to_uppercase()),
            format!("mock=sha512:{digest}"),
        ] {
            assert_eq!(Subject::parse(&text).unwrap_err().exit_code(), 2, "{text}");
        }
    }
}
