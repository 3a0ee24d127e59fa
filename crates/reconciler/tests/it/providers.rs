//! The story of one peering, at each of the three clouds.

use std::time::Duration;

use model::peering::machine::Connection;
use model::peering::{Reason, State};
use model::provider::Provider;
use model::world::{Acceptance, FarAction, Latency};

use crate::bed::Bed;
use crate::places::{far_network, gnet, place, to_vpc, vnet, vpc};

const DAY: Duration = Duration::from_secs(86_400);

#[tokio::test]
async fn an_aws_peering_waits_for_the_far_side_and_then_becomes_active() {
    let bed = Bed::new().await;
    let container = bed.container(bed.project, place(Provider::Aws)).await;
    let id = bed.peer(bed.project, container.id, vpc(1, 1)).await;
    assert_eq!(bed.state(bed.project, id).await, Some(State::Requested));
    bed.idle().await;
    let waiting = bed.peering(bed.project, id).await.expect("kept");
    assert_eq!(waiting.state, State::AwaitingPeer);
    assert!(waiting.connection_id.expect("named").starts_with("pcx-"));
    bed.far(bed.project, id, FarAction::Accept).await;
    bed.idle().await;
    assert_eq!(bed.state(bed.project, id).await, Some(State::Active));
}

#[tokio::test]
async fn a_google_peering_is_active_once_both_halves_are_there() {
    let bed = Bed::new().await;
    let container = bed.container(bed.project, place(Provider::Gcp)).await;
    let id = bed.peer(bed.project, container.id, gnet(1)).await;
    bed.idle().await;
    assert_eq!(bed.state(bed.project, id).await, Some(State::AwaitingPeer));
    bed.far(bed.project, id, FarAction::Create).await;
    bed.idle().await;
    assert_eq!(bed.state(bed.project, id).await, Some(State::Active));
}

#[tokio::test]
async fn googles_other_half_can_go_and_come_back() {
    let bed = Bed::new().await;
    let container = bed.container(bed.project, place(Provider::Gcp)).await;
    let id = bed.peer(bed.project, container.id, gnet(1)).await;
    bed.idle().await;
    for (action, state) in [
        (FarAction::Create, State::Active),
        (FarAction::Delete, State::AwaitingPeer),
        (FarAction::Create, State::Active),
        (FarAction::Delete, State::AwaitingPeer),
    ] {
        bed.far(bed.project, id, action).await;
        bed.idle().await;
        assert_eq!(bed.state(bed.project, id).await, Some(state), "{action:?}");
    }
}

#[tokio::test]
async fn an_azure_peering_needs_nobody() {
    let bed = Bed::new().await;
    let container = bed.container(bed.project, place(Provider::Azure)).await;
    let id = bed.peer(bed.project, container.id, vnet(1)).await;
    bed.idle().await;
    assert_eq!(bed.state(bed.project, id).await, Some(State::Active));
}

#[tokio::test]
async fn a_world_that_accepts_by_itself_needs_nobody_anywhere() {
    let bed = Bed::new().await;
    bed.acceptance(bed.project, Acceptance::Automatic).await;
    for provider in Provider::ALL {
        let container = bed.container(bed.project, place(provider)).await;
        let id = bed.peer(bed.project, container.id, far_network(provider, 1)).await;
        bed.idle().await;
        assert_eq!(bed.state(bed.project, id).await, Some(State::Active), "{provider}");
    }
}

#[tokio::test]
async fn a_world_that_begins_to_accept_by_itself_accepts_what_waits() {
    let bed = Bed::new().await;
    let mut waiting = Vec::new();
    for provider in [Provider::Aws, Provider::Gcp] {
        let container = bed.container(bed.project, place(provider)).await;
        waiting.push(bed.peer(bed.project, container.id, far_network(provider, 1)).await);
    }
    bed.idle().await;
    bed.acceptance(bed.project, Acceptance::Automatic).await;
    bed.idle().await;
    for id in waiting {
        assert_eq!(bed.state(bed.project, id).await, Some(State::Active));
    }
}

