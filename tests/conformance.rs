//! The suite itself as a test binary: `cargo test --test conformance`, or
//! `cargo nextest run`. `CONFORMANT_BASE_URL` and friends choose the target; without
//! them it is the embedded reference server.

fn main() -> std::process::ExitCode {
    conformant::cli::suite_as_test()
}
