//! Defines [`Notes`], the findings of a definition: each begins with the JSON pointer of
//! what it is about.

use crate::contract::{Finding, Weight};

/// Findings as they are made.
#[derive(Debug, Default)]
pub(super) struct Notes {
    pub(super) findings: Vec<Finding>,
}

/// A place in a definition in the words of findings: `#/paths/…/0 (limit)`.
pub(super) fn place(pointer: &str, name: &str) -> String {
    match name {
        "" => pointer.to_owned(),
        name => format!("{pointer} ({name})"),
    }
}

impl Notes {
    /// That something was not read: what is said of `place`, and what follows.
    pub(super) fn unread(&mut self, place: &str, what: &str, assumed: &str, remedy: &str) {
        self.add(Weight::NotRead, place, what, assumed, remedy);
    }

    /// That something was read on an assumption, by which the contract could be false.
    pub(super) fn guessed(&mut self, place: &str, what: &str, assumed: &str, remedy: &str) {
        self.add(Weight::CouldBeFalse, place, what, assumed, remedy);
    }

    /// Something for whoever wants to know it.
    pub(super) fn note(&mut self, place: &str, what: &str, assumed: &str) {
        self.add(Weight::Note, place, what, assumed, "");
    }

    fn add(&mut self, weight: Weight, place: &str, what: &str, assumed: &str, remedy: &str) {
        let finding = Finding::new(0, format!("{place}: {what}"), assumed, remedy);
        let finding = finding.weighing(weight);
        if !self.findings.contains(&finding) {
            self.findings.push(finding);
        }
    }
}
