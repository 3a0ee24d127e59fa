//! Organizations over the API: made, used at once, changed, deleted, and what they have set.

use axum::body::Body;
use http::Request;
use model::{Clock, Role, Roles};
use serde_json::{Value, json};
use testkit::{Answer, TestApp};

const NOBODY: &str = "000000000000000000000000";
const ORGS: &str = "/api/atlas/v2/orgs";

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().expect("an object").keys().map(String::as_str).collect()
}

fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}

/// A token for a service account whose secret was just shown.
async fn token(app: &TestApp, id: &str, secret: &str) -> Answer {
    use base64::Engine as _;
    let basic = base64::engine::general_purpose::STANDARD.encode(format!("{id}:{secret}"));
    let request = Request::builder()
        .method("POST")
        .uri("/api/oauth/token")
        .header("authorization", format!("Basic {basic}"))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Body::from("grant_type=client_credentials"));
    app.send(request.expect("a request")).await
}

async fn with_account(app: &TestApp) -> (String, String) {
    let account = json!({
        "name": "owner", "description": "owns it", "roles": ["ORG_OWNER"], "secretExpiresAfterHours": 24,
    });
    let made = app.post(ORGS, json!({"name": "Second", "serviceAccount": account})).await.expect(201);
    let account = &made["serviceAccount"];
    assert_eq!(keys(account), ["clientId", "createdAt", "description", "name", "roles", "secrets"]);
    let secret = text(&account["secrets"][0]["secret"]);
    let token = token(app, text(&account["clientId"]), secret).await.expect(200);
    (text(&made["organization"]["id"]).to_owned(), text(&token["access_token"]).to_owned())
}

#[tokio::test]
async fn a_new_organization_comes_with_a_key_whose_secret_is_shown_once() {
    let app = TestApp::start().await;
    let owner =
        app.get("/api/atlas/v2/users/byName/owner@landbridge.invalid").await.expect(200)["id"].clone();
    let body = json!({
        "name": "Second", "orgOwnerId": owner, "skipDefaultAlertsSettings": true,
        "apiKey": {"desc": "first", "roles": ["ORG_OWNER"]},
    });
    let made = app.post(ORGS, body).await.expect(201);
    assert_eq!(keys(&made), ["apiKey", "orgOwnerId", "organization", "skipDefaultAlertsSettings"]);
    let org = &made["organization"];
    assert_eq!(keys(org), ["id", "isDeleted", "links", "name", "skipDefaultAlertsSettings"]);
    assert_eq!((&org["name"], &org["skipDefaultAlertsSettings"]), (&json!("Second"), &json!(true)));
    let key = &made["apiKey"];
    assert_eq!(key["roles"], json!([{"orgId": org["id"], "roleName": "ORG_OWNER"}]));
    assert!(!text(&key["privateKey"]).starts_with('*'));
    // Its maker has no part in it.
    assert_eq!(app.get(ORGS).await.expect(200)["totalCount"], 1);
    let foreign = app.get(&format!("{ORGS}/{}", text(&org["id"]))).await;
    assert_eq!(foreign.refusal(), (401, "USER_UNAUTHORIZED".into(), None));
}

