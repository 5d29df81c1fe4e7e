//! Loads a [`Suite`] from its files: page and reading to contract, schemas to
//! validators, case files to cases. Every error names file and line.

use super::Suite;
use super::case::{Case, FORMAT, HeaderSpelling, Property, RequestValues, Template, Vary};
use super::check::Checker;
use super::derived::Derived;
use super::files::SuiteFiles;
use super::unchecked;
use crate::contract::{Contract, Reading, from_page};
use crate::digest::{Sha256, hex};
use crate::error::{Error, Place, Result, line_of};
use crate::page::{self, Page};
use crate::schema::strength::gaps;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::path::Path;
use toml::Spanned;

/// Names under which a suite keeps its page.
pub const PAGE_FILES: [&str; 3] = ["page.md", "page.txt", "page.html"];
/// Most cases and properties of one operation.
const MAX_ENTRIES: usize = 5_000;
/// Name of the reading.
pub const READING_FILE: &str = "reading.toml";

/// A case file as written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CaseFile {
    format: Spanned<String>,
    #[serde(default)]
    base: Option<RequestValues>,
    #[serde(default)]
    case: Vec<Spanned<CaseEntry>>,
    #[serde(default)]
    property: Vec<Spanned<PropertyEntry>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CaseEntry {
    id: String,
    summary: String,
    clause: String,
    expect: Vec<u16>,
    control: Option<String>,
    #[serde(default)]
    request: RequestValues,
    #[serde(default)]
    header_names: HeaderSpelling,
    provoke: Option<u16>,
    #[serde(default)]
    made_up: bool,
    #[serde(default = "one")]
    faults: usize,
}

