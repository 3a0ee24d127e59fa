//! Audit events as callers read them.

use serde_json::{Value, json};
use testkit::TestApp;

fn names(page: &Value) -> Vec<&str> {
    let results = page["results"].as_array().expect("a page");
    results.iter().filter_map(|event| event["eventTypeName"].as_str()).collect()
}

async fn three_entries(app: &TestApp) {
    for nth in 1..=3 {
        app.post(&app.group("/accessList"), json!([{"ipAddress": format!("203.0.113.{nth}")}]))
            .await
            .expect(201);
        app.post("/api/landbridge/v1/clock", json!({"advance": "PT1H"})).await.expect(200);
    }
}

#[tokio::test]
async fn an_event_in_a_project_has_the_recorded_keys_and_no_organization() {
    let app = TestApp::start().await;
    three_entries(&app).await;
    let page = app.get(&app.group("/events")).await.expect(200);
    let event = &page["results"][0];
    let id = event["id"].as_str().expect("an id");
    let keys: Vec<&String> = event.as_object().expect("an object").keys().collect();
    assert_eq!(
        keys,
        [
            "created",
            "eventTypeName",
            "groupId",
            "id",
            "isGlobalAdmin",
            "links",
            "remoteAddress",
            "username",
            "whitelistEntry"
        ]
    );
    assert_eq!(event["whitelistEntry"], "203.0.113.3/32");
    assert_eq!(event["remoteAddress"], "127.0.0.1");
    let here = format!("http://localhost:8080{}", app.group(&format!("/events/{id}")));
    assert_eq!(event["links"], json!([{"href": here, "rel": "self"}]));
    assert_eq!(&app.get(&app.group(&format!("/events/{id}"))).await.expect(200), event);
    let v1 = format!("/api/atlas/v1.0/groups/{}/events/{id}", app.project);
    assert_eq!(app.get(&v1).await.expect(200)["eventTypeName"], "NETWORK_PERMISSION_ENTRY_ADDED");

    let raw = app.get(&app.group(&format!("/events/{id}?includeRaw=true"))).await.expect(200)["raw"].clone();
    assert_eq!((&raw["_t"], &raw["gn"]), (&event["eventTypeName"], &json!("rehearsal")));
    assert_eq!((&raw["cid"], &raw["id"]), (&event["groupId"], &event["id"]));
}

#[tokio::test]
async fn what_the_system_does_names_nobody() {
    let app = TestApp::start().await;
    let made = app.get(&app.group("/events")).await.expect(200)["results"][0].clone();
    assert_eq!(made["eventTypeName"], "GROUP_CREATED");
    for key in ["apiKeyId", "publicKey", "remoteAddress", "username", "orgId", "raw"] {
        assert!(made.get(key).is_none(), "{key}");
    }
}

#[tokio::test]
async fn an_organizations_events_say_so_and_those_of_no_project_link_to_null() {
    let app = TestApp::start().await;
    let keys = format!("/api/atlas/v2/orgs/{}/apiKeys", app.org);
    let key = app.post(&keys, json!({"desc": "k", "roles": ["ORG_READ_ONLY"]})).await.expect(200);
    let events = format!("/api/atlas/v2/orgs/{}/events", app.org);
    let page = app.get(&events).await.expect(200);
    assert_eq!(
        names(&page),
        ["API_KEY_CREATED", "GROUP_CREATED", "SERVICE_ACCOUNT_CREATED", "API_KEY_CREATED", "ORG_CREATED"]
    );
    let (made, project) = (&page["results"][0], &page["results"][1]);
    assert_eq!((&made["orgId"], made.get("groupId")), (&json!(app.org.to_string()), None));
    assert_eq!(made["targetPublicKey"], key["publicKey"]);
    let href = made["links"][0]["href"].as_str().expect("a link");
    assert!(href.starts_with("http://localhost:8080/api/atlas/v2/groups/null/events/"), "{href}");
    assert_eq!(project["groupId"], app.project.to_string());
    let one = format!("{events}/{}", made["id"].as_str().expect("an id"));
    assert_eq!(&app.get(&one).await.expect(200), made);
    let unknown = app.get(&format!("{events}/0123456789abcdef01234567")).await;
    assert_eq!(unknown.refusal().1, "ORG_EVENT_NOT_FOUND");
    let unknown = app.get(&app.group("/events/0123456789abcdef01234567")).await;
    assert_eq!(unknown.refusal().1, "EVENT_NOT_FOUND");
    assert_eq!(app.get(&app.group("/events/x")).await.refusal().1, "PATH_PARAM_PARSE_ERROR");
}

#[tokio::test]
async fn filters_find_what_they_say_and_pages_link_on_with_them() {
    let app = TestApp::start().await;
    three_entries(&app).await;
    let added = "NETWORK_PERMISSION_ENTRY_ADDED";
    let get = async |query: &str| app.get(&app.group(&format!("/events?{query}"))).await.expect(200);
    let page = get(&format!("eventType={added}&eventType=PEER_CREATED&itemsPerPage=2")).await;
    assert_eq!((names(&page), &page["totalCount"]), (vec![added; 2], &json!(3)));
    let next = page["links"][1]["href"].as_str().expect("a next page").to_owned();
    assert!(next.ends_with(&format!("eventType={added}&eventType=PEER_CREATED&itemsPerPage=2&pageNum=2")));
    let next = app.get(next.trim_start_matches("http://localhost:8080")).await.expect(200);
    assert_eq!(names(&next), [added]);
    let page = get(&format!("excludedEventType={added}&clusterNames=c&includeRaw=false")).await;
    assert_eq!(names(&page), ["GROUP_CREATED"]);
    assert_eq!(names(&get("eventType=CLUSTER_CREATED").await), Vec::<&str>::new());

    let page = get("includeCount=false&itemsPerPage=1").await;
    assert_eq!((&page["totalCount"], page["links"].as_array().map(Vec::len)), (&json!(0), Some(1)));

    // A span has both its ends, since it is told in whole seconds.
    let all = get("").await;
    let date = |nth: usize| all["results"][nth]["created"].as_str().expect("a date").to_owned();
    let page = get(&format!("minDate={}&maxDate={}", date(1), date(0))).await;
    assert_eq!(names(&page), [added; 2]);
    let offset = date(0).replace('Z', "+00:00");
    assert_eq!(names(&get(&format!("minDate={offset}")).await), [added]);
}

#[tokio::test]
async fn filters_that_mean_nothing_are_refused_by_name() {
    let app = TestApp::start().await;
    for (query, code, field) in [
        ("minDate=yesterday", "INVALID_DATE_FORMAT", "minDate"),
        ("maxDate=2026-02-30T00:00:00Z", "INVALID_DATE_FORMAT", "maxDate"),
        ("minDate=2026-02-02T00:00:00Z&maxDate=2026-02-01T00:00:00Z", "INVALID_DATE_RANGE", "maxDate"),
        ("eventType=peer", "INVALID_ENUM_VALUE", "eventType"),
        ("excludedEventType=A-B", "INVALID_ENUM_VALUE", "excludedEventType"),
        ("includeRaw=perhaps", "INVALID_QUERY_PARAMETER", "includeRaw"),
    ] {
        let refusal = app.get(&app.group(&format!("/events?{query}"))).await.refusal();
        assert_eq!(refusal, (400, code.into(), Some(field.into())), "{query}");
    }
}
