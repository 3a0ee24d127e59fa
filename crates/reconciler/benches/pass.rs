//! From POST to active: peerings a second, in process, on a real file with durability on.
//!
//! 64 callers ask for peerings at once while the reconciler runs; a measurement ends when all are
//! active. Networks stand already, latency is `instant`, the far side accepts by itself. What is
//! measured is everything but HTTP: the requests' transactions, claims, the simulated cloud's own
//! writes, recordings.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime};

use cloud::Drivers;
use cloud::sim::SimDriver;
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use futures::StreamExt;
use model::container::Place;
use model::event::Act;
use model::id::{ContainerId, IdMint, OrgId, ProjectId};
use model::key::{Key, Principal, Secret, ServiceAccount};
use model::peering::{PeeringSpec, State};
use model::project::{Org, Project, Settings as ProjectSettings, User};
use model::provider::Provider;
use model::role::{Role, Roles};
use model::time::{Clock, Timestamp, WorldClock};
use model::world::{Acceptance, Latency, World};
use model::{Cidr, limits};
use reconciler::{Reconciler, Settings, StoreFacts};
use store::{Bootstrap, Page, Store, Target};
use tokio::runtime::Runtime;

/// Peerings in one measurement: enough that batches are full and the end is short.
const N_PEERINGS: u32 = 5_000;
/// Callers at once, as the goal has it.
const N_CALLERS: usize = 64;
/// As many as may be pending.
const PER_PROJECT: u32 = limits::PENDING_PEERINGS.default;

struct MachineClock;

impl Clock for MachineClock {
    #[expect(clippy::disallowed_methods, reason = "a measurement on the machine's own time")]
    fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("after 1970");
        Timestamp::from_micros(i64::try_from(since.as_micros()).expect("before the year 294247"))
    }
}

struct Bench {
    _dir: tempfile::TempDir,
    runtime: Runtime,
    store: Store,
    world: Arc<WorldClock>,
    org: OrgId,
    owner: Principal,
    n_projects: AtomicU32,
    reconciler: Reconciler,
}

impl Bench {
    fn new() -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
        let dir = tempfile::tempdir().expect("a folder");
        let target = Target::Sqlite(dir.path().join("landbridge.sqlite"));
        let world = Arc::new(WorldClock::new(Arc::new(MachineClock), Duration::ZERO));
        let store = runtime.block_on(Store::open(&target, IdMint::new([7; 5], 0))).expect("a new store");
        let (org, owner) = runtime.block_on(bootstrap(&store, world.now()));
        let facts = Arc::new(StoreFacts::new(store.clone()));
        let drivers = Drivers::new(|provider| {
            Arc::new(SimDriver::new(provider, facts.clone(), world.clone(), Latency::Instant))
        });
        let reconciler =
            Reconciler::new(store.clone(), drivers, world.clone(), "bench".to_owned(), Settings::default());
        Self { _dir: dir, runtime, store, world, org, owner, n_projects: AtomicU32::new(0), reconciler }
    }

    fn act(&self) -> Act {
        Act::of_system(self.world.now())
    }

    /// Projects with a container whose network stands, as many as a measurement fills.
    fn projects(&self, provider: Provider) -> Vec<(ProjectId, ContainerId)> {
        self.runtime.block_on(async {
            let made = futures::stream::iter(0..N_PEERINGS / PER_PROJECT)
                .map(|_| self.project(provider))
                .buffered(N_CALLERS)
                .collect()
                .await;
            self.reconciler.run_until_idle().await.expect("a working store");
            made
        })
    }

    async fn project(&self, provider: Provider) -> (ProjectId, ContainerId) {
        let name = format!("Project {}", self.n_projects.fetch_add(1, Ordering::Relaxed));
        let now = self.world.now();
        let project = new_project(self.store.mint().mint(now), self.org, &name, now);
        let created = self.store.project_create(project, &self.owner, None, &self.act()).await;
        let project = created.expect("a free name").id;
        let (place, block) = home(provider);
        let created = self.store.container_create(project, place, Some(block), &self.act()).await;
        let container = created.expect("a free place").id;
        let spec = far(provider, project, 200);
        let created = self.store.peering_create(project, container, spec, &self.act()).await;
        created.expect("nothing in the way");
        (project, container)
    }

    /// The measurement.
    fn fill(&self, provider: Provider, projects: &[(ProjectId, ContainerId)]) {
        let wishes = (0..PER_PROJECT - 1).flat_map(|nth| projects.iter().map(move |at| (*at, nth)));
        self.runtime.block_on(async {
            let callers = futures::stream::iter(wishes).for_each_concurrent(
                N_CALLERS,
                async |((project, container), nth)| {
                    let asked = self
                        .store
                        .peering_create(project, container, far(provider, project, nth), &self.act())
                        .await;
                    asked.expect("nothing in the way");
                },
            );
            self.reconciler.run(callers).await;
            self.reconciler.run_until_idle().await.expect("a working store");
            for (project, _) in projects {
                let page = Page { number: 1, size: PER_PROJECT };
                let listed = self.store.peering_list(*project, provider, page).await.expect("readable");
                let n_active = listed.items.iter().filter(|view| view.peering.state == State::Active).count();
                assert_eq!(n_active, PER_PROJECT as usize, "all are active");
            }
        });
    }
}

