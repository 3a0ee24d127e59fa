//! Network peering connections.

use serde_json::{Value, json};
use testkit::{TestApp, aws_peer};

async fn azure_peer(app: &TestApp) -> String {
    let body = json!({"atlasCidrBlock": "192.168.208.0/21", "providerName": "AZURE", "region": "US_EAST_2"});
    let container = app.post(&app.group("/containers"), body).await.expect(201)["id"].clone();
    let uuid = "01234567-89ab-cdef-0123-456789abcdef";
    let body = json!({
        "azureDirectoryId": uuid, "azureSubscriptionId": uuid, "containerId": container,
        "providerName": "AZURE", "resourceGroupName": "rg", "vnetName": "vnet1"
    });
    app.post(&app.group("/peers"), body).await.expect(201)["id"].as_str().expect("an id").to_owned()
}

async fn far_side(app: &TestApp, peer: &str, action: &str) -> Value {
    let path = format!("/api/landbridge/v1/groups/{}/peers/{peer}/farSide", app.project);
    let shown = app.post(&path, json!({ "action": action })).await.expect(200);
    app.settle().await;
    shown
}

#[tokio::test]
async fn a_peering_is_asked_for_accepted_and_taken_down() {
    let app = TestApp::start().await;
    let container = app.aws_container().await;
    let peer = app.aws_peer(&container).await;
    let path = app.group(&format!("/peers/{peer}"));
    assert_eq!(app.get(&path).await.expect(200)["statusName"], "INITIATING");
    app.settle().await;
    let pending = app.get(&path).await.expect(200);
    assert_eq!(pending["statusName"], "PENDING_ACCEPTANCE");
    assert!(pending["connectionId"].as_str().is_some_and(|id| id.starts_with("pcx-")));
    far_side(&app, &peer, "accept").await;
    assert_eq!(app.get(&path).await.expect(200)["statusName"], "AVAILABLE");
    let v1 = format!("/api/atlas/v1.0/groups/{}/peers/{peer}", app.project);
    let answer = app.delete(&v1).await;
    assert_eq!((answer.status, answer.text()), (202, "{}"));
    assert_eq!(app.get(&path).await.expect(200)["statusName"], "TERMINATING");
    assert_eq!(app.delete(&v1).await.refusal().1, "PEER_ALREADY_REQUESTED_DELETION");
    app.settle().await;
    assert_eq!(app.get(&path).await.refusal(), (404, "PEER_NOT_FOUND".into(), None));
    assert_eq!(app.delete(&v1).await.refusal().1, "PEER_NOT_FOUND");
}

#[tokio::test]
async fn what_a_peering_has_not_is_null_and_its_own_region_too() {
    let app = TestApp::start().await;
    let container = app.aws_container().await;
    let answer = app.post(&app.group("/peers"), aws_peer(&container)).await;
    let id = answer.expect(201)["id"].as_str().expect("an id").to_owned();
    assert_eq!(
        answer.text(),
        format!(
            r#"{{"accepterRegionName":null,"awsAccountId":"123456789012","connectionId":null,"containerId":"{container}","errorStateName":null,"id":"{id}","providerName":"AWS","routeTableCidrBlock":"10.0.0.0/16","statusName":"INITIATING","vpcId":"vpc-0123456789abcdef0"}}"#
        )
    );
    let mut elsewhere = aws_peer(&container);
    elsewhere["accepterRegionName"] = json!("eu-west-1");
    elsewhere["vpcId"] = json!("vpc-7b64b41e");
    elsewhere["routeTableCidrBlock"] = json!("10.1.0.0/16");
    let shown = app.post(&app.group("/peers"), elsewhere).await.expect(201);
    assert_eq!(shown["accepterRegionName"], "eu-west-1");
}

#[tokio::test]
async fn a_vpc_id_of_eight_digits_is_taken_and_any_other_text_is_not() {
    let app = TestApp::start().await;
    let container = app.aws_container().await;
    let mut body = aws_peer(&container);
    body["vpcId"] = json!("vpc-7b64b41e");
    app.post(&app.group("/peers"), body.clone()).await.expect(201);
    body["vpcId"] = json!("vnet-7b64b41e");
    let refusal = app.post(&app.group("/peers"), body).await.refusal();
    assert_eq!(refusal, (400, "INVALID_ATTRIBUTE".into(), Some("vpcId".into())));
}

#[tokio::test]
async fn azures_directory_is_refused_in_a_change_even_unchanged() {
    let app = TestApp::start().await;
    let peer = azure_peer(&app).await;
    app.settle().await;
    let body = json!({"azureDirectoryId": "01234567-89ab-cdef-0123-456789abcdef", "providerName": "AZURE"});
    let refusal = app.patch(&app.group(&format!("/peers/{peer}")), body).await.refusal();
    assert_eq!(refusal, (400, "INVALID_ATTRIBUTE".into(), Some("azureDirectoryId".into())));
}

#[tokio::test]
async fn an_azure_peering_takes_its_own_values_and_no_others() {
    let app = TestApp::start().await;
    let peer = azure_peer(&app).await;
    app.settle().await;
    let path = app.group(&format!("/peers/{peer}"));
    let same = json!({"providerName": "AZURE", "vnetName": "vnet1"});
    assert_eq!(app.patch(&path, same).await.expect(200)["status"], "AVAILABLE");
    let other = json!({"providerName": "AZURE", "vnetName": "vnet2"});
    let refusal = app.patch(&path, other).await.refusal();
    assert_eq!(refusal, (400, "INVALID_ATTRIBUTE".into(), Some("vnetName".into())));
    let unnamed = json!({"vpcId": "vpc-0123456789abcdef0"});
    assert_eq!(app.patch(&path, unnamed).await.refusal().1, "PEER_NOT_FOUND");
}

