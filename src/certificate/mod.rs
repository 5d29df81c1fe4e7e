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
mod plan;
mod refusal;
mod seed;
mod statement;
mod subject;
mod target;
pub mod text;
mod verify;

pub use bounds::{MAX_CASES, ROUNDS};
pub use class::{Class, Missing};
pub use envelope::{Opened, PAYLOAD_TYPE, is_certificate, open, sign};
pub use evidence::rejudge;
pub use issue::{Run, issue};
pub use key::{PublicKey, SecretKey};
pub use refusal::{Refusal, Rejection};
pub use seed::seed;
pub use statement::{
    Accepted, AcceptedDifference, Authorisation, Clause, Conformant, Evidence, FORMAT,
    PREDICATE_TYPE, Plan, Predicate, Resource, RuleSet, Seed, Selftest, Statement, TYPE, Target,
    Test, TestResult, TestWord,
};
pub use subject::Subject;
pub use verify::{Checked, check, verify};
