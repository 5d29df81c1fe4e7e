//! The steps of a sequence that look at lists.

use super::telling::Story;
use crate::judge::sequence::Expected;
use crate::resource::{self, Law, List, TOTALS};
use crate::runner::ledger::Ending;
use crate::runner::session::Session;
use crate::runner::stock::{Listing, body_of};
use crate::runner::supply::Object;
use crate::suite::{Case, Part, RequestValues, Value as Sent, filter_values};
use serde_json::Value;
use std::sync::Arc;

/// How often a list is looked at again that may have changed meanwhile.
const ATTEMPTS: usize = 4;

/// Why nothing is concluded from a list of several pages.
const SEVERAL: &str =
    "the list has several pages, and nobody knows whether those that were read are all";

/// Looks whether lists have what was made, as they are asked for it.
pub(super) async fn look(story: &mut Story<'_>, object: &Object, shared: &Object) {
    let Some(list) = story.kind.resource.list.clone() else {
        return;
    };
    let objects = object.objects.clone();
    let all = seen(story, &list, object, true).await;
    let is_in = |listing: &Listing, id: &str| {
        let mut ids = listing
            .items
            .iter()
            .map(|item| resource::at(item, &list.id));
        ids.any(|it| it.as_deref() == Some(id))
    };
    if let (Some(step), Ok(listing)) = (story.step(Part::Look(Law::Listed)), &all) {
        if !listing.is_whole && !is_in(listing, &object.id) {
            story.ends(&step.1, Ending::Skipped(SEVERAL.into()));
            return;
        }
        let items = &listing.items;
        // The whole list as it is asked for without any query comes first.
        let sent = object.sent.clone();
        let id = object.id.clone();
        story
            .send(step, &objects, &RequestValues::default(), |_, judge| {
                judge(Expected::Has {
                    items,
                    id_at: &list.id,
                    id: &id,
                    sent: sent.as_ref(),
                });
            })
            .await;
    }
    let both = all.is_ok_and(|all| is_in(&all, &object.id) && is_in(&all, &shared.id));
    if both {
        limit(story, &list, object).await;
        offset(story, &list, object).await;
    }
    total(story, object).await;
    filters(story, &list, object).await;
}

/// Looks whether lists lack what was deleted.
pub(super) async fn lacks(story: &mut Story<'_>, object: &Object) {
    let Some(list) = story.kind.resource.list.clone() else {
        return;
    };
    let Some(step) = story.step(Part::Look(Law::Unlisted)) else {
        return;
    };
    let Ok(Listing { items, .. }) = seen(story, &list, object, false).await else {
        return;
    };
    let id = object.id.clone();
    story
        .send(
            step,
            &object.objects,
            &RequestValues::default(),
            |_, judge| {
                judge(Expected::Lacks {
                    items: &items,
                    id_at: &list.id,
                    id: &id,
                });
            },
        )
        .await;
}

/// The items of a list that has, or lacks, an object: as they are then, or a little later,
/// since lists may come from elsewhere.
async fn seen(
    story: &Story<'_>,
    list: &List,
    object: &Object,
    is_wanted: bool,
) -> Result<Listing, String> {
    let mut grace = story.stock.grace();
    loop {
        let listing = story.stock.list(story.kind, &object.objects).await?;
        let ids = listing
            .items
            .iter()
            .filter_map(|item| resource::at(item, &list.id));
        let is_there = ids.into_iter().any(|id| id == object.id);
        if is_there == is_wanted || !grace.wait().await {
            return Ok(listing);
        }
    }
}

/// The items of a reply to a step.
fn page(list: &List, body: &Value) -> Option<Vec<Value>> {
    body.pointer(&list.at)?.as_array().cloned()
}

async fn limit(story: &mut Story<'_>, list: &List, object: &Object) {
    let Some(step) = story.step(Part::Look(Law::Limit)) else {
        return;
    };
    // There are two at least, so that one page of one is full.
    judged(
        story,
        step,
        list,
        object,
        &RequestValues::default(),
        |page, judge| {
            judge(Expected::AtMost {
                items: page,
                most: 1,
                least: 1,
            });
        },
    )
    .await;
}

