//! Makes bodies of the schemas of media types: their members, and the objects that those
//! lead to.

use super::document::{At, Document};
use super::facts::Told;
use super::layers::Layers;
use super::notes::{Notes, place};
use super::row::{Read, Side, source, table_and_row};
use super::shape::{Shape, Shapes};
use crate::contract::{
    ARRAY_ELEMENT, Body, Field, MAX_LEAST, MAX_PLACES, Mandatory, Source, TypeName,
};
use std::collections::{BTreeMap, BTreeSet};

/// Most places of the body of a request: each of them is broken in several ways, in cases
/// that a person can still read.
const MAX_SENT_PLACES: usize = 1_000;
/// Most members of one object.
const MAX_MEMBERS: usize = 2_000;

/// The body that a schema describes; `None` where no row can, which is told.
pub(super) fn body(
    document: &Document,
    schema: &At<'_>,
    side: Side,
    notes: &mut Notes,
) -> Option<Body> {
    let mut shapes = Shapes::new(document);
    let mut read = Read {
        shapes: &mut shapes,
        notes,
        side,
    };
    let at = std::slice::from_ref(schema);
    let layers = Layers::of(document, at);
    let pointer = &schema.pointer;
    // The place of a body that is a component is where all that refer to it find it.
    let own = layers
        .all
        .first()
        .map_or(pointer, |layer| &layer.pointer)
        .clone();
    let named = layers
        .all
        .iter()
        .chain(at)
        .find_map(|it| table_and_row(it.text("x-source")?));
    let mut told = Told::default();
    let description = layers.text("description").map(str::to_owned);
    let Shape {
        kind,
        facts,
        is_nullable,
    } = read.shapes.read(layers, "Body", &mut told);
    let mut body = Body {
        table: named.map_or(0, |(table, _)| table),
        pointer: own.clone(),
        ..Body::default()
    };
    if is_nullable {
        told.beyond.push("a body that may be null".into());
    }
    let is_open = match &kind {
        TypeName::Array(_) => {
            let place = Source {
                table: body.table,
                ..source(&own, at)
            };
            let mut row = Field::new(ARRAY_ELEMENT, kind, place);
            row.constraints = facts;
            row.quotes = std::mem::take(&mut told.quotes);
            row.description = description
                .map(|it| super::row::paragraphs(&it))
                .unwrap_or_default();
            body.fields.push(row);
            is_nullable
        }
        TypeName::Named(_) => {
            if let Some(object) = read.shapes.next() {
                body.fields = members(document, &object.layers, &mut read);
                // Whatever refers to the object that the body is finds it under its name.
                body.objects.insert(object.name, body.fields.clone());
            }
            is_nullable || body.fields.is_empty()
        }
        _ => {
            let what = format!("a body of type {kind}");
            told.beyond.push(what);
            true
        }
    };
    let is_held = read.tell(&place(pointer, ""), &told, Mandatory::Yes);
    if is_open || !is_held {
        let assumed = match side {
            Side::Request => "requests have no body",
            Side::Reply => "the body of the reply is left open",
        };
        let what = "the body cannot be written as rows";
        match side {
            Side::Request => read.notes.guessed(
                pointer,
                what,
                assumed,
                "leave the operation out in service.toml, or write its cases by hand",
            ),
            Side::Reply => {
                read.notes
                    .unread(pointer, what, assumed, "check it with a case of your own");
            }
        }
        return None;
    }
    while let Some(object) = read.shapes.next() {
        let fields = members(document, &object.layers, &mut read);
        body.objects.insert(object.name, fields);
    }
    bound(&mut body, side, pointer, notes);
    Some(body)
}

