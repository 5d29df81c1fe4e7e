//! Derives JSON Schemas (2020-12) from a contract ([`emit`]) and holds values
//! against them ([`validate`]).
//!
//! Values are held against `pattern` and `format` as well: a reader that takes `format` for
//! an annotation checks less. Every property
//! carries its clause stem and source as the annotations `x-clause` and `x-source`.

mod digits;
pub mod emit;
pub mod strength;
pub mod validate;

pub(crate) use digits::pattern as pattern_of_range;
pub(crate) use emit::{listed, refuse_null};
pub use emit::{members, property, request, response};
pub use validate::{Validator, Violation};

/// File name of the request schema.
pub const REQUEST_FILE: &str = "request.schema.json";

/// File name of the schema of a response status.
pub fn response_file(status: u16) -> String {
    format!("response-{status}.schema.json")
}
