//! Reading, deriving, comparing and exporting: no target is tested.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[path = "../support/mod.rs"]
mod support;

mod book;
mod captions;
mod comparison;
mod contract;
mod corpus;
mod definitions;
mod derive;
mod examples;
mod eye;
mod json;
mod mutilated;
mod nested;
mod nullable;
mod openapi;
mod operations;
mod pages;
mod resources;
mod sections;
mod shapes;
mod tables;
mod tidy;
mod vacuous;
