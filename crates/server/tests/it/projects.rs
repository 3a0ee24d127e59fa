//! Projects, and what clients read of them.

use std::time::Duration;

use model::{Role, Roles};
use serde_json::{Value, json};
use testkit::TestApp;

async fn create(app: &TestApp, more: Value) -> testkit::Answer {
    let mut body = json!({"name": "one", "orgId": app.org.to_string()});
    for (key, value) in more.as_object().expect("an object") {
        body[key] = value.clone();
    }
    app.post("/api/atlas/v2/groups?projectOwnerId=", body).await
}

#[tokio::test]
async fn a_new_project_shows_tags_only_if_it_was_given_some() {
    let app = TestApp::start().await;
    let made = create(&app, json!({})).await.expect(201);
    assert!(made.get("tags").is_none());
    let path = format!("/api/atlas/v2/groups/{}", made["id"].as_str().expect("an id"));
    assert_eq!(app.get(&path).await.expect(200)["tags"], json!([]));
    let tags = json!([{"key": "env", "value": "e2e"}]);
    assert_eq!(create(&app, json!({"name": "two", "tags": tags})).await.expect(201)["tags"], tags);
}

#[tokio::test]
async fn new_projects_and_settings_come_with_a_location_of_no_use() {
    let app = TestApp::start().await;
    let useless = "http://localhost:8080//api/atlas/v1.0";
    assert_eq!(create(&app, json!({})).await.header("location"), useless);
    assert_eq!(app.get(&app.group("/settings")).await.header("location"), useless);
    assert_eq!(app.get(&app.group("")).await.header("location"), "");
}

#[tokio::test]
async fn a_project_links_to_what_hangs_on_it_by_the_services_own_names() {
    let app = TestApp::start().await;
    let links = app.get(&app.group("")).await.expect(200)["links"].clone();
    let rels: Vec<&str> =
        links.as_array().expect("links").iter().filter_map(|link| link["rel"].as_str()).collect();
    assert_eq!(
        rels,
        ["self"]
            .into_iter()
            .chain(["containers", "clusters", "databaseUsers", "peers", "processes", "whitelist"])
            .map(|part| if part == "self" {
                part.to_owned()
            } else {
                format!("https://cloud.mongodb.com/{part}")
            })
            .collect::<Vec<_>>()
    );
}

#[tokio::test]
async fn a_deletion_can_be_asked_for_twice_for_a_moment_by_the_same_caller() {
    let app = TestApp::start().await;
    let made = create(&app, json!({})).await.expect(201);
    let path = format!("/api/atlas/v2/groups/{}", made["id"].as_str().expect("an id"));
    let other = app.token_with(Roles::one(Role::OrgOwner)).await;
    assert_eq!(app.delete(&path).await.expect(202), json!({}));
    assert_eq!(app.delete(&path).await.expect(202), json!({}));
    let others = app.send(app.request_as(&other, "DELETE", &path, None)).await;
    assert_eq!(others.refusal().1, "RESOURCE_NOT_FOUND");
    app.clock.advance(Duration::from_secs(10));
    assert_eq!(app.delete(&path).await.refusal().1, "RESOURCE_NOT_FOUND");
}

#[tokio::test]
async fn a_project_that_is_gone_is_a_missing_resource_and_a_missing_group_to_its_parts() {
    let app = TestApp::start().await;
    let made = create(&app, json!({})).await.expect(201);
    let path = format!("/api/atlas/v2/groups/{}", made["id"].as_str().expect("an id"));
    assert_eq!(app.delete(&path).await.expect(202), json!({}));
    let gone = app.get(&path).await;
    assert_eq!(gone.refusal().1, "RESOURCE_NOT_FOUND");
    assert_eq!(gone.json()["parameters"], json!([path]));
    assert_eq!(app.get(&format!("{path}/peers")).await.refusal().1, "GROUP_NOT_FOUND");
}

#[tokio::test]
async fn clients_compare_the_name_of_the_application() {
    let app = TestApp::start().await;
    for root in ["/api/atlas/v2", "/api/atlas/v1.0", "/api/atlas/v2/"] {
        assert_eq!(app.get(root).await.expect(200)["appName"], "MongoDB Atlas");
    }
}

