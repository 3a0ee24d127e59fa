//! Something happens between two lines of a pass.
//!
//! The pass read a row that is outdated by the time it records. Neither may undo the other: what
//! was acknowledged stays, and what became due meanwhile is looked at, whatever the pass believes.

use std::sync::atomic::Ordering;

use model::provider::Provider;
use model::world::{Acceptance, FarAction};

use crate::bed::Bed;
use crate::deeds::{Deed, Ledger};
use crate::places::{place, vpc};

/// Tells a story; while its last deed is being reconciled, lets another happen at every moment in
/// turn.
async fn check(story: &[Deed], meanwhile: &Deed) {
    let mut n_moments = 0;
    for moment in 1.. {
        let mut bed = Bed::new().await;
        let mut ledger = Ledger::new(&bed).await;
        let (last, first) = story.split_last().expect("a story has an end");
        for deed in first {
            ledger.perform(&bed, deed).await;
            bed.settle().await;
        }
        ledger.perform(&bed, last).await;
        bed.gate.stop_at(moment);
        if !bed.idle_with(ledger.perform(&bed, meanwhile)).await {
            break;
        }
        n_moments += 1;
        bed.settle().await;
        ledger.check(&bed).await;
    }
    assert!(n_moments >= 2, "only {n_moments} moments were met");
}

fn born(provider: Provider) -> [Deed; 2] {
    [Deed::Contain { project: 0, provider }, Deed::Peer { project: 0, provider, far: 1 }]
}

#[tokio::test]
async fn a_deletion_that_comes_during_a_pass_is_not_lost() {
    for provider in Provider::ALL {
        check(&born(provider), &Deed::Unpeer { nth: 0 }).await;
    }
}

#[tokio::test]
async fn a_look_that_is_outdated_leads_to_nothing() {
    for moment in 1.. {
        let bed = Bed::new().await;
        bed.gate.looks_only.store(true, Ordering::Relaxed);
        let container = bed.container(bed.project, place(Provider::Aws)).await;
        let id = bed.peer(bed.project, container.id, vpc(1, 1)).await;
        bed.gate.stop_at(moment);
        let mut asked = false;
        let stopped = bed.idle_with(async {
            asked = bed.connected(id).await;
            bed.unpeer(bed.project, id).await;
        });
        assert!(stopped.await, "a pass ends with a look at what it asked for");
        assert_eq!(bed.tally.requests().len(), usize::from(asked), "moment {moment}");
        assert_eq!(bed.state(bed.project, id).await, None);
        if asked {
            return;
        }
    }
}

#[tokio::test]
async fn a_change_that_comes_during_a_pass_is_not_lost() {
    let [contain, peer] = born(Provider::Aws);
    let story = [contain, peer, Deed::Far { nth: 0, action: FarAction::Accept }];
    for (vpc, block) in [(1, 2), (2, 1)] {
        check(&story, &Deed::Change { nth: 0, vpc, block }).await;
    }
}

#[tokio::test]
async fn an_answer_of_the_far_side_that_comes_during_a_pass_is_not_lost() {
    let [contain, peer] = born(Provider::Aws);
    for action in [FarAction::Accept, FarAction::Reject, FarAction::Delete, FarAction::Expire] {
        check(&[contain.clone(), peer.clone()], &Deed::Far { nth: 0, action }).await;
    }
    let [contain, peer] = born(Provider::Gcp);
    check(&[contain.clone(), peer.clone()], &Deed::Far { nth: 0, action: FarAction::Create }).await;
    let story = [contain, peer, Deed::Far { nth: 0, action: FarAction::Create }];
    check(&story, &Deed::Far { nth: 0, action: FarAction::Delete }).await;
}

#[tokio::test]
async fn a_world_that_begins_to_accept_during_a_pass_forgets_nobody() {
    for provider in [Provider::Aws, Provider::Gcp] {
        let accept = Deed::Accept { project: 0, acceptance: Acceptance::Automatic };
        check(&born(provider), &accept).await;
    }
}

#[tokio::test]
async fn a_peering_that_is_asked_for_just_before_its_world_begins_to_accept_is_accepted() {
    for provider in [Provider::Aws, Provider::Gcp] {
        for moment in 1.. {
            let mut bed = Bed::new().await;
            let mut ledger = Ledger::new(&bed).await;
            for deed in born(provider) {
                ledger.perform(&bed, &deed).await;
            }
            bed.gate.stop_at(moment);
            if !bed.idle_with(bed.acceptance(bed.project, Acceptance::Automatic)).await {
                break;
            }
            bed.settle().await;
            let states = ledger.summary(&bed).await;
            assert!(states[0].starts_with("Active"), "moment {moment}: {states:?}");
        }
    }
}

#[tokio::test]
async fn a_second_peering_that_comes_while_the_network_is_handled_is_not_forgotten() {
    for provider in Provider::ALL {
        let second = Deed::Peer { project: 0, provider, far: 2 };
        check(&born(provider), &second).await;
        let [contain, peer] = born(provider);
        check(&[contain, peer, Deed::Unpeer { nth: 0 }], &second).await;
    }
}

#[tokio::test]
async fn a_project_that_is_closed_while_its_network_goes_leaves_nothing() {
    for provider in Provider::ALL {
        let [contain, peer] = born(provider);
        check(&[contain, peer, Deed::Unpeer { nth: 0 }], &Deed::Close { project: 0 }).await;
    }
}
