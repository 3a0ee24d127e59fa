//! Records: what a look led to, and what follows from it.

use std::time::Duration;

use model::Refusal;
use model::container::{Network, NetworkIds, Place};
use model::event::{Actor, EventKind};
use model::peering::{Reason, SpecChange, State};
use model::world::{FarAction, Latency};
use store::{ClaimedContainer, ClaimedPeering, ContainerRecord, Due, Error, PeeringRecord, RequestRow};

use crate::sim::network_is;
use crate::support::{ALL, Home, act, at, aws, cidr, gcp, on_every_engine, vnet, vpc};

/// A record that leaves a peering as it was claimed and lets it go.
pub fn record(claimed: &ClaimedPeering, due: Due) -> PeeringRecord {
    PeeringRecord {
        id: claimed.peering.id,
        fence: claimed.fence,
        generation: claimed.peering.generation,
        next: claimed.peering.state,
        connection_id: claimed.peering.connection_id.clone(),
        stuck: claimed.peering.stuck,
        incarnation: claimed.peering.incarnation,
        note: claimed.note.clone(),
        adopted: false,
        due,
        attempts: 0,
        keep_lease: false,
        at: at(5),
    }
}

/// A record of a look at a container.
pub fn network(claimed: &ClaimedContainer, next: Network, due: Due) -> ContainerRecord {
    let (id, fence) = (claimed.container.id, claimed.fence);
    let (note, kept) = (claimed.note.clone(), claimed.kept);
    ContainerRecord { id, fence, next, note, kept, due, attempts: 0, keep_lease: false, at: at(5) }
}

fn vpc_id() -> Network {
    Network::Ready(NetworkIds::Aws { vpc_id: "vpc-1".into() })
}

async fn save(home: &Home, record: PeeringRecord) -> bool {
    home.store.record_peerings(vec![record]).await.expect("recorded")[0]
}

async fn save_network(home: &Home, record: ContainerRecord) -> bool {
    home.store.record_containers(vec![record]).await.expect("recorded")[0]
}

/// A claimed peering in a new container.
async fn claimed(home: &Home) -> ClaimedPeering {
    let container = home.add_container(aws("US_EAST_1")).await;
    home.add_peering(&container, vpc(1)).await;
    home.claim_peerings(0, 0).await.remove(0)
}

async fn state_of(home: &Home, claimed: &ClaimedPeering) -> Option<(State, i64)> {
    let view = home.store.peering_get(home.project, claimed.peering.id).await.expect("read");
    view.map(|view| (view.peering.state, view.peering.state_since.since(at(0)).as_secs().cast_signed()))
}

async fn what_was_seen_is_kept(home: &Home) {
    let claimed = claimed(home).await;
    let seen = PeeringRecord {
        next: State::AwaitingPeer,
        connection_id: Some("pcx-1".into()),
        attempts: 3,
        ..record(&claimed, Due::At(at(50)))
    };
    assert!(save(home, seen).await);
    assert_eq!(state_of(home, &claimed).await, Some((State::AwaitingPeer, 5)));
    assert!(home.claim_peerings(49, 0).await.is_empty());
    let again = home.claim_peerings(50, 0).await.remove(0);
    assert_eq!((again.peering.connection_id.as_deref(), again.attempts), (Some("pcx-1"), 3));
    // The state's date is that of its beginning.
    let same = PeeringRecord { at: at(60), stuck: Some(Reason::Denied), ..record(&again, Due::Idle) };
    assert!(save(home, same).await);
    assert_eq!(state_of(home, &claimed).await, Some((State::AwaitingPeer, 5)));
    assert!(home.claim_peerings(1_000, 1_000).await.is_empty());
}

async fn a_kept_lease_goes_on_and_a_released_one_is_free(home: &Home) {
    let claimed = claimed(home).await;
    let kept = PeeringRecord { keep_lease: true, ..record(&claimed, Due::Now) };
    assert!(save(home, kept.clone()).await);
    assert!(home.claim_peerings(100, 0).await.is_empty());
    assert!(save(home, PeeringRecord { keep_lease: false, ..kept }).await);
    assert_eq!(home.claim_peerings(100, 0).await.len(), 1);
}

async fn a_look_that_a_deletion_overtakes_is_dropped_and_the_row_is_free(home: &Home) {
    let claimed = claimed(home).await;
    home.store.peering_delete(home.project, claimed.peering.id, &act(3)).await.expect("wanted till now");
    // It is held, so nobody else touches the cloud meanwhile.
    assert!(home.claim_peerings(100, 0).await.is_empty());
    assert!(!save(home, PeeringRecord { next: State::Active, ..record(&claimed, Due::Idle) }).await);
    assert_eq!(state_of(home, &claimed).await, Some((State::Removing, 3)));
    let again = home.claim_peerings(100, 0).await;
    assert_eq!((again.len(), again[0].peering.wanted), (1, false));
}

