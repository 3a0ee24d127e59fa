//! Service accounts: their shapes, each refusal, and what a project may do to an account.

use axum::body::Body;
use http::Request;
use model::{Role, Roles};
use serde_json::{Value, json};
use testkit::{Answer, TestApp};

/// A request in the version that service accounts have.
pub fn request(app: &TestApp, token: &str, method: &str, path: &str, body: Option<Value>) -> Request<Body> {
    let mut request = app.request_as(token, method, path, body);
    let accept = "application/vnd.atlas.2024-08-05+json".parse().expect("a media type");
    request.headers_mut().insert("accept", accept);
    request
}

/// Calls as the organization's owner.
pub async fn call(app: &TestApp, method: &str, path: &str, body: Option<Value>) -> Answer {
    app.send(request(app, &app.token, method, path, body)).await
}

/// `/api/atlas/v2/orgs/{org}/serviceAccounts` and more.
pub fn of_org(app: &TestApp, rest: &str) -> String {
    format!("/api/atlas/v2/orgs/{}/serviceAccounts{rest}", app.org)
}

/// `/api/atlas/v2/groups/{project}/serviceAccounts` and more.
pub fn of_project(app: &TestApp, rest: &str) -> String {
    app.group(&format!("/serviceAccounts{rest}"))
}

/// The body of a new account.
pub fn new(role: &str) -> Value {
    json!({"name": "robot", "description": "for tests", "roles": [role], "secretExpiresAfterHours": 8})
}

pub fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_else(|| panic!("no {pointer} in {value}"))
}

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().expect("an object").keys().map(String::as_str).collect()
}

#[tokio::test]
async fn an_account_shows_its_secret_once_and_a_mask_ever_after() {
    let app = TestApp::start().await;
    app.clock.advance(std::time::Duration::from_secs(1));
    let made = call(&app, "POST", &of_org(&app, ""), Some(new("ORG_READ_ONLY"))).await;
    assert_eq!(made.header("content-type"), "application/vnd.atlas.2024-08-05+json;charset=utf-8");
    let made = made.expect(201);
    assert_eq!(keys(&made), ["clientId", "createdAt", "description", "name", "roles", "secrets"]);
    assert_eq!(keys(&made["secrets"][0]), ["createdAt", "expiresAt", "id", "secret"]);
    let secret = text(&made, "/secrets/0/secret");
    assert!(secret.starts_with("mdb_sa_sk_") && secret.len() == 50, "{secret}");
    assert_eq!(made["roles"], json!(["ORG_READ_ONLY"]));

    let path = of_org(&app, &format!("/{}", text(&made, "/clientId")));
    let shown = call(&app, "GET", &path, None).await.expect(200);
    assert_eq!(keys(&shown["secrets"][0]), ["createdAt", "expiresAt", "id", "maskedSecretValue"]);
    let mask = format!("mdb_sa_sk_...{}", &secret[46..]);
    assert_eq!(text(&shown, "/secrets/0/maskedSecretValue"), mask);
    let list = call(&app, "GET", &of_org(&app, "?includeSystemManaged=true"), None).await.expect(200);
    assert_eq!((&list["totalCount"], &list["results"][1]), (&json!(2), &shown));

    let change = json!({"name": "Róbot 2", "description": "it's, well. new_one", "roles": ["ORG_MEMBER"]});
    let changed = call(&app, "PATCH", &path, Some(change)).await.expect(200);
    assert_eq!((text(&changed, "/name"), &changed["roles"]), ("Róbot 2", &json!(["ORG_MEMBER"])));
    assert_eq!(call(&app, "PATCH", &path, Some(json!({}))).await.expect(200), changed);
    assert_eq!(call(&app, "DELETE", &path, None).await.status, 204);
    let gone = call(&app, "GET", &path, None).await;
    assert_eq!(gone.refusal(), (404, "SERVICE_ACCOUNT_NOT_FOUND".into(), None));
}

#[tokio::test]
async fn accounts_exist_in_v2_from_their_version_on_and_not_in_v1() {
    let app = TestApp::start().await;
    assert_eq!(app.get(&of_org(&app, "")).await.refusal(), (406, "INVALID_VERSION_DATE".into(), None));
    let v1 = app.get(&of_org(&app, "").replace("/v2/", "/v1.0/")).await;
    assert_eq!(v1.refusal().1, "RESOURCE_NOT_FOUND");
    let wrapped = call(&app, "GET", &of_org(&app, "?envelope=true&pretty=true"), None).await;
    assert_eq!(wrapped.expect(200)["status"], 200);
}

