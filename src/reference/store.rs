//! Defines [`Store`]: what the reference server keeps of the objects that its clients make, so
//! that what was sent comes back, lists have it, and what was deleted is gone.

use crate::contract::{Contract, Location};
use crate::resource::{Effect, Law, Need, NeedPlace, Resource, TOTALS, Take, needs};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What a server keeps of all its operations.
#[derive(Debug)]
pub struct Store {
    resources: Vec<Resource>,
    /// The law that it breaks, and of which resource.
    lapse: Option<(String, Law)>,
    held: Mutex<Held>,
}

#[derive(Debug, Default)]
struct Held {
    objects: Vec<Stored>,
    last: u64,
    /// A text as long as ids are, by resource, where operations take one.
    shapes: BTreeMap<String, String>,
}

impl Held {
    fn shape_of(&self, resource: &str) -> &str {
        self.shapes.get(resource).map_or("00000000", String::as_str)
    }
}

/// An object.
#[derive(Clone, Debug)]
struct Stored {
    resource: String,
    id: String,
    /// What it stands in: ids by resource.
    within: BTreeMap<String, String>,
    members: Map<String, Value>,
    is_deleted: bool,
}

/// What an operation does with a store.
#[derive(Debug)]
pub(super) struct Counter {
    store: Arc<Store>,
    needs: Vec<Need>,
    effect: Option<(Resource, Effect)>,
    shows: Option<Resource>,
    lists: Option<Resource>,
}

/// What a request names that the store does not have.
#[derive(Debug)]
pub(super) struct NotThere;

impl Store {
    /// An empty one, which breaks this law of this resource.
    pub fn new(resources: Vec<Resource>, lapse: Option<(String, Law)>) -> Self {
        Self {
            resources: resources
                .into_iter()
                .filter(Resource::can_be_made)
                .collect(),
            lapse,
            held: Mutex::default(),
        }
    }

