//! Reads cells of a row: its type, and whether it must be given.

use super::objects::{is_named, mentions};
use super::{Builder, assumed};
use crate::contract::{Mandatory, TypeName};
use crate::source::page::Row;
use crate::source::page::type_cell::type_of;
use crate::source::page::vocabulary::{is_name, mandatory};

impl Builder {
    pub(super) fn mandatory(&mut self, row: &Row, place: &str) -> Mandatory {
        let Some(cell) = row.mandatory.as_deref() else {
            return Mandatory::Unstated;
        };
        match mandatory(cell) {
            Some((_, true)) => {
                self.conditional(row.line, place, cell);
                Mandatory::Conditional
            }
            Some((true, _)) => Mandatory::Yes,
            Some((false, _)) => Mandatory::No,
            None => {
                self.find(
                    row.line,
                    format!("{place}: '{cell}' says neither yes nor no"),
                    "it was read as optional",
                    "write Yes or No",
                );
                Mandatory::Unstated
            }
        }
    }

    pub(super) fn conditional(&mut self, line: usize, place: &str, words: &str) {
        self.find(
            line,
            format!("{place}: mandatory under a condition, '{words}'"),
            "it was read as optional",
            "give it in the base request of the suite where the condition holds there",
        );
    }

    pub(super) fn kind(&mut self, row: &Row, place: &str, fallback: &TypeName) -> TypeName {
        let Some(cell) = row.kind.as_deref() else {
            // The table lacks the column, which was said once.
            return fallback.clone();
        };
        // A word that is no type is the structure of that name, where there is one.
        let structure = || {
            let is_structure =
                |caption: &String| is_named(caption, cell) || mentions(caption, cell);
            let is_known = is_name(cell) && self.structures.iter().any(is_structure);
            is_known.then(|| TypeName::Named(cell.trim().to_owned()))
        };
        type_of(cell).or_else(structure).unwrap_or_else(|| {
            self.find(
                row.line,
                format!("{place}: '{cell}' is no known type"),
                &assumed(fallback),
                "write String, Integer, Long, Boolean, Double, Object, 'X object', 'Array of X objects' or 'Map<String,String>'",
            );
            fallback.clone()
        })
    }
}
