//! Bodies of requests: applies the changes of cases ([`change`]), makes conforming
//! bodies ([`make`]) and those that break one clause ([`violate`]). Pure and
//! deterministic; randomness comes in as the seed of a [`Draw`].

mod attack;
mod change;
mod make;
mod violate;

pub(super) use attack::{attacks, other_values, with_texts};
pub(super) use change::apply;
pub(super) use make::{
    Draw, base, boundaries, broken_change, conforming, minimal, places, pointer, violated,
};
pub(super) use violate::{breaks_only, random, violations};
