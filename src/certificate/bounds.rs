//! The version of certificates, and how much one is about.

/// The version of what stands under `conformant`.
pub const FORMAT: &str = "conformant-certificate/3";
/// How often each case is sent.
pub const ROUNDS: u32 = 3;
/// Most generated requests of a property that a certificate can be about.
pub const MAX_CASES: u32 = 10_000;