#[tokio::test]
async fn what_the_far_side_rejects_fails() {
    let bed = Bed::new().await;
    let container = bed.container(bed.project, place(Provider::Aws)).await;
    let id = bed.peer(bed.project, container.id, vpc(1, 1)).await;
    bed.idle().await;
    bed.far(bed.project, id, FarAction::Reject).await;
    bed.idle().await;
    assert_eq!(bed.state(bed.project, id).await, Some(State::Failed(Reason::Rejected)));
}

#[tokio::test]
async fn a_request_expires_when_seven_days_have_passed_and_not_before() {
    let bed = Bed::new().await;
    let container = bed.container(bed.project, place(Provider::Aws)).await;
    let id = bed.peer(bed.project, container.id, vpc(1, 1)).await;
    bed.idle().await;
    bed.advance(7 * DAY - Duration::from_secs(1)).await;
    bed.idle().await;
    assert_eq!(bed.state(bed.project, id).await, Some(State::AwaitingPeer));
    bed.advance(Duration::from_secs(1)).await;
    bed.idle().await;
    assert_eq!(bed.state(bed.project, id).await, Some(State::Failed(Reason::Expired)));
}

#[tokio::test]
async fn what_the_far_side_deletes_fails() {
    for provider in [Provider::Aws, Provider::Azure] {
        let bed = Bed::new().await;
        bed.acceptance(bed.project, Acceptance::Automatic).await;
        let container = bed.container(bed.project, place(provider)).await;
        let id = bed.peer(bed.project, container.id, far_network(provider, 1)).await;
        bed.idle().await;
        bed.far(bed.project, id, FarAction::Delete).await;
        bed.idle().await;
        assert_eq!(bed.state(bed.project, id).await, Some(State::Failed(Reason::Deleted)), "{provider}");
    }
}

#[tokio::test]
async fn of_two_projects_that_peer_the_same_vnet_from_the_same_block_exactly_one_fails() {
    let bed = Bed::new().await;
    let other = bed.project_create("Other").await;
    let mut peerings = Vec::new();
    for project in [bed.project, other] {
        let container = bed.container(project, place(Provider::Azure)).await;
        peerings.push((project, bed.peer(project, container.id, vnet(1)).await));
    }
    bed.idle().await;
    let mut states = Vec::new();
    for (project, id) in &peerings {
        states.push(bed.state(*project, *id).await.expect("kept"));
    }
    states.sort_by_key(|state| state.name());
    assert_eq!(states, [State::Active, State::Failed(Reason::Overlap)]);
}

#[tokio::test]
async fn another_vpc_asks_anew_and_takes_the_old_connection_down() {
    let bed = Bed::new().await;
    let container = bed.container(bed.project, place(Provider::Aws)).await;
    let id = bed.peer(bed.project, container.id, vpc(1, 1)).await;
    bed.idle().await;
    bed.far(bed.project, id, FarAction::Accept).await;
    bed.idle().await;
    let before = bed.peering(bed.project, id).await.expect("kept");
    bed.try_change(bed.project, id, &to_vpc(2, 1)).await.expect("an active peering may change");
    bed.idle().await;
    let after = bed.peering(bed.project, id).await.expect("kept");
    assert_eq!((after.state, after.incarnation), (State::AwaitingPeer, 2));
    assert_ne!(after.connection_id, before.connection_id);
    bed.far(bed.project, id, FarAction::Accept).await;
    bed.idle().await;
    assert_eq!(bed.state(bed.project, id).await, Some(State::Active));
}

#[tokio::test]
async fn a_failed_peering_is_tried_again_when_it_is_changed() {
    let bed = Bed::new().await;
    let container = bed.container(bed.project, place(Provider::Aws)).await;
    let id = bed.peer(bed.project, container.id, vpc(1, 1)).await;
    bed.idle().await;
    bed.far(bed.project, id, FarAction::Reject).await;
    bed.idle().await;
    bed.acceptance(bed.project, Acceptance::Automatic).await;
    bed.try_change(bed.project, id, &to_vpc(1, 2)).await.expect("a failed peering may change");
    bed.idle().await;
    let peering = bed.peering(bed.project, id).await.expect("kept");
    assert_eq!((peering.state, bed.shows(&peering).await), (State::Active, Connection::Routed));
}

