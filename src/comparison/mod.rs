//! Compares what two sources state about the same operations, statement by statement, each
//! with its place and words in both: two renderings, two descriptions, or two editions.
//!
//! [`Side`] opens what a person names, `address` finds the operations of one method and path,
//! `rows` the rows of one place and name, `facts` and `whole` compare them. Silence is no
//! contradiction: what one source does not state is only in the other.
//!
//! Of two [editions](Mode::Editions) the second takes the place of the first. A change breaks
//! *clients* where a program written by the old edition may fail against a server of the new
//! one, and *servers* where a server that conformed to the old edition may fail the suite of
//! the new one. What becomes void by it, `void` says.

mod address;
mod bounds;
mod edition;
mod facts;
mod rows;
mod side;
mod statement;
mod summary;
mod void;
mod whole;
mod wording;

pub use side::{Documented, Side, Unread};
pub use statement::{Breaks, Change, Kind, Relation, Said, Statement};
pub use summary::{Counts, Summary};
pub use void::{OwnCase, Void};
pub use wording::Reworded;

use crate::contract::{Contract, DocumentKind};
use crate::derive::{each, processors};
use crate::error::Result;
use edition::Edition;
use serde::Serialize;
use std::path::Path;

/// Version of the format of [`Comparison`].
pub const FORMAT: &str = "conformant-comparison/1";

/// How two sources stand to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// The second is to take the place of the first: what it leaves out is gone.
    Editions,
    /// Both describe the same: what one of them leaves out is only in the other.
    Sources,
}

impl Mode {
    /// Pages and pages, or definitions and definitions, are taken for editions.
    pub fn of(a: &Side, b: &Side) -> Self {
        let is_page = |it: &Documented| {
            !matches!(
                it.contract.document.kind,
                DocumentKind::OpenApi | DocumentKind::Swagger
            )
        };
        let first = a.operations.first().map(is_page);
        let mut all = a.operations.iter().chain(&b.operations);
        match all.all(|it| Some(is_page(it)) == first) {
            true => Self::Editions,
            false => Self::Sources,
        }
    }
}

/// What to compare, and how.
#[derive(Clone, Copy, Debug)]
pub struct Options<'a> {
    /// How the two stand to each other.
    pub mode: Mode,
    /// Whether statements that agree are kept, and not only counted.
    pub keeps_agreeing: bool,
    /// Only the operations of this name, in whichever of the two.
    pub operation: Option<&'a str>,
    /// Folder of accepted differences.
    pub snapshots: Option<&'a Path>,
}

/// The comparison of two sources.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Comparison {
    /// Version of this format.
    pub format: &'static str,
    /// How the two stand to each other.
    pub mode: Mode,
    /// What A is: its path as given.
    pub a: String,
    /// What B is: its path as given.
    pub b: String,
    /// How much agrees and differs.
    pub summary: Summary,
    /// The operations that both document, in the order of A.
    pub operations: Vec<Pair>,
    /// The operations that only A documents.
    pub only_in_a: Vec<Lone>,
    /// The operations that only B documents.
    pub only_in_b: Vec<Lone>,
    /// Sources that may document an operation and could not be read.
    pub unread: Vec<Unread>,
    /// Of editions of a suite or of one operation: what becomes void.
    pub void: Option<Void>,
}

impl Comparison {
    /// Whether programs written by A may break where B takes its place.
    pub fn breaks_clients(&self) -> bool {
        let is_gone = self.mode == Mode::Editions && !self.only_in_a.is_empty();
        is_gone || self.summary.breaks_clients > 0
    }
}

/// An operation that both sources document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Pair {
    /// Method and path, as A has them.
    pub address: String,
    /// The operation in A.
    pub a: Lone,
    /// The operation in B.
    pub b: Lone,
    /// What they say: those that do not agree first need a person.
    pub statements: Vec<Statement>,
    /// Of editions: the same facts in other words.
    pub reworded: Vec<Reworded>,
}

/// An operation of one source.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Lone {
    /// Method and path.
    pub address: String,
    /// Its name.
    pub operation: String,
    /// The file that documents it, seen from what was named.
    pub file: String,
}

impl Lone {
    fn of(documented: &Documented) -> Self {
        let contract = &documented.contract;
        Self {
            address: format!("{} {}", contract.method, contract.uri),
            operation: contract.operation.clone(),
            file: documented.file.clone(),
        }
    }
}

/// What is found of one pair.
struct Found {
    pair: Pair,
    summary: Summary,
    void: Void,
}

