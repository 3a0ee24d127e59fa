//! A world for each test: a database of its own, with one organization, one project and its owner.

use std::sync::Arc;
use std::time::Duration;

use model::access::{AccessEntry, AccessValue};
use model::container::Place;
use model::event::{Actor, EventKind};
use model::key::{Key, Principal, Secret, ServiceAccount};
use model::project::{Org, Project, Settings, User};
use model::world::World;
use model::{Act, Cidr, Container, IdMint, OrgId, PeeringSpec, ProjectId, Roles, Timestamp, UserId};
use store::{Bootstrap, Claim, ClaimedContainer, ClaimedPeering, NewToken, Page, PeeringView, Store, Target};
use tempfile::TempDir;

/// Runs each of these functions over a [`Home`] on each engine.
macro_rules! on_every_engine {
    ($($test:ident),+ $(,)?) => {
        mod sqlite {
            $(#[tokio::test]
            async fn $test() {
                super::$test(&crate::support::Home::sqlite().await).await;
            })+
        }
        mod postgres {
            $(#[tokio::test]
            async fn $test() {
                super::$test(&crate::support::Home::postgres().await).await;
            })+
        }
    };
}
pub(crate) use on_every_engine;

/// Everything on one page.
pub const ALL: Page = Page { number: 1, size: 500 };

/// Where a test's database is.
#[derive(Clone)]
pub enum At {
    /// In a folder.
    Folder(Arc<TempDir>),
    /// At a server.
    Url(String),
}

/// A database with what the first start makes.
pub struct Home {
    at: At,
    pub store: Store,
    pub org: OrgId,
    pub project: ProjectId,
    pub user: UserId,
    pub key: Principal,
    pub account: Principal,
}

/// That many seconds into the test's time.
pub fn at(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(1_700_000_000 + seconds)
}

/// Something that a caller does then.
pub fn act(seconds: i64) -> Act {
    let by = Actor::ServiceAccount { client_id: "mdb_sa_id_test".into(), address: "192.0.2.7".into() };
    Act { at: at(seconds), by }
}

pub fn cidr(text: &str) -> Cidr {
    Cidr::parse(text).expect("canonical")
}

pub fn aws(region: &'static str) -> Place {
    Place::Aws { region }
}

/// An AWS spec that collides with no other of another number.
pub fn vpc(nth: u8) -> PeeringSpec {
    vpc_at(nth, &format!("10.{nth}.0.0/16"))
}

pub fn vpc_at(nth: u8, block: &str) -> PeeringSpec {
    PeeringSpec::Aws {
        account_id: "123456789012".into(),
        vpc_id: format!("vpc-{nth:017x}"),
        region: "us-east-1".into(),
        route_block: cidr(block),
    }
}

pub fn vnet(name: &str) -> PeeringSpec {
    PeeringSpec::Azure {
        directory_id: "d".into(),
        subscription_id: "s".into(),
        resource_group: "g".into(),
        vnet_name: name.into(),
    }
}

pub fn gcp(name: &str) -> PeeringSpec {
    PeeringSpec::Gcp { project_id: "p".into(), network_name: name.into() }
}

pub fn entry(project: ProjectId, text: &str, comment: &str) -> AccessEntry {
    let value = AccessValue::parse_path(text).expect("a value");
    AccessEntry { project, value, comment: comment.into(), delete_after: None, created_at: at(0) }
}

impl Home {
    pub async fn sqlite() -> Self {
        Self::begin(At::Folder(Arc::new(tempfile::tempdir().expect("a temporary folder")))).await
    }

    pub async fn postgres() -> Self {
        let migrated = |url: &str| {
            let (url, runtime) = (url.to_owned(), tokio::runtime::Runtime::new().expect("a runtime"));
            let fill = move || runtime.block_on(async { At::Url(url).open(0).await.close().await });
            std::thread::spawn(fill).join().expect("an empty database takes the schema");
        };
        Self::begin(At::Url(testpg::copy_of(migrated))).await
    }

    async fn begin(at: At) -> Self {
        let store = at.open(7).await;
        let first = first_start(&store);
        let home = Self {
            at,
            org: first.org.id,
            project: first.project.id,
            user: first.user.id,
            key: Principal::Key(first.key.id),
            account: Principal::ServiceAccount(first.account.client_id.clone()),
            store: store.clone(),
        };
        store.bootstrap(first, &Act::of_system(self::at(0))).await.expect("a fresh database takes it");
        home
    }

    /// The same database, seen from another project.
    pub fn at(&self, project: ProjectId) -> Self {
        Self {
            at: self.at.clone(),
            store: self.store.clone(),
            org: self.org,
            project,
            user: self.user,
            key: self.key.clone(),
            account: self.account.clone(),
        }
    }

    /// The same database, closed and opened again.
    pub async fn reopen(&self) -> Store {
        self.store.close().await;
        self.at.open(8).await
    }

    /// The same database, seen from another node.
    pub async fn node(&self, process: u8) -> Store {
        self.at.open(process).await
    }

    /// The same database, opened once more beside the store that is open: as another process has it.
    pub async fn beside(&self) -> Store {
        self.at.open(9).await
    }

    /// The same database, as a command has it beside a server.
    pub async fn attach(&self) -> store::Result<Store> {
        Store::attach(&self.at.target(), IdMint::new([7; 5], 10)).await
    }

    /// Runs a statement behind the store's back.
    pub fn sql(&self, text: &str) {
        match &self.at {
            At::Folder(folder) => {
                let conn = rusqlite::Connection::open(folder.path().join("test.db")).expect("opens");
                conn.execute_batch(text).expect("runs");
            }
            At::Url(url) => testpg::run(url, text),
        }
    }

