//! Defines [`Layers`]: the schemas that a value keeps all together. References lead to
//! them, and `allOf` joins them, so that whoever reads a fact asks each of them.

use super::document::{At, Document, Version};
use super::keyword::{Treatment, quoted, treatment};
use serde_json::Value;

/// Most schemas that are joined.
const MAX_LAYERS: usize = 64;
/// How deep references and `allOf` may stand in each other.
const MAX_DEPTH: usize = 32;
/// Keywords of a schema that states nothing of its own about an object, and leads to one.
const LEADING: [&str; 4] = ["allOf", "anyOf", "nullable", "oneOf"];

/// Keywords that say something of a place and nothing of the schema that is referred to.
const OF_PLACES: [&str; 11] = [
    "$comment",
    "$ref",
    "default",
    "deprecated",
    "description",
    "example",
    "examples",
    "readOnly",
    "summary",
    "title",
    "writeOnly",
];

/// Whether a schema that has nothing but such keywords leads to another one.
fn leads(name: &str) -> bool {
    LEADING.contains(&name) || is_of_place(name)
}

fn is_of_place(name: &str) -> bool {
    OF_PLACES.contains(&name) || name.starts_with("x-")
}

/// The schemas that hold for one value.
#[derive(Debug, Default)]
pub(super) struct Layers<'d> {
    /// Schemas without references, in the order in which they were met.
    pub(super) all: Vec<At<'d>>,
    /// What the layers were begun from, and what leads from there to them: what these say of
    /// the place comes first.
    pub(super) origins: Vec<At<'d>>,
    /// The name of the component that describes the object, where one does.
    pub(super) name: Option<String>,
    /// Whether null is a value beside the others.
    pub(super) accepts_null: bool,
    /// What is stated beyond the layers: keywords as they are written, or what is wrong.
    pub(super) beyond: Vec<String>,
    /// Keywords that nobody knows.
    pub(super) unknown: Vec<String>,
}

