//! Tokens of service accounts: the whole life of an account by them, and all that ends them.

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::time::Duration;

use axum::body::Body;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::Request;
use serde_json::{Value, json};
use server::rate::Rates;
use server::serve::PeerAddr;
use testkit::{Answer, TestApp};

use crate::accounts::{call, new, of_org, of_project, request, text};

const HOUR: Duration = Duration::from_secs(3600);

async fn ask(app: &TestApp, path: &str, client: (&str, &str), form: String) -> Answer {
    let basic = STANDARD.encode(format!("{}:{}", client.0, client.1));
    let request = Request::builder()
        .method("POST")
        .uri(path)
        .header("authorization", format!("Basic {basic}"))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Body::from(form))
        .expect("a request");
    app.send(request).await
}

async fn ask_token(app: &TestApp, client: (&str, &str)) -> Answer {
    ask(app, "/api/oauth/token", client, "grant_type=client_credentials".to_owned()).await
}

/// An account made as the owner: client id, id of its secret, secret.
async fn account(app: &TestApp, role: &str) -> (String, String, String) {
    let made = call(app, "POST", &of_org(app, ""), Some(new(role))).await.expect(201);
    let part = |pointer| text(&made, pointer).to_owned();
    (part("/clientId"), part("/secrets/0/id"), part("/secrets/0/secret"))
}

async fn token(app: &TestApp, client: (&str, &str)) -> String {
    text(&ask_token(app, client).await.expect(200), "/access_token").to_owned()
}

async fn status(app: &TestApp, token: &str) -> u16 {
    app.send(app.request_as(token, "GET", &app.group("/peers"), None)).await.status
}