async fn a_look_that_a_change_overtakes_is_dropped_and_the_row_is_free(home: &Home) {
    let container = home.add_container(aws("US_EAST_1")).await;
    let id = home.add_peering(&container, vpc(1)).await.peering.id;
    home.sql("UPDATE peering SET state = 'active'");
    let claimed = home.claim_peerings(0, 0).await.remove(0);
    let change = SpecChange::Aws {
        account_id: None,
        vpc_id: None,
        region: None,
        route_block: Some(cidr("10.9.0.0/16")),
    };
    home.store.peering_change(home.project, id, &change, &act(3)).await.expect("allowed");
    assert!(!save(home, record(&claimed, Due::Idle)).await);
    assert_eq!(home.claim_peerings(5, 0).await[0].peering.generation, 2);
}

async fn a_batch_is_judged_row_by_row(home: &Home) {
    let container = home.add_container(aws("US_EAST_1")).await;
    for nth in 1..=3 {
        home.add_peering(&container, vpc(nth)).await;
    }
    let claimed = home.claim_peerings(0, 0).await;
    home.store.peering_delete(home.project, claimed[1].peering.id, &act(3)).await.expect("wanted till now");
    let records = claimed
        .iter()
        .map(|claimed| PeeringRecord { next: State::AwaitingPeer, ..record(claimed, Due::Idle) });
    let recorded = home.store.record_peerings(records.collect()).await.expect("recorded");
    assert_eq!(recorded, [true, false, true]);
    assert_eq!(state_of(home, &claimed[2]).await, Some((State::AwaitingPeer, 5)));
}

async fn what_happens_during_a_look_makes_the_row_due_again(home: &Home) {
    let claimed = claimed(home).await;
    let request = RequestRow {
        peering: claimed.peering.clone(),
        near_block: claimed.container.block,
        latency: Latency::Instant,
        refused: None,
        now: at(1),
    };
    home.store.sim_request(request).await.expect("recorded");
    // The look saw a request that waits; the far side accepts before it is recorded.
    let acted = home.store.far_side_act(home.project, claimed.peering.id, FarAction::Accept, at(2)).await;
    acted.expect("it waits");
    let seen = PeeringRecord { next: State::AwaitingPeer, ..record(&claimed, Due::At(at(1_000))) };
    assert!(save(home, seen).await);
    assert_eq!(state_of(home, &claimed).await, Some((State::AwaitingPeer, 5)));
    let again = home.claim_peerings(5, 0).await.remove(0);
    // The next look has seen it, and may rest.
    assert!(save(home, record(&again, Due::Idle)).await);
    assert!(home.claim_peerings(1_000, 1_000).await.is_empty());
}

async fn a_removed_peering_leaves_nothing_and_frees_its_container(home: &Home) {
    let claimed = claimed(home).await;
    let container = home.claim_containers(0, 0).await.remove(0);
    assert!(save_network(home, network(&container, vpc_id(), Due::Idle)).await);
    home.store.peering_delete(home.project, claimed.peering.id, &act(3)).await.expect("wanted till now");
    assert!(!save(home, record(&claimed, Due::Idle)).await);
    let going = home.claim_peerings(5, 0).await.remove(0);
    assert!(home.claim_containers(5, 0).await.is_empty());
    assert!(save(home, PeeringRecord { next: State::Removed, ..record(&going, Due::Idle) }).await);
    assert_eq!(state_of(home, &claimed).await, None);
    assert!(!save(home, record(&going, Due::Idle)).await, "there is no row any more");
    let freed = home.claim_containers(5, 0).await;
    assert_eq!(
        freed.iter().map(|freed| (freed.container.id, freed.wanted)).collect::<Vec<_>>(),
        [(claimed.container.id, false)]
    );
    home.add_peering(&claimed.container, vpc(1)).await;
}

async fn a_container_keeps_its_network_while_another_peering_is_in_it(home: &Home) {
    let container = home.add_container(aws("US_EAST_1")).await;
    let first = home.add_peering(&container, vpc(1)).await.peering;
    home.add_peering(&container, vpc(2)).await;
    let held = home.claim_containers(0, 0).await.remove(0);
    assert!(save_network(home, network(&held, vpc_id(), Due::Idle)).await);
    home.store.peering_delete(home.project, first.id, &act(3)).await.expect("wanted till now");
    for claimed in home.claim_peerings(5, 0).await.iter().filter(|claimed| claimed.peering.id == first.id) {
        assert!(save(home, PeeringRecord { next: State::Removed, ..record(claimed, Due::Idle) }).await);
    }
    assert!(home.claim_containers(1_000, 1_000).await.is_empty());
}

