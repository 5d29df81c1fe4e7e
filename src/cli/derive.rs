//! `conformant derive`

mod told;

use super::terminal::print;
use crate::contract::Finding;
use crate::derive::{
    Derived, Drift, Outcome, Read, Shared, Sources, Unread, drift, each, entry, operations,
    overwrite, read_all, shared, write, write_service,
};
use crate::error::{Error, Problem, Result};
use crate::input::{self, Kind};
use crate::resource::{Resource, propose, render, says_that_it_keeps};
use crate::suite::{SERVICE_FILE, Service, UnreadPage};
use clap::Args;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use told::{Count, Told};

/// Operations whose files are written at once: a disk takes its time for each file, and
/// most of it for all together.
const WRITERS: usize = 16;

/// Options of derive.
#[derive(Debug, Args)]
pub(super) struct DeriveOptions {
    /// Saved pages (text, Markdown or HTML), OpenAPI 3 or Swagger 2.0 documents (JSON or
    /// YAML), all told by their content, folders of them, the contract.json of a suite, or
    /// the folder of one
    #[arg(value_name = "SOURCE", required = true)]
    sources: Vec<PathBuf>,
    /// Folder for 'schemas' and 'cases'
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Name of the operation, in place of the source's own
    #[arg(long, value_name = "NAME")]
    operation: Option<String>,
    /// Compare with what is there and write nothing; exit 1 on drift
    #[arg(long)]
    check: bool,
    /// Replace derived files that were changed since
    #[arg(long)]
    force: bool,
    /// Exit 1 where the page leaves a finding
    #[arg(long)]
    strict: bool,
}

pub(super) fn derive(arguments: &DeriveOptions) -> Result<u8> {
    let sources = Sources::find(&arguments.sources, &arguments.out)?;
    let has_several = sources.pages.len() > 1 || !sources.folders.is_empty();
    if has_several && arguments.operation.is_some() {
        return Err(Error::input(
            "--operation",
            "one name cannot be that of the operations of several pages",
            "leave the option out, or derive each page alone",
        ));
    }
    let service = service(&arguments.out)?;
    let operation = arguments.operation.as_deref();
    let outcomes = read_all(&sources.pages, &arguments.out, operation)?;
    let has_several = has_several || outcomes.len() > 1;
    let mut work = Work {
        arguments,
        service,
        has_several,
        told: Told::default(),
        count: Count::default(),
        findings: Vec::new(),
        is_unsettled: false,
        sources,
    };
    work.outcomes(outcomes)
}

/// What holds for all operations of the suite that is there, if it says so.
fn service(out: &Path) -> Result<Option<Service>> {
    let path = out.join(SERVICE_FILE);
    match path.exists() {
        true => Service::parse(&path, &input::text(&path, Kind::Suite)?).map(Some),
        false => Ok(None),
    }
}

/// A call and what was done so far.
struct Work<'a> {
    arguments: &'a DeriveOptions,
    /// What is there of the service's own.
    service: Option<Service>,
    sources: Sources,
    has_several: bool,
    told: Told,
    count: Count,
    findings: Vec<(PathBuf, Finding)>,
    /// Whether something differs, or is to be looked at where that counts.
    is_unsettled: bool,
}

/// What became of the files of an operation.
enum Filed {
    Written(Vec<PathBuf>),
    Compared(Vec<Drift>),
}

