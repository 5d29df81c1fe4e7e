//! Finds the server that `--fault` asks for, of one operation or of several.

use crate::contract::Contract;
use crate::error::{Error, Result};
use crate::reference::{Specimen, catalogue};

const OPTION: &str = "--fault";

/// What each of these operations is served by, in their order: the server that one of
/// `wanted` names, `NAME` or `OPERATION:NAME`; `None` where none does.
///
/// # Errors
/// [`Error::Input`] where a name means none, or the faults of several operations, or where
/// two mean the same operation.
pub(super) fn specimens(
    contracts: &[&Contract],
    wanted: &[String],
) -> Result<Vec<Option<Specimen>>> {
    let mut chosen: Vec<Option<Specimen>> = vec![None; contracts.len()];
    if wanted.is_empty() {
        return Ok(chosen);
    }
    let catalogues: Vec<Vec<Specimen>> = contracts
        .iter()
        .map(|contract| catalogue::specimens(contract))
        .collect();
    for text in wanted {
        let (at, specimen) = meant(contracts, &catalogues, text)?;
        if chosen[at].replace(specimen).is_some() {
            let operation = &contracts[at].operation;
            return Err(Error::input(
                OPTION,
                format!("two faults of '{operation}'"),
                "name one fault an operation",
            ));
        }
    }
    Ok(chosen)
}

/// The server that a text names, and the place of its operation.
fn meant(
    contracts: &[&Contract],
    catalogues: &[Vec<Specimen>],
    text: &str,
) -> Result<(usize, Specimen)> {
    let (operation, name) = match text.split_once(':') {
        Some((operation, name)) => (Some(operation), name),
        None => (None, text),
    };
    let of = |at: usize| contracts[at].operation.as_str();
    let is_meant = |at: &usize| operation.is_none_or(|operation| operation == of(*at));
    let places: Vec<usize> = (0..contracts.len()).filter(is_meant).collect();
    if let (Some(operation), []) = (operation, places.as_slice()) {
        let served: Vec<&str> = (0..contracts.len()).map(of).collect();
        return Err(Error::input(
            OPTION,
            format!("no operation '{operation}' is served"),
            format!("served: {}", served.join(", ")),
        ));
    }
    let found: Vec<(usize, &Specimen)> = places
        .iter()
        .filter_map(|at| {
            let mut catalogue = catalogues[*at].iter();
            Some((*at, catalogue.find(|specimen| specimen.name() == name)?))
        })
        .collect();
    match (found.as_slice(), operation) {
        ([(at, specimen)], _) => Ok((*at, (*specimen).clone())),
        ([], Some(operation)) => Err(Error::input(
            OPTION,
            format!("'{operation}' has no fault '{name}'"),
            format!("conformant selftest --operation {operation} -v lists them"),
        )),
        ([], None) => Err(Error::input(
            OPTION,
            format!("there is no fault '{name}'"),
            match contracts {
                [_] => "conformant selftest -v lists them",
                _ => "conformant selftest --operation NAME -v lists those of an operation",
            },
        )),
        ([(first, _), ..], _) => {
            let have: Vec<&str> = found.iter().map(|(at, _)| of(*at)).collect();
            Err(Error::input(
                OPTION,
                format!(
                    "the fault '{name}' is one of several operations: {}",
                    have.join(", ")
                ),
                format!("say of which: {OPTION} {}:{name}", of(*first)),
            ))
        }
    }
}
