//! What becomes of rows whose clouds say no, say nothing, or fall over.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use cloud::{ClientToken, CloudDriver, DriverError, Drivers, NetworkJob, PeeringJob};
use model::container::NetworkIds;
use model::container::machine::{NetworkAction, NetworkObserved, NetworkSeen};
use model::peering::machine::{Action, Connection, Observed};
use model::peering::{Reason, State};
use model::provider::Provider;
use model::world::{Acceptance, CloudCall, CloudFault, Fault, FaultPoint, Outcome};
use reconciler::{Reconciler, Settings};

use crate::bed::Bed;
use crate::places::{far_network, place, to_vpc, vpc};

fn fault(call: CloudCall, fault: CloudFault, times: u32) -> Vec<Fault> {
    vec![Fault { on: FaultPoint::Cloud(call), outcome: Outcome::Cloud(fault), times }]
}

#[tokio::test]
async fn a_cloud_that_fails_for_a_while_is_asked_again_after_growing_pauses() {
    for call in [CloudCall::Observe, CloudCall::Request, CloudCall::Route] {
        let mut bed = Bed::new().await;
        bed.acceptance(bed.project, Acceptance::Automatic).await;
        bed.faults(bed.project, fault(call, CloudFault::Transient, 5)).await;
        let container = bed.container(bed.project, place(Provider::Aws)).await;
        let id = bed.peer(bed.project, container.id, vpc(1, 1)).await;
        bed.idle().await;
        assert_ne!(bed.state(bed.project, id).await, Some(State::Active), "{call:?}");
        let mut pauses = Vec::new();
        while bed.state(bed.project, id).await != Some(State::Active) {
            let due = bed.next_due().await.expect("it is tried again");
            let pause = due.since(model::Clock::now(&*bed.world));
            pauses.push(pause);
            bed.sleep(pause);
            bed.idle().await;
        }
        assert_eq!(pauses.len(), 5, "{call:?}: {pauses:?}");
        assert!(pauses[0] >= Duration::from_millis(50) && pauses[0] <= Duration::from_millis(100));
        assert!(pauses[4] >= Duration::from_millis(800) && pauses[4] <= Duration::from_millis(1600));
        bed.settle().await;
    }
}

#[tokio::test]
async fn a_throttling_cloud_is_left_alone_for_as_long_as_it_says() {
    let bed = Bed::new().await;
    bed.faults(bed.project, fault(CloudCall::Request, CloudFault::Throttled, 1)).await;
    let container = bed.container(bed.project, place(Provider::Aws)).await;
    let id = bed.peer(bed.project, container.id, vpc(1, 1)).await;
    bed.idle().await;
    bed.sleep(cloud::sim::THROTTLE_PAUSE - Duration::from_millis(1));
    bed.idle().await;
    assert_eq!(bed.state(bed.project, id).await, Some(State::Requested));
    bed.sleep(Duration::from_millis(1));
    bed.idle().await;
    assert_eq!(bed.state(bed.project, id).await, Some(State::AwaitingPeer));
}

#[tokio::test]
async fn a_lost_answer_does_not_ask_twice() {
    let mut bed = Bed::new().await;
    bed.acceptance(bed.project, Acceptance::Automatic).await;
    for call in [CloudCall::Request, CloudCall::Route, CloudCall::MakeNetwork] {
        bed.faults(bed.project, fault(call, CloudFault::LostAnswer, 1)).await;
    }
    let container = bed.container(bed.project, place(Provider::Aws)).await;
    let id = bed.peer(bed.project, container.id, vpc(1, 1)).await;
    bed.settle().await;
    assert_eq!(bed.state(bed.project, id).await, Some(State::Active));
    assert_eq!(bed.tally.requests().into_values().collect::<Vec<_>>(), [1]);
}

#[tokio::test]
async fn a_request_that_is_invalid_or_denied_fails_the_peering() {
    for (kind, reason) in [(CloudFault::Invalid, Reason::Invalid), (CloudFault::Denied, Reason::Denied)] {
        for provider in Provider::ALL {
            let mut bed = Bed::new().await;
            bed.faults(bed.project, fault(CloudCall::Request, kind, 1)).await;
            let container = bed.container(bed.project, place(provider)).await;
            let id = bed.peer(bed.project, container.id, far_network(provider, 1)).await;
            bed.settle().await;
            assert_eq!(bed.state(bed.project, id).await, Some(State::Failed(reason)), "{provider}");
            bed.unpeer(bed.project, id).await;
            bed.settle().await;
            assert_eq!(bed.state(bed.project, id).await, None, "{provider}");
        }
    }
}

#[tokio::test]
async fn a_cloud_that_does_not_let_go_leaves_the_peering_stuck_until_it_does() {
    let mut bed = Bed::new().await;
    let container = bed.container(bed.project, place(Provider::Aws)).await;
    let id = bed.peer(bed.project, container.id, vpc(1, 1)).await;
    bed.idle().await;
    bed.faults(bed.project, fault(CloudCall::Remove, CloudFault::Denied, 3)).await;
    bed.unpeer(bed.project, id).await;
    bed.idle().await;
    let stuck = bed.peering(bed.project, id).await.expect("a row is not given up");
    assert_eq!((stuck.state, stuck.stuck), (State::Removing, Some(Reason::Denied)));
    bed.settle().await;
    assert_eq!(bed.state(bed.project, id).await, None);
    assert!(!bed.connected(id).await);
}

