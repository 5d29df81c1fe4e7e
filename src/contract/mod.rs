//! Defines [`Contract`]: the operation as documented, every row a set of
//! [clauses](Clause) with a stable id and its source.
//!
//! Front ends ([`source`](crate::source)) make it; [`mod@file`] writes and reads
//! `contract.json`, which people review and everything else runs by; [`reading`]
//! settles what the source leaves open. It holds facts and the words that they were
//! read from, and understands no prose: the same API in two renderings or two languages
//! states the same.

mod bounds;
mod check;
mod clause;
mod clause_id;
mod correct;
mod correction;
mod example;
mod field;
pub mod file;
mod finding;
mod form;
mod format;
mod location;
mod operation;
mod parameter;
mod pattern;
mod place;
pub mod reading;
mod relation;
mod row;
mod service;
mod settle;
mod type_name;
mod uri;

pub use bounds::Bounds;
pub use check::{MAX_LEAST, MAX_PLACES};
pub use clause::{Basis, Clause, Clauses};
pub use clause_id::{ClauseId, Subject};
pub use correction::Correction;
pub use example::ExampleRequest;
pub use field::{
    ARRAY_ELEMENT, Body, Constraints, Fact, Field, Mandatory, Presence, Quote, Source, Tolerated,
};
pub use finding::{Finding, Weight};
pub use format::Format;
pub use location::Location;
pub use operation::{Contract, Document, DocumentKind, Response, is_safe};
pub use parameter::Parameter;
pub use pattern::{MAX_COMPILED, Pattern};
pub use place::{Place, Step};
pub use reading::Reading;
pub use relation::{Comparison, Echo, Origin, Relation};
pub use service::{PresentMembers, ServiceReading, TokenRow, Undocumented};
pub use type_name::{MAX_TYPE_DEPTH, TypeName};
pub use uri::{Segment, UriTemplate};
