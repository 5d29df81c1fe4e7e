//! Defines [`Target`]: where to send, with which credentials, and how.
//!
//! [`config`] reads the targets file; the command line resolves it, together with
//! options and variables, to a [`Target`]; [`credentials`] turns its sources into
//! secrets in memory, by way of [`iam`] where a token or project must be asked for;
//! `ids` holds the given ids against the page;
//! [`signing`] signs requests in place of a token. Nothing here judges.

pub mod config;
pub mod credentials;
pub mod iam;
mod ids;
mod resolved;
pub mod signing;
mod writes;

pub use config::{Iam, Keys, Secret, TIMEOUTS, Targets, Token, is_header, is_header_value};
pub use credentials::{Acquired, Renew};
pub use resolved::{Credentials, DEFAULT_TIMEOUT, Origins, Target};
pub use writes::Writes;