#[tokio::test]
async fn a_connection_of_an_earlier_incarnation_lends_its_name_to_nobody() {
    let mut bed = Bed::new().await;
    let container = bed.container(bed.project, place(Provider::Aws)).await;
    let id = bed.peer(bed.project, container.id, vpc(1, 1)).await;
    bed.idle().await;
    bed.faults(bed.project, fault(CloudCall::Remove, CloudFault::Transient, 2)).await;
    bed.try_change(bed.project, id, &to_vpc(2, 2)).await.expect("it may change");
    bed.idle().await;
    let asking = bed.peering(bed.project, id).await.expect("kept");
    assert_eq!((asking.state, asking.connection_id), (State::Requested, None));
    assert!(bed.connected(id).await, "the old one stands");
    bed.settle().await;
    assert_eq!(bed.state(bed.project, id).await, Some(State::AwaitingPeer));
}

#[tokio::test]
async fn a_network_that_is_denied_is_asked_for_again() {
    let mut bed = Bed::new().await;
    for call in [CloudCall::MakeNetwork, CloudCall::RemoveNetwork] {
        bed.faults(bed.project, fault(call, CloudFault::Denied, 4)).await;
        let container = match bed.try_container(bed.project, place(Provider::Gcp)).await {
            Ok(container) => container.id,
            Err(refusal) => panic!("{refusal}"),
        };
        let id = bed.peer(bed.project, container, far_network(Provider::Gcp, 1)).await;
        bed.settle().await;
        assert_eq!(bed.state(bed.project, id).await, Some(State::AwaitingPeer));
        bed.unpeer(bed.project, id).await;
        bed.settle().await;
        assert_eq!(bed.networked(container).await, None, "{call:?}");
        bed.try_uncontain(bed.project, container).await.expect("nothing is left in it");
    }
}

/// A cloud whose looks go wrong as often as told, and that otherwise shows everything complete.
struct Shaky {
    provider: Provider,
    left: AtomicU32,
    how: fn(),
    hangs: bool,
}

impl Shaky {
    async fn stumble(&self) {
        let left = self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1));
        if left.is_ok() {
            (self.how)();
            if self.hangs {
                std::future::pending::<()>().await;
            }
        }
    }
}

#[async_trait]
impl CloudDriver for Shaky {
    fn provider(&self) -> Provider {
        self.provider
    }

    fn poll(&self) -> Option<Duration> {
        Some(Duration::from_secs(30))
    }

    async fn observe(&self, job: &PeeringJob) -> Result<Observed, DriverError> {
        self.stumble().await;
        let near_network = job.container.network.ids().is_some();
        Ok(Observed {
            connection: Connection::Routed,
            connection_id: None,
            changes_at: None,
            near_network,
            says: None,
        })
    }

    async fn apply(&self, _: &PeeringJob, _: Action, _: &ClientToken) -> Result<(), DriverError> {
        Ok(())
    }

    async fn observe_network(&self, _: &NetworkJob) -> Result<NetworkObserved, DriverError> {
        let ids = NetworkIds::Aws { vpc_id: "vpc-00000000000000001".to_owned() };
        Ok(NetworkObserved { network: NetworkSeen::Ready(ids), changes_at: None })
    }

    async fn apply_network(&self, _: &NetworkJob, _: NetworkAction) -> Result<(), DriverError> {
        Ok(())
    }
}

fn shaky(bed: &Bed, times: u32, how: fn(), hangs: bool) -> Reconciler {
    let drivers = Drivers::new(|provider| {
        let shaky: Arc<dyn CloudDriver> =
            Arc::new(Shaky { provider, left: AtomicU32::new(times), how, hangs });
        shaky
    });
    let settings = Settings { call: Duration::from_millis(20), ..Settings::default() };
    Reconciler::new(bed.store.clone(), drivers, bed.world.clone(), "shaky".to_owned(), settings)
}

/// Two peerings of which one stumbles: the other is not held up, and the first gets there too.
async fn check_stumble(how: fn(), hangs: bool) {
    let bed = Bed::new().await;
    let reconciler = shaky(&bed, 1, how, hangs);
    let container = bed.container(bed.project, place(Provider::Aws)).await;
    let first = bed.peer(bed.project, container.id, vpc(1, 1)).await;
    let second = bed.peer(bed.project, container.id, vpc(2, 2)).await;
    reconciler.run_until_idle().await.expect("a working store");
    let mut states = [bed.state(bed.project, first).await, bed.state(bed.project, second).await];
    states.sort_by_key(|state| state.map(State::name));
    assert_eq!(states, [Some(State::Active), Some(State::Requested)]);
    bed.sleep(Duration::from_millis(100));
    reconciler.run_until_idle().await.expect("a working store");
    for id in [first, second] {
        assert_eq!(bed.state(bed.project, id).await, Some(State::Active));
    }
}

#[tokio::test]
async fn a_driver_that_panics_backs_off_one_row_and_ends_nothing() {
    check_stumble(|| panic!("a driver's bug, laid out by a test"), false).await;
}

#[tokio::test]
async fn a_driver_that_hangs_backs_off_one_row_and_ends_nothing() {
    check_stumble(|| (), true).await;
}

#[tokio::test]
async fn a_cloud_that_does_not_tell_is_looked_at_again_and_again() {
    let bed = Bed::new().await;
    let reconciler = shaky(&bed, 0, || (), false);
    let container = bed.container(bed.project, place(Provider::Aws)).await;
    let id = bed.peer(bed.project, container.id, vpc(1, 1)).await;
    reconciler.run_until_idle().await.expect("a working store");
    assert_eq!(bed.state(bed.project, id).await, Some(State::Active));
    for _ in 0..3 {
        assert_eq!(reconciler.run_until_idle().await.expect("a working store").peerings, 0);
        bed.sleep(Duration::from_secs(30));
        assert_eq!(reconciler.run_until_idle().await.expect("a working store").peerings, 1);
    }
}
