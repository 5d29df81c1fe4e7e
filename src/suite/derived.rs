//! Holds the derived files of a suite against its contract, so that none of them can be
//! emptied, widened or left out in silence.
//!
//! A schema must be the same JSON value: how it is laid out judges nothing. A case file
//! with the mark of derivation must be the same text but for its line ends, which a
//! checkout may change; one without the mark is a person's own.

use super::files::{READING_FILE, SuiteFiles};
use super::service::SERVICE_FILE;
use super::skeleton::{self, MARK};
use crate::contract::{Contract, file};
use crate::error::{Error, Place, Result};
use crate::schema::{REQUEST_FILE, Validator, request, response, response_file};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

/// The suffix of schema files.
const SCHEMA: &str = ".schema.json";

/// What derived files are held against.
pub(super) struct Derived<'a> {
    files: &'a SuiteFiles,
    contract: &'a Contract,
    /// The folder's name, which is the operation's.
    operation: &'a str,
}

impl<'a> Derived<'a> {
    pub(super) fn new(files: &'a SuiteFiles, contract: &'a Contract, operation: &'a str) -> Self {
        Self {
            files,
            contract,
            operation,
        }
    }

    /// The schema of the request and those of the replies that have a body.
    ///
    /// # Errors
    /// [`Error::Input`] where one is missing, or there is one, that the contract does not give.
    pub(super) fn schemas(&self) -> Result<(Validator, BTreeMap<u16, Validator>)> {
        let folder = format!("schemas/{}/", self.operation);
        let mut unknown: Vec<&str> = self
            .files
            .files
            .range(folder.clone()..)
            .map_while(|(name, _)| name.strip_prefix(&folder))
            .filter(|name| name.ends_with(SCHEMA))
            .collect();
        let mut validator = |name: &str, schema: &Value| {
            unknown.retain(|other| *other != name);
            self.schema(&format!("{folder}{name}"), schema)
        };
        let of_request = validator(REQUEST_FILE, &request(self.contract))?;
        let mut of_responses = BTreeMap::new();
        for status in self.contract.responses.keys() {
            if let Some(schema) = response(self.contract, *status) {
                of_responses.insert(*status, validator(&response_file(*status), &schema)?);
            }
        }
        match unknown.first() {
            Some(name) => Err(self.without_source(&format!("{folder}{name}"), "delete it")),
            None => Ok((of_request, of_responses)),
        }
    }

    fn schema(&self, name: &str, derived: &Value) -> Result<Validator> {
        let path = self.files.path(name);
        let Some(source) = self.files.files.get(name) else {
            return Err(self.missing(name));
        };
        let present: Value = serde_json::from_str(source).map_err(|error| {
            Error::input(
                Place::line(&path, error.line()),
                format!("the schema is not JSON: {error}"),
                self.derive_again(),
            )
        })?;
        if present != *derived {
            let text = serde_json::to_string_pretty(derived).unwrap_or_default();
            return Err(self.differs(name, source, &text));
        }
        Validator::compile(&path, derived)
    }

    /// Checks the case files.
    ///
    /// # Errors
    /// [`Error::Input`] where a derived one is missing or is not as derived.
    pub(super) fn cases(&self) -> Result<()> {
        let folder = format!("cases/{}/", self.operation);
        let derived: BTreeMap<String, String> = skeleton::files(self.contract)
            .into_iter()
            .map(|(name, text)| (format!("{folder}{name}"), text))
            .collect();
        for (name, text) in &derived {
            match self.files.files.get(name) {
                None => return Err(self.missing(name)),
                Some(present) if present.starts_with(MARK) && !present.lines().eq(text.lines()) => {
                    return Err(self.differs(name, present, text));
                }
                Some(_) => {}
            }
        }
        let marked = self
            .files
            .files
            .range(folder.clone()..)
            .take_while(|(name, _)| name.starts_with(&folder))
            .find(|(name, text)| text.starts_with(MARK) && !derived.contains_key(*name));
        match marked {
            Some((name, _)) => {
                Err(self.without_source(name, "delete it, or its first line to keep it"))
            }
            None => Ok(()),
        }
    }

    fn missing(&self, name: &str) -> Error {
        let empty = if name.ends_with(SCHEMA) {
            String::new()
        } else {
            "; to leave its cases out, keep the file with nothing but its 'format' line".to_owned()
        };
        Error::input(
            &self.files.path(name),
            format!("this file is missing: {} gives it", self.source()),
            format!("{}{empty}", self.derive_again()),
        )
    }

    fn differs(&self, name: &str, present: &str, derived: &str) -> Error {
        let own = if name.ends_with(SCHEMA) {
            ""
        } else {
            "; to keep what was changed by hand, delete its first line"
        };
        Error::input(
            Place::line(&self.files.path(name), first_difference(present, derived)),
            format!("this file is not as derived from {}", self.source()),
            format!("{}{own}", self.derive_again()),
        )
    }

    fn without_source(&self, name: &str, remedy: &str) -> Error {
        Error::input(
            &self.files.path(name),
            format!("{} gives no such file", self.source()),
            remedy,
        )
    }

    /// The files that decide what is derived.
    fn source(&self) -> String {
        let has = |name: &String| self.files.files.contains_key(name);
        let contract = self.contract_path();
        let reading = format!("schemas/{}/{}", self.operation, READING_FILE);
        let with = [
            (reading, READING_FILE),
            (SERVICE_FILE.to_owned(), SERVICE_FILE),
        ];
        let with: Vec<&str> = with
            .iter()
            .filter(|(name, _)| has(name))
            .map(|it| it.1)
            .collect();
        match with.as_slice() {
            [] => contract.display().to_string(),
            with => format!("{} with {}", contract.display(), with.join(" and ")),
        }
    }

    fn contract_path(&self) -> std::path::PathBuf {
        let name = format!("schemas/{}/{}", self.operation, file::FILE);
        self.files.path(&name)
    }

    fn derive_again(&self) -> String {
        format!(
            "derive it again: conformant derive {} --out {}",
            shell(&self.contract_path()),
            shell(&self.files.root)
        )
    }
}

fn first_difference(present: &str, derived: &str) -> usize {
    let same = present
        .lines()
        .zip(derived.lines())
        .take_while(|(here, there)| here == there);
    same.count() + 1
}

/// A path as a word of a shell.
fn shell(path: &Path) -> String {
    let text = path.display().to_string();
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/._-+:@%".contains(c);
    match !text.is_empty() && text.chars().all(is_plain) {
        true => text,
        false => format!("'{}'", text.replace('\'', "'\\''")),
    }
}
