//! Proposes the resources of a service, by the shapes of its paths and by names.

use super::entry::{EVERY, WITHIN};
use super::pointer::joined;
use super::shape::{Shape, Spot, spots};
use super::words::{State, is_id, key, ready_words, singular, state, stem};
use super::{Create, Delete, LOCATION, List, Part, Ready, Resource, Show, Take, Update, Use};
use crate::contract::{Body, Contract, Field, TypeName};
use crate::status;
use std::collections::{BTreeMap, BTreeSet};

/// The resources that the paths of a service name, parents before children; all are guesses.
pub fn propose<'a>(contracts: impl IntoIterator<Item = &'a Contract>) -> Vec<Resource> {
    let contracts: Vec<&Contract> = contracts.into_iter().collect();
    let mut kinds: BTreeMap<Shape, Kind<'_>> = BTreeMap::new();
    for contract in &contracts {
        for spot in spots(contract) {
            let collection = spot.collection.clone();
            let kind = kinds.entry(collection).or_insert_with(|| Kind::new(&spot));
            kind.uses.push((&contract.operation, spot.name));
            if spot.is_last {
                kind.items.push(contract);
            }
        }
    }
    for contract in &contracts {
        if let Some(kind) = kinds.get_mut(&Shape::of(&contract.uri)) {
            kind.wholes.push(contract);
        }
    }
    let mut names = BTreeSet::new();
    let mut resources = Vec::new();
    let mut others: Vec<Kind<'_>> = Vec::new();
    for kind in kinds.into_values() {
        match kind.resource(&mut names) {
            Some(resource) => resources.push((kind, resource)),
            None => others.push(kind),
        }
    }
    // A placeholder of another path may name what has a producer.
    for kind in others {
        for (operation, name) in &kind.uses {
            let wanted = stem(name).map(str::to_lowercase);
            let owner = resources.iter_mut().find(|(owner, resource)| {
                let is_primary = owner
                    .uses
                    .iter()
                    .any(|(_, own)| own == name && *own != "id");
                is_primary || wanted.as_ref() == Some(&resource.name)
            });
            if let Some((owner, _)) = owner {
                owner.uses.push((operation, name));
            }
        }
    }
    let shared = shared_names(resources.iter().map(|(kind, _)| kind));
    let mut proposed = Vec::new();
    for (kind, mut resource) in resources {
        resource.names = kind.names(&shared, &resource.name, &contracts);
        proposed.push(resource);
    }
    proposed
}

/// Names of placeholders that stand for several kinds.
fn shared_names<'a>(kinds: impl Iterator<Item = &'a Kind<'a>>) -> BTreeSet<String> {
    let mut seen = BTreeMap::<&str, usize>::new();
    for kind in kinds {
        let own: BTreeSet<&str> = kind.uses.iter().map(|(_, name)| *name).collect();
        for name in own {
            *seen.entry(name).or_default() += 1;
        }
    }
    let shared = seen.into_iter().filter(|(_, count)| *count > 1);
    shared.map(|(name, _)| name.to_owned()).collect()
}

/// What stands behind one collection, such as `/v3/{}/clusters`.
struct Kind<'a> {
    /// Its name.
    name: String,
    /// The name of the placeholder that was seen first.
    placeholder: &'a str,
    /// Operations and the name of the placeholder in each.
    uses: Vec<(&'a str, &'a str)>,
    /// Operations on the collection.
    wholes: Vec<&'a Contract>,
    /// Operations on one of it.
    items: Vec<&'a Contract>,
}

impl<'a> Kind<'a> {
    fn new(spot: &Spot<'a>) -> Self {
        let by_path = spot.noun.map(singular);
        let by_name = stem(spot.name).map(str::to_owned);
        let name = by_name.or(by_path);
        Self {
            name: key(&name.unwrap_or_else(|| spot.name.to_owned())),
            placeholder: spot.name,
            uses: Vec::new(),
            wholes: Vec::new(),
            items: Vec::new(),
        }
    }

