//! Claims: what is due, for whom, and until when.

use std::time::Duration;

use model::world::{Acceptance, Latency, World};
use store::{Claim, Due, PeeringRecord, WorldChange};

use crate::records::record;
use crate::support::{Home, act, at, aws, claim, on_every_engine, vpc};

async fn what_is_due_is_claimed_once_with_all_that_a_look_needs(home: &Home) {
    let container = home.add_container(aws("US_EAST_1")).await;
    let peering = home.add_peering(&container, vpc(1)).await.peering;
    let world = WorldChange {
        latency: Some(Latency::Instant),
        acceptance: Some(Acceptance::Automatic),
        faults: None,
    };
    home.store.world_change(home.project, world, at(0)).await.expect("changed");
    let world = World { latency: Some(Latency::Instant), acceptance: Acceptance::Automatic, n_faults: 0 };

    let claimed = home.claim_peerings(0, 0).await;
    assert_eq!(claimed.len(), 1);
    assert_eq!((&claimed[0].peering, &claimed[0].container, claimed[0].world), (&peering, &container, world));
    assert_eq!(claimed[0].attempts, 0);
    assert!(home.claim_peerings(0, 0).await.is_empty());

    let claimed = home.claim_containers(0, 0).await;
    assert_eq!(claimed.len(), 1);
    assert_eq!((&claimed[0].container, claimed[0].world, claimed[0].wanted), (&container, world, true));
    assert!(home.claim_containers(0, 0).await.is_empty());
}

async fn what_is_not_due_yet_is_not_claimed(home: &Home) {
    let container = home.add_container(aws("US_EAST_1")).await;
    home.store.peering_create(home.project, container.id, vpc(1), &act(20)).await.expect("made");
    assert!(home.claim_peerings(19, 100).await.is_empty());
    assert_eq!(home.claim_peerings(20, 100).await.len(), 1);
}

async fn those_that_wait_longest_come_first(home: &Home) {
    let container = home.add_container(aws("US_EAST_1")).await;
    let mut ids = Vec::new();
    for (nth, seconds) in [(1, 30), (2, 10), (3, 20)] {
        let made = home.store.peering_create(home.project, container.id, vpc(nth), &act(seconds)).await;
        ids.push(made.expect("made").peering.id);
    }
    let one = Claim { limit: 1, ..claim(100, 0) };
    for id in [ids[1], ids[2], ids[0]] {
        let claimed = home.store.claim_peerings(&one).await.expect("claimed");
        assert_eq!(claimed.iter().map(|claimed| claimed.peering.id).collect::<Vec<_>>(), [id]);
    }
}

async fn a_lease_runs_out_by_the_real_clock_and_the_fence_grows(home: &Home) {
    let container = home.add_container(aws("US_EAST_1")).await;
    home.add_peering(&container, vpc(1)).await;
    let first = home.claim_peerings(0, 0).await;
    // The world's clock moves no lease.
    assert!(home.claim_peerings(1_000_000, 9).await.is_empty());
    let second = home.claim_peerings(0, 10).await;
    assert_eq!(second[0].fence, first[0].fence + 1);

    // The first holder is late, and loses whatever it says.
    let late = home.store.record_peerings(vec![record(&first[0], Due::Idle)]).await.expect("recorded");
    assert_eq!(late, [false]);
    assert!(home.claim_peerings(0, 11).await.is_empty());
    let current = home.store.record_peerings(vec![record(&second[0], Due::Now)]).await.expect("recorded");
    assert_eq!(current, [true]);
    assert_eq!(home.claim_peerings(100, 11).await.len(), 1);
}

async fn a_server_that_is_alone_ends_the_claims_of_a_dead_one(home: &Home) {
    let container = home.add_container(aws("US_EAST_1")).await;
    home.add_peering(&container, vpc(1)).await;
    let dead = home.claim_peerings(0, 0).await;
    assert_eq!(home.claim_containers(0, 0).await.len(), 1);
    assert!(home.claim_peerings(0, 1).await.is_empty());
    home.store.leases_abandon(at(0)).await.expect("ended");
    assert_eq!(home.claim_peerings(0, 1).await.len(), 1);
    assert_eq!(home.claim_containers(0, 1).await.len(), 1);
    let late = home.store.record_peerings(vec![record(&dead[0], Due::Idle)]).await.expect("recorded");
    assert_eq!(late, [false], "the fence has moved on");
}

