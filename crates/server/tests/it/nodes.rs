//! Two nodes on one database: what one of them takes back, the other refuses at the next request.

use std::num::NonZeroU32;

use http::Request;
use model::{Act, Clock as _, Role, Roles};
use serde_json::json;
use server::rate::Rates;
use store::Page;
use testkit::{Answer, ApiKey, Digest, TestApp, V2};

async fn two() -> (TestApp, TestApp) {
    let one = TestApp::first_of_nodes(Rates::default()).await;
    let other = one.node(Rates::default()).await;
    (one, other)
}

async fn owner(app: &TestApp) -> ApiKey {
    app.key(app.org, Roles::one(Role::OrgOwner), &[]).await
}

/// What a digest header gets at a node.
async fn shown(app: &TestApp, digest: &Digest) -> Answer {
    let request = Request::builder()
        .uri(&digest.uri)
        .header("accept", V2)
        .header("authorization", digest.header())
        .body(axum::body::Body::empty())
        .expect("a request");
    app.send(request).await
}

fn is_stale(answer: &Answer) -> bool {
    answer.status == 401 && answer.header("www-authenticate").contains("stale=true")
}

#[tokio::test]
async fn a_digest_header_that_served_at_one_node_serves_at_no_other() {
    let (one, other) = two().await;
    let key = owner(&one).await;
    let digest = one.digest(&key, "GET", &one.group("/peers"));
    assert_eq!(shown(&one, &digest).await.status, 200);
    assert!(is_stale(&shown(&other, &digest).await), "captured here, replayed there");
    assert_eq!(shown(&other, &digest).await.status, 401, "however often");
    let again = shown(&one, &digest).await;
    assert!(again.status == 401 && !is_stale(&again), "replayed where it served");
    // The node that counts goes on with its nonce; to the other all of it is stale.
    let next = Digest { nc: 2, ..digest };
    assert!(is_stale(&shown(&other, &next).await));
    assert_eq!(shown(&one, &next).await.status, 200);
}

#[tokio::test]
async fn of_many_at_two_nodes_who_show_the_same_digest_header_one_is_served() {
    let (one, other) = two().await;
    let key = owner(&one).await;
    for round in 0..10 {
        let digest = one.digest(&key, "GET", &one.group("/peers"));
        let answers = tokio::join!(
            shown(&one, &digest),
            shown(&other, &digest),
            shown(&one, &digest),
            shown(&other, &digest)
        );
        let statuses = [answers.0, answers.1, answers.2, answers.3].map(|answer| answer.status);
        assert_eq!(
            statuses.iter().filter(|status| **status == 200).count(),
            1,
            "round {round}: {statuses:?}"
        );
    }
}

#[tokio::test]
async fn a_client_that_is_sent_from_node_to_node_needs_one_new_nonce_at_most() {
    let (one, other) = two().await;
    let key = owner(&one).await;
    // The challenge comes from one node, the answer goes to the other.
    let mut digest = one.digest(&key, "GET", &one.group("/peers"));
    for nth in 0..20 {
        let (there, back) = if nth % 2 == 0 { (&other, &one) } else { (&one, &other) };
        let answer = shown(there, &digest).await;
        if is_stale(&answer) {
            let challenge = answer.header("www-authenticate");
            let nonce = challenge.split("nonce=\"").nth(1).and_then(|rest| rest.split('"').next());
            digest = Digest { nonce: nonce.expect("a nonce").to_owned(), nc: 1, ..digest };
            // The next call goes to the other node again.
            assert_eq!(shown(back, &digest).await.status, 200, "call {nth}");
        } else {
            assert_eq!(answer.status, 200, "call {nth}");
        }
        digest.nc += 1;
    }
}

#[tokio::test]
async fn claims_of_nonces_are_forgotten_when_nonces_have_expired() {
    let (one, other) = two().await;
    let key = owner(&one).await;
    let digest = one.digest(&key, "GET", &one.group("/peers"));
    assert_eq!(shown(&one, &digest).await.status, 200);
    assert_eq!(one.app.store.nonces_forget(one.clock.now()).await.expect("swept"), 0);
    one.clock.advance(server::auth::nonce::CLAIM_LIFE);
    assert_eq!(one.app.store.nonces_forget(one.clock.now()).await.expect("swept"), 1);
    assert!(is_stale(&shown(&other, &digest).await), "it has expired");
}

#[tokio::test]
async fn a_token_ends_at_both_nodes_with_its_account_or_its_secret() {
    let (one, other) = two().await;
    for with_account in [true, false] {
        let store = &one.app.store;
        let all = Page { number: 1, size: 10 };
        let before = store.account_list(one.org, all).await.expect("listed").items;
        let token = one.token_with(Roles::one(Role::OrgOwner)).await;
        let path = format!("/api/atlas/v2/orgs/{}", one.org);
        let ask = async |app: &TestApp| app.send(app.request_as(&token, "GET", &path, None)).await.status;
        assert_eq!((ask(&one).await, ask(&other).await), (200, 200));
        let listed = store.account_list(one.org, all).await.expect("listed").items;
        let whose = listed.iter().find(|view| !before.contains(view)).expect("made later");
        let (id, act) = (&whose.account.client_id, Act::of_system(one.clock.now()));
        let gone = match with_account {
            true => store.account_delete(one.org, id, &act).await,
            false => store.secret_delete(one.org, id, whose.secrets[0].id, &act).await,
        };
        gone.expect("it was there");
        assert_eq!((ask(&other).await, ask(&one).await), (401, 401));
    }
}

#[tokio::test]
async fn a_key_that_is_deleted_or_limited_at_one_node_is_refused_at_the_other() {
    let (one, other) = two().await;
    let key = owner(&one).await;
    let ask = async |app: &TestApp| {
        shown(app, &app.digest(&key, "GET", &format!("/api/atlas/v2/orgs/{}", app.org))).await.status
    };
    assert_eq!((ask(&one).await, ask(&other).await), (200, 200));
    let path = format!("/api/atlas/v2/orgs/{}/apiKeys/{}", one.org, key.id);
    let listed = one.post(&format!("{path}/accessList"), json!([{ "cidrBlock": "192.0.2.0/24" }])).await;
    listed.expect(200);
    assert_eq!(ask(&other).await, 403, "the changed list holds at once");
    assert_eq!(one.delete(&format!("{path}/accessList/192.0.2.0%2F24")).await.status, 204);
    assert_eq!(ask(&other).await, 200);
    assert_eq!(one.delete(&path).await.status, 204);
    assert_eq!(ask(&other).await, 401);
}

#[tokio::test]
async fn each_node_counts_calls_by_itself() {
    let rates = Rates::Times(NonZeroU32::MIN);
    let one = TestApp::first_of_nodes(rates).await;
    let other = one.node(rates).await;
    let path = one.group("/containers");
    let mut n_served = 0;
    while one.get(&path).await.status == 200 {
        n_served += 1;
        assert!(n_served < 10_000, "the limit is reached");
    }
    assert_eq!(one.get(&path).await.status, 429);
    assert_eq!(other.get(&path).await.status, 200);
}
