//! Defines [`Place`]: where a row of a body stands, and the one walk over all of them.

use super::{Body, ClauseId, Field, TypeName};

/// A place in a body that a row speaks of.
#[derive(Clone, Debug)]
pub struct Place<'a> {
    /// The body.
    pub body: &'a Body,
    /// Stem of its clauses.
    pub stem: ClauseId,
    /// Its row.
    pub field: &'a Field,
    /// The object whose table has the row; `None` for the body's own table.
    pub object: Option<&'a str>,
    /// The position of the row in its table.
    pub row: usize,
    /// How many objects are around it.
    pub depth: usize,
    /// The way to it from the root of the body.
    pub path: Vec<Step<'a>>,
}

/// A step from a value into what it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step<'a> {
    /// To the member of this name.
    Member(&'a str),
    /// To an item of an array.
    Item,
    /// To a value of a map.
    Value,
}

/// The places of a body, each in front of those inside it. An object inside itself is
/// stated once: its members are places, those of the object inside are none.
#[derive(Clone, Debug)]
pub struct Places<'a> {
    body: &'a Body,
    open: Vec<Table<'a>>,
}

/// An object on the way from the root.
#[derive(Clone, Debug)]
struct Table<'a> {
    stem: ClauseId,
    object: Option<&'a str>,
    rows: std::iter::Enumerate<std::slice::Iter<'a, Field>>,
    path: Vec<Step<'a>>,
}

impl Body {
    /// Every place; `stem` is that of the body.
    pub fn places(&self, stem: ClauseId) -> Places<'_> {
        let table = Table {
            stem,
            object: None,
            rows: self.fields.iter().enumerate(),
            path: Vec::new(),
        };
        Places {
            body: self,
            open: vec![table],
        }
    }
}

impl<'a> Iterator for Places<'a> {
    type Item = Place<'a>;

    fn next(&mut self) -> Option<Place<'a>> {
        let depth = self.open.len().checked_sub(1)?;
        let table = &mut self.open[depth];
        let Some((row, field)) = table.rows.next() else {
            self.open.pop();
            return self.next();
        };
        let mut path = table.path.clone();
        if !field.is_root_array() {
            path.push(Step::Member(&field.name));
        }
        let place = Place {
            body: self.body,
            stem: field.stem_in(&table.stem),
            field,
            object: table.object,
            row,
            depth,
            path,
        };
        let object = field.kind.object_name();
        if let Some(members) = self.body.members(&field.kind)
            && self.open.iter().all(|outer| outer.object != object)
        {
            let mut path = place.path.clone();
            path.extend(layers(&field.kind));
            self.open.push(Table {
                stem: place.stem.clone().inside(&field.kind),
                object,
                rows: members.iter().enumerate(),
                path,
            });
        }
        Some(place)
    }
}

/// The steps through the arrays and maps of a type.
fn layers<'a>(mut kind: &TypeName) -> impl Iterator<Item = Step<'a>> {
    std::iter::from_fn(move || {
        let (step, inner) = match kind {
            TypeName::Array(item) => (Step::Item, item),
            TypeName::Map(value) => (Step::Value, value),
            _ => return None,
        };
        kind = inner;
        Some(step)
    })
}
