//! Defines [`Objects`]: the objects that a request names, and how they come into it.

use super::payload::set;
use super::telling::Telling;
use crate::contract::{ClauseId, Contract, Field, Step, TypeName};
use crate::resource::{Effect, Need, NeedPlace, Resource, needs};
use serde_json::Value;
use std::collections::BTreeMap;

/// Shortest bound of a name that holds one which this program gives.
const NAME: u64 = 24;
/// Longest name that is given.
const LONG: u64 = 64;

/// The objects that requests name, beside what the target's values name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Objects {
    /// Ids by resource.
    pub ids: BTreeMap<String, String>,
    /// The name that an object gets which the request makes.
    pub name: Option<String>,
}

/// What an operation has to do with objects.
#[derive(Clone, Debug, Default)]
pub struct Handling {
    /// What its requests name.
    pub needs: Vec<Need>,
    /// What they do, and to which resource.
    pub effect: Option<(String, Effect)>,
    /// Where a request that makes one names it.
    pub(super) name: Option<NameMember>,
}

/// The member of a body that gives an object its name.
#[derive(Clone, Debug)]
pub(super) struct NameMember {
    pointer: String,
    most: u64,
    least: u64,
    is_any_text: bool,
}

impl Handling {
    pub(super) fn of(contract: &Contract, resources: &[Resource]) -> Self {
        let mut effects = resources.iter();
        let effect = effects.find_map(|resource| {
            let effect = resource.effect(&contract.operation)?;
            Some((resource.name.clone(), effect))
        });
        let makes = matches!(effect, Some((_, Effect::Create)));
        Self {
            needs: needs(contract, resources),
            name: makes.then(|| name_member(contract)).flatten(),
            effect,
        }
    }

    /// The path parameter that names the object which a request changes or deletes.
    pub fn own(&self) -> Option<&Need> {
        let (resource, _) = self.effect.as_ref()?;
        let mut needs = self.needs.iter();
        needs.rfind(|need| {
            need.resource.as_ref() == Some(resource) && matches!(need.place, NeedPlace::Path(_))
        })
    }

    /// Whether requests make or delete objects.
    pub fn counts(&self) -> bool {
        matches!(self.effect, Some((_, Effect::Create | Effect::Delete)))
    }

    pub(super) fn resource_of(&self, place: &NeedPlace) -> Option<&str> {
        let need = self.needs.iter().find(|need| need.place == *place)?;
        need.resource.as_deref()
    }

    /// Gives the object of a body its name, with more behind it that shows what is done to it
    /// if that is `telling`.
    pub(super) fn give_name(&self, body: &mut Value, name: &str, telling: Option<Telling>) {
        let Some(member) = &self.name else {
            return;
        };
        if body
            .pointer(&member.pointer)
            .is_none_or(|old| !old.is_string())
        {
            return;
        }
        let mut text = name.to_owned();
        let length = |text: &str| text.chars().count() as u64;
        if let Some(telling) = telling.filter(|_| member.is_any_text) {
            text = telling.text(name, member.most.min(LONG));
        }
        while length(&text) < member.least {
            text.push('x');
        }
        // What is missing is no member of the body any more: nothing is set.
        let _ = set(body, &member.pointer, Some(Value::String(text)));
    }

    /// Puts the ids of objects where a body names some; `is_changed` says which pointers a
    /// case sets itself.
    ///
    /// # Errors
    /// The name of a member for which there is no id.
    pub(super) fn give_ids(
        &self,
        body: &mut Value,
        id: impl Fn(&Need) -> Option<String>,
        is_changed: impl Fn(&str) -> bool,
    ) -> Result<(), String> {
        for need in &self.needs {
            let NeedPlace::Body(pointer) = &need.place else {
                continue;
            };
            if is_changed(pointer) || body.pointer(pointer).is_none_or(|old| !old.is_string()) {
                continue;
            }
            let id = match id(need) {
                None if need.is_always => return Err(need.name.clone()),
                id => id.map(Value::String),
            };
            let _ = set(body, pointer, id);
        }
        Ok(())
    }
}

fn name_member(contract: &Contract) -> Option<NameMember> {
    let body = contract.request_body.as_ref()?;
    let places: Vec<_> = body.places(ClauseId::request_body()).collect();
    let is_name = |field: &Field| {
        let facts = &field.constraints;
        let bound = facts.length.max.unwrap_or(LONG);
        let name = field.name.as_str();
        (name == "name" || name.ends_with("_name") && !name.ends_with("user_name"))
            && field.kind == TypeName::String
            && facts.values.is_empty()
            && facts.range.is_open()
            && bound >= NAME
    };
    let own = places.iter().filter(|place| is_name(place.field));
    let place = own.min_by_key(|place| (place.depth, place.field.name != "name", place.row))?;
    let steps = place.path.iter().map(|step| match step {
        Step::Member(name) => Some(*name),
        Step::Item | Step::Value => None,
    });
    let steps: Vec<&str> = steps.collect::<Option<_>>()?;
    let facts = &place.field.constraints.length;
    Some(NameMember {
        pointer: steps.iter().fold(String::new(), |pointer, name| {
            format!("{pointer}{}", super::payload::root_pointer(name))
        }),
        most: facts.max.unwrap_or(LONG),
        least: facts.min.unwrap_or(0),
        is_any_text: contract.is_any_text(place.field),
    })
}
