//! Marks, orphans.

use cloud::{MadeFor, Marked, MarkedKind};

use super::{Bed, Hand, There};

/// Looks at what is marked before a check gives up.
const LOOKS: usize = 60;

async fn marked(bed: &dyn Bed) -> Vec<Marked> {
    bed.account().marked().await.expect("told")
}

/// Takes down everything that is marked, in the order in which it is told.
async fn discard_all(bed: &dyn Bed) {
    for _ in 0..LOOKS {
        let things = marked(bed).await;
        if things.is_empty() {
            return;
        }
        for thing in &things {
            bed.account().discard(thing).await.expect("taken down");
        }
        bed.pass().await;
    }
    panic!("something stays: {:#?}", marked(bed).await);
}

pub async fn everything_made_carries_the_mark(bed: &dyn Bed) {
    assert_eq!(marked(bed).await, []);
    let hand = Hand::complete(bed).await;
    let (container, peering) = (hand.job.container.id, hand.job.peering.id);
    let things = marked(bed).await;
    let made_for = |kind, what| things.iter().filter(|t| t.kind == kind && t.made_for == what).count();
    assert_eq!(made_for(MarkedKind::Network, MadeFor::Container(container)), 1, "{things:#?}");
    assert_eq!(made_for(MarkedKind::Connection, MadeFor::Peering(peering)), 1, "{things:#?}");
    assert!(things.is_sorted(), "what has to go first comes first");
    assert!(things.iter().all(|thing| !thing.id.is_empty() && !thing.status.is_empty()));
}

pub async fn another_installation_sees_none_of_it(bed: &dyn Bed) {
    let mut hand = Hand::complete(bed).await;
    let stranger = bed.stranger();
    assert_eq!(stranger.marked().await.expect("told"), []);
    // And a mark of theirs is not ours to take down.
    for thing in marked(bed).await {
        stranger.discard(&thing).await.expect_err("it is not theirs");
    }
    assert_eq!(hand.there().await.connections, 1);
    hand.see().await;
}

pub async fn what_a_lost_row_left_is_found_and_discarded(bed: &dyn Bed) {
    let complete = Hand::complete(bed).await;
    let requested = Hand::requested(bed).await;
    let ready = Hand::ready(bed).await;
    discard_all(bed).await;
    for hand in [complete, requested, ready] {
        assert_eq!(hand.there().await, There::default());
    }
}

pub async fn discarding_what_is_gone_is_no_error(bed: &dyn Bed) {
    let hand = Hand::complete(bed).await;
    let things = marked(bed).await;
    discard_all(bed).await;
    for thing in &things {
        bed.account().discard(thing).await.expect("it is gone already");
    }
    assert_eq!(hand.there().await, There::default());
}