#[tokio::test]
async fn users_in_their_old_shape_say_since_when_and_until_when() {
    let app = TestApp::start().await;
    let old = app.get(&app.group("/users")).await;
    assert_eq!(old.header("deprecation"), "Wed, 19 Feb 2025 00:00:00 GMT");
    assert_eq!(old.header("sunset"), "Thu, 1 Jul 2027 00:00:00 GMT");
    assert!(old.expect(200)["results"][0]["emailAddress"].is_string());
    let mut request = app.request("GET", &app.group("/users"), None);
    let accept = "application/vnd.atlas.2025-03-12+json";
    request.headers_mut().insert("accept", accept.parse().expect("a media type"));
    let new = app.send(request).await;
    assert_eq!(new.header("sunset"), "");
    assert_eq!(new.header("content-type"), "application/vnd.atlas.2025-02-19+json;charset=utf-8");
    assert_eq!(new.expect(200)["results"][0]["roles"], json!(["GROUP_OWNER"]));
}

#[tokio::test]
async fn an_organization_may_have_far_more_projects_than_at_the_service() {
    assert_eq!(model::limits::PROJECTS_PER_ORG, 100_000);
    let app = TestApp::start().await;
    for n in 0..260 {
        create(&app, json!({"name": format!("p{n}")})).await.expect(201);
    }
    assert_eq!(app.get("/api/atlas/v2/groups").await.expect(200)["totalCount"], 261);
}

