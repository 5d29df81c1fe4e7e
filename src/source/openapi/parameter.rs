//! Reads the parameters of an operation: its own, and those of its path that it does not
//! state again.

use super::document::{At, Document, Version};
use super::facts::Told;
use super::layers::Layers;
use super::notes::{Notes, place};
use super::row::{Read, Side, source};
use super::shape::Shapes;
use crate::contract::{Field, Location, Mandatory, Parameter, TypeName};

/// Header parameters of these names are none in OpenAPI 3 (3.1.1 section 4.8.12.2).
const IGNORED: [&str; 3] = ["accept", "content-type", "authorization"];

/// What of a path and an operation is read as parameters.
pub(super) struct Parameters<'d> {
    /// Those of the path, query and header.
    pub(super) rows: Vec<Parameter>,
    /// Where each row stands, in their order: examples stand beside it.
    pub(super) places: Vec<At<'d>>,
    /// The parameter `body` of Swagger 2.0.
    pub(super) body: Option<At<'d>>,
    /// The first parameter of a form of Swagger 2.0.
    pub(super) form: Option<At<'d>>,
}

/// Reads the parameters of `operation`, which stands in `path`.
pub(super) fn parameters<'d>(
    document: &'d Document,
    path: &At<'d>,
    operation: &At<'d>,
    placeholders: &[&str],
    notes: &mut Notes,
) -> Parameters<'d> {
    let mut found = Parameters {
        rows: Vec::new(),
        places: Vec::new(),
        body: None,
        form: None,
    };
    let mut shapes = Shapes::new(document);
    let mut seen: Vec<(String, String, bool)> = Vec::new();
    for (owner, is_own) in [(operation, true), (path, false)] {
        for (list, is_extension) in [("parameters", false), ("x-parameters", true)] {
            for item in owner.get(list).iter().flat_map(At::items) {
                let at = match document.resolve(item.clone()) {
                    Ok(at) => at,
                    Err(what) => {
                        let remedy = "give the whole document in one file";
                        notes.guessed(&item.pointer, &what, "requests lack this parameter", remedy);
                        continue;
                    }
                };
                let name = at.text("name").unwrap_or_default();
                let location = at.text("in").unwrap_or_default();
                let key = (location.to_owned(), key(location, name));
                let mut others = seen.iter();
                match others.find(|(other, same, _)| (other, same) == (&key.0, &key.1)) {
                    // An operation states a parameter of its path again.
                    Some((.., true)) if !is_own => continue,
                    Some(_) => {
                        let place = place(&at.pointer, name);
                        notes.guessed(
                            &place,
                            "it stands here twice",
                            "the first one was read",
                            "take one of them out",
                        );
                        continue;
                    }
                    None => seen.push((key.0, key.1, is_own)),
                }
                let mut one = One {
                    document,
                    at,
                    name,
                    is_extension,
                    placeholders,
                    notes,
                    shapes: &mut shapes,
                };
                one.add(location, &mut found);
            }
        }
    }
    found
}

/// Names of header fields compare without case.
fn key(location: &str, name: &str) -> String {
    match location {
        "header" => name.to_ascii_lowercase(),
        _ => name.to_owned(),
    }
}

/// A parameter that is looked at.
struct One<'d, 'n> {
    document: &'d Document,
    at: At<'d>,
    name: &'d str,
    is_extension: bool,
    placeholders: &'n [&'n str],
    notes: &'n mut Notes,
    shapes: &'n mut Shapes<'d>,
}

