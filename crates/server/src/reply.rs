//! Answers: bodies, the envelope, pretty printing, and the headers that the service sends.

use std::time::Duration;

use api::media_type::{JSON, Version};
use api::{ErrorCode, OperationId, json};
use axum::body::Body;
use http::header::{
    ALLOW, CONTENT_TYPE, HeaderName, HeaderValue, LOCATION, RETRY_AFTER, SERVER, WWW_AUTHENTICATE,
};
use http::{HeaderMap, Response, StatusCode};
use serde::Serialize;

use crate::auth::digest;
use crate::auth::nonce::Nonce;
use crate::error::ApiError;

/// What a handler answers with; the status is the operation's.
#[derive(Debug)]
pub struct Reply {
    /// The body; `None` for none.
    pub json: Option<Vec<u8>>,
    /// The header `Location`.
    pub location: Option<String>,
    /// The status, where it is not the operation's.
    pub status: Option<u16>,
    /// The media type of a body that is no JSON, and has neither envelope nor pretty form.
    pub plain: Option<&'static str>,
}

impl Reply {
    /// A body.
    pub fn json<T: Serialize>(value: &T) -> Self {
        Self { json: Some(json::compact(value)), ..Self::empty() }
    }

    /// A body that is no JSON.
    pub fn plain(media_type: &'static str, text: &str) -> Self {
        Self { json: Some(text.as_bytes().to_vec()), plain: Some(media_type), ..Self::empty() }
    }

    /// No body.
    pub fn empty() -> Self {
        Self { json: None, location: None, status: None, plain: None }
    }

    /// The same with the header `Location`.
    #[must_use]
    pub fn located(self, location: String) -> Self {
        Self { location: Some(location), ..self }
    }
}

/// How a caller wants its answer written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Style {
    /// `envelope=true`: the status goes into the body and the HTTP status is 200.
    pub envelope: bool,
    /// `pretty=true`.
    pub pretty: bool,
}

/// What is known about a request when its answer is written.
#[derive(Debug, Clone, Copy, Default)]
pub struct Frame {
    /// How the caller wants it.
    pub style: Style,
    /// The operation, once found.
    pub operation: Option<OperationId>,
    /// The version, once chosen.
    pub version: Option<Version>,
    /// What the service allows a minute, and what remains.
    pub rate: Option<(u32, u32)>,
    /// The methods of a path that was asked for with another.
    pub allow: Option<&'static str>,
    /// While the project or organization of the path is looked for: who is turned away there is
    /// told a little less, as recorded.
    pub at_the_door: bool,
}

/// The answer of success.
pub fn success(frame: &Frame, status: u16, reply: Reply) -> Response<Body> {
    let content_type = frame.version.map(api::media_type::versioned);
    let content_type = reply.plain.or(content_type.as_deref()).unwrap_or(JSON);
    let style = if reply.plain.is_some() { Style::default() } else { frame.style };
    let (status, bytes) = dress(style, reply.status.unwrap_or(status), reply.json);
    let mut response = Response::new(bytes.map_or_else(Body::empty, Body::from));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
    let headers = response.headers_mut();
    headers.reserve(16);
    put(headers, CONTENT_TYPE, content_type);
    if let Some(location) = reply.location {
        put(headers, LOCATION, &location);
    }
    frame_headers(headers, frame);
    if reply.plain.is_some() {
        for name in JAVA {
            headers.remove(name);
        }
    }
    response
}

/// The answer of failure.
pub fn failure(frame: &Frame, error: &ApiError) -> Response<Body> {
    let (status, bytes) = dress(frame.style, error.code.status(), Some(error.json()));
    let mut response = Response::new(bytes.map_or_else(Body::empty, Body::from));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(JSON));
    put(headers, HeaderName::from_static("x-error-code"), error.code.name());
    if let Some(seconds) = error.retry_after {
        headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    if let Some(methods) = frame.allow {
        headers.insert(ALLOW, HeaderValue::from_static(methods));
    }
    frame_headers(headers, frame);
    if frame.at_the_door {
        headers.remove(SERVICE_VERSION);
    }
    response
}

/// The body in the caller's style, with the HTTP status that goes with it.
fn dress(style: Style, status: u16, json: Option<Vec<u8>>) -> (u16, Option<Vec<u8>>) {
    let (status, json) = if style.envelope {
        (200, Some(envelop(status, json.unwrap_or_else(|| b"{}".to_vec()))))
    } else {
        (status, json)
    };
    if !style.pretty {
        return (status, json);
    }
    let pretty = json.map(|json| match serde_json::from_slice(&json) {
        Ok(value) => json::pretty(&value),
        Err(_) => json,
    });
    (status, pretty)
}

/// The digest challenge: its own body and hardly a header, as recorded.
pub fn challenge(nonce: &Nonce, stale: bool) -> Response<Body> {
    let mut response = Response::new(Body::from(digest::CHALLENGE_BODY));
    *response.status_mut() = StatusCode::UNAUTHORIZED;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(digest::CHALLENGE_CONTENT_TYPE));
    headers.insert(SERVER, HeaderValue::from_static("landbridge"));
    headers.insert(WWW_AUTHENTICATE, digest::challenge(nonce, stale));
    response
}

