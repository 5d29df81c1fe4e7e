//! Defines the contract as an OpenAPI document: what other tools load to mock, test
//! or generate from the same tables.
//!
//! Rows become schemas by the same code that derives `*.schema.json`, so both accept
//! and reject the same values; a test holds that. Beside them stand the page's own
//! words, its defaults and examples, the clause and row of every property, and what
//! the reading decided. What OpenAPI has no place for stands in an extension (`x-…`)
//! and is never dropped.

mod component;
mod operation;

use crate::contract::Contract;
use serde_json::Value;

/// File name of the document among the derived files.
pub const FILE: &str = "openapi.json";

/// The edition of OpenAPI that is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Version {
    /// 3.0.3, whose schemas are a dialect of their own: a `$ref` has no siblings.
    V3_0,
    /// 3.1.0, whose schemas are JSON Schema 2020-12.
    #[default]
    V3_1,
}

impl Version {
    /// The value of the member `openapi`.
    pub fn number(self) -> &'static str {
        match self {
            Self::V3_0 => "3.0.3",
            Self::V3_1 => "3.1.0",
        }
    }
}

/// The document of `contract`. A pure function: the same contract and readings give the
/// same bytes.
pub fn document(contract: &Contract, version: Version) -> Value {
    operation::document(contract, version)
}