async fn offset(story: &mut Story<'_>, list: &List, object: &Object) {
    let Some((session, case)) = story.step(Part::Look(Law::Offset)) else {
        return;
    };
    let operation = session.suite.contract.operation.clone();
    let ids = |items: &[Value]| -> Vec<String> {
        items
            .iter()
            .filter_map(|item| resource::at(item, &list.id))
            .collect()
    };
    // Others may make and delete while this looks: what is compared has been the same twice.
    for attempt in 1..=ATTEMPTS {
        let Ok(before) = story.stock.items(story.kind, &object.objects).await else {
            return;
        };
        let asked = story
            .stock
            .ask(
                &operation,
                &case.template,
                &RequestValues::default(),
                &object.objects,
            )
            .await;
        let Ok(after) = story.stock.items(story.kind, &object.objects).await else {
            return;
        };
        let Some(second) = ids(&before).get(1).cloned() else {
            return;
        };
        let came = asked
            .ok()
            .and_then(|exchange| page(list, &body_of(&exchange)?));
        let is_right = came.is_some_and(|page| ids(&page).first() == Some(&second));
        if is_right || ids(&before) == ids(&after) || attempt == ATTEMPTS {
            judged(
                story,
                (session, case),
                list,
                object,
                &RequestValues::default(),
                |page, judge| {
                    judge(Expected::First {
                        items: page,
                        id_at: &list.id,
                        id: &second,
                    });
                },
            )
            .await;
            return;
        }
    }
}

async fn total(story: &mut Story<'_>, object: &Object) {
    let Some(step) = story.step(Part::Look(Law::Total)) else {
        return;
    };
    let none = RequestValues::default();
    let operation = step.0.suite.contract.operation.clone();
    // Others may make and delete while this looks: what is compared has been the same twice.
    for attempt in 1..=ATTEMPTS {
        let Ok(listing) = story.stock.list(story.kind, &object.objects).await else {
            return;
        };
        if !listing.is_whole {
            return story.ends(&step.1, Ending::Skipped(SEVERAL.into()));
        }
        let before = listing.items;
        let template = &step.1.template;
        let asked = story
            .stock
            .ask(&operation, template, &none, &object.objects);
        let asked = asked.await;
        let Ok(after) = story.stock.items(story.kind, &object.objects).await else {
            return;
        };
        let body = asked.ok().and_then(|exchange| body_of(&exchange));
        let said = body.as_ref().and_then(|body| {
            let mut totals = TOTALS.iter().filter_map(|name| body.get(name)?.as_u64());
            totals.next()
        });
        let is_right = said == Some(before.len() as u64);
        if is_right || before.len() == after.len() || attempt == ATTEMPTS {
            let all = before.len();
            let objects = object.objects.clone();
            story
                .send(step, &objects, &none, |body, judge| {
                    for member in TOTALS {
                        judge(Expected::Total { body, member, all });
                    }
                })
                .await;
            return;
        }
    }
}

async fn filters(story: &mut Story<'_>, list: &List, object: &Object) {
    let steps = story.all_of(Part::Look(Law::Filter));
    for (session, case) in steps {
        let step = case.template.step.clone();
        let Some(parameter) = step.and_then(|step| step.filter) else {
            continue;
        };
        for value in filter_values(&session.suite.contract, &list.at, &parameter) {
            let mut varied = RequestValues::default();
            varied
                .query
                .insert(parameter.clone(), Sent::Text(value.clone()));
            let step = (Arc::clone(&session), case.clone());
            let before = story.endings.get(&case.template.id).cloned();
            judged(story, step, list, object, &varied, |page, judge| {
                judge(Expected::All {
                    items: page,
                    member: &parameter,
                    value: &value,
                });
            })
            .await;
            // One that did not end well is not forgotten for the next.
            if let Some(before) = before.filter(|it| *it != Ending::Done) {
                story.ends(&case, before);
            }
        }
    }
}

/// Sends the request of a step and holds the page that comes against what is expected.
async fn judged(
    story: &mut Story<'_>,
    (session, case): (Arc<Session>, Case),
    list: &List,
    object: &Object,
    varied: &RequestValues,
    expected: impl FnOnce(&[Value], &mut dyn FnMut(Expected<'_>)),
) {
    let template = &case.template;
    let bound = session
        .sender
        .bind(&session.suite, template, varied, &object.objects);
    let Ok(request) = bound else {
        return;
    };
    let exchange = match session.step(template, &request).await {
        Ok(exchange) => exchange,
        Err(ending) => return story.ends(&case, ending),
    };
    let items = body_of(&exchange).and_then(|body| page(list, &body));
    story
        .conclude(&session, &case, &exchange, |judgement| {
            if let Some(items) = &items {
                expected(items, &mut |expected| {
                    crate::judge::sequence::judge(&template.clause, &expected, judgement);
                });
            }
        })
        .await;
}
