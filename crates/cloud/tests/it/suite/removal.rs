//! Taking down.

use model::peering::machine::{Action, Connection};

use super::{Bed, FarAct, Hand, There};

/// Takes down what a hand holds, and sees that nothing is left.
async fn take_down(mut hand: Hand<'_>) {
    hand.unwant();
    hand.remove().await;
    let there = hand.there().await;
    assert_eq!((there.connections, there.routes, there.networks), (0, Vec::new(), 1));
    hand.remove_network().await;
    assert_eq!(hand.there().await, There::default());
}

pub async fn a_complete_connection_goes_with_its_routes_and_then_its_network(bed: &dyn Bed) {
    take_down(Hand::complete(bed).await).await;
}

pub async fn a_removal_may_be_repeated(bed: &dyn Bed) {
    let mut hand = Hand::complete(bed).await;
    hand.unwant();
    for _ in 0..3 {
        hand.do_it(Action::Remove).await;
    }
    hand.until(Connection::Absent).await;
    hand.do_it(Action::Remove).await;
    assert_eq!(hand.see().await.connection, Connection::Absent);
}

pub async fn removing_what_never_was_is_no_error(bed: &dyn Bed) {
    let mut hand = Hand::new(bed).await;
    hand.unwant();
    hand.do_it(Action::Remove).await;
    assert_eq!(hand.see().await.connection, Connection::Absent);
}

pub async fn a_request_that_waits_can_be_taken_back(bed: &dyn Bed) {
    take_down(Hand::requested(bed).await).await;
}

pub async fn what_the_far_side_rejected_can_be_removed(bed: &dyn Bed) {
    let mut hand = Hand::requested(bed).await;
    bed.act(&hand.job, FarAct::Reject).await;
    hand.until(Connection::Rejected).await;
    take_down(hand).await;
}

pub async fn what_the_far_side_deleted_can_be_removed(bed: &dyn Bed) {
    let mut hand = Hand::complete(bed).await;
    bed.act(&hand.job, FarAct::Delete).await;
    hand.until(bed.after_far_delete()).await;
    take_down(hand).await;
}

pub async fn one_peering_goes_and_its_neighbour_stays(bed: &dyn Bed) {
    let mut one = Hand::complete(bed).await;
    let mut two = Hand::of(bed, bed.beside(&one.job).await);
    two.request().await;
    two.establish().await;
    one.unwant();
    one.remove().await;
    assert_eq!(two.see().await.connection, Connection::Routed);
    assert_eq!(two.there().await.connections, 1);
    take_down(two).await;
}