    fn breaks(&self, resource: &str, law: Law) -> bool {
        self.lapse
            .as_ref()
            .is_some_and(|(name, broken)| name == resource && *broken == law)
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Counter {
    pub(super) fn new(store: Arc<Store>, contract: &Contract) -> Self {
        let operation = contract.operation.as_str();
        let resource = |is_it: &dyn Fn(&Resource) -> bool| {
            store.resources.iter().find(|it| is_it(it)).cloned()
        };
        let effect = store
            .resources
            .iter()
            .find_map(|it| Some((it.clone(), it.effect(operation)?)));
        let shows = resource(&|it| {
            it.show
                .as_ref()
                .is_some_and(|show| show.operation == operation)
        });
        let lists = resource(&|it| {
            it.list
                .as_ref()
                .is_some_and(|list| list.operation == operation)
        });
        let needs = needs(contract, &store.resources);
        for need in &needs {
            let row = contract.parameter(Location::Path, &need.name);
            if let (Some(resource), Some(row)) = (&need.resource, row) {
                let length = row.field.constraints.length;
                let length = length.min.unwrap_or(8).max(8).min(length.max.unwrap_or(64));
                let shape = "0".repeat(usize::try_from(length).unwrap_or(8));
                store.held().shapes.insert(resource.clone(), shape);
            }
        }
        Self {
            needs,
            effect,
            shows,
            lists,
            store,
        }
    }

    /// Does what the request asks for, and says it in the reply of success `body`; the id of
    /// what was made, where the header `Location` tells it.
    pub(super) fn act(
        &self,
        parameters: &[(Location, String, String)],
        sent: Option<&Value>,
        body: &mut Value,
    ) -> Result<Option<String>, NotThere> {
        let mut location = None;
        let store = &self.store;
        let mut held = store.held();
        let named = self.named(parameters, sent);
        let own = self
            .effect
            .as_ref()
            .map(|(it, _)| it)
            .or(self.shows.as_ref());
        for (resource, id) in &named {
            let is_own = own.is_some_and(|own| own.name == *resource);
            let within = |stored: &Stored| {
                is_own && store.breaks(resource, Law::Parent)
                    || stored
                        .within
                        .iter()
                        .all(|(outer, id)| named.get(outer).is_none_or(|it| it == id))
            };
            let lasts = store.breaks(resource, Law::Gone);
            let is_it = |stored: &Stored| {
                stored.resource == *resource
                    && stored.id == *id
                    && (!stored.is_deleted || lasts)
                    && within(stored)
            };
            if !held.objects.iter().any(is_it) {
                return Err(NotThere);
            }
        }
        match &self.effect {
            Some((resource, Effect::Create)) => {
                let mut within = named.clone();
                within.remove(&resource.name);
                location = create(&mut held, resource, within, sent, body);
            }
            Some((resource, effect)) => {
                let id = named.get(&resource.name);
                let is_it = |stored: &&mut Stored| {
                    stored.resource == resource.name && Some(&stored.id) == id
                };
                let mut all = held.objects.iter_mut();
                if let Some(stored) = all.find(is_it) {
                    match effect {
                        Effect::Update if !store.breaks(&resource.name, Law::Updated) => {
                            if store.breaks(&resource.name, Law::Kept) {
                                stored.members.clear();
                            }
                            stored.members.extend(members(sent));
                        }
                        Effect::Delete => stored.is_deleted = true,
                        _ => {}
                    }
                }
                if let (Effect::Delete, Some(id)) = (effect, id) {
                    let inner =
                        |stored: &&mut Stored| stored.within.get(&resource.name) == Some(id);
                    held.objects
                        .iter_mut()
                        .filter(inner)
                        .for_each(|it| it.is_deleted = true);
                }
            }
            None => {}
        }
        let changes = self
            .effect
            .as_ref()
            .filter(|(_, effect)| *effect == Effect::Update);
        if let Some(resource) = self.shows.as_ref().or(changes.map(|(it, _)| it)) {
            self.show(&held, resource, &named, body);
        }
        if let Some(resource) = &self.lists {
            self.list(&held, resource, &named, parameters, body);
        }
        Ok(location)
    }

    /// The objects that a request names, by resource.
    fn named(
        &self,
        parameters: &[(Location, String, String)],
        sent: Option<&Value>,
    ) -> BTreeMap<String, String> {
        let mut named = BTreeMap::new();
        for need in &self.needs {
            let Some(resource) = &need.resource else {
                continue;
            };
            let parameter = |wanted: Location| {
                let mut all = parameters.iter();
                let is_it = |(at, name, _): &&(Location, String, String)| {
                    *at == wanted && *name == need.name
                };
                all.find(is_it).map(|(.., value)| value.clone())
            };
            let id = match &need.place {
                NeedPlace::Path(_) => parameter(Location::Path),
                NeedPlace::Query(_) => parameter(Location::Query),
                NeedPlace::Body(pointer) => {
                    sent.and_then(|sent| crate::resource::at(sent, pointer))
                }
            };
            named.extend(id.map(|id| (resource.clone(), id)));
        }
        named
    }

    fn show(
        &self,
        held: &Held,
        resource: &Resource,
        named: &BTreeMap<String, String>,
        body: &mut Value,
    ) {
        let id = named.get(&resource.name);
        let stored = held
            .objects
            .iter()
            .find(|it| it.resource == resource.name && Some(&it.id) == id);
        let Some((stored, show)) = stored.zip(resource.show.as_ref()) else {
            return;
        };
        if let Some(object) = body.pointer_mut(&show.at) {
            put(object, resource, stored);
            if self.store.breaks(&resource.name, Law::Created) {
                spoil(object, &stored.members);
            }
        }
        if let Some(ready) = resource.ready.as_ref()
            && let Some(state) = body.pointer_mut(&ready.member)
        {
            *state = match self.store.breaks(&resource.name, Law::Ready) {
                true => json!("building"),
                false => json!(ready.is[0]),
            };
        }
    }

    fn list(
        &self,
        held: &Held,
        resource: &Resource,
        named: &BTreeMap<String, String>,
        parameters: &[(Location, String, String)],
        body: &mut Value,
    ) {
        let Some(list) = &resource.list else {
            return;
        };
        let breaks = |law| self.store.breaks(&resource.name, law);
        let first = body
            .pointer(&list.at)
            .and_then(|items| items.get(0))
            .cloned();
        let Some(template) = first else {
            return;
        };
        let is_here = |stored: &&Stored| {
            let mut outer = stored.within.iter();
            breaks(Law::Parent)
                || outer.all(|(outer, id)| named.get(outer).is_none_or(|it| it == id))
        };
        let stored = held
            .objects
            .iter()
            .filter(|it| it.resource == resource.name);
        let stored = stored.filter(|it| !it.is_deleted || breaks(Law::Unlisted));
        let mut items: Vec<Value> = stored
            .filter(is_here)
            .map(|stored| {
                let mut item = template.clone();
                put(&mut item, resource, stored);
                if let Some(ready) = &resource.ready {
                    let name = ready.member.rsplit('/').next().unwrap_or_default();
                    if let Some(state) = item.get_mut(name) {
                        *state = json!(ready.is[0]);
                    }
                }
                item
            })
            .collect();
        if breaks(Law::Listed) {
            items.pop();
        }
        let query = |name: &str| {
            let mut all = parameters.iter();
            let found = all.find(|(at, other, _)| *at == Location::Query && other == name);
            found.map(|(.., value)| value.as_str())
        };
        for (at, name, value) in parameters {
            let is_member = template.get(name).is_some_and(Value::is_string);
            if *at == Location::Query && is_member && !breaks(Law::Filter) {
                items.retain(|item| item.get(name).and_then(Value::as_str) == Some(value));
            }
        }
        let all = items.len();
        let number = |name: &str| query(name).and_then(|text| text.parse::<usize>().ok());
        if let Some(offset) = number("offset").filter(|_| !breaks(Law::Offset)) {
            items.drain(..offset.min(all));
        }
        if let Some(limit) = number("limit").filter(|_| !breaks(Law::Limit)) {
            items.truncate(limit);
        }
        if let Some(array) = body.pointer_mut(&list.at) {
            *array = Value::Array(items);
        }
        for name in TOTALS {
            if let Some(total) = body.get_mut(name).filter(|total| total.is_u64()) {
                *total = json!(match breaks(Law::Total) {
                    true => all + 1,
                    false => all,
                });
            }
        }
    }
}

/// Makes an object of what was sent, and says its id in the reply.
/// Makes an object; its id, where a header tells it.
fn create(
    held: &mut Held,
    resource: &Resource,
    within: BTreeMap<String, String>,
    sent: Option<&Value>,
    body: &mut Value,
) -> Option<String> {
    let create = resource.create.as_ref()?;
    held.last += 1;
    let id = match &create.take {
        Take::Location => numbered(held.shape_of(&resource.name), held.last),
        Take::Body(pointer) => {
            let place = body.pointer_mut(pointer)?;
            let id = match &*place {
                Value::String(text) => numbered(text, held.last),
                _ => held.last.to_string(),
            };
            *place = match place {
                Value::String(_) => json!(id),
                _ => json!(held.last),
            };
            id
        }
    };
    let location = (create.take == Take::Location).then(|| id.clone());
    let stored = Stored {
        resource: resource.name.clone(),
        id,
        within,
        members: members(sent),
        is_deleted: false,
    };
    let object = create.take.object();
    if let Some(object) = object.and_then(|at| body.pointer_mut(at)) {
        put(object, resource, &stored);
    }
    held.objects.push(stored);
    location
}

/// A text of the same length that ends with a number.
fn numbered(text: &str, number: u64) -> String {
    let length = text.chars().count().max(4);
    let digits = format!("{number:06x}");
    let kept = length.saturating_sub(digits.len());
    let start: String = text.chars().take(kept).collect();
    let end = &digits[digits.len().saturating_sub(length - start.chars().count())..];
    format!("{start}{end}")
}

/// What a body says of an object.
fn members(sent: Option<&Value>) -> Map<String, Value> {
    let Some(Value::Object(members)) = sent else {
        return Map::new();
    };
    let mut inner = members.values();
    match (inner.next(), inner.next()) {
        (Some(Value::Object(inner)), None) => inner.clone(),
        _ => members.clone(),
    }
}

/// Shows an object where the documented one stands: its id, and of its members those that
/// are documented, with the same type.
fn put(object: &mut Value, resource: &Resource, stored: &Stored) {
    let create = resource.create.as_ref();
    let name = create.map_or("id", |create| create.take.member());
    if let Some(place) = object.get_mut(name) {
        *place = match place {
            Value::Number(_) => stored.id.parse::<u64>().map_or(Value::Null, Value::from),
            _ => json!(stored.id),
        };
    }
    let Value::Object(members) = object else {
        return;
    };
    for (name, value) in &stored.members {
        let is_alike =
            |shown: &&mut Value| std::mem::discriminant(&**shown) == std::mem::discriminant(value);
        if let Some(shown) = members.get_mut(name).filter(is_alike) {
            *shown = value.clone();
        }
    }
}

/// Shows one member otherwise than it was sent.
fn spoil(object: &mut Value, sent: &Map<String, Value>) {
    let names = sent.iter().filter(|(_, value)| value.is_string());
    for (name, _) in names {
        if let Some(Value::String(text)) = object.get_mut(name) {
            text.pop();
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_keep_their_length_and_differ() {
        for (text, one, other) in [
            ("0123456789abcdef", "0123456789000001", "012345678900000a"),
            ("abcd", "0001", "000a"),
            ("x", "0001", "000a"),
        ] {
            assert_eq!(numbered(text, 1), one);
            assert_eq!(numbered(text, 10), other);
        }
    }
}
