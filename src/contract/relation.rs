//! Defines [`Echo`] and [`Relation`]: what a reading states of a reply beyond single
//! members.

use super::clause_id::ClauseId;
use super::location::Location;
use serde::Deserialize;

#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
/// A condition of a relation: the field holds one of these values.
pub struct When {
    /// Name of a top-level member.
    pub field: String,
    /// The values under which the relation must hold.
    pub one_of: Vec<String>,
}

/// A response member that repeats a request parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Echo {
    /// Status of the response.
    pub status: u16,
    /// Name of the top-level member.
    pub field: String,
    /// `path/<name>`, `query/<name>`, `header/<name>` or `body/<name>`.
    pub of: String,
    /// What it repeats.
    pub origin: Origin,
    /// Why it is read so.
    pub reason: String,
}

/// What of a request an [`Echo`] repeats.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A parameter of this location and name.
    Parameter(Location, String),
    /// The member of the body that this JSON pointer leads to.
    Body(String),
}

impl Echo {
    /// `response/<status>/<field>/echo`.
    pub fn clause(&self) -> ClauseId {
        let stem = ClauseId::response(self.status);
        stem.with(&self.field).with("echo")
    }
}

/// How two members compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// `<=`
    AtMost,
    /// `<`
    Below,
    /// `==`
    Equal,
}

impl Comparison {
    /// Its sign.
    pub fn sign(self) -> &'static str {
        match self {
            Self::AtMost => "<=",
            Self::Below => "<",
            Self::Equal => "==",
        }
    }
}

/// A relation between two integer members of a response body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relation {
    /// Its name, the last part of its clause id.
    pub id: String,
    /// Status of the response.
    pub status: u16,
    /// Left member.
    pub left: String,
    /// How they compare.
    pub comparison: Comparison,
    /// Right member.
    pub right: String,
    /// When it must hold; always, if `None`.
    pub when: Option<When>,
    /// Why it is read so.
    pub reason: String,
}

impl Relation {
    /// `response/<status>/relation/<id>`.
    pub fn clause(&self) -> ClauseId {
        ClauseId::relation(self.status, &self.id)
    }

    /// The relation in one line.
    pub fn statement(&self) -> String {
        let mut text = format!("{} {} {}", self.left, self.comparison.sign(), self.right);
        if let Some(when) = &self.when {
            text.push_str(&format!(
                " when {} is {}",
                when.field,
                when.one_of.join(" or ")
            ));
        }
        text
    }
}
