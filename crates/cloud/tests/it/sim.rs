//! The simulated cloud over facts kept in memory.

use std::sync::{Arc, Mutex};

use cloud::sim::{SimDriver, THROTTLE_PAUSE};
use cloud::{ClientToken, CloudDriver, DriverError, NetworkJob, PeeringJob};
use model::container::Place;
use model::container::machine::{NetworkAction, NetworkSeen};
use model::peering::machine::{Action, Connection};
use model::peering::{Peering, PeeringSpec, Reason};
use model::provider::Provider;
use model::world::{Acceptance, CloudCall, CloudFault, Far, FarAction, Latency, SimConnection, World};

use crate::fixture::{self, NOW};
use crate::memory::{Memory, Still, lock};

struct Bench {
    facts: Arc<Memory>,
    driver: SimDriver,
    job: PeeringJob,
}

fn bench(acceptance: Acceptance, faults: &[(CloudCall, CloudFault)]) -> Bench {
    let facts = Arc::new(Memory { acceptance, faults: Mutex::new(faults.to_vec()), ..Memory::default() });
    let container =
        fixture::container(Place::Aws { region: "US_EAST_1" }, fixture::block("192.168.248.0/21"));
    let spec = PeeringSpec::Aws {
        account_id: "123456789012".into(),
        vpc_id: "vpc-0123456789abcdef0".into(),
        region: "us-east-1".into(),
        route_block: fixture::block("10.0.0.0/16"),
    };
    let mut job = fixture::job(container, spec);
    let n_faults = u32::try_from(faults.len()).expect("few");
    job.world = World { latency: None, acceptance, n_faults };
    let driver = SimDriver::new(Provider::Aws, facts.clone(), Arc::new(Still), Latency::Instant);
    Bench { facts, driver, job }
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
    assert_eq!(token(&peering, Action::Remove).as_str(), format!("{}-remove-1", peering.id));
    let longest = Peering { incarnation: i64::MAX, generation: i64::MAX, ..peering };
    for action in [Action::Request, Action::Route, Action::Remove] {
        assert!(token(&longest, action).as_str().len() <= 64);
    }
}
