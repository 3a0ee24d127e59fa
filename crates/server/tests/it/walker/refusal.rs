//! What a refusal has to be, whole.

use std::collections::BTreeSet;

use api::ErrorCode;
use serde_json::{Value, json};
use testkit::Answer;

use super::places::Place;

/// What every answer but a challenge has.
const ALWAYS: [&str; 8] = [
    "content-length",
    "content-type",
    "referrer-policy",
    "server",
    "strict-transport-security",
    "x-content-type-options",
    "x-frame-options",
    "x-permitted-cross-domain-policies",
];

/// How far a request came before it was refused: the further, the more the headers tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reached {
    /// It is not known who calls.
    Caller,
    /// There is no operation of that method.
    Path,
    /// The operation is found.
    Operation,
    /// Its project or organization was looked for.
    Door,
}

/// Asserts that the answer is this refusal, in body and headers.
pub fn assert_refused(answer: &Answer, code: ErrorCode, parameters: &[Value], reached: Reached, of: Place) {
    let told = format!("{} {}: {}", of.method(), of.path, answer.text());
    assert_eq!(answer.status, code.status(), "{told}");
    let body = json!({
        "detail": code.detail(parameters),
        "error": code.status(),
        "errorCode": code.name(),
        "parameters": parameters,
        "reason": api::error::reason(code.status()),
    });
    assert_eq!(answer.text(), body.to_string(), "{told}");
    assert_eq!(answer.header("content-type"), "application/json", "{told}");
    assert_eq!(answer.header("x-error-code"), code.name(), "{told}");
    let mut names: BTreeSet<&str> = ALWAYS.into();
    names.extend(["x-error-code", "x-java-version"]);
    if matches!(reached, Reached::Operation | Reached::Door) {
        names.insert("x-java-method");
        assert_eq!(answer.header("x-java-method"), of.operation.id.name(), "{told}");
    }
    if reached != Reached::Door {
        names.insert("x-mongodb-service-version");
    }
    if code == ErrorCode::MethodNotAllowed {
        names.insert("allow");
    }
    if code == ErrorCode::InvalidAccessToken {
        names.insert("www-authenticate");
        assert_eq!(answer.header("www-authenticate"), "Bearer error=\"invalid_token\"", "{told}");
    }
    assert_names(answer, names, of);
}

/// Asserts that the answer is the digest challenge, as recorded.
pub fn assert_challenged(answer: &Answer, stale: bool, of: Place) {
    let told = format!("{} {}: {}", of.method(), of.path, answer.text());
    assert_eq!(answer.status, 401, "{told}");
    assert_eq!(
        answer.text(),
        "{\n  \"error\" : 401,\n  \"reason\" : \"Unauthorized\",\n  \"detail\" : \"You are not authorized for \
         this resource.\",\n  \"errorCode\" : \"UNEXPECTED_ERROR\"\n}",
        "{told}"
    );
    assert_eq!(answer.header("content-type"), "application/json", "{told}");
    let challenge = answer.header("www-authenticate");
    let nonce = challenge
        .strip_prefix(r#"Digest realm="MMS Public API", domain="", nonce=""#)
        .and_then(|rest| rest.strip_suffix(&format!(r#"", algorithm=MD5, qop="auth", stale={stale}"#)));
    assert_eq!(nonce.map(str::len), Some(32), "{told}: {challenge}");
    assert_names(
        answer,
        BTreeSet::from(["content-length", "content-type", "server", "www-authenticate"]),
        of,
    );
}

/// The names of the headers are these and no others. Marks of superseded versions come on errors,
/// too, as recorded.
fn assert_names(answer: &Answer, mut expected: BTreeSet<&str>, of: Place) {
    if matches!(of.root, api::Root::V2 | api::Root::V1) {
        expected.insert("x-envoy-upstream-service-time");
    }
    let marks = |name: &&str| !["deprecation", "sunset"].contains(name);
    let names: BTreeSet<&str> = answer.headers.keys().map(http::HeaderName::as_str).filter(marks).collect();
    assert_eq!(names, expected, "{} {}: {}", of.method(), of.path, answer.text());
    assert_eq!(answer.headers.len(), answer.headers.keys_len(), "each header once");
}
