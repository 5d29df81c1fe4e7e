//! The whole program as a user meets it: commands, files, exit codes, reports.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[path = "../support/mod.rs"]
mod support;

mod book;
mod certificate;
mod cli;
mod definitions;
mod derive;
mod derive_folder;
mod dist;
mod evidence;
mod gate;
mod hostile_files;
mod machine;
mod merge;
mod misplaced;
mod outputs;
mod pipelines;
mod replay;
mod report;
mod rerun;
mod resources;
mod screen;
mod seam;
mod service;
mod service_run;
mod taken_back;
mod target_choice;
mod target_file;
mod target_precedence;
mod vacuous;
mod verdicts;