#[tokio::test]
async fn another_route_block_moves_the_routes_and_keeps_the_connection() {
    let bed = Bed::new().await;
    bed.acceptance(bed.project, Acceptance::Automatic).await;
    let container = bed.container(bed.project, place(Provider::Aws)).await;
    let id = bed.peer(bed.project, container.id, vpc(1, 1)).await;
    bed.idle().await;
    let before = bed.peering(bed.project, id).await.expect("kept");
    bed.try_change(bed.project, id, &to_vpc(1, 2)).await.expect("an active peering may change");
    bed.idle().await;
    let after = bed.peering(bed.project, id).await.expect("kept");
    assert_eq!((after.state, after.connection_id.clone()), (State::Active, before.connection_id));
    assert_eq!(bed.shows(&after).await, Connection::Routed);
}

#[tokio::test]
async fn a_peering_can_be_deleted_in_every_state_and_leaves_nothing_behind() {
    // How far each is brought before it is deleted.
    type Far = &'static [FarAction];
    let lives: [(Provider, Option<Far>, State); 9] = [
        (Provider::Aws, None, State::Requested),
        (Provider::Gcp, None, State::Requested),
        (Provider::Aws, Some(&[]), State::AwaitingPeer),
        (Provider::Gcp, Some(&[]), State::AwaitingPeer),
        (Provider::Aws, Some(&[FarAction::Accept]), State::Active),
        (Provider::Azure, Some(&[]), State::Active),
        (Provider::Gcp, Some(&[FarAction::Create]), State::Active),
        (Provider::Aws, Some(&[FarAction::Reject]), State::Failed(Reason::Rejected)),
        (Provider::Azure, Some(&[FarAction::Delete]), State::Failed(Reason::Deleted)),
    ];
    for (provider, life, state) in lives {
        let mut bed = Bed::new().await;
        let container = bed.container(bed.project, place(provider)).await;
        let id = bed.peer(bed.project, container.id, far_network(provider, 1)).await;
        for action in life.unwrap_or_default() {
            bed.idle().await;
            bed.far(bed.project, id, *action).await;
        }
        if life.is_some() {
            bed.idle().await;
        }
        assert_eq!(bed.state(bed.project, id).await, Some(state), "{provider}");
        bed.unpeer(bed.project, id).await;
        assert_eq!(bed.state(bed.project, id).await, Some(State::Removing));
        bed.settle().await;
        assert_eq!(bed.state(bed.project, id).await, None, "{provider} {state:?}");
        assert!(!bed.connected(id).await, "{provider} {state:?}");
        assert_eq!(bed.networked(container.id).await, None, "{provider} {state:?}");
    }
}

#[tokio::test]
async fn a_peering_can_be_deleted_while_a_phase_is_under_way() {
    for (seconds, state) in [(0, State::Requested), (13, State::Requested), (27, State::Establishing)] {
        let mut bed = Bed::new().await;
        bed.acceptance(bed.project, Acceptance::Automatic).await;
        bed.latency(bed.project, Latency::Lifelike).await;
        let container = bed.container(bed.project, place(Provider::Aws)).await;
        let id = bed.peer(bed.project, container.id, vpc(1, 1)).await;
        for _ in 0..=seconds {
            bed.idle().await;
            bed.sleep(Duration::from_secs(1));
        }
        assert_eq!(bed.state(bed.project, id).await, Some(state), "after {seconds} s");
        bed.unpeer(bed.project, id).await;
        bed.settle().await;
        assert_eq!(bed.state(bed.project, id).await, None);
        assert!(!bed.connected(id).await);
    }
}

#[tokio::test]
async fn a_lifelike_aws_request_shows_nothing_for_twelve_seconds() {
    let bed = Bed::new().await;
    bed.latency(bed.project, Latency::Lifelike).await;
    let container = bed.container(bed.project, place(Provider::Aws)).await;
    let id = bed.peer(bed.project, container.id, vpc(1, 1)).await;
    for _ in 0..12 {
        bed.idle().await;
        bed.sleep(Duration::from_secs(1));
        assert_eq!(bed.state(bed.project, id).await, Some(State::Requested));
    }
    for _ in 0..30 {
        bed.sleep(Duration::from_secs(1));
        bed.idle().await;
    }
    assert_eq!(bed.state(bed.project, id).await, Some(State::AwaitingPeer));
}
