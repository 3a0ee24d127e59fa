//! The simulated cloud over facts kept in memory.

use std::collections::HashMap;
use std::sync::Mutex;

use model::Cidr;
use model::container::{Container, Network, Place};
use model::id::{ContainerId, PeeringId};
use model::peering::{Peering, PeeringSpec, State};
use model::world::connection::Request;
use model::world::{Acceptance, Far, FarAction, SimConnection, SimNetwork};

use super::*;

const NOW: Timestamp = Timestamp::from_seconds(1_700_000_000);

struct Still;

impl Clock for Still {
    fn now(&self) -> Timestamp {
        NOW
    }
}

/// A hand-written double of the store, single-threaded in spirit.
#[derive(Default)]
struct Memory {
    acceptance: Acceptance,
    connections: Mutex<HashMap<PeeringId, SimConnection>>,
    networks: Mutex<HashMap<ContainerId, SimNetwork>>,
    faults: Mutex<Vec<(CloudCall, CloudFault)>>,
    n_fault_calls: Mutex<u32>,
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().expect("no test panics while it holds facts")
}

#[async_trait]
impl Facts for Memory {
    async fn connection(&self, peering: PeeringId) -> Result<Option<SimConnection>, DriverError> {
        Ok(lock(&self.connections).get(&peering).cloned())
    }

    async fn request(&self, asked: Asked<'_>) -> Result<(), DriverError> {
        let mut connections = lock(&self.connections);
        let stands = connections
            .get(&asked.peering.id)
            .is_some_and(|known| known.incarnation == asked.peering.incarnation && known.gone_at.is_none());
        if !stands {
            let connection = SimConnection::request(Request {
                peering: asked.peering,
                near_block: asked.near_block,
                latency: asked.latency,
                acceptance: self.acceptance,
                rivals: &[],
                refused: asked.refused,
                now: asked.now,
            });
            connections.insert(asked.peering.id, connection);
        }
        Ok(())
    }

    async fn route(
        &self,
        peering: PeeringId,
        incarnation: i64,
        block: Option<Cidr>,
        now: Timestamp,
    ) -> Result<(), DriverError> {
        let mut connections = lock(&self.connections);
        if let Some(known) =
            connections.get(&peering).filter(|known| known.incarnation == incarnation).cloned()
        {
            connections.insert(peering, known.route(block, now));
        }
        Ok(())
    }

    async fn remove(&self, peering: PeeringId, now: Timestamp) -> Result<(), DriverError> {
        let mut connections = lock(&self.connections);
        if let Some(known) = connections.remove(&peering) {
            connections.insert(peering, known.remove(now));
        }
        Ok(())
    }

    async fn network(&self, container: ContainerId) -> Result<Option<SimNetwork>, DriverError> {
        Ok(lock(&self.networks).get(&container).cloned())
    }

    async fn network_make(
        &self,
        container: &Container,
        latency: Latency,
        now: Timestamp,
    ) -> Result<(), DriverError> {
        lock(&self.networks)
            .entry(container.id)
            .or_insert_with(|| SimNetwork::make(container, latency, 0, now));
        Ok(())
    }

    async fn network_remove(&self, container: ContainerId, now: Timestamp) -> Result<(), DriverError> {
        let mut networks = lock(&self.networks);
        if let Some(known) = networks.remove(&container) {
            networks.insert(container, known.remove(now));
        }
        Ok(())
    }

    async fn fault_take(&self, _: ProjectId, call: CloudCall) -> Result<Option<CloudFault>, DriverError> {
        *lock(&self.n_fault_calls) += 1;
        let mut faults = lock(&self.faults);
        let found = faults.iter().position(|(on, _)| *on == call);
        Ok(found.map(|at| faults.remove(at).1))
    }
}

struct Bench {
    facts: Arc<Memory>,
    driver: SimDriver,
    job: PeeringJob,
}

