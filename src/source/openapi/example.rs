//! Collects what a definition shows: examples of bodies, and the values of parameters as
//! one request.

use super::document::{At, Document};
use super::layers::Layers;
use super::parameter::Parameters;
use crate::contract::{ExampleRequest, Location, Parameter, Segment, UriTemplate};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value};

/// Most examples of one body.
const MAX_EXAMPLES: usize = 20;
/// How deep an example is put together of those of its members.
const MAX_DEPTH: usize = 6;
/// Most members that are asked for theirs.
const MAX_MEMBERS: usize = 1_000;

/// The values that a media type, header or parameter shows, and those of its schema.
pub(super) fn values(document: &Document, at: &At<'_>, schema: Option<&At<'_>>) -> Vec<Value> {
    let mut found: Vec<Value> = Vec::new();
    let places = [Some(at), schema];
    for place in places.into_iter().flatten() {
        found.extend(place.get("example").map(|it| it.value.clone()));
        let examples = place.get("examples");
        let named = examples.iter().flat_map(At::members);
        let named = named.filter_map(|(_, example)| document.resolve(example).ok());
        found.extend(named.filter_map(|example| example.value.get("value").cloned()));
        let listed = examples.iter().flat_map(At::items);
        found.extend(listed.map(|example| example.value.clone()));
    }
    let of_layers = schema.map(|schema| Layers::of(document, std::slice::from_ref(schema)));
    for layer in of_layers.iter().flat_map(|layers| &layers.all) {
        found.extend(layer.get("example").map(|it| it.value.clone()));
        found.extend(
            layer
                .get("examples")
                .iter()
                .flat_map(At::items)
                .map(|it| it.value.clone()),
        );
    }
    let mut distinct: Vec<Value> = Vec::new();
    for value in found {
        if !distinct.contains(&value) && distinct.len() < MAX_EXAMPLES {
            distinct.push(value);
        }
    }
    distinct
}

/// A body that is put together of what its members show; `None` where one that must be given
/// shows nothing.
pub(super) fn composed(document: &Document, schema: &At<'_>) -> Option<Value> {
    let mut left = MAX_MEMBERS;
    let value = of_members(document, std::slice::from_ref(schema), MAX_DEPTH, &mut left)?;
    value
        .as_object()
        .is_some_and(|it| !it.is_empty())
        .then_some(value)
}

fn of_members(
    document: &Document,
    schemas: &[At<'_>],
    depth: usize,
    left: &mut usize,
) -> Option<Value> {
    let depth = depth.checked_sub(1)?;
    *left = left.checked_sub(1)?;
    let layers = Layers::of(document, schemas);
    let shown = layers.keyword("example").map(|it| it.value.clone());
    let listed = layers
        .keyword("examples")
        .filter_map(|it| it.items().next());
    let shown = shown.chain(listed.map(|it| it.value.clone())).next();
    if shown.is_some() {
        return shown;
    }
    let required: Vec<&Value> = layers
        .keyword("required")
        .flat_map(|it| it.items())
        .map(|it| it.value)
        .collect();
    let mut members = Map::new();
    let properties = layers.keyword("properties").flat_map(|it| it.members());
    for (name, schema) in properties {
        let is_required = required.iter().any(|it| *it == name);
        let value = of_members(document, std::slice::from_ref(&schema), depth, left);
        let is_read_only = Layers::of(document, &[schema]).is_true("readOnly");
        match value {
            _ if is_read_only => {}
            Some(value) => drop(members.entry(name).or_insert(value)),
            None if is_required => return None,
            None => {}
        }
    }
    if !members.is_empty() {
        return Some(Value::Object(members));
    }
    let items: Vec<At<'_>> = layers.keyword("items").collect();
    let item = (!items.is_empty()).then(|| of_members(document, &items, depth, left))??;
    Some(Value::Array(vec![item]))
}

/// The request that the examples of parameters make; `None` where there are none.
pub(super) fn request(
    document: &Document,
    uri: &UriTemplate,
    parameters: &Parameters<'_>,
) -> Option<ExampleRequest> {
    let shown = |parameter: &Parameter, at: &At<'_>| -> Option<String> {
        let schema = at.get("schema");
        let mut values = values(document, at, schema.as_ref());
        values.extend(at.get("x-example").map(|it| it.value.clone()));
        let value = values.into_iter().next()?;
        let text = match value {
            Value::String(text) => text,
            Value::Array(items) => match items.first()? {
                Value::String(text) => text.clone(),
                item => item.to_string(),
            },
            Value::Object(_) | Value::Null => return None,
            scalar => scalar.to_string(),
        };
        (parameter.location != Location::Header || parameter.location.carries(&text))
            .then_some(text)
    };
    let pairs = parameters.rows.iter().zip(&parameters.places);
    let shown: Vec<(&Parameter, String)> = pairs
        .filter_map(|(row, at)| Some((row, shown(row, at)?)))
        .collect();
    if shown.is_empty() {
        return None;
    }
    let encoded = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    let of = |location: Location| {
        let shown = shown.iter();
        shown
            .filter(move |(row, _)| row.location == location)
            .map(|(row, text)| (&row.field.name, text))
    };
    let pieces = |segment: &Segment| -> String {
        let piece = |piece: &Segment| match piece {
            Segment::Placeholder(name) => match of(Location::Path).find(|(own, _)| *own == name) {
                Some((_, text)) => encoded(text),
                None => piece.to_string(),
            },
            piece => piece.to_string(),
        };
        segment.pieces().iter().map(piece).collect()
    };
    let path: String = uri
        .segments
        .iter()
        .map(|it| format!("/{}", pieces(it)))
        .collect();
    let query: Vec<String> = of(Location::Query)
        .map(|(name, text)| format!("{}={}", encoded(name), encoded(text)))
        .collect();
    let target = match query.is_empty() {
        true => path,
        false => format!("{path}?{}", query.join("&")),
    };
    Some(ExampleRequest {
        target: Some(target),
        headers: of(Location::Header)
            .map(|(name, text)| (name.clone(), text.clone()))
            .collect(),
        ..ExampleRequest::default()
    })
}
