"""Looks at one kept answer of seed.sh: status line, headers and every byte of the body.

    check_answer.py FILES FORM STATUS [CODE]

FILES names three files, FILES.status, FILES.headers and FILES.body. FORM is plain,
pretty, envelope, or challenge (the 401 of a caller without credentials). With a CODE
the answer must be an error object; without one it must be an empty object.
"""

import http
import json
import pathlib
import sys

SIX_FIELDS = {"badRequestDetail", "detail", "error", "errorCode", "parameters", "reason"}

# A caller who asks for an envelope can't read status codes, so the HTTP status is
# always this one and the envelope holds the real one.
STATUS_AROUND_AN_ENVELOPE = 200

CHALLENGE_BODY = """{
  "error" : 401,
  "reason" : "Unauthorized",
  "detail" : "You are not authorized for this resource.",
  "errorCode" : "UNEXPECTED_ERROR"
}"""


class Surprise(Exception):
    """The answer is not as it should be."""


def demand(truth, sentence):
    if not truth:
        raise Surprise(sentence)


def last_headers(text):
    """The headers of the last answer: with digest there was a challenge before it."""
    block = [part for part in text.replace("\r\n", "\n").split("\n\n") if part.strip()][-1]
    pairs = (line.split(":", 1) for line in block.splitlines()[1:] if ":" in line)
    return {name.strip().lower(): value.strip() for name, value in pairs}


def compact(value):
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def check_challenge(status, headers, body):
    demand(status == 401, "the HTTP status should be 401")
    demand(body == CHALLENGE_BODY, f"the body should be, byte for byte:\n{CHALLENGE_BODY}")
    challenge = headers.get("www-authenticate", "")
    demand(
        challenge.startswith('Digest realm="MMS Public API", domain="", nonce="'),
        "there should be a digest challenge for the realm MMS Public API",
    )


def check_form(form, status, expected, body):
    """Checks how the answer is written, and gives the object in it."""
    try:
        value = json.loads(body)
    except ValueError as error:
        raise Surprise(f"the body is not JSON: {error}") from None
    demand(isinstance(value, dict), "the body should be a JSON object")
    if form == "envelope":
        demand(status == STATUS_AROUND_AN_ENVELOPE, f"the HTTP status should be {STATUS_AROUND_AN_ENVELOPE}")
        demand(set(value) == {"status", "content"}, "the envelope should have status and content, and nothing else")
        demand(value["status"] == expected, f"the status in the envelope should be {expected}")
        demand(isinstance(value["content"], dict), "the content of the envelope should be an object")
        return value["content"]
    demand(status == expected, f"the HTTP status should be {expected}")
    demand(list(value) == sorted(value), "the keys should be in alphabetical order")
    if form == "plain":
        demand(body == compact(value), "the body should be compact")
    elif value:
        lines = body.split("\n")
        demand(
            lines[0] == "{" and lines[-1] == "}" and all(f'  "{key}" : ' in body for key in value),
            'the body should be printed one field a line, as in   "key" : value',
        )
    return value


def check_error(error, headers, expected, code):
    missing = SIX_FIELDS - {"badRequestDetail"} - set(error)
    demand(not missing, f"the error object lacks {', '.join(sorted(missing))}")
    demand(set(error) <= SIX_FIELDS, f"the error object has fields beside {', '.join(sorted(SIX_FIELDS))}")
    demand(error["error"] == expected, f"the field error should be {expected}")
    demand(error["errorCode"] == code, f"the errorCode should be {code}")
    demand(error["reason"] == http.HTTPStatus(expected).phrase, "the reason should be the status's own phrase")
    demand(isinstance(error["detail"], str) and error["detail"], "the detail should be a sentence")
    demand(isinstance(error["parameters"], list), "the parameters should be a list")
    demand(isinstance(error.get("badRequestDetail") or {}, dict), "badRequestDetail should be an object or null")
    demand(headers.get("x-error-code") == code, "the header X-Error-Code should repeat the code")
    demand(headers.get("content-type") == "application/json", "an error's media type should be application/json")


def main(files, form, expected, code=""):
    expected = int(expected)
    status = int(pathlib.Path(files + ".status").read_text())
    header_text = pathlib.Path(files + ".headers").read_text()
    body = pathlib.Path(files + ".body").read_bytes().decode()
    headers = last_headers(header_text)
    try:
        if form == "challenge":
            check_challenge(status, headers, body)
        else:
            value = check_form(form, status, expected, body)
            if code:
                check_error(value, headers, expected, code)
            else:
                demand(value == {}, "the body should be an empty object")
    except Surprise as surprise:
        print(f"{expected} {code} {form}: {surprise}. The whole answer was:")
        print(header_text + body)
        return 1
    print(f"{expected} {code or 'accepted'} {form}: as it should be")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
