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
mod version;

pub use operation::document;
pub use version::Version;

/// File name of the document among the derived files.
pub const FILE: &str = "openapi.json";
