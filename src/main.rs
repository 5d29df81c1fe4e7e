//! The `conformant` command: parse, run, exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    conformant::cli::main()
}
