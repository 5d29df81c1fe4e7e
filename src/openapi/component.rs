//! Defines [`Components`]: the schemas of bodies and object tables under the names
//! that the rest of the document refers to, and the dress of a single row.

use super::version::Version;
use crate::contract::TypeName;
use crate::contract::{Body, ClauseId, Field, Presence, Source};
use crate::schema::{self, Validator};
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::path::Path;

/// Where a derived schema keeps its object tables.
const DEFINITIONS: &str = "#/$defs/";

/// The members of `components.schemas`, as they are made.
#[derive(Debug)]
pub(super) struct Components {
    version: Version,
    schemas: Map<String, Value>,
}

/// Names of components by name of object table, for one body.
type Names = BTreeMap<String, String>;

impl Components {
    /// No component yet.
    pub(super) fn new(version: Version) -> Self {
        Self {
            version,
            schemas: Map::new(),
        }
    }

    /// Adds a body, with its example, and its object tables; gives the reference to it.
    pub(super) fn body(
        &mut self,
        name: &str,
        stem: &ClauseId,
        body: &Body,
        example: Option<&Value>,
    ) -> Value {
        let own = self.reserve(name.to_owned());
        let names = self.names(name, body);
        let table = table(body.table);
        match body.whole() {
            // The body is what its only row says, not an object with that row as a member.
            Some(field) => {
                let mut schema = self.named_row(stem, field, &names);
                if !table.is_empty() {
                    schema.insert("x-source".into(), json!(table));
                }
                self.schemas.insert(own.clone(), Value::Object(schema));
            }
            None => self.add(&own, &table, stem, &body.fields, &names),
        }
        let stems = stems(stem, body);
        let mut objects: Vec<_> = body.objects.iter().collect();
        objects.sort_by_key(|(object, _)| names[object.as_str()].clone());
        for (object, fields) in objects {
            let table = fields
                .first()
                .map_or_else(String::new, |field| self::table(field.source.table));
            let own = stems
                .get(object.as_str())
                .map_or_else(|| stem.with(object), Clone::clone);
            self.add(&names[object], &table, &own, fields, &names);
        }
        // The media type has the example as well; some mock servers look only here.
        // 3.1 has retired the keyword.
        if let (Version::V3_0, Some(example), Some(schema)) =
            (self.version, example, self.schemas.get_mut(&own))
        {
            schema["example"] = example.clone();
        }
        json!({ "$ref": reference(&own) })
    }

    /// The schema of a parameter or header field, which has no object tables.
    pub(super) fn row(&self, stem: &ClauseId, field: &Field) -> Map<String, Value> {
        self.named_row(stem, field, &Names::new())
    }

    fn named_row(&self, stem: &ClauseId, field: &Field, names: &Names) -> Map<String, Value> {
        match schema::property(stem, field) {
            Value::Object(mut schema) => {
                self.dress(&mut schema, field, names);
                schema
            }
            _ => Map::new(),
        }
    }

    /// All of them, in the order in which they were added.
    pub(super) fn finish(self) -> Map<String, Value> {
        self.schemas
    }

    /// The components of the objects of a body. What was read from a document of this kind
    /// has the name of its body in front already.
    fn names(&mut self, name: &str, body: &Body) -> Names {
        let wanted = body.objects.keys().map(|object| {
            let plain = plain(object);
            let wanted = match plain.starts_with(name) {
                true => plain,
                false => format!("{name}{plain}"),
            };
            (wanted, object)
        });
        let mut wanted: Vec<(String, &String)> = wanted.collect();
        wanted.sort();
        let reserved = wanted
            .into_iter()
            .map(|(wanted, object)| (object.clone(), self.reserve(wanted)));
        reserved.collect()
    }

    /// Takes a name that no component has; its schema follows.
    fn reserve(&mut self, wanted: String) -> String {
        let name = (1..)
            .map(|number| match number {
                1 => wanted.clone(),
                number => format!("{wanted}_{number}"),
            })
            .find(|name| !self.schemas.contains_key(name))
            .unwrap_or(wanted);
        self.schemas.insert(name.clone(), Value::Null);
        name
    }

    fn add(&mut self, name: &str, table: &str, stem: &ClauseId, fields: &[Field], names: &Names) {
        let mut schema = schema::members(stem, fields);
        if let Some(Value::Object(properties)) = schema.get_mut("properties") {
            for field in fields {
                if let Some(Value::Object(property)) = properties.get_mut(&field.name) {
                    self.dress(property, field, names);
                }
            }
        }
        if !table.is_empty() {
            schema["x-source"] = json!(table);
        }
        self.schemas.insert(name.to_owned(), schema);
    }

