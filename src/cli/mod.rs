//! The command line: one file per command. The only place that prints.

mod accept;
mod certify;
mod chosen;
mod clean;
mod command;
mod derive;
mod diff;
mod export;
mod faults;
mod files;
mod list;
mod manual;
mod merge;
mod options;
mod panic;
mod progress;
mod replay;
mod run;
mod running;
mod screen;
mod secrets;
mod selftest;
mod serve;
mod signals;
mod since;
mod steps;
mod stocked;
mod suite;
mod target;
mod terminal;
mod usage;
mod verify;

pub use command::main;
pub use run::suite_as_test;
