//! Holds every answer of a test against the published document: its status, its media type, its
//! body. So every test of the API is a test of the document, too.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use jsonschema::Validator;
use serde_json::{Value, json};

use crate::Answer;

static DOCUMENT: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(server::published::document()).expect("the document is JSON"));

type Key = (String, u16, String);

static VALIDATORS: LazyLock<Mutex<HashMap<Key, Arc<Validator>>>> = LazyLock::new(Mutex::default);

/// Panics if an answer to an operation of the document is not one that it describes.
pub fn check(method: &str, path: &str, answer: &Answer) {
    let Some(operation) = operation(method, path) else { return };
    let id = operation["operationId"].as_str().expect("every operation has an id");
    let status = answer.status;
    let described = &operation["responses"][status.to_string()];
    assert!(described.is_object(), "{id} is not said to answer {status}: {}", answer.text());
    let essence = answer.header("content-type").split(';').next().unwrap_or_default().to_owned();
    let Some(contents) = described["content"].as_object() else {
        assert!(answer.body.is_empty(), "{id} {status} is said to have no body: {}", answer.text());
        return;
    };
    let content = contents.iter().find(|(media_type, _)| media_type.split(';').next() == Some(&essence));
    let Some((_, content)) = content else {
        panic!("{id} is not said to answer {status} as {essence}: {}", answer.text());
    };
    if !essence.ends_with("json") {
        return;
    }
    let validator = validator((id.to_owned(), status, essence), &content["schema"]);
    let body: Value = serde_json::from_slice(&answer.body).expect("an answer in JSON is JSON");
    let faults: Vec<String> =
        validator.iter_errors(&body).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(faults.is_empty(), "{id} {status} is not as described: {faults:#?} in {}", answer.text());
}

/// The operation of the document at a path; a fixed segment wins over a parameter.
fn operation(method: &str, path: &str) -> Option<&'static Value> {
    let asked: Vec<&str> = path.strip_suffix('/').unwrap_or(path).split('/').collect();
    let paths = DOCUMENT["paths"].as_object()?;
    let fits = |template: &str| {
        let parts: Vec<&str> = template.split('/').collect();
        let fixed = |part: &str| !part.contains('{');
        let all = parts.len() == asked.len()
            && parts
                .iter()
                .zip(&asked)
                .all(|(part, asked)| if fixed(part) { part == asked } else { !asked.is_empty() });
        all.then(|| parts.into_iter().filter(|part| fixed(part)).count())
    };
    let (_, methods) = paths
        .iter()
        .filter_map(|(template, methods)| Some((fits(template)?, methods)))
        .max_by_key(|(n, _)| *n)?;
    methods.get(method.to_ascii_lowercase())
}

fn validator(key: Key, schema: &Value) -> Arc<Validator> {
    let mut known = VALIDATORS.lock().unwrap_or_else(PoisonError::into_inner);
    let made = || {
        let whole =
            json!({ "allOf": [schema], "components": { "schemas": DOCUMENT["components"]["schemas"] } });
        Arc::new(jsonschema::validator_for(&whole).expect("the document's schemas are valid"))
    };
    Arc::clone(known.entry(key).or_insert_with(made))
}
