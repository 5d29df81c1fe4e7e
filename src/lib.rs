//! API conformance testing from the documented tables of a reference page.
//!
//! The way of the data:
//!
//! ```text
//! source ─▶ contract.json ─▶ schemas/ + cases/ ─▶ request ─▶ exchange ─▶ judgement ─▶ report
//! ```
//!
//! [`source`] reads a page or a definition, [`contract`] holds what it states and makes
//! clauses of its rows, [`schema`] derives JSON Schemas, [`suite`] loads and generates cases.

pub mod baseline;
pub mod certificate;
pub mod cli;
pub mod comparison;
pub mod contract;
pub mod derive;
pub mod digest;
pub mod error;
pub mod escape;
pub mod exchange;
pub mod eye;
pub mod input;
pub mod judge;
pub mod openapi;
pub mod output;
pub mod profile;
pub mod reference;
pub mod report;
pub mod resource;
pub mod runner;
pub mod schema;
pub mod selftest;
pub mod source;
pub mod status;
pub mod suite;
pub mod target;
pub mod text;
pub mod transport;
