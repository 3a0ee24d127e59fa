//! The OpenAPI document of all operations, made from the table of operations, the tables of
//! bodies, and the types of answers.
//!
//! It is exact on purpose: what it allows is taken, what it does not allow is refused, and an
//! answer has nothing that it does not name. Only where a rule needs the rows or the clock (an
//! address block that is taken, a date that is past) it says the code instead.

mod links;
mod parameters;
mod request;
mod responses;
mod shape;
mod shapes;

use schemars::generate::{SchemaGenerator, SchemaSettings};
use serde_json::{Map, Value, json};

use crate::error::ErrorBody;
use crate::media_type::JSON;
use crate::operations::{Need, Operation, Root, operations};
use crate::schema::Names;
use crate::types::Link;
use crate::types::key::TokenError;

use shape::{Shape, Takes};

/// Where the names come from that the rules keep.
pub type NamesOf = fn(Names) -> Vec<String>;

/// The whole document.
pub fn document(names: NamesOf) -> Value {
    let settings = SchemaSettings::draft2020_12().for_serialize().with(|settings| {
        settings.definitions_path = "/components/schemas".into();
        settings.meta_schema = None;
    });
    let mut generator = settings.into_generator();
    generator.subschema_for::<ErrorBody>();
    generator.subschema_for::<TokenError>();
    generator.subschema_for::<Link>();
    let mut bodies = Map::new();
    let mut paths: Map<String, Value> = Map::new();
    for operation in operations() {
        let shape = shapes::shape(operation.id);
        let request = body(operation, &shape, names, &mut bodies);
        for place in places(operation) {
            let described = describe(operation, &place, &shape, request.as_ref(), &mut generator);
            let methods = paths.entry(place.whole_path()).or_insert_with(|| json!({}));
            methods[operation.method.name().to_ascii_lowercase()] = described;
        }
    }
    let mut schemas = generator.take_definitions(true);
    schemas.extend(bodies);
    schemas.extend(responses::components().map(|(name, schema)| (name.to_owned(), schema)));
    schemas.values_mut().for_each(exact);
    schemas.sort_keys();
    let mut document = json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Landbridge",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "A control plane for network peering connections that speaks the MongoDB Atlas Administration API.",
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
        },
        "servers": [{ "url": "/" }],
        "tags": [
            { "name": "v2", "description": "Dated media types. A caller asks for a date and gets the newest version at or below it." },
            { "name": "v1.0", "description": "Plain JSON, superseded by v2." },
            { "name": "control", "description": "Landbridge's own: the far side, a project's simulated world, the clock." },
            { "name": "other", "description": "Tokens, and what clients read besides." },
        ],
        "paths": paths,
        "components": {
            "securitySchemes": {
                "digest": { "type": "http", "scheme": "digest", "description": "An API key: RFC 7616, MD5." },
                "bearer": { "type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": "An access token of a service account, from /api/oauth/token." },
                "client": { "type": "http", "scheme": "basic", "description": "A service account's own id and secret." },
            },
            "schemas": schemas,
        },
    });
    links::add(&mut document);
    document
}

/// One place of an operation.
struct Place {
    root: Root,
    path: &'static str,
    /// The id of the operation there; no two places share one.
    id: String,
}

impl Place {
    fn whole_path(&self) -> String {
        format!("{}{}", self.root.prefix(), self.path)
    }
}

/// The name stands for the first place; v1.0 and a second path there add to it.
fn places(operation: &Operation) -> impl Iterator<Item = Place> {
    operation.places.iter().enumerate().map(|(nth, &(root, path))| {
        let before = operation.places[..nth].iter().filter(|(other, _)| *other == root).count();
        let version = if root == Root::V1 { "V1" } else { "" };
        let alias = if before > 0 { "Alias" } else { "" };
        Place { root, path, id: format!("{}{version}{alias}", operation.id.name()) }
    })
}

