//! Derives many sources side by side, in their order, and tells what becomes of each: two
//! of one operation, or of one address, stand in each other's way.

use super::sources::Source;
use super::{Attempt, Derived, derive_each, is_contract};
use crate::contract::Contract;
use crate::error::{Error, Result};
use crate::input;
use crate::source;
use std::collections::BTreeMap;
use std::num::NonZero;
use std::panic::resume_unwind;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{Builder, available_parallelism, scope};

/// Most bytes that all derived files have together.
const MAX_BYTES: usize = 1 << 30;
/// A worker's stack: as large as that of the program itself.
const STACK: usize = 8 << 20;

/// What becomes of an operation, or of a source that has none.
#[derive(Debug)]
pub struct Read {
    /// The position of its source.
    pub source: usize,
    /// What becomes of it.
    pub outcome: Outcome,
}

/// What becomes of a source, or of one of its operations.
#[derive(Debug)]
pub enum Outcome {
    /// It documents an operation.
    Read(Box<Derived>),
    /// It documents none.
    Nothing(Error),
    /// It may document one, and could not be read.
    Refused(Error),
    /// It documents this operation, and so does another.
    Collides(String, Error),
    /// It documents this operation, and what a person wrote beside it holds back its files.
    Held(String, Error),
}

/// Reads the operations of each source, by as many workers as there are processors.
///
/// # Errors
/// [`Error::NoVerdict`] where this machine could not do it; [`Error::Input`] where all
/// together are larger than any suite.
pub fn read_all(sources: &[Source], out: &Path, operation: Option<&str>) -> Result<Vec<Read>> {
    let bytes = AtomicUsize::new(0);
    let outcomes = each(sources, processors(), |source| {
        if bytes.load(Ordering::Relaxed) > MAX_BYTES {
            return Err(Error::input(
                out,
                format!(
                    "what is derived is larger than any suite ({} MiB)",
                    MAX_BYTES >> 20
                ),
                "name the folder that holds the pages of one service",
            ));
        }
        let outcomes = read(source, out, operation, sources.len() == 1)?;
        for outcome in &outcomes {
            if let Outcome::Read(derived) = outcome {
                let texts = derived.files.values().map(String::len);
                bytes.fetch_add(texts.sum(), Ordering::Relaxed);
            }
        }
        Ok(outcomes)
    });
    let mut all = Vec::new();
    for (source, outcomes) in outcomes.into_iter().enumerate() {
        let of_source = outcomes?.into_iter();
        all.extend(of_source.map(|outcome| Read { source, outcome }));
    }
    collide(sources, &mut all);
    Ok(all)
}

fn read(
    source: &Source,
    out: &Path,
    operation: Option<&str>,
    is_alone: bool,
) -> Result<Vec<Outcome>> {
    let path = source.path.as_path();
    let text = match input::text(path, source.kind()) {
        Ok(text) => text,
        Err(error @ Error::Input(_)) => return Ok(vec![Outcome::Refused(error)]),
        Err(error) => return Err(error),
    };
    let is_contract = is_contract(&text);
    let named = source.operation.as_deref().filter(|_| !is_contract);
    let named = operation.or(named);
    let error = match derive_each(path, &text, out, named, is_alone) {
        Ok(derived) => {
            let outcomes = derived.into_iter().map(|derived| outcome(source, derived));
            return outcomes.collect();
        }
        Err(error @ Error::Input(_)) => error,
        Err(error) => return Err(error),
    };
    let is_of_a_suite = source.operation.is_some();
    let is_something = is_contract || is_of_a_suite || !source::documents_nothing(path, &text);
    Ok(vec![match is_something {
        true => Outcome::Refused(error),
        false => Outcome::Nothing(error),
    }])
}

/// What becomes of one operation of a source.
fn outcome(source: &Source, attempt: Attempt) -> Result<Outcome> {
    let derived = match (attempt.derived, attempt.operation) {
        (Ok(derived), _) => derived,
        (Err(error @ Error::Input(_)), Some(operation)) => {
            return Ok(Outcome::Held(operation, error));
        }
        (Err(error @ Error::Input(_)), None) => return Ok(Outcome::Refused(error)),
        (Err(error), _) => return Err(error),
    };
    let operation = &derived.contract.operation;
    Ok(match &source.operation {
        Some(folder) if folder != operation => Outcome::Refused(Error::input(
            source.path.as_path(),
            format!("this is the contract of '{operation}'"),
            format!("the folder of an operation has its name: schemas/{operation}"),
        )),
        _ => Outcome::Read(Box::new(derived)),
    })
}

