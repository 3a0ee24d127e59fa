//! Fixtures for tests only: a whole control plane in the test's own process, on a clock that only
//! the test moves.
//!
//! [`TestApp`] owns its world: a [`Database`] of its own, the simulated clouds, a reconciler
//! that works when the test says so, and the router, called without a socket.

mod answer;
mod clock;
mod conformance;
mod database;
mod fake;
mod keys;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use cloud::sim::SimDriver;
use cloud::{Account, CloudAccount, Drivers};
use http::{Method, Request, header};
use http_body_util::BodyExt;
use model::binding::Terms;
use model::key::{Key, Secret, ServiceAccount};
use model::project::{Org, Project, Settings, User};
use model::world::{Latency, World};
use model::{Act, Clock, IdMint, OrgId, ProjectId, Role, Roles, WorldClock};
use reconciler::{Reconciler, StoreFacts};
use serde_json::{Value, json};
use server::auth::Auth;
use server::auth::credentials::{ClientSecret, NewKey, OsRandom, client_id};
use server::auth::master::MasterKey;
use server::outlook::Outlook;
use server::rate::Rates;
use server::{App, Config};
use store::{Bootstrap, Store};
use tower::ServiceExt;

pub use answer::Answer;
pub use clock::TestClock;
pub use database::Database;
pub use fake::{FAKE_POLL, FakeCall, FakeCloud, FakeFar};
pub use keys::{ApiKey, Digest};

/// The media type of the version that most operations have.
pub const V2: &str = "application/vnd.atlas.2023-01-01+json";

/// A control plane in the test's own process.
pub struct TestApp {
    /// The shared state.
    pub app: Arc<App>,
    /// The organization.
    pub org: OrgId,
    /// The first project.
    pub project: ProjectId,
    /// A token of the organization's owner.
    pub token: String,
    /// The clock; it moves only when told to.
    pub clock: Arc<TestClock>,
    router: Router,
    reconciler: Reconciler,
    database: Arc<Database>,
    master: MasterKey,
}

/// The real accounts of a test.
#[derive(Default)]
struct Real {
    accounts: Vec<(Terms, Arc<dyn CloudAccount>)>,
    outlook: Option<Arc<dyn Outlook>>,
}

impl TestApp {
    /// One whose clouds take no time.
    pub async fn start() -> Self {
        Self::with(Latency::Instant).await
    }

    /// One with a latency profile.
    pub async fn with(latency: Latency) -> Self {
        Self::made(Database::new(), latency, false, Rates::default()).await
    }

    /// One whose organization wants every call to come from a listed address.
    pub async fn with_lists_required() -> Self {
        Self::made(Database::new(), Latency::Instant, true, Rates::default()).await
    }

    /// One with rate limits of its own.
    pub async fn limited(rates: Rates) -> Self {
        Self::made(Database::new(), Latency::Instant, false, rates).await
    }

    /// One on the engine that has nodes, whatever this run is for: for [`TestApp::node`].
    pub async fn first_of_nodes(rates: Rates) -> Self {
        Self::made(Database::at_server(), Latency::Instant, false, rates).await
    }

    /// One with real accounts, each behind a driver that the test has made.
    pub async fn with_accounts(
        accounts: Vec<(Terms, Arc<dyn CloudAccount>)>,
        outlook: Option<Arc<dyn Outlook>>,
    ) -> Self {
        let real = Real { accounts, outlook };
        Self::made_with(Database::new(), Latency::Instant, false, Rates::default(), real).await
    }

    async fn made(database: Database, latency: Latency, lists_required: bool, rates: Rates) -> Self {
        Self::made_with(database, latency, lists_required, rates, Real::default()).await
    }

    async fn made_with(
        database: Database,
        latency: Latency,
        lists_required: bool,
        rates: Rates,
        real_clouds: Real,
    ) -> Self {
        let clock = Arc::new(TestClock::at(1_790_000_000));
        let real: Arc<dyn Clock> = clock.clone();
        let world = Arc::new(WorldClock::new(Arc::clone(&real), Duration::ZERO));
        let store = database.open(IdMint::new([1, 2, 3, 4, 5], 0)).await;
        let master = MasterKey::generate(&OsRandom);
        let auth = Auth::new(&master, Arc::new(OsRandom), real.now());
        let mut first = first(&store, &auth, &world);
        first.org.api_access_list_required = lists_required;
        let (org, project) = (first.org.id, first.project.id);
        let (client_id, secret) = (first.account.client_id.clone(), first.secret.id);
        store.bootstrap(first, &Act::of_system(world.now())).await.expect("a first start");
        let token = auth.issue_token(&store, &client_id, secret, real.now(), "test").await.expect("a token");
        Self::of(
            Arc::new(database),
            master,
            store,
            auth,
            (clock, world),
            (latency, rates, real_clouds),
            (org, project, token),
        )
    }

