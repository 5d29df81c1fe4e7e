//! Derives the files of a suite: `contract.json` from a source, and from a contract the
//! schemas, the OpenAPI document and the case files; compares them with a folder, or
//! writes them into it.

mod causes;
mod drift;
mod examples;
mod requests;
mod several;
mod sources;
mod unread;
mod write;

pub use causes::{Cause, causes};
pub use drift::{Drift, drift};
pub use several::{Outcome, Read, Shared, each, processors, read_all, shared};
pub use sources::{Folder, Source, Sources, operations};
pub use unread::{Unread, entry};
pub use write::{overwrite, write, write_service};

use crate::contract::{Clauses, Contract, Correction, Field, Finding, Weight, file};
use crate::error::{Error, Result};
use crate::eye;
use crate::input::{self, Kind};
use crate::openapi;
use crate::schema::strength::{Gap, gaps};
use crate::schema::{REQUEST_FILE, Validator, request, response, response_file};
use crate::source;
use crate::suite::skeleton;
use crate::suite::{
    Conventions, DERIVED_SERVICE, PAGE_FILES, READING_FILE, SERVICE_FILE, Service, settle,
};
use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

/// What a derivation gives.
#[derive(Debug)]
pub struct Derived {
    /// The contract, settled by service and reading.
    pub contract: Contract,
    /// File texts by path inside the suite's folder.
    pub files: BTreeMap<PathBuf, String>,
    /// What a person should look at in the source, and no reading settles; the worst first.
    pub findings: Vec<Finding>,
    /// What the schemas cannot tell apart.
    pub gaps: Vec<Gap>,
    /// What the cases do not ask, and why.
    pub notes: Vec<String>,
}

impl Derived {
    /// The text of the page, where the suite keeps it.
    pub fn page(&self) -> Option<&str> {
        let mut files = self.files.iter();
        let page = files.find(|(path, _)| PAGE_FILES.iter().any(|name| path.ends_with(name)));
        page.map(|(_, text)| text.as_str())
    }
}

/// Something other than the derived files that decides what is derived.
#[derive(Clone, Copy, Debug)]
pub struct Readings<'a> {
    /// What holds for all operations.
    pub service: &'a Service,
    /// Path and text of the operation's own reading.
    pub reading: Option<(&'a Path, &'a str)>,
}

/// Derives from the source at `path`: a page, or the `contract.json` of a suite. The
/// service and the reading that stand in `out` are applied.
///
/// # Errors
/// [`Error::Input`] where the source is unreadable or documents no operation, or one of
/// the other files is mistyped.
pub fn derive(path: &Path, source: &str, out: &Path, operation: Option<&str>) -> Result<Derived> {
    let (contract, origin) = contract(path, source, operation)?;
    derive_contract(path, source, contract, origin, (out, &DERIVED_SERVICE))
}

/// What becomes of one operation of a source.
#[derive(Debug)]
pub struct Attempt {
    /// Its name, where it could be read.
    pub operation: Option<String>,
    /// What is derived from it, or why nothing is.
    pub derived: Result<Derived>,
}

/// Derives all operations of the source at `path`, in its order, each as [`derive()`] does:
/// a definition may document many. Where it `is_alone`, and the suite has no `service.toml`,
/// one is proposed that says what its operations have in common.
///
/// # Errors
/// [`Error::Input`] where the source is unreadable or documents no operation.
pub fn derive_each(
    path: &Path,
    source: &str,
    out: &Path,
    operation: Option<&str>,
    is_alone: bool,
) -> Result<Vec<Attempt>> {
    let contracts = contracts(path, source, operation)?;
    let read = contracts.iter().filter_map(|(it, _)| it.as_ref().ok());
    let conventions = match is_alone {
        true => Conventions::of(read),
        false => Conventions::default(),
    };
    let service = conventions.service_file();
    let derived = contracts.into_iter().map(|(contract, origin)| {
        let operation = contract.as_ref().ok().map(|it| it.operation.clone());
        let derived = contract
            .and_then(|contract| derive_contract(path, source, contract, origin, (out, &service)));
        Attempt { operation, derived }
    });
    Ok(derived.collect())
}

/// What a contract was read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Origin {
    /// The contract of a suite.
    Contract,
    /// A page, which is kept beside its contract.
    Page,
    /// A definition, which may hold many operations and is kept where it is.
    Definition,
}

