//! Derives the files of a suite from a page: schemas, the OpenAPI document and case
//! files, compared with or written into a folder.

mod examples;
mod requests;
mod write;

pub use write::{overwrite, write};

use crate::contract::{Contract, Read, Reading, from_page};
use crate::error::{Error, Place, Result};
use crate::input::{self, Kind};
use crate::openapi;
use crate::page::{self, Finding, Page};
use crate::schema::strength::{Gap, gaps};
use crate::schema::{REQUEST_FILE, Validator, request, response, response_file};
use crate::suite::skeleton;
use crate::suite::{PAGE_FILES, READING_FILE};
use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

/// What a derivation gives.
#[derive(Debug)]
pub struct Derived {
    /// The contract, its reading applied.
    pub contract: Contract,
    /// File texts by path inside the suite's folder.
    pub files: BTreeMap<PathBuf, String>,
    /// What a person should look at on the page.
    pub findings: Vec<Finding>,
    /// What the schemas cannot tell apart.
    pub gaps: Vec<Gap>,
    /// What the cases do not ask, and why.
    pub notes: Vec<String>,
}

/// A derived file that is not as derived.
#[derive(Debug, PartialEq, Eq)]
pub enum Drift {
    /// It is not there.
    Missing(PathBuf),
    /// It differs, first in this line.
    Differs(PathBuf, usize),
}

/// Derives from the page at `path`. A reading that stands in `out` is applied.
///
/// # Errors
/// [`Error::Input`] where the page is unreadable or no API page, or the reading is mistyped.
pub fn derive(path: &Path, source: &str, out: &Path, operation: Option<&str>) -> Result<Derived> {
    let (page, read) = read(path, source, operation)?;
    let folder = PathBuf::from("schemas").join(&read.contract.operation);
    let reading = out.join(&folder).join(READING_FILE);
    let text = match reading.exists() {
        true => Some(input::text(&reading, Kind::Suite)?),
        false => None,
    };
    let text = text.as_deref().map(|text| (reading.as_path(), text));
    let mut unread = Vec::new();
    let mut derived = derived(path, source, &page, read, text, &mut unread)?;
    if let Some(error) = unread.into_iter().next() {
        return Err(error);
    }
    if PAGE_FILES
        .iter()
        .any(|name| out.join(&folder).join(name).is_file())
    {
        derived.files.remove(&folder.join(page_file(path)));
    }
    Ok(derived)
}

/// Derives from a page by a reading that was written for another edition of it: entries
/// that name what this one does not have go into `unread`.
///
/// # Errors
/// As [`derive()`].
pub fn derive_by(
    path: &Path,
    source: &str,
    operation: Option<&str>,
    reading: Option<(&Path, &str)>,
    unread: &mut Vec<String>,
) -> Result<Derived> {
    let (page, read) = read(path, source, operation)?;
    let mut errors = Vec::new();
    let derived = derived(path, source, &page, read, reading, &mut errors)?;
    unread.extend(errors.iter().map(ToString::to_string));
    Ok(derived)
}

fn read(path: &Path, source: &str, operation: Option<&str>) -> Result<(Page, Read)> {
    let page = page::read(path, source)?;
    let read = from_page(&page, operation);
    if read.contract.clauses().is_empty() {
        let rows = page.tables.iter().map(|table| table.rows.len()).sum();
        return Err(Error::input(
            Place::line(path, page.uri.line),
            format!(
                "'{}' stands here, and no table lists its statuses or describes a reply of it: {}",
                page.uri.text,
                match rows {
                    0 => "nothing else was read".to_owned(),
                    1 => "the one row that was read states nothing to test".to_owned(),
                    rows => format!("the {rows} rows that were read state nothing to test"),
                }
            ),
            "save the whole page; where its statuses stand on a page of their own, add the heading 'Status Codes' and a table 'Status Code | Description'",
        ));
    }
    check_name(path, &read.contract.operation)?;
    Ok((page, read))
}