impl<'d> One<'d, '_> {
    fn add(&mut self, location: &str, found: &mut Parameters<'d>) {
        let location = match location {
            "path" => Location::Path,
            "query" => Location::Query,
            "header" => Location::Header,
            "body" => {
                found.body.get_or_insert(self.at.clone());
                return;
            }
            "formData" => {
                found.form.get_or_insert(self.at.clone());
                return;
            }
            "cookie" => {
                self.unread("it travels in a cookie, and no request sends cookies");
                return;
            }
            other => {
                self.unread(&format!("'{other}' is no place of a parameter"));
                return;
            }
        };
        if let Some(field) = self.field(location) {
            found.rows.push(Parameter { location, field });
            found.places.push(self.at.clone());
        }
    }

    fn place(&self) -> String {
        place(&self.at.pointer, self.name)
    }

    fn unread(&mut self, what: &str) {
        let place = self.place();
        match self.at.is_true("required") {
            true => self.notes.guessed(
                &place,
                what,
                "requests lack this parameter",
                "give it with cases of your own",
            ),
            false => self.notes.unread(
                &place,
                what,
                "no request carries it",
                "check it with a case of your own",
            ),
        }
    }

    fn field(&mut self, location: Location) -> Option<Field> {
        if self.name.is_empty() {
            self.unread("it has no name");
            return None;
        }
        if location == Location::Header {
            let lower = self.name.to_ascii_lowercase();
            let is_ignored = self.document.version != Version::Swagger2 && !self.is_extension;
            if is_ignored && IGNORED.contains(&lower.as_str()) {
                let place = self.place();
                self.notes.note(
                    &place,
                    "OpenAPI ignores header parameters of this name",
                    "it is no part of the contract",
                );
                return None;
            }
            if !is_token(self.name) {
                self.unread("this cannot be the name of a header field (RFC 9110 section 5.1)");
                return None;
            }
        }
        if location == Location::Path && !self.placeholders.contains(&self.name) {
            let place = self.place();
            self.notes.unread(
                &place,
                "the path has no such placeholder",
                "it is no part of the contract",
                "correct the path or the name",
            );
            return None;
        }
        let mandatory = match location == Location::Path || self.at.is_true("required") {
            true => Mandatory::Yes,
            false => Mandatory::No,
        };
        let schema = match self.document.version {
            Version::Swagger2 => None,
            _ => self.at.get("schema"),
        };
        // In Swagger 2.0 a parameter is its own schema, and some documents of 3.0 have it so.
        let schema = schema.unwrap_or_else(|| self.at.clone());
        let place = source(&self.at.pointer, std::slice::from_ref(&self.at));
        let layers = Layers::of(self.document, std::slice::from_ref(&schema));
        let mut read = Read {
            shapes: self.shapes,
            notes: self.notes,
            side: Side::Request,
        };
        let mut field = read.row(self.name, layers, mandatory, place)?;
        if let Some(text) = self
            .at
            .text("description")
            .filter(|text| !text.trim().is_empty())
        {
            field.description = super::row::paragraphs(text);
        }
        field.is_nullable = false;
        self.scalar(field)
    }

    /// A row whose values can be written as one text.
    fn scalar(&mut self, mut field: Field) -> Option<Field> {
        let mut told = Told::default();
        let of_item = match &field.kind {
            TypeName::Array(item) => item,
            kind => kind,
        };
        if self.at.get("content").is_some() {
            told.beyond
                .push("a value that is written in a media type".into());
        } else if !of_item.is_scalar() && *of_item != TypeName::Any {
            told.beyond
                .push(format!("a parameter of type {}", field.kind));
        }
        if !of_item.is_scalar() {
            // A text has no type that could be broken.
            let kind = match field.kind {
                TypeName::Array(_) => TypeName::Array(Box::new(TypeName::String)),
                _ => TypeName::String,
            };
            field.kind = kind;
            field.constraints.values.clear();
        }
        if field.constraints.items.min.is_some_and(|min| min > 1) {
            told.beyond.push(format!(
                "{} items: requests send one",
                field.constraints.items
            ));
        }
        field.constraints.items = crate::contract::Bounds::default();
        let place = self.place();
        let mandatory = field.mandatory;
        let mut read = Read {
            shapes: self.shapes,
            notes: self.notes,
            side: Side::Request,
        };
        read.tell(&place, &told, mandatory).then_some(field)
    }
}

/// Whether a header field may have this name (RFC 9110 section 5.1).
pub(super) fn is_token(name: &str) -> bool {
    let is_tchar = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    !name.is_empty() && name.chars().all(is_tchar)
}