fn one() -> usize {
    1
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PropertyEntry {
    id: String,
    summary: String,
    clause: String,
    expect: Vec<u16>,
    control: Option<String>,
    cases: u32,
    #[serde(default)]
    vary: Vary,
    #[serde(default)]
    request: RequestValues,
    #[serde(default)]
    header_names: HeaderSpelling,
    provoke: Option<u16>,
    #[serde(default)]
    made_up: bool,
    #[serde(default)]
    fresh_connection: bool,
}

/// Parses TOML with errors that name file and line.
///
/// # Errors
/// [`Error::Input`] for a syntax error, an unknown key or a wrong type.
pub fn parse_toml<T: DeserializeOwned>(path: &Path, source: &str) -> Result<T> {
    toml::from_str(source).map_err(|error| {
        let place = match error.span() {
            Some(span) => place_in(path, source, span.start),
            None => Place::from(path),
        };
        Error::input(
            place,
            error.message().trim().to_owned(),
            "the README lists the keys of every file",
        )
    })
}

/// `path:line:column` of a byte of `source`.
pub fn place_in(path: &Path, source: &str, offset: usize) -> Place {
    let line = line_of(source, offset);
    let start = source[..offset.min(source.len())]
        .rfind('\n')
        .map_or(0, |at| at + 1);
    Place::from(format!("{}:{line}:{}", path.display(), offset - start + 1))
}

/// Loads the suite's one operation, or `operation` where it has several.
///
/// # Errors
/// [`Error::Input`] where a file is missing, unreadable or mistyped.
pub fn load(files: &SuiteFiles, operation: Option<&str>) -> Result<Suite> {
    let operation = choose(files, operation)?;
    let contract = contract(files, &operation)?;
    let derived = Derived::new(files, &contract, page_name(files, &operation)?, &operation);
    let (request, responses) = derived.schemas()?;
    derived.cases()?;
    let gaps = responses
        .iter()
        .flat_map(|(status, validator)| gaps(&contract, *status, validator))
        .collect();
    let mut suite = Suite {
        digests: digests(files, &operation, &contract),
        gaps,
        clauses: contract.clauses(),
        contract,
        request,
        responses,
        base: RequestValues::default(),
        cases: Vec::new(),
        properties: Vec::new(),
        unchecked: BTreeMap::new(),
    };
    let mut checker = Checker::default();
    let prefix = format!("cases/{operation}/");
    let mut parsed = Vec::new();
    for (name, source) in files.files.range(prefix.clone()..) {
        if !name.starts_with(&prefix) {
            break;
        }
        if name.ends_with(".toml") {
            let path = files.path(name);
            let file: CaseFile = parse_toml(&path, source)?;
            if file.format.get_ref() != FORMAT {
                return Err(Error::input(
                    Place::line(&path, line_of(source, file.format.span().start)),
                    format!("the format is '{}'", file.format.get_ref()),
                    format!("this version reads '{FORMAT}'"),
                ));
            }
            parsed.push((path, source, file));
        }
    }
    if parsed.is_empty() {
        return Err(Error::input(
            &files.path(prefix.trim_end_matches('/')),
            "the suite has no case files",
            "make them with: conformant derive PAGE --out DIR",
        ));
    }
    let entries = |(_, _, file): &(_, _, CaseFile)| file.case.len() + file.property.len();
    if parsed.iter().map(entries).sum::<usize>() > MAX_ENTRIES {
        return Err(Error::input(
            &files.path(prefix.trim_end_matches('/')),
            format!("more than {MAX_ENTRIES} cases and properties of one operation"),
            "let a property generate what differs in its values alone",
        ));
    }
    // Fewest surprises for readers of reports: valid cases first, properties last.
    parsed.sort_by_key(|(path, _, _)| rank(path));
    for (path, source, file) in parsed {
        if let Some(base) = file.base {
            suite.base = base;
        }
        for entry in file.case {
            let place = Place::line(&path, line_of(source, entry.span().start));
            let entry = entry.into_inner();
            checker.case(&entry.id, entry.faults, place);
            suite.cases.push(Case {
                template: Template {
                    id: entry.id,
                    summary: entry.summary,
                    clause: entry.clause,
                    expect: entry.expect,
                    control: entry.control,
                    changes: entry.request,
                    spelling: entry.header_names,
                    provoke: entry.provoke,
                    fresh_connection: false,
                    made_up: entry.made_up,
                },
            });
        }
        for entry in file.property {
            let place = Place::line(&path, line_of(source, entry.span().start));
            let entry = entry.into_inner();
            checker.property(&entry.id, place);
            suite.properties.push(Property {
                template: Template {
                    id: entry.id,
                    summary: entry.summary,
                    clause: entry.clause,
                    expect: entry.expect,
                    control: entry.control,
                    changes: entry.request,
                    spelling: entry.header_names,
                    provoke: entry.provoke,
                    fresh_connection: entry.fresh_connection,
                    made_up: entry.made_up,
                },
                cases: entry.cases,
                vary: entry.vary,
            });
        }
    }
    checker.check(&suite)?;
    suite.unchecked = unchecked::of(&suite);
    Ok(suite)
}

/// SHA-256 of the suite's parts: what a record and a certificate name.
pub fn digests(
    files: &SuiteFiles,
    operation: &str,
    contract: &Contract,
) -> BTreeMap<String, String> {
    let mut parts: BTreeMap<String, Sha256> = BTreeMap::new();
    let schemas = format!("schemas/{operation}/");
    let cases = format!("cases/{operation}/");
    for (name, text) in &files.files {
        let part = match name.strip_prefix(&schemas) {
            Some(READING_FILE) => "reading",
            Some(file) if PAGE_FILES.contains(&file) => "page",
            // Other tools read it; nothing is judged by it.
            Some(crate::openapi::FILE) => continue,
            Some(_) => "schemas",
            None if name.starts_with(&cases) => "cases",
            None => continue,
        };
        let hash = parts.entry(part.to_owned()).or_default();
        hash.update(format!("{name}\0{}\0", text.len()));
        hash.update(text);
    }
    let contract = format!("{contract:?}");
    parts.entry("contract".into()).or_default().update(contract);
    parts
        .into_iter()
        .map(|(part, hash)| (part, hex(&hash.finalize())))
        .collect()
}

fn rank(path: &Path) -> (u8, std::path::PathBuf) {
    let rank = match path.file_stem().and_then(|stem| stem.to_str()) {
        Some("base") => 0,
        Some("valid") => 1,
        Some("properties") => 3,
        _ => 2,
    };
    (rank, path.to_owned())
}

/// The operation to use: `wanted`, else the only one.
///
/// # Errors
/// [`Error::Input`] where there is none such, or there are several.
pub fn choose(files: &SuiteFiles, wanted: Option<&str>) -> Result<String> {
    let operations = files.operations();
    match (wanted, operations.as_slice()) {
        (Some(name), _) if operations.contains(&name) => Ok(name.to_owned()),
        (Some(name), _) => Err(Error::input(
            &files.root,
            format!("the suite has no operation '{name}'"),
            format!("it has: {}", operations.join(", ")),
        )),
        (None, [one]) => Ok((*one).to_owned()),
        (None, []) => Err(Error::input(
            &files.root,
            "the suite has no operation: 'schemas' holds no folder",
            "make one with: conformant derive PAGE --out DIR",
        )),
        (None, several) => Err(Error::input(
            &files.root,
            format!("the suite has several operations: {}", several.join(", ")),
            "choose one with --operation NAME",
        )),
    }
}

/// Reads the page of one operation.
///
/// # Errors
/// [`Error::Input`] where it is missing or unreadable.
pub fn page(files: &SuiteFiles, operation: &str) -> Result<Page> {
    let name = page_name(files, operation)?;
    let source = files.files.get(&name).map_or("", String::as_str);
    page::read(&files.path(&name), source)
}

/// The name of an operation's page inside the suite.
fn page_name(files: &SuiteFiles, operation: &str) -> Result<String> {
    let folder = format!("schemas/{operation}");
    PAGE_FILES
        .iter()
        .map(|name| format!("{folder}/{name}"))
        .find(|name| files.files.contains_key(name))
        .ok_or_else(|| {
            Error::input(
                &files.path(&folder),
                "the page is missing",
                format!("save it as one of: {}", PAGE_FILES.join(", ")),
            )
        })
}

/// Reads page and reading of one operation.
///
/// # Errors
/// [`Error::Input`] where one of them is missing or unreadable.
pub fn contract(files: &SuiteFiles, operation: &str) -> Result<Contract> {
    let page = page(files, operation)?;
    let mut contract = from_page(&page, Some(operation)).contract;
    let reading = format!("schemas/{operation}/{READING_FILE}");
    if let Some(source) = files.files.get(&reading) {
        let path = files.path(&reading);
        Reading::parse(&path, source)?.apply(&path, source, &mut contract)?;
    }
    Ok(contract)
}