impl<'d> Layers<'d> {
    /// The layers of schemas that all hold for one value.
    pub(super) fn of(document: &'d Document, schemas: &[At<'d>]) -> Self {
        let mut layers = Self {
            origins: schemas.to_vec(),
            ..Self::default()
        };
        for schema in schemas {
            layers.collect(document, schema, &mut Vec::new());
        }
        if let [schema] = schemas {
            layers.name = name(document, schema, MAX_DEPTH);
        }
        layers
    }

    /// The values of a keyword, one a layer that has it.
    pub(super) fn keyword(&self, name: &str) -> impl Iterator<Item = At<'d>> {
        self.all.iter().filter_map(move |layer| layer.get(name))
    }

    /// Whether some layer has this keyword with the value `true`.
    pub(super) fn is_true(&self, name: &str) -> bool {
        self.all.iter().any(|layer| layer.is_true(name))
            || self.origins.iter().any(|origin| origin.is_true(name))
    }

    /// A text that stands here, nearest to the place first.
    pub(super) fn text(&self, name: &str) -> Option<&'d str> {
        let places = self.origins.iter().chain(&self.all);
        let mut texts = places.filter_map(|place| place.text(name));
        texts.find(|text| !text.trim().is_empty())
    }

    /// What tells these layers from others.
    pub(super) fn key(&self) -> String {
        let pointers: Vec<&str> = self.all.iter().map(|it| it.pointer.as_str()).collect();
        pointers.join(" ")
    }

    fn beyond(&mut self, what: String) {
        if !self.beyond.contains(&what) {
            self.beyond.push(what);
        }
    }

    /// Adds what `at` says; `around` are the references that led here.
    fn collect(&mut self, document: &'d Document, at: &At<'d>, around: &mut Vec<String>) {
        if around.len() > MAX_DEPTH || self.all.len() + self.origins.len() >= MAX_LAYERS {
            self.beyond("schemas that are joined too deep, or too many of them".into());
            return;
        }
        match at.value {
            Value::Object(_) => {}
            Value::Bool(true) => return,
            _ => {
                self.beyond(format!("a schema that is {}", at.value));
                return;
            }
        }
        if let Some(reference) = at.text("$ref") {
            self.refer(document, reference, around);
            // Beside a reference nothing counts before OpenAPI 3.1, but what says of the place.
            if document.version != Version::V3_1 || at.members().all(|(name, _)| is_of_place(name))
            {
                return;
            }
        }
        let all_of: Vec<At<'d>> = at.get("allOf").iter().flat_map(At::items).collect();
        self.look_through(at);
        let is_joined = all_of.len() > 1;
        match !is_joined && at.members().all(|(name, _)| leads(name)) {
            true => self.origins.push(at.clone()),
            false => self.all.push(at.clone()),
        }
        for part in &all_of {
            around.push(at.pointer.clone());
            self.collect(document, part, around);
            around.pop();
        }
        for name in ["oneOf", "anyOf"] {
            if let Some(choice) = at.get(name) {
                self.choose(document, &choice, around);
            }
        }
    }

    fn refer(&mut self, document: &'d Document, reference: &str, around: &mut Vec<String>) {
        match document.target(reference) {
            Err(what) => self.beyond(what),
            Ok(target) if around.contains(&target.pointer) => {
                self.beyond(format!("'{reference}', which leads to itself"));
            }
            Ok(target) => {
                around.push(target.pointer.clone());
                self.collect(document, &target, around);
                around.pop();
            }
        }
    }

    /// One schema or null is a schema that may be null. Any other choice is not held.
    fn choose(&mut self, document: &'d Document, choice: &At<'d>, around: &mut Vec<String>) {
        let all: Vec<At<'d>> = choice.items().collect();
        let (nulls, others): (Vec<_>, Vec<_>) = all.iter().partition(|it| is_null(it.value));
        match others.as_slice() {
            [other] => {
                self.accepts_null |= !nulls.is_empty();
                around.push(choice.pointer.clone());
                self.collect(document, other, around);
                around.pop();
            }
            _ => self.beyond(quoted(choice)),
        }
    }

    /// Notes keywords that no row holds, and those that nobody knows.
    fn look_through(&mut self, at: &At<'d>) {
        for (name, keyword) in at.members() {
            match treatment(name) {
                Treatment::Known => {}
                Treatment::Unheld => self.beyond(quoted(&keyword)),
                Treatment::Unknown => self.unknown.push(quoted(&keyword)),
            }
        }
    }
}

/// The name of the component that a schema is, and nothing else: an object that is put
/// together is another than its parts.
fn name(document: &Document, at: &At<'_>, depth: usize) -> Option<String> {
    let depth = depth.checked_sub(1)?;
    if at.value.get("$ref").is_some() && document.version != Version::V3_1 {
        // Nothing beside it counts.
    } else if !at.members().all(|(name, _)| leads(name)) {
        return None;
    }
    if let Some(reference) = at.text("$ref") {
        let target = document.target(reference).ok()?;
        let last = target.pointer.rsplit('/').next().unwrap_or_default();
        let last = last.replace("~1", "/").replace("~0", "~");
        return name(document, &target, depth).or(Some(last));
    }
    let lists = ["allOf", "anyOf", "oneOf"];
    let parts = lists.iter().filter_map(|list| at.get(list));
    let parts: Vec<At<'_>> = parts
        .flat_map(|list| list.items().collect::<Vec<_>>())
        .collect();
    match parts
        .iter()
        .filter(|part| !is_null(part.value))
        .collect::<Vec<_>>()
        .as_slice()
    {
        [part] => name(document, part, depth),
        _ => None,
    }
}

/// Whether a schema is that of null alone.
fn is_null(schema: &Value) -> bool {
    let null = Value::Null;
    schema.get("type").is_some_and(|kind| kind == "null")
        || schema.get("const") == Some(&null)
        || schema.get("enum") == Some(&Value::Array(vec![null]))
}
