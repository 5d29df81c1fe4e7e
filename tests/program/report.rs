//! The report layer tells the truth and nothing else: totals agree across formats,
//! and text from outside does nothing in any of them.

mod cli;
mod example;
mod har;
mod hostile;
mod machines;
pub(crate) mod read;
mod sample;
pub(crate) mod schema;
mod totals;
