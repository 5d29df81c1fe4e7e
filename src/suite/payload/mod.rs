//! Bodies of requests: applies the changes of cases ([`change`]), makes conforming
//! bodies ([`make`]) and those that break one clause ([`violate`]). Pure and
//! deterministic; randomness comes in as the seed of a [`Draw`].

mod attack;
mod change;
mod make;
mod span;
mod violate;

pub(super) use attack::{attacks, contexts, with_texts};
pub(super) use change::{apply, changed, root_pointer, set};
pub(super) use make::{
    Draw, Full, base, boundaries, broken_change, conforming, conforming_change, minimal, places,
    pointer, violated,
};
pub(super) use violate::{breaks_only, random, violations};
