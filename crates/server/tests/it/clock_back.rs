//! The machine's clock steps back, and callers don't notice.

use std::time::Duration;

use serde_json::json;
use testkit::TestApp;

const STEP: Duration = Duration::from_secs(600);

#[tokio::test]
async fn a_clock_that_steps_back_loses_nothing_and_locks_nobody_out() {
    let app = TestApp::start().await;
    let container = app.aws_container().await;
    let before = app.aws_peer(&container).await;
    app.settle().await;
    app.clock.step_back(STEP);

    // Tokens from the time to come are still ours, and new ones serve as well.
    let list = app.get(&app.group("/peers")).await.expect(200);
    assert_eq!(list["results"][0]["id"], before);
    assert_eq!(list["results"][0]["statusName"], "PENDING_ACCEPTANCE");
    let roles = model::Roles::one(model::Role::OrgOwner);
    let fresh = app.token_with(roles).await;
    let answer = app.send(app.request_as(&fresh, "GET", &app.group("/peers"), None)).await;
    answer.expect(200);

    // What is asked for now is done now, though the last thing was done later.
    let entry = json!([{"ipAddress": "192.0.2.1"}]);
    app.post(&app.group("/accessList"), entry).await.expect(201);
    app.delete(&app.group(&format!("/peers/{before}"))).await.expect(202);
    app.settle().await;
    app.get(&app.group(&format!("/peers/{before}"))).await.expect(404);
    let after = app.aws_peer(&container).await;
    app.settle().await;
    let peer = app.get(&app.group(&format!("/peers/{after}"))).await.expect(200);
    assert_ne!(peer["statusName"], "INITIATING", "{peer}");

    // And when it is as late again as it was, everything is as it was answered.
    app.clock.advance(2 * STEP);
    app.settle().await;
    let list = app.get(&app.group("/peers")).await.expect(200);
    assert_eq!((list["totalCount"].as_u64(), &list["results"][0]["id"]), (Some(1), &json!(after)));
    assert_eq!(app.get(&app.group("/accessList")).await.expect(200)["totalCount"], 1);
}
