//! Projects, and what clients read of them.

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
    let detail =
        |answer: testkit::Answer| answer.expect(400)["detail"].as_str().unwrap_or_default().to_owned();
    let bad = create(&app, json!({"tags": [{"key": "a#b", "value": "v"}]})).await;
    assert!(detail(bad).contains("contains invalid characters"));
    let long = create(&app, json!({"tags": [{"key": "a", "value": "v".repeat(256)}]})).await;
    assert!(detail(long).contains("exceeded the maximum allowed length of 255 characters"));
}
