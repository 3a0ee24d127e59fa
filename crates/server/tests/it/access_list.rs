//! The project's IP access list.

use serde_json::{Value, json};
use testkit::TestApp;

#[tokio::test]
async fn an_entry_leaves_out_what_it_has_not_and_links_with_an_escaped_slash() {
    let app = TestApp::start().await;
    let path = app.group("/accessList");
    app.post(&path, json!([{"cidrBlock": "203.0.113.0/24"}, {"ipAddress": "192.168.0.3"}])).await.expect(201);
    let entry = app.get(&app.group("/accessList/203.0.113.0%2F24")).await;
    let group = app.project;
    assert_eq!(
        entry.text(),
        format!(
            r#"{{"cidrBlock":"203.0.113.0/24","groupId":"{group}","links":[{{"href":"http://localhost:8080/api/atlas/v2/groups/{group}/accessList/203.0.113.0%2F24","rel":"self"}}]}}"#
        )
    );
    let links = app.get(&app.group("/accessList/192.168.0.3")).await.expect(200)["links"][0]["href"].clone();
    assert!(links.as_str().is_some_and(|href| href.ends_with("/accessList/192.168.0.3%2F32")));
}

#[tokio::test]
async fn each_wrong_entry_has_its_own_refusal_and_nothing_of_its_batch_is_added() {
    let app = TestApp::start().await;
    let path = app.group("/accessList");
    let cases: &[(Value, &str)] = &[
        (json!({"ipAddress": "300.1.1.1"}), "INVALID_IP_ADDRESS_OR_CIDR_NOTATION"),
        (json!({"ipAddress": "fd00::1"}), "IPV6_UNSUPPORTED"),
        (
            json!({"ipAddress": "203.0.113.1", "cidrBlock": "203.0.114.0/24"}),
            "MULTIPLE_VALUES_SPECIFIED_FOR_ONE_NETWORK_PERMISSION_ENTRY",
        ),
        (json!({"comment": "nothing"}), "MISSING_ONE_OF_THREE_ATTRIBUTES"),
        (
            json!({"ipAddress": "203.0.113.1", "comment": "x".repeat(81)}),
            "INVALID_NETWORK_PERMISSION_COMMENT",
        ),
        (json!({"ipAddress": "203.0.113.1", "deleteAfterDate": "tomorrow"}), "INVALID_DATE_FORMAT"),
        (
            json!({"ipAddress": "203.0.113.1", "deleteAfterDate": "2001-01-01T00:00:00Z"}),
            "EXPIRATION_DATE_IN_PAST",
        ),
        (
            json!({"ipAddress": "203.0.113.1", "deleteAfterDate": "2099-01-01T00:00:00Z"}),
            "EXPIRATION_DATE_EXCEEDS_MAX",
        ),
        (
            json!({"ipAddress": "203.0.113.1", "deleteAfterDate": "9999-12-31T23:59:59Z"}),
            "EXPIRATION_DATE_EXCEEDS_MAX",
        ),
        (
            json!({"awsSecurityGroup": "sg-1", "deleteAfterDate": "2026-09-22T00:00:00Z"}),
            "NETWORK_PERMISSION_EXPIRATION_NOT_SUPPORTED",
        ),
        (json!({"awsSecurityGroup": "sg-1"}), "CANNOT_USE_AWS_SECURITY_GROUP_WITHOUT_VPC_PEERING_CONNECTION"),
        (json!({"ipAddress": "198.51.100.1"}), "DUPLICATE_ADDRESSES_IN_INPUT"),
        (json!(1), "INVALID_JSON"),
    ];
    for (entry, code) in cases {
        let body = json!([{"ipAddress": "198.51.100.1"}, entry]);
        assert_eq!(app.post(&path, body).await.refusal().1, *code, "{entry}");
    }
    assert_eq!(app.get(&path).await.expect(200)["totalCount"], 0);
    let many: Vec<Value> =
        (0..201).map(|n| json!({"ipAddress": format!("203.0.113.{}", n), "comment": "n"})).collect();
    let refusal = app.post(&path, Value::from(many)).await.refusal();
    assert_eq!(refusal.1, "ATLAS_NETWORK_PERMISSIONS_LIMIT_EXCEEDED");
    assert_eq!(app.get(&path).await.expect(200)["totalCount"], 0);
}

#[tokio::test]
async fn a_temporary_entry_vanishes_by_the_worlds_clock() {
    let app = TestApp::start().await;
    let now =
        app.get("/api/landbridge/v1/clock").await.expect(200)["now"].as_str().expect("a date").to_owned();
    let day = now.get(..8).map(|month| format!("{month}25T00:00:00Z")).expect("a date");
    let path = app.group("/accessList");
    let body = json!([{"ipAddress": "203.0.113.9", "deleteAfterDate": day}]);
    app.post(&path, body).await.expect(201);
    app.get(&app.group("/accessList/203.0.113.9")).await.expect(200);
    app.post("/api/landbridge/v1/clock", json!({"advance": "P7D"})).await.expect(200);
    assert_eq!(
        app.get(&app.group("/accessList/203.0.113.9")).await.refusal().1,
        "ATLAS_NETWORK_PERMISSION_ENTRY_NOT_FOUND"
    );
}

#[tokio::test]
async fn an_entry_of_a_keys_list_links_with_the_bare_address() {
    let app = TestApp::start().await;
    let keys = format!("/api/atlas/v2/orgs/{}/apiKeys", app.org);
    let key = app.post(&keys, json!({"desc": "k", "roles": ["ORG_READ_ONLY"]})).await.expect(200);
    let list = format!("{keys}/{}/accessList", key["id"].as_str().expect("an id"));
    let page = app.post(&list, json!([{"ipAddress": "192.168.0.229"}])).await.expect(200);
    let href = page["results"][0]["links"][0]["href"].as_str().expect("a link");
    assert!(href.ends_with("/accessList/192.168.0.229"), "{href}");
}
