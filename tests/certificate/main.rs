//! Certificates: who gets one, what verification refuses, and what the commands do.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[path = "../support/mod.rs"]
mod support;

mod class;
mod commands;
mod fixture;
mod flipped;
mod looks;
mod record;
mod tampered;
