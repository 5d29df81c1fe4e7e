//! Defines [`Own`], the suite of whoever verifies, and [`Void`], what of a certificate has
//! another edition there.

use super::conclusion::configuration;
use super::operation::Operation;
use super::refusal::Refusal;
use super::statement::{Resource, Statement};
use crate::suite::{Suite, Unjudged};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The suite of whoever verifies.
#[derive(Debug, Default)]
pub struct Own {
    /// Its operations, in the order of their names.
    pub suites: Vec<Arc<Suite>>,
    /// Operations that cannot be read.
    pub unjudged: Vec<Unjudged>,
    /// What its `service.toml` leaves out.
    pub left_out: Vec<Unjudged>,
}

/// An operation of which a certificate says nothing to this verifier, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Void {
    /// Its name.
    pub operation: String,
    /// What is another.
    pub why: Refusal,
}

impl From<Suite> for Own {
    fn from(suite: Suite) -> Self {
        Self {
            suites: vec![Arc::new(suite)],
            ..Self::default()
        }
    }
}

impl Own {
    /// Words token cases for requests that are signed.
    pub(super) fn sign(&mut self) {
        for suite in self.suites.iter_mut().filter_map(Arc::get_mut) {
            suite.sign();
        }
    }

    /// The operations of a certificate that the suite has in the same edition, and those
    /// that are void.
    ///
    /// # Errors
    /// [`Refusal`] where all are void, or the certificate is silent about an operation of
    /// the suite.
    #[expect(clippy::type_complexity, reason = "two lists")]
    pub(super) fn compare<'a>(
        &'a self,
        statement: &'a Statement,
    ) -> Result<(Vec<(&'a Operation, &'a Arc<Suite>)>, Vec<Void>), Refusal> {
        let ours = &statement.predicate.conformant;
        let names: Vec<&str> = ours.operations.iter().map(|it| it.name.as_str()).collect();
        if names.is_empty() || !names.is_sorted_by(|one, next| one < next) {
            return Err(Refusal::Operations("it has none, or not in order".into()));
        }
        let suites = self.suites.iter().map(|it| it.contract.operation.as_str());
        let unjudged = self.unjudged.iter().map(|it| it.name.as_str());
        let known: Vec<&str> = suites.chain(unjudged).collect();
        if !names.iter().any(|name| known.contains(name)) {
            return Err(Refusal::Operation(names[0].to_owned()));
        }
        let omitted: BTreeSet<&str> = ours.omitted.iter().map(|it| it.name.as_str()).collect();
        let out = self.left_out.iter().map(|it| it.name.as_str());
        let mut all = known.into_iter().chain(out);
        if let Some(name) = all.find(|name| !names.contains(name) && !omitted.contains(name)) {
            return Err(Refusal::Operations(format!(
                "it is silent about '{name}', which the suite has"
            )));
        }
        let given = &statement.predicate.configuration;
        let files: BTreeMap<&str, &Resource> = given
            .iter()
            .map(|part| (part.name.as_str(), part))
            .collect();
        if files.len() != given.len() {
            return Err(Refusal::Part("one part stands twice".into()));
        }
        let is_of_none = |file: &&str| !names.iter().any(|name| is_of(file, name));
        let shared = files
            .keys()
            .find(|file| is_of_none(file) && !self.has(file));
        if let Some(file) = shared {
            return Err(Refusal::Part((*file).to_owned()));
        }
        let (mut held, mut void) = (Vec::new(), Vec::new());
        for operation in &ours.operations {
            match self.edition(operation, &files) {
                Ok(suite) => held.push((operation, suite)),
                Err(why) => void.push(Void {
                    operation: operation.name.clone(),
                    why,
                }),
            }
        }
        match void.first().filter(|_| held.is_empty()) {
            Some(first) => Err(first.why.clone()),
            None => Ok((held, void)),
        }
    }

    /// Whether some operation is decided by this file.
    fn has(&self, file: &str) -> bool {
        self.suites
            .iter()
            .any(|suite| suite.digests.contains_key(file))
    }

    /// The suite of an operation, where it is that of the certificate to the byte.
    fn edition(
        &self,
        operation: &Operation,
        files: &BTreeMap<&str, &Resource>,
    ) -> Result<&Arc<Suite>, Refusal> {
        let name = operation.name.as_str();
        let mut suites = self.suites.iter();
        let Some(suite) = suites.find(|suite| suite.contract.operation == name) else {
            let mut unjudged = self.unjudged.iter();
            return Err(match unjudged.find(|it| it.name == name) {
                Some(one) => Refusal::Unreadable(one.reason.clone()),
                None => Refusal::Operation(name.to_owned()),
            });
        };
        let own = configuration(&suite.digests);
        for part in &own {
            if files.get(part.name.as_str()) != Some(&part) {
                return Err(match part.name.ends_with("/contract.json") {
                    true => Refusal::Contract,
                    false => Refusal::Part(part.name.clone()),
                });
            }
        }
        let mut others = files.keys().filter(|file| is_of(file, name));
        match others.find(|file| !suite.digests.contains_key(**file)) {
            Some(file) => Err(Refusal::Part((*file).to_owned())),
            None => Ok(suite),
        }
    }
}

/// Whether a file of the suite is of the operation of this name.
fn is_of(file: &str, operation: &str) -> bool {
    let mut parts = file.split('/');
    matches!(parts.next(), Some("schemas" | "cases")) && parts.next() == Some(operation)
}
