//! Network peering containers.

use std::time::Duration;

use model::world::Latency;
use serde_json::json;
use testkit::TestApp;

#[tokio::test]
async fn an_empty_block_is_none_and_one_is_assigned() {
    let app = TestApp::start().await;
    let body = json!({"atlasCidrBlock": "", "providerName": "AWS", "regionName": "US_EAST_1"});
    assert_eq!(
        app.post(&app.group("/containers"), body).await.expect(201)["atlasCidrBlock"],
        "192.168.248.0/21"
    );
    let body = json!({"atlasCidrBlock": "", "providerName": "GCP"});
    let refusal = app.post(&app.group("/containers"), body).await.refusal();
    assert_eq!(refusal, (400, "MISSING_ATTRIBUTE".into(), Some("atlasCidrBlock".into())));
}

#[tokio::test]
async fn a_container_can_be_deleted_at_once_only_where_nothing_waits() {
    let app = TestApp::start().await;
    let container = app.aws_container().await;
    assert_eq!(app.delete(&app.group(&format!("/containers/{container}"))).await.status, 204);
    let app = TestApp::with(Latency::Swift).await;
    let container = app.aws_container().await;
    let path = app.group(&format!("/containers/{container}"));
    assert_eq!(app.delete(&path).await.refusal().1, "CANNOT_DELETE_RECENTLY_CREATED_CONTAINER");
    app.clock.advance(Duration::from_secs(1));
    assert_eq!(app.delete(&path).await.status, 204);
}

#[tokio::test]
async fn a_container_shows_its_network_only_while_it_stands() {
    let app = TestApp::start().await;
    let container = app.aws_container().await;
    let path = app.group(&format!("/containers/{container}"));
    assert_eq!(
        app.get(&path).await.text(),
        format!(
            r#"{{"atlasCidrBlock":"192.168.208.0/21","id":"{container}","providerName":"AWS","provisioned":false,"regionName":"US_EAST_1","vpcId":null}}"#
        )
    );
    let peer = app.aws_peer(&container).await;
    app.settle().await;
    let shown = app.get(&path).await.expect(200);
    assert_eq!(shown["provisioned"], true);
    assert!(shown["vpcId"].as_str().is_some_and(|id| id.len() == 21));
    assert_eq!(app.delete(&path).await.refusal().1, "CONTAINERS_IN_USE");
    app.delete(&app.group(&format!("/peers/{peer}"))).await.expect(202);
    app.settle().await;
    assert_eq!(app.get(&path).await.expect(200)["vpcId"], json!(null));
    assert_eq!(app.delete(&path).await.status, 204);
    assert_eq!(app.get(&path).await.refusal().1, "CLOUD_PROVIDER_CONTAINER_NOT_FOUND");
}

#[tokio::test]
async fn each_wrong_container_has_its_own_refusal() {
    let app = TestApp::start().await;
    let cases = [
        (
            json!({"providerName": "AWS", "regionName": "US_EAST_1", "atlasCidrBlock": "10.0.0.0/16"}),
            "ATLAS_INVALID_CIDR_BLOCK",
        ),
        (
            json!({"providerName": "AWS", "regionName": "US_EAST_1", "atlasCidrBlock": "8.0.0.0/21"}),
            "ATLAS_INVALID_CIDR_RANGE",
        ),
        (
            json!({"providerName": "AWS", "regionName": "US_EAST_1", "atlasCidrBlock": "10.0.0.1/21"}),
            "ATLAS_NON_CANONICAL_CIDR_BLOCK",
        ),
        (
            json!({"providerName": "AWS", "regionName": "US_EAST_1", "atlasCidrBlock": "10/8"}),
            "INVALID_CIDR_BLOCK",
        ),
        (
            json!({"providerName": "AWS", "regionName": "mars", "atlasCidrBlock": "10.0.0.0/21"}),
            "INVALID_REGION",
        ),
        (json!({"providerName": "AWS", "atlasCidrBlock": "10.0.0.0/21"}), "MISSING_ATTRIBUTE"),
        (json!({"providerName": "bogus", "regionName": "US_EAST_1"}), "INVALID_PROVIDER"),
        (
            json!({"providerName": "GCP", "atlasCidrBlock": "10.0.0.0/18", "regions": ["US_EAST_4"]}),
            "ATLAS_INVALID_CIDR_BLOCK_FOR_SMALL_CONTAINER",
        ),
    ];
    for (body, code) in cases {
        assert_eq!(app.post(&app.group("/containers"), body.clone()).await.refusal().1, code, "{body}");
    }
    app.aws_container().await;
    let again = json!({"providerName": "AWS", "regionName": "US_EAST_1", "atlasCidrBlock": "10.0.0.0/21"});
    assert_eq!(app.post(&app.group("/containers"), again).await.refusal().1, "CONTAINER_ALREADY_EXISTS");
}

#[tokio::test]
async fn when_all_blocks_are_assigned_there_is_no_capacity() {
    let app = TestApp::start().await;
    let mut answers = Vec::new();
    for region in model::Provider::Aws.regions() {
        let body = json!({"providerName": "AWS", "regionName": region});
        answers.push(app.post(&app.group("/containers"), body).await);
    }
    let made = answers.iter().filter(|answer| answer.status == 201).count();
    assert_eq!(made, 32);
    assert_eq!(answers[32].refusal().1, "NO_CAPACITY");
}