async fn a_row_is_not_given_up_while_its_connection_stands(home: &Home) {
    let claimed = claimed(home).await;
    let request = RequestRow {
        peering: claimed.peering.clone(),
        near_block: claimed.container.block,
        latency: Latency::Instant,
        refused: None,
        now: at(1),
    };
    // The request arrives late, after the next one's look that saw nothing.
    let going = home.claim_peerings(5, 20).await.remove(0);
    home.store.sim_request(request.clone()).await.expect("recorded");
    home.store.peering_delete(home.project, claimed.peering.id, &act(3)).await.expect("wanted till now");
    let going = ClaimedPeering { peering: going.peering.unwanted(at(3)), ..going };
    let removed = PeeringRecord { next: State::Removed, ..record(&going, Due::Idle) };
    assert!(!save(home, removed.clone()).await);
    let again = home.claim_peerings(5, 20).await.remove(0);
    home.store.sim_remove(claimed.peering.id, at(5)).await.expect("recorded");
    assert!(save(home, PeeringRecord { fence: again.fence, ..removed }).await);
    assert!(home.store.sim_connection(claimed.peering.id).await.expect("read").is_none());
    // And one that arrives later still comes to nothing.
    home.store.sim_request(request).await.expect("ignored");
    assert!(home.store.sim_connection(claimed.peering.id).await.expect("read").is_none());
}

async fn a_network_that_stands_wakes_the_peerings_that_wait_for_it(home: &Home) {
    let container = home.add_container(aws("US_EAST_1")).await;
    home.add_peering(&container, vpc(1)).await;
    home.add_peering(&container, vpc(2)).await;
    let held = home.claim_containers(0, 0).await.remove(0);
    let waiting = home.claim_peerings(0, 0).await;
    assert!(save(home, record(&waiting[0], Due::Idle)).await);
    assert!(save_network(home, network(&held, Network::Making, Due::Now)).await);
    assert!(home.claim_peerings(1_000, 0).await.is_empty());

    let held = home.claim_containers(5, 0).await.remove(0);
    assert!(save_network(home, network(&held, vpc_id(), Due::Idle)).await);
    let due = home.claim_peerings(5, 0).await;
    assert_eq!(due.iter().map(|due| due.peering.id).collect::<Vec<_>>(), [waiting[0].peering.id]);
    assert_eq!(due[0].container.network, vpc_id());
    // One whose look was going on is due when that look ends.
    assert!(save(home, record(&waiting[1], Due::Idle)).await);
    assert_eq!(home.claim_peerings(5, 0).await.len(), 1);
}

async fn a_look_at_a_container_that_becomes_wanted_meanwhile_is_dropped(home: &Home) {
    let claimed = claimed(home).await;
    let held = home.claim_containers(0, 0).await.remove(0);
    assert!(save_network(home, network(&held, vpc_id(), Due::Idle)).await);
    home.store.peering_delete(home.project, claimed.peering.id, &act(3)).await.expect("wanted till now");
    let going = home.claim_peerings(5, 20).await.remove(0);
    assert!(save(home, PeeringRecord { next: State::Removed, ..record(&going, Due::Idle) }).await);
    let unwanted = home.claim_containers(5, 20).await.remove(0);
    assert!(!unwanted.wanted);
    home.add_peering(&claimed.container, vpc(1)).await;
    // It is held till its holder is done, and the holder may not take the network down.
    assert!(home.claim_containers(5, 20).await.is_empty());
    assert!(!save_network(home, network(&unwanted, Network::Removing, Due::Now)).await);
    let again = home.claim_containers(5, 20).await.remove(0);
    assert_eq!((again.wanted, again.container.network), (true, vpc_id()));
}

async fn a_late_look_at_a_container_loses(home: &Home) {
    claimed(home).await;
    let first = home.claim_containers(0, 0).await.remove(0);
    let second = home.claim_containers(0, 10).await.remove(0);
    assert!(!save_network(home, network(&first, Network::Making, Due::Idle)).await);
    assert!(
        save_network(
            home,
            ContainerRecord { attempts: 2, ..network(&second, Network::Making, Due::At(at(50))) }
        )
        .await
    );
    assert!(home.claim_containers(49, 100).await.is_empty());
    let third = home.claim_containers(50, 100).await.remove(0);
    assert_eq!((third.attempts, &third.container.network), (2, &Network::Making));
    let kept = ContainerRecord { keep_lease: true, ..network(&third, Network::Making, Due::Now) };
    assert!(save_network(home, kept).await);
    assert!(home.claim_containers(50, 100).await.is_empty());
}

