//! The steps of a sequence that look at lists.

use super::telling::Story;
use crate::exchange::Exchange;
use crate::judge::sequence::Expected;
use crate::resource::{self, Law, List, TOTALS};
use crate::runner::ledger::Ending;
use crate::runner::session::Session;
use crate::runner::stock::{Listing, body_of, total_of};
use crate::runner::supply::Object;
use crate::suite::{Case, Part, RequestValues, Value as Sent, filter_values};
use serde_json::Value;
use std::sync::Arc;

/// How often a list is looked at that others may change meanwhile.
const ATTEMPTS: usize = 10;
/// How often a reply must be wrong while the list is the same before and after it: what was
/// made and deleted again in between is not seen.
const WRONG: usize = 4;

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
    total(story, &list, object).await;
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
fn page(list: &List, exchange: &Exchange) -> Option<Vec<Value>> {
    body_of(exchange)?.pointer(&list.at)?.as_array().cloned()
}

async fn limit(story: &mut Story<'_>, list: &List, object: &Object) {
    let Some(step) = story.step(Part::Look(Law::Limit)) else {
        return;
    };
    let none = RequestValues::default();
    let Some(exchange) = story.asks(&step, &object.objects, &none).await else {
        return;
    };
    let page = page(list, &exchange);
    // There are two at least, so that one page of one is full.
    let full = page.as_deref().map(|items| Expected::AtMost {
        items,
        most: 1,
        least: 1,
    });
    story.judges(step, &exchange, full).await;
}

async fn offset(story: &mut Story<'_>, list: &List, object: &Object) {
    let Some(step) = story.step(Part::Look(Law::Offset)) else {
        return;
    };
    let second = |items: &[Value]| items.get(1).and_then(|item| resource::at(item, &list.id));
    let first = |exchange: &Exchange| {
        page(list, exchange).and_then(|page| resource::at(page.first()?, &list.id))
    };
    let is_right = |items: &Listing, exchange: &Exchange| {
        let second = second(&items.items);
        second.is_none() || second == first(exchange)
    };
    let Some(Moment { exchange, listing }) = moment(story, &step, list, object, is_right).await
    else {
        return;
    };
    let Some(id) = second(&listing.items) else {
        return;
    };
    let page = page(list, &exchange);
    let first = page.as_deref().map(|items| Expected::First {
        items,
        id_at: &list.id,
        id: &id,
    });
    story.judges(step, &exchange, first).await;
}

async fn total(story: &mut Story<'_>, list: &List, object: &Object) {
    let Some(step) = story.step(Part::Look(Law::Total)) else {
        return;
    };
    let is_right = |listing: &Listing, exchange: &Exchange| {
        let said = body_of(exchange).and_then(|body| total_of(&body));
        !listing.is_whole || said == Some(listing.items.len())
    };
    let Some(Moment { exchange, listing }) = moment(story, &step, list, object, is_right).await
    else {
        return;
    };
    if !listing.is_whole {
        return story.ends(&step.1, Ending::Skipped(SEVERAL.into()));
    }
    let body = body_of(&exchange).unwrap_or_default();
    let expected = TOTALS.map(|member| Expected::Total {
        body: &body,
        member,
        all: listing.items.len(),
    });
    story.judges(step, &exchange, expected).await;
}

/// A reply, and the list as it was read at the same time.
struct Moment {
    exchange: Exchange,
    listing: Listing,
}

/// Sends a step whose reply depends on what others make and delete meanwhile. The first
/// reply that is right is the one to judge; a wrong one only if it was wrong time after
/// time, and the list was the same before and after it.
async fn moment(
    story: &mut Story<'_>,
    (session, case): &(Arc<Session>, Case),
    list: &List,
    object: &Object,
    is_right: impl Fn(&Listing, &Exchange) -> bool,
) -> Option<Moment> {
    let (stock, kind, objects) = (story.stock, story.kind, &object.objects);
    let template = &case.template;
    let none = RequestValues::default();
    let ids = |listing: &Listing| -> Vec<Option<String>> {
        let items = listing.items.iter();
        items.map(|item| resource::at(item, &list.id)).collect()
    };
    let mut wrong = 0;
    for _ in 0..ATTEMPTS {
        let seen = async {
            let skip = Ending::Skipped;
            let before = stock.list(kind, objects).await.map_err(skip)?;
            let bound = session
                .sender
                .bind(&session.suite, template, &none, objects);
            let exchange = session.step(template, &bound.map_err(skip)?).await?;
            let after = stock.list(kind, objects).await.map_err(skip)?;
            Ok((before, exchange, after))
        };
        let (listing, exchange, after) = match seen.await {
            Ok(seen) => seen,
            Err(ending) => {
                story.ends(case, ending);
                return None;
            }
        };
        let is_right = is_right(&listing, &exchange);
        wrong += usize::from(!is_right && ids(&listing) == ids(&after));
        if is_right || wrong == WRONG {
            return Some(Moment { exchange, listing });
        }
    }
    let why = "others made or deleted items whenever the list was looked at";
    story.ends(case, Ending::Skipped(why.into()));
    None
}

async fn filters(story: &mut Story<'_>, list: &List, object: &Object) {
    let steps = story.all_of(Part::Look(Law::Filter));
    for (session, case) in steps {
        let step = case.template.step.clone();
        let Some(parameter) = step.and_then(|step| step.variant) else {
            continue;
        };
        for value in filter_values(&session.suite.contract, &list.at, &parameter) {
            let mut varied = RequestValues::default();
            varied
                .query
                .insert(parameter.clone(), Sent::Text(value.clone()));
            let step = (Arc::clone(&session), case.clone());
            let Some(exchange) = story.asks(&step, &object.objects, &varied).await else {
                continue;
            };
            let page = page(list, &exchange);
            let only = page.as_deref().map(|items| Expected::All {
                items,
                member: &parameter,
                value: &value,
            });
            story.judges(step, &exchange, only).await;
        }
    }
}
