//! Runs a property: generates its requests, and finds the smallest that still fails.

use super::books::is_large;
use super::ledger::Ending;
use super::operation_plan::Item;
use super::session::Session;
use crate::exchange::{Exchange, Request};
use crate::judge::{Fingerprint, Judgement, Severity};
use crate::status::is_success;
use crate::suite::strategy::{Generated, Generator, still_fits};
use crate::suite::{Property, RequestValues, TokenChange, Value};
use crate::transport::Turns;
use futures_util::StreamExt as _;
use futures_util::future::join;
use futures_util::stream::FuturesOrdered;
use std::sync::Arc;

/// Requests that shrinking may send for one property.
const MAX_SHRINKING: u32 = 48;

/// A generated request and what came back.
type Delivered = (Generated, Exchange);

/// Sends the requests of a property side by side, and judges them in order.
pub(super) async fn property(session: &Session, property: &Property, item: &Item) -> Ending {
    let template = &property.template;
    if let Err(ending) = session.prepare().await {
        return ending;
    }
    if let Err(ending) = session.control(template.control.as_deref()).await {
        return ending;
    }
    let mut generator = match session.generator(property) {
        Ok(generator) => generator.sharing(item.share),
        Err(reason) => return Ending::Error(reason),
    };
    let count = item.requests;
    if property.is_at_once {
        return two_at_a_time(session, property, generator, count).await;
    }
    let may_succeed = template.expect.iter().any(|status| is_success(*status));
    if session.suite.handling.counts() && may_succeed {
        return one_at_a_time(session, property, generator, count).await;
    }
    if let Err(ending) = session.prepare().await {
        return ending;
    }
    let mut requests = (0..count).map(|_| {
        let generated = generator.generate(&session.suite, property);
        next_request(session, property, generated)
    });
    let mut under_way = FuturesOrdered::new();
    let mut turns = Turns::default();
    let mut delivered: Option<Delivered> = None;
    let mut first_failing: Option<(Generated, Judgement)> = None;
    loop {
        // Judging a large body takes so long that a deadline could pass meanwhile.
        let may_judge_beside = !delivered.as_ref().is_some_and(|(_, it)| is_large(it));
        while may_judge_beside
            && under_way.len()
                < session
                    .sender
                    .active
                    .share(session.sender.transport.concurrency())
        {
            match requests.next() {
                Some(Ok(Some((generated, request)))) => {
                    under_way.push_back(turns.give(async move {
                        Ok((generated, session.deliver(template, &request).await?))
                    }));
                }
                Some(Ok(None)) => {}
                Some(Err(ending)) => return ending,
                None => break,
            }
        }
        let judging = async {
            let (generated, exchange) = delivered.take()?;
            // What was just handed to a connection goes out first.
            tokio::task::yield_now().await;
            let judgement = session.conclude(template, &exchange).await;
            drop(exchange);
            turns.next();
            judgement.differs().then_some((generated, judgement))
        };
        let (next, failing) = join(under_way.next(), judging).await;
        first_failing = first_failing.or(failing);
        match next {
            Some(Ok(next)) => delivered = Some(next),
            Some(Err(ending)) => return ending,
            None if requests.len() == 0 => break,
            None => {}
        }
    }
    drop(under_way);
    let Some((generated, judgement)) = first_failing else {
        return Ending::Done;
    };
    let ending = session.confirm(template).await;
    if ending == Ending::Done {
        shrink(session, property, generated, &judgement).await;
    }
    ending
}

/// Sends the requests of a property one behind the other, each for objects of its own: they
/// make or delete some.
async fn one_at_a_time(
    session: &Session,
    property: &Property,
    mut generator: Generator,
    count: u32,
) -> Ending {
    let template = &property.template;
    let mut differs = false;
    for _ in 0..count {
        if let Err(ending) = session.prepare().await {
            return ending;
        }
        let generated = generator.generate(&session.suite, property);
        let request = match next_request(session, property, generated) {
            Ok(Some((_, request))) => request,
            Ok(None) => continue,
            Err(ending) => return ending,
        };
        match session.exchange(template, &request).await {
            Ok((_, judgement)) => differs |= judgement.differs(),
            Err(ending) => return ending,
        }
    }
    match differs {
        true => session.confirm(template).await,
        false => Ending::Done,
    }
}

