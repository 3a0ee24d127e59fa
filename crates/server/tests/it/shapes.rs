//! Shapes: of each recorded family, a golden file of ours says status, header names, media type
//! and, of the body, keys in order, types, and null or absent. The server is held against it in
//! every run; the file itself is held against the recordings where their folder is at hand
//! (`../shared/recorded` beside the checkout).

use std::path::{Path, PathBuf};

use axum::body::Body;
use http::Request;
use serde_json::{Map, Value, json};
use testkit::{Answer, TestApp};

/// Headers that the transport adds, not the service.
const TRANSPORT: [&str; 5] = ["connection", "content-length", "date", "vary", "x-xgen-up-proto"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The shape of a value: objects keep their keys in order, lists have the shapes of their items,
/// each once.
fn shape(value: &Value) -> Value {
    match value {
        Value::Null => "null".into(),
        Value::Bool(_) => "flag".into(),
        Value::Number(_) => "number".into(),
        Value::String(_) => "text".into(),
        Value::Array(items) => {
            let mut shapes: Vec<Value> = Vec::new();
            for item in items.iter().map(shape) {
                if !shapes.iter().any(|known| same(known, &item)) {
                    shapes.push(item);
                }
            }
            shapes.into()
        }
        Value::Object(map) => {
            map.iter().map(|(key, value)| (key.clone(), shape(value))).collect::<Map<_, _>>().into()
        }
    }
}

/// Equality that minds the order of keys; that of maps does not.
fn same(one: &Value, other: &Value) -> bool {
    let text = |value: &Value| serde_json::to_string(value).expect("plain data");
    text(one) == text(other)
}

fn body_shape(media_type: &str, body: &str) -> Value {
    match serde_json::from_str(body) {
        Ok(value) if media_type.contains("json") => shape(&value),
        _ if body.is_empty() => "nothing".into(),
        _ => "plain".into(),
    }
}

fn described(status: u16, headers: impl Iterator<Item = (String, String)>, body: &str) -> Value {
    let headers: Vec<(String, String)> = headers
        .map(|(name, value)| (name.to_lowercase(), value))
        .filter(|(name, _)| !TRANSPORT.contains(&name.as_str()))
        .collect();
    let media_type = headers
        .iter()
        .find(|(name, _)| name == "content-type")
        .map(|(_, value)| value.clone())
        .unwrap_or_default();
    let mut names: Vec<&str> = headers.iter().map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    json!({ "status": status, "headers": names, "mediaType": media_type, "body": body_shape(&media_type, body) })
}

fn described_answer(answer: &Answer) -> Value {
    let headers = answer
        .headers
        .iter()
        .map(|(name, value)| (name.to_string(), value.to_str().unwrap_or_default().to_owned()));
    described(answer.status, headers, answer.text())
}

/// A family's exchanges with a server of ours, by name.
async fn exchanges(family: &str) -> Vec<(&'static str, Answer)> {
    let app = TestApp::start().await;
    let bare = |path: &str| Request::builder().uri(path).body(Body::empty()).expect("a request");
    let mut done = Vec::new();
    match family {
        "accessList" => {
            let path = app.group("/accessList");
            done.push(("challenge", app.send(bare(&path)).await));
            let entry = json!([{"ipAddress": "192.168.0.243", "comment": "test"}]);
            done.push(("create", app.post(&format!("{path}?includeCount=true"), entry).await));
            done.push(("list", app.get(&path).await));
            done.push(("describe", app.get(&format!("{path}/192.168.0.243")).await));
            done.push(("delete", app.delete(&format!("{path}/192.168.0.243")).await));
            let soon = json!([{"ipAddress": "192.168.0.243", "comment": "test", "deleteAfterDate": "2026-09-22T00:00:00Z"}]);
            done.push(("create with a date", app.post(&path, soon).await));
        }
        "groups" => {
            let new = json!({"name": "one", "orgId": app.org.to_string()});
            done.push(("challenge", app.send(bare("/api/atlas/v2/groups")).await));
            let made = app.post("/api/atlas/v2/groups", new).await;
            let path = format!("/api/atlas/v2/groups/{}", made.expect(201)["id"].as_str().expect("an id"));
            done.push(("create", made));
            let tags = json!([{"key": "env", "value": "e2e"}]);
            let tagged = json!({"name": "two", "orgId": app.org.to_string(), "tags": tags});
            done.push(("create with tags", app.post("/api/atlas/v2/groups", tagged).await));
            done.push(("describe", app.get(&path).await));
            done.push(("update with tags", app.patch(&path, json!({"tags": tags})).await));
            done.push(("reset tags", app.patch(&path, json!({"tags": []})).await));
            done.push(("list", app.get("/api/atlas/v2/groups").await));
            done.push(("delete", app.delete(&path).await));
        }
        "orgs" => {
            done.push(("list", app.get("/api/atlas/v2/orgs?includeCount=true&name=").await));
            done.push(("describe", app.get(&format!("/api/atlas/v2/orgs/{}", app.org)).await));
        }
        "private" => {
            done.push(("challenge", app.send(bare("/api/private/ipinfo")).await));
            done.push(("ipinfo", app.get("/api/private/ipinfo").await));
            done.push((
                "major version",
                app.send(bare("/api/private/unauth/nds/defaultMongoDBMajorVersion")).await,
            ));
        }
        "settings" => {
            done.push(("describe", app.get(&app.group("/settings")).await));
            let change = json!({"isCollectDatabaseSpecificsStatisticsEnabled": false});
            done.push(("update", app.patch(&app.group("/settings"), change).await));
        }
        other => panic!("no such family: {other}"),
    }
    done
}

const FAMILIES: [&str; 5] = ["accessList", "groups", "orgs", "private", "settings"];

fn golden(family: &str) -> Map<String, Value> {
    let path = root().join("conformance/shapes").join(format!("{family}.json"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[tokio::test]
async fn the_server_has_the_golden_shapes() {
    for family in FAMILIES {
        let done: Map<String, Value> = exchanges(family)
            .await
            .iter()
            .map(|(name, answer)| ((*name).to_owned(), described_answer(answer)))
            .collect();
        let text = serde_json::to_string_pretty(&done).expect("plain data");
        // INSTA_UPDATE=always rewrites goldens of this kind, too.
        if std::env::vars().any(|(name, value)| name == "INSTA_UPDATE" && value == "always") {
            let path = root().join("conformance/shapes").join(format!("{family}.json"));
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
            std::fs::write(path, format!("{text}\n")).expect("written");
        }
        let expected = serde_json::to_string_pretty(&golden(family)).expect("plain data");
        assert_eq!(text, expected, "{family}");
    }
}

/// What is recorded of an exchange that a golden shape has to have. The listed headers that differ
/// from recording to recording of the same exchange are the transport's.
fn is_of(golden: &Value, recorded: &Value) -> bool {
    golden["status"] == recorded["status"]
        && golden["mediaType"] == recorded["mediaType"]
        && same(&golden["body"], &recorded["body"])
        && golden["headers"] == recorded["headers"]
}

#[test]
fn the_golden_shapes_are_the_recorded_ones() {
    let folder = root().join("../shared/recorded");
    if !folder.is_dir() {
        // A fresh clone elsewhere has no recordings; the goldens stand for them there.
        return;
    }
    let mut n_held = 0;
    for family in FAMILIES {
        let text = std::fs::read_to_string(folder.join(format!("{family}.json"))).expect("a recorded family");
        let recorded: Vec<Value> = serde_json::from_str(&text).expect("recorded JSON");
        let golden = golden(family);
        for exchange in recorded {
            let headers = exchange["headers"]
                .as_object()
                .expect("headers")
                .iter()
                .map(|(name, values)| (name.clone(), values[0].as_str().unwrap_or_default().to_owned()));
            let status =
                exchange["status"].as_u64().and_then(|status| u16::try_from(status).ok()).expect("a status");
            let described = described(status, headers, exchange["body"].as_str().unwrap_or_default());
            assert!(
                golden.values().any(|golden| is_of(golden, &described)),
                "{family}: no golden shape for {} {}:\n{described:#}",
                exchange["method"],
                exchange["path"],
            );
            n_held += 1;
        }
    }
    assert!(n_held >= 30, "{n_held}");
}
