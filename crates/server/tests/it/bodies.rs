//! Bodies that are too large, that break off, and that a project does not outlive.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::body::{Body, Bytes};
use futures::stream;
use model::{Act, Clock};
use serde_json::json;
use testkit::{Answer, TestApp};

/// A call as the owner whose body is this stream.
async fn stream_to(app: &TestApp, method: &str, path: &str, length: Option<usize>, body: Body) -> Answer {
    let mut request = app.request(method, path, Some(json!({}))).map(|_| body);
    if let Some(length) = length {
        request.headers_mut().insert("content-length", length.into());
    }
    app.send(request).await
}

#[tokio::test]
async fn a_body_that_is_said_to_be_too_large_is_refused_before_it_is_read() {
    let app = TestApp::start().await;
    let read = Arc::new(AtomicBool::new(false));
    let seen = Arc::clone(&read);
    let body = Body::from_stream(stream::once(async move {
        seen.store(true, Ordering::SeqCst);
        Ok::<_, std::io::Error>(Bytes::from_static(b"{}"))
    }));
    let refused = stream_to(&app, "POST", &app.group("/peers"), Some(2 << 20), body).await;
    assert_eq!(refused.refusal(), (413, "REQUEST_TOO_LARGE".into(), None));
    assert!(!read.load(Ordering::SeqCst));
}

#[tokio::test]
async fn a_body_that_turns_out_too_large_is_told_from_one_that_is_malformed() {
    let app = TestApp::start().await;
    let chunks = (0..3).map(|_| Ok::<_, std::io::Error>(Bytes::from(vec![b' '; 1 << 19])));
    let large = Body::from_stream(stream::iter(chunks.collect::<Vec<_>>()));
    let refused = stream_to(&app, "POST", &app.group("/peers"), None, large).await;
    assert_eq!(refused.refusal(), (413, "REQUEST_TOO_LARGE".into(), None));
    let broken = [Ok(Bytes::from_static(b"{")), Err(std::io::Error::other("no chunk size"))];
    let refused =
        stream_to(&app, "POST", &app.group("/peers"), None, Body::from_stream(stream::iter(broken))).await;
    assert_eq!(refused.refusal(), (400, "INVALID_JSON".into(), Some("(body)".into())));
}

#[tokio::test]
async fn a_project_that_goes_during_a_call_is_told_as_one_that_was_gone_before() {
    for (rest, body, code) in [
        ("", r#"{"name": "late"}"#, "RESOURCE_NOT_FOUND"),
        ("/settings", r#"{"isDataExplorerEnabled": false}"#, "RESOURCE_NOT_FOUND"),
        ("/limits/atlas.project.security.networkAccess.entries", r#"{"value": 7}"#, "GROUP_NOT_FOUND"),
    ] {
        let app = TestApp::start().await;
        let (store, project, now) = (app.app.store.clone(), app.project, app.app.world.now());
        // The body is read after the project was found, so what happens meanwhile comes in between.
        let stream = stream::once(async move {
            store.project_delete(project, &Act::of_system(now)).await.expect("nothing holds it");
            Ok::<_, std::io::Error>(Bytes::from_static(body.as_bytes()))
        });
        let path = app.group(rest);
        let late = stream_to(&app, "PATCH", &path, None, Body::from_stream(stream)).await;
        assert_eq!(late.refusal().1, code, "{rest}");
        let gone = app.patch(&path, json!({})).await;
        assert_eq!(late.text(), gone.text());
    }
}
