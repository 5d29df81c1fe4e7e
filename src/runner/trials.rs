//! Hands a plan to libtest-mimic.

use super::finished::Finished;
use super::item;
use super::lane::Lanes;
use super::ledger::Ending;
use super::operation_plan::{Item, OperationPlan};
use super::plan::Plan;
use super::run::Run;
use super::session::Session;
use crate::digest::Sha256;
use crate::escape::terminal;
use crate::judge::Verdict;
use libtest_mimic::{Completion, Failed, Trial};
use std::collections::BTreeSet;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How many operations take turns: what each holds is in memory meanwhile.
const NEIGHBOURS: usize = 16;
/// In how many places the trials of an operation stand, whatever their number.
const PLACES: usize = 1 << 16;

/// The names of the items as trials, to be listed and selected by; they do nothing.
pub fn names(plan: &Plan) -> Vec<Trial> {
    plan.items()
        .map(|item| Trial::test(item.id.clone(), || Ok(())))
        .collect()
}

/// The trials of an operation, so that their outcome and the verdict of the run agree: what
/// the report lists has a trial, and none ends before all is known that its verdict rests on.
///
/// Items come in an order that the seed decides, so that no target knows a run by its
/// order. Late properties come behind the others. Those that others have as their control come last: what was seen of them as
/// controls counts too.
fn trials(
    session: &Arc<Session>,
    plan: &OperationPlan,
    lanes: &Arc<Lanes>,
    is_part: bool,
    finished: &Arc<Finished>,
) -> Vec<Trial> {
    let mut controls: BTreeSet<String> = plan
        .items
        .iter()
        .filter(|item| item.skip.is_none())
        .filter_map(|item| item.template(&session.suite).control.clone())
        .collect();
    // The preflight's reply was judged.
    controls.extend(session.books.ledger().cases.keys().cloned());
    let (last, mut first): (Vec<&Item>, Vec<&Item>) =
        (plan.items.iter()).partition(|item| controls.contains(&item.id));
    first.sort_by_cached_key(|item| {
        let seed = session.options.seed.to_be_bytes();
        let place = Sha256::digest([&seed, item.id.as_bytes()].concat());
        (item.is_late, place)
    });
    let open = Arc::new(Open::new(first.len()));
    let mut trials = Vec::new();
    for item in first {
        let (session, item, lanes) = (Arc::clone(session), item.clone(), Arc::clone(lanes));
        let (open, ending) = (Arc::clone(&open), finished.one_more());
        trials.push(Trial::ignorable_test(item.id.clone(), move || {
            let _ending = ending.begin();
            let _closing = Closing(&open);
            let verdict = in_lane(&session, &lanes, &item);
            completion(&session, &item.id, verdict)
        }));
    }
    for id in controls {
        let item = last
            .iter()
            .find(|item| item.id == id)
            .map(|item| (*item).clone());
        let (session, lanes) = (Arc::clone(session), Arc::clone(lanes));
        let (open, ending) = (Arc::clone(&open), finished.one_more());
        trials.push(Trial::ignorable_test(id.clone(), move || {
            let _ending = ending.begin();
            open.wait();
            session.forget_values();
            if let Some(item) = &item {
                in_lane(&session, &lanes, item);
            }
            lanes.run(session.control_at_the_end(&id))?;
            if let Some(reason) = session.books.settle(is_part) {
                return Err(terminal(&reason).into());
            }
            if let Some(Ending::Inconclusive(reason)) = session.at_the_end() {
                return Err(terminal(&reason).into());
            }
            let record = session.books.ledger().case(&id).clone();
            let (verdict, _) = session.verdict(&id, &record, item.is_some());
            completion(&session, &id, verdict)
        }));
    }
    for (id, path) in session.baseline.orphans(|id| session.suite.has(id)) {
        let text = format!("the suite has no case for {}", path.display());
        let text = terminal(&text);
        trials.push(Trial::test(id, move || Err(text.into())));
    }
    trials
}

/// The trials of all operations in the order in which they run: operation after operation.
/// Where objects are made, those of neighbours take turns: what one has made gets ready, and
/// what it has deleted is gone, while others are tested.
fn ordered(mut operations: Vec<Vec<Trial>>, makes_objects: bool) -> Vec<Trial> {
    let neighbours = if makes_objects { NEIGHBOURS } else { 1 };
    let turns = operations.chunks_mut(neighbours).flat_map(|several| {
        let mut trials = Vec::new();
        for operation in several {
            let count = operation.len();
            let placed = operation.drain(..).enumerate();
            trials.extend(placed.map(|(at, trial)| (at * PLACES / count, trial)));
        }
        trials.sort_by_key(|(place, _)| *place);
        trials.into_iter().map(|(_, trial)| trial)
    });
    turns.collect()
}

/// How many trials are still to end.
struct Open(Mutex<usize>, Condvar);

