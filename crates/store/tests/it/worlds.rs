//! A project's world, its far sides, and the clock.

use std::time::Duration;

use model::limits::{CLOCK_ADVANCE_MAX, CLOCK_OFFSET_MAX};
use model::peering::State;
use model::world::{Acceptance, Far, FarAction, Latency, World};
use model::{Peering, Refusal};
use store::{Due, Error, RequestRow, WorldChange};

use crate::records::record;
use crate::support::{Home, at, aws, on_every_engine, vpc};

/// A peering whose request waits for its far side, and at which nobody has to look.
async fn waiting(home: &Home, nth: u8) -> Peering {
    let containers =
        home.store.container_list(home.project, None, crate::support::ALL).await.expect("listed");
    let container = match containers.items.into_iter().next() {
        Some(container) => container,
        None => home.add_container(aws("US_EAST_1")).await,
    };
    let peering = home.add_peering(&container, vpc(nth)).await.peering;
    let request = RequestRow {
        peering: peering.clone(),
        near_block: container.block,
        latency: Latency::Instant,
        refused: None,
        now: at(1),
    };
    home.store.sim_request(request).await.expect("recorded");
    let claimed = home.claim_peerings(1, 0).await.remove(0);
    home.store.record_peerings(vec![record(&claimed, Due::Idle)]).await.expect("recorded");
    peering
}

async fn a_world_changes_thing_by_thing(home: &Home) {
    let change =
        async |change| home.store.world_change(home.project, change, at(1)).await.expect("changed").0;
    let instant = WorldChange { latency: Some(Latency::Instant), ..WorldChange::default() };
    let expected = World { latency: Some(Latency::Instant), ..World::default() };
    assert_eq!(change(instant).await, expected);
    let automatic = WorldChange { acceptance: Some(Acceptance::Automatic), ..WorldChange::default() };
    let expected = World { acceptance: Acceptance::Automatic, ..expected };
    assert_eq!(change(automatic).await, expected);
    assert_eq!(change(WorldChange::default()).await, expected);
    assert_eq!(home.store.world_get(home.project).await.expect("read").0, expected);
    let other = home.add_project("other").await;
    assert_eq!(home.store.world_get(other).await.expect("read").0, World::default());
}

async fn the_far_side_acts_and_the_peering_is_due(home: &Home) {
    let peering = waiting(home, 1).await;
    let (seen, connection) =
        home.store.far_side(home.project, peering.id).await.expect("read").expect("exists");
    assert_eq!((seen.id, connection.expect("recorded").far), (peering.id, Far::Silent));
    // Making the peering gave a hint already.
    home.store.wake().notified().await;
    let act = home.store.far_side_act(home.project, peering.id, FarAction::Accept, at(7));
    let (acted, ()) = tokio::join!(act, home.store.wake().notified());
    assert_eq!(acted.expect("it waits").1.far, Far::Accepted(at(7)));
    let connection = home.store.sim_connection(peering.id).await.expect("read").expect("recorded");
    assert_eq!(connection.far, Far::Accepted(at(7)));
    assert_eq!(home.claim_peerings(7, 0).await.len(), 1);
}

async fn what_the_far_side_can_not_do_changes_nothing(home: &Home) {
    let peering = waiting(home, 1).await;
    let act = async |action| home.store.far_side_act(home.project, peering.id, action, at(7)).await;
    let refused = act(FarAction::Create).await;
    assert!(matches!(refused, Err(Error::Refused(Refusal::FarSideCant { shows: "pending-acceptance", .. }))));
    assert!(home.claim_peerings(100, 0).await.is_empty());

    let container = home
        .store
        .container_list(home.project, None, crate::support::ALL)
        .await
        .expect("listed")
        .items
        .remove(0);
    let unasked = home.add_peering(&container, vpc(2)).await.peering;
    let refused = home.store.far_side_act(home.project, unasked.id, FarAction::Accept, at(7)).await;
    match refused {
        Err(Error::Refused(Refusal::FarSideNotYet { wait_for, .. })) => {
            assert_eq!(wait_for, State::AwaitingPeer);
        }
        other => panic!("{other:?}"),
    }
    home.store
        .peering_delete(home.project, unasked.id, &model::Act::of_system(at(7)))
        .await
        .expect("wanted till now");
    let refused = home.store.far_side_act(home.project, unasked.id, FarAction::Accept, at(7)).await;
    match refused {
        Err(Error::Refused(Refusal::FarSideCant { shows, allowed, .. })) => {
            assert_eq!((shows, allowed), ("deleted", Vec::new()));
        }
        other => panic!("{other:?}"),
    }
    let nobody = home.store.mint().mint(at(0));
    let refused = home.store.far_side_act(home.project, nobody, FarAction::Accept, at(7)).await;
    assert!(matches!(refused, Err(Error::Refused(Refusal::PeeringNotFound { .. }))));
}

async fn a_far_side_that_begins_to_answer_answers_what_waits(home: &Home) {
    let first = waiting(home, 1).await;
    let second = waiting(home, 2).await;
    home.store.far_side_act(home.project, second.id, FarAction::Reject, at(2)).await.expect("it waits");
    let claimed = home.claim_peerings(2, 0).await.remove(0);
    home.store.record_peerings(vec![record(&claimed, Due::Idle)]).await.expect("recorded");
    let there = home.at(home.add_project("other").await);
    let elsewhere = waiting(&there, 1).await;

    let change = WorldChange { acceptance: Some(Acceptance::Automatic), ..WorldChange::default() };
    home.store.world_change(home.project, change, at(9)).await.expect("changed");
    let far = async |peering: &Peering| {
        home.store.sim_connection(peering.id).await.expect("read").expect("recorded").far
    };
    assert_eq!(far(&first).await, Far::Accepted(at(9)));
    assert_eq!(far(&second).await, Far::Rejected(at(2)));
    assert_eq!(far(&elsewhere).await, Far::Silent);
    let due = home.claim_peerings(9, 0).await;
    assert_eq!(due.iter().map(|due| due.peering.id).collect::<Vec<_>>(), [first.id]);
}

async fn the_clock_moves_forward_within_bounds_and_is_kept(home: &Home) {
    let store = &home.store;
    assert_eq!(store.clock_offset().await.expect("read"), Duration::ZERO);
    let day = Duration::from_secs(86_400);
    assert_eq!(store.clock_advance(day).await.expect("moved"), day);
    assert_eq!(store.clock_advance(day).await.expect("moved"), 2 * day);
    let too_far = |answer| assert!(matches!(answer, Err(Error::Refused(Refusal::ClockTooFar))));
    too_far(store.clock_advance(CLOCK_ADVANCE_MAX + day).await);
    too_far(store.clock_advance(Duration::MAX).await);
    let mut offset = 2 * day;
    while offset + CLOCK_ADVANCE_MAX <= CLOCK_OFFSET_MAX {
        offset = store.clock_advance(CLOCK_ADVANCE_MAX).await.expect("within bounds");
    }
    too_far(store.clock_advance(CLOCK_ADVANCE_MAX).await);
    assert_eq!(home.reopen().await.clock_offset().await.expect("read"), offset);
}

on_every_engine![
    a_world_changes_thing_by_thing,
    the_far_side_acts_and_the_peering_is_due,
    what_the_far_side_can_not_do_changes_nothing,
    a_far_side_that_begins_to_answer_answers_what_waits,
    the_clock_moves_forward_within_bounds_and_is_kept,
];
