//! Hands a plan to libtest-mimic, and runs it without any output for the self-test.

use super::lane::Lanes;
use super::ledger::Ending;
use super::plan::{Item, Plan};
use super::session::Session;
use crate::judge::Verdict;
use futures_util::FutureExt as _;
use libtest_mimic::{Completion, Failed, Trial};
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// One trial for each item; each runs in a lane.
pub fn trials(session: &Arc<Session>, plan: &Plan, lanes: &Arc<Lanes>) -> Vec<Trial> {
    plan.items
        .iter()
        .map(|item| {
            let (session, item, lanes) = (Arc::clone(session), item.clone(), Arc::clone(lanes));
            Trial::ignorable_test(item.id.clone(), move || {
                let verdict = match lanes.run(guarded(&session, &item)) {
                    Ok(verdict) => verdict,
                    Err(error) => failed(&session, &item, &format!("no event loop: {error}")),
                };
                completion(&session, &item, verdict)
            })
        })
        .collect()
}

fn completion(session: &Session, item: &Item, verdict: Verdict) -> Result<Completion, Failed> {
    match verdict {
        Verdict::Pass | Verdict::Note | Verdict::Known => Ok(Completion::Completed),
        Verdict::Skipped => {
            let reason = match &session.ledger().case(&item.id).ending {
                Ending::Skipped(reason) => reason.clone(),
                _ => String::new(),
            };
            Ok(Completion::ignored_with(crate::report::escape::terminal(
                &reason,
            )))
        }
        // In one line; the report says the rest.
        Verdict::Fail | Verdict::Inconclusive | Verdict::Error => {
            let record = session.ledger().case(&item.id).clone();
            let line = match &record.ending {
                Ending::Inconclusive(reason) | Ending::Error(reason) => {
                    format!("{verdict}: {reason}")
                }
                _ => record
                    .to_accept(session.options.strict)
                    .first()
                    .map_or_else(
                        || "it differs no more as accepted".into(),
                        ToString::to_string,
                    ),
            };
            Err(crate::report::escape::terminal(&line).into())
        }
    }
}

/// A panic is our bug: it ends the item as an error and nothing else.
async fn guarded(session: &Session, item: &Item) -> Verdict {
    match AssertUnwindSafe(session.run(item)).catch_unwind().await {
        Ok(verdict) => verdict,
        Err(panic) => {
            let what = panic
                .downcast_ref::<String>()
                .cloned()
                .or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()))
                .unwrap_or_default();
            failed(session, item, &session.redactor.text(&what))
        }
    }
}

fn failed(session: &Session, item: &Item, what: &str) -> Verdict {
    session.ledger().case(&item.id).ending = Ending::Error(format!("internal error: {what}"));
    Verdict::Error
}

/// Runs the whole plan with libtest-mimic's output.
///
/// # Errors
/// Where the system lets no event loop be made.
pub fn run_all(
    session: &Arc<Session>,
    plan: &Plan,
    lanes: &Arc<Lanes>,
    arguments: &libtest_mimic::Arguments,
) -> io::Result<()> {
    session.begin(plan);
    // Its two states are no verdict: those are collected in the session. It panics where
    // standard output takes no more (a closed pipe, a full disk): what is left is then
    // run without it, and whoever prints the report learns of it.
    let printed = catch_unwind(AssertUnwindSafe(|| {
        libtest_mimic::run(arguments, trials(session, plan, lanes))
    }));
    if printed.is_err() {
        for item in &plan.items {
            let was_run = session.ledger().cases.contains_key(&item.id);
            if !was_run {
                lanes.run(guarded(session, item))?;
            }
        }
    }
    lanes.run(session.controls_at_the_end())?;
    session.settle(plan);
    Ok(())
}

/// Runs the whole plan in order, without output.
pub async fn run_quietly(session: &Session, plan: &Plan) {
    for item in &plan.items {
        guarded(session, item).await;
    }
    session.controls_at_the_end().await;
    session.settle(plan);
}
