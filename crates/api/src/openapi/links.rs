//! Links from what makes something to all that can be done with it: where a creation's path and
//! one parameter more begin another path, the id in its answer is that parameter.

use serde_json::{Map, Value, json};

/// Adds the links to the answers of all creations.
pub fn add(document: &mut Value) {
    let schemas = document["components"]["schemas"].clone();
    let Some(paths) = document["paths"].as_object().cloned() else { return };
    for (path, methods) in &paths {
        let creation = &methods["post"];
        let begin = format!("{path}/{{");
        let mut links = Map::new();
        let Some((status, answer)) = success(creation) else { continue };
        for (other, methods) in paths.iter().filter(|(other, _)| other.starts_with(&begin)) {
            let Some(name) = other[begin.len()..].split('}').next() else { continue };
            let Some(field) = [name, "id"].into_iter().find(|field| has(answer, field, &schemas)) else {
                continue;
            };
            for method in methods.as_object().into_iter().flat_map(Map::values) {
                let Some(id) = method["operationId"].as_str() else { continue };
                let mut parameters = Map::new();
                for known in crate::Operation::params(path) {
                    parameters.insert(known.to_owned(), format!("$request.path.{known}").into());
                }
                parameters.insert(name.to_owned(), format!("$response.body#/{field}").into());
                links.insert(id.to_owned(), json!({ "operationId": id, "parameters": parameters }));
            }
        }
        if !links.is_empty() {
            document["paths"][path]["post"]["responses"][status]["links"] = Value::Object(links);
        }
    }
}

/// The status and the schema of an operation's success.
fn success(operation: &Value) -> Option<(&str, &Value)> {
    let (status, answer) =
        operation["responses"].as_object()?.iter().rfind(|(status, _)| status.starts_with('2'))?;
    let content = answer["content"].as_object()?.values().next()?;
    Some((status, &content["schema"]))
}

/// Whether an answer, in one of its shapes, has a field.
fn has(schema: &Value, field: &str, schemas: &Value) -> bool {
    if let Some(name) = schema["$ref"].as_str().and_then(|reference| reference.rsplit('/').next()) {
        return has(&schemas[name], field, schemas);
    }
    let some = schema["anyOf"].as_array().or_else(|| schema["oneOf"].as_array());
    some.map_or_else(
        || schema["properties"].get(field).is_some(),
        |some| some.iter().any(|schema| has(schema, field, schemas)),
    )
}
