//! Reads cells of a row: its type, and whether it must be given.

use super::objects::{is_named, mentions};
use super::role::Role;
use super::{Builder, assumed};
use crate::contract::{Mandatory, TypeName};
use crate::source::page::Row;
use crate::source::page::type_cell::type_of;
use crate::source::page::vocabulary::{fold, is_name, mandatory};

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

    pub(super) fn kind(
        &mut self,
        row: &Row,
        role: Role,
        place: &str,
        fallback: &TypeName,
    ) -> TypeName {
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
        // So are several words, where their caption has nothing else.
        let spelt = || {
            let words = words_of_a_type(cell)?;
            let is_structure = |caption: &String| is_named(caption, &words);
            let is_known = self.structures.iter().any(is_structure);
            type_of(&cell.replacen(&words, &words.replace(' ', "_"), 1)).filter(|_| is_known)
        };
        let rest = without_number(cell);
        let numbered = || type_of(rest.as_deref()?);
        let known = type_of(cell).or_else(structure).or_else(spelt);
        if let Some(kind) = known.or_else(numbered) {
            return kind;
        }
        // A number of a table alone says as little as 'Object or array'.
        let is_bare = matches!(rest.as_deref(), Some("" | "see" | "参见"));
        if is_bare && let Some(kind) = self.as_shown(row, role, place) {
            return kind;
        }
        self.find(
            row.line,
            format!("{place}: '{cell}' is no known type"),
            &assumed(fallback),
            "write String, Integer, Long, Boolean, Double, Object, 'X object', 'Array of X objects' or 'Map<String,String>'",
        );
        fallback.clone()
    }
}

impl Builder {
    /// The type of a row that refers to a table and states none, where the example shows an
    /// object or an array of objects there.
    pub(super) fn as_shown(&mut self, row: &Row, role: Role, place: &str) -> Option<TypeName> {
        let scope = role.scope(self.some_success());
        let kind = self.shown.structure(scope, &row.name)?;
        self.find_guess(
            row.line,
            format!("{place}: it refers to a table, and says neither object nor array"),
            &format!("it was read as {kind}, as the example shows it"),
            "write 'Object' or 'Array of objects' into the Type cell",
        );
        Some(kind)
    }
}

/// The several words in front of `object` that name a type: `Array of iron Lid objects`.
fn words_of_a_type(cell: &str) -> Option<String> {
    let cell = cell.trim();
    let lower = cell.to_ascii_lowercase();
    let start = ["array of ", "list of "]
        .iter()
        .find(|start| lower.starts_with(**start))
        .map_or(0, |start| start.len());
    let end = [" objects", " object"]
        .iter()
        .find_map(|end| lower.strip_suffix(end))?
        .len();
    let words = cell.get(start..end)?;
    (words.contains(' ') && words.split(' ').all(is_name)).then(|| words.to_owned())
}

/// A folded cell without the number of a table.
fn without_number(cell: &str) -> Option<String> {
    let folded = fold(cell);
    ["table", "表"].iter().find_map(|word| {
        let (before, behind) = folded.split_once(word)?;
        let rest = behind
            .trim_start()
            .trim_start_matches(|c: char| c.is_ascii_digit());
        let is_numbered = rest.len() < behind.trim_start().len();
        let text = format!("{} {}", before.trim(), rest.trim());
        is_numbered.then(|| text.trim_matches([' ', '.', '(', ')']).to_owned())
    })
}
