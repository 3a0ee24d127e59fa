//! What an operation can answer: success in each version, each refusal, the envelope of both.

use std::collections::BTreeMap;

use schemars::generate::SchemaGenerator;
use serde_json::{Map, Value, json};

use super::parameters::has_envelope;
use super::shape::Shape;
use crate::error::{ErrorCode, reason};
use crate::media_type::JSON;
use crate::operations::{Answer, Need, Operation, Root};

/// The answers by status.
pub fn of(
    operation: &Operation,
    root: Root,
    path: &str,
    shape: &Shape,
    generator: &mut SchemaGenerator,
) -> Map<String, Value> {
    let mut by_status: BTreeMap<u16, Value> = BTreeMap::new();
    let success = contents(operation, root, shape, generator);
    let mut answer = json!({ "description": describe(operation.status) });
    if !success.is_empty() {
        answer["content"] = Value::Object(success.clone());
    }
    if let Some(older) = &shape.older
        && root == Root::V2
    {
        answer["headers"] = json!({
            "Deprecation": { "description": "Since when this version is superseded.", "schema": { "const": older.sunset.0 } },
            "Sunset": { "description": "Until when this version is served.", "schema": { "const": older.sunset.1 } },
        });
    }
    by_status.insert(operation.status, answer);
    if shape.or_nothing {
        by_status.insert(204, json!({ "description": describe(204) }));
    }

    let mut by_code: BTreeMap<u16, Vec<&'static str>> = BTreeMap::new();
    for code in operation.refusals(root, path) {
        by_code.entry(code.status()).or_default().push(code.name());
    }
    if operation.need == Need::Client {
        by_code.entry(401).or_default();
    }
    let all: Vec<&str> = by_code.values().flatten().copied().collect();
    for (status, codes) in &by_code {
        let mut answer = json!({
            "description": format!("{}. {}", reason(*status), codes.join(", ")).trim_end(),
            "content": { JSON: { "schema": refusal(operation, *status, codes) } },
            "headers": { "X-Error-Code": { "description": "The code again.", "schema": { "type": "string" } } },
        });
        if *status == 401 {
            answer["headers"]["WWW-Authenticate"] =
                json!({ "description": "How to be known.", "schema": { "type": "string" } });
        }
        if *status == 405 {
            answer["headers"]["Allow"] =
                json!({ "description": "Methods of this API.", "schema": { "type": "string" } });
        }
        by_status.insert(*status, answer);
    }
    if has_envelope(operation, shape) {
        enveloped(
            operation,
            root,
            success,
            &all,
            by_status
                .entry(200)
                .or_insert_with(|| json!({ "description": "Any other answer, in an envelope." })),
        );
    }
    by_status.into_iter().map(|(status, answer)| (status.to_string(), answer)).collect()
}

fn describe(status: u16) -> &'static str {
    match status {
        201 => "Created.",
        202 => "Accepted: it is on its way.",
        204 => "Done. There is no body.",
        _ => "As asked.",
    }
}

/// The schema of success by media type.
fn contents(
    operation: &Operation,
    root: Root,
    shape: &Shape,
    generator: &mut SchemaGenerator,
) -> Map<String, Value> {
    let Some(answers) = shape.answers else { return Map::new() };
    if let Some(media_type) = shape.plain {
        // A text has no schema: tools read "8.0" as a number.
        let is_json = media_type == JSON;
        let content = if is_json { json!({ "schema": answers(generator) }) } else { json!({}) };
        return [(media_type.to_owned(), content)].into_iter().collect();
    }
    if root != Root::V2 {
        let answers = shape.older.map_or(answers, |older| older.answers);
        return [(JSON.to_owned(), json!({ "schema": answers(generator) }))].into_iter().collect();
    }
    let mut contents = Map::new();
    for version in operation.versions {
        let old = shape.older.filter(|older| *version < older.until);
        let mut content = json!({ "schema": old.map_or(answers, |older| older.answers)(generator) });
        if let Some(older) = old {
            content["x-deprecated-since"] = older.sunset.0.into();
            content["x-sunset"] = older.sunset.1.into();
        }
        contents.insert(media_type(version), content);
    }
    contents
}

