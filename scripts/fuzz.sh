#!/usr/bin/env bash
# Runs the fuzz targets of fuzz/, one after the other, for FUZZ_SECONDS each (600).
#
#   scripts/fuzz.sh [TARGET…]
#
# `cargo fuzz run TARGET` does the same where it is installed. Here the compiler's flags are given by hand, so that the
# stable toolchain does: coverage without a sanitizer, since the program has no unsafe code of its own.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

seconds=${FUZZ_SECONDS:-600}
host=$(rustc -vV | sed -n 's/^host: //p')
# A folder of its own: other flags would make cargo build everything anew each time.
export CARGO_TARGET_DIR=${FUZZ_TARGET_DIR:-$PWD/fuzz/target}
export RUSTFLAGS="--cfg fuzzing --cfg erase_components -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
-Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
-Cllvm-args=-sanitizer-coverage-trace-compares"
# What targets write to disk stays in memory, where there is such a place.
[ -d /dev/shm ] && export TMPDIR=/dev/shm

cargo build --locked --release --manifest-path fuzz/Cargo.toml --target "$host"
python3 fuzz/seeds.py
[ $# -gt 0 ] || set -- reader log preview upload
failed=0
for target in "$@"; do
    mkdir -p "fuzz/corpus/$target" "fuzz/artifacts/$target"
    echo "== $target, $seconds s"
    # A line that takes longer than ten seconds, and memory without bound, are findings as a panic is.
    "$CARGO_TARGET_DIR/$host/release/$target" -max_total_time="$seconds" -max_len=16384 -timeout=10 -rss_limit_mb=2048 \
        -print_final_stats=1 -artifact_prefix="fuzz/artifacts/$target/" "fuzz/corpus/$target" 2>&1 |
        awk '/^#.*(REDUCE|NEW)/ { next } { print; fflush() }' || failed=1
done
exit $failed