    fn by(of: &[&'a Contract], methods: &[&str]) -> Option<&'a Contract> {
        let is_it = |method: &&str| of.iter().find(|it| it.method == **method).copied();
        methods.iter().find_map(is_it)
    }

    /// The resource without its names; `None` where nothing makes, shows or lists it.
    fn resource(&self, taken: &mut BTreeSet<String>) -> Option<Resource> {
        let create = Self::by(&self.wholes, &["POST"]).and_then(|contract| {
            let in_body = success(contract).and_then(|body| self.id_in(body));
            Some(Create {
                operation: contract.operation.clone(),
                take: match in_body {
                    Some(pointer) => Take::Body(pointer),
                    None if tells_location(contract) => Take::Location,
                    None => return None,
                },
            })
        });
        let show = Self::by(&self.items, &["GET"]).and_then(|contract| {
            let id = self.id_in(success(contract)?);
            let id = id.unwrap_or_default();
            Some(Show {
                operation: contract.operation.clone(),
                at: id.rsplit_once('/').map_or("", |(at, _)| at).to_owned(),
            })
        });
        let list = Self::by(&self.wholes, &["GET"]).and_then(|contract| self.list(contract));
        let unknown = |contract: &Contract| contract.profile.status.unknown_resource;
        let delete = Self::by(&self.items, &["DELETE"]).map(|contract| Delete {
            operation: contract.operation.clone(),
            gone: unknown(contract),
            within: WITHIN,
        });
        if create.is_none() && list.is_none() && delete.is_none() {
            return None;
        }
        let ready = show.as_ref().and_then(|show| {
            let contract = Self::by(&self.items, &["GET"])?;
            ready(contract, show)
        });
        let update = Self::by(&self.items, &["PUT", "PATCH"]);
        let mut name = self.name.clone();
        while !taken.insert(name.clone()) {
            name.push_str("-2");
        }
        Some(Resource {
            name,
            names: Vec::new(),
            create,
            ready,
            show,
            list,
            update: update.map(|contract| Update {
                operation: contract.operation.clone(),
                keeps: contract.method == "PATCH",
            }),
            delete,
            is_guess: true,
            off: Vec::new(),
            line: 0,
        })
    }

    /// Where a reply holds the id of one.
    fn id_in(&self, body: &Body) -> Option<String> {
        let mut ids: Vec<(u8, String)> = Vec::new();
        self.ids(body, &body.fields, "", 0, &mut ids);
        ids.sort_by_key(|(rank, _)| *rank);
        ids.into_iter().next().map(|(_, pointer)| pointer)
    }

    fn ids(
        &self,
        body: &Body,
        fields: &[Field],
        at: &str,
        depth: u8,
        found: &mut Vec<(u8, String)>,
    ) {
        for field in fields {
            let pointer = joined(at, &field.name);
            let is_scalar = field.kind.is_scalar();
            let is_named = field.name == self.placeholder && self.placeholder != "id"
                || stem(&field.name).map(key).as_ref() == Some(&self.name);
            let outer = at.rsplit('/').next().unwrap_or_default();
            let is_own_object = key(outer) == self.name || singular(&key(outer)) == self.name;
            match field.name.as_str() {
                _ if is_scalar && is_named => found.push((depth * 2, pointer)),
                "id" | "uuid" if is_scalar && (depth == 0 || is_own_object) => {
                    found.push((depth * 2 + 1, pointer));
                }
                "id" | "uuid" if is_scalar => found.push((10 + depth, pointer)),
                _ if depth < 2 && field.kind.object_name().is_some() => {
                    let is_object = field.kind.innermost() == &field.kind;
                    if let Some(members) = body.members(&field.kind).filter(|_| is_object) {
                        self.ids(body, members, &pointer, depth + 1, found);
                    }
                }
                _ => {}
            }
        }
    }

    fn list(&self, contract: &Contract) -> Option<List> {
        let body = success(contract)?;
        let mut found: Option<List> = None;
        for field in &body.fields {
            let TypeName::Array(item) = &field.kind else {
                continue;
            };
            let members = body.members(item)?;
            let id = members.iter().find(|member| {
                let is_named = stem(&member.name).map(key).as_ref() == Some(&self.name);
                member.kind.is_scalar()
                    && (is_named || is_id(&member.name) && stem(&member.name).is_none())
            });
            let Some(id) = id else {
                continue;
            };
            let is_own = singular(&key(&field.name)).ends_with(&self.name);
            if found.is_none() || is_own {
                found = Some(List {
                    operation: contract.operation.clone(),
                    at: match field.is_root_array() {
                        true => String::new(),
                        false => joined("", &field.name),
                    },
                    id: joined("", &id.name),
                });
            }
        }
        found
    }

    /// Where requests name one.
    fn names(&self, shared: &BTreeSet<String>, name: &str, contracts: &[&Contract]) -> Vec<Use> {
        let mut names: Vec<Use> = Vec::new();
        let mut push = |one: Use| {
            if !names.contains(&one) {
                names.push(one);
            }
        };
        for (operation, placeholder) in &self.uses {
            let is_own =
                shared.contains(*placeholder) || !is_id(placeholder) || *placeholder == "id";
            push(Use {
                operation: is_own.then(|| (*operation).to_owned()),
                part: Part::Path,
                name: (*placeholder).to_owned(),
            });
        }
        // The same name in a query or a body speaks of the same thing.
        let is_it = |other: &str| {
            stem(other).map(key).as_deref() == Some(name)
                || other == self.placeholder && is_id(other) && other != "id"
        };
        for contract in contracts {
            for row in &contract.parameters {
                if row.location == crate::contract::Location::Query && is_it(&row.field.name) {
                    push(Use {
                        operation: None,
                        part: Part::Query,
                        name: row.field.name.clone(),
                    });
                }
            }
            let body = contract.request_body.iter();
            for place in
                body.flat_map(|body| body.places(crate::contract::ClauseId::request_body()))
            {
                if place.field.kind == TypeName::String && is_it(&place.field.name) {
                    push(Use {
                        operation: None,
                        part: Part::Body,
                        name: place.field.name.clone(),
                    });
                }
            }
        }
        names
    }
}

/// Whether the reply to a request that makes one says where it is.
fn tells_location(contract: &Contract) -> bool {
    let mut replies = contract.responses.iter();
    replies.any(|(status, reply)| {
        let mut headers = reply.headers.iter();
        status::is_success(*status) && headers.any(|it| it.name.eq_ignore_ascii_case(LOCATION))
    })
}

/// The body of the first status of success that has one.
fn success(contract: &Contract) -> Option<&Body> {
    let mut replies = contract.responses.iter();
    replies.find_map(|(status, reply)| {
        status::is_success(*status)
            .then_some(reply.body.as_ref())
            .flatten()
    })
}

/// The member of what is shown that says whether it can be used.
fn ready(contract: &Contract, show: &Show) -> Option<Ready> {
    let body = success(contract)?;
    let fields = match show.at.as_str() {
        "" => Some(body.fields.as_slice()),
        at => {
            let name = at.strip_prefix('/')?;
            let field = body.fields.iter().find(|field| field.name == name)?;
            body.members(&field.kind)
        }
    }?;
    let names = ["status", "state"];
    let field = names.into_iter().find_map(|name| {
        let mut fields = fields.iter();
        fields.find(|field| field.name == name && field.kind == TypeName::String)
    })?;
    let listed = &field.constraints.values;
    let of = |wanted: State| {
        let values = listed.iter().filter(move |value| state(value) == wanted);
        values.cloned().collect::<Vec<_>>()
    };
    let mut is = of(State::Ready);
    if is.is_empty() {
        is = of(State::Unknown);
    }
    if is.is_empty() {
        is = ready_words().collect();
    }
    Some(Ready {
        operation: contract.operation.clone(),
        member: joined(&show.at, &field.name),
        is,
        fails: of(State::Failed),
        within: WITHIN,
        every: EVERY,
    })
}