/// The request body's content schema, a reference; its parts go to the components.
fn body(
    operation: &Operation,
    shape: &Shape,
    names: NamesOf,
    schemas: &mut Map<String, Value>,
) -> Option<Value> {
    let mut name = operation.id.name().to_owned();
    name[..1].make_ascii_uppercase();
    let mut references = Vec::new();
    for (ending, schema) in request::bodies(shape.takes, names) {
        let name = format!("{name}{ending}Request");
        references.push(json!({ "$ref": format!("#/components/schemas/{name}") }));
        schemas.insert(name, schema);
    }
    match references.len() {
        0 => None,
        1 => references.pop(),
        // A change of nothing is right for every provider, so there more than one may hold.
        _ if matches!(shape.takes, Takes::OfProvider(_)) => Some(json!({ "anyOf": references })),
        _ => Some(json!({ "oneOf": references })),
    }
}

fn describe(
    operation: &Operation,
    place: &Place,
    shape: &Shape,
    request: Option<&Value>,
    generator: &mut SchemaGenerator,
) -> Value {
    let need = operation.need_under(place.root);
    let mut described = json!({
        "operationId": place.id,
        "summary": operation.summary,
        "description": about(need),
        "tags": [match place.root {
            Root::V2 => "v2",
            Root::V1 => "v1.0",
            Root::Control => "control",
            Root::Bare => "other",
        }],
        "security": match need {
            Need::Nothing => json!([]),
            Need::Client => json!([{ "client": [] }]),
            Need::Known | Need::Project(_) | Need::Org(_) | Need::OwnOrg(_) => json!([{ "bearer": [] }, { "digest": [] }]),
        },
        "parameters": parameters::of(operation, place.root, place.path, shape),
    });
    if let Some(schema) = request {
        described["requestBody"] = json!({
            "required": !matches!(shape.takes, Takes::Perhaps(_)),
            "content": media_types(operation, place.root, shape)
                .into_iter()
                .map(|media_type| (media_type, json!({ "schema": schema })))
                .collect::<Map<_, _>>(),
        });
    }
    described["responses"] =
        Value::Object(responses::of(operation, place.root, place.path, shape, generator));
    if let Need::Project(role) | Need::Org(role) | Need::OwnOrg(role) = need {
        described["x-required-role"] = role.into();
    }
    if let Some(rate) = operation.rate {
        described["x-requests-per-minute"] = rate.into();
    }
    if shape.deprecated || place.root == Root::V1 {
        described["deprecated"] = true.into();
    }
    described
}

fn about(need: Need) -> String {
    match need {
        Need::Nothing => "Needs no credentials.".to_owned(),
        Need::Client => "Needs a service account's own id and secret.".to_owned(),
        Need::Known => "Needs a caller who is known.".to_owned(),
        Need::Project(role) => format!("Needs the role {role} in the project."),
        Need::Org(role) => format!("Needs the role {role} in the organization."),
        Need::OwnOrg(role) => format!("Needs the role {role} in the caller's own organization."),
    }
}

/// The media types in which a body is taken.
fn media_types(operation: &Operation, root: Root, shape: &Shape) -> Vec<String> {
    if matches!(shape.takes, Takes::Form(_)) {
        return vec!["application/x-www-form-urlencoded".to_owned()];
    }
    let dated = operation.versions.iter().filter(|_| root == Root::V2).map(responses::media_type);
    dated.chain([JSON.to_owned()]).collect()
}

/// What may be left out is never null, and there is nothing that is not named.
fn exact(schema: &mut Value) {
    match schema {
        Value::Object(map) => {
            let required: Vec<String> = map
                .get("required")
                .and_then(Value::as_array)
                .map(|names| names.iter().filter_map(Value::as_str).map(str::to_owned).collect())
                .unwrap_or_default();
            let is_answer = !map.contains_key("additionalProperties");
            if let Some(Value::Object(properties)) = map.get_mut("properties")
                && is_answer
            {
                for (name, property) in properties.iter_mut() {
                    if !required.contains(name) {
                        not_null(property);
                    }
                }
                map.insert("additionalProperties".to_owned(), false.into());
            }
            map.values_mut().for_each(exact);
        }
        Value::Array(items) => items.iter_mut().for_each(exact),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn not_null(schema: &mut Value) {
    let null = |value: &Value| value == "null" || value["type"] == "null";
    if let Some(Value::Array(types)) = schema.get_mut("type") {
        types.retain(|kind| !null(kind));
        if let [only] = types.as_slice() {
            schema["type"] = only.clone();
        }
    }
    if let Some(Value::Array(some)) = schema.get_mut("anyOf") {
        some.retain(|schema| !null(schema));
    }
}

#[cfg(test)]
mod tests;
