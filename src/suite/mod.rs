//! Defines [`Suite`]: a contract with its schemas, named cases and properties,
//! as loaded from a folder or from the binary itself.

mod attack;
mod bind;
mod case;
mod check;
mod commit;
mod conventions;
mod derived;
mod files;
mod load;
mod mutation;
mod name;
mod objects;
mod out;
mod payload;
mod sequence;
mod service;
mod shown;
mod signature;
pub mod skeleton;
mod step;
pub mod strategy;
mod telling;
mod token;
mod unchecked;
mod unjudged;
mod unread;

pub use bind::{Bound, TargetValues, bind};
pub use case::{
    Case, Member, Property, RequestValues, TargetValue, Template, TokenChange, Value, Vary,
};
pub use check::problem;
pub use conventions::Conventions;
pub use files::{PAGE_FILES, READING_FILE, SuiteFiles};
pub use load::{choose, contract, decides, digests, load, load_all, service, settle, unread};
pub use name::SuiteName;
pub use objects::{Handling, Objects};
pub use out::{LeftOut, Out};
pub use sequence::filter_values;
pub use service::{DERIVED_SERVICE, SERVICE_FILE, Service};
pub use signature::Signers;
pub use step::{Part, Step, UNKNOWN};
pub use token::{LEAVES_TOKEN, takes_every_change};
pub use unjudged::Unjudged;
pub use unread::{UNREAD_FILE, UnreadPage};

use crate::contract::{Clauses, Contract};
use crate::schema::Validator;
use crate::schema::strength::Gap;
use std::collections::BTreeMap;

/// A loaded suite.
#[derive(Debug)]
pub struct Suite {
    /// The documented operation with its reading applied.
    pub contract: Contract,
    /// Its documented statements.
    pub clauses: Clauses,
    /// The request schema.
    pub request: Validator,
    /// Response schemas by status.
    pub responses: BTreeMap<u16, Validator>,
    /// SHA-256 of each file that decides what a run does, by its name in the suite.
    pub digests: BTreeMap<String, String>,
    /// What the response schemas cannot tell apart.
    pub gaps: Vec<Gap>,
    /// The conforming request that every case varies.
    pub base: RequestValues,
    /// Named cases in file order.
    pub cases: Vec<Case>,
    /// Properties in file order.
    pub properties: Vec<Property>,
    /// Why no case checks a clause, by its position in the clauses.
    pub unchecked: BTreeMap<usize, String>,
    /// What it has to do with objects of the service.
    pub handling: Handling,
}

impl Suite {
    /// Puts the operation's name in front of every id: `subject/slug`, as case files have it,
    /// becomes `operation/subject/slug`, which is unique in a service.
    fn name_by_operation(&mut self) {
        let operation = &self.contract.operation;
        let properties = self.properties.iter_mut().map(|it| &mut it.template);
        let cases = self.cases.iter_mut().map(|it| &mut it.template);
        for template in cases.chain(properties) {
            template.id = format!("{operation}/{}", template.id);
            if let Some(control) = &mut template.control {
                *control = format!("{operation}/{control}");
            }
        }
    }

    /// Whether there is a case or property of this id.
    pub fn has(&self, id: &str) -> bool {
        self.templates().any(|template| template.id == id)
    }

    /// The templates of cases, then of properties.
    pub fn templates(&self) -> impl Iterator<Item = &Template> {
        let properties = self.properties.iter().map(|property| &property.template);
        let cases = self.cases.iter().map(|case| &case.template);
        cases.chain(properties)
    }

    /// Requests of its cases and properties, without controls.
    pub fn requests(&self) -> u64 {
        let properties = self.properties.iter().map(|it| u64::from(it.cases));
        self.cases.len() as u64 + properties.sum::<u64>()
    }

    /// The body of the base request, if it has one.
    ///
    /// # Errors
    /// A sentence that says which change of the body cannot be made.
    pub fn base_body(&self) -> Result<Option<serde_json::Value>, String> {
        let mut body = None;
        payload::apply(&mut body, &self.base.body)?;
        Ok(body)
    }

    /// Whether the case or property of this id asks for another tenant's project.
    pub fn asks_foreign(&self, id: &str) -> bool {
        let foreign = Value::Target(TargetValue::ForeignProjectId);
        self.templates().any(|template| {
            template.id == id
                && template
                    .changes
                    .path
                    .values()
                    .any(|value| *value == foreign)
        })
    }

    /// The status that a dead token gets.
    pub fn dead_token(&self) -> u16 {
        self.contract.profile.status.token
    }

    /// The case of this id.
    pub fn case(&self, id: &str) -> Option<&Case> {
        self.cases.iter().find(|case| case.template.id == id)
    }
}
