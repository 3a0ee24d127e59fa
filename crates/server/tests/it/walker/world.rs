//! The world of the walk: something at every end of a path, callers of all sorts, and a look at
//! everything to see that nothing has changed.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::body::Body;
use http::{HeaderValue, Request, header};
use model::{OrgId, ProjectId, Role, Roles};
use serde_json::json;
use testkit::{Answer, ApiKey, TestApp};

use super::places::{self, Place};

/// A project of another organization, and one of the same.
pub struct World {
    pub app: TestApp,
    pub other_org: OrgId,
    pub other_project: ProjectId,
    /// Of the organization's owner.
    pub owner: ApiKey,
    /// A token that has expired, and one that was revoked.
    pub expired: String,
    pub revoked: String,
    /// A nonce that was good once.
    pub old_nonce: String,
    ids: BTreeMap<&'static str, String>,
    before: BTreeMap<String, (u16, String)>,
}

impl World {
    pub async fn start() -> Self {
        let app = TestApp::start().await;
        let owner = app.key(app.org, Roles::one(Role::OrgOwner), &[]).await;
        let bystander = app.key(app.org, Roles::one(Role::OrgMember), &[]).await;
        let container = app.aws_container().await;
        let peer = app.aws_peer(&container).await;
        app.settle().await;
        let entry = json!([{"ipAddress": places::param("entryValue").1}]);
        app.post(&app.group("/accessList"), entry.clone()).await.expect(201);
        let of_key = format!("/api/atlas/v2/orgs/{}/apiKeys/{}/accessList", app.org, bystander.id);
        app.post(&of_key, entry).await.expect(200);
        let second = json!({"name": "second", "orgId": app.org.to_string()});
        let second = app.post("/api/atlas/v2/groups", second).await.expect(201);
        let other_project = second["id"].as_str().and_then(|id| id.parse().ok()).expect("an id");
        let (other_org, _) = app.second_org().await;

        let (expired, old_nonce) = (app.token.clone(), app.nonce());
        app.clock.advance(Duration::from_secs(3601));
        let revoked = app.token_with(Roles::one(Role::OrgOwner)).await;
        let now = model::Clock::now(&*app.clock);
        let token = app.app.auth.tokens.verify(&revoked, now).expect("a token");
        app.app.store.token_revoke(&token.client_id, &token.jti).await.expect("revoked");

        let ids = BTreeMap::from([
            ("groupId", app.project.to_string()),
            ("orgId", app.org.to_string()),
            ("peerId", peer),
            ("containerId", container),
            ("apiKeyId", bystander.id.to_string()),
        ]);
        let before = BTreeMap::new();
        Self { app, other_org, other_project, owner, expired, revoked, old_nonce, ids, before }
    }

    /// What stands in a path for a parameter.
    pub fn value(&self, name: &str) -> String {
        self.ids.get(name).cloned().unwrap_or_else(|| places::param(name).1.to_owned())
    }

    /// The path of a place in this world.
    pub fn path(&self, place: Place) -> String {
        place.filled(|name| self.value(name))
    }

    /// A request to a place; its body is no JSON.
    pub fn request(&self, place: Place, path: &str) -> Request<Body> {
        let mut request = Request::builder()
            .method(place.method())
            .uri(path)
            .header(header::HOST, "localhost:8080")
            .header(header::ACCEPT, place.accept());
        if !place.reads() {
            request = request.header(header::CONTENT_TYPE, "application/json");
        }
        let body = if place.reads() { Body::empty() } else { Body::from("no JSON {") };
        request.body(body).expect("a well-formed request")
    }

    /// Sends a request with these credentials.
    pub async fn send_with(&self, credentials: &str, mut request: Request<Body>) -> Answer {
        let credentials = HeaderValue::from_str(credentials).expect("a header value");
        request.headers_mut().insert(header::AUTHORIZATION, credentials);
        self.app.send(request).await
    }

    /// Sends a request with the right answer of a key.
    pub async fn send_as(&self, key: &ApiKey, request: Request<Body>) -> Answer {
        let digest = self.app.digest(key, request.method().as_str(), &request.uri().to_string());
        self.send_with(&digest.header(), request).await
    }

    /// Remembers all that the owner can read.
    pub async fn look(&mut self) {
        self.before = self.all().await;
        let n_read = self.before.values().filter(|(status, _)| *status == 200).count();
        assert!(n_read * 2 > self.before.len(), "too little is there: {:?}", self.before);
    }

    /// Whether all that the owner can read is as it was; and counts what was refused meanwhile.
    pub async fn unchanged(&self, what: &str, n_refused: usize) {
        let after = self.all().await;
        for (path, before) in &self.before {
            assert_eq!(after.get(path), Some(before), "{path} has changed");
        }
        assert!(n_refused > 0, "{what}: nothing was tried");
        tell(what, n_refused);
    }

    async fn all(&self) -> BTreeMap<String, (u16, String)> {
        let mut all = BTreeMap::new();
        for place in places::with_caller().filter(|place| place.reads()) {
            let path = self.path(place);
            let answer = self.send_as(&self.owner, self.request(place, &path)).await;
            all.insert(path, (answer.status, answer.text().to_owned()));
        }
        all
    }
}

/// Prints a figure; `cargo test -- --nocapture walker` shows them.
#[expect(clippy::print_stderr, reason = "the figures of the walk are for whoever runs it")]
fn tell(what: &str, n_refused: usize) {
    static N_REFUSED: AtomicUsize = AtomicUsize::new(0);
    let n_so_far = N_REFUSED.fetch_add(n_refused, Ordering::Relaxed) + n_refused;
    let (n_operations, n_places) = (api::operations().len(), places::all().count());
    eprintln!(
        "walker: {n_operations} operations at {n_places} places; {what}: {n_refused} refused; {n_so_far} so far"
    );
}
