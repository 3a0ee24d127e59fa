//! What another process takes back holds at the next request, however well a caller was known.

use axum::body::Body;
use http::Request;
use md5::{Digest as _, Md5};
use model::key::Principal;
use model::{Act, Clock, KeyId};
use serde_json::json;
use server::auth::credentials::{NewKey, OsRandom};
use testkit::{Answer, TestApp, V2};

use crate::accounts::text;

/// An API key, with the nonce that it answers to.
struct Caller<'a> {
    app: &'a TestApp,
    id: KeyId,
    public: String,
    private: String,
    nonce: String,
}

fn md5(text: &str) -> String {
    Md5::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}

impl<'a> Caller<'a> {
    async fn new(app: &'a TestApp) -> Self {
        let path = format!("/api/atlas/v2/orgs/{}/apiKeys", app.org);
        let made = app.post(&path, json!({"desc": "k", "roles": ["ORG_OWNER"]})).await.expect(200);
        let part = |pointer| text(&made, pointer).to_owned();
        let id = part("/id").parse().expect("an id");
        let mut caller =
            Self { app, id, public: part("/publicKey"), private: part("/privateKey"), nonce: String::new() };
        caller.challenge().await;
        caller
    }

    async fn challenge(&mut self) {
        let bare = Request::builder().uri("/").body(Body::empty()).expect("a request");
        let answer = self.app.send(bare).await;
        let challenge = answer.header("www-authenticate");
        let nonce = challenge.split("nonce=\"").nth(1).and_then(|rest| rest.split('"').next());
        self.nonce = nonce.expect("a nonce").to_owned();
    }

    async fn get(&self, path: &str, count: u32) -> Answer {
        let (public, nonce) = (&self.public, &self.nonce);
        let ha1 = md5(&format!("{public}:MMS Public API:{}", self.private));
        let ha2 = md5(&format!("GET:{path}"));
        let response = md5(&format!("{ha1}:{nonce}:{count:08x}:c:auth:{ha2}"));
        let header = format!(
            "Digest username=\"{public}\", realm=\"MMS Public API\", nonce=\"{nonce}\", uri=\"{path}\", \
             response=\"{response}\", cnonce=\"c\", qop=auth, nc={count:08x}"
        );
        let request = Request::builder()
            .uri(path)
            .header("accept", V2)
            .header("authorization", header)
            .body(Body::empty())
            .expect("a request");
        self.app.send(request).await
    }
}

fn act(app: &TestApp) -> Act {
    Act::of_system(app.clock.now())
}

#[tokio::test]
async fn a_key_that_another_process_deletes_is_refused_wherever_it_goes_next() {
    let app = TestApp::start().await;
    let other = app.store_beside().await;
    let places = [
        app.group("/peers"),
        format!("/api/atlas/v2/orgs/{}", app.org),
        "/api/atlas/v2/groups".to_owned(),
        "/api/landbridge/v1/clock".to_owned(),
        "/api/atlas/v2/nowhere".to_owned(),
        app.group("/peers?pretty=perhaps"),
        "/api/atlas/v2/groups/111111111111111111111111/peers".to_owned(),
    ];
    for path in places {
        let caller = Caller::new(&app).await;
        assert_ne!(caller.get(&path, 1).await.status, 401, "{path}");
        other.key_delete(app.org, caller.id, &act(&app)).await.expect("exists");
        let refused = caller.get(&path, 2).await;
        assert_eq!(refused.status, 401, "{path}");
        assert!(refused.header("www-authenticate").starts_with("Digest "), "{path}");
    }
    other.close().await;
}

#[tokio::test]
async fn who_is_proved_again_has_spent_its_nonce_once() {
    let app = TestApp::start().await;
    let other = app.store_beside().await;
    let caller = Caller::new(&app).await;
    let path = app.group("/peers");
    assert_eq!(caller.get(&path, 1).await.status, 200);
    let bystander = Caller::new(&app).await;
    other.key_delete(app.org, bystander.id, &act(&app)).await.expect("exists");
    assert_eq!(caller.get(&path, 2).await.status, 200);
    // And yet no count serves twice.
    assert_eq!(caller.get(&path, 2).await.status, 401);
    assert_eq!(caller.get(&path, 3).await.status, 200);
    other.close().await;
}

#[tokio::test]
async fn a_key_that_another_process_rotates_answers_to_its_new_half_alone() {
    let app = TestApp::start().await;
    let other = app.store_beside().await;
    let mut caller = Caller::new(&app).await;
    let path = app.group("/peers");
    assert_eq!(caller.get(&path, 1).await.status, 200);
    let new = NewKey { public_key: caller.public.clone(), ..NewKey::generate(&OsRandom) };
    let sealed = app.app.auth.sealer.seal(&new.public_key, &new.ha1(), &OsRandom);
    other.key_rotate(app.org, caller.id, None, new.mask(), sealed, &act(&app)).await.expect("exists");
    assert_eq!(caller.get(&path, 2).await.status, 401);
    caller.private = new.private_key;
    assert_eq!(caller.get(&path, 3).await.status, 200);
    other.close().await;
}

#[tokio::test]
async fn an_address_that_another_process_lets_in_or_out_is_so_at_once() {
    let app = TestApp::start().await;
    let other = app.store_beside().await;
    let mut caller = Caller::new(&app).await;
    let (path, of) = (app.group("/peers"), Principal::Key(caller.id));
    assert_eq!(caller.get(&path, 1).await.status, 200);
    let elsewhere = "192.0.2.0/24".parse().expect("a block");
    other.caller_access_add(app.org, &of, &[elsewhere], &act(&app)).await.expect("added");
    let refused = caller.get(&path, 2).await;
    assert_eq!(refused.refusal(), (403, "IP_ADDRESS_NOT_ON_ACCESS_LIST".into(), None));
    assert_eq!(
        refused.text(),
        r#"{"detail":"IP address 127.0.0.1 is not allowed to access this resource.","error":403,"errorCode":"IP_ADDRESS_NOT_ON_ACCESS_LIST","parameters":["127.0.0.1"],"reason":"Forbidden"}"#
    );
    for root in ["v1.0", "v2"] {
        let path = path.replace("/v2/", &format!("/{root}/"));
        caller.challenge().await;
        let pretty = caller.get(&format!("{path}?pretty=true"), 1).await;
        assert_eq!((pretty.status, pretty.text().lines().nth(2)), (403, Some("  \"error\" : 403,")));
        let wrapped = caller.get(&format!("{path}?envelope=true"), 2).await.expect(200);
        assert_eq!(wrapped["content"]["errorCode"], "IP_ADDRESS_NOT_ON_ACCESS_LIST");
    }
    let here = "127.0.0.0/8".parse().expect("a block");
    other.caller_access_add(app.org, &of, &[here], &act(&app)).await.expect("added");
    assert_eq!(caller.get(&path, 3).await.status, 200);
    other.close().await;
}

#[tokio::test]
async fn a_token_that_another_process_ends_is_refused_at_once() {
    let app = TestApp::start().await;
    let other = app.store_beside().await;
    assert_eq!(app.get(&app.group("/peers")).await.status, 200);
    let token = app.app.auth.tokens.verify(&app.token, app.clock.now()).expect("a token");
    other.token_revoke(&token.client_id, &token.jti).await.expect("revoked");
    assert_eq!(app.get(&app.group("/peers")).await.status, 401);
    other.close().await;
}
