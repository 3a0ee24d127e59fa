//! The tables of bodies as JSON Schemas: what the check takes, no more and no less.

use schemars::Schema;
use serde_json::{Map, Value, json};

use super::NamesOf;
use super::shape::Takes;
use crate::pattern;
use crate::schema::{Field, For, Form, Kind, Presence};

/// The schemas of a body, each with the ending of its name; several stand for one or another.
pub fn bodies(takes: Takes, names: NamesOf) -> Vec<(String, Value)> {
    match takes {
        Takes::Nothing => Vec::new(),
        Takes::One(fields, purpose) => vec![(String::new(), object(fields, purpose, names))],
        Takes::Many(fields) => {
            let items = object(fields, For::New, names);
            vec![(String::new(), json!({ "type": "array", "items": items }))]
        }
        Takes::OneOrMany(fields) => {
            let one = object(fields, For::New, names);
            let many = json!({ "type": "array", "items": one, "minItems": 1 });
            vec![("One".to_owned(), one), ("Many".to_owned(), many)]
        }
        Takes::Perhaps(fields) => vec![(String::new(), object(fields, For::New, names))],
        Takes::ByProvider(tables, purpose) => tables
            .iter()
            .enumerate()
            .map(|(nth, (provider, fields))| {
                let mut schema = object(fields, purpose, names);
                schema["properties"]["providerName"] =
                    if nth == 0 { json!({ "enum": [provider, null] }) } else { json!({ "const": provider }) };
                if nth > 0 {
                    require(&mut schema, "providerName");
                }
                (provider_word(provider), schema)
            })
            .collect(),
        Takes::OfProvider(tables) => tables
            .iter()
            .map(|(provider, fields)| {
                let mut schema = object(fields, For::Change, names);
                schema["properties"]["providerName"] = json!({ "enum": [provider, null] });
                (provider_word(provider), schema)
            })
            .collect(),
        Takes::Form(fields) => {
            let mut schema = json!({ "type": "object", "properties": {}, "additionalProperties": true });
            for (name, value) in fields {
                schema["properties"][name] = match value {
                    Some(value) => json!({ "const": value }),
                    None => json!({ "type": "string", "minLength": 1 }),
                };
                require(&mut schema, name);
            }
            vec![(String::new(), schema)]
        }
    }
}

fn provider_word(provider: &str) -> String {
    provider.chars().take(1).chain(provider.chars().skip(1).flat_map(char::to_lowercase)).collect()
}

fn require(schema: &mut Value, name: &str) {
    match &mut schema["required"] {
        Value::Array(required) => required.push(name.into()),
        other => *other = json!([name]),
    }
}

/// An object by its table. What only answers have is left out: it may not be there.
pub fn object(fields: &[Field], purpose: For, names: NamesOf) -> Value {
    let mut properties = Map::new();
    let mut required = Vec::new();
    for field in fields {
        let schema = match field.presence {
            Presence::ReadOnly => continue,
            Presence::Ignored => json!({ "description": "Taken and ignored: clients send it back." }),
            Presence::Required if purpose == For::New => {
                required.push(field.name);
                of(&field.kind, names)
            }
            Presence::Required | Presence::Optional => or_null(of(&field.kind, names)),
        };
        properties.insert(field.name.to_owned(), schema);
    }
    let mut schema = json!({ "type": "object", "properties": properties, "additionalProperties": false });
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    schema
}

/// The answer that has every field of a table.
pub fn all_of(fields: &[Field]) -> Schema {
    let none = |_| Vec::new();
    let mut schema = object(fields, For::New, none);
    for field in fields {
        schema["properties"][field.name] = of(&field.kind, none);
        require(&mut schema, field.name);
    }
    Schema::try_from(schema).unwrap_or_default()
}

/// Null counts as absent.
fn or_null(mut schema: Value) -> Value {
    if let Some(Value::Array(values)) = schema.get_mut("enum") {
        values.push(Value::Null);
    }
    if let Some(kind) = schema.get("type").cloned() {
        schema["type"] = json!([kind, "null"]);
    }
    schema
}

fn of(kind: &Kind, names: NamesOf) -> Value {
    match kind {
        Kind::Text { pattern: "", .. } => json!({ "type": "string" }),
        Kind::Text { pattern, right } => text(pattern, Some(right)),
        Kind::Later(Form::Pattern(pattern)) => text(pattern, None),
        Kind::Later(Form::Date) => json!({ "type": "string", "format": "date-time" }),
        Kind::Later(Form::Name(list)) => json!({ "type": "string", "enum": names(*list) }),
        Kind::Bool => json!({ "type": "boolean" }),
        Kind::LaterInt { min, max } | Kind::Int { min, max } => {
            json!({ "type": "integer", "format": "int64", "minimum": min, "maximum": max })
        }
        Kind::OneOf(values) => json!({ "type": "string", "enum": values }),
        Kind::List { item, min, max } => {
            json!({ "type": "array", "items": of(item, names), "minItems": min, "maxItems": max })
        }
        Kind::Object(fields) => object(fields, For::New, names),
    }
}

fn text(pattern: &'static str, right: Option<&str>) -> Value {
    let mut schema = json!({ "type": "string", "pattern": pattern });
    if let Some(right) = right {
        schema["description"] = format!("It must be {right}.").into();
    }
    let examples = pattern::examples(pattern);
    if !examples.is_empty() {
        schema["examples"] = json!(examples);
    }
    schema
}