#[tokio::test]
async fn each_wrong_field_of_a_new_account_is_named() {
    let app = TestApp::start().await;
    let with = |field: &str, value: Value| {
        let mut body = new("ORG_READ_ONLY");
        body[field] = value;
        body
    };
    let long = "x".repeat(65);
    for (body, code, field) in [
        (with("name", json!("")), "INVALID_ATTRIBUTE", "name"),
        (with("name", json!(long)), "INVALID_ATTRIBUTE", "name"),
        (with("name", json!("a/b")), "INVALID_ATTRIBUTE", "name"),
        (with("name", json!(7)), "INVALID_JSON_ATTRIBUTE", "name"),
        (with("description", Value::Null), "MISSING_ATTRIBUTE", "description"),
        (with("roles", json!([])), "INVALID_ATTRIBUTE", "roles"),
        (with("roles", json!(["GROUP_OWNER"])), "INVALID_ROLE", "roles"),
        (with("roles", json!(["KING"])), "INVALID_ROLE", "roles"),
        (with("secretExpiresAfterHours", json!(7)), "INVALID_ATTRIBUTE", "secretExpiresAfterHours"),
        (with("secretExpiresAfterHours", json!(8761)), "INVALID_ATTRIBUTE", "secretExpiresAfterHours"),
        (with("clientId", json!("x")), "INVALID_ATTRIBUTE", "clientId"),
    ] {
        let refused = call(&app, "POST", &of_org(&app, ""), Some(body)).await;
        assert_eq!(refused.refusal(), (400, code.into(), Some(field.into())));
    }
    let refused = call(&app, "POST", &of_project(&app, ""), Some(new("ORG_OWNER"))).await;
    assert_eq!(refused.refusal(), (400, "INVALID_ROLE".into(), Some("roles".into())));
    let refused = call(&app, "GET", &of_org(&app, "?includeSystemManaged=x"), None).await;
    assert_eq!(refused.refusal().1, "INVALID_QUERY_PARAMETER");
    assert_eq!(call(&app, "GET", &of_org(&app, ""), None).await.expect(200)["totalCount"], 1);
}

#[tokio::test]
async fn what_does_not_exist_of_an_account_is_not_found() {
    let app = TestApp::start().await;
    let made = call(&app, "POST", &of_org(&app, ""), Some(new("ORG_MEMBER"))).await.expect(201);
    let id = text(&made, "/clientId");
    let none = "0".repeat(24);
    let hours = Some(json!({"secretExpiresAfterHours": 8}));
    let entries = Some(json!([{"ipAddress": "192.0.2.1"}]));
    let roles = Some(json!({"roles": ["GROUP_OWNER"]}));
    for (method, path, body, code) in [
        // A form that no client id has: clients look for 404, not for 400.
        ("GET", of_org(&app, &format!("/{none}")), None, "SERVICE_ACCOUNT_NOT_FOUND"),
        ("PATCH", of_org(&app, "/mdb_sa_id_1"), Some(json!({})), "SERVICE_ACCOUNT_NOT_FOUND"),
        ("DELETE", of_org(&app, "/mdb_sa_id_1"), None, "SERVICE_ACCOUNT_NOT_FOUND"),
        ("GET", of_org(&app, "/mdb_sa_id_1/groups"), None, "SERVICE_ACCOUNT_NOT_FOUND"),
        ("GET", of_org(&app, "/mdb_sa_id_1/accessList"), None, "SERVICE_ACCOUNT_NOT_FOUND"),
        ("POST", of_org(&app, "/mdb_sa_id_1/secrets"), hours.clone(), "SERVICE_ACCOUNT_NOT_FOUND"),
        ("DELETE", of_org(&app, &format!("/{id}/secrets/{none}")), None, "SERVICE_ACCOUNT_SECRET_NOT_FOUND"),
        (
            "DELETE",
            of_org(&app, &format!("/{id}/accessList/192.0.2.1")),
            None,
            "SERVICE_ACCOUNT_ACCESS_LIST_ENTRY_NOT_FOUND",
        ),
        // It has no roles in the project.
        ("GET", of_project(&app, &format!("/{id}")), None, "SERVICE_ACCOUNT_NOT_FOUND"),
        ("PATCH", of_project(&app, &format!("/{id}")), roles.clone(), "SERVICE_ACCOUNT_NOT_FOUND"),
        ("DELETE", of_project(&app, &format!("/{id}")), None, "SERVICE_ACCOUNT_NOT_FOUND"),
        ("POST", of_project(&app, &format!("/{id}/secrets")), hours, "SERVICE_ACCOUNT_NOT_FOUND"),
        ("POST", of_project(&app, &format!("/{id}/accessList")), entries, "SERVICE_ACCOUNT_NOT_FOUND"),
        ("POST", of_project(&app, "/mdb_sa_id_1:invite"), roles, "SERVICE_ACCOUNT_NOT_FOUND"),
    ] {
        let refused = call(&app, method, &path, body).await;
        assert_eq!(refused.refusal(), (404, code.into(), None), "{method} {path}");
    }
    let malformed = call(&app, "DELETE", &of_org(&app, &format!("/{id}/secrets/x")), None).await;
    assert_eq!(malformed.refusal(), (400, "PATH_PARAM_PARSE_ERROR".into(), None));
    let malformed = call(&app, "DELETE", &of_org(&app, &format!("/{id}/accessList/x")), None).await;
    assert_eq!(malformed.refusal().1, "INVALID_IP_ADDRESS_OR_CIDR_NOTATION");
}

