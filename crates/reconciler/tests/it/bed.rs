//! A test's own world: a store on a file, simulated clouds, and clocks that stand still.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use cloud::sim::SimDriver;
use cloud::{CloudDriver, Drivers};
use model::Refusal;
use model::container::{Container, Network, Place};
use model::event::Act;
use model::id::{ContainerId, IdMint, OrgId, PeeringId, ProjectId};
use model::key::Principal;
use model::peering::machine::Connection;
use model::peering::{Peering, PeeringSpec, SpecChange, State};
use model::provider::Provider;
use model::time::{Clock, Timestamp, WorldClock};
use model::world::{Acceptance, FarAction, Fault, Latency, SimNetwork};
use reconciler::{Counts, Reconciler, Settings, StoreFacts};
use store::{Page, Store, WorldChange};
use testkit::Database;

use crate::first::{bootstrap, new_project};
use crate::gate::{Gate, Gated};
use crate::places::cidr;
use crate::tally::Tally;

/// How far [`Bed::settle`] follows what is due: past every pause and phase, short of the seven
/// days after which a request expires.
const HORIZON: Duration = Duration::from_secs(600);

/// When every test begins.
pub const BEGINNING: Timestamp = Timestamp::from_seconds(1_700_000_000);

/// A real clock that moves only when told.
pub struct StillClock(AtomicI64);

impl Clock for StillClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.0.load(Ordering::Relaxed))
    }
}

pub struct Bed {
    _database: Database,
    pub store: Store,
    pub real: Arc<StillClock>,
    pub world: Arc<WorldClock>,
    pub gate: Arc<Gate>,
    pub tally: Arc<Tally>,
    /// The first project.
    pub project: ProjectId,
    org: OrgId,
    owner: Principal,
    times: u32,
    n_lives: u32,
    pub reconciler: Arc<Reconciler>,
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ran {
    ToRest(Counts),
    IntoTheGate,
}

impl Bed {
    pub async fn new() -> Self {
        Self::with_calls(1).await
    }

    /// A bed whose drivers are called that often instead of once.
    pub async fn with_calls(times: u32) -> Self {
        let database = Database::new();
        let store = database.open(IdMint::new([7; 5], 0)).await;
        let (org, owner, project) = bootstrap(&store, BEGINNING).await;
        Self::made(database, store, (org, owner, project), times)
    }

    /// A bed on a store of that database, with what its first start made.
    pub fn on(database: Database, store: Store, first: (OrgId, Principal, ProjectId)) -> Self {
        Self::made(database, store, first, 1)
    }

    fn made(
        database: Database,
        store: Store,
        (org, owner, project): (OrgId, Principal, ProjectId),
        times: u32,
    ) -> Self {
        let real = Arc::new(StillClock(AtomicI64::new(BEGINNING.micros())));
        let world = Arc::new(WorldClock::new(real.clone(), Duration::ZERO));
        let gate = Arc::new(Gate::default());
        let tally = Arc::new(Tally::new(StoreFacts::new(store.clone())));
        let reconciler = Arc::new(reconciler(&store, &world, &tally, &gate, times, 1, Settings::default()));
        Self {
            _database: database,
            store,
            real,
            world,
            gate,
            tally,
            project,
            org,
            owner,
            times,
            n_lives: 1,
            reconciler,
        }
    }

    /// Another reconciler on the same store, as a second server would run.
    pub fn another(&self, life: u32) -> Reconciler {
        reconciler(&self.store, &self.world, &self.tally, &self.gate, self.times, life, Settings::default())
    }

    /// One that takes so many rows at once.
    pub fn another_that_takes(&self, life: u32, batch: u32) -> Reconciler {
        let settings = Settings { batch, ..Settings::default() };
        reconciler(&self.store, &self.world, &self.tally, &self.gate, self.times, life, settings)
    }

    pub fn act(&self) -> Act {
        Act::of_system(self.world.now())
    }

    // What callers ask for.

    pub async fn project_create(&self, name: &str) -> ProjectId {
        let project = new_project(self.store.mint().mint(self.world.now()), self.org, name, self.world.now());
        self.store.project_create(project, &self.owner, None, &self.act()).await.expect("a free name").id
    }

    pub async fn container(&self, project: ProjectId, place: Place) -> Container {
        self.try_container(project, place).await.expect("a free place")
    }

    pub async fn try_container(&self, project: ProjectId, place: Place) -> Result<Container, Refusal> {
        // The service assigns blocks that are too small for all of Google Cloud.
        let block = (place.provider() == Provider::Gcp).then(|| cidr("172.16.0.0/18"));
        granted(self.store.container_create(project, place, block, &self.act()).await)
    }

