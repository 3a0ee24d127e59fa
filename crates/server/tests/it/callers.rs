//! Who may call, and what they are told who may not.

use axum::body::Body;
use http::Request;
use model::{Role, Roles};
use serde_json::json;
use testkit::{TestApp, V2};

fn bare(method: &str, path: &str) -> Request<Body> {
    Request::builder().method(method).uri(path).body(Body::from("no JSON {")).expect("a request")
}

#[tokio::test]
async fn nobody_without_credentials_learns_whether_route_version_or_body_are_right() {
    let app = TestApp::start().await;
    for (method, path) in [
        ("GET", app.group("/peers")),
        ("POST", app.group("/peers")),
        ("PUT", app.group("/peers")),
        ("GET", "/api/atlas/v2/nowhere".to_owned()),
        ("DELETE", "/api/atlas/v1.0/groups/not-an-id/peers/nor-this".to_owned()),
        ("GET", "/".to_owned()),
    ] {
        let answer = app.send(bare(method, &path)).await;
        assert_eq!(answer.status, 401, "{method} {path}");
        assert_eq!(answer.body.len(), 142);
        assert!(
            answer
                .header("www-authenticate")
                .starts_with("Digest realm=\"MMS Public API\", domain=\"\", nonce=\"")
        );
        assert_eq!(answer.headers.get_all("www-authenticate").iter().count(), 1);
    }
}

#[tokio::test]
async fn garbage_in_place_of_credentials_is_challenged_or_told_once() {
    let app = TestApp::start().await;
    for (credentials, challenge) in [
        ("Digest", "Digest "),
        ("Digest username=\"x\"", "Digest "),
        ("Basic eDp5", "Digest "),
        ("Bearer x.y.z", "Bearer error"),
        ("Bearer", "Bearer error"),
        ("\u{7f}", "Digest "),
    ] {
        let mut request = app.request("GET", &app.group(""), None);
        let Ok(value) = credentials.parse() else { continue };
        request.headers_mut().insert("authorization", value);
        let answer = app.send(request).await;
        assert_eq!(answer.status, 401, "{credentials}");
        assert!(answer.header("www-authenticate").starts_with(challenge), "{credentials}");
    }
}

#[tokio::test]
async fn a_list_of_addresses_holds_where_a_token_is_used_not_where_it_is_made() {
    let app = TestApp::start().await;
    let keys = format!("/api/atlas/v2/orgs/{}/apiKeys", app.org);
    let key = app.post(&keys, json!({"desc": "k", "roles": ["ORG_OWNER"]})).await.expect(200);
    let list = format!("{keys}/{}/accessList", key["id"].as_str().expect("an id"));
    app.post(&list, json!([{"cidrBlock": "192.0.2.0/24"}])).await.expect(200);
    // The token endpoint looks at no address: it answers about the credentials alone.
    let token = Request::builder()
        .method("POST")
        .uri("/api/oauth/token")
        .header("authorization", "Basic bWRiX3NhX2lkX3g6eQ==")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Body::from("grant_type=client_credentials"))
        .expect("a request");
    let answer = app.send(token).await;
    assert_eq!(answer.expect(401)["error"], "invalid_client");
    assert_eq!(answer.header("www-authenticate"), "");
}

#[tokio::test]
async fn removing_a_peering_takes_more_in_v1_than_in_v2() {
    let app = TestApp::start().await;
    let reader = app.token_with(Roles::one(Role::OrgReadOnly)).await;
    let container = app.aws_container().await;
    let peer = app.aws_peer(&container).await;
    for root in ["v1.0", "v2"] {
        let path = format!("/api/atlas/{root}/groups/{}/peers/{peer}", app.project);
        let read = app.send(app.request_as(&reader, "GET", &path, None)).await;
        assert_eq!(read.status, 200);
        let refused = app.send(app.request_as(&reader, "DELETE", &path, None)).await;
        assert_eq!(refused.refusal(), (401, "USER_UNAUTHORIZED".into(), None));
        assert_eq!(refused.header("www-authenticate"), "");
    }
}

#[tokio::test]
async fn a_revoked_token_is_refused_at_once() {
    let app = TestApp::start().await;
    assert_eq!(app.get(&app.group("")).await.status, 200);
    let token = app.app.auth.tokens.verify(&app.token, model::Clock::now(&*app.clock)).expect("a token");
    app.app.store.token_revoke(&token.client_id, &token.jti).await.expect("revoked");
    let answer = app.get(&app.group("")).await;
    assert_eq!((answer.status, answer.header("www-authenticate")), (401, "Bearer error=\"invalid_token\""));
}

#[tokio::test]
async fn the_recorded_refusal_of_a_foreign_project_comes_before_the_body() {
    let app = TestApp::start().await;
    let mut request = app.request("POST", "/api/atlas/v2/groups/111111111111111111111111/peers", None);
    request.headers_mut().insert("accept", V2.parse().expect("a media type"));
    *request.body_mut() = Body::from("no JSON");
    let answer = app.send(request).await;
    assert_eq!(
        answer.text(),
        r#"{"detail":"No group with ID 111111111111111111111111 exists.","error":404,"errorCode":"GROUP_NOT_FOUND","parameters":["111111111111111111111111"],"reason":"Not Found"}"#
    );
    assert_eq!(answer.header("ratelimit-limit"), "");
    assert_eq!(answer.header("x-error-code"), "GROUP_NOT_FOUND");
}

#[tokio::test]
async fn a_key_of_a_project_is_made_changed_given_away_and_taken_back() {
    let app = TestApp::start().await;
    let keys = app.group("/apiKeys");
    let made = app.post(&keys, json!({"desc": "k", "roles": ["GROUP_READ_ONLY"]})).await.expect(200);
    let (id, public) = (made["id"].as_str().expect("an id"), made["publicKey"].as_str().expect("a name"));
    assert_eq!(public.len(), 8);
    assert_eq!(made["privateKey"].as_str().map(str::len), Some(36));
    let roles = json!([
        {"orgId": app.org.to_string(), "roleName": "ORG_MEMBER"},
        {"groupId": app.project.to_string(), "roleName": "GROUP_READ_ONLY"},
    ]);
    assert_eq!(made["roles"], roles);
    let change = json!({"desc": "other", "roles": ["GROUP_OWNER"]});
    let changed = app.patch(&format!("{keys}/{id}"), change).await.expect(200);
    assert_eq!(
        (&changed["desc"], &changed["roles"][1]["roleName"]),
        (&json!("other"), &json!("GROUP_OWNER"))
    );
    assert!(changed["privateKey"].as_str().is_some_and(|mask| mask.starts_with("********-****-****-")));
    let wrong = app.post(&keys, json!({"desc": "k", "roles": ["ORG_OWNER"]})).await;
    assert_eq!(wrong.refusal(), (400, "INVALID_ROLE".into(), Some("roles".into())));
    assert!(wrong.text().contains("Invalid role"));
    assert_eq!(app.delete(&format!("{keys}/{id}")).await.status, 204);
    assert_eq!(app.get(&keys).await.expect(200)["totalCount"], 0);
    let assign = json!([{"roles": ["GROUP_READ_ONLY"]}]);
    assert_eq!(app.post(&format!("{keys}/{id}"), assign).await.status, 204);
    assert_eq!(app.get(&keys).await.expect(200)["totalCount"], 1);
    let unknown = app.get(&format!("/api/atlas/v2/orgs/{}/apiKeys/{}", app.org, "0".repeat(24))).await;
    assert_eq!(unknown.refusal().1, "API_KEY_NOT_FOUND");
}