#[tokio::test]
async fn settings_limits_and_the_rest_can_be_read_and_changed() {
    let app = TestApp::start().await;
    let changed =
        app.patch(&app.group("/settings"), json!({"isDataExplorerEnabled": false})).await.expect(200);
    assert_eq!(changed["isDataExplorerEnabled"], false);
    assert_eq!(app.get(&app.group("/settings")).await.expect(200), changed);
    let limit = app.group("/limits/atlas.project.security.networkAccess.entries");
    assert_eq!(app.patch(&limit, json!({"value": 150})).await.expect(200)["value"], 150);
    assert_eq!(app.delete(&limit).await.status, 204);
    assert_eq!(app.get(&limit).await.expect(200)["value"], 200);
    assert_eq!(app.get(&app.group("/limits/no.such")).await.refusal().0, 404);
    assert_eq!(app.get(&app.group("/managedSlowMs")).await.text(), "true");
    assert_eq!(app.delete(&app.group("/managedSlowMs/disable")).await.status, 204);
    assert_eq!(app.get(&app.group("/managedSlowMs")).await.text(), "false");
    assert_eq!(app.get(&app.group("/teams")).await.expect(200)["totalCount"], 0);
    assert_eq!(app.get(&app.group("/ipAddresses")).await.expect(200)["services"], json!({"clusters": []}));
    assert_eq!(
        app.get("/api/atlas/v2/groups/byName/rehearsal").await.expect(200)["id"],
        app.project.to_string()
    );
    assert_eq!(app.get("/api/atlas/v2/groups/byName/none").await.refusal().1, "GROUP_NAME_NOT_FOUND");
    assert_eq!(app.get("/api/private/ipinfo").await.text(), r#"{"currentIpv4Address":"127.0.0.1"}"#);
}

#[tokio::test]
async fn tags_are_refused_in_the_recorded_words() {
    let app = TestApp::start().await;
    let path = app.group("");
    let many: Vec<Value> = (0..51).map(|n| json!({"key": format!("k{n}"), "value": "v"})).collect();
    for (tags, code, field, words) in [
        (
            json!([{"key": "a", "value": "test/test"}]),
            "VALIDATION_ERROR",
            "tags[0].value",
            "contains invalid characters. Allowable characters include letters",
        ),
        (
            json!([{"key": "a#b", "value": "v"}]),
            "VALIDATION_ERROR",
            "tags[0].key",
            "contains invalid characters. Allowable characters include letters",
        ),
        (
            json!([{"key": "a", "value": "v".repeat(256)}]),
            "VALIDATION_ERROR",
            "tags[0].value",
            "exceeded the maximum allowed length of 255 characters",
        ),
        (
            json!([{"key": "a", "value": "v"}, {"key": "k".repeat(256), "value": "v"}]),
            "VALIDATION_ERROR",
            "tags[1].key",
            "exceeded the maximum allowed length of 255 characters",
        ),
        (json!([{"key": "", "value": "v"}]), "VALIDATION_ERROR", "tags[0].key", "must not be empty"),
        (
            json!([{"key": "a", "value": "1"}, {"key": "a", "value": "2"}]),
            "VALIDATION_ERROR",
            "tags[1].key",
            "given twice",
        ),
        (json!([{"key": "a"}]), "MISSING_ATTRIBUTE", "tags[0].value", "value"),
        (json!(many), "INVALID_ATTRIBUTE", "tags", "tags"),
    ] {
        for refused in
            [create(&app, json!({ "tags": tags })).await, app.patch(&path, json!({ "tags": tags })).await]
        {
            assert_eq!(refused.refusal(), (400, code.into(), Some(field.into())), "{tags}");
            assert!(refused.json()["detail"].as_str().expect("words").contains(words), "{}", refused.text());
        }
    }
    let tags = json!(many[..50]);
    let long = json!([{"key": "Ü b;@_-.+9".repeat(20), "value": "v".repeat(255)}]);
    for tags in [tags, long, json!([])] {
        assert_eq!(app.patch(&path, json!({ "tags": tags })).await.expect(200)["tags"], tags);
        let listed = app.get("/api/atlas/v2/groups").await.expect(200)["results"][0]["tags"].clone();
        assert_eq!(listed, tags);
    }
}

#[tokio::test]
async fn a_limit_that_is_set_limits_and_its_usage_is_told() {
    let app = TestApp::start().await;
    let names = async || -> Vec<String> {
        let limits = app.get(&app.group("/limits")).await.expect(200);
        let limits = limits.as_array().expect("a bare array");
        limits.iter().map(|limit| limit["name"].as_str().expect("a name").to_owned()).collect()
    };
    let recorded = names().await;
    assert_eq!(recorded.len(), 8);

    let entries = app.group("/limits/atlas.project.security.networkAccess.entries");
    app.patch(&entries, json!({"value": 1})).await.expect(200);
    app.post(&app.group("/accessList"), json!([{"ipAddress": "203.0.113.1"}])).await.expect(201);
    let full = app.post(&app.group("/accessList"), json!([{"ipAddress": "203.0.113.2"}])).await;
    assert_eq!(full.refusal().1, "ATLAS_NETWORK_PERMISSIONS_LIMIT_EXCEEDED");
    assert!(full.text().contains("Only 1 entries"), "{}", full.text());
    let shown = app.get(&entries).await.expect(200);
    assert_eq!(
        (&shown["currentUsage"], &shown["value"], &shown["defaultLimit"]),
        (&json!(1), &json!(1), &json!(200))
    );

    let peers = app.group("/limits/atlas.project.networking.peeringConnections");
    assert_eq!(app.get(&peers).await.expect(200)["value"], 50);
    assert_eq!(names().await, recorded, "a client that never set ours never meets them");
    app.patch(&peers, json!({"value": 0})).await.expect(200);
    assert!(names().await.contains(&"atlas.project.networking.peeringConnections".to_owned()));
    let container = app.aws_container().await;
    let full = app.post(&app.group("/peers"), testkit::aws_peer(&container)).await;
    assert_eq!(full.refusal().1, "PEER_MAXIMUM_REACHED");
    assert_eq!(app.delete(&peers).await.status, 204);
    assert_eq!(app.delete(&peers).await.status, 204, "it has its default already");
    app.aws_peer(&container).await;
    assert_eq!(app.get(&peers).await.expect(200)["currentUsage"], 1);
    let pending = app.group("/limits/atlas.project.networking.pendingPeeringConnections");
    assert_eq!(app.get(&pending).await.expect(200)["currentUsage"], 1);

    for (limit, value) in [
        (&entries, json!(221)),
        (&entries, json!(-1)),
        (&peers, json!(1001)),
        (&peers, json!(4_294_967_296_u64)),
    ] {
        let refusal = app.patch(limit, json!({ "value": value })).await.refusal();
        assert_eq!(refusal, (400, "INVALID_ATTRIBUTE".into(), Some("value".into())), "{value}");
    }
    let mask = app.group("/limits/atlas.project.deployment.privateServiceConnectionsSubnetMask");
    assert_eq!(app.patch(&mask, json!({"value": 19})).await.refusal().1, "INVALID_ATTRIBUTE");
    for method in ["GET", "PATCH", "DELETE"] {
        let request = app.request(method, &app.group("/limits/no.such"), Some(json!({"value": 1})));
        let unknown = app.send(request).await;
        assert_eq!(unknown.refusal().0, 404);
        assert!(unknown.json()["detail"].as_str().expect("words").contains("Not Found"));
    }
}
