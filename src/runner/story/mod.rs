//! Runs the sequence of a resource: create → ready → show → list → update → show → delete →
//! gone. Each step is a case of its operation; the first one that is asked for runs all.

mod list;
mod run;
mod telling;

use super::ledger::Ending;
use super::stock::Stock;
use crate::suite::Step;

/// Runs the sequence that a step is of, unless it was run; how the step ended.
pub(super) async fn step(stock: &Stock, step: &Step, id: &str) -> Ending {
    let Some(kind) = stock.kind(&step.resource).filter(|kind| kind.is_made) else {
        return Ending::Skipped(format!("the run makes no {}", step.resource));
    };
    let endings = kind.story.get_or_init(|| run::run(stock, kind)).await;
    let ending = endings.get(id).cloned();
    ending.unwrap_or_else(|| {
        let why = endings.get("").cloned();
        why.unwrap_or_else(|| Ending::Skipped("its sequence has no such step".into()))
    })
}
