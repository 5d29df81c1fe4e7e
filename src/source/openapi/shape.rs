//! Reads what a value is: its type, the facts beside it, and the objects that it leads to.

use super::document::{At, Document};
use super::facts::{self, Told};
use super::layers::Layers;
use crate::contract::{Bounds, Constraints, Fact, MAX_TYPE_DEPTH, Quote, TypeName};
use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

/// Most objects of one body.
const MAX_OBJECTS: usize = 2_000;

/// Keywords that state something of texts, of numbers or of arrays.
const TYPED: [&str; 11] = [
    "exclusiveMaximum",
    "exclusiveMinimum",
    "format",
    "maxItems",
    "maxLength",
    "maximum",
    "minItems",
    "minLength",
    "minimum",
    "multipleOf",
    "pattern",
];

/// What a schema says of a value.
#[derive(Debug)]
pub(super) struct Shape {
    pub(super) kind: TypeName,
    pub(super) facts: Constraints,
    pub(super) is_nullable: bool,
}

/// An object whose members are to be read.
#[derive(Debug)]
pub(super) struct Object<'d> {
    /// The name that types refer to.
    pub(super) name: String,
    pub(super) layers: Layers<'d>,
}

/// Reads values, and keeps the objects that they lead to. An object is read once, however
/// often something leads to it, so that objects inside themselves end.
#[derive(Debug)]
pub(super) struct Shapes<'d> {
    document: &'d Document,
    names: HashMap<String, String>,
    taken: BTreeSet<String>,
    waiting: VecDeque<Object<'d>>,
}

impl<'d> Shapes<'d> {
    pub(super) fn new(document: &'d Document) -> Self {
        Self {
            document,
            names: HashMap::new(),
            taken: BTreeSet::new(),
            waiting: VecDeque::new(),
        }
    }

