//! Certificates: who gets one, what verification refuses, and what the commands do.
mod class;
mod commands;
mod fixture;
mod flipped;
mod looks;
mod record;
mod service;
mod tampered;