/// Compares two sides.
///
/// # Errors
/// [`Error::Input`](crate::error::Error::Input) where a file of a suite or a snapshot cannot
/// be read.
pub fn compare(a: &Side, b: &Side, options: Options<'_>) -> Result<Comparison> {
    let mut matched = address::matched(a, b);
    if let Some(name) = options.operation {
        let is_named = |it: &Documented| it.contract.operation == name;
        let (one, other) = (&a.operations, &b.operations);
        matched
            .pairs
            .retain(|it| is_named(&one[it.a]) || is_named(&other[it.b]));
        matched.only_a.retain(|at| is_named(&one[*at]));
        matched.only_b.retain(|at| is_named(&other[*at]));
    }
    let is_one = a.operations.len() == 1 && b.operations.len() == 1;
    let is_stood_on = a.is_suite() || is_one || options.snapshots.is_some();
    let has_void = options.mode == Mode::Editions && is_stood_on;
    let found = each(&matched.pairs, processors(), |pair| {
        let (one, other) = (&a.operations[pair.a], &b.operations[pair.b]);
        let (statements, reworded, void) = match has_void {
            true => {
                let old = Edition::open(a, one)?;
                let new = Edition::open_after(b, other, &old)?;
                let void = void::between(&old, &new, options.snapshots)?;
                let (old, new) = (&old.contract, &new.contract);
                let (statements, reworded) = contracts(old, new, pair.is_one_address, true);
                (statements, reworded, void)
            }
            false => {
                let (old, new) = (&one.contract, &other.contract);
                let (statements, reworded) = contracts(old, new, pair.is_one_address, false);
                (statements, reworded, Void::default())
            }
        };
        Ok(told(one, other, statements, reworded, void, options))
    });
    let mut comparison = Comparison {
        format: FORMAT,
        mode: options.mode,
        a: a.path.display().to_string(),
        b: b.path.display().to_string(),
        summary: Summary::default(),
        operations: Vec::new(),
        only_in_a: lone(a, &matched.only_a),
        only_in_b: lone(b, &matched.only_b),
        unread: a.unread.iter().chain(&b.unread).cloned().collect(),
        void: has_void.then(Void::default),
    };
    for found in found {
        let found = found?;
        comparison.summary.add(&found.summary);
        comparison.operations.push(found.pair);
        if let Some(void) = &mut comparison.void {
            void.extend(found.void);
        }
    }
    if let Some(void) = &mut comparison.void {
        for at in &matched.only_a {
            let gone = Edition::open(a, &a.operations[*at])?;
            void.extend(void::all_of(&gone, options.snapshots)?);
        }
        void.settle();
    }
    let operations = &mut comparison.summary.operations;
    operations.in_both = comparison.operations.len();
    operations.only_in_a = comparison.only_in_a.len();
    operations.only_in_b = comparison.only_in_b.len();
    operations.files_without = a.without + b.without;
    Ok(comparison)
}

/// What two contracts say.
fn contracts(
    a: &Contract,
    b: &Contract,
    is_one_address: bool,
    readings: bool,
) -> (Vec<Statement>, Vec<Reworded>) {
    let (a, b) = (&aligned(a, b), &aligned(b, a));
    let (one, other) = (rows::rows(a, b, readings), rows::rows(b, a, readings));
    let mut statements = whole::statements(a, b, is_one_address);
    statements.extend(rows::statements(&one, &other));
    if readings {
        statements.extend(whole::readings(a, b, &statements));
    }
    statements.sort_by(|one, other| (&one.clause, one.kind).cmp(&(&other.clause, other.kind)));
    (statements, wording::reworded(a, b, &one, &other))
}

/// A contract whose status of success, where its source prints none, is that of the other.
fn aligned(contract: &Contract, other: &Contract) -> Contract {
    let mut contract = contract.clone();
    if let (Some(assumed), Some(known)) = (contract.assumed_success(), other.success())
        && let Some(response) = contract.responses.remove(&assumed)
    {
        contract.responses.insert(known, response);
    }
    contract
}

fn told(
    a: &Documented,
    b: &Documented,
    mut statements: Vec<Statement>,
    reworded: Vec<Reworded>,
    void: Void,
    options: Options<'_>,
) -> Found {
    if options.mode == Mode::Sources {
        // Silence allows nothing and forbids nothing.
        let silent =
            |it: &&mut Statement| matches!(it.relation, Relation::OnlyInA | Relation::OnlyInB);
        for statement in statements.iter_mut().filter(silent) {
            statement.change = None;
            (statement.breaks_clients, statement.breaks_servers) = (false, false);
        }
    }
    let mut summary = Summary::default();
    statements.iter().for_each(|it| summary.count(it));
    statements.retain(|it| options.keeps_agreeing || it.relation != Relation::Agrees);
    let reworded = match options.mode {
        Mode::Editions => reworded,
        Mode::Sources => Vec::new(),
    };
    summary.reworded = reworded.len();
    Found {
        pair: Pair {
            address: format!("{} {}", a.contract.method, a.contract.uri),
            a: Lone::of(a),
            b: Lone::of(b),
            statements,
            reworded,
        },
        summary,
        void,
    }
}

fn lone(side: &Side, at: &[usize]) -> Vec<Lone> {
    let mut lone: Vec<Lone> = at
        .iter()
        .map(|at| Lone::of(&side.operations[*at]))
        .collect();
    lone.sort();
    lone
}
