//! Defines [`Contract`]: the operation as documented, every row a set of
//! [clauses](Clause) with a stable id and its source.
//!
//! `tables` makes it from a [`Page`](crate::page::Page); [`reading`] settles
//! what the page leaves open. The contract holds facts, not prose: the same API
//! in two renderings or two languages gives equal contracts.

mod clause;
mod example;
mod field;
mod figures;
mod listed;
mod objects;
mod patterns;
mod phrase;
mod phrases;
pub mod reading;
mod role;
mod tables;
mod uri;
mod words;

pub(crate) use clause::nested;
pub use clause::{Basis, Clause, Clauses};
pub use example::{ExampleRequest, example_requests};
pub use field::{Body, Bounds, Constraints, Field, Mandatory, Presence, Source, Tolerated};
pub use reading::{Comparison, Echo, Origin, Reading, Relation};
pub use tables::from_page;
pub use uri::{Segment, UriTemplate};
pub use words::Words;

use crate::page::{Finding, TypeName};
use serde_json::Value;
use std::collections::BTreeMap;

/// Where a request parameter travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Location {
    /// A segment of the path.
    Path,
    /// The query string.
    Query,
    /// A header field.
    Header,
}

impl Location {
    /// The word in clause ids.
    pub fn id(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Query => "query",
            Self::Header => "header",
        }
    }

    /// Whether routers and header parsers hand this text on as it is.
    pub fn carries(self, text: &str) -> bool {
        match self {
            Self::Path => {
                !text.is_empty()
                    && !text.chars().all(|c| c == '.')
                    && !text.contains(['/', '\\', ';'])
            }
            Self::Query => true,
            Self::Header => text.chars().all(|c| (' '..='~').contains(&c)) && text.trim() == text,
        }
    }

    /// The member of `request.schema.json` that holds parameters of this location.
    pub fn member(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Query => "query",
            Self::Header => "headers",
        }
    }
}

/// A documented request parameter.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    /// Where it travels.
    pub location: Location,
    /// Its row.
    pub field: Field,
}

impl Parameter {
    /// Whether it is the media type of the body: no matter of the operation, even
    /// where a row has it.
    pub fn is_media_type(&self) -> bool {
        self.location == Location::Header && self.field.name.eq_ignore_ascii_case("Content-Type")
    }

    /// `request/<location>/<name>`, the stem of its clause ids.
    pub fn stem(&self) -> String {
        format!("request/{}/{}", self.location.id(), self.field.name)
    }
}

/// What the page says about one status.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Response {
    /// The meaning in the status list.
    pub meaning: String,
    /// The documented body.
    pub body: Option<Body>,
    /// Documented response header fields.
    pub headers: Vec<Field>,
    /// The page's example body.
    pub example: Option<Value>,
}

/// The documented operation.
#[derive(Clone, Debug, PartialEq)]
pub struct Contract {
    /// Its name: the stem of file and schema names.
    pub operation: String,
    /// HTTP method.
    pub method: String,
    /// Path with placeholders.
    pub uri: UriTemplate,
    /// Path, query and header parameters in page order.
    pub parameters: Vec<Parameter>,
    /// The documented request body.
    pub request_body: Option<Body>,
    /// The page's example of it.
    pub request_example: Option<Value>,
    /// Responses by status.
    pub responses: BTreeMap<u16, Response>,
    /// Echoes that the reading states.
    pub echoes: Vec<Echo>,
    /// Relations that the reading states.
    pub relations: Vec<Relation>,
}

impl Contract {
    /// The parameter of this location and name; header names compare without case.
    pub fn parameter(&self, location: Location, name: &str) -> Option<&Parameter> {
        self.parameters.iter().find(|parameter| {
            parameter.location == location
                && if location == Location::Header {
                    parameter.field.name.eq_ignore_ascii_case(name)
                } else {
                    parameter.field.name == name
                }
        })
    }

    /// The header that carries the token throughout the help centre, where this
    /// operation documents it.
    pub fn token(&self) -> Option<&Parameter> {
        self.parameter(Location::Header, "X-Auth-Token")
    }

    /// The row of the media type of the request's body, where it has both.
    pub fn media_type(&self) -> Option<&Parameter> {
        let row = self.parameter(Location::Header, "Content-Type")?;
        self.request_body.is_some().then_some(row)
    }

    /// The path parameter that names the project throughout the help centre, where
    /// this operation documents it.
    pub fn project(&self) -> Option<&Parameter> {
        self.parameter(Location::Path, "project_id")
    }

    /// The path parameters that name a resource, which must exist: all but the project
    /// and those whose values the page lists.
    pub fn resources(&self) -> impl Iterator<Item = &Parameter> {
        self.parameters.iter().filter(|parameter| {
            parameter.location == Location::Path
                && parameter.field.constraints.values.is_empty()
                && *parameter.field.kind.innermost() != TypeName::Boolean
                && self.project() != Some(parameter)
        })
    }

    /// The lowest documented status of success.
    pub fn success(&self) -> Option<u16> {
        self.responses
            .keys()
            .copied()
            .find(|status| (200..300).contains(status))
    }

    /// Whether the page documents `status`.
    pub fn documents(&self, status: u16) -> bool {
        self.responses.contains_key(&status)
    }

    /// Every documented statement.
    pub fn clauses(&self) -> Clauses {
        Clauses::of(self)
    }
}

/// A contract with what was found while it was read.
#[derive(Clone, Debug)]
pub struct Read {
    /// The contract, before any reading.
    pub contract: Contract,
    /// What a person should look at, in page order.
    pub findings: Vec<Finding>,
}