    /// Adds to the schema of a row what only OpenAPI's readers want.
    fn dress(&self, schema: &mut Map<String, Value>, field: &Field, names: &Names) {
        let default = field.constraints.default.as_deref().map(|text| {
            match conforming(text, field) {
                Some(value) => ("default", value),
                // Of a list, say: its words stay, and nothing is made up.
                None => ("x-default", json!(text)),
            }
        });
        // A pointer would lead into another document; the table of a page stays what it is.
        let of_page = Source {
            pointer: String::new(),
            ..field.source.clone()
        };
        match field.source.table {
            0 => drop(schema.shift_remove("x-source")),
            _ => drop(schema.insert("x-source".into(), json!(of_page.to_string()))),
        }
        if field.is_nullable {
            schema::refuse_null(schema);
        }
        format(schema, &field.kind);
        self.refer(schema, names);
        if field.is_nullable {
            self.accept_null(schema);
        }
        if let Some((keyword, value)) = default {
            schema.insert(keyword.into(), value);
        }
        if let Some(words) = field.about() {
            schema.insert("description".into(), json!(words));
        }
        if let Presence::Required(reason) | Presence::Optional(reason) = &field.presence {
            schema.insert("x-reading".into(), json!(reason));
        }
        if !field.tolerated.is_empty() {
            let tolerated = field
                .tolerated
                .iter()
                .map(|tolerated| json!({ "value": tolerated.value, "reason": tolerated.reason }));
            schema.insert("x-tolerated".into(), tolerated.collect());
        }
    }

    /// Lets a value be null in the way of this version.
    fn accept_null(&self, schema: &mut Map<String, Value>) {
        if let Some(Value::Array(values)) = schema.get_mut("enum") {
            values.push(Value::Null);
        }
        match (self.version, schema.shift_remove("$ref")) {
            (Version::V3_0, target) => {
                if let Some(target) = target {
                    schema.insert("allOf".into(), json!([{ "$ref": target }]));
                }
                schema.insert("nullable".into(), json!(true));
            }
            (Version::V3_1, Some(target)) => {
                let either = json!([{ "$ref": target }, { "type": "null" }]);
                schema.insert("anyOf".into(), either);
            }
            (Version::V3_1, None) => {
                if let Some(kind) = schema.get_mut("type") {
                    *kind = json!([kind.take(), "null"]);
                }
            }
        }
    }

    /// Points references at components.
    fn refer(&self, schema: &mut Map<String, Value>, names: &Names) {
        for keyword in ["items", "additionalProperties"] {
            if let Some(Value::Object(inner)) = schema.get_mut(keyword) {
                self.refer(inner, names);
            }
        }
        let Some(Value::String(old)) = schema.get("$ref") else {
            return;
        };
        let object = percent_decode_str(old.strip_prefix(DEFINITIONS).unwrap_or(old))
            .decode_utf8_lossy()
            .replace("~1", "/")
            .replace("~0", "~");
        let target = names.get(&object).map(|name| reference(name));
        match target {
            Some(target) if self.version == Version::V3_0 && schema.len() > 1 => {
                schema.shift_remove("$ref");
                schema.insert("allOf".into(), json!([{ "$ref": target }]));
            }
            Some(target) => {
                schema.insert("$ref".into(), json!(target));
            }
            None => {
                schema.shift_remove("$ref");
                schema.insert("type".into(), json!("object"));
            }
        }
    }
}

/// The table of a page; empty where the source has none.
fn table(number: u32) -> String {
    match number {
        0 => String::new(),
        number => format!("Table {number}"),
    }
}

/// The clause stem of the members of each object table, by the first row that refers
/// to it: clauses are told apart by where an object stands, components are not.
fn stems<'a>(stem: &ClauseId, body: &'a Body) -> BTreeMap<&'a str, ClauseId> {
    let mut places: Vec<_> = body.places(stem.clone()).collect();
    places.sort_by_key(|place| place.depth);
    let mut stems = BTreeMap::new();
    for place in places {
        if let Some(object) = place.field.kind.object_name() {
            let own = || place.stem.inside(&place.field.kind);
            stems.entry(object).or_insert_with(own);
        }
    }
    stems
}

fn reference(component: &str) -> String {
    format!("#/components/schemas/{component}")
}

/// A name in the letters that names of components may have.
fn plain(name: &str) -> String {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    name.chars()
        .map(|c| if allowed(c) { c } else { '_' })
        .collect()
}

/// Names the width of integers; their bounds stand beside it.
fn format(schema: &mut Map<String, Value>, kind: &TypeName) {
    match kind {
        TypeName::Int32 => {
            schema.insert("format".into(), json!("int32"));
        }
        TypeName::Long => {
            schema.insert("format".into(), json!("int64"));
        }
        TypeName::Array(item) => {
            if let Some(Value::Object(inner)) = schema.get_mut("items") {
                format(inner, item);
            }
        }
        TypeName::Map(value) => {
            if let Some(Value::Object(inner)) = schema.get_mut("additionalProperties") {
                format(inner, value);
            }
        }
        _ => {}
    }
}

/// The documented default in the type of its row; `None` where it is none that the
/// row itself accepts.
fn conforming(text: &str, field: &Field) -> Option<Value> {
    let value = match field.kind {
        TypeName::String => json!(text),
        TypeName::Integer | TypeName::Int32 | TypeName::Long => json!(text.parse::<i64>().ok()?),
        TypeName::Number => json!(text.parse::<f64>().ok()?),
        TypeName::Boolean => json!(text.to_lowercase().parse::<bool>().ok()?),
        _ => return None,
    };
    let schema = schema::property(&ClauseId::default(), field);
    let validator = Validator::compile(Path::new("default"), &schema).ok()?;
    validator.accepts(&value).then_some(value)
}