async fn a_container_whose_network_stands_against_its_row_is_not_deleted(home: &Home) {
    let container = home.add_container(aws("US_EAST_1")).await;
    network_is(home, &container, "making");
    home.store.sim_network_make(&container, Latency::Instant, at(1)).await.expect("recorded");
    network_is(home, &container, "absent");
    let refused = home.store.container_delete(home.project, container.id, Duration::ZERO, &act(2)).await;
    assert!(matches!(refused, Err(Error::Refused(Refusal::ContainerInUse))));
    // Nor does it rest: a look that saw nothing was before the call that made it.
    home.sql(&format!("UPDATE container SET due_at = 0 WHERE id = '{}'", container.id));
    let held = home.claim_containers(5, 0).await.remove(0);
    assert!(!save_network(home, network(&held, Network::Absent, Due::Idle)).await);
    assert_eq!(home.claim_containers(5, 0).await.len(), 1);
    // A project can be closed all the same, and its network is looked after.
    home.store.project_delete(home.project, &act(2)).await.expect("no peering");
    let held = home.claim_containers(5, 60).await.remove(0);
    assert!(!save_network(home, network(&held, Network::Absent, Due::Idle)).await);
    network_is(home, &container, "removing");
    home.store.sim_network_remove(container.id, at(5)).await.expect("recorded");
    let held = home.claim_containers(5, 0).await.remove(0);
    assert!(save_network(home, network(&held, Network::Absent, Due::Idle)).await);
    assert!(home.store.sim_network(container.id).await.expect("read").is_none());
}

async fn traffic_that_begins_and_ends_by_itself_is_told(home: &Home) {
    use EventKind::{
        AzurePeerActive, AzurePeerUpdated, GcpPeerActive, GcpPeerInactive, GcpPeerUpdated, PeerUpdated,
    };
    let azure = home.add_container(Place::Azure { region: "US_EAST" }).await;
    let google = home.add_container(Place::Gcp { regions: Vec::new() }).await;
    home.add_peering(&azure, vnet("v")).await;
    let begun = home.kinds().await.len();
    let turn = async |next, due| {
        let claimed = home.claim_peerings(5, 0).await.remove(0);
        assert!(save(home, PeeringRecord { next, ..record(&claimed, due) }).await);
    };
    let told = async |n: usize| {
        let kinds = home.kinds().await;
        kinds[..kinds.len() - n].to_vec()
    };
    turn(State::Active, Due::Now).await;
    turn(State::Active, Due::Now).await;
    turn(State::Failed(Reason::Deleted), Due::Idle).await;
    assert_eq!(told(begun).await, [AzurePeerUpdated, AzurePeerActive]);

    home.add_peering(&google, gcp("n")).await;
    let begun = home.kinds().await.len();
    turn(State::Active, Due::Now).await;
    turn(State::AwaitingPeer, Due::Now).await;
    turn(State::Active, Due::Now).await;
    turn(State::Active, Due::Now).await;
    turn(State::Failed(Reason::Deleted), Due::Idle).await;
    assert_eq!(told(begun).await, [GcpPeerInactive, GcpPeerActive, GcpPeerInactive, GcpPeerActive]);

    home.add_peering(&google, gcp("other")).await;
    let begun = home.kinds().await.len();
    turn(State::AwaitingPeer, Due::Now).await;
    turn(State::Failed(Reason::Overlap), Due::Idle).await;
    assert_eq!(told(begun).await, [GcpPeerUpdated]);

    let amazon = home.add_container(aws("US_EAST_1")).await;
    home.add_peering(&amazon, vpc(1)).await;
    let begun = home.kinds().await.len();
    turn(State::AwaitingPeer, Due::Now).await;
    turn(State::Failed(Reason::Rejected), Due::Idle).await;
    assert_eq!(told(begun).await, [PeerUpdated]);
    let event = home.store.event_list_of_project(home.project, ALL).await.expect("listed").items.remove(0);
    assert_eq!(event.act.by, Actor::System, "nobody here did it");
}

on_every_engine![
    what_was_seen_is_kept,
    a_kept_lease_goes_on_and_a_released_one_is_free,
    a_look_that_a_deletion_overtakes_is_dropped_and_the_row_is_free,
    a_look_that_a_change_overtakes_is_dropped_and_the_row_is_free,
    a_batch_is_judged_row_by_row,
    what_happens_during_a_look_makes_the_row_due_again,
    a_removed_peering_leaves_nothing_and_frees_its_container,
    a_container_keeps_its_network_while_another_peering_is_in_it,
    a_row_is_not_given_up_while_its_connection_stands,
    a_network_that_stands_wakes_the_peerings_that_wait_for_it,
    a_look_at_a_container_that_becomes_wanted_meanwhile_is_dropped,
    a_late_look_at_a_container_loses,
    a_container_whose_network_stands_against_its_row_is_not_deleted,
    traffic_that_begins_and_ends_by_itself_is_told,
];
