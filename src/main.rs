//! The `conformant` command: parse, run, exit code.

use std::process::ExitCode;

/// Sending a request takes some two hundred small allocations, most of them in the
/// libraries: with the system's allocator they are a quarter of what an exchange costs.
/// Its second version returns freed memory ten times sooner than its third, which halves
/// what large hostile bodies take side by side; and without huge pages (`no_thp`) a run
/// does not clear megabytes that it never uses.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    conformant::cli::main()
}