/// The media type of a version, without parameters.
pub fn media_type(version: &crate::media_type::Version) -> String {
    format!("application/vnd.atlas.{version}+json")
}

/// The error object, with the codes that a status can have.
fn refusal(operation: &Operation, status: u16, codes: &[&str]) -> Value {
    let mut schema = coded(status, codes);
    if operation.need == Need::Client && matches!(status, 400 | 401) {
        let refused = json!({ "$ref": "#/components/schemas/TokenError" });
        schema = if codes.is_empty() { refused } else { json!({ "anyOf": [refused, schema] }) };
    } else if status == 401 {
        schema = json!({ "anyOf": [schema, { "$ref": "#/components/schemas/Challenge" }] });
    }
    schema
}

fn coded(status: u16, codes: &[&str]) -> Value {
    json!({
        "allOf": [
            { "$ref": "#/components/schemas/ErrorBody" },
            { "properties": { "error": { "const": status }, "errorCode": { "enum": codes } } },
        ]
    })
}

/// Adds to the answer 200 what it is in an envelope.
fn enveloped(
    operation: &Operation,
    root: Root,
    success: Map<String, Value>,
    codes: &[&str],
    answer: &mut Value,
) {
    let mut contents = answer["content"].as_object().cloned().unwrap_or_default();
    let wrap = |schema: &Value| match operation.answer {
        Answer::List => json!({
            "title": "Envelope",
            "type": "object",
            "required": ["links", "results", "status", "totalCount"],
            "properties": {
                "status": { "const": operation.status },
                "links": { "type": "array", "items": { "$ref": "#/components/schemas/Link" } },
                "results": { "type": "array" },
                "totalCount": { "type": "integer" },
            },
        }),
        Answer::One => json!({
            "title": "Envelope",
            "type": "object",
            "required": ["status", "content"],
            "properties": { "status": { "const": operation.status }, "content": schema },
            "additionalProperties": false,
        }),
        Answer::Empty => json!({
            "title": "Envelope",
            "type": "object",
            "required": ["status", "content"],
            "properties": { "status": { "const": operation.status }, "content": { "type": "object", "maxProperties": 0 } },
            "additionalProperties": false,
        }),
    };
    let mut add = |media_type: &str, schema: Value| {
        let content = contents.entry(media_type.to_owned()).or_insert_with(|| json!({}));
        match content.get_mut("schema") {
            None => content["schema"] = schema,
            Some(Value::Object(known))
                if known.contains_key("anyOf") && !known.contains_key("description") =>
            {
                if let Some(Value::Array(some)) = known.get_mut("anyOf") {
                    some.push(schema);
                }
            }
            Some(known) => *known = json!({ "anyOf": [known.clone(), schema] }),
        }
    };
    if success.is_empty() {
        let media_types: Vec<String> = match root {
            Root::V2 => operation.versions.iter().map(media_type).collect(),
            Root::V1 | Root::Control | Root::Bare => vec![JSON.to_owned()],
        };
        for media_type in media_types {
            add(&media_type, wrap(&Value::Null));
        }
    }
    for (media_type, content) in &success {
        add(media_type, wrap(&content["schema"]));
    }
    let failed = json!({
        "title": "EnvelopeOfRefusal",
        "type": "object",
        "required": ["status", "content"],
        "properties": {
            "status": { "type": "integer", "minimum": 400, "maximum": 599 },
            "content": {
                "allOf": [
                    { "$ref": "#/components/schemas/ErrorBody" },
                    { "properties": { "errorCode": { "enum": codes } } },
                ]
            },
        },
        "additionalProperties": false,
    });
    add(JSON, failed);
    answer["content"] = Value::Object(contents);
}

/// The components that no answer of success leads to.
pub fn components() -> [(&'static str, Value); 1] {
    let challenge = json!({
        "description": "What goes with a challenge to sign in.",
        "type": "object",
        "required": ["detail", "error", "errorCode", "reason"],
        "properties": {
            "detail": { "type": "string" },
            "error": { "const": 401 },
            "errorCode": { "const": ErrorCode::UnexpectedError.name() },
            "reason": { "const": reason(401) },
        },
        "additionalProperties": false,
    });
    [("Challenge", challenge)]
}