#[tokio::test]
async fn a_projects_account_has_roles_there_and_is_a_member_of_the_organization() {
    let app = TestApp::start().await;
    let made = call(&app, "POST", &of_project(&app, ""), Some(new("GROUP_READ_ONLY"))).await.expect(201);
    let id = text(&made, "/clientId");
    assert_eq!(made["roles"], json!(["GROUP_READ_ONLY"]));
    let of_its_org = call(&app, "GET", &of_org(&app, &format!("/{id}")), None).await.expect(200);
    assert_eq!(of_its_org["roles"], json!(["ORG_MEMBER"]));
    let path = of_project(&app, &format!("/{id}"));
    let changed = call(&app, "PATCH", &path, Some(json!({"roles": ["GROUP_OWNER"], "name": "other"}))).await;
    assert_eq!(
        (text(&changed.expect(200), "/name"), &changed.json()["roles"]),
        ("other", &json!(["GROUP_OWNER"]))
    );
    let list = call(&app, "GET", &of_project(&app, ""), None).await.expect(200);
    assert_eq!((&list["totalCount"], text(&list, "/results/0/clientId")), (&json!(1), id));

    assert_eq!(call(&app, "DELETE", &path, None).await.status, 204);
    assert_eq!(call(&app, "GET", &of_project(&app, ""), None).await.expect(200)["totalCount"], 0);
    assert_eq!(call(&app, "GET", &of_org(&app, &format!("/{id}")), None).await.status, 200);
}

#[tokio::test]
async fn an_account_is_invited_with_an_object_or_with_an_array_of_it() {
    let app = TestApp::start().await;
    let made = call(&app, "POST", &of_org(&app, ""), Some(new("ORG_MEMBER"))).await.expect(201);
    let id = text(&made, "/clientId");
    let invite = of_project(&app, &format!("/{id}:invite"));
    let groups = of_org(&app, &format!("/{id}/groups"));
    assert_eq!(call(&app, "GET", &groups, None).await.expect(200)["totalCount"], 0);
    let body = json!({"roles": ["GROUP_READ_ONLY", "GROUP_ACCESS_MANAGER"]});
    let invited = call(&app, "POST", &invite, Some(body)).await.expect(200);
    assert_eq!(keys(&invited), ["clientId", "createdAt", "description", "name", "roles", "secrets"]);
    assert_eq!(invited["roles"], json!(["GROUP_READ_ONLY", "GROUP_ACCESS_MANAGER"]));
    let invited = call(&app, "POST", &invite, Some(json!([{"roles": ["GROUP_OWNER"]}]))).await.expect(200);
    assert_eq!(invited["roles"], json!(["GROUP_OWNER"]));
    let there = json!({"groupId": app.project.to_string(), "roles": ["GROUP_OWNER"]});
    assert_eq!(call(&app, "GET", &groups, None).await.expect(200)["results"], json!([there]));
    for (body, code) in [
        (json!({}), "MISSING_ATTRIBUTE"),
        (json!([]), "MISSING_ATTRIBUTE"),
        (json!({"roles": ["ORG_OWNER"]}), "INVALID_ROLE"),
        (json!("roles"), "INVALID_JSON"),
    ] {
        assert_eq!(call(&app, "POST", &invite, Some(body)).await.refusal().1, code);
    }
}

