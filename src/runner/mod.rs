//! Runs a suite against a target: plan → trials → judgements. The only concurrency.
//!
//! `plan` says what would be sent, a part for each operation. A `run` has a `sender`, the
//! `evidence`, and a `session` for each operation, which keeps `books` (the `ledger`); an
//! `item` of the plan runs in a `lane`. `trials` hands items to
//! libtest-mimic, which runs them side by side and prints the lines that test runners read.
//! Verdicts are collected beside it, since it knows two states.

mod active;
mod books;
mod budget;
mod control;
mod evidence;
mod filters;
mod finished;
mod item;
mod lane;
mod ledger;
mod operation_plan;
mod outlay;
mod plan;
mod preflight;
mod property;
mod provision;
mod renewal;
mod run;
mod sender;
mod session;
mod shard;
mod stock;
mod story;
mod supplied;
mod supply;
mod trials;

pub use books::Books;
pub use budget::{DEFAULT_MAX_TIME, Progress, Spent, spoken};
pub use evidence::{Evidence, Recorder, read_record, read_record_header};
pub use filters::Filters;
pub use lane::Lanes;
pub use ledger::{CaseRecord, ClauseRecord, Ending, Example, Ledger, Seen};
pub use operation_plan::{Covered, Item, Kind, OperationPlan, Planned, Stated};
pub use plan::{Plan, digest as plan_digest, shares};
pub use provision::Provision;
pub use run::Run;
pub use sender::{Sender, Stop};
pub use session::{Options, Session};
pub use shard::Shard;
pub use stock::{Journal, Left, MOST_ALIVE, Remains, Stock, left_in};
pub use supply::Supply;
pub use trials::{names, run_all};
