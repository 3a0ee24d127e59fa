//! What changes behind our back: told once, and mended where the policy says so.

use cloud::DriverError;
use model::event::EventKind;
use model::peering::{Reason, SpecChange, State};
use model::{Cidr, Provider, Trouble};
use testkit::{FakeCall, FakeFar};

use super::{CHANGE, MEND, Real};
use crate::bed::Bed;

/// What stands is spoiled: it is told once as that trouble, and mended by one call if the policy says so.
async fn is_told_and_mended_by_policy(provider: Provider, spoiled: Trouble) {
    for policy in [CHANGE, MEND] {
        let real = Real::on(Bed::new().await, provider, policy).await;
        let id = real.active().await;
        let before = real.fake.changes();
        assert_eq!(before, ["make network", "request", "route"], "{provider:?}");
        real.fake.lose_route(id);
        real.period().await;
        real.period().await;
        let (trouble, n_mended) = if policy.mend { (None, 1) } else { (Some(spoiled), 0) };
        assert_eq!(real.fake.changes().split_off(before.len()), vec!["route"; n_mended], "{policy:?}");
        assert_eq!(real.state(id).await, State::Active);
        assert_eq!(real.count(EventKind::DriftSeen).await, 1, "told once");
        assert_eq!(real.trouble(id).await, trouble, "{provider:?}");
        assert_eq!(real.count(EventKind::DriftMended).await, n_mended);
    }
}

#[tokio::test]
async fn a_lost_route_is_told_within_one_period_and_mended_only_where_the_policy_says_so() {
    is_told_and_mended_by_policy(Provider::Aws, Trouble::RouteGone).await;
}

#[tokio::test]
async fn a_half_that_differs_is_told_and_brought_into_line_only_where_the_policy_says_so() {
    for provider in [Provider::Azure, Provider::Gcp] {
        is_told_and_mended_by_policy(provider, Trouble::Differs).await;
    }
}

#[tokio::test]
async fn a_change_of_our_own_is_no_drift() {
    let real = Real::new(CHANGE).await;
    let id = real.active().await;
    let block = Some(Cidr::parse("10.77.0.0/16").expect("canonical"));
    let change = SpecChange::Aws { account_id: None, vpc_id: None, region: None, route_block: block };
    real.bed.try_change(real.bed.project, id, &change).await.expect("it may change");
    real.idle().await;
    assert_eq!((real.state(id).await, real.trouble(id).await), (State::Active, None));
    assert_eq!(real.fake.changes()[2..], ["route", "route"]);
    assert_eq!(real.count(EventKind::DriftSeen).await, 0);
    real.fake.lose_route(id);
    real.period().await;
    assert_eq!(real.trouble(id).await, Some(Trouble::RouteGone), "what went later is one");
}

#[tokio::test]
async fn a_deleted_connection_is_told_and_asked_for_anew_only_where_the_policy_says_so() {
    for policy in [CHANGE, MEND] {
        let real = Real::new(policy).await;
        let id = real.active().await;
        real.fake.far(id, FakeFar::Deleted);
        real.period().await;
        assert_eq!(real.count(EventKind::DriftSeen).await, 1);
        let (peering, note) = real.get(id).await;
        if policy.mend {
            assert_eq!((peering.state, peering.incarnation), (State::AwaitingPeer, 2));
            assert_eq!(real.fake.connections().len(), 1, "the old one is taken down");
            // What never carried traffic is not asked for again and again.
            real.fake.far(id, FakeFar::Deleted);
            real.period().await;
            assert_eq!(real.state(id).await, State::Failed(Reason::Deleted));
        } else {
            assert_eq!((peering.state, peering.incarnation), (State::Failed(Reason::Deleted), 1));
            assert_eq!(note.trouble, Some(Trouble::ConnectionGone));
        }
    }
}

#[tokio::test]
async fn a_lost_network_is_told_and_made_anew_only_where_the_policy_says_so() {
    for (policy, n_networks) in [(CHANGE, 0), (MEND, 1)] {
        let real = Real::new(policy).await;
        real.active().await;
        real.fake.lose_network(real.container);
        real.period().await;
        assert_eq!(real.fake.networks().len(), n_networks);
        assert!(real.count(EventKind::DriftSeen).await >= 1);
    }
}

#[tokio::test]
async fn what_a_cloud_says_of_a_connection_is_told_and_is_no_drift_by_itself() {
    let real = Real::new(MEND).await;
    let id = real.active().await;
    let changes = real.fake.changes();
    real.fake.say(id, Some("pcx-1 is active: Active"));
    real.period().await;
    let (peering, note) = real.get(id).await;
    assert_eq!((peering.state, note.trouble), (State::Active, None));
    assert_eq!(note.says.as_deref(), Some("pcx-1 is active: Active"));
    real.fake.say(id, Some("it leads to 10.9.0.0/16 now"));
    real.fake.lose_route(id);
    real.reconciler.run_until_idle().await.expect("a working store");
    real.period().await;
    assert_eq!(real.count(EventKind::DriftMended).await, 1);
    assert_eq!(real.fake.changes().len(), changes.len() + 1);
}

#[tokio::test]
async fn a_drift_that_was_told_is_not_told_again_because_the_cloud_was_away() {
    let real = Real::new(CHANGE).await;
    let id = real.active().await;
    real.fake.lose_route(id);
    real.period().await;
    real.fake.fail(FakeCall::Observe, DriverError::Transient("no answer".into()));
    real.period().await;
    assert_eq!(real.trouble(id).await, Some(Trouble::RouteGone));
    real.period().await;
    assert_eq!(real.count(EventKind::DriftSeen).await, 1);
}
