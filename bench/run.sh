#!/usr/bin/env bash
# Builds the program and the benchmark, measures, and prints the table of docs/performance.md.
#
#   run.sh [--quick|--smoke] [MEASURE...]
#
# --quick takes shorter rounds, and 50 000 peerings where the table says a million; --smoke takes
# hardly any time, and its figures say no more than that the measures run. A MEASURE is
# one of reads, writes, scale, flow, start, memory, nodes (which starts PostgreSQL); all of them unless
# told otherwise.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
cargo build --release --quiet -p landbridge -p bench
target=${CARGO_TARGET_DIR:-target}/release
exec "$target/bench" "$target/landbridge" "$@"