    pub async fn try_uncontain(&self, project: ProjectId, id: ContainerId) -> Result<(), Refusal> {
        granted(self.store.container_delete(project, id, Duration::ZERO, &self.act()).await)
    }

    pub async fn peer(&self, project: ProjectId, container: ContainerId, spec: PeeringSpec) -> PeeringId {
        self.try_peer(project, container, spec).await.expect("nothing in the way").id
    }

    pub async fn try_peer(
        &self,
        project: ProjectId,
        container: ContainerId,
        spec: PeeringSpec,
    ) -> Result<Peering, Refusal> {
        granted(self.store.peering_create(project, container, spec, &self.act()).await)
            .map(|view| view.peering)
    }

    pub async fn try_change(
        &self,
        project: ProjectId,
        id: PeeringId,
        change: &SpecChange,
    ) -> Result<Peering, Refusal> {
        granted(self.store.peering_change(project, id, change, &self.act()).await).map(|view| view.peering)
    }

    pub async fn unpeer(&self, project: ProjectId, id: PeeringId) {
        self.try_unpeer(project, id).await.expect("it can be deleted");
    }

    pub async fn try_unpeer(&self, project: ProjectId, id: PeeringId) -> Result<(), Refusal> {
        granted(self.store.peering_delete(project, id, &self.act()).await)
    }

    pub async fn far(&self, project: ProjectId, id: PeeringId, action: FarAction) {
        self.try_far(project, id, action).await.expect("the far side can do that now");
    }

    pub async fn try_far(&self, project: ProjectId, id: PeeringId, action: FarAction) -> Result<(), Refusal> {
        granted(self.store.far_side_act(project, id, action, self.world.now()).await).map(|_| ())
    }

    pub async fn world_change(&self, project: ProjectId, change: WorldChange) {
        self.store.world_change(project, change, self.world.now()).await.expect("the project exists");
    }

    pub async fn acceptance(&self, project: ProjectId, acceptance: Acceptance) {
        let change = WorldChange { acceptance: Some(acceptance), ..WorldChange::default() };
        self.world_change(project, change).await;
    }

    pub async fn latency(&self, project: ProjectId, latency: Latency) {
        self.world_change(project, WorldChange { latency: Some(latency), ..WorldChange::default() }).await;
    }

    pub async fn faults(&self, project: ProjectId, faults: Vec<Fault>) {
        self.world_change(project, WorldChange { faults: Some(faults), ..WorldChange::default() }).await;
    }

    // What is to be seen.

    pub async fn peering(&self, project: ProjectId, id: PeeringId) -> Option<Peering> {
        self.store.peering_get(project, id).await.expect("a readable store").map(|view| view.peering)
    }

    pub async fn state(&self, project: ProjectId, id: PeeringId) -> Option<State> {
        self.peering(project, id).await.map(|peering| peering.state)
    }

    pub async fn network(&self, project: ProjectId, id: ContainerId) -> Network {
        let container = self.store.container_get(project, id).await.expect("a readable store");
        container.expect("the container exists").network
    }

    /// What the cloud shows of a peering's connection now.
    pub async fn shows(&self, peering: &Peering) -> Connection {
        let recorded = self.store.sim_connection(peering.id).await.expect("a readable store");
        recorded.map_or(Connection::Absent, |recorded| recorded.show(peering, self.world.now()).0)
    }

    /// The cloud's name of a peering's connection.
    pub async fn connection_id(&self, id: PeeringId) -> Option<String> {
        let recorded = self.store.sim_connection(id).await.expect("a readable store");
        recorded.and_then(|recorded| recorded.connection_id())
    }

    /// Whether the cloud has a connection that carries a peering's mark.
    pub async fn connected(&self, id: PeeringId) -> bool {
        let recorded = self.store.sim_connection(id).await.expect("a readable store");
        recorded.is_some_and(|recorded| recorded.gone_at.is_none_or(|gone_at| self.world.now() < gone_at))
    }

    /// What the cloud has of a container's network.
    pub async fn networked(&self, id: ContainerId) -> Option<SimNetwork> {
        let recorded = self.store.sim_network(id).await.expect("a readable store");
        recorded.filter(|recorded| recorded.gone_at.is_none_or(|gone_at| self.world.now() < gone_at))
    }

