//! An answer, with what tests ask of it.

use axum::body::Bytes;
use http::HeaderMap;
use serde_json::Value;

/// What the server answered.
#[derive(Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body as sent.
    pub body: Bytes,
}

impl Answer {
    /// The body as text.
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("answers are UTF-8")
    }

    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("no JSON: {}", self.text()))
    }

    /// The body as JSON, if the status is the one that was expected.
    pub fn expect(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.text());
        if self.body.is_empty() { Value::Null } else { self.json() }
    }

    /// A header's value, or the empty text.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// Status and error code of a refusal, with the first field that it blames.
    pub fn refusal(&self) -> (u16, String, Option<String>) {
        let body = self.json();
        let code = body["errorCode"].as_str().unwrap_or_default().to_owned();
        assert_eq!(body["error"], self.status, "{}", self.text());
        let field = body["badRequestDetail"]["fields"][0]["field"].as_str().map(str::to_owned);
        (self.status, code, field)
    }
}