impl Open {
    fn new(count: usize) -> Self {
        Self(Mutex::new(count), Condvar::new())
    }

    fn wait(&self) {
        let count = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // A poisoned lock is a panic of ours, which ends the run anyway.
        drop(self.1.wait_while(count, |count| *count > 0));
    }
}

/// Ends a trial, however it ends.
struct Closing<'a>(&'a Open);

impl Drop for Closing<'_> {
    fn drop(&mut self) {
        let Open(count, changed) = self.0;
        *count.lock().unwrap_or_else(PoisonError::into_inner) -= 1;
        changed.notify_all();
    }
}

fn in_lane(session: &Session, lanes: &Lanes, item: &Item) -> Verdict {
    match lanes.run(item::guarded(session, item)) {
        Ok(verdict) => verdict,
        Err(error) => item::failed(session, item, &format!("no event loop: {error}")),
    }
}

fn completion(session: &Session, id: &str, verdict: Verdict) -> Result<Completion, Failed> {
    let record = session.books.ledger().case(id).clone();
    match (verdict, &record.ending) {
        (Verdict::Pass | Verdict::Note | Verdict::Known, _) => Ok(Completion::Completed),
        // A run that ended early must not read as one that passed: the first that was not
        // run says so.
        (Verdict::Skipped, Ending::Skipped(reason)) if session.tells_stop() => {
            Err(terminal(&format!("not run: {reason}")).into())
        }
        (Verdict::Skipped, Ending::Skipped(reason)) => {
            Ok(Completion::ignored_with(terminal(reason)))
        }
        (Verdict::Skipped, _) => Ok(Completion::ignored()),
        // In one line; the report says the rest.
        (Verdict::Fail | Verdict::Inconclusive | Verdict::Error, ending) => {
            let line = match ending {
                Ending::Inconclusive(reason) | Ending::Error(reason) => {
                    format!("{verdict}: {reason}")
                }
                _ => record
                    .to_accept(session.options.strict)
                    .first()
                    .map_or_else(
                        || "the accepted difference no longer occurs".into(),
                        ToString::to_string,
                    ),
            };
            Err(terminal(&line).into())
        }
    }
}

/// Runs the whole plan by libtest-mimic: operations in the order of their names, side by side
/// where the target takes several requests at once. `ended` is told the position of each
/// operation in the plan once it has ended, and how long it took; some are told twice.
///
/// # Errors
/// Where the system lets no event loop be made.
pub fn run_all(
    run: &Run,
    plan: &Plan,
    lanes: &Arc<Lanes>,
    arguments: &libtest_mimic::Arguments,
    ended: &Sender<(usize, Duration)>,
) -> io::Result<()> {
    run.sender.begin(plan.requests());
    if plan.is_skipped() {
        // Its word for a run of which nothing is run is that all is well.
        return lanes.run(run.run_quietly(plan));
    }
    let is_part = plan.shard.is_some();
    let idle = Arc::clone(lanes);
    run.sender
        .transport
        .on_fall_back(move || idle.end_when_idle());
    let makes_objects = run.stock.as_ref().is_some_and(|stock| stock.makes());
    let parts = || run.sessions.iter().zip(&plan.operations);
    // Its two states are no verdict: those are collected in the session. It panics where
    // standard output takes no more (a closed pipe, a full disk): what is left is then
    // run without it, and whoever prints the report learns of it.
    let printed = catch_unwind(AssertUnwindSafe(|| {
        let trials = parts().enumerate().map(|(at, (session, part))| {
            let finished = Arc::new(Finished::new(at, ended.clone()));
            trials(session, part, lanes, is_part, &finished)
        });
        libtest_mimic::run(arguments, ordered(trials.collect(), makes_objects))
    }));
    for (at, (session, part)) in parts().enumerate() {
        let began = Instant::now();
        if printed.is_err() {
            for item in &part.items {
                let was_run = session.books.ledger().cases.contains_key(&item.id);
                if !was_run {
                    lanes.run(item::guarded(session, item))?;
                }
            }
        }
        lanes.run(session.controls_at_the_end())?;
        session.books.settle(is_part);
        // Who has gone away does not want to know.
        let _ = ended.send((at, began.elapsed()));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::ordered;
    use libtest_mimic::Trial;

    #[test]
    fn operations_take_turns_only_where_objects_are_made_and_keep_their_own_order() {
        let trials = |name: &str, count: usize| -> Vec<Trial> {
            let one = |at| Trial::test(format!("{name}{at}"), || Ok(()));
            (0..count).map(one).collect()
        };
        let names = |makes_objects| {
            let all = vec![trials("a", 4), trials("b", 2), trials("c", 0)];
            let all = ordered(all, makes_objects);
            all.iter()
                .map(|it| it.name().to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(names(false), ["a0", "a1", "a2", "a3", "b0", "b1"]);
        assert_eq!(names(true), ["a0", "b0", "a1", "a2", "b1", "a3"]);
    }
}
