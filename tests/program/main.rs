//! The whole program as a user meets it: commands, files, exit codes, reports.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[path = "../support/mod.rs"]
mod support;

mod certificate;
mod cli;
mod evidence;
mod gate;
mod machine;
mod misplaced;
mod replay;
mod report;
mod target_file;
mod target_precedence;