    /// The next object whose members nobody has read, nearest to the root first.
    pub(super) fn next(&mut self) -> Option<Object<'d>> {
        self.waiting.pop_front()
    }

    /// What the layers say of a value; `near` names an object that no component describes.
    pub(super) fn read(&mut self, layers: Layers<'d>, near: &str, told: &mut Told) -> Shape {
        self.inside(layers, near, told, 0)
    }

    fn inside(&mut self, layers: Layers<'d>, near: &str, told: &mut Told, depth: usize) -> Shape {
        told.beyond.extend(layers.beyond.iter().cloned());
        told.unknown.extend(layers.unknown.iter().cloned());
        let stated = facts::kind(&layers, told);
        let is_stated = layers.keyword("type").next().is_some();
        let has = |name: &str| layers.keyword(name).next().is_some();
        let guessed = match stated {
            Some(_) => None,
            // A type that is stated and not held is not guessed.
            None if is_stated => None,
            None if has("properties") || has("additionalProperties") => Some("object"),
            None if has("items") => Some("array"),
            None => None,
        };
        told.guessed = told.guessed.or(guessed);
        let kind = stated.or(guessed).unwrap_or_default();
        let quoted: Vec<At<'d>> = layers
            .keyword("type")
            .chain(layers.keyword("format").filter(|_| kind == "integer"))
            .collect();
        if !quoted.is_empty() {
            told.quote(Fact::Type, &quoted);
        }
        let is_nullable = facts::is_nullable(&layers, self.document.version);
        let (kind, facts) = match kind {
            "array" => self.array(layers, near, told, depth),
            "object" => self.object(layers, near, told, depth),
            scalar => self.scalar(&layers, scalar, told),
        };
        Shape {
            kind,
            facts,
            is_nullable,
        }
    }

    fn scalar(&self, layers: &Layers<'d>, kind: &str, told: &mut Told) -> (TypeName, Constraints) {
        let kind = match kind {
            "string" => TypeName::String,
            "integer" => facts::width(layers, told),
            "number" => TypeName::Number,
            "boolean" => TypeName::Boolean,
            _ => TypeName::Any,
        };
        let mut facts = Constraints {
            values: facts::values(layers, &kind, told),
            default: facts::default(layers, told),
            ..Constraints::default()
        };
        match &kind {
            TypeName::String => {
                let keywords = ["minLength", "maxLength"];
                facts.length = facts::counted(layers, Fact::Length, keywords, told);
                match facts::range_of_text(layers, told) {
                    Some(range) => facts.range = range,
                    None => facts.pattern = facts::pattern(layers, told),
                }
                facts.format = facts::format(layers, told);
                facts::open_form_without_texts(&mut facts, told);
            }
            TypeName::Boolean => {}
            // What is stated of a type is nothing that a value of any type keeps.
            TypeName::Any => {
                let stated = TYPED.iter().filter_map(|name| layers.keyword(name).next());
                told.open(&stated.collect::<Vec<_>>());
            }
            kind => {
                facts.range = facts::range(layers, kind, told);
                let multiples = layers.keyword("multipleOf");
                let multiples = multiples.filter(|it| !kind.is_integer() || it.value != 1);
                told.open(&multiples.collect::<Vec<_>>());
            }
        }
        (kind, facts)
    }

    fn array(
        &mut self,
        layers: Layers<'d>,
        near: &str,
        told: &mut Told,
        depth: usize,
    ) -> (TypeName, Constraints) {
        let counts = ["minItems", "maxItems"];
        let items = facts::counted(&layers, Fact::Items, counts, told);
        let default = facts::default(&layers, told);
        told.open(
            &layers
                .keyword("uniqueItems")
                .filter(|it| *it.value == true)
                .collect::<Vec<_>>(),
        );
        let of_item: Vec<At<'d>> = layers.keyword("items").collect();
        let (item, facts) = self.held(&of_item, near, told, depth);
        let facts = Constraints {
            items,
            default,
            ..facts
        };
        (TypeName::Array(Box::new(item)), facts)
    }

    fn object(
        &mut self,
        layers: Layers<'d>,
        near: &str,
        told: &mut Told,
        depth: usize,
    ) -> (TypeName, Constraints) {
        let facts = Constraints {
            default: facts::default(&layers, told),
            ..Constraints::default()
        };
        let members = layers
            .keyword("properties")
            .any(|it| it.members().next().is_some());
        let required = layers
            .keyword("required")
            .any(|it| it.items().next().is_some());
        let further: Vec<At<'d>> = layers.keyword("additionalProperties").collect();
        let (closing, free): (Vec<At<'d>>, Vec<At<'d>>) =
            further.into_iter().partition(|it| *it.value == false);
        let values: Vec<At<'d>> = free.into_iter().filter(At::states).collect();
        told.unknown
            .extend(closing.iter().map(super::keyword::quoted));
        if members || required {
            told.unknown
                .extend(values.iter().map(super::keyword::quoted));
            return (self.named(layers, near, told), facts);
        }
        if values.is_empty() {
            return (TypeName::Object, facts);
        }
        let (value, of_value) = self.held(&values, near, told, depth);
        let facts = Constraints {
            default: facts.default,
            ..of_value
        };
        (TypeName::Map(Box::new(value)), facts)
    }

    /// What the items of an array or the values of a map are: a row states their facts as
    /// its own.
    fn held(
        &mut self,
        schemas: &[At<'d>],
        near: &str,
        told: &mut Told,
        depth: usize,
    ) -> (TypeName, Constraints) {
        let open = (TypeName::Any, Constraints::default());
        if schemas.is_empty() {
            return open;
        }
        let is_list = schemas.iter().any(|it| it.value.is_array());
        if depth + 3 > MAX_TYPE_DEPTH || is_list {
            told.open(schemas);
            return open;
        }
        let of_row: BTreeMap<Fact, Quote> = std::mem::take(&mut told.quotes);
        let shape = self.inside(Layers::of(self.document, schemas), near, told, depth + 1);
        let Shape {
            kind,
            mut facts,
            is_nullable,
        } = shape;
        let of_item = std::mem::replace(&mut told.quotes, of_row);
        let keeps = |fact: &Fact| !matches!(fact, Fact::Type | Fact::Items | Fact::Default);
        if is_nullable {
            told.open(schemas);
            return open;
        }
        if !facts.items.is_open() {
            told.beyond.push(format!("{} items inside", facts.items));
            facts.items = Bounds::default();
        }
        facts.default = None;
        told.quotes
            .extend(of_item.into_iter().filter(|(fact, _)| keeps(fact)));
        (kind, facts)
    }

    /// The object of these layers by its name; its members are read later.
    fn named(&mut self, layers: Layers<'d>, near: &str, told: &mut Told) -> TypeName {
        let key = layers.key();
        if let Some(name) = self.names.get(&key) {
            return TypeName::Named(name.clone());
        }
        if self.names.len() >= MAX_OBJECTS {
            told.beyond
                .push(format!("the members of more than {MAX_OBJECTS} objects"));
            return TypeName::Object;
        }
        let wanted = plain(layers.name.as_deref().unwrap_or(near));
        let mut names = (1..).map(|number| match number {
            1 => wanted.clone(),
            number => format!("{wanted}_{number}"),
        });
        let name = names
            .find(|name| !self.taken.contains(name))
            .unwrap_or(wanted.clone());
        self.taken.insert(name.clone());
        self.names.insert(key, name.clone());
        self.waiting.push_back(Object {
            name: name.clone(),
            layers,
        });
        TypeName::Named(name)
    }
}

/// A name as types may have it: without spaces, and not empty.
fn plain(name: &str) -> String {
    let plain: String = name
        .chars()
        .map(|c| if c.is_whitespace() { '_' } else { c })
        .collect();
    match plain.is_empty() {
        true => "Object".into(),
        false => plain,
    }
}