    /// Another node on the same database, with the same secrets and the same clock.
    pub async fn node(&self, rates: Rates) -> Self {
        let store = self.store_beside().await;
        let auth = Auth::new(&self.master, Arc::new(OsRandom), self.clock.now());
        let clocks = (Arc::clone(&self.clock), Arc::clone(&self.app.world));
        let whose = (self.org, self.project, self.token.clone());
        let ways = (Latency::Instant, rates, Real::default());
        Self::of(Arc::clone(&self.database), self.master.clone(), store, auth, clocks, ways, whose)
    }

    fn of(
        database: Arc<Database>,
        master: MasterKey,
        store: Store,
        auth: Auth,
        (clock, world): (Arc<TestClock>, Arc<WorldClock>),
        (latency, rates, real_clouds): (Latency, Rates, Real),
        (org, project, token): (OrgId, ProjectId, String),
    ) -> Self {
        let Real { accounts, outlook } = real_clouds;
        let config = Config {
            public_url: None,
            authority: "127.0.0.1:8080".to_owned(),
            latency,
            rates,
            accounts: accounts.iter().map(|(terms, _)| terms.clone()).collect(),
        };
        let accounts = accounts
            .into_iter()
            .map(|(Terms { name, policy, .. }, driver)| (name, Account { driver, policy }))
            .collect();
        let facts = Arc::new(StoreFacts::new(store.clone()));
        let drivers = Drivers::new(|provider| {
            Arc::new(SimDriver::new(provider, Arc::clone(&facts) as _, Arc::clone(&world) as _, latency))
        });
        let reconciler = Reconciler::new(
            store.clone(),
            drivers.with_accounts(accounts),
            Arc::clone(&world),
            "test".to_owned(),
            reconciler::Settings::default(),
        );
        let mut app = App::new(store, world, auth, config);
        app.outlook = outlook;
        let app = Arc::new(app);
        let router = server::router(Arc::clone(&app));
        Self { app, org, project, token, clock, router, reconciler, database, master }
    }

    /// The same database, opened once more: as another process has it.
    pub async fn store_beside(&self) -> Store {
        self.database.open(IdMint::new([5, 4, 3, 2, 1], 0)).await
    }

    /// Lets the reconciler work until nothing is due at this moment.
    pub async fn settle(&self) {
        self.reconciler.run_until_idle().await.expect("the store works");
    }

    /// Sends a request as it is. Whatever is answered must be what the document says.
    pub async fn send(&self, request: Request<Body>) -> Answer {
        let (method, path) = (request.method().clone(), request.uri().path().to_owned());
        let response = self.router.clone().oneshot(request).await.expect("the router never fails");
        let (parts, body) = response.into_parts();
        let body = body.collect().await.expect("a body in memory").to_bytes();
        let answer = Answer { status: parts.status.as_u16(), headers: parts.headers, body };
        conformance::check(method.as_str(), &path, &answer);
        answer
    }

    /// A request as the organization's owner: v2 with its usual version, anything else in JSON.
    pub fn request(&self, method: &str, path: &str, body: Option<Value>) -> Request<Body> {
        self.request_as(&self.token, method, path, body)
    }

    /// The same with another token.
    pub fn request_as(&self, token: &str, method: &str, path: &str, body: Option<Value>) -> Request<Body> {
        let accept = if path.starts_with("/api/atlas/v2") { V2 } else { "application/json" };
        let request = Request::builder()
            .method(Method::from_bytes(method.as_bytes()).expect("a method"))
            .uri(path)
            .header(header::HOST, "localhost:8080")
            .header(header::ACCEPT, accept)
            .header(header::AUTHORIZATION, format!("Bearer {token}"));
        let request = match body {
            None => request.body(Body::empty()),
            Some(body) => {
                request.header(header::CONTENT_TYPE, "application/json").body(Body::from(body.to_string()))
            }
        };
        request.expect("a well-formed request")
    }

