//! Two servers on one store.

use std::sync::atomic::Ordering;
use std::time::Duration;

use model::peering::State;
use model::provider::Provider;
use model::world::{Acceptance, FarAction};

use crate::bed::Bed;
use crate::places::{far_network, place, vpc};

#[tokio::test]
async fn two_servers_share_the_work_and_do_nothing_twice() {
    let bed = Bed::new().await;
    bed.acceptance(bed.project, Acceptance::Automatic).await;
    let other = bed.another(2);
    let mut all = Vec::new();
    for provider in Provider::ALL {
        let container = bed.container(bed.project, place(provider)).await;
        for nth in 1..8 {
            all.push(bed.peer(bed.project, container.id, far_network(provider, nth)).await);
        }
    }
    let (one, two) = tokio::join!(bed.reconciler.run_until_idle(), other.run_until_idle());
    let (one, two) = (one.expect("a working store"), two.expect("a working store"));
    bed.idle().await;
    for id in &all {
        assert_eq!(bed.state(bed.project, *id).await, Some(State::Active), "{one:?} {two:?}");
    }
    assert!(bed.tally.requests().into_values().all(|n| n == 1));
}

#[tokio::test]
async fn of_three_servers_that_are_alike_each_does_its_share() {
    const BATCH: u32 = 2;
    let bed = Bed::new().await;
    bed.acceptance(bed.project, Acceptance::Automatic).await;
    let mut all = Vec::new();
    for provider in Provider::ALL {
        let container = bed.container(bed.project, place(provider)).await;
        for nth in 1..8 {
            all.push(bed.peer(bed.project, container.id, far_network(provider, nth)).await);
        }
    }
    let serve = async |life| {
        let server = bed.another_that_takes(life, BATCH);
        let mut n_taken = 0;
        for id in &all {
            while bed.state(bed.project, *id).await != Some(State::Active) {
                n_taken += server.run_until_idle().await.expect("a working store").peerings;
            }
        }
        n_taken
    };
    let (one, two, three) = tokio::join!(serve(2), serve(3), serve(4));
    let (n_taken, shares) = (one + two + three, [one, two, three]);
    assert!(n_taken >= all.len(), "{shares:?}");
    for share in shares {
        assert!(share * 12 >= n_taken && share * 3 <= n_taken * 2, "far from a third each: {shares:?}");
    }
}

/// Between a look and its recording a server may stall for as long as it likes. Actions are another
/// matter: they can't be called back, and are begun only where their time limit fits into the lease.
#[tokio::test]
async fn a_server_that_stalls_beyond_its_lease_changes_nothing_when_it_wakes() {
    for moment in 1..30 {
        let bed = Bed::new().await;
        bed.gate.looks_only.store(true, Ordering::Relaxed);
        let other = bed.another(2);
        let container = bed.container(bed.project, place(Provider::Aws)).await;
        let id = bed.peer(bed.project, container.id, vpc(1, 1)).await;
        bed.gate.stop_at(moment);
        let stalled = bed
            .idle_with(async {
                bed.sleep(Duration::from_secs(3600));
                other.run_until_idle().await.expect("a working store");
                bed.far(bed.project, id, FarAction::Accept).await;
                other.run_until_idle().await.expect("a working store");
                assert_eq!(bed.state(bed.project, id).await, Some(State::Active));
                bed.unpeer(bed.project, id).await;
                other.run_until_idle().await.expect("a working store");
                assert_eq!(bed.state(bed.project, id).await, None);
            })
            .await;
        if !stalled {
            assert!(moment > 8, "only {moment} moments were met");
            return;
        }
        assert_eq!(bed.state(bed.project, id).await, None, "moment {moment}");
        assert!(!bed.connected(id).await, "moment {moment}");
        assert_eq!(bed.networked(container.id).await, None, "moment {moment}");
        assert!(bed.tally.requests().into_values().all(|n| n == 1), "moment {moment}");
    }
}