#[tokio::test]
async fn an_account_lives_its_whole_life_by_token() {
    let app = TestApp::start().await;
    let (id, first, secret) = account(&app, "ORG_READ_ONLY").await;
    let answer = ask_token(&app, (&id, &secret)).await;
    let granted = answer.expect(200);
    assert_eq!(
        answer.text(),
        format!(r#"{{"access_token":{},"expires_in":3600,"token_type":"Bearer"}}"#, granted["access_token"])
    );
    let token_one = text(&granted, "/access_token").to_owned();
    assert_eq!(status(&app, &token_one).await, 200);
    let shown = call(&app, "GET", &of_org(&app, &format!("/{id}")), None).await.expect(200);
    assert_eq!(text(&shown, "/secrets/0/lastUsedAt"), text(&shown, "/secrets/0/createdAt"));

    // A second secret takes over, and the first goes with what it opened.
    let path = of_org(&app, &format!("/{id}/secrets"));
    let hours = Some(json!({"secretExpiresAfterHours": 24}));
    let second = call(&app, "POST", &path, hours).await.expect(201);
    let token_two = token(&app, (&id, text(&second, "/secret"))).await;
    assert_eq!(call(&app, "DELETE", &format!("{path}/{first}"), None).await.status, 204);
    assert_eq!([status(&app, &token_one).await, status(&app, &token_two).await], [401, 200]);
    assert_eq!(ask_token(&app, (&id, &secret)).await.expect(401)["error"], "invalid_client");

    // Roles are looked at with each call.
    let delete = request(&app, &token_two, "DELETE", &app.group(""), None);
    assert_eq!(app.send(delete).await.refusal().1, "USER_UNAUTHORIZED");
    call(&app, "PATCH", &of_org(&app, &format!("/{id}")), Some(json!({"roles": ["ORG_MEMBER"]})))
        .await
        .expect(200);
    assert_eq!(status(&app, &token_two).await, 401);
    let roles = json!({"roles": ["GROUP_OWNER"]});
    call(&app, "POST", &of_project(&app, &format!("/{id}:invite")), Some(roles)).await.expect(200);
    assert_eq!(status(&app, &token_two).await, 200);

    assert_eq!(call(&app, "DELETE", &of_org(&app, &format!("/{id}")), None).await.status, 204);
    let refused = app.send(app.request_as(&token_two, "GET", &app.group(""), None)).await;
    assert_eq!(refused.refusal(), (401, "INVALID_ACCESS_TOKEN".into(), None));
    assert_eq!(refused.header("www-authenticate"), "Bearer error=\"invalid_token\"");
    let gone = ask_token(&app, (&id, text(&second, "/secret"))).await;
    assert_eq!(gone.expect(401)["error"], "invalid_client");
}

#[tokio::test]
async fn a_token_ends_after_an_hour_and_with_its_secret() {
    let app = TestApp::start().await;
    let (id, _, secret) = account(&app, "ORG_READ_ONLY").await;
    let first = token(&app, (&id, &secret)).await;
    app.clock.advance(HOUR - Duration::from_secs(1));
    assert_eq!(status(&app, &first).await, 200);
    app.clock.advance(Duration::from_secs(1));
    assert_eq!(status(&app, &first).await, 401);
    // The secret serves for eight hours. What is asked for shortly before ends with it.
    app.clock.advance(HOUR * 7 - Duration::from_secs(60));
    let last = token(&app, (&id, &secret)).await;
    assert_eq!(status(&app, &last).await, 200);
    app.clock.advance(Duration::from_secs(60));
    assert_eq!(status(&app, &last).await, 401);
    assert_eq!(ask_token(&app, (&id, &secret)).await.expect(401)["error"], "invalid_client");
}

#[tokio::test]
async fn moving_the_worlds_clock_ends_neither_secrets_nor_tokens() {
    let app = TestApp::start().await;
    let (id, _, secret) = account(&app, "ORG_READ_ONLY").await;
    let token = token(&app, (&id, &secret)).await;
    app.post("/api/landbridge/v1/clock", json!({"advance": "P30D"})).await.expect(200);
    assert_eq!(status(&app, &token).await, 200);
    assert_eq!(ask_token(&app, (&id, &secret)).await.status, 200);
}

#[tokio::test]
async fn a_token_is_revoked_by_its_own_account_only() {
    let app = TestApp::start().await;
    let (id, _, secret) = account(&app, "ORG_READ_ONLY").await;
    let (other, _, others) = account(&app, "ORG_READ_ONLY").await;
    let token = token(&app, (&id, &secret)).await;
    let form = format!("token={token}&token_type_hint=access_token");
    assert_eq!(ask(&app, "/api/oauth/revoke", (&other, &others), form.clone()).await.status, 200);
    assert_eq!(status(&app, &token).await, 200);
    let revoked = ask(&app, "/api/oauth/revoke", (&id, &secret), form.clone()).await;
    assert_eq!((revoked.status, revoked.body.len()), (200, 0));
    assert_eq!(status(&app, &token).await, 401);
    for form in [form, "token=garbage".to_owned()] {
        assert_eq!(ask(&app, "/api/oauth/revoke", (&id, &secret), form).await.status, 200);
    }
    let nothing = ask(&app, "/api/oauth/revoke", (&id, &secret), String::new()).await;
    assert_eq!((nothing.status, nothing.json()["error"].as_str()), (400, Some("invalid_request")));
    assert_eq!(ask(&app, "/api/oauth/revoke", (&id, "wrong"), String::new()).await.status, 401);
}

#[tokio::test]
async fn the_oldest_of_a_hundred_tokens_ends_for_one_more() {
    let app = TestApp::start().await;
    let (id, _, secret) = account(&app, "ORG_READ_ONLY").await;
    let mut tokens = Vec::new();
    for _ in 0..100 {
        // As fast as the endpoint allows.
        app.clock.advance(Duration::from_secs(2));
        tokens.push(token(&app, (&id, &secret)).await);
    }
    assert_eq!([status(&app, &tokens[0]).await, status(&app, &tokens[99]).await], [200, 200]);
    let one_more = token(&app, (&id, &secret)).await;
    let now = [&tokens[0], &tokens[1], &one_more].map(|token| status(&app, token));
    let [first, second, last] = now;
    assert_eq!([first.await, second.await, last.await], [401, 200, 200]);
}

#[tokio::test]
async fn the_token_endpoint_is_limited_by_account_and_address() {
    let app = TestApp::limited(Rates::Times(NonZeroU32::MIN)).await;
    let (id, _, secret) = account(&app, "ORG_READ_ONLY").await;
    for nth in 0..50 {
        let shown = if nth == 0 { &secret } else { "guessed" };
        assert_ne!(ask_token(&app, (&id, shown)).await.status, 429);
    }
    let refused = ask_token(&app, (&id, &secret)).await;
    assert_eq!(
        refused.text(),
        r#"{"detail":"Resource /api/oauth/token is limited to 50 requests every 1 minutes.","error":429,"errorCode":"RATE_LIMITED","parameters":["/api/oauth/token",50,1],"reason":"Too Many Requests"}"#
    );
    assert_eq!((refused.status, refused.header("retry-after")), (429, "60"));
    let (other, _, others) = account(&app, "ORG_READ_ONLY").await;
    assert_eq!(ask_token(&app, (&other, &others)).await.status, 200);
    assert_eq!(ask(&app, "/api/oauth/revoke", (&id, &secret), "token=x".to_owned()).await.status, 200);
    app.clock.advance(Duration::from_secs(60));
    assert_eq!(ask_token(&app, (&id, &secret)).await.status, 200);
}

#[tokio::test]
async fn an_accounts_list_holds_where_its_token_is_used_and_counts_what_comes_through() {
    let app = TestApp::start().await;
    let (id, _, secret) = account(&app, "ORG_READ_ONLY").await;
    let list = of_org(&app, &format!("/{id}/accessList"));
    let entries = json!([{"cidrBlock": "192.0.2.0/24"}, {"ipAddress": "198.51.100.7"}]);
    let added = call(&app, "POST", &list, Some(entries)).await.expect(200);
    assert_eq!(
        text(&added, "/links/0/href"),
        format!("http://localhost:8080{list}?pageNum=1&itemsPerPage=100")
    );
    let created = &added["results"][0]["createdAt"];
    let results = json!([
        {"cidrBlock": "192.0.2.0/24", "createdAt": created, "requestCount": 0},
        {"cidrBlock": "198.51.100.7/32", "createdAt": created, "ipAddress": "198.51.100.7", "requestCount": 0},
    ]);
    assert_eq!((&added["results"], &added["totalCount"]), (&results, &json!(2)));

    // Made and revoked from anywhere.
    let token = token(&app, (&id, &secret)).await;
    let from = |address: &str| {
        let mut request = app.request_as(&token, "GET", &app.group("/peers?pretty=true&envelope=true"), None);
        let peer: SocketAddr = format!("{address}:4711").parse().expect("an address");
        request.extensions_mut().insert(PeerAddr(peer));
        app.send(request)
    };
    let refused = from("203.0.113.9").await.expect(200);
    assert_eq!(refused["status"], 403);
    assert_eq!(refused["content"]["errorCode"], "IP_ADDRESS_NOT_ON_ACCESS_LIST");
    assert_eq!(refused["content"]["parameters"], json!(["203.0.113.9"]));
    for address in ["192.0.2.1", "198.51.100.7", "192.0.2.2"] {
        assert_eq!(from(address).await.expect(200)["status"], 200);
    }
    let shown = call(&app, "GET", &list, None).await.expect(200)["results"].clone();
    assert_eq!((&shown[0]["requestCount"], &shown[0]["lastUsedAddress"]), (&json!(2), &json!("192.0.2.2")));
    assert_eq!((&shown[1]["requestCount"], &shown[1]["lastUsedAt"]), (&json!(1), created));

    assert_eq!(call(&app, "DELETE", &format!("{list}/192.0.2.0%2F24"), None).await.status, 204);
    assert_eq!(from("192.0.2.1").await.expect(200)["status"], 403);
    assert_eq!(call(&app, "DELETE", &format!("{list}/198.51.100.7"), None).await.status, 204);
    assert_eq!(from("203.0.113.9").await.expect(200)["status"], 200);
}

#[tokio::test]
async fn a_form_that_asks_for_something_else_is_refused_in_oauths_words() {
    let app = TestApp::start().await;
    let (id, _, secret) = account(&app, "ORG_READ_ONLY").await;
    for (form, error) in [("", "invalid_request"), ("grant_type=password", "unsupported_grant_type")] {
        let refused: Value = ask(&app, "/api/oauth/token", (&id, &secret), form.to_owned()).await.expect(400);
        assert_eq!(refused["error"], error);
    }
}