/// The answer to a token that is no good. Like a challenge, it is never in an envelope: who is not
/// known is told so by the status.
pub fn bad_token(frame: &Frame) -> Response<Body> {
    let frame = Frame { style: Style { envelope: false, ..frame.style }, ..*frame };
    let mut response = failure(&frame, &ApiError::new(ErrorCode::InvalidAccessToken, []));
    response
        .headers_mut()
        .insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer error=\"invalid_token\""));
    response
}

/// `{"status":…,"content":…}`; a list gets its status beside `results` instead.
fn envelop(status: u16, json: Vec<u8>) -> Vec<u8> {
    let is_list =
        json.starts_with(b"{\"links\":[") && json.windows(11).any(|bytes| bytes == b"\"results\":[");
    if is_list && let Ok(serde_json::Value::Object(page)) = serde_json::from_slice(&json) {
        let mut whole = serde_json::Map::new();
        for (key, value) in page {
            if key == "totalCount" {
                whole.insert("status".to_owned(), status.into());
            }
            whole.insert(key, value);
        }
        return json::compact(&whole);
    }
    let mut whole = format!("{{\"status\":{status},\"content\":").into_bytes();
    whole.extend(json);
    whole.push(b'}');
    whole
}

const SERVICE_VERSION: &str = "x-mongodb-service-version";
const JAVA: [&str; 2] = ["x-java-method", "x-java-version"];

/// Header names that the service sends, with values of our own. Recorded; see `docs/quirks.md`.
static FIXED: [(HeaderName, HeaderValue); 8] = [
    (HeaderName::from_static("referrer-policy"), HeaderValue::from_static("strict-origin-when-cross-origin")),
    (HeaderName::from_static("server"), HeaderValue::from_static("landbridge")),
    (
        HeaderName::from_static("strict-transport-security"),
        HeaderValue::from_static("max-age=31536000; includeSubdomains;"),
    ),
    (HeaderName::from_static("x-content-type-options"), HeaderValue::from_static("nosniff")),
    (HeaderName::from_static("x-frame-options"), HeaderValue::from_static("DENY")),
    (HeaderName::from_static("x-java-version"), HeaderValue::from_static("none")),
    (
        HeaderName::from_static("x-mongodb-service-version"),
        HeaderValue::from_static(concat!("landbridge=", env!("CARGO_PKG_VERSION"))),
    ),
    (HeaderName::from_static("x-permitted-cross-domain-policies"), HeaderValue::from_static("none")),
];

/// Since when the old shape of users is superseded, and until when it is served. Recorded.
const SUPERSEDED: (&str, &str) = ("Wed, 19 Feb 2025 00:00:00 GMT", "Thu, 1 Jul 2027 00:00:00 GMT");

fn frame_headers(headers: &mut HeaderMap, frame: &Frame) {
    for (name, value) in &FIXED {
        headers.insert(name.clone(), value.clone());
    }
    if let Some(operation) = frame.operation {
        headers.insert(HeaderName::from_static("x-java-method"), HeaderValue::from_static(operation.name()));
    }
    if let (Some(operation), Some(version)) = (frame.operation, frame.version)
        && operation.superseded(version)
    {
        headers.insert(HeaderName::from_static("deprecation"), HeaderValue::from_static(SUPERSEDED.0));
        headers.insert(HeaderName::from_static("sunset"), HeaderValue::from_static(SUPERSEDED.1));
    }
    if let Some((limit, remaining)) = frame.rate {
        headers.insert(HeaderName::from_static("ratelimit-limit"), HeaderValue::from(limit));
        headers.insert(HeaderName::from_static("ratelimit-remaining"), HeaderValue::from(remaining));
    }
}

/// Adds how long the answer took, where the service says it: not outside v2 and v1.0.
pub fn time_taken(headers: &mut HeaderMap, taken: Duration) {
    let millis = u64::try_from(taken.as_millis()).unwrap_or(u64::MAX);
    headers.insert(HeaderName::from_static("x-envoy-upstream-service-time"), HeaderValue::from(millis));
}

fn put(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dressed(style: Style, json: Option<&str>) -> (u16, String) {
        let (status, json) = dress(style, 202, json.map(|json| json.as_bytes().to_vec()));
        (status, String::from_utf8(json.unwrap_or_default()).expect("UTF-8"))
    }

    #[test]
    fn the_envelope_carries_the_status_and_the_content() {
        let style = Style { envelope: true, pretty: false };
        assert_eq!(dressed(style, Some("{}")), (200, r#"{"status":202,"content":{}}"#.into()));
        assert_eq!(dressed(style, None), (200, r#"{"status":202,"content":{}}"#.into()));
        assert_eq!(
            dressed(style, Some(r#"{"links":[],"results":[],"totalCount":0}"#)),
            (200, r#"{"links":[],"results":[],"status":202,"totalCount":0}"#.into())
        );
    }

    #[test]
    fn pretty_keeps_the_order_of_keys() {
        let style = Style { envelope: true, pretty: true };
        assert_eq!(
            dressed(style, Some("{}")),
            (200, "{\n  \"status\" : 202,\n  \"content\" : { }\n}".into())
        );
    }
}
