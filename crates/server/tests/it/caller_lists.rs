//! The access lists of API keys and service accounts, in v2 and v1.0: who may change them, what
//! they hold, and what an organization may ask for.

use std::net::SocketAddr;

use http::Request;
use model::key::Principal;
use model::{Role, Roles};
use serde_json::{Value, json};
use server::serve::PeerAddr;
use testkit::{Answer, TestApp};

use crate::accounts::{call, new, of_org, text};

fn of_keys(app: &TestApp, rest: &str) -> String {
    format!("/api/atlas/v2/orgs/{}/apiKeys{rest}", app.org)
}

async fn new_key(app: &TestApp) -> String {
    let made = app.post(&of_keys(app, ""), json!({"desc": "k", "roles": ["ORG_MEMBER"]})).await.expect(200);
    text(&made, "/id").to_owned()
}

async fn new_account(app: &TestApp) -> String {
    let made = call(app, "POST", &of_org(app, ""), Some(new("ORG_READ_ONLY"))).await.expect(201);
    text(&made, "/clientId").to_owned()
}

/// Both kinds of list: its path, and the word for one too few or too many.
async fn lists(app: &TestApp) -> [(String, &'static str); 2] {
    [
        (of_keys(app, &format!("/{}/accessList", new_key(app).await)), "API_KEY_ACCESS_LIST_ENTRY_NOT_FOUND"),
        (
            of_org(app, &format!("/{}/accessList", new_account(app).await)),
            "SERVICE_ACCOUNT_ACCESS_LIST_ENTRY_NOT_FOUND",
        ),
    ]
}

#[tokio::test]
async fn each_wrong_entry_of_a_list_is_named_and_nothing_is_added() {
    let app = TestApp::start().await;
    for (list, _) in lists(&app).await {
        call(&app, "POST", &list, Some(json!([{"ipAddress": "192.0.2.1"}]))).await.expect(200);
        for (body, status, code) in [
            (
                json!([{"ipAddress": "192.0.2.9"}, {"ipAddress": "x"}]),
                400,
                "INVALID_IP_ADDRESS_OR_CIDR_NOTATION",
            ),
            (json!([{"cidrBlock": "192.0.2.0/33"}]), 400, "INVALID_IP_ADDRESS_OR_CIDR_NOTATION"),
            (json!([{}]), 400, "MISSING_ONE_OF_ATTRIBUTES"),
            (
                json!([{"ipAddress": "192.0.2.9", "cidrBlock": "10.0.0.0/8"}]),
                400,
                "BAD_WHITELIST_ADD_REQUEST",
            ),
            (
                json!([{"ipAddress": "192.0.2.9"}, {"cidrBlock": "192.0.2.9/32"}]),
                400,
                "DUPLICATE_ADDRESSES_IN_INPUT",
            ),
            (
                json!([{"ipAddress": "192.0.2.9"}, {"ipAddress": "192.0.2.1"}]),
                409,
                "ADDRESS_ALREADY_IN_WHITELIST",
            ),
            (json!({"ipAddress": "192.0.2.9"}), 400, "INVALID_JSON"),
            (json!([{"comment": "x"}]), 400, "INVALID_ATTRIBUTE"),
        ] {
            let refused = call(&app, "POST", &list, Some(body)).await.refusal();
            assert_eq!((refused.0, refused.1.as_str()), (status, code), "{list}");
        }
        let shown = call(&app, "GET", &list, None).await.expect(200);
        assert_eq!(shown["totalCount"], 1, "{list}");
    }
}

#[tokio::test]
async fn one_address_may_be_sent_in_both_its_forms_and_found_by_either() {
    let app = TestApp::start().await;
    for (list, not_found) in lists(&app).await {
        let both = json!([{"ipAddress": "2001:db8::1", "cidrBlock": "2001:db8::1/128"}, {"cidrBlock": "10.1.2.3/8"}]);
        let added = call(&app, "POST", &list, Some(both)).await.expect(200);
        assert_eq!(text(&added, "/results/0/cidrBlock"), "10.0.0.0/8");
        assert_eq!(text(&added, "/results/1/ipAddress"), "2001:db8::1");
        assert_eq!(call(&app, "DELETE", &format!("{list}/2001:db8::1%2F128"), None).await.status, 204);
        let gone = call(&app, "DELETE", &format!("{list}/2001:db8::1"), None).await;
        assert_eq!(gone.refusal(), (404, not_found.into(), None));
    }
}

#[tokio::test]
async fn a_list_has_two_hundred_entries_at_most() {
    let app = TestApp::start().await;
    let entries =
        |n: u32| (0..n).map(|nth| json!({"ipAddress": format!("10.0.0.{nth}")})).collect::<Vec<_>>();
    for (list, code) in lists(&app).await {
        call(&app, "POST", &list, Some(entries(200).into())).await.expect(200);
        let refused = call(&app, "POST", &list, Some(json!([{"ipAddress": "10.0.1.0"}]))).await;
        assert_eq!(
            refused.refusal().1,
            code.replace("ENTRY_NOT_FOUND", "ENTRIES_EXCEEDED").replacen("", "MAX_", 1)
        );
        assert_eq!(call(&app, "GET", &list, None).await.expect(200)["totalCount"], 200);
    }
}

#[tokio::test]
async fn a_keys_list_has_an_older_name_in_v1() {
    let app = TestApp::start().await;
    let key = new_key(&app).await;
    let old = of_keys(&app, &format!("/{key}/whitelist")).replace("/v2/", "/v1.0/");
    let added = app.post(&old, json!([{"ipAddress": "192.0.2.1"}])).await.expect(200);
    assert_eq!(added["results"][0]["count"], 0);
    assert_eq!(app.get(&format!("{old}/192.0.2.1")).await.expect(200)["ipAddress"], "192.0.2.1");
    assert_eq!(app.delete(&format!("{old}/192.0.2.1")).await.status, 204);
    assert_eq!(app.get(&format!("{old}/192.0.2.1")).await.refusal().1, "API_KEY_ACCESS_LIST_ENTRY_NOT_FOUND");
}

#[tokio::test]
async fn a_keys_list_is_its_own_and_the_owners_affair() {
    let app = TestApp::start().await;
    let key = new_key(&app).await;
    let reader = app.token_with(Roles::one(Role::OrgReadOnly)).await;
    let list = of_keys(&app, &format!("/{key}/accessList"));
    for (method, path, body) in [
        ("GET", list.clone(), None),
        ("POST", list.clone(), Some(json!([{"ipAddress": "192.0.2.1"}]))),
        ("GET", format!("{list}/192.0.2.1"), None),
        ("DELETE", format!("{list}/192.0.2.1"), None),
    ] {
        let refused = app.send(app.request_as(&reader, method, &path, body)).await;
        assert_eq!(refused.refusal(), (401, "API_KEY_ACCESS_LIST_ACCESS_DENIED".into(), None), "{method}");
    }
}

async fn get_from(app: &TestApp, token: &str, address: &str, path: &str) -> Answer {
    let mut request: Request<_> = app.request_as(token, "GET", path, None);
    let peer: SocketAddr = format!("{address}:4711").parse().expect("an address");
    request.extensions_mut().insert(PeerAddr(peer));
    app.send(request).await
}

#[tokio::test]
async fn whoever_changes_its_own_list_does_not_lock_itself_out() {
    let app = TestApp::start().await;
    let now = model::Clock::now(&*app.clock);
    let own = app.app.auth.tokens.verify(&app.token, now).expect("a token").client_id;
    let list = of_org(&app, &format!("/{own}/accessList"));
    let add = |address: &str| call(&app, "POST", &list, Some(json!([{"ipAddress": address}])));
    let refused = add("192.0.2.1").await;
    assert_eq!(refused.refusal(), (400, "CANNOT_REMOVE_CALLER_FROM_ACCESS_LIST".into(), None));
    add("127.0.0.1").await.expect(200);
    add("192.0.2.1").await.expect(200);
    let refused = call(&app, "DELETE", &format!("{list}/127.0.0.1"), None).await;
    assert_eq!(refused.refusal(), (400, "CANNOT_REMOVE_CALLER_FROM_ACCESS_LIST".into(), None));
    assert_eq!(call(&app, "DELETE", &format!("{list}/192.0.2.1"), None).await.status, 204);
    assert_eq!(get_from(&app, &app.token, "192.0.2.1", &app.group("")).await.status, 403);
}

#[tokio::test]
async fn an_organization_that_wants_lists_wants_them_of_accounts_too_in_both_versions() {
    let app = TestApp::with_lists_required().await;
    for root in ["v1.0", "v2"] {
        let path = format!("/api/atlas/{root}/groups/{}", app.project);
        let refused = get_from(&app, &app.token, "203.0.113.9", &path).await;
        assert_eq!(
            refused.text(),
            r#"{"detail":"This organization requires access through an access list of ip ranges.","error":403,"errorCode":"ORG_REQUIRES_ACCESS_LIST","parameters":["203.0.113.9"],"reason":"Forbidden"}"#
        );
        let wrapped = get_from(&app, &app.token, "203.0.113.9", &format!("{path}?envelope=true")).await;
        assert_eq!(wrapped.expect(200)["content"]["errorCode"], "ORG_REQUIRES_ACCESS_LIST");
    }
    let now = model::Clock::now(&*app.clock);
    let own = app.app.auth.tokens.verify(&app.token, now).expect("a token").client_id;
    let (of, act) = (Principal::ServiceAccount(own), model::Act::of_system(now));
    let nets = ["203.0.113.9/32".parse().expect("a block")];
    app.app.store.caller_access_add(app.org, &of, &nets, &act).await.expect("added");
    assert_eq!(get_from(&app, &app.token, "203.0.113.9", &app.group("")).await.status, 200);
    let elsewhere = get_from(&app, &app.token, "203.0.113.8", &app.group("")).await;
    assert_eq!(elsewhere.refusal(), (403, "IP_ADDRESS_NOT_ON_ACCESS_LIST".into(), None));
}

#[tokio::test]
async fn what_comes_through_a_keys_list_is_counted() {
    let app = TestApp::start().await;
    let key = new_key(&app).await;
    let of = Principal::Key(key.parse().expect("an id"));
    let list = of_keys(&app, &format!("/{key}/accessList"));
    app.post(&list, json!([{"ipAddress": "192.0.2.1"}])).await.expect(200);
    let (net, from) = ("192.0.2.1/32".parse().expect("a block"), "192.0.2.1".parse().expect("an address"));
    for _ in 0..3 {
        app.app.auth.uses.count(&of, net, model::Clock::now(&*app.clock), from);
    }
    let shown: Value = app.get(&format!("{list}/192.0.2.1")).await.expect(200);
    assert_eq!(shown["count"], 3);
    assert_eq!((&shown["lastUsed"], &shown["lastUsedAddress"]), (&shown["created"], &json!("192.0.2.1")));
    assert_eq!(app.get(&list).await.expect(200)["results"][0]["count"], 3);
}

#[tokio::test]
async fn counts_reach_the_rows_without_being_asked_for() {
    let app = TestApp::start().await;
    let of = Principal::Key(new_key(&app).await.parse().expect("an id"));
    let (net, from) = ("192.0.2.1/32".parse().expect("a block"), "192.0.2.1".parse().expect("an address"));
    let now = model::Clock::now(&*app.clock);
    let act = model::Act::of_system(now);
    app.app.store.caller_access_add(app.org, &of, &[net], &act).await.expect("added");
    app.app.auth.uses.count(&of, net, now, from);
    let written = async {
        loop {
            let entry = app.app.store.caller_access_get(app.org, &of, net).await.expect("read");
            if entry.is_some_and(|entry| entry.count == 1) {
                return;
            }
            tokio::task::yield_now().await;
        }
    };
    let bound = std::time::Duration::from_secs(20);
    let writing = app.app.auth.uses.keep_writing(&app.app.store, written);
    tokio::time::timeout(bound, writing).await.expect("it is written soon");
}

#[tokio::test]
async fn a_keys_roles_stay_when_its_description_alone_is_changed() {
    let app = TestApp::start().await;
    let path = of_keys(&app, &format!("/{}", new_key(&app).await));
    let changed = app.patch(&path, json!({"desc": "other", "roles": []})).await.expect(200);
    assert_eq!((text(&changed, "/desc"), text(&changed, "/roles/0/roleName")), ("other", "ORG_MEMBER"));
}
