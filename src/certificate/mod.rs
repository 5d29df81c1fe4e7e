//! Defines certificates: what was tested, against which edition of the page, how
//! strong the test was and how it ended, so that a stranger can check it offline.
//!
//! A certificate is an in-toto [`Statement`], signed as a DSSE envelope. `issue` draws
//! it up from three rounds of a whole run; `verify` holds every number of it against
//! the suite of the verifier, and `evidence` judges the recorded exchanges again. It
//! sends nothing; the only clock is the date that it is told.

pub mod badge;
mod bounds;
mod class;
mod conclusion;
mod envelope;
mod evidence;
pub mod html;
mod issue;
mod key;
mod operation;
mod own;
mod plan;
mod refusal;
mod seed;
mod statement;
mod subject;
mod target;
pub mod text;
mod verify;

pub use bounds::{FORMAT, MAX_CASES, ROUNDS};
pub use class::{Class, Missing};
pub use envelope::{Opened, PAYLOAD_TYPE, is_certificate, open, sign};
pub use evidence::rejudge;
pub use issue::{Run, issue};
pub use key::{PublicKey, SecretKey};
pub use operation::{Accepted, AcceptedDifference, Clause, Operation, Selftest, Test, TestWord};
pub use own::{Own, Void};
pub use refusal::{Refusal, Rejection};
pub use seed::seed;
pub use statement::{
    Authorisation, Conformant, Evidence, PREDICATE_TYPE, Plan, Predicate, Resource, RuleSet, Seed,
    Statement, TYPE, Target, TestResult,
};
pub use subject::Subject;
pub use verify::{Checked, check, verify};