#[tokio::test]
async fn a_project_owner_changes_the_accounts_of_the_project_and_no_others() {
    let app = TestApp::start().await;
    let made = |roles: &'static str, path: String| {
        let app = &app;
        async move { text(&call(app, "POST", &path, Some(new(roles))).await.expect(201), "/clientId").to_owned() }
    };
    let own = made("GROUP_READ_ONLY", of_project(&app, "")).await;
    let borrowed = made("ORG_READ_ONLY", of_org(&app, "")).await;
    let roles = json!({"roles": ["GROUP_READ_ONLY"]});
    call(&app, "POST", &of_project(&app, &format!("/{borrowed}:invite")), Some(roles.clone()))
        .await
        .expect(200);
    let owner = app.token_with(Roles::one(Role::GroupOwner)).await;
    let owner_id =
        app.app.auth.tokens.verify(&owner, model::Clock::now(&*app.clock)).expect("a token").client_id;
    // The grant at the organization is no role there, so this makes it an owner of the project alone.
    let act = model::Act::of_system(model::Clock::now(&*app.clock));
    let (store, project) = (&app.app.store, app.project);
    store.account_assign(project, &owner_id, Roles::one(Role::GroupOwner), &act).await.expect("assigned");

    let hours = json!({"secretExpiresAfterHours": 8});
    let entries = json!([{"ipAddress": "192.0.2.1"}]);
    let refused = (401, "USER_UNAUTHORIZED".to_owned(), None);
    for (rest, method, body) in [
        ("/secrets", "POST", Some(hours)),
        ("/accessList", "POST", Some(entries)),
        ("/accessList/192.0.2.1", "DELETE", None),
        ("", "PATCH", Some(json!({"name": "another"}))),
    ] {
        let ask = |id: &str| {
            let path = of_project(&app, &format!("/{id}{rest}"));
            app.send(request(&app, &owner, method, &path, body.clone()))
        };
        assert_eq!(ask(&borrowed).await.refusal(), refused, "{rest}");
        let done = ask(&own).await;
        assert!(done.status < 300, "{rest}: {}", done.text());
    }
    // Its roles in the project are the project's matter, and so is its name sent back unchanged.
    let path = of_project(&app, &format!("/{borrowed}"));
    let change = json!({"name": "robot", "description": "for tests", "roles": ["GROUP_OWNER"]});
    let changed = app.send(request(&app, &owner, "PATCH", &path, Some(change))).await;
    assert_eq!(changed.expect(200)["roles"], json!(["GROUP_OWNER"]));
    let invited = app.send(request(&app, &owner, "POST", &format!("{path}:invite"), Some(roles))).await;
    assert_eq!(invited.refusal(), refused);
    assert_eq!(app.send(request(&app, &owner, "DELETE", &path, None)).await.status, 204);
}

#[tokio::test]
async fn an_account_has_two_secrets_at_most() {
    let app = TestApp::start().await;
    let made = call(&app, "POST", &of_org(&app, ""), Some(new("ORG_MEMBER"))).await.expect(201);
    let path = of_org(&app, &format!("/{}/secrets", text(&made, "/clientId")));
    let hours = || Some(json!({"secretExpiresAfterHours": 24}));
    let second = call(&app, "POST", &path, hours()).await.expect(201);
    assert_eq!(keys(&second), ["createdAt", "expiresAt", "id", "secret"]);
    let refused = call(&app, "POST", &path, hours()).await;
    assert_eq!(refused.refusal(), (400, "MAX_SERVICE_ACCOUNT_SECRETS_EXCEEDED".into(), None));
    let first = format!("{path}/{}", text(&made, "/secrets/0/id"));
    assert_eq!(call(&app, "DELETE", &first, None).await.status, 204);
    assert_eq!(call(&app, "DELETE", &first, None).await.refusal().1, "SERVICE_ACCOUNT_SECRET_NOT_FOUND");
    call(&app, "POST", &path, hours()).await.expect(201);
    let refused = call(&app, "POST", &path, Some(json!({}))).await;
    assert_eq!(refused.refusal(), (400, "MISSING_ATTRIBUTE".into(), Some("secretExpiresAfterHours".into())));
}

#[tokio::test]
async fn the_last_owner_that_can_call_is_neither_removed_nor_demoted() {
    let app = TestApp::start().await;
    let keys = format!("/api/atlas/v2/orgs/{}/apiKeys", app.org);
    let key = app.get(&keys).await.expect(200);
    assert_eq!(app.delete(&format!("{keys}/{}", text(&key, "/results/0/id"))).await.status, 204);
    let list = call(&app, "GET", &of_org(&app, ""), None).await.expect(200);
    let own = of_org(&app, &format!("/{}", text(&list, "/results/0/clientId")));
    let last = (403, "CANNOT_DEMOTE_LAST_ORG_OWNER".to_owned(), None);
    assert_eq!(call(&app, "DELETE", &own, None).await.refusal(), last);
    let change = json!({"roles": ["ORG_MEMBER"]});
    assert_eq!(call(&app, "PATCH", &own, Some(change)).await.refusal(), last);
    app.post(&keys, json!({"desc": "k", "roles": ["ORG_OWNER"]})).await.expect(200);
    assert_eq!(call(&app, "DELETE", &own, None).await.status, 204);
    assert_eq!(call(&app, "GET", &own, None).await.status, 401);
}
