#!/usr/bin/env bash
# Measures the speed of conformant end to end, side by side with wrk and hurl where they
# are installed, and writes the tables and plots of BENCHMARKS.md.
#
#   benches/load/run.sh [--quick] [--build] [--rounds N]
#
# --quick measures little and writes nothing; --build times a clean release build too.
# Needs Rust and Python 3. It wants the machine for itself: minutes of load on loopback.
set -euo pipefail
cd "$(dirname "$0")/../.."
cargo build --release
cargo build --release --manifest-path benches/load/server/Cargo.toml --target-dir target/load
exec python3 benches/load/measure.py "$@"
