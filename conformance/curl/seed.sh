#!/usr/bin/env bash
# Every status of one operation: DELETE /groups/{groupId}/peers/{peerId}.
#
#   seed.sh [DATA]
#
# DATA is the data folder of a running `landbridge serve` (landbridge-data unless
# told otherwise). In v1.0 and in v2, by digest, the operation is made to answer
# 202, 401, 403, 404, 409 and 500; each plain, with ?pretty=true and with
# ?envelope=true. check_answer.py looks at each answer in full, and the first one
# that is not as it should be ends the run and is printed whole.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
data=${1:-landbridge-data}
if [[ ! -r $data/bootstrap.env ]]; then
  echo "seed: there is no $data/bootstrap.env; start \`landbridge serve\` and name its data folder"
  exit 1
fi
source "$data/bootstrap.env"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
passed=0

owner=(--digest --user "$MONGODB_ATLAS_PUBLIC_KEY:$MONGODB_ATLAS_PRIVATE_KEY")
nobody=()
forms=(plain pretty envelope)
declare -A query=([plain]='' [pretty]='?pretty=true' [envelope]='?envelope=true')
declare -A accepts=([v1.0]=application/json [v2]=application/vnd.atlas.2023-01-01+json)

# --- Helpers ---------------------------------------------------------------------

field() {
  python3 -c 'import json, sys; print(json.load(sys.stdin).get(sys.argv[1]) or "")' "$1"
}

# request NAME METHOD PATH ACCEPT BODY CURL-ARGUMENTS...: keeps the status, headers
# and body of the answer in files of that name.
request() {
  local name=$scratch/$1 method=$2 path=$3 accept=$4 body=$5
  shift 5
  if [[ -n $body ]]; then set -- "$@" --header 'Content-Type: application/json' --data "$body"; fi
  : >"$name.body"
  curl --silent --show-error --max-time 30 --request "$method" --header "Accept: $accept" \
    --dump-header "$name.headers" --output "$name.body" --write-out '%{http_code}' \
    "$@" "$MONGODB_ATLAS_BASE_URL$path" >"$name.status"
}

