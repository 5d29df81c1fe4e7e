//! Loads a [`Suite`] from its files: contract.json as settled by service.toml and
//! reading.toml, schemas to validators, case files to cases. No source is read: every
//! error names file and line of one of these.

use super::Suite;
use super::case::{Case, FORMAT, Property, RequestValues, Template, Vary};
use super::check::Checker;
use super::derived::Derived;
use super::files::{PAGE_FILES, READING_FILE, SuiteFiles};
use super::objects::Handling;
use super::sequence;
use super::service::{SERVICE_FILE, Service};
use super::unchecked;
use super::unread::{UNREAD_FILE, UnreadPage};
use crate::contract::{ClauseId, Contract, Reading, file};
use crate::digest::{Sha256, hex};
use crate::error::{Error, Lines, Place, Result, line_of};
use crate::exchange::{HeaderNames, HttpVersion, Travel, Writing};
use crate::input::parse_toml;
use crate::schema::strength::gaps;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;
use toml::Spanned;

/// Most cases and properties of one operation.
const MAX_ENTRIES: usize = 5_000;

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
    clause: ClauseId,
    expect: Vec<u16>,
    control: Option<String>,
    #[serde(default)]
    request: RequestValues,
    #[serde(default)]
    header_names: HeaderNames,
    #[serde(default)]
    writing: Writing,
    provoke: Option<u16>,
    #[serde(default)]
    made_up: bool,
    #[serde(default = "one")]
    faults: usize,
    #[serde(default)]
    fresh_connection: bool,
    #[serde(default)]
    http_version: HttpVersion,
}

fn one() -> usize {
    1
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PropertyEntry {
    id: String,
    summary: String,
    clause: ClauseId,
    expect: Vec<u16>,
    control: Option<String>,
    /// Left out: every value of the dictionaries and boundaries once, and some more.
    cases: Option<u32>,
    #[serde(default)]
    late: bool,
    #[serde(default)]
    at_once: bool,
    #[serde(default)]
    vary: Vary,
    #[serde(default)]
    request: RequestValues,
    #[serde(default)]
    header_names: HeaderNames,
    #[serde(default)]
    writing: Writing,
    provoke: Option<u16>,
    #[serde(default)]
    made_up: bool,
    #[serde(default)]
    fresh_connection: bool,
    #[serde(default)]
    http_version: HttpVersion,
}

/// Loads the suite's one operation, or `operation` where it has several.
///
/// # Errors
/// [`Error::Input`] where a file is missing, unreadable or mistyped.
pub fn load(files: &SuiteFiles, operation: Option<&str>) -> Result<Suite> {
    let operation = choose(files, operation)?;
    let contract = contract(files, &operation)?;
    let derived = Derived::new(files, &contract, &operation);
    let (request, responses) = derived.schemas()?;
    derived.cases()?;
    let gaps = responses
        .iter()
        .flat_map(|(status, validator)| gaps(&contract, *status, validator))
        .collect();
    let mut suite = Suite {
        digests: digests(files, &operation),
        gaps,
        clauses: contract.clauses(),
        contract,
        request,
        responses,
        base: RequestValues::default(),
        cases: Vec::new(),
        properties: Vec::new(),
        unchecked: BTreeMap::new(),
        handling: Handling::default(),
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
        let lines = Lines::of(source);
        if let Some(base) = file.base {
            suite.base = base;
        }
        for entry in file.case {
            let place = Place::line(&path, lines.at(entry.span().start));
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
                    travel: Travel {
                        header_names: entry.header_names,
                        http_version: entry.http_version,
                        writing: entry.writing,
                        fresh_connection: entry.fresh_connection,
                    },
                    provoke: entry.provoke,
                    made_up: entry.made_up,
                    step: None,
                },
            });
        }
        for entry in file.property {
            let place = Place::line(&path, lines.at(entry.span().start));
            let entry = entry.into_inner();
            checker.property(&entry.id, entry.cases.is_none(), place);
            suite.properties.push(Property {
                template: Template {
                    id: entry.id,
                    summary: entry.summary,
                    clause: entry.clause,
                    expect: entry.expect,
                    control: entry.control,
                    changes: entry.request,
                    travel: Travel {
                        header_names: entry.header_names,
                        http_version: entry.http_version,
                        writing: entry.writing,
                        fresh_connection: entry.fresh_connection,
                    },
                    provoke: entry.provoke,
                    made_up: entry.made_up,
                    step: None,
                },
                cases: entry.cases.unwrap_or(1),
                is_late: entry.late,
                is_at_once: entry.at_once,
                vary: entry.vary,
                sample: RequestValues::default(),
            });
        }
    }
    checker.check(&mut suite)?;
    let resources = service(files)?.resources;
    suite.handling = Handling::of(&suite.contract, &resources);
    sequence::add(&mut suite, &resources);
    suite.name_by_operation();
    suite.unchecked = unchecked::of(&suite);
    Ok(suite)
}

