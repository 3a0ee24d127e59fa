//! The OpenAPI document. That every answer is as it says is checked by `TestApp` itself.

use axum::body::Body;
use http::Request;
use testkit::TestApp;

#[tokio::test]
async fn the_document_is_there_for_anybody_and_always_the_same() {
    let app = TestApp::start().await;
    let request = || Request::get("/api/openapi.json").body(Body::empty()).expect("a request");
    let answer = app.send(request()).await;
    assert_eq!((answer.status, answer.header("content-type")), (200, "application/json"));
    assert_eq!(answer.json()["openapi"], "3.1.0");
    assert!(answer.json()["paths"]["/api/atlas/v1.0/groups/{groupId}/peers/{peerId}"]["delete"].is_object());
    assert_eq!(answer.body, app.send(request()).await.body);
    assert_eq!(answer.text(), server::published::document());
}

#[tokio::test]
async fn a_fault_is_an_error_that_the_operation_is_said_to_have() {
    let app = TestApp::start().await;
    let path = format!("/api/landbridge/v1/groups/{}/world", app.project);
    let fault = |code: &str| serde_json::json!({"faults": [{"on": "deleteGroupPeer", "errorCode": code}]});
    app.patch(&path, fault("PEER_ALREADY_REQUESTED_DELETION")).await.expect(200);
    let refused = app.patch(&path, fault("CONTAINERS_IN_USE")).await;
    assert_eq!(refused.refusal(), (400, "INVALID_ATTRIBUTE".into(), Some("faults[0].errorCode".into())));
}