/// The rows of an object's members, as they come first in its layers.
fn members<'d>(document: &'d Document, layers: &Layers<'d>, read: &mut Read<'d, '_>) -> Vec<Field> {
    let mut schemas: Vec<(&str, Vec<At<'d>>)> = Vec::new();
    let mut position: BTreeMap<&str, usize> = BTreeMap::new();
    for (name, schema) in layers.keyword("properties").flat_map(|it| it.members()) {
        let at = *position.entry(name).or_insert_with(|| {
            schemas.push((name, Vec::new()));
            schemas.len() - 1
        });
        schemas[at].1.push(schema);
    }
    let mut required: BTreeSet<&str> = BTreeSet::new();
    for list in layers.keyword("required") {
        for name in list.items() {
            let Some(text) = name.value.as_str() else {
                continue;
            };
            required.insert(text);
            if !position.contains_key(text) {
                // It must be there, whatever it is.
                position.insert(text, schemas.len());
                schemas.push((text, Vec::new()));
            }
        }
    }
    let own = layers
        .all
        .first()
        .map_or("", |layer| layer.pointer.as_str());
    if schemas.len() > MAX_MEMBERS {
        let what = format!("the object has more than {MAX_MEMBERS} members");
        read.notes
            .unread(own, &what, "the others are no part of the contract", "");
    }
    let mut rows = Vec::new();
    for (name, schemas) in schemas.into_iter().take(MAX_MEMBERS) {
        let pointer = schemas
            .first()
            .map_or(own, |schema| &schema.pointer)
            .to_owned();
        if name.is_empty() || name == ARRAY_ELEMENT {
            let what = format!("no row can be of a member named '{name}'");
            read.notes
                .unread(&pointer, &what, "it is no part of the contract", "");
            continue;
        }
        let place = source(&pointer, &schemas);
        let layers = Layers::of(document, &schemas);
        let is_of_the_other_side = match read.side {
            Side::Request => layers.is_true("readOnly"),
            Side::Reply => layers.is_true("writeOnly"),
        };
        if is_of_the_other_side {
            continue;
        }
        let mandatory = match required.contains(name) {
            true => Mandatory::Yes,
            false => Mandatory::No,
        };
        rows.extend(read.row(name, layers, mandatory, place));
    }
    rows
}

/// Leaves objects out, the furthest from the root first, until the places of the body are
/// few enough to be followed.
fn bound(body: &mut Body, side: Side, pointer: &str, notes: &mut Notes) {
    let places = match side {
        Side::Request => MAX_SENT_PLACES,
        Side::Reply => MAX_PLACES,
    };
    // An object that nothing refers to would be none of the body's.
    let depths = depths(body);
    body.objects.retain(|name, _| depths.contains_key(name));
    let mut most = depths.values().copied().max().unwrap_or(0);
    while body.unfolds_beyond(places) && most > 0 {
        most -= 1;
        let is_kept = |name: &str| depths.get(name).is_some_and(|depth| *depth <= most);
        body.objects.retain(|name, _| is_kept(name));
        let rows = body
            .fields
            .iter_mut()
            .chain(body.objects.values_mut().flatten());
        for row in rows {
            if row.kind.object_name().is_some_and(|name| !is_kept(name)) {
                *row.kind.innermost_mut() = TypeName::Object;
            }
        }
        if !body.unfolds_beyond(places) {
            let what = format!(
                "the objects inside make more than {places} rows where they hold each other"
            );
            let assumed = format!("those more than {most} deep are objects of any members");
            notes.unread(pointer, &what, &assumed, "");
        }
    }
    if body.least_size() > MAX_LEAST {
        let what = format!(
            "the minima inside make every body larger than {} MiB",
            MAX_LEAST >> 20
        );
        notes.unread(
            pointer,
            &what,
            "its least lengths and numbers of items are left open",
            "",
        );
        body.without_minima();
    }
}

/// How far each object is from the root; those that nothing leads to are not in it.
fn depths(body: &Body) -> BTreeMap<String, usize> {
    let mut depths: BTreeMap<String, usize> = BTreeMap::new();
    let mut level: Vec<&[Field]> = vec![&body.fields];
    for depth in 1.. {
        let mut next: Vec<&[Field]> = Vec::new();
        let names = level.iter().flat_map(|rows| rows.iter());
        for name in names.filter_map(|row| row.kind.object_name()) {
            if depths.contains_key(name) {
                continue;
            }
            depths.insert(name.to_owned(), depth);
            next.extend(body.objects.get(name).map(Vec::as_slice));
        }
        if next.is_empty() {
            break;
        }
        level = next;
    }
    depths
}
