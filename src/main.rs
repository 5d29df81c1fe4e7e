//! The `conformant` command: parse, run, exit code.

use std::process::ExitCode;

/// Sending a request takes some two hundred small allocations, most of them in the
/// libraries: with the system's allocator they are a quarter of what an exchange costs.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    conformant::cli::main()
}
