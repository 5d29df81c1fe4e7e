//! Looks objects up: in lists, and by the names that the run gave.

use super::{Kind, Stock, base_case};
use crate::contract::Location;
use crate::exchange::{Exchange, Outcome};
use crate::resource::{self, TOTALS};
use crate::suite::{Objects, RequestValues, Template, Value as Sent};
use serde_json::Value;

/// Most pages of a list that are read.
const MAX_PAGES: usize = 50;

impl Stock {
    /// Sends a request of a case and gives the reply, which nobody judges.
    pub(in crate::runner) async fn ask(
        &self,
        operation: &str,
        template: &Template,
        varied: &RequestValues,
        objects: &Objects,
    ) -> Result<Exchange, String> {
        let session = self.session(operation)?;
        let bound = self.sender.bind(&session.suite, template, varied, objects);
        let request = bound.map_err(|why| format!("{} cannot be sent: {why}", template.id))?;
        let sent = self
            .sender
            .deliver_quietly(&session.suite, template, &request)
            .await;
        sent.map_err(|why| format!("{}: {why}", template.id))
    }

    /// The items of the list of a resource, page after page where the list has pages.
    pub(in crate::runner) async fn list(
        &self,
        kind: &Kind,
        objects: &Objects,
    ) -> Result<Listing, String> {
        let list = kind.resource.list.as_ref();
        let list = list.ok_or_else(|| format!("nothing lists a {}", kind.resource.name))?;
        let session = self.session(&list.operation)?;
        let case = base_case(session);
        let case = case.ok_or_else(|| format!("{} has no valid case", list.operation))?;
        let row = |name: &str| session.suite.contract.parameter(Location::Query, name);
        let limit = row("limit");
        let most = limit.and_then(|row| row.field.constraints.range.max);
        let has_pages = row("offset").is_some();
        let mut items: Vec<Value> = Vec::new();
        let mut is_whole = false;
        for _ in 0..MAX_PAGES {
            let mut varied = RequestValues::default();
            let mut query = |name: &str, number: String| {
                varied.query.insert(name.into(), Sent::Text(number));
            };
            if let Some(most) = most {
                query("limit", most.to_string());
            }
            if !items.is_empty() {
                query("offset", items.len().to_string());
            }
            let exchange = self.ask(&list.operation, &case.template, &varied, objects);
            let exchange = exchange.await?;
            let body = body_of(&exchange);
            let page = body.as_ref();
            let page = page.and_then(|body| body.pointer(&list.at)?.as_array().cloned());
            let page = page.ok_or_else(|| {
                let came = exchange
                    .status()
                    .map_or("no reply".into(), |it| it.to_string());
                format!(
                    "{} got {came}, and no list at '{}'",
                    case.template.id, list.at
                )
            })?;
            let is_first = items.is_empty();
            let is_full = match most {
                Some(most) => i64::try_from(page.len()).is_ok_and(|count| count >= most),
                None => limit.is_some() && !page.is_empty(),
            };
            // A list that ignores offset gives the same page again.
            let is_new = page.first().is_some_and(|first| !items.contains(first));
            if is_new {
                items.extend(page);
            }
            let total = body.as_ref().and_then(total_of);
            // What an offset counts is not certain where there are several pages.
            is_whole = is_first && !is_full || total == Some(items.len());
            if !is_new || !is_full || !has_pages {
                break;
            }
        }
        Ok(Listing { items, is_whole })
    }

    /// The items of a [`list`](Self::list).
    pub(in crate::runner) async fn items(
        &self,
        kind: &Kind,
        objects: &Objects,
    ) -> Result<Vec<Value>, String> {
        Ok(self.list(kind, objects).await?.items)
    }

    /// Looks, before the first object of a kind is made, which are there: none of them is ours,
    /// whatever a reply says.
    pub(super) async fn look_before(&self, kind: &Kind, objects: &Objects) {
        let look = async {
            let list = kind.resource.list.as_ref();
            let items = self.items(kind, objects).await.unwrap_or_default();
            let ids = items
                .iter()
                .filter_map(|item| resource::at(item, &list?.id));
            ids.collect()
        };
        kind.before.get_or_init(|| look).await;
    }

    /// The id of the object that has the name which the run gave.
    pub(super) async fn by_name(&self, kind: &Kind, objects: &Objects) -> Option<String> {
        let name = objects.name.as_deref()?;
        let items = self.items(kind, objects).await.ok()?;
        let list = kind.resource.list.as_ref()?;
        let item = items.iter().find(|item| holds_name(item, name))?;
        resource::at(item, &list.id).filter(|id| self.is_usable(id))
    }
}

/// What a list shows.
#[derive(Debug)]
pub(in crate::runner) struct Listing {
    pub(in crate::runner) items: Vec<Value>,
    /// Whether these are all.
    pub(in crate::runner) is_whole: bool,
}

/// How many items there are in all, by what a list says.
pub(in crate::runner) fn total_of(body: &Value) -> Option<usize> {
    let mut totals = TOTALS.iter().filter_map(|name| body.get(name)?.as_u64());
    totals.next().and_then(|total| usize::try_from(total).ok())
}

/// Whether an item has this name in one of its members: as it was given, or with more
/// behind it.
pub(super) fn holds_name(item: &Value, name: &str) -> bool {
    let Value::Object(members) = item else {
        return false;
    };
    members.values().any(|value| {
        let rest = value.as_str().and_then(|text| text.strip_prefix(name));
        rest.is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_digit()))
    })
}

/// The body of a reply of success as JSON.
pub(in crate::runner) fn body_of(exchange: &Exchange) -> Option<Value> {
    match &exchange.outcome {
        Outcome::Reply(response) if crate::status::is_success(response.status) => {
            serde_json::from_slice(&response.body).ok()
        }
        Outcome::Reply(_) | Outcome::NoReply(_) => None,
    }
}
