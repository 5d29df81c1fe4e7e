//! Looks objects up: in lists, and by the names that the run gave.

use super::{Kind, Stock, base_case};
use crate::exchange::{Exchange, Outcome};
use crate::resource;
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
    pub(in crate::runner) async fn items(
        &self,
        kind: &Kind,
        objects: &Objects,
    ) -> Result<Vec<Value>, String> {
        let list = kind.resource.list.as_ref();
        let list = list.ok_or_else(|| format!("nothing lists a {}", kind.resource.name))?;
        let session = self.session(&list.operation)?;
        let case = base_case(session);
        let case = case.ok_or_else(|| format!("{} has no valid case", list.operation))?;
        let row = |name: &str| {
            session
                .suite
                .contract
                .parameter(crate::contract::Location::Query, name)
        };
        let most = row("limit").and_then(|row| row.field.constraints.range.max);
        let has_pages = row("offset").is_some();
        let mut items: Vec<Value> = Vec::new();
        for _ in 0..MAX_PAGES {
            let mut varied = RequestValues::default();
            if let Some(most) = most {
                varied
                    .query
                    .insert("limit".into(), Sent::Text(most.to_string()));
            }
            if has_pages && !items.is_empty() {
                varied
                    .query
                    .insert("offset".into(), Sent::Text(items.len().to_string()));
            }
            let exchange = self
                .ask(&list.operation, &case.template, &varied, objects)
                .await?;
            let body = body_of(&exchange);
            let page = body
                .as_ref()
                .and_then(|body| body.pointer(&list.at)?.as_array().cloned());
            let page = page.ok_or_else(|| {
                let came = exchange
                    .status()
                    .map_or("no reply".into(), |it| it.to_string());
                format!(
                    "{} got {came}, and no list at '{}'",
                    case.template.id, list.at
                )
            })?;
            let is_more = has_pages && !page.is_empty() && items.len() < 10_000;
            // A list that ignores offset gives the same page again.
            let is_new = page.first().is_some_and(|first| !items.contains(first));
            if !is_new {
                break;
            }
            items.extend(page);
            if !is_more || most.is_none() {
                break;
            }
        }
        Ok(items)
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