/// Refuses all of several sources that document an operation of one name: which of them
/// holds is for a person to say.
fn collide(sources: &[Source], read: &mut [Read]) {
    let mut by_name: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, one) in read.iter().enumerate() {
        if let Outcome::Read(derived) = &one.outcome {
            let name = derived.contract.operation.as_str();
            by_name.entry(name).or_default().push(at);
        }
    }
    let contract = |at: usize| match &read[at].outcome {
        Outcome::Read(derived) => Some(&derived.contract),
        _ => None,
    };
    let path = |at: usize| sources[read[at].source].path.as_path();
    // Two operations of one document are told apart by their addresses.
    let shown = |at: usize, other: usize| match (path(at) == path(other), contract(other)) {
        (true, Some(other)) => format!("{} {}", other.method, other.uri),
        _ => path(other).display().to_string(),
    };
    let mut refused = Vec::new();
    for (name, places) in by_name {
        for at in &places {
            let mut others = places.iter().filter(|other| *other != at);
            let Some(other) = others.next() else {
                continue;
            };
            let first = shown(*at, *other);
            let others = match others.count() {
                0 => first,
                more => format!("{first} and {more} more"),
            };
            let facts = contract(*at).map(Contract::facts);
            let are_same = places
                .iter()
                .all(|other| contract(*other).map(Contract::facts) == facts);
            refused.push((
                *at,
                name.to_owned(),
                Error::input(
                    path(*at),
                    match are_same {
                        true => format!("it documents '{name}', and so does {others}: they state the same, so this is one page several times"),
                        false => format!("it documents '{name}', and so does {others}: they state different things"),
                    },
                    match are_same {
                        true => "keep one of them",
                        false => "keep one of them, or derive one into a folder of its own, or under another name with --operation",
                    },
                ),
            ));
        }
    }
    for (at, name, error) in refused {
        read[at].outcome = Outcome::Collides(name, error);
    }
}

/// Operations that are called by one method and address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shared {
    /// Method and URI.
    pub address: String,
    /// The sources by their position, with the operations.
    pub by: Vec<(usize, String)>,
}

/// The operations that no address tells apart.
pub fn shared(read: &[Read]) -> Vec<Shared> {
    let mut by_address: BTreeMap<String, Shared> = BTreeMap::new();
    for one in read {
        if let Outcome::Read(derived) = &one.outcome {
            let contract = &derived.contract;
            let address = format!("{} {}", contract.method, contract.uri.unnamed().join("/"));
            let shared = by_address.entry(address).or_insert_with(|| Shared {
                address: format!("{} {}", contract.method, contract.uri),
                by: Vec::new(),
            });
            shared.by.push((one.source, contract.operation.clone()));
        }
    }
    let mut shared: Vec<Shared> = by_address.into_values().collect();
    shared.retain(|shared| shared.by.len() > 1);
    shared.sort_by_key(|shared| shared.by[0].0);
    shared
}

/// How many sources are read at once.
pub fn processors() -> usize {
    available_parallelism().map_or(1, NonZero::get)
}

/// Does `work` for each item by so many workers, which may be more than processors where
/// they wait for a disk. What it gives stands in the order of the items.
pub fn each<T: Sync, R: Send>(
    items: &[T],
    workers: usize,
    work: impl Fn(&T) -> R + Sync,
) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let mine = || {
        let mut mine = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            match items.get(at) {
                Some(item) => mine.push((at, work(item))),
                None => return mine,
            }
        }
    };
    let mut done = scope(|scope| {
        // This thread works, too, and alone where the machine has no other to give.
        let others: Vec<_> = (1..workers.min(items.len()))
            .map_while(|_| {
                Builder::new()
                    .stack_size(STACK)
                    .spawn_scoped(scope, mine)
                    .ok()
            })
            .collect();
        let mut done = mine();
        for other in others {
            done.extend(other.join().unwrap_or_else(|panic| resume_unwind(panic)));
        }
        done
    });
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, result)| result).collect()
}
