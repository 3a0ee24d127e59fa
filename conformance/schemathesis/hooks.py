"""How schemathesis meets this server: which versions it asks for, which ids it uses, and which
refusals of well-formed requests are right.

Everything is decided from the request itself, so that a seed gives the same run again.
"""

import datetime
import ipaddress
import json
import os
import re
import threading

import requests
import schemathesis

BASE = os.environ["LANDBRIDGE_URL"].rstrip("/")
TOKEN = os.environ["LANDBRIDGE_TOKEN"]
ORG = os.environ["LANDBRIDGE_ORG_ID"]
COUNTS = os.environ["LANDBRIDGE_COUNTS"]
V2 = "application/vnd.atlas.2023-01-01+json"
ID = re.compile("^[0-9a-f]{24}$")

lock = threading.Lock()
n_requests = 0
n_by_status: dict[int, int] = {}
n_done: dict[str, int] = {}
n_allowed: dict[str, int] = {}
# Ids that the server gave out: the last ones of each kind.
known: dict[str, list[str]] = {"groupId": [], "peerId": [], "containerId": [], "apiKeyId": []}
GIVES = {
    "createGroupPeer": "peerId",
    "createGroupContainer": "containerId",
    "createOrgApiKey": "apiKeyId",
    "createGroupApiKey": "apiKeyId",
}


def plain(operation_id: str) -> str:
    """The operation's name, wherever it is called."""
    return operation_id.removesuffix("Alias").removesuffix("V1")


def name_of(case) -> str:
    return plain(case.operation.definition.raw.get("operationId", ""))


def direct(method: str, path: str, body=None):
    answer = requests.request(
        method,
        f"{BASE}{path}",
        json=body,
        headers={"Authorization": f"Bearer {TOKEN}", "Accept": V2},
        timeout=30,
    )
    answer.raise_for_status()
    return answer.json()


def playground() -> str:
    """A project for the requests to act in; another one when that was removed."""
    if not known["groupId"]:
        # The name is the next free one, so that runs repeat.
        playground.n += 1
        made = direct("POST", "/api/atlas/v2/groups", {"name": f"playground-{playground.n}", "orgId": ORG})
        known["groupId"].append(made["id"])
    return known["groupId"][-1]


playground.n = 0


def real(name: str, value: str):
    """An id that exists in place of an id that was made up; one of eight stays as it is."""
    if name == "clientId" and value == os.environ["MONGODB_ATLAS_CLIENT_ID"]:
        # Whoever runs this must not take its own roles and secrets away.
        return "mdb_sa_id_" + "0" * 24
    if not isinstance(value, str) or not ID.match(value) or int(value[-1], 16) % 8 == 0:
        return value
    if name == "orgId":
        return ORG
    if name == "groupId":
        return value if value in known["groupId"] else playground()
    ids = known.get(name) or []
    return value if value in ids or not ids else ids[int(value[:4], 16) % len(ids)]


def canonical(text):
    """A block without host bits: made-up ones seldom are, and would go no further."""
    try:
        return str(ipaddress.ip_network(text, strict=False))
    except (TypeError, ValueError):
        return text


