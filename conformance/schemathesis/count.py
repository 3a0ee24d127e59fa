"""Sums a run up: requests by status, what of the API was done, what was allowed and why, and the
closing line that .ci/run adds up.

    count.py COUNTS LEAST STATUS

COUNTS is what hooks.py wrote, LEAST the number of requests that a run must have made, STATUS what
schemathesis itself ended with.
"""

import json
import sys

counts = json.load(open(sys.argv[1]))
least, status = int(sys.argv[2]), int(sys.argv[3])
done = counts["done"]
n_server_errors = sum(n for code, n in counts["by_status"].items() if code.startswith("5"))

print(f"requests: {counts['requests']}, by status: {counts['by_status']}")
print(f"operations: {len(done)} called, {sum(1 for n in done.values() if n)} with success")
print(f"refusals of well-formed requests, by rule: {counts['allowed']}")

faults = []
if status != 0:
    faults.append("schemathesis found failures, above")
if n_server_errors:
    faults.append(f"{n_server_errors} server errors")
if counts["requests"] < least:
    faults.append(f"only {counts['requests']} requests of {least}")
for fault in faults:
    print(f"schemathesis: {fault}")
print(f"schemathesis: {0 if faults else 1} passed, {1 if faults else 0} failed")
sys.exit(1 if faults else 0)
