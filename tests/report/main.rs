//! The report layer tells the truth and nothing else: totals agree across formats,
//! and text from outside does nothing in any of them.

#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests panic as the tests themselves do"
)]

mod cli;
mod example;
mod hostile;
mod read;
mod schema;
mod totals;
