//! Request bodies: bounded reading, then JSON, then fields against their table.

use std::time::Duration;

use api::schema::{self, Field, Finding, For};
use api::{ErrorCode, media_type};
use axum::body::Body;
use bytes::Bytes;
use http::HeaderMap;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde_json::{Map, Value};

use crate::error::ApiError;

/// The largest body that is read.
pub const MAX_BODY_BYTES: usize = 1 << 20;
/// How long a body may take to arrive.
const MAX_BODY_TIME: Duration = Duration::from_secs(30);

/// Reads a body whole. One that is said to be too large is not read at all.
pub async fn read(headers: &HeaderMap, body: Body) -> Result<Bytes, ApiError> {
    let said = headers.get(http::header::CONTENT_LENGTH).and_then(|length| length.to_str().ok());
    if said.and_then(|length| length.parse::<u64>().ok()).is_some_and(|said| said > MAX_BODY_BYTES as u64) {
        return Err(too_large());
    }
    let collected = tokio::time::timeout(MAX_BODY_TIME, Limited::new(body, MAX_BODY_BYTES).collect()).await;
    match collected {
        Ok(Ok(whole)) => Ok(whole.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(too_large()),
        Ok(Err(_)) => Err(ApiError::new(ErrorCode::InvalidJson, [])
            .at("(body)", "The body could not be read whole: its chunks are malformed, or it broke off.")),
        Err(_) => Err(ApiError::new(ErrorCode::RequestTimeout, [])),
    }
}

fn too_large() -> ApiError {
    ApiError::new(ErrorCode::RequestTooLarge, [MAX_BODY_BYTES.into()])
}

/// Refuses a body that is said to be no JSON. A body without a word about its type is taken for
/// JSON.
pub fn check_type(headers: &HeaderMap, body: &Bytes) -> Result<(), ApiError> {
    let Some(content_type) = headers.get(http::header::CONTENT_TYPE).filter(|_| !body.is_empty()) else {
        return Ok(());
    };
    let content_type = String::from_utf8_lossy(content_type.as_bytes());
    if media_type::is_json(&content_type) {
        Ok(())
    } else {
        Err(ApiError::new(ErrorCode::UnsupportedMediaType, [content_type.into_owned().into()]))
    }
}

/// Any JSON.
pub fn json(body: &Bytes) -> Result<Value, ApiError> {
    serde_json::from_slice(body).map_err(|error| match error.classify() {
        serde_json::error::Category::Data => ApiError::new(ErrorCode::InvalidJson, []),
        serde_json::error::Category::Io
        | serde_json::error::Category::Syntax
        | serde_json::error::Category::Eof => ApiError::new(ErrorCode::InvalidJson, [])
            .at("(body)", format!("The body is no JSON: line {}, column {}.", error.line(), error.column())),
    })
}

/// A JSON object.
pub fn object(body: &Bytes) -> Result<Fields, ApiError> {
    match json(body)? {
        Value::Object(map) => Ok(Fields { map }),
        _ => Err(ApiError::new(ErrorCode::InvalidJson, []).at("(body)", "The body must be a JSON object.")),
    }
}

/// A JSON array of objects, each checked against a table.
pub fn objects(body: &Bytes, fields: &[Field]) -> Result<Vec<Fields>, ApiError> {
    let Value::Array(items) = json(body)? else {
        return Err(ApiError::new(ErrorCode::InvalidJson, [])
            .at("(body)", "The body must be a JSON array of objects."));
    };
    items
        .into_iter()
        .enumerate()
        .map(|(nth, item)| match item {
            Value::Object(map) => Fields { map }.check_at(&format!("[{nth}]."), fields, For::New),
            _ => Err(ApiError::new(ErrorCode::InvalidJson, [])
                .at(&format!("[{nth}]"), "Each item of the array must be an object.")),
        })
        .collect()
}

/// A JSON object checked against a table, or an array of such.
pub fn one_or_more(body: &Bytes, fields: &[Field]) -> Result<Vec<Fields>, ApiError> {
    match json(body)? {
        Value::Object(map) => Ok(vec![Fields { map }.check(fields)?]),
        _ => objects(body, fields),
    }
}

/// The fields of a body. After [`Fields::check`] their types are what the table says, so the
/// getters only tell present from absent; null is absent.
#[derive(Debug)]
pub struct Fields {
    map: Map<String, Value>,
}

impl Fields {
    /// Checks the fields against their table.
    pub fn check(self, fields: &[Field]) -> Result<Self, ApiError> {
        self.check_at("", fields, For::New)
    }

    /// Checks the fields of a change against the table of the whole.
    pub fn check_change(self, fields: &[Field]) -> Result<Self, ApiError> {
        self.check_at("", fields, For::Change)
    }

    fn check_at(self, path: &str, fields: &[Field], purpose: For) -> Result<Self, ApiError> {
        let mut findings = schema::check(&self.map, fields, purpose);
        for Finding { violation, .. } in &mut findings {
            violation.field.insert_str(0, path);
        }
        ApiError::of_findings(findings).map_or(Ok(self), Err)
    }

    /// A text.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.map.get(name).and_then(Value::as_str)
    }

    /// A text that is there. The table says it is required, so the check has refused its absence.
    pub fn required(&self, name: &'static str) -> Result<&str, ApiError> {
        self.text(name).ok_or_else(|| ApiError::new(ErrorCode::MissingAttribute, [name.into()]))
    }

    /// True or false.
    pub fn flag(&self, name: &str) -> Option<bool> {
        self.map.get(name).and_then(Value::as_bool)
    }

    /// A whole number.
    pub fn number(&self, name: &str) -> Option<i64> {
        self.map.get(name).and_then(schema::whole)
    }

    /// A list.
    pub fn list(&self, name: &str) -> Option<&[Value]> {
        self.map.get(name).and_then(Value::as_array).map(Vec::as_slice)
    }

    /// Whatever is there, null too.
    pub fn value(&self, name: &str) -> Option<&Value> {
        self.map.get(name)
    }

    /// An object in the body.
    pub fn object(&self, name: &str) -> Option<Self> {
        self.map.get(name).and_then(Value::as_object).map(|map| Self { map: map.clone() })
    }

    /// A list of texts.
    pub fn texts(&self, name: &str) -> Option<Vec<&str>> {
        self.list(name).map(|items| items.iter().filter_map(Value::as_str).collect())
    }

    /// Every flag that is there.
    pub fn flags(&self) -> impl Iterator<Item = (&str, bool)> {
        self.map.iter().filter_map(|(name, value)| Some((name.as_str(), value.as_bool()?)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_json_is_refused_with_the_place() {
        for text in ["", "{", "{\"a\":}", "nul", "\u{feff}{}"] {
            let error = object(&Bytes::copy_from_slice(text.as_bytes())).expect_err("no JSON");
            assert_eq!(error.code, ErrorCode::InvalidJson, "{text}");
            assert_eq!(error.fields[0].field, "(body)");
        }
        assert_eq!(object(&Bytes::from_static(b"[]")).expect_err("no object").code, ErrorCode::InvalidJson);
    }

    #[test]
    fn a_deep_body_is_refused_rather_than_followed() {
        let deep = "[".repeat(100_000);
        assert_eq!(json(&Bytes::from(deep)).expect_err("too deep").code, ErrorCode::InvalidJson);
    }

    #[test]
    fn types_other_than_json_are_refused() {
        let check = |content_type: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(http::header::CONTENT_TYPE, http::HeaderValue::from_static(content_type));
            check_type(&headers, &Bytes::from_static(b"{}"))
        };
        assert!(check("application/json").is_ok());
        assert!(check("application/vnd.atlas.2023-01-01+json").is_ok());
        assert_eq!(check("text/plain").expect_err("no JSON").code, ErrorCode::UnsupportedMediaType);
    }
}