    pub async fn peerings(&self, project: ProjectId) -> Vec<Peering> {
        let mut all = Vec::new();
        for provider in Provider::ALL {
            let page = self.store.peering_list(project, provider, Page { number: 1, size: 500 }).await;
            all.extend(page.expect("a readable store").items.into_iter().map(|view| view.peering));
        }
        all
    }

    // Time.

    /// Lets time pass on both clocks.
    pub fn sleep(&self, pause: Duration) {
        let moved = self.real.now().after(pause);
        self.real.0.store(moved.micros(), Ordering::Relaxed);
    }

    /// Sets both clocks back, as an administrator does with a machine's.
    pub fn step_back(&self, by: Duration) {
        let moved = self.real.now().micros() - i64::try_from(by.as_micros()).expect("a short way");
        self.real.0.store(moved, Ordering::Relaxed);
    }

    /// Moves the world's clock alone, as a user does.
    pub async fn advance(&self, by: Duration) {
        let offset = self.store.clock_advance(by).await.expect("not too far");
        self.world.set_offset(offset);
    }

    // Reconciling.

    /// Reconciles until nothing is due now.
    pub async fn idle(&self) -> Counts {
        self.reconciler.run_until_idle().await.expect("a working store")
    }

    /// Reconciles until nothing is due now or until somebody stands in the gate, and then ends as a
    /// process that is killed: what it had in hand stays leased, and a new one starts after that.
    pub async fn idle_or_die(&mut self) -> Ran {
        let reconciler = self.reconciler.clone();
        let gate = self.gate.clone();
        let ran = tokio::select! {
            biased;
            counts = reconciler.run_until_idle() => Ran::ToRest(counts.expect("a working store")),
            () = gate.reached.notified() => Ran::IntoTheGate,
        };
        if ran == Ran::IntoTheGate {
            self.restart().await;
        }
        ran
    }

    /// A new process on the same store, once the leases of the old one have run out.
    pub async fn restart(&mut self) {
        // A write that the dead process had begun is over before the next one's first look.
        self.store.clock_advance(Duration::ZERO).await.expect("a working store");
        self.n_lives += 1;
        self.reconciler = Arc::new(self.another(self.n_lives));
        self.sleep(Settings::default().lease + Duration::from_secs(1));
    }

    /// Reconciles, and does something else while somebody stands in the gate.
    pub async fn idle_with(&self, meanwhile: impl Future<Output = ()>) -> bool {
        let mut run = std::pin::pin!(self.reconciler.run_until_idle());
        tokio::select! {
            biased;
            counts = &mut run => {
                counts.expect("a working store");
                return false;
            }
            () = self.gate.reached.notified() => {}
        }
        meanwhile.await;
        self.gate.resume.notify_one();
        run.await.expect("a working store");
        true
    }

    /// Follows what is due until everything rests. Dies at the gate if somebody is stopped there.
    pub async fn settle(&mut self) {
        self.settle_with(|_| ()).await;
    }

    /// The same, with something to be done after each death.
    pub async fn settle_with(&mut self, mut reborn: impl FnMut(&Self)) {
        for _ in 0..1000 {
            if self.idle_or_die().await == Ran::IntoTheGate {
                reborn(self);
                continue;
            }
            let now = self.world.now();
            match self.next_due().await {
                Some(due) if due <= now.after(HORIZON) => self.sleep(due.since(now)),
                Some(_) | None => return,
            }
        }
        panic!("it never comes to rest");
    }

    /// When the next row can be claimed.
    pub async fn next_due(&self) -> Option<Timestamp> {
        self.store.next_due(self.world.now(), self.real.now()).await.expect("a readable store")
    }
}

fn granted<T>(answer: Result<T, store::Error>) -> Result<T, Refusal> {
    match answer {
        Ok(granted) => Ok(granted),
        Err(store::Error::Refused(refusal)) => Err(refusal),
        Err(error) => panic!("the store failed: {error:?}"),
    }
}

fn reconciler(
    store: &Store,
    world: &Arc<WorldClock>,
    tally: &Arc<Tally>,
    gate: &Arc<Gate>,
    times: u32,
    life: u32,
    settings: Settings,
) -> Reconciler {
    let drivers = Drivers::new(|provider| {
        let sim = SimDriver::new(provider, tally.clone(), world.clone(), Latency::Instant);
        let gated: Arc<dyn CloudDriver> = Arc::new(Gated { inner: Arc::new(sim), gate: gate.clone(), times });
        gated
    });
    Reconciler::new(store.clone(), drivers, world.clone(), format!("life {life}"), settings)
}
