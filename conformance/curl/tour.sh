#!/usr/bin/env bash
# The tour: one AWS peering from nothing to 404, with curl.
#
#   tour.sh [--token] [DATA]
#
# DATA is the data folder of a running `landbridge serve`. If it is not given, the
# tour takes the variables of an env file that was sourced, and if none was, the
# folder landbridge-data. It signs in with the API key, by HTTP digest, and speaks
# v1.0; with --token it signs in as the service account and speaks v2.
set -euo pipefail

token=no
if [[ ${1:-} == --token ]]; then token=yes; shift; fi
data=${1:-}
if [[ -z $data && -z ${MONGODB_ATLAS_BASE_URL:-} ]]; then data=landbridge-data; fi
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# --- Two helpers: one reads JSON, one calls the API ---------------------------

# field NAME: the field of that name in the JSON object on standard input.
field() {
  python3 -c 'import json, sys; value = json.load(sys.stdin).get(sys.argv[1]); print("" if value is None else json.dumps(value) if isinstance(value, (bool, dict, list)) else value)' "$1"
}

# call STATUS METHOD PATH [JSON]: makes the call, puts the body of the answer into
# $answer, and ends the tour when the status is not one of those expected
# ("404", or "200|404").
call() {
  local expected=$1 method=$2 path=$3 body=${4:-}
  local arguments=(--silent --show-error --max-time 30 "${credentials[@]}" --header "Accept: $accept"
    --request "$method" --dump-header "$scratch/headers" --output "$scratch/body" --write-out '%{http_code}')
  if [[ -n $body ]]; then arguments+=(--header 'Content-Type: application/json' --data "$body"); fi
  : >"$scratch/body"
  status=$(curl "${arguments[@]}" "$MONGODB_ATLAS_BASE_URL$path")
  answer=$(<"$scratch/body")
  if [[ ! $status =~ ^($expected)$ ]]; then
    echo "tour: $method $path should have answered $expected. The whole answer was:"
    cat "$scratch/headers" "$scratch/body"
    echo
    exit 1
  fi
}

# --- Sign in -------------------------------------------------------------------

if [[ $token == yes ]]; then
  file=$data/bootstrap-oauth.env needed=MONGODB_ATLAS_CLIENT_SECRET
else
  file=$data/bootstrap.env needed=MONGODB_ATLAS_PRIVATE_KEY
fi
if [[ -n $data ]]; then
  if [[ ! -r $file ]]; then
    echo "tour: there is no $file; start \`landbridge serve\` and name its data folder"
    exit 1
  fi
  source "$file"
elif [[ -z ${!needed:-} ]]; then
  echo "tour: $needed is not set; source the other env file, or name the data folder"
  exit 1
fi
if [[ $token == yes ]]; then
  # Trade the service account's id and secret for a token.
  api=api/atlas/v2 accept=application/vnd.atlas.2023-01-01+json
  bearer=$(curl --silent --show-error --fail-with-body --max-time 30 \
    --user "$MONGODB_ATLAS_CLIENT_ID:$MONGODB_ATLAS_CLIENT_SECRET" \
    --data grant_type=client_credentials "${MONGODB_ATLAS_BASE_URL}api/oauth/token" | field access_token)
  credentials=(--header "Authorization: Bearer $bearer")
  echo "signed in as the service account $MONGODB_ATLAS_CLIENT_ID"
else
  api=api/atlas/v1.0 accept=application/json
  credentials=(--digest --user "$MONGODB_ATLAS_PUBLIC_KEY:$MONGODB_ATLAS_PRIVATE_KEY")
  echo "signing in by digest with the API key $MONGODB_ATLAS_PUBLIC_KEY"
fi

# --- A project, a container, a peering -------------------------------------------

call 201 POST "$api/groups" "{\"name\": \"tour-$$-$RANDOM\", \"orgId\": \"$MONGODB_ATLAS_ORG_ID\"}"
group=$(field id <<<"$answer")
echo "made the project $group"

# The container reserves a block of addresses for our side, in one region.
call 201 POST "$api/groups/$group/containers" \
  '{"providerName": "AWS", "regionName": "US_EAST_1", "atlasCidrBlock": "192.168.208.0/21"}'
container=$(field id <<<"$answer")
echo "made the container $container"

# The peering names the customer's side: an account, a VPC, and its addresses.
call 201 POST "$api/groups/$group/peers" \
  "{\"containerId\": \"$container\", \"providerName\": \"AWS\", \"accepterRegionName\": \"us-east-1\",
    \"awsAccountId\": \"123456789012\", \"vpcId\": \"vpc-0123456789abcdef0\", \"routeTableCidrBlock\": \"10.0.0.0/16\"}"
peer=$(field id <<<"$answer")
echo "asked for the peering $peer: $(field statusName <<<"$answer")"

# wait_for STATUS: reads the peering, for a minute at most, until it shows it.
wait_for() {
  local attempt
  for ((attempt = 0; attempt < 120; attempt++)); do
    call 200 GET "$api/groups/$group/peers/$peer"
    if [[ $(field statusName <<<"$answer") == "$1" ]]; then echo "the peering is $1"; return; fi
    sleep 0.5
  done
  echo "tour: the peering should have become $1 within a minute. It reads:"
  echo "$answer"
  exit 1
}

# --- The far side says yes -------------------------------------------------------

# The request now stands in the customer's account and waits there.
wait_for PENDING_ACCEPTANCE
echo "it is known to AWS as $(field connectionId <<<"$answer")"

# In a simulated cloud we are the customer, too. This is Landbridge's own API.
accept_before=$accept accept=application/json
call '200|201|202' POST "api/landbridge/v1/groups/$group/peers/$peer/farSide" '{"action": "accept"}'
accept=$accept_before
echo "the far side accepted"
wait_for AVAILABLE

# --- Remove it ---------------------------------------------------------------------

call 202 DELETE "$api/groups/$group/peers/$peer"
echo "DELETE /$api/groups/$group/peers/$peer answered $status"
removal=$status

# The peering is taken down behind the answer; then nothing has its id any more.
for ((attempt = 0; attempt < 120; attempt++)); do
  call '200|404' GET "$api/groups/$group/peers/$peer"
  if [[ $status == 404 ]]; then break; fi
  sleep 0.5
done
if [[ $status != 404 || $(field errorCode <<<"$answer") != PEER_NOT_FOUND ]]; then
  echo "tour: the peering should have been gone within a minute. It reads:"
  echo "$answer"
  exit 1
fi
gone=$status
echo "GET answers $gone: $(field detail <<<"$answer")"

# --- Clean up ----------------------------------------------------------------------

# The container's own network goes a moment after its last peering: 409 until then.
for ((attempt = 0; attempt < 120; attempt++)); do
  call '204|409' DELETE "$api/groups/$group/containers/$container"
  if [[ $status == 204 ]]; then break; fi
  sleep 0.5
done
if [[ $status != 204 ]]; then
  echo "tour: the container should have been removable within a minute. The last answer was:"
  echo "$answer"
  exit 1
fi
call 202 DELETE "$api/groups/$group"
echo "removed the container and the project"

echo "tour: $removal then $gone, as promised"