fn bench(acceptance: Acceptance, faults: &[(CloudCall, CloudFault)]) -> Bench {
    let facts = Arc::new(Memory { acceptance, faults: Mutex::new(faults.to_vec()), ..Memory::default() });
    let container = Container {
        id: "6a793f62c0eb9e7a1771502c".parse().expect("id"),
        project: "6a793f62c0eb9e7a1771502b".parse().expect("id"),
        place: Place::Aws { region: "US_EAST_1" },
        block: Cidr::parse("192.168.248.0/21").expect("canonical"),
        created_at: NOW,
        network: Network::Absent,
    };
    let peering = Peering {
        id: "6a793f62c0eb9e7a1771502a".parse().expect("id"),
        project: container.project,
        container: container.id,
        spec: PeeringSpec::Aws {
            account_id: "123456789012".into(),
            vpc_id: "vpc-0123456789abcdef0".into(),
            region: "us-east-1".into(),
            route_block: Cidr::parse("10.0.0.0/16").expect("canonical"),
        },
        wanted: true,
        state: State::Requested,
        generation: 1,
        incarnation: 1,
        connection_id: None,
        stuck: None,
        created_at: NOW,
        state_since: NOW,
    };
    let n_faults = u32::try_from(faults.len()).expect("few");
    let world = World { latency: None, acceptance, n_faults };
    let driver = SimDriver::new(Provider::Aws, facts.clone(), Arc::new(Still), Latency::Instant);
    Bench { facts, driver, job: PeeringJob { peering, container, world } }
}

impl Bench {
    async fn apply(&self, action: Action) -> Result<(), DriverError> {
        self.driver.apply(&self.job, action, &ClientToken::of(&self.job.peering, action)).await
    }

    async fn sees(&self) -> Connection {
        self.driver.observe(&self.job).await.expect("no fault is left").connection
    }

    fn network(&self) -> NetworkJob {
        NetworkJob { container: self.job.container.clone(), world: self.job.world }
    }
}

#[tokio::test]
async fn a_request_that_is_accepted_at_once_needs_routes_and_then_is_complete() {
    let bench = bench(Acceptance::Automatic, &[]);
    assert_eq!(bench.sees().await, Connection::Absent);
    bench.apply(Action::Request).await.expect("taken");
    assert_eq!(bench.sees().await, Connection::Accepted);
    bench.apply(Action::Route).await.expect("taken");
    let seen = bench.driver.observe(&bench.job).await.expect("seen");
    assert_eq!(seen.connection, Connection::Routed);
    assert!(seen.connection_id.is_some_and(|id| id.starts_with("pcx-")));
    bench.apply(Action::Remove).await.expect("taken");
    let seen = bench.driver.observe(&bench.job).await.expect("seen");
    assert_eq!((seen.connection, seen.connection_id), (Connection::Absent, None));
}

#[tokio::test]
async fn every_action_may_be_repeated() {
    let bench = bench(Acceptance::Manual, &[]);
    for action in [Action::Request, Action::Request] {
        bench.apply(action).await.expect("taken");
        assert_eq!(bench.sees().await, Connection::Pending);
    }
    let accept =
        |known: &SimConnection| known.far_act(&bench.job.peering, FarAction::Accept, NOW).expect("pending");
    let accepted = accept(&lock(&bench.facts.connections)[&bench.job.peering.id]);
    assert!(matches!(accepted.far, Far::Accepted(_)));
    lock(&bench.facts.connections).insert(bench.job.peering.id, accepted);
    for action in [Action::Route, Action::Route, Action::Request] {
        bench.apply(action).await.expect("taken");
        assert_eq!(bench.sees().await, Connection::Routed);
    }
    for action in [Action::Remove, Action::Remove] {
        bench.apply(action).await.expect("taken");
        assert_eq!(bench.sees().await, Connection::Absent);
    }
}

#[tokio::test]
async fn a_world_without_faults_is_never_asked_for_one() {
    let bench = bench(Acceptance::Automatic, &[]);
    bench.apply(Action::Request).await.expect("taken");
    bench.sees().await;
    assert_eq!(*lock(&bench.facts.n_fault_calls), 0);
}

