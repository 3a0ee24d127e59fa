//! What the far side does, and what a driver makes of it.

use cloud::DriverError;
use model::peering::Reason;
use model::peering::machine::{Action, Connection};

use super::{Bed, FarAct, FarNetwork, Hand};

pub async fn an_accepted_request_gets_to_its_end(bed: &dyn Bed) {
    let mut hand = Hand::requested(bed).await;
    bed.act(&hand.job, FarAct::Accept).await;
    hand.route().await;
    assert_eq!(hand.there().await.connections, 1);
}

pub async fn a_rejected_request_is_told(bed: &dyn Bed) {
    let mut hand = Hand::requested(bed).await;
    bed.act(&hand.job, FarAct::Reject).await;
    let seen = hand.until(Connection::Rejected).await;
    // A failed peering keeps its failure, however often it is looked at.
    assert_eq!(hand.see().await, seen);
}

pub async fn an_expired_request_is_told(bed: &dyn Bed) {
    let mut hand = Hand::requested(bed).await;
    bed.act(&hand.job, FarAct::Expire).await;
    hand.until(Connection::Expired).await;
}

pub async fn a_request_that_waits_tells_when_it_expires(bed: &dyn Bed) {
    let mut hand = Hand::requested(bed).await;
    let at = hand.see().await.changes_at.expect("a moment");
    hand.restart();
    assert_eq!(hand.see().await.changes_at, Some(at));
}

pub async fn a_connection_that_the_far_side_deletes_is_told(bed: &dyn Bed) {
    let mut hand = Hand::complete(bed).await;
    bed.act(&hand.job, FarAct::Delete).await;
    hand.until(bed.after_far_delete()).await;
}

pub async fn a_request_to_a_network_that_is_not_there_comes_to_nothing(bed: &dyn Bed) {
    let mut hand = Hand::with(bed, FarNetwork::Gone).await;
    hand.make_network().await;
    comes_to(&mut hand, Reason::Invalid, Connection::Invalid).await;
}

pub async fn a_request_to_a_network_that_overlaps_comes_to_nothing(bed: &dyn Bed) {
    let mut hand = Hand::with(bed, FarNetwork::Overlapping).await;
    hand.make_network().await;
    comes_to(&mut hand, Reason::Overlap, Connection::Overlap).await;
}

/// A cloud refuses at once, or takes the request and fails it. Either way it can be cleaned up.
async fn comes_to(hand: &mut Hand<'_>, reason: Reason, connection: Connection) {
    match hand.apply(Action::Request).await {
        Ok(()) => {
            hand.until(connection).await;
        }
        Err(DriverError::Rejected { reason: told, says }) => {
            assert_eq!(told, reason, "{says}");
            assert!(!says.is_empty());
        }
        Err(other) => panic!("{other:?}"),
    }
    hand.unwant();
    hand.remove().await;
    hand.remove_network().await;
    assert_eq!(hand.there().await, super::There::default());
}