    /// GET as the owner.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.request("GET", path, None)).await
    }

    /// POST as the owner.
    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(self.request("POST", path, Some(body))).await
    }

    /// PATCH as the owner.
    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        self.send(self.request("PATCH", path, Some(body))).await
    }

    /// DELETE as the owner.
    pub async fn delete(&self, path: &str) -> Answer {
        self.send(self.request("DELETE", path, None)).await
    }

    /// `/api/atlas/v2/groups/{project}` and more.
    pub fn group(&self, rest: &str) -> String {
        format!("/api/atlas/v2/groups/{}{rest}", self.project)
    }

    /// A container at AWS in us-east-1; its id.
    pub async fn aws_container(&self) -> String {
        let body =
            json!({"atlasCidrBlock": "192.168.208.0/21", "providerName": "AWS", "regionName": "US_EAST_1"});
        self.post(&self.group("/containers"), body).await.expect(201)["id"]
            .as_str()
            .expect("an id")
            .to_owned()
    }

    /// A peering in a container at AWS; its id.
    pub async fn aws_peer(&self, container: &str) -> String {
        let body = aws_peer(container);
        self.post(&self.group("/peers"), body).await.expect(201)["id"].as_str().expect("an id").to_owned()
    }

    /// A token for a new service account that has only these roles in the organization and no
    /// other.
    pub async fn token_with(&self, roles: Roles) -> String {
        let now = self.app.world.now();
        let account = account(self.org, roles, now);
        let secret = secret(&self.app.store, &ClientSecret::generate(&OsRandom), now);
        let (client_id, id) = (account.client_id.clone(), secret.id);
        self.app.store.account_create(account, secret, &Act::of_system(now)).await.expect("an account");
        let token =
            self.app.auth.issue_token(&self.app.store, &client_id, id, self.clock.now(), "test").await;
        token.expect("a token")
    }
}

/// The body of a peering at AWS.
pub fn aws_peer(container: &str) -> Value {
    json!({
        "awsAccountId": "123456789012",
        "containerId": container,
        "providerName": "AWS",
        "routeTableCidrBlock": "10.0.0.0/16",
        "vpcId": "vpc-0123456789abcdef0",
    })
}

fn account(org: OrgId, roles: Roles, now: model::Timestamp) -> ServiceAccount {
    ServiceAccount {
        client_id: client_id(&OsRandom),
        org,
        name: "test".to_owned(),
        description: "for a test".to_owned(),
        org_roles: roles,
        created_at: now,
    }
}

fn secret(store: &Store, secret: &ClientSecret, now: model::Timestamp) -> Secret {
    secret.kept(store.mint().mint(now), now, now.after(Duration::from_secs(86_400 * 365)))
}

fn first(store: &Store, auth: &Auth, world: &WorldClock) -> Bootstrap {
    let now = world.now();
    let owner = Roles::one(Role::OrgOwner);
    let org = Org {
        id: store.mint().mint(now),
        name: "Test".to_owned(),
        api_access_list_required: false,
        skip_default_alerts: false,
        created_at: now,
    };
    let key = NewKey::generate(&OsRandom);
    let sealed = auth.sealer.seal(&key.public_key, &key.ha1(), &OsRandom);
    Bootstrap {
        user: User {
            id: store.mint().mint(now),
            username: "owner@landbridge.invalid".to_owned(),
            first_name: "Olive".to_owned(),
            last_name: "Owner".to_owned(),
            country: "IE".to_owned(),
            created_at: now,
            roles: owner,
        },
        project: Project {
            id: store.mint().mint(now),
            org: org.id,
            name: "rehearsal".to_owned(),
            created_at: now,
            default_alerts: true,
            tags: Vec::new(),
            region_restrictions: None,
            settings: Settings::default(),
            managed_slow_ms: true,
            world: World::default(),
        },
        key: Key {
            id: store.mint().mint(now),
            org: org.id,
            mask: key.mask(),
            public_key: key.public_key,
            description: "first".to_owned(),
            org_roles: owner,
            project_roles: Vec::new(),
            created_at: now,
        },
        sealed,
        account: account(org.id, owner, now),
        secret: secret(store, &ClientSecret::generate(&OsRandom), now),
        org,
    }
}
