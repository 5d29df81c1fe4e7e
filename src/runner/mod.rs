//! Runs a suite against a target: plan → trials → judgements. The only concurrency.
//!
//! `plan` says what would be sent. A `session` has a `sender` and `books` (the `ledger`, and
//! the `evidence`); an `item` of the plan runs in a `lane`. `trials` hands items to
//! libtest-mimic, which prints the lines that people know. Verdicts are collected beside
//! it, since it knows two states.

mod active;
mod books;
mod budget;
mod control;
mod evidence;
mod item;
mod lane;
mod ledger;
mod plan;
mod preflight;
mod property;
mod renewal;
mod sender;
mod session;
mod trials;

pub use books::Books;
pub use budget::{DEFAULT_MAX_TIME, Spent, spoken};
pub use evidence::{Recorder, read_record, read_record_header};
pub use lane::Lanes;
pub use ledger::{CaseRecord, ClauseRecord, Ending, Example, Ledger, Seen};
pub use plan::{Covered, Item, Kind, Plan, Planned, Shard, Stated};
pub use preflight::preflight;
pub use sender::{Sender, Stop};
pub use session::{Options, Session};
pub use trials::{names, run_all, run_quietly};