#[tokio::test]
async fn each_wrong_wish_has_its_own_refusal_and_leaves_nothing() {
    let app = TestApp::start().await;
    let container = app.aws_container().await;
    let right = aws_peer(&container);
    let cases: &[(&str, Value, u16, &str, Option<&str>)] = &[
        ("routeTableCidrBlock", json!("192.168.208.0/24"), 409, "OVERLAPPING_ATLAS_CIDR_BLOCK", None),
        (
            "routeTableCidrBlock",
            json!("8.8.0.0/16"),
            400,
            "INVALID_ROUTE_TABLE_CIDR",
            Some("routeTableCidrBlock"),
        ),
        ("routeTableCidrBlock", json!("10.0.0.1/16"), 400, "INVALID_CIDR_BLOCK", Some("routeTableCidrBlock")),
        ("routeTableCidrBlock", json!("10.0.0.0"), 400, "INVALID_CIDR_BLOCK", Some("routeTableCidrBlock")),
        ("routeTableCidrBlock", json!(7), 400, "INVALID_JSON_ATTRIBUTE", Some("routeTableCidrBlock")),
        ("awsAccountId", Value::Null, 400, "MISSING_ATTRIBUTE", Some("awsAccountId")),
        ("awsAccountId", json!("12345"), 400, "INVALID_ATTRIBUTE", Some("awsAccountId")),
        ("accepterRegionName", json!("mars-1"), 400, "INVALID_REGION", Some("accepterRegionName")),
        ("providerName", json!("Azure"), 400, "INVALID_PROVIDER", Some("providerName")),
        ("statusName", json!("AVAILABLE"), 400, "ATTRIBUTE_READ_ONLY", Some("statusName")),
        ("vnetName", json!("x"), 400, "INVALID_ATTRIBUTE", Some("vnetName")),
        ("containerId", json!("000000000000000000000000"), 404, "CLOUD_PROVIDER_CONTAINER_NOT_FOUND", None),
    ];
    for (field, value, status, code, blamed) in cases {
        let mut body = right.clone();
        body[*field] = value.clone();
        let refusal = app.post(&app.group("/peers"), body).await.refusal();
        assert_eq!(refusal, (*status, (*code).to_owned(), blamed.map(str::to_owned)), "{field} {value}");
    }
    assert_eq!(app.get(&app.group("/peers")).await.expect(200)["totalCount"], 0);
    app.post(&app.group("/peers"), right.clone()).await.expect(201);
    assert_eq!(app.post(&app.group("/peers"), right).await.refusal().1, "PEER_ALREADY_EXISTS");
}

#[tokio::test]
async fn another_vpc_starts_the_peering_anew() {
    let app = TestApp::start().await;
    let container = app.aws_container().await;
    let peer = app.aws_peer(&container).await;
    app.settle().await;
    let path = app.group(&format!("/peers/{peer}"));
    let before = app.get(&path).await.expect(200)["connectionId"].clone();
    let body =
        json!({"awsAccountId": "210987654321", "containerId": container, "vpcId": "vpc-0fffffffffffffff0"});
    assert_eq!(app.patch(&path, body).await.expect(200)["statusName"], "INITIATING");
    app.settle().await;
    let after = app.get(&path).await.expect(200);
    assert_eq!(after["statusName"], "PENDING_ACCEPTANCE");
    assert_ne!(after["connectionId"], before);
}

#[tokio::test]
async fn a_rejected_request_fails_for_that_reason_and_can_be_removed() {
    let app = TestApp::start().await;
    let container = app.aws_container().await;
    let peer = app.aws_peer(&container).await;
    app.settle().await;
    far_side(&app, &peer, "reject").await;
    let path = app.group(&format!("/peers/{peer}"));
    let failed = app.get(&path).await.expect(200);
    assert_eq!((&failed["statusName"], &failed["errorStateName"]), (&json!("FAILED"), &json!("REJECTED")));
    app.delete(&path).await.expect(202);
    assert_eq!(app.get(&path).await.expect(200)["statusName"], "TERMINATING");
    app.settle().await;
    assert_eq!(app.get(&path).await.status, 404);
}

#[tokio::test]
async fn each_wrong_block_is_told_in_the_words_for_its_field() {
    let app = TestApp::start().await;
    let container = app.aws_container().await;
    for (block, code) in [
        ("10.0.0.1/16", "INVALID_CIDR_BLOCK"),
        ("10.0.0.0/016", "INVALID_CIDR_BLOCK"),
        ("10.0.0.0", "INVALID_CIDR_BLOCK"),
        ("0.0.0.0/0", "INVALID_ROUTE_TABLE_CIDR"),
        ("192.168.208.0/24", "OVERLAPPING_ATLAS_CIDR_BLOCK"),
    ] {
        let mut body = testkit::aws_peer(&container);
        body["routeTableCidrBlock"] = block.into();
        let refused = app.post(&app.group("/peers"), body).await;
        assert_eq!(refused.refusal().1, code, "{block}");
        assert!(!refused.json()["detail"].as_str().expect("words").contains("Atlas CIDR 10"), "{block}");
    }
    for (block, code) in [
        ("10.8.0.1/21", "ATLAS_NON_CANONICAL_CIDR_BLOCK"),
        ("10.8.0.0/021", "INVALID_CIDR_BLOCK"),
        ("0.0.0.0/0", "ATLAS_INVALID_CIDR_RANGE"),
    ] {
        let body = json!({"providerName": "AWS", "regionName": "EU_WEST_1", "atlasCidrBlock": block});
        let refused = app.post(&app.group("/containers"), body).await;
        assert_eq!(refused.refusal().1, code, "{block}");
    }
}
