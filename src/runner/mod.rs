//! Runs a suite against a target: plan → trials → judgements. The only concurrency.
//!
//! `plan` says what would be sent; `session` sends it in a `lane` and keeps the
//! `ledger`; `trials` hands it to libtest-mimic, which prints the lines
//! that people know. Verdicts are collected beside it, since it knows two states.

mod active;
mod budget;
mod control;
mod evidence;
mod lane;
mod ledger;
mod plan;
mod preflight;
mod property;
mod renewal;
mod session;
mod settle;
mod trials;

pub use budget::{DEFAULT_MAX_TIME, Spent, spoken};
pub use evidence::{Recorder, read_record, read_record_header};
pub use lane::Lanes;
pub use ledger::{CaseRecord, ClauseRecord, Ending, Example, Ledger, Seen};
pub use plan::{Item, Kind, Plan, Planned, Shard, digest};
pub use session::{Options, Session, Stop};
pub use trials::{names, run_all, run_quietly};
