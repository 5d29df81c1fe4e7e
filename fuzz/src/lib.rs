//! What must hold of the readers of `conformant` for any bytes from outside: one module
//! a reader, each with one function `holds`, which panics where it does not.
//!
//! The fuzz targets call them with whatever the fuzzer finds; `tests/corpus.rs` calls
//! them with the corpus, and with every file of the project mangled in every way.

pub mod certificate;
pub mod files;
pub mod json;
pub mod page;
pub mod record;
pub mod snapshot;