#[tokio::test]
async fn a_fault_fails_one_call_in_its_own_way_and_leaves_no_trace() {
    let denied = DriverError::Denied("a fault was laid out".into());
    let transient = DriverError::Transient("a fault was laid out".into());
    for (fault, error) in [
        (CloudFault::Transient, transient),
        (CloudFault::Throttled, DriverError::Throttled(THROTTLE_PAUSE)),
        (CloudFault::Denied, denied),
    ] {
        let bench = bench(Acceptance::Manual, &[(CloudCall::Request, fault)]);
        assert_eq!(bench.apply(Action::Request).await, Err(error));
        assert_eq!(bench.sees().await, Connection::Absent);
        assert_eq!(bench.apply(Action::Request).await, Ok(()));
        assert_eq!(bench.sees().await, Connection::Pending);
    }
}

#[tokio::test]
async fn a_lost_answer_hides_an_effect_that_happened() {
    let bench = bench(Acceptance::Manual, &[(CloudCall::Request, CloudFault::LostAnswer)]);
    assert!(matches!(bench.apply(Action::Request).await, Err(DriverError::Transient(_))));
    assert_eq!(bench.sees().await, Connection::Pending);
}

#[tokio::test]
async fn an_invalid_request_is_taken_and_comes_to_nothing_and_any_other_call_is_refused() {
    let faults = [(CloudCall::Request, CloudFault::Invalid), (CloudCall::Remove, CloudFault::Invalid)];
    let bench = bench(Acceptance::Automatic, &faults);
    assert_eq!(bench.apply(Action::Request).await, Ok(()));
    assert_eq!(bench.sees().await, Connection::Invalid);
    assert!(matches!(
        bench.apply(Action::Remove).await,
        Err(DriverError::Rejected { reason: Reason::Invalid, .. })
    ));
    assert_eq!(bench.sees().await, Connection::Invalid);
}

#[tokio::test]
async fn a_look_fails_by_the_faults_laid_out_for_looks() {
    let bench = bench(Acceptance::Manual, &[(CloudCall::Observe, CloudFault::LostAnswer)]);
    assert!(matches!(bench.driver.observe(&bench.job).await, Err(DriverError::Transient(_))));
    assert_eq!(bench.sees().await, Connection::Absent);
}

#[tokio::test]
async fn a_near_network_comes_and_goes_and_its_faults_are_its_own() {
    let faults =
        [(CloudCall::MakeNetwork, CloudFault::Throttled), (CloudCall::RemoveNetwork, CloudFault::LostAnswer)];
    let bench = bench(Acceptance::Manual, &faults);
    let job = bench.network();
    let sees = async || bench.driver.observe_network(&job).await.expect("seen").network;
    let make = bench.driver.apply_network(&job, NetworkAction::Make).await;
    assert_eq!(make, Err(DriverError::Throttled(THROTTLE_PAUSE)));
    assert_eq!(sees().await, NetworkSeen::Absent);
    bench.driver.apply_network(&job, NetworkAction::Make).await.expect("taken");
    assert!(matches!(sees().await, NetworkSeen::Ready(_)));
    let remove = bench.driver.apply_network(&job, NetworkAction::Remove).await;
    assert!(matches!(remove, Err(DriverError::Transient(_))));
    assert_eq!(sees().await, NetworkSeen::Absent);
}

#[test]
fn a_token_is_the_same_for_the_same_wish_and_fits_what_clouds_take() {
    let peering = bench(Acceptance::Manual, &[]).job.peering;
    let rerouted = Peering { generation: 2, ..peering.clone() };
    let anew = Peering { generation: 2, incarnation: 2, ..peering.clone() };
    let token = |peering: &Peering, action| ClientToken::of(peering, action);
    assert_eq!(token(&peering, Action::Request), token(&rerouted, Action::Request));
    assert_ne!(token(&peering, Action::Route), token(&rerouted, Action::Route));
    assert_ne!(token(&peering, Action::Request), token(&anew, Action::Request));
    assert_eq!(token(&peering, Action::Remove).as_str(), "6a793f62c0eb9e7a1771502a-remove-1");
    let longest = Peering { incarnation: i64::MAX, generation: i64::MAX, ..peering };
    for action in [Action::Request, Action::Route, Action::Remove] {
        assert!(token(&longest, action).as_str().len() <= 64);
    }
}
