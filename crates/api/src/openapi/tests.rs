//! The document against itself and against the golden outline.

use super::*;

fn document() -> Value {
    super::document(|names| vec![format!("{names:?}")])
}

fn each<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
    match value {
        Value::Object(map) => {
            found.extend(map.get("$ref").and_then(Value::as_str));
            map.values().for_each(|value| each(value, found));
        }
        Value::Array(items) => items.iter().for_each(|item| each(item, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[test]
fn every_reference_leads_somewhere_and_nothing_stands_alone() {
    let document = document();
    let mut references = Vec::new();
    each(&document, &mut references);
    for reference in &references {
        let pointer = reference.strip_prefix('#').expect("references stay in the document");
        assert!(document.pointer(pointer).is_some(), "{reference}");
    }
    for name in document["components"]["schemas"].as_object().expect("schemas").keys() {
        let reference = format!("#/components/schemas/{name}");
        assert!(references.contains(&reference.as_str()), "nothing leads to {name}");
    }
}

#[test]
fn every_operation_at_every_place_has_an_id_of_its_own() {
    let document = document();
    let ids: Vec<&str> = document["paths"]
        .as_object()
        .expect("paths")
        .values()
        .flat_map(|methods| methods.as_object().expect("methods").values())
        .map(|operation| operation["operationId"].as_str().expect("an id"))
        .collect();
    let n_places: usize = operations().iter().map(|operation| operation.places.len()).sum();
    assert_eq!(ids.len(), n_places);
    assert_eq!(ids.iter().collect::<std::collections::BTreeSet<_>>().len(), n_places);
}

#[test]
fn the_document_is_the_same_every_time() {
    assert_eq!(document().to_string(), document().to_string());
}

#[test]
fn every_pattern_of_a_body_compiles() {
    let text = document().to_string();
    let document: Value = serde_json::from_str(&text).expect("JSON");
    fn patterns(value: &Value, found: &mut Vec<String>) {
        match value {
            Value::Object(map) => {
                found.extend(map.get("pattern").and_then(Value::as_str).map(str::to_owned));
                map.values().for_each(|value| patterns(value, found));
            }
            Value::Array(items) => items.iter().for_each(|item| patterns(item, found)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
    let mut found = Vec::new();
    patterns(&document, &mut found);
    assert!(found.len() > 20, "{}", found.len());
    for pattern in found {
        assert!(regex_lite::Regex::new(&pattern).is_ok(), "{pattern}");
    }
}

/// A schema in a word or two.
fn name(schema: &Value) -> String {
    if let Some(reference) = schema["$ref"].as_str() {
        return reference.rsplit('/').next().unwrap_or_default().to_owned();
    }
    for (key, between) in [("anyOf", " | "), ("oneOf", " | "), ("allOf", " & ")] {
        if let Some(some) = schema[key].as_array() {
            let names: Vec<String> = some.iter().map(name).filter(|name| !name.is_empty()).collect();
            return names.join(between);
        }
    }
    if let Some(title) = schema["title"].as_str() {
        return title.to_owned();
    }
    if schema["type"] == "array" {
        return format!("[{}]", name(&schema["items"]));
    }
    schema["type"].as_str().unwrap_or_default().to_owned()
}

#[test]
fn the_outline_of_the_document_is_the_golden_one() {
    let document = document();
    let mut outline = String::new();
    for (path, methods) in document["paths"].as_object().expect("paths") {
        for (method, operation) in methods.as_object().expect("methods") {
            let id = operation["operationId"].as_str().expect("an id");
            outline.push_str(&format!("{method} {path} ({id})\n"));
            for parameter in operation["parameters"].as_array().expect("parameters") {
                if parameter["in"] == "query" {
                    outline.push_str(&format!("  ? {} {}\n", parameter["name"], parameter["schema"]));
                }
            }
            for (media_type, content) in operation["requestBody"]["content"].as_object().into_iter().flatten()
            {
                outline.push_str(&format!("  < {media_type}: {}\n", name(&content["schema"])));
            }
            let mut refusals = String::new();
            for (status, answer) in operation["responses"].as_object().expect("answers") {
                if !status.starts_with('2') {
                    refusals.push_str(&format!(" {status}"));
                    continue;
                }
                for (media_type, content) in answer["content"].as_object().into_iter().flatten() {
                    outline.push_str(&format!("  {status} {media_type}: {}\n", name(&content["schema"])));
                }
            }
            outline.push_str(&format!("  !{refusals}\n"));
        }
    }
    insta::assert_snapshot!("outline", outline);
}

#[test]
fn the_schemas_of_bodies_and_answers_are_the_golden_ones() {
    let schemas = &document()["components"]["schemas"];
    insta::assert_snapshot!("schemas", serde_json::to_string_pretty(schemas).expect("JSON"));
}