# prepare STATUS METHOD PATH [JSON]: a step on the way, as the owner and in v2. The
# body of the answer is in $answer.
prepare() {
  local accept=${accepts[v2]}
  if [[ $3 == api/landbridge/* ]]; then accept=application/json; fi
  request step "$2" "$3" "$accept" "${4:-}" "${owner[@]}"
  answer=$(<"$scratch/step.body")
  if [[ ! $(<"$scratch/step.status") =~ ^($1)$ ]]; then
    echo "seed: $2 $3 should have answered $1. The whole answer was:"
    cat "$scratch/step.headers" "$scratch/step.body"
    echo
    exit 1
  fi
}

# delete NAME VERSION FORM PEER CURL-ARGUMENTS...: the operation itself.
delete() {
  local name=$1 version=$2 form=$3 peer=$4
  shift 4
  request "$name" DELETE "api/atlas/$version/groups/$group/peers/$peer${query[$form]}" "${accepts[$version]}" '' "$@"
}

# check NAME VERSION FORM STATUS [CODE]: whether the kept answer is as it should be.
check() {
  echo -n "$2 "
  python3 "$here/check_answer.py" "$scratch/$1" "$3" "$4" "${5:-}"
  passed=$((passed + 1))
}

# new_key ROLE: an API key in the project; its id is in $key_id, its credentials in
# the array $key.
new_key() {
  prepare 200 POST "api/atlas/v2/groups/$group/apiKeys" "{\"desc\": \"seed\", \"roles\": [\"$1\"]}"
  key_id=$(field id <<<"$answer")
  keys+=("$key_id")
  key=(--digest --user "$(field publicKey <<<"$answer"):$(field privateKey <<<"$answer")")
}

# new_peer NUMBER: a peering that is ready to be deleted; its id is in $peer.
new_peer() {
  prepare 201 POST "api/atlas/v2/groups/$group/peers" \
    "{\"containerId\": \"$container\", \"providerName\": \"AWS\", \"accepterRegionName\": \"us-east-1\",
      \"awsAccountId\": \"123456789012\", \"vpcId\": \"vpc-0123456789abcde0$1\", \"routeTableCidrBlock\": \"10.$1.0.0/16\"}"
  peer=$(field id <<<"$answer")
  local attempt
  for ((attempt = 0; attempt < 120; attempt++)); do
    prepare 200 GET "api/atlas/v2/groups/$group/peers/$peer"
    if [[ $(field statusName <<<"$answer") == PENDING_ACCEPTANCE ]]; then return; fi
    sleep 0.5
  done
  echo "seed: the peering should have become PENDING_ACCEPTANCE within a minute. It reads:"
  echo "$answer"
  exit 1
}

# --- A project with a container ----------------------------------------------------

keys=()
prepare 201 POST api/atlas/v2/groups "{\"name\": \"seed-$$-$RANDOM\", \"orgId\": \"$MONGODB_ATLAS_ORG_ID\"}"
group=$(field id <<<"$answer")
prepare 201 POST "api/atlas/v2/groups/$group/containers" \
  '{"providerName": "AWS", "regionName": "US_EAST_1", "atlasCidrBlock": "192.168.208.0/21"}'
container=$(field id <<<"$answer")

# A key that may only read, one that may manage the network (enough in v2, too low
# in v1.0), and an owner's key that is only good from an address that is not ours.
new_key GROUP_READ_ONLY
reader=("${key[@]}")
new_key GROUP_NETWORK_ACCESS_MANAGER
manager=("${key[@]}")
new_key GROUP_OWNER
elsewhere=("${key[@]}")
prepare 200 POST "api/atlas/v2/orgs/$MONGODB_ATLAS_ORG_ID/apiKeys/$key_id/accessList" '[{"ipAddress": "203.0.113.99"}]'

# --- Every status, in both versions and in three forms -------------------------------

number=0
for version in v1.0 v2; do
  for form in "${forms[@]}"; do
    number=$((number + 1))
    new_peer "$number"

    # 401: no credentials. The same challenge for every form: nobody has been let in
    # to ask for one yet.
    delete answer "$version" "$form" "$peer" "${nobody[@]}"
    check answer "$version" challenge 401 UNEXPECTED_ERROR

    # 401: a role that is too low.
    delete answer "$version" "$form" "$peer" "${reader[@]}"
    check answer "$version" "$form" 401 USER_UNAUTHORIZED
    if [[ $version == v1.0 ]]; then
      delete answer "$version" "$form" "$peer" "${manager[@]}"
      check answer "$version" "$form" 401 USER_UNAUTHORIZED
    fi

    # 403: the key's access list does not hold the caller.
    delete answer "$version" "$form" "$peer" "${elsewhere[@]}"
    check answer "$version" "$form" 403 IP_ADDRESS_NOT_ON_ACCESS_LIST

    # 404: nothing has that id.
    delete answer "$version" "$form" 5f0000000000000000000000 "${owner[@]}"
    check answer "$version" "$form" 404 PEER_NOT_FOUND

    # 500: a fault that was asked for, once.
    prepare 200 PATCH "api/landbridge/v1/groups/$group/world" \
      '{"faults": [{"on": "deleteGroupPeer", "errorCode": "UNEXPECTED_ERROR", "times": 1}]}'
    delete answer "$version" "$form" "$peer" "${owner[@]}"
    check answer "$version" "$form" 500 UNEXPECTED_ERROR

    # 202, and none of the refusals above has removed it before. In v2 the network
    # manager is enough. 409: it is being removed already, which takes about a second,
    # so both requests come before the looking.
    remover=("${owner[@]}")
    if [[ $version == v2 ]]; then remover=("${manager[@]}"); fi
    delete accepted "$version" "$form" "$peer" "${remover[@]}"
    delete again "$version" "$form" "$peer" "${owner[@]}"
    check accepted "$version" "$form" 202
    check again "$version" "$form" 409 PEER_ALREADY_REQUESTED_DELETION
  done
done

# --- Clean up ------------------------------------------------------------------------

for ((attempt = 0; attempt < 120; attempt++)); do
  prepare '204|409' DELETE "api/atlas/v2/groups/$group/containers/$container"
  if [[ $(<"$scratch/step.status") == 204 ]]; then break; fi
  sleep 0.5
done
if [[ $(<"$scratch/step.status") != 204 ]]; then
  echo "seed: the container should have been removable within a minute. The last answer was:"
  echo "$answer"
  exit 1
fi
for key_id in "${keys[@]}"; do
  prepare 204 DELETE "api/atlas/v2/orgs/$MONGODB_ATLAS_ORG_ID/apiKeys/$key_id"
done
prepare 202 DELETE "api/atlas/v2/groups/$group"

echo "seed: $passed passed, 0 failed"