/// Sends the requests of a property two at a time, each beside its control where it has
/// one. What shows only then cannot be shrunk.
async fn two_at_a_time(
    session: &Session,
    property: &Property,
    mut generator: Generator,
    count: u32,
) -> Ending {
    let template = &property.template;
    if let Err(ending) = session.prepare().await {
        return ending;
    }
    let mut requests = Vec::new();
    for _ in 0..count {
        let generated = generator.generate(&session.suite, property);
        match next_request(session, property, generated) {
            Ok(request) => requests.extend(request.map(|(_, request)| (template, request))),
            Err(ending) => return ending,
        }
    }
    let control = template.control.as_deref();
    if let Some(control) = control.and_then(|id| session.suite.case(id)) {
        let control = &control.template;
        let beside = match session.bind(control, &RequestValues::default()) {
            Ok(request) => request,
            Err(reason) => return Ending::Skipped(reason),
        };
        // Either may come first.
        let beside = |(at, own)| match at % 2 {
            0 => [own, (control, Arc::clone(&beside))],
            _ => [(control, Arc::clone(&beside)), own],
        };
        requests = requests.into_iter().enumerate().flat_map(beside).collect();
    }
    let mut differs = false;
    for together in requests.chunks(2) {
        let sent = match together {
            [one, other] => session
                .deliver_both([one, other].map(|(template, request)| (*template, request)))
                .await
                .map(Vec::from),
            alone => session
                .deliver(template, &alone[0].1)
                .await
                .map(|it| vec![it]),
        };
        let exchanges = match sent {
            Ok(exchanges) => exchanges,
            Err(ending) => return ending,
        };
        for ((template, _), exchange) in together.iter().zip(exchanges) {
            differs |= session.conclude(template, &exchange).await.differs();
        }
    }
    match differs {
        true => session.confirm(template).await,
        false => Ending::Done,
    }
}

/// The request for generated values; `None` where there is nothing to send.
fn next_request(
    session: &Session,
    property: &Property,
    generated: Result<Generated, String>,
) -> Result<Option<(Generated, Arc<Request>)>, Ending> {
    let generated = generated.map_err(Ending::Error)?;
    let changes = generated.changes();
    match session.bind(&property.template, &changes) {
        Ok(request) => Ok(Some((generated, request))),
        // A change that leaves this very token as it is.
        Err(_) if is_wrong_token(property, &changes.headers) => Ok(None),
        Err(reason) => Err(Ending::Skipped(reason)),
    }
}

/// Looks for a smaller request with the same first difference. A fault that shows
/// only now and then cannot be shrunk; then the first request stands.
async fn shrink(
    session: &Session,
    property: &Property,
    mut generated: Generated,
    judgement: &Judgement,
) {
    let Some(wanted) = first_difference(judgement) else {
        return;
    };
    let mut budget = MAX_SHRINKING;
    let mut goes_on = generated.simplify();
    while goes_on && budget > 0 {
        budget -= 1;
        let changes = generated.changes();
        let fails = still_fits(&session.suite, property, &changes)
            && match session.bind(&property.template, &changes) {
                Ok(request) => match session.exchange(&property.template, &request).await {
                    Ok((exchange, judgement)) => {
                        let fails = judgement
                            .differences
                            .iter()
                            .any(|difference| difference.fingerprint() == wanted);
                        if fails {
                            let example = session.books.example(&exchange);
                            let mut ledger = session.books.ledger();
                            if let Some(seen) =
                                ledger.case(&property.template.id).seen.get_mut(&wanted)
                            {
                                seen.example = example;
                            }
                        }
                        fails
                    }
                    Err(_) => return,
                },
                Err(_) => false,
            };
        goes_on = if fails {
            generated.simplify()
        } else {
            generated.complicate()
        };
    }
}

fn first_difference(judgement: &Judgement) -> Option<Fingerprint> {
    judgement
        .differences
        .iter()
        .find(|difference| difference.rule.severity == Severity::Difference)
        .map(crate::judge::Difference::fingerprint)
}

fn is_wrong_token(
    property: &Property,
    headers: &std::collections::BTreeMap<String, Value>,
) -> bool {
    property
        .vary
        .wrong_token
        .as_ref()
        .and_then(|name| headers.get(name))
        .is_some_and(|value| {
            matches!(
                value,
                Value::Token(
                    TokenChange::CaseSwapped
                        | TokenChange::FirstCaseSwapped
                        | TokenChange::LastCaseSwapped
                        | TokenChange::UpperCase
                        | TokenChange::LowerCase
                        | TokenChange::Reversed
                        | TokenChange::Kept(_)
                        | TokenChange::Cut(_)
                )
            )
        })
}