impl Work<'_> {
    fn outcomes(&mut self, outcomes: Vec<Read>) -> Result<u8> {
        let shared = shared(&outcomes);
        let documented: BTreeSet<String> = outcomes.iter().filter_map(name_of).collect();
        let mut read = Vec::new();
        let mut refused = Vec::new();
        for Read {
            source: at,
            outcome,
        } in outcomes
        {
            match outcome {
                Outcome::Read(derived) => read.push((at, *derived)),
                Outcome::Nothing(error) | Outcome::Refused(error) | Outcome::Held(_, error)
                    if !self.has_several =>
                {
                    return Err(error);
                }
                Outcome::Nothing(_) => {
                    self.count.without.push(self.sources.pages[at].file.clone());
                }
                Outcome::Refused(error) | Outcome::Collides(_, error) => {
                    refused.push((at, error));
                }
                Outcome::Held(_, error) => self.held(at, &error),
            }
        }
        let unread = self.unread(refused)?;
        self.files(&mut read)?;
        let names: Vec<String> = read
            .iter()
            .map(|(_, it)| it.contract.operation.clone())
            .collect();
        for (at, derived) in read {
            self.count.statements += derived.contract.clauses().len();
            let path = &self.sources.pages[at].path;
            let findings = derived.findings.into_iter();
            self.findings.extend(findings.map(|it| (path.clone(), it)));
        }
        self.list(&unread)?;
        self.strays(&documented)?;
        for note in &self.sources.notes {
            self.told.note(note);
        }
        if self.has_several {
            self.told.causes(&self.findings);
        }
        self.addresses(&shared);
        let to_look_at = self.findings.len() + shared.len();
        self.told.files(self.arguments.check, &self.count);
        self.told.totals(
            &self.count,
            self.has_several
                .then_some((self.sources.pages.len(), self.sources.word())),
            names.first(),
            &self.findings,
            shared.len(),
        );
        print(&self.told.text)?;
        self.left_out(&names, &unread.pages)?;
        if self.has_several && self.count.operations == 0 && self.count.has_no_refusal() {
            let first = &self.arguments.sources[0];
            return Err(Error::input(
                first.as_path(),
                "no source documents an operation: none has a method with a path, or says anything of a request or a reply",
                "name the folder that holds the pages or the definition of the operations",
            ));
        }
        let is_unsettled = self.is_unsettled || self.arguments.strict && to_look_at > 0;
        Ok(match self.count.has_no_refusal() {
            true => u8::from(is_unsettled),
            false => 2,
        })
    }

    /// Tells of the pages that could not be read, and gives the suite's list of them.
    fn unread(&mut self, refused: Vec<(usize, Error)>) -> Result<Unread> {
        let mut entries = Vec::new();
        for (at, error) in refused {
            let source = &self.sources.pages[at];
            let entry = problem(&error).and_then(|problem| entry(source, problem));
            let service = self.service.as_ref();
            let out = service.zip(entry.as_ref());
            match out.and_then(|(service, entry)| service.leaves_out_page(entry)) {
                Some(out) => {
                    self.told.left_out(&source.path, &out.reason);
                    self.count.left_out.push(source.file.clone());
                }
                None => {
                    self.told.refused(&error);
                    self.count.unread.push(source.file.clone());
                }
            }
            entries.extend(entry);
        }
        Unread::of(&self.arguments.out, &self.sources, entries)
    }

    /// That a page was read, and nothing of it was written.
    fn held(&mut self, at: usize, error: &Error) {
        self.told.refused(error);
        let file = self.sources.pages[at].file.clone();
        self.count.unwritten.push(file);
    }

    /// Writes the files of all operations, or compares them.
    fn files(&mut self, read: &mut Vec<(usize, Derived)>) -> Result<()> {
        let (arguments, out) = (self.arguments, self.arguments.out.as_path());
        if !self.has_several
            && let Some((at, derived)) = read.first()
        {
            self.told.details(&self.sources.pages[*at].path, derived);
        } else {
            self.service_file(read)?;
        }
        let filed = each(read, WRITERS, |(_, derived)| match arguments.check {
            true => drift(derived, out).map(Filed::Compared),
            false if arguments.force => overwrite(derived, out).map(Filed::Written),
            false => write(derived, out).map(Filed::Written),
        });
        let mut kept = Vec::new();
        for ((at, derived), filed) in std::mem::take(read).into_iter().zip(filed) {
            match filed {
                Ok(Filed::Compared(drifts)) => self.drifts(drifts),
                Ok(Filed::Written(paths)) => {
                    self.count.written += paths.len();
                    if !self.has_several {
                        self.told.written(&paths);
                    }
                }
                Err(error @ Error::Input(_)) if self.has_several => {
                    self.held(at, &error);
                    continue;
                }
                Err(error) => return Err(error),
            }
            self.count.operations += 1;
            self.count.files += derived.files.len();
            kept.push((at, derived));
        }
        *read = kept;
        Ok(())
    }

    /// What holds for all operations is written, or missed, once.
    fn service_file(&mut self, read: &mut [(usize, Derived)]) -> Result<()> {
        let texts = read.iter_mut();
        let mut texts =
            texts.filter_map(|(_, derived)| derived.files.remove(Path::new(SERVICE_FILE)));
        let text = texts.next();
        texts.for_each(drop);
        let mut proposed = propose(read.iter().map(|(_, derived)| &derived.contract));
        for update in proposed.iter_mut().filter_map(|it| it.update.as_mut()) {
            let of_it = |(_, it): &&(usize, Derived)| it.contract.operation == update.operation;
            let page = read.iter().find(of_it).and_then(|(_, it)| it.page());
            update.keeps |= page.is_some_and(says_that_it_keeps);
        }
        let Some(mut text) = text else {
            self.proposed(&proposed);
            return Ok(());
        };
        text.push_str(&render(&proposed));
        self.count.files += 1;
        match self.arguments.check {
            true => {
                let path = self.arguments.out.join(SERVICE_FILE);
                self.drifts(vec![Drift::Missing(path)]);
            }
            false => {
                write_service(&text, &self.arguments.out)?;
                self.count.written += 1;
            }
        }
        Ok(())
    }

    /// Tells of resources that the service's own file does not have.
    fn proposed(&mut self, proposed: &[Resource]) {
        let own = self.service.as_ref().map(|service| &service.resources);
        let is_known = |create: &str| {
            let mut own = own.into_iter().flatten();
            own.any(|resource| resource.operations().any(|name| name == create))
        };
        let new: Vec<String> = proposed
            .iter()
            .filter(|resource| resource.can_be_made())
            .filter_map(|resource| {
                let create = &resource.create.as_ref()?.operation;
                (!is_known(create))
                    .then(|| format!("[resource.{}] (made by {create})", resource.name))
            })
            .collect();
        if !new.is_empty() {
            self.told.note(&format!(
                "service.toml lacks what could be proposed now: {}; derive into an empty folder writes the tables",
                new.join(", ")
            ));
        }
    }

    fn drifts(&mut self, drifts: Vec<Drift>) {
        self.is_unsettled |= !drifts.is_empty();
        self.count.has_drift |= !drifts.is_empty();
        for drift in drifts {
            self.told.drift(&drift);
        }
    }

    /// Writes the list of unread pages, or compares it.
    fn list(&mut self, unread: &Unread) -> Result<()> {
        self.count.files += usize::from(!unread.pages.is_empty());
        if self.arguments.check {
            self.drifts(unread.drift().into_iter().collect());
        } else if unread.write(&self.arguments.out)? {
            self.count.written += usize::from(!unread.pages.is_empty());
        }
        Ok(())
    }

    /// Operations of the suite that the folders do not document any more.
    fn strays(&mut self, documented: &BTreeSet<String>) -> Result<()> {
        if !self.arguments.check || self.sources.folders.is_empty() {
            return Ok(());
        }
        let out = &self.arguments.out;
        for operation in operations(out)? {
            if !documented.contains(&operation) {
                let path = out.join("schemas").join(&operation);
                let why = format!("no source documents '{operation}'");
                self.drifts(vec![Drift::Stray(path, why)]);
            }
        }
        Ok(())
    }

    /// Operations that no address tells apart.
    fn addresses(&mut self, shared: &[Shared]) {
        for shared in shared {
            let by = shared.by.iter();
            let by = by
                .map(|(at, name)| format!("'{name}' ({})", self.sources.pages[*at].path.display()));
            self.told.shared(&shared.address, &by.collect::<Vec<_>>());
        }
    }

    /// Holds what the service leaves out against what is there now.
    fn left_out(&self, names: &[String], unread: &[UnreadPage]) -> Result<()> {
        let Some(service) = &self.service else {
            return Ok(());
        };
        let mut operations = operations(&self.arguments.out)?;
        operations.extend_from_slice(names);
        operations.sort();
        operations.dedup();
        let operations: Vec<&str> = operations.iter().map(String::as_str).collect();
        let path = self.arguments.out.join(SERVICE_FILE);
        service.check_out(&path, &operations, unread)
    }
}

/// The operation that a source documents, whether or not it may be derived.
fn name_of(read: &Read) -> Option<String> {
    match &read.outcome {
        Outcome::Read(derived) => Some(derived.contract.operation.clone()),
        Outcome::Collides(operation, _) | Outcome::Held(operation, _) => Some(operation.clone()),
        Outcome::Nothing(_) | Outcome::Refused(_) => None,
    }
}

fn problem(error: &Error) -> Option<&Problem> {
    match error {
        Error::Input(problem) => Some(problem),
        Error::NothingRun(_) | Error::NoVerdict(_) => None,
    }
}
