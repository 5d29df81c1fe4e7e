//! Runs one item of a plan: a named case, or a property.

use super::ledger::Ending;
use super::operation_plan::{Item, Kind};
use super::property::property;
use super::sender::Stop;
use super::session::Session;
use crate::judge::Verdict;
use crate::suite::{Case, RequestValues};
use futures_util::FutureExt as _;
use std::panic::AssertUnwindSafe;

/// A panic is our bug: it ends the item as an error and nothing else.
pub(super) async fn guarded(session: &Session, item: &Item) -> Verdict {
    match AssertUnwindSafe(run(session, item)).catch_unwind().await {
        Ok(verdict) => verdict,
        Err(panic) => {
            let what = panic
                .downcast_ref::<String>()
                .cloned()
                .or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()))
                .unwrap_or_default();
            failed(session, item, &session.sender.redactor().text(&what))
        }
    }
}

pub(super) fn failed(session: &Session, item: &Item, what: &str) -> Verdict {
    session.books.ledger().case(&item.id).ending = Ending::Error(format!("internal error: {what}"));
    Verdict::Error
}

/// Runs one item and gives its verdict as far as it is known by then.
async fn run(session: &Session, item: &Item) -> Verdict {
    let _under_way = session.sender.active.begin();
    let _turn = match session.suite.handling.counts() {
        true => Some(session.turn.lock().await),
        false => None,
    };
    let sender = &session.sender;
    let template = item.template(&session.suite);
    let before = sender.values();
    let mut ending = once(session, item).await;
    if ending == Ending::Done
        && sender.is_renewable()
        && template.expect.contains(&session.suite.dead_token())
    {
        // A token that died behind the control would have been refused anyway.
        ending = match session.control(template.control.as_deref()).await {
            Ok(()) if sender.was_renewed(&before) => once(session, item).await,
            Ok(()) => Ending::Done,
            Err(ending) => ending,
        };
    }
    if ending == Ending::Done {
        session.controls.done(&item.id);
    }
    let mut ledger = session.books.ledger();
    let record = ledger.case(&item.id);
    record.ending = ending;
    let verdict = session.verdict(&item.id, record, true).0;
    if verdict == Verdict::Fail && session.options.fail_fast {
        session.sender.stop(Stop::FirstFailure);
    }
    verdict
}

async fn once(session: &Session, item: &Item) -> Ending {
    if let Some(reason) = session.blocked() {
        return Ending::Inconclusive(reason.to_owned());
    }
    match (&item.skip, item.kind) {
        (Some(reason), _) => Ending::Skipped(reason.clone()),
        (None, Kind::Case(at)) => case(session, &session.suite.cases[at]).await,
        (None, Kind::Property(at)) => property(session, &session.suite.properties[at], item).await,
    }
}

async fn case(session: &Session, case: &Case) -> Ending {
    let template = &case.template;
    if let Some(step) = &template.step {
        return match session.supply() {
            Some(supply) => supply.step(step, &template.id).await,
            None => Ending::Skipped("the run makes no objects".into()),
        };
    }
    if let Err(ending) = session.prepare().await {
        return ending;
    }
    let bound = || session.bind(template, &RequestValues::default());
    let request = match bound() {
        Ok(request) => request,
        Err(reason) => return Ending::Skipped(reason),
    };
    if let Err(ending) = session.control(template.control.as_deref()).await {
        return ending;
    }
    // The control may have deleted what it names.
    if let Err(ending) = session.prepare().await {
        return ending;
    }
    // It may have found the token dead and another one in its place.
    let request = bound().unwrap_or(request);
    match session.exchange(template, &request).await {
        Ok((_, judgement)) if judgement.differs() => session.confirm(template).await,
        Ok(_) => Ending::Done,
        Err(ending) => ending,
    }
}
