//! The reference server: a mock of the documented API, made from the contract,
//! and the catalogue of faults that break it on purpose.
//!
//! It decides on its own what is right (it imports neither judge nor schema):
//! a server and a judge that shared that code would certify each other.

mod body;
pub mod catalogue;
mod check;
mod count;
mod crossing;
mod edit;
mod fault;
mod form;
mod identity;
mod lenience;
mod message;
mod mock;
mod payload;
mod server;
mod service;
mod signature;
mod store;
mod variant;
mod wire;

pub use count::Count;
pub use fault::{
    Bytes, Cause, Change, Edit, ExpectedDifference, Fault, Laxness, Reading, Specimen, Step,
    TokenLaxness, When, Wire,
};
pub use identity::Identity;
pub use lenience::Lenience;
pub use message::{Access, MockRequest, MockResponse};
pub use mock::Mock;
pub use server::Server;
pub use service::Service;
pub use store::Store;
pub use variant::Variant;
