#!/usr/bin/env bash
# Runs schemathesis, with all its checks and phases, against a server that it starts and stops
# itself, by the document that the server publishes.
#
#   run.sh [--long] [LANDBRIDGE]
#
# LANDBRIDGE is the program to test, target/release/landbridge unless told otherwise. A usual run
# makes at least 5 000 requests; with --long it is three runs, with at least 50 000 in all. The seed
# is fixed; SEED=… takes another.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
examples=${EXAMPLES:-1} least=${LEAST:-5000}
long=0
if [[ ${1:-} == --long ]]; then long=1; shift; fi
landbridge=${1:-$here/../../target/release/landbridge}
seed=${SEED:-20261124}
if [[ $long == 1 ]]; then
  # Other seeds try more than more examples of one do.
  status=0
  for nth in 0 1 2; do
    SEED=$((seed + nth)) EXAMPLES=3 LEAST=17000 "${BASH_SOURCE[0]}" "$landbridge" || status=1
  done
  exit "$status"
fi
venv=$here/../../.cache/schemathesis
scratch=$(mktemp -d)
server=

fail() {
  echo "schemathesis: $1"
  echo "schemathesis: 0 passed, 1 failed"
  exit 1
}

clean_up() {
  if [[ -n $server ]]; then kill "$server" 2>/dev/null || true; fi
  rm -rf "$scratch"
}
trap clean_up EXIT

# --- What is needed -----------------------------------------------------------------

[[ -x $landbridge ]] || fail "there is no program $landbridge; build it: cargo build --release -p landbridge"
if ! cmp --silent "$here/requirements.txt" "$venv/installed.txt"; then
  # Once, about a minute.
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check --requirement "$here/requirements.txt"
  cp "$here/requirements.txt" "$venv/installed.txt"
fi

# --- Start ---------------------------------------------------------------------------

"$landbridge" serve --listen 127.0.0.1:0 --data "$scratch/data" --latency instant --log-level warn --no-rate-limits \
  >"$scratch/server.out" 2>"$scratch/server.log" &
server=$!
for ((tenths = 300; tenths > 0; tenths--)); do
  kill -0 "$server" 2>/dev/null || { cat "$scratch/server.log"; server=; fail "the server did not start"; }
  if [[ -r $scratch/data/bootstrap-oauth.env ]]; then
    source "$scratch/data/bootstrap-oauth.env"
    if curl --silent --fail --max-time 5 --output /dev/null "${MONGODB_ATLAS_BASE_URL}readyz"; then break; fi
  fi
  sleep 0.1
done
[[ $tenths -gt 0 ]] || fail "the server did not become ready within half a minute"

LANDBRIDGE_TOKEN=$(curl --silent --show-error --fail-with-body --max-time 30 \
  --user "$MONGODB_ATLAS_CLIENT_ID:$MONGODB_ATLAS_CLIENT_SECRET" \
  --data grant_type=client_credentials "${MONGODB_ATLAS_BASE_URL}api/oauth/token" |
  python3 -c 'import json, sys; print(json.load(sys.stdin)["access_token"])')
export LANDBRIDGE_TOKEN LANDBRIDGE_URL=$MONGODB_ATLAS_BASE_URL LANDBRIDGE_ORG_ID=$MONGODB_ATLAS_ORG_ID
export MONGODB_ATLAS_CLIENT_ID MONGODB_ATLAS_CLIENT_SECRET LANDBRIDGE_COUNTS=$scratch/counts.json

# --- The document itself -----------------------------------------------------------------

"$landbridge" openapi >"$scratch/openapi.json"
"$venv/bin/openapi-spec-validator" --errors all "$scratch/openapi.json" || fail "the document is not valid OpenAPI"

# --- The run ------------------------------------------------------------------------------

status=0
# It keeps what it has learned beside where it runs: that goes with the scratch folder.
cp "$here/hooks.py" "$here/schemathesis.toml" "$scratch"
(cd "$scratch" && "$venv/bin/st" --config-file schemathesis.toml run "${MONGODB_ATLAS_BASE_URL}api/openapi.json" \
  --checks all --phases examples,coverage,fuzzing,stateful --max-examples "$examples" --seed "$seed" \
  --continue-on-failure --workers 1 --request-timeout 30 --generation-database none --no-color) || status=$?
if grep --quiet '"level":"ERROR"\|ERROR' "$scratch/server.log"; then
  echo "schemathesis: the server logged errors:"
  grep 'ERROR' "$scratch/server.log" | tail -n 20
  status=1
fi
"$venv/bin/python" "$here/count.py" "$LANDBRIDGE_COUNTS" "$least" "$status"
