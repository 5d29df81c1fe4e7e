//! Makes rows of members and parameters, and says what of them is not held. A row of a
//! request that says more than a contract can hold is not sent where it may be left out:
//! whatever is made up for it might not conform.

use super::document::At;
use super::facts::Told;
use super::layers::Layers;
use super::notes::{Notes, place};
use super::shape::{Shape, Shapes};
use crate::contract::{Fact, Field, Mandatory, Quote, Source};
use crate::source::null::may_be_null;

/// On which side of an exchange a row stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Request,
    Reply,
}

/// What a row says is checked by hand.
const BY_HAND: &str = "check it with a case of your own";

/// Where a row stands: its pointer, and the table of the page that an exported document
/// names.
pub(super) fn source(pointer: &str, places: &[At<'_>]) -> Source {
    let origin = places.iter().find_map(|it| it.text("x-source"));
    let (table, row) = origin.and_then(table_and_row).unwrap_or_default();
    Source {
        table,
        row,
        pointer: pointer.to_owned(),
        line: 0,
    }
}

/// `Table 3, row 9`, or `Table 3`.
pub(super) fn table_and_row(text: &str) -> Option<(u32, u32)> {
    let rest = text.strip_prefix("Table ")?;
    let (table, row) = rest.split_once(", row ").unwrap_or((rest, "0"));
    Some((table.parse().ok()?, row.parse().ok()?))
}

/// The paragraphs of a description.
pub(super) fn paragraphs(text: &str) -> Vec<String> {
    let lines = text.trim().lines().map(|line| line.trim_end().to_owned());
    lines.collect()
}

/// The sentence of a description which says that a reply may hold null: what keywords leave
/// unsaid, documents say in words.
fn null_said(description: &[String]) -> Option<String> {
    let lines = description.iter();
    let sentences = lines.flat_map(|line| line.split_inclusive(['.', '。', ';']));
    let said = sentences.map(str::trim).find(|it| may_be_null(it))?;
    Some(said.to_owned())
}

/// What is read of a row.
pub(super) struct Read<'d, 'n> {
    pub(super) shapes: &'n mut Shapes<'d>,
    pub(super) notes: &'n mut Notes,
    pub(super) side: Side,
}

impl<'d> Read<'d, '_> {
    /// The row of a member or parameter; `None` where no request carries it.
    pub(super) fn row(
        &mut self,
        name: &str,
        layers: Layers<'d>,
        mandatory: Mandatory,
        source: Source,
    ) -> Option<Field> {
        let mut told = Told::default();
        let description = layers
            .text("description")
            .map(paragraphs)
            .unwrap_or_default();
        let is_deprecated = layers.is_true("deprecated");
        let Shape {
            kind,
            facts,
            is_nullable,
        } = self.shapes.read(layers, name, &mut told);
        let mut field = Field::new(name, kind, source);
        field.constraints = facts;
        field.mandatory = mandatory;
        field.is_nullable = is_nullable;
        field.quotes = std::mem::take(&mut told.quotes);
        if self.side == Side::Reply
            && !is_nullable
            && let Some(words) = null_said(&description)
        {
            field.is_nullable = true;
            field
                .quotes
                .insert(Fact::Nullable, Quote { line: 0, words });
        }
        field.description = description;
        let place = place(&field.source.pointer, name);
        if is_deprecated {
            self.notes
                .note(&place, "it is deprecated", "it is tested as any other");
        }
        self.tell(&place, &told, mandatory).then_some(field)
    }

    /// Tells what of a row or a body is not held; gives whether it is part of the contract.
    pub(super) fn tell(&mut self, place: &str, told: &Told, mandatory: Mandatory) -> bool {
        let joined = |parts: &[String]| {
            let mut parts = parts.to_vec();
            parts.dedup();
            parts.join(", ")
        };
        if !told.unknown.is_empty() {
            let what = format!("{} is no part of the contract", joined(&told.unknown));
            self.notes
                .unread(place, &what, "nothing is tested by it", BY_HAND);
        }
        if let Some(kind) = told.guessed {
            let assumed = format!("it was read as an {kind}");
            let remedy = "state the \"type\" in the document";
            self.notes
                .guessed(place, "no \"type\" is stated", &assumed, remedy);
        }
        if told.beyond.is_empty() {
            return true;
        }
        let beyond = joined(&told.beyond);
        let what = format!("no value can be held against {beyond}");
        match (self.side, mandatory) {
            (Side::Reply, _) => {
                self.notes
                    .unread(place, &what, "no reply is held against it", BY_HAND);
                true
            }
            (Side::Request, Mandatory::Yes) => {
                let assumed = "requests carry what the rest of it allows";
                let remedy = "give the document an example of the request that conforms";
                self.notes.guessed(place, &what, assumed, remedy);
                true
            }
            (Side::Request, _) => {
                self.notes
                    .unread(place, &what, "no request carries it", BY_HAND);
                false
            }
        }
    }
}
