#!/usr/bin/env bash
# Runs every program of this folder against one server that it starts and stops itself.
#
#   run.sh [LANDBRIDGE]
#
# LANDBRIDGE is the program to test, target/release/landbridge unless told otherwise. The server
# gets a port and a data folder of its own and the latency profile `swift`.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
landbridge=${1:-$here/../target/release/landbridge}
rust_target=${CARGO_TARGET_DIR:-$here/../target}
scratch=$(mktemp -d)
data=$scratch/data
server=
failures=0

if [[ ! -x $landbridge ]]; then
  echo "run: there is no program $landbridge; build it: cargo build --release -p landbridge"
  exit 1
fi

# --- Helpers ------------------------------------------------------------------------

running() { [[ -n $server ]] && kill -0 "$server" 2>/dev/null; }

# wait_until TENTHS COMMAND...: tries until it succeeds, for so many tenths of a second.
wait_until() {
  local tenths=$1
  shift
  for ((; tenths > 0; tenths--)); do
    if "$@"; then return; fi
    sleep 0.1
  done
  return 1
}

# count NAME PASSED FAILED: the closing line that .ci/run adds up.
count() {
  echo "$1: $2 passed, $3 failed"
  failures=$((failures + $3))
}

# program NAME COMMAND...: runs one of the scripts; it prints its own steps.
program() {
  local name=$1
  shift
  echo "-- $name"
  if "$@"; then count "$name" 1 0; else count "$name" 0 1; fi
}

# go_tests FOLDER: runs a Go module's tests, shows each test's closing line, and all of it when
# one fails.
go_tests() {
  local log=$scratch/$1.log failed=0
  echo "-- $1"
  (cd "$here/$1" && go test -count=1 -parallel 8 -timeout 10m -v ./...) >"$log" 2>&1 || failed=1
  if [[ $failed == 0 ]]; then grep -E '^(--- |ok|FAIL)' "$log"; else cat "$log"; fi
  local n_passed n_failed
  n_passed=$(grep -c '^--- PASS' "$log" || true)
  n_failed=$(grep -c '^--- FAIL' "$log" || true)
  # A module that does not compile, or in which no test ran, has failed, too.
  if [[ $((n_passed + n_failed)) == 0 || ($failed == 1 && $n_failed == 0) ]]; then n_failed=$((n_failed + 1)); fi
  count "$1" "$n_passed" "$n_failed"
}

# rust_tests FOLDER: the same for a Rust package; cargo's own closing lines are what .ci/run adds up.
rust_tests() {
  local log=$scratch/$1.log
  echo "-- $1"
  if (cd "$here/$1" && CARGO_TARGET_DIR=$rust_target cargo test --locked --quiet --tests) >"$log" 2>&1; then
    grep '^test result' "$log"
  else
    cat "$log"
    failures=$((failures + 1))
  fi
}

clean_up() {
  if running; then kill -KILL "$server"; fi
  rm -rf "$scratch"
}
trap clean_up EXIT

# --- Start ---------------------------------------------------------------------------

"$landbridge" serve --listen 127.0.0.1:0 --data "$data" --latency swift \
  >"$scratch/server.out" 2>"$scratch/server.log" &
server=$!

ready() {
  if ! running; then return 0; fi
  [[ -r $data/bootstrap.env && -r $data/bootstrap-oauth.env ]] || return 1
  source "$data/bootstrap.env"
  source "$data/bootstrap-oauth.env"
  curl --silent --fail --max-time 5 --output "$scratch/ready" "${MONGODB_ATLAS_BASE_URL}readyz"
}
if ! wait_until 300 ready || ! running; then
  echo "run: the server did not become ready within half a minute. It said:"
  cat "$scratch/server.out" "$scratch/server.log"
  exit 1
fi
echo "the server is at $MONGODB_ATLAS_BASE_URL"

# --- The programs ----------------------------------------------------------------------

go_tests go-sdk-v2
go_tests go-client-v1
go_tests azure-fake # a server of ours, which needs none
go_tests gcp-fake # a server of ours, which needs none
rust_tests rust-client
program tour "$here/curl/tour.sh" "$data"
program tour-with-token "$here/curl/tour.sh" --token "$data"
# This one starts a server of its own, with an account at Amazon.
LANDBRIDGE=$(cd "$(dirname "$landbridge")" && pwd)/$(basename "$landbridge")
export LANDBRIDGE
go_tests terraform
echo "-- seed"
"$here/curl/seed.sh" "$data" || count seed 0 1 # it prints its own closing line

echo "-- schemathesis"
if ! "$here/schemathesis/run.sh" "$landbridge" >"$scratch/schemathesis.log" 2>&1; then
  failures=$((failures + 1))
  cat "$scratch/schemathesis.log"
else
  tail -n 4 "$scratch/schemathesis.log"
fi

# --- Stop, and look at what is left ---------------------------------------------------------

kill -TERM "$server" 2>/dev/null || true
stopped() { ! running; }
if wait_until 200 stopped && wait "$server"; then
  count end-on-sigterm 1 0
else
  echo "run: on SIGTERM the server should have ended within 20 seconds, with status 0"
  count end-on-sigterm 0 1
fi

told=0
for secret in "$MONGODB_ATLAS_PRIVATE_KEY" "$MONGODB_ATLAS_CLIENT_SECRET"; do
  if grep --quiet --fixed-strings -- "$secret" "$scratch/server.out" "$scratch/server.log"; then told=1; fi
done
if [[ $told == 1 ]]; then echo "run: the server printed a secret"; fi
count no-secret-printed $((1 - told)) $told

if [[ $failures != 0 ]]; then
  echo "run: $failures failed. The last lines of the server's log:"
  tail -n 60 "$scratch/server.log"
  exit 1
fi
