//! Our own control API.

use serde_json::json;
use testkit::TestApp;

#[tokio::test]
async fn an_action_that_the_state_does_not_allow_is_told_what_would_be() {
    let app = TestApp::start().await;
    let container = app.aws_container().await;
    let peer = app.aws_peer(&container).await;
    let path = format!("/api/landbridge/v1/groups/{}/peers/{peer}/farSide", app.project);
    app.settle().await;
    let shown = app.get(&path).await.expect(200);
    assert_eq!(shown["status"], "pending-acceptance");
    assert_eq!(shown["allowedActions"], json!(["accept", "reject", "delete", "expire"]));
    let refused = app.post(&path, json!({"action": "create"})).await;
    assert_eq!(refused.refusal(), (409, "FAR_SIDE_ACTION_NOT_ALLOWED".into(), None));
    assert!(refused.text().contains("Allowed now: accept, reject, delete, expire."));
    assert_eq!(app.post(&path, json!({"action": "dance"})).await.refusal().1, "INVALID_ENUM_VALUE");
}

#[tokio::test]
async fn a_week_passes_in_one_call() {
    let app = TestApp::start().await;
    let container = app.aws_container().await;
    let peer = app.aws_peer(&container).await;
    app.settle().await;
    let clock = app.post("/api/landbridge/v1/clock", json!({"advance": "PT168H"})).await.expect(200);
    assert_eq!(clock["offset"], "PT168H");
    app.settle().await;
    let failed = app.get(&app.group(&format!("/peers/{peer}"))).await.expect(200);
    assert_eq!((&failed["statusName"], &failed["errorStateName"]), (&json!("FAILED"), &json!("EXPIRED")));
    for text in ["-PT1H", "soon", "P1Y"] {
        let refusal = app.post("/api/landbridge/v1/clock", json!({ "advance": text })).await.refusal();
        assert_eq!(refusal, (400, "INVALID_DURATION".into(), Some("advance".into())));
    }
    assert_eq!(
        app.post("/api/landbridge/v1/clock", json!({"advance": "P9999D"})).await.refusal().1,
        "CLOCK_TOO_FAR"
    );
}

#[tokio::test]
async fn a_fault_that_was_laid_out_is_met_once() {
    let app = TestApp::start().await;
    let world = format!("/api/landbridge/v1/groups/{}/world", app.project);
    let fault = json!({"errorCode": "UNEXPECTED_ERROR", "on": "deleteGroupPeer", "times": 1});
    let shown = app.patch(&world, json!({"faults": [fault], "latency": "lifelike"})).await.expect(200);
    assert_eq!(shown, json!({"acceptance": "manual", "faults": [fault], "latency": "lifelike"}));
    let container = app.aws_container().await;
    let peer = app.aws_peer(&container).await;
    let path = app.group(&format!("/peers/{peer}"));
    let crashed = app.delete(&path).await;
    assert_eq!(
        crashed.text(),
        r#"{"detail":"Unexpected error.","error":500,"errorCode":"UNEXPECTED_ERROR","parameters":[],"reason":"Internal Server Error"}"#
    );
    assert_eq!(app.get(&path).await.expect(200)["statusName"], "INITIATING");
    app.delete(&path).await.expect(202);
    assert_eq!(app.get(&world).await.expect(200)["faults"], json!([]));
    let refusal = app.patch(&world, json!({"faults": [{"on": "noSuch"}]})).await.refusal();
    assert_eq!(refusal, (400, "INVALID_ATTRIBUTE".into(), Some("faults[0].on".into())));
}

#[tokio::test]
async fn a_far_side_that_answers_by_itself_needs_nobody() {
    let app = TestApp::start().await;
    let container = app.aws_container().await;
    let peer = app.aws_peer(&container).await;
    app.settle().await;
    let world = format!("/api/landbridge/v1/groups/{}/world", app.project);
    app.patch(&world, json!({"acceptance": "automatic"})).await.expect(200);
    app.settle().await;
    assert_eq!(app.get(&app.group(&format!("/peers/{peer}"))).await.expect(200)["statusName"], "AVAILABLE");
}

#[tokio::test]
async fn before_there_is_a_connection_the_far_side_says_what_to_wait_for() {
    let app = TestApp::start().await;
    let container = app.aws_container().await;
    let peer = app.aws_peer(&container).await;
    let path = format!("/api/landbridge/v1/groups/{}/peers/{peer}/farSide", app.project);
    let shown = app.get(&path).await.expect(200);
    assert_eq!((&shown["status"], &shown["waitFor"]), (&json!("absent"), &json!("PENDING_ACCEPTANCE")));
    assert_eq!(shown["allowedActions"], json!([]));
    let refused = app.post(&path, json!({"action": "accept"})).await;
    assert_eq!(refused.refusal(), (409, "FAR_SIDE_NOT_THERE_YET".into(), None));
    assert!(refused.text().contains("Wait until the peer shows PENDING_ACCEPTANCE."), "{}", refused.text());
    app.settle().await;
    app.post(&path, json!({"action": "accept"})).await.expect(200);
    assert!(app.get(&path).await.expect(200).get("waitFor").is_none());

    // One that is on its way down before it ever had a connection waits for nothing.
    let body = json!({"providerName": "AWS", "containerId": container, "awsAccountId": "123456789012",
        "vpcId": "vpc-0123456789abcdef1", "routeTableCidrBlock": "10.1.0.0/16"});
    let peer = app.post(&app.group("/peers"), body).await.expect(201)["id"].clone();
    let peer = peer.as_str().expect("an id");
    app.delete(&app.group(&format!("/peers/{peer}"))).await.expect(202);
    let path = format!("/api/landbridge/v1/groups/{}/peers/{peer}/farSide", app.project);
    let shown = app.get(&path).await.expect(200);
    assert_eq!((&shown["status"], shown.get("waitFor")), (&json!("deleted"), None));
    let refused = app.post(&path, json!({"action": "accept"})).await;
    assert_eq!(refused.refusal().1, "FAR_SIDE_ACTION_NOT_ALLOWED");
}