def soon() -> str:
    """An hour from now, by the world's clock."""
    now = direct("GET", "/api/landbridge/v1/clock")["now"]
    return (datetime.datetime.fromisoformat(now) + datetime.timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")


def go_further(body) -> None:
    """Takes out of a well-formed body what only the rules refuse, so that it comes further."""
    for item in body if isinstance(body, list) else [body]:
        if not isinstance(item, dict):
            continue
        for name in ("atlasCidrBlock", "routeTableCidrBlock"):
            if item.get(name):
                item[name] = canonical(item[name])
        if isinstance(item.get("deleteAfterDate"), str) and len(item["deleteAfterDate"]) % 4:
            item["deleteAfterDate"] = soon()
        values = [name for name in ("ipAddress", "cidrBlock", "awsSecurityGroup") if item.get(name)]
        for name in values[1:]:
            del item[name]


@schemathesis.hook
def before_call(context, case, kwargs):
    global n_requests
    with lock:
        n_requests += 1
        for name, value in list((case.path_parameters or {}).items()):
            case.path_parameters[name] = real(name, value)
        if isinstance(case.body, dict):
            for name in ("orgId", "containerId"):
                if name in case.body:
                    case.body[name] = real(name, case.body[name])
        if case.meta is not None and case.meta.generation.mode.is_positive:
            go_further(case.body)
        if isinstance(case.body, dict):
            # A fault with a status of 5xx is a failure on order, which would be counted as one.
            faults = case.body.get("faults") if name_of(case) == "updateWorld" else None
            for fault in faults if isinstance(faults, list) else []:
                if isinstance(fault, dict) and fault.get("errorCode") in ("UNEXPECTED_ERROR", "SERVICE_UNAVAILABLE"):
                    fault["errorCode"] = "USER_UNAUTHORIZED"
    # The document names the versions of an operation; HTTP asks for one by a header.
    raw = case.operation.definition.raw
    if case.meta is not None and case.meta.phase.name.value == "stateful" and case.query:
        # What is linked to is read from answers that are not in an envelope.
        case.query.pop("envelope", None)
    dated = sorted(
        media_type
        for answer in raw["responses"].values()
        for media_type in answer.get("content", {})
        if media_type.startswith("application/vnd.atlas.")
    )
    dated = sorted(set(dated))
    if dated:
        case.headers["Accept"] = dated[len(json.dumps(case.query or {}, default=str)) % len(dated)]


@schemathesis.hook
def after_call(context, case, response):
    with lock:
        n_by_status[response.status_code] = n_by_status.get(response.status_code, 0) + 1
        try:
            answer = response.json()
        except Exception:
            answer = None
        name = name_of(case)
        n_done.setdefault(name, 0)
        if status_of(response) < 300:
            n_done[name] += 1
            if isinstance(answer, dict) and isinstance(answer.get("content"), dict):
                answer = answer["content"]
            if name in GIVES and isinstance(answer, dict) and "id" in answer:
                known[GIVES[name]] = (known[GIVES[name]] + [answer["id"]])[-16:]
            if name == "deleteGroup":
                gone = case.path_parameters["groupId"]
                known["groupId"] = [group for group in known["groupId"] if group != gone]
                known["peerId"], known["containerId"] = [], []
        with open(COUNTS, "w") as out:
            by_status = dict(sorted(n_by_status.items()))
            counts = {"requests": n_requests, "by_status": by_status, "done": n_done, "allowed": n_allowed}
            json.dump(counts, out)


def status_of(response) -> int:
    """The status, also where it is in an envelope."""
    try:
        answer = response.json()
    except Exception:
        return response.status_code
    if isinstance(answer, dict) and isinstance(answer.get("status"), int) and response.status_code == 200:
        return answer["status"]
    return response.status_code


def code_of(response) -> str:
    return (response.headers.get("x-error-code") or [""])[0]


# Refusals of requests that are well-formed: the rule needs the rows, the clock, or two values
# side by side, which no schema can say. Everything else that is refused with 400 is a fault of the
# document or of the server.
RULES = {
    "ATLAS_NON_CANONICAL_CIDR_BLOCK": "host bits must be zero",
    "ATLAS_INVALID_CIDR_RANGE": "a short prefix leaves the private range that its address is in",
    "INVALID_ROUTE_TABLE_CIDR": "a short prefix leaves the private range that its address is in",
    "ATLAS_INVALID_CIDR_BLOCK": "the size depends on the regions",
    "ATLAS_INVALID_CIDR_BLOCK_FOR_SMALL_CONTAINER": "the size depends on the regions",
    "CANNOT_CHANGE_CONTAINER_REGION": "depends on the container",
    "CANNOT_UPDATE_SMALL_CONTAINER": "depends on the container",
    "UNSUPPORTED_FOR_PRIVATE_IP_MODE": "true can be written and is never allowed",
    "INVALID_GROUP_NAME": "blank, or a sign beyond ASCII that is no letter",
    "VALIDATION_ERROR": "a tag's key twice, or a sign beyond ASCII that is no letter",
    "MISSING_ONE_OF_THREE_ATTRIBUTES": "exactly one of three is given, where empty is not given",
    "MULTIPLE_VALUES_SPECIFIED_FOR_ONE_NETWORK_PERMISSION_ENTRY": "exactly one of three is given, where empty is not given",
    "MISSING_ONE_OF_ATTRIBUTES": "one of two is given, where empty is not given",
    "MUTUALLY_EXCLUSIVE_ATTRIBUTES": "one of two is given, where empty is not given",
    "CANNOT_USE_AWS_SECURITY_GROUP_WITHOUT_VPC_PEERING_CONNECTION": "depends on the project's peerings",
    "NETWORK_PERMISSION_EXPIRATION_NOT_SUPPORTED": "depends on the value",
    "PERMANENT_ENTITY_CANNOT_BE_MADE_TEMPORARY": "depends on the entry",
    "DUPLICATE_ADDRESSES_IN_INPUT": "the same value in two notations",
    "EXPIRATION_DATE_IN_PAST": "depends on the clock",
    "EXPIRATION_DATE_EXCEEDS_MAX": "depends on the clock",
    "CANNOT_REMOVE_CALLER_FROM_ACCESS_LIST": "depends on who calls from where",
    "INVALID_IP_ADDRESS_OR_CIDR_NOTATION": "of IPv6 addresses only the letters are said",
    "INVALID_DATE_RANGE": "two dates side by side",
    "ATLAS_MAINTENANCE_WINDOW_NOT_DEFINED": "depends on the project's window",
    "ATLAS_MAINTENANCE_NOT_SCHEDULED": "depends on the project's window",
    "MAX_SERVICE_ACCOUNT_SECRETS_EXCEEDED": "depends on what is there",
    "MAX_SERVICE_ACCOUNTS_PER_ORG_EXCEEDED": "depends on what is there",
    "MAX_API_KEYS_PER_ORG_EXCEEDED": "depends on what is there",
    "MAX_API_KEY_ACCESS_LIST_ENTRIES_EXCEEDED": "depends on what is there",
    "LIMIT_EXCEEDED": "depends on what is there",
    "CLOCK_TOO_FAR": "depends on the clock",
    "INVALID_DURATION": "P and PT, and a sum that is zero",
}
# The same for codes that elsewhere do mean a fault of form.
RULES_OF = {
    ("updateWorld", "INVALID_ATTRIBUTE"): "which codes a fault can have depends on where it is laid out",
    ("updateGroupPeer", "INVALID_ATTRIBUTE"): "a peering can't move to another container or network",
    ("updateGroupPeer", "MISSING_ATTRIBUTE"): "the account can change only together with the VPC",
    ("updateGroupContainer", "INVALID_ATTRIBUTE"): "what fits depends on the container's provider",
    ("setGroupLimit", "INVALID_ATTRIBUTE"): "the most depends on the limit",
    ("createOrg", "INVALID_ATTRIBUTE"): "a name that is blank, or has a sign beyond ASCII that is no letter",
    ("updateOrg", "INVALID_ATTRIBUTE"): "a name that is blank, or has a sign beyond ASCII that is no letter",
    ("createOrgServiceAccount", "INVALID_ATTRIBUTE"): "an organization may allow fewer hours",
    ("createGroupServiceAccount", "INVALID_ATTRIBUTE"): "an organization may allow fewer hours",
    ("createOrgSecret", "INVALID_ATTRIBUTE"): "an organization may allow fewer hours",
    ("createGroupSecret", "INVALID_ATTRIBUTE"): "an organization may allow fewer hours",
    ("createUser", "INVALID_ROLE"): "which roles there are depends on whether a project or an organization is named",
    ("updateMaintenanceWindow", "MISSING_ATTRIBUTE"): "a first window needs a day, and hours come in pairs",
    ("updateMaintenanceWindow", "INVALID_ATTRIBUTE"): "two hours side by side",
    ("updateAuditLog", "INVALID_JSON_ATTRIBUTE"): "a text that must be JSON",
    ("addGroupApiKey", "MISSING_ATTRIBUTE"): "one of the items must name a role",
}


def allow(why: str) -> bool:
    n_allowed[why] = n_allowed.get(why, 0) + 1
    return False


@schemathesis.hook
def filter_failure(context, failure, case, response) -> bool:
    kind = type(failure).__name__
    if kind == "AcceptedNegativeData" and status_of(response) >= 400:
        return allow("rejected in an envelope")
    if kind == "RejectedPositiveData":
        code = code_of(response)
        if code in RULES or (name_of(case), code) in RULES_OF:
            return allow(code)
    return True