fn home(provider: Provider) -> (Place, Cidr) {
    let (place, block) = match provider {
        Provider::Aws => (Place::Aws { region: "US_EAST_1" }, "192.168.248.0/21"),
        Provider::Azure => (Place::Azure { region: "US_EAST_2" }, "192.168.248.0/21"),
        Provider::Gcp => (Place::Gcp { regions: Vec::new() }, "172.16.0.0/18"),
    };
    (place, Cidr::parse(block).expect("canonical"))
}

/// A far network that no other peering has.
fn far(provider: Provider, project: ProjectId, nth: u32) -> PeeringSpec {
    match provider {
        Provider::Aws => PeeringSpec::Aws {
            account_id: "123456789012".to_owned(),
            vpc_id: format!("vpc-{}{nth:03x}", &project.hex().as_str()[10..]),
            region: "us-east-1".to_owned(),
            route_block: Cidr::parse(&format!("10.{nth}.0.0/16")).expect("canonical"),
        },
        Provider::Azure => PeeringSpec::Azure {
            directory_id: "5a1b6ff2-0a7e-4b0c-9d0e-000000000001".to_owned(),
            subscription_id: "5a1b6ff2-0a7e-4b0c-9d0e-000000000002".to_owned(),
            resource_group: "rg".to_owned(),
            vnet_name: format!("vnet-{project}-{nth}"),
        },
        Provider::Gcp => PeeringSpec::Gcp {
            project_id: "customer-1".to_owned(),
            network_name: format!("net-{project}-{nth}"),
        },
    }
}

fn new_project(id: ProjectId, org: OrgId, name: &str, now: Timestamp) -> Project {
    Project {
        id,
        org,
        name: name.to_owned(),
        created_at: now,
        default_alerts: true,
        tags: Vec::new(),
        region_restrictions: None,
        settings: ProjectSettings::default(),
        managed_slow_ms: true,
        world: World { acceptance: Acceptance::Automatic, ..World::default() },
    }
}

async fn bootstrap(store: &Store, now: Timestamp) -> (OrgId, Principal) {
    let mint = store.mint();
    let org = Org {
        id: mint.mint(now),
        name: "Org".to_owned(),
        api_access_list_required: false,
        skip_default_alerts: false,
        created_at: now,
    };
    let (org_roles, org_id) = (Roles::one(Role::OrgOwner), org.id);
    let key = Key {
        id: mint.mint(now),
        org: org_id,
        public_key: "abcdefgh".to_owned(),
        mask: String::new(),
        description: String::new(),
        org_roles,
        project_roles: Vec::new(),
        created_at: now,
    };
    let owner = Principal::Key(key.id);
    let first = Bootstrap {
        user: User {
            id: mint.mint(now),
            username: "owner@example.com".to_owned(),
            first_name: String::new(),
            last_name: String::new(),
            country: "US".to_owned(),
            created_at: now,
            roles: Roles::NONE,
        },
        project: new_project(mint.mint(now), org_id, "First", now),
        key,
        sealed: Vec::new(),
        account: ServiceAccount {
            client_id: "mdb_sa_id_000000000000000000000000".to_owned(),
            org: org_id,
            name: String::new(),
            description: String::new(),
            org_roles,
            created_at: now,
        },
        secret: Secret {
            id: mint.mint(now),
            hash: [0; 32],
            mask: String::new(),
            created_at: now,
            expires_at: now,
            used_at: None,
        },
        org,
    };
    store.bootstrap(first, &Act::of_system(now)).await.expect("a new store");
    (org_id, owner)
}

fn post_to_active(criterion: &mut Criterion) {
    let bench = Bench::new();
    let mut group = criterion.benchmark_group("post_to_active");
    group.sample_size(10);
    for provider in Provider::ALL {
        // One of each project's is the one that made its network.
        let n_posted = N_PEERINGS / PER_PROJECT * (PER_PROJECT - 1);
        group.throughput(Throughput::Elements(u64::from(n_posted)));
        group.bench_function(provider.name(), |bencher| {
            bencher.iter_batched(
                || bench.projects(provider),
                |projects| bench.fill(provider, &projects),
                BatchSize::PerIteration,
            );
        });
    }
    group.finish();
}

criterion_group!(benches, post_to_active);
criterion_main!(benches);