/// Derives by a reading; entries of it that stand on nothing go into `unread`.
fn derived(
    path: &Path,
    source: &str,
    page: &Page,
    read: Read,
    reading: Option<(&Path, &str)>,
    unread: &mut Vec<Error>,
) -> Result<Derived> {
    let mut contract = read.contract;
    let folder = PathBuf::from("schemas").join(&contract.operation);
    let mut files = BTreeMap::new();
    match reading {
        Some((path, text)) => {
            unread.extend(Reading::parse(path, text)?.apply_known(path, text, &mut contract));
        }
        None => {
            files.insert(folder.join(READING_FILE), open_reading(&contract));
        }
    }
    let mut file = |name: String, schema: &serde_json::Value| -> Result<()> {
        let mut text = serde_json::to_string_pretty(schema)
            .map_err(|error| Error::input(path, error.to_string(), ""))?;
        text.push('\n');
        files.insert(folder.join(name), text);
        Ok(())
    };
    file(REQUEST_FILE.into(), &request(&contract))?;
    let mut weak = Vec::new();
    let mut findings = read.findings;
    let validator = Validator::compile(Path::new(REQUEST_FILE), &request(&contract))?;
    findings.extend(examples::of_request(page, &contract, &validator));
    findings.extend(requests::of_parameters(page, &contract, &validator));
    for status in contract.responses.keys() {
        if let Some(schema) = response(&contract, *status) {
            let validator = Validator::compile(Path::new(&response_file(*status)), &schema)?;
            findings.extend(examples::of_response(page, &contract, *status, &validator));
            weak.extend(gaps(&contract, *status, &validator));
            file(response_file(*status), &schema)?;
        }
    }
    let document = openapi::document(page, &contract, openapi::Version::default());
    file(openapi::FILE.into(), &document)?;
    findings.sort_by_key(|finding| finding.line);
    let cases = PathBuf::from("cases").join(&contract.operation);
    for (name, text) in skeleton::files(&contract) {
        files.insert(cases.join(name), text);
    }
    files.insert(folder.join(page_file(path)), source.to_owned());
    Ok(Derived {
        notes: skeleton::notes(&contract),
        contract,
        files,
        findings,
        gaps: weak,
    })
}

fn page_file(path: &Path) -> &'static str {
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("md" | "markdown") => PAGE_FILES[0],
        Some("html" | "htm") => PAGE_FILES[2],
        _ => PAGE_FILES[1],
    }
}

/// The operation names folders: it must be one plain component of a path.
fn check_name(path: &Path, name: &str) -> Result<()> {
    let plain = !name.is_empty()
        && name.len() <= 100
        && !name.starts_with('-')
        && !skeleton::is_device(name)
        && name
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
        && Path::new(name)
            .components()
            .all(|part| matches!(part, Component::Normal(_)));
    if plain {
        Ok(())
    } else {
        Err(Error::input(
            path,
            format!("'{name}' cannot name an operation"),
            "give a name of lower-case letters, digits and '-' with --operation NAME",
        ))
    }
}

/// A reading that decides nothing and asks what is open.
fn open_reading(contract: &Contract) -> String {
    let mut text = format!(
        "# How this suite reads what the page leaves open. Each entry needs its reason.\nformat = \"{}\"\n",
        crate::contract::reading::FORMAT
    );
    for note in skeleton::notes(contract) {
        text.push_str(&format!("\n# {note}.\n"));
    }
    for (status, response) in &contract.responses {
        if let Some(body) = response.body.as_ref().filter(|body| body.whole().is_none()) {
            let names: Vec<String> = body
                .fields
                .iter()
                .map(|field| format!("\"{}\"", field.name))
                .collect();
            text.push_str(&format!(
                "\n# Which of these must be present in a body of status {status}? The page has no column for it.\n# [[present]]\n# status = [{status}]\n# fields = [{}]\n# reason = \"\"\n",
                names.join(", ")
            ));
        }
    }
    text
}

/// Compares the derived files with those in `out`; a case file without the mark
/// of derivation is a person's own.
///
/// # Errors
/// [`Error::Input`] where a file cannot be read.
pub fn drift(derived: &Derived, out: &Path) -> Result<Vec<Drift>> {
    let mut drifts = Vec::new();
    for (name, text) in &derived.files {
        let path = out.join(name);
        if !path.exists() {
            drifts.push(Drift::Missing(path));
            continue;
        }
        let present = input::text(&path, kind_of(name))?;
        if !is_own(name, &present) && present != *text {
            let line = present
                .lines()
                .zip(text.lines())
                .position(|(here, there)| here != there)
                .unwrap_or_else(|| present.lines().count().min(text.lines().count()));
            drifts.push(Drift::Differs(path, line + 1));
        }
    }
    Ok(drifts)
}

/// What a derived file is read as.
fn kind_of(name: &Path) -> Kind {
    let is_page = PAGE_FILES.iter().any(|page| name.ends_with(page));
    if is_page { Kind::Page } else { Kind::Suite }
}

fn is_own(name: &Path, present: &str) -> bool {
    let is_case = name.starts_with("cases");
    is_case && !present.starts_with(skeleton::MARK)
}