fn derive_contract(
    path: &Path,
    source: &str,
    contract: Contract,
    origin: Origin,
    (out, proposed): (&Path, &str),
) -> Result<Derived> {
    let folder = PathBuf::from("schemas").join(&contract.operation);
    let present = |name: &Path| -> Result<Option<(PathBuf, String)>> {
        let path = out.join(name);
        match path.exists() {
            true => input::text(&path, Kind::Suite).map(|text| Some((path, text))),
            false => Ok(None),
        }
    };
    let service = present(Path::new(SERVICE_FILE))?;
    let reading = present(&folder.join(READING_FILE))?;
    let parsed = match &service {
        Some((path, text)) => Service::parse(path, text)?,
        None => Service::parse(Path::new(SERVICE_FILE), proposed)?,
    };
    let readings = Readings {
        service: &parsed,
        reading: reading
            .as_ref()
            .map(|(path, text)| (path.as_path(), text.as_str())),
    };
    let mut unread = Vec::new();
    let mut derived = derived(path, contract, &readings, &mut unread)?;
    if let Some(error) = unread.into_iter().next() {
        return Err(error);
    }
    if service.is_none() {
        derived
            .files
            .insert(SERVICE_FILE.into(), proposed.to_owned());
    }
    if origin == Origin::Contract {
        // It is what everything else is derived from.
        derived.files.remove(&folder.join(file::FILE));
    } else if origin == Origin::Page
        && !PAGE_FILES
            .iter()
            .any(|name| out.join(&folder).join(name).is_file())
    {
        derived
            .files
            .insert(folder.join(page_file(path)), source.to_owned());
    }
    Ok(derived)
}

/// Derives from a contract of the source at `path`, as [`read()`] gave it, by a reading that
/// was written for another edition of it: entries that name what this one does not have go
/// into `unread`.
///
/// # Errors
/// As [`derive()`].
pub fn derive_by(
    path: &Path,
    source: &str,
    contract: Contract,
    readings: &Readings<'_>,
    unread: &mut Vec<String>,
) -> Result<Derived> {
    let contract = match origin(source) {
        Origin::Contract => contract,
        origin => held(path, source, contract, origin)?,
    };
    let mut errors = Vec::new();
    let derived = derived(path, contract, readings, &mut errors)?;
    unread.extend(errors.iter().map(ToString::to_string));
    Ok(derived)
}

/// The contracts of all operations of the source at `path`, in its order: what it states, as
/// a file would hold it, without the findings that derivation adds.
///
/// # Errors
/// As [`derive_each()`]; for an operation, where no file could hold its contract.
pub fn read(path: &Path, text: &str, operation: Option<&str>) -> Result<Vec<Result<Contract>>> {
    let contracts = stated(path, text, operation)?.into_iter();
    let filed = contracts.map(|contract| {
        let contract = contract?;
        check_name(path, &contract.operation)?;
        filed(path, &contract)
    });
    Ok(filed.collect())
}

/// The contract that a file holds, or that a source of one operation gives.
fn contract(path: &Path, text: &str, operation: Option<&str>) -> Result<(Contract, Origin)> {
    let mut contracts = contracts(path, text, operation)?;
    match contracts.len() {
        1 => {
            let (contract, origin) = contracts.remove(0);
            Ok((contract?, origin))
        }
        several => Err(Error::input(
            path,
            format!("it documents {several} operations, and one is wanted here"),
            "derive the document, and name the folder of the suite",
        )),
    }
}

/// The contracts that a file holds or a source gives, in its order, and what it is.
fn contracts(
    path: &Path,
    text: &str,
    operation: Option<&str>,
) -> Result<Vec<(Result<Contract>, Origin)>> {
    let origin = origin(text);
    let stated = stated(path, text, operation)?.into_iter();
    let held = stated.map(|contract| match origin {
        Origin::Contract => (contract, origin),
        Origin::Page | Origin::Definition => {
            let held = contract.and_then(|contract| held(path, text, contract, origin));
            (held, origin)
        }
    });
    Ok(held.collect())
}

/// What a file holds or a source states, in its order, and nothing of what is derived.
fn stated(path: &Path, text: &str, operation: Option<&str>) -> Result<Vec<Result<Contract>>> {
    if is_contract(text) {
        let contract = file::read(path, text)?;
        check_name(path, &contract.operation)?;
        return Ok(vec![named(contract, operation)]);
    }
    let read = source::read_all(path, text, operation)?;
    Ok(read.into_iter().map(Ok).collect())
}

/// What a text is.
fn origin(text: &str) -> Origin {
    match (is_contract(text), source::is_definition(text)) {
        (true, _) => Origin::Contract,
        (false, true) => Origin::Definition,
        (false, false) => Origin::Page,
    }
}

/// A contract of a suite, where it is the one of this name.
fn named(contract: Contract, operation: Option<&str>) -> Result<Contract> {
    if let Some(name) = operation.filter(|name| *name != contract.operation) {
        return Err(Error::input(
            "--operation",
            format!(
                "the contract is that of '{}', not of '{name}'",
                contract.operation
            ),
            "leave the option out",
        ));
    }
    Ok(contract)
}

/// A contract that was read from a source, with what contradicts in it, as a file holds it.
fn held(path: &Path, text: &str, mut contract: Contract, origin: Origin) -> Result<Contract> {
    check_name(path, &contract.operation)?;
    let found = contradictions(&contract)?;
    contract.findings.extend(found);
    if origin == Origin::Page {
        // The name under which a suite keeps it.
        contract.document.file = page_file(path).to_owned();
        let unlike = eye::look(&source::cells(path, text)?, &contract);
        contract.findings.extend(unlike);
    }
    contract.findings = source::in_order(contract.findings);
    filed(path, &contract)
}