/// Loads the operations whose files were read, in the order of their names.
pub fn load_all(files: &SuiteFiles) -> Vec<(String, Result<Suite>)> {
    let names = files.read_operations();
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    // One that panics has lost its share, which is loaded again on this thread.
    let share = names.len().div_ceil(workers).max(1);
    let of = |name: &&str| ((*name).to_owned(), load(files, Some(name)));
    std::thread::scope(|scope| {
        let parts: Vec<_> = (names.chunks(share))
            .map(|part| {
                (
                    part,
                    scope.spawn(move || part.iter().map(of).collect::<Vec<_>>()),
                )
            })
            .collect();
        let joined = parts.into_iter().flat_map(|(part, worker)| {
            let loaded = worker.join();
            loaded.unwrap_or_else(|_| part.iter().map(of).collect())
        });
        joined.collect()
    })
}

/// Whether a file of a suite decides what a run of this operation does.
pub fn decides(name: &str, operation: &str) -> bool {
    let in_folder = |folder: &str| {
        let rest = name.strip_prefix(folder)?.strip_prefix('/')?;
        rest.strip_prefix(operation)?.strip_prefix('/')
    };
    match in_folder("schemas") {
        // The source is named in contract.json; the other is for other tools.
        Some(file) => !PAGE_FILES.contains(&file) && file != crate::openapi::FILE,
        None => in_folder("cases").is_some() || name == SERVICE_FILE,
    }
}

/// SHA-256 of each file that decides what a run does, by its name in the suite: what a
/// record and a certificate name, and what `sha256sum` prints.
pub fn digests(files: &SuiteFiles, operation: &str) -> BTreeMap<String, String> {
    let deciding = files
        .files
        .iter()
        .filter(|(name, _)| decides(name, operation));
    deciding
        .map(|(name, text)| (name.clone(), hex(&Sha256::digest(text))))
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
    let operations = files.read_operations();
    match (wanted, operations.as_slice()) {
        (Some(name), _) if operations.contains(&name) => Ok(name.to_owned()),
        (Some(name), _) => Err(Error::input(
            &files.root,
            format!("the suite has no operation '{name}'"),
            format!("it has: {}", files.operations.join(", ")),
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

/// What holds for all operations of the suite.
///
/// # Errors
/// [`Error::Input`] where `service.toml` is unreadable.
pub fn service(files: &SuiteFiles) -> Result<Service> {
    match files.files.get(SERVICE_FILE) {
        Some(source) => Service::parse(&files.path(SERVICE_FILE), source),
        None => Ok(Service::default()),
    }
}

/// The pages that may document an operation and could not be read, as the suite lists them.
///
/// # Errors
/// [`Error::Input`] with file and line where the list is mistyped.
pub fn unread(files: &SuiteFiles) -> Result<Vec<UnreadPage>> {
    match files.files.get(UNREAD_FILE) {
        Some(source) => UnreadPage::read_all(&files.path(UNREAD_FILE), source),
        None => Ok(Vec::new()),
    }
}

/// The contract of one operation, settled by `service.toml` and `reading.toml`.
///
/// # Errors
/// [`Error::Input`] where one of the files is unreadable, or the contract is missing.
pub fn contract(files: &SuiteFiles, operation: &str) -> Result<Contract> {
    let name = format!("schemas/{operation}/{}", file::FILE);
    let path = files.path(&name);
    let text = files.files.get(&name).ok_or_else(|| {
        Error::input(
            &path,
            "the contract is missing",
            "make it from its source: conformant derive SOURCE --out DIR",
        )
    })?;
    let mut contract = file::read(&path, text)?;
    if contract.operation != operation {
        return Err(Error::input(
            &path,
            format!("this is the contract of '{}'", contract.operation),
            format!(
                "the folder of an operation has its name: schemas/{}",
                contract.operation
            ),
        ));
    }
    let name = format!("schemas/{operation}/{READING_FILE}");
    let source = files.files.get(&name);
    let reading = source.map(|source| (files.path(&name), source.as_str()));
    let reading = reading
        .as_ref()
        .map(|(path, source)| (path.as_path(), *source));
    let errors = settle(&mut contract, &service(files)?, reading)?;
    errors.into_iter().next().map_or(Ok(contract), Err)
}

/// Settles a contract as read from its source: corrections first, then what holds for
/// the whole service, then the entries of its reading. Gives an error for each entry
/// that the contract has nothing for.
///
/// # Errors
/// [`Error::Input`] where the reading is mistyped.
pub fn settle(
    contract: &mut Contract,
    service: &Service,
    reading: Option<(&Path, &str)>,
) -> Result<Vec<Error>> {
    let Some((path, source)) = reading else {
        contract.settle(service.profile.clone(), &service.reading);
        return Ok(Vec::new());
    };
    let reading = Reading::parse(path, source)?;
    let mut errors = reading.correct(path, source, contract);
    contract.settle(service.profile.clone(), &service.reading);
    errors.extend(reading.apply_known(path, source, contract));
    Ok(errors)
}