async fn who_lets_go_gives_back_what_is_its_own_and_nothing_else(home: &Home) {
    let container = home.add_container(aws("US_EAST_1")).await;
    home.add_peering(&container, vpc(1)).await;
    let mine = home.claim_peerings(0, 0).await;
    assert_eq!(home.claim_containers(0, 0).await.len(), 1);
    home.store.leases_let_go("another", at(0)).await.expect("let go");
    assert!(home.claim_peerings(0, 1).await.is_empty());
    home.store.leases_let_go(claim(0, 0).owner, at(0)).await.expect("let go");
    assert_eq!(home.claim_peerings(0, 1).await.len(), 1);
    assert_eq!(home.claim_containers(0, 1).await.len(), 1);
    let late = home.store.record_peerings(vec![record(&mine[0], Due::Idle)]).await.expect("recorded");
    assert_eq!(late, [false], "the fence has moved on");
}

async fn the_next_moment_is_the_earliest_that_can_be_claimed(home: &Home) {
    let store = &home.store;
    let next = async |world, real| store.next_due(at(world), at(real)).await.expect("read");
    assert_eq!(next(0, 0).await, None);
    let container = home.add_container(aws("US_EAST_1")).await;
    store.peering_create(home.project, container.id, vpc(1), &act(20)).await.expect("made");
    assert_eq!(next(0, 0).await, Some(at(20)));

    let container = home.claim_containers(20, 100).await;
    assert_eq!(container.len(), 1);
    assert_eq!(next(20, 100).await, Some(at(20)), "the peering is free");
    let peering = home.claim_peerings(20, 100).await;
    // All are held: the next can be claimed when the leases run out, by the real clock.
    assert_eq!(next(20, 104).await, Some(at(26)));
    assert_eq!(next(20, 110).await, Some(at(20)));

    store.record_peerings(vec![record(&peering[0], Due::At(at(500)))]).await.expect("recorded");
    assert_eq!(next(20, 104).await, Some(at(26)), "the container is held");
    let free = Duration::from_secs(1000);
    let later = Claim { lease: free, ..claim(500, 200) };
    assert_eq!(store.claim_containers(&later).await.expect("claimed").len(), 1);
    assert_eq!(next(500, 300).await, Some(at(500)), "the peering is due before the lease runs out");
}

async fn a_row_that_a_dead_holder_left_for_later_is_not_forgotten(home: &Home) {
    let container = home.add_container(aws("US_EAST_1")).await;
    home.add_peering(&container, vpc(1)).await;
    home.sql("UPDATE container SET due_at = NULL");
    let claimed = home.claim_peerings(0, 0).await.remove(0);
    // Its holder recorded when to look again, kept its claim, and died.
    let later = PeeringRecord { keep_lease: true, ..record(&claimed, Due::At(at(50))) };
    home.store.record_peerings(vec![later]).await.expect("recorded");
    assert_eq!(home.store.next_due(at(1), at(1)).await.expect("read"), Some(at(50)));
    assert_eq!(home.claim_peerings(50, 50).await.len(), 1);
}

on_every_engine![
    what_is_due_is_claimed_once_with_all_that_a_look_needs,
    what_is_not_due_yet_is_not_claimed,
    those_that_wait_longest_come_first,
    a_lease_runs_out_by_the_real_clock_and_the_fence_grows,
    a_server_that_is_alone_ends_the_claims_of_a_dead_one,
    who_lets_go_gives_back_what_is_its_own_and_nothing_else,
    the_next_moment_is_the_earliest_that_can_be_claimed,
    a_row_that_a_dead_holder_left_for_later_is_not_forgotten,
];
