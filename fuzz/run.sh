#!/usr/bin/env bash
# Fuzzes every reader of what comes from outside, guided by coverage, on stable Rust:
#   fuzz/run.sh [SECONDS|runs=N] [TARGET]...
# SECONDS are those of each target (default 20); N inputs from the corpus of the repository
# alone give the same answer each time. New inputs that reach new code are kept
# under fuzz/target/corpus; those worth having in the repository go to fuzz/corpus by
#   fuzz/run.sh --keep
# What fails is written to fuzz/target/failures; fuzz/run.sh 0 TARGET runs nothing but the
# corpus. Where cargo-fuzz and a nightly compiler are installed, `cargo fuzz run TARGET`
# does the same with the address sanitizer.
set -euo pipefail
cd "$(dirname "$0")/.."

keep=
if [ "${1:-}" = --keep ]; then keep=1; shift; fi
seconds=${1:-20}
shift || true
targets=("$@")
[ ${#targets[@]} -gt 0 ] || targets=($(cd fuzz/fuzz_targets && ls | sed 's/\.rs$//'))

host=$(rustc -vV | sed -n 's/^host: //p')
# The flags by which the compiler counts edges and compares for libFuzzer. Naming the host
# as target keeps them from build scripts and macros.
export RUSTFLAGS="--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
-Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
-Cllvm-args=-sanitizer-coverage-trace-compares"
cargo build --release --manifest-path fuzz/Cargo.toml --target-dir fuzz/target --target "$host"

# Where the addresses are the same each time, so is what a number of inputs finds.
fixed=
if setarch -R true 2>/dev/null; then fixed="setarch -R"; fi

mkdir -p fuzz/target/failures
for target in "${targets[@]}"; do
    binary=fuzz/target/$host/release/$target
    grown=fuzz/target/corpus/$target
    kept=fuzz/corpus/$target
    mkdir -p "$grown" "$kept"
    if [ -n "$keep" ]; then
        "$binary" -merge=1 -max_len=4096 "$kept" "$grown"
        continue
    fi
    run=-max_total_time=$seconds
    case $seconds in
        0) run=-runs=0 ;;
        runs=*)
            run=-$seconds
            grown=$(mktemp -d)
            ;;
    esac
    printf '\n== fuzz: %s\n' "$target"
    $fixed "$binary" "$run" -timeout=10 -rss_limit_mb=1024 -malloc_limit_mb=512 -max_len=65536 -seed=1 -print_final_stats=1 \
        -verbosity=0 -artifact_prefix=fuzz/target/failures/ "$grown" "$kept"
done