    /// The number that a query behind the store's back answers.
    pub fn number(&self, text: &str) -> i64 {
        match &self.at {
            At::Folder(folder) => {
                let conn = rusqlite::Connection::open(folder.path().join("test.db")).expect("opens");
                conn.query_one(text, [], |row| row.get(0)).expect("a number")
            }
            At::Url(url) => {
                let rows = testpg::rows(url, text);
                rows[0][0].as_deref().expect("a number").parse().expect("a number")
            }
        }
    }

    pub fn new_project(&self, name: &str) -> Project {
        project(&self.store, self.org, name)
    }

    /// Another project, with nothing in it.
    pub async fn add_project(&self, name: &str) -> ProjectId {
        let project = self.new_project(name);
        self.store.project_create(project, &self.key, None, &act(0)).await.expect("made").id
    }

    pub async fn add_container(&self, place: Place) -> Container {
        let block = match &place {
            Place::Gcp { .. } => "192.168.0.0/18",
            Place::Aws { .. } | Place::Azure { .. } => "192.168.248.0/21",
        };
        let made = self.store.container_create(self.project, place, Some(cidr(block)), &act(0)).await;
        made.expect("there is room")
    }

    pub async fn add_peering(&self, container: &Container, spec: PeeringSpec) -> PeeringView {
        let made = self.store.peering_create(self.project, container.id, spec, &act(0)).await;
        made.expect("it collides with nothing")
    }

    /// The kinds of the project's events, newest first.
    pub async fn kinds(&self) -> Vec<EventKind> {
        let events = self.store.event_list_of_project(self.project, ALL).await.expect("listed");
        events.items.into_iter().map(|event| event.kind).collect()
    }

    pub async fn claim_peerings(&self, world: i64, real: i64) -> Vec<ClaimedPeering> {
        self.store.claim_peerings(&claim(world, real)).await.expect("claimed")
    }

    pub async fn claim_containers(&self, world: i64, real: i64) -> Vec<ClaimedContainer> {
        self.store.claim_containers(&claim(world, real)).await.expect("claimed")
    }
}

/// Gives the first account a token; its name.
pub async fn give_token(home: &Home, issued: i64, expires: i64) -> String {
    let Principal::ServiceAccount(client_id) = &home.account else { panic!("an account") };
    let secret = home.store.account_auth(client_id).await.expect("read")[0].id;
    let token = NewToken {
        jti: format!("token-{issued}"),
        client_id: client_id.clone(),
        secret,
        issued_at: at(issued),
        expires_at: at(expires),
    };
    home.store.token_issue(token.clone()).await.expect("the secret is there");
    token.jti
}

/// A claim for ten seconds.
pub fn claim(world: i64, real: i64) -> Claim<'static> {
    Claim {
        owner: "one",
        limit: 100,
        world_now: at(world),
        real_now: at(real),
        lease: Duration::from_secs(10),
    }
}

impl At {
    async fn open(&self, process: u8) -> Store {
        Store::open(&self.target(), IdMint::new([process; 5], 1)).await.expect("opens")
    }

    fn target(&self) -> Target {
        match self {
            Self::Folder(folder) => Target::Sqlite(folder.path().join("test.db")),
            Self::Url(url) => Target::parse(url).expect("a URL"),
        }
    }
}

pub fn project(store: &Store, org: OrgId, name: &str) -> Project {
    Project {
        id: store.mint().mint(at(0)),
        org,
        name: name.into(),
        created_at: at(0),
        default_alerts: true,
        tags: Vec::new(),
        region_restrictions: None,
        settings: Settings::default(),
        managed_slow_ms: true,
        world: World::default(),
    }
}

pub fn key(store: &Store, org: OrgId, public_key: &str, org_roles: Roles) -> Key {
    Key {
        id: store.mint().mint(at(0)),
        org,
        public_key: public_key.into(),
        mask: "********-****-****-****-0123456789ab".into(),
        description: "a key".into(),
        org_roles,
        project_roles: Vec::new(),
        created_at: at(0),
    }
}

pub fn user(store: &Store, name: &str) -> User {
    User {
        id: store.mint().mint(at(0)),
        username: format!("{name}@example.org"),
        first_name: name.into(),
        last_name: "Doe".into(),
        country: "DE".into(),
        created_at: at(0),
        roles: Roles::NONE,
    }
}

pub fn account(store: &Store, org: OrgId, client_id: &str, org_roles: Roles) -> (ServiceAccount, Secret) {
    let account = ServiceAccount {
        client_id: client_id.into(),
        org,
        name: "an account".into(),
        description: "for tests".into(),
        org_roles,
        created_at: at(0),
    };
    let secret = Secret {
        id: store.mint().mint(at(0)),
        hash: [9; 32],
        mask: "mdb_sa_sk_****".into(),
        created_at: at(0),
        expires_at: at(1000),
        used_at: None,
    };
    (account, secret)
}

pub fn first_start(store: &Store) -> Bootstrap {
    let org = Org {
        id: store.mint().mint(at(0)),
        name: "First".into(),
        api_access_list_required: false,
        skip_default_alerts: false,
        created_at: at(0),
    };
    let (account, secret) = account(store, org.id, "mdb_sa_id_first", Roles::NONE);
    Bootstrap {
        user: user(store, "jo"),
        project: project(store, org.id, "first"),
        key: key(store, org.id, "abcdefgh", Roles::NONE),
        sealed: vec![1, 2, 3],
        account,
        secret,
        org,
    }
}