#[tokio::test]
async fn a_new_organization_can_be_used_by_its_service_account_at_once_and_dies_with_it() {
    let app = TestApp::start().await;
    let (id, token) = with_account(&app).await;
    let path = format!("{ORGS}/{id}");
    let call = async |method: &str, path: &str, body: Option<Value>| {
        app.send(app.request_as(&token, method, path, body)).await
    };
    let settings = json!({
        "apiAccessListRequired": false, "multiFactorAuthRequired": true, "restrictEmployeeAccess": false,
        "genAIFeaturesEnabled": true, "securityContact": "",
    });
    call("PATCH", &format!("{path}/settings"), Some(settings)).await.expect(200);
    let orgs = call("GET", ORGS, None).await.expect(200);
    assert_eq!((&orgs["totalCount"], &orgs["results"][0]["id"]), (&json!(1), &json!(id)));
    let renamed =
        call("PATCH", &path, Some(json!({"name": "Third", "skipDefaultAlertsSettings": true}))).await;
    assert_eq!(renamed.expect(200)["name"], "Third");
    let project = json!({"name": "there", "orgId": id});
    let project = call("POST", "/api/atlas/v2/groups", Some(project)).await.expect(201);
    let holds = call("DELETE", &path, None).await;
    assert_eq!(holds.refusal(), (409, "ORG_NOT_EMPTY".into(), None));
    call("DELETE", &format!("/api/atlas/v2/groups/{}", text(&project["id"])), None).await.expect(202);
    call("DELETE", &path, None).await.expect(204);
    assert_eq!(call("GET", &path, None).await.status, 401, "its credentials died with it");
    assert_eq!(app.get(&path).await.refusal(), (404, "ORG_NOT_FOUND".into(), None));
}

#[tokio::test]
async fn an_organization_without_credentials_of_its_own_is_its_makers() {
    let app = TestApp::start().await;
    let made = app.post(ORGS, json!({"name": "Second"})).await.expect(201);
    let id = text(&made["organization"]["id"]);
    let orgs = app.get(ORGS).await.expect(200);
    assert_eq!(orgs["totalCount"], 2);
    let second = app.get(&format!("{ORGS}?itemsPerPage=1&pageNum=2")).await.expect(200);
    assert_eq!((&second["results"][0]["id"], &second["totalCount"]), (&json!(id), &json!(2)));
    assert_eq!(app.get(&format!("{ORGS}?name=sec")).await.expect(200)["results"][0]["id"], id);
    let project = app.post("/api/atlas/v2/groups", json!({"name": "there", "orgId": id})).await.expect(201);
    assert_eq!(app.get("/api/atlas/v2/groups").await.expect(200)["totalCount"], 2);
    assert_eq!(app.get(&format!("{ORGS}/{id}/groups")).await.expect(200)["results"][0]["id"], project["id"]);
    assert_eq!(app.get("/api/atlas/v2/groups/byName/there").await.expect(200)["id"], project["id"]);
}

#[tokio::test]
async fn what_is_wrong_with_a_new_organization_is_told() {
    let app = TestApp::start().await;
    let key = json!({"desc": "k", "roles": ["ORG_OWNER"]});
    let account =
        json!({"name": "a", "description": "d", "roles": ["ORG_OWNER"], "secretExpiresAfterHours": 8});
    let short =
        json!({"name": "a", "description": "d", "roles": ["ORG_OWNER"], "secretExpiresAfterHours": 7});
    for (body, status, code, field) in [
        (json!({}), 400, "MISSING_ATTRIBUTE", Some("name")),
        (json!({"name": "a/b"}), 400, "INVALID_ATTRIBUTE", Some("name")),
        (json!({"name": "x", "orgOwnerId": NOBODY}), 404, "USER_NOT_FOUND", None),
        (json!({"name": "x", "orgOwnerId": "x"}), 404, "USER_NOT_FOUND", Some("orgOwnerId")),
        (
            json!({"name": "x", "federationSettingsId": NOBODY}),
            404,
            "RESOURCE_NOT_FOUND",
            Some("federationSettingsId"),
        ),
        (
            json!({"name": "x", "apiKey": key, "serviceAccount": account}),
            400,
            "MUTUALLY_EXCLUSIVE_ATTRIBUTES",
            None,
        ),
        (json!({"name": "x", "apiKey": {"desc": "k"}}), 400, "MISSING_ATTRIBUTE", Some("apiKey.roles")),
        (
            json!({"name": "x", "apiKey": {"desc": "k", "roles": ["GROUP_OWNER"]}}),
            400,
            "INVALID_ROLE",
            Some("roles"),
        ),
        (
            json!({"name": "x", "serviceAccount": short}),
            400,
            "INVALID_ATTRIBUTE",
            Some("serviceAccount.secretExpiresAfterHours"),
        ),
    ] {
        let refused = app.post(ORGS, body).await.refusal();
        assert_eq!(refused, (status, code.to_owned(), field.map(str::to_owned)));
    }
    let reader = app.token_with(Roles::one(Role::OrgReadOnly)).await;
    let refused = app.send(app.request_as(&reader, "POST", ORGS, Some(json!({"name": "x"})))).await;
    assert_eq!(refused.refusal(), (401, "USER_UNAUTHORIZED".into(), None));
    assert_eq!(app.get(ORGS).await.expect(200)["totalCount"], 1, "nothing half done");
}

