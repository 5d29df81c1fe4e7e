//! Servers of our own, run inside the test, against the program or its library.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[path = "../support/mod.rs"]
mod support;

mod assumed;
mod by_hand;
mod generated;
mod hostile;
mod limits;
mod matrix;
mod notes;
mod ordinary;
mod profile;
mod target_credentials;
mod target_redaction;
mod target_signing;
mod target_tls;
