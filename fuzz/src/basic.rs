//! `Authorization: Basic`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, HeaderValue, header};
use server::auth::client::basic;

fn read(value: &[u8]) -> Option<(String, String)> {
    let mut headers = HeaderMap::new();
    headers.insert(header::AUTHORIZATION, HeaderValue::from_bytes(value).ok()?);
    basic(&headers)
}

/// Both halves read back however they are escaped, and are no longer than what was sent.
pub fn check(bytes: &[u8]) {
    if let Some((id, secret)) = read(bytes) {
        // A byte that is no text becomes a sign of three.
        assert!(id.len() + secret.len() <= 3 * bytes.len());
    }
    let Some((id, secret)) = crate::text(bytes).and_then(|text| text.split_once('\n')) else { return };
    let escape = |text: &str| text.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
    let value = format!("Basic {}", STANDARD.encode(format!("{}:{}", escape(id), escape(secret))));
    assert_eq!(read(value.as_bytes()), Some((id.to_owned(), secret.to_owned())));
}