#[tokio::test]
async fn the_last_organization_can_not_be_deleted() {
    let app = TestApp::start().await;
    app.delete(&app.group("")).await.expect(202);
    let last = app.delete(&format!("{ORGS}/{}", app.org)).await;
    assert_eq!(last.refusal(), (409, "CANNOT_DELETE_LAST_ORG".into(), None));
    assert_eq!(app.get(ORGS).await.expect(200)["totalCount"], 1);
}

#[tokio::test]
async fn settings_of_an_organization_are_read_and_changed_one_by_one() {
    let app = TestApp::start().await;
    for root in ["v2", "v1.0"] {
        let path = format!("/api/atlas/{root}/orgs/{}/settings", app.org);
        let start = app.get(&path).await.expect(200);
        assert_eq!(
            start,
            json!({
                "apiAccessListRequired": false, "genAIFeaturesEnabled": true, "multiFactorAuthRequired": false,
                "restrictEmployeeAccess": false, "streamsCrossGroupEnabled": false,
            })
        );
        let change =
            json!({"securityContact": "sec@example.org", "maxServiceAccountSecretValidityInHours": 24});
        let changed = app.patch(&path, change).await.expect(200);
        assert_eq!(changed["securityContact"], "sec@example.org");
        assert_eq!(app.get(&path).await.expect(200), changed);
        let back = json!({"securityContact": "", "maxServiceAccountSecretValidityInHours": null});
        assert_eq!(app.patch(&path, back).await.expect(200), start);
    }
    let path = format!("{ORGS}/{}/settings", app.org);
    for (body, code, field) in [
        (json!({"securityContact": "x"}), "INVALID_ATTRIBUTE", "securityContact"),
        (
            json!({"maxServiceAccountSecretValidityInHours": 7}),
            "INVALID_ATTRIBUTE",
            "maxServiceAccountSecretValidityInHours",
        ),
        (json!({"multiFactorAuthRequired": "yes"}), "INVALID_JSON_ATTRIBUTE", "multiFactorAuthRequired"),
        (json!({"mfa": true}), "INVALID_ATTRIBUTE", "mfa"),
    ] {
        assert_eq!(app.patch(&path, body).await.refusal(), (400, code.to_owned(), Some(field.to_owned())));
    }
}

#[tokio::test]
async fn nobody_without_a_list_can_require_lists_at_home_and_elsewhere_they_hold_at_once() {
    let app = TestApp::start().await;
    let required = json!({"apiAccessListRequired": true});
    let home = app.patch(&format!("{ORGS}/{}/settings", app.org), required.clone()).await;
    let field = Some("apiAccessListRequired".to_owned());
    assert_eq!(home.refusal(), (400, "CANNOT_REMOVE_CALLER_FROM_ACCESS_LIST".into(), field));
    let (id, token) = with_account(&app).await;
    let path = format!("{ORGS}/{id}");
    app.send(app.request_as(&token, "GET", &path, None)).await.expect(200);
    // Somebody whose home is elsewhere, but who owns that one too, switches it on.
    app.app
        .store
        .org_settings_change(
            id.parse().expect("an id"),
            |before| model::project::OrgSettings { api_access_list_required: true, ..before },
            &model::Act::of_system(app.app.world.now()),
        )
        .await
        .expect("changed");
    let refused = app.send(app.request_as(&token, "GET", &path, None)).await;
    assert_eq!(refused.refusal(), (403, "ORG_REQUIRES_ACCESS_LIST".into(), None));
}
