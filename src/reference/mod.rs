//! The reference server: a mock of the documented API, made from the contract,
//! and the catalogue of faults that break it on purpose.
//!
//! It decides on its own what is right (it imports neither judge nor schema):
//! a server and a judge that shared that code would certify each other.

mod body;
pub mod catalogue;
mod check;
mod edit;
mod fault;
mod identity;
mod mock;
mod payload;
mod server;
mod signature;
mod variant;
mod wire;

pub use fault::{
    Bytes, Cause, Change, Edit, ExpectedDifference, Fault, Laxness, Step, TokenLaxness, When,
};
pub use identity::Identity;
pub use mock::{Access, Mock, MockRequest, MockResponse};
pub use server::Server;
pub use variant::Variant;
pub use wire::Wire;

/// Path and query parameters of a request, decoded: where, name, value.
type Parameters = [(crate::contract::Location, String, String)];
