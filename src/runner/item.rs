//! Runs one item of a plan: a named case, or a property.

use super::ledger::Ending;
use super::plan::{Item, Kind};
use super::property::property;
use super::session::Session;
use crate::judge::Verdict;
use crate::suite::{Case, RequestValues};

/// Runs one item and gives its verdict as far as it is known by then.
pub(super) async fn run(session: &Session, item: &Item) -> Verdict {
    let _under_way = session.active.begin();
    let sender = &session.sender;
    let template = item.template(&session.suite);
    let before = sender.values();
    let mut ending = once(session, item).await;
    if ending == Ending::Done
        && sender.is_renewable()
        && template.expect.contains(&sender.dead_token())
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
    session.verdict(&item.id, record, true).0
}

async fn once(session: &Session, item: &Item) -> Ending {
    match (&item.skip, item.kind) {
        (Some(reason), _) => Ending::Skipped(reason.clone()),
        (None, Kind::Case(at)) => case(session, &session.suite.cases[at]).await,
        (None, Kind::Property(at)) => property(session, &session.suite.properties[at]).await,
    }
}

async fn case(session: &Session, case: &Case) -> Ending {
    let template = &case.template;
    let bound = || session.sender.bind(template, &RequestValues::default());
    let request = match bound() {
        Ok(request) => request,
        Err(reason) => return Ending::Skipped(reason),
    };
    if let Err(ending) = session.control(template.control.as_deref()).await {
        return ending;
    }
    // The control may have found the token dead and another one in its place.
    let request = bound().unwrap_or(request);
    match session.exchange(template, &request).await {
        Ok((_, judgement)) if judgement.differs() => session.confirm(template).await,
        Ok(_) => Ending::Done,
        Err(ending) => ending,
    }
}