/// A contract as its file holds it: everything is derived from that, and from nothing beside.
fn filed(path: &Path, contract: &Contract) -> Result<Contract> {
    file::read(path, &file::write(contract))
}

/// Whether a source is the contract of a suite.
fn is_contract(text: &str) -> bool {
    text.trim_start().starts_with('{') && text.contains(file::FORMAT)
}

/// Where the examples of a contract contradict its rows.
fn contradictions(contract: &Contract) -> Result<Vec<Finding>> {
    let validator = Validator::compile(Path::new(REQUEST_FILE), &request(contract))?;
    let mut found = examples::of_request(contract, &validator);
    found.extend(requests::of_parameters(contract, &validator));
    for status in contract.responses.keys() {
        if let Some(schema) = response(contract, *status) {
            let validator = Validator::compile(Path::new(&response_file(*status)), &schema)?;
            found.extend(examples::of_response(contract, *status, &validator));
        }
    }
    Ok(found)
}

/// Derives from a contract; entries of the reading that stand on nothing go into `unread`.
fn derived(
    path: &Path,
    mut contract: Contract,
    readings: &Readings<'_>,
    unread: &mut Vec<Error>,
) -> Result<Derived> {
    let folder = PathBuf::from("schemas").join(&contract.operation);
    let mut files = BTreeMap::new();
    let text = file::write(&contract);
    if !Kind::Contract.holds(text.len()) {
        return Err(Error::input(
            path,
            "its contract is larger than any that can be read again",
            "save the page of one operation alone",
        ));
    }
    files.insert(folder.join(file::FILE), text);
    let (stated, before) = (contradictions(&contract)?, contract.clauses());
    unread.extend(settle(&mut contract, readings.service, readings.reading)?);
    let open = contradictions(&contract)?;
    let is_settled = |finding: &Finding| {
        stated.contains(finding) && !open.contains(finding) || settles(&contract, &before, finding)
    };
    let is_open = |finding: &&Finding| finding.weight < Weight::Note && !is_settled(finding);
    let mut findings: Vec<Finding> = contract.findings.iter().filter(is_open).cloned().collect();
    findings.sort_by_key(|finding| (finding.weight, finding.line));
    if readings.reading.is_none() {
        files.insert(folder.join(READING_FILE), open_reading(&contract));
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
    for status in contract.responses.keys() {
        if let Some(schema) = response(&contract, *status) {
            let validator = Validator::compile(Path::new(&response_file(*status)), &schema)?;
            weak.extend(gaps(&contract, *status, &validator));
            file(response_file(*status), &schema)?;
        }
    }
    let document = openapi::document(&contract, openapi::Version::default());
    file(openapi::FILE.into(), &document)?;
    let cases = PathBuf::from("cases").join(&contract.operation);
    for (name, text) in skeleton::files(&contract) {
        files.insert(cases.join(name), text);
    }
    Ok(Derived {
        notes: skeleton::notes(&contract),
        contract,
        files,
        findings,
        gaps: weak,
    })
}

/// Whether a finding about a row asks for an entry of the reading that is there; `before`
/// are the clauses without the reading.
fn settles(contract: &Contract, before: &Clauses, finding: &Finding) -> bool {
    let is_about = |place: &str| {
        let behind = finding.what.strip_prefix(place);
        behind.is_some_and(|behind| behind.starts_with([' ', ':']))
    };
    let tolerates =
        |field: &Field| !field.tolerated.is_empty() && is_about(&field.source.to_string());
    let has_any = !contract.corrections.is_empty();
    let after = has_any.then(|| contract.clauses());
    let is_corrected = |correction: &Correction| {
        let mut editions = after.iter().chain([before]);
        editions.any(|clauses| {
            let clause = clauses.get(&correction.clause);
            clause.is_some_and(|clause| is_about(&clause.source))
        })
    };
    finding.remedy.contains("[[value]]") && contract.fields().any(tolerates)
        || finding.remedy.contains("[[correct]]") && contract.corrections.iter().any(is_corrected)
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

/// What a derived file is read as.
fn kind_of(name: &Path) -> Kind {
    if name.ends_with(file::FILE) {
        return Kind::Contract;
    }
    let is_page = PAGE_FILES.iter().any(|page| name.ends_with(page));
    if is_page { Kind::Page } else { Kind::Suite }
}

fn is_own(name: &Path, present: &str) -> bool {
    let is_case = name.starts_with("cases");
    is_case && !present.starts_with(skeleton::MARK)
}

/// Whether a file is written once, for a person to go on with.
fn is_for_people(name: &Path) -> bool {
    let name = name.file_name().and_then(|name| name.to_str());
    name.is_some_and(|name| {
        name == READING_FILE || name == SERVICE_FILE || PAGE_FILES.contains(&name)
    })
}
